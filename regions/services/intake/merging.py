"""The comparison of a staged table with the rules on file, by joins; what differs is settled row by row."""

import datetime
from dataclasses import dataclass
from itertools import groupby

from django.db import connection
from django.utils.translation import gettext as _

from regions.choices import Door
from regions.models import CoverageRule
from regions.models.base import today
from regions.origin import door
from regions.periods import Period, end_sql, holds_sql, meets_sql
from regions.services.changes import ChangeSet, fields_of
from regions.services.lives import PastDays, begins_anew, put
from regions.services.rules import begin, end, like
from regions.sheets import UPLOAD

from .closing import refuse_unasked
from .plan import Outcome
from .recording import STAGE, record_created
from .rows import Rows

CHUNK = 2_000
_COMPARED = ("kind", "valid_to", "response_hours", "note")  # and the source, where there is a column for it


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
    source_id: int | None


class Merge:
    """One run of the comparison; `s` is a staged row, `r` a rule on file."""

    def __init__(
        self, rows: Rows, changes: ChangeSet, source_id: int | None, commit: bool, correct: bool = False
    ) -> None:
        self.rows, self.changes, self.source_id, self.commit = rows, changes, source_id, commit
        self.correct = correct
        self.errors = rows.errors
        self.day = today()
        day = f"'{self.day.isoformat()}'"
        self.begin = f"COALESCE(s.valid_from, {day})"
        # A rule that a staged row is about, or that is in its way.
        end, stays = end_sql("r.valid_to"), end_sql("s.valid_to")
        self.meets = (
            "r.service_id = s.service_id AND r.region_id = s.region_id AND"
            f" (r.valid_from = {self.begin} OR ({meets_sql('r.valid_from', end, self.begin, stays)}))"
        )
        compared = ["kind", *(name for name in _COMPARED[1:] if name in rows.columns)]
        if "source" in rows.columns:
            compared.append("source_id")
        same = " AND ".join(f"r.{name} IS NOT DISTINCT FROM s.{name}" for name in compared)
        in_force = holds_sql("r.valid_from", end, day)
        self.same = (
            f"{self.meets} AND {same}"
            f" AND (r.valid_from = s.valid_from OR (s.valid_from IS NULL AND {in_force}))"
        )
        self.compared = compared

    def run(self, replace: bool, said: int | None = None) -> Outcome:
        """`said`: how many rules end, repeated by whoever lets more than half of them end."""
        self._repeated()
        if self.source_id:  # of rows that name none
            with connection.cursor() as cursor:
                cursor.execute(f"UPDATE {STAGE} SET source_id = %s WHERE source_id IS NULL", [self.source_id])
        if self.errors.total:
            return Outcome()
        rule = CoverageRule._meta.db_table
        unchanged = self._one(
            f"SELECT COUNT(*) FROM {STAGE} s WHERE EXISTS (SELECT 1 FROM {rule} r WHERE {self.same})"
        )
        closing = self._unnamed() if replace else []
        if self.commit:
            refuse_unasked(len(closing), self.rows.services, said)
        created, changed, followed = self._differing()
        if not self.errors.total and self.commit:
            self._close(closing)
        created += self._insert_new()
        return Outcome(created=created, changed=changed, unchanged=unchanged + followed, closed=len(closing))

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
            f"SELECT s.service_id, s.region_id, {self.begin}, {end_sql('s.valid_to')}, s.line, s.kind,"
            f" s.response_hours, s.note, s.source_id FROM {STAGE} s JOIN (SELECT service_id, region_id FROM {STAGE}"
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
            rows = self._fetch(
                f"SELECT r.id FROM {rule} r WHERE r.service_id IN ({listed})"
                f" AND {holds_sql('r.valid_from', end_sql('r.valid_to'), repr(str(self.day)))} AND NOT EXISTS (SELECT 1 FROM {STAGE} s"
                " WHERE s.service_id = r.service_id AND s.region_id = r.region_id)"
            )
            keys: list[int] = [key for (key,) in rows]
            for at in range(0, len(keys), CHUNK):
                rules = CoverageRule.objects.filter(pk__in=keys[at : at + CHUNK])
                found += list(rules.select_related("service", "region"))
        return found

    def _close(self, rules: list[CoverageRule]) -> None:
        for _pk, group in groupby(sorted(rules, key=lambda r: r.service_id), key=lambda r: r.service_id):
            its = list(group)
            end(its[0].service, its, self.changes, self.day)

    def _differing(self) -> tuple[int, int, int]:
        """Settle the rows that meet a rule and differ from it; how many rules that creates, changes and leaves.

        They leave the stage, so that what is left without a rule is new.
        """
        rule = CoverageRule._meta.db_table
        rows = self._fetch(
            f"SELECT s.line, s.service_id, s.region_id, s.kind, s.valid_from, s.valid_to, s.response_hours, s.note, s.source_id"
            f" FROM {STAGE} s WHERE EXISTS (SELECT 1 FROM {rule} r WHERE {self.meets})"
            f" AND NOT EXISTS (SELECT 1 FROM {rule} r WHERE {self.same}) ORDER BY s.service_id, s.line"
        )
        created = changed = same = 0
        for start in range(0, len(rows), CHUNK):
            chunk = [
                Staged(line, service, region, kind, _date(begins), _date(ends), *rest)
                for line, service, region, kind, begins, ends, *rest in rows[start : start + CHUNK]
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
                created, changed, same = (
                    created + (made is True),
                    changed + (made is False),
                    same + (made is None),
                )
        return created, changed, same

    def _settle(self, row: Staged, rules: list[CoverageRule]) -> bool | None:
        """Bring the rule a row is about to it. True when a rule was created, False when one was changed."""
        asked = Period(row.valid_from or self.day, row.valid_to)
        near = [rule for rule in rules if Period.of(rule).meets(asked)]
        if row.valid_from:
            about = next((rule for rule in rules if rule.valid_from == asked.begin), None)
            if about and self._followed(row, about, rules):
                return None
        else:
            about = next((rule for rule in near if rule.valid_from <= self.day), None)
            if about is None and near and not row.valid_to:  # only one that begins later: until then
                self._create(row, min(rule.valid_from for rule in near))
                return True
        if about is None or any(rule.pk != about.pk for rule in near):
            other = next(rule for rule in near or rules if about is None or rule.pk != about.pk)
            raise ValueError(
                _("a rule of %(begin)s – %(end)s is in the way; close it, or leave valid_from empty")
                % {"begin": other.valid_from, "end": other.valid_to or ""}
            )
        self._change(row, about)
        return False

    def _followed(self, row: Staged, about: CoverageRule, rules: list[CoverageRule]) -> bool:
        """True when the rule a row names ended for another without a gap, and that one says what the open row says."""
        if row.valid_to or self.correct:
            return False
        by_day = {rule.valid_from: rule for rule in rules}
        while about.valid_to in by_day:
            about = by_day[about.valid_to]
        return about.valid_from != row.valid_from and all(
            getattr(about, name) == getattr(row, name) for name in self.compared
        )

    def _change(self, row: Staged, rule: CoverageRule) -> None:
        """From today on, unless the table corrects: then also on the days before."""
        wanted = like(rule, pk=rule.pk, valid_from=rule.valid_from)
        for name in self.compared:
            setattr(wanted, name, getattr(row, name))
        if wanted.valid_to and wanted.valid_to <= wanted.valid_from:
            raise ValueError(
                _("valid_to must lie after %(day)s, when the rule begins") % {"day": rule.valid_from}
            )
        try:
            if not self.commit:
                self.correct or begins_anew(rule, wanted)
                return
            if "source_id" not in self.compared:
                wanted.source_id = self.source_id or rule.source_id
            was, correction = put(rule, wanted, self.changes, correct=self.correct)
        except PastDays as error:
            raise ValueError(f"{error.messages[0]} ({_how_to_say_so()})") from None
        if was is None:
            begin([wanted], self.changes)
        else:
            wanted.save()
            self.changes.updated(wanted, fields_of(was), correction)

    def _create(self, row: Staged, until: datetime.date | None) -> None:
        if not self.commit:
            return
        rule = CoverageRule(
            service_id=row.service_id,
            region_id=row.region_id,
            kind=row.kind,
            valid_from=row.valid_from or self.day,
            valid_to=until,
            response_hours=row.response_hours,
            note=row.note,
            source_id=row.source_id,
        )
        begin([rule], self.changes)

    def _insert_new(self) -> int:
        """Write all rows that meet no rule, and the changes that say so."""
        rule = CoverageRule._meta.db_table
        new = f"NOT EXISTS (SELECT 1 FROM {rule} r WHERE {self.meets})"
        if not self.commit or self.errors.total:
            return self._one(f"SELECT COUNT(*) FROM {STAGE} s WHERE {new}")
        with connection.cursor() as cursor:
            # The stage keeps what is new: after the insert it could not be told any more.
            cursor.execute(
                f"DELETE FROM {STAGE} AS s WHERE EXISTS (SELECT 1 FROM {rule} r WHERE {self.meets})"
            )
            cursor.execute(
                f"INSERT INTO {rule} (service_id, region_id, kind, valid_from, valid_to, response_hours, note, source_id)"
                f" SELECT s.service_id, s.region_id, s.kind, {self._date_sql(self.begin)}, s.valid_to,"
                # In the order of the unique index: neighbours go to the same page.
                f" s.response_hours, s.note, s.source_id FROM {STAGE} s ORDER BY s.service_id, s.region_id"
            )
            created = cursor.rowcount
            if connection.vendor == "postgresql":
                # Have the references checked before anybody waits for the change sequence, not at the commit.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        if created:
            record_created(self.changes, self.begin)
        return created

    def _date_sql(self, sql: str) -> str:
        return f"CAST({sql} AS date)" if connection.vendor == "postgresql" else sql


def _date(value) -> datetime.date | None:
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value


def _how_to_say_so() -> str:
    """How whoever asks says that a table was always wrong: by the door that he came by."""
    by_door = {Door.COMMAND: "--correct", Door.API: '"correct": true'}
    in_tables = _("1 in the column correction, in a table of up to %(rows)d rows") % {"rows": UPLOAD.rows}
    return by_door.get(Door(door.get()), in_tables)
