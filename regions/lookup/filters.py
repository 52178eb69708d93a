"""Which services are asked about, as sets of services (bitmaps of database keys); `facts.py` keeps the sets."""

import datetime
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from pyroaring import BitMap

from regions.choices import AnswerState, HotlineStatus

from .opening import open_texts

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
    open_at: datetime.datetime | None = None
    levels: tuple[int, ...] = ()
    states: tuple[str, ...] = DEFAULT_STATES


class ServiceSets(ABC):
    """Sets that depend on services, and on the hotlines that stand on the day for one region."""

    everything: BitMap  # all services

    @abstractmethod
    def having(self, family: str, values: Iterable) -> BitMap:
        """Services with any of these values: `category` (keys), `brand` (slugs), `kind`, `channel`, `status`, `hours` (texts)."""

    @abstractmethod
    def texts(self) -> Iterable[str]:
        """Every text of opening hours."""

    @abstractmethod
    def category_tree(self) -> dict[str, tuple[int, int | None]]:
        """Every category: slug → (key, its parent's key)."""

    @property
    @abstractmethod
    def disputed(self) -> BitMap:
        """Services all of whose hotlines here are disputed."""

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
        if filters.open_at:
            yield self.having("hours", open_texts(self.texts(), filters.open_at))
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
