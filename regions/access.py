"""Who may see and edit what: one gate for admin, import, export and API.

A superuser, or whoever has the permission `regions.edit_all_brands`, works on every brand. Anybody else in the
staff works on the brands they are given (`Brand.maintainers`) and on what hangs below those.
"""

from django.db import models

# How to get from a record to its brand.
BRAND_PATHS = {
    "brand": "",
    "service": "brand",
    "promise": "service__brand",
    "hotline": "service__brand",
    "hotlinehours": "hotline__service__brand",
    "coveragerule": "service__brand",
    "coverageimport": "service__brand",
    "importline": "coverage_import__service__brand",
    "verification": "hotline__service__brand",
}


def edits_all_brands(user) -> bool:
    return user.is_active and (user.is_superuser or user.has_perm("regions.edit_all_brands"))


def limit(queryset: models.QuerySet, user) -> models.QuerySet:
    """The rows of a queryset that a user may work on; records outside any brand are not limited."""
    path = BRAND_PATHS.get(queryset.model._meta.model_name)
    if path is None or edits_all_brands(user):
        return queryset
    lookup = f"{path}__maintainers" if path else "maintainers"
    return queryset.filter(**{lookup: user})


def may_edit(user, brand) -> bool:
    """True when the user may change the brand and what hangs below it."""
    if not user.is_active:
        return False
    return edits_all_brands(user) or brand.maintainers.filter(pk=user.pk).exists()


def may_import(user, service) -> bool:
    """True when the user may bring in, apply and revert coverage lists of a service."""
    return user.has_perm("regions.add_coverageimport") and may_edit(user, service.brand)
