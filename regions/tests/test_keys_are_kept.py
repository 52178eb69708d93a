"""A key never comes to name another record: not after a deletion, and not where the next one is written by whichever door."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from regions import models
from regions.models import Change, ChangeSet, Hotline, Service
from regions.models.base import named_by_slug, today
from regions.services import records, slugs
from regions.services.undo import undo
from regions.tests import factories

NUMBER = "4005550062"


@pytest.fixture
def service(db):
    return factories.make_service("repair", brand="brand")


def claim(service, **fields) -> Hotline:
    number, _new = models.PhoneNumber.objects.get_or_create(
        canonical=NUMBER, defaults={"kind": "toll_free_400"}
    )
    return records.save(Hotline(service=service, number=number, labels=["热线"], **fields))


FIRST, LATER = datetime.date(2020, 1, 1), datetime.date(2024, 1, 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("first", "second", "key"),
    [
        (FIRST, LATER, f"repair:{NUMBER}-7@2024-01-01"),
        (None, LATER, f"repair:{NUMBER}-7@2024-01-01"),
        (FIRST, None, f"repair:{NUMBER}-7@{today()}"),
        (FIRST, FIRST, f"repair:{NUMBER}-7"),
        (None, None, f"repair:{NUMBER}-7"),
    ],
)
def test_a_claim_from_another_day_has_its_day_in_its_key(api, service, first, second, key):
    old = claim(service, extension="7", valid_from=first, valid_to=datetime.date(2021, 1, 1))
    records.delete(old, correct=True)
    gone = ChangeSet.objects.latest("pk")
    new = claim(service, extension="7", valid_from=second)
    assert new.key == key
    told = api.get(f"/api/v1/hotlines/{key}/").json()
    assert (told["key"], told["extension"]) == (key, "7")
    if "@" in key:
        assert api.get(f"/api/v1/hotlines/repair:{NUMBER}-7/").status_code == 404
        made = Change.objects.filter(kind="hotline", action="create").latest("pk")
        assert made.key == key
        # Undone in turn, the first one has its key again, and the other is told as deleted.
        undo(ChangeSet.objects.latest("pk"), reason="not that")
        undo(gone, reason="not gone")
        assert Hotline.objects.get().key == f"repair:{NUMBER}-7"
        actions = Change.objects.filter(kind="hotline", key=key).order_by("pk")
        assert [each.action for each in actions] == ["create", "delete"]


def test_a_claim_with_its_day_is_edited_and_followed_as_any(service):
    records.delete(claim(service, valid_from=FIRST), correct=True)
    new = claim(service, valid_from=LATER)
    outlet = factories.make_outlet(service, "shop", new)
    edited = Hotline.objects.get(pk=new.pk)
    edited.channel = "sms"
    records.save(edited)
    assert edited.key == f"repair:{NUMBER}@{today()}"
    (row,) = outlet.served.all()
    assert row.claim == edited
    assert outlet.served_as_keys == [f"repair:{NUMBER}"]
    undo(ChangeSet.objects.latest("pk"), reason="not so")
    assert Hotline.objects.get().key == f"repair:{NUMBER}@2024-01-01"
    corrected = Hotline.objects.get()
    corrected.valid_from = datetime.date(2023, 1, 1)
    records.save(corrected, correct=True)
    told = Change.objects.filter(kind="hotline").order_by("-pk").values_list("key", "action")[:2]
    assert {*told} == {(f"repair:{NUMBER}@2024-01-01", "delete"), (f"repair:{NUMBER}@2023-01-01", "create")}


def another(model, service):
    """A record of a kind that is not on file yet, with what it needs."""
    fields = {"slug": "told", "name": "甲"}
    if model is models.Source:
        fields = {"slug": "told", "title": "甲", "kind": "official_site"}
    if model is Service:
        fields |= {"brand": service.brand, "category": service.category}
    if model is models.Outlet:
        fields |= {"brand": service.brand, "address": "某路1号"}
    return model(**fields)


@pytest.mark.parametrize("model", named_by_slug(), ids=lambda model: model.__name__)
def test_a_slug_that_named_a_deleted_record_is_not_given_to_another(model, service):
    named = "title" if model is models.Source else "name"
    first = records.save(another(model, service))
    records.delete(first, correct=True)
    other = another(model, service)
    setattr(other, named, "乙")
    with pytest.raises(ValidationError, match="甲"):
        records.save(other)
    assert not model.objects.filter(slug="told").exists()
    assert slugs.free(model, "told") == "told-2"
    same = records.save(another(model, service))  # called alike: it is back
    records.delete(same, correct=True)
    undo(ChangeSet.objects.latest("pk"), reason="not gone")
    assert getattr(model.objects.get(slug="told"), named) == "甲"


def test_a_slug_that_a_service_gave_up_is_its_own(service):
    service.slug = "mending"
    records.save(service)
    other = Service(slug="repair", name="别的", brand=service.brand, category=service.category)
    with pytest.raises(ValidationError):
        records.save(other)
    third = records.save(Service(slug="third", name="第三", brand=service.brand, category=service.category))
    third.slug = "repair"
    with pytest.raises(ValidationError):
        records.save(third)
    service.slug = "repair"
    records.save(service)
    assert Service.objects.filter(slug="repair").exists()
