"""Reading the files people have: UTF-8 with or without BOM, UTF-16 with BOM, GB18030; CSV and XLSX."""

import codecs
import csv
import datetime
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from .plan import IntakeError

_CHUNK = 1 << 20
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def encoding_of(path: Path) -> str:
    """The encoding a file is read in: as its mark says, else UTF-8 when all of it is, else GB18030 when all of it
    is. Raises IntakeError. Reads the file once, a piece at a time."""
    with path.open("rb") as file:
        start = file.read(3)
        for mark, encoding in _MARKS.items():
            if start.startswith(mark):
                return encoding
        for encoding in ("utf-8", "gb18030"):
            file.seek(0)
            decoder = codecs.getincrementaldecoder(encoding)()
            try:
                while chunk := file.read(_CHUNK):
                    decoder.decode(chunk)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                continue
            return encoding
    raise IntakeError(_("The file is neither UTF-8 nor GB18030; save it as UTF-8."))


def read_text(path: Path) -> str:
    """A text file as it stands, line ends included. Raises IntakeError."""
    with path.open(encoding=encoding_of(path), newline="") as file:
        try:
            return file.read()
        except UnicodeDecodeError:
            raise IntakeError(_("The file is damaged: its encoding breaks off.")) from None


def read_table(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of a CSV or XLSX file, the header first, empty rows passed over. Raises IntakeError."""
    reader = _xlsx(path) if path.suffix.lower() == ".xlsx" else _csv(path)
    return ((number, cells) for number, cells in reader if any(cells))


def _csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding=encoding_of(path), newline="") as file:
        rows = csv.reader(file, strict=True)
        try:
            for cells in rows:
                yield rows.line_num, cells
        except (csv.Error, UnicodeDecodeError) as error:
            raise IntakeError(
                _("Line %(line)d cannot be read as CSV: %(error)s.") % {"line": rows.line_num, "error": error}
            ) from None


def _xlsx(path: Path) -> Iterator[tuple[int, list[str]]]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile, KeyError, OSError, ValueError):
        raise IntakeError(_("The file is no XLSX workbook.")) from None
    try:
        for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
            yield number, [_cell(value) for value in row]
    finally:
        book.close()


def _cell(value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
