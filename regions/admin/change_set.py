"""Change sets: what was changed together, by whom, when, why and by which door."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regions import access
from regions.codes import codes_below
from regions.keys import SEP
from regions.models import (
    Brand,
    Change,
    ChangeSet,
    CoverageImport,
    CoverageRule,
    Region,
    RegionUpdate,
    Service,
)
from regions.postings.touched import LIST, RULE
from regions.services.undo import progress

from .base import BaseAdmin, ReadOnlyMixin
from .change_rows import told
from .filters import BrandFilter, RelatedFilter, ServiceFilter
from .key_select import is_key
from .look import ChoiceListFilter, ChoicesFilter, RelatedFilterForm
from .pretty import counted, kind_label, models_by_kind, moment, who
from .undo import UndoMixin, as_ranges, ticks, undoable
from .undone import tell_undone

PER_PAGE = 100
# Kinds that are part of another record, never written as records of their own, or of no interest here.
_NOT_CHANGED = {
    "change",
    "changeset",
    "importline",
    "job",
    "posting",
    "postingindex",
    "promise",
    "regionname",
}


def sets_of(changes: Q) -> Q:
    """The sets that hold such changes."""
    return Q(uuid__in=Change.objects.filter(changes).order_by().values("changeset"))


def of_services(services: QuerySet[Service], brands: QuerySet[Brand]) -> Q:
    return sets_of(access.changes_below(brands, services))


def of_region(region: Region) -> Q:
    """Sets that changed a place or what lies in it, or a rule there. Of many new rules at once only their list says so.

    Codes of what lies in a place begin as its own does; what does not is asked by its code.
    """
    beginning = codes_below(region.code)
    others = Region.objects.within(region).exclude(code__startswith=beginning).values_list("code", flat=True)
    lists = Change.objects.filter(kind=LIST).annotate(told=Cast("after", TextField()))
    inside = Q(kind="region", key__startswith=beginning) | Q(kind=RULE, key__contains=f"{SEP}{beginning}")
    listed = Q(told__contains=f'"{beginning}')
    for code in others.distinct():
        inside |= Q(kind="region", key=code) | Q(kind=RULE, key__contains=f"{SEP}{code}{SEP}")
        listed |= Q(told__contains=f'"{code}{SEP}')
    return sets_of(inside) | Q(uuid__in=lists.filter(listed).order_by().values("changeset"))


class KindFilter(ChoiceListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return [(kind, kind_label(kind)) for kind in models_by_kind() if kind not in _NOT_CHANGED]

    def queryset(self, request, queryset):
        return queryset.filter(counts__has_key=self.value()) if self.value() else queryset


class ActorFilter(RelatedFilter):
    title = _("who")
    parameter_name = "actor"
    source = (ChangeSet, "actor")
    lookup = "actor"
    form_class = RelatedFilterForm


class SetsOfBrand(BrandFilter):
    def filter(self, queryset, key):
        return queryset.filter(of_services(Service.objects.filter(brand=key), Brand.objects.filter(pk=key)))


class SetsOfService(ServiceFilter):
    def filter(self, queryset, key):
        return queryset.filter(of_services(Service.objects.filter(pk=key), Brand.objects.none()))


class SetsOfRegion(RelatedFilter):
    title = _("region")
    parameter_name = "region"
    source = (CoverageRule, "region")

    def filter(self, queryset, key):
        region = Region.objects.filter(pk=key).first()
        return queryset.filter(of_region(region)) if region else queryset.none()


@admin.register(ChangeSet)
class ChangeSetAdmin(UndoMixin, ReadOnlyMixin, BaseAdmin):
    list_display = ("number", "when", "who", "door_word", "what", "reason", "undone")
    list_display_links = ("number", "reason")
    list_filter = (
        ActorFilter,
        SetsOfBrand,
        SetsOfService,
        SetsOfRegion,
        KindFilter,
        ("door", ChoicesFilter),
    )
    list_select_related = ("actor", "undoes")
    date_hierarchy = "at"
    ordering = ("-id",)
    sortable_by = ("number", "when")
    search_fields = ("reason",)
    search_help_text = _("A number (#17), or words of the reason.")

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("undone_by")

    def search(self, request, queryset, term):
        number = term.removeprefix("#")
        if is_key(number):
            return queryset.filter(Q(pk=number) | Q(reason__icontains=term)), False
        return super().search(request, queryset, term)

    # --- The list

    def changelist_view(self, request, extra_context=None):
        """A maintainer is told of what is his."""
        response = super().changelist_view(request, extra_context)
        if shown := (getattr(response, "context_data", None) or {}).get("cl"):
            said = counted(shown.result_list, request.user)
            tell_undone((other for each in shown.result_list for other in (each, each.undoes)), request.user)
            for each in shown.result_list:
                each.said = said[each.uuid][0]
        return response

    @admin.display(description=pgettext_lazy("of a change set", "number"), ordering="id")
    def number(self, the_set):
        return str(the_set)

    @admin.display(description=_("at"), ordering="at")
    def when(self, the_set):
        return moment(the_set.at)

    @admin.display(description=_("who"))
    def who(self, the_set):
        return who(the_set)

    @admin.display(description=_("door"))
    def door_word(self, the_set):
        return the_set.get_door_display() or "—"

    @admin.display(description=_("records"))
    def what(self, the_set):
        return the_set.said

    @admin.display(description=_("undone"))
    def undone(self, the_set):
        if the_set.undoes_id:
            said = [gettext("undoes %(set)s") % {"set": the_set.undoes}, the_set.undoes.told_undone]
            return "；".join(filter(None, [*said, the_set.told_undone]))
        return the_set.told_undone or "—"

    # --- The page of one

    def change_view(self, request, object_id, form_url="", extra_context=None):
        the_set = self.get_object(request, unquote(object_id))
        if the_set is None:
            raise Http404(gettext("There is no such record, or it is not one of yours."))
        if not self.has_view_permission(request, the_set):
            raise PermissionDenied
        every = Change.objects.filter(changeset=the_set.uuid).order_by("id")
        mine = access.limit(every, request.user)
        page = Paginator(mine, PER_PAGE).get_page(request.POST.get("p") or request.GET.get("p"))
        done = progress([the_set], mine)[the_set.uuid]
        tell_undone([the_set.undoes], request.user)
        what, others = counted([the_set], request.user)[the_set.uuid]
        rows = told(page.object_list, request)
        ticked = ticks(request.POST)
        for row in rows:
            pk = row["change"].pk
            row["undone"], row["of"] = done.by_change.get(pk, (0, 0))
            row["ticked"] = pk in ticked
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Change set %s") % the_set,
            "opts": self.opts,
            "original": the_set,
            "media": self.media,
            "the_set": the_set,
            "when": moment(the_set.at),
            "who": who(the_set),
            "what": what,
            "undone_by": access.limit(the_set.undone_by.all(), request.user),
            "others": others,
            "progress": done,
            "ticked": len(ticked),
            "elsewhere": as_ranges(ticked - {change.pk for change in page.object_list}),
            "imports": access.limit(CoverageImport.objects.filter(changeset=the_set.uuid), request.user),
            "update": RegionUpdate.objects.filter(changeset=the_set.uuid).first(),
            "may_undo": undoable(request.user).filter(changeset=the_set.uuid).exists(),
            "page": page,
            "rows": rows,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/regions/changeset/page.html", context)
