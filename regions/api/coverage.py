"""GET /api/v1/coverage/ — who covers my district?"""

import datetime
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.response import Response
from rest_framework.views import APIView

from regions.choices import NOT_STANDING, AnswerState, Channel, HotlineStatus, Level, ServiceKind
from regions.codes import BadCode
from regions.lookup import Filters, Place, find_by_text
from regions.lookup.changes import Position
from regions.lookup.coverage import DEFAULT_STATES, choose
from regions.lookup.day import Day
from regions.lookup.memory import consistently
from regions.models import Brand, Category, Region
from regions.wording import in_words

from . import params
from .answers import answer_of, possibly, question_of
from .errors import Problem
from .points import place_of_point, read_point
from .slugs import AtHand, check_slugs

SINGLE = (
    "region",
    "q",
    "point",
    "point_system",
    "on",
    "verified",
    "open",
    "open_at",
    "page",
    "page_size",
    "units",
    "brief",
)
REPEATABLE = (
    "category",
    "category__n",
    "brand",
    "brand__n",
    "kind",
    "kind__n",
    "channel",
    "hotline_status",
    "level",
    "state",
)
ALLOWED = frozenset((*SINGLE, *REPEATABLE))
UNFILTERED = Filters()
NO_LINKS = {"next": None, "previous": None}
FILTERS = {*REPEATABLE, "verified", "open", "open_at"}

# An answer names only hotlines that are valid on the day.
STANDING = [status for status in HotlineStatus.values if status not in NOT_STANDING]
CHOICES = {
    "kind": ServiceKind.values,
    "channel": Channel.values,
    "hotline_status": STANDING,
    "level": Level.words(),
    "state": AnswerState.values,
}


class CoverageView(APIView):
    """Who covers a region on a day, why, and under which numbers."""

    def get(self, request) -> Response:
        position = getattr(request, "position", None)
        return Response(answer_question(request.query_params, request.build_absolute_uri, position))


def answer_question(
    query: MultiValueDict, url: Callable[[], str], position: Position | None = None
) -> dict[str, Any]:
    """The answer to one question; `url` says where a GET asks it, for the links to its other pages.

    `position` is where the directory is known to stand, if the caller has looked.
    """
    params.check_names(query, ALLOWED, REPEATABLE)
    single, language = query.dict(), get_language() or ""
    moment = params.moment(single)
    on = params.day(single)
    filters = read_filters(query, moment)
    page = params.integer(single, "page", 1, 1, 100_000)
    page_size = params.integer(single, "page_size", settings.PAGE_SIZE, 1, settings.PAGE_SIZE_MAX)
    named = params.boolean(single, "units") or False
    if brief := params.boolean(single, "brief") or False:
        page_size = _without_hits(single)
    asked = {name: single.get(name) for name in ("region", "q", "point", "point_system")}
    asked["on"] = on.isoformat()
    if moment:
        asked["open_at"] = moment.isoformat(timespec="minutes")

    def beside(day: Day, region: Region, count: int) -> dict:
        links = NO_LINKS if brief else _links(url, count, page, page_size)
        return links | possibly(day, region, filters, page_size, language)

    def ask(day: Day) -> dict[str, Any]:
        check_named(filters, day.service_facts.tree, day.service_facts.brands)
        place = read_place(single, day)
        offset = (page - 1) * page_size
        choices = [choose(day, region, filters, offset, page_size) for region in place.regions]
        if page > 1 and not any(choice.page for choice in choices):
            raise Problem(
                "no-such-page",
                _("No such page"),
                _("The list ends earlier; follow next until it is null."),
                status_code=404,
            )
        answers = [
            answer_of(day, region, place, choice, beside(day, region, choice.count), language, named, moment)
            for region, choice in zip(place.regions, choices, strict=True)
        ]
        if place.reading and asked["q"]:
            asked["q"] = place.reading["text"]  # without the person's name and telephone of a delivery form
        return question_of(day, asked, place, day.edition, answers, language)

    return consistently(on, ask, position)


def _without_hits(query) -> int:
    """`brief`: how many hits it shows, none; what says which of them contradicts it."""
    for name in ("page", "page_size", "units"):
        if name in query:
            raise params.bad(name, _("brief=true only counts; leave %(name)s out.") % {"name": name})
    return 0


def read_place(query, day: Day) -> Place:
    """The place a question names by `region`, by `q` or by `point`; exactly one of them must be given."""
    named = [name for name in ("region", "q", "point") if name in query]
    if len(named) != 1:
        raise Problem(
            "no-question",
            _("Two questions") if named else _("No question"),
            _(
                "Ask with region=510322 (a code), with q=富顺县 (a name or an address), or with"
                " point=104.97,29.18&point_system=wgs84 (longitude, latitude), one of them."
            ),
        )
    point = read_point(query)
    try:
        if point:
            return place_of_point(*point, day.on)
        if "region" in query:
            code = query["region"].strip()
            return day.place(code)
        if not query["q"].strip():
            raise params.bad("q", _("q is empty; give a name or an address."))
        return find_by_text(query["q"], day.on, day.place)
    except BadCode as error:
        raise params.bad("region", in_words(error)) from None


def read_filters(query, moment: datetime.datetime | None = None) -> Filters:
    """The filters of a question out of its parameters."""
    if not FILTERS.intersection(query):
        return UNFILTERED
    return Filters(
        categories=tuple(query.getlist("category")),
        categories_not=tuple(query.getlist("category__n")),
        brands=tuple(query.getlist("brand")),
        brands_not=tuple(query.getlist("brand__n")),
        kinds=params.choice_list(query, "kind", CHOICES["kind"]),
        kinds_not=params.choice_list(query, "kind__n", CHOICES["kind"]),
        channels=params.choice_list(query, "channel", CHOICES["channel"]),
        statuses=params.choice_list(query, "hotline_status", CHOICES["hotline_status"]),
        verified=params.boolean(query, "verified"),
        open_at=moment if params.only_open(query) else None,
        levels=tuple(Level.from_word(word) for word in params.choice_list(query, "level", CHOICES["level"])),
        states=params.choice_list(query, "state", CHOICES["state"]) or DEFAULT_STATES,
    )


def check_named(filters: Filters, categories: AtHand | None = None, brands: AtHand | None = None) -> None:
    """Refuse categories and brands that nobody has; what is at hand, by slug, is looked at first."""
    if filters is UNFILTERED:
        return
    for name, slugs, model, at_hand in (
        ("category", filters.categories, Category, categories),
        ("category__n", filters.categories_not, Category, categories),
        ("brand", filters.brands, Brand, brands),
        ("brand__n", filters.brands_not, Brand, brands),
    ):
        check_slugs(name, slugs, model, at_hand)


def _links(url: Callable[[], str], count: int, page: int, page_size: int) -> dict:
    """next and previous, as PagePagination writes them."""
    return {
        "next": _page_of(url(), page + 1) if page * page_size < count else None,
        "previous": _page_of(url(), page - 1) if page > 1 else None,
    }


def _page_of(url: str, page: int) -> str:
    """The address of another page; the first page needs no parameter."""
    path, _mark, query = url.partition("?")
    pairs = [pair for pair in query.split("&") if pair and not pair.startswith("page=")]
    if page > 1:
        pairs.append(f"page={page}")
    return f"{path}?{'&'.join(sorted(pairs))}"
