"""Towns without their type behind a city or a county: 昆山花桥国际商务城, 廊坊燕郊, 北京亦庄荣华南路.

A stem says less than a name: it is a town's only where nothing else bears it, and where what follows makes no road or
thing of it (亦庄路, 博鳌机场). Behind a county that has such a town it bears the county out; behind a city it
narrows the city to the counties that have one.
"""

from . import rest as tail
from .index import Index
from .unit import COUNTY, PREFECTURE, Unit
from .vocabulary import GENERIC, WORDS

TOWN_TYPES = ("镇", "街道", "乡")
_NO_STEM = frozenset("路街道巷弄村镇乡区县市")
_LONGEST = 5


class TownStems:
    def __init__(self, index: Index):
        self.index = index

    def at(self, s: str, at: int, end: int, unit: Unit) -> tuple[int, tuple[str, ...]]:
        """Where the stem of a town of `unit` ends that stands at `at`, and the counties that have it, in a city without counties the town; (at, ()) if there is none."""
        city = unit.level == PREFECTURE or unit.name.endswith("市")
        if not (unit.level == COUNTY or city) or unit.until:
            return at, ()
        for size in range(min(_LONGEST, end - at), 1, -1):
            stem = s[at : at + size]
            if not self._may_be_one(stem):
                continue
            counties = self._holders(stem, unit)
            if counties and not self._makes_a_thing(s[at + size : min(end, at + size + 24)]):
                return at + size, counties
        return at, ()

    def _may_be_one(self, stem: str) -> bool:
        return stem[-1] not in _NO_STEM and not (stem in self.index.alias or stem in GENERIC or stem in WORDS)

    def _holders(self, stem: str, unit: Unit) -> tuple[str, ...]:
        index = self.index
        bare = unit.level == COUNTY or unit.code in index.leaves
        names = index.township_names(unit.code) if bare else index.townships_inside(unit.code)
        towns = [code for kind in TOWN_TYPES for code in names.codes.get(stem + kind, ())]
        if unit.code in index.leaves:
            return tuple(dict.fromkeys(towns))  # 东莞虎门 has no county
        above = (index.known(index.townships[code][1]) for code in towns)
        return tuple(dict.fromkeys(code for each in above for code in index.successors(each)))

    @staticmethod
    def _makes_a_thing(after: str) -> bool:
        return bool(after) and (
            tail.named_after(after) > 0 or (after[0] not in " ,、;" and tail.takes_the_name(after, True))
        )
