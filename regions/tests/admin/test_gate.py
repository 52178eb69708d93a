"""Every kind of record, every door, every role: who sees it, who changes it. A record without a row here fails."""

import csv
import datetime
import io
from typing import NamedTuple

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from regions import access, models
from regions.choices import ImportState, PromiseKind, Verdict, VerificationMethod, VerificationResult
from regions.services.changes import change_set, kind_of
from regions.tests import factories


class Row(NamedTuple):
    """What a maintainer may do with a record of their own brand (or one that only theirs rest on), and with another's.

    `s` sees it, `c` changes it; `adds`: may make a new one.
    """

    own: str
    other: str
    adds: bool


MAINTAINER = {
    "apikey": Row("sc", "", True),  # the owner's, whatever the brand
    "brand": Row("sc", "", False),
    "category": Row("s", "s", False),
    "change": Row("s", "", False),
    "changeset": Row("s", "", False),
    "coverageimport": Row("sc", "", True),
    "coveragerule": Row("sc", "", True),
    "dispute": Row("sc", "", False),
    "hotline": Row("sc", "", True),
    "importline": Row("s", "", False),
    "job": Row("s", "", False),  # what he began himself
    "organization": Row("s", "s", False),
    "outlet": Row("sc", "", True),
    "outletrule": Row("s", "", False),  # edited on the outlet's page
    "outletservice": Row("s", "", False),  # edited on the outlet's page
    "phonenumber": Row("sc", "s", True),
    "promise": Row("s", "", False),  # edited on the service's page
    "region": Row("s", "s", False),
    "regionname": Row("s", "s", False),
    "regionupdate": Row("", "", False),  # shows whose rules change: for who works on every brand
    "release": Row("s", "s", False),
    "service": Row("sc", "", True),
    "source": Row("sc", "s", True),
    "succession": Row("s", "s", False),
    "verification": Row("s", "", False),  # append-only, from the queue
}
# The gate does not know them, so they are closed to a maintainer.
CLOSED = {"regionupdate"}
WITHOUT_DOOR = {"posting", "postingindex"}
REGISTERED = [
    model for model in admin.site._registry if model._meta.app_label == "regions"
]  # every one has the same doors


def url(model, page, *args):
    return reverse(f"admin:regions_{model._meta.model_name}_{page}", args=args)


def test_every_record_has_a_row():
    names = {model._meta.model_name for model in apps.get_app_config("regions").get_models()}
    assert names == MAINTAINER.keys() | WITHOUT_DOOR
    assert {model._meta.model_name for model in REGISTERED} == MAINTAINER.keys()


def test_the_gate_is_closed_to_what_it_does_not_know(world, maintainer):
    known = access.OWN.keys() | access.SHARED.keys() | {"apikey", "change", "changeset", "job"}
    assert known == MAINTAINER.keys() - CLOSED
    for model in (models.PostingIndex, models.Posting, User, Permission):
        assert not access.limit(model.objects.all(), maintainer).exists()
        assert not access.may_add(maintainer, model)
        for record in model.objects.all()[:3]:
            assert not access.may_see(maintainer, record) and not access.may_change(maintainer, record)


@pytest.fixture
def pairs(world, maintainer):
    """Model → (a record of the maintainer's brand, one of another's); shared records may be the same twice."""
    other_source = factories.make_source("page-b", url="https://example.com/b")
    models.CoverageRule.objects.filter(pk=world.their_rule.pk).update(source=other_source)
    promise = models.Promise.objects.create(service=world.theirs, kind=PromiseKind.WARRANTY, text="质保")
    check = models.Verification.objects.create(
        hotline=world.their_hotline,
        method=VerificationMethod.CALL,
        result=VerificationResult.CONFIRMED,
        checked_on=datetime.date(2026, 11, 1),
    )
    dispute = models.Dispute.objects.create(rule=world.rule, reason="not_covered", statement="没有")
    job = models.CoverageImport.objects.create(
        service=world.theirs, text="富顺县", release=models.Release.objects.get(), state=ImportState.DRAFT
    )
    line = models.ImportLine.objects.create(
        coverage_import=job, line_no=1, position=1, start=0, end=3, token="富顺县", verdict=Verdict.RESOLVED
    )
    outlets = tuple(
        factories.make_outlet(service, include=[models.Region.objects.first()])
        for service in (world.ours, world.theirs)
    )
    key, _secret = models.ApiKey.objects.create_key(name="mine", owner=maintainer)
    found = {
        models.ApiKey: (key, models.ApiKey.objects.get(owner__username="client")),
        models.Brand: (world.brand, world.their_brand),
        models.CoverageRule: (world.rule, world.their_rule),
        models.CoverageImport: (models.CoverageImport.objects.get(service=world.ours), job),
        models.Dispute: (dispute, models.Dispute.objects.get(hotline=world.their_hotline)),
        models.Hotline: (world.hotline, world.their_hotline),
        models.ImportLine: (models.ImportLine.objects.get(coverage_import__service=world.ours), line),
        models.Outlet: outlets,
        models.OutletRule: tuple(outlet.rules.get() for outlet in outlets),
        models.OutletService: tuple(outlet.served.get() for outlet in outlets),
        models.PhoneNumber: (world.hotline.number, world.their_hotline.number),
        models.Promise: (world.ours.promises.get(), promise),
        models.Service: (world.ours, world.theirs),
        models.Source: (world.source, other_source),
        models.Verification: (world.hotline.verifications.get(), check),
    }
    about = {"kind": "end", "state": "done"}
    found[models.Job] = tuple(
        models.Job.objects.create(created_by=user, **about)
        for user in (maintainer, User.objects.create_user("beginner"))
    )
    update = models.RegionUpdate.objects.create(name="2026-12-01", day="2026-12-01")
    found[models.RegionUpdate] = update, update
    for model in (
        models.Category, models.Organization, models.Region, models.RegionName, models.Release, models.Succession,
    ):  # fmt: skip
        record = model.objects.first()
        found[model] = record, record
    with change_set(reason="seen by whom") as changes:
        for record in (own for own, _other in list(found.values())):
            changes.touched(record) if hasattr(record, "key") else None
        theirs = len(changes.rows)
        for record in (other for _own, other in list(found.values())):
            changes.touched(record) if hasattr(record, "key") else None
    rows = list(models.Change.objects.filter(reason="seen by whom").order_by("pk"))
    of_own = {kind_of(model) for model in found if model._meta.model_name in access.OWN}
    mine = [row for row in rows[:theirs] if row.kind in of_own]
    found[models.Change] = mine[0], next(row for row in rows[theirs:] if row.kind != "key")
    with change_set(reason="of another brand") as changes:
        changes.touched(world.theirs)
    sets = models.ChangeSet.objects
    found[models.ChangeSet] = sets.get(reason="seen by whom"), sets.get(reason="of another brand")
    return found | {"changes": (mine, [row for row in rows if row not in mine])}


@pytest.fixture
def roles(world, maintainer):
    """Who asks: name → user. All but the first have every Django permission on records."""
    nobody = User.objects.create_user("nobody", is_staff=True)
    head = User.objects.create_user("head", is_staff=True)
    head.user_permissions.set(Permission.objects.filter(content_type__app_label="regions"))
    return {"nobody": nobody, "maintainer": maintainer, "head": head}


@pytest.mark.slow
@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.model_name)
@pytest.mark.parametrize("role", ["anonymous", "nobody", "maintainer", "head"])
def test_every_door(role, model, client, pairs, roles):
    row = MAINTAINER[model._meta.model_name]
    if role in roles:
        client.force_login(roles[role])
    own, other = pairs[model]
    for record, may in ((own, row.own), (other, row.other)):
        if role in ("anonymous", "nobody"):
            may = ""
        elif role == "head" and model is models.ApiKey:
            may = ""  # those of others
        elif role == "head":
            may = "sc" if "c" in row.own or model in HEAD_CHANGES else "s"
        _check_record(client, model, record, may)
    _check_lists(client, model, own, other, role, row)


# Nobody but who works on every brand changes these.
HEAD_CHANGES = (models.Category, models.Organization, models.Region, models.RegionUpdate)


def _check_record(client, model, record, may):
    """The pages of one record, by their addresses."""
    page = client.get(url(model, "change", record.pk))
    assert (page.status_code == 200) == ("s" in may), page.status_code
    assert (client.get(url(model, "history", record.pk)).status_code == 200) == ("s" in may)
    if "c" not in may:
        saved = client.post(url(model, "change", record.pk), {"name": "x", "do": "skip", "kind": "authority"})
        assert saved.status_code in (302, 403, 404) or (model, saved.status_code) == (models.ChangeSet, 200)
        if "s" in may and model is not models.ChangeSet:  # which is shown again, with what was ticked
            assert saved.status_code == 403
        assert client.post(url(model, "delete", record.pk), {"post": "yes"}).status_code != 200
        assert type(record)._base_manager.filter(pk=record.pk).exists()
    elif model not in (models.CoverageImport, models.RegionUpdate):  # whose pages have buttons
        assert page.context["has_change_permission"]


def _check_lists(client, model, own, other, role, row):
    """What shows many records, and where new ones are made."""
    allowed = role in ("maintainer", "head")
    listed = client.get(url(model, "changelist"))
    assert (listed.status_code == 200) == allowed
    if allowed:
        found = set(listed.context["cl"].queryset.values_list("pk", flat=True))
        of_others = role == "head" and model is models.ApiKey
        assert (own.pk in found) == (not of_others and (role == "head" or "s" in row.own))
        assert (other.pk in found) == (not of_others and (role == "head" or "s" in row.other))
    adding = client.get(url(model, "add"))
    may_add = (role == "maintainer" and row.adds) or (role == "head" and (row.adds or model in HEAD_ADDS))
    assert (adding.status_code == 200) == may_add, adding.status_code
    page_of = admin.site._registry[model]
    if hasattr(page_of, "import_action"):
        importing = client.get(url(model, "import"))
        assert (importing.status_code == 200) == (role == "head" or (role == "maintainer" and "c" in row.own))
        exported = client.post(url(model, "export"), {"format": "0", "resource": "0"})
        assert (exported.status_code == 200) == allowed
        if allowed:
            rows = list(csv.DictReader(io.StringIO(exported.content.decode("utf-8-sig"))))
            assert len(rows) == len(found)


# Nobody but who works on every brand adds these.
HEAD_ADDS = (models.Brand, models.Category, models.Organization, models.RegionUpdate)


@pytest.mark.slow
def test_the_audit_trail_of_a_maintainer_is_that_of_their_brands(client, maintainer, pairs):
    client.force_login(maintainer)
    mine, others = pairs["changes"]
    page = client.get(url(models.Change, "changelist"))
    shown = {change.pk for change in page.context["cl"].queryset if change.reason == "seen by whom"}
    assert shown == {change.pk for change in mine} and others
    overview = client.get(reverse("admin:index")).content.decode()
    assert "seen by whom" in overview and "of another brand" not in overview


def _rest_on(source, way: str, service) -> None:
    """Let something of the service rest on the source, in the way that the gate names."""
    hotline = service.hotlines.first()
    match way:
        case "services":
            models.Service.objects.filter(pk=service.pk).update(source=source)
        case "promises":
            models.Promise.objects.create(
                service=service, kind="warranty", text="x", source=source, source_line=1
            )
        case "hotlines":
            models.Hotline.objects.filter(pk=hotline.pk).update(source=source)
        case "hotline_replacements":
            models.Hotline.objects.filter(pk=hotline.pk).update(replaced_source=source)
        case "outlets":
            factories.make_outlet(service, source=source)
        case "outlet_replacements":
            factories.make_outlet(service, replaced_source=source)
        case "rules":
            service.rules.update(source=source)
        case "verifications":
            models.Verification.objects.create(
                hotline=hotline, method="call", result="confirmed", checked_on="2026-11-01", source=source
            )
        case "imports":
            release = models.Release.objects.get()
            models.CoverageImport.objects.create(service=service, text="x", release=release, source=source)
        case _:
            raise AssertionError(f"a way that nothing here goes: {way}")


SHARED_BY = [way.split("__")[0] for way in access.SHARED["source"]]


@pytest.mark.parametrize("name", ["own", "foreign", "unused", *SHARED_BY])
@pytest.mark.slow
def test_a_shared_source_is_not_raised_to_an_authority(name, client, maintainer, pairs, world):
    """A claim is *attested* by its source's kind: only who owns all that rests on a source says what it is."""
    own, foreign = pairs[models.Source]
    source = {"foreign": foreign, "unused": factories.make_source("unused")}.get(name, own)
    if name in SHARED_BY:
        _rest_on(own, name, world.theirs)
    client.force_login(maintainer)
    form = {"title": "x", "kind": "authority", "url": "", "publisher": "", "reason": "r"}
    status = client.post(url(models.Source, "change", source.pk), form).status_code
    source.refresh_from_db()
    assert (source.kind == "authority") == (name == "own") == (status == 302)


def test_the_gate_knows_every_way_to_a_source():
    """A record that names a source is a reason not to change it: none is forgotten."""
    ways = {relation.get_accessor_name() for relation in models.Source._meta.related_objects}
    assert ways == set(SHARED_BY)


@pytest.mark.slow
@pytest.mark.parametrize("role", ["anonymous", "nobody", "maintainer", "head"])
def test_the_api_shows_imports_to_whom_the_admin_does(role, client, pairs, roles):
    if role in roles:
        client.force_login(roles[role])
    for job in pairs[models.CoverageImport]:
        in_admin = client.get(url(models.CoverageImport, "change", job.pk)).status_code == 200
        for tail in ("", "preview/", "lines/", "lines/1.1/"):
            assert (client.get(f"/api/v1/imports/{job.pk}/{tail}").status_code == 200) == in_admin
        if not in_admin:
            for tail in ("apply/", "revert/", "discard/", "take-up/", "decisions/", "lines/1.1/"):
                answer = client.post(f"/api/v1/imports/{job.pk}/{tail}", {}, content_type="application/json")
                assert answer.status_code in (401, 403, 404)
    listed = client.get("/api/v1/imports/")
    expected = {"maintainer": 1, "head": 2}.get(role)
    assert (listed.json().get("count") if listed.status_code == 200 else None) == expected


def test_whoever_only_looks_neither_applies_nor_decides(client, world, pairs, roles):
    """View and add alone: what the admin refuses, the API refuses."""
    user = roles["nobody"]
    world.brand.maintainers.add(user)
    for codename in ("view_coverageimport", "add_coverageimport"):
        user.user_permissions.add(Permission.objects.get(codename=codename))
    client.force_login(User.objects.get(pk=user.pk))
    job, _theirs = pairs[models.CoverageImport]
    assert client.get(f"/api/v1/imports/{job.pk}/").status_code == 200
    for tail in ("apply/", "revert/", "discard/", "take-up/", "decisions/", "lines/1.1/"):
        answer = client.post(f"/api/v1/imports/{job.pk}/{tail}", {}, content_type="application/json")
        assert answer.status_code == 403
    assert client.post(url(models.CoverageImport, "change", job.pk), {"do": "apply"}).status_code == 403


def test_a_sheet_changes_no_shared_record_for_a_maintainer(client, maintainer, world):
    client.force_login(maintainer)
    assert client.get(url(models.Category, "import")).status_code == 403
    assert client.post(url(models.Category, "process_import")).status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.model_name)
def test_autocompletes_offer_what_the_lists_show(model, client, maintainer, pairs):
    """Every relation of every record, with the records that the gate lets through and no others."""
    client.force_login(maintainer)
    for field in model._meta.fields:
        if not field.is_relation:
            continue
        asked = {"app_label": "regions", "model_name": model._meta.model_name, "field_name": field.name}
        answer = client.get(reverse("admin:autocomplete"), {**asked, "term": ""})
        if answer.status_code == 200:
            offered = {int(result["id"]) for result in answer.json()["results"]}
            rows = access.limit(field.related_model._base_manager.all(), maintainer)
            assert offered <= set(rows.values_list("pk", flat=True))
