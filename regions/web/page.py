"""What every page has: its one address, its address in the other language, and whether it may be found by engines."""

import datetime
from collections.abc import Callable, Iterable
from functools import wraps
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.csrf import csrf_exempt

from regions.api import params
from regions.api.errors import Problem
from regions.choices import AnswerState
from regions.gazetteer.active import record_begins
from regions.position import Position

from .errors import not_allowed, page
from .language import alternates
from .structured import graph, share_card

# Whether nobody looked, or whoever looked found that a number is not the brand's.
NONE_CONFIRMED = gettext_noop(
    "No number here is confirmed for repairs, so engines are asked to leave this page out: the directory never promotes a number"
    " that is not."
)


def show(
    request: HttpRequest,
    template: str,
    context: dict,
    *,
    status: int = 200,
    query: QueryDict | None = None,
    why_not_indexed: str = "",
    kind: str = "WebPage",
    things: Iterable[dict] = (),
    feed: str = "",
    address: str = "",
) -> HttpResponse:
    """A page. `query`: the parameters that belong to its address (none of those that come with a shared link).

    `why_not_indexed`: the reason, in words for readers, why engines are asked to leave the page out. `kind`, `things`:
    what the page is and what it is about, in schema.org's words (`structured.py`). `feed`: the address of its Atom feed.
    `address`: its one path, where it has other ones too.
    """
    path = address or request.path
    tail = f"?{query.urlencode()}" if query else ""
    languages = [(code, name, address + tail) for code, name, address in alternates(request, path)]
    canonical = request.build_absolute_uri(path) + tail
    context |= {
        "languages": languages,
        "canonical": canonical,
        "jsonld": graph(request, canonical, kind, things),
        "card": share_card(request),
        "feed": feed,
        # For the addresses of lists: those of an answer of another day are of that day.
        "query": query,
        "day": f"?{urlencode({'on': query['on']})}" if query and "on" in query else "",
        "other_language": next(
            (language for language in languages if language[0] != request.LANGUAGE_CODE), None
        ),
        "why_not_indexed": why_not_indexed,
        "noindex": bool(why_not_indexed) or status != 200,
    }
    response = render(request, template, context, status=status)
    if status != 200:
        response["Cache-Control"] = "no-store"
    return response


# Bytes of a page.
MOST = 20_000


def light(make: Callable[[int], HttpResponse], most: int = 1) -> HttpResponse:
    """What does not fit on a page has an address of its own: a heavy one is made again with more and more left out."""
    for left_out in range(most + 1):
        response = make(left_out)
        if len(response.content) <= MOST:
            break
    return response


def asked(request: HttpRequest, *names: str, many: tuple[str, ...] = ()) -> QueryDict:
    """The parameters that a page knows, checked as texts. All others are ignored: links are shared with

    `from=timeline`, `utm_source=…` and the like. Of a doubled parameter the first is taken; names in `many` take all.
    Raises Problem for a text that cannot be one.
    """
    known = QueryDict(mutable=True)
    for name in (*names, *many):
        values = [value for value in request.GET.getlist(name) if value.strip()]
        if values:
            known.setlist(name, values if name in many else values[:1])
    for name, values in known.lists():
        for value in values:
            params.check_text(str(_NAMES.get(name, name)), value)
    return known


# What parameters are called where a page says that one cannot be read.
_NAMES = {
    "q": gettext_lazy("The question"),
    "number": gettext_lazy("The number"),
    "category": gettext_lazy("The product"),
    "brand": gettext_lazy("The brand"),
    "on": gettext_lazy("The day"),
    "state": gettext_lazy("The filter"),
    "page": gettext_lazy("The page"),
    "point": gettext_lazy("The point"),
    "said": gettext_lazy("The question"),
}


def day_of(query: QueryDict) -> datetime.date:
    """The day a page is asked for; today where none is given."""
    try:
        return params.day(query)
    except Problem as error:
        text = _("The day cannot be read: write it like 2026-11-21, not before %(day)s.")
        raise params.bad("on", text % {"day": record_begins() or ""}) from error


def page_of(query: QueryDict) -> int:
    """Which page of a list is asked for."""
    try:
        return params.integer(query, "page", 1, 1, 100_000)
    except Problem as error:
        raise params.bad("page", _("There is no such page of this list; begin with the first.")) from error


def states_of(query: QueryDict) -> tuple[str, ...]:
    """The states an answer is narrowed to."""
    try:
        return params.choice_list(query, "state", AnswerState.values)
    except Problem as error:
        raise params.bad(
            "state", _("This filter is not known: take it off, and choose from those below the answer.")
        ) from error


def position_of(request: HttpRequest) -> Position | None:
    """Where the directory stood when the request came in, as the middleware has read it."""
    return getattr(request, "position", None)


def only_read(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that is only read: other methods get a page that says so, not one about forms, for they change nothing.

    A parameter that cannot be read and that the page has no sentence of its own for (a day, the number of a page) is 400.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return not_allowed(request, ["GET", "HEAD"])
        try:
            return view(request, *args, **kwargs)
        except Problem as error:
            return page(request, error.status_code, _("Bad request"), force_str(error.detail))

    return guarded
