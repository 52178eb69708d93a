"""GET /api/v1/services/{slug}/coverage/ — a service's list as a file that re-imports to no change."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.views import APIView

from regions.models import Service
from regions.services.intake.export import FORMS, download

from . import params
from .negotiation import AnyForm
from .renderers import JSONRenderer


class CoverageExportView(APIView):
    """The coverage list of one service, as text (default), CSV or XLSX.

    The text has the rules in force today in as few words as say the same; the tables have every rule that has not
    ended, with its dates. What a text cannot say is counted in the header `X-Unsaid-Rules`.
    """

    content_negotiation_class = AnyForm
    renderer_classes = [JSONRenderer]

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "format",
                str,
                enum=list(FORMS),
                default="text",
                description=gettext_lazy("The form of the file."),
            )
        ],
        responses={
            (200, form.partition(";")[0]): OpenApiResponse(
                OpenApiTypes.BINARY if name == "xlsx" else OpenApiTypes.STR
            )
            for name, (form, _ending) in FORMS.items()
        },
    )
    def get(self, request, slug: str) -> HttpResponse:
        query = request.query_params.copy()
        forms = query.pop("format", ["text"])  # here it names a file, not a rendering of JSON
        params.check_names(query, ())
        form = forms[-1]
        if form not in FORMS or len(forms) > 1:
            raise params.bad(
                "format",
                _("%(value)s is not one of: %(choices)s.")
                % {"value": form[:40], "choices": ", ".join(FORMS)},
                allowed=list(FORMS),
            )
        params.check_text("slug", slug)
        service = Service.objects.filter(slug=slug).first()
        if service is None:
            raise Http404
        file = download(service, form)
        response = HttpResponse(file.content, content_type=file.content_type)
        response["Content-Disposition"] = f'attachment; filename="{file.name}"'
        if form == "text":
            response["X-Unsaid-Rules"] = str(file.unsaid)
        return response
