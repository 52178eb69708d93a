"""Writing to see what would come of it: a preview writes as the real thing does, and nothing of it stays.

PostgreSQL does that in a transaction that is rolled back. SQLite has one writer at a time, so a preview of many rows would make everybody
else wait: there it writes into a copy of the database, which is taken without stopping writers and is gone afterwards.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

# The copy is thrown away whatever happens: it need not survive a crash, but statements must be undoable.
_PRAGMAS = "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA cache_size=-64000;"


@contextmanager
def rehearsal() -> Iterator[None]:
    """What this thread writes inside, it can read until the end; then it is gone, and nobody else ever saw it.

    A copy of SQLite's file needs as much disk again while it lasts, and what others commit meanwhile is not in it.
    Inside a transaction it is a part of that one, rolled back: who holds the lock already takes it from nobody.
    """
    live = connections[DEFAULT_DB_ALIAS]
    if live.vendor != "sqlite" or live.in_atomic_block or not Path(live.settings_dict["NAME"]).is_file():
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        return
    with _copy(live) as copy:
        connections[DEFAULT_DB_ALIAS] = copy
        try:
            yield
        finally:
            connections[DEFAULT_DB_ALIAS] = live


@contextmanager
def _copy(live: BaseDatabaseWrapper) -> Iterator[BaseDatabaseWrapper]:
    """A connection to a copy of SQLite's file; that has no name any more, so a killed process leaves nothing behind."""
    live.ensure_connection()
    folder = Path(live.settings_dict["NAME"]).parent
    with NamedTemporaryFile(prefix="rehearsal-", suffix=".sqlite3", dir=folder) as file:
        with closing(sqlite3.connect(file.name)) as target:
            target.execute("PRAGMA synchronous=OFF")
            live.connection.backup(target)
        copy = live.copy()
        copy.settings_dict["NAME"] = file.name
        copy.settings_dict["OPTIONS"] = {**copy.settings_dict["OPTIONS"], "init_command": _PRAGMAS}
        copy.ensure_connection()
    try:
        yield copy
    finally:
        copy.close()
