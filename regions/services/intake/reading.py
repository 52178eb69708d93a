"""Between the page reader and the draft: the tokens of the list lines, and what else the page proposes."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any

from regions.gazetteer.active import resolver
from regions.pages import Context, Line, PageReading, Piece, read_page, whole
from regions.pages.asides import first_place
from regions.pages.headed import beside
from regions.pages.lines import bare
from regions.pages.senses import NOT_SERVED, NOT_YET, SERVED, UNCLEAR, sense_of
from regions.said import Said

from .footnotes import beside_numbers, limited_below
from .judging import EXACT, Placed, above, foreign_trades, judged
from .labelled import headed_by_label
from .unread import beside_unread
from .waiting import ASIDE, HEADS, above_its_parts, in_one_breath, offered, unheard

# A list is not broken off by one name nobody knows: such a line between list lines belongs to the list.
_LONGEST_NAME = 30
_sentence = re.compile(r"[。!?!?;]|,.*,")
_exclusion = re.compile(r"除(?!了?以?外)|除外|以外|之外|不含|不包[括含]|\bexcept|\bexclud", re.I)
_OWN_BASE = re.compile("[,:;()，；（）。]|除(?!外)|不含|不包|全[省市境]|所有|各")
_UNREAD = ("unknown", "partial")
_MOST_ASKED = 500  # open lines that may cast doubt on others
_MAYBE = ("prose", "menu")
_LONGEST_PLACE, _MOST_READ = 10, 400
_SAID = ("heading", "note", "not-yet")  # why a line is held of which something is said that nobody has read
_SUFFIX = re.compile("(?:[省市区县州盟旗镇乡]|地区|街道)$")


@dataclass(frozen=True, slots=True)
class Reading:
    """The tokens of a text, and as JSON what else was read: proposals, and every line that is no list line."""

    tokens: list[Placed]
    proposals: dict[str, Any]


class Remembering:
    """A resolver that is asked for a line once: by the page reader, then by the draft."""

    def __init__(self, asked) -> None:
        self._asked = asked
        self._tokens: dict[tuple, list] = {}
        self._whole: dict[tuple, Any] = {}

    def tokens(self, line: str, heading: Sequence[str] = (), within: str | None = None) -> list:
        key = (line, tuple(heading), within)
        known = self._tokens.get(key)
        if known is None:
            known = self._tokens[key] = self._asked.tokens(line, within=within, heading=heading)
        return known

    def resolve(self, text: str, heading: Sequence[str] = ()):
        key = (text, tuple(heading))
        known = self._whole.get(key)
        if known is None:
            known = self._whole[key] = self._asked.resolve(text, heading=heading)
        return known


def read(text: str, trade: tuple[str, str] = ("", "")) -> Reading:
    """Read a pasted text whole. Every line is either tokenised or listed with its kind and the reason for it.

    `trade`: category and kind of the service that the list is for.
    """
    places = Remembering(resolver())
    page = read_page(text, places)
    pieces = sorted([*page.pieces, *_lost(page)], key=lambda piece: piece.line)
    pieces = sorted([*pieces, *unheard(page, pieces, places)], key=lambda piece: piece.line)
    others_trade = foreign_trades(pieces, trade)
    tokens: list[Placed] = []
    at: Counter = Counter()
    for piece in pieces:
        if piece.context.trade in others_trade:
            piece = replace(piece, context=replace(piece.context, held="other-service"))
        for token in in_one_breath(list(judged(piece, page.lines[piece.line - 1], places))):
            at[piece.line] += 1
            tokens.append(replace(token, position=at[piece.line]))
    tokens = _beside_doubt(_based(_cities(tokens)), places)
    for touched in beside_unread(page.lines, tokens, places):
        tokens[touched] = offered(tokens[touched])
    tokens, heads = headed_by_label(_beside_lines(tokens, page, places), page.lines)
    tokens = above_its_parts(beside_numbers(limited_below(tokens, page.lines, places), page.lines))
    listed = {piece.line for piece in pieces} - heads
    others = [
        {"no": line.no, "kind": "heading", "reason": HEADS}
        if line.no in heads
        else {"no": line.no, "kind": line.kind, **_reason(line.reason)}
        for line in page.lines
        if line.no not in listed and line.kind != "blank"
    ]
    return Reading(tokens, _proposals(page, others, len(listed)))


def _cities(tokens: list[Placed]) -> list[Placed]:
    """The tokens, of which 长沙 is the city, and no county, among lines that name nothing but cities and provinces."""
    sure = [token.result["code"] for token in tokens if token.result["status"] == "resolved"]
    if not sure or not all(code.endswith("00") for code in sure):
        return tokens
    return [_as_city(token) if token.result["status"] == "ambiguous" else token for token in tokens]


def _as_city(token: Placed) -> Placed:
    result = token.result
    high = [code for code in result["candidates"] if code.endswith("00")]
    own = len(high) == 1 and all(code[:4] == high[0][:4] for code in result["candidates"])
    if not own or result["rest"] or result["successors"] or token.held or token.sense != SERVED:
        return token
    return replace(token, result=result | {"status": "resolved", "code": high[0], "candidates": []})


def _based(tokens: list[Placed]) -> list[Placed]:
    """甘孜州除外 on a line of its own is taken out of what the lines before it name, as it is within a line."""
    held: set[str] = set()
    found: list[Placed] = []
    takes: dict[int, set[str]] = {}
    for token in tokens:
        result = token.result
        out = (
            result["exclude"]
            if result["status"] == "partial" and not (result["include"] or token.held)
            else ()
        )
        if token.sense == NOT_SERVED and result["status"] == "ambiguous" and not token.held:
            inside = [code for code in result["candidates"] if held.intersection(above(code))]
            if len(inside) == 1:  # 市中区 below 济南市: what is taken out lies in what is served
                token = replace(
                    token, result=result | {"status": "rules", "candidates": [], "exclude": inside}
                )
                result = token.result
        if _is_of_the_above(token, held):  # 洛阳市栾川县、嵩县除外 below 河南省
            result = result | {"include": []}
            token = replace(token, result=result)
        elif _may_be_of_more(token):
            token = offered(token)
        taken = [code for code in out if held.intersection(above(code))]
        again = [code for code in result["exclude"] if code in held and result["include"]]
        if again and result["status"] in EXACT and _exclusion.search(token.text):
            # (江西省上饶市除外) below 江西省上饶市: that place alone, or 江西省 without it
            takes[len(found)] = set(again)
            token = offered(token)
        elif taken and len(taken) == len(out) and not result["rest"]:
            token = replace(token, result=result | {"status": "rules"})
        elif named := taken or _may_take(token):
            takes[len(found)] = {top for code in named for top in (code, *above(code))}
        elif result["status"] in EXACT and not token.held:
            held.update(code for code in (result["code"], *result["include"]) if code)
        found.append(token)
    return _unlike(_opened(found, takes) if takes else found)


def _is_of_the_above(token: Placed, held: set[str]) -> bool:
    """Whether what a list is taken out of is not the place it begins with, but one that a line before names."""
    include, out = token.result["include"], token.result["exclude"]
    return (
        token.result["status"] in EXACT
        and len(include) == 1
        and bool(out)
        and include[0] not in held
        and bool(held.intersection(above(include[0])))
        and _OWN_BASE.search(token.text) is None
    )


def _may_be_of_more(token: Placed) -> bool:
    """北京市海淀区除外: out of 北京市, or of all that is served elsewhere on the page."""
    result = token.result
    return (
        result["status"] in EXACT
        and len(result["include"]) == len(result["exclude"]) == 1
        and re.search("[、 ]|和|及", token.text) is None
        and _OWN_BASE.search(token.text) is None
    )


def _beside_doubt(tokens: list[Placed], places: Remembering) -> list[Placed]:
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


def _beside_lines(tokens: list[Placed], page: PageReading, places: Remembering) -> list[Placed]:
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
        named = _named(said, names)
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


def _named(text: str, names: dict[str, set[str]]) -> set[str]:
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


def _questioned(token: Placed, places: Remembering) -> tuple[str, ...]:
    """The place of which an open token says something that is not read."""
    found = first_place(token.text, places)
    return (found.code,) if found is not None and found.code else ()


def _unlike(tokens: list[Placed]) -> list[Placed]:
    """The tokens, those held that serve and do not serve one and the same place: 青羊区 above 注:青羊区暂不上门."""
    sure = [token.result for token in tokens if token.result["status"] in EXACT and not token.held]
    include = {code for result in sure for code in (result["code"], *result["include"]) if code}
    both = include.intersection(code for result in sure for code in result["exclude"])
    return (
        [
            offered(token)
            if both.intersection((token.result["code"], *token.result["include"], *token.result["exclude"]))
            else token
            for token in tokens
        ]
        if both
        else tokens
    )


def _may_take(token: Placed) -> list[str]:
    """What an open line may take out of those before it, which wait with it: 四川省,不含甘孜州、重庆市; (城关区除外) below
    拉萨市; 山东省 below 不含:青海省."""
    result = token.result
    if token.held == "continued" or (result["status"] not in EXACT and _exclusion.search(token.text)):
        return [*result["candidates"], *result["exclude"], *result["successors"]]
    if token.sense == NOT_SERVED and result["status"] == "historical":
        return [*result["successors"]]  # 南海市 below 佛山市: not served, and what it is today is asked
    if token.sense == NOT_SERVED and result["status"] == "partial" and result["parent"]:
        return [result["parent"]]  # 青海省海南藏族自治州自1月1日起
    return []


def _opened(tokens: list[Placed], takes: dict[int, set[str]]) -> list[Placed]:
    """The tokens, those held of which an open one behind them may take something."""
    found: list[Placed] = []
    tops: set[str] = set()
    for at in range(len(tokens) - 1, -1, -1):
        token, result = tokens[at], tokens[at].result
        codes = [code for code in (result["code"], *result["include"]) if code]
        if result["status"] in EXACT and not tops.isdisjoint(codes):
            token = offered(token)
        tops |= takes.get(at, set())
        found.append(token)
    return found[::-1]


def _lost(page: PageReading) -> list[Piece]:
    """Short lines that the page reader takes for nothing, but that stand where only names stand."""
    lines = [line for line in page.lines if line.kind != "blank"]
    short = [line.kind in _MAYBE and line.reason not in ASIDE and _name_like(line) for line in lines]
    if not page.pieces:
        # No list anywhere: a text of nothing but short names is still somebody's list.
        if not (lines and all(short)):
            return []
        context, found = Context(), []
        for line in lines:
            context = _below(line, context)
            found.append(_bare(line, context))
        return found
    last: dict[int, Context] = {piece.line: piece.context for piece in page.pieces}
    found, context = [], Context()
    for at, line in enumerate(lines):
        context = last.get(line.no) or _below(line, context)
        if not short[at]:
            continue
        before = (
            next((other for i, other in enumerate(lines[at - 1 :: -1]) if not short[at - 1 - i]), None)
            if at
            else None
        )
        after = next((other for i, other in enumerate(lines[at + 1 :], at + 1) if not short[i]), None)
        if all(other is None or other.kind == "list" for other in (before, after)):
            found.append(_bare(line, context))
    return found


def _below(line: Line, context: Context) -> Context:
    """The context behind a line: nothing is certain below words that refuse, plan or are not clear."""
    text = line.clean.strip()
    if sense_of(text) in (NOT_SERVED, NOT_YET, UNCLEAR):
        return Context(heading=(text[:45],), held="heading")
    return context


def _bare(line: Line, context: Context) -> Piece:
    text = line.clean.strip()
    return Piece(line.no, line.clean.find(text), text, context)


def _name_like(line: Line) -> bool:
    text = line.clean.strip()
    return len(text) <= _LONGEST_NAME and not _sentence.search(text) and not beside(text)


def _reason(reason: str) -> dict[str, Any]:
    """A reason in English, and what it takes to say it in another language."""
    return {"reason": reason} | ({"said": reason.as_dict()} if isinstance(reason, Said) else {})


def _proposals(page: PageReading, others: list[dict], list_lines: int) -> dict[str, Any]:
    return {
        "list_lines": list_lines,
        "remarks": [asdict(found) for found in page.remarks],
        "lines": others,
        "brands": [asdict(found) for found in page.brands],
        "categories": [asdict(found) for found in page.categories],
        "numbers": [asdict(found) | {"mentions": found.mentions} for found in page.numbers],
        "refused": [asdict(found) | _reason(found.reason) for found in page.refused],
        "nationwide": [asdict(found) for found in page.nationwide],
        "promises": [asdict(found) for found in page.promises],
        "steps": [asdict(found) for found in page.steps],
    }
