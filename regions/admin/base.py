"""What every page of the admin shares: writes through services, searches that cannot fail, history."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from regions.models import Change, CoverageRule, Service
from regions.postings.touched import LIST
from regions.services import records
from regions.services.changes import change_set, kind_of

from . import look
from .forms import FixedKeyForm, RecordForm
from .gates import BrandGate, FieldRules
from .pretty import pretty_changes
from .protection import protected_groups

MAX_TERM = 200
HISTORY_PAGE = 50


class _Inline(BrandGate, FieldRules):
    extra = 0
    form = FixedKeyForm

    def get_formset(self, request, obj=None, **kwargs):
        form = kwargs.pop("form", self.form)
        keyed = type(form.__name__, (form,), {"key_fields": self.key_fields})
        return super().get_formset(request, obj, form=keyed, **kwargs)


class TabularInline(_Inline, look.TabularInline):
    """Rows of a table below a record; writes go the same way as the record's own."""


class StackedInline(_Inline, look.StackedInline):
    """Small forms below a record; writes go the same way as the record's own."""


class BaseAdmin(BrandGate, FieldRules, look.ModelAdmin):
    """A page for one kind of public record."""

    form = RecordForm
    formfield_overrides = {models.TextField: {"widget": look.Textarea(attrs={"rows": 4})}}
    # The field that leads to the record this one is a part of, where it has no key and no history of its own.
    part_of = ""
    show_full_result_count = False
    list_per_page = 50
    compressed_fields = True
    list_fullwidth = True
    list_filter_submit = True
    change_list_template = "admin/regions/change_list.html"
    change_form_template = "admin/regions/change_form.html"
    delete_confirmation_template = "admin/regions/delete_confirmation.html"
    delete_selected_confirmation_template = "admin/regions/delete_selected_confirmation.html"
    object_history_template = "admin/regions/object_history.html"

    # --- Forms

    def get_fieldsets(self, request, obj=None):
        fieldsets = list(super().get_fieldsets(request, obj))
        listed = admin.utils.flatten_fieldsets(fieldsets)
        writes = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if not writes:
            return [
                (title, {**o, "fields": [f for f in o["fields"] if f != "reason"]}) for title, o in fieldsets
            ]
        return fieldsets if "reason" in listed else [*fieldsets, (None, {"fields": ["reason"]})]

    def get_readonly_fields(self, request, obj=None):
        fixed = self.key_fields if obj else ()
        return (*super().get_readonly_fields(request, obj), *fixed)

    # --- Reading

    def get_search_results(self, request, queryset, search_term):
        """As Django does, but a term no database takes (NUL, endless) finds nothing instead of failing."""
        term = clean_term(search_term)
        if term is None:
            return queryset.none(), False
        return self.search(request, queryset, term)

    def search(self, request, queryset, term: str):
        """What a clean term finds; ranked pages override this."""
        return super().get_search_results(request, queryset, term)

    def get_links(self, request, obj=None) -> list[tuple[str, str]]:
        """Where one may want to go from the list (no `obj`) or from a record: (title, address)."""
        return []

    def label_of(self, obj) -> str:
        """The text of a record in autocompletes."""
        return str(obj)

    def changelist_view(self, request, extra_context=None):
        if "\x00" in request.GET.get("q", ""):
            request.GET = request.GET.copy()
            request.GET["q"] = request.GET["q"].replace("\x00", " ")
        extra_context = {"links": self.get_links(request), **(extra_context or {})}
        return self._recorded(request, super().changelist_view, extra_context=extra_context)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        extra_context = dict(extra_context or {})
        if object_id and (obj := self.get_object(request, admin.utils.unquote(object_id))):
            extra_context["links"] = self.get_links(request, obj)
        return self._recorded(request, super().changeform_view, object_id, form_url, extra_context)

    # --- Writing

    def delete_view(self, request, object_id, extra_context=None):
        return self._recorded(request, super().delete_view, object_id, extra_context)

    def _recorded(self, request, view, *args, **kwargs):
        """Run a page; what a POST writes is one change set with one reason, all of it or nothing."""
        if request.method != "POST":
            return view(request, *args, **kwargs)
        try:
            with self.recording(request):
                return view(request, *args, **kwargs)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def recording(self, request, reason: str | None = None):
        """A change set in the user's name; the reason is the form's unless given."""
        text = request.POST.get("reason", "") if reason is None else reason
        return change_set(
            actor=request.user,
            reason=text.replace("\x00", " ").strip(),
            request_id=str(getattr(request, "id", "") or ""),
        )

    def save_model(self, request, obj, form, change) -> None:
        records.save(obj, actor=request.user)

    def delete_model(self, request, obj) -> None:
        records.delete(obj, actor=request.user)

    def delete_queryset(self, request, queryset) -> None:
        for obj in queryset:
            self.delete_model(request, obj)

    def save_formset(self, request, form, formset, change) -> None:
        """Rows that are records of their own are saved as such; other rows are part of their parent's change."""
        if hasattr(formset.model, "key"):
            formset.save(commit=False)
            for obj in formset.deleted_objects:
                records.delete(obj, actor=request.user)
            for obj in [*formset.new_objects, *(obj for obj, _names in formset.changed_objects)]:
                records.save(obj, actor=request.user)
            formset.save_m2m()
            return
        parent, name = form.instance, formset.fk.remote_field.get_accessor_name()
        before = _rows(parent, name, formset.fk)
        formset.save()
        after = _rows(parent, name, formset.fk)
        if before != after:
            with change_set(actor=request.user) as changes:
                changes.add(kind_of(parent), parent.key, "update", {name: before}, {name: after})

    def get_deleted_objects(self, objs, request):
        """As Django does; what stands in the way is counted by kind, not listed by the thousand."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, lacking, protected_groups(objs, self.admin_site) if protected else protected

    # --- History

    def changes_of(self, record) -> Q:
        """Which changes tell what happened to a record."""
        own = Q(kind=kind_of(record), key=record.key)
        if isinstance(record, CoverageRule | Service):  # of many new rules only their list says so
            own |= Q(kind=LIST, key=record.key.partition(":")[0])
        return own

    def history_view(self, request, object_id, extra_context=None):
        """The record's rows of the audit trail, newest first."""
        obj = self.get_object(request, admin.utils.unquote(object_id))
        if obj is None:
            raise Http404(_("There is no such record, or it is not one of yours."))
        if not self.has_view_permission(request, obj):
            raise admin.options.PermissionDenied
        record = getattr(obj, self.part_of) if self.part_of else obj
        rows = Change.objects.filter(self.changes_of(record)).select_related("actor").order_by("-id")
        page = Paginator(rows, HISTORY_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change history: %s") % obj,
            "subtitle": None,
            "opts": self.opts,
            "object": obj,
            "original": obj,
            "page": page,
            "changes": pretty_changes(page.object_list),
            "preserved_filters": self.get_preserved_filters(request),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, self.object_history_template, context)


def clean_term(text: str) -> str | None:
    """A search term without NULs and outer spaces; None when nothing sensible can be searched for."""
    term = text.replace("\x00", " ").strip()
    return None if len(term) > MAX_TERM or (text and not term) else term


def _rows(parent: models.Model, name: str, fk: models.ForeignKey) -> list[dict[str, Any]]:
    fields = [field for field in fk.model._meta.concrete_fields if field not in (fk, fk.model._meta.pk)]
    return [
        {field.attname: _plain(field.value_from_object(row)) for field in fields}
        for row in getattr(parent, name).order_by("pk")
    ]


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str | list) else str(value)


class ReadOnlyMixin:
    """A page to look at: nothing is added, changed or deleted here."""

    def has_add_permission(self, request, *args) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


class PartMixin(ReadOnlyMixin):
    """Rows that are edited on their parent's page, listed here to be searched. They go when their parent goes."""

    def has_delete_permission(self, request, obj=None) -> bool:
        here = f"{self.opts.app_label}_{self.opts.model_name}_"
        if getattr(request.resolver_match, "url_name", "").startswith(here):
            return False
        return super(ReadOnlyMixin, self).has_delete_permission(request, obj)
