"""Cells: how values are written so that no spreadsheet program computes them, and how they are read."""

import datetime
import re
from typing import Any

from regions.said import said as _

_FORMULA = re.compile(r"\A'*[=+\-@\t\r\n＝＋－＠]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DAY = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)


def escape(value: Any) -> str:
    """A cell that no spreadsheet program takes for a formula: with an apostrophe in front where it begins like one."""
    text = _CONTROL.sub("", "" if value is None else str(value))
    return f"'{text}" if _FORMULA.match(text) else text


def unescape(text: str) -> str:
    """The inverse of `escape`: takes exactly that one apostrophe away."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def cell_text(value: Any) -> str:
    """A cell as text: whole numbers without a point, days as 2026-11-21."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def read_day(text: str) -> datetime.date | None:
    """A day as 2026-11-21, 2026/11/21 or 2026.11.21; None for an empty cell. Raises ValueError with the cure."""
    text = text.strip()
    if not text:
        return None
    if found := _DAY.fullmatch(text):
        try:
            return datetime.date(int(found[1]), int(found[3]), int(found[4]))
        except ValueError:
            pass
    raise ValueError(_("“%(text)s” is not a date; write it like 2026-11-21.", text=text[:40]))
