"""What a text may be that begins with no region, or is understood only in part: a code, a place behind other words, a lone
township, a misspelling."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from regions.codes import trim

from . import rest as tail
from . import result as verdict
from .fuzzy import SIMILAR, Fuzzy
from .normalize import fold
from .postcodes import lies_there
from .readings import Reading
from .result import Result
from .text import HEADING, Hint, Text
from .unit import COUNTY
from .vocabulary import BELOW_NAMES, GENERIC

if TYPE_CHECKING:
    from .place import Places

SHOP = r"(?:全场|全店|单笔|订单|购物|消费|下单|每单)*满\d{1,5}元?(?:起|以上|即可?)?,?"
_TOWN_TYPE = re.compile(r"(?:街道办事处|街道|办事处|[区镇乡市])$")
_CODE = re.compile(r"\d{6}(?:\d{3}){0,2}$")
# 110105 朝阳区, 朝阳区(110105)
_CODE_NAME = re.compile(
    r"(?P<c1>\d{6}(?:\d{3}){0,2})[ :|,\-]*(?P<n1>[\u4e00-\u9fff]{2,20})|(?P<n2>[\u4e00-\u9fff]{2,20})[ :\-]*\(?(?P<c2>\d{6}(?:\d{3}){0,2})\)?"
)
_HOUSE_END = re.compile(r"[\d号楼室栋幢][ ,]?$")
# A road and a house: no misspelt place (西乡大道807号).
_OWN_ROAD = re.compile(r"[\u4e00-\u9fff]{2,3}(?:大道|大街|路|街|巷|弄)\d")
# Words before a place that make another of what is meant: a refusal, what lies beside it, where something was.
_TURNS = re.compile(
    "[不非除禁停无未暂勿别缓外距]|仅|只|靠近|[临邻]近|毗邻|紧邻|隔壁|离(?!岛)|^原(?![平阳州])|原(?:址|地址|住|在|先)|旧|老地?址|曾|前地?址|[搬迁]离|迁出|^从|发货地|发自|[途路]经|经过|路过|以前|籍贯|祖籍|老家|产地"
)
_TOWN_AHEAD = re.compile(r"[\u4e00-\u9fff]{1,8}(?:街道|镇|乡)[ ,_]?$")
# Words before a place that take nothing from it.
_LEAD = re.compile(
    rf"{SHOP}|"
    r"(?:[本我]?(?:公司|店|司))?(?:位于|坐落于?|地处|我?家?住?在|来自|服务于?|覆盖了?|支持|面向|整个|可?配送至|可?送至|可?发往|辐射"
    r"|(?:目前|现|已|现已)?(?:受理|支持|开通|覆盖|办理|服务)|[\u4e00-\u9fff\d]{1,8}=|(?:华[东北中南]|西[南北]|东北)(?:地区|区域|大区|片区)?:)[ :]?"
)
_WAS = re.compile(r"\(?原(?:来的?|属)?\)? ?")
_COVERS = re.compile("覆盖|服务|支持|开通|受理|配送|送至|发往|面向|辐射")
MOST_TOWNSHIPS = 40  # 城关镇 and the like: more say nothing
_LEAD_LENGTH = 40  # a place may stand behind so many characters that are none
_READ = (verdict.RESOLVED, verdict.RULES, verdict.HISTORICAL, verdict.AMBIGUOUS)


class Otherwise:
    def __init__(self, places: "Places"):
        self.places, self.index, self.walk, self.judge = places, places.index, places.walk, places.judge
        self.fuzzy = Fuzzy(self.index, self.walk)

    def read(self, text: Text, start: int, end: int, leads: int) -> Result:
        """What else a text may be that begins with no region; behind `leads` words like 位于 one may still stand."""
        phrase = text.s[start:end].strip(" .")
        if _CODE.match(phrase):
            return self._code(text, start, end, phrase)
        lead = _LEAD.match(text.s, start, end) if leads else None
        if lead and lead.end() < end:
            behind = self.places.read(text, lead.end(), end, leads=leads - 1)
            behind = self._all_covered(behind) if _COVERS.search(lead[0]) else behind
            if behind.status in _READ or behind.parent:
                return replace(behind, text=text.cut(start, end))
        if leads and (was := _WAS.match(text.s, start, end)) and was.end() < end:
            past = self.places.read(text, was.end(), end, leads=0)
            if (
                past.status == verdict.HISTORICAL
            ):  # 原苏州市沧浪区: a place of the past, and no part of a living one
                return replace(past, text=text.cut(start, end))
        anchored = self._anchored(text, start, end)
        if anchored is not None:
            return anchored
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
        names = self.index.township_names(result.parent or "").codes
        near = [code for kind in ("街道", "镇", "乡") for code in names.get(stem + kind, ())]
        near = [code for code in near if not self.index.township(code).until]
        return replace(result, candidates=tuple(near)) if len(stem) > 1 and near else result

    def word(self, text: Text, start: int, end: int, codes: tuple[str, ...]) -> Result:
        """江南 or 平安 by itself is a word first: the region of that stem is only suggested."""
        evidence = (text.evidence(start, end, None, "word"),)
        return self.judge.make(text, start, end, verdict.SUGGESTION, candidates=codes, evidence=evidence)

    def coded(self, text: Text, start: int, end: int) -> Result | None:
        """A code with its name beside it is certain where they agree, a postcode where it lies there; else both are shown."""
        named = _CODE_NAME.fullmatch(text.s, start, end)
        if named is None:
            return None
        which = "1" if named["c1"] else "2"
        digits, name = named["c" + which], named.span("n" + which)
        place = self.places.read(text, *name)
        if lies_there(digits, place.code or place.parent or ""):
            note = text.evidence(*named.span("c" + which), None, tail.NOTE)
            return replace(place, evidence=(*place.evidence, note), text=text.cut(start, end))
        result = self._code(text, *named.span("c" + which), digits)
        other = self.places.read(text, *name, (Hint(result.code, kind=HEADING),)) if result.code else place
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

    def second_thoughts(
        self, text: Text, start: int, end: int, readings: list[Reading], result: Result
    ) -> Result:
        """A spelling mistake may explain better what is unknown, half known or at odds."""
        if result.status == verdict.PARTIAL and (was := self._was(text, start, end, result)) is not None:
            return was
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

    def _was(self, text: Text, start: int, end: int, result: Result) -> Result | None:
        """北京市原宣武区: the place of the past inside the one before it."""
        rest = text.s.find(fold(result.rest)[0], start, end)
        was = _WAS.match(text.s, rest, end) if rest > start else None
        if was is None or _WAS.search(text.s, was.end(), end):  # one of several is not looked at alone
            return None
        found = self.places.read(text.without_marks(range(*was.span())), start, end, leads=0)
        return replace(found, text=text.cut(start, end)) if found.status == verdict.HISTORICAL else None

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
        evidence = (*result.evidence[:-1], {**result.evidence[-1], "code": near[0], "kind": SIMILAR})
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
            above = self.index.known(within)
            behind = end - text.s.rfind(above.short, start, end) - len(above.short)
            glued = behind in (1, len(above.name) - len(above.short))  # 黔东南洲, 恩施土家族苗族自治洲
            codes = tuple(
                c
                for c in codes
                if (unit := self.index.find(c)) and within in (*unit.up, unit.code) and (c != within or glued)
            )
        if not codes:
            return None
        kind = self.fuzzy.known_as(text.s[start:end], codes[0]) or SIMILAR
        evidence = (text.evidence(start, end, codes[0], kind),)
        return self.judge.make(
            text, start, end, verdict.SUGGESTION, candidates=codes, parent=within, evidence=evidence
        )
