"""Reads one place: no list, no bracket, no exclusion in it."""

import re
from dataclasses import replace

from regions.codes import trim

from . import rest as tail
from . import result as verdict
from .fuzzy import Fuzzy
from .index import STEM, Index
from .normalize import fold
from .result import Result
from .unit import COUNTRY_CODE, COUNTY
from .verdict import EARLIER, HEADING, PARENT, Evidence, Hint, Judge, Text
from .vocabulary import (
    ABBREVIATIONS,
    BELOW_NAMES,
    BEYOND_MAINLAND,
    COUNTRY,
    DRAWN,
    GENERIC,
    GROUP_TAIL,
    GROUPS,
    MAINLAND,
    PLAIN_ABBREVIATIONS,
    WORDS,
    said_number,
)
from .walk import Reading, Walk

MOST_LEADS = 4  # 我公司位于 …; more words before a place are noise
MOST_TOWNSHIPS = 40  # 城关镇 and the like: more say nothing
_TOWN_TYPE = re.compile(r"(?:街道办事处|街道|办事处|[区镇乡市])$")
_CODE = re.compile(r"\d{6}(?:\d{3}){0,2}$")
# 110105 朝阳区, 朝阳区(110105)
_CODE_NAME = re.compile(
    r"(?P<c1>\d{6}(?:\d{3}){0,2})[ :|,\-]*(?P<n1>[\u4e00-\u9fff]{2,20})|(?P<n2>[\u4e00-\u9fff]{2,20})[ :\-]*\(?(?P<c2>\d{6}(?:\d{3}){0,2})\)?"
)
_LEAD_LENGTH = 40  # a place may stand behind so many characters that are none
_HOUSE_END = re.compile(r"[\d号楼室栋幢][ ,]?$")
# A road and a house: no misspelt place (西乡大道807号).
_OWN_ROAD = re.compile(r"[\u4e00-\u9fff]{2,3}(?:大道|大街|路|街|巷|弄)\d")
_TURNS = re.compile("[不非除禁停无未暂勿别缓外]|仅|只")
_TOWN_AHEAD = re.compile(r"[\u4e00-\u9fff]{1,8}(?:街道|镇|乡)[ ,_]?$")
_SHOP = r"(?:全场|全店|单笔|订单|购物|消费|下单|每单)*满\d{1,5}元?(?:起|以上|即可?)?,?"
_POST_FREE = re.compile(rf"(?:{_SHOP})?(?:均|都)?(?:可以?)?(?:包邮|免邮|免运费|发货|配送|送货?|上门)$")
# Words before a place that take nothing from it.
_LEAD = re.compile(
    rf"{_SHOP}|"
    r"(?:[本我]?(?:公司|店|司))?(?:位于|坐落于?|地处|我?家?住?在|来自|服务于?|覆盖了?|支持|面向|整个|可?配送至|可?送至|可?发往|辐射"
    r"|(?:目前|现|已|现已)?(?:受理|支持|开通|覆盖|办理|服务)|[\u4e00-\u9fff\d]{1,8}=|(?:华[东北中南]|西[南北]|东北)(?:地区|区域|大区|片区)?:)[ :]?"
)
_COVERS = re.compile("覆盖|服务|支持|开通|受理|配送|送至|发往|面向|辐射")
_READ = (verdict.RESOLVED, verdict.RULES, verdict.HISTORICAL, verdict.AMBIGUOUS)
CERTAIN = (verdict.RESOLVED, verdict.RULES)
_GROUP_STARTS = {name[:2] for name in GROUPS} | {"中国", "全国", "国内", "中华", "全中", "大陆", "内地"}
_GROUP_STARTS |= {one + other for one in PLAIN_ABBREVIATIONS for other in PLAIN_ABBREVIATIONS}


class Places:
    def __init__(self, index: Index):
        self.index = index
        self.walk = Walk(index)
        self.judge = Judge(index, self.walk)
        self.fuzzy = Fuzzy(index, self.walk)
        self.zones = self.judge.zones

    def read(
        self,
        text: Text,
        start: int,
        end: int,
        hints: tuple[Hint, ...] = (),
        scopes: tuple[str, ...] = (),
        note: tuple[int, int, str] | None = None,
        leads: int = MOST_LEADS,
    ) -> Result:
        """The verdict on s[start:end].

        `hints` (the heading of a list, the parents named so far) are looked into first, what is abolished included;
        what lies elsewhere is then open. `scopes` (what a bracket or an exclusion belongs to) must hold the place,
        and their direct children come first.
        """
        s = text.s
        if start >= end:
            return self.judge.unknown(text, start, end)
        if s[start : start + 2] in _GROUP_STARTS and end - start < 24:
            group = self.group(text, start, end)
            if group is not None:
                return self._astray(self._group_inside(text, start, end, group, scopes), True, hints)
        zone = self._zone(text, start, end) if not scopes else None
        if zone is not None:
            return zone
        readings, stop = self.walk.read(s, start, end, scopes)
        if scopes:
            return self._scoped(text, start, end, readings, stop, scopes, note)
        hint = None
        if hints and not self._settled(readings, hints):
            readings, stop, hint = self._hinted(s, start, end, readings, stop, hints)
        if not readings:
            return self._otherwise(text, start, end, leads)
        if hint is None and readings[0].tier >= STEM and s[start:stop] in WORDS and len(readings) == 1:
            unit = readings[0].unit
            if len(readings[0].steps) == 1:
                return self._word(text, start, end, self.index.successors(unit))
        settled = bool(hints) and all(self.judge.lies_in(reading.unit, hints) for reading in readings)
        result = self.judge.judge(text, start, end, readings, stop, hint, note, settled)
        if result.status in (verdict.PARTIAL, verdict.CONFLICT, verdict.UNKNOWN) and (
            result.rest_kind != tail.ZONE or len(result.rest) < 6
        ):
            return self._second_thoughts(text, start, end, readings, result)
        return self._astray(result, readings[0].parent_named, hints) if hints and hint is None else result

    def exact(self, text: Text, start: int, end: int) -> Result | None:
        """The verdict where s[start:end] is, to the last character, a usual way to write a county or a township.

        Says nothing that `read` would not say, and says it several times faster.
        """
        s, index = text.s, self.index
        if s[end - 1] not in index.endings:
            return None
        steps = index.addresses.get(s[start:end])
        if steps is not None and s[start:end] in index.doubtful:
            return None
        if steps is None:
            for length in index.address_lengths.get(s[start : start + 2], ()):
                split = start + length
                above = index.addresses.get(s[start:split]) if split < end else None
                if above is not None:
                    codes = index.township_names(above[-1][3].code).codes.get(s[split:end])
                    if codes is None or len(codes) > 1:
                        return None
                    town = index.township(codes[0])
                    if town.until:
                        return None
                    word = "short" if town.short == s[split:end] else "full"
                    steps = (*above, (length, end - start, word, town))
                    break
            else:
                return None
        return Result(
            text.cut(start, end),
            verdict.RESOLVED,
            steps[-1][3].code,
            evidence=Evidence(text, start, steps),
            release=index.edition or None,
        )

    def group(self, text: Text, start: int, end: int) -> Result | None:
        """全国, 中国大陆, 江浙沪, 东三省 …: the whole text must be the name."""
        phrase = _POST_FREE.sub("", text.s[start:end].strip(" ."))
        if COUNTRY.fullmatch(phrase):
            return self.judge.rules(text, start, end, (COUNTRY_CODE,), "country")
        if MAINLAND.fullmatch(phrase):
            return self.judge.rules(text, start, end, (COUNTRY_CODE,), "group", BEYOND_MAINLAND)
        name, counted = phrase, None
        codes = GROUPS.get(phrase)
        if codes is None:
            count = GROUP_TAIL.search(phrase)
            name = phrase[: count.start()] if count else phrase
            counted = said_number(count) if count else None
            codes = GROUPS.get(name)
            if codes is None and len(name) > 1 and PLAIN_ABBREVIATIONS.issuperset(name):
                codes = tuple(dict.fromkeys(ABBREVIATIONS[ch] for ch in name))
        if codes is None or not all(code in self.index.current for code in codes):
            return None
        if name not in DRAWN and counted in (None, len(codes)):
            return self.judge.rules(text, start, end, codes, "group")
        # companies draw it as they like, or the number said is another: the usual members are shown
        status = verdict.SUGGESTION if counted in (None, len(codes)) else verdict.CONFLICT
        evidence = (text.evidence(start, end, None, "group"),)
        return self.judge.make(text, start, end, status, candidates=codes, evidence=evidence)

    def _zone(self, text: Text, start: int, end: int) -> Result | None:
        """雄安新区, 第八师石河子市: the county that is named behind the zone, else all of its counties."""
        s = text.s
        army = 2 if s.startswith("兵团", start) else 0
        stop, codes = self.zones.at(s, start + army, end)
        if not codes or self._no_zone(s, start, stop, end):
            return None
        mark = text.evidence(start, stop, None, tail.ZONE)
        behind = self.walk.past_gaps(s, stop, end)
        readings, reach = self.walk.read(s, behind, end, codes) if behind < end else ([], stop)
        if readings:
            found = self.judge.judge(text, behind, end, readings, reach, settled=True)
            return replace(found, text=text.cut(start, end), evidence=(mark, *found.evidence))
        return self.judge.make(
            text, start, end, verdict.PARTIAL, candidates=codes, parent=self.zones.above(codes), evidence=(mark,),
            rest=text.cut(start, end), rest_kind=tail.ZONE,
        )  # fmt: skip

    def _no_zone(self, s: str, start: int, stop: int, end: int) -> bool:
        """Whether the words that are a zone's name make a road or a thing here, or begin with a region (青岛高新区)."""
        after = s[stop:end]
        taken = after and (tail.named_after(after) or tail.takes_the_name(after, True))
        return bool(taken or self.walk.read(s, start, end)[0])

    def _group_inside(
        self, text: Text, start: int, end: int, group: Result, scopes: tuple[str, ...]
    ) -> Result:
        units = self.judge.units(group.include)
        if (
            not group.include
            or not scopes
            or all(unit.code in scopes or set(unit.up) & set(scopes) for unit in units)
        ):
            return group
        return self.judge.make(
            text, start, end, verdict.CONFLICT, candidates=(*group.include, *scopes[:1]), parent=scopes[0],
            evidence=group.evidence,
        )  # fmt: skip

    def _settled(self, readings: list[Reading], hints: tuple[Hint, ...]) -> bool:
        """Whether the words alone say enough: they name a parent, or a region that is no part of a list's place."""
        first = readings[0] if len(readings) == 1 else None
        if first is None or first.tier >= STEM or first.dated:
            return False
        return first.parent_named or self.judge.beside(first.unit, hints)

    def _astray(self, result: Result, parent_named: bool, hints: tuple[Hint, ...]) -> Result:
        """What was found only outside the list's place is never certain.

        Under a heading that holds for all that is not inside it; beside siblings for counties that stand alone,
        save those that have only a province to name.
        """
        if result.status not in CERTAIN:
            return result
        units = self.judge.units((result.code,) if result.code else result.include)
        near = tuple(hint for hint in hints if hint.firm)
        if near:
            out = [unit for unit in units if not self.judge.lies_in(unit, near)]
        else:
            near = tuple(hint for hint in hints if hint.kind == PARENT and not parent_named)
            out = [u for u in units if not (self.judge.needs_no_parent(u) or self.judge.lies_in(u, hints))]
        if not out or not near:
            return result
        return replace(
            result, status=verdict.CONFLICT, code=None, include=(), exclude=(), parent=near[0].code,
            candidates=tuple(unit.code for unit in units),
        )  # fmt: skip

    def _hinted(
        self, s: str, start: int, end: int, readings: list[Reading], stop: int, hints: tuple[Hint, ...]
    ) -> tuple[list[Reading], int, Hint | None]:
        """The readings inside a hint, if there are any, and that hint."""
        for hint in hints:
            if hint.kind == EARLIER:
                continue
            inside, reach = self.walk.read(s, start, end, (hint.code,))
            if len(inside) > 1:
                inside = [reading for reading in inside if reading.unit.parent == hint.code] or inside
            if not inside or reach < stop:
                inside, reach = self._town_below(s, start, end, hint.code)
            if inside and reach >= stop and not self._grown(inside[0], readings, hint):
                return inside, reach, hint
        return readings, stop, None

    def _grown(self, inside: Reading, readings: list[Reading], hint: Hint) -> bool:
        """Whether the abolished region inside yields to a living one: to what it became under the same name (重庆市,
        once of 四川), or to one that stands beside the list's place (烟台、威海)."""
        if not inside.dated or not readings or readings[0].dated:
            return False
        heirs = self.index.successors(inside.unit)
        above = self.index.find(hint.code).level
        return all(reading.unit.code in heirs for reading in readings) or any(
            reading.unit.level <= above for reading in readings
        )

    def _town_below(self, s: str, start: int, end: int, code: str) -> tuple[list[Reading], int]:
        unit = self.index.current.get(code)
        if unit is None or (unit.level < COUNTY and code not in self.index.leaves):
            return [], start
        above = Reading(unit, 0, 0, (), False)
        return self.walk._townships(s, start, end, [above])

    def _scoped(self, text, start, end, readings, stop, scopes, note) -> Result:
        if len(readings) > 1:
            # 甘孜 in 四川省 is the prefecture; 吉林 in 东三省 is the province, one of the three
            own = [reading for reading in readings if len(scopes) > 1 and reading.unit.code in scopes]
            readings = own or [reading for reading in readings if reading.unit.parent in scopes] or readings
        if not readings:
            for code in scopes:
                readings, stop = self._town_below(text.s, start, end, code)
                if readings:
                    break
        if not readings:
            outside = self.read(text, start, end)
            if outside.status == verdict.SUGGESTION:
                near = [
                    unit.code for unit in self.judge.units(outside.candidates) if set(unit.up) & set(scopes)
                ]
                return (
                    replace(outside, candidates=tuple(near)) if near else self.judge.unknown(text, start, end)
                )
            if outside.status in _READ and not set(scopes).issuperset(named := named_by(outside)):
                if text.s[start:end] in GENERIC:
                    return self.judge.unknown(text, start, end)  # 杭州(市区)
                own = tuple(scopes[:1])
                return self.judge.make(
                    text, start, end, verdict.CONFLICT, candidates=(*named, *own), parent=own[0],
                    evidence=outside.evidence,
                )  # fmt: skip
            return outside
        settled = scopes[:1] != (COUNTRY_CODE,)
        return self.judge.judge(text, start, end, readings, stop, None, note, settled)

    def _otherwise(self, text: Text, start: int, end: int, leads: int) -> Result:
        """What else a text may be that begins with no region; behind `leads` words like 位于 one may still stand."""
        phrase = text.s[start:end].strip(" .")
        if _CODE.match(phrase):
            return self._code(text, start, end, phrase)
        lead = _LEAD.match(text.s, start, end) if leads else None
        if lead and lead.end() < end:
            behind = self.read(text, lead.end(), end, leads=leads - 1)
            behind = self._all_covered(behind) if _COVERS.search(lead[0]) else behind
            if behind.status in _READ or behind.parent:
                return replace(behind, text=text.cut(start, end))
        behind = self._anchored(text, start, end)
        if behind is not None:
            return behind
        for length in range(min(len(phrase), 7), 1, -1):
            code = BELOW_NAMES.get(phrase[:length])
            after = phrase[length:]
            if code and (not after or phrase[length - 1] in "市县区"):
                unit = self.index.current[code]
                step = (start, start + length, "below", unit)
                reading = Reading(unit, 0, 0, (step,), False)
                return self.judge.judge(text, start, end, [reading], end if not after else start + length)
        return (
            self._lone_township(text, start, end, phrase)
            or (None if phrase[:2] in GENERIC or _OWN_ROAD.match(phrase) else self.suggest(text, start, end))
            or self.judge.unknown(text, start, end)
        )

    def _all_covered(self, found: Result) -> Result:
        """覆盖湖南14个市州: who says of how many says of all, if there are so many."""
        said = found.evidence[-1] if found.status == verdict.PARTIAL and found.evidence else {}
        if "said" not in said or found.rest_kind != tail.PART or said["said"] != said["parts"]:
            return found
        return replace(found, status=verdict.RESOLVED, code=found.parent, parent=None, rest_kind=tail.WHOLE)

    def _anchored(self, text: Text, start: int, end: int) -> Result | None:
        """A place behind words that are none (海门街道台州市椒江区…, 送货上门 上海市…): a whole name and its parent, or
        a county behind one of its towns."""
        s, last = text.s, min(end - 2, start + _LEAD_LENGTH)
        for at in range(start + 1, last):
            if s[at : at + 2] not in self.index.lengths:
                continue
            readings, stop = self._with_city_behind(s, at, end)
            if len(readings) != 1:
                continue
            first, lead = readings[0], s[start:at]
            units = {step[3] for step in first.steps}
            whole = any(step[2] in ("full", "typed") for step in first.steps)
            town = _TOWN_AHEAD.search(lead)
            near = self.index.township_names(first.unit.code).codes if town else {}
            held = town is not None and any(town[0][-size:] in near for size in range(2, len(town[0]) + 1))
            if _TURNS.search(lead) and not (held and lead.strip() in near):  # 别桥镇溧阳市
                return None
            if whole and first.unit.level >= COUNTY and (len(units) > 1 or held):
                note = (start, at, tail.NOTE)
                return self.judge.judge(text, start, end, readings, stop, None, note)
            if first.unit.level >= COUNTY and len(units) > 1 and not first.dated and _HOUSE_END.search(lead):
                # 振宁路9号杭州萧山…: by its stems alone, behind a house, a person has to look
                mark = text.evidence(at, stop, first.unit.code, "short")
                return self.judge.make(
                    text, start, end, verdict.PARTIAL, parent=first.unit.code, evidence=(mark,),
                    rest=text.cut(start, end), rest_kind=tail.OTHER,
                )  # fmt: skip
        return None

    def _with_city_behind(self, s: str, at: int, end: int) -> tuple[list[Reading], int]:
        """The readings at `at`; where a city stands behind a county (武侯区 成都市), those that lie in it."""
        readings, stop = self.walk.read(s, at, end)
        if not readings or readings[0].unit.level < COUNTY or readings[0].parent_named or stop >= end:
            return readings, stop
        behind, reach = self.walk.read(s, self.walk.past_gaps(s, stop, end), end)
        joined = [r for r in self.judge.mentions.joined(readings, behind) if r.unit.level >= COUNTY]
        return (joined, reach) if joined else (readings, stop)

    def _lone_township(self, text: Text, start: int, end: int, phrase: str) -> Result | None:
        """花桥镇 without its county: all that bear the name, or a suggestion if it is the only one."""
        if not (2 < len(phrase) < 16 and phrase.endswith(("镇", "乡", "街道", "苏木"))):
            return None
        codes = self.index.townships_named(phrase)
        if not codes or len(codes) > MOST_TOWNSHIPS:
            return None
        status = verdict.AMBIGUOUS if len(codes) > 1 else verdict.SUGGESTION
        evidence = (text.evidence(start, end, None, "township"),)
        return self.judge.make(text, start, end, status, candidates=codes, evidence=evidence)

    def _other_type(self, result: Result) -> Result:
        """富顺县富世镇 where there is a 富世街道: still not known, but worth a look."""
        stem = _TOWN_TYPE.sub("", fold(result.rest)[0])
        names = self.index.township_names(result.parent).codes
        near = [code for kind in ("街道", "镇", "乡") for code in names.get(stem + kind, ())]
        near = [code for code in near if not self.index.township(code).until]
        return replace(result, candidates=tuple(near)) if len(stem) > 1 and near else result

    def _word(self, text: Text, start: int, end: int, codes: tuple[str, ...]) -> Result:
        """江南 or 平安 by itself is a word first: the region of that stem is only suggested."""
        evidence = (text.evidence(start, end, None, "word"),)
        return self.judge.make(text, start, end, verdict.SUGGESTION, candidates=codes, evidence=evidence)

    def coded(self, text: Text, start: int, end: int) -> Result | None:
        """A code with its name beside it is certain where they agree; else both are shown."""
        named = _CODE_NAME.fullmatch(text.s, start, end)
        if named is None:
            return None
        which = "1" if named["c1"] else "2"
        result = self._code(text, *named.span("c" + which), named["c" + which])
        other = self.read(
            text, *named.span("n" + which), (Hint(result.code, kind=HEADING),) if result.code else ()
        )
        if result.code and result.code != other.code:
            codes = tuple(
                dict.fromkeys(
                    [result.code, *((other.code,) if other.code else other.candidates or other.successors)]
                )
            )
            result = replace(result, status=verdict.CONFLICT, code=None, candidates=codes)
        elif not result.code:
            result = (
                replace(other, status=verdict.SUGGESTION, code=None, candidates=(other.code,))
                if other.code
                else other
            )
        return replace(result, text=text.cut(start, end))

    def _code(self, text: Text, start: int, end: int, phrase: str) -> Result:
        """Six, nine or twelve digits; zeros at the end of a longer code are cut."""
        unit = self.index.find(trim(phrase))
        if unit is None:
            return self.judge.unknown(text, start, end)
        reading = Reading(unit, 0, 0, ((start, end, "code", unit),), bool(unit.until))
        return self.judge.judge(text, start, end, [reading], end)

    def _second_thoughts(self, text, start, end, readings, result: Result) -> Result:
        """A spelling mistake may explain better what is unknown, half known or at odds."""
        if result.status == verdict.CONFLICT:
            steps = result.evidence
            own = readings[0].unit
            if own.level < COUNTY or len(steps) < 2:
                return result
            return self.suggest(text, start, end, typos=1) or result
        if result.status == verdict.PARTIAL and result.rest_kind == tail.DIVISION:
            result = self._other_type(result)
        past = result.evidence and result.evidence[-1]["kind"].startswith("closed")
        if result.candidates or past:  # a town of the past is no misspelling
            return result
        rest = text.s.find(fold(result.rest)[0], start, end) if result.status == verdict.PARTIAL else -1
        road = rest > start and tail.begins_as_road(text.s[rest:end])
        if road and self.walk.starts_inside(text.s, rest, end, readings):
            return result  # 杭州余杭塘河路: a name inside, rightly spelt, that a road has taken
        near = self.suggest(text, start, end, typos=1, within=result.parent)
        return near or self._only_neighbour(text, start, end, result) or result

    def _only_neighbour(self, text: Text, start: int, end: int, result: Result) -> Result | None:
        """富水县 in 自贡市, where one county alone differs by a single character."""
        rest = fold(result.rest)[0]
        if result.rest_kind != tail.DIVISION or len(rest) != 3:
            return None
        near = [
            unit.code
            for unit in self.index.current.values()
            if result.parent in unit.up and unit.name[-1] == rest[-1] and len(unit.name) == 3
            and sum(one != other for one, other in zip(fold(unit.name)[0], rest, strict=True)) == 1
        ]  # fmt: skip
        if len(near) != 1:
            return None
        evidence = (*result.evidence[:-1], {**result.evidence[-1], "code": near[0], "kind": "similar"})
        return replace(
            result,
            status=verdict.SUGGESTION,
            candidates=tuple(near),
            evidence=evidence,
            rest="",
            rest_kind=None,
        )

    def suggest(
        self, text: Text, start: int, end: int, typos: int = 2, within: str | None = None
    ) -> Result | None:
        codes = self.fuzzy.suggest(text.s, start, end, typos)
        if within:
            above = self.index.find(within)
            behind = end - text.s.rfind(above.short, start, end) - len(above.short)
            glued = behind in (1, len(above.name) - len(above.short))  # 黔东南洲, 恩施土家族苗族自治洲
            codes = tuple(
                c
                for c in codes
                if (unit := self.index.find(c)) and within in (*unit.up, unit.code) and (c != within or glued)
            )
        if not codes:
            return None
        evidence = (text.evidence(start, end, codes[0], "similar"),)
        return self.judge.make(
            text, start, end, verdict.SUGGESTION, candidates=codes, parent=within, evidence=evidence
        )


def named_by(result: Result) -> tuple[str, ...]:
    """All of today's regions that a result names, certain or not."""
    codes = (result.code,) if result.code else ()
    return tuple(dict.fromkeys((*codes, *result.include, *result.candidates, *result.successors)))
