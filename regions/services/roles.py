"""Roles ready to give: groups with exactly the permissions that a kind of work needs.

What a maintainer may see is limited to his brands by `regions.access`, not by a group; `edit_all_brands` lifts that
limit and gives no permission by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.auth.models import Group, Permission, User
from django.utils.translation import gettext as _

from regions import access
from regions.models import Brand, named_by_slug

from .changes import change_set, fields_of
from .joined import joining

ALL_BRANDS = "edit_all_brands"
# Kinds of records that are looked at by everybody who works here.
_SEEN = (*access.OWN, *access.SHARED, "change", "changeset")
_NAMED_BY_SLUG = [model._meta.model_name or "" for model in named_by_slug()]


def _may(verbs: str, *models: str) -> set[str]:
    return {f"{verb}_{model}" for verb in verbs.split() for model in models}


_SEES = frozenset(_may("view", *_SEEN))
_OWN_KEY = _may("add view change", "apikey")
_LISTS = _may("add change", "service", "hotline", "outlet", "coveragerule", "coverageimport", "importline")
_PARTS = _may("add change delete", "promise", "outletrule", "outletservice")

# The names are what people choose; they are the same in every language.
CHIEF, MAINTAINER, CHECKER, READER = "名录主管", "品牌维护员", "核实员", "只读"
ROLES: dict[str, frozenset[str]] = {
    CHIEF: _SEES
    | _LISTS
    | _PARTS
    | _OWN_KEY
    | _may("add change delete", *_NAMED_BY_SLUG, "hotline", "phonenumber", "regionname")
    | _may("add", "verification")
    | _may("change", "dispute")
    | {ALL_BRANDS},
    MAINTAINER: _SEES
    | _LISTS
    | _PARTS
    | _OWN_KEY
    | {"change_brand"}
    | _may("add change", "phonenumber", "source")
    | _may("add", "verification")
    | _may("change", "dispute"),
    CHECKER: _SEES
    | _OWN_KEY
    | _may("add", "verification", "source")
    | _may("change", "dispute")
    | {ALL_BRANDS},
    READER: _SEES | {ALL_BRANDS},
}


@dataclass(slots=True)
class Outcome:
    """Groups made, changed and found as they are to be; `differences` by group: permissions given (+) and taken (-)."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    differences: dict[str, list[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        return (
            f"created {self.created}, changed {self.changed}, unchanged {self.unchanged}, closed 0, errors 0"
        )


def make_roles(*, commit: bool = True) -> Outcome:
    """Bring the groups of `ROLES` to what they are to be; other groups are left alone."""
    outcome = Outcome()
    known = {permission.codename: permission for permission in _permissions()}
    with change_set(reason=_("the roles as they are to be")) as changes:
        for name, codenames in ROLES.items():
            group = Group.objects.filter(name=name).first()
            has = set(group.permissions.values_list("codename", flat=True)) if group else set()
            if group and has == codenames:
                outcome.unchanged += 1
                continue
            outcome.created += group is None
            outcome.changed += group is not None
            outcome.differences[name] = [f"+{word}" for word in sorted(codenames - has)]
            outcome.differences[name] += [f"-{word}" for word in sorted(has - codenames)]
            if commit:
                if group is None:
                    group = Group.objects.create(name=name)
                    changes.created(group)
                with joining(group):
                    group.permissions.set([known[word] for word in codenames])
    return outcome


def _permissions() -> Iterable[Permission]:
    return Permission.objects.filter(content_type__app_label="regions").select_related("content_type")


def give(user: User, *, role: str, brands: Iterable[Brand] = (), actor: User | None = None) -> None:
    """Make somebody a member of the staff with a role, and maintainer of brands. The role's group is made where it is missing."""
    with change_set(actor=actor) as changes:
        group = Group.objects.filter(name=role).first()
        if group is None:
            make_roles()
            group = Group.objects.get(name=role)
        if not user.is_staff:
            before = fields_of(user)
            user.is_staff = True
            user.save(update_fields=["is_staff"])
            changes.updated(user, before)
        with joining(user):
            user.groups.add(group)
        for brand in brands:
            with joining(brand, actor=actor, reason=_("%(user)s looks after it") % {"user": user}):
                brand.maintainers.add(user)
