"""Which services are asked about, as sets of services (bitmaps of database keys).

`ServiceSets` combines sets; where they come from is left to `SqlServiceSets` here and to `facts.py`, which keeps them.
"""

import datetime
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from pyroaring import BitMap

from regions.choices import AnswerState, HotlineStatus
from regions.models import Category, Hotline, Service

# What is listed unless another state is asked for: who covers the place, wholly or in part.
DEFAULT_STATES = (AnswerState.COVERED, AnswerState.PARTLY_COVERED)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which services are asked about. Within one filter values are alternatives; filters combine.

    Names that end in `_not` leave out what they name. `levels` are levels of the deciding rule.
    """

    categories: tuple[str, ...] = ()
    categories_not: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    brands_not: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    kinds_not: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    verified: bool | None = None
    levels: tuple[int, ...] = ()
    states: tuple[str, ...] = DEFAULT_STATES


class ServiceSets(ABC):
    """Sets that depend on services and hotlines only, not on the region."""

    everything: BitMap  # all services
    disputed: BitMap  # services all of whose hotlines are disputed

    @abstractmethod
    def having(self, family: str, values: Iterable) -> BitMap:
        """Services with any of these values: `category` (keys), `brand` (slugs), `kind`, `channel`, `status`."""

    @abstractmethod
    def category_tree(self) -> dict[str, tuple[int, int | None]]:
        """Every category: slug → (key, its parent's key)."""

    @cached_property
    def verified(self) -> BitMap:
        """Services with a verified hotline on the day."""
        return self.having("status", (HotlineStatus.VERIFIED,))

    def select(self, filters: Filters) -> BitMap | None:
        """Services that pass the filters; None when there is no filter."""
        wanted: BitMap | None = None
        for chosen in self._positive(filters):
            wanted = chosen if wanted is None else wanted & chosen
        for left_out in self._negative(filters):
            wanted = (self.everything if wanted is None else wanted) - left_out
        return wanted

    def _positive(self, filters: Filters) -> Iterable[BitMap]:
        if filters.categories:
            yield self.having("category", self.categories_within(filters.categories))
        if filters.brands:
            yield self.having("brand", filters.brands)
        if filters.kinds:
            yield self.having("kind", filters.kinds)
        if filters.channels:
            yield self.having("channel", filters.channels)
        if filters.statuses:
            yield self.having("status", filters.statuses)
        if filters.verified is True:
            yield self.verified
        if filters.verified is False:
            yield self.everything - self.verified

    def _negative(self, filters: Filters) -> Iterable[BitMap]:
        if filters.categories_not:
            yield self.having("category", self.categories_within(filters.categories_not))
        if filters.brands_not:
            yield self.having("brand", filters.brands_not)
        if filters.kinds_not:
            yield self.having("kind", filters.kinds_not)

    def categories_within(self, slugs: Iterable[str]) -> set[int]:
        """The keys of the categories and of all below them."""
        tree = self.category_tree()
        found = {tree[slug][0] for slug in slugs if slug in tree}
        frontier = found
        while frontier:
            frontier = {pk for pk, parent in tree.values() if parent in frontier} - found
            found |= frontier
        return found

    def best_first(self, services: BitMap) -> list[BitMap]:
        """The same services in three parts: with a verified hotline, ordinary, with disputed hotlines only."""
        if not services:
            return []
        verified = services & self.verified
        rest = services - verified
        disputed = rest & self.disputed
        return [part for part in (verified, rest - disputed, disputed) if part]


class SqlServiceSets(ServiceSets):
    """Each set is one query, asked when it is needed."""

    def __init__(self, on: datetime.date) -> None:
        self.on = on

    @cached_property
    def everything(self) -> BitMap:
        return BitMap(Service.objects.order_by().values_list("pk", flat=True))

    @cached_property
    def disputed(self) -> BitMap:
        hotlines = Hotline.objects.filter(disputes__isnull=False).with_status(self.on)
        touched = (
            hotlines.filter(status=HotlineStatus.DISPUTED).order_by().values_list("service_id", flat=True)
        )
        services = BitMap(touched.distinct())
        all_theirs = Hotline.objects.filter(service_id__in=services).with_status(self.on)
        others = all_theirs.exclude(status=HotlineStatus.DISPUTED).order_by()
        return services - BitMap(others.values_list("service_id", flat=True))

    def having(self, family: str, values: Iterable) -> BitMap:
        values = list(values)
        if family == "status":
            hotlines = Hotline.objects.all()
            if set(values) <= _CHECKED:
                hotlines = hotlines.filter(verifications__isnull=False)
            with_status = hotlines.with_status(self.on).filter(status__in=values).order_by()
            return BitMap(with_status.values_list("service_id", flat=True).distinct())
        if family == "channel":
            hotlines = Hotline.objects.filter(channel__in=values).order_by()
            return BitMap(hotlines.values_list("service_id", flat=True).distinct())
        column = {"category": "category_id", "brand": "brand__slug", "kind": "kind"}[family]
        services = Service.objects.filter(**{f"{column}__in": values}).order_by()
        return BitMap(services.values_list("pk", flat=True))

    def category_tree(self) -> dict[str, tuple[int, int | None]]:
        return read_category_tree()


# Statuses that only a hotline with a check can have: the query starts from the checks.
_CHECKED = {HotlineStatus.VERIFIED, HotlineStatus.EXPIRED, HotlineStatus.REFUTED}


def read_category_tree() -> dict[str, tuple[int, int | None]]:
    rows = Category.objects.order_by().values_list("slug", "pk", "parent_id")
    return {slug: (pk, parent) for slug, pk, parent in rows}
