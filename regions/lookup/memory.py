"""The days that a process keeps, in step with the change sequence, so that the main question needs no query.

Every question first reads the position of the change sequence. Where it has moved, the changes since say what today's
answers have to forget: a region's postings, a service's facts and its ready-made part of the answer. Other days are few,
and forgotten whole. Everything is bounded (`settings.LOOKUP_MEMORY_MB`).
"""

import datetime
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

from django.conf import settings
from django.db import router

from regions.models import Change, Posting, PostingIndex
from regions.models.base import today
from regions.postings import writing
from regions.postings.rules import SETS, read_index

from .bounded import Bounded
from .changes import Position, current_position
from .day import Day
from .follow import Followed, read_changes
from .sources import FromPostings, can_follow, holds

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")
# A commit between two reads of one question has it asked again, this often; then it is answered as it comes.
TRIES = 5
# So many days beside today are kept: those asked last.
OTHER_DAYS = 2


class Memory:
    """What is kept for one database. Today is used under the lock, any other day under its own."""

    def __init__(self) -> None:
        limit = settings.LOOKUP_MEMORY_MB * 2**20
        self.lock = threading.RLock()
        self.for_today, self.for_another = limit * 11 // 16, limit // 8
        self.numbers = Bounded(
            limit // 16
        )  # answers about numbers with the services that claim them, by question
        self.day: Day | None = None  # today
        self.others: OrderedDict[datetime.date, Day] = OrderedDict()

    @property
    def position(self) -> Position | None:
        return self.day.position if self.day else None

    @property
    def usable(self) -> bool:
        """True when the index answers about today."""
        return self.day is not None and isinstance(self.day.source, FromPostings)

    def is_past(self, position: Position) -> bool:
        """True when another thread has brought this memory beyond a position (or to another history)."""
        here = self.position
        return here is not None and position != here and position.sequence <= here.sequence

    def at(self, position: Position, on: datetime.date) -> Day:
        """A day at a position. Used under the lock."""
        if writing.get() or not position.sequence:
            return self.unkept(on)
        day = self._bring_up(position, today())
        return day if on == day.on else self._another(position, on, day)

    def unkept(self, on: datetime.date) -> Day:
        """A day of which nothing is kept: while a change set is open, or where nothing was ever recorded."""
        return Day(on, self.for_another)

    def _bring_up(self, position: Position, on: datetime.date) -> Day:
        """Today, without what changed on the way to a position."""
        day = self.day
        if day and (position, on) == (day.position, day.on):
            return day
        self.others.clear()
        followed = None
        if day and day.position and on == day.on and position.sequence > day.position.sequence > 0:
            followed = read_changes(day.position, position)
        if day is None or followed is None or not day.follow(followed, position):
            day = self.day = Day(on, self.for_today, position, _index_for_today(on))
        day.loads += 1
        self._forget_numbers(followed)
        return day

    def _forget_numbers(self, followed: Followed | None) -> None:
        """An answer about a number rests on much, but of rules only on those of the services that claim it."""
        if followed is None or not followed.nothing_else or followed.of_services is None:
            self.numbers.clear()
            return
        for key, (_told, services) in self.numbers.items():
            if not followed.of_services.isdisjoint(services):
                self.numbers.pop(key)

    def number(
        self, key: Hashable, make: Callable[[], tuple[Answer, int, set[int]]], position: Position
    ) -> Answer:
        """An answer about a number, made where it is not kept: with its size and the services that claim the number.

        It is kept only where nobody has brought this memory on meanwhile: what changes later ends it.
        """
        with self.lock:
            if self.is_past(position):
                position = current_position()
            kept = self.numbers.get(key) if self.at(position, today()) is self.day else None
        if kept is not None:
            return kept[0]
        answer, size, services = make()
        with self.lock:
            if self.position == position and not writing.get():
                self.numbers.put(key, (answer, services), size)
        return answer

    def _another(self, position: Position, on: datetime.date, for_today: Day) -> Day:
        day = self.others.pop(on, None)
        if day is None:
            index = read_index(router.db_for_read(PostingIndex))
            index = index if index and holds(index, on) else None
            day = Day(on, self.for_another, position, index, for_today.service_facts)
        self.others[on] = day
        while len(self.others) > OTHER_DAYS:
            self.others.popitem(last=False)
        return day


def _index_for_today(on: datetime.date) -> PostingIndex | None:
    index = read_index(router.db_for_read(PostingIndex))
    if index is None or on < index.day:
        return None
    if not can_follow(index, on):
        logger.warning("regions began or ended since the index was built: run rebuild_postings")
        return None
    return index


_memories: dict[str, Memory] = {}


def memory_here() -> Memory:
    """The memory of the database that reads go to."""
    alias = router.db_for_read(Change)
    found = _memories.get(alias)
    if found is None:
        found = _memories.setdefault(alias, Memory())
    return found


def consistently(on: datetime.date, ask: Callable[[Day], Answer], position: Position | None = None) -> Answer:
    """Ask a question of one moment: `ask(day)`.

    When something had to be read and a commit came in between, the question is asked again. `position` is where
    the caller already knows the directory to stand.
    """
    memory = memory_here()
    for _attempt in range(TRIES):
        answer, asked_at = _ask(memory, on, ask, position)
        if asked_at is None or current_position() == asked_at:
            return answer
        position = None
    return ask(memory.unkept(on))


def _ask(
    memory: Memory, on: datetime.date, ask: Callable[[Day], Answer], position: Position | None
) -> tuple[Answer, Position | None]:
    """The answer, and the position at which it was asked; None where nothing had to be read."""
    with memory.lock:
        if position is None or memory.is_past(position):
            position = current_position()
        day = memory.at(position, on)
        if day is memory.day:
            loads = day.loads
            return ask(day), None if day.loads == loads else position
    with day.lock:
        try:
            return ask(day), position
        finally:
            day.source.rest()


def usage() -> dict[str, int | str | None]:
    """Numbers about the index in the database and about what this process keeps of it (bytes, entries)."""
    index = read_index(router.db_for_read(PostingIndex))
    memory = memory_here()
    stored = 0
    for blobs in Posting.objects.order_by().values_list(*SETS).iterator(chunk_size=200):
        stored += sum(map(len, blobs))
    return {
        "index_day": str(index.day) if index else None,
        "index_until": str(index.until) if index and index.until else None,
        "index_regions": Posting.objects.count(),
        "index_bytes": stored,
        **memory_usage(memory),
    }


def memory_usage(memory: Memory | None = None) -> dict[str, int]:
    """What this process keeps: bytes by kind, and the limit. Asks no database; for `/metrics`."""
    memory = memory or memory_here()
    kept = memory.day.size() if memory.day else dict.fromkeys(KINDS, 0)
    return {
        "memory_limit": settings.LOOKUP_MEMORY_MB * 2**20,
        **{f"memory_{kind}": size for kind, size in kept.items()},
        "memory_numbers": memory.numbers.size,
        "memory_other_days": sum(sum(day.size().values()) for day in list(memory.others.values())),
    }


KINDS = ("postings", "sets", "choices", "services", "rules", "places", "shown", "facts")
