"""What a label says of the items behind it, on its line or on the lines below.

    暂未开通：新疆、西藏     refused: what stands behind is not served, up to the next label, semicolon or line
    主城区：合肥市           town: no more than a part of a city
    即将开通：上海           open: nobody is served there today, or nobody knows what the words say
    东区：上海、杭州         a stretch of the company's own, where its members are cities

A label on a line of its own says the same of the lines below, up to the next one; a place there (浙江省： above 杭州) is their
parent, and no item. A blank line ends what it says, and what stands behind is open: nobody can tell whether the list goes on.
"""

import re
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import NamedTuple

from .items import opened
from .lands import Lands
from .lists import DOUBTED, REFUSAL, announces
from .result import Result, Token, taken_out, whole
from .town_parts import TownParts, label_end
from .walk import Walk

_ALONE = re.compile(
    r"(?:^|(?<=\n))[ \t]*(?P<words>[^\s:、,;()][^\n:、,;()]{0,23})(?::(?P<alone> *(?=\n))?|(?P<bare>[ ]*(?=\n)))"
)
_BLANK = re.compile(r"\n[ \t]*\n")
REFUSED, TOWN, OPEN, LAND = "refused", "town", "open", "land"


class Label(NamedTuple):
    """Where the words behind it begin, what it says of them, and its own words."""

    end: int
    says: str
    words: str = ""


class Part(NamedTuple):
    """A stretch of a text, and what the words over it say of it ("" where they take nothing from it)."""

    start: int
    end: int
    says: str = ""
    words: str = ""


class Labels:
    def __init__(self, walk: Walk, town_parts: TownParts, lands: Lands):
        self.walk, self.town_parts, self.lands = walk, town_parts, lands

    def at(self, s: str, start: int, end: int) -> Label | None:
        """The label at the head of the item s[start:end]."""
        at = start
        while (found := REFUSAL.match(s, at, end)) is not None and found.end() < end:
            if self.walk.starts_region(s, at, found.end()):
                break
            at = found.end()
        if at > start:
            return Label(at, REFUSED)
        if town := label_end(s, start, end):
            return Label(town, TOWN)
        if land := self.lands.label_end(s, start, end):
            return Label(land, LAND)
        doubt = DOUBTED.match(s, start, end)
        if doubt and doubt.end() < end and not self.walk.starts_region(s, start, doubt.end()):
            return Label(doubt.end(), OPEN, doubt[0].strip(" :"))
        return None

    def turned(self, result: Result, over: Label | Part | None) -> Result:
        """The verdict on an item in the light of the words over it."""
        says = over.says if over else ""
        if says == OPEN and over:
            return opened(result, over.words)
        if says == REFUSED:
            return taken_out(result)
        return self.town_parts.served(result) if says == TOWN else result

    def parts(self, s: str, start: int, end: int) -> Iterator[Part]:
        """The stretches of s[start:end] between the labels that stand alone; the text itself where there is none."""
        part = Part(start, end)
        for label in _ALONE.finditer(s, start, end):
            first, last = label.span("words")
            land = self.lands.label_end(s, first, end)
            if not land and self.walk.read(s, first, last)[1] == last:
                continue  # 浙江省: the list knows it for a parent
            says = "" if land else _says(label["words"].rstrip() + ":")
            if label["bare"] is not None:
                if says != REFUSED or not _begins(s, start, first) or self.walk.starts_region(s, first, last):
                    continue
            elif label["alone"] is None and says == OPEN and not DOUBTED.match(s, first, end):
                continue
            yield from _cut(s, part._replace(end=label.start()))
            if label["alone"] is None and label["bare"] is None:
                part = Part(first, end)  # 已开通：北京 says for itself what it says
            else:  # words that nobody knows are an item themselves
                part = Part(first if says == OPEN else label.end(), end, says, label["words"])
        yield from _cut(s, part)


def _begins(s: str, start: int, at: int) -> bool:
    """Whether a line is the first one, or stands behind a blank one: without a colon nothing else heads what is below."""
    return not s[start:at].strip() or _BLANK.search(s, max(start, at - 8), at) is not None


def _says(label: str) -> str:
    if REFUSAL.fullmatch(label):
        return REFUSED
    if label_end(label + "_", 0, len(label) + 1):
        return TOWN
    return "" if announces(label) else OPEN


def _cut(s: str, part: Part) -> Iterator[Part]:
    """A stretch below words, and what a blank line parts from them."""
    lead = len(s[part.start : part.end]) - len(s[part.start : part.end].lstrip())
    blank = _BLANK.search(s, part.start + lead, part.end) if part.says else None
    if blank is None:
        yield part
        return
    yield part._replace(end=blank.start())
    yield part._replace(start=blank.end(), says=OPEN)


def without_heads(
    tokens: list[Token], original: str, holders: Callable[[str], tuple[str, ...]]
) -> list[Token]:
    """The items without the places that head the lines below them: 浙江省： above 杭州."""
    return [
        token
        for token, behind in zip_longest(tokens, tokens[1:])
        if behind is None or not _heads(token, behind, original, holders)
    ]


def _heads(token: Token, below: Token, original: str, holders: Callable[[str], tuple[str, ...]]) -> bool:
    between = original[token.end : below.start]
    code = whole(token.result)
    if not code or "\n" not in between or between.lstrip()[:1] not in (":", "："):
        return False
    inside = (below.result.code, *below.result.include, *below.result.exclude)
    return any(code in holders(each) for each in inside if each)
