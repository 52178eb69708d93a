"""What stands behind a city and narrows it to some of its counties: a zone (深圳前海), a town without its type (廊坊燕郊).

The city at large is no answer then: it is `partial`, with these counties as candidates. Behind a zone a town that only one
of its counties has is certain: 深圳市光明新区公明街道.
"""

from dataclasses import replace

from . import rest as tail
from . import result as verdict
from .index import Index
from .result import Result
from .text import Text
from .towns import Towns
from .unit import Unit
from .walk import Walk


class Narrower:
    def __init__(self, index: Index, walk: Walk, towns: Towns):
        self.index, self.walk, self.towns = index, walk, towns

    def narrows(self, s: str, start: int, at: int, end: int, unit: Unit, kind: str) -> bool:
        """Whether at `at` behind a city stands what narrows it, by itself or before a road of its own (亦庄荣华南路)."""
        stop, units = self._find(s, start, at, end, unit)
        after = s[stop : min(end, stop + 24)]
        return bool(units) and (kind == tail.OTHER or after[:1].isdigit() or tail.own_road(after))

    def inside(self, text: Text, start: int, at: int, end: int, result: Result) -> Result:
        """The verdict on a city with a zone or a town behind it, in the light of where these lie."""
        city = self.index.find(result.parent or "")
        if result.status != verdict.PARTIAL or city is None:
            return result
        stop, units = self._find(text.s, start, at, end, city)
        if not units or city in units:  # 海西大柴旦 lies in no county
            return result
        behind = self.walk.past_gaps(text.s, stop, end)
        zone = stop in (self.walk.zones.at(text.s, first, end)[0] for first in (at, start))
        last, code = self.towns.below(text.s, behind, end, units) if zone else (stop, "")
        if not code:
            return replace(result, candidates=tuple(unit.code for unit in units))
        town = text.evidence(behind, last, code, "full" if len(code) > 6 else tail.DETAIL)
        return replace(
            result, status=verdict.RESOLVED, code=code, parent=None, rest_kind=tail.DETAIL, evidence=(*result.evidence, town)
        )  # fmt: skip

    def _find(self, s: str, start: int, at: int, end: int, city: Unit) -> tuple[int, list[Unit]]:
        """Where a zone or the stem of a town ends, and the counties of the city that it lies in."""
        for first in (at, start):  # 深圳前海, 北京亦庄
            stop, codes = self.walk.zones.at(s, first, end)
            units = [
                county
                for code in codes
                if (county := self.index.find(code)) and city.code in (code, *county.up)
            ]
            if units and stop > at:
                return stop, units
        stop, codes = self.walk.stems.at(s, at, end, city)
        return stop, [county for code in codes if (county := self.index.find(code))]
