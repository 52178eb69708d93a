"""The forms of files that the admin's import and export offer; `regions.sheets` reads and writes them."""

from collections.abc import Iterable
from typing import Any

import tablib
from import_export.formats import base_formats

from regions.said import said as _
from regions.sheets import LONG, Unreadable, csv_bytes, read_rows, unescape, xlsx_bytes
from regions.texts import flaw

# The row of the file, kept beside the data so that errors can name it.
ROW = "row in the file"


def table(rows: Iterable[tuple[int, list[str]]]) -> tablib.Dataset:
    """Numbered rows, the header first → a data set of texts. Raises Unreadable."""
    rows = iter(rows)
    first, header = next(rows, (0, []))
    names = [cell.strip() for cell in header]
    while names and not names[-1]:
        names.pop()
    if not names or first != 1:
        raise Unreadable(_("The first row must hold the names of the columns."))
    if len(set(names)) != len(names):
        raise Unreadable(_("Two columns have the same name."))
    data = tablib.Dataset(headers=[*names, ROW])
    for number, cells in rows:
        if any(cell.strip() for cell in cells):
            data.append([*_fitted(number, cells, len(names)), str(number)])
    if not len(data):
        raise Unreadable(_("The file has no rows below the names of the columns."))
    return data


def _fitted(number: int, cells: list[str], width: int) -> list[str]:
    if any(cell.strip() for cell in cells[width:]):
        raise Unreadable(_("Row %(row)d has more cells than the first row has names.", row=number))
    for cell in cells:
        if found := flaw(cell, controls=False):
            raise Unreadable(_("Row %(row)d %(flaw)s.", row=number, flaw=found.what))
    return [unescape(cell) for cell in [*cells, *[""] * width][:width]]


class _Sheet:
    """What both forms share. The reader looks into the file itself, whichever form was chosen."""

    write: Any
    limits = LONG

    def is_binary(self) -> bool:
        return True  # we decode ourselves

    def get_read_mode(self) -> str:
        return "rb"

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        return table(read_rows(in_stream, self.limits))

    def export_data(self, dataset: tablib.Dataset, **kwargs) -> bytes:
        return type(self).write(dataset.headers, dataset)


class SafeCSV(_Sheet, base_formats.CSV):
    write = staticmethod(csv_bytes)

    def get_title(self) -> str:
        return "CSV"

    def get_extension(self) -> str:
        return "csv"


class SafeXLSX(_Sheet, base_formats.XLSX):
    def export_data(self, dataset: tablib.Dataset, **kwargs) -> bytes:
        return xlsx_bytes(dataset.headers, dataset, getattr(dataset, "choices", None))

    def get_title(self) -> str:
        return "XLSX (Excel)"

    def get_extension(self) -> str:
        return "xlsx"
