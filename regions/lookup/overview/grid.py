"""Category × region: how many services cover each place, how many of them with a verified number, and the gaps."""

import datetime
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice, repeat
from typing import NamedTuple

from pyroaring import BitMap

from regions.lookup.changes import Position
from regions.lookup.day import Day
from regions.lookup.filters import Filters
from regions.lookup.memory import consistently
from regions.lookup.units import tree_of
from regions.models import Category, Region
from regions.models.base import today

from .survey import asked_for, children_of, survey

# Classes of a number of services: none, one, two, three or more.
CLASSES = ("0", "1", "2", "3+")
# So many services are named with a place: those with a verified number first.
NAMED = 5
_CELL = 400  # bytes of Python objects in a cell, roughly
Classes = tuple[int, ...]


def class_of(count: int) -> int:
    """The place in CLASSES."""
    return min(count, len(CLASSES) - 1)


class Counts(NamedTuple):
    """How many services cover a place wholly, in part, wholly and with a verified number."""

    whole: int
    partly: int
    verified: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A place, for all asked services or those of one category.

    `whole`, `partly`, `verified`: how many services cover it wholly, in part, wholly and with a verified number.
    `by_services`, `by_verified`: how many of its `units` are covered wholly by 0, 1, 2, 3 or more of each. `who`: the
    keys of the first services that cover it wholly.
    """

    region: Region
    whole: int
    partly: int
    verified: int
    units: int
    by_services: Classes
    by_verified: Classes
    who: tuple[int, ...] = ()

    @property
    def gaps(self) -> int:
        """Units that no service covers wholly."""
        return self.by_services[0]


@dataclass(frozen=True, slots=True)
class Grid:
    """The region itself, what lies directly below it, and the units below it one by one; `level` says what these are."""

    region: Region
    level: str
    total: Cell
    cells: list[Cell]
    units: list[Cell]
    category: Category | None = None


def grid_of(
    region: Region,
    filters: Filters,
    on: datetime.date | None = None,
    own: BitMap | None = None,
    position: Position | None = None,
) -> Grid:
    """What stands in a region for the services that pass the filters. `own`: only these services."""

    return consistently(on or today(), lambda day: overview(day, region, filters, own), position)


def overview(day: Day, region: Region, filters: Filters, own: BitMap | None = None) -> Grid:
    """The same of a day at hand."""
    return _kept(day, "", region, filters, own, lambda: _grid(_Look(day, region, filters, own)))


def categories_of(
    region: Region,
    filters: Filters,
    on: datetime.date | None = None,
    own: BitMap | None = None,
    position: Position | None = None,
    only: Collection[str] | None = None,
) -> list[Grid]:
    """The same for each category by itself, by slug, or `only` for some; what lies below a category counts with it."""

    def ask(day: Day) -> list[Grid]:
        @cache
        def look() -> _Look:
            return _Look(day, region, filters, own)

        def make(category: Category) -> Grid:
            services = day.facts.at(region)
            members = services.having("category", services.categories_within([category.slug]))
            return _grid(look(), members, category)

        return [
            _kept(day, each.slug, region, filters, own, partial(make, each))
            for each in _categories(day)
            if only is None or each.slug in only
        ]

    return consistently(on or today(), ask, position)


def cells_of(
    region: Region, on: datetime.date | None = None, position: Position | None = None
) -> tuple[list[Category], list[str], str]:
    """What `categories_of` tells of: the categories, the codes of the region and of what lies directly below it; what it counts."""

    def ask(day: Day) -> tuple[list[Category], list[str], str]:
        codes = [region.code, *(child.code for child in children_of(day, region))]
        return _categories(day), codes, tree_of(day, region).level

    return consistently(on or today(), ask, position)


def _categories(day: Day) -> list[Category]:
    return sorted(day.service_facts.categories, key=lambda each: each.slug)


def _kept(
    day: Day,
    category: str,
    region: Region,
    filters: Filters,
    own: BitMap | None,
    make: Callable[[], Grid],
) -> Grid:
    """`category`: its slug; empty for all services together, whose units are kept too."""
    key = ("overview", category, region.pk, filters, own.serialize() if own is not None else None)
    return day.keep_answer(key, make, _CELL * (40 if category else 3_500))


class _Look:
    """A survey with the services whose number is verified at each place. The units are in the order of their paths."""

    def __init__(self, day: Day, region: Region, filters: Filters, own: BitMap | None) -> None:
        self.day = day
        self.survey = survey(day, region, asked_for(day, region, filters, own))
        self._verified: dict[str, BitMap] = {}
        cover = self.survey.cover
        self.units = sorted(self.survey.units, key=lambda unit: unit.path)
        self._paths = [unit.path for unit in self.units]
        self._of_units = [cover[path].whole for path in self._paths]
        self._verified_of_units = [self.verified(unit) for unit in self.units]

    def verified(self, place: Region) -> BitMap:
        """Those that cover a place wholly and have a verified number that counts there."""
        if place.path not in self._verified:
            whole = self.survey.cover[place.path].whole
            self._verified[place.path] = whole & self.day.facts.at(place).verified if whole else whole
        return self._verified[place.path]

    def count(self, place: Region, members: BitMap | None) -> Counts:
        whole, some = self.survey.cover[place.path]
        verified = self.verified(place)
        if members is None:
            return Counts(len(whole), len(some), len(verified))
        among = members.intersection_cardinality
        return Counts(among(whole), among(some), among(verified))

    def class_units(self, members: BitMap | None) -> tuple[bytes, bytes]:
        """The class of each unit by the services that cover it wholly, and by those of them with a verified number."""
        among = len if members is None else members.intersection_cardinality
        return _classed(map(among, self._of_units)), _classed(map(among, self._verified_of_units))

    def within(self, place: Region) -> slice:
        """The stretch of the units that lie in a place or are it: "0" is the character after "/"."""
        return slice(bisect_left(self._paths, place.path), bisect_left(self._paths, place.path[:-1] + "0"))

    def who(self, place: Region) -> tuple[int, ...]:
        """The first services that cover a place wholly, those with a verified number before the others."""
        whole, verified = self.survey.cover[place.path].whole, self.verified(place)
        first = tuple(islice(verified, NAMED))
        if len(first) == NAMED or len(whole) == len(verified):
            return first
        return first + tuple(islice(whole - verified, NAMED - len(first)))


def _grid(look: _Look, members: BitMap | None = None, category: Category | None = None) -> Grid:
    """`members`: only these of the services that were looked at; units are counted then, but not kept."""
    found = look.survey
    services, verified = look.class_units(members)

    def cell(place: Region, inside: slice) -> Cell:
        who = look.who(place) if members is None else ()
        by_services, by_verified = _counted(services[inside]), _counted(verified[inside])
        return Cell(place, *look.count(place, members), sum(by_services), by_services, by_verified, who)

    total, *cells = (cell(place, look.within(place)) for place in (found.region, *found.children))
    units = [cell(unit, slice(at, at + 1)) for at, unit in enumerate(look.units) if members is None]
    units.sort(key=lambda unit: unit.region.code)
    return Grid(found.region, found.level, total, cells, units, category)


def _classed(counts: Iterable[int]) -> bytes:
    """The class of each count: a byte each, as thousands of them are counted for each category."""
    return bytes(map(min, counts, repeat(len(CLASSES) - 1)))


def _counted(classes: bytes) -> Classes:
    return tuple(map(classes.count, range(len(CLASSES))))
