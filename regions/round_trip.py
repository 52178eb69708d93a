"""Several statements in one round trip to the database: a lock, and what must be read after it was got.

On PostgreSQL each statement of a text sees what was committed when it begins, so the second one sees what the writer
left for whom the first one waited. SQLite has no way to go: there they are asked one after another.
"""

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper

Statement = tuple[str, Sequence[Any]]  # SQL and its parameters
Row = tuple[Any, ...]


def ask(*statements: Statement, using: str = DEFAULT_DB_ALIAS) -> list[list[Row]]:
    """Run statements that return rows, in order; a list of rows for each. One query, where the database takes that."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql" or getattr(
            connection.features, "uses_server_side_binding", False
        ):
            return [_rows(cursor, *statement) for statement in statements]
        text = ";\n".join(sql for sql, _parameters in statements)
        answers = [_rows(cursor, text, [value for _sql, parameters in statements for value in parameters])]
        while cursor.nextset():
            answers.append(cursor.fetchall())
        return answers


def _rows(cursor: CursorWrapper, sql: str, parameters: Sequence[Any]) -> list[Row]:
    cursor.execute(sql, parameters)
    rows: list[Row] = cursor.fetchall()
    return rows
