"""What the areacodes project (CC0) knows of changes: days, documents, and parts that left a division that lives on.

`changes.csv` holds the facts only, in codes; `manage.py derive_changes` makes it from that project's tables by the
rule of `derive`, and the build reads it:

* ends, begins: `code` under `name` was closed or opened in `year`; `date` is the day of the approval
* part: a part of `code`, which lived on, went to `to`
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from .sources import SourceError

FILE = "changes.csv"
COLUMNS = ("event", "year", "code", "name", "to", "date", "document")
_EVENTS = {"-": "ends", "+": "begins"}
_PART = re.compile(r"(\d{6})\[(\d{4})\]")


class Fact(NamedTuple):
    """The day of an approval, empty if it is not known, and its number."""

    date: str = ""
    document: str = ""


class Part(NamedTuple):
    """A part of `old` went to `new` in `year`; `old` lived on."""

    year: int
    old: str
    new: str
    fact: Fact


@dataclass
class Changes:
    """The facts of changes.csv, by (code, name) and year."""

    ends: dict[tuple[str, str], dict[int, Fact]] = field(default_factory=lambda: defaultdict(dict))
    begins: dict[tuple[str, str], dict[int, Fact]] = field(default_factory=lambda: defaultdict(dict))
    parts: list[Part] = field(default_factory=list)

    @classmethod
    def read(cls, folder: Path) -> Changes:
        """Read changes.csv of a folder. Raises SourceError."""
        out, path = cls(), folder / FILE
        if not path.is_file():
            raise SourceError(f"{path}: no such file; make it with manage.py derive_changes")
        with path.open(encoding="utf-8", newline="") as lines:
            table = csv.DictReader(lines)
            if tuple(table.fieldnames or ()) != COLUMNS:
                raise SourceError(f"{FILE}: the columns must be {','.join(COLUMNS)}")
            for row in table:
                fact = Fact(row["date"], row["document"])
                if row["event"] == "part":
                    out.parts.append(Part(int(row["year"]), row["code"], row["to"], fact))
                else:
                    facts = out.ends if row["event"] == "ends" else out.begins
                    facts[row["code"], row["name"]][int(row["year"])] = fact
        return out

    @staticmethod
    def near(facts: dict[int, Fact], year: int | None) -> Fact:
        """The fact of a year, or of the year before: the lists are sometimes one year late."""
        if year is None:
            return Fact()
        return facts.get(year) or facts.get(year - 1) or Fact()


def derive(changes: Iterable[dict[str, str]], history: Iterable[dict[str, str]]) -> Iterator[dict[str, str]]:
    """The rows of changes.csv from the two tables of the areacodes project.

    A row of the changes gives its day and document; the day only if it lies in the year of the change. A part is
    what the history marks with `[year]` behind a code, and every source of a new division that lived on.
    """
    changes, history = list(changes), list(history)
    names = _Names(history)
    parts: dict[tuple[int, str, str], Fact] = {
        (int(year), row["代码"], new): Fact() for row in history for new, year in _PART.findall(row["新代码"])
    }
    for row in changes:
        year, date = int(row["year"]), row["date"] if row["date"][:4] == row["year"] else ""
        fact = Fact(date, row["document"])
        if row["op"] in _EVENTS and any(fact):
            yield _row(_EVENTS[row["op"]], year, row["code"], row["name"], "", fact)
        if row["op"] in "+=":
            for name in re.split("[,、]", row["others"].rstrip("!?")):
                other = names.living(name, row["code"], year)
                if other and row["op"] == "+":
                    parts.setdefault((year, other, row["code"]), fact)
                for key in ((year, other, row["code"]), (year, row["code"], other)):
                    if key in parts and not any(parts[key]):
                        parts[key] = fact
    by_new = {(int(r["year"]), r["code"]): Fact(r["date"], r["document"]) for r in changes if r["op"] in "+="}
    for (year, old, new), fact in parts.items():
        fact = fact if any(fact) else by_new.get((year, new), Fact())
        fact = fact._replace(date=fact.date if fact.date[:4] == str(year) else "")
        yield _row("part", year, old, names.at(old, year), new, fact)


def _row(event: str, year: int, code: str, name: str, to: str, fact: Fact) -> dict[str, str]:
    return dict(zip(COLUMNS, (event, str(year), code, name, to, *fact), strict=True))


class _Names:
    """Who bore a name in a year."""

    def __init__(self, history: list[dict[str, str]]) -> None:
        self._by_name: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
        self._by_code: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
        for row in history:
            start, end = int(row["启用时间"]), int(row["变更/弃用时间"] or 9999)
            self._by_name[row["名称"]].append((row["代码"], start, end))
            self._by_code[row["代码"]].append((row["名称"], start, end))

    def living(self, name: str, beside: str, year: int) -> str:
        """The code of the nearest bearer that lived before `year` and after; empty unless there is just one."""
        found = [code for code, start, end in self._by_name.get(name, ()) if start < year < end]
        for length in (4, 2):
            near = {code for code in found if code[:length] == beside[:length] and code != beside}
            if near:
                return near.pop() if len(near) == 1 else ""
        return ""

    def at(self, code: str, year: int) -> str:
        return next((name for name, start, end in self._by_code[code] if start <= year <= end), "")
