"""The theme, and the only module that knows it: everything else of the admin builds on these names.

With `unfold` among the installed apps they are the theme's; without it they are Django's own, and every page still
works (a test opens them).
"""

from typing import TYPE_CHECKING

from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget, AutocompleteSelect
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from django.core.exceptions import FieldError, ValidationError
from django.db import DataError
from django.db.models import Field
from django.db.models.sql import Query
from import_export.forms import ExportForm, ImportForm

from regions.texts import storable

from .key_select import keys_only

THEMED = apps.is_installed("unfold")

ModelAdmin = admin.ModelAdmin
StackedInline = admin.StackedInline
TabularInline = admin.TabularInline
ChoiceListFilter = admin.SimpleListFilter
ChoicesFilter = admin.ChoicesFieldListFilter
CheckboxInput = forms.CheckboxInput
DateWidget = admin.widgets.AdminDateWidget
Textarea = AdminTextareaWidget
Select = forms.Select
TextInput = AdminTextInputWidget
FILTER_TEMPLATE = "admin/regions/filter.html"


class RelatedFilterForm(forms.Form):
    """One autocomplete field in the filter column."""

    def __init__(self, request, name, label, choices, field, model_admin, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[name] = forms.ModelChoiceField(
            label=label,
            required=False,
            queryset=field.remote_field.model.objects,
            widget=keys_only(AutocompleteSelect(field, model_admin.admin_site)),
        )


if THEMED and not TYPE_CHECKING:  # it brings no types: to the checker the names are Django's
    from unfold import forms as _forms
    from unfold import widgets as _widgets
    from unfold.admin import ModelAdmin, StackedInline, TabularInline
    from unfold.contrib.filters import admin as _filters
    from unfold.contrib.filters.forms import AutocompleteDropdownForm, DropdownForm
    from unfold.contrib.import_export.forms import ExportForm, ImportForm

    _min = "" if settings.DEBUG else ".min"

    class _FilterMedia:
        """The theme's own list names files that Django names otherwise: pages would load Select2 twice, in English."""

        js = (
            f"admin/js/vendor/jquery/jquery{_min}.js",
            f"admin/js/vendor/select2/select2.full{_min}.js",
            "admin/js/vendor/select2/i18n/zh-CN.js",
            "admin/js/jquery.init.js",
            "unfold/js/select2.init.js",
        )
        css = {"screen": (f"admin/css/vendor/select2/select2{_min}.css", "admin/css/autocomplete.css")}

    class _DropdownForm(DropdownForm):
        Media = _FilterMedia

    class RelatedFilterForm(AutocompleteDropdownForm):
        Media = _FilterMedia

        def __init__(self, request, name, *args, **kwargs):
            super().__init__(request, name, *args, **kwargs)
            keys_only(self.fields[name].widget)

    class ChoicesFilter(_filters.ChoicesDropdownFilter):
        form_class = _DropdownForm

    class ChoiceListFilter(_filters.DropdownFilter):
        form_class = _DropdownForm

    AdminPasswordChangeForm = _forms.AdminPasswordChangeForm
    UserChangeForm = _forms.UserChangeForm
    UserCreationForm = _forms.UserCreationForm
    CheckboxInput = _widgets.UnfoldBooleanWidget
    DateWidget = _widgets.UnfoldAdminSingleDateWidget
    Textarea = _widgets.UnfoldAdminTextareaWidget
    Select = _widgets.UnfoldAdminSelectWidget
    TextInput = _widgets.UnfoldAdminTextInputWidget
    FILTER_TEMPLATE = "unfold/filters/filters_field.html"


LOOKUPS = {"exact", "in", "isnull", "gt", "gte", "lt", "lte", "year", "month", "day"}


class AskedList(ChangeList):
    """What no calendar and no database knows (`valid_from__year=4000000001`) is refused as what no field takes."""

    def __init__(self, *args, **kwargs):
        try:
            super().__init__(*args, **kwargs)
        except (ValueError, TypeError, OverflowError, DataError) as error:
            if not self.filter_params:
                raise
            raise IncorrectLookupParameters(error) from error


class ModelAdmin(ModelAdmin):  # type: ignore[no-redef]
    """Where Django's own pages take what somebody wrote into an address or a form for what they put there themselves."""

    def get_object(self, request, object_id, from_field=None):
        """An empty `_to_field=` names no field; Django passes it as none, then looks for it."""
        return super().get_object(request, object_id, from_field or None)

    def get_changelist(self, request, **kwargs):
        return AskedList

    def lookup_allowed(self, lookup, value, request=None):
        """The lookups that filters and links of the lists are made of: no patterns, which may run for ever."""
        if not storable(value):
            return False
        try:
            asked = Query(self.model).solve_lookup_type(lookup)[0]
        except FieldError:  # the name of a filter
            asked = []
        return LOOKUPS.issuperset(asked) and super().lookup_allowed(lookup, value, request)

    def changelist_view(self, request, extra_context=None):
        """Chosen rows whose number is none are dropped: to look for them would be a fault."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        kept = [value for value in chosen if _may_be(self.opts.pk, value)]
        if kept != chosen:
            request.POST = request.POST.copy()
            request.POST.setlist(ACTION_CHECKBOX_NAME, kept)
        return super().changelist_view(request, extra_context)


def _may_be(field: Field, value: str) -> bool:
    try:
        field.run_validators(field.to_python(value))
    except ValidationError:
        return False
    return storable(value)


__all__ = [
    "FILTER_TEMPLATE",
    "THEMED",
    "AdminPasswordChangeForm",
    "CheckboxInput",
    "ChoiceListFilter",
    "ChoicesFilter",
    "DateWidget",
    "ExportForm",
    "ImportForm",
    "ModelAdmin",
    "RelatedFilterForm",
    "Select",
    "StackedInline",
    "TabularInline",
    "TextInput",
    "Textarea",
    "UserChangeForm",
    "UserCreationForm",
]
