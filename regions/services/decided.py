"""Decisions about lines, written down: each is a change of its import, and can be undone while that is a draft."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from regions.choices import Door
from regions.models import CoverageImport, ImportLine
from regions.services.changes import change_set
from regions.services.records import as_rows

DECIDED = ("decision", "include", "exclude", "decided_by", "decided_at", "note", "shared")
_COLUMNS = ("line_no", "position", "token", "decision", "include", "exclude", "decided_by_id", "decided_at", "note", "shared")  # fmt: skip

Row = dict[str, Any]


def told(lines: Iterable[ImportLine]) -> list[Row]:
    """Where each line stands, what it says and what was decided about it, as JSON values."""
    rows = as_rows(lines, "coverage_import")
    return [{name: row[name] for name in _COLUMNS} for row in rows]


def place(row: Row) -> tuple[int, int]:
    """Which line of its import a row is about."""
    return row["line_no"], row["position"]


def deciding(reason: str, actor=None):
    """The change set of decisions; inside another one they are a part of that."""
    return change_set(actor=actor, reason=reason, door=Door.IMPORT)


def store(imp: CoverageImport, lines: Sequence[ImportLine], changes) -> None:
    """Save what was decided about lines of an import, and write down where it is something else than before."""
    stored = ImportLine.objects.in_bulk([line.pk for line in lines])
    ImportLine.objects.bulk_update(lines, DECIDED, batch_size=200)
    before, after = told(stored[line.pk] for line in lines), told(lines)
    differ = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    if differ:
        changes.parts_changed(imp, *({"lines": list(rows)} for rows in zip(*differ, strict=True)))


def of_line(line: ImportLine) -> str:
    """What a decision about a line is called in the audit trail."""
    words = {"import": line.coverage_import_id, "line": line.line_no, "token": line.token[:60]}
    return _("import %(import)d, line %(line)d: “%(token)s” is decided") % words
