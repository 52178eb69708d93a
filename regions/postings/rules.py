"""What the rules in force on a day amount to: sets of services per region. SQL is asked; nothing is written."""

import datetime
import uuid
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Exists, Min, OuterRef, QuerySet
from pyroaring import BitMap

from regions.models import CoverageRule, PostingIndex, Region, Service
from regions.models.base import Joined
from regions.models.region import subtree
from regions.round_trip import Statement, ask

# The four sets of a region, in the order of the columns of `Posting`.
SETS = ("include", "exclude", "include_below", "exclude_below")


@dataclass(slots=True)
class Sets:
    """Services with a rule on the region itself, and with one strictly below it, by the rule's kind."""

    include: BitMap = field(default_factory=BitMap)
    exclude: BitMap = field(default_factory=BitMap)
    include_below: BitMap = field(default_factory=BitMap)
    exclude_below: BitMap = field(default_factory=BitMap)

    @classmethod
    def load(cls, blobs: Iterable[bytes]) -> "Sets":
        return cls(*(BitMap.deserialize(bytes(blob)) for blob in blobs))

    def dump(self) -> list[bytes]:
        return [getattr(self, name).serialize() for name in SETS]

    @property
    def size(self) -> int:
        """Bytes, roughly: two for each member."""
        return 2 * sum(len(getattr(self, name)) for name in SETS)

    def add(self, name: str, services: BitMap) -> None:
        members = getattr(self, name)
        members |= services


@dataclass(slots=True)
class Everything:
    """All postings of a day, and up to which day (exclusive) nothing that is on file begins or ends."""

    sets: dict[int, Sets]
    listed: BitMap
    until: datetime.date | None


# The row about all postings. Bare SQL: every write of a rule asks it.
_INDEX_COLUMNS = ("id", "generation", "day", "until", "listed")
INDEX: Statement = (f"SELECT {', '.join(_INDEX_COLUMNS)} FROM regions_postingindex", ())


def read_index(using: str = DEFAULT_DB_ALIAS) -> PostingIndex | None:
    """The row about all postings; None where there is no index."""
    return index_of(ask(INDEX, using=using)[0], using)


def index_of(rows: list[tuple], using: str = DEFAULT_DB_ALIAS) -> PostingIndex | None:
    """The same from the answer to `INDEX`, where that was asked together with something else."""
    if not rows:
        return None
    key, generation, day, until, listed = rows[0]
    values = (key, uuid.UUID(str(generation)), as_day(day), as_day(until), bytes(listed))
    return PostingIndex.from_db(using, _INDEX_COLUMNS, values)


def as_day(value: str | datetime.date | None) -> datetime.date | None:
    """A day as columns of changes and bare SQL on SQLite have it."""
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value


def read_sets(region_ids: Collection[int], using: str = DEFAULT_DB_ALIAS) -> dict[int, list[bytes]]:
    """The stored sets of some regions, as they lie in the database. Bare SQL: every write asks it."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"SELECT region_id, {', '.join(SETS)} FROM regions_posting "
            f"WHERE region_id IN ({', '.join(['%s'] * len(region_ids))})",
            list(region_ids),
        )
        return {region_id: blobs for region_id, *blobs in cursor.fetchall()}


def written_since(sequence: int, using: str = DEFAULT_DB_ALIAS) -> list[int]:
    """The regions whose sets were written by a later change. Bare SQL: a list of a service is some thousands."""
    rows = ask(("SELECT region_id FROM regions_posting WHERE sequence > %s", [sequence]), using=using)[0]
    return [region_id for (region_id,) in rows]


def everything(on: datetime.date) -> Everything:
    """Read all rules once (some seconds for 30 million) and return the sets of every region that has any."""
    sets: defaultdict[int, Sets] = defaultdict(Sets)
    listed = BitMap()
    above = ancestors_by_id(on)
    for region_id, kind, services in _grouped(CoverageRule.objects.current(on), "region_id", streamed=True):
        sets[region_id].add(kind, services)
        listed |= services
        for ancestor in above.get(region_id, ()):
            sets[ancestor].add(f"{kind}_below", services)
    return Everything(dict(sets), listed, next_boundary(on))


def sets_on(region_ids: Collection[int], on: datetime.date) -> dict[int, Sets]:
    """What stands on some regions on a day (1 query)."""
    sets: defaultdict[int, Sets] = defaultdict(Sets)
    rules = CoverageRule.objects.current(on).filter(region_id__in=region_ids)
    for region_id, kind, services in _grouped(rules, "region_id"):
        sets[region_id].add(kind, services)
    return sets


def sets_below(top: str, on: datetime.date) -> dict[str, Sets]:
    """What stands on and below a region and all that lies in it on a day, by path (2 queries).

    Regions that do not live on the day are left out. The rules are read in the order of their index, which has no paths.
    """
    sets: defaultdict[str, Sets] = defaultdict(Sets)
    living = Region.objects.current(on).filter(subtree(top)).order_by()
    paths = dict(living.values_list("pk", "path"))
    rules = CoverageRule.objects.current(on).filter(region__in=living.values("pk"))
    for region_id, kind, services in _grouped(rules, "region_id"):
        path = paths[region_id]
        sets[path].add(kind, services)
        while len(path) > len(top):
            path = path[: path.rindex("/", 0, -1) + 1]
            sets[path].add(f"{kind}_below", services)
    return sets


def listed_services(on: datetime.date) -> BitMap:
    """Services with any rule in force: one index seek a service, not a look at every rule."""
    rules = CoverageRule.objects.current(on).filter(service=OuterRef("pk"))
    return BitMap(Service.objects.filter(Exists(rules)).order_by().values_list("pk", flat=True))


def _grouped(
    rules: QuerySet[CoverageRule], by: str, streamed: bool = False
) -> Iterator[tuple[Any, str, BitMap]]:
    """(region, kind, services) of rules, one row for each region and kind."""
    rows = rules.order_by().values(by, "kind").annotate(services=Joined("service_id"))
    found = rows.values_list(by, "kind", "services")
    for region, kind, services in found.iterator(chunk_size=200) if streamed else found:
        yield region, kind, BitMap(array("I", map(int, services.split(","))))


def ancestors_by_id(on: datetime.date) -> dict[int, list[int]]:
    """For every region that lives on a day the keys of the regions above it. A closed region has none."""
    living = Region.objects.current(on).order_by().values_list("pk", "code", "path")
    rows = list(living.iterator(chunk_size=5_000))
    ids = {code: pk for pk, code, _path in rows}
    return {pk: [ids[code] for code in codes_above(path) if code in ids] for pk, _code, path in rows}


def codes_above(path: str) -> list[str]:
    """The codes above a region, from the country down."""
    return path.split("/")[:-2]


def next_boundary(on: datetime.date) -> datetime.date | None:
    """The first day after `on` on which a rule or a region begins or ends."""
    days = []
    for rows in (CoverageRule.objects.order_by(), Region.objects.order_by()):
        for end in ("valid_from", "valid_to"):
            days.append(rows.filter(**{f"{end}__gt": on}).aggregate(day=Min(end))["day"])
    return min((day for day in days if day), default=None)
