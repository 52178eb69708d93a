"""Services with everything that describes them to others: what they cover today, and under which numbers."""

import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from regions.choices import RuleKind
from regions.models import CoverageRule, Hotline, Outlet, OutletService, Service
from regions.models.base import today

from .outlets import with_all


class Area(NamedTuple):
    """A region on a service's list, by its rule, and the rules that carve regions out of it."""

    rule: CoverageRule
    carved: list[CoverageRule]


# Outlets named where one service is described; the list of outlets goes through all.
MOST_OUTLETS = 500


def described(services: QuerySet[Service], on: datetime.date | None = None) -> QuerySet[Service]:
    """The same services with `.rules_today` (from the top down), `.claims` (best first, with status) and `.has_outlets`.

    Six queries, however many services. Outlets are named service by service (`name_outlets`): one may have thousands.
    """
    rules = (
        CoverageRule.objects.current(on)
        .with_reports(on)
        .select_related("region")
        .order_by("region__path", "id")
    )
    hotlines = (
        Hotline.objects.current(on)
        .with_status(on or today())
        .select_related("service__brand", "number", "region", "source")
        .best_first()
    )
    return (
        services.annotate(has_outlets=Exists(OutletService.objects.filter(service=OuterRef("pk"))))
        .select_related("brand__owner", "category", "operator", "source")
        .prefetch_related("promises__source")
        .prefetch_related(Prefetch("rules", rules, to_attr="rules_today"))
        .prefetch_related(Prefetch("hotlines", hotlines, to_attr="claims"))
    )


def name_outlets(service: Service, on: datetime.date | None = None) -> bool:
    """Give a described service its first `MOST_OUTLETS` as `.outlets_today`; True when there are more. No query where none is."""
    found: list[Outlet] = []
    if service.has_outlets:  # type: ignore[attr-defined]
        theirs = OutletService.objects.filter(service=service).order_by().values("outlet")
        rows = Outlet.objects.using(service._state.db).current(on).filter(pk__in=theirs).order_by("id")
        found = list(with_all(rows, on)[: MOST_OUTLETS + 1])
    service.outlets_today = found[:MOST_OUTLETS]  # type: ignore[attr-defined]  # as `described` names them
    return len(found) > MOST_OUTLETS


def areas(rules: list[CoverageRule]) -> list[Area]:
    """Included regions of a service by its `.rules_today`, each with the regions below it that are carved out of it."""
    included = [rule for rule in rules if rule.kind == RuleKind.INCLUDE]
    excluded = [rule for rule in rules if rule.kind == RuleKind.EXCLUDE]
    found: dict[int, list[CoverageRule]] = {rule.pk: [] for rule in included}
    for carved in excluded:
        above = [rule for rule in included if carved.region.path.startswith(rule.region.path)]
        if above:
            found[max(above, key=lambda rule: len(rule.region.path)).pk].append(carved)
    return [Area(rule, found[rule.pk]) for rule in included]
