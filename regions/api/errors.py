"""Errors as RFC 9457 problem documents. Never cached, never HTML under /api/."""

import logging

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, JsonResponse
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

CONTENT_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:servicenet:problem:"
logger = logging.getLogger(__name__)


class Problem(exceptions.APIException):
    """An error with a name of its own. `extra` holds members beside type, title, status and detail."""

    status_code = status.HTTP_400_BAD_REQUEST

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


def handle(exc: Exception, context: dict) -> Response | None:
    """DRF's exception handler: every API error leaves as a problem document."""
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
    set_rollback()
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
        body = problem(
            code, force_str(exc.default_detail).rstrip("."), force_str(exc.detail), exc.status_code
        )
    if isinstance(exc, exceptions.Throttled) and exc.wait is not None:
        headers["Retry-After"] = str(max(1, round(exc.wait)))
    if getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = exc.auth_header
    return Response(body, status=exc.status_code, headers=headers, content_type=CONTENT_TYPE)


def problem_response(code: str, title: str, detail: str, status_code: int, **extra) -> JsonResponse:
    """A problem document from outside DRF (unmatched paths, crashes)."""
    response = JsonResponse(
        problem(code, title, detail, status_code, **extra),
        status=status_code,
        content_type=CONTENT_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
    response["Cache-Control"] = "no-store"
    return response
