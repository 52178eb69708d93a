"""An edit does not rewrite past days unawares: what answers depend on ends and begins, by whatever door."""

import csv
import datetime
import io

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from regions import models, periods
from regions.models import Change
from regions.models.base import today
from regions.services import intake
from regions.tests import factories

from .test_writes import form_of

PAST = ("2000-06-01", "2019-05-05", str(datetime.date.today() - datetime.timedelta(days=2)))

# What each column is to an answer about a past day. A new one belongs into one of these, by decision.
KEY = "fixed once it exists"
SAYS = "an edit ends the record today and begins another"
DAYS = "moved before today only as a correction"
NOW = "describes the record as it is known today, also in answers about the past"
EVIDENCE = "dated by itself or append-only, decided and recorded by verbs of its own"
INNER = "no answer depends on it"
FIELDS = {
    "coveragerule": {
        "service": KEY, "region": KEY, "kind": SAYS, "response_hours": SAYS, "note": SAYS, "valid_from": KEY,
        "valid_to": DAYS, "source": NOW, "import_line": INNER,
    },
    "hotline": {
        "service": KEY, "number": KEY, "extension": KEY, "follows": KEY, "region": SAYS, "contact_type": SAYS,
        "channel": SAYS, "valid_from": DAYS, "valid_to": DAYS, "labels": NOW, "spellings": NOW, "opening_hours": NOW,
        "mentions": NOW, "source": NOW, "replaced_by": NOW, "replaced_on": NOW, "replaced_source": NOW,
    },
    "brand": {"slug": KEY, "maintainers": INNER} | dict.fromkeys(
        ("name", "name_en", "owner", "website", "is_example"), NOW),
    "category": {"slug": KEY} | dict.fromkeys(("name", "name_en", "parent"), NOW),
    "organization": {"slug": KEY} | dict.fromkeys(("name", "identifier", "url"), NOW),
    "service": {"slug": KEY} | dict.fromkeys(
        ("name", "brand", "category", "kind", "operator", "description", "nationwide_claimed", "steps", "source"), NOW),
    "promise": dict.fromkeys(("service", "kind", "text", "source", "source_line"), NOW),
    "phonenumber": {"canonical": KEY} | dict.fromkeys(("kind", "region", "note"), NOW),
    "source": {"slug": KEY} | dict.fromkeys(
        ("title", "kind", "url", "publisher", "fetched_at", "content_sha256", "excerpt", "machine_checkable",
         "changed_at"), NOW),
    # Coverage never rests on an outlet: its days say when one could go there, as known today.
    "outlet": {"slug": KEY} | dict.fromkeys(
        ("name", "brand", "kind", "operator", "address", "region", "rest", "longitude", "latitude", "coordinates",
         "opening_hours", "source", "source_line", "services", "replaced_by", "replaced_on", "replaced_source"), NOW)
    | {"valid_from": DAYS, "valid_to": DAYS},
    "outletrule": {"outlet": KEY} | dict.fromkeys(("region", "kind", "valid_from", "valid_to"), NOW),
    "outletservice": {"outlet": KEY, "service": NOW, "hotline": NOW},
}  # fmt: skip
# Regions change with an edition, checks and reports are append-only, the rest is not answered.
BY_OTHER_VERBS = {
    "region", "regionname", "succession", "release", "verification", "dispute", "coverageimport", "importline",
    "change", "changeset", "apikey", "posting", "postingindex", "regionupdate",
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
    days = (*PAST, str(today()))
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
    assert not Change.objects.filter(correction=True).exists()


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
