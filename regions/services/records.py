"""Saving and deleting single records, the same way from admin, API and commands."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from .changes import change_set, fields_of


# Rows that are part of another record: their change is noted on that one.
PART_OF = {"promise": "service", "hotlinehours": "hotline", "regionname": "region"}


class StillInUse(ValidationError):
    """Refused: other records point at this one. The message names them and the cure."""


def save(obj: models.Model, *, actor=None, reason: str = "", request_id: str = "") -> models.Model:
    """Validate and save a record and write its change. Raises ValidationError."""
    with change_set(actor=actor, reason=reason, request_id=request_id) as changes:
        obj.full_clean()
        before = None
        if obj.pk:
            stored = type(obj)._default_manager.select_for_update(no_key=True).filter(pk=obj.pk).first()
            before = fields_of(stored) if stored else None
        obj.save()
        if whole := _whole(obj):
            changes.touched(whole)
        elif before is None:
            changes.created(obj)
        else:
            changes.updated(obj, before)
    return obj


def delete(obj: models.Model, *, actor=None, reason: str = "", request_id: str = "") -> None:
    """Delete a record nobody points at and write its change. Raises StillInUse."""
    with change_set(actor=actor, reason=reason, request_id=request_id) as changes:
        whole = _whole(obj)
        key = None if whole else obj.key
        before = type(obj)._default_manager.get(pk=obj.pk)
        try:
            obj.delete()
        except models.ProtectedError as error:
            raise StillInUse(describe_protection(obj, error.protected_objects)) from error
        if whole:
            changes.touched(whole)
        else:
            changes.deleted(before, key)


def _whole(obj: models.Model) -> models.Model | None:
    """The record that `obj` is a part of; None for a record of its own."""
    name = PART_OF.get(obj._meta.model_name)
    return getattr(obj, name) if name else None


def describe_protection(obj: models.Model, protected) -> str:
    """A sentence that counts what points at a record: "3 services and 1 hotline point at 示例; …"."""
    counts: dict[str, int] = {}
    for other in protected:
        name = str(other._meta.verbose_name_plural if len(protected) > 1 else other._meta.verbose_name)
        counts[name] = counts.get(name, 0) + 1
    listed = "、".join(f"{name} ({number})" for name, number in counts.items())
    return _("%(record)s cannot be deleted: %(others)s point at it. Delete or close those first.") % {
        "record": str(obj),
        "others": listed,
    }
