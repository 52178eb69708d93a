"""Where the directory stands: points in the change sequence.

A *position* is written `1234-9f3a2b1c`: the number of a change and the beginning of its change set's id. The number
alone orders; the second part notices that a database was restored from an older backup and has gone on differently
since, so that nobody continues from a point that never was. Private changes (imports, disputes, keys) use up numbers
too: a position may lie between two public changes.
"""

import re
import threading
from dataclasses import dataclass

from django.core.signals import request_finished, request_started
from django.db import connections, router

from regions.models import Change
from regions.round_trip import ask

_FORM = re.compile(r"(\d{1,18})(?:-([0-9a-f]{8}))?", re.ASCII)

_LATEST = "SELECT id, changeset FROM regions_change {hint} ORDER BY id DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Position:
    """A point in the change sequence; `mark` is empty when only the number was given."""

    sequence: int
    mark: str = ""

    def __str__(self) -> str:
        return f"{self.sequence}-{self.mark}" if self.mark else str(self.sequence)

    @classmethod
    def parse(cls, text: str) -> "Position":
        """The position in a text such as `1234-9f3a2b1c` or `1234`. Raises ValueError."""
        found = _FORM.fullmatch(text)
        if not found:
            raise ValueError(text)
        return cls(int(found[1]), found[2] or "")

    @classmethod
    def of(cls, change: tuple | None) -> "Position":
        """The position of a change given as (id, changeset); of the empty sequence for None."""
        return cls(change[0], change[1].hex[:8]) if change else cls(0)


def latest(using: str) -> str:
    """The question for the latest change, in bare SQL: every request asks it. One look-up in the primary key.

    SQLite is told so. With statistics from a time when there were few changes it would walk through the whole index
    of `changeset` instead, also for MAX(id).
    """
    return _LATEST.format(hint="NOT INDEXED" if connections[using].vendor == "sqlite" else "")


def current_position(using: str | None = None) -> Position:
    """The latest committed change, of the database that reads go to if no other is named."""
    using = using or router.db_for_read(Change)
    rows = ask((latest(using), ()), using=using)[0]
    position = Position(rows[0][0], str(rows[0][1])[:8]) if rows else Position(0)
    if _request.under_way and using == router.db_for_read(Change):
        _request.position = position
    return position


class _Request(threading.local):
    """The request that this thread answers, and the last position that was read for it."""

    under_way = False
    position: Position | None = None


_request = _Request()


def request_position() -> Position:
    """A position read within the request that is answered: for what must be as new as the request, not newer."""
    return _request.position or current_position()


def _begin(**_kwargs) -> None:
    _request.under_way, _request.position = True, None


def _end(**_kwargs) -> None:
    _request.under_way, _request.position = False, None


request_started.connect(_begin, dispatch_uid="position-begin")
request_finished.connect(_end, dispatch_uid="position-end")
