"""Who covers a region on a day, and why.

Validity on the asked day filters first. Then the nearest rule, from the region upwards, decides. Include covers
all below it; exclude carves out.

The question is answered in sets of services (bitmaps of database keys), so that filters are intersections and
totals are exact. `sets.py` and `filters.py` get the sets from SQL, `memory.py` from what the process keeps; this
module combines them and `hits.py` fetches what one page shows.
"""

import datetime
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from pyroaring import BitMap

from regions.choices import AnswerState, RuleKind
from regions.models import Region
from regions.models.base import today

from .filters import DEFAULT_STATES, Filters, SqlServiceSets
from .hits import Hit, load_hotlines, load_rules, load_services
from .memory import Memory, consistently
from .sets import Step, region_sets
from .units import Units, read_tree, units_by_postings, units_by_rules

__all__ = ["DEFAULT_STATES", "Answer", "Choice", "Filters", "choose", "decide", "who_covers"]


def decide(nearest: str | None, *, include_below: bool, exclude_below: bool, has_list: bool) -> AnswerState:
    """The state of one service in one region, from its rules that are valid on the day.

    `nearest` is the kind of the nearest rule on the region or above it, None when there is none; `*_below` says
    whether a rule of that kind stands strictly below the region; `has_list` whether the service has any rule.
    """
    if nearest == RuleKind.INCLUDE:
        return AnswerState.PARTLY_COVERED if exclude_below else AnswerState.COVERED
    if include_below:
        return AnswerState.PARTLY_COVERED
    if nearest == RuleKind.EXCLUDE:
        return AnswerState.EXCLUDED
    return AnswerState.NOT_COVERED if has_list else AnswerState.UNKNOWN


# Bytes of Python objects in a choice that is kept, roughly.
_CHOICE_SIZE, _CHOSEN_SIZE = 700, 150


class Chosen(NamedTuple):
    """A service on the page: its state, where the deciding rule stands, the counts where it is partly covered."""

    service_id: int
    state: str
    step: Step | None
    units: Units | None


@dataclass(slots=True)
class Choice:
    """Which services one page shows, in order, without what it shows of them."""

    counts: dict[str, int]
    count: int
    page: list[Chosen]

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

    def ask(memory: Memory | None) -> Answer:
        choice = choose(memory, region, on=on, filters=filters, offset=offset, limit=limit)
        return Answer(region, on, choice.counts, choice.count, _hits(choice, on))

    return consistently(on, ask)


def choose(
    memory: Memory | None, region: Region, *, on: datetime.date, filters: Filters, offset: int, limit: int
) -> Choice:
    """The counts and one page of the main question, from what the process keeps or, with None, from SQL.

    What was chosen is kept until a rule, a service or a hotline changes.
    """
    if memory is None:
        return _choose(memory, region, on, filters, offset, limit)
    key = (region.pk, filters, offset, limit)
    kept = memory.choices.get(key)
    if kept is None:
        kept = _choose(memory, region, on, filters, offset, limit)
        memory.choices.put(key, kept, _CHOICE_SIZE + _CHOSEN_SIZE * len(kept.page))
    return kept


def _choose(
    memory: Memory | None, region: Region, on: datetime.date, filters: Filters, offset: int, limit: int
) -> Choice:
    services = memory.facts if memory else SqlServiceSets(on)
    sets = memory.region_sets(region) if memory else region_sets(region, on, services.everything)
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
    partly = [service_id for service_id, state in page if state == AnswerState.PARTLY_COVERED]
    units: dict[int, Units] = {}
    if partly and memory:
        tree = memory.keep("units", region, lambda: read_tree(region, on), 8_000)
        units = units_by_postings(tree, partly, sets.included, memory.sets(tree.region_ids))
    elif partly:
        units = units_by_rules(region, partly, sets.included, on)
    steps = sets.deciding_steps(service_id for service_id, _state in page)
    return Choice(
        counts={state: len(members) for state, members in states.items()},
        count=sum(len(segment) for _state, segment in segments),
        page=[Chosen(key, state, steps.get(key), units.get(key)) for key, state in page],
    )


def _hits(choice: Choice, on: datetime.date) -> list[Hit]:
    if not choice.page:
        return []
    ids = [chosen.service_id for chosen in choice.page]
    services, hotlines, rules = load_services(ids), load_hotlines(ids, on), load_rules(choice.deciding, on)
    return [
        Hit(services[key], state, rules.get(key), hotlines[key], units)
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
