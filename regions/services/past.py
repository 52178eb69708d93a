"""What changes answers about past days: the one place that says which records and which of their columns do.

A dated record holds from one day until another (`DatedRecord`). Other columns have no days: they describe a record as it is known
today. Most only say something of it; those of `PLACES` say in which answers it stands, on past days too. So a change of one
is said in the form, and is a correction.
"""

from typing import Any

from django.db import models

from regions.choices import SuccessionKind
from regions.models import (
    Category,
    CoverageRule,
    Hotline,
    Outlet,
    OutletRule,
    OutletService,
    Service,
    Source,
    Succession,
    Verification,
)
from regions.models.base import today
from regions.models.replaced import Replaced
from regions.periods import Period

DatedRecord = CoverageRule | Hotline | Outlet
# What took the place of a record that ended: told from a day on.
REPLACED = frozenset({"replaced_by_id", "replaced_on"})
# By what answers are asked for, and cannot be by day: brand, category, kind, place, what is there, what attests a status,
# and what tells that a list is older than a carve-out.
PLACES: dict[type[models.Model], frozenset[str]] = {
    Category: frozenset({"parent_id"}),
    CoverageRule: frozenset({"source_id"}),
    Hotline: frozenset({"source_id"}),
    Outlet: frozenset({"brand_id", "region_id", "kind", "served", "rules"}),
    OutletRule: frozenset({"region_id", "kind"}),
    OutletService: frozenset({"service_id", "hotline_id"}),
    Service: frozenset({"brand_id", "category_id", "kind"}),
    Source: frozenset({"kind", "fetched_at"}),
}


def stood(record: models.Model) -> bool:
    """True when a record says something of days before today: a dated one that holds then, a check dated back.

    Who makes or deletes it changes what is answered about them.
    """
    if isinstance(record, Verification):
        return record.checked_on < today()
    return isinstance(record, DatedRecord) and Period.of(record).meets(Period(None, today()))


def moves(record: models.Model, before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """Which of the columns that changed change what was answered on past days."""
    if isinstance(record, DatedRecord) and not stood(record):
        return set()
    found = before.keys() & PLACES.get(type(record), frozenset())
    if isinstance(record, Source) and not _passes_a_carve_out(
        before.get("fetched_at"), after.get("fetched_at")
    ):
        found -= {"fetched_at"}
    if isinstance(record, Replaced) and (_replaced(record, before) or _replaced(record, after)):
        found |= before.keys() & REPLACED
    return found


def _replaced(record: Replaced, row: dict[str, Any]) -> bool:
    """Whether something had taken the record's place before today, by the columns of a row and, else, the record's own."""
    by, on, end = (
        row.get(name, getattr(record, name)) for name in ("replaced_by_id", "replaced_on", "valid_to")
    )
    return bool(by and (on or end)) and str(on or end) < today().isoformat()


def _passes_a_carve_out(*fetched: str | None) -> bool:
    """Whether a list read at one moment knows of a carve-out that it did not know of, read at the other; unread ones know of all."""
    if None in fetched:
        return True
    first, last = sorted(str(each)[:10] for each in fetched)
    return Succession.objects.filter(kind=SuccessionKind.TRANSFER, date__gt=first, date__lte=last).exists()


def moved_parts(record: models.Model, before: dict[str, list], after: dict[str, list]) -> bool:
    """Whether past days are answered otherwise where a record has other rows as its parts; rows may have days of their own."""
    return any(_past(before[name]) != _past(after[name]) for name in moves(record, before, after))


def _past(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What rows say of the days before today."""
    day = today().isoformat()
    return [
        row | {"valid_to": end if end and end < day else None} if "valid_to" in row else row
        for row in rows
        if (row.get("valid_from") or "") < day
        for end in [row.get("valid_to")]
    ]
