"""/api/v1/: what there is."""

from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from . import directory
from .batch import CoverageBatchView
from .changes import ChangesView
from .disputes import DisputesView, DisputeView
from .numbers import NumbersView, NumberView
from .root import RootView, not_found

router = SimpleRouter()
router.register("regions", directory.RegionViewSet, "region")
router.register("categories", directory.CategoryViewSet, "category")
router.register("brands", directory.BrandViewSet, "brand")
router.register("services", directory.ServiceViewSet, "service")
router.register("hotlines", directory.HotlineViewSet, "hotline")
router.register("coverage-rules", directory.CoverageRuleViewSet, "coverage-rule")
router.register("releases", directory.ReleaseViewSet, "release")

app_name = "api"
urlpatterns = [
    path("", RootView.as_view(), name="root"),
    path("coverage/", CoverageBatchView.as_view(), name="coverage"),
    path("changes/", ChangesView.as_view(), name="changes"),
    path("numbers/", NumbersView.as_view(), name="numbers"),
    path("numbers/<str:canonical>/", NumberView.as_view(), name="number"),
    path("disputes/", DisputesView.as_view(), name="disputes"),
    path("disputes/<str:reference>/", DisputeView.as_view(), name="dispute"),
    *router.urls,
    re_path(r"^.*$", not_found),
]
