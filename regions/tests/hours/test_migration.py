"""What 0013 makes of rows of hours says the same at every minute of a week."""

import datetime
import importlib
import random
from collections import defaultdict

import pytest

from regions.hours import State, read_hours

carried = importlib.import_module("regions.migrations.0013_hours_as_text")
MONDAY = datetime.datetime(2026, 11, 23)  # a week without public holidays


def open_by_rows(rows, moment: datetime.datetime) -> bool:
    """As it was told before: a shift that closes before it opens ends on the next day."""
    time, day, before = moment.time(), moment.isoweekday(), (moment - datetime.timedelta(1)).isoweekday()
    return any(
        (weekday == day and opens <= time and (closes < opens or time < closes))
        or (closes < opens and weekday == before and time < closes)
        for weekday, opens, closes in rows
    )


def text_of(rows) -> str:
    days = defaultdict(list)
    for weekday, opens, closes in rows:
        first, end = opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute
        days[weekday].append((first, end if end > first else end + carried.MIDNIGHT))
    return carried.text_of(days)


@pytest.mark.slow
def test_rows_are_carried_along_word_for_word():
    for seed in range(150):
        chance = random.Random(seed)
        rows = []
        for weekday in chance.sample(range(1, 8), chance.randint(1, 7)):
            for _each in range(chance.randint(1, 2)):
                opens, closes = (
                    datetime.time(*divmod(at, 60)) for at in chance.sample(range(0, 1_440, 15), 2)
                )
                rows.append((weekday, opens, closes))
        text = text_of(rows)
        schedule = read_hours(text).schedule
        assert schedule is not None, text
        for minute in range(0, 7 * 1_440, 5):
            moment = MONDAY + datetime.timedelta(minutes=minute)
            assert (schedule.at(moment).state == State.OPEN) == open_by_rows(rows, moment), (text, moment)
