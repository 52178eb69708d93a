"""`services.records`: what others point at is not deleted, and what the database refuses is said in words."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import translation

from regions import models as records_of
from regions.models import Change
from regions.services import records
from regions.tests import factories


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def relations() -> list[tuple[type, models.Field]]:
    """Every foreign key between records with a key of their own that protects what it points at."""
    return [
        (field.related_model, field)
        for model in apps.get_app_config("regions").get_models()
        for field in model._meta.fields
        if field.is_relation
        and field.remote_field.on_delete is models.PROTECT
        and hasattr(field.related_model, "key")
        and field.related_model._meta.app_label == "regions"
    ]


def pointing(field: models.Field) -> models.Model | None:
    """A record that points at another by this field; made to, where none does."""
    rows = field.model._base_manager
    found = rows.filter(**{f"{field.name}__isnull": False}).first()
    if found is None and (row := rows.first()) is not None:
        other = field.related_model._base_manager.exclude(
            pk=row.pk if field.related_model is field.model else None
        )
        more = {"valid_from": "2026-01-01"} if field.name == "follows" else {}
        rows.filter(pk=row.pk).update(**{field.name: other.first()} | more)
        found = rows.get(pk=row.pk)
    return found


@pytest.mark.parametrize(
    ("model", "field"), relations(), ids=lambda value: getattr(value, "__name__", str(value).split(".")[-1])
)
@pytest.mark.slow
def test_what_another_record_points_at_is_not_deleted(model, field, world):
    if field.model is records_of.Category and not records_of.Category.objects.filter(slug="wider").exists():
        records_of.Category.objects.create(slug="wider", name="更宽")
    if field.name == "rule":
        records_of.Dispute.objects.create(rule=world.rule, reason="not_covered", statement="没有")
    row = pointing(field)
    if row is None or getattr(row, field.name) is None:
        pytest.skip("nothing of this kind in the small directory")
    target, before = getattr(row, field.name), Change.objects.count()
    with pytest.raises(records.StillInUse) as refused:
        records.delete(target, correct=True)
    assert str(target) in str(refused.value) and "Delete or close those first" in str(refused.value)
    assert model._base_manager.filter(pk=target.pk).exists() and Change.objects.count() == before


def test_the_refusal_counts_by_kind_and_names(world):
    with pytest.raises(records.StillInUse) as refused:
        records.delete(world.brand)
    assert f"service (1: {world.ours})" in str(refused.value)


# What each constraint refuses, and what is said: (record, columns that break it, words).
REFUSED = [
    ("brand", {"slug": "b"}, "This slug is taken"),
    ("brand", {"name": "示例 b"}, "already exists"),
    ("ours", {"slug": "b-repair"}, "This slug is taken"),
    ("number", {"canonical": "4000000002"}, "already exists"),
    ("hotline", {"number": "their_number", "service": "theirs"}, "lists this number already"),
    ("promise", {"copy": True}, "on file already"),
    ("category", {"parent": "itself"}, "its own parent"),
]


@pytest.mark.parametrize(("name", "columns", "words"), REFUSED)
def test_what_the_database_refuses_is_said_in_words(name, columns, words, world):
    record = {
        "number": world.hotline.number,
        "promise": world.ours.promises.get(),
        "category": world.ours.category,
    }.get(name) or getattr(world, name)
    if columns == {"copy": True}:
        record.pk, record._state.adding = None, True
    elif columns == {"parent": "itself"}:
        record.parent = record
    else:
        for column, value in columns.items():
            named = {"their_number": world.their_hotline.number, "theirs": world.theirs}
            setattr(record, column, named.get(value, value))
    before = Change.objects.count()
    with pytest.raises(ValidationError, match=words):
        records.save(record)
    assert Change.objects.count() == before
    assert transaction.get_connection().is_usable()


def test_what_no_word_is_known_for_is_not_swallowed(world, monkeypatch):
    """A refusal that the model cannot explain stays an error: nothing pretends to have been saved."""
    monkeypatch.setattr(records_of.Brand, "validate_unique", lambda self: None)
    world.brand.slug = "b"
    with pytest.raises(IntegrityError), transaction.atomic():
        records.save(world.brand)
    world.brand.refresh_from_db()
    assert world.brand.slug == "a"


def test_another_connection_may_be_faster(world, monkeypatch):
    """Between a form's look and the writing somebody takes the name: the second is told in words, not by a fault."""
    world.brand.name = "新名"
    world.brand.full_clean()
    records_of.Brand.objects.filter(pk=world.their_brand.pk).update(name="新名")
    with pytest.raises(ValidationError, match="already exists"):
        records.save(world.brand)


@pytest.mark.slow
def test_what_stands_in_the_way_is_counted_not_read(world, desk, django_assert_max_num_queries):
    source = world.ours.source
    page = reverse("admin:regions_source_delete", args=[source.pk])
    with django_assert_max_num_queries(40) as few:
        before = desk.get(page).context["protected"]
    places = factories.load_regions("510321", "510311", "510304")
    for number in range(40):
        service = factories.make_service(f"more-{number}", brand="a", source=source)
        factories.make_rules(service, include=[places["510321"], places["510311"]], source=source)
    with django_assert_max_num_queries(len(few) + 5):
        after = {each["name"]: each for each in desk.get(page).context["protected"]}
    counts = {each["name"]: each["count"] for each in before}
    assert {name: each["count"] - counts[name] for name, each in after.items()} == {
        **dict.fromkeys(counts, 0),
        "services": 40,
        "coverage rules": 80,
    }
    assert all(len(each["examples"]) <= 5 for each in after.values())
