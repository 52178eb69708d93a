"""/api/v1/: what there is."""

from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from . import directory, import_lines, import_tables, imports, overview, overview_watch
from .batch import CoverageBatchView
from .changes import ChangesView
from .children import ChildrenView
from .coverage_export import CoverageExportView
from .disputes import DisputesView, DisputeView
from .export import ExportFileView, ExportIndexView
from .hsds import HsdsExportView, HsdsServiceView
from .jsonld import BrandJsonLdView, ServiceJsonLdView
from .numbers import NumbersView, NumberView
from .outline import OutlineView
from .resolve import ResolveView
from .root import RootView, not_found
from .schema_views import SchemaView, docs
from .suggest import SuggestView

router = SimpleRouter()
for word, listed in directory.LISTS.items():
    router.register(word, listed, directory.record_of(listed))

app_name = "api"
urlpatterns = [
    path("", RootView.as_view(), name="root"),
    path("coverage/", CoverageBatchView.as_view(), name="coverage"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
    path("changes/", ChangesView.as_view(), name="changes"),
    path("export/", ExportIndexView.as_view(), name="export"),
    path("export/hsds.ndjson", HsdsExportView.as_view(), name="export-hsds"),
    re_path(r"^export/(?P<name>[a-z-]+)\.(?P<form>[a-z]+)$", ExportFileView.as_view(), name="export-file"),
    path("numbers/", NumbersView.as_view(), name="numbers"),
    path("numbers/<str:canonical>/", NumberView.as_view(), name="number"),
    path("disputes/", DisputesView.as_view(), name="disputes"),
    path("disputes/<str:reference>/", DisputeView.as_view(), name="dispute"),
    path("regions/suggest/", SuggestView.as_view(), name="regions-suggest"),
    path("regions/<str:code>/children/", ChildrenView.as_view(), name="region-children"),
    path("regions/<str:code>/outline/", OutlineView.as_view(), name="region-outline"),
    path("resolve/", ResolveView.as_view(), name="resolve"),
    path("services/<str:slug>/coverage/", CoverageExportView.as_view(), name="service-coverage"),
    path("overview/coverage/", overview.CoverageTableView.as_view(), name="overview-coverage"),
    path("overview/categories/", overview.CategoriesTableView.as_view(), name="overview-categories"),
    path("overview/units/", overview.UnitsTableView.as_view(), name="overview-units"),
    path("overview/overlaps/", overview.OverlapsTableView.as_view(), name="overview-overlaps"),
    path("overview/listed/", overview.ListedTableView.as_view(), name="overview-listed"),
    path("overview/changes/", overview_watch.ChangesTableView.as_view(), name="overview-changes"),
    path("overview/signals/", overview_watch.SignalsTableView.as_view(), name="overview-signals"),
    path("overview/sources/", overview_watch.SourcesTableView.as_view(), name="overview-sources"),
    path("imports/", imports.ImportsView.as_view(), name="imports"),
    path("imports/table/", import_tables.ImportTableView.as_view(), name="imports-table"),
    path("imports/<int:pk>/", imports.ImportDetailView.as_view(), name="import"),
    path("imports/<int:pk>/preview/", imports.ImportPreviewView.as_view(), name="import-preview"),
    path("imports/<int:pk>/lines/", import_lines.ImportLinesView.as_view(), name="import-lines"),
    path(
        "imports/<int:pk>/lines/<int:line>.<int:position>/",
        import_lines.ImportLineView.as_view(),
        name="import-line",
    ),
    path("imports/<int:pk>/decisions/", import_lines.ImportDecisionsView.as_view(), name="import-decisions"),
    path("imports/<int:pk>/apply/", imports.ImportApplyView.as_view(), name="import-apply"),
    path("imports/<int:pk>/revert/", imports.ImportRevertView.as_view(), name="import-revert"),
    path("imports/<int:pk>/discard/", imports.ImportDiscardView.as_view(), name="import-discard"),
    path("imports/<int:pk>/take-up/", imports.ImportTakeUpView.as_view(), name="import-take-up"),
    path("services/<str:slug>/hsds/", HsdsServiceView.as_view(), name="service-hsds"),
    path("services/<str:slug>/schema-org/", ServiceJsonLdView.as_view(), name="service-schema-org"),
    path("brands/<str:slug>/schema-org/", BrandJsonLdView.as_view(), name="brand-schema-org"),
    *router.urls,
    re_path(r"^.*$", not_found),
]
