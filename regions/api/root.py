"""/api/v1/ itself, and everything below it that does not exist."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from regions.gazetteer.active import active_edition

from .errors import problem_response
from .params import check_names
from .schema import FORMAT

# (word, url name, example query)
ENTRIES = [
    ("coverage", "api:coverage", "?region=510322"),
    ("numbers", "api:numbers", "?number=400-1865-909"),
    ("resolve", "api:resolve", "?text=%E5%AF%8C%E9%A1%BA%E5%8E%BF"),
    ("disputes", "api:disputes", ""),
    ("regions", "api:region-list", ""),
    ("categories", "api:category-list", ""),
    ("brands", "api:brand-list", ""),
    ("services", "api:service-list", ""),
    ("hotlines", "api:hotline-list", ""),
    ("coverage-rules", "api:coverage-rule-list", ""),
    ("releases", "api:release-list", ""),
    ("imports", "api:imports", ""),
    ("changes", "api:changes", "?after=0"),
    ("export", "api:export", ""),
    ("schema", "api:schema", ""),
    ("docs", "api:docs", ""),
]


class RootView(APIView):
    """What there is, with an address for each."""

    @extend_schema(
        operation_id="root",
        parameters=[FORMAT],
        responses={
            200: {
                "type": "object",
                "required": ["release"],
                "properties": {"release": {"type": "string", "nullable": True}},
                "additionalProperties": {"type": "string", "format": "uri"},
            }
        },
    )
    def get(self, request) -> Response:
        check_names(request.query_params, ())
        return Response(
            {
                "release": active_edition(),
                **{word: reverse(name, request=request) + example for word, name, example in ENTRIES},
            }
        )


@csrf_exempt
def not_found(request: HttpRequest) -> HttpResponse:
    """No such path: a problem document; a missing trailing slash on a GET is mended by a redirect."""
    if request.method in ("GET", "HEAD") and not request.path.endswith("/"):
        try:
            if resolve(request.path + "/").func is not not_found:
                query = request.META.get("QUERY_STRING", "")
                return HttpResponsePermanentRedirect(request.path + "/" + (f"?{query}" if query else ""))
        except Resolver404:
            pass
    return problem_response(
        "not-found", _("Not found"), _("There is nothing here. /api/v1/ lists what there is."), 404
    )
