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
from .brackets import EXCEPT, EXCEPT_TAIL, ONLY, Brackets, opened
from .items import CERTAIN, WORST_FIRST, Items, merge, union
from .lists import MARK_STARTS, Splitter, exclusion_end, trim
from .place import Places
from .result import Result, Token
from .unit import COUNTRY_CODE
from .verdict import Hint, Text

_LISTED = re.compile(r"[\u4e00-\u9fff]+(?:、[\u4e00-\u9fff]+)*")
_OPENS = re.compile(r"[除外不排]")
_SPECIAL = re.compile(r"[(]|除|不含|不包|不支持|不覆盖|排除|仅|只|限")
_OTHERS = re.compile(
    r"的?(?:其他|其余|其它|剩余|所有|全部)(?:的)?(?:各?地区|区域|各?城市|各?地|各?[市区县]+)?$"
)


_OF_ALL = re.compile(
    r"[的,、 其他它余各地区市县]*(?:(?:所有|全部)?的?(?:城市|地区|区域|省份|省市|地方)(?=[、,;.) ]|$))?"
)
_LIST_FIRST = re.compile(r"([^除()\n;]+?)(?:除外|以外|之外)的([^、,;除外]+)")
_ONLY_PARTS = re.compile(
    r"([^(),、;除不仅只限\n]{2,10})(?:仅限于?|只限于?|仅)(?:支持|含|覆盖|服务)?:?([^()除不]+)"
)
_COUNTED = re.compile(
    r"(?:等|这|共)?([两二三四五六七八九十]|\d{1,2})个?(?:省市?|市|区|县|州|地|城市|直辖市|地区|省份)$"
)
_NUMBERS = {"两": 2} | {ch: number for number, ch in enumerate("一二三四五六七八九十", 1)}
_PROSE = 32  # a text whose first so many items name no region is not a list
_DEEPEST = 12  # brackets or exclusions in one item; more is noise


class Grammar:
    def __init__(self, places: Places):
        self.places, self.judge, self.index = places, places.judge, places.index
        self.splitter = Splitter(places.walk)
        self.items = Items(self.index, self.judge)
        self.brackets = Brackets(self)

    # ---------------------------------------------------------------- lists

    def tokens(
        self, text: Text, start: int, end: int, hints: tuple[Hint, ...] = (), scopes: tuple[str, ...] = ()
    ) -> list[Token]:
        """The items of s[start:end] with their verdicts, in order."""
        return self.items.levelled(list(self._tokens(text, start, end, hints, scopes)))

    def _tokens(self, text: Text, start: int, end: int, hints, scopes) -> Iterator[Token]:
        exact = None if scopes else self.places.exact
        for a, b, result in self._spans(text, start, end, exact):
            if result is None:
                result = self.phrase(text, a, b, hints, scopes)
                if len(result.text) != b - a or text.places is not None:
                    result = replace(result, text=text.cut(a, b))
                hints = self.items.hints(result) or hints
            else:
                steps = result.evidence.steps
                if len(steps) > 1:
                    hints = (Hint(steps[-2][3].code, *text.span(a + steps[-2][0], a + steps[-2][1])),)
            first, last = (a, b) if text.places is None else text.span(a, b)
            yield Token(result.text, first, last, result)

    def _spans(self, text: Text, start: int, end: int, exact) -> Iterator[tuple[int, int, Result | None]]:
        """The items, with the verdict where the text is one of the usual forms. Plain lists need no splitter for these."""
        s, split = text.s, self.splitter.split
        if exact is not None and _LISTED.fullmatch(s, start, end) and not _OPENS.search(s, start, end):
            a = start
            while a < end:
                b = s.find("、", a, end)
                if b < 0:
                    b = end
                result = exact(text, a, b)
                if result is not None:
                    yield a, b, result
                elif s[a : a + 1] in MARK_STARTS:
                    break  # 一、 is no item: leave the rest to the splitter
                else:
                    for first, last in split(s, a, b):
                        yield first, last, exact(text, first, last) if first > a or last < b else None
                a = b + 1
            start = a
        spans = split(s, start, end)
        if s.find("外", start, end) > 0:
            spans = _gather(s, spans)
        for a, b in spans:
            yield a, b, exact(text, a, b) if exact else None

    def whole(
        self, text: Text, start: int, end: int, hints: tuple[Hint, ...] = (), scopes: tuple[str, ...] = ()
    ) -> Result:
        """The verdict on s[start:end], a single phrase or a list."""
        if text.s.find("(((((", start, end) >= 0:
            return self.judge.unknown(text, start, end)
        inverted = _LIST_FIRST.fullmatch(text.s, start, end) if text.s.find("外的", start, end) > 0 else None
        if inverted:  # 新疆、西藏除外的全国地区
            base = self.whole(text, *inverted.span(2), hints, scopes)
            if base.status in CERTAIN:
                excluded = self.whole(text, *inverted.span(1), (), self.scope(base))
                return self.except_(text, start, end, base, excluded)
        parts = _ONLY_PARTS.fullmatch(text.s, start, end) if "限" in text.s or "仅" in text.s else None
        if parts:  # 江苏省仅限苏州、无锡
            base = self.whole(text, *parts.span(1), hints, scopes)
            found = self.whole(text, *parts.span(2), (), self.scope(base)) if base.code else base
            if base.code and found.status in CERTAIN:
                return self.brackets.listed(replace(found, text=text.cut(start, end)), base)
        end = self._without_count(text.s, start, end)
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
        if len(tokens) < 5 and ("\n" in text.s[start:end] or len(tokens) > 2):
            one = self.phrase(text.on_one_line(), start, end, hints, scopes)
            if one.status == verdict.RESOLVED and len(one.evidence) == len(tokens) and not one.rest:
                return one  # 浙江省、杭州市、西湖区: levels, not a list; with a line each two are enough
        tokens = self.items.levelled(tokens)
        return self.items.combine(text, start, end, tokens)

    def _without_count(self, s: str, start: int, end: int) -> int:
        """Where 辽宁、吉林、黑龙江三省 ends without its 三省, if so many are listed."""
        counted = _COUNTED.search(s, max(start, end - 8), end) if s.find("、", start, end) > 0 else None
        if counted is None:
            return end
        number = _NUMBERS.get(counted[1]) or int(counted[1])
        items = sum(1 for _ in self.splitter.split(s, start, counted.start())) if end - start < 400 else 0
        return counted.start() if items == number else end

    # ---------------------------------------------------------------- phrases

    def phrase(self, text: Text, start: int, end: int, hints=(), scopes=()) -> Result:
        s = text.s
        if not _SPECIAL.search(s, start, end):
            return self.places.read(text, start, end, hints, scopes)
        if len(_SPECIAL.findall(s, start, end)) > _DEEPEST:
            return self.judge.unknown(text, start, end)
        only = ONLY.match(s, start, end)
        if only and only.end() < end:
            start = only.end()
        bracket = s.find("(", start, end)
        opener = self._opener(s, start, end if bracket < 0 else bracket)
        if opener is not None:
            return self._exception(text, start, end, opener, hints, scopes)
        if bracket >= 0:
            return self.brackets.read(text, start, end, bracket, hints, scopes)
        found = EXCEPT_TAIL.search(s, start, end)
        if found and found.start() > start:
            return self._excepted_list(text, start, end, found.start(), hints, scopes)
        return self.places.read(text, start, end, hints, scopes)

    def _opener(self, s: str, start: int, end: int) -> re.Match | None:
        for found in EXCEPT.finditer(s, start, end):
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
        after = _OF_ALL.match(s, after, end).end()
        behind = trim(s, after, end)
        others = _OTHERS.search(s, *behind)
        if others and others.start() > behind[0]:
            behind = trim(s, behind[0], others.start())  # 除温州外浙江省其他地区
        base = before if before[0] < before[1] else behind
        if base[0] >= base[1]:
            excluded = self.whole(text, opener.end(), inner_end, hints, scopes)
            return self.except_(text, start, end, None, excluded)
        base_result = self.whole(text, *base, hints, scopes)
        within = self.scope(base_result)
        excluded = self.whole(text, opener.end(), inner_end, (), within)
        result = self.except_(text, start, end, base_result, excluded)
        if (
            base == before
            and behind[0] < behind[1]
            and tail.classify(s[behind[0] : behind[1]]) not in (tail.WHOLE, tail.MARK)
        ):
            return opened(result, text, behind)
        return result

    def _excepted_list(self, text: Text, start: int, end: int, stop: int, hints, scopes) -> Result:
        """全国,新疆、西藏除外: the first items that hold all the later ones are the base."""
        spans = list(self.splitter.split(text.s, start, stop))
        chain = self._chained(text, start, end, spans, stop)
        if chain is not None:
            return chain
        for count in range(1, len(spans)):
            base = self.whole(text, spans[0][0], spans[count - 1][1], hints, scopes)
            within = self.scope(base)
            if not within:
                continue
            excluded = self.whole(text, spans[count][0], stop, (), within)
            if excluded.status in CERTAIN:
                return self.except_(text, start, end, base, excluded)
        country = next((word for word in ("全国", "中国") if text.s.startswith(word, start)), None)
        if country:
            base = self.judge.rules(text, start, start + 2, (COUNTRY_CODE,), "country")
            at = trim(text.s, start + 2, stop)
            return self.except_(text, start, end, base, self.whole(text, *at, (), (COUNTRY_CODE,)))
        return self.except_(text, start, end, None, self.whole(text, start, stop, hints, scopes))

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
        return self.except_(text, start, end, base, excluded) if excluded.status in CERTAIN else None

    # ---------------------------------------------------------------- putting together

    def scope(self, base: Result) -> tuple[str, ...]:
        if base.status == verdict.RESOLVED:
            return (base.code,)
        return base.include if base.status == verdict.RULES else ()

    def except_(self, text: Text, start: int, end: int, base: Result | None, excluded: Result) -> Result:
        include, exclude = merge([base] if base else [])
        again, out = excluded.exclude, excluded.include or ((excluded.code,) if excluded.code else ())
        include, exclude = union([include, again]), union([exclude, out])
        marks = tuple(
            {**item, "kind": "except"} if item["code"] in out else item for item in excluded.evidence
        )
        evidence = ((*base.evidence,) if base else ()) + marks
        open_ = [item for item in (base, excluded) if item is not None and item.status not in CERTAIN]
        status = next(
            (word for word in WORST_FIRST if any(item.status == word for item in open_)), verdict.RULES
        )
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
            candidates=union(item.candidates for item in open_), successors=union(item.successors for item in open_),
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
