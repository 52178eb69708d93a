"""Many-to-many fields of a record: part of it as its columns are, told as lists of database keys in their order."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.db import models

from .changes import change_set


def joined_fields(model: type[models.Model] | models.Model) -> list[models.ManyToManyField]:
    """Those whose rows say nothing but that they are; rows that say more are records, or parts, of their own."""
    return [each for each in model._meta.many_to_many if _through(each)._meta.auto_created]


def _through(field: models.ManyToManyField) -> type[models.Model]:
    return cast(type[models.Model], field.remote_field.through)


def joined_of(obj: models.Model) -> dict[str, list[int]]:
    """What is joined to a record: {"maintainers": [3, 17]}. A query a field; none where the model has none."""
    return {
        field.name: sorted(getattr(obj, field.name).order_by().values_list("pk", flat=True))
        for field in joined_fields(obj)
    }


def put_joined(obj: models.Model, columns: dict[str, Any]) -> None:
    """Join to a record what `columns` say (`joined_of`); fields that they do not name stay."""
    for field in joined_fields(obj):
        if field.name in columns:
            getattr(obj, field.name).set(columns[field.name] or [])


@contextmanager
def joining(obj: models.Model, *, actor=None, reason: str = "") -> Iterator[None]:
    """Write down what becomes joined to a record here, and what no more."""
    with change_set(actor=actor, reason=reason) as changes:
        before = joined_of(obj)
        yield
        after = joined_of(obj)
        names = [name for name in after if before[name] != after[name]]
        if names:
            old, new = ({name: row[name] for name in names} for row in (before, after))
            changes.parts_changed(obj, old, new)
