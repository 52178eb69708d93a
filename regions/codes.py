"""Region codes as people and files write them: 6, 9 or 12 digits. Every door reads them here. Pure Python.

    >>> read_code("510322000000")
    '510322'

The directory goes down to townships. A village code, with which more is said than the directory knows, is refused
and never read as its township in silence.
"""

import re

from regions.said import said as _

_FORM = re.compile(r"\d{6}(?:\d{3}(?:\d{3})?)?", re.ASCII)
# The form alone, for the schema of the API.
PATTERN = r"^\d{6}(\d{3}(\d{3})?)?$"


# As Chinese keyboards type digits.
_NARROW = {ord(wide): str(digit) for digit, wide in enumerate("０１２３４５６７８９")}


class BadCode(ValueError):
    """Not a region code. The first argument is a sentence that names the cure; `wording.in_words` translates it."""


def narrow(text: str) -> str:
    """A text with full-width digits as plain ones, and without blanks around it."""
    return text.translate(_NARROW).strip()


def is_digits(text: str) -> bool:
    """True when a text can only be meant as a code or a part of one."""
    return text.isascii() and text.isdigit()


def trim(digits: str) -> str:
    """Digits without the zeros that stand for "no township" and "no village"."""
    for length in (9, 6):
        if len(digits) > length and not digits[length:].strip("0"):
            digits = digits[:length]
    return digits


def read_code(text: str) -> str:
    """A code of six digits, or nine for a township, from one of 6, 9 or 12 with its zero tail. Raises BadCode.

    Blanks around it and full-width digits (５１０３２２) are no other code.
    """
    text = narrow(text)
    if not _FORM.fullmatch(text):
        raise BadCode(
            _(
                "A region code has 6, 9 or 12 digits, for example 510322; names and addresses are asked with q=."
            )
        )
    code = trim(text)
    if len(code) == 12:
        raise BadCode(
            _(
                "%(code)s is a village code; the directory goes down to townships: ask for %(township)s.",
                code=code,
                township=trim(code[:9]),
            )
        )
    return code


def codes_below(code: str) -> str:
    """How the code of a region and the codes below it begin: 41 of 410000, nothing of 100000."""
    if code == "100000":
        return ""
    return code[:2] if code.endswith("0000") else code[:4] if len(code) == 6 and code.endswith("00") else code
