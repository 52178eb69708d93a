"""Outlets with all that a description of them says, and those nearest to a place."""

import datetime
from collections.abc import Container, Iterable
from dataclasses import dataclass

from django.db.models import (
    Count,
    DateField,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    Window,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce

from regions.choices import NOT_STANDING, Level
from regions.hours import Now
from regions.models import Hotline, Outlet, OutletRule, OutletService, Region, Service
from regions.models.base import in_force, today
from regions.models.region import Subtree, subtree
from regions.standing import standing

from . import records
from .memory import consistently
from .opening import opening, this_minute
from .places import find_by_code

SHOWN_OUTLETS = 2


# What a description of an outlet says of other records; a query joins them.
BESIDE = ("brand", "operator", "region", "source", "replaced_by", "replaced_source")
_CLAIM = ("number", "service", "region")
_NOT_STANDING = frozenset(map(str, NOT_STANDING))
_RULES = OutletRule.objects.select_related("region").order_by("region__path", "id")
_REPLACED = Outlet.objects.annotate(since=Coalesce("replaced_on", "valid_to")).order_by("name", "id")


# What is read of these beside an outlet; another field of them would be asked for by itself.
_OF_RULE = ("id", "outlet_id", "region_id", "kind", "valid_from", "valid_to")
_OF_REGION = (
    "id",
    "code",
    "level",
    "path",
    "name",
    "short_name",
    "full_name",
    "pinyin",
    "valid_from",
    "valid_to",
)
_OF_OUTLET = ("id", "slug", "name", "valid_to", "replaced_by_id", "replaced_on")


def beside(outlet: str) -> dict[str, Subquery]:
    """Annotations: the own rules of an outlet and what it took the place of, in the statement that reads it.

    `complete` makes records of them.
    """
    return {
        "own_rules": records.listed(OutletRule, "outlet", outlet, _OF_RULE, region=_OF_REGION),
        "came_after": records.listed(Outlet, "replaced_by", outlet, _OF_OUTLET),
    }


def _rules_of(said: list[dict]) -> list[OutletRule]:
    rules = [records.made(OutletRule, each, _OF_RULE) for each in said]
    for rule, each in zip(rules, said, strict=True):
        rule.region = records.made(Region, each, _OF_REGION, "region")
    return sorted(rules, key=lambda rule: (rule.region.path, rule.pk))


def _at_hand(outlet: Outlet, name: str, theirs: list) -> None:
    """As `prefetch_related` leaves them."""
    found = getattr(outlet, name).none()
    found._result_cache, found._prefetch_done = theirs, True
    outlet.__dict__.setdefault("_prefetched_objects_cache", {})[name] = found


def with_all(outlets: QuerySet[Outlet], on: datetime.date | None = None) -> QuerySet[Outlet]:
    """Outlets with their services, and the claims under which these are called there with their status on the day (`claim`).

    Four queries more, however many outlets; one more where a service has a number there.
    """
    claims = Hotline.objects.with_status(on).select_related(*_CLAIM).in_order()
    served = (
        OutletService.objects.select_related("service", "hotline__number")
        .prefetch_related(Prefetch("hotline__number__hotlines", claims, to_attr="told_claims"))
        .order_by("id")
    )
    replaced = _REPLACED.exclude(since__gt=on) if on else _REPLACED
    told = outlets.annotate(told_on=Value(on, DateField(null=True)))  # type: ignore[no-redef]
    return told.select_related(*BESIDE).prefetch_related(
        Prefetch("served", served), Prefetch("rules", _RULES), Prefetch("replaces", replaced)
    )


def complete(
    outlets: Iterable[Outlet],
    rows: list[OutletService],
    on: datetime.date,
    claims: Iterable[Hotline] | None = None,
    limits: Container[int | None] | None = None,
) -> None:
    """Give outlets what stands beside them (`beside`), and what is there (`rows`) the claims that stand on the day.

    `claims`: all that may stand, of the services of the rows. `limits`: of an answer for a region, to which regions (keys,
    None for no limit) a claim may be limited there. One query where there are numbers and no `claims`, else none.
    """
    if claims is None:
        lines = {row.hotline.line for row in rows if row.hotline}
        named = {"service__in": {line[0] for line in lines}, "number__in": {line[1] for line in lines}}
        standing = Hotline.objects.current(on).with_status(on).select_related(*_CLAIM)
        claims = standing.filter(**named) if lines else ()
    stand = {claim.line: claim for claim in claims if _stands(claim, limits)}
    for row in rows:
        row.hotline = stand.get(row.hotline.line) if row.hotline else None
        if row.hotline:  # what `claim` looks among
            row.hotline.number.told_claims = [row.hotline]  # type: ignore[attr-defined]
    for outlet in outlets:
        outlet.told_on = on
        before = [records.made(Outlet, each, _OF_OUTLET) for each in outlet.came_after or ()]  # type: ignore[attr-defined]
        for each in before:
            each.told_on = on
        replaced = [each for each in before if not each.is_to_come]
        _at_hand(outlet, "rules", _rules_of(outlet.own_rules or []))  # type: ignore[attr-defined]
        _at_hand(outlet, "replaces", sorted(replaced, key=lambda each: (each.name, each.pk)))


def _stands(claim: Hotline, limits: Container[int | None] | None) -> bool:
    return claim.status not in _NOT_STANDING and (limits is None or claim.region_id in limits)


def steps_around(code: str, on: datetime.date) -> list[list[str]]:
    """The paths of the county of a place, then of its prefecture, then of its province; more than one for a closed place
    with several successors. Raises codes.BadCode.
    """
    chains = []
    for region in find_by_code(code, on).regions:
        chain = region.path.strip("/").split("/")
        if region.level == Level.TOWNSHIP and len(chain) > 3:
            chain.pop()
        paths = ["/".join(chain[:size]) + "/" for size in range(len(chain), 1, -1)]
        chains.append(paths or [region.path])
    longest = max(map(len, chains), default=0)
    return [
        list(dict.fromkeys(paths[min(step, len(paths) - 1)] for paths in chains)) for step in range(longest)
    ]


def near(outlets: QuerySet[Outlet], code: str, on: datetime.date) -> tuple[QuerySet[Outlet], list[Region]]:
    """Those outlets that lie in the county of a place; else in its prefecture; else in its province. And in what they lie."""
    for paths in steps_around(code, on):
        found = outlets.filter(within(paths))
        if found.order_by().exists():
            return found, list(Region.objects.filter(path__in=paths).order_by("code", "id"))
    return outlets.none(), []


def within(paths: Iterable[str]) -> Q:
    """The condition that an outlet lies in one of these regions or below it."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= subtree(path, "region__path")
    return condition


@dataclass(slots=True)
class Visit:
    """One outlet on a page: of its services those that the page is about."""

    outlet: Outlet
    served: list[OutletService]

    @property
    def now(self) -> Now | None:
        """What its hours say of this minute."""
        return opening(self.outlet.opening_hours, self.moment)

    @property
    def moment(self) -> datetime.datetime:
        return this_minute()


@dataclass(slots=True)
class ShownOutlets:
    """Some outlets of a list, and how many it has."""

    visits: list[Visit]
    count: int


def outlets_of(
    service: Service,
    on: datetime.date | None = None,
    *,
    start: int = 0,
    size: int = SHOWN_OUTLETS,
    claims: Iterable[Hotline] | None = None,
) -> ShownOutlets:
    """The outlets of a service, with that service alone; `claims`: those of it that stand, where they are known.

    One query where there is none.
    """
    served = OutletService.objects.filter(service=service)
    theirs = Outlet.objects.filter(pk__in=served.order_by().values("outlet"))
    return _shown(theirs, served, on, start, size, claims)


def outlets_in(
    region: Region, on: datetime.date | None = None, *, start: int = 0, size: int = SHOWN_OUTLETS
) -> ShownOutlets:
    """The outlets in a region, of whichever brand. One query where there is none, three or four where there are some."""
    # Most places have none, and what stands beside an outlet is dear to put together.
    if not _one_in(Subtree.of(region.path), on or today()):
        return ShownOutlets([], 0)
    limits = consistently(on or today(), lambda day: {None, *day.facts.limits.meeting(region)})
    there = Outlet.objects.filter(within([region.path]))
    return _shown(there, OutletService.objects.all(), on, start, size, limits=limits)


@standing
def _one_in(place: Subtree, on: datetime.date) -> QuerySet[Outlet]:
    return Outlet.objects.filter(place.holds("region__path"), in_force(on)).only("pk")[:1]


def _shown(
    outlets: QuerySet[Outlet],
    served: QuerySet[OutletService],
    on: datetime.date | None,
    start: int,
    size: int,
    claims: Iterable[Hotline] | None = None,
    limits: Container[int | None] | None = None,
) -> ShownOutlets:
    outlets = outlets.filter(in_force(on or today())).order_by("name", "id").annotate(**beside("pk"))
    page = outlets.annotate(total=Window(Count("pk"))).select_related(*BESIDE)[start : start + size]
    visits = [Visit(outlet, []) for outlet in page]
    if not visits:
        return ShownOutlets([], 0)
    served = served.select_related("service", "hotline").order_by("id")
    prefetch_related_objects([visit.outlet for visit in visits], Prefetch("served", served))
    for visit in visits:
        visit.served = list(visit.outlet.served.all())
    rows = [row for visit in visits for row in visit.served]
    complete([visit.outlet for visit in visits], rows, on or today(), claims, limits)
    return ShownOutlets(visits, visits[0].outlet.total)  # type: ignore[attr-defined]  # annotated
