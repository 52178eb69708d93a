"""What a process keeps of services and hotlines, so that a filter is an intersection and not a query."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from django.db.models import Exists, OuterRef, QuerySet
from pyroaring import BitMap

from regions.choices import NOT_FOR_REPAIRS, TRUSTED, Channel, HotlineStatus
from regions.models import Category, Hotline, OutletService, Region, Service
from regions.models.hotline import HotlineQuerySet

from .filters import ServiceSets
from .limits import Limits

_CHUNK = 500


_OF_HOTLINES = ("channel", "status", "hours", "to_call")
Families = dict[str, defaultdict[int | str, BitMap]]


def _families(*names: str) -> Families:
    return {name: defaultdict(BitMap) for name in names}


class ServiceFacts:
    """The sets of services that hold on any day, read once and then service by service as they change."""

    def __init__(self) -> None:
        self.everything = BitMap()
        self.categories = list(Category.objects.order_by("pk"))
        self.tree = {each.slug: (each.pk, each.parent_id) for each in self.categories}
        self.families = _families("category", "brand", "kind")
        self.with_outlets = BitMap()  # no other service is asked for its outlets
        self.narrowed = BitMap()  # nor any other for the rules of their own that these may have
        self._read(Service.objects.all())

    @property
    def brands(self) -> Mapping[int | str, BitMap]:
        """The services of each brand; one without services may be missing or have none."""
        return self.families["brand"]

    def read_again(self, service_ids: list[int]) -> None:
        """Replace what is known of some services; those that are gone are forgotten."""
        self.everything -= BitMap(service_ids)
        self.with_outlets -= BitMap(service_ids)
        self.narrowed -= BitMap(service_ids)
        _forget(self.families, service_ids)
        for chunk in _chunks(service_ids):
            self._read(Service.objects.filter(pk__in=chunk))

    def _read(self, services: QuerySet) -> None:
        at_outlets = OutletService.objects.filter(service=OuterRef("pk"))
        columns = ("pk", "category_id", "brand__slug", "kind")
        rows = services.order_by().values_list(
            *columns, Exists(at_outlets), Exists(at_outlets.filter(outlet__rules__isnull=False))
        )
        add = self.families
        for service_id, category_id, brand, kind, has_outlets, narrowed in rows.iterator(chunk_size=5_000):
            self.everything.add(service_id)
            if has_outlets:
                self.with_outlets.add(service_id)
            if narrowed:
                self.narrowed.add(service_id)
            add["category"][category_id].add(service_id)
            add["brand"][brand].add(service_id)
            add["kind"][kind].add(service_id)

    @cached_property
    def within(self) -> dict[int, set[int]]:
        """By the key of a category those of its own and of all below it."""
        found: dict[int, set[int]] = {each.pk: {each.pk} for each in self.categories}
        above = dict(self.tree.values())
        for key in found:
            parent, passed = above.get(key), {key}
            while parent is not None and parent not in passed:
                found[parent].add(key)
                passed.add(parent)
                parent = above.get(parent)
        return found

    def size(self) -> int:
        """Bytes of all sets, as serialised."""
        return len(self.everything.serialize()) + _size(self.families)


class Facts:
    """The sets of one day: those of services, and those of the hotlines that stand on it, read like them.

    Those of hotlines are kept by the region that limits them (its key; None for no limit): `at` puts together what
    counts for a region.
    """

    def __init__(self, on: datetime.date, services: ServiceFacts) -> None:
        self.on, self.services = on, services
        self.limits = Limits(on)
        self._of_hotlines: dict[int | None, Families] = {None: _families(*_OF_HOTLINES)}
        self._unlimited: FactsAt | None = None
        self._read(Hotline.objects.all())

    def at(self, region: Region) -> "FactsAt":
        """The sets that count for a region."""
        met = [
            self._of_hotlines[limit] for limit in self.limits.meeting(region) if limit in self._of_hotlines
        ]
        if met:
            return FactsAt(self.services, [self._of_hotlines[None], *met])
        if self._unlimited is None:
            self._unlimited = FactsAt(self.services, [self._of_hotlines[None]])
        return self._unlimited

    def read_again(self, service_ids: list[int]) -> None:
        """Replace what is known of the hotlines of some services."""
        self._unlimited = None
        for families in self._of_hotlines.values():
            _forget(families, service_ids)
        for chunk in _chunks(service_ids):
            self._read(Hotline.objects.filter(service_id__in=chunk))
        if not self.limits.known >= self._of_hotlines.keys() - {None}:
            self.limits = Limits(self.on)

    def _read(self, hotlines: HotlineQuerySet) -> None:
        standing = hotlines.current(self.on).with_status(self.on).order_by()
        rows = standing.values_list(
            "service_id", "region_id", "channel", "contact_type", "status", "opening_hours"
        )
        for service_id, limit, channel, contact_type, status, hours in rows.iterator(chunk_size=5_000):
            if (add := self._of_hotlines.get(limit)) is None:
                add = self._of_hotlines[limit] = _families(*_OF_HOTLINES)
            add["channel"][channel].add(service_id)
            add["status"][status].add(service_id)
            if status in TRUSTED and channel == Channel.PHONE and contact_type not in NOT_FOR_REPAIRS:
                add["to_call"]["promoted"].add(service_id)
            if hours:
                add["hours"][hours].add(service_id)

    def size(self) -> int:
        """Bytes of the sets of hotlines, as serialised."""
        return sum(map(_size, self._of_hotlines.values()))


def _forget(families: Families, service_ids: list[int]) -> None:
    gone = BitMap(service_ids)
    for family in families.values():
        for members in family.values():
            members -= gone


def _chunks(service_ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(service_ids), _CHUNK):
        yield service_ids[start : start + _CHUNK]


def _size(families: Families) -> int:
    return sum(len(members.serialize()) for family in families.values() for members in family.values())


class FactsAt(ServiceSets):
    """The kept sets that count for some region."""

    def __init__(self, services: ServiceFacts, of_hotlines: list[Families]) -> None:
        self.everything = services.everything
        self._tree = services.tree
        self._families = [services.families, *of_hotlines]

    def having(self, family: str, values: Iterable) -> BitMap:
        kept = [families[family] for families in self._families if family in families]
        sets = [members[value] for members in kept for value in values if value in members]
        return sets[0] if len(sets) == 1 else BitMap.union(BitMap(), *sets)

    def texts(self) -> set[str]:
        return {str(text) for families in self._families for text in families.get("hours", ())}

    def category_tree(self) -> dict[str, tuple[int, int | None]]:
        return self._tree

    @cached_property
    def promoted(self) -> BitMap:
        """The services with a number to call that is to be trusted."""
        return self.having("to_call", ("promoted",))

    @cached_property
    def disputed(self) -> BitMap:
        return self.having("status", (HotlineStatus.DISPUTED,)) - self.having("status", _OTHERWISE)


_OTHERWISE = tuple(set(HotlineStatus) - {HotlineStatus.DISPUTED})
