"""What a user may see and choose: related records by autocomplete, and only what hangs below their brands."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.widgets import AutocompleteMixin
from django.db import models
from django.urls import Resolver404, resolve
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from regions import access
from regions.models import Hotline

from .forms import LinesField
from .key_select import keys_only
from .pretty import lines

if TYPE_CHECKING:
    from django.contrib.admin.options import BaseModelAdmin as Base
else:  # stands beside a ModelAdmin, or an inline
    Base = object


def offered(request, links: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of links to pages of records those that the user may open: nothing is offered that is then refused."""
    return [(title, address) for title, address in links if may_open(request, address)]


def may_open(request, address: str) -> bool:
    """Asked of pages that lists, forms and records have by themselves; the others ask for themselves."""
    try:
        name = resolve(address.partition("?")[0]).url_name or ""
    except Resolver404:
        return True
    for model, page in admin.site._registry.items():
        kind = name.removeprefix(f"{model._meta.app_label}_{model._meta.model_name}_")
        if kind == "record":  # of a check, which is never added by hand
            return request.user.has_perm("regions.add_verification")
        if kind == "add":
            return page.has_add_permission(request)
        if kind in ("changelist", "change", "history"):
            return page.has_view_permission(request)
    return True


class FieldRules(Base):
    """How fields appear in forms: related records by autocomplete and only those one may use, lists one a line."""

    # JSON fields that are lists of texts.
    list_fields: tuple[str, ...] = ()
    # Fields that make up the record's key: fixed once it exists.
    key_fields: tuple[str, ...] = ()

    def get_autocomplete_fields(self, request) -> list[str]:
        """Every relation, so that no page ever carries a list of all regions, brands or users."""
        registry = self.admin_site._registry
        return [
            field.name
            for field in self.opts.get_fields()
            if (field.many_to_one or field.many_to_many)
            and not field.auto_created
            and field.related_model in registry
            and registry[field.related_model].search_fields
        ]

    def get_fieldsets(self, request, obj=None):
        """Who may only look reads what columns of JSON hold, a line an item."""
        told = super().get_fieldsets(request, obj)
        if not self._only_looks(request, obj):
            return told
        return [
            (title, {**options, "fields": [self._said(name) for name in options["fields"]]})
            for title, options in told
        ]

    def get_readonly_fields(self, request, obj=None):
        told = super().get_readonly_fields(request, obj)
        return (*told, *map(self._said, self._json_fields())) if self._only_looks(request, obj) else told

    def _only_looks(self, request, obj) -> bool:
        if obj is None or self.has_change_permission(request, obj):
            return False
        return not (isinstance(self, InlineModelAdmin) and self.has_add_permission(request, obj))

    def _json_fields(self) -> list[str]:
        return [field.name for field in self.opts.fields if isinstance(field, models.JSONField)]

    def _said(self, name):
        if isinstance(name, tuple | list):
            return tuple(self._said(each) for each in name)
        return in_lines(self.model, name) if name in self._json_fields() else name  # type: ignore[arg-type]  # a class is hashable

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs.setdefault("queryset", self._offered(db_field, request))
        return _by_key(super().formfield_for_foreignkey(db_field, request, **kwargs))

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs.setdefault("queryset", self._offered(db_field, request))
        return _by_key(super().formfield_for_manytomany(db_field, request, **kwargs))

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in self.list_fields:
            return LinesField(
                label=capfirst(db_field.verbose_name),
                required=not db_field.blank,
                help_text=_("One text a line; their order is kept."),
            )
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @staticmethod
    def _offered(db_field, request):
        model = db_field.remote_field.model
        rows = model._default_manager.all()
        if model is Hotline:  # whose name is made of these, and never at the price of a query
            rows = rows.select_related("service", "number")
        return access.limit(rows, request.user)


@cache
def in_lines(model: type[models.Model], name: str) -> Callable[[models.Model], str]:
    """A column of JSON as it is shown to who may only look."""
    field = next(field for field in model._meta.fields if field.name == name)

    @admin.display(description=field.verbose_name)
    def said(record: models.Model) -> str:
        return lines(record, field)

    return said


def _by_key(field):
    if field is not None and isinstance(field.widget, AutocompleteMixin):
        keys_only(field.widget)
    return field


class BrandGate(Base):
    """Permissions: what Django grants, as far as the gate (`regions.access`) lets the user."""

    def get_queryset(self, request):
        return access.limit(super().get_queryset(request), request.user)

    def has_view_permission(self, request, obj=None) -> bool:
        return super().has_view_permission(request, obj) and _passes(access.may_see, request, obj)

    def has_add_permission(self, request, obj=None) -> bool:
        """`obj` is the parent, for rows below a record."""
        args = (request, obj) if isinstance(self, InlineModelAdmin) else (request,)
        return super().has_add_permission(*args) and access.may_add(request.user, self.model)

    def has_change_permission(self, request, obj=None) -> bool:
        return super().has_change_permission(request, obj) and self._may_change(request, obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        return super().has_delete_permission(request, obj) and self._may_change(request, obj)

    def _may_change(self, request, obj) -> bool:
        return access.may_change_some(request.user, self.model) and _passes(access.may_change, request, obj)


def _passes(gate, request, obj) -> bool:
    """What the gate says of a record that is on file; asked once a request."""
    if obj is None or obj.pk is None or access.edits_all_brands(request.user):
        return True
    answers = request.__dict__.setdefault("_gate", {})
    asked = gate, type(obj), obj.pk
    if asked not in answers:
        answers[asked] = gate(request.user, obj)
    return answers[asked]
