"""Services with everything that describes them to others: what they cover today, and under which numbers."""

import datetime

from django.db.models import Prefetch, QuerySet

from regions.choices import RuleKind
from regions.models import CoverageRule, Hotline, HotlineHours, Service
from regions.models.base import today


def described(services: QuerySet[Service], on: datetime.date | None = None) -> QuerySet[Service]:
    """The same services with `.rules_today` (by region code) and `.claims` (best first, with status). Four queries."""
    rules = CoverageRule.objects.current(on).select_related("region").order_by("region__path", "id")
    hotlines = Hotline.objects.with_status(on or today()).select_related("number").best_first()
    return services.select_related("brand__owner", "category", "operator").prefetch_related(
        Prefetch("rules", rules, to_attr="rules_today"),
        Prefetch("hotlines", hotlines, to_attr="claims"),
        Prefetch("claims__hours", HotlineHours.objects.order_by("weekday", "opens")),
    )


def areas(service: Service) -> list[tuple[CoverageRule, list[CoverageRule]]]:
    """Included regions of a described service, each with the regions below it that are carved out of it."""
    included = [rule for rule in service.rules_today if rule.kind == RuleKind.INCLUDE]
    excluded = [rule for rule in service.rules_today if rule.kind == RuleKind.EXCLUDE]
    found: dict[int, list[CoverageRule]] = {rule.pk: [] for rule in included}
    for carved in excluded:
        above = [rule for rule in included if carved.region.path.startswith(rule.region.path)]
        if above:
            found[max(above, key=lambda rule: len(rule.region.path)).pk].append(carved)
    return [(rule, found[rule.pk]) for rule in included]
