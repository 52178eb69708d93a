"""Which outlets of a service serve a place: it is its service's own rules, narrowed by those of the outlet.

An outlet with rules of its own on the day serves what they include, the nearest one deciding as everywhere, as far as
its service covers it. One without serves the county it lies in. Neither adds to what the service covers.
"""

import datetime
from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db.models import (
    Case,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import DenseRank, Length, Substr

from regions.choices import AnswerState, Level, OutletReach, RuleKind
from regions.models import CoverageRule, Hotline, Outlet, OutletRule, OutletService, Region
from regions.models.base import in_force
from regions.models.region import Subtree
from regions.standing import standing

from .outlets import BESIDE, Visit, beside, complete

# So many are named of a service; how many there are is counted.
NAMED = 20
COVERING = frozenset([AnswerState.COVERED, AnswerState.PARTLY_COVERED])
_ORDER = list(OutletReach)


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

    @property
    def places(self) -> list[Region]:
        """Where those that are named lie, each place once."""
        lie = (visit.outlet.region for visit in self.visits)
        return list({place.pk: place for place in lie if place}.values())


def servers_of(
    service_ids: Iterable[int],
    region: Region,
    on: datetime.date,
    *,
    narrowed: bool = True,
    claims: Iterable[Hotline] | None = None,
    limits: Container[int | None] | None = None,
) -> dict[int, Servers]:
    """The outlets of services that serve a region, by service; nothing of a service that has none there.

    One query, and one more where there are numbers and no `claims`. `narrowed`: an outlet of one of these services may
    have rules of its own. `claims`: all hotlines of the services that stand, with their status. `limits`: to which regions
    a claim may be limited here.
    """
    wanted = list(service_ids)
    if not wanted:
        return {}
    place, county = Subtree.of(region.path), Subtree.of(county_of(region))
    rows = _rows(wanted, place, county, region.chain, on, narrowed)
    complete(_outlets(rows), rows, on, claims, limits)
    servers: dict[int, Servers] = defaultdict(Servers)
    for (service_id, _outlet_id), served in groupby(rows, key=lambda row: (row.service_id, row.outlet_id)):
        there = list(served)
        first: Any = there[0]  # annotated
        here = servers[service_id]
        here.count = first.place + first.from_end - 1
        rule = next((rule for rule in first.outlet.rules.all() if rule.pk == (first.own or first.part)), None)
        here.visits.append(Server(first.outlet, there, _ORDER[first.reach], rule))
    return dict(servers)


def _outlets(rows: list[OutletService]) -> list[Outlet]:
    """The outlets of rows, each once, with what the rows say of them (`beside`)."""
    found: dict[int, Outlet] = {}
    for row in rows:
        row.outlet = found.setdefault(row.outlet_id, row.outlet)
        for name in beside("outlet"):
            setattr(row.outlet, name, getattr(row, name))
    return list(found.values())


@standing
def _rows(
    wanted: list[int], place: Subtree, county: Subtree, chain: list[str], on: datetime.date, narrowed: bool
) -> QuerySet[OutletService]:
    """What is at the first outlets of each service for a region, in order, each with its place from both ends.

    `own`, `part`: the own rule by which the outlet is named; `reach`: why, as a place in `OutletReach`.
    """
    here: Any = county.holds("outlet__region__path")
    own, part = _deciding(place, chain, on) if narrowed else (_NO_RULE, _NO_RULE)
    if narrowed:
        here &= ~Exists(OutletRule.objects.filter(in_force(on), outlet=OuterRef("outlet")))
    reach = Case(
        When(own__isnull=False, then=Value(_ORDER.index(OutletReach.OWN))),
        When(part__isnull=False, then=Value(_ORDER.index(OutletReach.PART))),
        default=Value(_ORDER.index(OutletReach.HERE)),
    )
    return (
        OutletService.objects.filter(in_force(on, "outlet__"), service__in=wanted)
        .annotate(own=own)
        .annotate(part=part)
        .filter(Q(own__isnull=False) | Q(part__isnull=False) | here)
        .annotate(reach=reach)
        .annotate(
            place=Window(
                DenseRank(), partition_by="service", order_by=[F("reach"), F("outlet__name"), F("outlet")]
            ),
            from_end=Window(
                DenseRank(),
                partition_by="service",
                order_by=[F("reach").desc(), F("outlet__name").desc(), F("outlet").desc()],
            ),
            **beside("outlet"),
        )
        .filter(place__lte=NAMED)
        .select_related("service", "hotline", *(f"outlet__{name}" for name in BESIDE))
        .order_by("service", "place", "pk")
    )


def county_of(region: Region) -> str:
    """The path of the county of a township; of anything larger its own."""
    chain = region.path.strip("/").split("/")
    if region.level == Level.TOWNSHIP and len(chain) > 3:
        chain.pop()
    return "/".join(chain) + "/"


_NO_RULE = Value(None, IntegerField())
# Of two rules on one region exclude wins, as it does of a service's.
_NEAREST_FIRST = (Length("region__path").desc(), "kind")


def _deciding(place: Subtree, chain: list[str], on: datetime.date) -> tuple[Subquery, Case]:
    """Of a row of what is at an outlet, the keys of its own rules that name it, or NULL: the nearest one, if it includes the

    region; where it does not, the first of those below that include, and that the service's own rules include too.
    """
    rules = OutletRule.objects.filter(in_force(on), in_force(on, "region__"), outlet=OuterRef("outlet"))
    nearest = rules.filter(region__code__in=chain).order_by(*_NEAREST_FIRST)
    included = Case(When(kind=RuleKind.INCLUDE, then=F("pk")))
    of_service = (
        CoverageRule.objects.current(on)
        .filter(in_force(on, "region__"), service=OuterRef(OuterRef("service")))
        .filter(region__code__in=_codes_in("region__path", "region__code"))
        .filter(region__path=Substr(OuterRef("region__path"), 1, Length("region__path")))
        .order_by(*_NEAREST_FIRST)
    )
    below = (
        rules.filter(place.holds("region__path"), kind=RuleKind.INCLUDE)
        .exclude(region__path=place.path)
        .annotate(of_service=Subquery(of_service.values("kind")[:1]))
        .filter(of_service=RuleKind.INCLUDE)
        .order_by("region__path")
    )
    own = Subquery(nearest.annotate(included=included).values("included")[:1])
    return own, Case(When(own__isnull=True, then=Subquery(below.values("pk")[:1])))


# The codes of what contains a place: six digits each down to the county. They lead along the index; the path decides.
_DIGITS, _STEPS = 6, 4


def _codes_in(path: str, code: str) -> list[OuterRef | Substr]:
    steps = range(1, _STEPS * (_DIGITS + 1), _DIGITS + 1)
    return [OuterRef(code), *(Substr(OuterRef(path), step, _DIGITS) for step in steps)]
