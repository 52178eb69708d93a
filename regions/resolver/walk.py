"""The anchored walk: reads a text from its first character, region by region, each inside the one before.

There is no substring search: what the walk cannot read stays behind as the rest. A bare stem (朝阳) counts only
where the text after it bears it out: the end, a separator, a region inside it, a word like 全境. 朝阳路 and 东方明珠
are not places.
"""

import re
from collections.abc import Iterable, Sequence

from . import rest as tail
from .index import CLOSED, CLOSED_STEM, FULL, STEM, Index
from .unit import COUNTY, PREFECTURE, PROVINCE, Names, Unit
from .vocabulary import BELOW_TAIL, FILLER, KNOWN_ZONES

GAPS = frozenset(" /|>·,-_~:\\")  # separators that may stand between two levels
STOPS = GAPS | frozenset("、;\n().。!?…")
_PAST = (CLOSED, CLOSED_STEM)
HIGH_ONLY = "high only"
JOINTS = re.compile("以及|[和与及跟]")
_OFFICE = re.compile("办事处|街办")
Step = tuple[int, int, str, Unit]  # start, end, kind of name, region


class Reading:
    """One way to read the text so far: the last region, and every step that led to it.

    `dated`: the region, or a name on the way to it, is of the past.
    """

    __slots__ = ("dated", "rank", "steps", "tier", "unit")

    def __init__(self, unit: Unit, tier: int, rank: int, steps: tuple[Step, ...], dated: bool):
        self.unit, self.tier, self.rank, self.steps, self.dated = unit, tier, rank, steps, dated

    @property
    def repeats(self) -> bool:
        return len(self.steps) > 1 and self.steps[-2][3] is self.unit

    @property
    def parent_named(self) -> bool:
        return any(step[3] is not self.unit for step in self.steps)


class Walk:
    """Walks over folded texts with one index."""

    def __init__(self, index: Index):
        self.index = index

    def read(self, s: str, start: int, end: int, scopes: Sequence[str] = ()) -> tuple[list[Reading], int]:
        """The best readings of s[start:end] and where they stop; ([], start) if no region stands there.

        `scopes`: codes of which one must hold the first region.
        """
        if not scopes:
            index = self.index
            for length in index.address_lengths.get(s[start : start + 2], ()):
                stop = start + length
                steps = index.addresses.get(s[start:stop]) if stop <= end else None
                if steps is not None and s[start:stop] not in index.loose:
                    if start:
                        steps = tuple([(start + a, start + b, word, unit) for a, b, word, unit in steps])
                    readings = [Reading(steps[-1][3], FULL, 0, steps, False)]
                    if stop < end:
                        deeper, reach = self._from(s, self._skip(s, stop, end), end, readings)
                        if deeper:
                            return prune(deeper), reach
                    return readings, stop
        at = self._skip(s, start, end)
        readings, stop = self._from(s, at, end, None, scopes)
        return (prune(readings), stop) if readings else ([], start)

    def _from(
        self, s: str, at: int, end: int, before: list[Reading] | None, scopes: Sequence[str] = ()
    ) -> tuple[list[Reading], int]:
        """Readings that continue `before` at `at`, the furthest-reaching alternative first."""
        best: tuple[list[Reading], int] = ([], at)
        if before is None or min(reading.unit.level for reading in before) < COUNTY:
            alias = self.index.alias
            for length in self.index.lengths.get(s[at : at + 2], ()):
                stop = at + length
                entries = alias.get(s[at:stop]) if stop <= end else None
                if entries is None:
                    continue
                found = _extend(before, entries, at, stop, scopes)
                if found and found[-1].tier >= STEM:
                    standing = self._stem_stands(s, stop, end, found)
                    if standing is not True:
                        # Not borne out, or only by words that go with a city: 西安 + 高新区 is no 西安区.
                        found = [
                            r
                            for r in found
                            if r.tier < STEM or (standing and r.unit.level <= PREFECTURE and not r.repeats)
                        ]
                if not found:
                    continue
                deeper, reach = [], stop
                further = self._skip(s, stop, end)
                if further < end:
                    deeper, reach = self._from(s, further, end, found)
                if deeper:
                    found, stop = deeper, reach
                elif (
                    s[stop - 1] == "市"
                    and s[stop : stop + 1] in ("场", "民")
                    and not s.startswith("民政", stop)
                ):
                    continue  # 上海市场, 东方市民
                if stop > best[1]:
                    best = found, stop
                    if stop >= end:
                        return best
        if before is not None:
            found, stop = self._townships(s, at, end, before)
            if stop > best[1]:
                best = found, stop
        return best

    def _townships(self, s: str, at: int, end: int, before: list[Reading]) -> tuple[list[Reading], int]:
        index, found, reach = self.index, [], at
        for reading in before:
            unit = reading.unit
            if unit.level not in (PROVINCE, PREFECTURE, COUNTY):
                continue
            direct = unit.level == COUNTY or unit.code in index.leaves
            sources = [index.township_names(unit.code)] if direct or unit.code in index.below else []
            if not direct:
                sources.append(index.townships_inside(unit.code))
            for names in sources:
                codes, stop = self._township_at(s, at, end, names)
                if not codes or stop < reach:
                    continue
                if stop > reach:
                    found, reach = [], stop
                bare = s[at:stop] == index.township(codes[0]).short
                for code in codes:
                    town = index.township(code)
                    word = "short" if bare else "closed full" if town.until else "full"
                    step = (at, stop, word, town)
                    tier, dated = (CLOSED, True) if town.until else (FULL, reading.dated)
                    found.append(Reading(town, tier, reading.rank, (*reading.steps, step), dated))
        return found, reach

    def _township_at(self, s: str, at: int, end: int, names: Names) -> tuple[tuple[str, ...], int]:
        for length in names.lengths.get(s[at : at + 2], ()):
            stop = at + length
            name = s[at:stop]
            codes = names.codes.get(name) if stop <= end else None
            if codes is None:
                # 粤海办事处, 粤海街办 for 粤海街道
                if name.endswith("街道") or "办" in name:
                    stop -= 2
                    codes = names.codes.get(s[at:stop] + "街道")
                    office = _OFFICE.match(s, stop, end)
                    if codes is not None and office:
                        return codes, office.end()
                continue
            if self.index.township(codes[0]).short == name and not self._bare_town_stands(s, stop, end):
                continue
            office = _OFFICE.match(s, stop, end)
            return codes, office.end() if office else stop
        return (), at

    def _bare_town_stands(self, s: str, stop: int, end: int) -> bool:
        return stop >= end or s[stop] in STOPS or tail.classify(s[stop:end]) in (tail.WHOLE, tail.MARK)

    def _stem_stands(self, s: str, stop: int, end: int, found: list[Reading]) -> bool | str:
        """Whether what follows a bare stem bears it out as a region; HIGH_ONLY: only as a prefecture or province."""
        if stop >= end or s[stop] in STOPS:
            return not (s[stop : stop + 1] == "." and s[stop + 1 : stop + 2].isalnum())
        after = s[stop : min(end, stop + 24)]
        below = BELOW_TAIL.get(found[0].unit.code)
        if below and below.match(after):
            return True
        taken = tail.named_after(after)
        if taken and not tail.ends_as_district(after):
            return self._unit_inside(s, stop, end, found, taken)
        if FILLER.match(s, stop, end) or self._unit_inside(s, stop, end, found):
            return True
        joint = JOINTS.match(s, stop, end)
        if joint and self._name_at(s, joint.end(), end):
            return True
        kind = tail.classify(after)
        if kind == tail.WHOLE:
            return True
        best = min(reading.tier for reading in found)
        high = any(reading.unit.level <= PREFECTURE for reading in found if reading.tier == best)
        if kind == tail.PART and after[:1] not in "区城" and found[0].parent_named:
            return True
        if not high:
            # 北京朝阳望京, 昆山开发区
            named = found[0].parent_named and not self._misspelt(s, stop, end, found[0].unit)
            zone = kind == tail.ZONE and not found[0].parent_named
            return zone or (named and tail.inside_county(after, kind))
        length = stop - found[0].steps[-1][0]
        stands = (
            kind in (tail.DIVISION, tail.ZONE)
            or (kind == tail.PART and after[:1] not in "区城")
            or tail.own_road(after)
            or after.startswith(KNOWN_ZONES)
            or (kind == tail.OTHER and length > 2)
            or (kind in (tail.OTHER, tail.ADDRESS) and found[0].parent_named)
            or self.whole_region(s, stop, end)
        )
        return HIGH_ONLY if stands else False

    @staticmethod
    def _misspelt(s: str, stop: int, end: int, unit: Unit) -> bool:
        """Whether the stem goes on almost like the full name: 浦东新去."""
        ending = unit.name[len(unit.short) :]
        after = s[stop : stop + len(ending)]
        return len(ending) > 1 and any(a == b for a, b in zip(ending, after, strict=False))

    def _unit_inside(self, s: str, at: int, end: int, found: list[Reading], taken: int = 0) -> bool:
        """Whether a region inside stands at `at`: by its full name, or by a stem of more than `taken` characters or
        to the end of the item."""
        index = self.index
        for length in index.lengths.get(s[at : at + 2], ()):
            stop = at + length
            for tier, _, unit in index.alias.get(s[at:stop], ()) if stop <= end else ():
                sure = length > taken or tier < STEM or stop == end or s[stop] in STOPS
                if sure and any(reading.unit.code in unit.holders for reading in found):
                    return True
        for reading in found:
            if reading.unit.level in (PREFECTURE, COUNTY):
                names = index.township_names(reading.unit.code)
                if self._township_at(s, at, end, names)[0]:
                    return True
        return False

    def _name_at(self, s: str, at: int, end: int) -> bool:
        """Whether any name stands at `at`, borne out or not."""
        lengths, alias = self.index.lengths.get(s[at : at + 2], ()), self.index.alias
        return any(at + length <= end and s[at : at + length] in alias for length in lengths)

    def starts_inside(self, s: str, at: int, end: int, readings: list[Reading]) -> bool:
        """Whether the rest begins with the name of a region inside, even if the walk did not take it (唐山路)."""
        return self._unit_inside(s, at, end, readings)

    def starts_region(self, s: str, at: int, end: int) -> bool:
        """Whether a region can be read from `at`."""
        return bool(self.read(s, at, end)[0])

    def whole_region(self, s: str, at: int, end: int) -> bool:
        """Whether s[at:end] is a region by itself, to its end."""
        for length in self.index.lengths.get(s[at : at + 2], ()):
            if at + length == end and s[at:end] in self.index.alias:
                return True
        return False

    def _skip(self, s: str, at: int, end: int) -> int:
        """Past separators between levels and filler words (市辖区, 直辖县 …)."""
        while at < end:
            if s[at] in GAPS:
                at += 1
            elif s[at] in "省直市县自":
                filler = FILLER.match(s, at, end)
                if filler is None:
                    return at
                at = filler.end()
            elif s[at] == "的" and self.index.lengths.get(s[at + 1 : at + 3]):
                at += 1
            else:
                return at
        return at


def _extend(
    before: list[Reading] | None,
    entries: Iterable[tuple[int, str, Unit]],
    start: int,
    stop: int,
    scopes: Sequence[str],
) -> list[Reading]:
    if before is None:
        return [
            Reading(unit, tier, tier, ((start, stop, word, unit),), tier in _PAST)
            for tier, word, unit in entries
            if not scopes or unit.code in scopes or any(code in unit.holders for code in scopes)
        ]
    found, again = [], []
    for tier, word, unit in entries:
        for reading in before:
            above = reading.unit
            if above.code in unit.holders or (above is unit and len(reading.steps) < 3):
                steps = (*reading.steps, (start, stop, word, unit))
                dated = reading.dated or tier in _PAST
                (again if above is unit else found).append(
                    Reading(unit, tier, reading.rank + tier, steps, dated)
                )
    return found or again  # 吉林吉林 goes down to the city, 北京北京市 stays where it is


def _city_before_county(readings: list[Reading]) -> list[Reading]:
    """A stem of three characters or more that a city shares with a county of its own (乌鲁木齐) names the city."""
    cities = [r for r in readings if r.unit.level == PREFECTURE and r.unit.name == r.unit.short + "市"]
    if len(cities) != 1 or len(cities[0].unit.short) < 3 or cities[0].tier != STEM:
        return readings
    return cities if all(r in cities or r.unit.inside(cities[0].unit) for r in readings) else readings


def prune(readings: list[Reading]) -> list[Reading]:
    """Only the strongest readings, one for each region; several left means the text is ambiguous."""
    if len(readings) > 1:
        tier = min(reading.tier for reading in readings)
        readings = [reading for reading in readings if reading.tier == tier]
        rank = min(reading.rank for reading in readings)
        readings = [reading for reading in readings if reading.rank == rank]
        if tier >= STEM and any(reading.unit.level <= PROVINCE for reading in readings):
            # Nobody calls 乌海市海南区 just 海南: beside a province only prefectures keep their bare stem.
            readings = [reading for reading in readings if reading.unit.level <= PREFECTURE]
        readings = _city_before_county(readings)
        readings = list({reading.unit: reading for reading in reversed(readings)}.values())[::-1]
    return readings
