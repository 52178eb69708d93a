"""GET /api/v1/coverage/ — who covers my district?"""

import datetime
import json

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from regions.choices import AnswerState, Channel, HotlineStatus, Level, ServiceKind
from regions.gazetteer.active import active_edition
from regions.lookup import BadCode, Filters, Place, find_by_code, find_by_text
from regions.lookup.changes import Position
from regions.lookup.coverage import DEFAULT_STATES, choose
from regions.lookup.memory import Memory, consistently

from . import params
from .answers import explain, join, present_place, render_answer, status_text
from .errors import Problem

__all__ = ["CoverageView", "answer_question", "explain", "ready_response", "status_text"]

CONTENT_TYPE = "application/json; charset=utf-8"

SINGLE = ("region", "q", "on", "verified", "page", "page_size")
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


class CoverageView(APIView):
    """Who covers a region on a day, why, and under which numbers."""

    def get(self, request) -> HttpResponse | Response:
        body = answer_question(
            request.query_params, request.build_absolute_uri(), getattr(request, "position", None)
        )
        return ready_response(request, body)


def ready_response(request, body: str) -> HttpResponse | Response:
    """A response of JSON that is rendered already; only the browsable page reads it again."""
    if request.accepted_renderer.format == "json":
        return HttpResponse(body, content_type=CONTENT_TYPE)
    return Response(json.loads(body))


def answer_question(query: QueryDict, url: str, position: Position | None = None) -> str:
    """The answer to one question as JSON; `url` is where a GET asks it, for the links to its other pages.

    `position` is where the directory is known to stand, if the caller has looked.
    """
    params.check_names(query, (*SINGLE, *REPEATABLE), REPEATABLE)
    on = params.day(query)
    filters = read_filters(query)
    page = params.integer(query, "page", 1, 1, 100_000)
    page_size = params.integer(query, "page_size", settings.PAGE_SIZE, 1, settings.PAGE_SIZE_MAX)
    asked = {"region": query.get("region"), "q": query.get("q"), "on": on}

    def ask(memory: Memory | None) -> str:
        place = read_place(query, on, memory)
        offset = (page - 1) * page_size
        choices = [
            choose(memory, region, on=on, filters=filters, offset=offset, limit=page_size)
            for region in place.regions
        ]
        if page > 1 and not any(choice.page for choice in choices):
            raise Problem(
                "no-such-page",
                _("No such page"),
                _("The list ends earlier; follow next until it is null."),
                status_code=404,
            )
        edition = memory.edition if memory else active_edition()
        answers = [
            render_answer(memory, region, on, place, choice, _links(url, choice.count, page, page_size))
            for region, choice in zip(place.regions, choices, strict=True)
        ]
        return join({"question": asked, **present_place(place), "release": edition}, "answers", answers)

    return consistently(on, ask, position)


def read_place(query, on: datetime.date, memory: Memory | None = None) -> Place:
    """The place a question names by `region` or by `q`; exactly one of them must be given."""
    if ("region" in query) == ("q" in query):
        raise Problem(
            "no-question",
            _("No question") if "region" not in query else _("Two questions"),
            _("Ask with region=510322 (a code) or with q=富顺县 (a name or an address), one of them."),
        )
    try:
        if "region" in query:
            code = query["region"].strip()
            return memory.place(code) if memory else find_by_code(code, on)
        if not query["q"].strip():
            raise params.bad("q", _("q is empty; give a name or an address."))
        return find_by_text(query["q"], on)
    except BadCode as error:
        raise params.bad("region", str(error)) from None


def read_filters(query) -> Filters:
    """The filters of a question out of its parameters."""
    return Filters(
        categories=tuple(query.getlist("category")),
        categories_not=tuple(query.getlist("category__n")),
        brands=tuple(query.getlist("brand")),
        brands_not=tuple(query.getlist("brand__n")),
        kinds=params.choice_list(query, "kind", ServiceKind.values),
        kinds_not=params.choice_list(query, "kind__n", ServiceKind.values),
        channels=params.choice_list(query, "channel", Channel.values),
        statuses=params.choice_list(query, "hotline_status", HotlineStatus.values),
        verified=params.boolean(query, "verified"),
        levels=tuple(Level.from_word(word) for word in params.choice_list(query, "level", Level.words())),
        states=params.choice_list(query, "state", AnswerState.values) or DEFAULT_STATES,
    )


def _links(url: str, count: int, page: int, page_size: int) -> dict:
    """next and previous, as PagePagination writes them."""
    following = replace_query_param(url, "page", page + 1) if page * page_size < count else None
    before = None
    if page > 1:
        before = remove_query_param(url, "page") if page == 2 else replace_query_param(url, "page", page - 1)
    return {"next": following, "previous": before}
