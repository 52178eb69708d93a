"""The admin: one module a noun, everything behind `base.BaseAdmin`."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from . import (  # noqa: F401
    api_key,
    change,
    change_set,
    coverage,
    dispute,
    evidence,
    evidence_desk,
    hotline,
    import_line,
    intake,
    jobs,
    outlet,
    people,
    region,
    region_update,
    second_step,
    service,
)
from .autocomplete import DirectoryAutocomplete

site = admin.site
site.site_title = site.site_header = _("Service networks")
site.index_title = _("Overview")
site.index_template = "admin/regions/index.html"
site.autocomplete_view = lambda request: DirectoryAutocomplete.as_view(admin_site=site)(request)  # type: ignore[method-assign,assignment,return-value]  # as Django says to
