"""概览: the whole at a glance. Tables and maps of `lookup.overview`, of the services that the user may see."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, JsonResponse, QueryDict, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _
from pyroaring import BitMap

from regions import access
from regions.api import params
from regions.api.errors import Problem
from regions.api.overview import as_file, read_classes, read_filters, read_region, read_services
from regions.api.overview_watch import read_brands, read_changes
from regions.choices import Severity
from regions.lookup.overview import tables, watch
from regions.lookup.overview.grid import CLASSES
from regions.lookup.overview.tables import Row, Table
from regions.models import Brand, Category, Region, Service
from regions.sheets import csv_parts

from .glance_map import map_of_grid
from .glance_names import NAMED, called, read_names, said_names
from .glance_shapes import AGES, MEASURES, SHOWN, Column, measures, shape, total, words
from .spreadsheets.working import InContext

if TYPE_CHECKING:
    from .base import BaseAdmin as Base
else:  # stands beside one
    Base = object

PER_PAGE = 100
# Pages of signals are counted in brands.
BRANDS_PER_PAGE = 20
_WHICH = ("category", "brand", "kind")


@dataclass(frozen=True)
class Tab:
    """A table of the overview. `asked`: its parameters; `several`: those that may be given more than once."""

    name: str
    title: Any
    asked: tuple[str, ...] = ()
    several: tuple[str, ...] = ()


TABS = [
    Tab("coverage", gettext_lazy("Who covers what"), ("region", "on", "measure"), _WHICH),
    Tab("categories", gettext_lazy("By category"), ("region", "on"), ("brand", "kind")),
    Tab("units", gettext_lazy("Counties and gaps"), ("region", "on"), (*_WHICH, "services", "verified")),
    Tab("overlaps", gettext_lazy("Overlaps"), ("brand", "on"), ("service",)),
    Tab("listed", gettext_lazy("Claimed and listed"), ("brand", "on"), ("service",)),
    Tab("changes", gettext_lazy("What changed"), ("brand",)),
    Tab("signals", gettext_lazy("Signals"), (), ("brand", "severity")),
    Tab("sources", gettext_lazy("Sources by age"), (), ("age",)),
]

# What is asked of any table: it stays chosen on the way through the others.
ASKED = dict.fromkeys(name for tab in TABS for name in (*tab.asked, *tab.several))
_OFFERED = 10


def overview_url(tab: str = "coverage", **query: str) -> str:
    address = reverse("admin:regions_service_overview", args=[tab])
    return f"{address}?{urlencode(query)}" if query else address


def _tab_url(tab: Tab, given: QueryDict) -> str:
    """A table about the same. What it does not ask stays chosen; what it would refuse beside the rest is left out."""
    asked = [
        (name, value)
        for name, values in given.lists()
        if name in ASKED and not (name in tab.asked and len(values) > 1)
        if not (name == "brand" and "service" in tab.several and given.get("service"))
        for value in values
        if value.strip()
    ]
    return overview_url(tab.name) + (f"?{urlencode(asked)}" if asked else "")


class OverviewMixin(Base):
    """The page of a service's admin that shows the whole."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.overview_view)
        page = path("overview/<slug:tab>/", view, name="regions_service_overview")
        names = path(
            "overview/names/<slug:kind>/",
            self.admin_site.admin_view(self.names_view),
            name="regions_service_overview_names",
        )
        return [page, names, *super().get_urls()]

    def names_view(self, request, kind: str) -> JsonResponse:
        """Whom a text in a box may mean: found as the list of these records finds them, of those that the user may see."""
        if kind not in NAMED:
            raise Http404
        page = self.admin_site._registry[NAMED[kind]]
        if not page.has_view_permission(request):
            raise PermissionDenied
        rows = page.get_queryset(request)
        rows = rows.filter(valid_to=None) if kind == "region" else rows
        found, _repeats = page.get_search_results(request, rows, request.GET.get("q", ""))
        return JsonResponse({"names": [called(each) for each in found[:_OFFERED]]})

    def overview_view(self, request, tab: str):
        """One table of the services that the user may see; `format=csv` is the whole of it as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        shown = next((each for each in TABS if each.name == tab), None)
        if shown is None:
            raise Http404
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("The whole at a glance"),
            "opts": self.opts,
            "media": self.media,
            "tab": shown,
            "categories": Category.objects.order_by("name"),
            "classes": CLASSES,
            "severities": Severity.choices,
            "ages": AGES.items(),
        }
        status = 200
        query = _filled(request.GET)
        try:
            as_csv = _read(query)
            _refuse_others(query, request.user)
            table = _table(query, shown, _own(request.user), request.user)
            if table and as_csv:
                return _signals_file(table) if tab == "signals" else as_file(table)
            if table:
                context |= _shown(query, shown, table)
        except Problem as error:
            context["refused"], status = error.detail, 400
        request.current_app = self.admin_site.name
        context |= _asked(
            query, shown, context["table"].head.get("unit_level") if "table" in context else None
        )
        return TemplateResponse(request, "admin/regions/service/overview.html", context, status=status)


def _filled(given: QueryDict) -> QueryDict:
    """What was given, without what a form left empty."""
    query = QueryDict(mutable=True)
    for name, values in given.lists():
        if filled := [value for value in values if value.strip()]:
            query.setlist(name, filled)
    return query


def _read(query: QueryDict) -> bool:
    """Check what is asked, with names read as codes and slugs; whether a file is asked for."""
    forms = query.getlist("format")
    query.pop("format", None)
    params.check_names(query, (*ASKED, "p", "whole"), [name for tab in TABS for name in tab.several])
    if forms and forms != ["csv"]:
        raise params.bad(
            "format", _("%(value)s is not one of: %(choices)s.") % {"value": forms[-1][:40], "choices": "csv"}
        )
    read_names(query)
    return bool(forms)


def _asked(query: QueryDict, tab: Tab, level: str | None) -> dict[str, Any]:
    """The boxes as they were filled in, the way to other tables, and what stays chosen for those that this one does not ask.

    `level`: of the units that the table counts.
    """
    said = query.copy()
    for name, values in said_names(query).items():
        if values:
            said.setlist(name, values)
    here = (*tab.asked, *tab.several)
    return {
        "given": said,
        "services": [*said.getlist("service"), "", ""][:2],
        "tabs": [(_title(each, level), _tab_url(each, query), each is tab) for each in TABS],
        "tab_title": _title(tab, level),
        "measures": measures(level),
        "kept": [
            (name, value)
            for name, values in query.lists()
            if name in ASKED and name not in here
            for value in values
        ],
        "beside": [said[name] for name in NAMED if name in said and name not in here],
    }


def _title(tab: Tab, level: str | None) -> Any:
    return words(level)["tab"] if tab.name == "units" else tab.title


def _own(user) -> BitMap | None:
    """The keys of the services that a user may see; None for all."""
    if access.edits_all_brands(user):
        return None
    return BitMap(access.limit(Service.objects.all(), user).order_by().values_list("pk", flat=True))


def _refuse_others(query: QueryDict, user) -> None:
    """Whose records a maintainer does not see, of that he is told nothing here: not by brand, not by service."""
    for name, model in (("brand", Brand), ("service", Service)):
        named = model.objects.filter(slug__in=query.getlist(name))
        if name in query and access.limit(named, user).count() < named.count():
            raise params.bad(name, _("You may not see this: it is another brand's."))


def _signals_file(table: Table) -> StreamingHttpResponse:
    """The file is sent while signals are looked for, of so many brands at a time: the severest of these first."""
    language = get_language()

    def parts() -> Generator[bytes]:
        with override(language):
            starts = range(0, len(table.records), watch.MOST_BRANDS)
            yield from csv_parts(
                table.columns, (table.cells(start, start + watch.MOST_BRANDS) for start in starts)
            )

    response = StreamingHttpResponse(InContext(parts()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="overview-{table.name}.csv"'
    return response


def _table(query: QueryDict, tab: Tab, own: BitMap | None, user) -> Table | None:
    """None where it is not yet said what is to be shown."""
    on = params.day(query)
    if tab.name in ("overlaps", "listed"):
        if "service" not in query and "brand" not in query:
            return None
        services = read_services(query)
        if not services:
            raise params.bad("brand", _("There is no service of this brand yet."))
        one = "service" in query and len(services) == 1
        return tables.overlaps(services, one, on) if tab.name == "overlaps" else tables.listed(services, on)
    if tab.name in ("changes", "signals", "sources"):
        return _watched(query, tab, user)
    region, filters = read_region(query), read_filters(query)
    if tab.name == "coverage":
        params.choice_list(query, "measure", MEASURES)
        return tables.coverage(region, filters, on, own)
    if tab.name == "categories":
        return tables.categories(region, filters, on, own)
    services_in, verified_in = read_classes(query)
    return tables.units(region, filters, services_in, verified_in, on, own)


def _watched(query: QueryDict, tab: Tab, user) -> Table:
    if tab.name == "changes":
        return watch.changes(access.limit(read_changes(query), user))
    if tab.name == "sources":
        return watch.sources(params.choice_list(query, "age", watch.AGES), own=_own(user))
    brands = access.limit(read_brands(query), user)
    return watch.signals(brands, params.choice_list(query, "severity", Severity.values))


def _shown(query: QueryDict, tab: Tab, table: Table) -> dict[str, Any]:
    page = Paginator(table.records, BRANDS_PER_PAGE if tab.name == "signals" else PER_PAGE).get_page(
        query.get("p")
    )
    rows = _by_name(table.rows(page.start_index() - 1 if table.records else 0, page.end_index()))
    kept = query.copy()
    kept.pop("p", None)
    kept.pop("whole", None)
    file = kept.copy()
    file["format"] = "csv"
    found: dict[str, Any] = {
        "table": table,
        "page": page,
        "query": f"{kept.urlencode()}&" if kept else "",
        "csv": f"?{file.urlencode()}",
    }
    columns = shape(tab.name, kept, table.head.get("unit_level"))
    found["headings"] = [column.heading for column in columns]
    found["rows"] = [
        [_cell(column, row, number, query) for column in columns] for number, row in enumerate(rows, 1)
    ]
    found["cards"] = tab.name == "signals"  # sentences, which a phone has no room for side by side
    if "region" in table.head:
        found["above"] = _above(table.head["region"], kept)
    if tab.name == "coverage":
        found["map"] = map_of_grid(table, query.get("measure", "reach"), kept)
        found["total"], found["summary"] = table.head["total"], total(table)
    return found


def _cell(column: Column, row: Row, number: int, query: QueryDict) -> tuple[Any, str, str, int, str]:
    """What stands in a cell, where that leads, below which heading; how many names more there are, and where all stand."""
    more = len(row[column.names]) - SHOWN if column.names else 0
    if more <= 0 or query.get("whole") == str(number):
        return column.say(row), column.link(row), column.heading, 0, ""
    first = {**row, column.names: row[column.names][:SHOWN]}
    whole = query.copy()
    whole["whole"] = str(number)
    return column.say(first), column.link(row), column.heading, more, f"?{whole.urlencode()}#row-{number}"


def _by_name(rows: list[Row]) -> list[Row]:
    """Who covers a place, by name: a program is told slugs."""
    slugs = {slug for row in rows for slug in row.get("who", ())}
    names = dict(Service.objects.filter(slug__in=slugs).values_list("slug", "name")) if slugs else {}
    return [
        {**row, "who": [names.get(slug, slug) for slug in row["who"]]} if "who" in row else row
        for row in rows
    ]


def _above(code: str, kept: QueryDict) -> list[tuple[str, str]]:
    """The regions above one and itself, from the country down, each with the same question."""
    region = Region.objects.open().filter(code=code).first()
    if region is None:
        return []
    names = dict(Region.objects.open().filter(code__in=region.chain).values_list("code", "name"))
    above = []
    for each in reversed(region.chain):
        query = kept.copy()
        query["region"] = each
        above.append((names.get(each, each), f"?{query.urlencode()}"))
    return above
