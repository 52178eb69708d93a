"""Category × region: how many services cover each place, how many of them with a verified number, and the gaps."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, TypeVar

from pyroaring import BitMap

from regions.lookup.changes import Position
from regions.lookup.day import Day
from regions.lookup.filters import Filters
from regions.lookup.memory import consistently
from regions.models import Category, Region
from regions.models.base import today

from .survey import asked_for, survey

# Classes of a number of services: none, one, two, three or more.
CLASSES = ("0", "1", "2", "3+")
# So many services are named with a place: those with a verified number first.
NAMED = 5
_CELL = 400  # bytes of Python objects in a cell, roughly
Classes = tuple[int, ...]
Answer = TypeVar("Answer")


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

    def ask(day: Day) -> Grid:
        return _kept(day, "grid", region, filters, own, lambda: _grid(_Look(day, region, filters, own)))

    return consistently(on or today(), ask, position)


def categories_of(
    region: Region,
    filters: Filters,
    on: datetime.date | None = None,
    own: BitMap | None = None,
    position: Position | None = None,
) -> list[Grid]:
    """The same for each category by itself, by slug; what lies below a category counts with it."""

    def ask(day: Day) -> list[Grid]:
        def make() -> list[Grid]:
            look, services = _Look(day, region, filters, own), day.facts.at(region)
            categories = sorted(day.service_facts.categories, key=lambda each: each.slug)
            return [
                _grid(look, services.having("category", services.categories_within([each.slug])), each)
                for each in categories
            ]

        return _kept(day, "categories", region, filters, own, make)

    return consistently(on or today(), ask, position)


def _kept(
    day: Day,
    what: str,
    region: Region,
    filters: Filters,
    own: BitMap | None,
    make: Callable[[], Answer],
) -> Answer:
    size = _CELL * (3_500 if what == "grid" else 40 * len(day.service_facts.categories))
    key = ("overview", what, region.pk, filters, own.serialize() if own is not None else None)
    return day.keep_answer(key, make, size)


class _Look:
    """A survey with the services whose number is verified at each place."""

    def __init__(self, day: Day, region: Region, filters: Filters, own: BitMap | None) -> None:
        self.day = day
        self.survey = survey(day, region, asked_for(day, region, filters, own))
        self._verified: dict[str, BitMap] = {}
        cover = self.survey.cover
        self.units = [(unit, cover[unit.path].whole, self.verified(unit)) for unit in self.survey.units]

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

    def count_units(self, members: BitMap | None) -> list[tuple[Region, int, int]]:
        """Each unit, how many services cover it wholly, and how many of those have a verified number."""
        among = len if members is None else members.intersection_cardinality
        return [(unit, among(whole), among(verified)) for unit, whole, verified in self.units]

    def who(self, place: Region) -> tuple[int, ...]:
        """The first services that cover a place wholly, those with a verified number before the others."""
        whole, verified = self.survey.cover[place.path].whole, self.verified(place)
        first = tuple(islice(verified, NAMED))
        if len(first) == NAMED or len(whole) == len(verified):
            return first
        return first + tuple(islice(whole - verified, NAMED - len(first)))


def _grid(look: _Look, members: BitMap | None = None, category: Category | None = None) -> Grid:
    """`members`: only these of the services that were looked at; units are counted then, but not kept."""
    found, depth = look.survey, look.survey.region.path.count("/")
    below: dict[str, list[tuple[int, int]]] = {child.code: [] for child in found.children}
    counted = look.count_units(members)
    for unit, whole, verified in counted:
        below.setdefault(unit.path.split("/")[depth], []).append((whole, verified))

    def cell(place: Region, units: list[tuple[int, int]]) -> Cell:
        by_services = _classes(whole for whole, _verified in units)
        by_verified = _classes(verified for _whole, verified in units)
        who = look.who(place) if members is None else ()
        return Cell(place, *look.count(place, members), len(units), by_services, by_verified, who)

    cells = [cell(child, below[child.code]) for child in found.children]
    total = cell(found.region, [(whole, verified) for _unit, whole, verified in counted])
    units = [cell(unit, [(whole, verified)]) for unit, whole, verified in counted] if members is None else []
    return Grid(found.region, found.level, total, cells, units, category)


def _classes(counts: Iterable[int]) -> Classes:
    found = [0] * len(CLASSES)
    for count in counts:
        found[class_of(count)] += 1
    return tuple(found)
