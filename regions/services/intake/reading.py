"""Between the page reader and the draft: the tokens of the list lines, and what else the page proposes."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from regions.gazetteer.active import resolver
from regions.pages import Context, Line, PageReading, Piece, read_page
from regions.pages.headed import beside
from regions.pages.senses import NOT_SERVED, NOT_YET, UNCLEAR, sense_of
from regions.said import Said

from .footnotes import beside_numbers, limited_below
from .judging import EXACT, Placed, foreign_trades, judged, of_own_trade
from .labelled import headed_by_label
from .taking_out import taken_out
from .unread import beside_doubt, beside_lines, beside_unread
from .waiting import ASIDE, HEADS, above_its_parts, beside_others, in_one_breath, offered, unheard

# A list is not broken off by one name nobody knows: such a line between list lines belongs to the list.
_LONGEST_NAME = 30
_sentence = re.compile(r"[。!?!?;]|,.*,")
_MAYBE = ("prose", "menu")


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
    pieces = of_own_trade(pieces, others_trade)
    tokens: list[Placed] = []
    at: Counter = Counter()
    for piece in pieces:
        if piece.context.trade in others_trade:
            piece = replace(piece, context=replace(piece.context, held="other-service"))
        for token in in_one_breath(list(judged(piece, page.lines[piece.line - 1], places))):
            at[piece.line] += 1
            tokens.append(replace(token, position=at[piece.line]))
    tokens = beside_doubt(taken_out(_cities(tokens)), places)
    for touched in beside_unread(page.lines, tokens, places):
        tokens[touched] = offered(tokens[touched])
    tokens, heads = headed_by_label(beside_lines(tokens, page, places), page.lines)
    tokens = beside_others(tokens, page.lines)
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
    sure = [code for token in tokens if token.result["status"] in EXACT for code in _named(token.result)]
    if not sure or not all(code.endswith("00") for code in sure):
        return tokens
    return [_as_city(token) if token.result["status"] == "ambiguous" else token for token in tokens]


def _named(result: dict[str, Any]) -> list[str]:
    return [result["code"]] if result["code"] else [*result["include"], *result["exclude"]]


def _as_city(token: Placed) -> Placed:
    result = token.result
    high = [code for code in result["candidates"] if code.endswith("00")]
    own = len(high) == 1 and all(code[:4] == high[0][:4] for code in result["candidates"])
    if not own or result["rest"] or result["successors"] or token.held:
        return token
    city = {"status": "resolved", "code": high[0], "candidates": []}
    if token.sense == NOT_SERVED and not resolver().full_name(high[0]).endswith("市"):
        return token  # Aba: what is taken out is the county, or all the prefecture
    if token.sense == NOT_SERVED:
        city |= {"status": "rules", "code": None, "exclude": high}
    return replace(token, result=result | city)


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
