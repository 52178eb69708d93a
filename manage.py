#!/usr/bin/env python
"""Run a management command: `python manage.py help` lists them."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicenet.settings")
    if "migrate" in sys.argv[1:2]:  # readers queue behind whoever waits for a table: not longer than this
        os.environ.setdefault("LOCK_SECONDS", "5")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import InterfaceError, OperationalError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(str(error))
    except (OperationalError, InterfaceError) as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(cure(error))


def cure(error: Exception) -> str:
    """What the database ran into, and what to do. Commands write in transactions, so nothing is left half-done."""
    from regions.disk import is_full

    if "lock timeout" in str(error):
        return "A table was in use for longer than LOCK_SECONDS; nothing was changed. Run it again, or set LOCK_SECONDS higher."
    if is_full(error):
        return "The disk of the database is full; nothing half-done was written. Free space and run it again."
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
    return (
        f"The database failed: {reason}. Nothing half-done was written. "
        "Look at its log, its disk and its migrations, then run this again."
    )


if __name__ == "__main__":
    main()
