"""Reads one place: no list, no bracket, no exclusion in it."""

import re
from dataclasses import replace

from . import rest as tail
from . import result as verdict
from .index import STEM, Index
from .neighbours import heights
from .otherwise import SHOP, Otherwise
from .readings import Reading
from .result import CERTAIN, Result
from .text import EARLIER, ITEM, PARENT, Evidence, Hint, Text
from .unit import COUNTRY_CODE, COUNTY
from .verdict import Judge
from .vocabulary import (
    ABBREVIATIONS,
    BEYOND_MAINLAND,
    COUNTRY,
    DRAWN,
    GENERIC,
    GROUP_TAIL,
    GROUPS,
    MAINLAND,
    PLAIN_ABBREVIATIONS,
    SHUFFLED,
    WORDS,
    said_number,
)
from .walk import Walk

MOST_LEADS = 4  # 我公司位于 …; more words before a place are noise
_POST_FREE = re.compile(rf"(?:{SHOP})?(?:均|都)?(?:可以?)?(?:包邮|免邮|免运费|发货?|配送|送货?|上门)$")
_READ = (verdict.RESOLVED, verdict.RULES, verdict.HISTORICAL, verdict.AMBIGUOUS)
_GROUP_STARTS = {name[:2] for name in GROUPS} | {"中国", "全国", "国内", "中华", "全中", "大陆", "内地"}
_GROUP_STARTS |= {one + other for name in SHUFFLED for one in name for other in name}
_GROUP_STARTS |= {one + other for one in PLAIN_ABBREVIATIONS for other in PLAIN_ABBREVIATIONS}

_IN_WORDS = {ord(digit): word for digit, word in zip("23456789", "二三四五六七八九", strict=True)}  # 西北5省


class Places:
    def __init__(self, index: Index):
        self.index = index
        self.walk = Walk(index)
        self.judge = Judge(index, self.walk)
        self.zones = self.judge.zones
        self.otherwise = Otherwise(self)

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
                return self.astray(self._group_inside(text, start, end, group, scopes), True, hints)
        glued = self.walk.glued.codes(s, start, end) or self.walk.glued.cities(s, start, end)
        if glued:
            listed = self.judge.rules(text, start, end, glued, "group")
            return self.astray(self._group_inside(text, start, end, listed, scopes), True, hints)
        zone = self._zone(text, start, end) if not scopes else None
        if zone is not None:
            return zone
        readings, stop = self.walk.read(s, start, end, scopes)
        if scopes:
            return self._scoped(text, start, end, readings, stop, scopes, note)
        hint = None
        if hints and not self._settled(readings, hints):
            world, reach = readings, stop
            readings, stop, hint = self._hinted(s, start, end, readings, stop, hints)
            if hint is not None and hint.kind == ITEM and stop == reach:
                # 天津、河北; 长春、朝阳: a part of the item before it, or one as high beside it
                level = max(heights(self.index.known(hint.code)))
                rivals = [r for r in world if not r.dated and r.unit.level <= level and r not in readings]
                readings, hint = (rivals + readings, None) if rivals else (readings, hint)
        if not readings:
            return self.astray(self.otherwise.read(text, start, end, leads), True, hints)
        if hint is None and readings[0].tier >= STEM and s[start:stop] in WORDS and len(readings) == 1:
            unit = readings[0].unit
            if len(readings[0].steps) == 1:
                return self.otherwise.word(text, start, end, self.index.successors(unit))
        if not hints and s[start:end] in GENERIC and len(readings) == 1:
            return self._any_towns_part(text, start, end)
        beside = hint is not None and hint.kind == ITEM and self._was_a_city(readings)
        hint = None if beside else hint  # 济南、莱芜: a district of the first, or the city it was
        settled = not beside and bool(hints) and all(self.judge.lies_in(r.unit, hints) for r in readings)
        result = self.judge.judge(text, start, end, readings, stop, hint, note, settled)
        if result.status in (verdict.PARTIAL, verdict.CONFLICT, verdict.UNKNOWN) and (
            result.rest_kind != tail.ZONE or len(result.rest) < 6
        ):
            return self.otherwise.second_thoughts(text, start, end, readings, result)
        return self.astray(result, readings[0].parent_named, hints) if hints and hint is None else result

    def _any_towns_part(self, text: Text, start: int, end: int) -> Result:
        """东区, 市区 alone: what any town calls a part of itself, though a few districts bear or bore such a name."""
        bearers = [unit for _, _, unit in self.index.alias[text.s[start:end]]]
        codes = dict.fromkeys(code for unit in bearers for code in self.index.successors(unit))
        evidence = (text.evidence(start, end, None, tail.PART),)
        return self.judge.make(
            text, start, end, verdict.AMBIGUOUS, candidates=tuple(codes), evidence=evidence
        )

    def _was_a_city(self, readings: list[Reading]) -> bool:
        """Whether a bare name was that of a whole city until lately."""
        bare = len(readings) == 1 and [step[2] for step in readings[0].steps] == ["short"]
        return bare and bool(self.judge.namesakes.of(readings[0])[0])

    def exact(self, text: Text, start: int, end: int) -> Result | None:
        """The verdict where s[start:end] is, to the last character, a usual way to write a county or a township.

        Says nothing that `read` would not say, and says it several times faster.
        """
        s, index = text.s, self.index
        if s[end - 1] not in index.endings:
            return None
        name = s[start:end]
        steps = index.addresses.get(name)
        if steps is not None and name in index.doubtful:
            return None
        if steps is None:
            size = end - start
            for length in index.address_lengths.get(name[:2], ()):
                above = index.addresses.get(name[:length]) if length < size else None
                if above is not None:
                    codes = index.township_names(above[-1][3].code).codes.get(name[length:])
                    if codes is None or len(codes) > 1:
                        return None
                    town = index.township(codes[0])
                    if town.until:
                        return None
                    word = "short" if town.short == name[length:] else "full"
                    steps = (*above, (length, size, word, town))
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
        codes = GROUPS.get(phrase) or GROUPS.get(phrase.translate(_IN_WORDS))
        if codes is None:
            count = GROUP_TAIL.search(phrase)
            name = phrase[: count.start()] if count else phrase
            counted = said_number(count) if count else None
            codes = GROUPS.get(name)
            if codes is None:
                codes = SHUFFLED.get("".join(sorted(name)))
            if codes is None and len(name) > 3:
                codes = _joined(name)
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
        if not codes or self._no_zone(s, start, stop, end, codes):
            return None
        mark = text.evidence(start, stop, None, tail.ZONE)
        behind = self.walk.past_gaps(s, stop, end)
        readings, reach = self.walk.read(s, behind, end, codes) if behind < end else ([], stop)
        if readings:
            found = self.judge.judge(text, behind, end, readings, reach, settled=True)
            return replace(found, text=text.cut(start, end), evidence=(mark, *found.evidence))
        last, code = self.judge.towns.below(s, behind, end, self.judge.units(codes))
        if code:  # 光明新区公明街道
            town = text.evidence(behind, last, code, "full" if len(code) > 6 else tail.DETAIL)
            return self.judge.make(
                text, start, end, verdict.RESOLVED, code=code, evidence=(mark, town), rest=text.cut(start, end),
                rest_kind=tail.DETAIL,
            )  # fmt: skip
        return self.judge.make(
            text, start, end, verdict.PARTIAL, candidates=codes, parent=self.zones.above(codes), evidence=(mark,),
            rest=text.cut(start, end), rest_kind=tail.ZONE,
        )  # fmt: skip

    def _no_zone(self, s: str, start: int, stop: int, end: int, codes: tuple[str, ...]) -> bool:
        """Whether the words that are a zone's name make a road or a thing here, or begin with a region (青岛高新区)."""
        after = s[stop:end]
        taken = after and (tail.named_after(after) or tail.takes_the_name(after, True))
        readings, reach = self.walk.read(s, start, end)
        own = reach < stop and {reading.unit.code for reading in readings} <= {
            *codes
        }  # 光明新区 is of 光明区
        return bool(taken or (readings and not own))

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

    def astray(self, result: Result, parent_named: bool, hints: tuple[Hint, ...]) -> Result:
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
        above = self.index.known(hint.code).level
        return all(reading.unit.code in heirs for reading in readings) or any(
            reading.unit.level <= above for reading in readings
        )

    def _town_below(self, s: str, start: int, end: int, code: str) -> tuple[list[Reading], int]:
        unit = self.index.current.get(code)
        if unit is None or (unit.level < COUNTY and code not in self.index.leaves):
            return [], start
        above = Reading(unit, 0, 0, (), False)
        return self.walk._townships(s, start, end, [above])

    def _scoped(
        self, text: Text, start: int, end: int, readings: list[Reading], stop: int, scopes: tuple[str, ...],
        note: tuple[int, int, str] | None,
    ) -> Result:  # fmt: skip
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
                if text.s[start:end] in GENERIC or self._of_a_county(outside, scopes):
                    return self.judge.unknown(text, start, end)  # 杭州(市区), 崇明县(长兴除外)
                return self.judge.make(
                    text, start, end, verdict.CONFLICT, candidates=(*named, scopes[0]), parent=scopes[0],
                    evidence=outside.evidence,
                )  # fmt: skip
            return outside
        settled = scopes[:1] != (COUNTRY_CODE,)
        return self.judge.judge(text, start, end, readings, stop, None, note, settled)

    def _of_a_county(self, outside: Result, scopes: tuple[str, ...]) -> bool:
        """Whether a bare name below a county is its town's, of which only somewhere else a county has the stem."""
        bare = all(item["kind"] == "short" for item in outside.evidence if item["code"])
        units = [*self.judge.units(scopes), *self.judge.units(named_by(outside))]
        return bare and all(unit.level >= COUNTY for unit in units)


def _joined(name: str) -> tuple[str, ...] | None:
    """The members of groups said one behind the other, each of which has one meaning: 两湖两广, 京津冀江浙沪."""
    found: list[str] = []
    at = 0
    while at < len(name):
        stop = next((n for n in range(len(name), at + 1, -1) if name[at:n] in GROUPS), 0)
        if not stop or name[at:stop] in DRAWN:
            return None
        found += GROUPS[name[at:stop]]
        at = stop
    return tuple(dict.fromkeys(found))


def named_by(result: Result) -> tuple[str, ...]:
    """All of today's regions that a result names, certain or not."""
    codes = (result.code,) if result.code else ()
    return tuple(dict.fromkeys((*codes, *result.include, *result.candidates, *result.successors)))
