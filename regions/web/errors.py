"""Every error as its door understands it: problem documents under /api/, pages elsewhere, in the reader's language."""

import sys
from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language_from_path
from django.utils.translation import gettext as _

from regions.api.errors import problem_response
from regions.codes import BadCode
from regions.disk import is_full
from regions.wording import in_words

# How long clients are asked to wait while the database is away; a restart takes about as long.
RETRY_SECONDS = 5
# And while its disk is full: somebody has to make space.
RETRY_SECONDS_FULL = 60


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def page(
    request: HttpRequest, status: int, title: str, detail: str, typed: Sequence[str] = ()
) -> HttpResponse:
    """A page that says what happened and where to go on. It asks no database, for that may be what broke."""
    try:
        said = {"title": title, "detail": detail, "typed": typed, "noindex": True}
        body = render_to_string("web/error.html", said)
        response = HttpResponse(body, status=status)
    except Exception:  # whatever is broken, the reader is told
        response = HttpResponse(
            f"{title}: {detail}\n", status=status, content_type="text/plain; charset=utf-8"
        )
    response["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return problem_response("bad-request", _("Bad request"), _("The request cannot be read."), 400)
    if isinstance(exception, RequestDataTooBig):
        detail = _("What was sent is too large. Send less, or send a file.")
        return page(request, 413, _("Too large"), detail)
    return page(request, 400, _("Bad request"), _("The request cannot be read. Go back, and try it again."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return problem_response("permission-denied", _("Not allowed"), _("You may not do this."), 403)
    detail = _(
        "You may not do this. Log in with an account that may, or ask whoever looks after the directory."
    )
    return page(request, 403, _("Not allowed"), detail)


def csrf_failure(request: HttpRequest, reason: str = "", typed: Sequence[str] = ()) -> HttpResponse:
    """A form whose session has ended, or that another site sent. `typed`: what its sender may copy again."""
    detail = _(
        "The form is too old, or was not opened here. Go back, copy what you typed, load the page anew and send it again."
    )
    if typed:
        detail = _(
            "The form is too old: this browser has lost what tells who sent it. What you typed stands below. Copy it, log in, and paste it."
        )
    return page(request, 403, _("Not allowed"), detail, typed)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return problem_response(
            "not-found", _("Not found"), _("There is nothing here. /api/v1/ lists what there is."), 404
        )
    detail = _("The address may be mistyped, or what stood here is no longer in the directory.")
    if isinstance(exception.__cause__, BadCode):  # a village, or no code at all: what to ask for
        detail = in_words(exception.__cause__)
    return page(request, 404, _("There is no such page"), detail)


def not_allowed(request: HttpRequest, allowed: list[str]) -> HttpResponse:
    """A page is read, a form is sent; anything else is told so."""
    response = page(
        request, 405, _("Not possible"), _("This page can only be read. Open it from its address.")
    )
    response["Allow"] = ", ".join(allowed)
    return response


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """An address that asked too much. Said before the language of the request is known, so it is looked up here."""
    with translation.override(get_language_from_path(request.path_info) or settings.LANGUAGE_CODE):
        detail = _("You have asked too much for now; ask again in %(seconds)d seconds.") % {
            "seconds": seconds
        }
        response = page(request, 429, _("Too many requests"), detail)
        response["Content-Language"] = translation.get_language()
        return response


def server_error(request: HttpRequest) -> HttpResponse:
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    title, detail = _("Server error"), _("Something broke on our side; it was logged. Try again later.")
    if _is_api(request):
        return problem_response("server-error", title, detail, 500)
    return page(request, 500, title, detail)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database is away or busy for the moment, or its disk is full. Our program is well, so it is no 500."""
    title, seconds = _("Not available"), RETRY_SECONDS
    detail = _("The database cannot be reached for the moment. Try again shortly.")
    if is_full(sys.exc_info()[1]):
        seconds = RETRY_SECONDS_FULL
        detail = _("The disk of the database is full; nothing was written. Try again later.")
    if _is_api(request):
        response = problem_response("unavailable", title, detail, 503)
    else:
        response = page(request, 503, title, detail)
    response["Retry-After"] = str(seconds)
    return response
