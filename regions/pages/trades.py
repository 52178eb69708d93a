"""Columns of a table that each answer for one service (安装 | 维修, 空调 | 洗衣机): of a row they say several things.

Each is a reading of the row with its own trade; which of them is meant, the service decides that the list is for.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .contexts import turn
from .labels import trade_of
from .reading import Context, Piece
from .senses import NOT_SERVED, NOT_YET, SERVED, UNCLEAR, answer_of
from .tables import Cell

Trade = tuple[str, str]
# What may stand around the name of a service over a column that says who gets it: 是否支持上门安装服务.
_AROUND = re.compile(
    r"维修|修理|检修|报修|安装|清洗|保养|维护|回收|是否|有无|能否|可否|可以|可|能|提供|支持|开通|免费|上门|服务|业务|售后|家用|[\W_]"
    r"|\b(?:repairs?|installation|install|cleaning|maintenance|recycling|service|available)\b",
    re.I,
)
_ANSWERS = (SERVED, NOT_SERVED, NOT_YET)


def trades_of(titles: Sequence[str], rows: Sequence[Sequence[Cell]]) -> dict[int, Trade]:
    """The columns that answer for one service each, where there are several of them."""
    found = {at: _trade(title) for at, title in enumerate(titles)}
    found = {at: trade for at, trade in found.items() if any(trade) and _answers(rows, at)}
    return found if len(set(found.values())) > 1 else {}


def _trade(title: str) -> Trade:
    category, kind = trade_of(title)
    return (category, kind) if not _AROUND.sub("", title.replace(category, "")) else ("", "")


def _answers(rows: Sequence[Sequence[Cell]], at: int) -> bool:
    cells = [row[at].text for row in rows if row[at].text]
    return bool(cells) and all(answer_of(cell) in _ANSWERS for cell in cells)


def by_trade(
    piece: Piece, row: Sequence[Cell], titles: Sequence[str], trades: dict[int, Trade]
) -> Iterator[Piece]:
    """What a row says of its place for each service."""
    for trade in dict.fromkeys(trades.values()):
        said = {at: row[at].text for at, own in trades.items() if own == trade}
        senses = {answer_of(text) or UNCLEAR for text in said.values()}
        words = " › ".join(f"{titles[at]}: {text}" for at, text in said.items())
        sense = senses.pop() if len(senses) == 1 else UNCLEAR
        yield replace(piece, context=_answered(piece.context, trade, sense, words))


def _answered(context: Context, trade: Trade, sense: str, words: str) -> Context:
    if context.sense != SERVED and sense != SERVED:
        sense = UNCLEAR
    above = context.trade
    context = turn(context, sense if sense != SERVED else context.sense, words)
    return replace(context, trade=(trade[0] or above[0], trade[1] or above[1]))
