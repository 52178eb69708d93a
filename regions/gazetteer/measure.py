"""Measures our successions against the areacodes table (CC0), a yardstick that is not part of the project.

The table has one row for every stretch in which a code was in use, with the codes that followed; `[year]` behind
a code marks a part that had left before the end. We follow its chains to the codes in use and compare that set
with ours, for every code the table calls closed (弃用). Where we differ on purpose the reason stands in
fixtures/regions/differences.csv; those rows are shown by themselves and do not count as equal.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from .chains import Chains
from .edition import Edition, Key, Life

OPEN, CLOSED, RENAMED = "在用", "弃用", "变更"
LEVELS = {"县级": "county", "地级": "prefecture", "省级": "province"}
COLUMNS = ("代码", "名称", "级别", "状态", "启用时间", "变更/弃用时间", "新代码")
#: (level, first year of the table's or 0, year after the last, smallest share that must be equal): the yardstick's own parts
PERIODS = (
    ("county", 2000, 9999, 0.99),
    ("county", 1987, 2000, 0.95),
    ("county", 0, 1987, None),
    ("prefecture", 0, 9999, None),
)


class Row(NamedTuple):
    """One row of the table. `end` is 0 while the code is in use."""

    code: str
    name: str
    level: str
    state: str
    start: int
    end: int
    next: tuple[str, ...]
    parent: str = ""


class Difference(NamedTuple):
    """One closed code on which the two do not agree. `reason` is empty unless it was reviewed."""

    row: Row
    theirs: frozenset[str]
    ours: frozenset[str]
    reason: str

    def __str__(self) -> str:
        theirs, ours = (" ".join(sorted(codes)) or "nothing" for codes in (self.theirs, self.ours))
        text = f"{self.row.code} {self.row.name} {self.row.start}-{self.row.end}: table {theirs}; ours {ours}"
        return f"{text} ({self.reason})" if self.reason else text


@dataclass
class Result:
    """The outcome of one period. `silent` counts rows for which the table names no successor, `named` ours of them."""

    level: str
    first: int
    after: int
    least: float | None
    equal: int = 0
    silent: int = 0
    named: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.equal + len(self.differences)

    @property
    def share(self) -> float:
        return self.equal / self.total if self.total else 1.0

    @property
    def passed(self) -> bool:
        return self.least is None or self.share >= self.least

    def __str__(self) -> str:
        reviewed = Counter(bool(found.reason) for found in self.differences)
        years = {
            (True, True): "in any year",
            (True, False): f"until {self.after - 1}",
            (False, True): f"since {self.first}",
        }.get((not self.first, self.after == 9999), f"{self.first}-{self.after - 1}")
        need = f", at least {self.least:.0%} needed" if self.least else ""
        return (
            f"{self.level} closed {years}: {self.equal} of {self.total} equal ({self.share:.2%}{need}), "
            f"reviewed differences {reviewed[True]}, other {reviewed[False]}"
            + (f"; the table names nothing for {self.silent}, we do for {self.named}" if self.silent else "")
        )


def read_table(path: Path) -> list[Row]:
    """Read the table. Raises ValueError when it is not the areacodes table."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        table = csv.DictReader(lines)
        missing = set(COLUMNS) - set(table.fieldnames or ())
        if missing:
            raise ValueError(
                f"{path.name} is not the areacodes table: no column {'、'.join(sorted(missing))}"
            )
        return [
            Row(
                row["代码"],
                row["名称"],
                LEVELS.get(row["级别"], row["级别"]),
                row["状态"],
                int(row["启用时间"]),
                int(row["变更/弃用时间"] or 0),
                tuple(code for code in row["新代码"].split(";") if code and "[" not in code),
                row.get("二级行政区", ""),
            )
            for row in table
        ]


class Table:
    """The table's own chains."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.by_code: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            self.by_code[row.code].append(row)

    def successors(self, row: Row) -> frozenset[str]:
        """The codes in use that a row leads to."""
        found: set[str] = set()
        seen: set[Row] = set()
        waiting = [row]
        while waiting:
            row = waiting.pop()
            if row in seen:
                continue
            seen.add(row)
            if row.state == OPEN:
                found.add(row.code)
            for code in row.next:
                following = self._at(code, row.end)
                if following:
                    waiting.append(following)
        return frozenset(found)

    def _at(self, code: str, year: int) -> Row | None:
        alive = [row for row in self.by_code[code] if not row.end or row.end > year]
        return min(alive, key=lambda row: row.start, default=None)


def measure(edition: Edition, rows: list[Row], reasons: dict[tuple[str, int], str]) -> list[Result]:
    """Compare every closed code. `reasons` has the reviewed differences by (code, last year)."""
    table = Table(rows)
    lives: dict[str, list[Life]] = defaultdict(list)
    for life in edition.lives:
        lives[life.code].append(life)
    chains: Chains[Key] = Chains(
        {life.key for life in edition.lives if life.valid_to is None},
        edition.fates,
    )
    results = [Result(*period) for period in PERIODS]
    for row in rows:
        if row.state != CLOSED:
            continue
        closed = _match(row, lives[row.code])
        ours = frozenset(key[0] for key in chains.successors(closed.key)) if closed else frozenset()
        theirs = table.successors(row)
        for result in results:
            if result.level == row.level and result.first <= row.end < result.after:
                if not theirs:
                    result.silent += 1
                    result.named += bool(ours)
                elif ours == theirs:
                    result.equal += 1
                else:
                    reason = reasons.get((row.code, row.end), "")
                    result.differences.append(Difference(row, theirs, ours, reason))
    return results


def _match(row: Row, lives: list[Life]) -> Life | None:
    """Our life of the code that overlaps the row's years most, of the same name if there is one."""

    def overlap(life: Life) -> int:
        start = life.valid_from.year if life.valid_from else 0
        end = life.valid_to.year if life.valid_to else 9999
        return min(end, row.end) - max(start, row.start)

    near = [life for life in lives if overlap(life) > 0]
    near = [life for life in near if life.name == row.name] or near
    return max(near, key=overlap, default=None)


def read_reasons(path: Path) -> dict[tuple[str, int], str]:
    """The reviewed differences: (code, last year in the table) -> reason."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {(row["code"], int(row["until"])): row["reason"] for row in csv.DictReader(lines)}
