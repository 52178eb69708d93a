"""Every page of the admin opens, at a price that does not grow with the rows."""

import datetime
import itertools
import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from regions import models
from regions.services.changes import change_set
from regions.tests import factories

ADMINS = dict(sorted(admin.site._registry.items(), key=lambda item: item[0].__name__))
IDS = [model.__name__ for model in ADMINS]
# Bitmaps derived from the rules: nothing a person could read or should touch.
DERIVED = {models.Posting, models.PostingIndex}
# Fields of an API key that its library declares.
LIBRARY_FIELDS = {"id", "created", "hashed_key", "prefix"}
_count = itertools.count()


def address(model, page: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def one_more(model, world):
    """Another row of a kind, with related rows of its own, so that a query per row would show."""
    number = next(_count)
    region = world.regions["510300"]
    service = lambda: factories.make_service(f"more-{number}", brand=f"more-{number}")  # noqa: E731
    hotline = lambda: factories.make_hotline(service(), f"40099{number:05d}", source=world.source)  # noqa: E731
    outlet = lambda: factories.make_outlet((claim := hotline()).service, hotline=claim, region=region)  # noqa: E731
    made = {
        models.Brand: lambda: models.Brand.objects.create(
            slug=f"x-{number}", name=f"x {number}", owner=world.organization
        ),
        models.Category: lambda: models.Category.objects.create(slug=f"x-{number}", name=f"x {number}"),
        models.Change: lambda: _change(service()),
        models.ChangeSet: lambda: _change(service()),
        models.CoverageImport: lambda: models.CoverageImport.objects.create(
            service=service(), text="x", release=models.Release.objects.get(edition="test")
        ),
        models.CoverageRule: lambda: factories.make_rules(service(), include=[region], source=world.source),
        models.Dispute: lambda: models.Dispute.objects.create(
            hotline=hotline(), reason="other", statement="x"
        ),
        models.Hotline: hotline,
        models.ImportLine: lambda: models.ImportLine.objects.create(
            coverage_import=models.CoverageImport.objects.create(
                service=service(), text="x", release=models.Release.objects.get(edition="test")
            ),
            line_no=1,
            position=1,
            start=0,
            end=1,
            token="x",
            verdict="unknown",
        ),
        models.Job: lambda: models.Job.objects.create(
            kind="end", subject="x", state="done", created_by=User.objects.create_user(f"began-{number}")
        ),
        models.Organization: lambda: models.Organization.objects.create(slug=f"x-{number}", name="x"),
        models.Outlet: outlet,
        models.OutletRule: lambda: factories.make_outlet(service(), include=[region]),
        models.OutletService: outlet,
        models.PhoneNumber: lambda: hotline(),
        models.Promise: lambda: models.Promise.objects.create(
            service=service(), kind="other", text="x", source=factories.make_source()
        ),
        models.Region: lambda: _closed_region(number, region),
        models.RegionName: lambda: models.RegionName.objects.create(
            region=_closed_region(number, region), name=f"x{number}", kind="former"
        ),
        models.RegionUpdate: lambda: models.RegionUpdate.objects.create(
            name=f"x {number}", day="2026-12-01", created_by=User.objects.create_user(f"editor-{number}")
        ),
        models.Release: lambda: models.Release.objects.create(
            edition=f"x-{number}",
            publisher="x",
            cut_off="2020-01-01",
            licence="x",
            checksum="0",
            state="retired",
        ),
        models.Service: lambda: hotline(),
        models.Source: lambda: factories.make_source(),
        models.Succession: lambda: _closed_region(number, region),
        models.Verification: lambda: models.Verification.objects.create(
            hotline=hotline(), method="call", result="confirmed", source=world.source
        ),
        User: lambda: User.objects.create_user(f"user-{number}"),
        Group: lambda: Group.objects.create(name=f"group-{number}"),
        models.ApiKey: lambda: models.ApiKey.objects.create_key(
            name=f"key-{number}", owner=User.objects.create_user(f"owner-{number}")
        ),
    }
    before = model._default_manager.count()
    made[model]()
    assert model._default_manager.count() > before, f"one_more makes no {model.__name__}"


def _closed_region(number: int, heir):
    closed = models.Region.objects.create(
        code=f"99{number:04d}",
        level=3,
        parent=heir,
        path=f"{heir.path}99{number:04d}/",
        name=f"旧县{number}",
        full_name=f"四川省/自贡市/旧县{number}",
        valid_from=datetime.date(1990, 1, 1),
        valid_to=datetime.date(2000, 1, 1),
    )
    models.Succession.objects.create(old=closed, new=heir, kind="merge", date="2000-01-01")
    return closed


def _change(service):
    user = User.objects.create_user(f"actor-{service.slug}")
    with change_set(actor=user) as changes:
        changes.created(service)


def queries(client, url: str) -> int:
    client.get(url)  # sessions, content types and the like are read the first time
    with CaptureQueriesContext(connection) as seen:
        response = client.get(url)
        assert response.status_code == 200, url
    return len(seen)


@pytest.mark.slow
@pytest.mark.parametrize("model", ADMINS, ids=IDS)
def test_a_list_costs_the_same_for_few_and_for_fifty_rows(model, world, desk):
    url = address(model, "changelist")
    one_more(model, world)
    few = queries(desk, url)
    while model._default_manager.count() < 50:
        one_more(model, world)
    assert queries(desk, url) == few
    assert few <= 16


@pytest.mark.slow
@pytest.mark.parametrize("model", ADMINS, ids=IDS)
def test_add_and_change_pages_open(model, world, desk):
    one_more(model, world)
    assert desk.get(address(model, "add")).status_code in (200, 302, 403)
    for obj in model._default_manager.all()[:3]:
        response = desk.get(address(model, "change", obj.pk))
        assert response.status_code == 200
        assert b"<select" not in response.content or _options(response) < 200
        assert desk.get(address(model, "history", obj.pk)).status_code == 200


@pytest.mark.one_database
@pytest.mark.slow
@pytest.mark.parametrize("model", ADMINS, ids=IDS)
def test_no_way_of_coming_to_a_record_breaks_its_page(model, world, desk):
    """What the admin itself hangs on an address, as somebody mends it by hand: a page, a refusal, never a fault."""
    one_more(model, world)
    desk.raise_request_exception = False
    keys = (model._default_manager.first().pk, "2026-02-30")
    for page, key in itertools.product(("change", "delete", "history"), keys):
        for name, value in itertools.product(
            ("_to_field", "_popup", "_changelist_filters"), ("", "id", "pk", "nope", "\0", "a__b")
        ):
            response = desk.get(address(model, page, key), {name: value})
            assert response.status_code in (200, 302, 400, 403, 404), (page, key, name, value)


def _kinds_of_lookup() -> list[tuple]:
    """(model, lookup): each lookup and each part of a date of each kind of field, once over all lists."""
    found = {}
    for model in ADMINS:
        for field in model._meta.concrete_fields:
            kind = field.target_field if field.is_relation else field
            for lookup in ("", *kind.get_lookups()):
                found.setdefault((type(kind), lookup), (model, f"{field.name}__{lookup}".removesuffix("__")))
    return list(found.values())


@pytest.mark.slow
@pytest.mark.parametrize("value", ["4000000001", "9999", "1e400", "\0", "2026-02-30"])
def test_no_value_of_a_lookup_breaks_a_list(value, world, desk):
    """Years no calendar has, numbers no database keeps, patterns that run for ever: refused, never a fault."""
    desk.raise_request_exception = False
    lookups = _kinds_of_lookup()
    assert {name.rpartition("__")[2] for _model, name in lookups} >= {
        "year",
        "month",
        "week_day",
        "gte",
        "in",
        "isnull",
    }
    faults = [
        (model, name)
        for model, name in lookups
        if desk.get(address(model, "changelist"), {name: value}).status_code not in (200, 302, 400)
    ]
    assert faults == []


@pytest.mark.slow
@pytest.mark.parametrize("value", ["4000000001", "9999", "0", "13", "\0", "²"])
@pytest.mark.parametrize("model", [model for model in ADMINS if ADMINS[model].date_hierarchy])
def test_no_day_of_the_dates_above_a_list_breaks_it(model, value, world, desk):
    desk.raise_request_exception = False
    of = ADMINS[model].date_hierarchy
    for part, kept in (("year", {}), ("month", {"year": "2026"}), ("day", {"year": "2026", "month": "12"})):
        asked = {f"{of}__{name}": each for name, each in {**kept, part: value}.items()}
        assert desk.get(address(model, "changelist"), asked).status_code in (200, 302, 400), asked


@pytest.mark.slow
@pytest.mark.parametrize("model", ADMINS, ids=IDS)
def test_no_chosen_row_breaks_an_action(model, world, desk):
    one_more(model, world)
    desk.raise_request_exception = False
    page = desk.get(address(model, "changelist")).content.decode()
    offered = re.findall(r'<select name="action".*?</select>', page, re.S)
    actions = re.findall(r'value="(\w+)"', "".join(offered))
    assert actions or model is not models.Service
    wrong = ["1" * 100, "-1", "x", "\0", "1e5", "", str(2**63)]
    for action, right in itertools.product({*actions, "delete_selected", "nope"}, ([], ["1"])):
        form = {"action": action, "select_across": "0", "index": "0", "_selected_action": wrong + right}
        response = desk.post(address(model, "changelist"), form)
        assert response.status_code in (200, 302, 400, 403), form


def _options(response) -> int:
    return response.content.count(b"<option")


@pytest.mark.slow
def test_a_page_with_inlines_costs_the_same_for_more_of_them(world, desk):
    url = address(models.Service, "change", world.ours.pk)
    factories.make_hotline(world.ours, source=world.source)
    few = queries(desk, url)
    for number in range(8):
        factories.make_hotline(world.ours, source=world.source)
        models.Promise.objects.create(
            service=world.ours, kind="other", text=f"x{number}", source=world.source
        )
    # An autocomplete reads the one record it shows: a few queries for each inline row, never more.
    assert queries(desk, url) - few <= 8 * 4


@pytest.mark.parametrize(
    "model", list(apps.get_app_config("regions").get_models()), ids=lambda model: model.__name__
)
def test_every_model_has_a_page_and_every_field_is_explained(model):
    assert model in ADMINS or model in DERIVED
    assert model._meta.verbose_name
    for field in model._meta.get_fields():
        if field.auto_created or not field.concrete or field.name in LIBRARY_FIELDS:
            continue
        assert field.help_text, field
        assert field.verbose_name, field


@pytest.mark.slow
@pytest.mark.parametrize(
    "term",
    ["\x00", "富\x00顺", "😀", "a" * 100_000, "' OR 1=1 --", "%", "_", "\\", "  "],
    ids=lambda term: ascii(term[:12]),
)
@pytest.mark.parametrize("model", ADMINS, ids=IDS)
def test_no_search_term_breaks_a_list(model, term, world, desk):
    if not ADMINS[model].search_fields:
        pytest.skip("this list has no search")
    response = desk.get(address(model, "changelist"), {"q": term})
    assert response.status_code == 200
    if len(term) > 1_000:
        assert response.context["cl"].result_count == 0


@pytest.mark.parametrize(
    "query",
    [
        "level__exact=abc",
        "within=abc",
        "within=99999999999999999999",
        "parent=-1",
        "state=nonsense",
        "nonsense=1",
        "p=x",
        "o=99",
    ],
)
@pytest.mark.slow
def test_no_filter_value_breaks_the_region_list(query, world, desk):
    assert desk.get(address(models.Region, "changelist") + f"?{query}", follow=True).status_code == 200


@pytest.mark.slow
def test_the_overview_counts_and_names_what_waits(world, desk):
    page = desk.get(reverse("admin:index")).content.decode()
    assert "open disputes: 1" in page
    assert "drafts of imports: 1" in page
    assert "unverified hotlines" not in page or "unverified hotlines: 0" not in page
    with CaptureQueriesContext(connection) as seen:
        desk.get(reverse("admin:index"))
    assert len(seen) <= 24


def test_an_unknown_record_leads_back_to_the_overview(world, desk):
    response = desk.get(address(models.Brand, "change", 999_999), follow=True)
    assert response.redirect_chain
    assert "doesn’t exist" in response.content.decode()
