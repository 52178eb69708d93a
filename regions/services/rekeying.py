"""A record that is called something else: its old key ends and the new one begins, and so for all that is named after it.

A copy that is kept by `/changes/` would otherwise hold both. Rules and hotlines carry the slug of their service in their
keys, hotlines the digits of their number.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import models

from regions.choices import ChangeAction
from regions.models import Hotline, PhoneNumber, Service

from .changes import ChangeSet, fields_of, kind_of

# Columns of which keys are made.
NAMING = {
    "slug",
    "code",
    "canonical",
    "edition",
    "service_id",
    "region_id",
    "number_id",
    "extension",
    "valid_from",
}


class Named(NamedTuple):
    """A record as it was called."""

    record: Any
    key: str
    fields: dict[str, Any]


def named_before(stored: models.Model, record: models.Model) -> list[Named]:
    """What will be called something else when `record` is saved, as it is called now; most saves: nothing."""
    differing = {
        field.attname
        for field in stored._meta.concrete_fields
        if getattr(stored, field.attname) != getattr(record, field.attname)
    }
    if not differing & NAMING or not hasattr(stored, "key"):
        return []
    named: list[Any] = [stored, *_below(stored, differing)]
    return [Named(each, each.key, fields_of(each)) for each in named]


def _below(stored: models.Model, differing: set[str]) -> Iterable[models.Model]:
    if isinstance(stored, Service) and "slug" in differing:
        yield from stored.hotlines.select_related("service", "number").order_by("pk")
        yield from stored.rules.select_related("service", "region").order_by("pk")
    if isinstance(stored, PhoneNumber) and "canonical" in differing:
        yield from Hotline.objects.filter(number=stored).select_related("service", "number").order_by("pk")


def tell(before: list[Named], changes: ChangeSet, correction: bool = False) -> bool:
    """Note what is called something else now; False where the record itself kept its key."""
    found: dict[str, Any] = {
        each.key: type(each.record)._default_manager.get(pk=each.record.pk) for each in before
    }
    if not before or found[before[0].key].key == before[0].key:
        return False
    for old in before:
        record, kind = found[old.key], kind_of(old.record)
        changes.touched_rules.note(kind, old.key, ChangeAction.DELETE, old.fields, None)
        changes.touched_rules.note(kind, record.key, ChangeAction.UPDATE, None, fields_of(record))
        changes.rows.append((kind, old.key, ChangeAction.DELETE, old.fields, None, correction))
        changes.rows.append((kind, record.key, ChangeAction.CREATE, None, fields_of(record), correction))
    return True
