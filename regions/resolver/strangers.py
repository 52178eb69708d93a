"""Bare names beside an address to its street, which may as well be somebody's: 泰兴 广东省阳江市阳春市春城街道, …花洲街道 宁波.

An order names one address. A name of two or three characters without its type, elsewhere and not a level of that address,
is a person or a shop there as often as a place: it is asked about, never taken for a second place.
"""

from dataclasses import replace

from . import rest as tail
from . import result as verdict
from .index import Index
from .result import Token, whole
from .text import Text
from .unit import PREFECTURE, TOWNSHIP

_MOST = 3  # items; more of them are a list


def asked_about(text: Text, tokens: list[Token], index: Index) -> list[Token]:
    """The items, of which bare names beside a full address are suggestions."""
    if not 1 < len(tokens) <= _MOST:
        return tokens
    # beside a telephone (asterisks by now) any typed place will do: 13… 丰宁 安徽省宿州市砀山县
    full = [token for token in tokens if _is_full(token, index, "****" in text.original)]
    if len(full) != 1:
        return tokens
    return [
        _asked(token) if token is not full[0] and _may_be_somebody(text, token, full[0], index) else token
        for token in tokens
    ]


def _is_full(token: Token, index: Index, beside_a_number: bool) -> bool:
    """Whether an item is an address down to a town or a street, with what it lies in; beside a telephone a typed county is."""
    code = token.result.code
    if token.result.status != verdict.RESOLVED or not code:
        return False
    named = [mark for mark in token.result.evidence if mark["code"] and mark["kind"] != "inherited"]
    if beside_a_number and named and named[-1]["kind"] in ("full", "typed"):
        return True
    deep = index.known(code).level == TOWNSHIP or token.result.rest_kind in (tail.ADDRESS, tail.DETAIL)
    return deep and any(index.known(mark["code"]).level <= PREFECTURE for mark in named) and len(named) > 1


def _may_be_somebody(text: Text, token: Token, full: Token, index: Index) -> bool:
    code = whole(token.result)
    named = [mark for mark in token.result.evidence if mark["code"]]
    if not code or len(named) != 1 or named[0]["kind"] != "short" or len(named[0]["text"]) > 3:
        return False
    first, last = sorted((token, full), key=lambda each: each.start)
    if "、" in text.original[first.end : last.start]:
        return False
    unit = index.known(code)
    return unit.level >= PREFECTURE and not index.known(full.result.code).inside(unit)


def _asked(token: Token) -> Token:
    found = token.result
    return replace(
        token,
        result=replace(found, status=verdict.SUGGESTION, code=None, include=(), candidates=(whole(found),)),
    )
