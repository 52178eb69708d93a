"""Errors as RFC 9457 problem documents. Never cached, never HTML under /api/."""

import logging

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, HttpResponse
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.renderers import BrowsableAPIRenderer, JSONRenderer
from rest_framework.response import Response

CONTENT_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:servicenet:problem:"
logger = logging.getLogger(__name__)


class Problem(exceptions.APIException):
    """An error with a name of its own. `extra` holds members beside type, title, status and detail."""

    status_code: int = status.HTTP_400_BAD_REQUEST

    def __init__(
        self, code: str, title: str, detail: str, *, status_code: int | None = None, **extra
    ) -> None:
        super().__init__(detail, code)
        self.code, self.title, self.extra = code, title, extra
        if status_code is not None:
            self.status_code = status_code


def problem(code: str, title: str, detail: str, status_code: int, **extra) -> dict:
    """The members of a problem document."""
    return {"type": TYPE_PREFIX + code, "title": title, "status": status_code, "detail": detail, **extra}


def handle(exc: Exception, context: dict) -> HttpResponse | None:
    """DRF's exception handler: every API error leaves as a problem document, whatever form was asked for."""
    found = describe(exc)
    if found is None:
        return None
    from rest_framework.views import set_rollback  # loads the renderers, which need this module

    set_rollback()
    body, headers = found
    renderer = getattr(context["request"], "accepted_renderer", None)
    if isinstance(renderer, JSONRenderer | BrowsableAPIRenderer):
        return Response(body, status=body["status"], headers=headers, content_type=CONTENT_TYPE)
    return _as_json(body, headers)


def described(exc: exceptions.APIException | Http404) -> tuple[dict, dict[str, str]]:
    """The problem document and the headers of an error that has one."""
    found = describe(exc)
    if found is None:
        raise exc
    return found


def describe(exc: Exception) -> tuple[dict, dict[str, str]] | None:
    """The problem document and the headers for an error; None for what is no API error but a fault."""
    headers = {"Cache-Control": "no-store"}
    if isinstance(exc, Http404):
        exc = exceptions.NotFound(_("There is nothing here. /api/v1/ lists what there is."))
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    elif isinstance(exc, DjangoValidationError):
        exc = exceptions.ValidationError(detail=getattr(exc, "message_dict", None) or exc.messages)
    elif isinstance(exc, RequestDataTooBig):
        exc = Problem(
            "too-large", _("Too large"), _("The request is too large; send less at once."), status_code=413
        )
    if not isinstance(exc, exceptions.APIException):
        return None
    if isinstance(exc, Problem):
        body = problem(exc.code, force_str(exc.title), force_str(exc.detail), exc.status_code, **exc.extra)
    elif isinstance(exc, exceptions.ValidationError):
        body = problem(
            "invalid",
            _("Invalid input"),
            _("Some fields are not valid; see errors."),
            exc.status_code,
            errors=exc.detail,
        )
    else:
        code = exc.default_code.replace("_", "-")
        body = problem(code, _title(exc), force_str(exc.detail), exc.status_code)
    if isinstance(exc, exceptions.Throttled) and (wait := getattr(exc, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, round(wait)))
    if isinstance(exc, Problem) and exc.status_code == 503:
        headers["Retry-After"] = "10"
    if ask := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = ask
    return body, headers


def _title(exc: exceptions.APIException) -> str:
    """What kind of error it is, without the particulars of this one."""
    if isinstance(exc, exceptions.MethodNotAllowed):
        return _("Method not allowed")
    if isinstance(exc, exceptions.UnsupportedMediaType):
        return _("Unsupported media type")
    return force_str(exc.default_detail).rstrip(".。")


def problem_response(code: str, title: str, detail: str, status_code: int, **extra) -> HttpResponse:
    """A problem document from outside DRF (unmatched paths, crashes)."""
    return _as_json(problem(code, title, detail, status_code, **extra), {"Cache-Control": "no-store"})


def error_response(exc: exceptions.APIException) -> HttpResponse:
    """The problem document of an API error, from outside DRF's views."""
    return _as_json(*described(exc))


def _as_json(body: dict, headers: dict[str, str]) -> HttpResponse:
    content = JSONRenderer().render(body)
    return HttpResponse(content, status=body["status"], headers=headers, content_type=CONTENT_TYPE)
