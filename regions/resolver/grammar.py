"""Phrases: brackets, exclusions, lists with inherited parents. Everything that says include and exclude.

    phrase    = base [ "(" remark ")" ] | 除 list 外 base | base 除 list 外 | base 不含 list | list 除外
    remark    = an exclusion | a list of parts (only these) | a word like 全境 | any other remark
    list      = phrase (、 phrase)*       an item may lie in the parent of the item before it

An exclusion inside an exclusion includes again. What is excluded must lie in its base.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from . import rest as tail
from . import result as verdict
from .index import COUNTRY_CODE, PREFECTURE
from .lists import Splitter, closing, exclusion_end, trim
from .place import Places
from .result import Result, Token
from .verdict import Hint, Text
from .vocabulary import FILLER

_SPECIAL = re.compile(r"[(]|除|不含|不包|不支持|不覆盖|排除|仅|只|限")
_EXCEPT = re.compile(r"除(?!外)[了去开]?|不含|不包括|不包含|不支持|不覆盖|排除|剔除")
_EXCEPT_TAIL = re.compile(
    r"(?:地区|等地)?(?:均|都|暂|暂时)?(?:除外|不含|不包括|不支持|不覆盖|不在.{0,8}|不服务.{0,4}|不配送|不提供.{0,6}|以外|之外)$"
)
_ONLY = re.compile(r"(?:仅限于?|只限于?|仅|只|限)(?:支持|含|包括|覆盖|服务)?:?")
_OTHERS = re.compile(r"的?(?:其他|其余|其它|剩余)(?:的)?(?:各?地区|区域|各?城市|各?地|各?[市区县]+)?$")
_WITH = re.compile(r"(?:含|包括|包含|涵盖|下辖|辖)")
_FORMER = re.compile(r"(?:原名?|曾用名|旧称|前身为?|即|现为?|又称):?")
_CERTAIN = (verdict.RESOLVED, verdict.RULES)
_ORDER = (
    verdict.CONFLICT, verdict.AMBIGUOUS, verdict.HISTORICAL, verdict.SUGGESTION, verdict.PARTIAL, verdict.UNKNOWN,
)  # fmt: skip


_PROSE = 32  # a text whose first so many items name no region is not a list
_DEEPEST = 12  # brackets or exclusions in one item; more is noise


class Grammar:
    def __init__(self, places: Places):
        self.places, self.judge, self.index = places, places.judge, places.index
        self.splitter = Splitter(places.walk)

    # ---------------------------------------------------------------- lists

    def tokens(
        self, text: Text, start: int, end: int, hints: tuple[Hint, ...] = (), scopes: tuple[str, ...] = ()
    ) -> list[Token]:
        """The items of s[start:end] with their verdicts, in order."""
        return self._levelled(list(self._tokens(text, start, end, hints, scopes)))

    def _tokens(self, text: Text, start: int, end: int, hints, scopes) -> Iterator[Token]:
        spans = self.splitter.split(text.s, start, end)
        if text.s.find("外", start, end) > 0:
            spans = _gather(text.s, spans)
        exact = None if scopes else self.places.exact
        for a, b in spans:
            result = exact(text, a, b) if exact else None
            if result is None:
                result = self.phrase(text, a, b, hints, scopes)
                if len(result.text) != b - a or text.places is not None:
                    result = replace(result, text=text.cut(a, b))
                hints = self._hints(result) or hints
            else:
                steps = result.evidence.steps
                if len(steps) > 1:
                    hints = (Hint(steps[-2][3].code, *text.span(a + steps[-2][0], a + steps[-2][1])),)
            first, last = (a, b) if text.places is None else text.span(a, b)
            yield Token(result.text, first, last, result)

    def _levelled(self, tokens: list[Token]) -> list[Token]:
        """In a list of cities (成都、西安、长沙) or of provinces a bare stem names a city or a province too."""
        if len(tokens) < 2 or not any(token.result.status == verdict.AMBIGUOUS for token in tokens):
            return tokens
        sure = [token for token in tokens if token.result.code]
        levels = {self.index.find(token.result.code).level for token in sure}
        if not levels or max(levels) > PREFECTURE:
            return tokens
        plain = {
            self.index.find(token.result.code).level for token in sure if not self._is_city_province(token)
        }
        return [self._at_level(token, sure[0], plain) for token in tokens]

    def _is_city_province(self, token: Token) -> bool:
        return self.index.find(token.result.code).name.endswith("市") and token.result.code.endswith("0000")

    def _at_level(self, token: Token, sibling: Token, levels: set[int]) -> Token:
        found = token.result
        if found.status != verdict.AMBIGUOUS or found.rest or found.successors:
            return token
        high = [code for code in found.candidates if self.index.find(code).level <= PREFECTURE]
        if len(high) > 1 and len(levels) == 1:
            high = [code for code in high if self.index.find(code).level in levels]
        if len(high) != 1:
            return token
        mark = {
            "span": [sibling.start, sibling.end],
            "text": sibling.text,
            "code": sibling.result.code,
            "kind": "sibling",
        }
        own = tuple({**item, "code": high[0]} for item in found.evidence[-1:])
        result = replace(
            found,
            status=verdict.RESOLVED,
            code=high[0],
            candidates=(),
            evidence=(*found.evidence[:-1], *own, mark),
        )
        return replace(token, result=result)

    def _hints(self, result: Result) -> tuple[Hint, ...]:
        """The parents an item names for the items behind it."""
        steps = [
            item
            for item in result.evidence
            if item["code"] and item["kind"] not in ("except", "group", "country")
        ]
        if result.status in (verdict.RESOLVED, verdict.HISTORICAL, verdict.PARTIAL) and len(steps) > 1:
            return (Hint(steps[-2]["code"], *steps[-2]["span"]),)
        return ()

    def combine(self, text: Text, start: int, end: int, tokens: list[Token]) -> Result:
        """One result for a list: `rules` only if every item is certain, else the status of its worst item."""
        results = self._with_base([token.result for token in tokens])
        include, exclude = _merge(results)
        open_items = [result for result in results if result.status not in _CERTAIN]
        evidence = tuple(item for result in results for item in result.evidence)
        status = verdict.RULES
        if open_items:
            statuses = {result.status for result in open_items}
            status = next(word for word in _ORDER if word in statuses)
            if status == verdict.UNKNOWN and include:
                status = verdict.PARTIAL
        if set(include) & set(exclude):
            status = verdict.CONFLICT
            include = tuple(code for code in include if code not in exclude)
        return self.judge.make(
            text, start, end, status, include=include, exclude=exclude, evidence=evidence,
            candidates=_union(result.candidates for result in open_items),
            successors=_union(result.successors for result in open_items),
            rest="、".join(result.text for result in open_items), rest_kind=tail.OTHER if open_items else None,
        )  # fmt: skip

    def _with_base(self, results: list[Result]) -> list[Result]:
        """An item that only excludes (不含港澳台) is certain once the items before it hold what it excludes."""
        held: set[str] = set()
        found = []
        for result in results:
            if result.status == verdict.PARTIAL and result.exclude and not (result.include or result.rest):
                units = self.judge.units(result.exclude)
                if all(held.intersection(unit.up) for unit in units):
                    result = replace(result, status=verdict.RULES)
            held.update(result.include or ((result.code,) if result.code else ()))
            found.append(result)
        return found

    def whole(
        self, text: Text, start: int, end: int, hints: tuple[Hint, ...] = (), scopes: tuple[str, ...] = ()
    ) -> Result:
        """The verdict on s[start:end], a single phrase or a list."""
        if text.s.find("(((((", start, end) >= 0:
            return self.judge.unknown(text, start, end)
        tokens, named = [], False
        for token in self._tokens(text, start, end, hints, scopes):
            tokens.append(token)
            named = named or token.result.status != verdict.UNKNOWN
            if not named and len(tokens) >= _PROSE:
                return self.judge.unknown(text, start, end)
        if not tokens:
            return self.judge.unknown(text, start, end)
        if len(tokens) == 1:
            return tokens[0].result
        tokens = self._levelled(tokens)
        return self.combine(text, start, end, tokens)

    # ---------------------------------------------------------------- phrases

    def phrase(self, text: Text, start: int, end: int, hints=(), scopes=()) -> Result:
        s = text.s
        if not _SPECIAL.search(s, start, end):
            return self.places.read(text, start, end, hints, scopes)
        if len(_SPECIAL.findall(s, start, end)) > _DEEPEST:
            return self.judge.unknown(text, start, end)
        only = _ONLY.match(s, start, end)
        if only and only.end() < end:
            start = only.end()
        bracket = s.find("(", start, end)
        opener = self._opener(s, start, end if bracket < 0 else bracket)
        if opener is not None:
            return self._exception(text, start, end, opener, hints, scopes)
        if bracket >= 0:
            return self._bracket(text, start, end, bracket, hints, scopes)
        found = _EXCEPT_TAIL.search(s, start, end)
        if found and found.start() > start:
            return self._excepted_list(text, start, end, found.start(), hints, scopes)
        return self.places.read(text, start, end, hints, scopes)

    def _opener(self, s: str, start: int, end: int) -> re.Match | None:
        for found in _EXCEPT.finditer(s, start, end):
            if found.end() < end:
                return found
        return None

    def _exception(self, text: Text, start: int, end: int, opener: re.Match, hints, scopes) -> Result:
        """除 list 外 base, base 除 list 外, base 不含 list."""
        s = text.s
        stop = exclusion_end(s, opener.start(), end, self.places.walk)
        inner_end = stop
        if s[opener.start()] == "除":
            for word in ("以外", "之外", "除外", "外"):
                if s.endswith(word, opener.end(), stop):
                    inner_end = stop - len(word)
                    break
        before = trim(s, start, opener.start())
        after = stop
        while after < end and s[after] in "的,、 其他它余各地区市县":
            after += 1
        behind = trim(s, after, end)
        others = _OTHERS.search(s, *behind)
        if others and others.start() > behind[0]:
            behind = trim(s, behind[0], others.start())  # 除温州外浙江省其他地区
        base = before if before[0] < before[1] else behind
        if base[0] >= base[1]:
            excluded = self.whole(text, opener.end(), inner_end, hints, scopes)
            return self._except(text, start, end, None, excluded)
        base_result = self.whole(text, *base, hints, scopes)
        within = self._scope(base_result)
        excluded = self.whole(text, opener.end(), inner_end, (), within)
        result = self._except(text, start, end, base_result, excluded)
        if (
            base == before
            and behind[0] < behind[1]
            and tail.classify(s[behind[0] : behind[1]]) not in (tail.WHOLE, tail.MARK)
        ):
            return _open(result, text, behind)
        return result

    def _excepted_list(self, text: Text, start: int, end: int, stop: int, hints, scopes) -> Result:
        """全国,新疆、西藏除外: the first items that hold all the later ones are the base."""
        spans = list(self.splitter.split(text.s, start, stop))
        chain = self._chained(text, start, end, spans, stop)
        if chain is not None:
            return chain
        for count in range(1, len(spans)):
            base = self.whole(text, spans[0][0], spans[count - 1][1], hints, scopes)
            within = self._scope(base)
            if not within:
                continue
            excluded = self.whole(text, spans[count][0], stop, (), within)
            if excluded.status in _CERTAIN:
                return self._except(text, start, end, base, excluded)
        country = next((word for word in ("全国", "中国") if text.s.startswith(word, start)), None)
        if country:
            base = self.judge.rules(text, start, start + 2, (COUNTRY_CODE,), "country")
            at = trim(text.s, start + 2, stop)
            return self._except(text, start, end, base, self.whole(text, *at, (), (COUNTRY_CODE,)))
        return self._except(text, start, end, None, self.whole(text, start, stop, hints, scopes))

    def _chained(self, text: Text, start: int, end: int, spans, stop: int) -> Result | None:
        """浙江省温州、台州除外: the region named first is the base if it directly holds what the rest names."""
        if not spans:
            return None
        readings, _ = self.places.walk.read(text.s, *spans[0])
        if not readings or len(readings[0].steps) != 2 or readings[0].repeats:
            return None
        _, first, word, unit = readings[0].steps[0]
        if unit.until:
            return None
        marks = (text.evidence(spans[0][0], first, unit.code, word),)
        base = self.judge.make(text, start, end, verdict.RESOLVED, code=unit.code, evidence=marks)
        at = trim(text.s, first, stop)
        excluded = self.whole(text, *at, (), (unit.code,))
        return self._except(text, start, end, base, excluded) if excluded.status in _CERTAIN else None

    def _bracket(self, text: Text, start: int, end: int, bracket: int, hints, scopes) -> Result:
        s = text.s
        shut = closing(s, bracket, end)
        if shut < 0:
            shut = end
        inner = trim(s, bracket + 1, shut)
        head, behind = trim(s, start, bracket), (shut + 1, end)
        if head[0] >= head[1]:
            if behind[0] >= behind[1]:
                return (
                    self.whole(text, *inner, hints, scopes)
                    if inner[0] < inner[1]
                    else self.judge.unknown(text, start, end)
                )
            first = self.places.walk.read(s, *inner)
            if first[0] and first[1] == inner[1]:
                hints = (
                    (Hint(first[0][0].unit.code, *text.span(*inner)), *hints) if len(first[0]) == 1 else hints
                )
                second = self.phrase(text, *trim(s, *behind), hints, tuple(r.unit.code for r in first[0]))
                return replace(second, text=text.cut(start, end))
            return replace(self.phrase(text, *trim(s, *behind), hints, scopes), text=text.cut(start, end))
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
        read = self.phrase(glued, 0, len(glued.s), (), scopes)
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
        return _open(replace(base, text=text.cut(start, end)), text, (inner[0], end))

    def _remark(self, text: Text, start: int, end: int, base: Result, inner: tuple[int, int]) -> Result:
        s, (a, b) = text.s, inner
        opener = _EXCEPT.match(s, a, b)
        found = _EXCEPT_TAIL.search(s, a, b)
        if opener or found:
            first = opener.end() if opener else a
            last = found.start() if found and found.start() > first else b
            if opener and s.endswith("外", first, last):
                last -= 1
            return self._except(text, start, end, base, self.whole(text, first, last, (), self._scope(base)))
        if tail.classify(s[a:b]) in (tail.WHOLE, tail.MARK) or FILLER.fullmatch(s, a, b):
            return self._noted(text, base, inner, tail.WHOLE)
        scope = self._scope(base)
        with_ = _WITH.match(s, a, b)
        only = _ONLY.match(s, a, b)
        former = _FORMER.match(s, a, b)
        first = next((m.end() for m in (with_, only, former) if m and m.end() < b), a)
        if not scope:
            return self._noted(text, base, inner, tail.NOTE)
        parts = self.whole(text, first, b, (), scope)
        if parts.status in _CERTAIN:
            if with_ or parts.code == base.code:
                return self._noted(text, base, inner, tail.NOTE)
            return _listed(parts, base)
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
        return self._opened(text, base, inner, parts, kind)

    # ---------------------------------------------------------------- putting together

    def _above(self, base: Result, code: str) -> bool:
        unit = self.index.find(base.code or "")
        return unit is not None and code in unit.up

    def _scope(self, base: Result) -> tuple[str, ...]:
        if base.status == verdict.RESOLVED:
            return (base.code,)
        return base.include if base.status == verdict.RULES else ()

    def _noted(self, text: Text, base: Result, inner: tuple[int, int], kind: str) -> Result:
        note = text.evidence(*inner, None, kind)
        return replace(
            base,
            evidence=(*base.evidence, note),
            rest=base.rest or note["text"],
            rest_kind=base.rest_kind or kind,
        )

    def _opened(self, text: Text, base: Result, inner: tuple[int, int], parts: Result, kind: str) -> Result:
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

    def _except(self, text: Text, start: int, end: int, base: Result | None, excluded: Result) -> Result:
        include, exclude = _merge([base] if base else [])
        again, out = excluded.exclude, excluded.include or ((excluded.code,) if excluded.code else ())
        include, exclude = _union([include, again]), _union([exclude, out])
        marks = tuple(
            {**item, "kind": "except"} if item["code"] in out else item for item in excluded.evidence
        )
        evidence = ((*base.evidence,) if base else ()) + marks
        open_ = [item for item in (base, excluded) if item is not None and item.status not in _CERTAIN]
        status = next((word for word in _ORDER if any(item.status == word for item in open_)), verdict.RULES)
        if status == verdict.UNKNOWN and (include or exclude):
            status = verdict.PARTIAL
        if set(include) & set(exclude):
            left = tuple(code for code in include if code not in exclude)
            status = (
                status if left and len(base.include) > 1 else verdict.CONFLICT
            )  # 江浙沪(不含上海) is 江浙
            include = left
        if base is None and status == verdict.RULES:
            status = verdict.PARTIAL  # 海淀区除外: of what, nobody said
        return self.judge.make(
            text, start, end, status, include=include, exclude=exclude, evidence=evidence,
            candidates=_union(item.candidates for item in open_), successors=_union(item.successors for item in open_),
            parent=base.code if base and open_ else None, rest="、".join(item.text for item in open_),
            rest_kind=tail.OTHER if open_ else None,
        )  # fmt: skip


def _gather(s: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Joins the items before a bare 除外 to one phrase: 全国,新疆、西藏除外."""
    held: list[tuple[int, int]] = []
    for span in spans:
        part = s[span[0] : span[1]]
        if held and part.endswith(("除外", "以外")) and "(" not in part and not part.startswith("除"):
            held = [(held[0][0], span[1])]
        else:
            held.append(span)
    yield from held


def bracket_start(s: str, inner: int) -> int:
    return max(s.rfind("(", 0, inner + 1), 0)


def _listed(parts: Result, base: Result) -> Result:
    include = parts.include or (parts.code,)
    return replace(
        parts, status=verdict.RULES, code=None, include=include, evidence=(*base.evidence, *parts.evidence)
    )


def _merge(results: list[Result]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    include = _union((r.code,) if r.code else r.include for r in results)
    return include, _union(r.exclude for r in results)


def _union(groups) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for group in groups for code in group))


def _open(result: Result, text: Text, span: tuple[int, int]) -> Result:
    """The same result, no longer certain because of the text at `span`."""
    if result.status not in _CERTAIN:
        return result
    note = text.evidence(*span, None, tail.OTHER)
    return replace(
        result, status=verdict.PARTIAL, code=None, parent=result.code, evidence=(*result.evidence, note),
        rest=note["text"], rest_kind=tail.OTHER,
    )  # fmt: skip
