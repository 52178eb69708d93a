"""Who serves: categories, organizations, brands and their services."""

from django import forms
from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from regions import access
from regions.api.sentences import limits_text
from regions.choices import HotlineStatus
from regions.models import Brand, Category, CoverageRule, Hotline, Organization, Promise, Service
from regions.models.service import plain_credit_code, read_credit_code

from . import look
from .badges import STATUS, badge, link, sets_link
from .base import BaseAdmin, PartMixin, StackedInline, TabularInline
from .filters import BrandFilter, RulesFilter
from .forms import SluggedForm
from .glance import OverviewMixin, overview_url
from .hotline_forms import HotlineRowForm
from .look import ChoicesFilter
from .spreadsheets import SpreadsheetMixin
from .spreadsheets.directory import BrandResource, CategoryResource, ServiceResource
from .tree import TreeMixin


def paste_link(**initial) -> list[tuple[str, str]]:
    """The way to "paste a list", when that page is there."""
    try:
        address = reverse("admin:regions_coverageimport_add")
    except NoReverseMatch:
        return []
    query = "&".join(f"{name}={value}" for name, value in initial.items())
    return [(str(_("Paste a list")), f"{address}?{query}" if query else address)]


def tree_address(service_id: int, code: str = "") -> str:
    """The page on which a service's coverage is edited as a tree, opened at a region."""
    address = reverse("admin:regions_service_coverage", args=[service_id])
    return f"{address}?region={code}" if code else address


def tree_link(service_id: int, code: str = "") -> list[tuple[str, str]]:
    return [(str(_("Edit coverage")), tree_address(service_id, code))]


def export_links(service) -> list[tuple[str, str]]:
    """The ways to a service's coverage list as a file."""
    name = "admin:regions_coverageimport_export"
    forms = (("text", _("List as text")), ("csv", _("List as CSV")), ("xlsx", _("List as XLSX")))
    return [(str(title), reverse(name, args=[service.pk, form])) for form, title in forms]


def listed(model: str, **filters) -> str:
    """The address of a list with filters."""
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    return f"{reverse(f'admin:regions_{model}_changelist')}?{query}"


def count_of(model, field: str, **filters):
    """The number of a model's rows that point at the row at hand."""
    counted = (
        model.objects.filter(**{field: OuterRef("pk")}, **filters)
        .order_by()
        .values(field)
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


@admin.register(Category)
class CategoryAdmin(SpreadsheetMixin, BaseAdmin):
    form = SluggedForm
    resource_classes = [CategoryResource]
    list_display = ("name", "name_en", "parent", "slug", "services_count")
    list_select_related = ("parent",)
    search_fields = ("name", "name_en", "slug")
    spelled = {"category": ""}
    key_fields = ("slug",)
    fieldsets = ((None, {"fields": ("name", "name_en", "slug", "parent")}),)

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(service_count=count_of(Service, "category"))

    @admin.display(description=_("services"), ordering="service_count")
    def services_count(self, category):
        return category.service_count


class OrganizationForm(SluggedForm):
    """The credit code as it is written: with blanks it is longer than what is kept."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if own := self.fields.get("identifier"):
            self.fields["identifier"] = forms.CharField(
                label=own.label, help_text=own.help_text, required=False, max_length=80, widget=look.TextInput
            )

    def clean_identifier(self) -> str:
        code = plain_credit_code(self.cleaned_data["identifier"])
        return read_credit_code(code) if code else ""


@admin.register(Organization)
class OrganizationAdmin(BaseAdmin):
    form = OrganizationForm
    list_display = ("name", "identifier", "url", "slug")
    search_fields = ("name", "slug", "identifier")
    key_fields = ("slug",)
    fieldsets = ((None, {"fields": ("name", "slug", "identifier", "url")}),)

    def search(self, request, queryset, term):
        found, repeats = super().search(request, queryset, term)
        coded = queryset.filter(identifier__contains=code) if (code := plain_credit_code(term)) else found
        return found | coded, repeats

    def get_links(self, request, obj=None):
        """What has the same credit code was put on file before that was refused."""
        if obj is None or not obj.identifier:
            return []
        same = self.get_queryset(request).filter(identifier=obj.identifier).exclude(pk=obj.pk)
        return [
            (
                _("The same credit code: %(name)s") % {"name": other.name},
                reverse("admin:regions_organization_change", args=[other.pk]),
            )
            for other in same[:3]
        ]


class ServiceInline(TabularInline):
    model = Service
    fields = ("name", "slug", "category", "kind", "coverage")
    readonly_fields = ("coverage",)
    key_fields = ("slug",)
    show_change_link = True

    @admin.display(description=_("Coverage"))
    def coverage(self, service):
        return link(tree_address(service.pk), _("Edit coverage")) if service.pk else "—"


@admin.register(Brand)
class BrandAdmin(SpreadsheetMixin, BaseAdmin):
    form = SluggedForm
    resource_classes = [BrandResource]
    list_display = ("name", "name_en", "owner", "services_count", "rules_count", "is_example")
    list_filter = ("is_example",)
    list_select_related = ("owner",)
    search_fields = ("name", "name_en", "slug")
    spelled = {"brand": ""}
    key_fields = ("slug",)
    inlines = (ServiceInline,)
    fieldsets = (
        (None, {"fields": ("name", "name_en", "slug", "owner", "website", "is_example")}),
        (_("Who looks after it"), {"fields": ("maintainers",)}),
    )

    def get_readonly_fields(self, request, obj=None):
        fixed = () if access.edits_all_brands(request.user) else ("maintainers",)
        return (*super().get_readonly_fields(request, obj), *fixed)

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(
                service_count=count_of(Service, "brand"),
                rule_count=count_of(CoverageRule, "service__brand", valid_to=None),
            )
        )

    def get_links(self, request, obj=None):
        if obj is None:
            return paste_link()
        return [
            (_("Coverage"), listed("coveragerule", brand=obj.pk, state="open")),
            (_("Services"), listed("service", brand=obj.pk)),
            (_("Hotlines"), listed("hotline", brand=obj.pk)),
            (_("Claimed and listed"), overview_url("listed", brand=obj.slug)),
            *sets_link(request, brand=obj.pk),
            *paste_link(),
        ]

    @admin.display(description=_("services"), ordering="service_count")
    def services_count(self, brand):
        return link(listed("service", brand=brand.pk), brand.service_count)

    @admin.display(description=_("rules"), ordering="rule_count")
    def rules_count(self, brand):
        return link(listed("coveragerule", brand=brand.pk, state="open"), brand.rule_count)


class PromiseInline(TabularInline):
    model = Promise
    fields = ("kind", "text", "source", "source_line")


class HotlineInline(StackedInline):
    model = Hotline
    form = HotlineRowForm
    fields = (
        "number",
        "new_number",
        "extension",
        "labels",
        ("contact_type", "channel"),
        "opening_hours",
        "status",
        "limits",
        "source",
    )
    readonly_fields = ("status", "limits")
    list_fields = ("labels",)
    key_fields = ("number", "extension")
    show_change_link = True

    def get_fields(self, request, obj=None):
        """A number is typed only by who may write the row: shown alone, it is no column."""
        fields = super().get_fields(request, obj)
        writes = self.has_add_permission(request, obj) and self.has_change_permission(request, obj)
        return fields if writes else [name for name in fields if name != "new_number"]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .with_status()
            .select_related(
                "service__brand",
                "number",
                "source",
                "region",
                "replaced_by__number",
                "replaced_by__region",
                "replaced_source",
            )
        )

    @admin.display(description=_("limits"))
    def limits(self, hotline):
        return limits_text(hotline)

    @admin.display(description=_("status"))
    def status(self, hotline):
        return status_badge(hotline)


def status_badge(hotline):
    """The computed status of a hotline read `with_status()`; a dash before it is stored."""
    status = getattr(hotline, "status", "")
    return badge(HotlineStatus(status).label, STATUS.get(status, "plain")) if status else "—"


class ServiceBrandFilter(BrandFilter):
    lookup = "brand"


@admin.register(Service)
class ServiceAdmin(OverviewMixin, TreeMixin, SpreadsheetMixin, BaseAdmin):
    form = SluggedForm
    resource_classes = [ServiceResource]
    list_display = (
        "name",
        "brand",
        "category",
        "kind_of_work",
        "hotlines_count",
        "rules_count",
        "nationwide_claimed",
    )
    list_filter = (ServiceBrandFilter, ("kind", ChoicesFilter), RulesFilter, "nationwide_claimed")
    list_select_related = ("brand", "category")
    search_fields = ("name", "slug", "brand__name", "category__name")
    search_help_text = _("Name, slug, brand or category; also by pinyin or its first letters.")
    spelled = {"brand": "brand", "category": "category"}
    key_fields = ("slug",)
    list_fields = ("steps",)
    inlines = (HotlineInline, PromiseInline)
    fieldsets = (
        (None, {"fields": ("name", "slug", ("brand", "category"), ("kind", "operator"))}),
        (_("Coverage"), {"fields": ("rules_count", "nationwide_claimed")}),
        (_("How it works"), {"fields": ("description", "steps", "source")}),
    )
    readonly_fields = ("rules_count",)

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(
                open_rules=count_of(CoverageRule, "service", valid_to=None),
                hotline_count=count_of(Hotline, "service"),
            )
        )

    def label_of(self, service):
        return f"{service.name} · {service.brand.name}"

    def get_links(self, request, obj=None):
        if obj is None:
            return paste_link()
        return [
            *tree_link(obj.pk),
            (_("Coverage"), listed("coveragerule", service=obj.pk, state="open")),
            (_("Hotlines"), listed("hotline", service=obj.pk)),
            (_("Claimed and listed"), overview_url("listed", service=obj.slug)),
            *sets_link(request, service=obj.pk),
            *paste_link(service=obj.pk),
            *export_links(obj),
        ]

    @admin.display(description=_("kind"), ordering="kind")
    def kind_of_work(self, service):
        return service.get_kind_display()

    @admin.display(description=_("hotlines"), ordering="hotline_count")
    def hotlines_count(self, service):
        return service.hotline_count

    @admin.display(description=_("rules"), ordering="open_rules")
    def rules_count(self, service):
        if service.pk is None:
            return "0"
        return link(
            listed("coveragerule", service=service.pk, state="open"),
            service.open_rules,
        )


@admin.register(Promise)
class PromiseAdmin(PartMixin, BaseAdmin):
    """All promises in one searchable list; they are edited on the service's page."""

    part_of = "service"
    list_display = ("text", "kind", "service", "source", "source_line")
    list_filter = (("kind", ChoicesFilter), BrandFilter)
    list_select_related = ("service__brand", "source")
    search_fields = ("text", "service__name")
    spelled = {"brand": "service__brand", "category": "service__category"}
    fieldsets = ((None, {"fields": ("service", "kind", "text", "source", "source_line")}),)
