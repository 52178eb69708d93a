"""Bytes to text: UTF-8 with or without a mark, UTF-16 with its mark, GB18030. Other kinds of file are named."""

import codecs
import io
from pathlib import Path
from typing import BinaryIO, TextIO

from regions.said import said as _

from .limits import Unreadable

_CHUNK = 1 << 20
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def open_bytes(source: Path | bytes) -> BinaryIO:
    """The file or the bytes, to read from."""
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def kind_of(source: Path | bytes) -> str:
    """zip or text, by the first bytes. Raises Unreadable for what is certainly neither a table nor a text."""
    with open_bytes(source) as file:
        start = file.read(1_024)
    if start.startswith(_OLD_OFFICE):
        raise Unreadable(
            _(
                "This is an old Excel file (.xls), or one with a password: "
                "save it as .xlsx without a password, or as “CSV UTF-8”."
            )
        )
    if (
        start.lstrip(b"\xef\xbb\xbf \t\r\n")[:9]
        .lower()
        .startswith((b"<html", b"<table", b"<!doctype", b"<?xml"))
    ):
        raise Unreadable(_("This is a web page, not a table: open it, and save it as .xlsx or “CSV UTF-8”."))
    return "zip" if start.startswith(ZIP) else "text"


def encoding_of(source: Path | bytes) -> str:
    """As its mark says, else UTF-8 when all of it is, else GB18030 when all of it is. Reads a piece at a time."""
    with open_bytes(source) as file:
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
    raise Unreadable(
        _(
            "This is not a text file in UTF-8 or GB18030. Save it as “CSV UTF-8” or as text in UTF-8 and try again."
        )
    )


def open_text(source: Path | bytes) -> TextIO:
    """The file as text with its line ends as they stand. Raises Unreadable."""
    encoding = encoding_of(source)
    return io.TextIOWrapper(open_bytes(source), encoding, newline="")


def decode(source: Path | bytes) -> str:
    """All the text of a file. Raises Unreadable."""
    if kind_of(source) == "zip":
        raise Unreadable(
            _("This is a workbook or an archive, not a text: import tables as a table, or paste the text.")
        )
    try:
        with open_text(source) as file:
            text = file.read()
    except UnicodeDecodeError:
        raise Unreadable(_("The file is damaged: its encoding breaks off.")) from None
    if "\x00" in text:
        raise Unreadable(
            _(
                "This is not a text file in UTF-8 or GB18030. Save it as “CSV UTF-8” or as text in UTF-8 and try again."
            )
        )
    return text
