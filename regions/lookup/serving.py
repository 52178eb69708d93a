"""Which outlets of a service serve a place: it is its service's own rules, narrowed by those of the outlet.

An outlet with rules of its own on the day serves what they include, the nearest one deciding as everywhere, as far as
its service covers it. One without serves the county it lies in. Neither adds to what the service covers.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from regions.choices import AnswerState, Level, OutletReach, RuleKind
from regions.models import CoverageRule, Outlet, OutletRule, OutletService, Region
from regions.models.base import in_force
from regions.models.region import subtree

from .outlets import Visit, with_all

# So many are named of a service; how many there are is counted.
NAMED = 20
COVERING = frozenset([AnswerState.COVERED, AnswerState.PARTLY_COVERED])
_ORDER = list(OutletReach)


class Nearest(NamedTuple):
    """What the own rules of an outlet say of a place: why it is named, by which rule, and where this stands."""

    reach: OutletReach
    rule: OutletRule


class _Found(NamedTuple):
    order: int
    outlet_id: int
    rule: OutletRule | None


@dataclass(slots=True)
class Server(Visit):
    """An outlet that serves a place with a service, why, and by which of its own rules."""

    reach: OutletReach
    rule: OutletRule | None


@dataclass(slots=True)
class Servers:
    """The first outlets of a service for a place, in order, and how many there are."""

    count: int = 0
    visits: list[Server] = field(default_factory=list)


def servers_of(service_ids: Iterable[int], region: Region, on: datetime.date) -> dict[int, Servers]:
    """The outlets of services that serve a region, by service; nothing of a service that has none there.

    At most eight queries, however many outlets.
    """
    wanted = list(service_ids)
    if not wanted:
        return {}
    nearest = _own(wanted, region, on)
    own = OutletRule.objects.filter(in_force(on), outlet=OuterRef("outlet"))
    rows = (
        OutletService.objects.filter(in_force(on, "outlet__"), service__in=wanted)
        .filter(Q(outlet__in=nearest) | (subtree(county_of(region), "outlet__region__path") & ~Exists(own)))
        .order_by("outlet__name", "outlet")
        .values_list("service", "outlet")
        .distinct()
    )
    found: dict[int, list[_Found]] = defaultdict(list)
    narrowed = _narrowed(wanted, nearest, on)
    for service_id, outlet_id in rows:
        said = next((each for each in nearest.get(outlet_id, ()) if narrowed(service_id, each)), None)
        if said or outlet_id not in nearest:
            reach = said.reach if said else OutletReach.HERE
            found[service_id].append(_Found(_ORDER.index(reach), outlet_id, said and said.rule))
    return _load(found, on)


def county_of(region: Region) -> str:
    """The path of the county of a township; of anything larger its own."""
    chain = region.path.strip("/").split("/")
    if region.level == Level.TOWNSHIP and len(chain) > 3:
        chain.pop()
    return "/".join(chain) + "/"


def _own(wanted: list[int], region: Region, on: datetime.date) -> dict[int, list[Nearest]]:
    """What the own rules of outlets say of a region: the nearest one, if it includes; else those below that include."""
    at = OutletService.objects.filter(service__in=wanted).order_by().values("outlet")
    rules = (
        OutletRule.objects.filter(in_force(on), in_force(on, "region__"), outlet__in=at)
        .filter(Q(region__code__in=region.chain) | subtree(region.path, "region__path"))
        .select_related("region")
    )
    of_outlet: dict[int, list[OutletRule]] = defaultdict(list)
    for rule in rules:
        of_outlet[rule.outlet_id].append(rule)
    found = {}
    for outlet_id, theirs in of_outlet.items():
        above = [rule for rule in theirs if region.path.startswith(rule.region.path)]
        decides = max(above, key=_nearness, default=None)
        if decides is not None and decides.kind == RuleKind.INCLUDE:
            found[outlet_id] = [Nearest(OutletReach.OWN, decides)]
        else:
            below = [rule for rule in theirs if rule not in above and rule.kind == RuleKind.INCLUDE]
            below.sort(key=lambda rule: rule.region.path)
            found[outlet_id] = [Nearest(OutletReach.PART, rule) for rule in below]
    return {outlet_id: said for outlet_id, said in found.items() if said}


def _nearness(rule: OutletRule) -> tuple[int, bool]:
    """Of two rules on one region exclude wins, as it does of a service's."""
    return len(rule.region.path), rule.kind == RuleKind.EXCLUDE


def _narrowed(wanted: list[int], nearest: dict[int, list[Nearest]], on: datetime.date):
    """Whether a service covers what an own rule below the region includes. A query only where there is such a rule."""
    paths = {
        each.rule.region.path for said in nearest.values() for each in said if each.reach == OutletReach.PART
    }
    kinds: dict[tuple[int, str], str] = {}
    if paths:
        codes = {code for path in paths for code in path.strip("/").split("/")}
        rules = CoverageRule.objects.current(on).filter(
            in_force(on, "region__"), service__in=wanted, region__code__in=codes
        )
        kinds = {
            (service_id, path): kind
            for service_id, path, kind in rules.order_by("-kind").values_list(
                "service", "region__path", "kind"
            )
        }

    def covers(service_id: int, said: Nearest) -> bool:
        if said.reach != OutletReach.PART:
            return True
        path = said.rule.region.path
        steps = (path[: cut + 1] for cut in range(len(path) - 1, 0, -1) if path[cut] == "/")
        kind = next((kinds[service_id, step] for step in steps if (service_id, step) in kinds), None)
        return kind == RuleKind.INCLUDE

    return covers


def _load(found: dict[int, list[_Found]], on: datetime.date) -> dict[int, Servers]:
    """The first outlets of each service with all that is told of them."""
    first = {key: sorted(each, key=lambda one: one.order)[:NAMED] for key, each in found.items()}
    named = {one.outlet_id for each in first.values() for one in each}
    outlets = with_all(Outlet.objects.filter(pk__in=named), on).in_bulk() if named else {}
    return {
        service_id: Servers(
            len(found[service_id]),
            [
                Server(
                    outlets[one.outlet_id],
                    [row for row in outlets[one.outlet_id].served.all() if row.service_id == service_id],
                    _ORDER[one.order],
                    one.rule,
                )
                for one in each
                if one.outlet_id in outlets
            ],
        )
        for service_id, each in first.items()
    }
