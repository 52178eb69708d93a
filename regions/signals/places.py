"""The places a list is measured by, and what a service's list says about them.

A *unit* is a county-level division of the mainland, or a city without counties (东莞, 中山, 儋州, 嘉峪关, …). Units
stand in *groups*: the prefecture above them; for the districts of a municipality the municipality; a county
directly under its province is a group of its own, as is a city without counties. Hong Kong, Macao and Taiwan are
left out: lists that say 全国 do not mean to promise service there.
"""

import datetime
import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from django.db.models import Count, Subquery

from regions.choices import Level, ReleaseState, RuleKind
from regions.models import CoverageRule, Region, Release
from regions.models.region import COUNTRY_CODE
from regions.phones.areas import known_areas
from regions.position import Position, request_position

MUNICIPALITIES = ("11", "12", "31", "50")
OUTSIDE_MAINLAND = ("71", "81", "82")


@dataclass(slots=True)
class Units:
    """The units as of a day: path by code, group by code, members by group, provinces by code."""

    on: datetime.date
    paths: dict[str, str]
    group_of: dict[str, str]
    members: dict[str, frozenset[str]]
    provinces: dict[str, str]
    below: dict[str, set[str]] = field(init=False)  # units under each code above them
    # The same groups, but the units that stand alone are taken together for each province.
    blocks: list[frozenset[str]] = field(init=False)
    _towns: dict[str, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.below = defaultdict(set)
        blocks = defaultdict(set)
        for unit, path in self.paths.items():
            for code in path.split("/")[:-2]:
                self.below[code].add(unit)
            group = self.group_of[unit]
            blocks[group if len(self.members[group]) > 1 else path.split("/")[1]].add(unit)
        self.blocks = [frozenset(block) for block in blocks.values() if len(block) > 1]

    def towns(self, path: str) -> int:
        """How many townships a unit has. One query for all units, once."""
        if not self._towns:
            rows = Region.objects.current(self.on).filter(level=Level.TOWNSHIP).order_by()
            self._towns = dict(rows.values_list("parent__code").annotate(Count("pk")))
        return self._towns.get(path.split("/")[-2], 0)

    def unit_of(self, path: str) -> str | None:
        """The unit that a path lies in or is; None above the units."""
        return next((code for code in reversed(path.split("/")) if code in self.paths), None)

    @classmethod
    def of(cls, rows: Iterable[tuple[str, int, str, str]], on: datetime.date) -> "Units":
        """Out of (code, level, path, name) of all provinces, prefectures and counties of a day."""
        inside = (row for row in rows if row[1] and row[0][:2] not in OUTSIDE_MAINLAND)
        regions = {row[0]: row for row in inside}
        parent_of = {code: path.split("/")[-3] for code, _level, path, _name in regions.values()}
        with_counties = {parent_of[code] for code, level, *_rest in regions.values() if level == Level.COUNTY}
        paths, group_of = {}, {}
        for code, level, path, _name in regions.values():
            if level == Level.COUNTY:
                above = parent_of[code]
                grouped = above[:2] in MUNICIPALITIES or regions[above][1] == Level.PREFECTURE
                paths[code], group_of[code] = path, above if grouped else code
            elif level == Level.PREFECTURE and code not in with_counties:
                paths[code], group_of[code] = path, code
        members = defaultdict(set)
        for code, group in group_of.items():
            members[group].add(code)
        return cls(
            on,
            paths,
            group_of,
            {group: frozenset(codes) for group, codes in members.items()},
            {code: name for code, level, _path, name in regions.values() if level == Level.PROVINCE},
        )


def load_units(on: datetime.date) -> Units:
    """The units as of a day: about 3,200 rows, read once per edition of the region data and process.

    One query, and none where the directory stands where it stood when the last one was made.
    """
    position = request_position()
    seen = _seen[0]
    if position.sequence and seen and seen[:2] == (position, on):
        return seen[2]
    units = _asked_units(on)
    _seen[0] = position, on, units
    return units


# The position and the day of the last units that were asked for, and these.
_seen: list[tuple[Position, datetime.date, Units] | None] = [None]


def _asked_units(on: datetime.date) -> Units:
    release = (
        Release.objects.filter(state=ReleaseState.ACTIVE)
        .annotate(last_region=Subquery(Region.objects.order_by("-pk").values("pk")[:1]))
        .values_list("pk", "checksum", "loaded_at", "last_region")
        .first()
    )
    return _read_units(on) if release is None else _known_units(on, release)


@lru_cache(maxsize=4)
def _known_units(on: datetime.date, release: tuple) -> Units:
    return _read_units(on)


def _read_units(on: datetime.date) -> Units:
    rows = Region.objects.current(on).filter(level__in=(Level.PROVINCE, Level.PREFECTURE, Level.COUNTY))
    return Units.of(rows.order_by("code").values_list("code", "level", "path", "name"), on)


@dataclass(slots=True)
class Rule:
    """A rule in force, as far as signals need it, and what limits it."""

    region_id: int
    code: str
    path: str
    level: int
    kind: str
    full_name: str
    closed: bool
    import_line_id: int | None
    note: str
    response_hours: int | None
    valid_from: datetime.date | None
    valid_to: datetime.date | None
    disputed: bool


@dataclass(frozen=True, slots=True)
class Served:
    """Of which areas of local numbers a list serves a place. `rules`: so many lines it has.

    `inside`: areas that it names a place in, or that lie in one. `kinds`: what it says of whole areas, provinces, the country.
    """

    rules: int
    inside: frozenset[str]
    kinds: dict[str, str]

    def reaches(self, area: str) -> bool:
        """Whether the list includes a place in the area, or the nearest rule from the area upwards includes it."""
        above = (area, f"{area[:2]}0000", COUNTRY_CODE)
        nearest = next((self.kinds[code] for code in above if code in self.kinds), None)
        return area in self.inside or nearest == RuleKind.INCLUDE


@dataclass
class ServiceList:
    """The rules of one service that are in force on a day, measured in units."""

    units: Units
    rules: list[Rule] = field(default_factory=list)

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Rule kind by path, of rules on regions that exist on the day."""
        return {rule.path: rule.kind for rule in self.rules if not rule.closed}

    @cached_property
    def served(self) -> Served:
        rules = [rule for rule in self.rules if not rule.closed]
        named = (rule.path.split("/") for rule in rules if rule.kind == RuleKind.INCLUDE)
        included = set(itertools.chain.from_iterable(named))
        inside = frozenset(area for area in known_areas() if area in included)
        wide = known_areas() | self.units.provinces.keys() | {COUNTRY_CODE}
        kinds = {rule.code: rule.kind for rule in rules if rule.code in wide}
        return Served(len(rules), inside, kinds)

    @cached_property
    def broad(self) -> set[str]:
        """Units that come in with a wider region: a prefecture, a province, the country."""
        found = set()
        for rule in self.rules:
            if rule.kind == RuleKind.INCLUDE and not rule.closed and rule.code not in self.units.paths:
                found |= self.units.below.get(rule.code, set())
        return found

    @cached_property
    def named(self) -> set[str]:
        """Units that the list names one by one, themselves or by a township of theirs, and does not carve out."""
        included = {rule.path for rule in self.rules if rule.kind == RuleKind.INCLUDE and not rule.closed}
        return {unit for path in included if (unit := self.units.unit_of(path))}

    @cached_property
    def irregular(self) -> frozenset[str]:
        """Named units without the blocks that are named in full: what is particular to this list.

        Two honest lists of the same province are alike because the province is; this part is not.
        """
        return frozenset(
            self.named.difference(*(block for block in self.units.blocks if block <= self.named))
        )


def load_lists(service_ids: Iterable[int], on: datetime.date, units: Units) -> dict[int, ServiceList]:
    """The lists of services (one query)."""
    lists = {service_id: ServiceList(units) for service_id in service_ids}
    rows = (
        CoverageRule.objects.current(on)  # type: ignore[misc]  # `disputed` is annotated
        .filter(service_id__in=lists)
        .with_reports(on)
        .order_by("service_id", "region__code", "id")
        .values_list(
            "service_id",
            "region_id",
            "region__code",
            "region__path",
            "region__level",
            "kind",
            "region__full_name",
            "region__valid_to",
            "import_line_id",
            "note",
            "response_hours",
            "valid_from",
            "valid_to",
            "disputed",
        )
    )
    for service_id, region_id, code, path, level, kind, name, ended, *limits in rows:
        closed = ended is not None and ended <= on
        lists[service_id].rules.append(Rule(region_id, code, path, level, kind, name, closed, *limits))
    return lists
