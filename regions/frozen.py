"""What migrations name: it is never moved, renamed or given another meaning.

A migration that has landed is not edited, so what it imports must stay importable for ever. Models take these from here too;
whatever else migrations are to use is written into them.
"""

import datetime
import secrets

from django.db import models
from django.utils import timezone


def today() -> datetime.date:
    """Today in the project's time zone (Asia/Shanghai unless set otherwise)."""
    return datetime.datetime.now(timezone.get_default_timezone()).date()


def new_reference() -> str:
    """A reference for a dispute that cannot be guessed: 12 characters without look-alikes (about 58 bits)."""
    return "".join(secrets.choice("23456789abcdefghjkmnpqrstuvwxyz") for _i in range(12))


class PathField(models.CharField):
    """Text compared byte by byte in every database, so that the ranges of `models.region.subtree` hold.

    SQLite compares so by itself. PostgreSQL follows the database's collation, which may pass over "/".
    """

    def db_parameters(self, connection) -> dict:
        collation = "C" if connection.vendor == "postgresql" else None
        return {**super().db_parameters(connection), "collation": collation}
