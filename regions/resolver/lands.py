"""What companies call a stretch of their own: 川北片区（广元、巴中）, 杭州办事处（杭州、湖州）. Only its members are meant.

Who names a stretch by a place of its own is not asked what it holds: the members say so. They lie in the province that
the name says, else the name is not understood.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from . import result as verdict
from .result import CERTAIN, Result
from .text import PARENT, Hint, Hints, Text
from .unit import COUNTRY_CODE, PREFECTURE, Unit
from .vocabulary import ABBREVIATIONS, COUNTRYSIDE, DRAWN, GROUPS, SEATS, SIDE

if TYPE_CHECKING:
    from .grammar import Grammar

_KIND = re.compile(rf"(?P<land>片区|大区|战区|区域)|(?P<seat>{SEATS})")
_SIDE = re.compile(SIDE)
_COUNTRYSIDE = re.compile(COUNTRYSIDE)
_QUARTER = re.compile(r"[东南西北中]{1,2}区")
_QUARTER_LABEL = re.compile(r"[东西南北中]{1,2}区 ?:\s*(?:[-*·•]|\(?\d{1,2}[.、)])?[ ]*")
_LONGEST = 16


@dataclass(frozen=True, slots=True)
class Land:
    """`units`: the places that its name says, `inside`: whether its members lie in their provinces."""

    units: tuple[Unit, ...]
    inside: bool
    high: bool = False  # 东区 is a district too, if its members are no cities


class Lands:
    def __init__(self, grammar: "Grammar"):
        self.grammar, self.judge = grammar, grammar.judge
        self.walk, self.index = grammar.places.walk, grammar.index

    def read(
        self, text: Text, span: tuple[int, int], head: tuple[int, int], inner: tuple[int, int], hints: Hints
    ) -> Result | None:
        """The members in the bracket behind a stretch's name; None where there is no such name, or no place in there."""
        land = self.named(text.s, *head)
        if land is None:
            return None
        # the members are looked for in the place first; a county elsewhere needs its own parent
        own = tuple(Hint(unit.code, *text.places_of(*head), PARENT) for unit in land.units)
        found = self.grammar.whole(text, *inner, (*own, *hints))
        if found.status == verdict.UNKNOWN:
            return None
        codes = (found.code,) if found.code else (*found.include, *(() if land.high else found.exclude))
        members = self.judge.units(codes)
        if found.status in CERTAIN and not self.holds(land, members):
            if land.high:
                return None
            return self.judge.make(
                text, *span, verdict.CONFLICT, candidates=codes, evidence=found.evidence,
                parent=land.units[0].code if len(land.units) == 1 else None,
            )  # fmt: skip
        return replace(found, text=text.cut(*span))

    def label_end(self, s: str, start: int, end: int) -> int:
        """Where the cities begin behind 东区：上海、杭州, a label that no district's name is; 0 if there is none."""
        label = _QUARTER_LABEL.match(s, start, end)
        if label is None or label.end() >= end:
            return 0
        behind = self.walk.read(s, label.end(), end)[0]
        return label.end() if any(each.unit.level <= PREFECTURE for each in behind) else 0

    def named(self, s: str, start: int, end: int) -> Land | None:
        """The stretch that s[start:end] names to its last character, if every part of the name is understood."""
        if end - start > _LONGEST:
            return None
        if _QUARTER.fullmatch(s, start, end):
            return Land((), False, True)
        kind = _KIND.search(s, start + 1, end)
        while kind is not None and kind.end() != end:
            kind = _KIND.search(s, kind.start() + 1, end)
        if kind is None:
            return None
        units, at = self._place(s, start, kind.start())
        if at < kind.start() and (side := _SIDE.match(s, at, kind.start())) and units:
            at = side.end()
        if at < kind.start() and not (
            _COUNTRYSIDE.fullmatch(s, at, kind.start()) or _SIDE.fullmatch(s, at, kind.start())
        ):
            more, at = self._place(s, at, kind.start())
            side = _SIDE.match(s, at, kind.start())
            if not more or (side.end() if side else at) != kind.start():
                return None
            units = more if not units or all(self._holds(units, unit) for unit in more) else ()
            if not units:
                return None
        return Land(units, kind["land"] is not None)

    def _place(self, s: str, start: int, end: int) -> tuple[tuple[Unit, ...], int]:
        """The region, the group or the province by its one character (浙) that stands at `start`, and where it ends."""
        name = next((s[start:stop] for stop in range(end, start + 1, -1) if s[start:stop] in GROUPS), "")
        if name:
            codes = () if name in DRAWN else GROUPS[name]
            return tuple(self.index.known(code) for code in codes), start + len(name)
        one = self.index.find(ABBREVIATIONS.get(s[start : start + 1], ""))
        side = _SIDE.match(s, start + 1, end) if one else None
        readings, stop = self.walk.read(s, start, end)
        high = [reading for reading in readings if reading.unit.level <= PREFECTURE and not reading.dated]
        readings = high if len(high) == 1 else readings  # an office is in a city before a district
        if len(readings) == 1 and not readings[0].dated:
            unit = readings[0].unit
            both = (
                one is not None and side is not None and side.end() >= stop
            )  # 宁南: a county, and the south of 宁夏
            return ((unit, one) if both and one is not None else (unit,)), stop
        if one is not None and side is not None:
            return (one,), start + 1
        return (), start

    def holds(self, land: Land, members: list[Unit]) -> bool:
        """Whether the members may be those of the stretch: in its provinces, or for an office cities anywhere."""
        if land.high and (len(members) < 2 or any(unit.level > PREFECTURE for unit in members)):
            return False
        return all(
            self._holds(land.units, unit) or (not land.inside and unit.level <= PREFECTURE)
            for unit in members
        )

    @staticmethod
    def _holds(units: Iterable[Unit], unit: Unit) -> bool:
        tops = {top for each in units for top in (each.code, *each.up) if top.endswith("0000")} - {
            COUNTRY_CODE
        }
        return not tops or bool(tops & {unit.code, *unit.up})
