"""What a user may see and choose: related records by autocomplete, and only what hangs below their brands."""

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from regions import access

from .forms import LinesField


class FieldRules:
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
            and getattr(registry.get(field.related_model), "search_fields", ())
        ]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs.setdefault("queryset", self._offered(db_field, request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs.setdefault("queryset", self._offered(db_field, request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

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
        return access.limit(db_field.remote_field.model._default_manager.all(), request.user)


class BrandGate:
    """Permissions: what Django grants, and for records below a brand only on the brands one is given."""

    def get_queryset(self, request):
        return access.limit(super().get_queryset(request), request.user)

    def has_view_permission(self, request, obj=None) -> bool:
        return super().has_view_permission(request, obj) and _reachable(request, obj)

    def has_change_permission(self, request, obj=None) -> bool:
        return super().has_change_permission(request, obj) and _reachable(request, obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        return super().has_delete_permission(request, obj) and _reachable(request, obj)


def _reachable(request, obj) -> bool:
    """True when the record hangs below one of the user's brands, or below none. One query a request."""
    if obj is None or obj._meta.model_name not in access.BRAND_PATHS or access.edits_all_brands(request.user):
        return True
    if not hasattr(request, "_maintained_brands"):
        request._maintained_brands = set(request.user.brands.values_list("pk", flat=True))
    brand = obj
    for step in filter(None, access.BRAND_PATHS[obj._meta.model_name].split("__")):
        brand = getattr(brand, step, None)
    return brand is None or brand.pk in request._maintained_brands
