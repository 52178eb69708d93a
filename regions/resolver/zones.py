"""The table of zones: areas with an administration of their own that are no division of GB/T 2260.

A new area, a development zone, a division of the 兵团 or a tourist board has no code; people write its name in an
address all the same. `fixtures/regions/zones.csv` says in which divisions each of them lies, who says so and when.
A division that bears the same name (浦东新区) is a region: look among the regions first. A zone is never an answer by
itself. It narrows: a county named behind it lies in it, and alone it stands for its counties, of which a person chooses.
"""

import csv
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from .index import Index
from .load import DEFAULT
from .normalize import fold
from .unit import COUNTRY_CODE

FILE = "zones.csv"
COLUMNS = ("name", "other_names", "kind", "codes", "extent", "founded", "note", "source", "checked")
KINDS = (
    "new_area",
    "development_zone",
    "cooperation_zone",
    "corps_division",
    "tourist_board",
    "administration",
)
#: whole: the zone and the divisions named are the same area; part: it lies in them and does not fill them
EXTENTS = ("whole", "part")


class Zone(NamedTuple):
    """One zone: its names, the codes of the current divisions it lies in, and who says so."""

    name: str
    other_names: tuple[str, ...]
    kind: str
    codes: tuple[str, ...]
    extent: str
    founded: str
    note: str
    source: str
    checked: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.other_names)


@lru_cache(maxsize=4)
def read_zones(folder: Path) -> tuple[Zone, ...]:
    """The zones of a folder of region files; none if the folder has no such file. ValueError names a bad line."""
    path = folder / FILE
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as lines:
        table = csv.reader(lines)
        if tuple(next(table, ())) != COLUMNS:
            raise ValueError(f"{FILE}: the columns must be {','.join(COLUMNS)}")
        return tuple(_zone(row, table.line_num) for row in table)


def zones_by_name(folder: Path) -> dict[str, Zone]:
    """Every name of every zone."""
    return {name: zone for zone in read_zones(folder) for name in zone.names}


def zone_called(text: str) -> Zone | None:
    """The zone of a name, however it is spelt, with 兵团 in front or without."""
    name = fold(text)[0]
    return _folded().get(name) or _folded().get(name.removeprefix("兵团"))


@lru_cache(maxsize=1)
def _folded() -> dict[str, Zone]:
    return {fold(name)[0]: zone for name, zone in zones_by_name(DEFAULT).items()}


def _zone(row: list[str], line: int) -> Zone:
    cells = dict(zip(COLUMNS, row, strict=False))
    if len(row) != len(COLUMNS) or not all(cells[word] for word in ("name", "codes", "source", "checked")):
        raise ValueError(f"{FILE} line {line}: name, codes, source and checked must be filled in")
    if cells["kind"] not in KINDS or cells["extent"] not in EXTENTS:
        raise ValueError(f"{FILE} line {line}: kind is one of {KINDS}, extent one of {EXTENTS}")
    other_names, codes = (
        tuple(filter(None, cells.pop(word).split(";"))) for word in ("other_names", "codes")
    )
    return Zone(other_names=other_names, codes=codes, **cells)


class Zones:
    def __init__(self, index: Index):
        self.index = index
        self._codes: dict[str, tuple[str, ...]] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        for name, zone in zones_by_name(DEFAULT).items():
            name, codes = fold(name)[0], zone.codes
            known = tuple(code for code in codes if code in index.current)
            if known and not self._is_region(name, known):
                self._codes[name] = tuple(dict.fromkeys((*self._codes.get(name, ()), *known)))
                sizes = {*self._lengths.get(name[:2], ()), len(name)}
                self._lengths[name[:2]] = tuple(sorted(sizes, reverse=True))

    def _is_region(self, name: str, codes: tuple[str, ...]) -> bool:
        """Whether the name is a living region's too (滨海新区), or holds one (第八师石河子市)."""
        living = any(not unit.until for _, _, unit in self.index.alias.get(name, ()))
        return living or any(name.endswith(fold(self.index.known(code).name)[0]) for code in codes)

    def at(self, s: str, start: int, end: int) -> tuple[int, tuple[str, ...]]:
        """Where the zone that is named at `start` ends, and its counties; (start, ()) if none is."""
        start += 2 if s.startswith("兵团第", start) else 0
        for length in self._lengths.get(s[start : start + 2], ()):
            codes = self._codes.get(s[start : start + length]) if start + length <= end else None
            if codes:
                return start + length, codes
        return start, ()

    def above(self, codes: tuple[str, ...]) -> str | None:
        """The nearest region that holds them all: the county itself if there is one only."""
        if not codes:
            return None
        lines = [(code, *self.index.known(code).up) for code in codes]
        shared = (code for code in lines[0] if code != COUNTRY_CODE and all(code in line for line in lines))
        return next(shared, None)
