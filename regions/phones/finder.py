"""Finds the telephone numbers in a text: runs of digits that have a shape, judged by what stands around them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from regions.said import said as _

from . import context, masks, plan
from .folding import Folded, fold
from .groups import Groups, Run

_list_join = re.compile(r" ?(?:[/、,;]|或者?|和|及|以及|\bor\b) ?")
_extension = re.compile(
    r" ?[,(]? ?(?:[接拨]通后)?(?:[转轉](?:拨|接)?|分[机機](?:号码?)?|内线|按|(?:ext|extension)(?![a-z])\.?|[x×#](?=[0-9]))"
    r" ?[:#]? ?([0-9]{1,6}(?:[、/或][0-9]{1,4}(?![0-9-]))*)(?![0-9]|-[0-9])(?:号?键|号)?\)?",
    re.I,
)
_dash_extension = re.compile(r" ?--? ?([0-9]{1,6})(?![0-9A-Za-z]| ?-{1,2} ?[0-9])")
_end_of_number = re.compile(r"(?:[,;、。]| (?![\u4e00-\u9fffA-Za-z])|$)", re.M)
DATE = re.compile(r"(?:19|20)[0-9]{2}[-. ]?[01]?[0-9][-. ]?[0-3]?[0-9]")

_STRAY_ONE = _("a list mark or the prefix of another country stands before it: write +1, or leave the 1 out")
_TOO_LONG = _("more digits follow than the number has: separate the numbers, or write 转 before an extension")
NO_AREA = _("a local number: add the area code, as in 021-63000000")


@dataclass(frozen=True, slots=True)
class Number:
    """One mention of a telephone number.

    `canonical`: digits without prefix or extension (`4001865909`, `02163000000`; other countries with `+`), empty
    when the mention is refused. `kind`: a key of `KINDS`. `extension`: as printed, kept as text. `display`: the
    canonical digits grouped for reading. `raw` is `text[start:end]` of the original, prefix and extension included.
    `well_formed`: the shape fits the numbering plan, no more than that. `needs_region`: the same digits belong to
    another owner in each province. `reason`: why it is refused or not well-formed, otherwise empty.
    """

    canonical: str
    kind: str
    extension: str
    display: str
    raw: str
    start: int
    end: int
    well_formed: bool
    needs_region: bool
    reason: str


@dataclass(slots=True)
class _Hit:
    """A mention in the folded text; `last` is its last group. Refused where there is a `reason`."""

    digits: str
    last: int
    start: int
    end: int
    extension: str = ""
    reason: str = ""


def find_numbers(text: str, *, expected: bool = False) -> list[Number]:
    """Every mention of a number in `text`, in order, the refused ones too (`canonical == ""`, with the reason).

    `expected`: the caller knows that the text is a telephone number; no word has to say so.
    """
    folded = fold(text)
    return [_number(text, folded, hit) for hit in _Finder(folded.text, expected).hits()]


def _number(text: str, folded: Folded, hit: _Hit) -> Number:
    start, end = folded.span(hit.start, hit.end)
    verdict = None if hit.reason else plan.judge(hit.digits)
    return Number(
        canonical=hit.digits if verdict else "",
        kind=verdict.kind if verdict else "other",
        extension=hit.extension,
        display=plan.display(hit.digits) if verdict else "",
        raw=text[start:end],
        start=start,
        end=end,
        well_formed=bool(verdict and verdict.well_formed),
        needs_region=bool(verdict and verdict.kind == "short_96"),
        reason=verdict.reason if verdict else hit.reason,
    )


def _nothing_but_numbers(text: str) -> bool:
    """`95118 13800138000`: numbers and blanks, and one of them is long enough to be nothing else."""
    kinds = [plan.kind_of(word.replace("-", "")) for word in text.split()]
    return all(kinds) and not plan.SHORT.issuperset(kinds)


class _Finder:
    def __init__(self, text: str, expected: bool):
        self.text = text
        self.expected = expected
        # A text that is nothing but a few digits, or but numbers, was given as such; inside a text a word has to say so.
        self.alone = len(text) < 40 and (
            bool(re.fullmatch(r"[0-9]{3,8}", text.strip())) or _nothing_but_numbers(text)
        )
        self.groups = Groups(text)

    def hits(self) -> Iterator[_Hit]:
        """Mentions in order. A list (`95105555、95555或12345`) carries the phone word and the area code on."""
        groups, at, done, before = self.groups, 0, 0, None
        masked = masks.find(self.text)
        mask = next(masked, None)
        while at < len(groups):
            begin = groups.spans[at][0]
            while mask and mask.end <= begin:
                mask = next(masked, None)
            if before and not (begin - done <= 5 and _list_join.fullmatch(self.text, done, begin)):
                before = None
            hit = self._at(at, done, before)
            # That digits are hidden says more than that too few are left.
            if mask and done <= mask.start <= begin and self._hides(mask, hit, before):
                hit = _Hit("", at, mask.start, mask.end, reason=mask.reason)
            if hit is None:
                at += 1
                continue
            yield hit
            before = None if hit.reason else hit
            at, done = hit.last + 1, hit.end
            while at < len(groups) and groups.spans[at][0] < done:
                at += 1

    def _hides(self, mask: masks.Mask, hit: _Hit | None, carrier: _Hit | None) -> bool:
        """The mask is what is written there: nothing whole was read, and a number is meant."""
        if hit and not hit.reason and (plan.is_well_formed(hit.digits) or hit.end >= mask.end):
            return False
        before = context.window(self.text, mask.start)
        if context.says_identifier(before) or context.is_amount(self.text, mask.end, short=False):
            return False
        told = self.expected or carrier or context.says_phone(before)
        return bool(mask.sure or told or context.phone_follows(self.text, mask.end))

    def _at(self, first: int, done: int, carrier: _Hit | None) -> _Hit | None:
        """The mention that starts at a group; `carrier` is the number before it in the same list."""
        start = self.groups.spans[first][0]
        if self.groups.glued[first] and self.groups.spans[first - 1][1] > done:
            labelled, before = False, ""  # a group inside a run: what stands before is digits
        else:
            before = context.window(self.text, start)
            if context.says_identifier(before):
                return None
            labelled = self.expected or context.labels_phone(before)
        run = self.groups.shaped(first, done, labelled=labelled)
        if run is None and carrier and plan.kind_of(carrier.digits) == "fixed":
            run = self.groups.in_area(first, plan.area_code(carrier.digits))
        if run is None:
            return self._refused(first, done) if labelled else None
        if not self._stands_free(first, run, done):
            return None
        short = plan.kind_of(run.digits) in plan.SHORT and run.digits[0] != "+"
        told = labelled or context.says_phone(before)
        beside = carrier or self._beside_a_number(run, done)
        if short and not (told or beside or self.alone or context.phone_follows(self.text, run.end)):
            return None
        if not told and not plan.is_well_formed(run.digits):
            return None
        if not self.expected and context.is_amount(self.text, run.end, short=short):
            return None
        hit = _Hit(run.digits, run.last, run.start, run.end)
        hit.reason = self._stray_one(first, run) or self._too_long(run)
        if not hit.reason:
            self._extend(hit, short)
        return hit

    def _beside_a_number(self, run: Run, done: int) -> bool:
        """`4001865909 12315`: only blanks after a number, and no word behind that would make it a count."""
        gap = self.text[done : run.start]
        blank = bool(done) and 0 < len(gap) <= 3 and not gap.strip(" ")
        return blank and _end_of_number.match(self.text, run.end) is not None

    def _stands_free(self, first: int, run: Run, done: int) -> bool:
        """No letter, @ or longer row of digits hangs on to it; a list mark of one or two digits may stand before it."""
        text = self.text
        before, after = text[run.start - 1 : run.start], text[run.end : run.end + 1]
        if _is_letter(before) and not context.labels_phone(context.window(text, run.start)):
            return False
        if before in ("@", "_", "#") or after in ("@", "_"):
            return False
        if _is_letter(after) and not _extension.match(text, run.end):
            return False
        if before in ("-", "."):
            if first and self.groups.spans[first - 1][1] == run.start - 1 > done:
                return self.groups.size(first - 1) <= 2
            return not _is_letter(text[run.start - 2 : run.start - 1])
        return True

    def _stray_one(self, first: int, run: Run) -> str:
        """1-800-…: item 1 of a list, or a number of North America."""
        american = first and run.digits.startswith("800") and self.groups.short(first - 1) == "1"
        if not american:
            return ""
        gap = self.text[self.groups.spans[first - 1][1] : self.groups.spans[first][0]]
        return _STRAY_ONE if gap == "-" or gap.endswith("(") else ""

    def _too_long(self, run: Run) -> str:
        """Digits in the same grouping after a whole number, unless they are an extension, a time or the next number."""
        text, after = self.text, run.last + 1
        if not self.groups.is_glued(after) or self.groups.shaped(after, run.end):
            return ""
        start, end = self.groups.spans[after]
        gap = text[run.end : start]
        if "-" in gap:
            fits = _dash_extension.match(text, run.end) or context.is_clock(text, end)
        else:
            alike = gap != "." and " " in text[run.start : run.end]
            fits = not alike or not 3 <= end - start <= 4 or text[end : end + 1] > "\u2e80"
        return "" if fits else _TOO_LONG

    def _refused(self, first: int, done: int) -> _Hit | None:
        """Digits that a phone word announces and that are no number: said, not dropped."""
        last = self._ends_before_another(first, self.groups.whole(first))
        start, end = self.groups.spans[first][0], self.groups.spans[last][1]
        raw = self.text[start : min(end, start + 200)]
        digits = re.sub(r"\D", "", raw)
        if DATE.fullmatch(raw) or context.is_amount(self.text, end, short=True):
            return None
        if (start > done and self.text[start - 1] in "@_#/") or self.text[end : end + 1] in ("@", "_", "/"):
            return None
        if len(digits) in (7, 8) and digits[0] in "2345678":
            reason = NO_AREA
        elif len(digits) >= 9 or (self.expected and len(digits) >= 5):
            reason = _(
                "%(count)s digits that fit no number of the plan: compare with the source", count=len(digits)
            )
        else:
            return None
        return _Hit("", last, start, end, reason=reason)

    def _ends_before_another(self, first: int, whole: int) -> int:
        """7201234 400-1865-909: behind a local number, or before a whole one, a blank parts two numbers."""
        groups = self.groups
        for last in range(first, whole):
            end, start = groups.spans[last][1], groups.spans[last + 1][0]
            if "-" in self.text[end:start] or "." in self.text[end:start]:
                continue
            local = last == first or (last == first + 1 and self.text[groups.spans[first][1]] == "-")
            so_far = self.text[groups.spans[first][0] : end].replace("-", "")
            next_one = groups.shaped(last + 1, end)
            if (local and len(so_far) in (7, 8)) or (next_one and plan.is_well_formed(next_one.digits)):
                return last
        return whole

    def _extend(self, hit: _Hit, short: bool) -> None:
        """Takes in an extension: 转1, 分机801, ext. 1, x1; after a dash only where no other reading is left."""
        match = _extension.match(self.text, hit.end)
        if not match and not short:
            match = _dash_extension.match(self.text, hit.end)
            if match and context.is_clock(self.text, match.end()):
                return
            if match and self.groups.shaped(hit.last + 1, hit.end):
                return
        if match:
            hit.extension = match[1]
            hit.end = match.end() - (match[0].endswith(")") and "(" not in match[0])


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()
