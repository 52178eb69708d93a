"""概览: the whole at a glance. Tables and maps of `lookup.overview`, of the services that the user may see."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, QueryDict
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pyroaring import BitMap

from regions import access
from regions.api import params
from regions.api.errors import Problem
from regions.api.overview import as_file, read_classes, read_filters, read_region, read_services
from regions.api.overview_watch import check_brands, read_brands, read_changes
from regions.choices import Severity
from regions.lookup.overview import tables, watch
from regions.lookup.overview.grid import CLASSES
from regions.lookup.overview.tables import Table
from regions.models import Brand, Category, Region, Service

from .glance_shapes import AGES, MEASURES, Column, map_of_grid, shape

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


def overview_url(tab: str = "coverage", **query: str) -> str:
    address = reverse("admin:regions_service_overview", args=[tab])
    return f"{address}?{urlencode(query)}" if query else address


def _tab_url(tab: Tab, given: QueryDict) -> str:
    """A table about the same: with what is asked now, as far as it can be asked there."""
    asked = [
        (name, value)
        for name, values in given.lists()
        if name in tab.asked and len(values) == 1 or name in tab.several
        for value in values
        if value.strip()
    ]
    return overview_url(tab.name) + (f"?{urlencode(asked)}" if asked else "")


class OverviewMixin(Base):
    """The page of a service's admin that shows the whole."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.overview_view)
        page = path("overview/<slug:tab>/", view, name="regions_service_overview")
        return [page, *super().get_urls()]

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
            "tabs": [(each.title, _tab_url(each, request.GET), each is shown) for each in TABS],
            "tab": shown,
            "given": request.GET,
            "services": [*request.GET.getlist("service"), "", ""][:2],
            "categories": Category.objects.order_by("name"),
            "measures": MEASURES,
            "classes": CLASSES,
            "severities": Severity.choices,
            "ages": AGES.items(),
        }
        status = 200
        try:
            query, as_csv = _read(request, shown)
            _refuse_others(query, request.user)
            table = _table(query, shown, _own(request.user), request.user)
            if table and as_csv:
                if tab == "signals":
                    check_brands(table)
                return as_file(table)
            if table:
                context |= _shown(request, query, shown, table)
        except Problem as error:
            context["refused"], status = error.detail, 400
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/regions/service/overview.html", context, status=status)


def _read(request, tab: Tab) -> tuple[QueryDict, bool]:
    """The parameters that were given, without those that a form left empty; whether a file is asked for."""
    query = QueryDict(mutable=True)
    for name, values in request.GET.lists():
        if filled := [value for value in values if value.strip()]:
            query.setlist(name, filled)
    forms = query.getlist("format")
    query.pop("format", None)
    params.check_names(query, (*tab.asked, *tab.several, "p"), tab.several)
    if forms and forms != ["csv"]:
        raise params.bad(
            "format", _("%(value)s is not one of: %(choices)s.") % {"value": forms[-1][:40], "choices": "csv"}
        )
    return query, bool(forms)


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
        params.choice_list(query, "measure", list(MEASURES))
        return tables.coverage(region, filters, on, own)
    if tab.name == "categories":
        return tables.categories(region, filters, on, own)
    services_in, verified_in = read_classes(query)
    return tables.units(region, filters, services_in, verified_in, on, own)


def _watched(query: QueryDict, tab: Tab, user) -> Table:
    if tab.name == "changes":
        return watch.changes(access.limit(read_changes(query), user))
    if tab.name == "sources":
        return watch.sources(params.choice_list(query, "age", watch.AGES))
    brands = access.limit(read_brands(query), user)
    return watch.signals(brands, params.choice_list(query, "severity", Severity.values))


def _shown(request, query: QueryDict, tab: Tab, table: Table) -> dict[str, Any]:
    page = Paginator(table.records, BRANDS_PER_PAGE if tab.name == "signals" else PER_PAGE).get_page(
        query.get("p")
    )
    rows = table.rows(page.start_index() - 1 if table.records else 0, page.end_index())
    kept = query.copy()
    kept.pop("p", None)
    file = kept.copy()
    file["format"] = "csv"
    found: dict[str, Any] = {
        "table": table,
        "page": page,
        "query": f"{kept.urlencode()}&" if kept else "",
        "csv": f"?{file.urlencode()}",
    }
    columns: list[Column] = shape(tab.name, kept)
    found["headings"] = [column.heading for column in columns]
    found["rows"] = [
        [(column.say(row), column.link(row), column.heading) for column in columns] for row in rows
    ]
    found["cards"] = tab.name == "signals"  # sentences, which a phone has no room for side by side
    if "region" in table.head:
        found["above"] = _above(table.head["region"], kept)
    if tab.name == "coverage":
        found["map"] = map_of_grid(table, query.get("measure", "reach"), kept)
        found["total"] = table.head["total"]
    return found


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
