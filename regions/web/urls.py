"""The public pages. Their addresses last: they are printed, shared and cited."""

from django.urls import path

from . import (
    ask,
    brands,
    coverage,
    embed,
    feeds,
    home,
    lists,
    machines,
    numbers,
    regions,
    reports,
    services,
    sources,
    suggest,
)
from .page import only_read

app_name = "web"
urlpatterns = [
    path("", home.home, name="home"),
    path("ask/", ask.ask, name="ask"),
    path("coverage/", coverage.coverage, name="coverage"),
    path("numbers/", numbers.numbers, name="numbers"),
    path("numbers/<str:canonical>/", numbers.number, name="number"),
    path("numbers/<str:canonical>/feed/", only_read(feeds.NumberFeed()), name="number-feed"),
    path("brands/<slug:slug>/", brands.brand, name="brand"),
    path("brands/<slug:slug>/feed/", only_read(feeds.BrandFeed()), name="brand-feed"),
    path("brands/<slug:slug>/numbers/", lists.brand_numbers, name="brand-numbers"),
    path("brands/<slug:slug>/services/", lists.brand_services, name="brand-services"),
    path("brands/<slug:slug>/regions/<str:code>/", brands.brand_place, name="brand-place"),
    path("embed/", embed.embed, name="embed"),
    path("regions/", regions.region, name="country"),
    path("regions/<str:code>/", regions.region, name="region"),
    path("regions/<str:code>/feed/", only_read(feeds.RegionFeed()), name="region-feed"),
    path("regions/<str:code>/outlets/", lists.region_outlets, name="region-outlets"),
    path("report/", reports.ReportView.as_view(), name="report"),
    path("reports/<str:references>/", reports.state, name="report-state"),
    path("services/<slug:slug>/", services.service, name="service"),
    path("services/<slug:slug>/list/", lists.service_list, name="service-list"),
    path("services/<slug:slug>/numbers/", lists.service_numbers, name="service-numbers"),
    path("services/<slug:slug>/outlets/", lists.service_outlets, name="service-outlets"),
    path("services/<slug:slug>/regions/<str:code>/", services.service_place, name="service-place"),
    path("opensearch.xml", machines.opensearch, name="opensearch"),
    path("suggest/", suggest.suggest, name="suggest"),
    path("sources/<slug:slug>/", sources.source, name="source"),
]
