"""What changed, every signal, sources by age, and the files of every night: against plain loops over the rows."""

import collections
import csv
import datetime
import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from regions.choices import SEVERITY_OF, Severity, SignalCode
from regions.lookup import memory
from regions.lookup.overview import watch
from regions.models import Brand, Change, ChangeSet, Hotline, PhoneNumber, Source
from regions.services.changes import change_set
from regions.tests import factories

ABOUT = {"listed": "&brand=first", "overlaps": "&service=one&service=other"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def directory(make_regions):
    places = make_regions("510322", "330106", "510104", below=["330100", "510300", "440100", "440300"])
    page = factories.make_source("page", fetched_at=timezone.now() - datetime.timedelta(200))
    factories.make_source("never", kind="document")
    factories.make_source("fresh", fetched_at=timezone.now(), changed_at=timezone.now())
    one = factories.make_service("one", brand="first", nationwide_claimed=True)
    other = factories.make_service("other", brand="second")
    factories.make_rules(one, include=[places["510322"]], source=page)
    factories.make_rules(other, include=[places["510322"], places["330106"]])
    number = PhoneNumber.objects.create(canonical="4001234567", kind="toll_free_400")
    for service in (one, other):
        Hotline.objects.create(service=service, number=number, source=page, labels=["a", "b", "c", "d"])
    for age in (200, 100, 80, 50, 10, 0, 0):
        with change_set(reason="test") as changes:
            changes.add("hotline", f"one:4001234567-{age}", "update", {}, {})
            changes.add("brand", "second", "create", None, {})
            changes.add("posting-index", "1", "update", {}, {})  # no record: not counted
        uuid = ChangeSet.objects.latest("pk").uuid
        moment = timezone.now() - datetime.timedelta(age)
        ChangeSet.objects.filter(uuid=uuid).update(at=moment)
        Change.objects.filter(changeset=uuid).update(at=moment)
    return places


def ask(api, name: str, query: str = "") -> dict:
    response = api.get(f"/api/v1/overview/{name}/?page_size=200{query}")
    assert response.status_code == 200, response.content
    return response.json()


@pytest.mark.slow
def test_what_changed(directory, api):
    for query, kinds in (
        ("", {"hotline", "brand"}),
        ("&brand=first", {"hotline"}),
        ("&brand=second", {"brand"}),
    ):
        found = ask(api, "changes", query)
        expected = collections.Counter()
        for change in Change.objects.all():
            for days in (7, 30, 90):
                if change.at >= timezone.now() - datetime.timedelta(days) and change.kind in kinds:
                    expected[change.kind, change.action, days] += 1
        said = {
            (row["kind"], row["action"], days): row[f"days_{days}"]
            for row in found["results"]
            for days in (7, 30, 90)
        }
        assert said == dict(expected) and found["count"] == len(kinds)
    assert api.get("/api/v1/overview/changes/?brand=nobody").status_code == 400


@pytest.mark.slow
def test_every_signal_has_a_severity_and_its_evidence(directory, api):
    assert SEVERITY_OF.keys() == set(SignalCode)
    rows = ask(api, "signals")["results"]
    assert {(row["brand"], row["code"]) for row in rows} >= {
        ("first", "number_shared"), ("second", "number_shared"), ("first", "never_verified"),
        ("first", "nationwide_not_listed"), ("second", "several_labels"),
    }  # fmt: skip
    assert all(row["explanation"] and row["records"] for row in rows)
    ranks = [Severity.values.index(row["severity"]) for row in rows if not row["silenced_by"]]
    assert ranks == sorted(ranks) and len(set(ranks)) == 3
    for word in Severity.values:
        assert ask(api, "signals", f"&severity={word}")["results"] == [
            row for row in rows if row["severity"] == word
        ]
    assert ask(api, "signals", "&brand=first")["results"] == [row for row in rows if row["brand"] == "first"]
    told = api.get("/api/v1/numbers/4001234567/").json()["signals"]
    assert {each["explanation"] for each in told} <= {row["explanation"] for row in rows}


@pytest.mark.slow
def test_a_file_of_signals_of_very_many_brands_is_refused(directory, api, monkeypatch):
    monkeypatch.setattr(watch, "MOST_BRANDS", 1)
    refused = api.get("/api/v1/overview/signals/?format=csv")
    assert refused.status_code == 400 and "brand=" in refused.json()["detail"]
    assert api.get("/api/v1/overview/signals/?format=csv&brand=first").status_code == 200


@pytest.mark.slow
def test_sources_by_age(directory, api):
    rows = ask(api, "sources")["results"]
    assert [(row["source"], row["age"], row["hotlines"], row["rules"]) for row in rows] == [
        ("never", "never", 0, 0), ("page", "365", 2, 1), ("fresh", "30", 0, 0),
    ]  # fmt: skip
    assert rows[1]["age_days"] == 200 and rows[0]["read_on"] is None and rows[2]["changed_on"]
    assert [row["source"] for row in ask(api, "sources", "&age=never&age=30")["results"]] == [
        "never",
        "fresh",
    ]
    assert Source.objects.count() == len(rows)


@pytest.mark.slow
def test_it_costs_the_same_for_more_records(directory, api, django_assert_max_num_queries):
    for number in range(15):
        service = factories.make_service(f"more-{number}", brand=f"brand-{number}")
        factories.make_rules(service, include=[directory["510104"]])
        factories.make_hotline(service)
    with django_assert_max_num_queries(25):
        ask(api, "signals")
    with django_assert_max_num_queries(6):
        ask(api, "changes")
    for name in ("units", "categories", "listed", "overlaps"):
        memory._memories.clear()
        with django_assert_max_num_queries(30):
            assert api.get(f"/api/v1/overview/{name}/?format=csv{ABOUT.get(name, '')}").status_code == 200


@pytest.mark.slow
def test_the_files_of_every_night_say_what_the_api_says(directory, api, tmp_path):
    call_command("rebuild_postings", verbosity=0)
    out = io.StringIO()
    call_command("overview", str(tmp_path), stdout=out)
    names = {"coverage", "categories", "units", "overlaps", "listed", "changes", "signals", "sources"}
    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.csv" for name in names}

    def rows(name: str) -> list[dict]:
        return list(csv.DictReader((tmp_path / f"{name}.csv").read_text("utf-8-sig").splitlines()))

    for name in ("units", "changes", "sources"):
        told = api.get(f"/api/v1/overview/{name}/?format=csv").content.decode("utf-8-sig")
        assert rows(name) == list(csv.DictReader(io.StringIO(told)))
    assert {row["region"] for row in rows("coverage")} >= {"510000", "510300", "510322"}
    assert {row["brand"] for row in rows("listed")} == set(Brand.objects.values_list("slug", flat=True))
    assert [row["code"] for row in rows("signals")] == [row["code"] for row in ask(api, "signals")["results"]]
    for line in out.getvalue().splitlines():
        name, _colon, count = line.partition(".csv: ")
        assert int(count.split()[0]) == len(rows(name))
    (tmp_path / "gone").mkdir()
    with pytest.raises(CommandError, match="make it first"):
        call_command("overview", str(tmp_path / "nowhere"))
