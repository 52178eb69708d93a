"""Where the directory stands, and what happened since.

A *position* names a point in the change sequence, written `1234-9f3a2b1c`: the number of a change and the
beginning of its change set's id. The number alone orders; the second part notices that a database was restored
from an older backup and has gone on differently since, so that nobody continues from a point that never was.
Private changes (imports, disputes, keys) use up numbers too: a position may lie between two public changes.
"""

import re
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, connections, router

from regions.models import Change
from regions.round_trip import ask

_FORM = re.compile(r"(\d{1,18})(?:-([0-9a-f]{8}))?", re.ASCII)

_LATEST = "SELECT id, changeset FROM regions_change {hint} ORDER BY id DESC LIMIT 1"


class LostPosition(LookupError):
    """The position is not part of this database's history: start again from an export."""


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
    return Position(rows[0][0], str(rows[0][1])[:8]) if rows else Position(0)


def changes_after(position: Position, *, limit: int) -> tuple[list[Change], Position]:
    """At most `limit` changes of every kind after a position, in commit order, and where they end.

    Raises LostPosition when the position lies ahead of the sequence or in another history. A replica that has not
    caught up with the position yet is no reason: the primary is asked then.
    """
    alias = router.db_for_read(Change)
    try:
        return _changes_in(alias, position, limit)
    except LostPosition:
        if alias == DEFAULT_DB_ALIAS:
            raise
        return _changes_in(DEFAULT_DB_ALIAS, position, limit)


def _changes_in(alias: str, position: Position, limit: int) -> tuple[list[Change], Position]:
    changes = Change.objects.using(alias)
    found = list(
        changes.filter(pk__gt=position.sequence)
        .order_by("pk")
        .only("pk", "kind", "key", "action", "at", "changeset")[:limit]
    )
    if position.sequence:
        own = changes.filter(pk__lte=position.sequence).order_by("-pk").values_list("pk", "changeset").first()
        known = Position.of(own)
        if position.mark and position != known:
            raise LostPosition(str(position))
        if not found and known.sequence != position.sequence:
            raise LostPosition(str(position))
    if not found:
        return [], position
    return found, Position.of((found[-1].pk, found[-1].changeset))
