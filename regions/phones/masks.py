"""Numbers with digits hidden or replaced: 400-xxxx-xxx, 138****8000, 400-1865-9O9, 400-CALL-NOW. Found to be refused."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_HIDING = "xX*×●○■□"
_LOOKALIKE = "OoQDlIiZSB〇零"

_run = re.compile(
    r"(?<![0-9A-Za-z])(?:400|800|1[3-9][0-9]|0[1-9][0-9]{1,2})"
    rf"(?:[-. ]{{0,3}}[0-9{_HIDING}{_LOOKALIKE}]){{6,9}}(?![0-9A-Za-z*×]|-[0-9A-Za-z])"
)
_vanity = re.compile(
    r"(?<![0-9A-Za-z])[48]00-(?=[0-9-]{0,8}[A-Z])(?:[0-9A-Z]{2,5}-){1,2}[0-9A-Z]{2,5}(?![0-9A-Za-z-])"
)
_either = re.compile(f"{_run.pattern}|{_vanity.pattern}")
_hidden = re.compile(rf"[{_HIDING}][-. ]{{0,2}}[{_HIDING}]")


class Mask(NamedTuple):
    start: int
    end: int
    reason: str


def find(text: str) -> Iterator[Mask]:
    """Masked or lettered numbers in folded text, in order, each with the reason it cannot be used."""
    for match in _either.finditer(text):
        found = match[0]
        if _hidden.search(found):
            yield Mask(*match.span(), "digits are hidden: only a whole number can be used")
        elif not re.search(rf"[{_HIDING}]", found) and re.search(r"[A-Za-z〇零]", found) and _whole(found):
            yield Mask(*match.span(), "letters stand among the digits: write the digits")


def _whole(found: str) -> bool:
    count = len(re.sub(r"[-. ]", "", found))
    return count == 10 if found[0] in "48" else 11 <= count <= 12
