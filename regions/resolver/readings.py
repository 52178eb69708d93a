"""Readings of a text: the steps that lead to a region, and which of several are the strongest."""

from collections.abc import Iterable, Sequence

from .index import CLOSED, CLOSED_STEM, STEM
from .unit import COUNTY, PREFECTURE, PROVINCE, Unit

PAST = (CLOSED, CLOSED_STEM)
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


def extend(
    before: list[Reading] | None,
    entries: Iterable[tuple[int, str, Unit]],
    start: int,
    stop: int,
    scopes: Sequence[str],
) -> list[Reading]:
    if before is None:
        return [
            Reading(unit, tier, tier, ((start, stop, word, unit),), tier in PAST)
            for tier, word, unit in entries
            if not scopes or unit.code in scopes or any(code in unit.holders for code in scopes)
        ]
    found = []
    for tier, word, unit in entries:
        for reading in before:
            above = reading.unit
            if unit.inside(above) or (above is unit and len(reading.steps) < 3):
                steps = (*reading.steps, (start, stop, word, unit))
                dated = reading.dated or tier in PAST
                found.append(Reading(unit, tier, reading.rank + tier, steps, dated))
    return found


def stands_beside(reading: Reading, entries: Iterable[tuple[int, str, Unit]], before: list[Reading]) -> bool:
    """Whether a city is named, and no part that the place before it once had: 苏州无锡, 嘉兴湖州. Whole names say more."""
    if not reading.dated or not reading.steps[-1][2].endswith("short"):
        return False
    if reading.unit.until:
        cities = [unit for _, _, unit in entries if not unit.until and unit.level <= PREFECTURE]
        return any(not any(unit.inside(above.unit) for above in before) for unit in cities)
    living = any(not above.dated for above in before)
    return living and reading.unit.level <= PREFECTURE and bool(reading.steps[-2][3].until)


def some_hold_counties(readings: list[Reading]) -> bool:
    return any(reading.unit.level < COUNTY for reading in readings)


def goes_high(reading: Reading) -> bool:
    """Whether words that only go with a city or a province may follow the reading."""
    return reading.unit.level <= PREFECTURE and not reading.repeats and reading.tier != CLOSED_STEM


def down_or_again(readings: list[Reading]) -> list[Reading]:
    """吉林吉林 goes down to the city, 北京北京市 stays where it is, and 金华金华市 is no county of the past."""
    down = [reading for reading in readings if not reading.repeats]
    again = [reading for reading in readings if reading.repeats]
    if again and all(reading.tier in PAST for reading in down):
        return again
    return down or again


def _city_before_county(readings: list[Reading]) -> list[Reading]:
    """A stem of three characters or more that a city shares with a county of its own (乌鲁木齐) names the city."""
    cities = [r for r in readings if r.unit.level == PREFECTURE and r.unit.name == r.unit.short + "市"]
    if len(cities) != 1 or len(cities[0].unit.short) < 3 or cities[0].tier != STEM:
        return readings
    return cities if all(r in cities or r.unit.inside(cities[0].unit) for r in readings) else readings


def _below_a_province(readings: list[Reading]) -> list[Reading]:
    """辽宁辽阳 is the city: what stands behind a province is what lies directly below it."""
    if readings[0].tier == STEM and all(
        len(r.steps) > 1 and r.steps[-2][3].level == PROVINCE for r in readings
    ):
        cities = [reading for reading in readings if reading.unit.level == PREFECTURE]
        if (
            len(cities) == 1
            and cities[0].unit.name.endswith("市")
            and all(r is cities[0] or r.unit.inside(cities[0].unit) for r in readings)
        ):
            return cities
    return readings


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
        readings = _city_before_county(_below_a_province(readings))
        readings = list({reading.unit: reading for reading in reversed(readings)}.values())[::-1]
    return readings
