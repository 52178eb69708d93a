"""Who covers the place that was asked for, by name, address or code."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regions.api import params
from regions.api.coverage import check_named
from regions.api.errors import Problem
from regions.api.points import place_of_point, read_point
from regions.choices import AnswerState, QuestionState, Verdict
from regions.codes import BadCode, is_digits
from regions.lookup import Filters, find_by_code, find_by_text
from regions.lookup.memory import consistently
from regions.lookup.places import Place
from regions.lookup.sentences import reads_as_address, understand
from regions.lookup.shown import show_coverage
from regions.lookup.suggesting import Named, alike_names, suggest_places
from regions.models import Brand, Category, Region
from regions.phones.areas import area_codes
from regions.position import Position
from regions.texts import flaw
from regions.wording import in_words

from . import words
from .page import asked, day_of, light, only_read, page_of, position_of, show, states_of

PAGE_SIZE = 5
NUMBERS = 8
# The last words of towns' names, and of how many places that begin so they are looked for.
_TOWNS, MAX_BEGUN = ("镇", "乡", "街道", "苏木"), 12
# A sentence has a few words; each is looked up where the whole is no place.
MAX_WORDS = 8
# So long a name of a place is looked for at the beginning of one without spaces.
MAX_NAME = 8
_latin = re.compile(r"[A-Za-zÀ-ž][A-Za-zÀ-ž',. -]{1,60}")
_READ = (QuestionState.OK, QuestionState.HISTORICAL, QuestionState.AMBIGUOUS, QuestionState.UNDATED)


@only_read
def coverage(request: HttpRequest) -> HttpResponse:
    context: dict = {
        "q": request.GET.get("q", "")[: params.MAX_TEXT],
        "own": "own" in request.GET,
        "error": "",
    }
    try:
        query = asked(
            request, "q", "point", "point_system", "on", "page", many=("category", "brand", "state")
        )
        context |= _answer(request, query)
        context["said"] = asked(request, "said").get("said", "")
        if context["place"].unread and not context["chosen"] and _asks_for_more(context["q"]):
            return redirect(f"{reverse('web:ask')}?{urlencode({'q': context['q']})}")
    except (Problem, BadCode) as error:
        context["error"] = getattr(error, "detail", None) or in_words(error)
        context["whole"] = _without_filters(request)
        return show(request, "web/coverage.html", context, status=400)
    why = _("Answers to questions are not for engines.")

    def page(left_out: int) -> HttpResponse:
        context["lean"] = left_out
        return show(
            request, "web/coverage.html", context, query=query, why_not_indexed=why, kind="SearchResultsPage"
        )

    return light(page)


def _without_filters(request: HttpRequest) -> str:
    """The same question by its place alone, where something else narrows it and may be what cannot be read."""
    text = request.GET.get("q", "").strip()
    narrowed = any(name in request.GET for name in ("category", "brand", "state", "on", "page"))
    return urlencode({"q": text}) if narrowed and text and not flaw(text, params.MAX_TEXT) else ""


def _answer(request: HttpRequest, query: QueryDict) -> dict:
    text = query.get("q", "").strip()
    point = None if text else read_point(query)
    if not text and not point:
        raise params.bad("q", _("Give a place: a name, an address or a code."))
    on = day_of(query)
    states = states_of(query)
    filters = Filters(categories=tuple(query.getlist("category")), brands=tuple(query.getlist("brand")))
    if states:
        filters = replace(filters, states=states)
    names = names_of(filters, on, position_of(request))
    page = page_of(query)
    place: Place
    if point:
        place = _place_of(*point, on)
    else:
        place = place_named(text, on)
    chosen = _chosen(query, names, states)
    nothing = place.state == QuestionState.UNKNOWN_REGION and not (place.regions or place.candidates)
    answers = [_for_region(request, region, on, filters, page) for region in answered(place)]
    return {
        "query": query,
        "place": place,
        "choices": choices_in(place),
        "answers": answers,
        "page": page,
        "chosen": chosen,
        # Where no place was read, the box asks for it, and what else was asked stays.
        "what": "" if answers or choices_in(place) else _(", ").join(label for label, _without in chosen),
        "nothing": bool(text) and not is_digits(text) and nothing,
        "alike": _alike(query, place.unread or (text if nothing else ""), place.regions),
        "unknown": "" if is_digits(text) else text[: params.MAX_TEXT],
        "filters": {name: query.getlist(name) for name in ("category", "brand", "state", "on")},
        "states": states,
        "first": changed(query, page=None),
        "all_states": changed(query, page=None, state=None),
        "next": changed(query, page=page + 1)
        if any(page * PAGE_SIZE < answer["count"] for answer in answers)
        else "",
    }


def answered(place: Place) -> list[Region]:
    """The region that a page answers for, if it is one: answers for all of several cost each what one costs, and the

    seventeen that a prefecture became are no page to read. Both sides of a change whose day is not known are answered,
    for their codes would lead here again.
    """
    return place.regions if len(place.regions) == 1 or place.state == QuestionState.UNDATED else []


def choices_in(place: Place) -> list[Region]:
    """Of which regions the reader has to choose one: readings of a name, what a closed place became, several that he named."""
    return place.candidates or ([] if answered(place) else place.regions)


def place_named(text: str, on: datetime.date) -> Place:
    """The place of a code, a name or an address; of a sentence of which nothing is one, that of its words that are."""
    if is_digits(text) and len(text) in (6, 9, 12):
        return find_by_code(text, on)
    if is_digits(text) and text not in area_codes():
        raise params.bad("q", _("A division's code has 6, 9 or 12 digits, for example 510322."))
    place = named_once(find_by_text(text, on))
    if place.unread and not reads_as_address(place.unread):
        place.detail = ""
        return _with_unread(place, place.unread)
    if place.regions or place.state != QuestionState.UNKNOWN_REGION or place.candidates:
        return place
    words = text.split()
    if len(words) > 1:
        few = words[:MAX_WORDS]
        known = [word for word in few if not is_digits(word) and _names_some(word, on)]
        known = known or _named_by_several(few, on)
        name, rest = " ".join(known), " ".join(word for word in words if word not in known)
    else:
        name = _place_before(text, on)
        rest = text[len(name) :]
    return _with_unread(named_once(find_by_text(name, on)), rest) if name else _begun(place, text, on)


def _begun(place: Place, text: str, on: datetime.date) -> Place:
    """Places that are called so but for the last word of their names, where nothing was read: 虎门 → 虎门镇."""
    names = {text + kind for kind in _TOWNS}
    found = [each.unit.code for each in suggest_places(text, MAX_BEGUN) if each.unit.name in names]
    regions = list(Region.objects.current(on).filter(code__in=found).order_by("code")) if found else []
    if regions and not place.candidates:
        place.candidates = regions
        said = _(
            "No division is called “%(text)s” by itself. These are, with another word: is one of them meant?"
        )
        place.detail = said % {"text": text}
    return place


def named_once(place: Place) -> Place:
    """The one place that a name in Latin letters is, whole, or the narrowest of those above one another: Zigong, Sichuan;

    and the one town of a name, which an address would not leave by itself.
    """
    reading = place.reading or {}
    text, known = reading.get("text", ""), place.candidates
    town = any(item["kind"] == "township" for item in reading.get("evidence", ()))
    if reading.get("status") != Verdict.SUGGESTION or not known or not (town or _latin.fullmatch(text)):
        return place
    narrowest = max(known, key=lambda region: len(region.path))
    apart = len(known) == 1 or len(known) == len(reading["evidence"])
    if not apart or not all(narrowest.path.startswith(region.path) for region in known):
        return place
    said = _("“%(text)s” is read as %(region)s.") % {"text": text, "region": narrowest}
    return Place(QuestionState.OK, said, asked=narrowest, regions=[narrowest], reading=reading)


def _names_some(text: str, on: datetime.date) -> bool:
    place = find_by_text(text, on)
    return place.state in _READ or bool(place.candidates and _latin.fullmatch(text))


def _named_by_several(words: list[str], on: datetime.date) -> list[str]:
    """Two or three words beside one another that are a name in Latin letters together: Inner Mongolia."""
    for size in (3, 2):
        for at in range(len(words) - size + 1):
            some = words[at : at + size]
            if _latin.fullmatch(" ".join(some)) and _names_some(" ".join(some), on):
                return some
    return []


def _asks_for_more(text: str) -> bool:
    """True when a product or a brand on file stands beside the place: the one box knows what to make of it."""
    sentence = understand(text)
    return bool(sentence.place and (sentence.categories or sentence.brands))


def _with_unread(place: Place, rest: str) -> Place:
    rest = rest.removeprefix("的")  # 富顺的长虹
    said = _(
        "“%(rest)s” is neither a place nor a product nor a brand on file. If it is a brand, its number stands on the"
        " appliance's name plate and in its manual."
    )
    place.detail = f"{place.detail} {said % {'rest': rest}}".strip()
    place.unread = rest
    return place


def _place_before(text: str, on: datetime.date) -> str:
    """The place that a sentence without spaces begins with, where it is certain and something is left: 富顺美的 → 富顺."""
    for end in range(min(len(text) - 2, MAX_NAME), 1, -1):
        if find_by_text(text[:end], on).state == QuestionState.OK:
            return text[:end]
    return ""


def _for_region(request: HttpRequest, region: Region, on: datetime.date, filters: Filters, page: int) -> dict:
    """One region's answer; where nobody serves it with the product or brand asked for, who serves others around it."""
    shown = show_coverage(
        region,
        on=on,
        filters=filters,
        offset=(page - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
        position=position_of(request),
        neighbours=bool(filters.categories or filters.brands),
    )
    return {
        "region": region,
        "hits": shown.hits,
        "whole": len(shown.hits) == 1,  # on paper then with all names of places
        "shown": numbers_each(shown.hits),
        "lines": lines_each(shown.hits),
        "ahead": shown.ahead,
        "count": shown.count,
        "counts": shown.counts,
        "products": shown.products,
        "promoted": shown.promoted,
        "next_door": shown.next_door,
    }


def numbers_each(hits: Sequence) -> str:
    """So many numbers stand beside each of the services of an answer (as a slice); all of them at an address of their own."""
    return f":{max(1, NUMBERS // max(1, len(hits)))}"


def _place_of(point: tuple[float, float], system: str, on: datetime.date) -> Place:
    try:
        return place_of_point(point, system, on)
    except Problem as error:  # it tells who runs the directory how to add outlines
        raise params.bad(
            "point",
            _(
                "Questions by a point on a map are not answered here. Give the name of the place, or its code."
            ),
        ) from error


def lines_each(hits: Sequence) -> str:
    """And so many lines of its list."""
    return ":1" if len(hits) > 2 else ":3"


def names_of(filters: Filters, on: datetime.date, position: Position | None) -> dict[tuple[str, str], str]:
    """The products and brands that narrow the answer, by name. Refuses those that nobody has."""
    brands: dict[str, Brand] = {}
    categories: dict[str, Category] = {}
    if filters.brands:
        brands = {brand.slug: brand for brand in Brand.objects.filter(slug__in=filters.brands)}
    if filters.categories:
        known = consistently(on, lambda day: day.service_facts.categories, position)
        categories = {each.slug: each for each in known if each.slug in filters.categories}
    check_named(filters, categories, brands)
    return {("category", slug): in_language(row) for slug, row in categories.items()} | {
        ("brand", slug): in_language(row) for slug, row in brands.items()
    }


def _chosen(
    query: QueryDict, names: dict[tuple[str, str], str], states: tuple[str, ...]
) -> list[tuple[str, str]]:
    """What narrows the answer, in words, each with the question without it."""
    names = names | {("state", state): str(words.STATES[AnswerState(state)]) for state in states}
    if "on" in query:
        names["on", query.get("on", "")] = query.get("on", "")
    return [(label, without(query, name, value)) for (name, value), label in names.items()]


def _alike(query: QueryDict, text: str, regions: list[Region]) -> list[tuple[str, str]]:
    """The products and brands for which what was not read may be misspelt, each with the page that answers for it."""
    words = text.split()[:MAX_WORDS]
    found = {named: "" for word in dict.fromkeys([text, *words]) if word for named in alike_names(word)}
    for named in found:
        if len(regions) == 1:
            asked_for = query.copy()
            asked_for["q"] = regions[0].code
            asked_for.pop("page", None)
            asked_for.setlist(named.kind, [*query.getlist(named.kind), named.slug])
            found[named] = f"?{asked_for.urlencode()}"
        elif named.kind == "brand":
            found[named] = reverse("web:brand", args=[named.slug])
        else:
            found[named] = f"{reverse('web:ask')}?{urlencode({'q': named.name})}"
    return [(in_language(named), address) for named, address in found.items()]


def in_language(record: Category | Brand | Named) -> str:
    return record.name_en if record.name_en and get_language() == "en" else record.name


def without(query: QueryDict, name: str, value: str) -> str:
    """The same question without one value of a parameter."""
    left = query.copy()
    left.setlist(name, [each for each in query.getlist(name) if each != value])
    left.pop("page", None)
    return left.urlencode()


def changed(query: QueryDict, **changes: object) -> str:
    """The same question with some parameters changed; None takes one away."""
    new = query.copy()
    for name, value in changes.items():
        new.pop(name, None)
        if value is not None:
            new[name] = str(value)
    return new.urlencode()
