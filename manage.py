#!/usr/bin/env python
"""Run a management command: `python manage.py help` lists them."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicenet.settings")
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

    if is_full(error):
        return "The disk of the database is full; nothing half-done was written. Free space and run it again."
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
    return (
        f"The database failed: {reason}. Nothing half-done was written. "
        "Look at its log, its disk and its migrations, then run this again."
    )


if __name__ == "__main__":
    main()
