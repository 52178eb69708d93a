"""The answer to the main question as JSON: what the question came to, and an answer for each region it means.

What depends on a region alone is rendered once and kept in `regions.lookup.memory`; so are the parts of the hits
(`hits.py`). The rest is small.
"""

import datetime
from collections.abc import Callable, Iterable

from django.utils.translation import get_language

from regions.choices import AnswerState, Level, QuestionState
from regions.lookup import Place
from regions.lookup.coverage import Choice
from regions.lookup.memory import Memory
from regions.models import Region

from .hits import hit_parts
from .json_parts import array, encode, members

_REGION_SIZE = 600  # bytes kept for a region's part, roughly
_COUNTS = b'"counts":{%b},"count":%%d' % b",".join(b'"%b":%%d' % state.encode() for state in AnswerState)


def question_parts(
    memory: Memory | None, asked: dict, place: Place, edition: str | None, answers: Iterable[list[bytes]]
) -> list[bytes]:
    """The whole answer in pieces: what was asked, how it was understood, an answer for each region."""

    def understood() -> bytes:
        return members(present_place(place)) + b"," + members({"release": edition})

    part = _kept(memory, place, f"question {get_language()}", understood)
    return [b'{"question":%b,%b,"answers":' % (encode(asked), part), *array(answers), b"}"]


def answer_parts(
    memory: Memory | None, region: Region, on: datetime.date, place: Place, choice: Choice, links: dict
) -> list[bytes]:
    """One region's answer in pieces: how it follows from the question, counts by state, and a page of hits."""

    def named() -> bytes:
        return members({"region": present_region(region), "succession": present_succession(place, region)})

    part = _kept(memory, place, "answer", named)
    counts = _COUNTS % (*(choice.counts[state] for state in AnswerState), choice.count)
    head = b'{%b,%b,%b,"results":[' % (part, counts, members(links))
    return [head, *hit_parts(memory, region, on, choice), b"]}"]


def _kept(memory: Memory | None, place: Place, what: str, render: Callable[[], bytes]) -> bytes:
    """A part that depends on the region alone where a place is plain; else it is rendered anew."""
    if memory and place.is_plain:
        return memory.keep(what, place.asked, render, _REGION_SIZE)
    return render()


def present_place(place: Place) -> dict:
    """What became of the question: state, the place it named, candidates when there is a choice."""
    return {
        "state": place.state,
        "state_text": str(QuestionState(place.state).label),
        "detail": place.detail,
        "region": present_region(place.asked) if place.asked else None,
        "candidates": [present_region(region) for region in place.candidates],
        "reading": place.reading,
    }


def present_region(region: Region) -> dict:
    return {
        "code": region.code,
        "name": region.name,
        "full_name": region.full_name,
        "level": Level(region.level).word,
        "valid_from": region.valid_from,
        "valid_to": region.valid_to,
        "valid_to_precision": region.to_precision if region.valid_to else None,
    }


def present_succession(place: Place, region: Region) -> dict | None:
    """How a region follows from the closed one that was asked about; None when it was asked about itself."""
    found = next((found for found in place.successors if found.region.pk == region.pk), None)
    return found and {
        "share": found.share,
        "kind": found.succession.kind,
        "date": found.succession.date,
        "precision": found.succession.precision,
        "document": found.succession.document,
    }
