"""Who covers a region on a day, and why.

Validity on the asked day filters first. Then the nearest rule, from the region upwards, decides. Include covers
all below it; exclude carves out. Where rules stand below the region too, its state follows the divisions there.

The question is answered in sets of services (bitmaps of database keys), so that filters are intersections and
totals are exact. A `Day` has the sets (`day.py`); this module combines them and `hits.py` fetches what one page shows.
"""

import datetime
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from pyroaring import BitMap

from regions.models import Region
from regions.models.base import today

from .day import Day
from .filters import DEFAULT_STATES, Filters
from .hits import Hit, load_hotlines, load_rules, load_services
from .memory import consistently
from .serving import COVERING
from .sets import Step
from .units import Units, count_services

__all__ = ["DEFAULT_STATES", "Answer", "Choice", "Filters", "choose", "who_covers"]


# Bytes of Python objects in a choice that is kept, with what is told of it in one language; roughly.
_CHOICE_SIZE, _CHOSEN_SIZE = 900, 600


class Chosen(NamedTuple):
    """A service on the page: its state, where the deciding rule stands, the counts where its rules differ below."""

    service_id: int
    state: str
    step: Step | None
    units: Units | None


@dataclass(slots=True)
class Choice:
    """Which services one page shows, in order; `told` is what a door made of them, by language."""

    counts: dict[str, int]
    count: int
    page: list[Chosen]
    told: dict[str, list] = field(default_factory=dict)

    def with_outlets(self, day: Day) -> BitMap:
        """The services on the page that cover something of the region and are at outlets."""
        at_outlets = day.service_facts.with_outlets
        return BitMap(
            each.service_id for each in self.page if each.state in COVERING and each.service_id in at_outlets
        )

    @property
    def deciding(self) -> dict[int, int]:
        """Where the deciding rule of each service stands: region keys by service key."""
        return {chosen.service_id: chosen.step.region_id for chosen in self.page if chosen.step}


@dataclass(slots=True)
class Answer:
    """Who covers one region: exact counts by state (after the filters), and one page of hits."""

    region: Region
    on: datetime.date
    counts: dict[str, int]
    count: int
    hits: list[Hit] = field(default_factory=list)


def who_covers(
    region: Region,
    *,
    on: datetime.date | None = None,
    filters: Filters | None = None,
    offset: int = 0,
    limit: int = 20,
) -> Answer:
    """Answer the main question for one region that lives on the day.

    Order: covered before partly covered before the rest; within a state services with a verified hotline first
    and those whose hotlines are all disputed last; then as they came into the directory. The order is total.
    """
    on = on or today()
    filters = filters or Filters()

    def ask(day: Day) -> Answer:
        choice = choose(day, region, filters, offset, limit)
        return Answer(region, on, choice.counts, choice.count, _hits(day, choice, region))

    return consistently(on, ask)


def choose(day: Day, region: Region, filters: Filters, offset: int, limit: int) -> Choice:
    """The counts and one page of the main question; kept until a rule, a service or a hotline changes."""
    key = (region.pk, filters, offset, limit)
    kept = day.choices.get(key)
    if kept is None:
        kept = _choose(day, region, filters, offset, limit)
        day.choices.put(key, kept, _CHOICE_SIZE + _CHOSEN_SIZE * len(kept.page))
    return kept


def _choose(day: Day, region: Region, filters: Filters, offset: int, limit: int) -> Choice:
    services, sets = day.facts.at(region), day.region_sets(region)
    wanted = services.select(filters)
    if filters.levels:
        levelled = BitMap.union(BitMap(), *(sets.decided_at(level) for level in filters.levels))
        wanted = levelled if wanted is None else wanted & levelled
    states = sets.states(wanted)
    segments = [
        (state, segment)
        for state, members in states.items()
        if state in filters.states
        for segment in services.best_first(members)
    ]
    page = _slice(segments, offset, limit)
    mixed = [service_id for service_id, _state in page if service_id in sets.mixed]
    units = count_services(day, region, mixed) if mixed else {}
    steps = sets.deciding_steps(service_id for service_id, _state in page)
    return Choice(
        counts={state: len(members) for state, members in states.items()},
        count=sum(len(segment) for _state, segment in segments),
        page=[Chosen(key, state, steps.get(key), units.get(key)) for key, state in page],
    )


def _hits(day: Day, choice: Choice, region: Region) -> list[Hit]:
    if not choice.page:
        return []
    ids = [chosen.service_id for chosen in choice.page]
    services, hotlines, rules = (
        load_services(ids),
        load_hotlines(ids, day.on),
        load_rules(choice.deciding, day.on),
    )
    here = {None, *day.facts.limits.meeting(region)}
    return [
        Hit(
            services[key],
            state,
            rules.get(key),
            [hotline for hotline in hotlines[key] if hotline.region_id in here],
            units,
        )
        for key, state, _step, units in choice.page
        if key in services
    ]


def _slice(segments: list[tuple[str, BitMap]], offset: int, limit: int) -> list[tuple[int, str]]:
    """(service key, state) of one page out of consecutive segments."""
    page: list[tuple[int, str]] = []
    for state, segment in segments:
        size = len(segment)
        if offset >= size:
            offset -= size
            continue
        stop = min(size, offset + limit - len(page))
        members = islice(segment, stop) if not offset else (segment[place] for place in range(offset, stop))
        page += [(service_id, state) for service_id in members]
        if len(page) >= limit:
            break
        offset = 0
    return page
