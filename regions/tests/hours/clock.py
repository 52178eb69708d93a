"""A naive second reading of opening hours, from the rules of docs/evidence.md: a year as minutes, open or not.

It shares no code with `regions.hours`: it fills an array minute by minute, and its holidays are typed here from the
announcements of the State Council.
"""

import datetime
import random

_OFF = """
2025-01-01 2025-01-28..2025-02-04 2025-04-04..2025-04-06 2025-05-01..2025-05-05 2025-05-31..2025-06-02
2025-10-01..2025-10-08
2026-01-01..2026-01-03 2026-02-15..2026-02-23 2026-04-04..2026-04-06 2026-05-01..2026-05-05 2026-06-19..2026-06-21
2026-09-25..2026-09-27 2026-10-01..2026-10-07
"""
_WORKED = """
2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11
2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10
"""
_DAY = datetime.timedelta(days=1)


def _days(text: str) -> set[datetime.date]:
    found = set()
    for part in text.split():
        first, _dots, last = part.partition("..")
        day, end = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last or first)
        while day <= end:
            found.add(day)
            day += _DAY
    return found


OFF, WORKED = _days(_OFF), _days(_WORKED)
YEARS = (2025, 2026)  # 2027 is not announced: its days are as the week has them


class Facts:
    """A schedule as plain facts: rows of (weekday, opens, closes) and (day, opens, closes), times as HH:MM."""

    def __init__(self, week, days=(), always=False, holidays="calendar", appointment=False):
        self.week, self.days = list(week), list(days)
        self.always, self.holidays, self.appointment = always, holidays, appointment


def minutes_of(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def rows_on(facts: Facts, day: datetime.date) -> list[tuple[str, str]]:
    """The hours that begin on a day."""
    own = [row for row in facts.days if row[0] == day]
    if own:
        return [(opens, closes) for _day, opens, closes in own if opens]
    weekday = day.weekday() + 1
    if facts.holidays != "as_usual":
        if day in OFF:
            on_holidays = [(opens, closes) for number, opens, closes in facts.week if number == 8]
            if on_holidays:
                return on_holidays
            return [("00:00", "24:00")] if facts.always and facts.holidays == "calendar" else []
        if day in WORKED:
            weekday = 5 if weekday == 6 else 1
    if facts.always:
        return [("00:00", "24:00")]
    return [(opens, closes) for number, opens, closes in facts.week if number == weekday]


def minutes_open(facts: Facts, first: datetime.date, count: int) -> bytearray:
    """1 for every open minute of `count` days from a day on."""
    found = bytearray(count * 1_440)
    for at in range(-1, count):
        for opens, closes in rows_on(facts, first + at * _DAY):
            begin, end = minutes_of(opens), minutes_of(closes)
            if end <= begin:
                end += 1_440
            begin, end = max(0, at * 1_440 + begin), min(len(found), at * 1_440 + end)
            if begin < end:
                found[begin:end] = b"\1" * (end - begin)
    return found


def random_facts(chance: random.Random, around: datetime.date, at_least: int = 1) -> Facts:
    """A schedule as people have them, and as they might; of some weekdays at least."""
    week = []
    for number in chance.sample(range(1, 9), chance.randint(at_least, 8)):
        week += [(number, *each) for each in _random_rows(chance)]
    always = chance.random() < 0.15
    days = []
    for _each in range(chance.randint(0, 6)):
        day = around + chance.randint(-5, 380) * _DAY
        if day not in [row[0] for row in days]:
            days += (
                [(day, *each) for each in _random_rows(chance)]
                if chance.random() < 0.6
                else [(day, None, None)]
            )
    holidays = chance.choice(["calendar", "calendar", "closed", "as_usual"])
    if always:
        week = [row for row in week if row[0] == 8 and chance.random() < 0.5]
    return Facts(week, days, always, holidays)


def _random_rows(chance: random.Random) -> list[tuple[str, str]]:
    kind = chance.random()
    if kind < 0.1:
        return [("00:00", "24:00")]
    if kind < 0.3:  # over midnight
        opens, closes = chance.randint(12 * 60, 1_439), chance.randint(1, 11 * 60)
        return [(_text(opens), _text(closes))]
    if kind < 0.4:
        return [(_text(chance.randint(1, 1_400)), "24:00")]
    times = sorted(chance.sample(range(1, 1_439), chance.choice([2, 2, 4])))
    return [(_text(a), _text(b)) for a, b in zip(times[::2], times[1::2], strict=True)]


def _text(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
