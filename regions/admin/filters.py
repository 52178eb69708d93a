"""Filters of the lists. A related record is chosen by autocomplete, never from a list of thousands."""

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.db import models
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext_lazy as _

from regions.choices import HotlineStatus, Level
from regions.codes import is_digits
from regions.models import CoverageRule, Hotline, Region, Service
from regions.models.region import subtree

from .look import FILTER_TEMPLATE, ChoiceListFilter, RelatedFilterForm


class RelatedFilter(SimpleListFilter):
    """Rows that belong to one related record. Subclasses say where the record is found and what belongs to it."""

    template = FILTER_TEMPLATE
    form_class = RelatedFilterForm
    # A foreign key to the kind of record that is chosen: it tells the autocomplete what to offer.
    source: tuple[type[models.Model], str]
    lookup: str

    def __init__(self, request, params, model, model_admin):
        super().__init__(request, params, model, model_admin)
        self.request, self.model_admin = request, model_admin
        self.field = self.source[0]._meta.get_field(self.source[1])

    def lookups(self, request, model_admin):
        return ()

    def has_output(self) -> bool:
        return True

    def value(self):
        value = super().value()
        return value if value and is_digits(value) and len(value) < 19 else None

    def queryset(self, request, queryset):
        if super().value() and not self.value():
            raise IncorrectLookupParameters(f"{self.parameter_name} is a database key")
        return self.filter(queryset, int(self.value())) if self.value() else queryset

    def filter(self, queryset, key: int):
        return queryset.filter(**{self.lookup: key})

    def choices(self, changelist):
        form = self.form_class(
            request=self.request,
            name=self.parameter_name,
            label=self.title,
            choices=(),
            field=self.field,
            model_admin=self.model_admin,
            data={self.parameter_name: self.value()},
        )
        yield {"form": form, "display": "", "query_string": "", "selected": True}


class BrandFilter(RelatedFilter):
    title = _("brand")
    parameter_name = "brand"
    source: tuple[type[models.Model], str] = (Service, "brand")
    lookup = "service__brand"


class ServiceFilter(RelatedFilter):
    title = _("service")
    parameter_name = "service"
    source: tuple[type[models.Model], str] = (CoverageRule, "service")
    lookup = "service"


class NumberFilter(RelatedFilter):
    title = _("number")
    parameter_name = "number"
    source = (Hotline, "number")
    lookup = "number"


class WithinFilter(RelatedFilter):
    """Everything inside a region, the region itself included."""

    title = _("within region")
    parameter_name = "within"
    source: tuple[type[models.Model], str] = (CoverageRule, "region")
    lookup = "region__path"

    def filter(self, queryset, key):
        region = Region.objects.filter(pk=key).only("path").first()
        return queryset.filter(subtree(region.path, self.lookup)) if region else queryset.none()


class RegionWithinFilter(WithinFilter):
    source = (Region, "parent")
    lookup = "path"


class ParentFilter(RelatedFilter):
    """The divisions directly below a region."""

    title = _("directly below")
    parameter_name = "parent"
    source = (Region, "parent")
    lookup = "parent"


class OpenFilter(ChoiceListFilter):
    """In force, or ended (`valid_to` is given)."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("open", _("in force")), ("closed", _("ended"))]

    def queryset(self, request, queryset):
        if self.value() in ("open", "closed"):
            return queryset.filter(valid_to__isnull=self.value() == "open")
        return queryset


class RegionLevelFilter(ChoiceListFilter):
    """The level of the region a row stands on."""

    title = _("level")
    parameter_name = "level"

    def lookups(self, request, model_admin):
        return [(str(level.value), level.label) for level in Level]

    def queryset(self, request, queryset):
        levels = {str(level.value): level for level in Level}
        return queryset.filter(region__level=levels[level]) if (level := self.value()) in levels else queryset


class StatusFilter(ChoiceListFilter):
    """The computed status of a hotline; the list must be `with_status()`."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request, model_admin):
        return HotlineStatus.choices

    def queryset(self, request, queryset):
        return queryset.filter(status=self.value()) if self.value() in HotlineStatus else queryset


class ClaimsFilter(ChoiceListFilter):
    """Numbers that services of more than one brand claim."""

    title = _("claims")
    parameter_name = "claims"

    def lookups(self, request, model_admin):
        return [("several", _("of several brands")), ("one", _("of one brand")), ("none", _("of nobody"))]

    def queryset(self, request, queryset):
        conditions = {"several": {"brands__gt": 1}, "one": {"brands": 1}, "none": {"brands": 0}}
        return queryset.filter(**conditions.get(self.value() or "", {}))


def has_list() -> Exists:
    """The condition that a service has a list on file: one look along an index for each service."""
    return Exists(CoverageRule.objects.open().filter(service=OuterRef("pk")).order_by())


class RulesFilter(ChoiceListFilter):
    """Services with and without a list on file."""

    title = _("coverage list")
    parameter_name = "list"

    def lookups(self, request, model_admin):
        return [("yes", _("on file")), ("no", _("no list on file"))]

    def queryset(self, request, queryset):
        if self.value() in ("yes", "no"):
            return queryset.filter(has_list() if self.value() == "yes" else ~has_list())
        return queryset


class NoticeFilter(ChoiceListFilter):
    """Sources whose content has changed since it was last read by a person."""

    title = _("content")
    parameter_name = "content"

    def lookups(self, request, model_admin):
        return [("changed", _("changed since it was read"))]

    def queryset(self, request, queryset):
        if self.value() == "changed":
            return queryset.filter(changed_at__isnull=False, fetched_at__lte=F("changed_at"))
        return queryset
