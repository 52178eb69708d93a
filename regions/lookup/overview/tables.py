"""The overview as tables of plain rows: what API, CSV files, admin and the nightly command all show."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyroaring import BitMap

from regions.choices import Level
from regions.lookup.changes import Position
from regions.lookup.filters import Filters
from regions.models import Region, Service

from .grid import CLASSES, Cell, categories_of, cells_of, class_of, grid_of
from .listed import Listed, Overlap, Province, listed_of, overlaps_of, sources_of

_CHUNK = 500
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """`head`: what the rows are about. `records` become rows when they are shown, so that a page names only its own."""

    name: str
    columns: tuple[str, ...]
    records: Sequence[Any]
    present: Callable[[Sequence[Any]], list[Row]]
    head: Row = field(default_factory=dict)

    def rows(self, start: int = 0, stop: int | None = None) -> list[Row]:
        return self.present(self.records[start:stop])

    def cells(self, start: int = 0, stop: int | None = None) -> Iterable[list[Any]]:
        """Rows for a file, all of them: lists in one cell, their members with spaces between."""
        for row in self.rows(start, stop):
            yield [_cell(row[column]) for column in self.columns]


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(map(str, value)) if isinstance(value, list) else value


_PLACE = ("region", "name", "full_name", "level")
_COUNTS = ("services", "partly", "verified")
_CLASSES = (
    *(f"units_{word}" for word in ("0", "1", "2", "3_or_more")),
    *(f"units_verified_{word}" for word in ("0", "1", "2", "3_or_more")),
)
COVERAGE = (*_PLACE, *_COUNTS, "units", *_CLASSES, "who")
CATEGORIES = ("category", "category_name", *_PLACE, *_COUNTS, "units", *_CLASSES)
UNITS = (*_PLACE, *_COUNTS, "class", "verified_class", "who")
OVERLAPS = (
    "one",
    "one_name",
    "other",
    "other_name",
    "one_units",
    "other_units",
    "both",
    "alike",
    "regions",
    "names",
)
LISTED = (*_PLACE, "units", "covered", "partly", "missing", "missing_regions", "missing_names")


def coverage(
    region: Region,
    filters: Filters,
    on: datetime.date | None = None,
    own: BitMap | None = None,
    position: Position | None = None,
) -> Table:
    """What lies directly below a region: services, verified ones, and how many of its units have 0, 1, 2, 3 or more."""
    grid = grid_of(region, filters, on, own, position)

    def present(cells: Sequence[Cell]) -> list[Row]:
        slugs = slugs_of(pk for cell in cells for pk in cell.who)
        return [_counted(cell) | {"who": [slugs[pk] for pk in cell.who if pk in slugs]} for cell in cells]

    return Table(
        "coverage",
        COVERAGE,
        grid.cells,
        present,
        _head(grid.region, grid.level) | {"total": _counted(grid.total)},
    )


def categories(
    region: Region,
    filters: Filters,
    on: datetime.date | None = None,
    own: BitMap | None = None,
    position: Position | None = None,
) -> Table:
    """Category × region: each category in the region itself and in what lies directly below it."""
    found, codes, level = cells_of(region, on, position)
    names = {each.slug: each.name for each in found}
    records = [(slug, code) for slug in names for code in codes]

    def present(pairs: Sequence[tuple[str, str]]) -> list[Row]:
        """Only the categories that are shown are counted."""
        grids = categories_of(region, filters, on, own, position, {slug for slug, _code in pairs})
        cells = {
            (grid.category.slug, cell.region.code): cell
            for grid in grids
            if grid.category
            for cell in (grid.total, *grid.cells)
        }
        return [
            {"category": pair[0], "category_name": names[pair[0]]} | _counted(cells[pair])
            for pair in pairs
            if pair in cells  # gone meanwhile
        ]

    return Table("categories", CATEGORIES, records, present, _head(region, level))


def units(
    region: Region,
    filters: Filters,
    services: Iterable[str] = (),
    verified: Iterable[str] = (),
    on: datetime.date | None = None,
    own: BitMap | None = None,
    position: Position | None = None,
) -> Table:
    """The units below a region by name; `services`, `verified`: only those of these classes. Class 0 are the gaps."""
    grid = grid_of(region, filters, on, own, position)
    wanted, checked = set(services or CLASSES), set(verified or CLASSES)
    cells = [
        cell
        for cell in grid.units
        if CLASSES[class_of(cell.whole)] in wanted and CLASSES[class_of(cell.verified)] in checked
    ]

    def present(cells: Sequence[Cell]) -> list[Row]:
        slugs = slugs_of(pk for cell in cells for pk in cell.who)
        return [
            _place(cell.region)
            | {
                "services": cell.whole,
                "partly": cell.partly,
                "verified": cell.verified,
                "class": CLASSES[class_of(cell.whole)],
                "verified_class": CLASSES[class_of(cell.verified)],
                "who": [slugs[pk] for pk in cell.who if pk in slugs],
            }
            for cell in cells
        ]

    return Table("units", UNITS, cells, present, _head(grid.region, grid.level))


def overlaps(
    services: Sequence[Service], between_sources: bool = False, on: datetime.date | None = None
) -> Table:
    """Where lists name the same units: every two of some services, or every two sources of one service's list."""
    found = sources_of(services[0], on) if between_sources else overlaps_of(services, on)
    head = {"between": "sources" if between_sources else "services"}
    return Table("overlaps", OVERLAPS, found, _overlaps, head)


def _overlaps(found: Sequence[Overlap]) -> list[Row]:
    return [
        {
            "one": each.one.slug if each.one else "",
            "one_name": str(each.one or ""),
            "other": each.other.slug if each.other else "",
            "other_name": str(each.other or ""),
            "one_units": each.one_units,
            "other_units": each.other_units,
            "both": len(each.both),
            "alike": each.alike,
            "regions": [unit.code for unit in each.both],
            "names": [unit.name for unit in each.both],
        }
        for each in found
    ]


def listed(services: Sequence[Service], on: datetime.date | None = None) -> Table:
    """What services claim beside what their lists name, by province, with what is missing by name."""
    found = listed_of(services, on)
    return Table("listed", LISTED, found.provinces, _provinces, _listed_head(found))


def _listed_head(found: Listed) -> Row:
    return {
        "services": [each.slug for each in found.services],
        "nationwide_claimed": [each.slug for each in found.claims],
        "without_list": [each.slug for each in found.without],
        "units": found.units,
        "covered": found.covered,
        "partly": found.partly,
        "share": round((found.covered + found.partly) / found.units, 4) if found.units else 0.0,
    }


def _provinces(provinces: Sequence[Province]) -> list[Row]:
    return [
        _place(each.region)
        | {
            "units": each.units,
            "covered": len(each.covered),
            "partly": len(each.partly),
            "missing": len(each.missing),
            "missing_regions": [unit.code for unit in each.missing],
            "missing_names": [unit.name for unit in each.missing],
        }
        for each in provinces
    ]


def slugs_of(keys: Iterable[int]) -> dict[int, str]:
    """The slugs of services by key (1 query for every 500)."""
    wanted = sorted(set(keys))
    found: dict[int, str] = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = Service.objects.filter(pk__in=wanted[start : start + _CHUNK]).order_by()
        found.update(rows.values_list("pk", "slug"))
    return found


def _place(region: Region) -> Row:
    return {
        "region": region.code,
        "name": region.name,
        "full_name": region.full_name,
        "level": Level(region.level).word,
    }


def _counted(cell: Cell) -> Row:
    counts = {"services": cell.whole, "partly": cell.partly, "verified": cell.verified, "units": cell.units}
    return (
        _place(cell.region)
        | counts
        | dict(zip(_CLASSES, (*cell.by_services, *cell.by_verified), strict=True))
    )


def _head(region: Region, level: str) -> Row:
    return {"region": region.code, "name": region.name, "unit_level": level}
