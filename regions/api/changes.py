"""GET /api/v1/changes/ — what happened since a position, in commit order."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from regions.lookup.changes import LostPosition, Position, changes_after, told_outside

from . import params
from .errors import CONTENT_TYPE, Problem
from .schema import FORMAT, ProblemSerializer
from .serializers import PUBLIC_KINDS, ChangeSerializer


class ChangesSerializer(serializers.Serializer):
    """A page of changes."""

    position = serializers.CharField(help_text=gettext_lazy("Where this page ends; keep it."))
    more = serializers.BooleanField(help_text=gettext_lazy("Whether next holds more already."))
    next = serializers.URLField()
    results = ChangeSerializer(many=True)


class ChangesView(APIView):
    """Changes after a position, oldest first: create and update are upserts, delete is a tombstone.

    An import that brings a service more than 200 rules is one change of the kind coverage-list, not one for each
    rule: replace what you hold of this service's rules by the file at its url.

    Follow `next` while `more` is true, keep `position`, come back with `after=position`. A position that this
    database does not know (it was restored from an older backup) is a 410: start again from an export.
    """

    @extend_schema(
        operation_id="changes_list",
        parameters=[
            OpenApiParameter(
                "after",
                {"type": "string", "pattern": r"^\d{1,18}(-[0-9a-f]{8})?$", "default": "0"},
                description=gettext_lazy(
                    "A position from an earlier answer or an export; 0 is the beginning."
                ),
                examples=[OpenApiExample("from the beginning", "0")],
            ),
            OpenApiParameter(
                "page_size",
                {"type": "integer", "minimum": 1, "maximum": 2000, "default": 200},
                description=gettext_lazy("Changes a page, private ones counted in."),
            ),
            FORMAT,
        ],
        responses={
            200: ChangesSerializer,
            (410, CONTENT_TYPE): OpenApiResponse(
                ProblemSerializer, gettext_lazy("The position is not part of this directory's history.")
            ),
        },
    )
    def get(self, request) -> Response:
        query = request.query_params
        params.check_names(query, ("after", "page_size"))
        page_size = params.integer(query, "page_size", 200, 1, settings.CHANGES_PAGE_MAX)
        after = read_position(query)
        try:
            found, position = changes_after(after, limit=page_size)
        except LostPosition:
            raise Problem(
                "lost-position",
                _("Position lost"),
                _("The directory has no such position, or was restored since: start again from an export."),
                status_code=410,
            ) from None
        more = len(found) == page_size
        here = request.build_absolute_uri(request.path)
        return Response(
            {
                "position": str(position),
                "more": more,
                "next": f"{here}?after={position}&page_size={page_size}",
                "results": ChangeSerializer(
                    told_outside(change for change in found if change.kind in PUBLIC_KINDS),
                    many=True,
                    context={"request": request},
                ).data,
            }
        )


def read_position(query) -> Position:
    """The position in `after`; the beginning when not given."""
    try:
        return Position.parse(query.get("after", "0"))
    except ValueError:
        raise params.bad(
            "after",
            _("after must be a position as given by an earlier answer, for example 1234-9f3a2b1c, or 0."),
        ) from None
