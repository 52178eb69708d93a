"""Lists beside each other: where two services, a brand's own services, or the sources of one list name the same places;
and what a service or a brand lists beside what it claims.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from pyroaring import BitMap

from regions.choices import AnswerState
from regions.lookup.day import Day
from regions.lookup.memory import consistently
from regions.lookup.units import count_towns, tree_of, unit_states, walk
from regions.models import Brand, CoverageRule, Region, Service, Source
from regions.models.base import in_force, today
from regions.models.region import COUNTRY_CODE

from .survey import survey


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two lists that cover the same units. `one`, `other`: services, or sources of one service's list (None: no source)."""

    one: Service | Source | None
    other: Service | Source | None
    one_units: int
    other_units: int
    both: list[Region]

    @property
    def alike(self) -> bool:
        """True for two services of one category and kind: who asks is offered the same thing twice."""
        return (
            isinstance(self.one, Service)
            and isinstance(self.other, Service)
            and (self.one.category_id, self.one.kind) == (self.other.category_id, self.other.kind)
        )


@dataclass(frozen=True, slots=True)
class Province:
    """What is listed in a province, by its units: counties, and cities without."""

    region: Region
    covered: list[Region] = field(default_factory=list)
    partly: list[Region] = field(default_factory=list)
    missing: list[Region] = field(default_factory=list)

    @property
    def units(self) -> int:
        return len(self.covered) + len(self.partly) + len(self.missing)


@dataclass(frozen=True, slots=True)
class Listed:
    """What services claim beside what their lists name. `claims`: those that say 全国; `without`: those without a list."""

    services: list[Service]
    claims: list[Service]
    without: list[Service]
    provinces: list[Province]

    @property
    def covered(self) -> int:
        return sum(len(each.covered) for each in self.provinces)

    @property
    def partly(self) -> int:
        return sum(len(each.partly) for each in self.provinces)

    @property
    def units(self) -> int:
        return sum(each.units for each in self.provinces)


def services_of(brand: Brand) -> list[Service]:
    """A brand's services, by slug."""
    return list(brand.services.select_related("brand", "category").order_by("slug"))


def overlaps_of(services: Iterable[Service], on: datetime.date | None = None) -> list[Overlap]:
    """Every two of some services that cover the same units wholly, the most units first."""
    services = list(services)

    def ask(day: Day) -> list[Overlap]:
        country = _country(day)
        units: dict[int, BitMap] = defaultdict(BitMap)
        places = tree_of(day, country).units
        number = {unit.path: place for place, unit in enumerate(places)}
        for node, whole, _some in walk(day, country, BitMap(each.pk for each in services)):
            below = [number[unit.path] for unit in node.units()]
            for pk in whole:
                units[pk].update(below)
        return _pairs([(each, units[each.pk]) for each in services], places)

    return consistently(on or today(), ask)


def sources_of(service: Service, on: datetime.date | None = None) -> list[Overlap]:
    """Every two sources of one service's list that name the same units, each read as if it were the whole list."""
    on = on or today()
    rules = CoverageRule.objects.current(on).filter(in_force(on, "region__"), service=service).order_by()
    kinds: dict[int | None, dict[str, str]] = defaultdict(dict)
    for source, path, kind in rules.values_list("source_id", "region__path", "kind"):
        kinds[source][path] = kind
    if len(kinds) < 2:
        return []

    def ask(day: Day) -> list[Overlap]:
        country = _country(day)
        places = tree_of(day, country).units
        known: dict[int | None, Source | None] = {None: None, **Source.objects.in_bulk(kinds.keys() - {None})}
        parents = {_up(path) for said in kinds.values() for path in said if path != country.path}
        towns = count_towns(parents & {unit.path for unit in places}, day.on)
        paths = [unit.path for unit in places]
        lists = []
        for source, said in kinds.items():
            below = {path: kind for path, kind in said.items() if path != country.path}
            states = unit_states(
                paths, country.path, below, said.get(country.path), lambda at: towns.get(at, 0)
            )
            covered = BitMap(place for place, state in enumerate(states) if state == AnswerState.COVERED)
            lists.append((known[source], covered))
        lists.sort(key=lambda pair: pair[0].slug if pair[0] else "")
        return _pairs(lists, places)

    return consistently(on, ask)


def listed_of(services: Iterable[Service], on: datetime.date | None = None) -> Listed:
    """By province which units any of some services covers, in part, or not at all."""
    services = list(services)

    def ask(day: Day) -> Listed:
        country = _country(day)
        found = survey(day, country, BitMap(each.pk for each in services))
        provinces = {child.code: Province(child) for child in found.children}
        for unit in found.units:
            whole, some = found.cover[unit.path]
            province = provinces[unit.path.split("/")[1]]
            (province.covered if whole else province.partly if some else province.missing).append(unit)
        listed = day.source.listed
        return Listed(
            services,
            [each for each in services if each.nationwide_claimed],
            [each for each in services if each.pk not in listed],
            list(provinces.values()),
        )

    return consistently(on or today(), ask)


def _country(day: Day) -> Region:
    asked = day.place(COUNTRY_CODE).asked
    if asked is None:
        raise LookupError("no region data are loaded")
    return asked


def _pairs(lists: list[tuple], places: tuple[Region, ...]) -> list[Overlap]:
    found = []
    for (one, ones), (other, others) in combinations(lists, 2):
        if both := ones & others:
            found.append(Overlap(one, other, len(ones), len(others), [places[place] for place in both]))
    return sorted(found, key=lambda each: -len(each.both))


def _up(path: str) -> str:
    return path[: path.rindex("/", 0, -1) + 1]
