"""Numbers with digits hidden or written as something else: 400-xxxx-xxx, 400-1616-???, 4OO-1865-9O9, l2315. Found to be refused."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from regions.said import said as _

HIDING = "xX*×●○■□?#✕✖╳★☆◆◇"
# What is printed in a digit's place; Cyrillic and Greek letters among them look the same.
_ALIKE = {
    "0": "OoQDОоΟο〇零⓪",
    "1": "lIi一幺①",
    "2": "Zz二②",
    "3": "З三③",
    "4": "四④",
    "5": "Ss五⑤",
    "6": "bб六⑥",
    "7": "七⑦",
    "8": "B八⑧",
    "9": "gq九⑨",
}
_ANY = "".join(_ALIKE)
# d: any digit; the shapes of plan.py, those that people type out.
_LONG = ["400ddddddd", "800ddddddd", "1[3456789]ddddddddd", "0[12]ddddddddd", "0[3456789]dddddddddd?"]
_SHORT = ["95dddd?d?d?", "96dddd?", "12ddd", "1010dddd"]
_HIDDEN = re.compile(rf"[{HIDING}][-. ()]{{0,2}}[{HIDING}]")
_DIMENSION = re.compile(r"[0-9]+(?:[xX*×][0-9]+){1,3}")  # 600*600*850
_KEPT = re.compile(r"[0-9Oo〇]")  # what nobody takes for a word
_STRANGE = re.compile(rf"[^0-9{HIDING}\-. ()]")


def _class(digits: str) -> str:
    return f"[{digits}{HIDING}{''.join(_ALIKE[digit] for digit in digits)}]"


def _spelled(shape: str) -> str:
    """The shape as an expression: each digit as itself, hidden or as something that looks like it, apart or not."""
    parts = re.findall(r"(\[\d+\]|.)(\??)", shape)
    places = [(_class(_ANY if digit == "d" else digit.strip("[]")), optional) for digit, optional in parts]
    first, *others = places
    return first[0] + "".join(f"(?:[-. ()]{{0,3}}{place}){optional}" for place, optional in others)


_EDGES = r"(?<![0-9A-Za-z]){}(?![0-9A-Za-z*×]|-[0-9A-Za-z])"
_long = re.compile(_EDGES.format(f"(?:{'|'.join(_spelled(shape) for shape in _LONG)})"))
_short = re.compile(_EDGES.format(f"(?:{'|'.join(_spelled(shape) for shape in _SHORT)})"))
_vanity = re.compile(
    r"(?<![0-9A-Za-z])[48]00-(?=[0-9-]{0,8}[A-Z])(?:[0-9A-Z]{2,5}-){1,2}[0-9A-Z]{2,5}(?![0-9A-Za-z-])"
)
# 12315 and 95 codes of five digits are known by heart: one letter does not hide that a number is meant.
_by_heart = re.compile(r"(?=[0-9OlI]{5}$)(?:[1lI]2|95)[0-9OlI]{3}")

HIDES = _("digits are hidden: only a whole number can be used")
LETTERS = _("letters or numerals in words stand among the digits: write the digits")


_DIGITS = str.maketrans({like: digit for digit, several in _ALIKE.items() for like in several})


def in_digits(text: str) -> Iterator[str]:
    """A text with digits for what stands in their place; 一 between digits is a dash too (400一1865一909)."""
    yield text.translate(_DIGITS)
    yield text.replace("一", "-").translate(_DIGITS)


class Mask(NamedTuple):
    """`sure`: it is a number whatever stands around it; otherwise a word nearby has to say so."""

    start: int
    end: int
    reason: str
    sure: bool


def find(text: str) -> Iterator[Mask]:
    """Masked or lettered numbers in folded text, in order, each with the reason it cannot be used."""
    found = [mask for mask in (_judged(match) for match in _long.finditer(text)) if mask]
    found += [Mask(*match.span(), LETTERS, True) for match in _vanity.finditer(text)]
    found += [mask for mask in (_judged_short(match) for match in _short.finditer(text)) if mask]
    end = 0
    for mask in sorted(found, key=lambda mask: (mask.start, -mask.end)):
        if mask.start >= end:
            yield mask
            end = mask.end


def _judged(match: re.Match[str]) -> Mask | None:
    found, hiding = match[0], len(re.findall(rf"[{HIDING}]", match[0]))
    if hiding:
        if _DIMENSION.fullmatch(found) and hiding > 1:
            return None
        plain = found[0] not in HIDING
        return Mask(
            *match.span(), HIDES, plain and (hiding == 1 or "-" in found or bool(_HIDDEN.search(found)))
        )
    if not _STRANGE.search(found):
        return None
    numerals = not re.search(r"[0-9A-Za-z]", found)
    return Mask(*match.span(), LETTERS, len(_KEPT.findall(found)) >= 4 or (numerals and found[0] in "四八"))


def _judged_short(match: re.Match[str]) -> Mask | None:
    found = match[0]
    if len(re.findall("[0-9]", found)) < 2:
        return None
    if re.search(rf"[{HIDING}]", found):
        return Mask(*match.span(), HIDES, False)
    return Mask(*match.span(), LETTERS, bool(_by_heart.fullmatch(found))) if _STRANGE.search(found) else None
