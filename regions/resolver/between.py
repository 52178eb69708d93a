"""A bracket in the middle of an address: 杭州市(浙江)西湖区, 潼关县(城区)文昌巷589号, 中国(广东)自由贸易试验区珠海市…"""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from . import rest as tail
from . import result as verdict
from .lists import trim
from .result import CERTAIN, Result
from .text import Hints, Text
from .unit import COUNTY, PREFECTURE

if TYPE_CHECKING:
    from .grammar import Grammar

_WAS = re.compile(r"原(?!\S*(?:未|不|停))|曾用名|旧称|前身")


class Between:
    def __init__(self, grammar: "Grammar"):
        self.grammar, self.places, self.judge = grammar, grammar.places, grammar.judge
        self.index = grammar.index

    def read(self, text: Text, start: int, end: int, head: tuple[int, int], inner: tuple[int, int], behind: tuple[int, int],
        hints: Hints, scopes: tuple[str, ...],
    ) -> Result:  # fmt: skip
        """杭州市(浙江)西湖区: the bracket is left out if the rest reads on, else the text stays open."""
        s = text.s
        base = self.places.read(text, *head, hints, scopes)
        if self._is_a_level(text, base, inner):
            framed = text.without_marks((bracket_start(s, inner[0]), behind[0] - 1))
            return replace(self.grammar.whole(framed, start, end, hints, scopes), text=text.cut(start, end))
        was = self.was_part(text, base, inner)
        if was is not None:
            return replace(was, text=text.cut(start, end), rest=text.cut(*behind), rest_kind=tail.ADDRESS)
        if _WAS.match(s, *inner):  # 余杭区瓶窑镇(原瓶窑乡)张堰村: what it was bears on nothing
            framed = text.without_marks(range(bracket_start(s, inner[0]), behind[0]))
            read = self.grammar.phrase(framed, start, end, hints, scopes)
            if read.status in CERTAIN:
                return noted(text, replace(read, text=text.cut(start, end)), inner, tail.NOTE)
        county = self.index.find(base.code or "")
        if (
            tail.TOWN_PART.fullmatch(s, *inner)
            and county is not None
            and county.level >= COUNTY
            and (tail.classify(s[slice(*behind)]) == tail.ADDRESS)
        ):  # 潼关县(城区)文昌巷589号 is a house in the county
            return noted(text, replace(base, text=text.cut(start, end)), (inner[0], end), tail.ADDRESS)
        glued = Text(s[head[0] : head[1]] + s[behind[0] : behind[1]])
        read = self.grammar.phrase(glued, 0, len(glued.s), (), scopes)
        if read.status == verdict.RESOLVED and tail.classify(s[inner[0] : inner[1]]) not in (
            tail.PART,
            tail.DIVISION,
            tail.ZONE,
        ):
            note = text.evidence(bracket_start(s, inner[0]), inner[1], None, tail.NOTE)
            found = text.evidence(head[0], end, read.code, "full")
            return self.judge.make(
                text, start, end, verdict.RESOLVED, code=read.code, evidence=(found, note), rest=text.cut(*inner),
                rest_kind=tail.NOTE,
            )  # fmt: skip
        return opened(replace(base, text=text.cut(start, end)), text, (inner[0], end))

    def was_part(self, text: Text, base: Result, inner: tuple[int, int]) -> Result | None:
        """The part of a city that a bracket says a place was: 苏州市(原沧浪区), not 永州市(原零陵地区). One that lives leaves the
        city open."""
        was, unit = _WAS.match(text.s, *inner), self.index.find(base.code or "")
        if was is None or unit is None or unit.level > PREFECTURE:
            return None
        parts = self.grammar.whole(text, *trim(text.s, was.end(), inner[1]), (), (unit.code,))
        codes = [item["code"] for item in parts.evidence if item["code"]]
        if parts.rest or not codes or unit.code in parts.successors:
            return None
        if parts.status == verdict.HISTORICAL and any(
            life.until and life.level > unit.level for life in self.index.lives.get(codes[-1], ())
        ):
            return replace(parts, evidence=(*base.evidence, *parts.evidence))
        return opened(base, text, inner) if parts.code and parts.code != unit.code else None

    def _is_a_level(self, text: Text, base: Result, inner: tuple[int, int]) -> bool:
        """江西省(南昌市)新建区…: the bracket names a place in the one before it, and nothing else."""
        readings, stop = self.places.walk.read(text.s, *inner)
        return stop == inner[1] and len(readings) == 1 and base.code in readings[0].unit.up

    def named_apart(self, text: Text, base: Result, behind: tuple[int, int]) -> bool:
        """Whether a second whole address stands behind the bracket, somewhere else: 161号(自主申报)昌吉州阜康市…"""
        first, last = trim(text.s, *behind)
        readings = self.places.walk.read(text.s, first, last)[0] if last - first > 3 else []
        if len(readings) != 1 or len({step[3] for step in readings[0].steps}) < 2:
            return False
        unit, own = readings[0].unit, self.judge.units((base.code,) if base.code else base.successors)
        return not any(each is unit or each.inside(unit) or unit.inside(each) for each in own)

    def free_trade(
        self, text: Text, start: int, end: int, inner: tuple[int, int], at: int, hints: Hints
    ) -> Result:
        """中国(广东)自由贸易试验区珠海市…: what is named behind it inside the province, else no more than the province."""
        base = self.places.read(text, *inner, hints)
        scope = (base.code,) if base.code else base.candidates
        if not scope:
            return self.judge.unknown(text, start, end)
        behind = self.places.read(text, at, end, (), scope) if at < end else base
        named = behind.status in (verdict.RESOLVED, verdict.HISTORICAL, verdict.PARTIAL)
        if at < end and named and (behind.code or behind.parent or behind.successors):
            return replace(behind, text=text.cut(start, end))
        return replace(opened(base, text, (at if at < end else inner[1], end)), text=text.cut(start, end))


def noted(text: Text, base: Result, inner: tuple[int, int], kind: str) -> Result:
    note = text.evidence(*inner, None, kind)
    return replace(
        base,
        evidence=(*base.evidence, note),
        rest=base.rest or note["text"],
        rest_kind=base.rest_kind or kind,
    )


def bracket_start(s: str, inner: int) -> int:
    return max(s.rfind("(", 0, inner + 1), 0)


def opened(result: Result, text: Text, span: tuple[int, int]) -> Result:
    """The same result, no longer certain because of the text at `span`."""
    if result.status not in CERTAIN:
        return result
    note = text.evidence(*span, None, tail.OTHER)
    return replace(
        result, status=verdict.PARTIAL, code=None, parent=result.code, evidence=(*result.evidence, note),
        rest=note["text"], rest_kind=tail.OTHER,
    )  # fmt: skip
