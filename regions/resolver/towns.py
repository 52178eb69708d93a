"""Towns that the text names below one county and the record has below another: 宝安区民治街道, 苍南县龙港镇, 余杭市临平镇."""

import re
from collections.abc import Iterable

from .index import Index
from .town_stems import TOWN_TYPES, TownStems
from .unit import COUNTY, Unit

_AHEAD = re.compile(r"[\u4e00-\u9fff]{2,6}?(?:街道|[镇乡](?![政村下]))")
_TYPE = re.compile("(?:街道|[镇乡])$")
_ROAD = re.compile("[路街巷弄口]|大道")  # 大岗镇路 is a road


class Towns:
    def __init__(self, index: Index, stems: TownStems):
        self.index, self.stems = index, stems

    def holders(self, rest: str, unit: Unit) -> tuple[str, ...]:
        """The other counties of the city that hold the town at the head of `rest`, or are it by now; none if the county has or had one like it."""
        if unit.level != COUNTY or not unit.parent:
            return ()
        names = self.index.townships_inside(unit.parent)
        sizes = (size for size in names.lengths.get(rest[:2], ()) if rest[:size] in names.codes)
        town = next((rest[:size] for size in sizes if not _ROAD.match(rest, size)), "")
        if not town.endswith(TOWN_TYPES):
            ahead = _AHEAD.match(rest)
            town = ahead[0] if ahead and not _ROAD.match(rest, ahead.end()) else ""
        stem = _TYPE.sub("", town)
        if not stem or self._has(unit, stem):
            return ()  # 慈溪市白沙街道 is its 白沙路街道
        spelt = names.codes.get(town) or [
            code
            for kind in TOWN_TYPES
            for code in names.codes.get(stem + kind, ())  # 长沙县暮云镇, a street of 天心区 by now
        ]
        above = [self.index.known(self.index.townships[code][1]) for code in spelt]
        held = (code for each in above for code in self.index.successors(each))
        found = tuple(dict.fromkeys((*self.grown(town, unit), *held)))
        return () if set(found) & set(self.index.successors(unit)) else found

    def lost(self, rest: str, unit: Unit) -> tuple[str, ...]:
        """What lies beside that which a county of the past became, and by its stem stands at the head of `rest`:
        余杭市临平邱山大街, 鄞县古林张家潭村."""
        heirs, city = self.index.successors(unit), self.index.find(unit.parent)
        if not unit.until or unit.level != COUNTY or city is None:
            return ()
        for size in self.index.lengths.get(rest[:2], ()):
            bearers = [
                u for _, _, u in self.index.alias.get(rest[:size], ()) if not u.until and unit.parent in u.up
            ]
            if bearers:
                found = tuple(u.code for u in bearers)
                break
        else:
            found = self.stems.at(rest, 0, len(rest), city)[1]
        return found if set(heirs).isdisjoint(found) else ()

    def _has(self, unit: Unit, stem: str) -> bool:
        """Whether a county, or what it became, has a town of that stem; one that closed and went elsewhere it has no longer."""
        heirs = set(self.index.successors(unit))
        codes = [
            code
            for county in (unit.code, *heirs)
            for name, found in self.index.township_names(county).codes.items()
            if name.startswith(stem)
            for code in found
        ]
        towns = [self.index.township(code) for code in codes]
        now = {later for town in towns for later in self.index.successors(town)}
        return any(self.index.known(code).parent in heirs for code in now)

    def of(self, rest: str, counties: Iterable[Unit]) -> str:
        """The one town of these counties that a rest names to its last character, whatever its type is by now; "" if none."""
        stem, codes = _TYPE.sub("", rest), set()
        for county in counties:
            names = self.index.township_names(county.code).codes
            spelt = [stem + kind for kind in TOWN_TYPES] if stem != rest else []
            codes |= {code for name in spelt for code in names.get(name, ())}
        towns = map(self.index.township, codes)  # codes may be another town's by now
        living = [town.code for town in towns if not town.until and town.name.startswith(stem)]
        return living[0] if len(living) == 1 else ""

    def grown(self, town: str, unit: Unit) -> tuple[str, ...]:
        """The county of the same city that a town of `unit` is by now (龙港市)."""
        bearers = [u for _, _, u in self.index.alias.get(_TYPE.sub("", town), ()) if unit.parent in u.up]
        return tuple(u.code for u in bearers if u.level == COUNTY and not u.until and u is not unit)

    def below(self, s: str, at: int, end: int, units: Iterable[Unit]) -> tuple[int, str]:
        """Where the town ends that stands at `at` in one of the counties alone, and its code, or its county's behind a bare stem."""
        found: list[tuple[int, str]] = []
        for unit in units:
            names = self.index.township_names(unit.code)
            sizes = (size for size in names.lengths.get(s[at : at + 2], ()) if at + size <= end)
            named = next((size for size in sizes if s[at : at + size] in names.codes), 0)
            stop, counties = self.stems.at(s, at, end, unit)
            if named:
                codes = names.codes[s[at : at + named]]
                found.append((at + named, codes[0] if len(codes) == 1 else unit.code))
            elif counties:
                found.append((stop, unit.code))
        return found[0] if len(found) == 1 else (at, "")
