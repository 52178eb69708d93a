"""Outlets: where one can go. The region comes from the address, or is chosen among what the address may mean."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from regions import access
from regions.models import Outlet, OutletRule, OutletService
from regions.services import outlets

from .base import BaseAdmin, PartMixin, TabularInline
from .filters import BrandFilter, OpenFilter, RelatedFilter, WithinFilter
from .forms import DatedForm, SluggedForm, TableFormSet
from .hours_input import HoursForm, told_hours
from .look import ChoicesFilter
from .service import listed
from .spreadsheets import SpreadsheetMixin
from .spreadsheets.outlets import OutletResource


class OutletForm(HoursForm, SluggedForm, DatedForm):
    """An outlet on its own page: an address that may lie in several divisions comes back with them.

    Its days before today change only where they were always wrong; all else describes it as it is known today.
    """

    since = forms.ChoiceField(
        label=_("Days before today"),
        choices=[
            (DatedForm.FROM_TODAY, _("They stay as they were answered")),
            (DatedForm.ALWAYS, _("They were always wrong: correct them")),
        ],
        initial=DatedForm.FROM_TODAY,
        required=False,
        widget=forms.RadioSelect,
    )

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors or not {"address", "region"} <= self.fields.keys():
            return
        try:
            outlets.place(self.instance)
        except ValidationError as error:
            self.add_error("region", error.message_dict["region"])


class OutletServiceInline(TabularInline):
    model = OutletService
    fields = ("service", "hotline")
    min_num = 1

    def get_formset(self, request, obj=None, **kwargs):
        return super().get_formset(request, obj, validate_min=True, **kwargs)

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.select_related("outlet", "service__brand", "hotline__service", "hotline__number")


class OutletRuleFormSet(TableFormSet):
    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        said = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        outlets.refuse_overlaps(form.instance for form in said)


class OutletRuleInline(TabularInline):
    model = OutletRule
    formset = OutletRuleFormSet
    fields = ("region", "kind", "valid_from", "valid_to")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("outlet", "region")


class OutletBrandFilter(BrandFilter):
    source = (Outlet, "brand")
    lookup = "brand"


class OutletServiceFilter(RelatedFilter):
    title = _("service")
    parameter_name = "service"
    source = (OutletService, "service")
    lookup = "service"

    def filter(self, queryset, key: int):
        served = OutletService.objects.filter(service=key).order_by()
        return queryset.filter(pk__in=served.values("outlet"))


class ServedFilter(OutletServiceFilter):
    def filter(self, queryset, key: int):
        return queryset.filter(service=key)


class OutletWithinFilter(WithinFilter):
    source = (Outlet, "region")


class OutletRuleWithinFilter(WithinFilter):
    source = (OutletRule, "region")


@admin.register(Outlet)
class OutletAdmin(SpreadsheetMixin, BaseAdmin):
    form = OutletForm
    resource_classes = [OutletResource]
    list_display = ("name", "brand", "region_name", "address", "kind", "hours_text", "period")
    list_filter = (
        OutletBrandFilter,
        OutletServiceFilter,
        OutletWithinFilter,
        OpenFilter,
        ("kind", ChoicesFilter),
    )
    list_select_related = ("brand", "region", "operator", "source")
    search_fields = ("name", "slug", "address", "brand__name")
    spelled = {"brand": "brand"}
    search_help_text = _("Name, slug, address or brand.")
    key_fields = ("slug",)
    inlines = (OutletServiceInline, OutletRuleInline)
    fieldsets = (
        (None, {"fields": ("name", "slug", ("brand", "kind"), "operator")}),
        (_("Where it is"), {"fields": ("address", "region", ("longitude", "latitude", "coordinates"))}),
        (_("When it is open"), {"fields": ("opening_hours",)}),
        (
            _("Where it is stated"),
            {"fields": (("source", "source_line"), ("valid_from", "valid_to"))},
        ),
        (_("What took its place"), {"fields": ("replaced_by", "replaced_on", "replaced_source")}),
    )

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.list_select_related)

    def label_of(self, outlet):
        return f"{outlet.name} · {outlet.address}"

    def get_links(self, request, obj=None):
        if obj is None:
            may = request.user.has_perm("regions.add_coverageimport")
            paste = f"{reverse('admin:regions_coverageimport_add')}?mode=outlets"
            return [(_("Bring in a table of outlets"), paste)] if may else []
        return [(_("Outlets of this brand"), listed("outlet", brand=obj.brand_id))] + (
            [(_("region"), reverse("admin:regions_region_change", args=[obj.region_id]))]
            if obj.region_id and access.may_see(request.user, obj.region)
            else []
        )

    @admin.display(description=_("region"), ordering="region__path")
    def region_name(self, outlet):
        return outlet.region.full_name.replace("/", " / ") if outlet.region else "—"

    @admin.display(description=_("opening hours"), ordering="opening_hours")
    def hours_text(self, outlet):
        return told_hours(outlet)

    @admin.display(description=_("valid"))
    def period(self, outlet):
        return f"{outlet.valid_from or ''} – {outlet.valid_to or ''}"


@admin.register(OutletService)
class OutletServiceAdmin(PartMixin, BaseAdmin):
    """Which services are at which outlets, in one searchable list; they are edited on the outlet's page."""

    part_of = "outlet"
    list_display = ("service", "outlet", "hotline")
    list_filter = (ServedFilter,)
    list_select_related = ("service__brand", "outlet", "hotline__service", "hotline__number")
    search_fields = ("outlet__name", "service__name")
    fieldsets = ((None, {"fields": ("outlet", "service", "hotline")}),)


@admin.register(OutletRule)
class OutletRuleAdmin(PartMixin, BaseAdmin):
    """The own rules of outlets, in one searchable list; they are edited on the outlet's page."""

    part_of = "outlet"
    list_display = ("outlet", "kind", "region", "valid_from", "valid_to")
    list_filter = (("kind", ChoicesFilter), OutletRuleWithinFilter, OpenFilter)
    list_select_related = ("outlet", "region")
    search_fields = ("outlet__name",)
    fieldsets = ((None, {"fields": ("outlet", "region", "kind", ("valid_from", "valid_to"))}),)
