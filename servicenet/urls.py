from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import index, sitemap
from django.urls import include, path

from regions.admin.kept import kept
from regions.admin.second_step import second_step
from regions.web import machines, maps
from regions.web.page import only_read

from .metrics import metrics

urlpatterns = [
    path("admin/second-step/", second_step, name="second-step"),
    path("admin/kept/", admin.site.admin_view(kept), name="kept"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("regions.api.urls")),
    path("metrics", metrics),
    path("i18n/", include("django.conf.urls.i18n")),
    path("maps/<str:code>-<str:version>.svg", maps.outlines, name="outlines"),
    path("favicon.ico", machines.favicon),
    path("robots.txt", machines.robots),
    path("llms.txt", machines.llms),
    path("sitemap.xml", only_read(index), {"sitemaps": machines.SITEMAPS}),
    path(
        "sitemap-<section>.xml",
        only_read(sitemap),
        {"sitemaps": machines.SITEMAPS},
        "django.contrib.sitemaps.views.sitemap",
    ),
    # The language of a page is in its address: Chinese at /, English at /en/ (regions.web.language).
    *i18n_patterns(path("", include("regions.web.urls")), prefix_default_language=False),
]

handler400 = "regions.web.errors.bad_request"
handler403 = "regions.web.errors.forbidden"
handler404 = "regions.web.errors.not_found"
handler500 = "regions.web.errors.server_error"
