"""What changes answers about past days: the one place that says which records and which of their columns do.

A dated record holds from one day until another (`DatedRecord`). Other columns have no days: they describe a record as it is known
today. Most only say something of it; those of `PLACES` say in which answers it stands, on past days too. So a change of one
is said in the form, and is a correction.
"""

from collections.abc import Iterable
from typing import Any

from django.db import models

from regions.models import (
    Category,
    CoverageRule,
    Hotline,
    Outlet,
    OutletRule,
    OutletService,
    Service,
    Source,
)
from regions.models.base import today
from regions.periods import Period

DatedRecord = CoverageRule | Hotline | Outlet
# By what answers are asked for, and cannot be by day: brand, category, kind, place, what is there, and what attests a status.
PLACES: dict[type[models.Model], frozenset[str]] = {
    Category: frozenset({"parent_id"}),
    Hotline: frozenset({"source_id"}),
    Outlet: frozenset({"brand_id", "region_id", "kind", "served", "rules"}),
    OutletRule: frozenset({"region_id", "kind"}),
    OutletService: frozenset({"service_id", "hotline_id"}),
    Service: frozenset({"brand_id", "category_id", "kind"}),
    Source: frozenset({"kind"}),
}


def stood(record: models.Model) -> bool:
    """True when a dated record holds on a day before today: who deletes it takes it out of what was answered then."""
    return isinstance(record, DatedRecord) and Period.of(record).meets(Period(None, today()))


def moves(record: models.Model, names: Iterable[str]) -> set[str]:
    """Which of some columns, when they change, change what was answered on past days."""
    if isinstance(record, DatedRecord) and not stood(record):
        return set()
    return set(names) & PLACES.get(type(record), frozenset())


def moved_parts(record: models.Model, before: dict[str, list], after: dict[str, list]) -> bool:
    """Whether past days are answered otherwise where a record has other rows as its parts; rows may have days of their own."""
    return any(_past(before[name]) != _past(after[name]) for name in moves(record, before))


def _past(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What rows say of the days before today."""
    day = today().isoformat()
    return [
        row | {"valid_to": end if end and end < day else None} if "valid_to" in row else row
        for row in rows
        if (row.get("valid_from") or "") < day
        for end in [row.get("valid_to")]
    ]
