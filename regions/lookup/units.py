"""How many of the units below a region a service covers: from rules (SQL), or from postings."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from pyroaring import BitMap

from regions.choices import Level, RuleKind
from regions.models import CoverageRule, Region
from regions.models.base import in_force
from regions.models.region import subtree


@dataclass(frozen=True, slots=True)
class Units:
    """How many of the units below are covered: wholly, in part, of how many; `level` says what was counted.

    Below a province or a prefecture county-level units are counted (a city without counties is one unit), below
    a county or such a city its townships.
    """

    level: str
    covered: int
    partly: int
    total: int


def units_below(region: Region, on: datetime.date) -> tuple[str, list[str]]:
    """What is counted below a region, and the paths of those units as of a day."""
    under = Region.objects.current(on).under(region).order_by()
    if region.level < Level.COUNTY:
        counties = list(under.filter(level=Level.COUNTY).values_list("path", flat=True))
        has_counties = Exists(Region.objects.current(on).filter(parent=OuterRef("pk"), level=Level.COUNTY))
        cities = under.filter(level=Level.PREFECTURE).exclude(has_counties).values_list("path", flat=True)
        if counties or cities:
            return Level.COUNTY.word, counties + list(cities)
    return Level.TOWNSHIP.word, list(under.filter(level=Level.TOWNSHIP).values_list("path", flat=True))


# --- From rules -------------------------------------------------------------------------------------------------


def units_by_rules(
    region: Region, service_ids: list[int], included: BitMap, on: datetime.date
) -> dict[int, Units]:
    """The units of each service, from its rules below the region; `included` are the services that cover it."""
    level, paths = units_below(region, on)
    below: dict[int, dict[str, str]] = defaultdict(dict)
    under = CoverageRule.objects.current(on).filter(
        in_force(on, "region__"),
        subtree(region.path, "region__path"),
        region__path__gt=region.path,
        service_id__in=service_ids,
    )
    rows = under.order_by().values_list("service_id", "region__path", "kind")
    for service_id, path, kind in rows:
        if below[service_id].get(path) != RuleKind.EXCLUDE:
            below[service_id][path] = kind
    inherited = {True: RuleKind.INCLUDE, False: None}
    return {
        service_id: count_units(
            paths, region.path, below[service_id], inherited[service_id in included], level
        )
        for service_id in service_ids
    }


def count_units(
    paths: list[str], top: str, rules: dict[str, str], inherited: str | None, level: str
) -> Units:
    """Count units by the nearest rule at or above each one.

    `rules` maps paths strictly below `top` to rule kinds; `inherited` is the kind that reaches `top` from above.
    """
    mixed = {
        RuleKind.INCLUDE: set(),
        RuleKind.EXCLUDE: set(),
    }  # paths with a rule of this kind strictly below
    for path, kind in rules.items():
        while (path := _up(path)) and len(path) >= len(top):
            mixed[kind].add(path)
    covered = partly = 0
    for path in paths:
        step, kind = path, None
        while len(step) > len(top):
            if kind := rules.get(step):
                break
            step = _up(step)
        included = (kind or inherited) == RuleKind.INCLUDE
        if path in mixed[RuleKind.EXCLUDE if included else RuleKind.INCLUDE]:
            partly += 1
        elif included:
            covered += 1
    return Units(level, covered, partly, len(paths))


def _up(path: str) -> str:
    """The path of the region above: a/b/c/ → a/b/."""
    return path[: path.rstrip("/").rfind("/") + 1]


# --- From postings ----------------------------------------------------------------------------------------------


class Node(NamedTuple):
    """A region below the asked one: a unit, or one that holds `size` units in its `children`."""

    region_id: int
    is_unit: bool
    size: int
    children: tuple["Node", ...]


class Tree(NamedTuple):
    """The units below a region, and every region whose postings matter for them."""

    level: str
    size: int
    children: tuple[Node, ...]
    region_ids: tuple[int, ...]


def read_tree(region: Region, on: datetime.date) -> Tree:
    """The units below a region with the regions between (3 or 4 queries)."""
    level, paths = units_below(region, on)
    units = set(paths)
    steps = {
        path[:cut]
        for path in units
        for cut in range(len(region.path) + 1, len(path) + 1)
        if path[cut - 1] == "/"
    }
    rows = Region.objects.current(on).under(region).order_by("path").values_list("path", "pk")
    if level == Level.COUNTY.word:
        rows = rows.filter(level__lte=Level.COUNTY)
    ids = {path: pk for path, pk in rows if path in steps}
    inside: dict[str, list[str]] = defaultdict(list)
    for path in ids:
        above = _up(path)
        while above != region.path and above not in ids:
            above = _up(above)
        inside[above].append(path)

    def node(path: str) -> Node:
        children = () if path in units else tuple(node(child) for child in inside[path])
        size = 1 if path in units else sum(child.size for child in children)
        return Node(ids[path], path in units, size, children)

    return Tree(level, len(units), tuple(node(path) for path in inside[region.path]), tuple(ids.values()))


def units_by_postings(
    tree: Tree, service_ids: Iterable[int], included: BitMap, sets: dict[int, object]
) -> dict[int, Units]:
    """The same counts, walking down from the region with the asked services as sets.

    `sets` holds the postings of `tree.region_ids`. Below a region on which no asked service has a rule nothing
    differs, so whole branches are counted at once.
    """
    covered: list[int] = []  # a service stands in it once for each unit
    partly: list[int] = []

    def walk(nodes: tuple[Node, ...], asked: BitMap, included: BitMap) -> None:
        nonlocal covered, partly
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
            if node.is_unit:
                if mixed:
                    some = (mixed & here.include_below) - reached | (reached & here.exclude_below)
                    partly += some
                    covered += reached - some
                else:
                    covered += reached
                continue
            if not mixed:
                covered += list(reached) * node.size
                continue
            covered += list(reached - mixed) * node.size
            walk(node.children, mixed, reached & mixed)

    asked = BitMap(service_ids)
    walk(tree.children, asked, included & asked)
    wholly, in_part = Counter(covered), Counter(partly)
    return {
        service_id: Units(tree.level, wholly[service_id], in_part[service_id], tree.size)
        for service_id in asked
    }


_NOTHING = BitMap()
