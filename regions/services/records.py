"""Saving and deleting single records, the same way from admin, API and commands."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from regions.models import CoverageRule, Service
from regions.round_trip import Statement, ask

from .changes import change_set, fields_of

# Rows that are part of another record: their change is noted on that one.
PART_OF = {"promise": "service", "hotlinehours": "hotline", "regionname": "region"}


class StillInUse(ValidationError):
    """Refused: other records point at this one. The message names them and the cure."""


class DeletedMeanwhile(ValidationError):
    """Refused: the record is gone since it was read."""


def save(obj: models.Model, *, actor=None, reason: str = "", request_id: str = "") -> models.Model:
    """Validate and save a record and write its change. Raises ValidationError."""
    with change_set(actor=actor, reason=reason, request_id=request_id) as changes:
        before = None
        if obj.pk:
            if isinstance(obj, CoverageRule):
                hold_lists([obj.service_id])
            stored = _stored(obj)
            if stored is None and not obj._state.adding:
                raise DeletedMeanwhile(_("%s was deleted meanwhile; nothing was saved.") % obj)
            before = fields_of(stored) if stored else None
        _validate_and_save(obj)
        if whole := _whole(obj):
            changes.touched(whole)
        elif before is None:
            changes.created(obj)
        else:
            changes.updated(obj, before)
    return obj


def _stored(obj: models.Model) -> models.Model | None:
    """The record as it stands, held until the commit. Without an order, which would hold rows of other tables too."""
    rows = type(obj)._default_manager.select_for_update(no_key=True)
    return rows.order_by().filter(pk=obj.pk).first()


def hold_lists(services: Iterable[int]) -> None:
    """Keep others from changing the coverage lists of these services until the commit; on SQLite a writer is alone.

    Whoever needs several takes them at once, before any rule: everybody in the same order, so that nobody waits
    for somebody who waits for him.
    """
    ask(*_lock_of(services))


def _lock_of(services: Iterable[int]) -> list[Statement]:
    if connection.vendor != "postgresql":
        return []
    statement = f"SELECT id FROM {Service._meta.db_table} WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
    return [(statement, [sorted({key for key in services if key})])]


def _validate_and_save(obj: models.Model) -> None:
    """`full_clean` and `save`, but what the database checks itself is asked only where it refuses.

    Every unique and check constraint of a model stands in the database too; asking beforehand, one query each,
    would cost more than the write. When it refuses, the model says why in words. That two coverage rules hold on one
    day is what the database does not check; for them all is asked before, while the list is held.
    """
    obj.clean_fields(exclude=_at_hand(obj))
    obj.clean()
    if isinstance(obj, CoverageRule):
        if obj.valid_to:
            hold_lists([obj.service_id])
            obj.validate_constraints()
        else:
            obj.refuse_overlap(*_lock_of([obj.service_id]))  # which is more than its unique constraints say
        obj.save()
        return
    try:
        with transaction.atomic():
            obj.save()
    except IntegrityError:
        obj.validate_unique()
        obj.validate_constraints()
        raise


def _at_hand(obj: models.Model) -> set[str]:
    """Foreign keys whose record was read already: that it exists need not be asked; the database holds to it."""
    return {
        field.name
        for field in obj._meta.concrete_fields
        if field.is_relation and field.is_cached(obj) and (other := getattr(obj, field.name)) and other.pk
    }


def delete(obj: models.Model, *, actor=None, reason: str = "", request_id: str = "") -> None:
    """Delete a record nobody points at and write its change. Raises StillInUse."""
    with change_set(actor=actor, reason=reason, request_id=request_id) as changes:
        whole = _whole(obj)
        before = _stored(obj)
        if before is None:
            raise DeletedMeanwhile(_("%s was deleted meanwhile.") % obj)
        key = None if whole else before.key
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
