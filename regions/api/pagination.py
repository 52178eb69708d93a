"""Pages: strict sizes, a total order, an exact count."""

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response

from .errors import Problem
from .filters import DatedFilterSet
from .params import day, integer
from .serializers import RegionRef

# Parameters that say of which day or how to show a list, not what belongs in it.
_NO_CONDITION = {"on", "page", "page_size", "fields", "omit", "brief", "format"}


class PagePagination(PageNumberPagination):
    """`page` from 1, `page_size` from 1 to a maximum; anything else is a 400, never a silent default."""

    page_size_query_param = "page_size"
    parameters = ("page", "page_size")

    def get_page_size(self, request) -> int:
        return integer(request.query_params, "page_size", settings.PAGE_SIZE, 1, settings.PAGE_SIZE_MAX)

    def paginate_queryset(self, queryset, request, view=None):
        if not queryset.ordered:
            raise AssertionError(f"{queryset.model.__name__}: pages need an order that ends in a unique key")
        self.dated = issubclass(getattr(view, "filterset_class", None) or object, DatedFilterSet)
        integer(request.query_params, "page", 1, 1, 10**9)
        try:
            return super().paginate_queryset(queryset, request, view)
        except Exception as error:
            if type(error).__name__ != "NotFound":
                raise
            raise Problem(
                "no-such-page",
                _("No such page"),
                _("The list ends earlier; follow next until it is null."),
                status_code=404,
            ) from error

    def get_paginated_response(self, data) -> Response:
        body = {
            "count": self.page.paginator.count if self.page else 0,
            "next": self.get_next_link(),
            "previous": self.get_previous_link(),
            "results": data,
        }
        body |= self.more()
        if not body["count"]:
            body["detail"] = self._why_empty()
        return Response(body)

    def more(self) -> dict:
        """What else a list says of itself."""
        return {}

    def _why_empty(self) -> str:
        query = self.request.query_params if self.request else QueryDict()
        asked = [
            f"{name}={value[:40]}"
            for name in query
            if name not in _NO_CONDITION
            for value in query.getlist(name)
        ]
        why = (
            _("Nothing on file fits %(asked)s.") % {"asked": " & ".join(asked[:10])}
            if asked
            else _("Nothing is on file yet.")
        )
        if self.dated and "state" not in query:
            hint = _("Only what is in force on %(day)s was looked at; state=closed has the rest.")
            why = f"{why} {hint % {'day': day(query)}}"
        return why

    def get_paginated_response_schema(self, schema) -> dict:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "description": "Exact number of rows in all pages."},
                "next": link,
                "previous": link,
                "results": schema,
                "detail": {"type": "string", "description": "Why the list is empty, when it is."},
            },
        }


class NearPagination(PagePagination):
    """Pages of a list that may be asked what lies near a place (`near`)."""

    def more(self) -> dict:
        if not self.request or "near" not in self.request.query_params:
            return {}
        return {"near": RegionRef(getattr(self.request, "near", []), many=True).data}

    def get_paginated_response_schema(self, schema) -> dict:
        told = super().get_paginated_response_schema(schema)
        told["properties"]["near"] = {
            "type": "array",
            "items": {"$ref": "#/components/schemas/RegionRef"},
            "description": "Only with near: in what these lie, the county asked about or what it lies in.",
        }
        return told
