"""What is taken out of a place: 除 list 外 base, base 不含 list, list 除外; and how a base and what it loses go together."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from . import rest as tail
from . import result as verdict
from .between import opened
from .brackets import EXCEPT, EXCEPT_TAIL, STILL
from .items import WORST_FIRST, merge, union
from .lists import exclusion_end, trim
from .normalize import fold
from .result import CERTAIN, Result
from .text import Hints, Text
from .unit import COUNTRY, COUNTRY_CODE, PROVINCE
from .vocabulary import EVERY

if TYPE_CHECKING:
    from .grammar import Grammar

_SERVED = re.compile(
    r"(?:订单|购物?)?满?\d{0,5}元?(?:起|以上)?(?:均|都|皆|全部?)?(?:可以?)?(?:包邮|免邮|免运费|发货?|配送|送货?|派送|上门|支持|服务|覆盖)(?:上门)?$"
)
_OTHERS = re.compile(
    r"的?(?:其他|其余|其它|剩余|所有|全部)(?:的)?(?:各?地区|区域|各?城市|各?地市?|各?[市区县州]+)?"
    r"(?:(?:均|都|全部?)?(?:可以?|能)?(?:上门|服务|配送|发货|覆盖)*)?$"
)
# Behind the base of what stands before it: 江苏各市, 全国其他地区.
_ALL_PARTS = re.compile(
    r"(?<=..)(?:的?(?:其[他它余]|所有|全部))?(?:各(?:地市|区县|县市|[市县区地])|地区|区域|各?地)$"
)
_ALLOWED = re.compile(
    rf"[, ]?(?:均|{EVERY}|皆|全部)(?:可以?|能|行|送货?|发货?|上门|支持|服务|配送|派送|包邮|覆盖|开通|安装|维修){{1,3}}$"
)
_OF_ALL = re.compile(
    r"(?:(?!区域|地方)[的,、 其他它余各地区市县])*(?:(?:所有|全部)?的?(?:城市|地区|区域|省份|省市|地方)(?=[、,;.) ]|$))?"
)
_BUT = re.compile(
    r"[, ]{0,4}(?:但是?|不过|只是|其中|唯独?|可是|然而|另外?|且)[, ]{0,4}$"
)  # 北京市,但不包括延庆
_TURNED = re.compile("[,;、] ?(?:但是?|不过|只是|其中|唯独?|可是|然而)[, ]?")  # 江苏,但苏州不含
_TAKES_OUT = re.compile("除外|不含|不包括|[以之例]外")
_BASE = re.compile(r"[^除](?:除外|以外|之外)的[\u4e00-\u9fff]{2,}$")  # 西藏、新疆以外的全国各地
_PAUSE = re.compile(r"[;\n.]")
# Items that may be the base of what is taken out behind them: more than there are provinces.
_MOST_BASES = 40


class Exclusions:
    def __init__(self, grammar: "Grammar"):
        self.grammar, self.places, self.judge = grammar, grammar.places, grammar.judge

    def opener(self, s: str, start: int, end: int) -> re.Match[str] | None:
        for found in EXCEPT.finditer(s, start, end):
            if found.end() < end:
                return found
        return None

    def exception(
        self, text: Text, start: int, end: int, opener: re.Match[str], hints: Hints, scopes: tuple[str, ...]
    ) -> Result:
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
        allowed = _ALLOWED.search(s, opener.end(), inner_end) if inner_end == stop == end else None
        if allowed and allowed.start() > opener.end():
            inner_end = allowed.start()  # 全国除港澳台均可
        turned = _BUT.search(s, start, opener.start())
        before = trim(s, start, turned.start() if turned else opener.start())
        rest = _OF_ALL.match(s, stop, end)
        after = rest.end() if rest else stop
        behind = trim(s, after, end)
        others = _OTHERS.search(s, *behind)
        if others:
            behind = trim(s, behind[0], others.start())  # 除温州外浙江省其他地区
        base = before if before[0] < before[1] else behind
        if base[0] >= base[1]:
            excluded = self.grammar.whole(text, opener.end(), inner_end, hints, scopes)
            return self.except_(text, start, end, None, excluded)
        base_result = self.grammar.whole(text, *base, hints, scopes)
        within = self.scope(base_result)
        excluded = self.grammar.whole(text, opener.end(), inner_end, (), within)
        result = self.except_(text, start, end, base_result, excluded)
        apart = inner_end == stop == end and STILL.search(s, opener.end(), inner_end)
        if apart or self._pauses_above(excluded, s, opener.end(), inner_end):
            return opened(result, text, (opener.end(), inner_end))
        if (
            base == before
            and behind[0] < behind[1]
            and tail.classify(s[behind[0] : behind[1]]) not in (tail.WHOLE, tail.MARK)
        ):
            return self._and_more(result, text, behind, hints)
        return result

    def _pauses_above(self, excluded: Result, s: str, start: int, end: int) -> bool:
        """除凉山州,西昌: whether a comma stands between a place and its part, which may both be meant."""
        named = {item["code"] for item in excluded.evidence if item["kind"] != "inherited"}
        out = self.judge.units(excluded.include or [excluded.code or ""])
        return "," in s[start:end] and any(named.intersection(unit.up) for unit in out)

    def _and_more(self, result: Result, text: Text, behind: tuple[int, int], hints: Hints) -> Result:
        """四川省除甘孜、阿坝外,重庆市: what stands behind an exclusion is a further item, or leaves the text open."""
        if _SERVED.match(text.s, *behind):
            return result  # 全国除西藏外满99元包邮
        more = self.grammar.whole(text, *behind, hints)
        if result.status not in CERTAIN or more.status not in CERTAIN or text.s[behind[0] - 1] not in ",、; ":
            return opened(result, text, behind)
        include, exclude = merge([result, more])
        return replace(result, include=include, exclude=exclude, evidence=(*result.evidence, *more.evidence))

    def excepted_list(
        self, text: Text, start: int, end: int, stop: int, hints: Hints, scopes: tuple[str, ...]
    ) -> Result:
        """全国,新疆、西藏除外: the first items that hold all the later ones are the base."""
        turned = self._turned(text, start, end, stop, hints, scopes)
        if turned is not None:
            return turned
        spans = list(self.grammar.splitter.split(text.s, start, stop))
        chain = self._chained(text, start, end, spans, stop)
        if chain is not None:
            return chain
        for last, first in self._cuts(text.s, spans, stop, end):
            base = self.grammar.whole(text, start, last, hints, scopes)
            within = self.scope(base)
            if not within:
                continue
            excluded = self.grammar.whole(text, first, stop, (), within)
            beside = self._beside(text, first, stop, within) or self._as_high(excluded, within)
            if excluded.status in CERTAIN and not beside:
                return self.except_(text, start, end, base, excluded)
        country = next((word for word in ("全国", "中国") if text.s.startswith(word, start)), None)
        if country:
            base = self.judge.rules(text, start, start + 2, (COUNTRY_CODE,), "country")
            at = trim(text.s, start + 2, stop)
            return self.except_(text, start, end, base, self.grammar.whole(text, *at, (), (COUNTRY_CODE,)))
        excluded = self.grammar.whole(text, start, stop, hints, scopes)
        found = self.except_(text, start, end, None, excluded)
        above = {code for unit in self.judge.units(found.exclude) for code in unit.up}
        open_ = excluded.status not in CERTAIN and "," in text.s[start:stop]
        if not open_ and above.isdisjoint(found.exclude):
            return found
        # 新疆、山东 济南 昌都不送: a whole beside a part of it was not meant to go out
        out = tuple(code for code in found.exclude if code not in above) if not open_ else ()
        return replace(found, exclude=out, rest=found.rest or text.cut(start, end), rest_kind=tail.OTHER)

    def _turned(
        self, text: Text, start: int, end: int, stop: int, hints: Hints, scopes: tuple[str, ...]
    ) -> Result | None:
        """江苏、浙江,但舟山不含: what stands before the turn, without what stands behind it and lies in there."""
        turn = _TURNED.search(text.s, start + 2, stop)
        if turn is None or turn.end() >= stop or _TURNED.search(text.s, turn.end(), stop):
            return None
        base = self.grammar.whole(text, start, turn.start(), hints, scopes)
        within = self.scope(base)
        excluded = self.grammar.whole(text, turn.end(), stop, (), within) if within else base
        if not within or excluded.status not in CERTAIN or self._beside(text, turn.end(), stop, within):
            return None
        return self.except_(text, start, end, base, excluded)

    def inverted(
        self, text: Text, start: int, end: int, found: re.Match[str], hints: Hints, scopes: tuple[str, ...]
    ) -> Result | None:
        """新疆、西藏除外的全国地区; 南京以外的江苏各市; None where the base is not sure."""
        first, last = found.span(2)
        all_of = _ALL_PARTS.search(text.s, first, last)
        base = self.grammar.whole(text, first, all_of.start() if all_of else last, hints, scopes)
        if base.status not in CERTAIN:
            return None
        scope, stop = self.scope(base), found.end(1)
        spans = list(self.grammar.splitter.split(text.s, start, stop))
        excluded = self.grammar.whole(text, start, stop, (), scope)
        if excluded.status in CERTAIN or len(spans) > _MOST_BASES:
            return self.except_(text, start, end, base, excluded)
        for (_, last), (at, _) in pairwise(spans):
            less = self.grammar.whole(text, at, stop, (), scope)
            if (
                less.status in CERTAIN
            ):  # 四川、重庆、南京以外的江苏: what does not lie in the base stands beside it
                more = self.grammar.whole(text, start, last, hints, scopes)
                result = self.except_(text, start, end, base, less)
                if more.status not in CERTAIN or result.status not in CERTAIN or more.exclude:
                    break
                include, exclude = merge([more, result])
                return replace(
                    result, include=include, exclude=exclude, evidence=(*more.evidence, *result.evidence)
                )
        return self.except_(text, start, end, base, excluded)

    def _cuts(self, s: str, spans: list[tuple[int, int]], stop: int, end: int) -> Iterator[tuple[int, int]]:
        """Where what is included may end and what is taken out of it begin: between two items, or between a place and
        its part that make one item: 北京、上海、广州,从化 增城除外."""
        for (_, last), (first, to) in pairwise(spans[:_MOST_BASES]):
            yield last, first
            readings = self.places.walk.read(s, first, to)[0]
            if not readings or len(readings[0].steps) != 2 or readings[0].repeats:
                continue
            (_, above, _, _), (part, _, _, _) = readings[0].steps
            pause = "," in s[above:part] and s.count(",", spans[0][0], stop) == 1
            if above < part:
                if pause or _TAKES_OUT.search(s, stop, end):
                    yield above, part
                return  # 新疆、山东 济南 昌都不送: nobody knows which of them is served

    def _chained(
        self, text: Text, start: int, end: int, spans: list[tuple[int, int]], stop: int
    ) -> Result | None:
        """浙江省温州、台州除外: the region named first is the base if it directly holds what the rest names."""
        if not spans:
            return None
        readings, _ = self.places.walk.read(text.s, *spans[0])
        if not readings or len(readings[0].steps) != 2 or readings[0].repeats:
            return None
        _, first, word, unit = readings[0].steps[0]
        last = readings[0].steps[1]
        if last[0] > first and self.grammar.neighbours.rivals(unit, text.s[last[0] : last[1]]):
            return None  # 天津 河北除外: two of one height
        if unit.until or (unit.level != COUNTRY and not _TAKES_OUT.search(text.s, stop, end)):
            return None  # 杭州市西湖区不送: a refusal of one place includes nothing
        if len(spans) == 1 and unit.level > PROVINCE and not re.search("[,:]", text.s[slice(*spans[0])]):
            return None  # 广州市天河区除外: out of 广州市, or of all that the province has
        marks = (text.evidence(spans[0][0], first, unit.code, word),)
        base = self.judge.make(text, start, end, verdict.RESOLVED, code=unit.code, evidence=marks)
        at = trim(text.s, first, stop)
        excluded = self.grammar.whole(text, *at, (), (unit.code,))
        if excluded.status not in CERTAIN:
            return None
        found = self.except_(text, start, end, base, excluded)
        return opened(found, text, at) if self._beside(text, *at, (unit.code,)) else found

    def _beside(self, text: Text, start: int, end: int, bases: tuple[str, ...]) -> bool:
        """青海、海南不发货: what may lie in the place before it, but is a province of its own by the same words."""
        alone = self.places.walk.read(text.s, *trim(text.s, start, end))[0]
        units = [reading.unit for reading in alone if reading.unit.level <= PROVINCE and not reading.dated]
        return any({unit.code, *unit.up}.isdisjoint(bases) for unit in units)

    def _as_high(self, excluded: Result, bases: tuple[str, ...]) -> bool:
        """金昌、牡丹江、西安除外: of what is taken out a place as high as its base bears the bare name too."""
        for mark in excluded.evidence:
            unit = self.grammar.index.find(mark["code"] or "") if mark["kind"] == "short" else None
            above = [base for base in self.judge.units(bases) if unit is not None and unit.inside(base)]
            if any(self.grammar.neighbours.rivals(base, fold(mark["text"])[0].strip()) for base in above):
                return True
        return False

    def scope(self, base: Result) -> tuple[str, ...]:
        """What must hold that which is taken out: the base, or what it became."""
        if base.status == verdict.RESOLVED:
            return (base.code,) if base.code else ()
        if base.status == verdict.HISTORICAL:
            return base.successors
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
                status if left and base is not None and len(base.include) > 1 else verdict.CONFLICT
            )  # 江浙沪(不含上海) is 江浙
            include = left
        if base is not None and open_:
            include = ()  # 全国大部分地区,西藏除外: of what is not known how far it goes nothing is certain
        today = union(item.successors for item in open_)
        if status == verdict.HISTORICAL:
            # 吴江市(除盛泽镇): not the whole of what it became; 无锡市(北塘区除外), 北塘区除外: nothing of what it became
            status = verdict.PARTIAL
        if base is None and status == verdict.RULES:
            status = verdict.PARTIAL  # 海淀区除外: of what, nobody said
        return self.judge.make(
            text, start, end, status, include=include, exclude=exclude, evidence=evidence,
            candidates=union(item.candidates or item.successors for item in open_), successors=today,
            parent=(base.code or base.parent or self.judge.zones.above(base.successors)) if base and open_ else None, rest="、".join(item.text for item in open_),
            rest_kind=tail.OTHER if open_ else None,
        )  # fmt: skip


def gathered(s: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Joins the items before a bare 除外 or 不发货 to one phrase: 全国,新疆、西藏除外; 西藏、青海等地不发货."""
    held: list[tuple[int, int]] = []
    for span in spans:
        part = s[span[0] : span[1]]
        if (
            held
            and "(" not in part
            and not part.startswith("除")
            and (EXCEPT_TAIL.search(part) or _BASE.search(part))
        ):
            first = next(
                (
                    n
                    for n in range(len(held), 0, -1)
                    if _PAUSE.search(s, held[n - 1][1], span[0] if n == len(held) else held[n][0])
                    or EXCEPT_TAIL.search(s, *held[n - 1])
                    or _BASE.search(s[slice(*held[n - 1])])
                ),
                0,
            )
            held = [*held[:first], (held[first][0] if first < len(held) else span[0], span[1])]
        else:
            held.append(span)
    yield from held
