"""How many of the units below a region a service covers, and which."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from django.db.models import Count
from pyroaring import BitMap

from regions.choices import AnswerState, Level, RuleKind
from regions.models import Region

from .below import Open
from .day import Day
from .sources import inside

Towns = Callable[[str], int]
_OF_SOME, _OF_ALL = AnswerState.PARTLY_COVERED, AnswerState.COVERED


@dataclass(frozen=True, slots=True)
class Units:
    """How many of the units below are covered: wholly, in part, of how many; `level` says what was counted.

    Below a province or a prefecture county-level units are counted (a city without counties is one unit), below
    a county or such a city its townships.
    """

    level: str
    covered: int
    partly_covered: int
    total: int


def units_below(region: Region, on: datetime.date) -> tuple[str, list[str]]:
    """What is counted below a region, and the paths of those units as of a day."""
    level, units = _survey(sorted(inside(region, on), key=lambda row: row.path))
    return level, [unit.path for unit in units]


def _survey(rows: list[Region]) -> tuple[str, list[Region]]:
    """What is counted below a region, and those units, among what lies below it (`sources.inside`, by path)."""
    with_counties = {row.parent_id for row in rows if row.level == Level.COUNTY}
    units = [
        row
        for row in rows
        if row.level == Level.COUNTY or (row.level == Level.PREFECTURE and row.pk not in with_counties)
    ]
    if units:
        return Level.COUNTY.word, units
    return Level.TOWNSHIP.word, [row for row in rows if row.level == Level.TOWNSHIP]


# --- Of one service, from its rules -----------------------------------------------------------------------------


def count_units(
    paths: list[str], top: str, rules: dict[str, str], inherited: str | None, level: str, towns: Towns
) -> Units:
    """Count units by their states (`unit_states`)."""
    states = Counter(unit_states(paths, top, rules, inherited, towns))
    return Units(level, states[AnswerState.COVERED], states[AnswerState.PARTLY_COVERED], len(paths))


def unit_states(
    paths: list[str], top: str, rules: dict[str, str], inherited: str | None, towns: Towns
) -> list[AnswerState]:
    """Whether each unit is covered, in part, or not, by the nearest rule at or above each of its townships.

    `rules` maps paths of today strictly below `top` to rule kinds; `inherited` is the kind that reaches `top` from above;
    `towns` tells how many townships a unit has, and is asked only where rules stand below it.
    """
    ruled = Counter(map(_up, rules))  # how many rules stand directly below, and how many of them include
    included = Counter(_up(path) for path, kind in rules.items() if kind == RuleKind.INCLUDE)

    @cache
    def reaching(path: str) -> str | None:
        return (rules.get(path) or reaching(_up(path))) if len(path) > len(top) else inherited

    states = []
    for path in paths:
        nearest = rules.get(path) or reaching(_up(path))
        covered, total = int(nearest == RuleKind.INCLUDE), 1
        if below := ruled[path]:
            total = max(below, towns(path))
            covered = included[path] + covered * (total - below)
        states.append(_OF_SOME if 0 < covered < total else _OF_ALL if covered else AnswerState.NOT_COVERED)
    return states


# A statement takes only so many parameters.
_CHUNK = 500


def count_towns(paths: Iterable[str], on: datetime.date) -> dict[str, int]:
    """How many townships lie directly below some regions on a day, by path (1 query for every 500)."""
    found: dict[str, int] = {}
    codes = [path.split("/")[-2] for path in paths]
    for start in range(0, len(codes), _CHUNK):
        below = Region.objects.current(on).filter(parent__code__in=codes[start : start + _CHUNK])
        found |= dict(below.order_by().values_list("parent__path").annotate(Count("pk")))
    return found


def _up(path: str) -> str:
    """The path of the region above: a/b/c/ → a/b/."""
    return path[: path.rstrip("/").rfind("/") + 1]


# --- Of many services, as sets ----------------------------------------------------------------------------------


class Node(NamedTuple):
    """A region below the asked one: a unit, or one that holds `size` units in its `children`."""

    region_id: int
    path: str
    is_unit: bool
    size: int
    children: tuple["Node", ...]

    def units(self) -> Iterator["Node"]:
        if self.is_unit:
            yield self
        for child in self.children:
            yield from child.units()


class Tree(NamedTuple):
    """The units below a region, and every region whose sets matter for them."""

    level: str
    units: tuple[Region, ...]  # with their names
    children: tuple[Node, ...]
    nodes: tuple[Node, ...]


def make_tree(region: Region, rows: list[Region]) -> Tree:
    """The units below a region with the regions between, of what lies below it (`sources.inside`, by path)."""
    level, found = _survey(rows)
    units = {unit.path for unit in found}
    steps = {
        path[:cut]
        for path in units
        for cut in range(len(region.path) + 1, len(path) + 1)
        if path[cut - 1] == "/"
    }
    ids = {row.path: row.pk for row in rows if row.path in steps}
    inside: dict[str, list[str]] = defaultdict(list)
    for path in ids:
        above = _up(path)
        while above != region.path and above not in ids:
            above = _up(above)
        inside[above].append(path)
    nodes: list[Node] = []

    def node(path: str) -> Node:
        children = () if path in units else tuple(node(child) for child in inside[path])
        size = 1 if path in units else sum(child.size for child in children)
        made = Node(ids[path], path, path in units, size, children)
        nodes.append(made)
        return made

    found.sort(key=lambda unit: unit.code)
    return Tree(level, tuple(found), tuple(node(path) for path in inside[region.path]), tuple(nodes))


def count_services(day: Day, region: Region, service_ids: Iterable[int]) -> dict[int, Units]:
    """The counts of each service."""
    covered: list[int] = []  # a service stands in it once for each unit
    partly: list[int] = []
    asked = BitMap(service_ids)
    tree = tree_of(day, region)
    for node, whole, some in walk(day, region, asked):
        covered += list(whole) * node.size
        partly += some
    wholly, in_part = Counter(covered), Counter(partly)
    return {
        service_id: Units(tree.level, wholly[service_id], in_part[service_id], len(tree.units))
        for service_id in asked
    }


def walk(day: Day, region: Region, asked: BitMap) -> Iterator[tuple[Node, BitMap, BitMap]]:
    """Units with the services that cover them wholly, and in part, walking down with the asked services as sets.

    Below a region on which no asked service has a rule nothing differs, so that a whole branch comes at once. A branch
    may come twice, with other services.
    """
    tree = tree_of(day, region)
    sets = day.sets_below(region, tree.nodes)
    opened: list[tuple[Node, BitMap, Open]] = []
    ahead = [(tree.children, asked, day.region_sets(region).included & asked)]
    while ahead:
        nodes, asked, included = ahead.pop()
        for node in nodes:
            here = sets[node.region_id]
            reached = included
            if here.include:
                reached = reached | (here.include & asked)
            if here.exclude:
                reached = reached - here.exclude
            mixed = asked & here.include_below if here.include_below else _NOTHING
            if here.exclude_below:
                mixed = mixed | (asked & here.exclude_below)
            if not mixed:
                yield node, reached, _NOTHING
            elif node.is_unit:
                opened.append((node, reached, Open.of(node, here, reached, mixed - reached)))
            else:
                yield node, reached - mixed, _NOTHING
                ahead.append((node.children, mixed, reached & mixed))
    day.settle(region, [unit for _node, _reached, unit in opened])
    for node, reached, unit in opened:
        yield node, (reached - unit.mixed) | unit.whole, unit.partly


def tree_of(day: Day, region: Region) -> Tree:
    """The units below a region; kept until a region changes."""
    return day.keep("units", region, lambda: make_tree(region, day.below(region)), 16_000)


_NOTHING = BitMap()
