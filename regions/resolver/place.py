"""Reads one place: no list, no bracket, no exclusion in it."""

import re
from dataclasses import replace

from . import rest as tail
from . import result as verdict
from .fuzzy import Fuzzy
from .index import STEM, Index
from .normalize import fold
from .result import Result
from .unit import COUNTRY_CODE, COUNTY
from .verdict import Evidence, Hint, Judge, Text
from .vocabulary import (
    ABBREVIATIONS,
    BELOW_NAMES,
    BEYOND_MAINLAND,
    COUNTRY,
    GROUP_TAIL,
    GROUPS,
    MAINLAND,
    PLAIN_ABBREVIATIONS,
    WORDS,
)
from .walk import Reading, Walk

MOST_TOWNSHIPS = 40  # 城关镇 and the like: more say nothing
_TOWN_TYPE = re.compile(r"(?:街道办事处|街道|办事处|[区镇乡市])$")
_CODE = re.compile(r"\d{6}(?:\d{3}){0,2}$")
_POST_FREE = re.compile(r"(?:均|都)?(?:包邮|免邮|免运费)$")
# Words before a place that take nothing from it.
_LEAD = re.compile(
    r"(?:本?(?:公司|店|司))?(?:位于|坐落于?|地处|我?家?住?在|来自|服务于?|覆盖了?|支持|面向|整个|可?配送至|可?送至|可?发往|辐射)[ :]?"
)
_CERTAIN = (verdict.RESOLVED, verdict.RULES, verdict.HISTORICAL, verdict.AMBIGUOUS)
_GROUP_STARTS = {name[:2] for name in GROUPS} | {"中国", "全国", "国内", "中华", "全中", "大陆", "内地"}
_GROUP_STARTS |= {one + other for one in PLAIN_ABBREVIATIONS for other in PLAIN_ABBREVIATIONS}


class Places:
    def __init__(self, index: Index):
        self.index = index
        self.walk = Walk(index)
        self.judge = Judge(index, self.walk)
        self.fuzzy = Fuzzy(index, self.walk)

    def read(
        self,
        text: Text,
        start: int,
        end: int,
        hints: tuple[Hint, ...] = (),
        scopes: tuple[str, ...] = (),
        note: tuple[int, int, str] | None = None,
    ) -> Result:
        """The verdict on s[start:end].

        `hints` (regions of a list so far) only settle what is ambiguous; `scopes` (what a bracket or an exclusion
        belongs to) must hold the place, and their direct children come first.
        """
        s = text.s
        if start >= end:
            return self.judge.unknown(text, start, end)
        if s[start : start + 2] in _GROUP_STARTS and end - start < 24:
            group = self.group(text, start, end)
            if group is not None:
                return self._group_inside(text, start, end, group, scopes)
        readings, stop = self.walk.read(s, start, end, scopes)
        if scopes:
            return self._scoped(text, start, end, readings, stop, scopes, note)
        hint = None
        if hints and not (len(readings) == 1 and readings[0].tier < STEM and not readings[0].dated):
            readings, stop, hint = self._hinted(s, start, end, readings, stop, hints)
        if not readings:
            return self._otherwise(text, start, end)
        if hint is None and readings[0].tier >= STEM and s[start:stop] in WORDS and len(readings) == 1:
            unit = readings[0].unit
            if unit.level >= COUNTY and len(readings[0].steps) == 1:
                return self._word(text, start, end, self.index.successors(unit))
        result = self.judge.judge(text, start, end, readings, stop, hint, note)
        if result.status in (verdict.PARTIAL, verdict.CONFLICT, verdict.UNKNOWN) and (
            result.rest_kind != tail.ZONE or len(result.rest) < 6
        ):
            return self._second_thoughts(text, start, end, readings, result)
        return result

    def exact(self, text: Text, start: int, end: int) -> Result | None:
        """The verdict where s[start:end] is, to the last character, a usual way to write a county or a township.

        Says nothing that `read` would not say, and says it several times faster.
        """
        s, index = text.s, self.index
        steps = index.addresses.get(s[start:end])
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
        codes = GROUPS.get(phrase)
        if codes is None:
            trimmed = GROUP_TAIL.sub("", phrase)
            codes = GROUPS.get(trimmed) if trimmed != phrase else None
            if codes is None and len(trimmed) > 1 and PLAIN_ABBREVIATIONS.issuperset(trimmed):
                codes = tuple(dict.fromkeys(ABBREVIATIONS[ch] for ch in trimmed))
        if codes is None or not all(code in self.index.current for code in codes):
            return None
        return self.judge.rules(text, start, end, codes, "group")

    def _group_inside(
        self, text: Text, start: int, end: int, group: Result, scopes: tuple[str, ...]
    ) -> Result:
        units = self.judge.units(group.include)
        if not scopes or all(unit.code in scopes or set(unit.up) & set(scopes) for unit in units):
            return group
        return self.judge.make(
            text, start, end, verdict.CONFLICT, candidates=(*group.include, *scopes[:1]), parent=scopes[0],
            evidence=group.evidence,
        )  # fmt: skip

    def _hinted(
        self, s: str, start: int, end: int, readings: list[Reading], stop: int, hints: tuple[Hint, ...]
    ) -> tuple[list[Reading], int, Hint | None]:
        """The readings inside a hint, if there are any, and that hint."""
        for hint in hints:
            inside, reach = self.walk.read(s, start, end, (hint.code,))
            if len(inside) > 1:
                inside = [reading for reading in inside if reading.unit.parent == hint.code] or inside
            if not inside or reach < stop:
                inside, reach = self._town_below(s, start, end, hint.code)
            if inside and reach >= stop and not (readings and inside[0].dated and not readings[0].dated):
                return inside, reach, hint
        return readings, stop, None

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
            if outside.status == verdict.RESOLVED and outside.code not in scopes:
                own = tuple(scopes[:1])
                return self.judge.make(
                    text, start, end, verdict.CONFLICT, candidates=(outside.code, *own), parent=own[0],
                    evidence=outside.evidence,
                )  # fmt: skip
            return outside
        return self.judge.judge(text, start, end, readings, stop, None, note)

    def _otherwise(self, text: Text, start: int, end: int) -> Result:
        phrase = text.s[start:end].strip(" .")
        if _CODE.match(phrase):
            return self._code(text, start, end, phrase)
        lead = _LEAD.match(text.s, start, end)
        if lead and lead.end() < end:
            behind = self.read(text, lead.end(), end)
            if behind.status in _CERTAIN or behind.parent:
                return replace(behind, text=text.cut(start, end))
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
            or self.suggest(text, start, end)
            or self.judge.unknown(text, start, end)
        )

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

    def _code(self, text: Text, start: int, end: int, phrase: str) -> Result:
        """Six, nine or twelve digits; zeros at the end of a longer code are cut."""
        code = phrase
        while len(code) > 6 and code.endswith("000"):
            code = code[:-3]
        unit = self.index.find(code)
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
        if result.candidates:
            return result
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
