"""The hand-kept rows of fixtures/regions/corrections.csv: what no package says or what one says wrongly.

Every row states its source. `action` says what the row does:

* life: a division that the yearly lists left out, from `year` until `until` (empty: still current)
* name: the right name of `code` on the lists from `year` to before `until` (empty: on all)
* drop: leave `code` out of the lists from `year` to before `until`
* succession: what became of `code` when it was closed in `until`: `to` names codes, each with its share
  (330102:most;330114:part); it replaces whatever the lists and events suggest
* date: the day on which lives of `code` begin or end in the year of `date`
* part: a part of `code`, which lived on, went to `to` in `year`, on `date` if that is known
* town: the township `code` closed in `until` went to `to`
* lost: what became of the township `code`, closed in the year of the newest list, is not known; `source` says why
* township: `code` is a left-over on the newest list; with `to` it went there in the year of that list, else it was gone before
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from .changes import Fact, Part
from .sources import SourceError, Unit

COLUMNS = ("action", "code", "year", "until", "level", "parent", "name", "to", "date", "document", "source")


@dataclass(frozen=True)
class Fate:
    """What became of a code: (code, share) of every successor, and who says so."""

    targets: tuple[tuple[str, str], ...]
    document: str
    source: str


@dataclass
class Corrections:
    lives: list[tuple[int, int | None, Unit]] = field(default_factory=list)
    names: list[tuple[str, int | None, int | None, str]] = field(default_factory=list)
    drops: list[tuple[str, int | None, int | None]] = field(default_factory=list)
    fates: dict[tuple[str, int], Fate] = field(default_factory=dict)
    dates: dict[tuple[str, int], str] = field(default_factory=dict)
    townships: dict[str, str] = field(default_factory=dict)
    towns: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    parts: list[tuple[Part, str]] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Corrections:
        """Read the file. Raises SourceError with every row that is not understood."""
        out, faults = cls(), []
        if not path.is_file():
            raise SourceError(f"{path}: no such file; it is kept in fixtures/regions/")
        with path.open(encoding="utf-8", newline="") as lines:
            table = csv.DictReader(lines)
            if tuple(table.fieldnames or ()) != COLUMNS:
                raise SourceError(f"{path.name}: the columns must be {','.join(COLUMNS)}")
            for row in table:
                try:
                    if not row["source"]:
                        raise ValueError("source is empty")
                    out._add(row)
                except (ValueError, KeyError) as error:
                    faults.append(f"{path.name} line {table.line_num}: {error}")
        if faults:
            raise SourceError("\n".join(faults))
        return out

    def _add(self, row: dict[str, str]) -> None:
        code = row["code"]
        year, until = (int(row[name]) if row[name] else None for name in ("year", "until"))
        match row["action"]:
            case "life":
                self.lives.append(
                    (int(row["year"]), until, Unit(code, row["level"], row["parent"], row["name"]))
                )
            case "name":
                self.names.append((code, year, until, row["name"]))
            case "drop":
                self.drops.append((code, year, until))
            case "succession":
                if (code, int(row["until"])) in self.fates:
                    raise ValueError(f"{code} is closed twice in {until}")
                parts = [part.split(":") for part in row["to"].split(";") if part]
                if any(len(part) != 2 or part[1] not in {"whole", "most", "part"} for part in parts):
                    raise ValueError(f"to must be like 330102:most;330114:part, not {row['to']!r}")
                targets = tuple((to, share) for to, share in parts)
                self.fates[code, int(row["until"])] = Fate(targets, row["document"], row["source"])
            case "date":
                self.dates[code, int(row["date"][:4])] = row["date"]
            case "part":
                part = Part(int(row["year"]), code, row["to"], Fact(row["date"], row["document"]))
                self.parts.append((part, row["source"]))
            case "town":
                self.towns[code, row["until"]] = row["to"], row["source"]
            case "lost":
                self.lost[code] = row["source"]
            case "township":
                self.townships[code] = row["to"]
            case other:
                raise ValueError(f"action {other!r} is not known")

    def apply(self, lists: dict[int, dict[str, Unit]]) -> dict[int, dict[str, Unit]]:
        """The yearly lists with lives, names and drops put right."""
        by_year: dict[int, dict[str, Unit]] = defaultdict(dict)
        for year, units in lists.items():
            units = dict(units)
            for code, start, end in self.drops:
                if _within(year, start, end):
                    units.pop(code, None)
            for start, end, unit in self.lives:
                if _within(year, start, end):
                    units[unit.code] = unit
            for code, start, end, name in self.names:
                if code in units and _within(year, start, end):
                    units[code] = units[code]._replace(name=name)
            by_year[year] = units
        return by_year


def _within(year: int, start: int | None, end: int | None) -> bool:
    return (start is None or start <= year) and (end is None or year < end)
