"""GET /api/v1/regions/CODE/children/ — two levels of divisions in one answer, for menus."""

from django.http import Http404
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from regions.codes import BadCode
from regions.lookup.children import Child, two_levels
from regions.lookup.places import find_by_code, lives_on
from regions.wording import in_words

from . import params
from .schema import ON
from .serializers import RegionRef


class ChildSerializer(RegionRef):
    """A region directly below, with what lies directly below it."""

    children = RegionRef(many=True)

    class Meta(RegionRef.Meta):
        fields = [*RegionRef.Meta.fields, "children"]


class ChildrenSerializer(serializers.Serializer):
    """A region with two levels below it, in the order of their codes."""

    region = RegionRef()
    children = ChildSerializer(many=True)


class ChildrenView(APIView):
    """What lies directly below a division, and directly below that, whole."""

    @extend_schema(
        operation_id="regions_children",
        parameters=[ON],
        description=gettext_lazy(
            "Whole, without pages. 404 for a code without a division on the day; /regions/CODE/ says when there was one."
        ),
        responses=ChildrenSerializer,
    )
    def get(self, request, code: str) -> Response:
        query = request.query_params
        params.check_names(query, ("on",))
        params.check_text("code", code)
        on = params.day(query)
        try:
            region = find_by_code(code, on).asked
        except BadCode as error:
            raise params.bad("code", in_words(error)) from None
        if region is None or not lives_on(region, on):
            raise Http404
        found = [present(child) for child in two_levels(region, on)]
        return Response({"region": RegionRef(region).data, "children": found})


def present(child: Child) -> dict:
    return RegionRef(child.region).data | {"children": RegionRef(child.children, many=True).data}
