"""An edit does not rewrite past days unawares: what answers depend on ends and begins, by whatever door."""

import csv
import datetime
import io

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from regions import models, periods
from regions.models import Change
from regions.models.base import today
from regions.services import intake, past
from regions.tests import factories

from .test_writes import form_of

PAST = ("2000-06-01", "2019-05-05", str(datetime.date.today() - datetime.timedelta(days=2)))

# What each column is to an answer about a past day. A new one belongs into one of these, by decision.
KEY = "fixed once it exists"
SAYS = "an edit ends the record today and begins another"
DAYS = "moved before today only as a correction"
NOW = "describes the record as it is known today, also in answers about the past"
PLACES = "says in which answers it stands, past ones too: said in the form, and a correction"
EVIDENCE = "dated by itself or append-only, decided and recorded by verbs of its own"
INNER = "no answer depends on it"
FIELDS = {
    "coveragerule": {
        "service": KEY, "region": KEY, "kind": SAYS, "response_hours": SAYS, "note": SAYS, "valid_from": KEY,
        "valid_to": DAYS, "source": PLACES, "import_line": INNER,
    },
    "hotline": {
        "service": KEY, "number": KEY, "extension": KEY, "follows": KEY, "dated_key": KEY, "region": SAYS, "contact_type": SAYS,
        "channel": SAYS, "valid_from": DAYS, "valid_to": DAYS, "labels": NOW, "spellings": NOW, "opening_hours": NOW,
        "mentions": NOW, "source": PLACES, "replaced_by": NOW, "replaced_on": NOW, "replaced_source": NOW,
    },
    "brand": {"slug": KEY, "maintainers": INNER} | dict.fromkeys(
        ("name", "name_en", "owner", "website", "is_example"), NOW),
    "category": {"slug": KEY, "parent": PLACES} | dict.fromkeys(("name", "name_en"), NOW),
    "organization": {"slug": KEY} | dict.fromkeys(("name", "identifier", "url"), NOW),
    "service": {"slug": KEY} | dict.fromkeys(("brand", "category", "kind"), PLACES) | dict.fromkeys(
        ("name", "operator", "description", "nationwide_claimed", "steps", "source"), NOW),
    "promise": dict.fromkeys(("service", "kind", "text", "source", "source_line"), NOW),
    "phonenumber": {"canonical": KEY} | dict.fromkeys(("kind", "region", "note"), NOW),
    "source": {"slug": KEY, "kind": PLACES, "fetched_at": PLACES} | dict.fromkeys(
        ("title", "url", "publisher", "content_sha256", "excerpt", "machine_checkable", "changed_at"), NOW),
    # Coverage never rests on an outlet: its days say when one could go there, as known today.
    "outlet": {"slug": KEY} | dict.fromkeys(
        ("name", "operator", "address", "rest", "longitude", "latitude", "coordinates",
         "opening_hours", "source", "source_line", "replaced_by", "replaced_on", "replaced_source"), NOW)
    | dict.fromkeys(("brand", "kind", "region"), PLACES)
    | {"services": INNER, "valid_from": DAYS, "valid_to": DAYS},
    # Rows of an outlet: that they come, go or end on a past day is a correction too.
    "outletrule": {"outlet": KEY, "region": PLACES, "kind": PLACES, "valid_from": DAYS, "valid_to": DAYS},
    "outletservice": {"outlet": KEY, "service": PLACES, "hotline": PLACES},
}  # fmt: skip
# Regions change with an edition, checks and reports are append-only, the rest is not answered.
BY_OTHER_VERBS = {
    "region", "regionname", "succession", "release", "verification", "dispute", "coverageimport", "importline",
    "change", "changeset", "apikey", "posting", "postingindex", "regionupdate", "job",
}  # fmt: skip


def test_every_column_has_been_decided():
    for model in apps.get_app_config("regions").get_models():
        name = model._meta.model_name
        if name in BY_OTHER_VERBS:
            continue
        columns = {field.name for field in (*model._meta.fields, *model._meta.many_to_many)} - {"id"}
        assert columns == FIELDS[name].keys(), name
        says = {column.removesuffix("_id") for column in getattr(model, "SAYS", ())}
        assert says == {column for column, what in FIELDS[name].items() if what == SAYS}
        places = {column.removesuffix("_id") for column in past.PLACES.get(model, ())} & columns
        assert places == {column for column, what in FIELDS[name].items() if what == PLACES}


CHANGED = [
    ("category", "parent"),
    ("coveragerule", "source"),
    ("hotline", "source"),
    *(("outlet", name) for name in ("brand", "kind", "region", "served", "rules")),
    *(("service", name) for name in ("brand", "category", "kind")),
    ("source", "kind"),
    ("source", "fetched_at"),
]


def other_value(world, name: str, field: str):
    """What to type into the form of a record to change this field."""
    if field == "served":
        return {"served-0-hotline": world.hotline.pk}
    if field == "rules":
        rows = {
            "rules-TOTAL_FORMS": "1",
            "rules-0-region": world.regions["510322"].pk,
            "rules-0-kind": "exclude",
        }
        return rows | {"rules-0-valid_from": "2020-01-01"}
    if field == "fetched_at":
        return {"fetched_at_0": "2020-01-01", "fetched_at_1": "08:00"}
    return {
        field: {
            "brand": lambda: world.their_brand.pk,
            "category": lambda: world.other_category.pk,
            "kind": lambda: {"service": "installation", "outlet": "own", "source": "official_site"}[name],
            "parent": lambda: world.other_category.pk,
            "region": lambda: world.regions["330102"].pk,
            "source": lambda: world.other_source.pk,
        }[field]()
    }


def upload(desk, model, text: str):
    """Bring a table in; the page of its preview."""
    file = SimpleUploadedFile("x.csv", text.encode() if isinstance(text, str) else text)
    page = desk.post(url(model, "import"), {"format": "0", "resource": "0", "import_file": file})
    assert page.context["problems"] == []
    if page.context["counts"]["new"] or page.context["counts"]["changed"]:
        desk.post(url(model, "process_import"), page.context["confirm_form"].initial)
    return page


@pytest.fixture
def placed(world):
    world.category, world.other_category = (
        world.ours.category,
        models.Category.objects.create(slug="x", name="别的"),
    )
    world.service, world.other_source = (
        world.ours,
        factories.make_source("page-x", url="https://example.com/x"),
    )
    world.coveragerule = world.rule
    world.outlet = factories.make_outlet(world.ours, region=world.regions["510322"], valid_from="2024-01-01")
    return world


def test_all_that_places_a_record_is_tried():
    rows = {models.OutletRule: "outletrule", models.OutletService: "outletservice"}
    wanted = {
        (model._meta.model_name, column.removesuffix("_id"))
        for model, columns in past.PLACES.items()
        for column in columns
        if model not in rows  # parts of an outlet
    }
    assert wanted == set(CHANGED)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "field"), CHANGED)
def test_what_places_a_record_is_said_in_the_form_and_a_correction(name, field, placed, desk):
    record = getattr(placed, name)
    address = url(type(record), "change", record.pk)
    page = desk.get(address)
    if field not in ("served", "rules"):
        assert "Counts for past days too" in page.context["adminform"].form.fields[field].help_text
    last = Change.objects.latest("pk").pk
    typed = other_value(placed, name, field)
    describes = {"hotline": {"labels": "新"}, "source": {"title": "新的叫法"}, "coveragerule": {}}.get(
        name, {"name": "新的叫法"}
    )
    if (name, field) == ("outlet", "brand"):  # what is there must change with it: a sheet has both in one row
        row = f"slug,name,brand,services\n{record.slug},新的叫法,b,b-repair\n"
        upload(desk, models.Outlet, row)
    else:
        answer = desk.post(address, form_of(page) | typed | describes)
        assert answer.status_code == 302, answer.context["errors"]
    changes = Change.objects.filter(pk__gt=last, action="update").exclude(before={})
    told = {name: change.correction for change in changes for name in change.before}
    column = field if field in ("served", "rules") else type(record)._meta.get_field(field).attname
    assert told.pop(column) is True
    assert all(told[each] is False for each in describes)  # what only describes it stands beside


@pytest.mark.slow
@pytest.mark.parametrize("first_day", ["2020-01-01", ""])
def test_a_new_outlet_corrects_the_days_on_which_it_stood_already(first_day, placed, desk):
    """Once, not for each of its rows."""
    typed = {"name": "新网点", "slug": "new-outlet", "brand": placed.ours.brand_id, "kind": "own"}
    typed["valid_from"] = first_day or str(today())
    typed |= {"address": "富顺县一路1号", "region": placed.regions["510322"].pk} | other_value(
        placed, "outlet", "rules"
    )
    rows = {"served-TOTAL_FORMS": "1", "served-0-service": placed.ours.pk}
    address = url(models.Outlet, "add")
    answer = desk.post(address, form_of(desk.get(address)) | typed | rows)
    assert answer.status_code == 302, answer.context["errors"]
    changes = Change.objects.filter(kind="outlet", key="new-outlet")
    assert changes.count() > 1
    assert [each.action for each in changes.filter(correction=True)] == ["create"] * bool(first_day)


@pytest.mark.slow
def test_of_an_outlet_that_opens_today_nothing_is_corrected(placed, desk):
    models.Outlet.objects.filter(pk=placed.outlet.pk).update(valid_from=today())
    address = url(models.Outlet, "change", placed.outlet.pk)
    for field in ("kind", "rules"):
        sent = form_of(desk.get(address)) | other_value(placed, "outlet", field)
        assert desk.post(address, sent).status_code == 302
    assert not Change.objects.filter(kind="outlet", correction=True).exists()


@pytest.mark.slow
@pytest.mark.parametrize("begins", ["past", "today"])
def test_a_rule_of_an_outlet_corrects_only_the_days_that_it_holds_on(begins, placed, desk):
    address = url(models.Outlet, "change", placed.outlet.pk)
    typed = other_value(placed, "outlet", "rules")
    typed["rules-0-valid_from"] = "2020-01-01" if begins == "past" else str(today())
    assert desk.post(address, form_of(desk.get(address)) | typed).status_code == 302
    assert Change.objects.latest("pk").correction == (begins == "past")
    if begins == "past":  # it ends today: past days stay
        ended = form_of(desk.get(address)) | {"rules-0-valid_to": str(today())}
        assert desk.post(address, ended).status_code == 302
        assert not Change.objects.latest("pk").correction


@pytest.mark.slow
def test_undoing_a_correction_of_the_category_is_one(placed, desk):
    address = url(models.Service, "change", placed.ours.pk)
    before = placed.ours.category_id
    typed = other_value(placed, "service", "category") | {"name": "新的叫法"}
    desk.post(address, form_of(desk.get(address)) | typed)
    undoing = url(models.ChangeSet, "undo", models.ChangeSet.objects.latest("pk").pk)
    desk.post(undoing, {"reason": "错了"})
    placed.ours.refresh_from_db()
    assert placed.ours.category_id == before
    assert {c.correction: list(c.before) for c in Change.objects.order_by("-pk")[:2]} == {
        True: ["category_id"], False: ["name"],
    }  # fmt: skip


STATES = ("covered", "excluded")


def url(model, page, *args):
    return reverse(f"admin:regions_{model._meta.model_name}_{page}", args=args)


def told(client, *days) -> list:
    """What the directory answers about 富顺县 on some days, without when it answers."""
    answers = []
    for day in days:
        (answer,) = client.get("/api/v1/coverage/", {"region": "510322", "on": day, "state": STATES}).json()[
            "answers"
        ]
        hits = [hit for hit in answer["results"] if hit["service"]["slug"] == "a-repair"]
        answers.append([(hit["state"], hit["why"], hit["rule"] and hit["rule"]["kind"]) for hit in hits])
    return answers


def by_form(desk, rule, **how):
    address = url(models.CoverageRule, "change", rule.pk)
    response = desk.post(address, form_of(desk.get(address)) | {"kind": "exclude", **how})
    assert response.status_code == 302, response.context["errors"]


def by_sheet(desk, rule, correction=""):
    exported = desk.post(url(models.CoverageRule, "export"), {"format": "0", "resource": "0"}).content
    rows = [
        row
        for row in csv.DictReader(io.StringIO(exported.decode("utf-8-sig")))
        if row["service"] == "a-repair"
    ]
    for row in rows:
        row |= {"kind": "exclude", "correction": correction}
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    form = {
        "format": "0",
        "resource": "0",
        "import_file": SimpleUploadedFile("x.csv", out.getvalue().encode()),
    }
    page = desk.post(url(models.CoverageRule, "import"), form)
    assert page.context["problems"] == []
    desk.post(url(models.CoverageRule, "process_import"), page.context["confirm_form"].initial)


def by_table(desk, rule, tmp_path, *options):
    path = tmp_path / "list.csv"
    path.write_text("service,region,kind\na-repair,510322,exclude\n", "utf-8")
    call_command("import_coverage", str(path), "--commit", *options, stdout=io.StringIO())


def by_paste(desk, rule):
    imp = intake.draft(service=rule.service, text="全省（除富顺县）", mode="replace")
    for line in imp.lines.all():
        intake.decide(line=line, exclude=["510322"])
    intake.apply(imp=imp, overrule=True)


@pytest.mark.slow
@pytest.mark.parametrize("door", ["form", "sheet", "table", "paste"])
def test_another_kind_holds_from_today_on(door, world, desk, tmp_path):
    factories.make_rules(world.ours, include=[world.regions["510000"]])  # something to carve out of
    days, last = (*PAST, str(today())), Change.objects.latest("pk").pk
    before = told(desk, *days)
    arguments = {"table": (tmp_path,)}.get(door, ())
    {"form": by_form, "sheet": by_sheet, "table": by_table, "paste": by_paste}[door](
        desk, world.rule, *arguments
    )
    after = told(desk, *days)
    assert after[:-1] == before[:-1] and after[-1] != before[-1]
    world.rule.refresh_from_db()
    assert (world.rule.kind, world.rule.valid_to) == ("include", today())
    assert (
        models.CoverageRule.objects.get(region__code="510322", service=world.ours, valid_to=None).kind
        == "exclude"
    )
    assert not Change.objects.filter(pk__gt=last, correction=True).exists()


@pytest.mark.slow
@pytest.mark.parametrize("door", ["form", "sheet", "table"])
def test_what_was_always_wrong_is_a_correction(door, world, desk, tmp_path):
    if door == "form":
        by_form(desk, world.rule, since="always", reason="抄错了")
    elif door == "sheet":
        by_sheet(desk, world.rule, "1")
    else:
        by_table(desk, world.rule, tmp_path, "--correct")
    rule = models.CoverageRule.objects.get(service=world.ours)
    assert rule.pk == world.rule.pk and rule.kind == "exclude" and rule.valid_to is None
    assert all(not hits or hits[0][0] != "covered" for hits in told(desk, *PAST))
    change = Change.objects.filter(kind="coverage-rule").latest("pk")
    assert change.correction and change.before == {"kind": "include"}
    page = desk.get(url(models.Change, "change", change.pk)).content.decode()
    assert "correction" in page.lower()


def test_a_rule_of_today_is_only_changed(world, desk):
    """It holds on no past day."""
    models.CoverageRule.objects.filter(pk=world.rule.pk).update(valid_from=today())
    by_form(desk, world.rule)
    assert models.CoverageRule.objects.get(service=world.ours).kind == "exclude"
    assert not Change.objects.latest("pk").correction


@pytest.mark.slow
@pytest.mark.parametrize("day", ["2010-01-01", ""])
def test_days_gone_by_move_only_as_a_correction(day, world, desk):
    if not day:
        models.CoverageRule.objects.filter(pk=world.rule.pk).update(valid_to="2010-01-01")
    address = url(models.CoverageRule, "change", world.rule.pk)
    sent = form_of(desk.get(address)) | {"valid_to": day}
    page = desk.post(address, sent)
    assert "past days" in str(page.context["adminform"].form.errors["since"])
    assert desk.post(address, sent | {"since": "always"}).status_code == 302
    world.rule.refresh_from_db()
    assert str(world.rule.valid_to or "") == day and Change.objects.latest("pk").correction


# --- Hotlines ----------------------------------------------------------------------------------------------------


def limit_by_form(desk, world, **how):
    address = url(models.Hotline, "change", world.hotline.pk)
    sent = form_of(desk.get(address)) | {"region": str(world.regions["510000"].pk), **how}
    response = desk.post(address, sent)
    assert response.status_code == 302, response.context["errors"]


@pytest.mark.slow
def test_another_limit_of_a_hotline_begins_another_claim(world, desk):
    dispute = models.Dispute.objects.create(hotline=world.hotline, reason="wrong_number", statement="错")
    limit_by_form(desk, world, reason="只服务四川", opening_hours="周一 9:00-17:30")
    old, new = models.Hotline.objects.filter(service=world.ours).order_by("pk")
    assert (old.pk, old.region, old.valid_to) == (world.hotline.pk, None, today())
    assert (new.region.code, new.valid_from, new.follows) == ("510000", today(), old)
    assert old.key == "a-repair:4000000001" and new.key == f"a-repair:4000000001@{today()}"
    # The number is the same: its check counts on, its open report too; the hours are those of the form.
    assert new.verifications.get().checked_on == old.verifications.get().checked_on
    dispute.refresh_from_db()
    assert dispute.hotline == new
    assert (old.opening_hours, new.opening_hours) == ("周一 8:30-17:30", "周一 9:00-17:30")
    files = {row["key"]: row for row in _exported(desk, "hotlines")}
    for claim in (old, new):
        assert files[claim.key]["valid_to"] == str(claim.valid_to or "")
        body = desk.get(f"/api/v1/hotlines/{claim.key}/").json()
        assert (body["key"], body["valid_to"]) == (claim.key, claim.valid_to and str(claim.valid_to))
    kinds = Change.objects.filter(reason="只服务四川").values_list("kind", "key", "action")
    assert {("hotline", old.key, "update"), ("hotline", new.key, "create")} <= set(kinds)

    models.Hotline.objects.filter(pk=old.pk).update(valid_to="2024-01-01")
    models.Hotline.objects.filter(pk=new.pk).update(valid_from="2024-01-01")
    address = url(models.Hotline, "change", new.pk)
    assert (
        desk.post(address, form_of(desk.get(address)) | {"region": "", "reason": "又改"}).status_code == 302
    )
    third = models.Hotline.objects.latest("pk")
    assert (third.region, third.valid_from, third.follows) == (None, today(), new)


@pytest.mark.slow
def test_what_has_ended_says_something_else_only_as_a_correction(world, desk):
    models.Hotline.objects.filter(pk=world.hotline.pk).update(valid_to="2024-01-01")
    address = url(models.Hotline, "change", world.hotline.pk)
    sent = form_of(desk.get(address)) | {"region": str(world.regions["510000"].pk)}
    page = desk.post(address, sent)
    assert "past days" in str(page.context["adminform"].form.errors["since"])
    claim = models.Hotline.objects.get(service=world.ours)
    assert (claim.region, str(claim.valid_to)) == (None, "2024-01-01")
    assert desk.post(address, sent | {"since": "always"}).status_code == 302
    claim.refresh_from_db()
    assert (claim.region.code, str(claim.valid_to)) == ("510000", "2024-01-01")


def _exported(client, table: str) -> list[dict]:
    text = b"".join(client.get(f"/api/v1/export/{table}.csv").streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.slow
def test_a_corrected_limit_is_the_same_claim(world, desk):
    limit_by_form(desk, world, since="always")
    claim = models.Hotline.objects.get(service=world.ours)
    assert claim.region.code == "510000" and claim.valid_to is None
    assert Change.objects.filter(kind="hotline").latest("pk").correction


@pytest.mark.slow
def test_what_only_describes_a_hotline_is_changed_in_place(world, desk):
    address = url(models.Hotline, "change", world.hotline.pk)
    desk.post(address, form_of(desk.get(address)) | {"labels": "新标签", "mentions": "4"})
    claim = models.Hotline.objects.get(service=world.ours)
    assert (claim.pk, claim.labels, claim.mentions) == (world.hotline.pk, ["新标签"], 4)


@pytest.mark.slow
def test_a_number_that_comes_back_follows_the_claim_that_ended(world, desk):
    models.Hotline.objects.filter(pk=world.hotline.pk).update(valid_to="2020-01-01")
    form = {
        "service": world.ours.pk, "number": world.hotline.number_id, "extension": "", "contact_type": "repair",
        "channel": "phone", "mentions": "1", "hours-TOTAL_FORMS": "0", "hours-INITIAL_FORMS": "0",
    }  # fmt: skip
    assert desk.post(url(models.Hotline, "add"), form).status_code == 302
    new = models.Hotline.objects.get(service=world.ours, valid_to=None)
    assert new.follows == world.hotline and new.valid_from == today()
    page = desk.post(url(models.Hotline, "add"), form)
    assert "lists this number already" in page.content.decode()


@pytest.mark.slow
def test_a_sheet_limits_a_hotline_from_today_on(world, desk):
    text = b"service,number,extension,region\na-repair,4000000001,,510000\n"
    for _again in range(2):
        form = {"format": "0", "resource": "0", "import_file": SimpleUploadedFile("x.csv", text)}
        page = desk.post(url(models.Hotline, "import"), form)
        assert page.context["problems"] == []
        desk.post(url(models.Hotline, "process_import"), page.context["confirm_form"].initial)
    old, new = models.Hotline.objects.filter(service=world.ours).order_by("pk")
    assert (old.region, new.region.code) == (None, "510000")
    exported = desk.post(url(models.Hotline, "export"), {"format": "0", "resource": "0"}).content
    form = {"format": "0", "resource": "0", "import_file": SimpleUploadedFile("x.csv", exported)}
    page = desk.post(url(models.Hotline, "import"), form)
    assert page.context["problems"] == [] and page.context["counts"]["unchanged"] == 3


# --- Stretches of days -------------------------------------------------------------------------------------------

DAYS_OF_MAY = st.none() | st.integers(1, 9).map(lambda n: datetime.date(2026, 5, n))


def _days(period) -> set[int]:
    """The days of a period among the first eleven of May: told by looking at each."""
    days = {n: datetime.date(2026, 4, 30) + datetime.timedelta(days=n) for n in range(11)}
    return {
        n for n, day in days.items()
        if (period.begin is None or period.begin <= day) and (period.end is None or day < period.end)
    }  # fmt: skip


PERIODS = st.builds(periods.Period, DAYS_OF_MAY, DAYS_OF_MAY).filter(_days)


@pytest.mark.slow
@given(PERIODS, PERIODS, st.integers(1, 9))
def test_periods_are_sets_of_days(one, other, n):
    assert one.meets(other) == other.meets(one) == bool(_days(one) & _days(other))
    assert one.covers(other) == (_days(one) >= _days(other))
    day = datetime.date(2026, 5, n)
    assert one.holds(day) == (n in _days(one))
    assert _days(one.since(day)) == {each for each in _days(one) if each >= n} or not one.since(day)._days
    assert one.touches_past(other, day) == any(
        (each in _days(one)) != (each in _days(other)) for each in range(n)
    ) or not (_days(one) & set(range(n)) and _days(other) & set(range(n)))


@pytest.mark.slow
@pytest.mark.django_db
@given(st.lists(PERIODS.filter(lambda p: p.begin is not None), min_size=2, max_size=2))
def test_sql_compares_periods_as_python_does(pair):
    from django.db import connection

    one, other = pair
    names = [f"'{value}'" if value else "NULL" for period in pair for value in period]
    asked = periods.meets_sql(names[0], periods.end_sql(names[1]), names[2], periods.end_sql(names[3]))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT CASE WHEN {asked} THEN 1 ELSE 0 END")
        assert bool(cursor.fetchone()[0]) == one.meets(other)


# --- The same table again ------------------------------------------------------------------------------------------


def sheet_of(desk, model, **cells) -> str:
    """A sheet as exported, with other cells in the rows of our service."""
    exported = desk.post(url(model, "export"), {"format": "0", "resource": "0"}).content
    rows = list(csv.DictReader(io.StringIO(exported.decode("utf-8-sig"))))
    for row in rows:
        row |= cells if row["service"] == "a-repair" else {}
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("again", ["sheet", "command", "api"])
@pytest.mark.parametrize("begun", ["", "2020-01-01"])
@pytest.mark.parametrize(
    ("model", "cells"),
    [(models.CoverageRule, {"kind": "exclude"}), (models.Hotline, {"region": "510000"})],
    ids=["rule", "hotline"],
)
def test_the_same_table_again_is_no_change(model, cells, begun, again, world, desk, tmp_path):
    record = world.rule if model is models.CoverageRule else world.hotline
    if begun:
        model.objects.filter(pk=record.pk).update(valid_from=begun)
    sheet = sheet_of(desk, model, **cells)
    first = upload(desk, model, sheet)
    assert first.context["counts"]["changed"] == 1
    assert model.objects.filter(service=world.ours).count() == 2
    written = Change.objects.count()
    if again == "sheet":
        assert upload(desk, model, sheet).context["counts"]["changed"] == 0
    elif model is models.Hotline:
        pytest.skip("tables of hotlines have one door")
    elif again == "command":
        path = tmp_path / "again.csv"
        path.write_text(sheet, "utf-8")
        call_command("import_coverage", str(path), "--commit", stdout=io.StringIO())
    else:
        body = {"table": sheet, "commit": True}
        answer = desk.post("/api/v1/imports/table/", body, content_type="application/json")
        assert answer.status_code == 200, answer.content
    assert Change.objects.count() == written


@pytest.mark.slow
@pytest.mark.parametrize("table", ["hotlines", "outlets"])
def test_a_file_of_the_export_comes_back_as_no_change_whatever_its_rows_name(table, world, desk):
    model = {"hotlines": models.Hotline, "outlets": models.Outlet}[table]
    gone = next(region for region in world.regions.values() if not region.is_open)
    if table == "hotlines":
        new = factories.make_hotline(world.ours, "4000000008", region=gone)
        old = world.hotline
    else:
        old, new = (
            factories.make_outlet(world.ours, region=region, include=[gone], address=f"路{region.code}号")
            for region in (gone, world.regions["510322"])
        )
    model.objects.filter(pk=old.pk).update(
        valid_to="2025-06-30", replaced_by=new, replaced_source=world.source, replaced_on="2025-06-01"
    )
    text = b"".join(desk.get(f"/api/v1/export/{table}.csv").streaming_content).decode("utf-8-sig")
    page = upload(desk, model, text)
    counts = page.context["counts"]
    assert (counts["new"], counts["changed"], counts["errors"]) == (0, 0, 0) and counts["unchanged"] >= 2


@pytest.mark.slow
def test_each_door_says_in_its_own_words_how_a_table_corrects(world, desk, tmp_path):
    for model in (models.CoverageRule, models.Hotline, models.Outlet):
        assert "<code>correction</code>" in desk.get(url(model, "import")).content.decode()
    assert "<code>correction</code>" not in desk.get(url(models.Brand, "import")).content.decode()
    text = f"service,region,valid_from,valid_to\na-repair,510322,{world.rule.valid_from},2010-01-01\n"
    file = SimpleUploadedFile("x.csv", text.encode())
    page = desk.post(
        url(models.CoverageRule, "import"), {"format": "0", "resource": "0", "import_file": file}
    )
    (said,) = (each[-1] for each in page.context["problems"])
    assert "1 in the column correction" in said and "--correct" not in said
    answer = desk.post("/api/v1/imports/table/", {"table": text}, content_type="application/json")
    assert answer.status_code == 400
    assert '\\"correct\\": true' in answer.content.decode() and "--correct" not in answer.content.decode()
    (tmp_path / "list.csv").write_text(text, "utf-8")
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("import_coverage", str(tmp_path / "list.csv"), stdout=out, stderr=out)
    assert "(--correct)" in out.getvalue()
