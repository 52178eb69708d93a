"""A bracket behind a house: …93号(朝阳区), …1号(原白下区), …802室(北市区公交车场对面)."""

from dataclasses import replace

from . import rest as tail
from . import result as verdict
from .between import Between, noted, opened
from .index import STEM
from .result import Result
from .text import Hints, Text
from .unit import COUNTRY

Span = tuple[int, int]
_GOES_ON = frozenset("0123456789abcdefghijklmnopqrstuvwxyz甲乙丙丁#-,. ")


class Houses:
    def __init__(self, between: Between):
        self.between, self.grammar = between, between.grammar
        self.places, self.judge, self.index = between.places, between.judge, between.index

    def read(
        self, text: Text, span: Span, marks: Span, base: Result, head: Span, inner: Span, behind: Span, hints: Hints,
        scopes: tuple[str, ...],
    ) -> Result | None:  # fmt: skip
        """What a bracket between `marks` says of the house `head` before it, which was read as `base`; None where there is none.

        A region and nothing else is read as if it stood there without a bracket; what the house was in is a part of its
        city; any other remark is on the way there, and so is all behind it.
        """
        named = self._names_a_region(text.s, base, inner, behind)
        road = base.status == verdict.UNKNOWN and tail.begins_as_road(text.s[slice(*head)])
        if road and named and behind[0] >= behind[1]:  # 文三路90号(杭州市西湖区)
            within = self.places.read(text, *inner, hints, scopes)
            if within.status == verdict.RESOLVED and not within.rest:
                return replace(within, rest=text.cut(*head), rest_kind=tail.ADDRESS)
        if base.rest_kind not in (tail.ADDRESS, tail.DETAIL):
            return None
        if (was := self.between.was_part(text, base, inner)) is not None:
            return replace(was, rest=base.rest, rest_kind=tail.ADDRESS)
        if named:
            return self._as_written_out(text, span, marks, base, inner, hints, scopes)
        if self.between.named_apart(text, base, behind):
            return opened(replace(base, text=text.cut(*span)), text, (marks[0], span[1]))
        return noted(text, base, (marks[0], span[1]), tail.NOTE)

    def _names_a_region(self, s: str, base: Result, inner: Span, behind: Span) -> bool:
        """Whether a bracket behind a house is a region and nothing else (…93号(朝阳区)), with no more words behind it. One of
        the past elsewhere is none: many towns have a 北市区."""
        if behind[0] < behind[1] and s[behind[0]] not in _GOES_ON:
            return False
        readings, stop = self.places.walk.read(s, *inner) if inner[0] < inner[1] else ([], 0)
        own = {code for unit in self.judge.units([base.code or ""]) for code in (unit.code, unit.parent)}
        lives = [reading for reading in readings if not (reading.dated and own.isdisjoint(reading.unit.up))]
        return stop == inner[1] and bool(lives) and readings[0].unit.level != COUNTRY

    def _as_written_out(
        self,
        text: Text,
        span: Span,
        marks: Span,
        base: Result,
        inner: Span,
        hints: Hints,
        scopes: tuple[str, ...],
    ) -> Result:
        """As if the region of a bracket stood there without it; one that lies elsewhere contradicts the address."""
        found = self.grammar.phrase(text.without_marks(marks), *span, hints, scopes)
        named = self.places.walk.read(text.s, *inner)[0]
        own, others = self.judge.units([base.code or ""]), [reading.unit for reading in named]
        if found.status == verdict.AMBIGUOUS:  # 鼓楼区中山路1号(南京)
            inside = [
                unit
                for unit in self.judge.units(found.candidates)
                if any(unit.inside(each) for each in others)
            ]
            if len(inside) == 1:
                found = replace(found, status=verdict.RESOLVED, code=inside[0].code, candidates=())
        apart = own and not any(a is b or a.inside(b) or b.inside(a) for a in own for b in others)
        if apart and found.code == base.code and all(reading.tier < STEM for reading in named):
            codes = dict.fromkeys(code for unit in (*own, *others) for code in self.index.successors(unit))
            found = replace(
                found, status=verdict.CONFLICT, code=None, parent=base.code, candidates=tuple(codes)
            )
        return found
