"""What all spreadsheets share: rows go through the services, as a form would, all of them or none."""

from collections.abc import Callable, Generator, Iterable
from contextlib import nullcontext

import tablib
from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, models, transaction
from django.utils.translation import gettext as _
from import_export import resources
from import_export.fields import Field
from import_export.results import Error, Result

from regions import access
from regions.admin.forms import changed_since
from regions.choices import Door
from regions.models.base import today
from regions.periods import Period
from regions.rehearsal import rehearsal
from regions.services import records
from regions.services.changes import change_set
from regions.services.columns import headings, in_file, named, with_heading
from regions.services.lives import PastDays
from regions.services.past import DatedRecord
from regions.sheets import UPLOAD

from .cells import cell_of, choices_of
from .formats import ROW
from .results import Later, Shown, Unshown
from .widgets import Flag, RegionCode

# A column for dated records: 1 where a row was always wrong and its past days are to be corrected too.
CORRECTION = "correction"
# A table of so many rows is written while its page waits; a longer one is a job.
AT_A_STRETCH = UPLOAD.rows
# After so many rows whoever waits is told.
PORTION = 100
Progress = Callable[[Iterable], Iterable]


def _raise_what_no_row_did(error: Exception) -> None:
    """The library takes every fault for the row's: a database that is busy or away is none, and is told as such."""
    if isinstance(error, OperationalError | InterfaceError):
        raise error


class DirectoryResource(resources.ModelResource):
    """A sheet of one kind of record, known by its natural key, limited to what the user may work on."""

    class Meta:
        use_transactions = True
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = False
        use_bulk = False
        skip_diff = False

    def __init__(
        self,
        user=None,
        may_add: bool = True,
        seen: int | None = None,
        shown: int = 0,
        why: str = "",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.user, self.may_add, self.seen, self.why = user, may_add, seen, why
        self.told: Progress = iter  # hears of each row that is read, where a table is compared in sets
        self.still_shown = shown
        for field in self.fields.values():
            if hasattr(field.widget, "user"):
                field.widget.user = user

    @classmethod
    def field_from_django_field(cls, field_name, django_field, readonly):
        return Field(
            attribute=field_name, column_name=field_name, widget=cell_of(django_field), readonly=readonly
        )

    def get_queryset(self):
        """With the records that cells name: a row on file is compared cell by cell."""
        named = (
            self._meta.model._meta.get_field(name) for name in self._meta.fields if name in self._columns()
        )
        others = [column.name for column in named if isinstance(column, models.ForeignKey)]
        queryset = super().get_queryset().select_related(*others)
        return access.limit(queryset, self.user) if self.user else queryset

    # Columns of the key that a file may leave out: a row is found without them.
    may_be_missing: tuple[str, ...] = ()
    # Columns beside those of the record that are read.
    also_read: tuple[str, ...] = ()
    # Columns of the API's files that say again what others say, or what is computed: known, and not read.
    told_again: tuple[str, ...] = ()

    def _columns(self) -> set[str]:
        return {column.name for column in self._meta.model._meta.concrete_fields}

    def only_told(self) -> list[str]:
        """The columns that are known, and not read."""
        told = dict.fromkeys([field.column_name for field in self.get_export_fields()])
        read = {field.column_name for field in self.get_import_fields()} | set(self.also_read)
        return [name for name in (*told, *self.told_again) if name not in read]

    def export(self, *args, **kwargs):
        data = super().export(*args, **kwargs)
        called = in_file(self._meta.model, self.known_columns())
        data.choices = {
            called[field.column_name]: choices_of(field.widget)
            for field in self.fields.values()
            if choices_of(field.widget)
        }
        return data

    def get_export_headers(self, selected_fields=None):
        """In the language of who asks for the file; in English as all files have them."""
        called = in_file(self._meta.model, self.known_columns())
        return [called[name] for name in super().get_export_headers(selected_fields)]

    def export_field(self, field, instance, **kwargs):
        return field.widget.written(field.get_value(instance))

    def known_columns(self) -> list[str]:
        told = [field.column_name for field in self.get_export_fields()]
        known = list(dict.fromkeys([*told, *self.also_read, *self.told_again]))
        return [*known, CORRECTION] if issubclass(self._meta.model, DatedRecord) else known

    def import_data(self, dataset, dry_run=False, file_name="", **kwargs):
        """The result of a table; `Later` of a long one where somebody waits for it at a page."""
        work = Later(self, self.steps(dataset, dry_run, file_name), len(dataset))
        return work if self.user and len(dataset) > AT_A_STRETCH else work.to_its_end()

    def steps(self, dataset, dry_run: bool = False, file_name: str = "") -> Generator[int]:
        """Bring the directory to a table, all of it or nothing; yields how many rows are done. Then there is a `result`.

        Whoever gives up between two steps has written nothing.
        """
        self.result = result = self.get_result_class()()
        # Of each record what rows say of it: the row, its days, its cells.
        self._rows_said: dict[tuple, list[tuple[str, Period, tuple]]] = {}
        dataset.headers = named(dataset.headers, headings(self._meta.model, [*self.known_columns(), ROW]))
        if text := self.header_problem(dataset.headers):
            result.append_base_error(Error(ValidationError(text)))
            return
        for name in self.may_be_missing:
            if name not in dataset.headers:
                dataset.append_col(lambda row: "", header=name)
        result.diff_headers, result.total_rows = self.get_diff_headers(), len(dataset)
        result.file_rows = dataset[ROW]
        result.not_read = [name for name in dataset.headers if name in self.only_told()]
        with (
            rehearsal() if dry_run else nullcontext(),
            change_set(actor=self.user, reason=self.reason(file_name), door=Door.SHEET) as changes,
            transaction.atomic(),
        ):
            result.change_set = changes.id
            for start in range(0, len(dataset), PORTION):
                rows = tablib.Dataset(*dataset[start : start + PORTION], headers=dataset.headers)
                self._add(self.import_data_inner(rows, dry_run, False, True, False), start)
                yield start + len(rows)
            result.past = changes.past()
            if dry_run or result.has_errors() or result.has_validation_errors():
                transaction.set_rollback(True)
                changes.rows.clear()  # the rows they speak of were rolled back

    def _add(self, part: Result, start: int) -> None:
        """Add what came of the rows from one on; of the rows themselves those that are shown or wrong."""
        result = self.result
        for found in (*part.invalid_rows, *part.error_rows):
            found.number += start
        result.base_errors += part.base_errors
        result.invalid_rows += part.invalid_rows
        result.error_rows += part.error_rows
        result.rows += [row for row in part.rows if row.diff or row.errors]
        for word, count in part.totals.items():
            result.totals[word] += count

    def reason(self, file_name: str) -> str:
        """Why: in the words of who confirmed; else which file it was."""
        return self.why or (_("Spreadsheet %s") % file_name if file_name else _("Spreadsheet"))

    def header_problem(self, headers: list[str]) -> str:
        """What is wrong with the names of the columns; empty when nothing is."""
        known = self.known_columns()
        required = [self.fields[name].column_name for name in self.get_import_id_fields()]
        missing = [name for name in required if name not in (*headers, *self.may_be_missing)]
        if len(set(headers)) < len(headers):
            return _("Two columns have the same name.")
        if missing:
            return _("These columns are missing: %s.") % self._listed(missing)
        if unknown := [name for name in headers if name not in (*known, ROW)]:
            return _("Unknown columns: %(unknown)s. Possible are: %(known)s.") % {
                "unknown": ", ".join(unknown),
                "known": self._listed(known),
            }
        return ""

    def _listed(self, names: list[str]) -> str:
        return ", ".join(with_heading(self._meta.model, name) for name in names)

    def import_row(self, row, *args, **kwargs):
        self._days_typed = {name: row[name] for name in ("valid_from", "valid_to") if name in row}
        found = super().import_row(row, *args, **kwargs)
        for each in found.errors:
            _raise_what_no_row_did(each.error)
        return found

    def before_import_row(self, row, **kwargs):
        # What is wrong with a row before its cells are read, by field.
        self.faults: dict[str, ValidationError] = {}

    def get_or_init_instance(self, instance_loader, row):
        """A row that names a record in a way that cannot be read is read on as a new one: all that is wrong with it is told."""
        try:
            return super().get_or_init_instance(instance_loader, row)
        except ValueError:  # said again where that cell is read
            return self.init_instance(row), False

    def import_instance(self, instance, row, **kwargs):
        wrong = dict[str, list]()
        try:
            super().import_instance(instance, row, **kwargs)
        except ValidationError as error:
            called = {field.attribute: field.column_name for field in self.fields.values()}
            wrong = {called.get(name, name): faults for name, faults in error.error_dict.items()}
        for name, fault in self.faults.items():
            wrong[name] = fault.error_list
        if wrong:
            raise ValidationError(wrong)

    def skip_row(self, instance, original, row, import_validation_errors=None):
        """A row that an earlier one says as well is passed over."""
        if not import_validation_errors and self._is_said_already(instance, row):
            return True
        return super().skip_row(instance, original, row, import_validation_errors)

    def _is_said_already(self, instance, row) -> bool:
        """Whether an earlier row says the same; ValidationError where one speaks of the same record and says something else.

        Rules of one region, and claims to one number, may follow each other: rows of other days are of another one. What days
        a row means is what was typed: the row before it may have begun another life of the record.
        """
        names = [name for name in self.get_import_id_fields() if name != "valid_from"]
        key = tuple(instance.serializable_value(name) for name in names)
        typed = {name: self.fields[name].clean(self._days_typed) for name in self._days_typed}
        begin, end = typed.get("valid_from"), typed.get("valid_to")
        period = Period(begin or (None if end else today()), end)
        cells = (
            self.corrects,
            *(
                typed.get(field.column_name, instance.serializable_value(field.attribute))
                for field in self.get_import_fields()
                if field.column_name in row
            ),
        )
        told = self._rows_said.setdefault(key, [])
        if any(cells == others for _line, _period, others in told):
            return True
        for line, of_another, _cells in told:
            if names == ["slug"] or period.meets(of_another):
                said = _("This contradicts line %(line)s, which speaks of the same record.")
                raise ValidationError(said % {"line": line})
        told.append((row[ROW], period, cells))
        return False

    def handle_import_error(self, result, error, raise_errors=False):
        _raise_what_no_row_did(error)
        super().handle_import_error(result, error, raise_errors)

    def get_diff_class(self):
        """What a row changes is told cell by cell for as many rows as the preview shows."""
        return Shown if self.still_shown > 0 else Unshown

    def said(self, instance) -> list[str]:
        """The cells of a record for people."""
        return [field.widget.said(field.get_value(instance)) for field in self.get_import_fields()]

    def after_import_row(self, row, row_result, **kwargs):
        if row_result.import_type != row_result.IMPORT_TYPE_SKIP:
            self.still_shown -= 1

    def after_init_instance(self, instance, new, row, **kwargs):
        self.corrects = False
        try:
            self.corrects = Flag().clean(row.get(CORRECTION, ""))
        except ValueError as error:
            self.faults[CORRECTION] = ValidationError(str(error))
        self._mean_what_stands(instance, row)
        if new and not self.may_add:
            raise ValidationError(_("This is not on file, and you may not add it."))

    def _mean_what_stands(self, instance, row) -> None:
        """A bare code, as files of the API have it, means the abolished region that the record on file names so."""
        for name, field in self.fields.items():
            if isinstance(field.widget, RegionCode) and field.column_name in row:
                region = getattr(instance, f"{name}_id") and getattr(instance, name)
                if region and not region.is_open and row[field.column_name].strip() == region.code:
                    row[field.column_name] = region.key

    def mean_what_goes_on(self, instance, lives, row) -> None:
        """A row of an earlier life of what stands, uploaded again, speaks of what goes on since: it begins when that began."""
        begins = self.fields["valid_from"].clean(row) if "valid_from" in row else instance.valid_from
        if begins != instance.valid_from and begins in {life.valid_from for life in lives}:
            row["valid_from"] = instance.valid_from.isoformat() if instance.valid_from else ""

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        """Saving validates, in fewer queries: beforehand only what else is wrong with a row whose cells cannot be read."""
        if import_validation_errors:
            super().validate_instance(instance, import_validation_errors, validate_unique)

    def do_instance_save(self, instance, is_create):
        if self.user and not is_create and not access.may_change(self.user, instance):
            raise ValidationError(_("Other brands rest on this record; who works on every brand changes it."))
        if not is_create and self.seen is not None and changed_since(instance, self.seen):
            raise ValidationError(
                _("Somebody has changed this since the preview; look at the preview again.")
            )
        try:
            self.write(instance)
        except PastDays as error:
            said = _("1 in the column correction says so.")
            raise ValidationError(f"{error.messages[0]} {said}") from None

    def write(self, instance) -> None:
        records.save(instance, actor=self.user, correct=self.corrects)

    def get_import_order(self):
        """Only columns that can be read; the others are for people."""
        return [name for name in super().get_import_order() if not self.fields[name].readonly]
