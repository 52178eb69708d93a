"""The answer to the main question: what the question came to, and an answer for each region it means.

What depends on a region alone is written once and kept in `regions.lookup.day`; so are the parts of the hits
(`hits.py`). The rest is small.
"""

import datetime
from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from orjson import Fragment

from regions.choices import AnswerState, QuestionState
from regions.lookup import Filters, Place
from regions.lookup.carve_outs import Doubt, doubts_of, parts_within
from regions.lookup.coverage import Choice
from regions.lookup.day import Day
from regions.models import Region

from .answer_records import PlaceSerializer, SuccessionStepSerializer
from .hits import hits_of
from .json_parts import ready, write
from .serializers import teller

_REGION_SIZE = 600  # bytes kept for a region's part, roughly
_STATES = [state.value for state in AnswerState]


def question_of(
    day: Day, asked: dict, place: Place, edition: str | None, answers: list[dict], language: str
) -> dict[str, Any]:
    """The whole answer: what was asked, how it was understood, an answer for each region."""
    understood = _kept(day, place, f"question {language}", lambda: present_place(day, place))
    return {"question": asked, **understood, "release": edition, "answers": answers}


def answer_of(
    day: Day,
    region: Region,
    place: Place,
    choice: Choice,
    beside: dict,
    language: str,
    name_units: bool = False,
    moment: datetime.datetime | None = None,
) -> dict[str, Any]:
    """One region's answer: how it follows from the question, counts by state, and a page of hits.

    `beside`: members that stand beside these. `name_units`: partly covered hits also name the units, not only count them. `moment`: each hotline says whether
    somebody answers then.
    """

    def named() -> dict[str, Any]:
        return {
            "region": _region(day, region),
            "succession": present_succession(place, region),
        }

    return {
        **_kept(day, place, "answer", named),
        "counts": {state: choice.counts[state] for state in _STATES},
        "count": choice.count,
        **beside,
        "results": hits_of(day, region, choice, language, name_units, moment),
    }


class Possible(NamedTuple):
    """A doubt as an answer tells it, and about whose list."""

    service_id: int
    told: bytes


def possibly(day: Day, region: Region, filters: Filters, limit: int, language: str) -> dict[str, Any]:
    """What lists of the services asked about may say that are older than a carve-out: how many, and as many as a page holds.

    Without a query for the many regions that got no part of another.
    """

    def told() -> list[Possible]:
        parts = day.keep("parts", region, lambda: parts_within(region, day.on), _REGION_SIZE)
        doubts = doubts_of(parts, day.on)
        return [Possible(doubt.rule.service_id, write(present_doubt(doubt))) for doubt in doubts]

    doubts = day.keep_answer(("doubts", region.pk, language), told, _size_of_doubts)
    if doubts and (wanted := day.facts.at(region).select(filters)) is not None:
        doubts = [doubt for doubt in doubts if doubt.service_id in wanted]
    return {
        "possibly_count": len(doubts),
        "possibly": [Fragment(doubt.told) for doubt in doubts[:limit]],
    }


def _size_of_doubts(doubts: list[Possible]) -> int:
    return _REGION_SIZE + sum(len(doubt.told) + 150 for doubt in doubts)


def present_doubt(doubt: Doubt) -> dict:
    """A rule of an older list on a region of which the asked one was a part."""
    rule, step = doubt.rule, doubt.step
    return {
        "service": rule.service.slug,
        "rule": rule.key,
        "kind": rule.kind,
        "region": teller(PlaceSerializer)(rule.region),
        "date": step.date,
        "precision": step.precision,
        "document": step.document,
        "detail": _("A part of %(old)s went to %(new)s on %(day)s; the list is older.")
        % {"old": step.old.name, "new": step.new.name, "day": step.date},
    }


def _kept(day: Day, place: Place, what: str, make: Callable[[], dict]) -> dict[str, Any]:
    """A part that depends on the region alone where a place is plain; else it is made anew."""
    if place.asked and place.is_plain:
        return day.keep(what, place.asked, make, _REGION_SIZE)
    return make()


def _region(day: Day, region: Region) -> Fragment:
    return day.keep("told", region, lambda: ready(teller(PlaceSerializer)(region)), _REGION_SIZE)


def present_place(day: Day, place: Place) -> dict[str, Any]:
    """What became of the question: state, the place it named, candidates when there is a choice."""
    return {
        "state": place.state,
        "state_text": str(QuestionState(place.state).label),
        "detail": place.detail,
        "region": _region(day, place.asked) if place.asked else None,
        "candidates": [_region(day, region) for region in place.candidates],
        "reading": place.reading,
    }


def present_succession(place: Place, region: Region) -> dict | None:
    """How a region follows from the closed one that was asked about; None when it was asked about itself."""
    found = next((found for found in place.successors if found.region.pk == region.pk), None)
    if found is None:
        return None
    return teller(SuccessionStepSerializer)(found.succession) | {"share": found.share}
