"""GET /api/v1/overview/… — the whole at a glance, each table as JSON by pages or whole as CSV."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from regions.choices import Level, ServiceKind
from regions.codes import BadCode, read_code
from regions.lookup.filters import Filters
from regions.lookup.overview import tables
from regions.lookup.overview.grid import CLASSES
from regions.lookup.overview.listed import services_of
from regions.lookup.overview.tables import Table
from regions.lookup.places import find_by_code
from regions.models import Brand, Region, Service
from regions.models.region import COUNTRY_CODE
from regions.sheets import csv_bytes
from regions.wording import in_words

from . import params
from .coverage import check_named
from .errors import Problem
from .negotiation import AnyForm
from .overview_rows import (
    CountsRowSerializer,
    OverviewCategoriesRowSerializer,
    OverviewCoverageRowSerializer,
    OverviewListedRowSerializer,
    OverviewOverlapsRowSerializer,
    OverviewUnitsRowSerializer,
    slugs,
)
from .renderers import JSONRenderer
from .schema import ON, PAGE, PAGE_SIZE, repeatable
from .slugs import check_codes, check_slugs

FORMS = ("json", "csv")
FORM = OpenApiParameter(
    "format", enum=list(FORMS), default="json", description=gettext_lazy("csv: the whole table as a file.")
)
REGION = OpenApiParameter(
    "region", description=gettext_lazy("The code of a region that lives on the day; 100000 when not given.")
)
WHICH = [
    repeatable("category", gettext_lazy("Only services of these categories, by slug.")),
    repeatable("brand", gettext_lazy("Only services of these brands, by slug.")),
    repeatable("kind", gettext_lazy("Only these kinds of service."), ServiceKind.values),
]
SERVICES = repeatable("service", gettext_lazy("By slug."))
BRAND = OpenApiParameter("brand", description=gettext_lazy("All services of a brand, by slug."))


def described(operation: str, row: type[serializers.Serializer], /, *asked: OpenApiParameter, **head):
    """The description of a table: its parameters, a page of rows with what they are about, or a file."""
    members = {
        "count": serializers.IntegerField(help_text=gettext_lazy("Exact number of rows in all pages.")),
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        **head,
        "results": row(many=True),
    }
    page = type(f"{row.__name__.removesuffix('RowSerializer')}Serializer", (serializers.Serializer,), members)
    return extend_schema(
        operation_id=f"overview_{operation}",
        parameters=[*asked, PAGE, PAGE_SIZE, FORM],
        responses={(200, "application/json"): page, (200, "text/csv"): OpenApiResponse(OpenApiTypes.STR)},
    )


class TableView(APIView):
    """What the tables of the overview have in common."""

    content_negotiation_class = AnyForm
    renderer_classes = [JSONRenderer]
    asked: tuple[str, ...] = ()
    several: tuple[str, ...] = ()

    def answer(self, request) -> HttpResponse | Response:
        query = request.query_params.copy()
        forms: list[str] = query.getlist("format") or ["json"]  # here it names a file
        query.pop("format", None)
        params.check_names(query, (*self.asked, *self.several, "page", "page_size"), self.several)
        if forms[-1] not in FORMS or len(forms) > 1:
            said = _("%(value)s is not one of: %(choices)s.")
            raise params.bad("format", said % {"value": forms[-1][:40], "choices": ", ".join(FORMS)})
        page = params.integer(query, "page", 1, 1, 100_000)
        size = params.integer(query, "page_size", settings.PAGE_SIZE, 1, settings.PAGE_SIZE_MAX)
        table = self.table(query, getattr(request, "position", None))
        if forms == ["csv"]:
            self.check_whole(table)
            return as_file(table)
        return Response(self._page(request, table, page, size))

    def table(self, query: QueryDict, position) -> Table:
        raise NotImplementedError

    def check_whole(self, table: Table) -> None:
        """Refuse a file of all rows where that would be too dear."""

    def _page(self, request, table: Table, page: int, size: int) -> dict[str, Any]:
        count, start = len(table.records), (page - 1) * size
        if page > 1 and start >= count:
            raise Problem(
                "no-such-page",
                _("No such page"),
                _("The list ends earlier; follow next until it is null."),
                status_code=404,
            )
        links = _links(request, page, start + size < count)
        return {"count": count, **links, **table.head, "results": table.rows(start, start + size)}


def _links(request, page: int, goes_on: bool) -> dict[str, str | None]:
    def at(number: int) -> str:
        query = request.query_params.copy()
        query["page"] = str(number)
        return f"{request.build_absolute_uri(request.path)}?{query.urlencode()}"

    return {"next": at(page + 1) if goes_on else None, "previous": at(page - 1) if page > 1 else None}


def as_file(table: Table) -> HttpResponse:
    """The whole table as a CSV file."""
    response = HttpResponse(csv_bytes(table.columns, table.cells()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="overview-{table.name}.csv"'
    return response


# --- What is asked -----------------------------------------------------------------------------------------------


def read_region(query: QueryDict) -> Region:
    """The region of a question, living on its day; the country when not given."""
    code = query.get("region", COUNTRY_CODE)
    try:
        place = find_by_code(code.strip(), params.day(query))
    except BadCode as error:
        raise params.bad("region", in_words(error)) from None
    if place.asked is None:
        check_codes("region", [read_code(code.strip())])
    if place.asked is None or not place.is_plain:
        raise params.bad("region", _("There is no region %(code)s on that day.") % {"code": code[:20]})
    return place.asked


def read_filters(query: QueryDict) -> Filters:
    filters = Filters(
        categories=tuple(query.getlist("category")),
        brands=tuple(query.getlist("brand")),
        kinds=params.choice_list(query, "kind", ServiceKind.values),
    )
    check_named(filters)
    return filters


def read_classes(query: QueryDict) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """By how many services, and by how many verified ones, a unit may be covered."""
    return params.choice_list(query, "services", CLASSES), params.choice_list(query, "verified", CLASSES)


def read_services(query: QueryDict) -> list[Service]:
    """The services of a question: named one by one, or all of a brand."""
    slugs = query.getlist("service")
    if bool(slugs) == ("brand" in query):
        raise params.bad("service", _("Give service=… or brand=…, one of them."))
    if slugs:
        check_slugs("service", slugs, Service)
        found = Service.objects.filter(slug__in=slugs).select_related("brand", "category").order_by("slug")
        return list(found)
    brand = str(query["brand"])
    check_slugs("brand", [brand], Brand)
    return services_of(Brand.objects.get(slug=brand))


# --- The tables --------------------------------------------------------------------------------------------------


class CoverageTableView(TableView):
    """What lies directly below a region: who covers it, and how much of it nobody does."""

    asked, several = ("region", "on"), ("category", "brand", "kind")

    @described(
        "coverage",
        OverviewCoverageRowSerializer,
        REGION,
        ON,
        *WHICH,
        region=serializers.CharField(),
        name=serializers.CharField(),
        unit_level=serializers.ChoiceField(Level.words()),
        total=CountsRowSerializer(),
    )
    def get(self, request):
        return self.answer(request)

    def table(self, query, position) -> Table:
        return tables.coverage(read_region(query), read_filters(query), params.day(query), None, position)


class CategoriesTableView(TableView):
    """Category × region: each category in a region and in what lies directly below it."""

    asked, several = ("region", "on"), ("brand", "kind")

    @described(
        "categories",
        OverviewCategoriesRowSerializer,
        REGION,
        ON,
        *WHICH[1:],
        region=serializers.CharField(),
        name=serializers.CharField(),
        unit_level=serializers.ChoiceField(Level.words()),
    )
    def get(self, request):
        return self.answer(request)

    def table(self, query, position) -> Table:
        return tables.categories(read_region(query), read_filters(query), params.day(query), None, position)


class UnitsTableView(TableView):
    """The units below a region by name: services=0 are the gaps, verified=0 those without a verified number."""

    asked, several = ("region", "on"), ("category", "brand", "kind", "services", "verified")

    @described(
        "units",
        OverviewUnitsRowSerializer,
        REGION,
        ON,
        *WHICH,
        repeatable("services", gettext_lazy("Only units covered by so many services."), list(CLASSES)),
        repeatable("verified", gettext_lazy("Only units with so many verified services."), list(CLASSES)),
        region=serializers.CharField(),
        name=serializers.CharField(),
        unit_level=serializers.ChoiceField(Level.words()),
    )
    def get(self, request):
        return self.answer(request)

    def table(self, query, position) -> Table:
        services, verified = read_classes(query)
        region, filters, on = read_region(query), read_filters(query), params.day(query)
        return tables.units(region, filters, services, verified, on, None, position)


class OverlapsTableView(TableView):
    """Which units lists name twice: of services every two, of a brand its own, of one service its sources."""

    asked, several = ("brand", "on"), ("service",)

    @described(
        "overlaps",
        OverviewOverlapsRowSerializer,
        SERVICES,
        BRAND,
        ON,
        between=serializers.ChoiceField(["services", "sources"]),
    )
    def get(self, request):
        return self.answer(request)

    def table(self, query, position) -> Table:
        services = read_services(query)
        one = "service" in query and len(services) == 1
        return tables.overlaps(services, one, params.day(query))


class ListedTableView(TableView):
    """What services, or a brand's, claim beside what they list: by province, with what is missing by name."""

    asked, several = ("brand", "on"), ("service",)

    @described(
        "listed",
        OverviewListedRowSerializer,
        SERVICES,
        BRAND,
        ON,
        services=slugs(),
        nationwide_claimed=slugs(),
        without_list=slugs(),
        units=serializers.IntegerField(),
        covered=serializers.IntegerField(),
        partly=serializers.IntegerField(),
        share=serializers.FloatField(),
    )
    def get(self, request):
        return self.answer(request)

    def table(self, query, position) -> Table:
        return tables.listed(read_services(query), params.day(query))
