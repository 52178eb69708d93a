"""Places that a text names behind the first: the same again, a part of it, or one that contradicts it.

Order forms and geocoders put addresses together (杭州市null浙江省杭州市西湖区…, 萧山区萧山区宁围镇, 贵阳市观山湖区 …贵阳市金阳…).
What is named again says nothing new, what lies inside goes deeper, anything else is a contradiction. Directly behind
the first place every name counts; further on only whole names count, two at least, one inside the other.
"""

import re
from collections.abc import Iterable, Sequence

from . import rest as tail
from .index import CLOSED, STEM, Index
from .readings import Reading
from .town_stems import TOWN_TYPES
from .unit import COUNTY, PREFECTURE, Unit
from .vocabulary import GENERIC
from .walk import Walk

_TOWN_NAME = re.compile(r"([\u4e00-\u9fff]{2,6}?)(?:街道|镇|乡)")
_WHOLE_WORDS = ("full", "typed", "closed full", "closed typed")
_LATER = re.compile(r"[省市区县旗州盟]")
_MOST = 24  # a text that names more places one behind the other is noise
_STREET = 40  # the longest street and house between a city and its county
_ENDS = " ,.;:()[]/|-_\n"
_NEAR = 8  # so many characters of no meaning may stand before a county of the city named first


class Found:
    """Where the reading of all places ends: the readings, the rest's start, those that contradict, if any, and the parts
    of the place that are named in the rest in passing (江南大道滨江区政府)."""

    __slots__ = ("against", "at", "inside", "readings", "stop")

    def __init__(
        self,
        readings: list[Reading],
        at: int,
        against: Sequence[Reading] = (),
        stop: int = 0,
        inside: Sequence[Unit] = (),
    ):
        self.readings, self.at, self.against, self.stop, self.inside = readings, at, against, stop, inside


class Mentions:
    def __init__(self, index: Index, walk: Walk):
        self.index, self.walk, self.zones = index, walk, walk.zones

    def follow(self, s: str, at: int, end: int, readings: list[Reading]) -> Found:
        """Reads on behind `readings`, whose names end before `at`; no readings if it never ends."""
        while at < end:
            if len(readings[0].steps) > _MOST:
                return Found([], at)
            others, stop = self.walk.read(s, at, end)
            if not others or self._no_place(s, at, stop, end, others, readings):
                narrowed = self._narrowed(s, at, end, readings) or self._in_a_zone(s, at, end, readings)
                if narrowed is None:
                    return self._later(s, at, end, readings)
                others, stop = narrowed
            joined = self.joined(readings, others)
            if not joined:
                return Found(readings, at, others, stop)
            readings, at = self._on(s, stop, end, joined)
        return Found(readings, at)

    def _on(self, s: str, stop: int, end: int, readings: list[Reading]) -> tuple[list[Reading], int]:
        """What lies inside may stand behind the second mention: 萧山区萧山区宁围镇."""
        further = self.walk.past_gaps(s, stop, end)
        deeper, reach = self.walk.deeper(s, further, end, readings) if further < end else ([], 0)
        return (deeper, self.walk.past_gaps(s, reach, end)) if deeper else (readings, further)

    def joined(self, readings: list[Reading], others: list[Reading]) -> list[Reading]:
        """The readings that both mentions allow, as deep as one of them goes."""
        found = []
        for reading in readings:
            for other in others:
                unit = self._deeper_of(reading, other)
                if unit is not None:
                    dated = (
                        other.dated or (reading.dated and unit is reading.unit) or bool(reading.unit.until)
                    )
                    tier = max(other.tier, CLOSED) if dated else min(reading.tier, other.tier)
                    found.append(Reading(unit, tier, reading.rank, (*reading.steps, *other.steps), dated))
        live = [reading for reading in found if not reading.unit.until]
        return list({reading.unit: reading for reading in live or found}.values())

    def _deeper_of(self, reading: Reading, other: Reading) -> Unit | None:
        own, unit = reading.unit, other.unit
        if own is unit or own.inside(unit):
            return own
        if unit.inside(own):
            return unit
        heirs = self.index.successors(own) if own.until else (own.code,)
        now = self.index.successors(unit)
        if now and all(self._within(code, heirs) for code in now):
            return (
                unit  # of the past, but all of it lies inside; or of today, and inside what the first became
            )
        return own if now and unit.until and all(self._within(code, now) for code in heirs) else None

    def _within(self, code: str, above: Iterable[str]) -> bool:
        return not {code, *self.index.known(code).up}.isdisjoint(above)

    def _no_place(
        self, s: str, at: int, stop: int, end: int, others: list[Reading], readings: list[Reading]
    ) -> bool:
        """Whether the name that stands behind the first place is no place there: a road's, a zone's, a quarter's."""
        first, after = others[0], s[stop:end]
        if s[at:stop] in GENERIC or (
            tail.TOWN_PART.fullmatch(s, at, stop) and readings[0].unit.level >= COUNTY
        ):
            return True
        chained = len({step[3] for step in first.steps}) > 1
        if first.tier >= STEM and not chained:
            held = readings[0].unit
            if held.level >= COUNTY or (after and not any(held is o.unit for o in others)):
                return True
        far = all(other.unit.code[:2] != readings[0].unit.code[:2] for other in others)
        if far and not chained and s.startswith("新区", stop - 2) and readings[0].unit.level >= COUNTY:
            return True  # 平阳县滨海新区
        if first.dated and (tail.classify(s[at:end]) == tail.ZONE or (far and s[stop - 1] == "区")):
            return True  # 兰州新区 is not the 新区 that 唐山 once had
        if chained and first.tier < STEM:
            return False  # 天津市河东区大学城南路
        if not after or (first.tier < STEM and not first.dated and self.joined(readings, others)):
            return False  # 西湖区南昌市站前路
        return tail.named_after(after) > 0 or after[0] in "场民"

    def _narrowed(
        self, s: str, at: int, end: int, readings: list[Reading]
    ) -> tuple[list[Reading], int] | None:
        """绍兴县柯桥…, 遵义县南白镇…: of several heirs the one that is named, or holds the town that is named."""
        sets = {self.index.successors(reading.unit) for reading in readings}
        if len(sets) != 1 or any(not reading.unit.until for reading in readings):
            return None
        heirs = [self.index.known(code) for code in sets.pop()]
        if len(heirs) < 2 or any(unit.level != COUNTY for unit in heirs):
            return None
        town, found = _TOWN_NAME.match(s, at, end), []
        for unit in heirs:
            stop = next(
                (at + len(name) for name in (unit.name, unit.short) if s.startswith(name, at, end)), 0
            )
            held = self._holder(unit, town[1]) if town and not stop else None
            if held is not None and town:
                unit, stop = held, town.end()
            if stop:
                found.append((unit, stop))
        if len(found) != 1:
            return None
        unit, stop = found[0]
        return [Reading(unit, CLOSED, 0, ((at, stop, "full", unit),), True)], stop

    def _holder(self, county: Unit, stem: str) -> Unit | None:
        """The one living town of that stem in a county, else the county if such a town closed there and went nowhere else."""
        names = self.index.township_names(county.code).codes
        towns = [self.index.township(code) for kind in TOWN_TYPES for code in names.get(stem + kind, ())]
        towns = [town for town in towns if town.name.startswith(stem)]  # codes may be another town's by now
        living = [town for town in towns if not town.until]
        if living:
            return living[0] if len(living) == 1 else county
        later = {self.index.known(code).parent for town in towns for code in self.index.successors(town)}
        return county if towns and later <= {county.code} else None

    def _in_a_zone(
        self, s: str, at: int, end: int, readings: list[Reading]
    ) -> tuple[list[Reading], int] | None:
        """河北雄安新区容城县: a county behind the name of a zone it lies in."""
        if readings[0].unit.level > PREFECTURE:
            return None
        stop, codes = self.zones.at(s, at, end)
        stop = self.walk.past_gaps(s, stop, end)
        others, reach = self.walk.read(s, stop, end, codes) if codes and stop < end else ([], 0)
        return (others, reach) if others else None

    # ---------------------------------------------------------------- further on

    def _later(self, s: str, at: int, end: int, readings: list[Reading]) -> Found:
        place = at + 1
        lengths = self.index.lengths
        inside: list[Unit] = []
        if end - at > 4 and _LATER.search(s, at + 2, end) and readings[0].unit.code != "100000":
            while place < end - 2:
                if s[place : place + 2] not in lengths:
                    place += 1
                    continue
                others, stop = self.walk.read(s, place, end)
                if not others:
                    place += 1
                    continue
                units = {step[3] for step in others[0].steps}
                whole = sum(step[2] in _WHOLE_WORDS for step in others[0].steps)
                joined = self.joined(readings, others) if whole else []
                if joined and self._goes_deeper(s, at, place, units, joined, readings, s[stop:end]):
                    joined, stop = self._on(s, stop, end, joined)
                    return self.follow(s, stop, end, joined) if stop < end else Found(joined, stop)
                if len(units) > 1 and whole > 1 and not joined:
                    return Found(readings, at, others, stop)
                if joined and len(joined) < len(readings):
                    readings = joined  # 西湖区文三路90号 杭州市
                elif whole:
                    inside += self._parts(s[place:stop], readings[0].unit)
                place = stop if whole else place + 1
        return Found(readings, at, inside=inside)

    def _parts(self, name: str, above: Unit) -> list[Unit]:
        """The parts of a place that bear a whole name, those of the past included: 重庆市…江北区政府."""
        bearers = self.index.alias.get(name, ())
        return [unit for _, word, unit in bearers if word in _WHOLE_WORDS and unit.inside(above)]

    def _goes_deeper(
        self,
        s: str,
        at: int,
        place: int,
        units: set[Unit],
        joined: list[Reading],
        readings: list[Reading],
        after: str,
    ) -> bool:
        if len(joined) != 1 or not (readings[0].unit.level <= PREFECTURE or readings[0].unit.until):
            return False
        if joined[0].unit in {reading.unit for reading in readings} or joined[0].unit.level > COUNTY + 1:
            return False
        if len(units) > 1:
            return True
        between = s[at:place].strip(" -_,.")
        if len(between) > _STREET or joined[0].unit.level < COUNTY:
            return False
        kind = tail.classify(between)
        if kind == tail.ADDRESS:  # 杭州市 文三路90号 西湖区: the county stands behind its street
            return joined[0].tier < STEM and (not after or after[0] in _ENDS)
        if len(between) > _NEAR:
            return False
        above = [self.index.find(code) for code in joined[0].unit.up]
        return kind == tail.OTHER or (
            kind == tail.DIVISION and any(u.name[0] == between[0] for u in above if u)
        )
