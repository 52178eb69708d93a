"""What a process keeps of services and hotlines, so that a filter is an intersection and not a query."""

import datetime
from collections import defaultdict
from collections.abc import Iterable

from pyroaring import BitMap

from regions.choices import HotlineStatus
from regions.models import Hotline, Service

from .filters import ServiceSets, read_category_tree

_CHUNK = 500


class Facts(ServiceSets):
    """The sets of one day, read once (two queries) and then service by service as they change."""

    def __init__(self, on: datetime.date) -> None:
        self.on = on
        self.everything = BitMap()
        self.disputed = BitMap()
        self._families: dict[str, dict[object, BitMap]] = {
            family: defaultdict(BitMap) for family in ("category", "brand", "kind", "channel", "status")
        }
        self._tree = read_category_tree()
        self._read(Service.objects.all(), Hotline.objects.all())

    def read_again(self, service_ids: list[int]) -> None:
        """Replace what is known of some services; those that are gone are forgotten."""
        self.__dict__.pop("verified", None)
        gone = BitMap(service_ids)
        self.everything -= gone
        self.disputed -= gone
        for family in self._families.values():
            for members in family.values():
                members -= gone
        for start in range(0, len(service_ids), _CHUNK):
            chunk = service_ids[start : start + _CHUNK]
            self._read(Service.objects.filter(pk__in=chunk), Hotline.objects.filter(service_id__in=chunk))

    def _read(self, services, hotlines) -> None:
        add = self._families
        rows = services.order_by().values_list("pk", "category_id", "brand__slug", "kind")
        for service_id, category_id, brand, kind in rows.iterator(chunk_size=5_000):
            self.everything.add(service_id)
            add["category"][category_id].add(service_id)
            add["brand"][brand].add(service_id)
            add["kind"][kind].add(service_id)
        has_hotline, has_good = BitMap(), BitMap()
        rows = hotlines.with_status(self.on).order_by().values_list("service_id", "channel", "status")
        for service_id, channel, status in rows.iterator(chunk_size=5_000):
            add["channel"][channel].add(service_id)
            add["status"][status].add(service_id)
            has_hotline.add(service_id)
            if status != HotlineStatus.DISPUTED:
                has_good.add(service_id)
        self.disputed |= has_hotline - has_good

    def having(self, family: str, values: Iterable) -> BitMap:
        sets = [self._families[family][value] for value in values if value in self._families[family]]
        return sets[0] if len(sets) == 1 else BitMap.union(BitMap(), *sets)

    def category_tree(self) -> dict[str, tuple[int, int | None]]:
        return self._tree

    def size(self) -> int:
        """Bytes of all sets, as serialised."""
        sets = [members for family in self._families.values() for members in family.values()]
        return sum(len(members.serialize()) for members in (self.everything, self.disputed, *sets))
