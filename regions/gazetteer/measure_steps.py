"""Three more yardsticks from the areacodes tables (CC0): the next step of every closed county, prefectures, days.

The chains of `measure` hide a wrong step behind a later merger. Here each closed code is compared with the names that
followed at once: names, because the lists of the ministry and the table give some places different codes for some years
(获鹿县 became 鹿泉市 under 139019 in the one and 130185 in the other). A prefecture is compared with what its counties
became: what we name beyond them is as wrong as what we leave out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from .edition import Edition, Key, Life
from .measure import CLOSED, Row, Table


@dataclass
class Tally:
    """How many are equal, how many are explained in differences.csv, and the others in words."""

    what: str
    least: float
    equal: int = 0
    reviewed: int = 0
    others: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        total = self.equal + self.reviewed + len(self.others)
        return self.equal / total if total else 1.0

    @property
    def passed(self) -> bool:
        return self.share >= self.least

    def __str__(self) -> str:
        total = self.equal + self.reviewed + len(self.others)
        return (
            f"{self.what}: {self.equal} of {total} equal ({self.share:.2%}, at least {self.least:.1%} needed), "
            f"reviewed differences {self.reviewed}, other {len(self.others)}"
        )


class _Ours:
    """The edition by code, with the next steps of every life."""

    def __init__(self, edition: Edition) -> None:
        self.lives: dict[str, list[Life]] = defaultdict(list)
        self.by_key = {life.key: life for life in edition.lives}
        for life in edition.lives:
            self.lives[life.code].append(life)
        self.next: dict[Key, list[Life]] = defaultdict(list)
        for old, new in edition.fates:
            self.next[old].append(self.by_key[new])

    def ended(self, row: Row) -> Life | None:
        """The life of that code and name that ended in the row's year or the one after or before."""
        near = [
            life
            for life in self.lives[row.code]
            if life.name == row.name and life.valid_to and abs(life.valid_to.year - row.end) <= 1
        ]
        return min(
            near, key=lambda life: abs(life.valid_to.year - row.end) if life.valid_to else 0, default=None
        )


def next_steps(edition: Edition, rows: list[Row], reasons: dict[tuple[str, int], str]) -> Tally:
    """Every closed county with the names that followed at once."""
    ours, table = _Ours(edition), Table(rows)
    tally = Tally("immediate successors of counties", 0.995)
    for row in rows:
        if row.state != CLOSED or row.level != "county" or not row.next:
            continue
        life = ours.ended(row)
        if life is None:  # a code that the ministry's lists never gave to this place
            continue
        found = {new.name for new in ours.next[life.key]}
        told = {at.name if (at := table._at(code, row.end)) else code for code in row.next}
        _count(tally, row, found, told, reasons)
    return tally


def prefectures(edition: Edition, rows: list[Row], reasons: dict[tuple[str, int], str]) -> Tally:
    """Every closed prefecture with what the table says that its counties became: neither more nor less."""
    ours, table = _Ours(edition), Table(rows)
    tally = Tally("counties that closed prefectures became", 0.98)
    for row in rows:
        if row.state != CLOSED or row.level != "prefecture":
            continue
        life = ours.ended(row)
        told = _what_counties_became(row, rows, table)
        if life is None or not told:
            continue
        found: set[str] = set()
        for new in ours.next[life.key]:
            found |= _counties(new.code, new.name, row.end, rows) or {new.name}
        _count(tally, row, found, told, reasons)
    return tally


def _what_counties_became(row: Row, rows: list[Row], table: Table) -> set[str]:
    """By name, each prefecture among them as its counties."""
    became: set[str] = set()
    for county in rows:
        if county.level != "county" or county.end != row.end or county.parent != row.name:
            continue
        if county.code[:2] == row.code[:2]:
            for new in filter(None, (table._at(code, row.end) for code in county.next)):
                became |= _counties(new.code, new.name, row.end, rows) or {new.name}
    return became


def _counties(prefecture: str, name: str, year: int, rows: list[Row]) -> set[str]:
    """The counties below a prefecture after the changes of a year, without those that came out of nothing in it."""
    if not prefecture.endswith("00"):
        return set()
    came = {code for row in rows if row.end == year for code in row.next}
    return {
        row.name
        for row in rows
        if row.level == "county"
        and (row.code[:2], row.parent) == (prefecture[:2], name)
        and (row.start < year or row.code in came)
        and (not row.end or row.end > year)
        and row.start <= year
    }


def _count(tally: Tally, row: Row, found: set[str], told: set[str], reasons: dict) -> None:
    if found == told:
        tally.equal += 1
    elif (row.code, row.end) in reasons:
        tally.reviewed += 1
    else:
        ours, theirs = ("、".join(sorted(names)) or "nothing" for names in (found, told))
        tally.others.append(f"{row.code} {row.name} {row.start}-{row.end}: table {theirs}; ours {ours}")


def days(edition: Edition, changes: Iterable[dict[str, str]]) -> Tally:
    """Every closing and opening of which the table of changes has a day in the year of the change.

    A place that the ministry's list of one year has under a code that the table does not know began under that code.
    """
    changes = list(changes)
    told = {(row["code"], row["name"]) for row in changes}
    lives: dict[tuple[str, str], list[Life]] = defaultdict(list)
    by_key = {life.key: life for life in edition.lives}
    for life in edition.lives:
        lives[life.code, life.name].append(life)
    for edge in edition.edges:
        old, new = by_key[edge.old], by_key[edge.new]
        if edge.kind == "recode" and old.name == new.name and (old.code, old.name) not in told:
            lives[new.code, new.name].append(old)
    tally = Tally("days of closings and openings", 0.99)
    seen: Counter = Counter()
    for row in changes:
        side = {"-": "valid_to", "+": "valid_from"}.get(row["op"])
        if side is None or row["date"][:4] != row["year"]:
            continue
        ours = [day for life in lives[row["code"], row["name"]] if (day := getattr(life, side))]
        near = [day for day in ours if abs(day.year - int(row["year"])) <= 1]
        if not near:
            continue  # a life that the ministry's lists do not have
        seen[side] += 1
        if any(f"{day}" == row["date"] for day in near):
            tally.equal += 1
        else:
            tally.others.append(
                f"{row['op']} {row['code']} {row['name']}: table {row['date']}; ours {near[0]}"
            )
    return tally
