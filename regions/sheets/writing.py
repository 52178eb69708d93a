"""Tables as files that spreadsheet programs open as they are: CSV with a mark, workbooks of texts."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from .cells import cell_text, escape


def _cells(rows: Iterable[Iterable[Any]]) -> Iterable[list[str]]:
    return ([escape(cell_text(value)) for value in row] for row in rows)


def csv_bytes(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """Comma CSV in UTF-8 with a byte order mark, so that a spreadsheet program reads it as UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(_cells(rows))
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """One sheet. Codes, numbers and days are texts, so no spreadsheet program rewrites them."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(list(header))
    for row in _cells(rows):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
