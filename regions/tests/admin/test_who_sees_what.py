"""Role × door: what of another brand's records is told to a maintainer, by lists, overviews, files and autocompletes of the admin."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from regions.models import ApiKey, ChangeSet, PhoneNumber
from regions.services.changes import change_set
from regions.services.roles import CHECKER, CHIEF, READER, make_roles
from regions.tests import factories

# What names brand "b" and what hangs below it.
THEIRS = ("示例 b", "服务 b-repair", "b-repair", "错号")
# A signal of his brand is told with its evidence, as the page of a number shows all claims: who else claims it is the point.
TABS = ("coverage", "categories", "units", "overlaps", "listed", "changes", "sources")


def lists() -> list[str]:
    names = [model._meta for model in admin.site._registry if model._meta.app_label == "regions"]
    return sorted(reverse(f"admin:regions_{meta.model_name}_changelist") for meta in names)


def doors() -> list[str]:
    glance = [reverse("admin:regions_service_overview", args=[tab]) for tab in TABS]
    return [
        reverse("admin:index"),
        *lists(),
        *glance,
        *(f"{address}?format=csv" for address in glance),
        reverse("admin:regions_verification_queue"),
        reverse("admin:regions_coveragerule_carry_over"),
    ]


@pytest.fixture
def shared(world, chief):
    """A number and a source that both brands name, and a set that changed records of both."""
    for service in (world.ours, world.theirs):
        factories.make_hotline(service, "4001234567", source=world.source)
    with change_set(actor=chief, reason="beide") as changes:
        changes.created(world.rule, world.their_rule, world.their_hotline)
    return ChangeSet.objects.latest("pk")


@pytest.mark.slow
@pytest.mark.parametrize("role", ["head", "maintainer"])
def test_a_maintainer_is_told_of_his_brands_alone_by_every_list_and_overview(
    role, world, shared, chief, maintainer
):
    person = Client(headers={"accept-language": "en"})
    person.force_login(User.objects.get(pk=(chief if role == "head" else maintainer).pk))
    told = {}
    for address in doors():
        answer = person.get(address)
        if answer.status_code == 200:
            text = b"".join(answer).decode() if answer.streaming else answer.content.decode()
            told[address] = [word for word in THEIRS if word in text]
    assert len(told) > 20
    if role == "maintainer":
        assert {address: words for address, words in told.items() if words} == {}
    else:
        assert sum(bool(words) for words in told.values()) > 8


@pytest.mark.slow
def test_of_a_shared_number_a_maintainer_counts_his_own_claims(world, shared, desk, maintainer):
    person = Client(headers={"accept-language": "en"})
    person.force_login(maintainer)
    number = PhoneNumber.objects.get(canonical="4001234567")
    address = reverse("admin:regions_phonenumber_changelist")
    for client, count in ((desk, 2), (person, 1)):
        row = client.get(address, {"q": "4001234567"}).context["cl"].result_list[0]
        assert (row.pk, row.claims) == (number.pk, count)
    page = person.get(reverse("admin:regions_verification_number", args=["4001234567"])).content.decode()
    theirs = reverse("admin:regions_hotline_change", args=[world.theirs.hotlines.get(number=number).pk])
    assert (
        "服务 b-repair" in page and theirs not in page
    )  # all claims side by side; what is not his cannot be opened
    sources = reverse("admin:regions_service_overview", args=["sources"])
    for client, count in ((desk, 3), (person, 2)):
        row = next(
            row
            for row in client.get(sources).context["table"].rows(0, 9)
            if row["source"] == world.source.slug
        )
        assert row["hotlines"] == count


@pytest.mark.slow
@pytest.mark.parametrize("role", [CHIEF, CHECKER, READER, "views", "superuser"])
def test_changes_of_people_are_told_to_who_may_view_them(role, world, client, chief):
    """Roles that read every brand's changes read no account, group or key in them, nor that there was one."""
    make_roles()
    somebody = User.objects.create_user("somebody", email="secret@example.com")
    people = somebody, Group.objects.get(name="editors"), ApiKey.objects.get(name="client")
    with change_set(actor=chief, reason="of people alone") as changes:
        changes.created(*people)
    with change_set(actor=chief, reason="of people and a brand") as changes:
        changes.created(*people, world.brand)
    person = User.objects.create_user("person", is_staff=True, is_superuser=role == "superuser")
    if role in (CHIEF, CHECKER, READER, "views"):
        person.groups.add(Group.objects.get(name=CHIEF if role == "views" else role))
    if role == "views":
        names = ("view_user", "view_group")
        person.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(person)
    alone, both = (ChangeSet.objects.get(reason=f"of people {what}") for what in ("alone", "and a brand"))
    may = role in ("views", "superuser")
    page = "admin:regions_changeset_change"
    addresses = [
        reverse("admin:index"),
        reverse("admin:regions_changeset_changelist"),
        reverse("admin:regions_change_changelist"),
        reverse(page, args=[both.pk]),
    ]
    for address in addresses[:3]:
        assert ("of people alone" in client.get(address).content.decode()) is may
        assert "of people and a brand" in client.get(address).content.decode()
    assert client.get(reverse(page, args=[alone.pk])).status_code == (200 if may else 404)
    shown = client.get(addresses[3])
    assert ("secret@example.com" in shown.content.decode()) is may
    assert shown.context["others"] == {"superuser": 0, "views": 1}.get(role, 3)
