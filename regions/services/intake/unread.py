"""What another line says of a place in words that nobody read, refusals above all: no certain whole stands beside one.

宁德另行安排,不送 beside 福建省; *部分偏远乡镇除外 below a list; 恩施州客户请寄修 below 湖北省; 黑名单：芜湖 below 安徽省.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from regions.pages import Line, PageReading, whole
from regions.pages.asides import first_place
from regions.pages.headed import beside
from regions.pages.lines import bare
from regions.pages.naming import named_in
from regions.pages.reading import Places
from regions.pages.senses import NOT_SERVED, OF_THINGS, SENT, SERVED, UNCLEAR, sense_of

from .judging import EXACT, Placed, above
from .waiting import offered

_SENTENCE = re.compile(r"[^。;!?\n]+")
_REFUSES = (NOT_SERVED, UNCLEAR)
_MAY_REFUSE = re.compile(
    r"[不未没无非除撤停禁拒缺退勿外限寄否×✗✘❌]|自[提取行]|[送寄]修|\b(?:not?|except|exclud\w+|unavailable)\b",
    re.I,
)
# What a refusal that names no place takes something from: 部分偏远乡镇除外.
_PARTS = re.compile(
    r"(?:部分|个别|少数|某些|边远|偏远|山|郊|海岛|农村|偏僻|周边|乡|[地市]?辖|下属|所属)[\u4e00-\u9fff]{0,6}?(?:地区|区域|[乡镇县村区岛市]|街道|山区)|海岛|农村|偏远|乡镇|村镇|山区"
)
_NOTE = re.compile(r"[\s(【]*(?:[*※①-⑨]|(?:备?注|说明|注意|提示|提醒|特别说明|温馨提示)[\s】]*[:：])")
_UNREAD = ("unknown", "partial")
_MOST_ASKED = 500  # open lines that may cast doubt on others
_LONGEST_PLACE, _MOST_READ = 10, 400
_SAID = ("heading", "note", "not-yet")  # why a line is held of which something is said that nobody has read
_SUFFIX = re.compile("(?:[省市区县州盟旗镇乡]|地区|街道)$")
_MOST = 300  # refusals that are looked at; more is another kind of text


@dataclass(frozen=True, slots=True)
class Unread:
    """A refusal: in which line it stands, the places it names, and whether it names any."""

    line_no: int
    codes: frozenset[str]


def beside_unread(lines: Sequence[Line], tokens: list[Placed], places: Places) -> list[int]:
    """Which tokens, by their number, a refusal that was not read may take something from."""
    if not any(token.result["status"] in EXACT for token in tokens):
        return []
    by_line: dict[int, list[Placed]] = {}
    for token in tokens:
        by_line.setdefault(token.line_no, []).append(token)
    headings = {words for token in tokens for words in token.heading.split(" › ") if words}
    found = list(islice(_unread(lines, by_line, headings, places), _MOST))
    return [
        at for at, token in enumerate(tokens) if any(_touches(refusal, token, by_line) for refusal in found)
    ]


def _touches(refusal: Unread, token: Placed, by_line: dict[int, list[Placed]]) -> bool:
    result = token.result
    if result["status"] not in EXACT:
        return False
    codes = [code for code in (result["code"], *result["include"]) if code]
    if refusal.codes:
        taken = set(result["exclude"])
        return any(
            code == out or code in above(out) or out in above(code)
            for code in codes
            for out in refusal.codes
            if not taken.intersection((out, *above(out)))
        )
    own = any(_serves(other) for other in by_line.get(refusal.line_no, ()))
    return bool(codes) and (token.line_no == refusal.line_no if own else token.line_no < refusal.line_no)


def _serves(token: Placed) -> bool:
    result = token.result
    return result["status"] in EXACT and bool(result["code"] or result["include"])


def _unread(
    lines: Sequence[Line], by_line: dict[int, list[Placed]], headings: set[str], places: Places
) -> Iterator[Unread]:
    for line in lines:
        if line.kind in ("blank", "news") or not (_MAY_REFUSE.search(line.clean) or SENT.search(line.clean)):
            continue
        own = by_line.get(line.no, [])
        for token in own:
            if token.result["status"] not in EXACT and (token.sense == NOT_SERVED or _refuses(token.text)):
                codes = _named(token, places) | _listed_with(token, own, line.clean)
                if not codes and (part := whole.OWN_PART.fullmatch(line.clean.strip())):
                    # 三类城市:暂未开通; 西北区:暂停服务: said of what the company calls so, and of nothing above
                    codes = frozenset(places.resolve(part[1] or "").candidates)
                    if not codes:
                        continue
                if codes or not OF_THINGS.search(token.text):
                    yield Unread(line.no, codes)
        for sentence in _SENTENCE.finditer(line.clean):
            first, last = sentence.span()
            inside = [token for token in own if token.start < last and first < token.end]
            if any(token.sense != SERVED or token.result["exclude"] for token in inside):
                continue  # what it says was said of them
            words = _beside(line.clean, first, last, inside, headings)
            if not _refuses(words) or beside(sentence[0].strip()):
                continue
            codes = frozenset(named_in(words, places))
            names = _PARTS.search(words) or _NOTE.match(line.clean)
            if codes or (names and sense_of(words) == NOT_SERVED and not OF_THINGS.search(words)):
                yield Unread(line.no, codes)


def _refuses(words: str) -> bool:
    if SENT.search(words):
        return True
    return sense_of(words.strip()) in _REFUSES and _MAY_REFUSE.search(words) is not None


def _named(token: Placed, places: Places) -> frozenset[str]:
    result = token.result
    codes = {*result["candidates"], *result["exclude"], *result["successors"], *result["include"]}
    codes.update(code for code in (result["parent"],) if code)
    return frozenset(codes or named_in(token.text, places))


def _listed_with(token: Placed, own: Sequence[Placed], text: str) -> frozenset[str]:
    """The places listed right before an item behind which something is refused: 呼伦贝尔、阿拉善除外,其他均可 may be of both."""
    codes = set[str]()
    refusal = "(" not in token.text and not re.match("除|不含|不包|排除", token.text.strip())
    last = token.start
    for other in reversed([each for each in own if each.end <= token.start]):
        if not refusal or re.fullmatch(r"[\s、和与及]*", text[other.end : last]) is None or "(" in other.text:
            break
        codes.update(code for code in (other.result["code"], *other.result["include"]) if code)
        last = other.start
    return frozenset(codes)


def _beside(text: str, first: int, last: int, inside: Sequence[Placed], headings: set[str]) -> str:
    """The words of a sentence that stand neither in its places nor in what was read as their heading."""
    for token in inside:
        text = text[: token.start] + "、" * (token.end - token.start) + text[token.end :]
    words = text[first:last]
    for heading in headings:
        words = words.replace(heading, " ")
    return words


def beside_doubt(tokens: list[Placed], places: Places) -> list[Placed]:
    """The tokens, those held that another line names in words that nobody understands: 临汾站点已关 below 太原、临汾."""
    doubted: dict[str, set[int]] = {}
    lines = Counter(token.line_no for token in tokens)
    asked = (
        token
        for token in tokens
        if token.result["status"] in _UNREAD
        and not token.result["parent"]
        and (lines[token.line_no] == 1 or token.held == "heading")
    )
    for token in islice(asked, _MOST_ASKED):
        for code in _questioned(token, places):
            doubted.setdefault(code, set()).add(token.line_no)
    return [
        offered(token)
        if token.result["status"] in EXACT
        and any(
            doubted.get(code, set()) - {token.line_no}
            for code in (token.result["code"], *token.result["include"])
            if code
        )
        else token
        for token in tokens
    ]


def beside_lines(tokens: list[Placed], page: PageReading, places: Places) -> list[Placed]:
    """The tokens, those held of whose places another line says something that nobody has read: 更正：删去芜湖; 黑名单：芜湖."""
    names: dict[str, set[str]] = {}
    unread: dict[int, list[Placed]] = {}
    for token in tokens:
        unread.setdefault(token.line_no, [])
        if token.result["status"] not in EXACT:
            unread[token.line_no].append(token)
        for name, code in _names(token.result):
            names.setdefault(name, set()).add(code)
    if not names:
        return tokens
    asked = set[str]()
    over = {words for token in tokens for words in token.heading.split(" › ")}
    for line in page.lines:
        said, doubtful = line.clean.strip(), False
        if line.no in unread:
            left = [
                token for token in unread[line.no] if token.held in _SAID or token.result["status"] in _UNREAD
            ]
            said, doubtful = "".join(token.text for token in left), any(token.held in _SAID for token in left)
            any_word = not left or left[0].result["status"] == "unknown"
        elif bare(said) in over:
            continue
        named = _named_of(said, names)
        if named and (
            doubtful or whole.questions(line, said, places, any_word=line.no not in unread or any_word)
        ):
            asked |= named
    return [
        offered(token)
        if token.result["status"] in EXACT
        and not asked.isdisjoint((token.result["code"], *token.result["include"]))
        else token
        for token in tokens
    ]


def _named_of(text: str, names: dict[str, set[str]]) -> set[str]:
    """The places whose names stand in a text of one line."""
    text = text[:_MOST_READ]
    parts = (text[at : at + size] for at in range(len(text)) for size in range(2, _LONGEST_PLACE))
    return {code for part in parts for code in names.get(part, ())}


def _names(result: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The names by which an exact reading calls what it includes, long and short."""
    if result["status"] not in EXACT:
        return
    for code in (result["code"], *result["include"]):
        for item in result["evidence"]:
            if code and item.get("code") == code:
                yield item["text"], code
                if len(short := _SUFFIX.sub("", item["text"])) > 1:
                    yield short, code


def _questioned(token: Placed, places: Places) -> tuple[str, ...]:
    """The place of which an open token says something that is not read."""
    found = first_place(token.text, places)
    return (found.code,) if found is not None and found.code else ()
