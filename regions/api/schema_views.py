"""/api/v1/schema/ and the page that shows it."""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from .errors import problem_response
from .params import check_names
from .renderers import JSONRenderer
from .schema import FORMAT


class SchemaView(APIView):
    """The OpenAPI 3 document, as YAML or JSON, with its texts in the client's language."""

    renderer_classes = [OpenApiYamlRenderer, JSONRenderer]

    @extend_schema(
        operation_id="schema",
        parameters=[FORMAT],
        responses={200: {"type": "object", "additionalProperties": True}},
    )
    def get(self, request) -> Response:
        check_names(request.query_params, ())
        return Response(document(translation.get_language()))


@lru_cache(maxsize=4)
def document(language: str) -> dict:
    """The document in a language, made once a process."""
    with translation.override(language):
        return SchemaGenerator().get_schema(request=None, public=True)


@csrf_exempt  # it reads nothing that is sent; so a POST is a 405 in our form
def docs(request: HttpRequest) -> HttpResponse:
    """Swagger's page over the document. Everything comes from here and no script stands in the page (strict CSP)."""
    if request.method not in ("GET", "HEAD"):
        response = problem_response("method-not-allowed", _("Method not allowed"), _("Use GET."), 405)
        response["Allow"] = "GET, HEAD"
        return response
    return render(request, "regions/api_docs.html")
