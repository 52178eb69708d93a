"""Rows of a CSV or XLSX file, whatever its name says, within limits of size, memory and time."""

import csv
import time
import warnings
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from regions.said import said as _

from .cells import cell_text
from .decoding import kind_of, open_bytes, open_text
from .limits import Limits, Unreadable
from .packed import damaged, look_inside

Row = tuple[int, list[str]]
# No spreadsheet program has more columns; so many empty ones may stand behind those that are read.
WIDEST = 16_384
_PORTION = 64


def read_rows(source: Path | bytes, limits: Limits) -> Iterator[Row]:
    """(line number, cells) of every row that is not empty, the header first. Raises Unreadable, also on the way."""
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > limits.bytes:
        raise Unreadable(_("The file is larger than %(max)d MB: split it.", max=limits.bytes // 1_000_000))
    rows = _workbook(source, limits) if kind_of(source) == "zip" else _csv(source)
    return _within(rows, limits)


def _csv(source: Path | bytes) -> Iterator[Row]:
    with open_text(source) as file:
        rows = csv.reader(file, strict=True)
        try:
            for cells in rows:
                yield rows.line_num, cells
        except (csv.Error, UnicodeDecodeError) as error:
            raise Unreadable(
                _("Line %(line)d cannot be read as CSV: %(error)s.", line=rows.line_num, error=str(error))
            ) from error


def _workbook(source: Path | bytes, limits: Limits) -> Iterator[Row]:
    from openpyxl import load_workbook

    with open_bytes(source) as file:
        filled = look_inside(file, limits)
        file.seek(0)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what the library leaves out is nothing that we read
                book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
                sheets = [sheet for sheet in book.worksheets if _part_of(sheet) in filled] or book.worksheets[
                    :1
                ]
                if len(sheets) == 1:
                    # One row more than may be, so that it is seen: the library makes up rows that a number skips.
                    last = limits.rows + limits.empty_rows + 2
                    sheets[0].reset_dimensions()  # what the sheet says of its size is not believed
                    found = sheets[0].iter_rows(values_only=True, max_row=last)
                    yield from ((number, list(map(cell_text, row))) for number, row in enumerate(found, 1))
        except Unreadable:
            raise
        except Exception as error:  # the library raises whatever the damage leads to
            raise damaged() from error
        if len(sheets) > 1:
            raise Unreadable(
                _(
                    "Several sheets of the workbook hold cells (%(names)s): keep the one that is meant.",
                    names=", ".join(sheet.title[:31] for sheet in sheets[:10]),
                )
            )


def _part_of(sheet: Any) -> str:  # the library's own, without types
    return str(sheet._worksheet_path).lstrip("/")


def _within(rows: Iterator[Row], limits: Limits) -> Iterator[Row]:
    """The rows that are not empty, as long as they stay within the limits. Time is that of reading, not of the caller."""
    filled = empty = size = 0
    spent = 0.0
    while True:
        started = time.monotonic()
        portion = list(islice(rows, _PORTION))
        spent += time.monotonic() - started
        if not portion:
            return
        if spent > limits.seconds:
            raise Unreadable(_("The file takes too long to read: split it, or save it as “CSV UTF-8”."))
        for number, cells in portion:
            held = len("".join(cells))
            if len(cells) > limits.columns or held > limits.cell:
                _check_width(number, cells, limits)
            if held:
                filled += 1
                size += held
                if filled > limits.rows + 1 or size > limits.text:  # the header is no row
                    raise _too_long(filled, limits)
                yield number, cells
            else:
                empty += 1
                if empty > limits.empty_rows:
                    raise Unreadable(
                        _("The file holds more than %(max)d empty rows: delete them.", max=limits.empty_rows)
                    )


def _check_width(number: int, cells: list[str], limits: Limits) -> None:
    if len(cells) > WIDEST or any(cells[limits.columns :]):
        raise Unreadable(_("Row %(row)d has more than %(max)d cells.", row=number, max=limits.columns))
    if max(map(len, cells)) > limits.cell:
        raise Unreadable(
            _("A cell in row %(row)d has more than %(max)d characters.", row=number, max=limits.cell)
        )


def _too_long(filled: int, limits: Limits) -> Unreadable:
    if filled > limits.rows + 1:
        return Unreadable(_("More than %(max)d rows: split the file into smaller ones.", max=limits.rows))
    return Unreadable(_("The cells hold more than %(max)d characters: split the file.", max=limits.text))
