"""Lists that are nearly the same, of brands that have nothing to do with each other.

Compared is what is particular to a list: the units it names one by one, without groups that it names in full
(`ServiceList.irregular`). Two lists are alike when they share 90 % of what either names (Jaccard), exactly counted.
Finding whom to compare with is done in two ways:

- one service, or a few, against the directory: who includes 16 of its units, from the postings (a bitmap a region);
  a list that is 90 % alike holds at least 10 of them in all but 1 of 2,000 cases;
- the whole directory (`near_equal`, for the nightly check): each list is a bitmap of its units in one fixed random
  order; the first five members from each of twelve starting points are its marks, and lists with a mark in common
  are compared. Time grows with the number of rules, not with the number of pairs.
"""

import datetime
import itertools
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Subquery
from django.utils.translation import gettext as _
from pyroaring import BitMap

from regions.choices import Level, RuleKind, SignalCode
from regions.lookup.memory import consistently
from regions.models import CoverageRule, Posting, PostingIndex, Region, Service
from regions.models.base import today
from regions.position import request_position
from regions.postings import writing

from .base import Signal
from .lists import service_record
from .places import ServiceList, Units, load_lists
from .ties import in_common

ALIKE = 0.9
SIZE_MIN = 30
PROBES = 16
PROBES_SHARED = 10
# Compared in full at most, per service: those that share most probes.
CANDIDATES_MAX = 50
_WINDOWS, _WINDOW = 12, 5


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of what either names that both name; 0 when neither names anything."""
    either = len(one | other)
    return len(one & other) / either if either else 0.0


def like_others(
    services: list[Service], lists: dict[int, ServiceList], units: Units, on: datetime.date
) -> dict[int, list[Signal]]:
    """For each service, whose list is nearly equal to its own (five queries at most, for any number)."""
    probes = {
        service.pk: _probes(lists[service.pk])
        for service in services
        if len(lists[service.pk].irregular) >= SIZE_MIN
    }
    candidates = _candidates(services, probes, on)
    wanted = {pk for found in candidates.values() for pk in found} - lists.keys()
    known = lists | load_lists(wanted, on, units) if wanted else lists
    others = (
        Service.objects.select_related("brand__owner", "operator").in_bulk(
            {pk for found in candidates.values() for pk in found}
        )
        if any(candidates.values())
        else {}
    )
    signals: dict[int, list[Signal]] = defaultdict(list)
    for service in services:
        for pk in candidates.get(service.pk, ()):
            other = others.get(pk)
            if other is None:
                continue  # deleted in between
            signals[service.pk] += compare(service, lists[service.pk], other, known[pk])
    return signals


def compare(service: Service, mine: ServiceList, other: Service, theirs: ServiceList) -> list[Signal]:
    """The signal about one service's list when another brand's is nearly the same."""
    if min(len(mine.irregular), len(theirs.irregular)) < SIZE_MIN:
        return []
    share = jaccard(mine.irregular, theirs.irregular)
    if share < ALIKE:
        return []
    common = in_common(service, other)
    return [
        Signal(
            SignalCode.LIST_LIKE_OTHER_BRAND,
            service_record(service),
            {
                "shared": len(mine.irregular & theirs.irregular),
                "either": len(mine.irregular | theirs.irregular),
                "share": round(share, 4),
            },
            [service_record(other)],
            _("%(share).0f %% of the places that either names are the same as in the list of %(brand)s.")
            % {"share": share * 100, "brand": other.brand.name},
            _("On record as owner or operator: %(names)s.") % {"names": common.name} if common else "",
        )
    ]


def _probes(listed: ServiceList) -> list[int]:
    """Region keys of some of the particular units, the same ones for lists that are alike: least hash first."""
    keys = {
        rule.code: rule.region_id
        for rule in listed.rules
        if not rule.closed and rule.code in listed.irregular
    }
    chosen = sorted(keys, key=lambda code: zlib.crc32(code.encode()))[:PROBES]
    return [keys[code] for code in chosen]


def _candidates(
    services: list[Service], probes: dict[int, list[int]], on: datetime.date
) -> dict[int, list[int]]:
    """Services of other brands that share most probes of each service, those that share most first."""
    wanted = {region_id for regions in probes.values() for region_id in regions}
    if not wanted:
        return {}
    holders = includers(wanted, on)
    probed, shared = {}, {}
    for service in services:
        if service.pk in probes:
            held = [holders[region_id] for region_id in probes[service.pk] if region_id in holders]
            least = max(1, len(probes[service.pk]) * PROBES_SHARED // PROBES)
            probed[service.pk], shared[service.pk] = held, at_least(held, least) - BitMap((service.pk,))
    if not any(shared.values()):
        return {}
    of_brands = consistently(today(), lambda day: day.service_facts.brands, request_position())
    found = {}
    for service in services:
        if service.pk in probes:
            others = shared[service.pk] - of_brands.get(service.brand.slug, BitMap())
            ranked = sorted(others, key=lambda pk: -sum(pk in holder for holder in probed[service.pk]))
            found[service.pk] = ranked[:CANDIDATES_MAX]
    return found


def includers(region_ids: Iterable[int], on: datetime.date) -> dict[int, BitMap]:
    """For each region the services with an include rule on it: from the postings where they hold for the day."""
    wanted = list(region_ids)
    rows = [] if writing.get() else list(_stored(wanted))
    # Regions without a posting say nothing of the index: it is asked by itself.
    index = rows[0][2:] if rows else _index() if not writing.get() else None
    if index is not None and index[0] <= on and (index[1] is None or on < index[1]):
        return {pk: BitMap.deserialize(bytes(blob)) for pk, blob, *_index_days in rows}
    found: dict[int, BitMap] = defaultdict(BitMap)
    rules = CoverageRule.objects.current(on).filter(region_id__in=wanted, kind=RuleKind.INCLUDE)
    for region_id, service_id in rules.order_by().values_list("region_id", "service_id").iterator():
        found[region_id].add(service_id)
    return found


def _index() -> tuple[datetime.date, datetime.date | None] | None:
    """The days on which the postings hold."""
    return PostingIndex.objects.values_list("day", "until").first()


def _stored(region_ids: list[int]) -> Iterable[tuple[int, Any, datetime.date, datetime.date | None]]:
    """The postings of some regions, with the days on which they hold (one query)."""
    days = PostingIndex.objects.order_by("pk")
    return (
        Posting.objects.filter(pk__in=region_ids)
        .order_by()
        .annotate(day=Subquery(days.values("day")[:1]), until=Subquery(days.values("until")[:1]))
        .filter(day__isnull=False)
        .values_list("pk", "include", "day", "until")
    )


def at_least(bitmaps: list[BitMap], least: int) -> BitMap:
    """The members of at least so many of the bitmaps.

    All members are counted at once: `counters[i]` holds those whose count so far has bit i.
    """
    counters: list[BitMap] = []
    for bitmap in bitmaps:
        carry = bitmap
        for place, counter in enumerate(counters):
            counters[place], carry = counter ^ carry, counter & carry
        if carry:
            counters.append(carry)
    more, equal = BitMap(), BitMap.union(BitMap(), *bitmaps)
    for place in reversed(range(max(len(counters), least.bit_length()))):
        bit = counters[place] if place < len(counters) else BitMap()
        if least >> place & 1:
            equal &= bit
        else:
            more |= equal & bit
            equal -= bit
    return more | equal


# --- The whole directory ----------------------------------------------------------------------------------------


def near_equal(on: datetime.date, units: Units) -> list[list[int]]:
    """Groups of services, of at least two brands, whose lists are nearly equal; service keys in order.

    Reads every rule in force once, in the order of services, and keeps one bitmap a different list.
    """
    lists: dict[bytes, BitMap] = {}
    holders: dict[bytes, list[int]] = defaultdict(list)
    marked: dict[tuple[int, ...], list[bytes]] = defaultdict(list)
    for service_id, members in _bitmaps(on, units):
        name = members.serialize()
        holders[name].append(service_id)
        if name not in lists:
            lists[name] = members
            for mark in set(_marks(members, len(units.paths))):
                marked[mark].append(name)
    group_of = {name: name for name in lists}

    def root(name: bytes) -> bytes:
        while group_of[name] != name:
            name = group_of[name]
        return name

    for names in marked.values():
        for one, other in itertools.combinations(names, 2):
            first, second = root(one), root(other)
            if first != second and lists[one].jaccard_index(lists[other]) >= ALIKE:
                group_of[second] = first
    groups: dict[bytes, list[int]] = defaultdict(list)
    for name, services in holders.items():
        groups[root(name)] += services
    several = [sorted(services) for services in groups.values() if len(services) > 1]
    brands = dict(Service.objects.filter(pk__in=itertools.chain(*several)).values_list("pk", "brand_id"))
    return sorted(services for services in several if len({brands[pk] for pk in services}) > 1)


def _bitmaps(on: datetime.date, units: Units) -> Iterator[tuple[int, BitMap]]:
    """The particular part of every list of at least `SIZE_MIN` units, as a bitmap in one fixed random order."""
    shuffled = sorted(units.paths, key=lambda code: zlib.crc32(code.encode()))
    place = {code: number for number, code in enumerate(shuffled)}
    blocks = [BitMap(place[code] for code in block) for block in units.blocks]
    by_region = {}
    for pk, path in (
        Region.objects.current(on).filter(level__gte=Level.PREFECTURE).values_list("pk", "path").iterator()
    ):
        unit = units.unit_of(path)
        if unit is not None:
            by_region[pk] = place[unit]
    rules = (
        CoverageRule.objects.current(on)
        .filter(kind=RuleKind.INCLUDE)
        .order_by("service_id")
        .values_list("service_id", "region_id")
        .iterator(chunk_size=20_000)
    )
    for service_id, regions in _by_service(rules):
        members = BitMap(by_region[region] for region in regions if region in by_region)
        if len(members) < SIZE_MIN:
            continue
        for block in blocks:
            if block.issubset(members):
                members -= block
        if len(members) >= SIZE_MIN:
            yield service_id, members


def _by_service(rows: Iterable[tuple[int, int]]) -> Iterator[tuple[int, list[int]]]:
    current, regions = 0, list[int]()  # no key is 0
    for service_id, region_id in rows:
        if service_id != current:
            if regions:
                yield current, regions
            current, regions = service_id, []
        regions.append(region_id)
    if regions:
        yield current, regions


def _marks(members: BitMap, span: int) -> Iterator[tuple[int, ...]]:
    """The first few members from each of several starting points in 0…span, around the circle."""
    ordered = members.to_array()
    size = len(ordered)
    for window in range(_WINDOWS):
        first = members.rank(window * span // _WINDOWS - 1) if window else 0
        yield tuple(ordered[(first + step) % size] for step in range(_WINDOW))
