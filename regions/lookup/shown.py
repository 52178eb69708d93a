"""The answer to the main question as a reader is shown it: few hits, each with all that he should know beside it."""

import datetime
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import Any

from pyroaring import BitMap

from regions.choices import AnswerState, SignalCode
from regions.models import Category, CoverageRule, Hotline, Region, Service
from regions.models.base import today
from regions.signals.places import load_units

from . import list_notes
from .calls import Call, calls_of, promotes
from .changes import Position
from .coverage import Choice, Filters, choose
from .day import Day
from .hits import load_services
from .lines import Lines, lines_about
from .memory import consistently
from .named_units import NamedUnits, name_units
from .serving import COVERING, Servers, servers_of
from .units import Units

NEIGHBOURS = 5


@dataclass(slots=True)
class ShownHit:
    """One service in the answer. `named`: for a partly covered region, which of its units are covered. `below`: the first

    lines of its list there that say more, where it serves by these alone any. `odd`: what is odd about its list by itself.
    """

    service: Service
    state: str
    rule: CoverageRule | None
    units: Units | None = None
    named: NamedUnits | None = None
    below: list[CoverageRule] = field(default_factory=list)
    odd: tuple[SignalCode, ...] = ()
    calls: list[Call] = field(default_factory=list)
    outlets: Servers = field(default_factory=Servers)
    #: What pages have made of the service, kept with it.
    told: dict[Hashable, str] = field(default_factory=dict)


@dataclass(slots=True)
class NextDoor:
    """Who covers others in a region: each service with the units that it covers there."""

    region: Region
    hits: list[tuple[Service, NamedUnits]]
    nobody_in: Region | None = None  # the widest place around the one asked for in which nobody does


@dataclass(slots=True)
class Shown:
    """Who covers one region. `products`: how many services the answer lists when asked for a category instead, the most first."""

    region: Region
    on: datetime.date
    counts: dict[str, int]
    count: int
    hits: list[ShownHit]
    products: list[tuple[Category, int]]
    next_door: NextDoor | None = None
    at_outlets: bool = False  # a service that covers it has outlets, here or elsewhere
    ahead: list[CoverageRule] = field(
        default_factory=list
    )  # lines that begin later, of those that the filters leave
    promoted_any: bool = (
        False  # a number of some service that it lists, on this page or another, is one to call
    )

    @property
    def promoted(self) -> bool:
        """True when a number of some hit is one to call."""
        return any(promotes(hit.calls) for hit in self.hits)


def show_coverage(
    region: Region,
    *,
    on: datetime.date | None = None,
    filters: Filters | None = None,
    offset: int = 0,
    limit: int = 10,
    position: Position | None = None,
    neighbours: bool = False,
) -> Shown:
    """`who_covers`, for a page. Four queries at most where the process remembers the region; one more for its outlets.

    `neighbours`: where nobody covers the region, who covers others around it.
    """
    on = on or today()
    filters = filters or Filters()

    def ask(day: Day) -> Shown:
        choice = choose(day, region, filters, offset, limit)
        served = any(choice.counts[state] for state in COVERING)
        lines = _lines(day, choice, region)
        facts, states = day.facts.at(region), day.region_sets(region).states()
        wanted = facts.select(filters)
        listed = BitMap.union(BitMap(), *(states[state] for state in filters.states)) & facts.promoted
        return Shown(
            region,
            on,
            choice.counts,
            choice.count,
            _hits(day, choice, region, lines),
            _products(day, region, filters),
            _next_door(day, region, filters) if neighbours and not served else None,
            bool(_covering(day, region) & day.service_facts.with_outlets),
            [rule for rule in lines.ahead if wanted is None or rule.service_id in wanted],
            bool(listed if wanted is None else listed & wanted),
        )

    return consistently(on, ask, position)


@dataclass(slots=True)
class InPlace:
    """What a service's list says of one region, of the units below where they differ from it, and who serves there."""

    state: str
    named: NamedUnits
    outlets: Servers


def service_in(
    service: Service, region: Region, on: datetime.date | None = None, position: Position | None = None
) -> InPlace:
    """What holds on a day. Two queries where the process remembers the region; two more for the outlets there."""

    def ask(day: Day) -> InPlace:
        sets = day.region_sets(region)
        state = sets.state_of(service.pk)
        differs = service.pk in sets.include_below or service.pk in sets.exclude_below
        named = name_units(day, region, [service.pk] if differs else [])
        at_outlets = BitMap([service.pk] if state in COVERING else []) & day.service_facts.with_outlets
        servers = _servers(day, at_outlets, region)
        return InPlace(state, named.get(service.pk, NamedUnits()), servers.get(service.pk, Servers()))

    return consistently(on or today(), ask, position)


def _servers(
    day: Day, at_outlets: BitMap, region: Region, claims: list[Hotline] | None = None
) -> dict[int, Servers]:
    """The outlets of services that serve a region; `claims` are at hand with their status."""
    day.loads += bool(at_outlets)
    narrowed = bool(at_outlets & day.service_facts.narrowed)
    limits = {None, *day.facts.limits.meeting(region)}
    return servers_of(at_outlets, region, day.on, narrowed=narrowed, claims=claims, limits=limits)


def _next_door(day: Day, region: Region, filters: Filters) -> NextDoor | None:
    """Who covers others in the same prefecture or, failing that, the same province, or the country."""
    nobody_in = None
    wanted = replace(filters, states=Filters().states)
    for above in day.above(region):
        page = choose(day, above, wanted, 0, NEIGHBOURS).page
        if page:
            day.loads += 1
            services = load_services(chosen.service_id for chosen in page)
            named = name_units(day, above, [chosen.service_id for chosen in page if chosen.units])
            found = [(services[pk], named.get(pk, NamedUnits())) for pk, *_rest in page if pk in services]
            return NextDoor(above, found, nobody_in)
        nobody_in = above
    return None


def _hits(day: Day, choice: Choice, region: Region, lines: Lines) -> list[ShownHit]:
    if not choice.page:
        return []
    here = {None, *day.facts.limits.meeting(region)}
    services = _services(day, [chosen.service_id for chosen in choice.page])
    named = name_units(day, region, [chosen.service_id for chosen in choice.page if chosen.units])
    claims = [call.hotline for _service, calls, _told in services.values() for call in calls]
    servers = _servers(day, choice.with_outlets(day), region, claims)
    hits = []
    for key, state, _step, units in choice.page:
        if key in services:
            service, calls, told = services[key]
            mine = [call.within(here) for call in calls if call.hotline.region_id in here]
            outlets = servers.get(key) or Servers()
            rule, below = lines.deciding.get(key), lines.below.get(key, [])
            notes = day.notes.get(key)
            odd = notes.odd if notes else ()
            hits.append(
                ShownHit(service, state, rule, units, named.get(key), below, odd, mine, outlets, told)
            )
    return hits


# Bytes of a record with those beside it, roughly.
_CALL, _SERVICE, _RULE = 14_000, 5_000, 8_000


def _services(day: Day, ids: list[int]) -> dict[int, tuple[Service, list[Call], dict[Hashable, str]]]:
    """Services with their calls and what pages make of them, by key; kept as long as the directory stands where it stands."""
    found: dict[int, Any] = {key: day.kept_shown(("service", key)) for key in ids}
    if missing := [key for key in ids if not found[key]]:
        known = {key: notes.served for key in missing if (notes := day.notes.get(key))}
        calls = calls_of(missing, day.on, served=known)
        services = {key: theirs[0].hotline.service for key, theirs in calls.items()}
        if without := set(missing) - services.keys():
            services |= load_services(without)
        for key, service in services.items():
            found[key] = service, calls.get(key, []), {}
            day.keep_shown(("service", key), found[key], _SERVICE + _CALL * len(found[key][1]))
    return {key: kept for key, kept in found.items() if kept}


def _lines(day: Day, choice: Choice, region: Region) -> Lines:
    """What the lists say of a region for the services of a page, kept in the same way; with what is odd about the lists

    of those that serve it or say that they do not.
    """
    key = ("lines", region.pk, tuple((chosen.service_id, chosen.state) for chosen in choice.page))
    found = day.kept_shown(key)
    told = [chosen.service_id for chosen in choice.page if chosen.step or chosen.state in COVERING]
    whole = [service_id for service_id in told if day.notes.get(service_id) is None]
    if found is None or whole:
        above = [step.region_id for step in day.region_sets(region).steps]
        services = [chosen.service_id for chosen in choice.page]
        inside = [
            chosen.service_id
            for chosen in choice.page
            if chosen.state == AnswerState.PARTLY_COVERED or not chosen.step
        ]
        known, asked = day.kept_shown("reported lines"), {*services, *choice.deciding}
        reported = None if known is None else not (known[0].isdisjoint(asked) and known[1].isdisjoint(above))
        found = lines_about(region, above, day.on, choice.deciding, services, inside, whole, reported)
        if found.reported is not None:
            day.keep_shown("reported lines", found.reported, 200 + 120 * sum(map(len, found.reported)))
        for rule in found.first:
            units = day.keep("units of lists", None, lambda: load_units(day.on), 0)
            notes = list_notes.notes_on(rule, units, day.on)
            day.notes.put(rule.service_id, notes, notes.size)
        found.first = []
        day.keep_shown(key, found, _RULE * (1 + len(found)))
    return found


def _covering(day: Day, region: Region) -> BitMap:
    states = day.region_sets(region).states()
    return BitMap.union(*(states[state] for state in COVERING))


def _products(day: Day, region: Region, filters: Filters) -> list[tuple[Category, int]]:
    """Counted as the answer counts: with its brands and its states, and with the products below a category."""
    services, states = day.facts.at(region), day.region_sets(region).states()
    listed = BitMap.union(BitMap(), *(states[state] for state in filters.states))
    if (others := services.select(replace(filters, categories=()))) is not None:
        listed &= others
    counted = []
    for category in day.service_facts.categories:
        if services.having("category", (category.pk,)).intersect(listed):
            within = services.having("category", day.service_facts.within[category.pk])
            counted.append((category, within.intersection_cardinality(listed)))
    return sorted(counted, key=lambda product: -product[1])
