"""Opening hours asked about a minute, and the minutes at which answers about "now" change by themselves."""

import datetime
import threading
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache

from django.utils import timezone

from regions.hours import MINUTES_OF_DAY, Now, Span, State, read_hours
from regions.models import Hotline, Outlet
from regions.position import Position

_DAY = 86_400


def this_minute() -> datetime.datetime:
    """The minute that it is, in local time, without a zone."""
    now = timezone.localtime(timezone=timezone.get_default_timezone())
    return now.replace(second=0, microsecond=0, tzinfo=None)


@lru_cache(maxsize=65_536)
def opening(text: str, moment: datetime.datetime) -> Now | None:
    """What a text of opening hours says of a moment; None where it says nothing or is not understood."""
    schedule = read_hours(text).schedule if text else None
    return schedule.at(moment) if schedule else None


def open_texts(texts: Iterable[str], moment: datetime.datetime) -> list[str]:
    """Those texts by which it is open at a moment. "By appointment" is not open: nobody may be there."""
    return [text for text in texts if (now := opening(text, moment)) and now.state == State.OPEN]


def texts_on_file() -> list[str]:
    """Every text of opening hours, once each. One query."""
    hotlines, outlets = (
        model._default_manager.exclude(opening_hours="").order_by().values_list("opening_hours", flat=True)
        for model in (Hotline, Outlet)
    )
    return list(hotlines.union(outlets))


class _Clock:
    """The seconds of a day at which somebody begins or ceases to be there, by the texts on file at a position."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.kept: tuple[Position | None, list[int]] = None, []

    def seconds(self, position: Position) -> list[int]:
        with self.lock:
            known, seconds = self.kept
            if known != position:
                seconds = sorted({minute * 60 for text in texts_on_file() for minute in _edges(text)})
                self.kept = position, seconds
            return seconds


_clock = _Clock()


def _edges(text: str) -> set[int]:
    """The minutes of a day at which a text may begin to say something else; midnight is every text's."""
    schedule = read_hours(text).schedule
    if schedule is None:
        return set()
    spans: list[Span] = [
        span for each in (schedule.weekly, schedule.dated) for found in each.values() for span in found
    ]
    return {minute % MINUTES_OF_DAY for span in spans for minute in span}


def step(position: Position) -> tuple[int, int]:
    """How many of today's minutes of change have passed, and the seconds until the next one, midnight at the latest.

    Within one day and one step no answer about "now" changes while the directory stands still.
    """
    seconds = _clock.seconds(position)
    now = timezone.localtime(timezone=timezone.get_default_timezone())
    since = now.hour * 3_600 + now.minute * 60 + now.second
    passed = bisect_right(seconds, since)
    return passed, (seconds[passed] if passed < len(seconds) else _DAY) - since


def forget() -> None:
    """For tests."""
    _clock.__init__()  # type: ignore[misc]
