"""Looks into a workbook before it is read: what it would unpack to, and how many elements it holds.

All of it is counted in the unpacked bytes, a piece at a time, without building anything. What passes is small enough
for the library that reads it.
"""

import re
import zipfile
import zlib
from typing import BinaryIO

from regions.said import said as _

from .limits import PARTS, RATIO, RATIO_FROM, Limits, Unreadable

_CHUNK = 1 << 18
_VALUE = re.compile(rb"<(?:[\w.-]+:)?(?:v|is)[\s/>]")
_ROW = re.compile(rb"<(?:[\w.-]+:)?row[\s/>]|sheetData>")
_STRINGS = re.compile(rb"<(?:[\w.-]+:)?sst[\s/>]")
_DECLARATION = re.compile(rb"<\?xml[^>]{0,200}?>")
_FOREIGN = re.compile(rb"""encoding\s*=\s*["'](?!utf-?8["'])""", re.IGNORECASE)
# An entity may stand for a gigabyte; no spreadsheet program writes any.
_ENTITIES = (b"<!DOCTYPE", b"<!ENTITY")
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def look_inside(file: BinaryIO, limits: Limits) -> set[str]:
    """The names of the parts that hold values of cells. Raises Unreadable for what is no workbook, or more than `limits`."""
    try:
        with zipfile.ZipFile(file) as book:
            parts = book.infolist()
            _check_parts(parts, limits)
            return _count(book, parts, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise damaged() from error


def damaged() -> Unreadable:
    return Unreadable(_("This is not an Excel file (.xlsx), or it is damaged."))


def swollen(part: zipfile.ZipInfo) -> bool:
    """Whether a part of an archive unpacks to so much more than it takes that nobody wrote it by hand."""
    return part.file_size > RATIO_FROM and part.file_size > RATIO * max(1, part.compress_size)


def _check_parts(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    names = {part.filename for part in parts}
    if "content.xml" in names:
        raise Unreadable(_("This is an OpenDocument file (.ods): save it as .xlsx or as “CSV UTF-8”."))
    if "xl/workbook.bin" in names:
        raise Unreadable(_("This is a binary workbook (.xlsb): save it as .xlsx or as “CSV UTF-8”."))
    if "[Content_Types].xml" not in names or len(names) < len(parts):
        raise damaged()
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable(_("The workbook has a password: save it without one."))
    if any(part.compress_type not in _PLAIN for part in parts):
        raise damaged()
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > PARTS or unpacked > limits.unpacked or any(map(swollen, parts)):
        raise Unreadable(
            _(
                "Unpacked, the workbook is far larger than the file: delete empty rows and columns, pictures and "
                "other sheets, or save it as “CSV UTF-8”."
            )
        )


def _count(book: zipfile.ZipFile, parts: list[zipfile.ZipInfo], limits: Limits) -> set[str]:
    marks, others, filled = 0, 0, set()
    for part in parts:
        row = _Row(limits.row_marks)
        with book.open(part) as stream:
            tail = b""
            while chunk := stream.read(_CHUNK):
                data = tail + chunk
                if not tail:
                    _check_start(data)
                    row.elements = not _STRINGS.search(data[:1_000])
                marks += chunk.count(b"<") + chunk.count(b"=")
                too_long = row.too_long(chunk)
                if too_long or marks > limits.marks or others + row.outside > limits.other_marks:
                    raise Unreadable(
                        _(
                            "The workbook holds too many cells or formats: delete empty rows and columns, "
                            "split it, or save it as “CSV UTF-8”."
                        )
                    )
                if any(word in data for word in _ENTITIES):
                    raise damaged()
                if part.filename not in filled and _VALUE.search(data):
                    filled.add(part.filename)
                tail = data[-64:]
        others += row.outside
    return filled


class _Row:
    """Counts the elements of the row that is being passed: the library builds a row whole before it gives it out.
    What stands in no row is `outside`; of texts of cells, which are read one by one, not their `elements`."""

    def __init__(self, longest: int) -> None:
        self.longest, self.inside, self.marks = longest, False, 0
        self.outside, self.elements = 0, True

    def too_long(self, chunk: bytes) -> bool:
        at = 0
        for found in _ROW.finditer(chunk):
            self._add(chunk, at, found.start())
            if self._is_long():
                return True
            self.inside, self.marks, at = found.group() != b"sheetData>", 0, found.end()
        self._add(chunk, at, len(chunk))
        return self._is_long()

    def _add(self, chunk: bytes, start: int, end: int) -> None:
        marks = chunk.count(b"=", start, end) + (chunk.count(b"<", start, end) if self.elements else 0)
        if self.inside:
            self.marks += marks
        else:
            self.outside += marks

    def _is_long(self) -> bool:
        return self.inside and self.marks > self.longest


def _check_start(data: bytes) -> None:
    """Only UTF-8 is counted right, and whatever a part is called, the reader may take it for XML."""
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff") or (b"<" in data[:4] and b"\x00" in data[:4])
    declaration = _DECLARATION.search(data[:1_000])
    if wide or (b"<?xml" in data[:100] and (not declaration or _FOREIGN.search(declaration.group()))):
        raise damaged()
