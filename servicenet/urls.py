from django.contrib import admin
from django.urls import include, path

from .metrics import metrics

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include("regions.api.urls")),
    path("metrics", metrics),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("regions.web.urls")),
]

handler400 = "regions.web.errors.bad_request"
handler403 = "regions.web.errors.forbidden"
handler404 = "regions.web.errors.not_found"
handler500 = "regions.web.errors.server_error"
