"""Every error as its door understands it: problem documents under /api/, pages elsewhere, in the reader's language."""

import sys
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
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
        if in_the_admin(request):
            said |= {"admin_home": reverse("admin:index"), "before": _page_before(request)}
        body = render_to_string("web/error.html", said)
        response = HttpResponse(body, status=status)
    except Exception:  # whatever is broken, the reader is told
        response = HttpResponse(
            f"{title}: {detail}\n", status=status, content_type="text/plain; charset=utf-8"
        )
    response["Cache-Control"] = "no-store"
    return response


def in_the_admin(request: HttpRequest) -> bool:
    return request.path_info.startswith(reverse("admin:index"))


def _page_before(request: HttpRequest) -> str:
    """The address of the page from which one came, if it is one of ours, and not the one that could not be shown."""
    before = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(before, {request.get_host()}, request.is_secure()):
        return ""
    parts = urlsplit(before)
    address = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return "" if request.method == "GET" and address == request.get_full_path() else address


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return problem_response("bad-request", _("Bad request"), _("The request cannot be read."), 400)
    if isinstance(exception, RequestDataTooBig):
        most = filesizeformat(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        detail = _("What was sent is too large: a form takes %(most)s. Send less, or send a file.")
        return page(request, 413, _("Too large"), detail % {"most": most})
    if isinstance(exception, TooManyFieldsSent):
        detail = _(
            "What was sent is too large: a form takes %(most)d fields. Choose fewer records, or all of the list."
        )
        return page(request, 413, _("Too large"), detail % {"most": settings.DATA_UPLOAD_MAX_NUMBER_FIELDS})
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


def told_in_the_admin(get_response: Callable[[HttpRequest], HttpResponse]):
    """A middleware: an error that a view of the admin answers with an empty page says what happened, as others do."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code < 400 or response.streaming or response.content or not in_the_admin(request):
            return response
        match response.status_code:
            case 405:
                return not_allowed(request, response.headers.get("Allow", "GET").split(", "))
            case 403:
                return forbidden(request, PermissionDenied())
            case 404:
                return not_found(request, Http404())
        return bad_request(request, SuspiciousOperation())

    return answer


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
