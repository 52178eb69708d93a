"""Which services cover each place below a region, wholly and in part: what all tables of the overview count.

The states are those of the main question (`units.walk`); a place above the units is covered where all its units are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from pyroaring import BitMap

from regions.choices import AnswerState
from regions.lookup.day import Day
from regions.lookup.filters import Filters
from regions.lookup.units import Node, tree_of, walk
from regions.models import Region

NOTHING = BitMap()


class Cover(NamedTuple):
    """The services that cover a place wholly, and those that cover a part of it."""

    whole: BitMap
    some: BitMap


@dataclass(slots=True)
class Survey:
    """A region with its direct children and its units (counties, and cities without; of a county its townships).

    `level` says what the units are. `cover` has the services by the path of a place: of the region itself, each
    child and each unit.
    """

    region: Region
    level: str
    children: list[Region]
    units: tuple[Region, ...]
    cover: dict[str, Cover]


def survey(day: Day, region: Region, asked: BitMap) -> Survey:
    """Look at everything below a region for the asked services."""
    tree = tree_of(day, region)
    found: dict[str, Cover] = {}
    for node, whole, some in walk(day, region, asked) if asked else ():
        known = found.get(node.path, _NONE)
        found[node.path] = Cover(known.whole | whole, known.some | some)
    cover: dict[str, Cover] = {}
    for node in tree.children:
        _settle(node, NOTHING, found, cover)
    children = children_of(day, region)
    for place in [region, *children]:  # the region may have children without units: Taiwan, Hong Kong, Macao
        if place.path not in cover:
            states = day.region_sets(place).states(asked)
            cover[place.path] = Cover(states[AnswerState.COVERED], states[AnswerState.PARTLY_COVERED])
    return Survey(region, tree.level, children, tree.units, cover)


_NONE = Cover(NOTHING, NOTHING)


def _settle(node: Node, above: BitMap, found: dict[str, Cover], cover: dict[str, Cover]) -> Cover:
    """From the top down what covers a node with all that lies in it, from the bottom up what that comes to."""
    whole, some = found.get(node.path, _NONE)
    whole = above | whole
    if not node.is_unit:
        inside = [_settle(child, whole, found, cover) for child in node.children]
        whole, some = _together(inside)
    cover[node.path] = Cover(whole, some - whole)
    return cover[node.path]


def _together(inside: Iterable[Cover]) -> Cover:
    covers = list(inside)
    whole = BitMap.intersection(*(each.whole for each in covers))
    return Cover(whole, BitMap.union(*(each.whole | each.some for each in covers)) - whole)


def children_of(day: Day, region: Region) -> list[Region]:
    """What lies directly below a region on the day, in the order of the codes; kept until a region changes."""
    rows = Region.objects.current(day.on).under(region).filter(parent__code=region.code).order_by("code")
    found = rows.only("code", "level", "path", "name", "full_name", "pinyin")
    return day.keep("overview", region, lambda: list(found), 16_000)


def asked_for(day: Day, region: Region, filters: Filters, own: BitMap | None = None) -> BitMap:
    """The services that pass the filters, out of all or of somebody's own."""
    wanted = day.facts.at(region).select(filters)
    asked = day.service_facts.everything if wanted is None else wanted
    return asked if own is None else asked & own
