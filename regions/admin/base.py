"""What every page of the admin shares: writes through services, searches that cannot fail, history."""

from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import FieldDoesNotExist, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q
from django.http import Http404, QueryDict
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from regions.keys import service_of
from regions.lookup.suggesting import slugs_by_letters
from regions.models import Change, CoverageRule, Service
from regions.postings.touched import LIST
from regions.services import records
from regions.services.changes import change_set, current_sequence, kind_of
from regions.services.past import DatedRecord
from regions.texts import plain, storable

from . import look
from .deleting import Deleting
from .forms import FixedKeyForm, RecordForm, RecordFormSet, TableFormSet, gone_on
from .gates import Base, BrandGate, FieldRules, offered
from .pretty import pretty_changes, with_sets
from .recorded import Recorded
from .undone import tell_undone

MAX_TERM = 200
HISTORY_PAGE = 50


class _Inline(BrandGate, FieldRules, InlineModelAdmin):
    extra = 0
    form = FixedKeyForm
    formset = RecordFormSet

    def get_formset(self, request, obj=None, **kwargs):
        form = kwargs.pop("form", self.form)
        keyed = type(form.__name__, (form,), {"key_fields": self.key_fields})
        return super().get_formset(request, obj, form=keyed, **kwargs)

    def has_delete_permission(self, request, obj=None) -> bool:
        """A record with days of its own ends, or is deleted, on its own page: there it is said what becomes of past days."""
        return not issubclass(self.model, DatedRecord) and super().has_delete_permission(request, obj)


class TabularInline(_Inline, look.TabularInline):
    """Rows of a table below a record; writes go the same way as the record's own. Readers aloud hear each cell's heading."""

    formset = TableFormSet

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and field.label:
            field.widget.attrs.setdefault("aria-label", capfirst(field.label))
        return field


class StackedInline(_Inline, look.StackedInline):
    """Small forms below a record; writes go the same way as the record's own."""


class BaseAdmin(Recorded, Deleting, BrandGate, FieldRules, look.ModelAdmin):
    """A page for one kind of public record."""

    form = RecordForm
    formfield_overrides = {models.TextField: {"widget": look.Textarea(attrs={"rows": 4})}}
    # The field that leads to the record this one is a part of, where it has no key and no history of its own.
    part_of = ""
    show_full_result_count = False
    # Where the brand and the category of a record stand ("" for its own): they are found by pinyin and its first letters too.
    spelled: dict[str, str] = {}
    list_per_page = 50
    compressed_fields = True
    list_fullwidth = True
    list_filter_submit = True
    change_list_template = "admin/regions/change_list.html"
    change_form_template = "admin/regions/change_form.html"
    object_history_template = "admin/regions/object_history.html"

    # --- Forms

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
        letters = [by_letters(self.spelled, word) for word in term.split()]
        if not any(letters):
            return super().get_search_results(request, queryset, term)
        for word, spelled in zip(term.split(), letters, strict=True):
            said, _repeats = super().get_search_results(request, queryset.order_by(), word)
            queryset = queryset.filter(Q(pk__in=said.values("pk")) | spelled)
        return queryset, False

    def get_links(self, request, obj=None) -> list[tuple[str, str]]:
        """Where one may want to go from the list (no `obj`) or from a record: (title, address)."""
        return []

    def label_of(self, obj) -> str:
        """The text of a record in autocompletes."""
        return str(obj)

    def changelist_view(self, request, extra_context=None):
        clean_search(request)
        if request.method == "POST":  # of an action
            request.position_shown = current_sequence()
        links = offered(request, self.get_links(request))
        extra_context = {"links": links, **(extra_context or {})}
        return self._recorded(request, super().changelist_view, extra_context=extra_context)

    def get_changeform_initial_data(self, request) -> dict:
        """What the address fills in (?service=5), and the filters of the list that one comes from; without what no field takes."""
        filters = QueryDict(request.GET.get("_changelist_filters", "")).dict()
        given = {**filters, **super().get_changeform_initial_data(request)}
        return {name: value for name, value in given.items() if _is_taken(self.opts, name, value)}

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        extra_context = dict(extra_context or {})
        request.position_shown = current_sequence()  # before the record is read: what it shows is not older
        if object_id and (obj := self.get_object(request, unquote(object_id))):
            if request.method == "POST" and (stands := gone_on(request.POST, obj)):
                obj, object_id = (
                    stands,
                    str(stands.pk),
                )  # what he typed is for what goes on, from its first day
                if request.POST.get("goes_on") != object_id:
                    request.POST = request.POST.copy()
                    request.POST["valid_from"] = str(stands.valid_from)
            extra_context["links"] = offered(request, self.get_links(request, obj))
        return super().changeform_view(request, object_id, form_url, extra_context)

    # --- Writing

    def save_formset(self, request, form, formset, change) -> None:
        """Rows that are records of their own are saved as such; other rows are part of their parent's change."""
        parent, name = form.instance, formset.fk.remote_field.get_accessor_name()
        if hasattr(formset.model, "key"):
            formset.save(commit=False)
            for obj in formset.deleted_objects:
                records.delete(obj, actor=request.user)
            for obj in [*formset.new_objects, *(obj for obj, _names in formset.changed_objects)]:
                records.save(obj, actor=request.user)
            formset.save_m2m()
        elif any(getattr(row.instance, formset.fk.attname) != parent.pk for row in formset.initial_forms):
            _as_rows_of(parent, name, formset)
        else:
            before = records.rows_of(parent, name)
            formset.save()
            after = records.rows_of(parent, name)
            if before != after:
                with change_set(actor=request.user) as changes:
                    changes.parts_changed(parent, {name: before}, {name: after})

    # --- History

    def changes_of(self, record) -> Q:
        """Which changes tell what happened to a record."""
        own = Q(kind=kind_of(record), key=record.key)
        if isinstance(record, CoverageRule | Service):  # of many new rules only their list says so
            own |= Q(kind=LIST, key=service_of(record.key))
        return own

    def history_view(self, request, object_id, extra_context=None):
        """The record's rows of the audit trail, newest first."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404(_("There is no such record, or it is not one of yours."))
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        record = getattr(obj, self.part_of) if self.part_of else obj
        rows = Change.objects.filter(self.changes_of(record)).select_related("actor").order_by("-id")
        page = Paginator(rows, HISTORY_PAGE).get_page(request.GET.get("p"))
        tell_undone(with_sets(page.object_list), request.user)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change history: %s") % obj,
            "subtitle": None,
            "opts": self.opts,
            "object": obj,
            "original": obj,
            "page": page,
            "may_see_sets": request.user.has_perm("regions.view_changeset"),
            "changes": pretty_changes(page.object_list),
            "preserved_filters": self.get_preserved_filters(request),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, self.object_history_template, context)


def by_letters(spelled: dict[str, str], word: str) -> Q:
    """Records of the brands and categories that a word spells; an empty condition where it spells none."""
    found = Q()
    for kind, slugs in slugs_by_letters(word).items() if spelled else ():
        if kind in spelled:
            found |= Q(**{f"{spelled[kind]}__slug__in".removeprefix("__"): slugs})
    return found


def clean_search(request) -> None:
    """Take out of the words searched for what no database takes."""
    if not storable(request.GET.get("q", "")):
        request.GET = request.GET.copy()
        request.GET["q"] = plain(request.GET["q"])


def clean_term(text: str) -> str | None:
    """A search term without NULs and outer spaces; None when nothing sensible can be searched for."""
    term = plain(text).strip()
    return None if len(term) > MAX_TERM or (text and not term) else term


def _as_rows_of(parent: models.Model, name: str, formset) -> None:
    """The record has become another one (`services.lives`): it has the rows of the form; those of the earlier stay."""
    getattr(parent, name).all().delete()
    for form in formset.forms:
        if form.cleaned_data and not form.cleaned_data.get("DELETE"):
            form.instance.pk, form.instance._state.adding = None, True
            setattr(form.instance, formset.fk.name, parent)
            form.instance.save()
    formset.new_objects = formset.changed_objects = formset.deleted_objects = []


class ReadOnlyMixin(Base):
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


def _is_taken(opts, name: str, value) -> bool:
    """True when a value can be one of a field's, so that its widget can look it up."""
    try:
        field = opts.get_field(name)
        for each in value if isinstance(value, list) else [value]:
            if field.is_relation:
                if not field.related_model._default_manager.filter(pk=each).exists():
                    return False
            elif isinstance(each, str):
                field.to_python(each)
    except (FieldDoesNotExist, ValueError, TypeError, OverflowError, ValidationError):
        return False
    return True
