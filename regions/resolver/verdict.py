"""From readings and rest to a verdict on one place: the part that decides what may be called certain."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from . import rest as tail
from . import result as verdict
from .forms import without_labels
from .index import STEM, Index
from .normalize import fold
from .result import Result
from .unit import COUNTRY_CODE, COUNTY, PREFECTURE, TOWNSHIP, Unit
from .vocabulary import BELOW_TAIL, KNOWN_ZONES
from .walk import Reading, Step, Walk

_SPACED_OUT = re.compile(r"[\u4e00-\u9fff](?: +[\u4e00-\u9fff])+ *$")  # 广 州 市, as tables set short names


class Text:
    """An original text and its folded form; turns positions of the folded form into spans of the original."""

    __slots__ = ("original", "places", "s")

    def __init__(self, original: str):
        self.original = original
        self.s, self.places = fold(original)
        if ":" in self.s and (form := without_labels(self.s)):
            self.s, kept = form
            self.places = kept if self.places is None else [self.places[at] for at in kept]
        if self.s[1:2] == " " and _SPACED_OUT.match(self.s):
            places = self.places or range(len(self.s))
            kept = [at for at, ch in enumerate(self.s) if ch != " "]
            self.s, self.places = "".join([self.s[at] for at in kept]), [places[at] for at in kept]

    def on_one_line(self) -> "Text":
        """The same text with blanks for what separates items; every span stays true."""
        joined = Text.__new__(Text)
        joined.original, joined.places, joined.s = self.original, self.places, re.sub("[、;\n]", " ", self.s)
        return joined

    def span(self, start: int, end: int) -> list[int]:
        if self.places is None:
            return [start, end]
        if start >= end:
            at = self.places[start] if start < len(self.places) else len(self.original)
            return [at, at]
        return [self.places[start], self.places[end - 1] + 1]

    def cut(self, start: int, end: int) -> str:
        if self.places is not None:
            start, end = self.span(start, end)
        return self.original[start:end]

    def evidence(self, start: int, end: int, code: str | None, kind: str) -> dict:
        if self.places is not None:
            start, end = self.span(start, end)
        return {"span": [start, end], "text": self.original[start:end], "code": code, "kind": kind}


class Evidence(Sequence):
    """What was read as what, made into dicts only when somebody looks: `steps` are counted from `start`."""

    __slots__ = ("start", "steps", "text")

    def __init__(self, text: Text, start: int, steps: tuple[Step, ...]):
        self.text, self.start, self.steps = text, start, steps

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, at):
        return tuple(self)[at]

    def __iter__(self):
        for a, b, word, unit in self.steps:
            yield self.text.evidence(self.start + a, self.start + b, unit.code, word)

    def __eq__(self, other) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __repr__(self) -> str:
        return repr(tuple(self))


@dataclass(slots=True)
class Hint:
    """A region named earlier that the next item may lie in: its code and its span in the original text."""

    code: str
    start: int = 0
    end: int = 0


class Judge:
    def __init__(self, index: Index, walk: Walk):
        self.index, self.walk = index, walk

    # ---------------------------------------------------------------- building results

    def make(self, text: Text, start: int, end: int, status: str, **fields) -> Result:
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
    ) -> Result:
        """The verdict on s[start:end] of which `readings` explain everything before `stop`.

        `note`: a bracketed remark that was cut out, with its (harmless) kind.
        """
        evidence = [text.evidence(a, b, unit.code, word) for a, b, word, unit in readings[0].steps]
        if hint:
            named = text.original[hint.start : hint.end]
            item = {"span": [hint.start, hint.end], "text": named, "code": hint.code, "kind": "inherited"}
            evidence.insert(0, item)
        if note:
            evidence.append(text.evidence(note[0], note[1], None, note[2]))
        rest = text.s[stop:end]
        if not rest:
            return self._certain(text, start, end, readings, evidence, "", tail.NOTE if note else None)
        kind = tail.classify(rest[:80])
        if kind in (tail.NONE, tail.MARK):
            return self._certain(text, start, end, readings, evidence, text.cut(stop, end), kind or None)
        at = stop + len(rest) - len(rest.lstrip(" .,;:·-/|>~"))
        evidence.append(text.evidence(at, end, None, kind))
        shown = text.cut(at, end)
        level = readings[0].unit.level
        if (
            len(readings) == 1
            and readings[0].unit.code in BELOW_TAIL
            and kind not in (tail.WHOLE, tail.ADDRESS)
        ):
            unit = readings[0].unit
            kind = tail.BELOW if BELOW_TAIL[unit.code].match(rest.strip()) else kind
        if kind == tail.WHOLE and not tail.whole_of(rest, readings[0].unit.name):
            kind = tail.OTHER
        if readings[0].steps[-1][2] == "below":
            kind = tail.BELOW
        if kind in (tail.DIVISION, tail.ZONE, tail.OTHER, tail.ADDRESS):
            clash = self._clash(text, start, end, readings, at, evidence)
            if clash is not None:
                return clash
        if kind == tail.ADDRESS and level <= PREFECTURE and readings[0].tier >= STEM:
            kind = tail.OTHER if self.walk.starts_inside(text.s, at, end, readings) else kind
        if kind == tail.OTHER and level <= PREFECTURE and shown.startswith(KNOWN_ZONES):
            kind = tail.ZONE
        if kind == tail.OTHER:
            if len(text.s[start:stop].strip()) <= 2 and not (level <= PREFECTURE and stop < at):
                return self.unknown(text, start, end)
            if level == TOWNSHIP or (level == COUNTY and readings[0].parent_named):
                kind = tail.DETAIL
        if kind in (tail.DIVISION, tail.ZONE, tail.PART, tail.OTHER):
            evidence[-1]["kind"] = kind
            return self._partial(text, start, end, readings, evidence, shown, kind)
        evidence[-1]["kind"] = kind
        return self._certain(text, start, end, readings, evidence, shown, kind)

    def _certain(
        self,
        text: Text,
        start: int,
        end: int,
        readings: list[Reading],
        evidence: list[dict],
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
                candidates=tuple(reading.unit.code for reading in readings),
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
        return Result(
            text.cut(start, end),
            verdict.RESOLVED,
            first.unit.code,
            evidence=tuple(evidence),
            rest=rest,
            rest_kind=kind,
            release=self.index.edition or None,
        )

    def _historical(self, text, start, end, readings, evidence, rest, kind) -> Result:
        readings = self._last_lives(readings)
        unit = readings[0].unit
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

    def _partial(self, text, start, end, readings, evidence, rest, kind) -> Result:
        if readings[0].dated:
            return self._historical(text, start, end, readings, evidence, rest, kind)
        codes = tuple(reading.unit.code for reading in readings)
        if len(codes) > 1:
            return self.make(
                text, start, end, verdict.AMBIGUOUS, candidates=codes, evidence=tuple(evidence), rest=rest,
                rest_kind=kind,
            )  # fmt: skip
        return self.make(
            text,
            start,
            end,
            verdict.PARTIAL,
            parent=codes[0],
            evidence=tuple(evidence),
            rest=rest,
            rest_kind=kind,
        )

    def _clash(
        self, text: Text, start: int, end: int, readings: list[Reading], at: int, evidence: list[dict]
    ) -> Result | None:
        """The rest names a region that does not lie inside: a conflict, unless it is a former part of it."""
        others, stop = self.walk.read(text.s, at, end)
        if not others:
            return None
        if others[0].dated and tail.classify(text.s[at:end]) == tail.ZONE:
            return None  # 兰州新区 is not the 新区 that 唐山 once had
        weak, unit = others[0].tier >= STEM, readings[0].unit
        if (
            others[0].dated
            and text.s[stop - 1] == "区"
            and all(o.unit.code[:2] != unit.code[:2] for o in others)
        ):
            return None  # nor is 潍坊滨海区 the 滨海区 that 宁波 once had
        if weak and (unit.level >= COUNTY or (stop < end and not others[0].parent_named)):
            return None
        after = text.s[stop:end]
        if after and (tail.named_after(after) or after[0] in "场民"):
            return None
        own = {reading.unit.code for reading in readings}
        found = tuple(dict.fromkeys(code for other in others for code in self.index.successors(other.unit)))
        inside = found and all(own & {code, *self.index.find(code).up} for code in found)
        if len(others) == 1 and readings[0].unit.until and found:
            heirs = {code for r in readings for code in self.index.successors(r.unit)}
            if all(heirs & {code, *self.index.find(code).up} for code in found):
                # 巴彦淖尔盟临河区: of today, below what its city was called before
                above, steps = readings[0], others[0].steps
                reading = Reading(
                    others[0].unit, others[0].tier, others[0].rank, (*above.steps, *steps), True
                )
                marks = [text.evidence(a, b, part.code, word) for a, b, word, part in steps]
                return self._historical(
                    text, start, end, [reading], [*evidence[:-1], *marks], text.cut(stop, end), None
                )
        if inside and all(other.dated for other in others):
            marked = [*evidence[:-1], text.evidence(at, stop, others[0].unit.code, others[0].steps[-1][2])]
            return self._historical(text, start, end, others, marked, after, None)
        if (
            len(others) == len(readings) == 1
            and others[0].parent_named
            and (others[0].unit is unit or others[0].unit.inside(unit))
        ):  # 北京市朝阳区北京市朝阳区建国路, as order forms put it together
            again = self.judge(text, start, end, others, stop)
            return replace(again, evidence=(*evidence[:-1], *again.evidence))
        if any(other.unit.code in unit.up for other in others):
            inside = [r for r in readings if any(other.unit.code in r.unit.up for other in others)]
            marked = [*evidence[:-1], text.evidence(at, stop, others[0].unit.code, others[0].steps[-1][2])]
            if stop >= end:
                return self._certain(text, start, end, inside, marked, "", None)
        marked = [*evidence[:-1]]
        marked += [text.evidence(a, b, above.code, word) for a, b, word, above in others[0].steps]
        own_now = tuple(dict.fromkeys(code for r in readings for code in self.index.successors(r.unit)))
        return self.make(
            text, start, end, verdict.CONFLICT, candidates=tuple(dict.fromkeys(found + own_now)),
            parent=unit.code if len(readings) == 1 and not unit.until else None, evidence=tuple(marked),
        )  # fmt: skip

    def units(self, codes: Sequence[str]) -> list[Unit]:
        return [unit for code in codes if (unit := self.index.find(code)) is not None]
