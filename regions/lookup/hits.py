"""What one page of an answer shows: the services, the deciding rules, the hotlines, and counts where partly covered.

A fixed number of queries, whatever the page's size.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Prefetch

from regions.choices import AnswerState, Level, RuleKind
from regions.models import CoverageRule, Hotline, HotlineHours, Region, Service
from regions.models.region import subtree


@dataclass(frozen=True, slots=True)
class Units:
    """How many of the units below are covered: wholly, in part, of how many; `level` says what was counted.

    Below a province or a prefecture county-level units are counted (a city without counties is one unit), below
    a county or such a city its townships.
    """

    level: str
    covered: int
    partly: int
    total: int


@dataclass(slots=True)
class Hit:
    """One service's answer: state, the rule that decided it (None when none did), hotlines with status."""

    service: Service
    state: str
    rule: CoverageRule | None
    hotlines: list[Hotline] = field(default_factory=list)
    units: Units | None = None


def load_hits(region: Region, page: list[tuple[int, str]], on: datetime.date) -> list[Hit]:
    """The hits for (service key, state) pairs, in their order."""
    if not page:
        return []
    ids = [service_id for service_id, _state in page]
    services = Service.objects.select_related("brand", "category", "operator").in_bulk(ids)
    rules = _deciding_rules(region, ids, on)
    hotlines = _hotlines(ids, on)
    partly = [service_id for service_id, state in page if state == AnswerState.PARTLY_COVERED]
    units = _units(region, partly, rules, on) if partly else {}
    return [
        Hit(services[service_id], state, rules.get(service_id), hotlines[service_id], units.get(service_id))
        for service_id, state in page
        if service_id in services
    ]


def _deciding_rules(region: Region, service_ids: list[int], on: datetime.date) -> dict[int, CoverageRule]:
    """The nearest rule of each service on the region or above it."""
    found: dict[int, CoverageRule] = {}
    rules = (
        CoverageRule.objects.current(on)
        .filter(service_id__in=service_ids, region__code__in=region.chain)
        .select_related("region", "source", "import_line", "service")
        .order_by("-region__level", "-valid_from", "-id")
    )
    for rule in rules:
        found.setdefault(rule.service_id, rule)
    return found


def _hotlines(service_ids: list[int], on: datetime.date) -> dict[int, list[Hotline]]:
    found: dict[int, list[Hotline]] = defaultdict(list)
    hotlines = (
        Hotline.objects.filter(service_id__in=service_ids)
        .with_status(on)
        .select_related("number", "source", "service", "region")
        .prefetch_related(Prefetch("hours", HotlineHours.objects.order_by("weekday", "opens")))
        .best_first()
    )
    for hotline in hotlines:
        found[hotline.service_id].append(hotline)
    return found


def _units(
    region: Region, service_ids: list[int], rules: dict[int, CoverageRule], on: datetime.date
) -> dict[int, Units]:
    """Count, for partly covered services, the units below the region that are covered."""
    level, paths = units_below(region, on)
    below: dict[int, dict[str, str]] = defaultdict(dict)
    under = CoverageRule.objects.current(on).filter(
        subtree(region.path, "region__path"), service_id__in=service_ids
    )
    for service_id, path, kind in under.exclude(region__path=region.path).values_list(
        "service_id", "region__path", "kind"
    ):
        below[service_id][path] = kind
    return {
        service_id: count_units(
            paths,
            region.path,
            below[service_id],
            rules[service_id].kind if service_id in rules else None,
            level,
        )
        for service_id in service_ids
    }


def units_below(region: Region, on: datetime.date) -> tuple[str, list[str]]:
    """What is counted below a region, and the paths of those units as of a day."""
    under = Region.objects.current(on).under(region).order_by()
    if region.level < Level.COUNTY:
        counties = list(under.filter(level=Level.COUNTY).values_list("path", flat=True))
        has_counties = Exists(Region.objects.current(on).filter(parent=OuterRef("pk"), level=Level.COUNTY))
        cities = under.filter(level=Level.PREFECTURE).exclude(has_counties).values_list("path", flat=True)
        if counties or cities:
            return Level.COUNTY.word, counties + list(cities)
    return Level.TOWNSHIP.word, list(under.filter(level=Level.TOWNSHIP).values_list("path", flat=True))


def count_units(
    paths: list[str], top: str, rules: dict[str, str], inherited: str | None, level: str
) -> Units:
    """Count units by the nearest rule at or above each one.

    `rules` maps paths strictly below `top` to rule kinds; `inherited` is the kind that reaches `top` from above.
    """
    mixed = {
        RuleKind.INCLUDE: set(),
        RuleKind.EXCLUDE: set(),
    }  # paths with a rule of this kind strictly below
    for path, kind in rules.items():
        while (path := _up(path)) and len(path) >= len(top):
            mixed[kind].add(path)
    covered = partly = 0
    for path in paths:
        step, kind = path, None
        while len(step) > len(top):
            if kind := rules.get(step):
                break
            step = _up(step)
        included = (kind or inherited) == RuleKind.INCLUDE
        if path in mixed[RuleKind.EXCLUDE if included else RuleKind.INCLUDE]:
            partly += 1
        elif included:
            covered += 1
    return Units(level, covered, partly, len(paths))


def _up(path: str) -> str:
    """The path of the region above: a/b/c/ → a/b/."""
    return path[: path.rstrip("/").rfind("/") + 1]
