"""Brackets behind a place: an exclusion, a list of parts, a word like 全境, or any other remark."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from . import rest as tail
from . import result as verdict
from .items import CERTAIN
from .lists import closing, trim
from .result import Result
from .verdict import Hint, Text
from .vocabulary import FILLER

if TYPE_CHECKING:
    from .grammar import Grammar

EXCEPT = re.compile(r"除(?!外)[了去开]?|不含|不包括|不包含|不支持|不覆盖|排除|剔除")
EXCEPT_TAIL = re.compile(
    r"(?:地区|等地)?(?:均|都|暂|暂时)?(?:除外|不含|不包括|不支持|不覆盖|不在.{0,8}|不服务.{0,4}|不配送|不提供.{0,6}|以外|之外)$"
)
ONLY = re.compile(r"(?:仅限于?|只限于?|仅|只|限)(?:支持|含|包括|覆盖|服务)?:?")
_WITH = re.compile(r"(?:含|包括|包含|涵盖|下辖|辖)")
_FORMER = re.compile(r"(?:原名?|曾用名|旧称|前身为?|即|现为?|又称):?")


class Brackets:
    def __init__(self, grammar: "Grammar"):
        self.grammar, self.places, self.judge = grammar, grammar.places, grammar.judge
        self.index = grammar.index

    def read(self, text: Text, start: int, end: int, bracket: int, hints, scopes) -> Result:
        s = text.s
        shut = closing(s, bracket, end)
        if shut < 0:
            shut = end
        inner = trim(s, bracket + 1, shut)
        head, behind = trim(s, start, bracket), (shut + 1, end)
        if head[0] >= head[1]:
            if behind[0] >= behind[1]:
                return (
                    self.grammar.whole(text, *inner, hints, scopes)
                    if inner[0] < inner[1]
                    else self.judge.unknown(text, start, end)
                )
            first = self.places.walk.read(s, *inner)
            if first[0] and first[1] == inner[1]:
                hints = (
                    (Hint(first[0][0].unit.code, *text.span(*inner)), *hints) if len(first[0]) == 1 else hints
                )
                second = self.grammar.phrase(
                    text, *trim(s, *behind), hints, tuple(r.unit.code for r in first[0])
                )
                return replace(second, text=text.cut(start, end))
            return replace(
                self.grammar.phrase(text, *trim(s, *behind), hints, scopes), text=text.cut(start, end)
            )
        if behind[0] < behind[1] and tail.classify(s[behind[0] : behind[1]]) not in (tail.WHOLE, tail.MARK):
            return self._remark_between(text, start, end, head, inner, behind, hints, scopes)
        base = self.places.read(text, *head, hints, scopes)
        if inner[0] >= inner[1]:
            return replace(base, text=text.cut(start, end))
        return replace(self._remark(text, start, end, base, inner), text=text.cut(start, end))

    def _remark_between(self, text: Text, start: int, end: int, head, inner, behind, hints, scopes) -> Result:
        """杭州市(浙江)西湖区: the bracket is left out if the rest reads on, else the text stays open."""
        s = text.s
        glued = Text(s[head[0] : head[1]] + s[behind[0] : behind[1]])
        read = self.grammar.phrase(glued, 0, len(glued.s), (), scopes)
        base = self.places.read(text, *head, hints, scopes)
        if read.status == verdict.RESOLVED and tail.classify(s[inner[0] : inner[1]]) not in (
            tail.PART,
            tail.DIVISION,
        ):
            note = text.evidence(bracket_start(s, inner[0]), inner[1], None, tail.NOTE)
            found = text.evidence(head[0], end, read.code, "full")
            return self.judge.make(
                text, start, end, verdict.RESOLVED, code=read.code, evidence=(found, note), rest=text.cut(*inner),
                rest_kind=tail.NOTE,
            )  # fmt: skip
        return opened(replace(base, text=text.cut(start, end)), text, (inner[0], end))

    def _remark(self, text: Text, start: int, end: int, base: Result, inner: tuple[int, int]) -> Result:
        s, (a, b) = text.s, inner
        opener = EXCEPT.match(s, a, b)
        found = EXCEPT_TAIL.search(s, a, b)
        if opener or found:
            first = opener.end() if opener else a
            last = found.start() if found and found.start() > first else b
            if opener and s.endswith("外", first, last):
                last -= 1
            return self.grammar.except_(
                text, start, end, base, self.grammar.whole(text, first, last, (), self.grammar.scope(base))
            )
        if tail.classify(s[a:b]) in (tail.WHOLE, tail.MARK) or FILLER.fullmatch(s, a, b):
            return self._noted(text, base, inner, tail.WHOLE)
        scope = self.grammar.scope(base)
        with_ = _WITH.match(s, a, b)
        only = ONLY.match(s, a, b)
        former = _FORMER.match(s, a, b)
        first = next((m.end() for m in (with_, only, former) if m and m.end() < b), a)
        if not scope:
            return self._noted(text, base, inner, tail.NOTE)
        parts = self.grammar.whole(text, first, b, (), scope)
        if parts.status in CERTAIN:
            if with_ or parts.code == base.code:
                return self._noted(text, base, inner, tail.NOTE)
            if parts.code and not only:  # 杭州市(西湖区)
                return replace(parts, evidence=(*base.evidence, *parts.evidence))
            return self.listed(parts, base)
        if base.code and base.code in parts.successors:
            return self._noted(text, base, inner, tail.NOTE)
        if former or with_:
            return self._noted(text, base, inner, tail.NOTE)
        if parts.status == verdict.CONFLICT and parts.candidates and self._above(base, parts.candidates[0]):
            return self._noted(text, base, inner, tail.NOTE)
        if (
            parts.status == verdict.UNKNOWN
            and tail.classify(s[a:b]) in (tail.OTHER, tail.ADDRESS)
            and not only
        ):
            return self._noted(text, base, inner, tail.NOTE)
        kind = tail.PART if tail.classify(s[a:b]) == tail.PART else tail.DIVISION
        return self._with_open_part(text, base, inner, parts, kind)

    def _above(self, base: Result, code: str) -> bool:
        unit = self.index.find(base.code or "")
        return unit is not None and code in unit.up

    def _noted(self, text: Text, base: Result, inner: tuple[int, int], kind: str) -> Result:
        note = text.evidence(*inner, None, kind)
        return replace(
            base,
            evidence=(*base.evidence, note),
            rest=base.rest or note["text"],
            rest_kind=base.rest_kind or kind,
        )

    def _with_open_part(
        self, text: Text, base: Result, inner: tuple[int, int], parts: Result, kind: str
    ) -> Result:
        """A bracket that names a part which is not understood: never the whole base in silence."""
        note = text.evidence(*inner, None, kind)
        status = (
            parts.status
            if parts.status in (verdict.AMBIGUOUS, verdict.CONFLICT, verdict.HISTORICAL)
            else verdict.PARTIAL
        )
        parent = base.code if base.status == verdict.RESOLVED else base.parent
        return replace(
            base, status=status, code=None, parent=parent, include=(), exclude=(), candidates=parts.candidates,
            successors=parts.successors, evidence=(*base.evidence, note), rest=note["text"], rest_kind=kind,
        )  # fmt: skip

    @staticmethod
    def listed(parts: Result, base: Result) -> Result:
        include = parts.include or (parts.code,)
        return replace(
            parts,
            status=verdict.RULES,
            code=None,
            include=include,
            evidence=(*base.evidence, *parts.evidence),
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
