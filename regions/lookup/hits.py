"""What one page of an answer shows: the services, the deciding rules, the hotlines.

A fixed number of queries, whatever the page's size.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from regions.models import CoverageRule, Hotline, Service

from .units import Units, count_towns, count_units, units_below

__all__ = [
    "Hit",
    "Units",
    "count_towns",
    "count_units",
    "load_hotlines",
    "load_rules",
    "load_services",
    "units_below",
]


@dataclass(slots=True)
class Hit:
    """One service's answer: state, the rule that decided it (None when none did), hotlines with status."""

    service: Service
    state: str
    rule: CoverageRule | None
    hotlines: list[Hotline] = field(default_factory=list)
    units: Units | None = None


def load_services(service_ids: Iterable[int]) -> dict[int, Service]:
    """Services by key, with what an answer shows of them."""
    return Service.objects.select_related("brand", "category", "operator").in_bulk(list(service_ids))


def load_rules(pairs: dict[int, int], on: datetime.date) -> dict[int, CoverageRule]:
    """The rule of each (service, region) pair that is valid on the day, by service. Exclude wins; then the latest.

    `disputed` says whether a report on the rule is open on the day.
    """
    found: dict[int, CoverageRule] = {}
    rules = (
        CoverageRule.objects.current(on)
        .filter(service_id__in=pairs.keys(), region_id__in=set(pairs.values()))
        .select_related("region", "source", "import_line", "service")
        .with_reports(on)
        .order_by("kind", "-valid_from", "-id")
    )
    for rule in rules:
        if pairs[rule.service_id] == rule.region_id:
            found.setdefault(rule.service_id, rule)
    return found


def load_hotlines(service_ids: Iterable[int], on: datetime.date) -> dict[int, list[Hotline]]:
    """The hotlines of each service that stand on the day, with their status then, the best first; for any region."""
    found: dict[int, list[Hotline]] = defaultdict(list)
    hotlines = (
        Hotline.objects.current(on)
        .filter(service_id__in=list(service_ids))
        .with_status(on)
        .select_related("number", "source", "service", "region")
        .best_first()
    )
    for hotline in hotlines:
        found[hotline.service_id].append(hotline)
    return found
