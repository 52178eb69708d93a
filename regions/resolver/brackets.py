"""Brackets behind a place: an exclusion, a list of parts, a word like 全境, or any other remark."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from . import rest as tail
from . import result as verdict
from .between import Between, noted, opened
from .houses import Houses
from .lands import Lands
from .lists import closing, trim
from .normalize import fold
from .parts_out import PartsOut
from .result import CERTAIN, Result
from .text import HEADING, Hint, Hints, Text
from .unit import PREFECTURE, Unit
from .vocabulary import EVERY, FILLER, GROUP_TAIL, number_of, said_number

if TYPE_CHECKING:
    from .grammar import Grammar

EXCEPT = re.compile(
    r"除(?!外)(?:[了去]|开(?![封州平远原化阳江鲁福县]))?|不含|不包括|不包含|不支持|不覆盖|排除|剔除|(?:excluding|except(?: for)?|not including) "
)
# 四川省除凉山州,西昌可上门: what stands behind the comma goes out with the rest, or is served after all.
STILL = re.compile(
    r",[^,、;]{2,12}?(?:仍|还|照常|正常|可以?|能){1,2}(?:上门|服务|配送|派送|送货?|发货?|受理|维修|安装|预约|覆盖)+$"
)
NOT_SERVED = (
    r"(?:不发货?|不包邮|不支持.{0,4}|不覆盖|不派送|不配送|不送.{0,3}|[去到送做管修装]不[了到]|不提供.{0,6}|不在.{0,8}|不服务.{0,4}|不上门.{0,3}|不到|不售.{0,2}"
    r"|不卖|不(?:去|跑|做|修|装|管|派|收|安装|维修|受理|承接)|不[可能接].{0,4}|无法.{0,6}|停[发运止].{0,6}|暂停.{0,6}|未[开覆].{0,4}|没有.{0,4})"
)
EXCEPT_TAIL = re.compile(
    rf"(?:地区|(?<!天)等(?:偏远|边远|边疆)?(?:地区?|省份?|省[市区]|区域|[市区县]{{1,2}})?)?(?:均|{EVERY}|皆|暂时?|目前|仍|尚){{0,4}}(?:除外|不含|不包括|不包含|以外|之外|例外|"
    + NOT_SERVED
    + r")[.!]?$"
)
ONLY = re.compile(
    r"(?:仅限于?|只限于?|仅|只|限)(?:支持|含|包括|覆盖|服务|上门|配送|受理|承接|安装|维修|做|接|送|跑)?:?"
)
# What a bracket may say of a place and leave it whole: hours, fees, what it is, what lies in it.
HARMLESS_NOTE = re.compile(
    r"[\d\s.,:~\-—+/元天小时分钟内日起约共个家名位处]+|(?:全|整)[市省区县境域]|.*(?:费|元|小时|分钟|\d天|工作日|当天|次日|预约|提前|电话|热线|网点|门店|站点|直营|旗舰|授权|特约|含|包括|下辖|所辖|原|现|省会|首府|直辖市|自治区|地级市|县级市|城市|简称|又称|可上门|已开通|已上线|已开放|已入驻|运营中|营业中|正常|上门服务|服务中|覆盖|全境).*|[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新台港澳]",
    re.I,
)
# Behind 除…: what ends it, and what is said of all the rest.
_OUTSIDE = re.compile(
    r"以?外(?:,? ?(?:其[他余它](?:地区|区县)?)?(?:均|都|全部?|皆)?(?:可以?)?(?:上门|服务|配送|安装|维修|接单|覆盖|开通){1,2})?$"
)
_SEVERAL = re.compile("[、,/;]")
_REFUSES = re.compile("[除外不未无没停暂禁拒否撤×✗✘❌🚫]|即将|筹")
_WORD = re.compile(r"[^\W\d_]")
_TURNS = re.compile("[除外不未停仅只限含即将]|暂|无法|没有|部分$|周边$")
_WITH = re.compile(r"(?:含|包括|包含|涵盖|下辖|辖)")
_BESIDE = re.compile(
    r"^(?:靠近|临近|邻近|毗邻|紧邻|近|在)(?!郊)|(?:对面|附近|旁边?|隔壁|门口|交叉口?|路口|斜对面|后面|楼下)$"
)
_NONE_THERE = re.compile(
    r"(?:共|计|仅|有|现有|目前)*[0零〇]\s?(?:[家个处所名人店]|网点|门店|站)?(?:服务|售后|维修)*(?:网点|门店|站点?|服务商|师傅)?"
)
_TOWN = re.compile(rf"区|城|(?:主城|中心城)区?|{tail.TOWN_PART.pattern}")
_COUNTED_TOWN = re.compile(
    r"(?:主城|中心城区?|市区?|城区?|老城)?([两二三四五六七八九十\d]{1,3})个?(?:城?区|区县|县区|县市?|市)"
)
_FREE_TRADE = re.compile(r"(?:自由贸易(?:试验)?[区港]?|自贸(?:试验)?[区港])")
_WAS = re.compile("原|曾用名|旧称|前身")
_FORMER = re.compile(r"(?:原名?|曾用名|旧称|前身为?|即|现为?|又称):?")


class Brackets:
    def __init__(self, grammar: "Grammar"):
        self.grammar, self.places, self.judge = grammar, grammar.places, grammar.judge
        self.index = grammar.index
        self.lands, self.between, self.parts_out = Lands(grammar), Between(grammar), PartsOut(grammar)
        self.houses = Houses(self.between)

    def read(
        self, text: Text, start: int, end: int, bracket: int, hints: Hints, scopes: tuple[str, ...]
    ) -> Result:
        s = text.s
        shut = closing(s, bracket, end)
        if shut < 0:
            shut = end
        inner = trim(s, bracket + 1, shut)
        head, behind = trim(s, start, bracket), (shut + 1, end)
        if s[head[0] : head[1]] in ("中国", "") and (zone := _FREE_TRADE.match(s, shut + 1, end)):
            return self.between.free_trade(text, start, end, inner, zone.end(), hints)
        if head[0] >= head[1]:
            if behind[0] >= behind[1]:
                return (
                    self.grammar.whole(text, *inner, hints, scopes)
                    if inner[0] < inner[1]
                    else self.judge.unknown(text, start, end)
                )
            first = self.places.walk.read(s, *inner)
            if first[0] and first[1] == inner[1]:
                inner_span = text.places_of(*inner)
                hints = (Hint(first[0][0].unit.code, *inner_span), *hints) if len(first[0]) == 1 else hints
                second = self.grammar.phrase(
                    text, *trim(s, *behind), hints, tuple(r.unit.code for r in first[0])
                )
            else:
                second = self.grammar.phrase(text, *trim(s, *behind), hints, scopes)
            if second.status == verdict.UNKNOWN and first[0]:
                # (南阳市西峡县)世纪城2楼: a frame around the levels
                second = self.grammar.whole(text.without_marks((bracket, shut)), inner[0], end, hints, scopes)
            return replace(second, text=text.cut(start, end))
        own = (
            None
            if scopes or behind[0] < behind[1]
            else self.lands.read(text, (start, end), head, inner, hints)
        )
        if own is not None:
            return own
        if EXCEPT.search(s, bracket, end) is None:
            base = self.places.read(text, *head, hints, scopes)
            house = self.houses.read(
                text, (start, end), (bracket, shut), base, head, inner, behind, hints, scopes
            )
            if house is not None:
                return replace(house, text=text.cut(start, end))
        if behind[0] < behind[1] and tail.classify(s[behind[0] : behind[1]]) not in (tail.WHOLE, tail.MARK):
            return self.between.read(text, start, end, head, inner, behind, hints, scopes)
        base = self._whose_parts(text, self.places.read(text, *head, hints, scopes), inner)
        if (
            base.status == verdict.RULES
            and (said := GROUP_TAIL.fullmatch(s, *inner))
            and (number := said_number(said))
        ):
            # 江浙沪(两省一市)
            counted = base if number == len(base.include) else opened(base, text, (bracket, end))
            return replace(counted, text=text.cut(start, end))
        base, above = self._in_the_place(text, base, inner)
        if above:
            return replace(base, text=text.cut(start, end))
        if inner[0] >= inner[1]:
            base = replace(base, text=text.cut(start, end))
            if "?" not in s[bracket:shut] or base.status not in CERTAIN:
                return base
            return replace(opened(base, text, (bracket, end)), rest_kind=tail.PART)  # 合肥(?)
        return replace(self._remark(text, start, end, base, inner), text=text.cut(start, end))

    def apart(self, text: Text, start: int, end: int) -> tuple[tuple[int, int], Hint] | None:
        """The list in the bracket of 安庆市(宜秀区、潜山县、太湖县) and its heading, where it is nothing but a list."""
        s = text.s
        bracket = s.find("(", start, end)
        if bracket < 0 or closing(s, bracket, end) != end - 1:
            return None
        head, inner = trim(s, start, bracket), trim(s, bracket + 1, end - 1)
        if not _SEVERAL.search(s, *inner) or _TURNS.search(s, *inner) or head[0] >= head[1]:
            return None
        lead = _WITH.match(s, *inner)
        if not self.places.walk.starts_region(s, lead.end() if lead else inner[0], inner[1]):
            return None  # (w/o 庐山市、武宁县)
        base = self.places.read(text, *head)
        unit = self.index.find(base.code or "") if base.status == verdict.RESOLVED and not base.rest else None
        if unit is None or unit.level > PREFECTURE:
            return None
        return inner, Hint(unit.code, *text.places_of(*head), HEADING)

    def _in_the_place(self, text: Text, base: Result, inner: tuple[int, int]) -> tuple[Result, bool]:
        """鼓楼区(南京): of several bearers of a name the one in the place that the bracket names, and whether it names one."""
        if base.status != verdict.AMBIGUOUS or base.rest or inner[0] >= inner[1]:
            return base, False
        above = self.grammar.whole(text, *inner)
        units = self.judge.units(base.candidates)
        named = {above.code} if above.code else {*above.candidates}  # 长安区(西安): the city that has one
        own = [unit for unit in units if named.intersection(unit.up)]
        if len(own) != 1 or above.rest or own[0].until:
            return base, False
        marks = (*base.evidence, *above.evidence)
        return replace(base, status=verdict.RESOLVED, code=own[0].code, candidates=(), evidence=marks), True

    def _whose_parts(self, text: Text, base: Result, inner: tuple[int, int]) -> Result:
        """长沙(芙蓉、天心) is the city, not the county: of several bearers of a name the one that holds the parts."""
        if (
            base.status != verdict.AMBIGUOUS
            or base.rest
            or not re.search("[\u4e00-\u9fff]{2}", text.s[slice(*inner)])
        ):
            return base
        if _names_a_part(text.s[slice(*inner)]) and EXCEPT.match(text.s, *inner) is None:
            # 淮安(市区) is a part of the city, whether 淮安区 is meant or not
            units = self.judge.units(base.candidates)
            held = [u.code for u in units if all(u is other or other.inside(u) for other in units)]
            return replace(base, status=verdict.RESOLVED, code=held[0], candidates=()) if held else base
        opener, found = EXCEPT.match(text.s, *inner), EXCEPT_TAIL.search(text.s, *inner)
        first = opener.end() if opener else inner[0]
        last = found.start() if found and found.start() > first else inner[1]
        whole = [
            code for code in base.candidates
            if self.grammar.whole(text, first, last, (), (code,)).status in CERTAIN
        ]  # fmt: skip
        named = [unit for _, _, unit in self.index.alias.get(fold(base.text)[0].strip(), ())]
        if len(whole) != 1 or not any(unit.code == whole[0] and not unit.until for unit in named):
            return base  # nor what a name of the past became: 新市区(某某街道除外)
        return replace(base, status=verdict.RESOLVED, code=whole[0], candidates=())

    def _remark(self, text: Text, start: int, end: int, base: Result, inner: tuple[int, int]) -> Result:
        s, (a, b) = text.s, inner
        if _served_and_refused(s, a, b):
            return self._with_open_part(text, base, inner, self.judge.unknown(text, a, b), tail.OTHER)
        out = self.parts_out.read(text, (start, end), base, inner) or self.parts_out.of_members(
            text, base, inner
        )
        if out is not None:
            return out
        opener = EXCEPT.match(s, a, b)
        found = EXCEPT_TAIL.search(s, a, b)
        if opener and STILL.search(s, opener.end(), b):
            return self._with_open_part(text, base, inner, self.judge.unknown(text, a, b), tail.OTHER)
        if opener or found:
            first = opener.end() if opener else a
            last = found.start() if found and found.start() > first else b
            outside = _OUTSIDE.search(s, first, last) if opener else None
            last = outside.start() if outside else last
            return self.grammar.exclusions.except_(
                text,
                start,
                end,
                base,
                self.grammar.whole(text, first, last, (), self.grammar.exclusions.scope(base)),
            )
        if _NONE_THERE.fullmatch(s, a, b):  # 儋州（0家）: no outlet is there, which says nothing of who comes
            return self._with_open_part(text, base, inner, self.judge.unknown(text, a, b), tail.PART)
        if (parts_named := self._parts_of_town(text, base, inner)) is not None:
            return parts_named
        if _BESIDE.search(s[a:b]):
            return noted(text, base, inner, tail.NOTE)
        unit = self.index.find(base.code) if base.code else None
        counted = tail.counted(s[a:b]) if unit is not None else None
        if unit is not None and counted and tail.says_all(counted) and self.judge.parts.agrees(unit, counted):
            return noted(text, base, inner, tail.WHOLE)  # 江苏省(13个地级市全覆盖)
        whole = tail.classify(s[a:b]) == tail.WHOLE or s[a:b] in ("市辖区", "辖区")
        if whole and unit is not None and not self.judge.parts.all_of(unit, s[a:b]):
            return self._with_open_part(text, base, inner, self.judge.unknown(text, a, b), tail.PART)
        scope = self.grammar.exclusions.scope(base)
        with_ = _WITH.match(s, a, b)
        if with_ and scope and self._names_what_lies_outside(text, with_.end(), b, scope):
            return self._with_open_part(text, base, inner, self.judge.unknown(text, a, b), tail.PART)
        if tail.classify(s[a:b]) in (tail.WHOLE, tail.MARK) or FILLER.fullmatch(s, a, b):
            return noted(text, base, inner, tail.WHOLE)
        only = ONLY.match(s, a, b)
        former = _FORMER.match(s, a, b)
        first = next((m.end() for m in (with_, only, former) if m and m.end() < b), a)
        if not scope and base.status == verdict.SUGGESTION and base.candidates and not base.rest:
            parts = self.grammar.whole(text, first, b)
            named = {parts.code, *parts.include}
            if parts.status in CERTAIN and not parts.exclude and named <= {*base.candidates, None}:
                return self.listed(parts, base)  # 华东(上海、江苏、浙江): who spells it out leaves no doubt
        if not scope:
            return noted(text, base, inner, tail.NOTE)
        parts = self.grammar.whole(text, first, b, (), scope)
        past = parts.successors and not any(map(self.index.lately, self._closed(parts)))
        if tail.TOWN_PART.fullmatch(s, a, b) and (parts.code == base.code or past):
            # 长沙(郊区): of the district that closed long ago nobody thinks
            return self._with_open_part(text, base, inner, self.judge.unknown(text, a, b), tail.PART)
        if parts.status in CERTAIN:
            if first == a and _led(text, a, parts):
                return self._with_open_part(text, base, inner, self.judge.unknown(text, a, b), tail.OTHER)
            if with_ or (parts.code and parts.code == base.code):
                return noted(text, base, inner, tail.NOTE)
            if former and _WAS.match(s, a, b):  # 荆州市(原江陵县): what it was is no part of it that is meant
                if self.grammar.whole(text, first, b).status == verdict.HISTORICAL:
                    return noted(text, base, inner, tail.NOTE)
                return self._with_open_part(text, base, inner, self.judge.unknown(text, a, b), tail.PART)
            if (
                base.code in parts.include
            ):  # 淮安市(淮阴区、淮安市): a part of its name, that closed or never was
                return self._with_open_part(text, base, inner, self.judge.unknown(text, a, b), tail.DIVISION)
            if parts.code and not only:  # 杭州市(西湖区)
                return replace(parts, evidence=(*base.evidence, *parts.evidence))
            return self.listed(parts, base)
        if base.code and base.code in parts.successors:
            return noted(text, base, inner, tail.NOTE)
        if former and (was := self.between.was_part(text, base, inner)) is not None:
            return was
        if former or with_:
            return noted(text, base, inner, tail.NOTE)
        if parts.status == verdict.CONFLICT and parts.candidates and self._above(base, parts.candidates[0]):
            return noted(text, base, inner, tail.NOTE)
        if (
            parts.status == verdict.UNKNOWN
            and tail.classify(s[a:b]) in (tail.OTHER, tail.ADDRESS, tail.NOTE)
            and not only
            and (base.rest or HARMLESS_NOTE.fullmatch(s, a, b))
        ):
            return noted(text, base, inner, tail.NOTE)
        kind = tail.PART if tail.classify(s[a:b]) == tail.PART else tail.DIVISION
        return self._with_open_part(text, base, inner, parts, kind)

    def _parts_of_town(self, text: Text, base: Result, inner: tuple[int, int]) -> Result | None:
        """郑州市区（二七、金水）: what the bracket lists is what is meant by the part."""
        said = _COUNTED_TOWN.fullmatch(fold(base.rest)[0])
        if not (said or base.rest_kind == tail.PART) or not base.parent or base.candidates:
            return None
        if not (said or _TOWN.fullmatch(fold(base.rest)[0])) or not _SEVERAL.search(text.s, *inner):
            return None
        parts = self.grammar.whole(text, *inner, (), (base.parent,))
        if said and number_of(said[1]) != len(parts.include):
            return None  # 昆明主城五区(五华、盘龙)
        return self.listed(parts, base) if parts.status in CERTAIN and not parts.exclude else None

    def _names_what_lies_outside(self, text: Text, start: int, end: int, scope: tuple[str, ...]) -> bool:
        """江苏(含上海): what it is said to hold is a certain place, and none of its own."""
        own = self.grammar.whole(text, start, end, (), scope)
        if own.status in CERTAIN or tail.TOWN_PART.fullmatch(
            text.s, start, end
        ):  # 郊区 is a name elsewhere too
            return False
        return self.grammar.whole(text, start, end).status in (
            *CERTAIN,
            verdict.AMBIGUOUS,
            verdict.HISTORICAL,
        )

    def _closed(self, parts: Result) -> list[Unit]:
        """The regions of the past that were read."""
        codes = [item["code"] for item in parts.evidence if item["code"]]
        return [unit for code in codes[-1:] for unit in self.index.lives.get(code, ()) if unit.until]

    def _above(self, base: Result, code: str) -> bool:
        unit = self.index.find(base.code or "")
        return unit is not None and code in unit.up

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
        parent = base.code or base.parent or self.judge.zones.above(base.successors)
        return replace(
            base, status=status, code=None, parent=parent, include=(), exclude=(), candidates=parts.candidates,
            successors=parts.successors, evidence=(*base.evidence, note), rest=note["text"], rest_kind=kind,
        )  # fmt: skip

    @staticmethod
    def listed(parts: Result, base: Result) -> Result:
        include = parts.include or ((parts.code,) if parts.code else ())
        return replace(
            parts,
            status=verdict.RULES,
            code=None,
            include=include,
            evidence=(*base.evidence, *parts.evidence),
        )


def _served_and_refused(s: str, start: int, end: int) -> bool:
    """武汉市(江岸、江汉;新洲区暂无网点), 广东(广州、深圳,湛江不送): what stands before the pause may be what is served."""
    cut = max(s.rfind(mark, start, end) for mark in ";。")
    if cut < 0 and "、" in s[start:end]:
        cut = s.rfind(",", start, end)
    if cut < 0 or _REFUSES.search(s, start, cut) or EXCEPT.search(s, start, end):
        return False
    return _REFUSES.search(s, cut, end) is not None


def _led(text: Text, start: int, parts: Result) -> bool:
    """Whether words that nobody knows stand before the places of a bracket: (w/o 眉县)."""
    first = min(
        (item["span"][0] for item in parts.evidence if item["code"] and item["kind"] != "inherited"),
        default=0,
    )
    begin = text.places_of(start, start + 1)[0]
    return _WORD.search(text.original, begin, max(first, begin)) is not None


def _names_a_part(words: str) -> bool:
    return (
        words.startswith(("部分", "局部", "大部", "少数", "个别", "少部"))
        or tail.classify(words) == tail.PART
        or tail.TOWN_PART.fullmatch(words) is not None
    )
