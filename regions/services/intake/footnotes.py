"""Marks behind names, and persons beside numbers: places that a footnote limits, and words that may be somebody's name.

苏州市、无锡市*  above  * 无锡市仅限梁溪区          玉田县 13812341234 张北
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from regions.pages import Line
from regions.pages.clauses import ONLY
from regions.pages.headed import beside
from regions.pages.reading import Places
from regions.pages.senses import SERVED
from regions.pages.words import ADDRESS as STREET

from .judging import EXACT, Placed
from .waiting import offered

_MARK = r"[*＊※†‡#＃△▲☆★◇○●^①-⑳⑴-⒇ⓐ-ⓩ¹²³⁴-⁹]"
_BEHIND = re.compile(rf"[\s(（\[【]{{0,2}}({_MARK}{{1,3}})")
_NOTE = re.compile(
    rf"[\s(（\[【]*(?:备?注|说明)?[:：]?\s*(?:[带标加打有注]\s*(?:有|注)?)?[\"“'「]?({_MARK}{{1,3}})"
)
_LIMITS = re.compile(
    r"[仅只限除不未无没非停暂撤另缺]|部分|自[提送取]|寄|送修|以外|之外|市区|主城|城区|\bonly\b|\bexcept", re.I
)
_WIDE = str.maketrans("＊＃", "*#")
_NEXT = re.compile(_MARK)
_LEAD = re.compile(r"^[\W\d]*(?:(?:备?注|注意|说明|提示|其中)\W*)?")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
_GAP = re.compile(r"[\s:：,，;；/|]*")
_BARE = re.compile("[\u4e00-\u9fff]{2,3}")


def limited_below(tokens: list[Placed], lines: Sequence[Line], places: Places) -> list[Placed]:
    """The tokens, those held whose mark a footnote explains with a limit, or of which another line says that only a part is meant."""
    notes: dict[str, set[int]] = {}
    only: dict[str, set[int]] = {}
    read = {token.line_no for token in tokens if token.result["status"] in EXACT and token.result["exclude"]}
    served = {token.result["code"] for token in tokens if token.result["status"] == "resolved"}
    for line in lines:
        if line.kind == "blank" or line.no in read:
            continue  # ※ 成都市不含简阳市 was read
        found = _NOTE.match(line.text)
        said = (
            _NEXT.split(line.text[found.end() :], maxsplit=1)[0] if found else ""
        )  # of ●已开通 ○未开通 the first
        if found and _LIMITS.search(said) and not beside(said):
            notes.setdefault(found[1].translate(_WIDE), set()).add(line.no)
        words = _LEAD.sub("", line.clean)
        if (part := ONLY.match(words)) and (code := places.resolve(part["place"]).code) in served and code:
            only.setdefault(code, set()).add(line.no)
    if not notes and not only:
        return tokens
    held, told = set[int](), set[int]()
    for at, token in enumerate(tokens):
        lines_of = notes.get(_mark(token, lines), set()) | only.get(token.result["code"] or "", set())
        if lines_of - {token.line_no}:
            held.add(at)
            told |= lines_of
    return [
        offered(token)
        if token.result["status"] in EXACT and token.sense == SERVED and (at in held or token.line_no in told)
        else token
        for at, token in enumerate(tokens)
    ]


def _mark(token: Placed, lines: Sequence[Line]) -> str:
    """The mark behind a name, within the item or right behind it; "" where there is none."""
    text = lines[token.line_no - 1].text
    last = max(
        (item["span"][1] for item in token.result["evidence"] if item.get("code") and "span" in item),
        default=len(token.text),
    )
    found = _BEHIND.match(text, token.end) or _BEHIND.match(text, min(token.start + last, token.end))
    if found is None:
        found = re.search(rf"({_MARK}{{1,3}})\W*$", token.text)
    return found[1].translate(_WIDE) if found else ""


def beside_numbers(tokens: list[Placed], lines: Sequence[Line]) -> list[Placed]:
    """The tokens, those held that are bare words beside a mobile number and may be somebody's name: 玉田县 138… 张北."""
    several = {one.line_no for one, two in pairwise(tokens) if one.line_no == two.line_no}
    return [
        offered(token)
        if token.result["status"] in EXACT
        and token.sense == SERVED
        and _BARE.fullmatch(token.text.strip())
        and any(item["kind"] == "short" for item in token.result["evidence"])
        and _beside_a_number(token, lines[token.line_no - 1].clean, token.line_no in several)
        else token
        for token in tokens
    ]


def _beside_a_number(token: Placed, text: str, several: bool) -> bool:
    number = _MOBILE.search(text)
    if number is None:
        return False
    before, behind = text[: token.start].rstrip(), text[token.end :].lstrip()
    if before.endswith(("、", "和", "及")) or behind.startswith(("、", "和", "及")):
        return False
    address = STREET.search(text[: token.start] + " " + text[token.end :]) is not None
    if token.end <= number.start():
        near = _GAP.fullmatch(text, token.end, number.start()) is not None and bool(before)
    else:
        near = _GAP.fullmatch(text, number.end(), token.start) is not None
    return (near and (several or address)) or (address and not (before and behind))
