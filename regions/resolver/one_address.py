"""Items that are the parts of one address, and one address among the items of a list."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from . import rest as tail
from . import result as verdict
from .place import named_by
from .result import CERTAIN, Result, Token
from .text import Hints, Text
from .unit import PREFECTURE

if TYPE_CHECKING:
    from .grammar import Grammar

_ROOM = re.compile(
    r"\d|^[a-z][座栋幢楼室号区]|[一二三四五六七八九十][楼层号栋幢室]|[a-z]$|[座室楼层号栋幢]$", re.I
)
_IN_A_HOUSE = (tail.ADDRESS, tail.DETAIL, tail.NOTE)
_LONGEST_ADDRESS = 12  # items that may still be the parts of one address


class OneAddress:
    def __init__(self, grammar: "Grammar"):
        self.grammar, self.judge, self.index = grammar, grammar.judge, grammar.index

    def read(
        self, text: Text, start: int, end: int, tokens: list[Token], hints: Hints, scopes: tuple[str, ...]
    ) -> Result | None:
        """Levels, a road and room numbers that separators keep apart: 浙江省 杭州市 西湖区 文三路90号, …365号1703、04."""
        if len(tokens) > _LONGEST_ADDRESS or all(
            t.result.status in CERTAIN and t.result.rest_kind not in _IN_A_HOUSE for t in tokens
        ):
            return None
        tight = "、" in text.s[start:end] or ";" in text.s[start:end]
        if tight and any(_names_nothing(t.result) and not _ROOM.search(t.text) for t in tokens):
            return None
        one = self.grammar.phrase(text.on_one_line(start, end), start, end, hints, scopes)
        if one.status == verdict.PARTIAL and all(_names_nothing(token.result) for token in tokens[1:]):
            first = tokens[0].result  # …开发区C、D栋: no more certain than its first part
            return one if one.parent and one.parent in (first.parent, first.code) else None
        behind = one.rest_kind is None and any(token.result.rest_kind == tail.ADDRESS for token in tokens)
        housed = behind or one.rest_kind in _IN_A_HOUSE  # 杭州市 文三路90号 西湖区
        if one.status not in (verdict.RESOLVED, verdict.HISTORICAL) or not housed:
            return None
        if one.rest_kind != tail.ADDRESS and self.grammar.neighbours.pair(text, replace(one, rest_kind=None)):
            return None  # 长春、朝阳、吉林
        codes = (one.code,) if one.code else one.successors
        above = {code for unit in self.judge.units(codes) for code in (unit.code, *unit.up)}
        for token in tokens:
            named = self.judge.units(named_by(token.result) or filter(None, [token.result.parent]))
            if named and not any(unit.code in above or set(codes) & set(unit.up) for unit in named):
                return None
        return one

    def no_whole_city(self, token: Token) -> Token:
        """An address in a list is one house in the city, not the city: 广州市天河路385号."""
        found = token.result
        in_a_house = found.status == verdict.RESOLVED and found.rest_kind == tail.ADDRESS
        if not in_a_house or self.index.known(found.code).level > PREFECTURE:
            return token
        return replace(token, result=replace(found, status=verdict.PARTIAL, code=None, parent=found.code))


def _names_nothing(result: Result) -> bool:
    return result.status == verdict.UNKNOWN
