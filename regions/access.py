"""Who may see and edit what: one gate for admin, import, export and API. What it does not know is closed.

A superuser, or whoever has the permission `regions.edit_all_brands`, works on every record. Anybody else in the staff
is a maintainer: of the brands they are given (`Brand.maintainers`), of what hangs below those, and of nothing else.
Records that several brands rest on are seen by all; a maintainer changes one only where no other brand's records
point at it. All this is beside Django's permissions, never instead of them.
"""

from typing import TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.db.models.lookups import In

from regions.models import ApiKey, Brand, Change, CoverageImport, Dispute, Outlet, Service
from regions.models.change import BEGINNING
from regions.postings.touched import LIST, RULE

# Ways from a record to the brand it hangs below. Its maintainers see and edit it, and nobody else's do.
OWN: dict[str, tuple[str, ...]] = {
    "brand": ("",),
    "service": ("brand",),
    "promise": ("service__brand",),
    "hotline": ("service__brand",),
    "outlet": ("brand",),
    "outletrule": ("outlet__brand",),
    "outletservice": ("outlet__brand",),
    "coveragerule": ("service__brand",),
    "coverageimport": ("service__brand",),
    "importline": ("coverage_import__service__brand",),
    "verification": ("hotline__service__brand",),
    "dispute": ("hotline__service__brand", "rule__service__brand"),
}
# Everybody sees these. The ways lead to the brands whose records point at one; without a way no maintainer edits it.
SHARED: dict[str, tuple[str, ...]] = {
    "category": (),
    "organization": (),
    "region": (),
    "regionname": (),
    "release": (),
    "succession": (),
    "phonenumber": ("hotlines__service__brand",),
    "source": (
        "services__brand",
        "promises__service__brand",
        "hotlines__service__brand",
        "hotline_replacements__service__brand",
        "outlets__brand",
        "outlet_replacements__brand",
        "rules__service__brand",
        "verifications__hotline__service__brand",
        "imports__service__brand",
    ),
}
# Kinds of changes that say who works here and what he may do.
PEOPLE = {"user": "auth.user", "group": "auth.group", "key": "regions.apikey"}
# What a maintainer may add. A brand of their own they could not see afterwards; what all share is not theirs to make,
# but for the source and the number that their own claims name.
ADDED = (OWN.keys() - {"brand"}) | {"phonenumber", "source"}


def edits_all_brands(user) -> bool:
    return user.is_active and (user.is_superuser or user.has_perm("regions.edit_all_brands"))


Rows = TypeVar("Rows", bound=QuerySet)


def limit(queryset: Rows, user) -> Rows:
    """The rows of a queryset that a user may see."""
    name = queryset.model._meta.model_name
    if edits_all_brands(user):
        return queryset if sees_every_change(user) else _without_people(queryset, user)
    if not user.is_active:
        return queryset.none()
    if name in OWN:
        return queryset.filter(_below(OWN[name], Brand.objects.filter(maintainers=user)))
    if name in SHARED:
        return queryset
    if name == "apikey":
        return queryset.filter(owner=user)
    if name == "job":
        return queryset.filter(created_by=user)
    if name == "change":
        return queryset.filter(_own_changes(user))
    if name == "changeset":
        mine = Change.objects.filter(_own_changes(user)).order_by()
        return queryset.filter(uuid__in=mine.values("changeset"))
    return queryset.none()


def sees_every_change(user) -> bool:
    """True for whom no change is left out: those of accounts, groups and keys are told to who may view these."""
    return user.is_active and user.is_superuser


def _without_people(queryset: Rows, user) -> Rows:
    """Without the changes, and the sets of nothing but changes, of people's records that the user may not view."""
    name = queryset.model._meta.model_name
    if name not in ("change", "changeset"):
        return queryset
    closed = [kind for kind, model in PEOPLE.items() if not _may_view(user, model)]
    told = ~Q(kind__in=closed)
    if "key" not in closed:  # one's own, as in the list of keys
        told &= ~Q(kind="key") | Q(key__in=ApiKey.objects.filter(owner=user).values("prefix"))
    if name == "change":
        return queryset.filter(told)
    others = Change.objects.filter(told, changeset=OuterRef("uuid"))
    return queryset.filter(~Q(counts__has_any_keys=list(PEOPLE)) | Exists(others))


def _may_view(user, model: str) -> bool:
    app, name = model.split(".")
    return user.has_perm(f"{app}.view_{name}") or user.has_perm(f"{app}.change_{name}")


def may_see(user, obj: models.Model) -> bool:
    """True when the record is among those that the user may see."""
    return limit(type(obj)._base_manager.filter(pk=obj.pk), user).exists()


def may_change(user, obj: models.Model) -> bool:
    """True when the user may change or delete the record, as far as its brand goes."""
    if edits_all_brands(user):
        return True
    if obj._meta.model_name not in SHARED:
        return may_see(user, obj)
    brands = brands_on(obj)
    return bool(brands) and user.is_active and brands <= set(user.brands.values_list("pk", flat=True))


def brands_on(obj: models.Model) -> set[int]:
    """The brands whose records point at a shared one."""
    rows = type(obj)._base_manager.filter(pk=obj.pk)
    ways = SHARED[obj._meta.model_name or ""]
    return {key for way in ways for key in rows.values_list(way, flat=True).distinct()} - {None}


def may_change_some(user, model: type[models.Model]) -> bool:
    """True when there may be records of this kind that the user may change: asked before one is chosen."""
    return edits_all_brands(user) or SHARED.get(model._meta.model_name or "") != ()


def may_add(user, model: type[models.Model]) -> bool:
    return edits_all_brands(user) or (user.is_active and model._meta.model_name in ADDED | {"apikey"})


def may_edit(user, brand) -> bool:
    """True when the user may change the brand and what hangs below it."""
    if not user.is_active:
        return False
    return edits_all_brands(user) or brand.maintainers.filter(pk=user.pk).exists()


def may_import(user, service) -> bool:
    """True when the user may bring in, apply and revert coverage lists of a service."""
    return (
        user.has_perm("regions.add_coverageimport")
        and user.has_perm("regions.change_coverageimport")
        and may_edit(user, service.brand)
    )


def may_decide_for_all(user) -> bool:
    """True when what the user decides about the words of a list may be offered to every brand: an alias that all share."""
    return edits_all_brands(user)


def may_read_imports(user) -> bool:
    """True for whom the admin shows imports; of which brands, `limit` says."""
    return user.has_perm("regions.view_coverageimport") or user.has_perm("regions.change_coverageimport")


def _below(ways: tuple[str, ...], brands: QuerySet) -> Q:
    condition = Q()
    for way in ways:
        condition |= Q(**{f"{way or 'pk'}__in": brands})
    return condition


def _own_changes(user) -> Q:
    """The changes of one's brands and of what hangs below."""
    return changes_below(
        Brand.objects.filter(maintainers=user), Service.objects.filter(brand__maintainers=user)
    )


def changes_below(brands: QuerySet, services: QuerySet) -> Q:
    """The changes of brands, of services and of what hangs below those. A key begins with the service's slug; others are
    looked up.
    """
    imports = CoverageImport.objects.filter(service__in=services).annotate(
        key_text=Cast("pk", models.CharField())
    )
    disputes = Dispute.objects.filter(Q(hotline__service__in=services) | Q(rule__service__in=services))
    return (
        Q(kind="brand", key__in=brands.values("slug"))
        | Q(kind__in=("service", "hotline", "verification", RULE, LIST))
        & In(BEGINNING, services.values("slug"))
        | Q(kind="outlet", key__in=Outlet.objects.filter(brand__in=brands).values("slug"))
        | Q(kind="import", key__in=imports.values("key_text"))
        | Q(kind="dispute", key__in=disputes.values("reference"))
    )
