"""What one page of an answer shows: the services, the deciding rules, the hotlines.

A fixed number of queries, whatever the page's size.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet

from regions.models import CoverageRule, Hotline, Service
from regions.standing import standing

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
    for rule in _rules(pairs.keys(), set(pairs.values()), on):
        if pairs[rule.service_id] == rule.region_id:
            found.setdefault(rule.service_id, rule)
    return found


@standing
def _rules(services: Collection[int], regions: Collection[int], on: datetime.date) -> QuerySet[CoverageRule]:
    return (
        CoverageRule.objects.current(on)
        .filter(service__in=services, region__in=regions)
        .select_related("region", "source", "import_line", "service")
        .with_reports(on)
        .order_by("kind", "-valid_from", "-id")
    )


def load_hotlines(service_ids: Iterable[int], on: datetime.date) -> dict[int, list[Hotline]]:
    """The hotlines of each service that stand on the day, with their status then, the best first; for any region."""
    found: dict[int, list[Hotline]] = defaultdict(list)
    for hotline in _hotlines(list(service_ids), on):
        found[hotline.service_id].append(hotline)
    return found


@standing
def _hotlines(services: Collection[int], on: datetime.date) -> QuerySet[Hotline]:
    return (
        Hotline.objects.current(on)
        .filter(service__in=services)
        .with_status(on)
        .select_related("number", "source", "service", "region")
        .best_first()
    )
