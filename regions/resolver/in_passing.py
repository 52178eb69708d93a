"""Parts of a city that an address names in passing: behind its street, in a field of its own, behind a word for the town.

    杭州市,文三路90号,西湖     南京市区江宁将军大道1号

The city alone is no answer then; nor is the part, of which the words are too few to be sure.
"""

import re
from collections.abc import Iterable

from .index import Index
from .unit import PREFECTURE, Unit

# Characters that nothing touches but marks.
_APART = re.compile(r"(?<=[ ,;/|()\-:·_])[\u4e00-\u9fff]{2,12}(?=[ ,;/|()\-:·_.]|$)")
# What people call a part of a town before they name its district: 市区洪山, 城北鼓楼, 关内福田, 浦西徐汇.
_TOWN = re.compile(
    r"(?:的?市?(?:中心)?(?:城区|区|内|中心)|主城区?|老城区?|中心城区|城[东西南北中关]区?|[关岛][内外]|浦[东西]|江[东西南北]|河[东西]|[东西南北]城)"
)
_BEARS = ("full", "typed", "short", "closed full", "closed typed", "closed short")


class InPassing:
    def __init__(self, index: Index):
        self.index = index

    def codes(self, s: str, at: int, end: int, above: Unit, whole: Iterable[Unit]) -> tuple[str, ...]:
        """What the parts of a city are today that s[at:end] names so, beside those named by their `whole` names; of a county none."""
        if above.level > PREFECTURE:
            return ()
        units = [*whole, *self._parts(s, at, end, above)]
        return tuple(dict.fromkeys(code for unit in units for code in self.index.successors(unit)))

    def _parts(self, s: str, at: int, end: int, above: Unit) -> list[Unit]:
        found = [unit for word in _APART.findall(s, at, end) for unit in self._called(word, above)]
        town = _TOWN.match(s, at, end)
        if town:
            first = town.end()
            sizes = self.index.lengths.get(s[first : first + 2], ())
            found += [
                u
                for size in sizes
                if first + size <= end
                for u in self._called(s[first : first + size], above)
            ]
        return found

    def _called(self, word: str, above: Unit) -> Iterable[Unit]:
        bearers = self.index.alias.get(word, ())
        return [unit for _, kind, unit in bearers if kind in _BEARS and unit.inside(above)]
