"""What changed about a brand, a number or a place, out of the change sequence: one item a change set, the latest first."""

import datetime
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from regions.keys import SEP
from regions.models import Brand, Change, CoverageRule, Hotline, Region
from regions.postings.touched import LIST, RULE

from .changes import SAID, told_outside

ITEMS = 30
# So many changes are looked at, and so many rules of a place.
_CHANGES, _RULES = 2_000, 2_000
_OF_SERVICE = ("hotline", RULE, "verification")


@dataclass(slots=True)
class News:
    """What was changed together. `counts`: how many records, by kind and action; `keys`: the first of them; `page` and
    `lines`: where to look and what the records are called, `events` what checks and reports came to, filled in by who shows it."""

    changeset: UUID
    at: datetime.datetime
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    keys: list[tuple[str, str]] = field(default_factory=list)
    page: str = ""
    lines: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)


def of_brand(brand: Brand) -> list[News]:
    """The brand itself, its services with their numbers, checks and lists."""
    slugs = list(brand.services.values_list("slug", flat=True))
    wanted = Q(kind="brand", key=brand.slug) | Q(kind__in=("service", LIST), key__in=slugs)
    for slug in slugs:  # ":" and the character after it: all keys of a service are a range
        wanted |= Q(kind__in=_OF_SERVICE, key__gte=f"{slug}{SEP}", key__lt=f"{slug};")
    return _news(wanted)


def of_number(canonical: str) -> list[News]:
    """The number, every claim on it, and their checks."""
    claims = Hotline.objects.filter(number__canonical=canonical).select_related("service", "number")
    keys = [claim.key for claim in claims]
    wanted = Q(kind="number", key=canonical) | Q(kind="hotline", key__in=keys)
    for key in keys:
        wanted |= Q(kind="verification", key__gte=f"{key}#", key__lt=f"{key}$")
    return _news(wanted)


def of_region(region: Region) -> list[News]:
    """The place, the lines of lists on it and on what lies above it, and the whole lists in which these came."""
    rules = CoverageRule.objects.filter(region__code__in=region.chain).select_related("service", "region")
    latest = list(rules.order_by("-pk")[:_RULES])
    wanted = (
        Q(kind="region", key=region.key)
        | Q(kind=RULE, key__in=[rule.key for rule in latest])
        | Q(kind=LIST, key__in={rule.service.slug for rule in latest})
    )
    return _news(wanted)


def _news(wanted: Q) -> list[News]:
    found: dict[UUID, News] = {}
    for change in told_outside(Change.objects.filter(wanted).annotate(**SAID).order_by("-pk")[:_CHANGES]):
        item = found.setdefault(change.changeset, News(change.changeset, change.at))
        item.counts[change.kind, change.action] += 1
        if len(item.keys) < 20:
            item.keys.append((change.kind, change.key))
    return list(found.values())[:ITEMS]
