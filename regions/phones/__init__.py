"""Any text → the telephone numbers in it, in canonical digits. Pure Python.

    >>> [number.canonical for number in find_numbers("热线:(1)400-1865-909(点击咨询)")]
    ['4001865909']
    >>> parse_number("021-6300 0000转801").extension
    '801'

*Well-formed* means that the digits have a shape the numbering plan knows (`plan.py`). It never means that a
number is genuine, in use, or that of the brand that prints it.

Where it falls down: a short code (95555, 12345) is only taken where a word nearby says that it is a telephone
number; what is written in letters, stars or Chinese numerals is said and not read (`masks.py`); a local number without its area code is refused, for
the same digits ring in a hundred cities.
"""

from regions.said import said as _

from .asked import every_number
from .finder import Number, find_numbers
from .plan import KINDS, display, e164

__all__ = [
    "KINDS",
    "Number",
    "NumberError",
    "display",
    "e164",
    "every_number",
    "find_numbers",
    "parse_number",
]


class NumberError(ValueError):
    """The text is not exactly one telephone number; the first argument is a sentence that says what to do."""


def parse_number(text: str) -> Number:
    """The one number in `text`, in any spelling; the same number printed twice is one number.

    The caller says that this is a telephone number, so short codes need no word beside them.
    Raises NumberError where there is none, more than one, or one that is refused.
    """
    found = find_numbers(text, expected=True)
    if not found:
        raise NumberError(
            _("No telephone number in this text: give its digits, with the area code for a fixed line.")
        )
    for number in found:
        if not number.canonical:
            raise NumberError(_("%(raw)s: %(reason)s.", raw=number.raw, reason=number.reason))
    different = {(number.canonical, number.extension): number for number in found}
    if len(different) > 1:
        listed = ", ".join(number.display for number in different.values())
        raise NumberError(
            _("Several numbers in this text (%(numbers)s): give them one at a time.", numbers=listed)
        )
    return found[0]
