"""China's public holidays and the weekend days worked for them, as the State Council announces them year by year.

The days come from the package `chinesecalendar`, which gets a release for each announcement. Of a year it does not
know nothing is guessed: such a day is neither, and `is_known` says so.
"""

import datetime

import chinese_calendar  # type: ignore[import-untyped]

KNOWN_FROM = min(chinese_calendar.holidays).year
KNOWN_UNTIL = max(chinese_calendar.holidays).year


def is_known(day: datetime.date) -> bool:
    """Whether the holidays of the day's year are on file."""
    return KNOWN_FROM <= day.year <= KNOWN_UNTIL


def is_holiday(day: datetime.date) -> bool:
    """A day off by announcement, weekend days within a holiday too; an ordinary weekend is none."""
    return day in chinese_calendar.holidays


def worked_as(day: datetime.date) -> int:
    """The weekday (1 to 7) whose hours a day has: a Saturday worked for a holiday those of Friday, a Sunday of Monday."""
    weekday = day.isoweekday()
    if day in chinese_calendar.workdays:
        return {6: 5, 7: 1}.get(weekday, weekday)
    return weekday
