"""A schedule is right at every minute of random years, against minutes filled by hand (`clock.py`)."""

import datetime
import random

import pytest

from regions.hours import Schedule, State, holidays, span_of
from regions.hours.holidays import is_holiday, worked_as

from . import clock

MINUTE = datetime.timedelta(minutes=1)


def time_of(text: str) -> datetime.time:
    return datetime.time() if text == "24:00" else datetime.time.fromisoformat(text)


def schedule_of(facts: clock.Facts) -> Schedule:
    weekly: dict = {}
    dated: dict = {}
    for number, opens, closes in facts.week:
        weekly[number] = (*weekly.get(number, ()), span_of(time_of(opens), time_of(closes)))
    for day, opens, closes in facts.days:
        spans = (span_of(time_of(opens), time_of(closes)),) if opens else ()
        dated[day] = (*dated.get(day, ()), *spans)
    return Schedule(weekly, dated, facts.always, facts.holidays, facts.appointment)


def follows(minutes: bytearray, at: int, limit: int) -> int | None:
    """When the state at a minute ends, looking so far ahead."""
    end = minutes.find(1 - minutes[at], at, at + limit)
    return end if end >= 0 else None


def check(facts: clock.Facts, first: datetime.date, count: int, step: range) -> None:
    minutes = clock.minutes_open(facts, first, count + 420)
    schedule = schedule_of(facts)
    start = datetime.datetime.combine(first, datetime.time())
    for at in step:
        moment = start + at * MINUTE
        now = schedule.at(moment)
        assert (now.state == State.OPEN) == bool(minutes[at]), (moment, vars(facts))
        ends = follows(minutes, at, (8 if minutes[at] else 398) * 1_440)
        if now.until is not None and ends is not None:
            assert now.until == start + ends * MINUTE, (moment, vars(facts))
        elif ends is not None:
            assert minutes[at] and ends - at > 7 * 1_440 - 1_440, (moment, vars(facts))


def random_year(year: int) -> tuple[clock.Facts, bytearray, datetime.datetime]:
    seed = random.randrange(10**9)
    first = datetime.date(year, 1, 1)
    facts = clock.random_facts(random.Random(seed), first, at_least=5)
    return facts, clock.minutes_open(facts, first, 365), datetime.datetime(year, 1, 1)


@pytest.mark.parametrize("year", clock.YEARS)
@pytest.mark.parametrize("_nth", range(4))
def test_every_minute_of_a_random_year_from_change_to_change(year, _nth):
    """Each answer holds until the minute it names, and there the next one begins."""
    facts, minutes, start = random_year(year)
    schedule, at = schedule_of(facts), 0
    while at < len(minutes):
        now = schedule.at(start + at * MINUTE)
        is_open = now.state == State.OPEN
        end = (now.until - start) // MINUTE if now.until else at + 7 * 1_440
        said = bytes([is_open]) * (min(end, len(minutes)) - at)
        assert minutes[at:end] == said, (start + at * MINUTE, now, vars(facts))
        assert now.until is None or end >= len(minutes) or minutes[end] != minutes[at], (now, vars(facts))
        at = end


@pytest.mark.slow
@pytest.mark.parametrize("year", clock.YEARS)
def test_every_minute_of_a_random_year_asked(year):
    facts, minutes, start = random_year(year)
    at = schedule_of(facts).at
    for minute in range(len(minutes)):
        assert (at(start + minute * MINUTE).state == State.OPEN) == bool(minutes[minute]), (
            minute,
            vars(facts),
        )


@pytest.mark.parametrize("seed", range(25))
def test_what_follows_at_random_minutes_and_at_every_edge(seed):
    chance = random.Random(seed * 7_919 + random.randrange(10**6) * 1_000)
    first = datetime.date(chance.choice(clock.YEARS), 1, 1) + datetime.timedelta(days=chance.randint(0, 330))
    facts = clock.random_facts(chance, first)
    minutes = clock.minutes_open(facts, first, 40)
    edges = [m for m in range(1, len(minutes)) if minutes[m] != minutes[m - 1]]
    asked = {m + d for m in edges for d in (-1, 0, 1)} | {chance.randrange(len(minutes)) for _i in range(200)}
    check(facts, first, 40, sorted(m for m in asked if 0 <= m < len(minutes)))


@pytest.mark.parametrize("year", clock.YEARS)
def test_the_holidays_are_those_announced(year):
    day = datetime.date(year, 1, 1)
    while day.year == year:
        assert is_holiday(day) == (day in clock.OFF), day
        expected = {6: 5, 7: 1}[day.isoweekday()] if day in clock.WORKED else day.isoweekday()
        assert worked_as(day) == expected, day
        day += datetime.timedelta(days=1)


def test_beyond_the_announced_years_it_says_so():
    week = Schedule({number: (span_of(time_of("08:00"), time_of("17:00")),) for number in range(1, 6)})
    unknown = datetime.datetime(holidays.KNOWN_UNTIL + 1, 3, 3, 12)
    assert week.at(unknown).holidays_known is False
    assert week.at(datetime.datetime(2026, 11, 26, 12)).holidays_known is True
    as_usual = Schedule(week.weekly, on_holidays="as_usual")
    assert as_usual.at(unknown).holidays_known is True
    assert Schedule(always=True).at(unknown).holidays_known is True


def test_the_last_opening_of_a_known_year_rests_on_the_next():
    """On the evening of 31 December the next opening lies in a year whose holidays may be unknown."""
    week = Schedule({number: (span_of(time_of("08:00"), time_of("17:00")),) for number in range(1, 6)})
    assert week.at(datetime.datetime(holidays.KNOWN_UNTIL, 12, 31, 20)).holidays_known is False


def test_closed_for_good_has_no_next_opening():
    assert Schedule({1: ()}).at(datetime.datetime(2026, 11, 26, 12)) == (State.CLOSED, None, False, False)


def test_nothing_said_is_unknown_and_only_by_appointment_is_that():
    moment = datetime.datetime(2026, 11, 26, 12)
    assert Schedule().at(moment).state == State.UNKNOWN
    assert Schedule(by_appointment=True).at(moment).state == State.BY_APPOINTMENT
    closed_once = Schedule(dated={datetime.date(2026, 11, 26): ()})
    assert closed_once.at(moment).state == State.CLOSED
    assert closed_once.at(moment + datetime.timedelta(days=3)).state == State.UNKNOWN
