"""/api/v1/ itself, and everything below it that does not exist."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from regions.gazetteer.active import active_edition

from .addresses import address
from .directory import LISTS, record_of
from .errors import problem_response
from .params import check_names
from .schema import FORMAT

# (word, url name, example query)
ENTRIES = [
    ("coverage", "coverage", "?region=510322"),
    ("numbers", "numbers", "?number=400-1865-909"),
    ("resolve", "resolve", "?text=%E5%AF%8C%E9%A1%BA%E5%8E%BF"),
    ("disputes", "disputes", ""),
    *((word, f"{record_of(listed)}-list", "") for word, listed in LISTS.items()),
    ("imports", "imports", ""),
    ("changes", "changes", "?after=0"),
    ("export", "export", ""),
    ("schema", "schema", ""),
    ("docs", "docs", ""),
]


class RootView(APIView):
    """What there is, with an address for each."""

    @extend_schema(
        operation_id="root",
        parameters=[FORMAT],
        responses={
            200: {
                "type": "object",
                "required": ["release", *(word for word, _name, _example in ENTRIES)],
                "properties": {
                    "release": {"type": ["string", "null"]},
                    **{word: {"type": "string", "format": "uri"} for word, _name, _example in ENTRIES},
                },
            }
        },
    )
    def get(self, request) -> Response:
        check_names(request.query_params, ())
        return Response(
            {
                "release": active_edition(),
                **{word: address(request, name) + example for word, name, example in ENTRIES},
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
