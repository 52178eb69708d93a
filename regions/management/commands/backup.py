"""manage.py backup: a copy of the database that can be restored while the service goes on."""

import os
import sqlite3
import subprocess
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from regions.lookup.changes import current_position


class Command(BaseCommand):
    help = (
        "Write a consistent copy of the database to a new file: a database file for SQLite, an archive for "
        "pg_restore for PostgreSQL. Nobody has to stop working. docs/operations.md says how to restore."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="where to; an existing file is not overwritten")

    def handle(self, *, file: Path, **options):
        if file.exists():
            raise CommandError(f"{file} exists; name a new file.")
        if not file.parent.is_dir():
            raise CommandError(f"{file.parent} is no folder; make it first.")
        position = current_position()
        unfinished = file.with_name(file.name + ".unfinished")
        unfinished.unlink(missing_ok=True)
        os.umask(0o077)  # it holds the keys' hashes and the users
        try:
            if connection.vendor == "sqlite":
                copy_sqlite(unfinished)
            else:
                dump_postgresql(unfinished)
            if fault := fault_of(unfinished):
                raise CommandError(f"{fault}; no backup was written. Keep the last good one, and restore it.")
            unfinished.rename(file)
        except (OSError, sqlite3.Error) as error:
            raise CommandError(
                f"{file}: {error}; no backup was written. Free space there, or name another place."
            ) from None
        finally:
            unfinished.unlink(missing_ok=True)
        self.stdout.write(f"{file}: {file.stat().st_size} bytes, not older than position {position}")


def fault_of(file: Path) -> str:
    """Why a copy cannot be restored, or nothing: a broken database makes a broken copy without a word."""
    if connection.vendor == "sqlite":
        # The file alone, as it is restored: nothing is read from beside it, and nothing is left there.
        copy = sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)
        try:
            found = [row[0] for row in copy.execute("PRAGMA quick_check(3)")]
        except sqlite3.DatabaseError as error:
            found = [str(error)]
        finally:
            copy.close()
        return (
            "" if found == ["ok"] else f"The database is damaged ({'; '.join(found).replace(chr(10), '; ')})"
        )
    done = subprocess.run(["pg_restore", "--list", str(file)], capture_output=True, text=True)  # noqa: S603, S607
    return f"The archive cannot be read ({done.stderr.strip()})" if done.returncode else ""


def copy_sqlite(file: Path) -> None:
    """SQLite's own online copy: readers and writers go on, and the copy is of one moment."""
    connection.ensure_connection()
    target = sqlite3.connect(file)
    try:
        target.execute("PRAGMA journal_mode=OFF")  # an unfinished copy is thrown away, not rolled back
        connection.connection.backup(target)
    finally:
        target.close()


def dump_postgresql(file: Path) -> None:
    """pg_dump's custom format; the password goes by the environment, not by the command line."""
    values = connection.settings_dict
    names = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    given = {variable: str(values[name]) for variable, name in names.items() if values[name]}
    try:
        done = subprocess.run(  # noqa: S603 - names of settings, no shell
            ["pg_dump", "--format=custom", "--no-owner", f"--file={file}"],  # noqa: S607 - wherever it is installed
            env=os.environ | given,
            stderr=subprocess.PIPE,
            text=True,
        )
    except FileNotFoundError:
        raise CommandError("pg_dump is not installed (Debian: apt-get install postgresql-client).") from None
    if done.returncode:
        raise CommandError(done.stderr.strip())
