"""Tables as files that spreadsheet programs open as they are: CSV with a mark, workbooks of texts."""

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from .cells import cell_text, escape

# A column is as wide as what stands in its first rows, within these bounds (in characters).
_MEASURED, _NARROWEST, _WIDEST = 200, 8, 60
# A list of choices within a cell's rule holds no more characters than this.
_LIST = 255
_LAST_ROW = 1_048_576


def _cells(rows: Iterable[Iterable[Any]]) -> Iterable[list[str]]:
    return ([escape(cell_text(value)) for value in row] for row in rows)


def csv_bytes(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """Comma CSV in UTF-8 with a byte order mark, so that a spreadsheet program reads it as UTF-8."""
    return b"".join(csv_parts(header, [rows]))


def csv_parts(header: Iterable[str], parts: Iterable[Iterable[Iterable[Any]]]) -> Iterator[bytes]:
    """The same bit by bit: the header, then each part of the rows when it is there."""
    yield codecs.BOM_UTF8 + _csv([header])
    for rows in parts:
        yield _csv(_cells(rows))


def _csv(rows: Iterable[Iterable[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def xlsx_bytes(
    header: Iterable[str],
    rows: Iterable[Iterable[Any]],
    choices: Mapping[str, Sequence[str]] | None = None,
) -> bytes:
    """One sheet with a header that stays in sight. Codes, numbers and days are texts, also once somebody edits them.

    `choices`: by column the words that a cell may hold, offered as a list to choose from.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils import get_column_letter

    names = list(header)
    filled = iter(_cells(rows))
    first = list(islice(filled, _MEASURED))
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for place, name in enumerate(names, 1):
        column = sheet.column_dimensions[get_column_letter(place)]
        column.width = _width([name, *(row[place - 1] for row in first if len(row) >= place)])
        column.number_format = "@"  # what is typed below the last row is text too
    for name, words in (choices or {}).items():
        if name in names and len(",".join(words)) <= _LIST:
            sheet.data_validations.append(_list(words, get_column_letter(names.index(name) + 1)))
    sheet.append(names)
    for row in chain(first, filled):
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, text)
            cell.number_format = "@"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _list(words: Sequence[str], letter: str) -> Any:
    from openpyxl.worksheet.datavalidation import DataValidation

    # A warning, not a stop: words of another language are read as well.
    rule = DataValidation("list", formula1=f'"{",".join(words)}"', allow_blank=True, errorStyle="warning")
    rule.add(f"{letter}2:{letter}{_LAST_ROW}")
    return rule


def _width(texts: Iterable[str]) -> int:
    longest = max(_columns(line) for text in texts for line in text.splitlines() or [""])
    return min(max(longest + 2, _NARROWEST), _WIDEST)


def _columns(text: str) -> int:
    """The columns that a text takes: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
