"""Which outlets of a service serve a place: it is its service's own rules, narrowed by those of the outlet.

An outlet with rules of its own on the day serves what they include, the nearest one deciding as everywhere, as far as
its service covers it. One without serves the county it lies in. Neither adds to what the service covers.
"""

import datetime
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.functions import DenseRank

from regions.choices import AnswerState, Level, OutletReach, RuleKind
from regions.models import CoverageRule, Hotline, Outlet, OutletRule, OutletService, Region
from regions.models.base import in_force
from regions.models.region import subtree

from .outlets import BESIDE, Visit, complete, having

# So many are named of a service; how many there are is counted.
NAMED = 20
COVERING = frozenset([AnswerState.COVERED, AnswerState.PARTLY_COVERED])
_ORDER = list(OutletReach)


class Nearest(NamedTuple):
    """What the own rules of an outlet say of a place: why it is named, by which rule, and where this stands."""

    reach: OutletReach
    rule: OutletRule


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


def servers_of(
    service_ids: Iterable[int],
    region: Region,
    on: datetime.date,
    *,
    narrowed: bool = True,
    claims: Mapping[int, Hotline] | None = None,
    limits: Container[int | None] | None = None,
) -> dict[int, Servers]:
    """The outlets of services that serve a region, by service; nothing of a service that has none there.

    One query for ordinary outlets, at most six. `narrowed`: an outlet of one of these services may have rules of its own.
    `claims`: hotlines that are known already, with their status. `limits`: to which regions a claim may be limited here.
    """
    wanted = list(service_ids)
    if not wanted:
        return {}
    nearest = _meant(wanted, _own(wanted, region, on), on) if narrowed else {}
    rows = list(_rows(wanted, nearest, region, on))
    complete(_outlets(rows), rows, on, claims, limits)
    servers: dict[int, Servers] = defaultdict(Servers)
    for (service_id, outlet_id), served in groupby(rows, key=lambda row: (row.service_id, row.outlet_id)):
        there = list(served)
        said = nearest.get((service_id, outlet_id))
        here = servers[service_id]
        here.count = there[0].place + there[0].from_end - 1  # type: ignore[attr-defined]  # annotated
        reach, rule = (said.reach, said.rule) if said else (OutletReach.HERE, None)
        here.visits.append(Server(there[0].outlet, there, reach, rule))
    return dict(servers)


def _outlets(rows: list[OutletService]) -> list[Outlet]:
    """The outlets of rows, each once, with what the rows say of them (`having`)."""
    found: dict[int, Outlet] = {}
    for row in rows:
        row.outlet = found.setdefault(row.outlet_id, row.outlet)
        for mark in having("outlet"):
            setattr(row.outlet, mark, getattr(row, mark))
    return list(found.values())


def _rows(
    wanted: list[int], nearest: dict[tuple[int, int], Nearest], region: Region, on: datetime.date
) -> QuerySet[OutletService]:
    """What is at the first outlets of each service for a region, in order, each with its place from both ends."""
    own = OutletRule.objects.filter(in_force(on), outlet=OuterRef("outlet"))
    there = Q(subtree(county_of(region), "outlet__region__path"), ~Exists(own))
    reaches: dict[OutletReach, set[int]] = defaultdict(set)
    for (service_id, outlet_id), said in nearest.items():
        there |= Q(service=service_id, outlet=outlet_id)
        reaches[said.reach].add(outlet_id)
    steps = [When(outlet__in=ids, then=Value(_ORDER.index(reach))) for reach, ids in reaches.items()]
    order = Case(*steps, default=Value(len(_ORDER)))
    return (
        OutletService.objects.filter(in_force(on, "outlet__"), there, service__in=wanted)
        .annotate(
            place=Window(
                DenseRank(), partition_by="service", order_by=[order, F("outlet__name"), F("outlet")]
            ),
            from_end=Window(
                DenseRank(),
                partition_by="service",
                order_by=[order.desc(), F("outlet__name").desc(), F("outlet").desc()],
            ),
            **having("outlet"),
        )
        .filter(place__lte=NAMED)
        .select_related("service", *(f"outlet__{name}" for name in BESIDE))
        .order_by("service", "place", "pk")
    )


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


def _meant(
    wanted: list[int], nearest: dict[int, list[Nearest]], on: datetime.date
) -> dict[tuple[int, int], Nearest]:
    """The first rule of each outlet that counts for a service, by (service, outlet): one below the region counts where the

    service covers what it includes. A query only where there is such a rule.
    """
    below = [each for said in nearest.values() for each in said if each.reach == OutletReach.PART]
    kinds = _kinds(wanted, {each.rule.region.path for each in below}, on)

    def counts(service_id: int, said: Nearest) -> bool:
        if said.reach != OutletReach.PART:
            return True
        path = said.rule.region.path
        steps = (path[: cut + 1] for cut in range(len(path) - 1, 0, -1) if path[cut] == "/")
        kind = next((kinds[service_id, step] for step in steps if (service_id, step) in kinds), None)
        return kind == RuleKind.INCLUDE

    return {
        (service_id, outlet_id): first
        for outlet_id, said in nearest.items()
        for service_id in wanted
        if (first := next((each for each in said if counts(service_id, each)), None))
    }


def _kinds(wanted: list[int], paths: set[str], on: datetime.date) -> dict[tuple[int, str], str]:
    """The kind of the rules of services on regions and above them, by service and path."""
    if not paths:
        return {}
    codes = {code for path in paths for code in path.strip("/").split("/")}
    rules = CoverageRule.objects.current(on).filter(
        in_force(on, "region__"), service__in=wanted, region__code__in=codes
    )
    found = rules.order_by("-kind").values_list("service", "region__path", "kind")
    return {(service_id, path): kind for service_id, path, kind in found}
