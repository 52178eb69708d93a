"""The lines of all pasted lists, to search: which text became which rule."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from regions.models import ImportLine

from .badges import account
from .base import BaseAdmin, PartMixin
from .filters import BrandFilter
from .look import ChoicesFilter
from .pretty import lines


class ImportBrandFilter(BrandFilter):
    lookup = "coverage_import__service__brand"


@admin.register(ImportLine)
class ImportLineAdmin(PartMixin, BaseAdmin):
    part_of = "coverage_import"
    list_display = ("token", "verdict", "decision", "place", "coverage_import", "service", "note")
    list_filter = (("verdict", ChoicesFilter), ("decision", ChoicesFilter), "is_duplicate", ImportBrandFilter)
    list_select_related = ("coverage_import__service__brand", "decided_by")
    search_fields = ("token", "note")
    fieldsets = (
        (None, {"fields": ("coverage_import", "service", "token", "place", "is_duplicate")}),
        (
            _("What became of it"),
            {"fields": ("verdict", "decision", "included", "excluded", "who_decided", "note")},
        ),
    )
    readonly_fields = ("service", "place", "included", "excluded", "who_decided")
    who_decided = account("decided_by", _("decided by"))

    @admin.display(description=_("service"), ordering="coverage_import__service")
    def service(self, line):
        return line.coverage_import.service

    @admin.display(description=_("line"), ordering="line_no")
    def place(self, line):
        return f"{line.line_no}:{line.position}"

    @admin.display(description=_("include"))
    def included(self, line):
        return lines(line, line._meta.get_field("include"))

    @admin.display(description=_("exclude"))
    def excluded(self, line):
        return lines(line, line._meta.get_field("exclude"))
