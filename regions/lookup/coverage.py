"""Who covers a region on a day, and why.

Validity on the asked day filters first. Then the nearest rule, from the region upwards, decides. Include covers
all below it; exclude carves out.

The question is answered in sets of services (bitmaps of database keys), so that filters are intersections and
totals are exact. `sets.py` makes the sets; this module combines them; `hits.py` fetches what one page shows.
"""

import datetime
from dataclasses import dataclass, field

from pyroaring import BitMap

from regions.choices import AnswerState, RuleKind
from regions.models import Region
from regions.models.base import today

from .hits import Hit, load_hits
from .sets import RegionSets, region_sets, service_sets

# What is listed unless another state is asked for: who covers the place, wholly or in part.
DEFAULT_STATES = (AnswerState.COVERED, AnswerState.PARTLY_COVERED)


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


def states_of(sets: RegionSets) -> dict[str, BitMap]:
    """`decide` for all services at once. The states are disjoint and together hold every service."""
    partly = (sets.included & sets.exclude_below) | (sets.include_below - sets.included)
    covered = sets.included - partly
    excluded = sets.excluded - partly
    not_covered = sets.listed - covered - partly - excluded
    return {
        AnswerState.COVERED: covered,
        AnswerState.PARTLY_COVERED: partly,
        AnswerState.EXCLUDED: excluded,
        AnswerState.NOT_COVERED: not_covered,
        AnswerState.UNKNOWN: sets.everything - sets.listed,
    }


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
    levels: tuple[int, ...] = ()
    states: tuple[str, ...] = DEFAULT_STATES


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
    sets = region_sets(region, on)
    services = service_sets(on)
    wanted = services.select(filters)
    if filters.levels:
        levelled = BitMap.union(BitMap(), *(sets.decided_at(level) for level in filters.levels))
        wanted = levelled if wanted is None else wanted & levelled
    states = states_of(sets)
    if wanted is not None:
        states = {state: members & wanted for state, members in states.items()}
    segments = [
        (state, segment)
        for state in AnswerState.values
        if state in filters.states
        for segment in services.best_first(states[state])
    ]
    page = _slice(segments, offset, limit)
    return Answer(
        region=region,
        on=on,
        counts={state: len(members) for state, members in states.items()},
        count=sum(len(segment) for _state, segment in segments),
        hits=load_hits(region, page, on),
    )


def _slice(segments: list[tuple[str, BitMap]], offset: int, limit: int) -> list[tuple[int, str]]:
    """(service key, state) of one page out of consecutive segments."""
    page: list[tuple[int, str]] = []
    for state, segment in segments:
        size = len(segment)
        if offset >= size:
            offset -= size
            continue
        chunk = segment[offset : offset + limit - len(page)]
        page += [(service_id, state) for service_id in chunk]
        if len(page) >= limit:
            break
        offset = 0
    return page
