"""What goes with many new rules at once: references checked, changes written, the index in step.

All three work on the stage of a table import, which holds exactly the new rows when they are called.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from regions.choices import ChangeAction
from regions.models import Change, Region, Service, Source
from regions.postings.rules import read_index
from regions.postings.touched import LIST, RULE, Touched
from regions.postings.write import MANY_PAIRS, follow
from regions.services.changes import ChangeSet, current_sequence, hold_sequence

from .plan import IntakeError

STAGE = "coverage_import_stage"
# A service that gets so many new rules has a change for each; one that gets more has one for its list.
FEW = 200


@contextmanager
def references_checked_at_once(source_id: int | None) -> Iterator[None]:
    """Have PostgreSQL check the references of a big insert by joins instead of row by row, where its role may.

    Row by row they take a third of the whole import. What they would find out a million times is found out here
    once: every service, region and source of the stage is there, and is locked so that it stays until the commit.
    A superuser may, and who was granted SET ON PARAMETER session_replication_role (docs/operations.md); for others,
    and on SQLite, the database checks each row. Unique and check constraints hold in any case.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        may = "has_parameter_privilege('session_replication_role', 'SET')"
        if connection.pg_version < 150_000:
            may = "CAST(current_setting('is_superuser') AS boolean)"
        cursor.execute(f"SELECT {may}")
        if not cursor.fetchone()[0]:
            yield
            return
        _hold(cursor, Service, f"SELECT DISTINCT service_id FROM {STAGE}")
        _hold(cursor, Region, f"SELECT DISTINCT region_id FROM {STAGE}")
        if source_id:
            _hold(cursor, Source, f"SELECT {int(source_id)}")
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


def _hold(cursor, model, keys: str) -> None:
    """Lock records against deletion as a foreign key does. Raises IntakeError when one is gone already."""
    cursor.execute(
        f"SELECT (SELECT COUNT(*) FROM ({keys}) asked), (SELECT COUNT(*) FROM (SELECT 1 FROM {model._meta.db_table}"
        f" WHERE id IN ({keys}) FOR KEY SHARE) held)"
    )
    asked, held = cursor.fetchone()
    if asked != held:
        raise IntakeError(
            _("Something the file names was deleted while it was read; nothing was written. Try again."),
            code="busy",
        )


def record_created(changes: ChangeSet, begin: str, source: str) -> None:
    """The changes of the new rules, and their places in the index. `begin` and `source` are SQL for their columns."""
    hold_sequence()
    begin = f"CAST({begin} AS text)"
    with connection.cursor() as cursor:
        _record_rules(cursor, changes, begin, source)
        _record_lists(cursor, changes, begin)
    follow(_touched(begin), current_sequence(), read_index())


def _record_rules(cursor, changes: ChangeSet, begin: str, source: str) -> None:
    """A change for every rule of services that got few, as `ChangeSet.created` would write it."""
    after = (
        f"{_function('object')}('service_id', s.service_id, 'region_id', s.region_id, 'kind', s.kind, 'valid_from', {begin},"
        " 'valid_to', CAST(s.valid_to AS text), 'response_hours', s.response_hours, 'note', s.note,"
        f" 'source_id', {source}, 'import_line_id', NULL)"
    )
    _insert(
        cursor, changes, RULE, ChangeAction.CREATE, f"v.slug || ':' || g.code || ':' || {begin}", after,
        f"{STAGE} s JOIN {Service._meta.db_table} v ON v.id = s.service_id"
        f" JOIN {Region._meta.db_table} g ON g.id = s.region_id"
        f" WHERE s.service_id IN (SELECT service_id FROM {STAGE} GROUP BY service_id HAVING COUNT(*) <= {FEW})"
        " ORDER BY v.slug, g.code, s.valid_from",
    )  # fmt: skip


def _record_lists(cursor, changes: ChangeSet, begin: str) -> None:
    """A change for every list that got many: the new rules by region and first day, as in their keys."""
    rules = (
        "many.rules" if connection.vendor == "postgresql" else "json(many.rules)"
    )  # there it comes back as text
    _insert(
        cursor, changes, LIST, ChangeAction.UPDATE, "v.slug", f"{_function('object')}('created', {rules})",
        f"(SELECT s.service_id, {_function('agg')}(g.code || ':' || {begin}) AS rules FROM {STAGE} s"
        f" JOIN {Region._meta.db_table} g ON g.id = s.region_id GROUP BY s.service_id HAVING COUNT(*) > {FEW}) many"
        f" JOIN {Service._meta.db_table} v ON v.id = many.service_id ORDER BY v.slug",
    )  # fmt: skip


def _insert(cursor, changes: ChangeSet, kind: str, action: str, key: str, after: str, rows: str) -> None:
    postgresql = connection.vendor == "postgresql"
    cursor.execute(
        f"INSERT INTO {Change._meta.db_table}"
        " (kind, key, action, after, reason, actor_id, changeset, request_id, at)"
        f" SELECT %s, {key}, %s, {after}, %s, %s, %s, %s, %s FROM {rows}",
        [
            kind,
            action,
            changes.reason,
            changes.actor.pk if changes.actor else None,
            changes.id if postgresql else changes.id.hex,
            changes.request_id,
            connection.ops.adapt_datetimefield_value(timezone.now()),
        ],
    )


def _function(what: str) -> str:
    """The database's function that makes a JSON object, or a JSON list of a group (agg)."""
    names = {"postgresql": {"object": "jsonb_build_object", "agg": "jsonb_agg"}}
    return names.get(connection.vendor, {"object": "json_object", "agg": "json_group_array"})[what]


def _touched(begin: str) -> Touched:
    """What the index has to follow: every new rule, or everything where that is faster."""
    touched = Touched()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {STAGE}")
        if cursor.fetchone()[0] > MANY_PAIRS:
            touched.all = True
            return touched
        cursor.execute(
            f"SELECT s.service_id, s.region_id, s.kind, {begin}, CAST(s.valid_to AS text) FROM {STAGE} s"
        )
        for service_id, region_id, kind, valid_from, valid_to in cursor.fetchall():
            rule = {"kind": kind, "valid_from": valid_from, "valid_to": valid_to}
            touched.add((service_id, region_id), rule)
    return touched
