"""An edition of the region data in memory: lives, names, and what became of what."""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from regions.choices import SuccessionKind

#: (code, first day or None): what identifies a life
Key = tuple[str, datetime.date | None]


class EditionError(Exception):
    """The files of an edition are not fit to be loaded. `faults` has one line per fault, with file and line."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Life(NamedTuple):
    """One row of regions.csv or townships.csv with its place in the tree."""

    code: str
    level: int
    parent: Key | None
    name: str
    short_name: str
    pinyin: str
    valid_from: datetime.date | None
    from_precision: str
    valid_to: datetime.date | None
    to_precision: str
    path: str = ""
    full_name: str = ""

    @property
    def key(self) -> Key:
        return self.code, self.valid_from


class Name(NamedTuple):
    region: Key
    name: str
    kind: str
    source: str


class Edge(NamedTuple):
    old: Key
    new: Key
    kind: str
    date: datetime.date
    precision: str
    share: str
    document: str
    source: str


@dataclass
class Edition:
    """A whole edition in memory. `lives` is sorted from the country down."""

    edition: str
    publisher: str
    cut_off: datetime.date
    licence: str
    checksum: str
    lives: list[Life] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)

    @property
    def fates(self) -> list[tuple[Key, Key]]:
        """(old, new) of what became of the closed lives; parts that left a life that goes on are none."""
        return [(edge.old, edge.new) for edge in self.edges if edge.kind != SuccessionKind.TRANSFER]


class Lives:
    """The lives of one code, in the order in which they began."""

    def __init__(self, lives: Iterable[Life]) -> None:
        self.lives = sorted(lives, key=_beginning)
        self.begun = [_beginning(life) for life in self.lives]
        self.current = next((life for life in self.lives if life.valid_to is None), None)

    def at(self, end: datetime.date | None) -> Life | None:
        """The one to which a child belongs that ended on `end` (None: is current).

        A current child belongs to the current life; a former one to the last life that began before the child ended.
        """
        if end is None:
            return self.current
        before = bisect_left(self.begun, end)
        return self.lives[before - 1] if before else None


def _beginning(life: Life) -> datetime.date:
    return life.valid_from or datetime.date.min
