"""Django's own error pages: problem documents under /api/, plain pages elsewhere."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views import defaults

from regions.api.errors import problem_response
from regions.disk import is_full

# How long clients are asked to wait while the database is away; a restart takes about as long.
RETRY_SECONDS = 5
# And while its disk is full: somebody has to make space.
RETRY_SECONDS_FULL = 60


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return problem_response("bad-request", _("Bad request"), _("The request cannot be read."), 400)
    return defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return problem_response("permission-denied", _("Not allowed"), _("You may not do this."), 403)
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return problem_response(
            "not-found", _("Not found"), _("There is nothing here. /api/v1/ lists what there is."), 404
        )
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    if _is_api(request):
        return problem_response(
            "server-error",
            _("Server error"),
            _("Something broke on our side; it was logged. Try again later."),
            500,
        )
    return defaults.server_error(request)


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
        response = HttpResponse(f"{title}: {detail}\n", status=503, content_type="text/plain; charset=utf-8")
        response["Cache-Control"] = "no-store"
    response["Retry-After"] = str(seconds)
    return response
