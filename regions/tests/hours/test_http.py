"""Who is open at a minute, asked over HTTP at random minutes of random years, against minutes filled by hand (`clock.py`)."""

import datetime
import random

import pytest
import time_machine
from django.core.management import call_command

from regions.services.changes import change_set
from regions.tests import factories

from . import clock

pytestmark = pytest.mark.django_db
WEEK = ("", "周一", "周二", "周三", "周四", "周五", "周六", "周日", "节假日")
BEIJING = datetime.timezone(datetime.timedelta(hours=8))


def text_of(facts: clock.Facts) -> str:
    """The facts as a person would write them."""
    parts = ["24小时"] if facts.always else []
    for day in sorted({number for number, _opens, _closes in facts.week}):
        times = sorted((opens, closes) for number, opens, closes in facts.week if number == day)
        parts.append(f"{WEEK[day]} {'、'.join(map(span, times))}")
    parts += {"closed": ["节假日休息"], "as_usual": ["节假日照常"], "calendar": []}[facts.holidays]
    for day in sorted({row[0] for row in facts.days}):
        times = sorted(row[1:] for row in facts.days if row[0] == day and row[1])
        parts.append(f"{day} {'、'.join(map(span, times)) or '休息'}")
    return "；".join(parts)


def span(times: tuple[str, str]) -> str:
    opens, closes = times
    return (
        f"{opens}-{closes}" if clock.minutes_of(closes) > clock.minutes_of(opens) else f"{opens}-次日{closes}"
    )


@pytest.fixture(params=["sql", "memory"])
def world(request, make_regions):
    """Six services with one number and one outlet each, open at the same times, on one list; hours by number."""
    regions = make_regions("510322")
    year = random.choice(clock.YEARS)
    first = datetime.date(year, 1, 1)
    found = {}
    for number in range(4_000_000_001, 4_000_000_007):
        service = factories.make_service(f"s{number}")
        factories.make_rules(service, include=[regions["510322"]], valid_from=datetime.date(2000, 1, 1))
        facts = clock.random_facts(random.Random(random.randrange(10**9)), first)
        if any(day == 8 for day, _opens, _closes in facts.week):
            facts.holidays = "calendar"  # hours for holidays say that they are neither as usual nor off
        hotline = factories.make_hotline(service, str(number), opening_hours=text_of(facts))
        assert hotline.hours_read.schedule, hotline.opening_hours
        factories.make_outlet(
            service,
            f"o{number}",
            region=regions["510322"],
            opening_hours=hotline.opening_hours,
            valid_from=None,
        )
        found[str(number)] = facts
    factories.make_hotline(service, "4000000009")  # says nothing of hours
    if request.param == "memory":
        with change_set() as changes:
            changes.add("release", "test", "create", None, {})
        call_command("rebuild_postings", verbosity=0)
    return first, found


def by_hand(found: dict[str, clock.Facts], moment: datetime.datetime) -> set[str]:
    minute = moment.hour * 60 + moment.minute
    return {number for number, facts in found.items() if clock.minutes_open(facts, moment.date(), 1)[minute]}


def moments(first: datetime.date, found: dict[str, clock.Facts]) -> list[datetime.datetime]:
    """Random minutes, and some where something begins or ends."""
    start = datetime.datetime.combine(first, datetime.time())
    chosen = [random.randrange(365 * 1_440) for _each in range(8)]
    for facts in found.values():
        for _number, opens, closes in facts.week[:1]:
            day = random.randrange(365) * 1_440
            chosen += [day + clock.minutes_of(opens), day + clock.minutes_of(closes) % 1_440]
    return [start + datetime.timedelta(minutes=each) for each in chosen]


@pytest.mark.slow
def test_who_is_open_at_a_minute(api, world):
    first, found = world
    for moment in moments(first, found):
        at, expected = f"{moment:%Y-%m-%dT%H:%M}", by_hand(found, moment)
        listed = api.get("/api/v1/hotlines/", {"open_at": at, "page_size": 200}).json()["results"]
        assert {each["number"] for each in listed} == expected, at
        assert {each["now"]["state"] for each in listed} <= {"open"}
        shops = api.get("/api/v1/outlets/", {"near": "510322", "open_at": at, "page_size": 200}).json()[
            "results"
        ]
        assert {each["slug"] for each in shops} == {f"o{number}" for number in expected}, at
        answer = api.get("/api/v1/coverage/", {"region": "510322", "open_at": at, "page_size": 200}).json()
        hits = answer["answers"][0]["results"]
        assert {hit["service"]["slug"] for hit in hits} == {f"s{number}" for number in expected}, at
        with time_machine.travel(moment.replace(tzinfo=BEIJING), tick=False):
            now = api.get("/api/v1/coverage/", {"region": "510322", "open": "now", "page_size": 200}).json()
            assert {hit["service"]["slug"] for hit in now["answers"][0]["results"]} == {
                f"s{number}" for number in expected
            }, at
            shops = api.get("/api/v1/outlets/", {"open": "now", "page_size": 200}).json()["results"]
            assert {each["slug"] for each in shops} == {f"o{number}" for number in expected}, at
            shown = api.get("/api/v1/hotlines/", {"open": "any", "page_size": 200}).json()["results"]
            said = {each["number"]: each["now"] for each in shown}
            assert {number for number, each in said.items() if each and each["state"] == "open"} == expected
            assert said["4000000009"] is None


@pytest.mark.slow
def test_an_answer_about_now_is_never_given_again_after_it_has_changed(api, make_regions):
    """Minute by minute over a morning: a 304 only where the whole answer would be the same."""
    service = factories.make_service("one")
    factories.make_rules(service, include=[make_regions("510322")["510322"]])
    factories.make_hotline(service, "4000000001", opening_hours="周一至周五 8:30-12:00、13:00-17:30")
    url, begin = "/api/v1/hotlines/?open=any", datetime.datetime(2026, 11, 26, 8, 20, tzinfo=BEIJING)
    held: tuple[str, str] | None = None
    changes = 0
    for minute in range(0, 360, 5):
        with time_machine.travel(begin + datetime.timedelta(minutes=minute), tick=False):
            fresh = api.get(url)
            if held:
                again = api.get(url, headers={"If-None-Match": held[0]})
                assert (again.status_code == 304) == (fresh.json()["results"] == held[1])
                changes += again.status_code != 304
            held = fresh["ETag"], fresh.json()["results"]
    assert changes == 3  # opens, closes at noon, opens again


@pytest.mark.parametrize(("before", "seconds"), [(2, 2), (600, 10)])
def test_nobody_is_told_to_keep_it_beyond_the_next_change(api, make_regions, before, seconds):
    factories.make_hotline(factories.make_service("one"), "4000000001", opening_hours="每天 8:30-17:30")
    begin = datetime.datetime(2026, 11, 26, 8, 30, tzinfo=BEIJING) - datetime.timedelta(seconds=before)
    with time_machine.travel(begin, tick=False):
        told = api.get("/api/v1/hotlines/?open=now")["Cache-Control"]
        page = api.get("/en/")["Cache-Control"]
        plain = api.get("/api/v1/hotlines/")["Cache-Control"]
    stale = min(60, before - seconds)
    assert told == page == f"public, max-age={seconds}, stale-while-revalidate={stale}"
    assert plain == "public, max-age=10, stale-while-revalidate=60"


SAID = [
    ("周一至周五 8:30-17:30", "2026-11-26T09:00", "open until 17:30", "营业至 17:30"),
    ("周一至周五 8:30-17:30", "2026-11-26T18:00", "closed, opens tomorrow 08:30", "休息，明天 08:30 开"),
    ("周一至周五 8:30-17:30", "2026-11-27T18:00", "closed, opens Monday 08:30", "休息，星期一 08:30 开"),
    ("周一至周五 8:30-17:30", "2026-10-01T09:00", "closed, opens 2026-10-08 08:30 (public holiday)", "休息，2026-10-08 08:30 开（法定节假日）"),
    ("周一至周日 8:00-24:00", "2026-11-26T09:00", "open until 24:00", "营业至 24:00"),
    ("24小时", "2026-11-26T09:00", "open", "营业中"),
    ("周一至周五 8:30-17:30，需预约", "2026-11-26T09:00", "by appointment until 17:30", "需预约，至 17:30"),
    ("周一至周五 8:30-17:30", "2031-06-03T09:00", "open until 17:30 (public holidays not known yet)", "营业至 17:30（法定节假日尚未公布）"),
]  # fmt: skip


@pytest.mark.parametrize(("hours", "at", "english", "chinese"), SAID)
@pytest.mark.slow
def test_it_is_said_in_a_few_words_in_both_languages(api, hours, at, english, chinese):
    factories.make_hotline(factories.make_service("one"), "4000000001", opening_hours=hours)
    for language, words in (("en", english), ("zh-hans", chinese)):
        query = {"open_at": at, "open": "any"}
        (hotline,) = api.get("/api/v1/hotlines/", query, headers={"Accept-Language": language}).json()[
            "results"
        ]
        assert hotline["now"]["text"] == words


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"open": "yes"}, "open"),
        ({"open_at": "2026-11-26"}, "open_at"),
        ({"open_at": "2026-11-26T25:00"}, "open_at"),
        ({"open_at": "2026-11-26T08:00", "on": "2026-11-25"}, "open_at"),
        ({"open_at": "2026-11-26T08:00", "open": "now"}, "open"),
        ({"open": "now", "on": "2020-01-01"}, "open"),
        ({"open": "any", "on": "2020-01-01"}, "open"),
        ({"open_at": "1970-11-26T08:00"}, "open_at"),
        ({"open_at": "9999-12-31T23:59"}, "open_at"),
    ],
)
def test_what_is_no_minute_is_refused(api, make_regions, query, named):
    make_regions("510322")
    for path in ("hotlines/?", "coverage/?region=510322&"):
        url = f"/api/v1/{path}" + "&".join(f"{name}={value}" for name, value in query.items())
        answer = api.get(url)
        assert (answer.status_code, answer.json().get("parameter")) == (400, named), url


def test_a_text_that_is_not_understood_is_kept_with_the_reason(api):
    factories.make_hotline(factories.make_service("one"), "4000000001", opening_hours="看师傅心情")
    (hotline,) = api.get("/api/v1/hotlines/?open=any").json()["results"]
    assert (hotline["opening_hours"], hotline["hours"], hotline["now"]) == ("看师傅心情", [], None)
    assert "not understood" in hotline["schedule"]["unread"]
    assert api.get("/api/v1/hotlines/?open=now").json()["results"] == []


@pytest.mark.slow
def test_hsds_and_schema_org_say_the_same_hours(api):
    text = "周一至周五 8:30-24:00；节假日 10:00-12:00；2026-12-24 休息；2026-12-25 9:00-12:00"
    factories.make_hotline(factories.make_service("one"), "4000000001", opening_hours=text)
    schedules = api.get("/api/v1/services/one/hsds/").json()["schedules"]
    assert [each["byday"] for each in schedules if "byday" in each] == ["MO", "TU", "WE", "TH", "FR"]
    assert {each.get("closes_at") for each in schedules} == {"24:00+08:00", "12:00+08:00", None}
    assert [each["valid_from"] for each in schedules if "valid_from" in each] == ["2026-12-24", "2026-12-25"]
    assert {each["notes"] for each in schedules} == {text}
    told = api.get("/api/v1/services/one/schema-org/").json()["availableChannel"][0]["servicePhone"][
        "hoursAvailable"
    ]
    workdays, holidays = (each for each in told if "dayOfWeek" in each)
    assert [day.rsplit("/")[-1] for day in workdays["dayOfWeek"]] == [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
    ]  # fmt: skip
    assert holidays["dayOfWeek"] == "https://schema.org/PublicHolidays"
    assert {
        "@type": "OpeningHoursSpecification",
        "validFrom": "2026-12-24",
        "validThrough": "2026-12-24",
        "opens": "00:00",
        "closes": "00:00",
    } in told
