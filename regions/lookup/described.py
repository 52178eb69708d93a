"""Services with everything that describes them to others: what they cover today, and under which numbers."""

import datetime
from typing import NamedTuple

from django.db.models import Prefetch, QuerySet

from regions.choices import RuleKind
from regions.models import CoverageRule, Hotline, Outlet, Service
from regions.models.base import today

from .outlets import with_all


class Area(NamedTuple):
    """A region on a service's list, by its rule, and the rules that carve regions out of it."""

    rule: CoverageRule
    carved: list[CoverageRule]


def described(services: QuerySet[Service], on: datetime.date | None = None) -> QuerySet[Service]:
    """The same services with `.rules_today` (from the top down), `.claims` (best first, with status) and `.outlets_today`.

    Six queries, and three more where there are outlets.
    """
    rules = CoverageRule.objects.current(on).select_related("region").order_by("region__path", "id")
    hotlines = (
        Hotline.objects.current(on)
        .with_status(on or today())
        .select_related("service__brand", "number", "region", "source")
        .best_first()
    )
    return (
        services.select_related("brand__owner", "category", "operator", "source")
        .prefetch_related("promises__source")
        .prefetch_related(Prefetch("rules", rules, to_attr="rules_today"))
        .prefetch_related(Prefetch("hotlines", hotlines, to_attr="claims"))
        .prefetch_related(
            Prefetch(
                "outlets",
                with_all(Outlet.objects.current(on).distinct().order_by("id"), on),
                to_attr="outlets_today",
            )
        )
    )


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
