"""Whose number it is, and who says so: of a text with any numbers in it, and of one number at its own address."""

import unicodedata

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from regions.api import params
from regions.api.errors import Problem
from regions.choices import TRUSTED
from regions.lookup.calls import calls_about, promotes
from regions.lookup.numbers import NumberAnswer, whose_number, whose_numbers
from regions.lookup.public_numbers import public_use
from regions.lookup.sentences import understand
from regions.lookup.timeline import timeline_of
from regions.phones import Number, every_number
from regions.phones.masks import in_digits

from . import structured
from .ask import named_beside
from .lists import parts_of
from .page import asked, day_of, only_read, show

# Claims on a page, and what happened to them.
CLAIMS, EVENTS = 6, 20


@only_read
def numbers(request: HttpRequest) -> HttpResponse:
    """The numbers of a text: one number in any spelling, or a whole advert."""
    context: dict = {"text": request.GET.get("number", "")[: params.MAX_TEXT]}
    query = None
    try:
        query = asked(request, "number", "on")
        text = query.get("number", "").strip()
        if not text:
            raise params.bad("number", _("Give a number, for example 400-1865-909."))
        found = whose_numbers(text, day_of(query))
    except Problem as error:
        context["error"] = error.detail
        return show(request, "web/numbers.html", context, status=400)
    each = max(1, CLAIMS // max(1, len(found.answers)))
    answers = [_shown(answer, each) for answer in found.answers]
    promoted = any(answer["promoted"] for answer in answers)
    claimed = any(answer["calls"] for answer in answers)
    context["unread"] = [(mention, _written_in_digits(mention.raw)) for mention in found.unread]
    context |= {"found": found, "answers": answers, "warn": claimed and not promoted}
    # A number of one city is none of the plan, and has no page.
    public = "" if answers else public_use(text)
    context |= {"public": public, "beside": named_beside(understand(text)), "own": "own" in request.GET}
    why = _("Answers to questions are not for engines.")
    return show(
        request, "web/numbers.html", context, query=query, why_not_indexed=why, kind="SearchResultsPage"
    )


def _written_in_digits(raw: str) -> Number | None:
    """The number that may be meant by one that is written with letters or numerals for digits: 400-1865-9O9, 四零零一八六五九零九."""
    plain = unicodedata.normalize("NFKC", raw)
    for spelling in in_digits(plain):
        found = every_number(spelling)
        if spelling != plain and len(found) == 1 and found[0].canonical:
            return found[0]
    return None


@only_read
def number(request: HttpRequest, canonical: str) -> HttpResponse:
    """One number by its digits: the page to cite."""
    query = None
    try:
        query = asked(request, "on", "page")
        answer = whose_number(canonical, day_of(query))
    except Problem as error:
        return show(request, "web/number.html", {"error": error.detail}, status=400)
    if answer.canonical != canonical:
        raise Http404
    why = ""
    if not answer.claims:
        why = _("Nobody on file claims this number, so engines are asked to leave this page out.")
    elif not any(claim.status in TRUSTED for claim in answer.claims):
        why = _("This number is not confirmed for any brand, so engines are asked to leave this page out.")
    elif "on" in query:
        why = _("Engines are asked to leave the answers of other days out.")
    shown = _shown(answer)
    (part,) = parts_of(request, (shown["calls"], CLAIMS))
    happened = timeline_of(call.hotline for call in part.items) if part.items else []
    context = {
        "answer": shown | {"some": part.items, "more": False},
        "part": part,
        "text": answer.display,
        "timeline": happened[:EVENTS],
        "events": len(happened),
    }
    things = [] if "on" in query else structured.of_number(request, part.items)
    feed = reverse("web:number-feed", args=[canonical]) if answer.number else ""
    return show(
        request, "web/number.html", context, query=query, why_not_indexed=why, things=things, feed=feed
    )


def _shown(answer: NumberAnswer, some: int = CLAIMS) -> dict:
    """`some`: so many of its claims and signals are shown; all of them, and what it is called, stand on its own page."""
    calls = calls_about(answer)
    standing, silenced = answer.signals.standing, answer.signals.silenced
    return {
        "about": answer,
        "public": public_use(answer.canonical),
        "calls": calls,
        "some": calls[:some],
        "standing": standing[:some],
        "silenced": silenced[: some - 1],
        "brief": some < CLAIMS,
        "more": len(calls) > some,
        "promoted": promotes(calls),
    }
