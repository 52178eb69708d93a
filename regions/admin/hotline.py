"""Numbers, and the claims that they serve a service."""

import unicodedata

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from regions import access
from regions.api.sentences import limits_text
from regions.choices import PhoneKind
from regions.codes import is_digits
from regions.models import Hotline, PhoneNumber
from regions.phones import NumberError, find_numbers, parse_number
from regions.phones import display as grouped
from regions.wording import spelled

from .badges import link
from .base import BaseAdmin
from .filters import BrandFilter, ClaimsFilter, NumberFilter, ServiceFilter, StatusFilter
from .forms import RecordForm
from .hotline_forms import HotlineForm
from .hours_input import told_hours
from .look import ChoicesFilter
from .service import listed, paste_link, status_badge
from .spreadsheets import SpreadsheetMixin
from .spreadsheets.coverage import HotlineResource


def number_meant(term: str) -> str:
    """The canonical digits of a number in any spelling, or the digits of a part of one; else the term itself."""
    found = {number.canonical for number in find_numbers(term, expected=True)} - {""}
    if len(found) == 1:
        return found.pop()
    digits = unicodedata.normalize("NFKC", term).translate(_WITHOUT_SEPARATORS)
    return digits if is_digits(digits) else term


_WITHOUT_SEPARATORS = dict.fromkeys(map(ord, " -‐‑‒–—―()（）.·+/\u00a0"))


class NumberForm(RecordForm):
    """A number in any grouping; its kind follows from its digits."""

    def clean_canonical(self) -> str:
        try:
            number = parse_number(self.cleaned_data["canonical"])
        except NumberError as error:
            raise ValidationError(
                _(
                    "This is not exactly one telephone number: give its digits, with the area code for a fixed line."
                )
            ) from error
        self.instance.kind = number.kind
        return number.canonical

    def clean(self):
        if self.instance.kind == PhoneKind.SHORT_96 and not self.cleaned_data.get("region"):
            self.add_error(
                "region", _("A 96 short code means something else in each province: name the province.")
            )
        return super().clean()


@admin.register(PhoneNumber)
class PhoneNumberAdmin(BaseAdmin):
    """A number as a thing of its own. Who claims it stands on its hotlines."""

    list_display = ("grouped_number", "kind", "region", "hotlines_count", "brands_count", "note")
    list_filter = (("kind", ChoicesFilter), ClaimsFilter)
    list_select_related = ("region",)
    search_fields = ("canonical", "note")
    ordering = ("canonical",)  # grouped rows have no order of their own
    search_help_text = _("Digits, in any grouping.")
    form = NumberForm
    key_fields = ("canonical",)
    readonly_fields = ("kind",)
    fieldsets = ((None, {"fields": ("canonical", "kind", "region", "note")}),)

    def get_queryset(self, request):
        """Counted is what the lists behind the counts show: a maintainer's own claims. All of them stand side by side on the number's page."""
        own = (
            None
            if access.edits_all_brands(request.user)
            else Q(hotlines__service__brand__maintainers=request.user)
        )
        claims = Count("hotlines", distinct=True, filter=own)
        brands = Count("hotlines__service__brand", distinct=True, filter=own)
        return super().get_queryset(request).annotate(claims=claims, brands=brands)

    def search(self, request, queryset, term):
        return super().search(request, queryset, number_meant(term))

    def label_of(self, number):
        return f"{grouped(number.canonical)} ({number.get_kind_display()})"

    def get_links(self, request, obj=None):
        if obj is None:
            return []
        side_by_side = reverse("admin:regions_verification_number", args=[obj.canonical])
        return [
            (_("Claims side by side, signals"), side_by_side),
            (_("Hotlines"), listed("hotline", number=obj.pk)),
        ]

    @admin.display(description=_("number"), ordering="canonical")
    def grouped_number(self, number):
        return grouped(number.canonical)

    @admin.display(description=_("hotlines"), ordering="claims")
    def hotlines_count(self, number):
        return link(listed("hotline", number=number.pk), number.claims)

    @admin.display(description=_("brands"), ordering="brands")
    def brands_count(self, number):
        return number.brands


class HotlineServiceFilter(ServiceFilter):
    source = (Hotline, "service")


@admin.register(Hotline)
class HotlineAdmin(SpreadsheetMixin, BaseAdmin):
    resource_classes = [HotlineResource]
    list_display = (
        "grouped_number",
        "service",
        "status_badge",
        "limits",
        "labels_text",
        "contact_type",
        "hours_text",
        "checked",
    )
    list_filter = (
        StatusFilter, BrandFilter, HotlineServiceFilter, NumberFilter, ("contact_type", ChoicesFilter), ("channel", ChoicesFilter),
    )  # fmt: skip
    list_select_related = (
        "service__brand", "number", "source", "region", "replaced_by__number", "replaced_by__region", "replaced_source",
    )  # fmt: skip
    search_fields = ("number__canonical", "service__name", "service__brand__name")
    spelled = {"brand": "service__brand", "category": "service__category"}
    search_help_text = _("Digits, service or brand.")
    key_fields = ("service", "number", "extension")
    form = HotlineForm
    list_fields = ("labels", "spellings")
    fieldsets = (
        (None, {"fields": ("service", "number", "new_number", "extension", "labels", "status_badge")}),
        (_("What it is for"), {"fields": (("contact_type", "channel"), "region", "opening_hours")}),
        (
            _("Where it is stated"),
            {"fields": ("source", "mentions", "spellings", ("valid_from", "valid_to"))},
        ),
        (_("What took its place"), {"fields": ("replaced_by", "replaced_on", "replaced_source")}),
    )
    readonly_fields = ("status_badge",)

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None and self.has_add_permission(request):
            return fieldsets
        return [
            (title, {**options, "fields": [name for name in options["fields"] if name != "new_number"]})
            for title, options in fieldsets
        ]

    def save_model(self, request, obj, form, change) -> None:
        form.put_number_on_file()
        super().save_model(request, obj, form, change)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.list_select_related).with_status()

    def search(self, request, queryset, term):
        return super().search(request, queryset, number_meant(term))

    def label_of(self, hotline):
        return f"{spelled(hotline.number.canonical, hotline.extension)} · {hotline.service.name}"

    def get_links(self, request, obj=None):
        if obj is None:
            return [(_("What is to be checked"), reverse("admin:regions_verification_queue")), *paste_link()]
        return [
            (_("Record a check"), reverse("admin:regions_verification_record", args=[obj.pk])),
            (
                _("The number's page"),
                reverse("admin:regions_verification_number", args=[obj.number.canonical]),
            ),
            (_("Hotlines of this service"), listed("hotline", service=obj.service_id)),
        ]

    @admin.display(description=_("number"), ordering="number__canonical")
    def grouped_number(self, hotline):
        whole = spelled(hotline.number.canonical, hotline.extension)
        return format_html('<span class="sn-whole">{}</span>', whole)

    @admin.display(description=_("status"), ordering="status_rank")
    def status_badge(self, hotline):
        return status_badge(hotline)

    @admin.display(description=_("limits"))
    def limits(self, hotline):
        return limits_text(hotline)

    @admin.display(description=_("labels"))
    def labels_text(self, hotline):
        shown = "、".join(hotline.labels[:3])
        return f"{shown} … ({len(hotline.labels)})" if len(hotline.labels) > 3 else shown

    @admin.display(description=_("opening hours"), ordering="opening_hours")
    def hours_text(self, hotline):
        return told_hours(hotline)

    @admin.display(description=_("checked"), ordering="checked_on")
    def checked(self, hotline):
        return hotline.checked_on
