"""Turns yearly lists into lives: stretches of time in which a code meant one place under one name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from .naming import short_name
from .sources import COUNTRY, Unit


@dataclass(eq=False)
class Life:
    """One life. `start` and `end` are years: the first list it stands on, the first it no longer stands on."""

    code: str
    level: str
    parent: str
    name: str
    start: int
    end: int | None = None
    lineage: str = ""
    begins: str = ""
    ends: str = ""
    short: str = field(init=False)

    def __post_init__(self) -> None:
        self.short = short_name(self.name, self.level)

    def alive(self, year: int) -> bool:
        """Whether it stands on the list of that year."""
        return self.start <= year and (self.end is None or year < self.end)

    @property
    def ended(self) -> int:
        """The year of the end; asked of closed lives only."""
        if self.end is None:
            raise ValueError(f"{self.code} {self.name} has not ended")
        return self.end

    @property
    def valid_from(self) -> str:
        return self.begins or f"{self.start}-01-01"

    @property
    def valid_to(self) -> str:
        return "" if self.end is None else self.ends or f"{self.end}-01-01"

    @property
    def from_precision(self) -> str:
        return "day" if self.begins else "year"

    @property
    def to_precision(self) -> str:
        return "" if self.end is None else "day" if self.ends else "year"


class Lives:
    """All lives, by code and by the year in which they begin."""

    def __init__(self, lives: list[Life]) -> None:
        self.all = sorted(lives, key=lambda life: (life.code, life.start))
        self.by_code: dict[str, list[Life]] = defaultdict(list)
        self.beginning: dict[int, list[Life]] = defaultdict(list)
        for life in self.all:
            self.by_code[life.code].append(life)
            self.beginning[life.start].append(life)

    def at(self, code: str, year: int) -> Life | None:
        """The life of a code on the list of a year."""
        return next((life for life in self.by_code.get(code, ()) if life.alive(year)), None)

    def from_year(self, code: str, year: int) -> Life | None:
        """The life of a code on the list of a year, or else the next one."""
        return next(
            (life for life in self.by_code.get(code, ()) if life.alive(year) or life.start >= year), None
        )

    @property
    def closed(self) -> list[Life]:
        return [life for life in self.all if life.end is not None]

    @property
    def first_year(self) -> int:
        """The year of the first list: what stands on it began then or before."""
        return min(life.start for life in self.all)

    @property
    def open(self) -> list[Life]:
        return [life for life in self.all if life.end is None]


def build_lives(
    lists: dict[int, dict[str, Unit]],
    lineage: dict[tuple[int, str], str],
    dates: dict[tuple[str, int], str],
) -> Lives:
    """Follow every code through the lists; a new name ends one life and begins the next.

    A change of parent does not: `parent` is the one on the life's last list. `dates` gives the days that are known.
    """
    first = min(lists)
    lives = [Life(COUNTRY, "country", "", "中华人民共和国", first)]
    running: dict[str, Life] = {}
    for year in sorted(lists):
        units = lists[year]
        for code, life in list(running.items()):
            unit = units.get(code)
            if unit is None or unit.name != life.name:
                life.end = year
                life.ends = dates.get((code, year), "")
                del running[code]
        for code, unit in units.items():
            if code not in running:
                running[code] = Life(code, unit.level, unit.parent, unit.name, year)
                running[code].begins = dates.get((code, year), "") if year > first else ""
                lives.append(running[code])
            running[code].parent = unit.parent
            running[code].lineage = lineage.get((year, code), running[code].lineage)
    return Lives(lives)
