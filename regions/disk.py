"""Whether an error of the database says that its disk is full."""

import sqlite3

_SQLITE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_WRITE}
_POSTGRESQL = "53100"


def is_full(error: BaseException | None) -> bool:
    """True for an error of SQLite or PostgreSQL, or Django's around it, that means a full disk."""
    cause = getattr(error, "__cause__", None) or error
    return (
        getattr(cause, "sqlite_errorcode", None) in _SQLITE or getattr(cause, "sqlstate", None) == _POSTGRESQL
    )
