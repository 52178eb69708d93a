"""From readings and rest to a verdict on one place: the part that decides what may be called certain."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from . import rest as tail
from . import result as verdict
from .in_passing import InPassing
from .index import Index
from .mentions import Found, Mentions
from .namesakes import Namesakes
from .narrower import Narrower
from .parts import Parts
from .readings import Reading
from .result import Result
from .text import Hint, Mark, Text
from .towns import Towns
from .unit import COUNTRY, COUNTRY_CODE, COUNTY, PREFECTURE, PROVINCE, TOWNSHIP, Unit
from .vocabulary import BELOW_TAIL
from .walk import Walk

_OPEN = (tail.DIVISION, tail.ZONE, tail.PART, tail.OTHER)
# What may have slipped in between a place and the next one: 浙江省n杭州市n西湖区.
_JUMBLE = re.compile(r"[^\u4e00-\u9fff]{0,8}")


class Judge:
    def __init__(self, index: Index, walk: Walk):
        self.index, self.walk, self.zones = index, walk, walk.zones
        self.mentions = Mentions(index, walk)
        self.namesakes = Namesakes(index)
        self.in_passing = InPassing(index)
        self.parts = Parts(index)
        self.towns = Towns(index, walk.stems)
        self.narrower = Narrower(index, walk, self.towns)

    # ---------------------------------------------------------------- building results

    def make(self, text: Text, start: int, end: int, status: str, **fields: Any) -> Result:
        return Result(text=text.cut(start, end), status=status, release=self.index.edition or None, **fields)

    def unknown(self, text: Text, start: int, end: int) -> Result:
        evidence = (text.evidence(start, end, None, tail.OTHER),) if start < end else ()
        rest = text.cut(start, end)
        return self.make(
            text,
            start,
            end,
            verdict.UNKNOWN,
            evidence=evidence,
            rest=rest,
            rest_kind=tail.OTHER if rest else None,
        )

    def rules(
        self, text: Text, start: int, end: int, include: Iterable[str], kind: str, exclude: Iterable[str] = ()
    ) -> Result:
        include, exclude = tuple(include), tuple(exclude)
        evidence = tuple(text.evidence(start, end, code, kind) for code in include + exclude)
        return self.make(text, start, end, verdict.RULES, include=include, exclude=exclude, evidence=evidence)

    # ---------------------------------------------------------------- judging

    def judge(
        self,
        text: Text,
        start: int,
        end: int,
        readings: list[Reading],
        stop: int,
        hint: Hint | None = None,
        note: tuple[int, int, str] | None = None,
        settled: bool = False,
    ) -> Result:
        """The verdict on s[start:end] of which `readings` explain everything before `stop`.

        `note`: a bracketed remark that was cut out, with its (harmless) kind. `settled`: what was said before leaves
        no doubt which bearer of the name is meant.
        """
        if len(readings) == 1 and hint is None and not settled:
            readings = self.namesakes.readings(readings[0])
        found: Found | None = None
        plain = stop < end and self._goes_on_plainly(text.s, stop, end, readings)
        kind: str | None = tail.ADDRESS if plain else tail.classify(text.s[stop:end][:80])
        at = stop if plain or stop == end else self.walk.past_gaps(text.s, stop, end)
        if not plain and at < end and self._may_name_more(text.s[at:end], kind or "", readings):
            found = self.mentions.follow(text.s, at, end, readings)
            if not found.readings:
                return self.unknown(text, start, end)
            if found.readings is not readings:
                readings, stop = found.readings, found.at
                kind = tail.classify(text.s[stop:end][:80])
        if len(readings) > 1 and stop < end:
            # 西安临潼银桥: the one of which a part is named
            holding = [r for r in readings if self.walk.starts_inside(text.s, stop, end, [r])]
            readings = holding if len(holding) == 1 else readings
        if len(readings) > 1 and kind == tail.WHOLE:
            # 西安:全市覆盖 is a city
            fitting = [
                r
                for r in readings
                if tail.whole_of(text.s[stop:end], r.unit.name, r.unit.level <= PREFECTURE)
                or self._said_apart(r.unit, text.s[stop:end])
            ]
            readings = fitting if len(fitting) == 1 else readings
        evidence = self._read_as(text, readings, hint, note)
        if found is not None and found.against:
            return self._against(text, start, end, found, evidence)
        rest = text.s[stop:end]
        if kind in (tail.NONE, tail.MARK):
            kind = kind or (tail.NOTE if note else None)
            return self._certain(text, start, end, readings, evidence, text.cut(stop, end), kind)
        if not plain:
            at = stop + len(rest) - len(rest.lstrip(" .,;:·-/|>~_"))
            kind = self._kind(text, start, stop, at, end, readings, kind or "")
        if kind is None:
            return self.unknown(text, start, end)
        evidence.append(
            self.parts.told(text.evidence(at, end, None, kind), rest[at - stop :], readings[0].unit)
        )
        shown = text.cut(at, end)
        named = found.inside if found is not None else ()
        if kind == tail.ADDRESS and (near := self.in_passing.codes(text.s, at, end, readings[0].unit, named)):
            result = self._partial(text, start, end, readings, evidence, shown, tail.OTHER)
            return replace(result, candidates=near) if result.status == verdict.PARTIAL else result
        if kind in _OPEN:
            result = self._partial(text, start, end, readings, evidence, shown, kind)
            return self.narrower.inside(text, start, at, end, result) if kind == tail.ZONE else result
        return self._certain(text, start, end, readings, evidence, shown, kind)

    @staticmethod
    def _goes_on_plainly(s: str, at: int, end: int, readings: list[Reading]) -> bool:
        """Whether behind one living county or town only a road and a house follow, words in which no place can be named."""
        unit = readings[0].unit
        return (
            len(readings) == 1
            and unit.level >= COUNTY
            and not readings[0].dated
            and tail.is_a_house(s, at, end)
        )

    @staticmethod
    def _may_name_more(rest: str, kind: str, readings: list[Reading]) -> bool:
        """Whether what follows may hold names of regions: not 全境, 南部, nor what lies below Hong Kong."""
        below = BELOW_TAIL.get(readings[0].unit.code)
        if (readings[0].steps and readings[0].steps[-1][2] == "below") or (below and below.match(rest)):
            return False
        return kind not in (tail.WHOLE, tail.MARK) and (kind != tail.PART or tail.goes_on(rest, kind))

    @staticmethod
    def _read_as(
        text: Text, readings: list[Reading], hint: Hint | None, note: tuple[int, int, str] | None
    ) -> list[Mark]:
        evidence = [text.evidence(a, b, unit.code, word) for a, b, word, unit in readings[0].steps]
        if hint:
            named = text.original[hint.start : hint.end]
            item = {"span": [hint.start, hint.end], "text": named, "code": hint.code, "kind": "inherited"}
            evidence.insert(0, item)
        if note:
            evidence.append(text.evidence(note[0], note[1], None, note[2]))
        return evidence

    def _kind(
        self, text: Text, start: int, stop: int, at: int, end: int, readings: list[Reading], kind: str
    ) -> str | None:
        """What the rest s[at:end] is in the light of the region before it; None: nothing of all this is a region."""
        rest, unit = text.s[at:end], readings[0].unit
        level = unit.level
        if self.towns.holders(rest, unit) or self.towns.lost(rest, unit):
            return tail.DIVISION
        if readings[0].steps and readings[0].steps[-1][2] == "below":
            return tail.BELOW
        if len(readings) == 1 and unit.code in BELOW_TAIL and kind not in (tail.WHOLE, tail.ADDRESS):
            kind = tail.BELOW if BELOW_TAIL[unit.code].match(rest.strip()) else kind
        if kind == tail.WHOLE and not self.parts.all_of(unit, rest):
            apart = len(readings) == 1 and self._said_apart(unit, text.s[stop:end])
            kind = tail.WHOLE if apart else tail.PART
        if (
            kind == tail.PART
            and (said := tail.counted(rest))
            and tail.says_all(said)
            and self.parts.agrees(unit, said)
        ):
            kind = tail.WHOLE  # 江西省11个地市全覆盖
        if kind in (tail.ADDRESS, tail.OTHER) and level <= PREFECTURE:
            if self._said_again_as_a_part(text, start, readings):
                return tail.OTHER
            jumble = _JUMBLE.match(text.s, at, end)
            if jumble and self.walk.starts_inside(text.s, jumble.end(), end, readings):
                return tail.OTHER
            if self.narrower.narrows(text.s, start, at, end, unit, kind):
                return tail.ZONE
        if kind == tail.OTHER and level == COUNTY and self.walk.stems.at(text.s, at, end, unit)[1]:
            return tail.DETAIL  # 昆山花桥国际商务城
        if kind == tail.OTHER:
            if len(text.s[start:stop].strip()) <= 2 and not (level <= PREFECTURE and stop < at):
                return None
            if level == TOWNSHIP or (level == COUNTY and readings[0].parent_named):
                kind = tail.DETAIL
        if kind in _OPEN and level >= COUNTY and tail.goes_on(rest, kind):
            kind = tail.ADDRESS
        return kind

    @staticmethod
    def _said_apart(unit: Unit, rest: str) -> bool:
        """Behind a colon or in a cell of its own 全市 is said of any prefecture: 大理州：全市."""
        said = rest.lstrip(" :|-/·")
        return len(said) < len(rest) and unit.level == PREFECTURE and tail.is_all_of_a_city(said)

    def _said_again_as_a_part(self, text: Text, start: int, readings: list[Reading]) -> bool:
        """大理白族自治州大理学府路3号, 青海省玉树光明路730号: the stem may be the county's that bears it too."""
        *before, (first, last, word, unit) = readings[0].steps or [(0, 0, "", None)]
        again = any(step[3] is unit and step[2] in ("full", "typed") for step in before)
        if (
            word != "short"
            or unit is None
            or unit.level != PREFECTURE
            or (unit.name.endswith("市") and not again)
        ):
            return False
        bearers = self.index.alias.get(text.s[first:last], ())
        return any(unit.code in other.up and not other.until for _, _, other in bearers)

    def _certain(
        self,
        text: Text,
        start: int,
        end: int,
        readings: list[Reading],
        evidence: list[Mark],
        rest: str,
        kind: str | None,
    ) -> Result:
        first = readings[0]
        if len(readings) > 1 or first.dated:
            if first.dated:
                return self._historical(text, start, end, readings, evidence, rest, kind)
            return Result(
                text.cut(start, end),
                verdict.AMBIGUOUS,
                candidates=self._today(readings),
                evidence=tuple(evidence),
                rest=rest,
                rest_kind=kind,
                release=self.index.edition or None,
            )
        if first.unit.code == COUNTRY_CODE:
            return self.make(
                text, start, end, verdict.RULES, include=(COUNTRY_CODE,), evidence=tuple(evidence), rest=rest,
                rest_kind=kind,
            )  # fmt: skip
        _, long_gone = self.namesakes.of(first)
        for other in long_gone:
            mark = text.evidence(*first.steps[-1][:2], None, "namesake")
            evidence.append({**mark, "of": self.index.full_name_of(other), "until": other.until})
        return Result(
            text.cut(start, end),
            verdict.RESOLVED,
            first.unit.code,
            evidence=tuple(evidence),
            rest=rest,
            rest_kind=kind,
            release=self.index.edition or None,
        )

    def _historical(
        self, text: Text, start: int, end: int, readings: list[Reading], evidence: list[Mark], rest: str, kind: str | None,
    ) -> Result:  # fmt: skip
        readings = self._last_lives(readings)
        unit = readings[0].unit
        above = self.index.known(unit.parent)
        if len(readings) == 1 and unit.level == TOWNSHIP and not (self.index.successors(unit) or above.until):
            # nobody knows what became of the town, but the county is certain
            grown = self.towns.grown(unit.name, above)  # 苍南县龙港镇人民路
            goes_on = kind in (tail.ADDRESS, tail.DETAIL) and not grown
            status = verdict.RESOLVED if goes_on else verdict.PARTIAL
            named = {"code": above.code} if goes_on else {"parent": above.code}
            return self.make(
                text, start, end, status, evidence=tuple(evidence), rest=rest or unit.name,
                rest_kind=kind or tail.DIVISION, candidates=(*grown, above.code) if grown else (), **named,
            )  # fmt: skip
        sets = [self.index.successors(reading.unit) for reading in readings]
        known = [found for found in sets if found]
        if len({frozenset(found) for found in known}) > 1:
            codes = tuple(dict.fromkeys(code for found in sets for code in found))
            return self.make(
                text, start, end, verdict.AMBIGUOUS, candidates=codes, successors=codes, evidence=tuple(evidence),
                rest=rest, rest_kind=kind,
            )  # fmt: skip
        ended = [step[3].until for reading in readings for step in reading.steps if step[3].until]
        date = unit.until or max(ended, default="")
        for item in evidence:
            if item["kind"].startswith("closed"):
                item["until"] = date
        return self.make(
            text, start, end, verdict.HISTORICAL, successors=known[0] if known else (), date=date or None,
            evidence=tuple(evidence), rest=rest, rest_kind=kind,
        )  # fmt: skip

    def _last_lives(self, readings: list[Reading]) -> list[Reading]:
        """Without the lives that lived on under the same name, or left it to a later one of the same province."""
        if len(readings) == 1:
            return readings
        readings = [
            r
            for r in readings
            if not any(
                r.unit.until <= later.unit.since and r.unit.code[:2] == later.unit.code[:2]
                for later in readings
            )
        ]
        units = {reading.unit for reading in readings}
        last = [reading for reading in readings if not (self.index.later_lives(reading.unit) & units)]
        return sorted(last or readings, key=lambda reading: reading.unit.until, reverse=True)

    def _partial(
        self, text: Text, start: int, end: int, readings: list[Reading], evidence: list[Mark], rest: str, kind: str,
    ) -> Result:  # fmt: skip
        if readings[0].dated:
            past = self._historical(text, start, end, readings, evidence, rest, kind)
            if past.status != verdict.HISTORICAL:
                return past
            # 长乐市部分乡镇: a part of what it became; 余杭市临平镇 lies beside it by now
            unit = readings[0].unit
            if town := self.towns.of(rest, self.units(past.successors)):  # 郫县犀浦镇, 遵义县南白镇
                return replace(past, successors=(town,), rest="", rest_kind=None)
            if beside := self.towns.holders(rest, unit) or self.towns.lost(rest, unit):  # 锡山市梅村镇
                codes = (*beside, *past.successors)
                return replace(past, status=verdict.PARTIAL, parent=self.zones.above(codes), candidates=codes)
            return replace(
                past,
                status=verdict.PARTIAL,
                parent=self.zones.above(past.successors),
                candidates=past.successors,
            )
        codes = self._today(readings)
        if len(codes) > 1:
            return self.make(
                text, start, end, verdict.AMBIGUOUS, candidates=codes, evidence=tuple(evidence), rest=rest,
                rest_kind=kind,
            )  # fmt: skip
        beside = self.towns.holders(rest, readings[0].unit)
        return self.make(
            text,
            start,
            end,
            verdict.PARTIAL,
            parent=codes[0],
            candidates=(*beside, codes[0]) if beside else (),
            evidence=tuple(evidence),
            rest=rest,
            rest_kind=kind,
        )

    def _today(self, readings: Sequence[Reading]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for r in readings for code in self.index.successors(r.unit)))

    def _against(self, text: Text, start: int, end: int, found: Found, evidence: list[Mark]) -> Result:
        """The text names a place that does not lie inside the first: both readings, and the one named first."""
        own, others = self._today(found.readings), self._today(found.against)
        marked = [text.evidence(a, b, unit.code, word) for a, b, word, unit in found.against[0].steps]
        first = found.readings[0].unit
        parent = first.code if len(found.readings) == 1 and not first.until else None
        status, rest = verdict.CONFLICT, ""
        if found.against[0].steps[0][3].level == COUNTRY and len(others) == 1:
            # ...中国浙江省杭州市...: a map's address begins anew behind what a form had set; still for a person to see
            status, parent, rest = verdict.PARTIAL, others[0], text.cut(start, found.at)
        return self.make(
            text, start, end, status, candidates=tuple(dict.fromkeys(others + own)), parent=parent,
            evidence=(*evidence, *marked), rest=rest, rest_kind=tail.OTHER if rest else None,
        )  # fmt: skip

    @staticmethod
    def lies_in(unit: Unit, hints: Iterable[Hint]) -> bool:
        return any(hint.code == unit.code or hint.code in unit.holders for hint in hints)

    def beside(self, unit: Unit, hints: Sequence[Hint]) -> bool:
        """Whether a region lies in a place of the list, or is none that could: as high as the nearest one."""
        nearest = self.index.find(hints[0].code)
        return self.lies_in(unit, hints) or (nearest is not None and unit.level <= nearest.level)

    def needs_no_parent(self, unit: Unit) -> bool:
        """Cities and provinces, and counties that hang under a province only: a list may name them anywhere."""
        above = self.index.current.get(unit.parent)
        direct = above is not None and above.level == PROVINCE and not above.name.endswith("市")
        return unit.level <= PREFECTURE or (unit.level == COUNTY and direct)

    def units(self, codes: Iterable[str]) -> list[Unit]:
        return [unit for code in codes if (unit := self.index.find(code)) is not None]
