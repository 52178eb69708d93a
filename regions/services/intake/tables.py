"""A table of codes becomes rules, in sets: staged, compared and written by the database itself.

For big files. The rows go to a temporary table (`COPY` on PostgreSQL); what differs is found by joins; what is new is
written with one statement, its changes with another. Memory does not grow with the file. One transaction, one change
set; nothing is written while a single row is wrong.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from itertools import islice

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from regions.choices import Door
from regions.lookup.changes import Position, changed_since, list_of
from regions.models import Service
from regions.rehearsal import rehearsal
from regions.services.changes import change_set
from regions.services.rules import hold_lists

from .merging import Merge
from .plan import IntakeError, Outcome
from .recording import STAGE
from .rows import Errors, Rows

Progress = Callable[[Iterable], Iterable]
_BATCH = 20_000


class TableErrors(IntakeError):
    """The table has errors; nothing was written. `errors` has them by line."""

    def __init__(self, errors: Errors) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


def import_table(
    *,
    rows: Rows,
    table: Iterable[tuple[int, list[str]]],
    replace: bool = False,
    closing: int | None = None,
    commit: bool = False,
    correct: bool = False,
    source_id: int | None = None,
    seen: Position | None = None,
    actor=None,
    reason: str = "",
    progress: Progress = iter,
) -> Outcome:
    """Bring coverage rules to a table. Without `commit` nothing is written, and the outcome is what would be.

    A row without `valid_from` speaks of the rule in force today; with it, of the rule that begins on that day.
    Columns the table does not have are left as they are; an empty `source` is `source_id`. A rule that is to say something else ends today and another
    begins; with `correct` it was always wrong, and is changed for its past days too. `replace` closes the rules in force of every service in
    the table that it does not name; where that are more than half, `closing` must say how many. `seen`: where the directory stood when its author saw the lists; nothing is written when one has changed since.
    Raises TableErrors with everything that is wrong.
    """
    with nullcontext() if commit else rehearsal(), _references_hold(), transaction.atomic():
        with change_set(actor=actor, reason=reason, door=Door.IMPORT) as changes:
            _stage(rows.read(progress(table)))
            hold_lists(rows.services)
            _refuse_unseen(rows, seen)
            outcome = Merge(rows, changes, source_id, commit, correct).run(replace, closing)
            if rows.errors.total:
                raise TableErrors(rows.errors)
            if not commit:
                changes.rows.clear()
        return outcome


def _refuse_unseen(rows: Rows, seen: Position | None) -> None:
    if seen is None:
        return
    slugs = Service.objects.filter(pk__in=rows.services).order_by().values_list("slug", flat=True)
    if changed_since(seen, list_of(slugs)):
        raise IntakeError(
            _("Somebody else has changed the list meanwhile; nothing was changed. Look at it again."),
            code="changed",
        )


@contextmanager
def _references_hold() -> Iterator[None]:
    """The database checks every new rule's references when it commits; say so in words where one is gone."""
    try:
        yield
    except IntegrityError as error:
        raise IntakeError(
            _("Something the file names was deleted while it was read; nothing was written. Try again."),
            code="busy",
        ) from error


def _stage(rows: Iterator[tuple]) -> None:
    columns = "line, service_id, region_id, kind, valid_from, valid_to, response_hours, note, source_id"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # For this transaction only: sort and join in memory, and do not compile statements that run once.
            cursor.execute("SET LOCAL work_mem = '128MB'; SET LOCAL jit = off")
        cursor.execute(f"DROP TABLE IF EXISTS {STAGE}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {STAGE} (line integer, service_id bigint, region_id bigint, kind varchar(7),"
            " valid_from date, valid_to date, response_hours smallint, note varchar(200), source_id bigint)"
        )
        # In batches: reading a row may ask the database something, which must not happen inside a COPY.
        while batch := list(islice(rows, _BATCH)):
            if connection.vendor == "postgresql":
                statement = f"COPY {STAGE} ({columns}) FROM STDIN"
                with connection.wrap_database_errors, cursor.copy(statement) as copy:
                    for row in batch:
                        copy.write_row(row)
            else:
                cursor.executemany(
                    f"INSERT INTO {STAGE} ({columns}) VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s)", batch
                )
        if connection.vendor == "postgresql":
            cursor.execute(f"ANALYZE {STAGE}")
