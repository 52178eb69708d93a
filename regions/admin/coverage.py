"""Coverage rules: where a service works. A rule that no longer holds is closed, not deleted."""

from functools import reduce
from operator import or_
from typing import cast

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR
from django.core.paginator import Paginator
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regions.choices import Level
from regions.lookup import regions_meant
from regions.models import CoverageRule, Region, Service
from regions.models.region import subtree

from .badges import RULE, badge, sets_link
from .base import BaseAdmin, by_letters
from .carry_over import CarryOverMixin
from .closing import ask_and_close
from .filters import BrandFilter, OpenFilter, RegionLevelFilter, ServiceFilter, WithinFilter
from .forms import DatedForm
from .key_select import is_key
from .look import ChoicesFilter
from .region import carry_over_link, matching
from .service import paste_link, tree_link
from .spreadsheets import SpreadsheetMixin
from .spreadsheets.coverage import CoverageRuleResource

# So many regions are named one by one; of more the database makes its own list.
MOST_NAMED = 3_000


# Of so many regions that a word may mean, what lies in them is found too.
MOST_AREAS = 100


def on_regions(word: str) -> Q:
    """Rules in the regions that one word may mean: a code or its beginning, a name or part of one, a pinyin."""
    return in_regions(Region.objects.filter(matching(word)))


def in_regions(meant: QuerySet[Region]) -> Q:
    """Rules on these regions and on what lies in them: ranges of paths, which the order of the list follows."""
    meant = meant.order_by()
    rows = list(meant.values_list("level", "path")[: MOST_NAMED + 1])
    if len(rows) > MOST_NAMED:
        return Q(region_id__in=meant.values("pk"))
    tops: list[str] = []
    for path in sorted(path for level, path in rows if Level.COUNTRY < level < Level.TOWNSHIP):
        if not tops or not path.startswith(tops[-1]):
            tops.append(path)
    ranges = [subtree(path, "region__path") for path in tops] if len(tops) <= MOST_AREAS else []
    covered = tuple(tops) if ranges else ()
    alone = [path for _level, path in rows if not path.startswith(covered)]
    return reduce(or_, [*ranges, Q(region__path__in=alone)] if alone or not ranges else ranges)


def of_services(word: str) -> Q:
    """Rules of services whose name, or whose brand's, holds a word, or that it spells in pinyin."""
    spelled = by_letters({"brand": "brand", "category": "category"}, word)
    named = Q(name__icontains=word) | Q(brand__name__icontains=word) | spelled
    return _of(Service.objects.filter(named), "service_id")


def with_note(word: str) -> Q:
    return _of(CoverageRule.objects.filter(note__gt="", note__contains=word), "pk")


def _of(rows: QuerySet, column: str) -> Q:
    """Rules of such rows. Nothing is asked of the rules where there are none: each way more makes the others dear."""
    found = rows.order_by().values_list("pk", flat=True)
    keys = list(found[: MOST_NAMED + 1])
    return Q(**{f"{column}__in": keys if len(keys) <= MOST_NAMED else found}) if keys else Q()


class KeysFirst(Paginator):
    """A page of keys, then its rows: with what it shows joined in, SQLite sorts all rules before it shows a hundred."""

    def page(self, number):
        page = super().page(number)
        some = cast("QuerySet[CoverageRule]", page.object_list)
        keys = list(some.select_related(None).values_list("pk", flat=True))
        rows = some.model._default_manager.select_related(*CoverageRuleAdmin.list_select_related).in_bulk(
            keys
        )
        page.object_list = [rows[key] for key in keys if key in rows]
        return page


@admin.register(CoverageRule)
class CoverageRuleAdmin(CarryOverMixin, SpreadsheetMixin, BaseAdmin):
    resource_classes = [CoverageRuleResource]
    long_table_command = "import_coverage"
    list_display = ("region_name", "kind_badge", "of_service", "period", "response_hours", "note")
    list_filter = (
        ("kind", ChoicesFilter),
        OpenFilter,
        RegionLevelFilter,
        WithinFilter,
        BrandFilter,
        ServiceFilter,
    )
    list_select_related = ("region", "service__brand", "source")
    ordering = ("region__path", "service", "valid_from", "id")
    # What an index brings in order; kinds and states are filters.
    sortable_by = ("region_name", "of_service")
    # Rules of one service, by place: the path is asked for, not joined, so that an index brings the services in order.
    ordering_of_chosen = (
        "service_id",
        Subquery(Region.objects.filter(pk=OuterRef("region_id")).values("path")),
        "valid_from",
        "id",
    )
    paginator = KeysFirst
    search_fields = ("region__name", "region__code", "service__name", "service__brand__name", "note")
    search_help_text = _("Region name or code, service, brand or note.")
    key_fields = ("service", "region", "valid_from")
    form = DatedForm
    actions = ("close_rules",)
    fieldsets = (
        (None, {"fields": ("service", "region", "kind")}),
        (_("When"), {"fields": (("valid_from", "valid_to"),)}),
        (_("Details"), {"fields": ("response_hours", "note", "source", "origin")}),
    )
    readonly_fields = ("origin",)

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def search(self, request, queryset, term):
        """Rules on the regions that the text or its words mean, of the services and brands so called, with such a note.

        Regions and services are looked up first: the rules are then found along their indexes, however many there are.
        """
        if not term:
            return queryset, False
        condition = Q()
        for word in term.split():
            condition &= on_regions(word) | of_services(word) | with_note(word)
        if meant := regions_meant(term):
            condition |= in_regions(Region.objects.filter(pk__in=meant))
        return queryset.filter(condition), False

    def get_ordering(self, request):
        return self.ordering_of_chosen if ORDER_VAR in request.GET else self.ordering

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.list_select_related)

    def get_links(self, request, obj=None):
        if obj is None:
            chosen = request.GET.get("service", "")
            return (tree_link(int(chosen)) if is_key(chosen) else []) + paste_link() + carry_over_link()
        code = obj.region.code if obj.region.is_open else ""
        return (
            tree_link(obj.service_id, code)
            + sets_link(request, service=obj.service_id, region=obj.region_id)
            + paste_link(service=obj.service_id)
            + ([] if obj.region.is_open else carry_over_link())
        )

    @admin.display(description=_("region"), ordering="region__path")
    def region_name(self, rule):
        return f"{rule.region.full_name.replace('/', ' / ')} ({rule.region.code})"

    @admin.display(description=_("service"), ordering="service_id")
    def of_service(self, rule):
        return str(rule.service)

    @admin.display(description=_("kind"))
    def kind_badge(self, rule):
        return badge(rule.get_kind_display(), RULE[rule.kind])

    @admin.display(description=_("valid"))
    def period(self, rule):
        return f"{rule.valid_from} – {rule.valid_to or ''}"

    @admin.display(description=_("import line"))
    def origin(self, rule):
        line = rule.import_line
        return (
            gettext("line %(line)d: %(token)s") % {"line": line.line_no, "token": line.token} if line else ""
        )

    @admin.action(description=_("Close the selected rules …"), permissions=["change"])
    def close_rules(self, request, queryset):
        return ask_and_close(self, request, queryset)
