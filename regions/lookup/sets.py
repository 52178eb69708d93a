"""Sets of services (bitmaps of database keys) for a region and for the filters, straight from SQL.

SQL is the truth here. The sets are the common language of the lookup.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from pyroaring import BitMap

from regions.choices import DisputeState, HotlineStatus, RuleKind
from regions.models import Category, CoverageRule, Hotline, Region, Service
from regions.models.region import subtree


@dataclass(slots=True)
class RegionSets:
    """What the rules valid on a day say about a region.

    `steps` runs from the region up to the country: (level, services included there, services excluded there).
    """

    steps: list[tuple[int, BitMap, BitMap]]
    include_below: BitMap
    exclude_below: BitMap
    listed: BitMap  # services with any rule on the day
    everything: BitMap  # all services
    included: BitMap = field(init=False)
    excluded: BitMap = field(init=False)

    def __post_init__(self) -> None:
        included, excluded = BitMap(), BitMap()
        for _level, include, exclude in reversed(self.steps):  # from the country down: the nearer rule wins
            included = (included | include) - exclude
            excluded = (excluded | exclude) - include
        self.included, self.excluded = included, excluded

    def decided_at(self, level: int) -> BitMap:
        """Services whose nearest rule stands at this level."""
        nearer = BitMap()
        for step_level, include, exclude in self.steps:
            here = (include | exclude) - nearer
            if step_level == level:
                return here
            nearer |= here
        return BitMap()


def chain_of(region: Region, on: datetime.date) -> list[Region]:
    """The region and its ancestors as of a day, nearest first."""
    lives = Region.objects.current(on).filter(code__in=region.chain[1:])
    by_code = {life.code: life for life in lives}
    return [region, *(by_code[code] for code in region.chain[1:] if code in by_code)]


def region_sets(region: Region, on: datetime.date) -> RegionSets:
    """Ask SQL for everything the rules say about a region on a day (5 queries)."""
    chain = chain_of(region, on)
    rules = CoverageRule.objects.current(on).order_by()
    include: dict[int, list[int]] = {}
    exclude: dict[int, list[int]] = {}
    on_chain = rules.filter(region_id__in=[step.pk for step in chain])
    for region_id, service_id, kind in on_chain.values_list("region_id", "service_id", "kind"):
        (include if kind == RuleKind.INCLUDE else exclude).setdefault(region_id, []).append(service_id)
    below: dict[str, list[int]] = {RuleKind.INCLUDE: [], RuleKind.EXCLUDE: []}
    under = rules.filter(subtree(region.path, "region__path")).exclude(region__path=region.path)
    for service_id, kind in under.values_list("service_id", "kind").distinct():
        below[kind].append(service_id)
    return RegionSets(
        steps=[
            (step.level, BitMap(include.get(step.pk, ())), BitMap(exclude.get(step.pk, ()))) for step in chain
        ],
        include_below=BitMap(below[RuleKind.INCLUDE]),
        exclude_below=BitMap(below[RuleKind.EXCLUDE]),
        listed=BitMap(rules.values_list("service_id", flat=True).distinct()),
        everything=BitMap(Service.objects.order_by().values_list("pk", flat=True)),
    )


class ServiceSets:
    """Sets that depend on services and hotlines only, not on the region; made when first asked for."""

    def __init__(self, on: datetime.date) -> None:
        self.on = on
        self._known: dict[str, BitMap] = {}

    def select(self, filters) -> BitMap | None:
        """Services that pass the filters; None when there is no filter."""
        wanted: BitMap | None = None
        for chosen in self._positive(filters):
            wanted = chosen if wanted is None else wanted & chosen
        left_out = self._negative(filters)
        if left_out:
            wanted = (self._services() if wanted is None else wanted) - left_out
        return wanted

    def _positive(self, filters) -> Iterable[BitMap]:
        if filters.categories:
            yield self._services(category_id__in=self._category_ids(filters.categories))
        if filters.brands:
            yield self._services(brand__slug__in=filters.brands)
        if filters.kinds:
            yield self._services(kind__in=filters.kinds)
        if filters.channels:
            yield self._services(hotlines__channel__in=filters.channels)
        if filters.statuses:
            hotlines = Hotline.objects.with_status(self.on).filter(status__in=filters.statuses)
            yield BitMap(hotlines.order_by().values_list("service_id", flat=True).distinct())
        if filters.verified is True:
            yield self.verified
        if filters.verified is False:
            yield self._services() - self.verified

    def _negative(self, filters) -> BitMap:
        out = BitMap()
        if filters.categories_not:
            out |= self._services(category_id__in=self._category_ids(filters.categories_not))
        if filters.brands_not:
            out |= self._services(brand__slug__in=filters.brands_not)
        if filters.kinds_not:
            out |= self._services(kind__in=filters.kinds_not)
        return out

    @staticmethod
    def _services(**conditions) -> BitMap:
        return BitMap(Service.objects.filter(**conditions).order_by().values_list("pk", flat=True).distinct())

    @staticmethod
    def _category_ids(slugs: Iterable[str]) -> set[int]:
        """The categories and all below them."""
        ids = set(Category.objects.filter(slug__in=slugs).values_list("pk", flat=True))
        frontier = ids
        while frontier:
            frontier = set(Category.objects.filter(parent_id__in=frontier).values_list("pk", flat=True)) - ids
            ids |= frontier
        return ids

    @property
    def verified(self) -> BitMap:
        """Services with a verified hotline on the day. Grows with the evidence, not with the directory."""
        if "verified" not in self._known:
            checked = Hotline.objects.filter(verifications__isnull=False).with_status(self.on)
            verified = (
                checked.filter(status=HotlineStatus.VERIFIED).order_by().values_list("service_id", flat=True)
            )
            self._known["verified"] = BitMap(verified.distinct())
        return self._known["verified"]

    @property
    def disputed(self) -> BitMap:
        """Services all of whose hotlines are disputed."""
        if "disputed" not in self._known:
            open_disputes = Hotline.objects.filter(disputes__state=DisputeState.OPEN).order_by()
            touched = BitMap(open_disputes.values_list("service_id", flat=True).distinct())
            others = (
                Hotline.objects.filter(service_id__in=touched)
                .exclude(disputes__state=DisputeState.OPEN)
                .order_by()
            )
            self._known["disputed"] = touched - BitMap(others.values_list("service_id", flat=True).distinct())
        return self._known["disputed"]

    def best_first(self, services: BitMap) -> list[BitMap]:
        """The same services in three parts: with a verified hotline, ordinary, with disputed hotlines only."""
        if not services:
            return []
        verified, disputed = services & self.verified, services & self.disputed
        return [part for part in (verified, services - verified - disputed, disputed - verified) if part]


def service_sets(on: datetime.date) -> ServiceSets:
    return ServiceSets(on)
