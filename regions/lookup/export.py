"""The directory at one point of its history, and its rules row by row, with memory that does not grow with the rows.

A `Snapshot` is a read transaction that sees the directory as it stood at `position`, whatever is written meanwhile,
and holds up no writer: REPEATABLE READ on PostgreSQL, a deferred transaction over the write-ahead log on SQLite.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connections, router
from django.db.models import QuerySet

from regions.choices import ReleaseState
from regions.models import Change, CoverageRule, Region, Release, Service, Source
from regions.models.base import today

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


# The largest table by far has a way of its own: no joins, no objects, one formatted string a row. A test holds each to
# the rule's description.
RULES = "coverage-rules"
RULE_COLUMNS = (
    "key", "service", "region", "kind", "valid_from", "valid_to", "response_hours", "note", "source", "disputed",
)  # fmt: skip


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

    `template(slug, code, kind, first, last, hours, note, source, disputed)` forms a line; `write` forms what may be empty or
    hold any character. Slugs, codes, kinds and days need no escaping in any form.
    """
    services = dict(Service.objects.using(snapshot.alias).order_by().values_list("pk", "slug"))
    regions = dict(Region.objects.using(snapshot.alias).order_by().values_list("pk", "code"))
    sources: dict[int | None, str] = {
        pk: write(slug)
        for pk, slug in Source.objects.using(snapshot.alias).order_by().values_list("pk", "slug")
    }
    sources[None] = write(None)
    texts = _Written(write)  # None, "", numbers and days; notes are not kept
    days = _Written(str)
    reported = set(CoverageRule.objects.using(snapshot.alias).reported(today()).values_list("pk", flat=True))
    marks = {True: write(True), False: write(False)}
    rules = CoverageRule.objects.order_by("pk")
    if service:
        rules = rules.filter(service=service)
    fetched = rules.values_list(
        "pk",
        "service_id",
        "region_id",
        "kind",
        "valid_from",
        "valid_to",
        "response_hours",
        "note",
        "source_id",
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
                    marks[pk in reported],
                )
                for pk, service_id, region_id, kind, first, last, hours, note, source_id in rows
            ]
        )


def plain(value: Any) -> str:
    """A value as a JSON text; dates and times as ISO 8601."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_iso)


def _iso(value: Any) -> str:
    return value.isoformat()
