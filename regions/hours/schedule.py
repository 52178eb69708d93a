"""What a schedule says of a minute: open or closed, until when.

Four sentences say what holds on a day; the first that speaks of it decides.

1. Hours given for that very day (or that it is closed) hold.
2. On a public holiday the hours given for holidays hold. Without such, a schedule that says nothing of holidays or that
   they are days off is closed; one that is open around the clock is closed only where it says so.
3. A weekend day that is worked for a holiday has the hours of Friday (a Saturday) or of Monday (a Sunday).
4. Else the hours of its weekday hold.

Who works on holidays as usual is asked by 1 and 4 alone. Hours belong to the day on which they begin: a night shift goes
on into a day that is closed. Times are minutes from the beginning of the day, where the telephone rings.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from . import holidays

MINUTES_OF_DAY = 1_440
HOLIDAY = 8  # the "weekday" of hours on public holidays
CALENDAR, CLOSED, AS_USUAL = (
    "calendar",
    "closed",
    "as_usual",
)  # what a schedule says of holidays; the first: nothing
LOOKED_AHEAD = 400  # days in which the next opening is looked for
ENDLESS = 8  # days open without a break that count as around the clock
_ONE_DAY = datetime.timedelta(days=1)


class Span(NamedTuple):
    """From the first minute to the one that no longer counts; beyond 1440 is the next day."""

    opens: int
    closes: int


ALL_DAY = (Span(0, MINUTES_OF_DAY),)


class State(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    BY_APPOINTMENT = "by_appointment"
    UNKNOWN = "unknown"


class Now(NamedTuple):
    """What a schedule says of a moment. `until`: when that ends, None where it does not within a year."""

    state: State
    until: datetime.datetime | None
    holiday: bool  # today is a public holiday, and the hours follow it
    holidays_known: bool  # False: it rests on a year whose holidays are not announced or not on file


def span_of(opens: datetime.time, closes: datetime.time) -> Span:
    """A closing that is not after the opening is the next day's; 00:00 is midnight at the end of the day."""
    begin, end = (each.hour * 60 + each.minute for each in (opens, closes))
    return Span(begin, end if end > begin else end + MINUTES_OF_DAY)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Weekly hours (weekday 1 to 7, or HOLIDAY), hours of single days (none: closed), and what they rest on."""

    weekly: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)
    dated: Mapping[datetime.date, tuple[Span, ...]] = field(default_factory=dict)
    always: bool = False
    on_holidays: str = CALENDAR
    by_appointment: bool = False

    @property
    def says_when(self) -> bool:
        """Whether there are hours at all."""
        return bool(self.always or self.weekly or self.dated)

    def on(self, day: datetime.date) -> tuple[Span, ...] | None:
        """The hours that begin on a day; empty where it is closed, None where nothing says."""
        if day in self.dated:
            return self.dated[day]
        if not self.always and not self.weekly:
            return None
        if self.follows_holidays and holidays.is_holiday(day):
            if HOLIDAY in self.weekly or not self.always or self.on_holidays == CLOSED:
                return self.weekly.get(HOLIDAY, ())
            return ALL_DAY
        if self.always:
            return ALL_DAY
        weekday = holidays.worked_as(day) if self.follows_holidays else day.isoweekday()
        return self.weekly.get(weekday, ())

    def at(self, moment: datetime.datetime) -> Now:
        """What holds at a moment, in local time."""
        return _Question(self, moment).answer()

    @property
    def follows_holidays(self) -> bool:
        return self.on_holidays != AS_USUAL


class _Question:
    """A schedule asked about one moment; `rests_on` gathers the days that were looked at."""

    def __init__(self, schedule: Schedule, moment: datetime.datetime) -> None:
        self.schedule = schedule
        self.day = moment.date()
        self.minute = moment.hour * 60 + moment.minute
        self.rests_on: list[datetime.date] = []

    def answer(self) -> Now:
        running = self._running((*self._spans(-1), *self._spans(0)), self.minute)
        if running is not None:
            until = self._end(running)
            state = State.BY_APPOINTMENT if self.schedule.by_appointment else State.OPEN
            return self._now(state, until)
        if not self.schedule.says_when and self.schedule.by_appointment:
            return self._now(State.BY_APPOINTMENT, None)
        if self.schedule.on(self.day) is None:
            return self._now(State.UNKNOWN, None)
        return self._now(State.CLOSED, self._next_opening())

    def _spans(self, offset: int) -> list[Span]:
        """The spans that begin so many days from the asked one, in minutes from the asked one's beginning."""
        day = self.day + offset * _ONE_DAY
        self.rests_on.append(day)
        shift = offset * MINUTES_OF_DAY
        return [Span(opens + shift, closes + shift) for opens, closes in sorted(self.schedule.on(day) or ())]

    @staticmethod
    def _running(spans: Iterable[Span], minute: int) -> int | None:
        """When the span that runs at a minute ends; the last to end, of several."""
        return max((closes for opens, closes in spans if opens <= minute < closes), default=None)

    def _end(self, end: int) -> int | None:
        """Where an opening ends with all that follow on without a break; None where it goes on and on."""
        while (days := end // MINUTES_OF_DAY) < ENDLESS:
            later = self._running((*self._spans(days - 1), *self._spans(days)), end)
            if later is None:
                return end
            end = later
        return None

    def _next_opening(self) -> int | None:
        for offset in range(LOOKED_AHEAD):
            begins = [opens for opens, _closes in self._spans(offset) if opens > self.minute]
            if begins:
                return min(begins)
        return None

    def _now(self, state: State, until: int | None) -> Now:
        midnight = datetime.datetime.combine(self.day, datetime.time())
        asked = [day for day in self.rests_on if self._asks_holidays(day)]
        return Now(
            state,
            None if until is None else midnight + datetime.timedelta(minutes=until),
            self._asks_holidays(self.day) and holidays.is_holiday(self.day),
            all(map(holidays.is_known, asked)),
        )

    def _asks_holidays(self, day: datetime.date) -> bool:
        schedule = self.schedule
        asks = schedule.follows_holidays and (
            schedule.on_holidays == CLOSED or not schedule.always or HOLIDAY in schedule.weekly
        )
        return asks and schedule.says_when and day not in schedule.dated
