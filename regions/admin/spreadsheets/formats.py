"""File formats that are safe to open in a spreadsheet program and that read what such programs write.

A cell that begins like a formula gets an apostrophe in front, and loses exactly that one when read again, so files
go round without change. CSV is written as UTF-8 with a byte order mark and read as UTF-8 or GB18030.
"""

import csv
import datetime
import io
import re
from collections.abc import Iterable
from typing import Any

import openpyxl
import tablib
from django.utils.translation import gettext as _
from import_export.formats import base_formats

MAX_ROWS = 2_000
MAX_BYTES = 5_000_000
# The row of the file, kept beside the data so that errors can name it.
ROW = "row in the file"

_FORMULA = re.compile(r"\A'*[=+\-@\t\r\n＝＋－＠]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class UnreadableFile(ValueError):
    """The file cannot be taken as a table; the message, in the reader's language, says why and what to do."""


def escape(value: Any) -> str:
    """A cell that no spreadsheet program takes for a formula."""
    text = _CONTROL.sub("", "" if value is None else str(value))
    return f"'{text}" if _FORMULA.match(text) else text


def unescape(text: str) -> str:
    """The inverse of `escape`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def table(rows: Iterable[list[Any]]) -> tablib.Dataset:
    """Rows of cells → a data set with text cells. Empty rows are passed over but counted. Raises UnreadableFile."""
    rows = enumerate(rows, start=1)
    _number, header = next(rows, (1, []))
    names = [cell_text(cell).strip() for cell in header]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise UnreadableFile(_("The first row must hold the names of the columns."))
    if len(set(names)) != len(names):
        raise UnreadableFile(_("Two columns have the same name."))
    data = tablib.Dataset(headers=[*names, ROW])
    for number, row in rows:
        cells = [unescape(cell_text(cell)) for cell in row]
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(names) :]):
            raise UnreadableFile(_("Row %d has more cells than the first row has names.") % number)
        if len(data) == MAX_ROWS:
            raise UnreadableFile(_("More than %d rows: split the file into smaller ones.") % MAX_ROWS)
        cells = (cells + [""] * len(names))[: len(names)]
        data.append([*cells, str(number)])
    if not len(data):
        raise UnreadableFile(_("The file has no rows below the names of the columns."))
    return data


def cell_text(value: Any) -> str:
    """A cell as text: whole numbers without a point, dates as 2026-11-21."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    return str(value)


def decode(data: bytes) -> str:
    """Text of a file as spreadsheet programs write it. Raises UnreadableFile."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise UnreadableFile(
        _("This is not a text file in UTF-8 or GB18030. Save it as “CSV UTF-8” and try again.")
    )


class _SafeFormat:
    def is_binary(self) -> bool:
        return True  # we decode ourselves

    def get_read_mode(self) -> str:
        return "rb"

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        if len(in_stream) > MAX_BYTES:
            raise UnreadableFile(_("The file is larger than %d MB: split it.") % (MAX_BYTES // 1_000_000))
        return self.read(in_stream)


class SafeCSV(_SafeFormat, base_formats.CSV):
    def get_title(self) -> str:
        return "CSV"

    def get_extension(self) -> str:
        return "csv"

    def read(self, data: bytes) -> tablib.Dataset:
        try:
            return table(csv.reader(io.StringIO(decode(data), newline=""), strict=True))
        except csv.Error as error:
            raise UnreadableFile(_("The CSV is damaged: %s.") % error) from error

    def export_data(self, dataset: tablib.Dataset, **kwargs) -> bytes:
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(dataset.headers)
        writer.writerows([escape(cell) for cell in row] for row in dataset)
        return out.getvalue().encode("utf-8-sig")


class SafeXLSX(_SafeFormat, base_formats.XLSX):
    def get_title(self) -> str:
        return "XLSX (Excel)"

    def get_extension(self) -> str:
        return "xlsx"

    def read(self, data: bytes) -> tablib.Dataset:
        try:
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        except Exception as error:  # openpyxl raises whatever the damage leads to
            raise UnreadableFile(_("This is not an Excel file (.xlsx), or it is damaged.")) from error
        try:
            return table(list(row) for row in book.active.iter_rows(values_only=True))
        finally:
            book.close()

    def export_data(self, dataset: tablib.Dataset, **kwargs) -> bytes:
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(list(dataset.headers))
        for row in dataset:
            sheet.append([escape(cell) for cell in row])
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()
