"""Writes of what two people may have on their screens: If-Match, 412 and 428 (RFC 9110, RFC 6585)."""

import re

from django.db.models import Q
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from regions.lookup.changes import Position, changed_since
from regions.models import CoverageImport

from .errors import CONTENT_TYPE, Problem
from .schema import ProblemSerializer

# As `caching` writes them: the position, then what else an answer depends on.
_SEEN = re.compile(r'"(\d{1,18}(?:-[0-9a-f]{8})?)(?:-[0-9a-f]{18}(?:-\d+)?)?"', re.ASCII)
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


IF_MATCH_LIST = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description=gettext_lazy(
        "The ETag of a public answer in which you saw what you write about. When that has changed since, nothing is written:"
        " 412, and you look again."
    ),
)


def if_match(request) -> set[str] | None:
    """The ETags of If-Match; None where nothing is asked (no header, or `*`). A proxy that compresses may have marked them weak."""
    tags = {tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-Match", "*"))}
    return None if "*" in tags else tags


def seen_position(request) -> Position | None:
    """Where the directory stood in the answer whose ETag If-Match names; None where nothing is asked. 412 where it is no such ETag."""
    tags = if_match(request)
    if tags is None:
        return None
    positions = [Position.parse(found[1]) for tag in tags if (found := _SEEN.fullmatch(tag))]
    if not positions:
        raise not_as_seen()
    return max(positions, key=lambda position: position.sequence)


def refuse_changed(request, about: Q) -> None:
    """412 when any of these changes came after what If-Match says was seen."""
    position = seen_position(request)
    if position is not None and changed_since(position, about):
        raise not_as_seen()


def etag_of(imp: CoverageImport) -> str:
    return f'"{imp.pk}-{imp.revision}"'


def not_as_seen() -> Problem:
    return Problem(
        "precondition-failed",
        _("Not as you saw it"),
        _("Somebody else has changed it meanwhile; nothing was written. Look at it again."),
        status_code=412,
    )


def refusals(answer, status_code: int = 200, *, unseen: bool = False) -> dict:
    """The answers of a write that takes If-Match."""
    refused = {
        (412, CONTENT_TYPE): OpenApiResponse(ProblemSerializer, gettext_lazy("Changed since you saw it."))
    }
    if unseen:
        refused[428, CONTENT_TYPE] = OpenApiResponse(
            ProblemSerializer,
            gettext_lazy("Somebody else has decided: say with If-Match which decision you saw."),
        )
    return {status_code: answer, **refused}
