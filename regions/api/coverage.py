"""GET /api/v1/coverage/ — who covers my district?"""

import datetime
import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from rest_framework.response import Response
from rest_framework.views import APIView

from regions.choices import AnswerState, Channel, HotlineStatus, Level, ServiceKind
from regions.gazetteer.active import active_edition
from regions.lookup import BadCode, Filters, Place, find_by_code, find_by_text
from regions.lookup.changes import Position
from regions.lookup.coverage import DEFAULT_STATES, choose
from regions.lookup.memory import Memory, consistently

from . import params
from .answers import answer_parts, question_parts
from .errors import Problem, handle

CONTENT_TYPE = "application/json; charset=utf-8"
PLAIN_ACCEPT = {"", "*/*", "application/json"}

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
UNFILTERED = Filters()
FILTERS = {*REPEATABLE, "verified"}

CHOICES = {
    "kind": ServiceKind.values,
    "channel": Channel.values,
    "hotline_status": HotlineStatus.values,
    "level": Level.words(),
    "state": AnswerState.values,
}


class CoverageView(APIView):
    """Who covers a region on a day, why, and under which numbers."""

    def dispatch(self, request: HttpRequest, *args, **kwargs):
        """Answer a plain question without what DRF does for others: credentials, forms of answer, wrapped requests.

        The limit holds and an error looks the same. That is about a fifth of the work of a request.
        """
        if not _is_plain(request):
            return super().dispatch(request, *args, **kwargs)
        request.auth = None
        try:
            self.check_throttles(request)
            body = answer_question(
                request.GET, request.build_absolute_uri(), getattr(request, "position", None)
            )
        except Exception as error:
            refused = handle(error, {"request": request})
            if refused is None:
                raise
            return refused
        return HttpResponse(body, content_type=CONTENT_TYPE, headers={"Vary": "Accept"})

    def get(self, request) -> HttpResponse | Response:
        body = answer_question(
            request.query_params, request.build_absolute_uri(), getattr(request, "position", None)
        )
        return ready_response(request, body)


def _is_plain(request: HttpRequest) -> bool:
    """A GET for JSON by nobody in particular."""
    meta = request.META
    return (
        request.method == "GET"
        and meta.get("HTTP_ACCEPT", "*/*") in PLAIN_ACCEPT
        and "HTTP_AUTHORIZATION" not in meta
        and "HTTP_X_API_KEY" not in meta
        and "format" not in request.GET
    )


def ready_response(request, body: bytes) -> HttpResponse | Response:
    """A response of JSON that is rendered already; only the browsable page reads it again."""
    if request.accepted_renderer.format == "json":
        return HttpResponse(body, content_type=CONTENT_TYPE)
    return Response(json.loads(body))


def answer_question(query: QueryDict, url: str, position: Position | None = None) -> bytes:
    """The answer to one question as JSON; see `parts_of_answer`."""
    return b"".join(parts_of_answer(query, url, position))


def parts_of_answer(query: MultiValueDict, url: str, position: Position | None = None) -> list[bytes]:
    """The answer to one question, in pieces of JSON; `url` is where a GET asks it, for the links to its other pages.

    `position` is where the directory is known to stand, if the caller has looked.
    """
    params.check_names(query, (*SINGLE, *REPEATABLE), REPEATABLE)
    on = params.day(query)
    filters = read_filters(query)
    page = params.integer(query, "page", 1, 1, 100_000)
    page_size = params.integer(query, "page_size", settings.PAGE_SIZE, 1, settings.PAGE_SIZE_MAX)
    asked = {"region": query.get("region"), "q": query.get("q"), "on": on.isoformat()}

    def ask(memory: Memory | None) -> list[bytes]:
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
            answer_parts(memory, region, on, place, choice, _links(url, choice.count, page, page_size))
            for region, choice in zip(place.regions, choices, strict=True)
        ]
        return question_parts(memory, asked, place, edition, answers)

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
        levels=tuple(Level.from_word(word) for word in params.choice_list(query, "level", CHOICES["level"])),
        states=params.choice_list(query, "state", CHOICES["state"]) or DEFAULT_STATES,
    )


def _links(url: str, count: int, page: int, page_size: int) -> dict:
    """next and previous, as PagePagination writes them."""
    return {
        "next": _page_of(url, page + 1) if page * page_size < count else None,
        "previous": _page_of(url, page - 1) if page > 1 else None,
    }


def _page_of(url: str, page: int) -> str:
    """The address of another page; the first page needs no parameter."""
    path, _mark, query = url.partition("?")
    pairs = [pair for pair in query.split("&") if pair and not pair.startswith("page=")]
    if page > 1:
        pairs.append(f"page={page}")
    return f"{path}?{'&'.join(sorted(pairs))}"
