"""What goes with many new rules at once: changes written, the index in step.

Both work on the stage of a table import, which holds exactly the new rows when they are called.
"""

from django.db import connection
from django.utils import timezone

from regions import keys
from regions.choices import ChangeAction
from regions.models import Change, Region, Service
from regions.models.base import today
from regions.postings.rules import read_index
from regions.postings.touched import LIST, RULE, Touched
from regions.postings.write import MANY_PAIRS, follow
from regions.services.changes import ChangeSet, current_sequence, hold_sequence

STAGE = "coverage_import_stage"
# A service that gets so many new rules has a change for each; one that gets more has one for its list.
FEW = 200


def record_created(changes: ChangeSet, begin: str) -> None:
    """The changes of the new rules, and their places in the index. `begin` is SQL for their first day."""
    hold_sequence()
    changes.written[RULE] += _staged()
    begin = f"CAST({begin} AS text)"
    past = f"({begin} < '{today()}')"  # they stand on past days too
    with connection.cursor() as cursor:
        _record_rules(cursor, changes, begin, past)
        _record_lists(cursor, changes, begin, past)
    follow(_touched(begin), current_sequence(), read_index())


def _record_rules(cursor, changes: ChangeSet, begin: str, past: str) -> None:
    """A change for every rule of services that got few, as `ChangeSet.created` would write it."""
    after = (
        f"{_function('object')}('service_id', s.service_id, 'region_id', s.region_id, 'kind', s.kind, 'valid_from', {begin},"
        " 'valid_to', CAST(s.valid_to AS text), 'response_hours', s.response_hours, 'note', s.note,"
        " 'source_id', s.source_id, 'import_line_id', NULL)"
    )
    _insert(
        cursor, changes, RULE, ChangeAction.CREATE, keys.RULE_KEY_SQL.format(service="v.slug", region="g.code", first_day=begin), after, past,
        f"{STAGE} s JOIN {Service._meta.db_table} v ON v.id = s.service_id"
        f" JOIN {Region._meta.db_table} g ON g.id = s.region_id"
        f" WHERE s.service_id IN (SELECT service_id FROM {STAGE} GROUP BY service_id HAVING COUNT(*) <= {FEW})"
        " ORDER BY v.slug, g.code, s.valid_from",
    )  # fmt: skip


def _record_lists(cursor, changes: ChangeSet, begin: str, past: str) -> None:
    """A change for every list that got many: the new rules by region and first day, as in their keys."""
    rules = (
        "many.rules" if connection.vendor == "postgresql" else "json(many.rules)"
    )  # there it comes back as text
    _insert(
        cursor, changes, LIST, ChangeAction.UPDATE, "v.slug", f"{_function('object')}('created', {rules})", "many.past = 1",
        f"(SELECT s.service_id, {_function('agg')}(g.code || ':' || {begin}) AS rules, MAX(CASE WHEN {past} THEN 1 ELSE 0 END) AS past FROM {STAGE} s"
        f" JOIN {Region._meta.db_table} g ON g.id = s.region_id GROUP BY s.service_id HAVING COUNT(*) > {FEW}) many"
        f" JOIN {Service._meta.db_table} v ON v.id = many.service_id ORDER BY v.slug",
    )  # fmt: skip


def _insert(
    cursor, changes: ChangeSet, kind: str, action: str, key: str, after: str, correction: str, rows: str
) -> None:
    postgresql = connection.vendor == "postgresql"
    cursor.execute(
        f"INSERT INTO {Change._meta.db_table}"
        " (kind, key, action, after, correction, reason, actor_id, changeset, request_id, at)"
        f" SELECT %s, {key}, %s, {after}, {correction}, %s, %s, %s, %s, %s FROM {rows}",
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


def _staged() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {STAGE}")
        count: int = cursor.fetchone()[0]
    return count


def _touched(begin: str) -> Touched:
    """What the index has to follow: every new rule, or everything where that is faster."""
    touched = Touched()
    if _staged() > MANY_PAIRS:
        touched.all = True
        return touched
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.service_id, s.region_id, s.kind, {begin}, CAST(s.valid_to AS text) FROM {STAGE} s"
        )
        for service_id, region_id, kind, valid_from, valid_to in cursor.fetchall():
            rule = {"kind": kind, "valid_from": valid_from, "valid_to": valid_to}
            touched.add((service_id, region_id), rule)
    return touched
