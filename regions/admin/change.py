"""The audit trail, to read."""

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from regions.models import Change, ChangeSet
from regions.postings.touched import LIST

from .badges import ACTION, badge, link
from .base import BaseAdmin, ReadOnlyMixin
from .filters import RelatedFilter
from .look import ChoiceListFilter, ChoicesFilter, RelatedFilterForm
from .pretty import kind_label, models_by_kind, pretty_changes, who
from .undone import tell_undone


class KindFilter(ChoiceListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return [(kind, kind_label(kind)) for kind in (*models_by_kind(), LIST)]

    def queryset(self, request, queryset):
        return queryset.filter(kind=self.value()) if self.value() else queryset


class ActorFilter(RelatedFilter):
    title = _("who")
    parameter_name = "actor"
    source = (Change, "actor")
    lookup = "actor"
    form_class = RelatedFilterForm


@admin.register(Change)
class ChangeAdmin(ReadOnlyMixin, BaseAdmin):
    list_display = ("id", "at", "who", "action_badge", "kind_word", "key", "reason")
    list_display_links = ("id", "key")
    list_filter = (KindFilter, ActorFilter, ("action", ChoicesFilter), "correction")
    list_select_related = ("actor",)
    date_hierarchy = "at"
    ordering = ("-id",)
    search_fields = ("key", "reason")
    fieldsets = (
        (None, {"fields": ("id", "at", "who", "action_badge", "correction", "kind_word", "key", "reason")}),
        (_("Fields"), {"fields": ("details",)}),
        (_("Together with"), {"fields": ("set_link", "request_id")}),
    )
    readonly_fields = ("id", "who", "action_badge", "kind_word", "details", "set_link")

    def get_object(self, request, object_id, from_field=None):
        change = super().get_object(request, object_id, from_field)
        if change is not None:
            change.reader = request.user
        return change

    def get_queryset(self, request):
        door = ChangeSet.objects.filter(uuid=OuterRef("changeset")).values("door")[:1]
        return super().get_queryset(request).annotate(door=Subquery(door))

    @admin.display(description=_("who"), ordering="actor")
    def who(self, change):
        return who(change)

    @admin.display(description=_("action"), ordering="action")
    def action_badge(self, change):
        return badge(change.get_action_display(), ACTION[change.action])

    @admin.display(description=_("kind"), ordering="kind")
    def kind_word(self, change):
        return kind_label(change.kind)

    @admin.display(description=_("change set"))
    def set_link(self, change):
        found = ChangeSet.objects.filter(uuid=change.changeset).first()
        if found is None:
            return "—"
        tell_undone([found], change.reader)
        address = reverse("admin:regions_changeset_change", args=[found.pk])
        return format_html("{} {}", link(address, str(found)), found.told_undone)  # type: ignore[attr-defined]

    @admin.display(description=_("before and after"))
    def details(self, change):
        return render_to_string("admin/regions/change_rows.html", {"rows": pretty_changes([change])[0][1]})
