"""Whether what a schedule says agrees with itself: asked of every one that a line or rows make."""

from dataclasses import replace
from itertools import pairwise

from regions.said import said as _

from .items import Unclear
from .schedule import CALENDAR, HOLIDAY, MINUTES_OF_DAY, Schedule, Span

_WEEK = range(1, 8)


def agreed(schedule: Schedule) -> Schedule:
    """The schedule, raising Unclear where it says two things. Seven days without a closed minute are open around the clock."""
    week = {day: schedule.weekly[day] for day in _WEEK if day in schedule.weekly}
    if HOLIDAY in schedule.weekly and schedule.on_holidays != CALENDAR:
        raise Unclear(_("It gives hours for public holidays, and says that they are days off or as any day."))
    if schedule.always and week:
        raise Unclear(_("It is open 24 hours, and has hours of single days."))
    if any(_overlap(spans) for spans in (*schedule.weekly.values(), *schedule.dated.values())):
        raise Unclear(_("Its hours overlap or go backwards."))
    if len(week) == 7 and len(set(week.values())) == 1 and _without_a_break(week[1]):
        holidays = {HOLIDAY: schedule.weekly[HOLIDAY]} if HOLIDAY in schedule.weekly else {}
        return replace(schedule, weekly=holidays, always=True)
    return schedule


def _overlap(spans: tuple[Span, ...]) -> bool:
    return any(later.opens < earlier.closes for earlier, later in pairwise(sorted(spans)))


def _without_a_break(spans: tuple[Span, ...]) -> bool:
    """Of the same hours on each day."""
    return len({minute % MINUTES_OF_DAY for span in spans for minute in range(*span)}) == MINUTES_OF_DAY
