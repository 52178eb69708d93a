"""Works out the bits of (service, region) pairs from the rules, on the regions and on all above them. Reads only."""

import datetime
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q
from pyroaring import BitMap

from regions.choices import RuleKind
from regions.models import CoverageRule, PostingIndex, Region

from .rules import Sets, as_day, codes_above
from .touched import Pair

CHUNK = 500
KEPT = 20_000  # regions of which a process remembers those above


@dataclass(slots=True)
class _Tree:
    """What is known of the regions that live on a day; to be added to."""

    above: dict[int, list[tuple[int, str]]] = field(
        default_factory=dict
    )  # region → (key, code) of those above it
    keys: dict[str, int | None] = field(default_factory=dict)  # code → key; None: there is none that day


_kept: tuple[tuple | None, _Tree] = (None, _Tree())


def _tree_of(generation: uuid.UUID, on: datetime.date) -> _Tree:
    """It holds as long as the index is not rebuilt, because every change of a region has it rebuilt.

    So a writer that adds one rule after another does not ask again.
    """
    global _kept
    kept_for, tree = _kept
    if kept_for != (generation, on) or len(tree.above) > KEPT:
        tree = _Tree()
        _kept = (generation, on), tree
    return tree


class Bits:
    """The bits to set and to clear: `changes` maps a region to (set's name, service, bit); `listed`, `until` follow.

    `on` is the day whose rules count; it lies in the days the index holds for, or the index is moved there.
    """

    def __init__(self, index: PostingIndex, on: datetime.date) -> None:
        self.on = on
        self.listed = BitMap.deserialize(bytes(index.listed))
        self.until = index.until
        self.changes: dict[int, list[tuple[str, int, bool]]] = {}
        self._tree = _tree_of(index.generation, on)
        self._above = self._tree.above
        self._on_region: dict[str, set[Pair]] = {kind: set() for kind in RuleKind.values}
        self._below: dict[str, set[tuple[int, str]]] = {kind: set() for kind in RuleKind.values}

    def work_out(self, pairs: dict[Pair, dict | None]) -> None:
        """Compute the bits of all pairs: three queries for each 500 regions and services."""
        for chunk in chunks(sorted({region_id for _service, region_id in pairs} - self._above.keys())):
            self._read_regions(chunk)
        for chunk in chunks(
            sorted({service_id for (service_id, _region), new in pairs.items() if new is None})
        ):
            self._read_rules(chunk)
        for (service_id, region_id), created in pairs.items():
            if created is None:
                self._recompute(service_id, region_id)
            else:
                self._add(service_id, region_id, created)

    def apply(self, region_id: int, sets: Sets) -> bool:
        """Set and clear the bits of one region. True when that changed anything."""
        differs = False
        for name, service_id, bit in self.changes.get(region_id, ()):
            bitmap = getattr(sets, name)
            if (service_id in bitmap) != bit:
                differs = True
                (bitmap.add if bit else bitmap.discard)(service_id)
        return differs

    def _read_regions(self, region_ids: Sequence[int]) -> None:
        paths = {pk: codes_above(path) for pk, _code, path in self._living("id", region_ids)}
        keys = self._tree.keys
        if codes := {code for above in paths.values() for code in above} - keys.keys():
            found = {code: pk for pk, code, _path in self._living("code", codes)}
            keys.update({code: found.get(code) for code in codes})
        for pk in region_ids:  # one that is closed has none
            self._above[pk] = [(key, code) for code in paths.get(pk, ()) if (key := keys[code])]

    def _living(self, column: str, values: Collection) -> list[tuple[int, str, str]]:
        """(key, code, path) of regions that live on the day. Bare SQL: every write of a rule asks it twice."""
        if not values:
            return []
        day = connection.ops.adapt_datefield_value(self.on)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, code, path FROM regions_region WHERE {column} IN ({', '.join(['%s'] * len(values))}) "
                "AND (valid_from IS NULL OR valid_from <= %s) AND (valid_to IS NULL OR valid_to > %s)",
                [*values, day, day],
            )
            return cursor.fetchall()

    def _read_rules(self, service_ids: Sequence[int]) -> None:
        """All rules of some services that are in force or still to come; the others cannot matter any more."""
        rows = (
            CoverageRule.objects.filter(
                Q(valid_to__isnull=True) | Q(valid_to__gt=self.on), service_id__in=service_ids
            )
            .order_by()
            .values_list(
                "service_id", "region_id", "kind", "valid_from", "valid_to",
                "region__path", "region__valid_from", "region__valid_to",
            )
        )  # fmt: skip
        self.listed -= BitMap(service_ids)
        for service_id, region_id, kind, begins, ends, path, region_begins, region_ends in rows.iterator():
            self._mind(begins, ends)
            if begins > self.on:
                continue
            self.listed.add(service_id)
            self._on_region[kind].add((service_id, region_id))
            begun = region_begins is None or region_begins <= self.on
            if begun and (region_ends is None or region_ends > self.on):
                self._below[kind].update((service_id, code) for code in codes_above(path))

    def _mind(self, *days: datetime.date | None) -> None:
        """Remember the first day to come on which a rule begins or ends."""
        for day in days:
            if day and day > self.on and (self.until is None or day < self.until):
                self.until = day

    def _recompute(self, service_id: int, region_id: int) -> None:
        for kind in RuleKind.values:
            self._set(region_id, kind, service_id, (service_id, region_id) in self._on_region[kind])
            for above, code in self._above[region_id]:
                self._set(above, f"{kind}_below", service_id, (service_id, code) in self._below[kind])

    def _add(self, service_id: int, region_id: int, created: dict) -> None:
        begins, ends = as_day(created["valid_from"]), as_day(created.get("valid_to"))
        self._mind(begins, ends)
        if (begins and begins > self.on) or (ends and ends <= self.on):
            return
        self.listed.add(service_id)
        self._set(region_id, created["kind"], service_id, True)
        for above, _code in self._above[region_id]:
            self._set(above, f"{created['kind']}_below", service_id, True)

    def _set(self, region_id: int, name: str, service_id: int, bit: bool) -> None:
        self.changes.setdefault(region_id, []).append((name, service_id, bit))


def pairs_between(after: datetime.date, on: datetime.date) -> set[Pair]:
    """Pairs with a rule that began or ended after one day and up to another. Reads all rules once."""
    rules = CoverageRule.objects.filter(_passed(after, on)).order_by()
    return set(rules.values_list("service_id", "region_id"))


def regions_changed_between(after: datetime.date, on: datetime.date) -> bool:
    """True when a region began or ended after one day and up to another."""
    return Region.objects.filter(_passed(after, on)).exists()


def _passed(after: datetime.date, on: datetime.date) -> Q:
    return Q(valid_from__gt=after, valid_from__lte=on) | Q(valid_to__gt=after, valid_to__lte=on)


def chunks(items: Sequence) -> Iterator[Sequence]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def grouped(rows: Iterable, size: int = CHUNK) -> Iterator[list]:
    """An iterable in lists of at most `size`."""
    group = []
    for row in rows:
        group.append(row)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group
