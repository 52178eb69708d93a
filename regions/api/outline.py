"""GET /api/v1/regions/CODE/outline/ — the shape of a place, as GeoJSON (RFC 7946)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from regions.codes import BadCode
from regions.lookup.outlines import shapes
from regions.lookup.places import find_by_code
from regions.wording import in_words

from . import params
from .errors import Problem
from .renderers import JSONRenderer
from .serializers import RegionRef


class GeoJsonRenderer(JSONRenderer):
    media_type = "application/geo+json"
    format = "geojson"


class OutlineSerializer(serializers.Serializer):
    """A GeoJSON feature; its geometry is a MultiPolygon."""

    type = serializers.ChoiceField(["Feature"])
    id = serializers.CharField()
    bbox = serializers.ListField(child=serializers.FloatField(), min_length=4, max_length=4)
    geometry = serializers.DictField()
    properties = RegionRef()


class OutlineView(APIView):
    """The bundled outlines: provinces, and what lies directly below them. For maps, not for surveys."""

    renderer_classes = [GeoJsonRenderer, JSONRenderer]

    @extend_schema(
        operation_id="regions_outline",
        description=gettext_lazy(
            "For maps: simplified by up to 3 km, in longitude and latitude as the source gives them, which does not say "
            "whether WGS-84 or GCJ-02 (up to 0.7 km apart). Where there is none, 404 says what has one."
        ),
        responses={200: OutlineSerializer},
    )
    def get(self, request, code: str) -> Response:
        params.check_names(request.query_params, ())
        params.check_text("code", code)
        try:
            region = find_by_code(code).asked
        except BadCode as error:
            raise params.bad("code", in_words(error)) from None
        known = shapes()
        if region is None or not region.is_open or known is None or region.code not in known:
            raise Problem(
                "no-outline",
                _("No outline"),
                _(
                    "There is no outline of this code. There are those of current provinces and of what lies directly below"
                    " them: prefectures, districts of municipalities, counties directly under a province."
                ),
                status_code=404,
            )
        return Response(feature(region.code, known.polygons(region.code), RegionRef(region).data))


def feature(code: str, polygons: list, properties: dict[str, Any]) -> dict[str, Any]:
    """A place as GeoJSON."""
    points = [point for polygon in polygons for point in polygon[0]]
    longitudes, latitudes = zip(*points, strict=True)
    return {
        "type": "Feature",
        "id": code,
        "bbox": [min(longitudes), min(latitudes), max(longitudes), max(latitudes)],
        "geometry": {"type": "MultiPolygon", "coordinates": polygons},
        "properties": properties,
    }
