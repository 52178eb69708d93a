"""Where the sets of services per region come from: the index over the rules, or for any other day the rules themselves.

Both answer the same two questions, in the same sets: what stands `on` regions, and what stands on and `below` one.
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from django.db import router
from django.db.models import F, Q, QuerySet
from pyroaring import BitMap

from regions.choices import Level
from regions.models import Posting, PostingIndex, Region
from regions.models.base import in_force
from regions.models.region import Subtree
from regions.postings.rules import SETS, Sets, listed_services, next_boundary, read_sets, sets_below, sets_on
from regions.postings.sync import Bits, pairs_between, regions_changed_between
from regions.standing import standing

from .bounded import Bounded

EMPTY = Sets()
_PER_ENTRY = 400  # bytes of Python objects around one entry, roughly
_CHUNK = 500


class Place(Protocol):
    """A region as the sets are asked for: its key and its path."""

    @property
    def region_id(self) -> int: ...

    @property
    def path(self) -> str: ...


class Spot(NamedTuple):
    region_id: int
    path: str


class Link(NamedTuple):
    """A region on the way up to the country."""

    region_id: int
    level: int
    name: str
    path: str


class Around(NamedTuple):
    """A region and those above it, nearest first; what is counted below it (`inside`), None where nobody has looked."""

    chain: list[Link]
    below: list[Region] | None


class Source(Protocol):
    """Sets of services of one day. `loads` counts how often the database was asked."""

    loads: int

    @property
    def listed(self) -> BitMap:
        """Services with any rule on the day."""

    def on(self, region_ids: Iterable[int]) -> dict[int, Sets]:
        """What stands on these regions; what stands below them may be missing."""

    def below(self, top: Place, places: Iterable[Place]) -> dict[int, Sets]:
        """What stands on and below these regions, all of which are `top` or lie in it."""

    def around(self, region: Region, on: datetime.date) -> Around:
        """The region with those above it on the day, and what is counted below where that is asked for next."""

    def inside(self, region: Region, on: datetime.date) -> list[Region]:
        """What is counted below a region (`inside`), in no order: their sets will be asked next."""

    def spots(self, regions: QuerySet[Region], few: bool) -> list[Spot]:
        """The same in short; of many regions (not `few`) the sets of most will not be asked."""

    def rest(self) -> None:
        """A question is answered: let go of what is held beyond the limit."""

    @property
    def size(self) -> int: ...


class FromPostings:
    """The index, which holds from the day it was written for; rules that began or ended since are laid over it."""

    def __init__(self, index: PostingIndex, on: datetime.date, limit: int) -> None:
        self.index, self.loads = index, 0
        self.kept = Bounded(limit)
        self._overlay: Bits | None = None
        if not holds(index, on):
            self._overlay = Bits(index, on)
            self._overlay.until = next_boundary(on)
            self._overlay.work_out(dict.fromkeys(pairs_between(index.day, on)))
        self._read_listed()

    def _read_listed(self) -> None:
        self.listed = self._overlay.listed if self._overlay else BitMap.deserialize(bytes(self.index.listed))

    @property
    def size(self) -> int:
        return self.kept.size

    def rest(self) -> None:
        """Nothing is held beyond the limit."""

    def follow(self, index: PostingIndex | None, written: Iterable[int]) -> bool:
        """Forget the regions that were written; False when the index was rebuilt or moved to another day."""
        if index is None or index.generation != self.index.generation or self._overlay:
            return False
        self.index = index
        self._read_listed()
        for region_id in written:
            self.kept.pop(region_id)
        return True

    def on(self, region_ids: Iterable[int]) -> dict[int, Sets]:
        found, missing = _at_hand(self.kept, region_ids)
        for start in range(0, len(missing), _CHUNK):
            self.loads += 1
            chunk = missing[start : start + _CHUNK]
            stored = read_sets(chunk, router.db_for_read(Posting))
            for region_id in chunk:
                found[region_id] = self._keep(region_id, stored.get(region_id))
        return found

    def below(self, top: Place, places: Iterable[Place]) -> dict[int, Sets]:
        return self.on(place.region_id for place in places)

    def around(self, region: Region, on: datetime.date) -> Around:
        """With their sets in the same statement: they are asked for next. Of what lies in a county few ask."""
        opens = region.level < Level.COUNTY
        chain, below = [], []
        for row in self._read(_around(region.pk, region.chain[1:], Subtree.of(region.path), on, opens)):
            if row.pk != region.pk and row.path.startswith(region.path):
                below.append(row)
            else:
                chain.append(Link(row.pk, row.level, row.name, row.path))
        chain.sort(key=lambda link: -link.level)
        below.sort(key=lambda row: row.path)
        return Around(chain, below if opens else None)

    def inside(self, region: Region, on: datetime.date) -> list[Region]:
        """With their sets in the same statement."""
        return self._read(_inside(Subtree.of(region.path), on, region.level < Level.COUNTY))

    def _read(self, regions: list[Region]) -> list[Region]:
        """Keep the sets that were read beside regions."""
        self.loads += 1
        for region in regions:
            self._keep_read(region.pk, [region.__dict__.pop(f"set_{name}") for name in SETS])
        return regions

    def spots(self, regions: QuerySet[Region], few: bool) -> list[Spot]:
        """A few with their sets in the same statement."""
        self.loads += 1
        if not few:
            return [Spot(*row) for row in regions.values_list("pk", "path")]
        found = []
        for pk, path, *stored in regions.values_list("pk", "path", *(f"posting__{name}" for name in SETS)):
            found.append(Spot(pk, path))
            self._keep_read(pk, stored)
        return found

    def _keep_read(self, region_id: int, stored: list[bytes | None]) -> None:
        if self.kept.get(region_id) is None:
            self._keep(region_id, [blob for blob in stored if blob is not None])

    def _keep(self, region_id: int, blobs: list[bytes] | None) -> Sets:
        sets, size = (Sets.load(blobs), sum(map(len, blobs))) if blobs else (EMPTY, 0)
        if self._overlay and region_id in self._overlay.changes:
            sets = Sets.load(sets.dump())
            self._overlay.apply(region_id, sets)
        self.kept.put(region_id, sets, size + _PER_ENTRY)
        return sets


class FromRules:
    """The rules in force on a day: two statements for a region, one for those above it, one for all on and below it."""

    def __init__(self, on: datetime.date, limit: int) -> None:
        self.day, self.loads = on, 0
        self.kept = Bounded(limit // 2)
        self.kept_below = Bounded(limit // 2)
        self._asked: tuple[str, dict[str, Sets]] = (
            "",
            {},
        )  # what the question at hand is about, whatever its size
        self._listed: BitMap | None = None

    @property
    def listed(self) -> BitMap:
        if self._listed is None:
            self.loads += 1
            self._listed = listed_services(self.day)
        return self._listed

    def rest(self) -> None:
        self._asked = ("", {})

    def around(self, region: Region, on: datetime.date) -> Around:
        rows = (
            _chain(region.pk, region.chain[1:], on)
            .order_by("-level")
            .values_list("pk", "level", "name", "path")
        )
        return Around([Link(*row) for row in rows], None)

    def inside(self, region: Region, on: datetime.date) -> list[Region]:
        return inside(region, on)

    def spots(self, regions: QuerySet[Region], few: bool) -> list[Spot]:
        return [Spot(*row) for row in regions.values_list("pk", "path")]

    @property
    def size(self) -> int:
        return self.kept.size + self.kept_below.size

    def on(self, region_ids: Iterable[int]) -> dict[int, Sets]:
        found, missing = _at_hand(self.kept, region_ids)
        if missing:
            self.loads += 1
            read = sets_on(missing, self.day)
            for region_id in missing:
                sets = found[region_id] = read.get(region_id, EMPTY)
                self.kept.put(region_id, sets, sets.size + _PER_ENTRY)
        return found

    def below(self, top: Place, places: Iterable[Place]) -> dict[int, Sets]:
        if self._asked[0] != top.path:
            self._asked = top.path, self._inside(top.path)
        inside = self._asked[1]
        return {place.region_id: inside.get(place.path, EMPTY) for place in places}

    def _inside(self, path: str) -> dict[str, Sets]:
        inside = self.kept_below.get(path)
        if inside is None:
            self.loads += 1
            inside = sets_below(path, self.day)
            self.kept_below.put(path, inside, sum(sets.size + _PER_ENTRY for sets in inside.values()))
        return inside


def _chain(key: int, above: Sequence[str], on: datetime.date) -> QuerySet[Region]:
    """A region, whenever it lived, and those above it on a day: the region itself has the longest path."""
    return Region.objects.filter(Q(pk=key) | Q(code__in=above) & in_force(on))


# What is read of regions that lie around one.
_OF_REGION = ("id", "code", "level", "path", "parent_id", "name", "full_name", "pinyin")


def inside(region: Region, on: datetime.date) -> list[Region]:
    """What is counted below a region (`units.py`), and all that lies directly below it or below what lies between."""
    return [row for each in _below(Subtree.of(region.path), on, region.level < Level.COUNTY) for row in each]


def _below(place: Subtree, on: datetime.date, opens: bool) -> list[QuerySet[Region]]:
    """`opens`: counties lie below it, or places between."""
    there = Region.objects.filter(place.holds())
    under = there.current(on).exclude(path=place.path).order_by().only(*_OF_REGION)
    if not opens:
        return [under]
    between = there.filter(level__lt=Level.COUNTY).order_by().values("pk")
    return [under.filter(level__lte=Level.COUNTY), under.filter(level__gt=Level.COUNTY, parent__in=between)]


@standing
def _around(
    key: int, above: Sequence[str], place: Subtree, on: datetime.date, opens: bool
) -> QuerySet[Region]:
    chain = _chain(key, above, on).only(*_OF_REGION)
    return _with_sets(chain, *(_below(place, on, opens) if opens else ()))


@standing
def _inside(place: Subtree, on: datetime.date, opens: bool) -> QuerySet[Region]:
    return _with_sets(*_below(place, on, opens))


def _with_sets(*regions: QuerySet[Region]) -> QuerySet[Region]:
    """Regions in no order, each with its posting."""
    sets = {f"set_{name}": F(f"posting__{name}") for name in SETS}
    first, *others = (each.order_by().annotate(**sets) for each in regions)
    return first.union(*others, all=True) if others else first


def directly_below(codes: Iterable[str], on: datetime.date) -> QuerySet[Region]:
    """The regions of the day whose parents have one of these codes."""
    return Region.objects.current(on).filter(parent__code__in=codes).order_by().only(*_OF_REGION)


def _at_hand(kept: Bounded, region_ids: Iterable[int]) -> tuple[dict[int, Sets], list[int]]:
    """What is kept of some regions, and those of which nothing is."""
    found: dict[int, Sets] = {}
    missing = []
    for region_id in region_ids:
        sets = kept.get(region_id)
        if sets is None:
            missing.append(region_id)
        else:
            found[region_id] = sets
    return found, missing


def holds(index: PostingIndex, on: datetime.date) -> bool:
    """True when the index as it is stored says what holds on a day."""
    return index.day <= on and (index.until is None or on < index.until)


def can_follow(index: PostingIndex, on: datetime.date) -> bool:
    """True when the rules that began or ended since say the rest; not where regions did, until the index is rebuilt."""
    return index.day <= on and (holds(index, on) or not regions_changed_between(index.day, on))
