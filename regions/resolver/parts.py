"""Parts that a text counts or speaks of as a whole: 11个地市, 各区县, 全市; and how many there are."""

import re

from . import rest as tail
from .index import Index
from .text import Mark
from .unit import COUNTY, PREFECTURE, PROVINCE, Unit
from .vocabulary import number_of


class Parts:
    def __init__(self, index: Index):
        self.index = index

    def agrees(self, unit: Unit, said: re.Match[str]) -> bool:
        """Whether a region has as many parts as a text says."""
        return self._of_all(unit, said["kind"]) and number_of(said["number"]) == self.parts_of(
            unit, said["kind"]
        )

    def _of_all(self, unit: Unit, kind: str) -> bool:
        """Whether parts of a kind can be all of a region: 蚌埠四区 are not, for it has counties too."""
        if unit.level != PREFECTURE or kind not in ("区", "县", "旗"):
            return True
        return all(child.name.endswith(kind) for child in self._children(unit))

    def parts_of(self, unit: Unit, kind: str) -> int:
        """How many parts of a kind a region has: 区县 of a province are its counties, 市州 what lies directly below it."""
        if unit.level == PROVINCE and kind[0] in "区县旗" or kind.endswith(("区", "县")):
            below = [u for u in self.index.current.values() if unit.code in u.up and u.level == COUNTY]
        else:
            below = self._children(unit)
        alone = kind if kind in ("区", "县", "旗") else ""
        return sum(not alone or other.name.endswith(alone) for other in below)

    def _children(self, unit: Unit) -> list[Unit]:
        return [other for other in self.index.current.values() if other.parent == unit.code]

    def all_of(self, unit: Unit, rest: str) -> bool:
        """Whether words like 全市 and 各区县 take all of a region: 各县 does not, where a city has districts too."""
        if not tail.whole_of(rest, unit.name):
            return False
        if unit.level <= PREFECTURE and rest.strip(" .") in ("辖区", "市辖区"):  # 成都市辖区: its districts
            return all(child.name.endswith("区") for child in self._children(unit))
        if unit.level <= PREFECTURE and unit.name.endswith("市") and rest.startswith("内"):
            return False  # 大连市内: its town, as 市区 is
        kind = tail.one_kind(rest) if unit.level <= PREFECTURE else ""
        return not kind or all(child.name.endswith(kind) for child in self._children(unit))

    def told(self, mark: Mark, rest: str, unit: Unit) -> Mark:
        """What was read as a rest, with how many parts it speaks of and how many there are: 全部12个地市."""
        said = tail.counted(rest) if unit.level <= PREFECTURE else None
        if said is None or not tail.takes_nothing(said) or not self._of_all(unit, said["kind"]):
            return mark  # 11个地市市区: nobody says how much of them
        return {**mark, "said": number_of(said["number"]), "parts": self.parts_of(unit, said["kind"])}
