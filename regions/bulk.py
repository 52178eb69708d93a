"""Many rows into a table at once: `COPY` on PostgreSQL, one prepared statement on SQLite.

Skips model instances, defaults and validation: what a row holds is the caller's business; constraints still hold.
"""

import datetime
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from regions.round_trip import Statement

# Rows held at once on SQLite.
_BATCH = 10_000
_encode = DjangoJSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of Python values; `columns` are attribute names (`service_id`). Runs in the open transaction."""
    target, values = _prepared(model, columns, rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors, cursor.copy(f"COPY {target} FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
            return
        statement = f"INSERT INTO {target} VALUES {_marks(columns)}"
        values = iter(values)
        while batch := list(islice(values, _BATCH)):
            cursor.executemany(statement, batch)


def statement(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Statement:
    """The insert of a few rows, which answers with their keys; to be asked together with other statements."""
    target, values = _prepared(model, columns, rows)
    marks = ", ".join([_marks(columns)] * len(rows))
    return f"INSERT INTO {target} VALUES {marks} RETURNING id", [value for row in values for value in row]


def _prepared(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> tuple[str, Iterable[Sequence[Any]]]:
    """Table and columns as SQL names them, and the rows as the database takes them."""
    fields = [_field(model, name) for name in columns]
    converters = [_converter(field) for field in fields]
    plain = all(convert is None for convert in converters)
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    return f"{quote(model._meta.db_table)} ({names})", rows if plain else _converted(rows, converters)


def _marks(columns: Sequence[str]) -> str:
    return f"({', '.join(['%s'] * len(columns))})"


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    return next(field for field in model._meta.concrete_fields if field.attname == name)


def _converted(
    rows: Iterable[Sequence[Any]], converters: list[Callable[[Any], Any] | None]
) -> Iterator[list[Any]]:
    changed = [(at, convert) for at, convert in enumerate(converters) if convert is not None]
    for row in rows:
        out = list(row)
        for at, convert in changed:
            if out[at] is not None:
                out[at] = convert(out[at])
        yield out


def _converter(field: "models.Field[Any, Any]") -> Callable[[Any], Any] | None:
    """From a Python value to the database's; None where they are the same."""
    sqlite = connection.vendor == "sqlite"
    if isinstance(field, models.JSONField):
        return _encode
    if isinstance(field, models.UUIDField) and sqlite:
        return lambda value: value.hex if isinstance(value, uuid.UUID) else uuid.UUID(value).hex
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, models.DateField) and sqlite:
        return lambda value: value.isoformat() if isinstance(value, datetime.date) else value
    if isinstance(field, models.CharField):
        return str  # a member of a vocabulary becomes its word
    return None


__all__ = ["insert", "statement"]
