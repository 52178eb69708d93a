"""The gazetteer on file in the database, as rows with the columns of fixtures/regions/*.csv."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from regions.choices import Level
from regions.models import Region, RegionName, Succession

from .files import REGIONS, SUCCESSIONS, TOWNSHIPS

# Names that an edition brought; others are people's.
OWNED = "gazetteer"
# The columns of names.csv that say what a name means.
NAMED = ("code", "valid_from", "name", "kind")
_PORTION = 5_000
Row = dict[str, str]


def names(using: str) -> list[tuple[str, str, str, str, str]]:
    """(code, first day, name, kind, source) of every other name of a region."""
    fields = ("region__code", "region__valid_from", "name", "kind", "source")
    found = RegionName.objects.using(using).order_by().values_list(*fields)
    return [(code, _day(since), *others) for code, since, *others in found]


def tables(using: str) -> dict[str, Iterator[Row]]:
    """Every table but the names."""
    return {
        REGIONS: _regions(using, Level.TOWNSHIP, townships=False),
        TOWNSHIPS: _regions(using, Level.TOWNSHIP, townships=True),
        SUCCESSIONS: _successions(using),
    }


def _regions(using: str, lowest: int, townships: bool) -> Iterator[Row]:
    words = {level.value: level.word for level in Level}
    rows = Region.objects.using(using).order_by("code", "valid_from")
    rows = rows.filter(level=lowest) if townships else rows.exclude(level=lowest)
    columns = ("code", "level", "parent__code", "name", "short_name", "pinyin", "valid_from", "valid_to")
    for code, level, parent, name, short, pinyin, since, until in rows.values_list(*columns).iterator(
        _PORTION
    ):
        yield {
            "code": code,
            "level": words[level],
            "parent": parent or "",
            "name": name,
            "short_name": short,
            "pinyin": pinyin,
            "valid_from": _day(since),
            "valid_to": _day(until),
        }


def _successions(using: str) -> Iterator[Row]:
    columns = ("old__code", "old__valid_from", "new__code", "new__valid_from")
    for old, since, new, after in Succession.objects.using(using).ends().order_by("pk").values_list(*columns):
        yield {"old_code": old, "old_valid_from": _day(since), "new_code": new, "new_valid_from": _day(after)}


def name_rows(found: Iterable[tuple[str, ...]]) -> Iterator[Row]:
    """Names as rows of names.csv."""
    return (dict(zip(NAMED, name, strict=False)) for name in found)


def _day(day: datetime.date | None) -> str:
    return day.isoformat() if day else ""
