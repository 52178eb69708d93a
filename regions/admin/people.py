"""Users and groups, in the look of the rest."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regions.choices import ChangeAction
from regions.models import Brand, Service
from regions.services import records
from regions.services.changes import change_set
from regions.services.joined import joining
from regions.services.roles import MAINTAINER, ROLES, give

from .base import clean_search, clean_term
from .forms import RecordForm
from .key_select import keys_only
from .look import AdminPasswordChangeForm, ModelAdmin, Select, UserChangeForm, UserCreationForm
from .pretty import permission_words
from .recorded import Recorded

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin as Base
else:  # they stand beside one
    Base = object

for model in (User, Group):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class People(Recorded):
    """What is done to accounts and groups is recorded as what is done to records is."""

    def delete_view(self, request, object_id, extra_context=None):
        return self._recorded(request, super().delete_view, object_id, extra_context)

    def changelist_view(self, request, extra_context=None):
        return self._recorded(request, super().changelist_view, extra_context)

    def delete_model(self, request, obj) -> None:
        if obj == request.user:  # who wrote the change would be nobody
            raise ValidationError(gettext("Nobody deletes his own account: ask somebody else who may."))
        for brand in Brand.objects.filter(maintainers=obj.pk) if isinstance(obj, User) else ():
            with joining(brand, actor=request.user):
                brand.maintainers.remove(obj)
        records.delete(obj, actor=request.user)

    def delete_queryset(self, request, queryset) -> None:
        for obj in queryset:
            self.delete_model(request, obj)


class CleanSearch(Base):
    """A search term that no database takes finds nothing."""

    change_list_template = "admin/regions/change_list.html"  # as everywhere
    change_form_template = "admin/regions/change_form.html"

    def get_search_results(self, request, queryset, search_term):
        term = clean_term(search_term)
        if term is None:
            return queryset.none(), False
        return super().get_search_results(request, queryset, term)

    def changelist_view(self, request, extra_context=None):
        clean_search(request)
        return super().changelist_view(request, extra_context)


class GroupedPermissions(Base):
    """Permissions by the kind of record, in the reader's language."""

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.related_model is Permission and field is not None:
            field.widget = forms.SelectMultiple(attrs={"size": 20})
            field.choices = grouped_permissions(field.queryset)
        return field


# Kinds of records that have pages here; what libraries keep for themselves is nobody's to give.
OURS = ("regions", "auth")


def grouped_permissions(permissions) -> list[tuple[str, list[tuple[int, str]]]]:
    """Choices by kind of record: (brand, [(17, "brand: add"), …])."""
    groups: dict[str, list[tuple[int, str]]] = {}
    rows = permissions.select_related("content_type")
    for permission in rows.order_by("content_type__app_label", "content_type__model", "pk"):
        model = permission.content_type.model_class()
        if model is None or permission.content_type.app_label not in OURS:
            continue
        kind = str(model._meta.verbose_name)
        groups.setdefault(kind, []).append((permission.pk, permission_words(permission)))
    return list(groups.items())


class MaintainerForm(RecordForm, UserCreationForm):
    """A user and what he does here, in one form: role and brands."""

    role = forms.ChoiceField(
        label=_("role"),
        choices=[("", "—"), *((name, name) for name in ROLES)],
        required=False,
        widget=Select,
        help_text=_("What the person may do. Without one the account cannot enter the admin."),
    )
    brands = forms.ModelMultipleChoiceField(
        label=_("brands"),
        queryset=Brand.objects.order_by("name"),
        required=False,
        help_text=_("The brands that a 品牌维护员 looks after; other roles see every brand."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if brands := self.fields.get("brands"):  # for superusers; they are found by what is typed, not listed
            widget = AutocompleteSelectMultiple(Service._meta.get_field("brand"), admin.site)
            brands.widget = keys_only(widget)
            widget.choices = brands.choices  # type: ignore[attr-defined]

    def clean(self):
        data = super().clean() or {}
        if data.get("brands") and data.get("role") != MAINTAINER:
            self.add_error(
                "brands", _("Only the role 品牌维护员 is limited to brands; choose it, or no brand.")
            )
        if data.get("role") == MAINTAINER and "brands" in data and not data["brands"]:
            self.add_error("brands", _("A 品牌维护员 without a brand sees nothing: choose at least one."))
        return data


class PersonForm(RecordForm, UserChangeForm):
    """A user."""

    def clean(self):
        """A moment that nobody changed stays to the microsecond, which its field does not show."""
        data = super().clean() or {}
        for name in {"last_login", "date_joined"} & data.keys():
            stored = getattr(self.instance, name)
            if stored and data[name] == stored.replace(microsecond=0):
                data[name] = stored
        return data


class GroupForm(RecordForm):
    """A group."""


@admin.register(User)
class UserAdmin(GroupedPermissions, CleanSearch, DjangoUserAdmin, People, ModelAdmin):  # type: ignore[misc]
    form = PersonForm
    add_form = MaintainerForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "first_name", "last_name", "is_staff", "is_active", "last_login")
    show_full_result_count = False
    filter_horizontal = ()
    autocomplete_fields = ("groups",)
    add_fieldsets = (
        (None, {"fields": ("username", "usable_password", "password1", "password2")}),
        (_("What the person does here"), {"fields": ("role", "brands")}),
        (None, {"fields": ("reason", "seen")}),
    )
    # What makes somebody mighty; whoever is not a superuser gives none of it, to himself or to others.
    mighty = ("is_superuser", "user_permissions", "groups", "is_staff")

    def get_readonly_fields(self, request, obj=None):
        mine = super().get_readonly_fields(request, obj)
        return mine if request.user.is_superuser else (*mine, *self.mighty)

    def get_fieldsets(self, request, obj=None):
        """A role is given by superusers, as every permission is."""
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj or request.user.is_superuser else [fieldsets[0], *fieldsets[2:]]

    def user_change_password(self, request, id, form_url=""):
        """That it was set is recorded, and by whom; never what it is."""
        if request.method != "POST":
            return super().user_change_password(request, id, form_url)
        with self.recording(request, gettext("the password was set")) as changes:
            answer = super().user_change_password(request, id, form_url)
            if answer.status_code == HTTPStatus.FOUND:
                changes.add("user", str(id), ChangeAction.UPDATE, {}, {})
            return answer

    def save_related(self, request, form, formsets, change) -> None:
        super().save_related(request, form, formsets, change)
        if not change and request.user.is_superuser and (role := form.cleaned_data.get("role")):
            give(form.instance, role=role, brands=form.cleaned_data["brands"], actor=request.user)

    def get_autocomplete_fields(self, request):
        return super().get_autocomplete_fields(request) if request.user.is_superuser else ()

    def has_change_permission(self, request, obj=None) -> bool:
        """A superuser's name, address and password are the business of superusers."""
        return super().has_change_permission(request, obj) and not self._is_above(request, obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        return super().has_delete_permission(request, obj) and not self._is_above(request, obj)

    @staticmethod
    def _is_above(request, obj) -> bool:
        """True when an account can do what the one who asks cannot: by its password he would, too."""
        if obj is None or request.user.is_superuser or obj.pk == request.user.pk:
            return False
        return obj.is_superuser or bool(obj.get_all_permissions() - request.user.get_all_permissions())


@admin.register(Group)
class GroupAdmin(GroupedPermissions, CleanSearch, DjangoGroupAdmin, People, ModelAdmin):
    """What a group may do is given by superusers: whoever is in it would give it to himself."""

    form = GroupForm
    show_full_result_count = False
    filter_horizontal = ()

    def has_add_permission(self, request) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None) -> bool:
        return request.user.is_superuser

    has_delete_permission = has_change_permission


def recorded(password_change):
    """The page where somebody changes his own password: that he did is recorded, never what it is."""

    def page(request, extra_context=None):
        if request.method != "POST":
            return password_change(request, extra_context)
        with change_set(actor=request.user, reason=gettext("own password changed")) as changes:
            answer = password_change(request, extra_context)
            if answer.status_code == HTTPStatus.FOUND:
                changes.add("user", str(request.user.pk), ChangeAction.UPDATE, {}, {})
            return answer

    return page


admin.site.password_change = recorded(admin.site.password_change)  # type: ignore[method-assign]
