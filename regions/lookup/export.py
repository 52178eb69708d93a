"""The whole directory at one point of its history, row by row, with memory that does not grow with the rows.

A `Snapshot` is a read transaction that sees the directory as it stood at `position`, whatever is written meanwhile,
and holds up no writer: REPEATABLE READ on PostgreSQL, a deferred transaction over the write-ahead log on SQLite.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connections, router
from django.db.models import QuerySet

from regions.choices import Level, ReleaseState
from regions.models import (
    Brand,
    Category,
    Change,
    CoverageRule,
    Hotline,
    HotlineHours,
    Organization,
    Promise,
    Region,
    Release,
    Service,
    Source,
    Succession,
)

from .changes import Position, current_position

FETCH = 2_000
SCAN_CACHE = -2_000  # kB


class Snapshot:
    """A consistent view of the directory until `close()`. Opened and read by one thread."""

    def __init__(self) -> None:
        self.alias = router.db_for_read(Change)
        self.connection = connections[self.alias]
        self._own = not self.connection.in_atomic_block
        self._page_cache = 0
        if self._own and self.connection.vendor == "postgresql":
            self._execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        elif self._own:
            # Read once from end to end: pages kept for later would only be memory.
            (self._page_cache,) = self._execute("PRAGMA cache_size").fetchone()
            self._execute(f"PRAGMA cache_size={SCAN_CACHE}")
            self._execute("BEGIN DEFERRED")
        try:
            self.position: Position = current_position()
            self.release = Release.objects.filter(state=ReleaseState.ACTIVE).first()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the transaction; more than once does no harm."""
        if self._own:
            self._own = False
            self._execute("ROLLBACK")
            if self._page_cache:
                self._execute(f"PRAGMA cache_size={self._page_cache}")

    def raw(self, queryset: QuerySet) -> Iterator[list[tuple]]:
        """The rows of a `values_list` queryset as the driver gives them, in portions: no conversion, no objects."""
        sql, params = queryset.using(self.alias).query.sql_with_params()
        with self.connection.chunked_cursor() as cursor:
            cursor.execute(sql, params)
            while rows := cursor.fetchmany(FETCH):
                yield rows

    def _execute(self, sql: str):
        cursor = self.connection.cursor()
        cursor.execute(sql)
        return cursor


@dataclass(frozen=True)
class Table:
    """One kind of record: its word, its columns (name → ORM path) and how some values are written.

    Columns without a path ("") are filled in by `finish(pk, row)`, made anew for each export.
    """

    record: str
    queryset: Callable[[], QuerySet]
    columns: dict[str, str]
    written: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    finisher: Callable[[str], Callable[[int, dict], None]] | None = None

    def rows(self, snapshot: Snapshot, **filters) -> Iterator[dict[str, Any]]:
        """The records as plain dicts, in the order of their database keys."""
        finish = self.finisher(snapshot.alias) if self.finisher else None
        names = [name for name, path in self.columns.items() if path]
        queryset = self.queryset().using(snapshot.alias).filter(**filters).order_by("pk")
        fetched = queryset.values_list("pk", *filter(None, self.columns.values()))
        for pk, *values in fetched.iterator(chunk_size=FETCH):
            row = dict.fromkeys(self.columns)
            row.update(zip(names, values, strict=True))
            for name, write in self.written.items():
                row[name] = write(row[name])
            if finish:
                finish(pk, row)
            yield row


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


def _hotline_finisher(alias: str) -> Callable[[int, dict], None]:
    """Keys and hours of hotlines; all hours are read at once, there are few."""
    hours: dict[int, list[dict]] = {}
    for hotline, weekday, opens, closes in (
        HotlineHours.objects.using(alias)
        .order_by("hotline", "weekday", "opens")
        .values_list("hotline", "weekday", "opens", "closes")
    ):
        hours.setdefault(hotline, []).append({"weekday": weekday, "opens": opens, "closes": closes})

    def finish(pk: int, row: dict) -> None:
        extension = f"-{row['extension']}" if row["extension"] else ""
        row["key"] = f"{row['service']}:{row['number']}{extension}"
        row["hours"] = hours.get(pk, [])

    return finish


_LIFE = ("valid_from", "from_precision", "valid_to", "to_precision")
TABLES: dict[str, Table] = {
    "regions": Table(
        "region",
        Region.objects.all,
        _same("code", "level")
        | {"parent": "parent__code"}
        | _same("name", "short_name", "full_name", "pinyin", *_LIFE),
        {"level": lambda level: Level(level).word},
    ),
    "successions": Table(
        "succession",
        Succession.objects.all,
        {
            "old": "old__code",
            "old_valid_from": "old__valid_from",
            "new": "new__code",
            "new_valid_from": "new__valid_from",
        }
        | _same("kind", "date", "precision", "share", "document", "source"),
    ),
    "categories": Table(
        "category", Category.objects.all, _same("slug", "name", "name_en") | {"parent": "parent__slug"}
    ),
    "organizations": Table(
        "organization", Organization.objects.all, _same("slug", "name", "identifier", "url")
    ),
    "brands": Table(
        "brand",
        Brand.objects.all,
        _same("slug", "name", "name_en") | {"owner": "owner__slug"} | _same("website", "is_example"),
    ),
    "sources": Table(
        "source", Source.objects.all, _same("slug", "title", "kind", "url", "publisher", "fetched_at")
    ),
    "services": Table(
        "service",
        Service.objects.all,
        _same("slug", "name")
        | {"brand": "brand__slug", "category": "category__slug", "operator": "operator__slug"}
        | _same("kind", "description", "nationwide_claimed", "steps")
        | {"source": "source__slug"},
    ),
    "promises": Table(
        "promise",
        Promise.objects.all,
        {"service": "service__slug"}
        | _same("kind", "text")
        | {"source": "source__slug"}
        | _same("source_line"),
    ),
    "hotlines": Table(
        "hotline",
        lambda: Hotline.objects.with_status(),
        {"key": "", "service": "service__slug", "number": "number__canonical", "number_kind": "number__kind"}
        | _same("extension", "labels", "contact_type", "channel", "always_open")
        | {"hours": "", "region": "region__code"}
        | _same("mentions", "valid_from", "valid_to")
        | {"source": "source__slug"}
        | _same("status", "checked_on", "expires_on"),
        finisher=_hotline_finisher,
    ),
}

# The largest table by far has a way of its own: no joins, no converted values, one formatted string a row.
RULES = "coverage-rules"
RULE_COLUMNS = (
    "key", "service", "region", "kind", "valid_from", "valid_to", "response_hours", "note", "source",
)  # fmt: skip
NAMES = (*TABLES, RULES)


class _Written(dict):
    """Values with their written form, each formed once: dates, mostly a few hundred in millions of rows."""

    def __init__(self, write: Callable[[Any], str]) -> None:
        self.write = write

    def __missing__(self, value):
        text = self[value] = self.write(value)
        return text


def rule_lines(
    snapshot: Snapshot,
    template: Callable[..., str],
    write: Callable[[Any], str],
    service: Service | None = None,
) -> Iterator[str]:
    """Coverage rules in portions of formatted text.

    `template(slug, code, kind, first, last, hours, note, source)` forms a line; `write` forms what may be empty or
    hold any character. Slugs, codes, kinds and days need no escaping in any form.
    """
    services = dict(Service.objects.using(snapshot.alias).order_by().values_list("pk", "slug"))
    regions = dict(Region.objects.using(snapshot.alias).order_by().values_list("pk", "code"))
    sources = {
        pk: write(slug)
        for pk, slug in Source.objects.using(snapshot.alias).order_by().values_list("pk", "slug")
    }
    sources[None] = write(None)
    texts = _Written(write)  # None, "", numbers and days; notes are not kept
    days = _Written(str)
    rules = CoverageRule.objects.order_by("pk")
    if service:
        rules = rules.filter(service=service)
    fetched = rules.values_list(
        "service_id", "region_id", "kind", "valid_from", "valid_to", "response_hours", "note", "source_id"
    )
    for rows in snapshot.raw(fetched):
        yield "".join(
            [
                template(
                    services[service_id],
                    regions[region_id],
                    kind,
                    days[first],
                    texts[last],
                    texts[hours],
                    texts[note] if not note else write(note),
                    sources[source_id],
                )
                for service_id, region_id, kind, first, last, hours, note, source_id in rows
            ]
        )


def plain(value: Any) -> str:
    """A value as a JSON text; dates and times as ISO 8601."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_iso)


def _iso(value: Any) -> str:
    return value.isoformat()
