"""Phrases: brackets, exclusions, lists with inherited parents. Everything that says include and exclude.

    phrase    = base [ "(" remark ")" ] | 除 list 外 base | base 除 list 外 | base 不含 list | list 除外
    remark    = an exclusion | a list of parts (only these) | a word like 全境 | any other remark
    list      = phrase (、 phrase)*       an item may lie in the parent of the item before it

An exclusion inside an exclusion includes again. What is excluded must lie in its base.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace

from . import rest as tail
from . import result as verdict
from .brackets import EXCEPT, EXCEPT_TAIL, ONLY, Brackets, opened
from .items import CERTAIN, WORST_FIRST, Items, merge, union
from .lists import MARK_STARTS, Splitter, exclusion_end, splits, trim
from .place import Places, named_by
from .result import Result, Token
from .unit import COUNTRY_CODE, PREFECTURE, PROVINCE
from .verdict import Hint, Text
from .walk import Step

_LISTED = re.compile(r"[\u4e00-\u9fff]+(?:、[\u4e00-\u9fff]+)*")
_OPENS = re.compile(r"[除外不排未停]|暂停|无法|没有")
_SPECIAL = re.compile(r"[(]|除|不|未|停|无法|没有|排除|仅|只|限")
_SERVED = re.compile(
    r"(?:订单|购物?)?满?\d{0,5}元?(?:起|以上)?(?:均|都|皆|全部?)?(?:可以?)?(?:包邮|免邮|免运费|发货?|配送|送货?|派送|上门|支持|服务|覆盖)(?:上门)?$"
)
_OTHERS = re.compile(
    r"的?(?:其他|其余|其它|剩余|所有|全部)(?:的)?(?:各?地区|区域|各?城市|各?地市?|各?[市区县州]+)?"
    r"(?:(?:均|都|全部?)(?:可以?|能)?(?:上门|服务|配送|发货|覆盖)*)?$"
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
_LIMITS = re.compile("外的|[仅限]")
_BREAK = re.compile(r"[;\n]")  # what is said before a colon holds no longer
_ROOM = re.compile(
    r"\d|^[a-z][座栋幢楼室号区]|[一二三四五六七八九十][楼层号栋幢室]|[a-z]$|[座室楼层号栋幢]$", re.I
)
_IN_A_HOUSE = (tail.ADDRESS, tail.DETAIL, tail.NOTE)
_LONGEST_ADDRESS = 12  # items that may still be the parts of one address
_BUT = re.compile(
    r"[, ]{0,4}(?:但是?|不过|只是|其中|唯独?|可是|然而|另外?|且)[, ]{0,4}$"
)  # 北京市,但不包括延庆
_TURNS = re.compile(r"外|[不未停]|暂停|无法|没有")
_PAUSE = re.compile(r"[;\n.]")
_LENDERS = 32  # items that are remembered for what they lend to those behind them
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
        end = self._without_count(text.s, start, end)
        tokens = [self._no_whole_city(t) for t in self._tokens(text, start, end, hints, scopes, True)]
        return self.items.levelled(self.items.based(tokens))

    def _no_whole_city(self, token: Token) -> Token:
        """An address in a list is one house in the city, not the city: 广州市天河路385号."""
        found = token.result
        in_a_house = found.status == verdict.RESOLVED and found.rest_kind == tail.ADDRESS
        if not in_a_house or self.index.find(found.code).level > PREFECTURE:
            return token
        return replace(token, result=replace(found, status=verdict.PARTIAL, code=None, parent=found.code))

    def _one_address(
        self, text: Text, start: int, end: int, tokens: list[Token], hints, scopes
    ) -> Result | None:
        """Levels, a road and room numbers that separators keep apart: 浙江省 杭州市 西湖区 文三路90号, …365号1703、04."""
        if len(tokens) > _LONGEST_ADDRESS or all(
            t.result.status in CERTAIN and t.result.rest_kind not in _IN_A_HOUSE for t in tokens
        ):
            return None
        tight = "、" in text.s[start:end] or ";" in text.s[start:end]
        if tight and any(_names_nothing(t.result) and not _ROOM.search(t.text) for t in tokens):
            return None
        one = self.phrase(text.on_one_line(), start, end, hints, scopes)
        if one.status == verdict.PARTIAL and all(_names_nothing(token.result) for token in tokens[1:]):
            first = tokens[0].result  # …开发区C、D栋: no more certain than its first part
            return one if one.parent and one.parent in (first.parent, first.code) else None
        if one.status not in (verdict.RESOLVED, verdict.HISTORICAL) or one.rest_kind not in _IN_A_HOUSE:
            return None
        codes = (one.code,) if one.code else one.successors
        above = {code for unit in self.judge.units(codes) for code in (unit.code, *unit.up)}
        for token in tokens:
            named = self.judge.units(named_by(token.result) or filter(None, [token.result.parent]))
            if named and not any(unit.code in above or set(codes) & set(unit.up) for unit in named):
                return None
        return one

    def _tokens(
        self, text: Text, start: int, end: int, hints, scopes, apart: bool = False
    ) -> Iterator[Token]:
        """`apart`: the items of a bracket of which one is open are items by themselves."""
        exact = None if scopes else self.places.exact
        above, behind = tuple(hint for hint in hints if hint.firm), start
        colon = text.s.find(":", start, end) >= 0
        lent: deque[tuple[int, Result]] = deque(
            maxlen=_LENDERS
        )  # what plain items lend is worked out when it is asked for
        for a, b, result in self._spans(text, start, end, exact):
            steps = result.evidence.steps if result is not None else None
            breaks = colon and (text.s.find(":", a, b) >= 0 or _BREAK.search(text.s, behind, a))
            if breaks or steps is None or above or len(steps) == 1:
                hints = self._settled(text, lent, hints, above)
            if breaks:
                hints = tuple(hint for hint in hints if hint in above or not hint.firm)
            behind = b
            if steps is not None and hints and self._strays(steps, hints, above):
                result = steps = None
            if result is None:
                result = self.phrase(text, a, b, hints, scopes)
                if apart and result.status not in CERTAIN and text.s[b - 1] == ")":
                    members = self._members(text, a, b, above)
                    if members:
                        yield from members
                        hints = self.items.hints(text, members[0].result, hints, above)
                        continue
                if len(result.text) != b - a or text.places is not None:
                    result = replace(result, text=text.cut(a, b))
                hints = self.items.hints(text, result, hints, above)
            elif len(steps) > 1 or steps[-1][3].level <= PREFECTURE:
                lent.append((a, result))
            first, last = (a, b) if text.places is None else text.span(a, b)
            yield Token(result.text, first, last, result)

    def _members(self, text: Text, start: int, end: int, above: tuple[Hint, ...]) -> list[Token]:
        """The items of a bracket behind a city, if most of them are certain."""
        found = self.brackets.apart(text, start, end)
        if found is None:
            return []
        inner, heading = found
        if above and not all(self.judge.lies_in(unit, above) for unit in self.judge.units([heading.code])):
            return []
        tokens = list(self._tokens(text, *inner, (heading,), ()))
        sure = sum(token.result.status in CERTAIN for token in tokens)
        known = all(token.result.status != verdict.UNKNOWN or len(token.text) <= 6 for token in tokens)
        return tokens if known and 2 * sure > len(tokens) > 1 else []

    def _settled(self, text: Text, lent: deque[tuple[int, Result]], hints, above) -> tuple[Hint, ...]:
        """The hints after what the items in `lent` have lent, which is empty then."""
        while lent:
            a, result = lent.popleft()
            spans = [
                (unit.code, *text.span(a + first, a + last)) for first, last, _, unit in result.evidence.steps
            ]
            hints = self.items.lent(text, spans, result.code, hints, above)
        return hints

    def _strays(self, steps: tuple[Step, ...], hints: tuple[Hint, ...], firm: tuple[Hint, ...]) -> bool:
        """Whether a name read at first sight may mean something else in the list's place."""
        unit = steps[-1][3]
        if firm:
            return not self.judge.lies_in(unit, firm)
        return len(steps) == 1 and not self.judge.beside(unit, hints)

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
        if _TURNS.search(s, start, end):
            spans = _gather(s, spans)
        for a, b in spans:
            yield a, b, exact(text, a, b) if exact else None

    def whole(
        self, text: Text, start: int, end: int, hints: tuple[Hint, ...] = (), scopes: tuple[str, ...] = ()
    ) -> Result:
        """The verdict on s[start:end], a single phrase or a list."""
        if text.s.find("(((((", start, end) >= 0:
            return self.judge.unknown(text, start, end)
        limits = _LIMITS.findall(text.s, start, end)
        if len(limits) > _DEEPEST:
            return self.judge.unknown(text, start, end)
        inverted = _LIST_FIRST.fullmatch(text.s, start, end) if "外的" in limits else None
        if inverted:  # 新疆、西藏除外的全国地区
            base = self.whole(text, *inverted.span(2), hints, scopes)
            if base.status in CERTAIN:
                excluded = self.whole(text, *inverted.span(1), (), self.scope(base))
                return self.except_(text, start, end, base, excluded)
        parts = _ONLY_PARTS.fullmatch(text.s, start, end) if limits else None
        if parts:  # 江苏省仅限苏州、无锡
            base = self.whole(text, *parts.span(1), hints, scopes)
            found = self.whole(text, *parts.span(2), (), self.scope(base)) if base.code else base
            if base.code and found.status in CERTAIN:
                return self.brackets.listed(replace(found, text=text.cut(start, end)), base)
        if not splits(text.s, start, end):
            return self._one(text, start, end, hints, scopes)
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
        address = self._one_address(text, start, end, tokens, hints, scopes)
        if address is not None:
            return address
        tokens = [self._no_whole_city(token) for token in tokens]
        if len(tokens) < 5 and ("\n" in text.s[start:end] or len(tokens) > 2):
            one = self.phrase(text.on_one_line(), start, end, hints, scopes)
            if one.status == verdict.RESOLVED and len(one.evidence) == len(tokens) and not one.rest:
                return one  # 浙江省、杭州市、西湖区: levels, not a list; with a line each two are enough
        tokens = self.items.levelled(tokens)
        return self.items.combine(text, start, end, tokens)

    def _one(self, text: Text, start: int, end: int, hints, scopes) -> Result:
        """The verdict on s[start:end] in which nothing separates items."""
        a, b = trim(text.s, start, end)
        if a >= b:
            return self.judge.unknown(text, start, end)
        result = None if scopes else self.places.exact(text, a, b)
        if result is not None and hints:
            above = tuple(hint for hint in hints if hint.firm)
            result = None if self._strays(result.evidence.steps, hints, above) else result
        return result or self._itself(text, a, b, hints, scopes)

    def _itself(self, text: Text, start: int, end: int, hints, scopes) -> Result:
        result = self.phrase(text, start, end, hints, scopes)
        if len(result.text) != end - start or text.places is not None:
            return replace(result, text=text.cut(start, end))
        return result

    def _without_count(self, s: str, start: int, end: int) -> int:
        """Where 辽宁、吉林、黑龙江三省 ends without its 三省, if so many are listed."""
        counted = _COUNTED.search(s, max(start, end - 8), end) if s.find("、", start, end) > 0 else None
        if counted is None:
            return end
        begin = max(s.rfind(mark, start, counted.start()) for mark in "、,;\n") + 1
        if self.places.walk.read(s, max(begin, start), end)[1] == end:
            return end  # 郑州市二七区 behind six others
        number = _NUMBERS.get(counted[1]) or int(counted[1])
        items = sum(1 for _ in self.splitter.split(s, start, counted.start())) if end - start < 400 else 0
        return counted.start() if items == number else end

    # ---------------------------------------------------------------- phrases

    def phrase(self, text: Text, start: int, end: int, hints=(), scopes=()) -> Result:
        found = self._phrase(text, start, end, hints, scopes)
        offered = self.index.offered.get(text.s[start:end])
        return self._as_offered(text, start, end, found, offered) if offered else found

    def _as_offered(self, text: Text, start: int, end: int, found: Result, kinds: dict[str, str]) -> Result:
        """What somebody took these words for, or a colloquial name, before what else they may mean.

        What is certain stays so."""
        known = [unit.code for unit in self.judge.units(list(kinds)) if not unit.until]
        if found.status in CERTAIN or not known:
            return found
        may_mean = found.candidates or found.successors
        status = found.status if may_mean and found.status != verdict.PARTIAL else verdict.SUGGESTION
        return replace(
            found, status=status, candidates=tuple(dict.fromkeys([*known, *may_mean])),
            evidence=(*found.evidence, text.evidence(start, end, known[0], kinds[known[0]])),
        )  # fmt: skip

    def _phrase(self, text: Text, start: int, end: int, hints, scopes) -> Result:
        s = text.s
        if "0" <= s[start] <= "9" or "0" <= s[end - 1] <= "9" or s[end - 1] == ")":
            coded = self.places.coded(text, start, end)
            if coded is not None:
                return coded
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
        others = _OTHERS.search(s, opener.end(), inner_end) if inner_end == stop == end else None
        if others and others.start() > opener.end():
            inner_end = trim(s, opener.end(), others.start())[1]  # 江西省除了赣州和吉安,其他城市
        turned = _BUT.search(s, start, opener.start())
        before = trim(s, start, turned.start() if turned else opener.start())
        after = stop
        after = _OF_ALL.match(s, after, end).end()
        behind = trim(s, after, end)
        others = _OTHERS.search(s, *behind)
        if others:
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
            return self._and_more(result, text, behind, hints)
        return result

    def _and_more(self, result: Result, text: Text, behind: tuple[int, int], hints) -> Result:
        """四川省除甘孜、阿坝外,重庆市: what stands behind an exclusion is a further item, or leaves the text open."""
        if _SERVED.match(text.s, *behind):
            return result  # 全国除西藏外满99元包邮
        more = self.whole(text, *behind, hints)
        if result.status not in CERTAIN or more.status not in CERTAIN or text.s[behind[0] - 1] not in ",、; ":
            return opened(result, text, behind)
        include, exclude = merge([result, more])
        return replace(result, include=include, exclude=exclude, evidence=(*result.evidence, *more.evidence))

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
            if excluded.status in CERTAIN and not self._beside(text, spans[count][0], stop, within):
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
        if excluded.status not in CERTAIN:
            return None
        found = self.except_(text, start, end, base, excluded)
        return opened(found, text, at) if self._beside(text, *at, (unit.code,)) else found

    def _beside(self, text: Text, start: int, end: int, bases: tuple[str, ...]) -> bool:
        """青海、海南不发货: what may lie in the place before it, but is a province of its own by the same words."""
        alone = self.places.walk.read(text.s, *trim(text.s, start, end))[0]
        units = [reading.unit for reading in alone if reading.unit.level <= PROVINCE and not reading.dated]
        return any({unit.code, *unit.up}.isdisjoint(bases) for unit in units)

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
        today = union(item.successors for item in open_)
        if status == verdict.HISTORICAL and base in open_:
            status = verdict.PARTIAL  # 吴江市(除盛泽镇): not the whole of what it became
        if base is None and status == verdict.RULES:
            status = verdict.PARTIAL  # 海淀区除外: of what, nobody said
        return self.judge.make(
            text, start, end, status, include=include, exclude=exclude, evidence=evidence,
            candidates=union(item.candidates or item.successors for item in open_), successors=today,
            parent=(base.code or self.judge.zones.above(base.successors)) if base and open_ else None, rest="、".join(item.text for item in open_),
            rest_kind=tail.OTHER if open_ else None,
        )  # fmt: skip


def _names_nothing(result: Result) -> bool:
    return result.status == verdict.UNKNOWN


def _gather(s: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Joins the items before a bare 除外 or 不发货 to one phrase: 全国,新疆、西藏除外; 西藏、青海等地不发货."""
    held: list[tuple[int, int]] = []
    for span in spans:
        part = s[span[0] : span[1]]
        if held and "(" not in part and not part.startswith("除") and EXCEPT_TAIL.search(part):
            first = next(
                (
                    n
                    for n in range(len(held), 0, -1)
                    if _PAUSE.search(s, held[n - 1][1], span[0] if n == len(held) else held[n][0])
                ),
                0,
            )
            held = [*held[:first], (held[first][0] if first < len(held) else span[0], span[1])]
        else:
            held.append(span)
    yield from held
