"""`correction` in `/changes/` says whether answers about past days changed, whichever door wrote: also of what is new and dated back."""

import csv
import datetime
import io

import pytest
from django.core.management import call_command
from django.urls import reverse

from regions.choices import VerificationMethod, VerificationResult
from regions.models import Change, CoverageRule, Hotline, Region, Source, Succession
from regions.models.base import today
from regions.services import records
from regions.services.intake import recording
from regions.services.verifications import record_verification

from .admin.test_writes import form_of
from .factories import make_hotline, make_rules, make_service, make_source

pytestmark = pytest.mark.django_db
PLACES = ("510322", "510302", "510303", "510304", "510311", "510321")


@pytest.fixture
def service(make_regions):
    make_regions(*PLACES)
    return make_service("a-repair")


def corrections(api, kind: str, after: int = 0) -> list[bool]:
    changes = api.get("/api/v1/changes/", {"after": after}).json()["results"]
    return [change["correction"] for change in changes if change["kind"] == kind]


def by_form(service, day, client, tmp_path):
    url = reverse("admin:regions_coveragerule_add")
    region = Region.objects.open().get(code="510322")
    typed = {"service": service.pk, "region": region.pk, "kind": "include", "valid_from": day, "reason": "x"}
    assert client.post(url, form_of(client.get(url)) | typed).status_code == 302


def by_table(service, day, client, tmp_path, codes=PLACES[:1]):
    path = tmp_path / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [
                ["service", "region", "kind", "valid_from"],
                *([service.slug, code, "include", day] for code in codes),
            ]
        )
    call_command("import_coverage", str(path), "--commit", stdout=io.StringIO())


def by_long_table(service, day, client, tmp_path):
    by_table(service, day, client, tmp_path, PLACES)


DOORS = {"coverage-rule": (by_form, by_table), "coverage-list": (by_long_table,)}


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "door"), [(kind, door) for kind, doors in DOORS.items() for door in doors])
@pytest.mark.parametrize("days_ago", [0, 1, 5_000])
def test_a_new_rule_corrects_the_days_before_today(
    kind, door, days_ago, service, api, admin_client, tmp_path, monkeypatch
):
    monkeypatch.setattr(recording, "FEW", 3)  # a list of more is told whole
    day = today() - datetime.timedelta(days=days_ago)
    door(service, str(day), admin_client, tmp_path)
    assert set(corrections(api, kind)) == {days_ago > 0}
    assert CoverageRule.objects.filter(valid_from=day).exists()


@pytest.mark.parametrize("days_ago", [0, 30])
def test_a_check_dated_back_corrects_the_days_since(days_ago, service, api):
    claim = make_hotline(service)
    day = today() - datetime.timedelta(days=days_ago)
    call, confirmed = VerificationMethod.CALL, VerificationResult.CONFIRMED
    record_verification(hotline=claim, method=call, result=confirmed, note="heard", checked_on=day)
    assert corrections(api, "hotline")[-1] is (days_ago > 0)
    status = {
        row["key"]: row["status"]
        for row in api.get("/api/v1/hotlines/", {"on": str(today() - datetime.timedelta(days=9))}).json()[
            "results"
        ]
    }
    assert status[claim.key] == ("verified" if days_ago else "unverified")


@pytest.mark.parametrize(
    ("read", "again", "corrects"),
    [("2020-01-01", "2020-06-01", False), ("2020-01-01", "2022-01-01", True), ("2022-01-01", "2020-01-01", True),
     ("2022-01-01", "2024-01-01", False), (None, "2020-01-01", True)],
)  # fmt: skip
def test_a_source_read_anew_corrects_where_its_lists_grow_older_or_younger_than_a_carve_out(
    read, again, corrects, make_regions, api
):
    places = make_regions("330110", "330113")
    old, new = (Region.objects.open().get(code=code) for code in ("330110", "330113"))
    step = {"kind": "transfer", "date": datetime.date(2021, 3, 11), "share": "part", "document": "x"}
    Succession.objects.get_or_create(old=old, new=new, defaults=step)

    def moment(day):
        return day and datetime.datetime.fromisoformat(f"{day}T08:00+08:00")

    source = make_source("list", fetched_at=moment(read))
    make_rules(make_service("a-repair"), [places["330110"]], source=source, valid_from="2024-01-01")

    def possibly(on):
        answer = api.get("/api/v1/coverage/", {"region": "330113", "on": on}).json()["answers"][0]
        return answer["possibly_count"]

    before, last = possibly("2025-06-01"), Change.objects.latest("pk").pk if Change.objects.exists() else 0
    source = Source.objects.get(pk=source.pk)
    source.fetched_at = moment(again)
    records.save(source)
    assert (possibly("2025-06-01") != before) is corrects
    assert corrections(api, "source", last) == [corrects]


@pytest.mark.parametrize("first_day", ["2020-01-01", ""])
def test_a_new_claim_corrects_the_days_on_which_it_stood_already(first_day, service, api):
    claim = make_hotline(service)
    new = Hotline(service=service, number=claim.number, extension="7", valid_from=first_day or today())
    records.save(new)
    assert corrections(api, "hotline")[-1] is bool(first_day)


LAST_YEAR, YESTERDAY, TODAY = -365, -1, 0


@pytest.mark.parametrize(
    ("ended", "was", "is_now", "corrects"),
    [
        (LAST_YEAR, LAST_YEAR, YESTERDAY, True),
        (LAST_YEAR, YESTERDAY, TODAY, True),
        (LAST_YEAR, TODAY, YESTERDAY, True),
        (LAST_YEAR, None, None, True),  # told since it ended
        (YESTERDAY, None, TODAY, True),
        (TODAY, None, None, False),
        (TODAY, TODAY, None, False),
    ],
)
def test_another_day_of_a_replacement_corrects_the_days_on_which_it_was_told_or_is(
    ended, was, is_now, corrects, service, api
):
    def day(days):
        return None if days is None else today() + datetime.timedelta(days)

    new = make_hotline(service)
    old = make_hotline(service, valid_from="2020-01-01", valid_to=day(ended))
    if was is not None or is_now is not None:
        old.replaced_by, old.replaced_on = new, day(was)
        old.save()
    asked = {"brand": service.brand.slug, "on": str(day(YESTERDAY)), "number": old.number.canonical}
    before, last = api.get("/api/v1/hotlines/", asked).json(), Change.objects.count()
    old = Hotline.objects.get(pk=old.pk)
    old.replaced_by, old.replaced_on = new, day(is_now)
    records.save(old)
    told = corrections(api, "hotline", last)
    assert (True in told) is corrects
    if not corrects:
        assert api.get("/api/v1/hotlines/", asked).json()["results"] == before["results"]
