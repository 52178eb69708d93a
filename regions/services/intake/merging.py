"""The comparison of a staged table with the rules on file, by joins; what differs is settled row by row."""

import datetime
from dataclasses import dataclass
from itertools import groupby

from django.db import connection
from django.utils.translation import gettext as _

from regions.models import CoverageRule
from regions.models.base import today
from regions.services.changes import ChangeSet, fields_of

from .applying import Outcome, close
from .recording import STAGE, record_created, references_checked_at_once
from .rows import Rows

CHUNK = 2_000
_FOREVER = "'9999-12-31'"
_COMPARED = ("kind", "valid_to", "response_hours", "note")


@dataclass(frozen=True, slots=True)
class Staged:
    """A staged row that meets a rule on file."""

    line: int
    service_id: int
    region_id: int
    kind: str
    valid_from: datetime.date | None
    valid_to: datetime.date | None
    response_hours: int | None
    note: str


class Merge:
    """One run of the comparison; `s` is a staged row, `r` a rule on file."""

    def __init__(self, rows: Rows, changes: ChangeSet, source_id: int | None, commit: bool) -> None:
        self.rows, self.changes, self.source_id, self.commit = rows, changes, source_id, commit
        self.errors = rows.errors
        self.day = today()
        day = f"'{self.day.isoformat()}'"
        self.begin = f"COALESCE(s.valid_from, {day})"
        # A rule that a staged row is about, or that is in its way.
        self.meets = (
            "r.service_id = s.service_id AND r.region_id = s.region_id AND"
            f" (r.valid_from = {self.begin} OR (r.valid_from < COALESCE(s.valid_to, {_FOREVER})"
            f" AND COALESCE(r.valid_to, {_FOREVER}) > {self.begin}))"
        )
        compared = ["kind", *(name for name in _COMPARED[1:] if name in rows.columns)]
        same = " AND ".join(f"r.{name} IS NOT DISTINCT FROM s.{name}" for name in compared)
        in_force = f"r.valid_from <= {day} AND COALESCE(r.valid_to, {_FOREVER}) > {day}"
        self.same = (
            f"{self.meets} AND {same}"
            f" AND (r.valid_from = s.valid_from OR (s.valid_from IS NULL AND {in_force}))"
        )
        self.compared = compared

    def run(self, replace: bool) -> Outcome:
        self._repeated()
        if self.errors.total:
            return Outcome()
        rule = CoverageRule._meta.db_table
        unchanged = self._one(
            f"SELECT COUNT(*) FROM {STAGE} s WHERE EXISTS (SELECT 1 FROM {rule} r WHERE {self.same})"
        )
        closing = self._unnamed() if replace else []
        created, changed = self._differing()
        if not self.errors.total and self.commit:
            self._close(closing)
        created += self._insert_new()
        return Outcome(created=created, changed=changed, unchanged=unchanged, closed=len(closing))

    def _one(self, sql: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]

    def _fetch(self, sql: str) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def _repeated(self) -> None:
        """Rows of the file about the same service and region: the same again is dropped, periods that overlap are
        errors."""
        rows = self._fetch(
            f"SELECT s.service_id, s.region_id, {self.begin}, COALESCE(s.valid_to, {_FOREVER}), s.line, s.kind,"
            f" s.response_hours, s.note FROM {STAGE} s JOIN (SELECT service_id, region_id FROM {STAGE}"
            " GROUP BY service_id, region_id HAVING COUNT(*) > 1) twice"
            " ON twice.service_id = s.service_id AND twice.region_id = s.region_id"
            " ORDER BY s.service_id, s.region_id, 3, 4, s.line"
        )
        dropped = []
        for _key, group in groupby(rows, key=lambda row: row[:2]):
            kept = None
            for row in group:
                if kept and row[2:4] == kept[2:4] and row[5:] == kept[5:]:
                    dropped.append(row[4])
                elif kept and str(row[2]) < str(kept[3]):
                    self.errors.add(
                        row[4],
                        _("contradicts line %(line)d: the same service and region") % {"line": kept[4]},
                    )
                else:
                    kept = row
        for start in range(0, len(dropped), CHUNK):
            lines = ",".join(map(str, dropped[start : start + CHUNK]))
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {STAGE} WHERE line IN ({lines})")

    def _unnamed(self) -> list[CoverageRule]:
        """Rules in force of the table's services on regions it does not name."""
        if not self.rows.services:
            return []
        found = []
        services = sorted(self.rows.services)
        rule = CoverageRule._meta.db_table
        for start in range(0, len(services), CHUNK):
            listed = ",".join(map(str, services[start : start + CHUNK]))
            keys = self._fetch(
                f"SELECT r.id FROM {rule} r WHERE r.service_id IN ({listed}) AND r.valid_from <= '{self.day}'"
                f" AND COALESCE(r.valid_to, {_FOREVER}) > '{self.day}' AND NOT EXISTS (SELECT 1 FROM {STAGE} s"
                " WHERE s.service_id = r.service_id AND s.region_id = r.region_id)"
            )
            keys = [key for (key,) in keys]
            for at in range(0, len(keys), CHUNK):
                rules = CoverageRule.objects.filter(pk__in=keys[at : at + CHUNK])
                found += list(rules.select_related("service", "region"))
        return found

    def _close(self, rules: list[CoverageRule]) -> None:
        for _pk, group in groupby(sorted(rules, key=lambda r: r.service_id), key=lambda r: r.service_id):
            group = list(group)
            close(group[0].service, group, self.changes, self.day)

    def _differing(self) -> tuple[int, int]:
        """Settle the rows that meet a rule and differ from it; how many rules that creates and changes.

        They leave the stage, so that what is left without a rule is new.
        """
        rule = CoverageRule._meta.db_table
        rows = self._fetch(
            f"SELECT s.line, s.service_id, s.region_id, s.kind, s.valid_from, s.valid_to, s.response_hours, s.note"
            f" FROM {STAGE} s WHERE EXISTS (SELECT 1 FROM {rule} r WHERE {self.meets})"
            f" AND NOT EXISTS (SELECT 1 FROM {rule} r WHERE {self.same}) ORDER BY s.service_id, s.line"
        )
        created = changed = 0
        for start in range(0, len(rows), CHUNK):
            chunk = [
                Staged(*row[:4], _date(row[4]), _date(row[5]), *row[6:])
                for row in rows[start : start + CHUNK]
            ]
            known: dict[tuple[int, int], list[CoverageRule]] = {}
            on_file = CoverageRule.objects.filter(
                service_id__in={row.service_id for row in chunk},
                region_id__in={row.region_id for row in chunk},
            )
            for found in on_file.select_related("service", "region").order_by("valid_from"):
                known.setdefault((found.service_id, found.region_id), []).append(found)
            for row in chunk:
                try:
                    made = self._settle(row, known[row.service_id, row.region_id])
                except ValueError as error:
                    self.errors.add(row.line, str(error))
                    continue
                created, changed = created + made, changed + (not made)
        return created, changed

    def _settle(self, row: Staged, rules: list[CoverageRule]) -> bool:
        """Bring the rule a row is about to it. True when a rule was created, False when one was changed."""
        begin, end = row.valid_from or self.day, row.valid_to or datetime.date.max
        near = [r for r in rules if r.valid_from < end and (r.valid_to or datetime.date.max) > begin]
        if row.valid_from:
            about = next((r for r in rules if r.valid_from == begin), None)
        else:
            about = next((r for r in near if r.valid_from <= self.day), None)
            if about is None and near and not row.valid_to:  # only one that begins later: until then
                self._create(row, min(r.valid_from for r in near))
                return True
        if about is None or any(r.pk != about.pk for r in near):
            other = next(r for r in near or rules if about is None or r.pk != about.pk)
            raise ValueError(
                _("a rule of %(begin)s – %(end)s is in the way; close it, or leave valid_from empty")
                % {"begin": other.valid_from, "end": other.valid_to or ""}
            )
        if about.kind != row.kind and about.valid_from < self.day and not row.valid_from:
            if self.commit:
                close(about.service, [about], self.changes, self.day)
                self._create(row, row.valid_to, about)
            return False
        if self.commit:
            self._update(row, about)
        return False

    def _update(self, row: Staged, rule: CoverageRule) -> None:
        before = fields_of(rule)
        for name in self.compared:
            setattr(rule, name, getattr(row, name))
        if rule.valid_to and rule.valid_to <= rule.valid_from:
            raise ValueError(
                _("valid_to must lie after %(day)s, when the rule begins") % {"day": rule.valid_from}
            )
        if self.source_id:
            rule.source_id = self.source_id
        rule.save()
        self.changes.updated(rule, before)

    def _create(self, row: Staged, end: datetime.date | None, like: CoverageRule | None = None) -> None:
        if not self.commit:
            return
        columns = self.rows.columns
        rule = CoverageRule(
            service_id=row.service_id,
            region_id=row.region_id,
            kind=row.kind,
            valid_from=row.valid_from or self.day,
            valid_to=end,
            response_hours=row.response_hours
            if like is None or "response_hours" in columns
            else like.response_hours,
            note=row.note if like is None or "note" in columns else like.note,
            source_id=self.source_id,
        )
        rule.save()
        self.changes.created(rule)

    def _insert_new(self) -> int:
        """Write all rows that meet no rule, and the changes that say so."""
        rule = CoverageRule._meta.db_table
        new = f"NOT EXISTS (SELECT 1 FROM {rule} r WHERE {self.meets})"
        if not self.commit or self.errors.total:
            return self._one(f"SELECT COUNT(*) FROM {STAGE} s WHERE {new}")
        source = str(int(self.source_id)) if self.source_id else "NULL"
        with connection.cursor() as cursor:
            # The stage keeps what is new: after the insert it could not be told any more.
            cursor.execute(
                f"DELETE FROM {STAGE} AS s WHERE EXISTS (SELECT 1 FROM {rule} r WHERE {self.meets})"
            )
            with references_checked_at_once(self.source_id):
                cursor.execute(
                    f"INSERT INTO {rule} (service_id, region_id, kind, valid_from, valid_to, response_hours, note, source_id)"
                    f" SELECT s.service_id, s.region_id, s.kind, {self._date_sql(self.begin)}, s.valid_to,"
                    # In the order of the unique index: neighbours go to the same page.
                    f" s.response_hours, s.note, {source} FROM {STAGE} s ORDER BY s.service_id, s.region_id"
                )
                created = cursor.rowcount
        if created:
            record_created(self.changes, self.begin, source)
        return created

    def _date_sql(self, sql: str) -> str:
        return f"CAST({sql} AS date)" if connection.vendor == "postgresql" else sql


def _date(value) -> datetime.date | None:
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value
