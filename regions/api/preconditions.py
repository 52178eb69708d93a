"""Writes of what two people may have on their screens: If-Match, 412 and 428 (RFC 9110, RFC 6585)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from regions.models import CoverageImport

from .errors import CONTENT_TYPE, Problem
from .schema import ProblemSerializer

# Somebody else was there: with If-Match, and without one where he has decided already.
NOT_AS_SEEN = {"changed": (412, "precondition-failed"), "unseen": (428, "precondition-required")}
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description=gettext_lazy(
        "The ETag of what you saw. When it has changed since, nothing is written: 412, and you look again."
    ),
)


def etag_of(imp: CoverageImport) -> str:
    return f'"{imp.pk}-{imp.revision}"'


def not_as_seen() -> Problem:
    return Problem(
        "precondition-failed",
        _("Not as you saw it"),
        _("Somebody else has worked on this import meanwhile; nothing was changed. Look at it again."),
        status_code=412,
    )


def refusals(answer, *, unseen: bool = False) -> dict:
    """The answers of a write that takes If-Match."""
    refused = {
        (412, CONTENT_TYPE): OpenApiResponse(ProblemSerializer, gettext_lazy("Changed since you saw it."))
    }
    if unseen:
        refused[428, CONTENT_TYPE] = OpenApiResponse(
            ProblemSerializer,
            gettext_lazy("Somebody else has decided: say with If-Match which decision you saw."),
        )
    return {200: answer, **refused}
