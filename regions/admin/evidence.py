"""Sources: who says so."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from regions.models import Source

from .base import BaseAdmin
from .filters import NoticeFilter
from .forms import SluggedForm
from .look import ChoicesFilter


class SourceForm(SluggedForm):
    named_by = "title"


@admin.register(Source)
class SourceAdmin(BaseAdmin):
    form = SourceForm
    list_display = ("title", "kind", "publisher", "fetched_at", "machine_checkable", "changed_at")
    list_filter = (("kind", ChoicesFilter), "machine_checkable", NoticeFilter)
    search_fields = ("title", "slug", "url", "publisher")
    key_fields = ("slug",)
    fieldsets = (
        (None, {"fields": ("title", "slug", "kind", "url", "publisher")}),
        (
            _("What was read"),
            {"fields": ("fetched_at", "excerpt", "content_sha256", "machine_checkable", "changed_at")},
        ),
    )
    readonly_fields = ("changed_at",)
