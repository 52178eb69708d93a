"""Lays the closings of 2014 to 2023 (town_changes.csv) below the townships of the two lists.

Every closing becomes a life that ends in its year. What followed is the code that the table names, else a row of
corrections.csv, else the one township of the same county and stem that lived on (marked as inferred). The table pairs
the rows of one approval in the order of their codes; where a township of the old name begins that day, that one is the
heir, and what the table pairs it with only where nothing else became that. Where the county
itself has another code since, the township that the table names is looked for under that one, by its stem.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from .corrections import Corrections
from .lives import Lives
from .naming import short_name
from .town_changes import TownChange
from .townships import Township, TownshipEdge

SOURCE = "areacodes (CC0)"
INFERRED = "inferred: the one township of its county with this stem"
BY_NAME = SOURCE + ", paired by name"
RECODED = SOURCE + ", under the later code of its county"

Key = tuple[str, str, str]


def with_history(
    listed: list[Township],
    edges: list[TownshipEdge],
    changes: Iterable[TownChange],
    corrections: Corrections,
    counties: Lives,
    recoded: Mapping[str, str],
) -> tuple[list[Township], list[TownshipEdge]]:
    """The townships of the lists and the closed ones before them, with all successions.

    `recoded` gives for a county's code that ended the one under which its whole territory went on.
    """
    changes = [change for change in changes if change.new_code or change.old_code]
    began = {(c.new_code, c.new_name): c.day for c in reversed(changes) if c.began}
    closed = _closed(changes, began, {(row.code, row.name) for row in listed if not row.valid_to}, counties)
    moved = {row: row._replace(valid_from=_first_day(row, began, closed, counties)) for row in listed}
    everything = _Towns([*moved.values(), *(row for rows in closed.values() for row in rows)], recoded)
    out = [edge._replace(old=moved[edge.old], new=moved[edge.new]) for edge in edges]
    dead = {row for row in moved.values() if row.valid_to} - {edge.old for edge in out}
    out += [TownshipEdge(row, new, INFERRED) for row in dead if (new := everything.namesake(row))]
    for old, targets, document, source in _followed(closed, changes, corrections, everything):
        share = "whole" if len(targets) == 1 else "part"
        out += [TownshipEdge(old, new, source, document, share) for new in targets]
    return everything.all, out


def _closed(
    changes: list[TownChange], began: dict, current: set[tuple[str, str]], counties: Lives
) -> dict[str, list[Township]]:
    """The closed lives of every code, oldest first. What is current under that name was not closed."""
    found: dict[str, list[Township]] = defaultdict(list)
    for change in changes:
        code, name = change.old_code, change.old_name
        if not code or (code, name) in current:
            continue
        end = _last_day(code[:6], change.day, counties)
        start = (
            found[code][-1].valid_to if found[code] else _founded(began.get((code, name), ""), code, counties)
        )
        if end and start < end:
            found[code].append(Township(code, code[:6], name, start, end))
    return found


def _last_day(county: str, day: str, counties: Lives) -> str:
    """The day itself, or the end of the county's last life before it; empty if it had none."""
    lives = [life for life in counties.by_code.get(county, ()) if life.valid_from < day]
    if not lives:
        return ""
    return min(day, lives[-1].valid_to or day)


def _founded(day: str, code: str, counties: Lives) -> str:
    """The first day of a township that began in a year: not before its county."""
    return max(day, counties.by_code[code[:6]][0].valid_from) if day and counties.by_code[code[:6]] else day


def _first_day(row: Township, began: dict, closed: dict[str, list[Township]], counties: Lives) -> str:
    if row.valid_from:
        return _founded(row.valid_from, row.code, counties)
    before = [other.valid_to for other in closed.get(row.code, ())]
    day = max([_founded(began.get((row.code, row.name), ""), row.code, counties), *before])
    return day if not row.valid_to or day < row.valid_to else ""


class _Towns:
    """Lives by code and by county and stem."""

    def __init__(self, rows: list[Township], recoded: Mapping[str, str]) -> None:
        self.all = rows
        self.recoded = recoded
        self.by_code: dict[str, list[Township]] = defaultdict(list)
        self.by_stem: dict[tuple[str, str], list[Township]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: (row.valid_to or "9", row.valid_from)):
            self.by_code[row.code].append(row)
            self.by_stem[row.parent, short_name(row.name, "township")].append(row)

    def after(self, code: str, day: str, name: str = "") -> Township | None:
        """The life of a code that goes on after a day, or begins later.

        Where the lists give the code to another name than the source of the change does, and one other township of
        that county bears the name, that one is meant: the source's codes are not always those of the lists.
        """
        found = next(
            (row for row in self.by_code.get(code, ()) if not row.valid_to or row.valid_to > day), None
        )
        stem = short_name(name, "township")
        if not name or (found and short_name(found.name, "township") == stem):
            return found
        called = self._called(code[:6], stem, day)
        if not found and not called and (county := self.recoded.get(code[:6])):
            called = self._called(county, stem, day)
        return called[0] if len(called) == 1 else found

    def _called(self, county: str, stem: str, day: str) -> list[Township]:
        return [row for row in self.by_stem[county, stem] if not row.valid_to or row.valid_to > day]

    def heirs(self, old: Township, told: list[Township]) -> list[Township]:
        """What became of a township, by its name where the table only pairs it with another (宁围镇 with 闻堰街道)."""
        stem = short_name(old.name, "township")
        if not told or any(short_name(new.name, "township") == stem for new in told):
            return told
        called = [
            row for row in self._called(told[0].parent, stem, old.valid_to) if row.valid_from <= old.valid_to
        ]
        kept = [new for new in told if not self._bears_on(new, old)]
        began = [row for row in called if row.valid_from == old.valid_to]
        if len(called) != 1 or (kept and not began) or self._bears_on(old, old):
            return told
        return called + kept

    def _bears_on(self, row: Township, old: Township) -> bool:
        """Whether another township of the county of `old` closed with it whose stem `row` has."""
        bearers = self.by_stem[old.parent, short_name(row.name, "township")]
        return any(each.valid_to == old.valid_to and each not in (row, old) for each in bearers)

    def namesake(self, old: Township) -> Township | None:
        stem = short_name(old.name, "township")
        living = [
            row
            for row in self.by_stem[old.parent, stem]
            if row != old
            and (not row.valid_to or row.valid_to > old.valid_to)
            and row.valid_from <= old.valid_to
        ]
        return living[0] if len(living) == 1 else None


def _followed(
    closed: dict[str, list[Township]], changes: list[TownChange], corrections: Corrections, towns: _Towns
):
    """(old, [new], document, source) for every closed life of which something is known."""
    named: dict[tuple[str, str], list[TownChange]] = defaultdict(list)
    for change in changes:
        named[change.old_code, change.old_name].append(change)
    for rows in closed.values():
        for old in rows:
            told = [c for c in named[old.code, old.name] if c.day >= old.valid_to]
            document = next((c.document for c in told if c.document), "")
            codes, source = corrections.towns.get((old.code, old.valid_to[:4])), ""
            if codes:
                new, source = [towns.after(codes[0], old.valid_to)], codes[1]
            else:
                named_next = [c for c in told if c.new_code]
                new = [towns.after(c.new_code, old.valid_to, c.new_name) for c in named_next]
                elsewhere = any(
                    row and row.parent != c.new_code[:6] for row, c in zip(new, named_next, strict=True)
                )
                source = RECODED if elsewhere else SOURCE
            became = list(dict.fromkeys(row for row in new if row and row != old))
            if not codes and (heirs := towns.heirs(old, became)) != became:
                became, source = heirs, BY_NAME
            if not became and (namesake := towns.namesake(old)):
                became, source = [namesake], INFERRED
            if became:
                yield old, became, document, source
