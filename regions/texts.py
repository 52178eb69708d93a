"""Text that can be kept: what no database, log or file takes is named with its cure. Pure Python.

NUL has no place in PostgreSQL, half a surrogate pair none in UTF-8, other control characters none in a workbook.
"""

import re
from typing import NamedTuple

from regions.said import Said
from regions.said import said as _

_BAD = re.compile("[\x00\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


class Flaw(NamedTuple):
    """Why a text cannot be kept, as the end of a sentence that begins with its name; and where."""

    what: Said
    at: int

    def line(self, text: str) -> int:
        """The number of the line with the flaw."""
        return text.count("\n", 0, self.at) + 1


def flaw(text: str, longest: int | None = None, *, controls: bool = True) -> Flaw | None:
    """What is wrong with a text, or None. `controls`: control characters other than line ends and tabs may stand."""
    if found := (_BAD if controls else _CONTROL).search(text):
        return Flaw(_name(found.group()), found.start())
    if longest is not None and len(text) > longest:
        return Flaw(
            _("has %(length)d characters; at most %(max)d are taken", length=len(text), max=longest), longest
        )
    return None


def _name(char: str) -> Said:
    if char == "\x00":
        return _("holds a NUL character; remove it")
    if char < " ":
        return _("holds a control character; remove it")
    return _("holds half a character (a lone surrogate); remove it")


def storable(text: str) -> bool:
    """True when a database can keep a text word for word."""
    return _BAD.search(text) is None


def plain(text: str) -> str:
    """A text with blanks for what cannot be kept: for words that are only searched for."""
    return _CONTROL.sub(" ", text)
