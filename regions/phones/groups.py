"""Groups of digits in folded text, and the runs of them that have the shape of a number."""

import re
from dataclasses import dataclass

from . import plan

_MOST_DIGITS = 17  # 0086 and 13 more
_WIDEST_GAP = 8
_digits = re.compile(r"[0-9]+")
_glue = re.compile(r" {0,3}(?:[-.]{1,2} {0,2})?")
_prefix_or_area = re.compile(r"86|0086|0[0-9]{2,3}|[48]00|1[3-9][0-9]")
_area_after_prefix = re.compile(r"0?[1-9][0-9]{1,2}|0")


@dataclass(slots=True)
class Run:
    """Canonical digits read from the groups up to `last`, start…end in the folded text."""

    digits: str
    last: int
    start: int
    end: int


class Groups:
    """The groups of digits of one text. From each at most `_MOST_DIGITS` digits are joined: the time is linear."""

    def __init__(self, text: str):
        self.text = text
        self.spans = [match.span() for match in _digits.finditer(text)]
        # glued[i]: nothing but grouping characters stands between group i - 1 and group i.
        self.glued = [False] * len(self.spans)
        for i in range(1, len(self.spans)):
            end, start = self.spans[i - 1][1], self.spans[i][0]
            self.glued[i] = start - end <= _WIDEST_GAP and bool(_glue.fullmatch(text, end, start))

    def __len__(self) -> int:
        return len(self.spans)

    def size(self, i: int) -> int:
        start, end = self.spans[i]
        return end - start

    def short(self, i: int) -> str:
        """The digits of a group of at most five, else ""."""
        start, end = self.spans[i]
        return self.text[start:end] if end - start < 6 else ""

    def is_glued(self, i: int) -> bool:
        return i < len(self.glued) and self.glued[i]

    def shaped(self, first: int, done: int, *, labelled: bool = False) -> Run | None:
        """The run from group `first` that has the shape of a number: the longest, rather a well-formed one.

        `done` is where the number before ends. `labelled`: a phone word or the caller announces a number, so even
        a short code may be grouped (`955 88`).
        """
        text, size = self.text, self.size(first)
        start = self.spans[first][0]
        plus = start > done and text[start - 1] == "+"
        opened = start - plus > done and text[start - plus - 1] == "("
        begin = start - plus - opened
        even = size < 3 and not plus
        if even and self.glued[first] and self.spans[first - 1][1] > done and self.size(first - 1) == size:
            return None  # inside 4 0 0 1 8 …: one number only as a whole
        best, digits, bracketed = None, "", False
        for last in range(first, len(self.spans)):
            group_start, group_end = self.spans[last]
            dashed = joined = last == first
            if last > first:
                gap = text[self.spans[last - 1][1] : min(group_start, self.spans[last - 1][1] + _WIDEST_GAP)]
                joined, dashed = self.glued[last], "-" in gap
                if not joined and ("(" in gap or ")" in gap):
                    gap, opened = self._unbracket(gap, last, digits, opened)
                    joined = bracketed = bool(_glue.fullmatch(gap))
            if not joined or len(digits) + group_end - group_start > _MOST_DIGITS:
                break
            digits += text[group_start:group_end]
            if opened and last == first and text[group_end : group_end + 1] == ")" and len(digits) < 5:
                continue  # an area code or a prefix in brackets: the number follows
            canonical = canonical_of(digits, plus=plus, prefix_apart=last > first and size == 2)
            if not canonical:
                continue
            if last > first and len(canonical) <= 8 and not self._may_group(first, last, canonical, labelled):
                continue
            if last > first and even and not self._is_even(first, last, digits):
                continue
            if best and dashed and group_end - group_start == 1:
                break  # 0310-3012345-8: a single digit after a whole number is its extension
            if not best or plan.is_well_formed(canonical) or not plan.is_well_formed(best.digits):
                best = Run(canonical, last, begin if bracketed or plus else start, group_end)
        return best

    def in_area(self, first: int, area: str) -> Run | None:
        """021-63000000/63000001: the second number stands in the area of the first."""
        digits = ""
        if self.short(first) in ("400", "800"):
            return None  # 400-1616 is the beginning of another number
        for last in range(first, min(first + 3, len(self.spans))):
            if (last > first and not self.glued[last]) or self.size(last) > 8:
                return None
            digits += self.text[slice(*self.spans[last])]
            verdict = plan.judge(area + digits)
            if digits[0] in "2345678" and verdict and verdict.kind == "fixed" and verdict.well_formed:
                return Run(area + digits, last, self.spans[first][0], self.spans[last][1])
        return None

    def whole(self, first: int) -> int:
        """The last group that is glued to `first`, nine groups at most."""
        last = first
        while self.is_glued(last + 1) and last - first < 8:
            last += 1
        return last

    def _unbracket(self, gap: str, last: int, digits: str, opened: bool) -> tuple[str, bool]:
        """The gap without its bracket where that encloses a prefix or an area code; else a gap that joins nothing."""
        inner = _area_after_prefix if digits.startswith(("86", "0086")) else _prefix_or_area
        if ")" in gap and opened and (inner.fullmatch(self.short(last - 1)) or digits in ("86", "0086")):
            gap, opened = gap.replace(")", "", 1), False
        if "(" in gap and digits in ("86", "0086") and _area_after_prefix.fullmatch(self.short(last)):
            gap, opened = gap.replace("(", "", 1), True
        return gap, opened

    def _may_group(self, first: int, last: int, canonical: str, labelled: bool) -> bool:
        """10.10.12.34 is no 1010 number; 1010-5678 is one, and anything that is announced."""
        return labelled or (len(canonical) == 8 and last == first + 1 and self.size(first) in (4, 5))

    def _is_even(self, first: int, last: int, digits: str) -> bool:
        """After a first group of one or two digits the others are as long, and none is left over; 86 may stand apart."""
        size = self.size(first)
        if size == 2 and digits.startswith("86"):
            return True
        sizes = {self.size(i) for i in range(first, last)}
        too_long = self.is_glued(last + 1) and self.size(last + 1) == size
        return sizes == {size} and not too_long


def canonical_of(digits: str, *, plus: bool = False, prefix_apart: bool = False) -> str:
    """The canonical form of joined digits, or "" where no shape fits. 86 counts as a prefix after a plus sign,
    as a group of its own, or in front of a mobile number."""
    if digits.startswith("0086"):
        return _domestic(digits[4:])
    if digits.startswith("86") and (plus or prefix_apart or len(digits) == 13):
        return _domestic(digits[2:])
    if plus or digits.startswith("00"):
        foreign = "+" + (digits if plus else digits[2:])
        return foreign if plan.kind_of(foreign) else ""
    if len(digits) == 12 and digits[0] == "0" and plan.kind_of(digits[1:]) == "mobile":
        return digits[1:]  # a mobile dialled from another city, the old way
    return digits if plan.kind_of(digits) else ""


def _domestic(digits: str) -> str:
    """After +86 the 0 of the area code is left out: it is put back."""
    return next((form for form in (digits, f"0{digits}") if plan.kind_of(form)), "")
