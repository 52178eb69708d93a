"""The days on which lives begin and end: the day of the approval where it is known, else 1 January of the year.

The lists tell years. `from_changes` gives a life the day of its row in changes.csv; `agree` carries a day to where
it must be the same: what ends and what follows it in that year, two lives of one code, a division and the ones that
have their code from it. Whatever would make a life end before it begins is left at its year.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from .changes import Changes
from .lives import Life, Lives
from .sources import COUNTRY


def from_changes(lives: Lives, changes: Changes) -> None:
    """Give every life the days of its own rows; days that are known already (corrections.csv) stay."""
    first = lives.first_year
    for life in lives.all:
        key = life.code, life.name
        if life.start > first and not life.begins:
            _begin(lives, life, changes.near(changes.begins.get(key, {}), life.start).date)
        if life.end is not None and not life.ends:
            _end(lives, life, changes.near(changes.ends.get(key, {}), life.end).date)


def agree(lives: Lives, edges: Iterable[tuple[Life, Life]]) -> None:
    """Carry days over to where they must be the same."""
    edges = [(old, new) for old, new in edges if old.end == new.start]
    _across(lives, edges)
    for code in lives.by_code.values():
        _across(
            lives,
            [(one, other) for one, other in itertools.pairwise(code) if one.end == other.start],
        )
    _founded(lives)
    _dissolved(lives)
    _across(lives, edges)
    _within(lives)


def _across(lives: Lives, edges: list[tuple[Life, Life]]) -> None:
    """What ends and what follows it in the same year: the one day that is known holds for both."""
    ends: dict[Life, set[str]] = {}
    begins: dict[Life, set[str]] = {}
    for old, new in edges:
        ends.setdefault(new, set()).add(old.ends)
        begins.setdefault(old, set()).add(new.begins)
    for new, days in ends.items():
        if not new.begins and len(days := days - {""}) == 1:
            _begin(lives, new, *days)
    for old, days in begins.items():
        if not old.ends and len(days := days - {""}) == 1:
            _end(lives, old, *days)


def hand_over(lives: Lives, edges: Iterable[tuple[Life, Life]]) -> None:
    """A whole territory that gets another code or name is under one of the two on every day.

    Where the day of the approval makes the new life begin while the old one still stands on the list of that year:
    * if the old one began on that day too, its code was that of one list only (定州市 139015 on that of 1994, founded
      as 130682 by the approval): the day is its own, and the new code begins where it ends;
    * else the list was late: the old one ends on the day on which the new one begins.
    """
    for old, new in edges:
        if old.ends or new.valid_from >= old.valid_to:
            continue
        if new.begins > old.valid_from:
            _end(lives, old, new.begins)
        elif new.begins == old.valid_from and old.valid_to < (new.valid_to or "9999"):
            new.begins = ""


def _founded(lives: Lives) -> None:
    """A division whose code begins in the year of its parent's code has it from that day."""
    for level in ("prefecture", "county"):
        for life in lives.all:
            parent = lives.by_code.get(life.parent)
            if life.level != level or life.parent == COUNTRY or not parent:
                continue
            first = parent[0]
            together = is_below(life.code, life.parent) and life.start == first.start
            if together and life.begins < first.begins:
                _begin(lives, life, first.begins)


def _dissolved(lives: Lives) -> None:
    """A prefecture whose end is known by its year only ends with the last of its counties."""
    last: dict[Life, set[str]] = {}
    for life in lives.all:
        if life.end is None or life.level != "county":
            continue
        parent = lives.at(life.parent, life.end - 1)
        if parent and parent.end == life.end and not parent.ends:
            last.setdefault(parent, set()).add(life.ends)
    for parent, days in last.items():
        if days := days - {""}:
            _end(lives, parent, max(days))


def _within(lives: Lives) -> None:
    """Nobody ends before his parent begins or after it ends, nor after the next life of his code has begun."""
    for life in lives.closed:
        parents = lives.by_code.get(life.parent, ())
        if life.ends and parents and all(parent.valid_from >= life.ends for parent in parents):
            life.ends = ""
        parent = lives.at(life.parent, life.ended - 1)
        if parent and parent.end == life.end and parent.valid_to < life.valid_to:
            life.ends = parent.ends
    for code in lives.by_code.values():
        for one, other in itertools.pairwise(code):
            if other.valid_from < one.valid_to:
                one.ends = ""


def is_below(code: str, parent: str) -> bool:
    """Whether a code says itself that it lies below another: 460105 below 460100 and 460000, 460105001 below all three."""
    told = 2 if parent.endswith("0000") else 4 if parent.endswith("00") else 6
    return code.startswith(parent[:told])


def _begin(lives: Lives, life: Life, day: str) -> None:
    before = [other for other in lives.by_code[life.code] if other.start < life.start]
    floor = before[-1].ends or before[-1].valid_to if before else ""
    if day and day >= floor and (life.end is None or day < life.valid_to):
        life.begins = day


def _end(lives: Lives, life: Life, day: str) -> None:
    after = [other for other in lives.by_code[life.code] if other.start > life.start]
    ceiling = after[0].begins if after else ""
    if day and day > life.valid_from and (not ceiling or day <= ceiling):
        life.ends = day
