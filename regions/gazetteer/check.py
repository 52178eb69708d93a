"""Checks the region tree as it stands in the database. Each check is a function from the data to sentences.

Faults make `check_regions` fail; notes are only listed (a closed region without successors may be the truth).
"""

from __future__ import annotations

import datetime
import itertools
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from regions.choices import Level, SuccessionKind
from regions.lookup.territory import KEEPS
from regions.models import Region, Succession

from .chains import Chains
from .days import is_below


class Row(NamedTuple):
    """What the checks need of a region."""

    id: int
    code: str
    level: int
    parent: int | None
    path: str
    name: str
    full_name: str
    valid_from: datetime.date | None
    valid_to: datetime.date | None

    def __str__(self) -> str:
        end = f", closed {self.valid_to}" if self.valid_to else ""
        return f"{self.code} {self.name}{end}"


@dataclass(frozen=True)
class Tree:
    """All regions by database key, and as (old, new) all successions that end the old one."""

    rows: dict[int, Row]
    edges: list[tuple[int, int]]
    parts: list[tuple[int, int]] = field(default_factory=list)  # those that took a part of one that lives on
    whole: list[tuple[int, int]] = field(
        default_factory=list
    )  # those under another code or name, nothing else

    def above(self, row: Row) -> Row | None:
        return None if row.parent is None else self.rows.get(row.parent)

    @classmethod
    def stored(cls) -> Tree:
        """Everything that is in the database."""
        rows = Region.objects.values_list(
            "id", "code", "level", "parent_id", "path", "name", "full_name", "valid_from", "valid_to"
        )
        return cls(
            {row[0]: Row(*row) for row in rows.iterator(chunk_size=5_000)},
            list(Succession.objects.ends().values_list("old_id", "new_id")),
            list(Succession.objects.filter(kind=SuccessionKind.TRANSFER).values_list("old_id", "new_id")),
            list(Succession.objects.filter(kind__in=KEEPS).values_list("old_id", "new_id")),
        )

    @property
    def chains(self) -> Chains[int]:
        return Chains({row.id for row in self.rows.values() if row.valid_to is None}, self.edges)


def orphans(tree: Tree) -> list[str]:
    """Only a country stands alone."""
    return [
        f"{row} has no parent"
        for row in tree.rows.values()
        if row.level != Level.COUNTRY and row.parent not in tree.rows
    ]


def cycles(tree: Tree) -> list[str]:
    """Nobody is below itself, and no succession leads back."""
    found = []
    safe: set[int] = set()
    for row in tree.rows.values():
        seen: list[int] = []
        at: int | None = row.id
        while at is not None and at in tree.rows and at not in safe:
            if at in seen:
                found.append(f"{tree.rows[at]} is below itself")
                break
            seen.append(at)
            at = tree.rows[at].parent
        safe.update(seen)
    found += [f"the successions of {tree.rows[life]} lead back to it" for life in tree.chains.cycles()]
    return found


def wrong_parents(tree: Tree) -> list[str]:
    """A parent is of a higher level, of the same province, and current if the child is.

    A township keeps its code when its county goes into another, until an edition gives it a new one.
    """
    found = []
    took = {(tree.rows[old].code, new) for old, new in (*tree.edges, *tree.parts)}
    for row in tree.rows.values():
        parent = tree.above(row)
        if parent is None:
            continue
        if parent.level >= row.level:
            found.append(f"{row} is below {parent}, which is not of a higher level")
        if parent.level != Level.COUNTRY and parent.code[:2] != row.code[:2]:
            found.append(f"{row} is below {parent}, of another province")
        told = parent.code == row.code[:6] or (row.code[:6], parent.id) in took
        if row.level == Level.TOWNSHIP and not told:
            found.append(f"{row} is below {parent}, its code says {row.code[:6]}")
        if row.valid_to is None and parent.valid_to is not None:
            found.append(f"{row} is current, its parent {parent} is not")
    return found


def wrong_paths(tree: Tree) -> list[str]:
    """`path` and `full_name` say what the parents say."""
    found = []
    for row in tree.rows.values():
        parent = tree.above(row)
        above = parent.path if parent else ""
        if row.path != f"{above}{row.code}/":
            found.append(f"{row} has the path {row.path}, not {above}{row.code}/")
        prefix = f"{parent.full_name}/" if parent and parent.level != Level.COUNTRY else ""
        if row.full_name != prefix + row.name:
            found.append(f"{row} has the full name {row.full_name}, not {prefix}{row.name}")
    return found


def open_twice(tree: Tree) -> list[str]:
    """A code is current once, and its lives do not overlap."""
    lives: dict[str, list[Row]] = defaultdict(list)
    for row in tree.rows.values():
        lives[row.code].append(row)
    found = []
    for code, rows in lives.items():
        current = [row for row in rows if row.valid_to is None]
        if len(current) > 1:
            found.append(f"{code} is current {len(current)} times: {', '.join(row.name for row in current)}")
        rows.sort(key=lambda row: row.valid_from or datetime.date.min)
        for one, other in itertools.pairwise(rows):
            if one.valid_to and other.valid_from and other.valid_from < one.valid_to:
                found.append(f"{one} and {other} overlap")
    return found


def outlived(tree: Tree) -> list[str]:
    """Nobody lives before or after his parent: not before the code he has his own from, not after its last day."""
    first: dict[str, datetime.date | None] = {}
    for row in sorted(tree.rows.values(), key=lambda row: row.valid_from or datetime.date.min):
        first.setdefault(row.code, row.valid_from)
    found = []
    for row in tree.rows.values():
        parent = tree.above(row)
        if parent is None:
            continue
        if row.valid_to and parent.valid_to and row.valid_to > parent.valid_to:
            found.append(f"{row} lives on after {parent}")
        began = first[parent.code]
        if row.valid_from and began and row.valid_from < began and is_below(row.code, parent.code):
            found.append(f"{row} begins on {row.valid_from}, its parent {parent.code} on {began}")
    return found


def at_odds(tree: Tree) -> list[str]:
    """A whole territory under another code or name: the day on which one ended is that on which the other began.

    Where the sources' days contradict each other both stay as they are told; each is named with what is wrong.
    """
    found = []
    for old_id, new_id in tree.whole:
        old, new = tree.rows[old_id], tree.rows[new_id]
        if new.level == Level.TOWNSHIP or not (old.valid_to and new.valid_from):
            continue
        days = abs((new.valid_from - old.valid_to).days)
        what = "no code" if new.valid_from > old.valid_to else "two codes"
        if days:
            found.append(f"{old}, and {new.code} {new.name} begun {new.valid_from}: {what} for {days} days")
    return found


def nowhere(tree: Tree) -> list[str]:
    """Successions start at closed regions, and each of them leads to a current one in the end.

    Of townships the sources say much less: one that ends at a closed township is listed among the notes.
    """
    chains = tree.chains
    found = []
    for life in chains.following:
        if tree.rows[life].valid_to is None:
            found.append(f"{tree.rows[life]} is current and has a successor")
        for end in sorted(chains.dead_ends(life)):
            if tree.rows[end].level == Level.TOWNSHIP:
                continue
            found.append(f"{tree.rows[life]} leads to {tree.rows[end]}, which leads nowhere")
    return found


def without_successors(tree: Tree) -> list[str]:
    """Closed regions of which nothing is known."""
    followed = {old for old, _new in tree.edges}
    return [
        f"{row} has no successor"
        for row in tree.rows.values()
        if row.valid_to is not None and row.id not in followed
    ]


FAULTS: dict[str, Callable[[Tree], list[str]]] = {
    "orphans": orphans,
    "cycles": cycles,
    "wrong parents": wrong_parents,
    "wrong paths": wrong_paths,
    "codes current twice": open_twice,
    "before or after the parent": outlived,
    "successors that lead nowhere": nowhere,
}
NOTES: dict[str, Callable[[Tree], list[str]]] = {
    "closed without successors": without_successors,
    "sources that contradict each other about the day": at_odds,
}
