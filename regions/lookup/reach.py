"""How much of each province lists reach, in counties and cities of the mainland: what maps and tables show."""

from collections.abc import Iterable
from typing import NamedTuple

from regions.choices import AnswerState, Level
from regions.models.region import COUNTRY_CODE
from regions.signals import ServiceList
from regions.signals.places import Units as Places

from .units import Units, unit_states

_TOP = f"{COUNTRY_CODE}/"


class Reach(NamedTuple):
    """A province with how many of its counties and cities are covered, wholly or in part."""

    code: str
    name: str
    units: Units

    @property
    def step(self) -> int:
        """0 nothing, 1 less than a tenth, 2 less than half, 3 half or more, 4 all; in part counts as reached."""
        reached, total = self.units.covered + self.units.partly_covered, self.units.total
        if not reached:
            return 0
        if self.units.covered == total:
            return 4
        return 1 if 10 * reached < total else 2 if 2 * reached < total else 3


def reach_of(lists: Iterable[ServiceList]) -> list[Reach]:
    """By province, in the order of the codes, what any of the lists covers; nothing where there is no list."""
    known = [each for each in lists if each.rules]
    if not known:
        return []
    places: Places = known[0].units
    covered: set[str] = set()
    partly: set[str] = set()
    for each in known:
        for unit, state in zip(places.paths, _states(each), strict=True):
            if state == AnswerState.COVERED:
                covered.add(unit)
            elif state == AnswerState.PARTLY_COVERED:
                partly.add(unit)
    partly -= covered
    reached = []
    for code, name in places.provinces.items():
        below = places.below.get(code, set())
        units = Units(Level.COUNTY.word, len(below & covered), len(below & partly), len(below))
        reached.append(Reach(code, name, units))
    return reached


def in_all(reached: Iterable[Reach]) -> Units | None:
    """The same for the whole mainland; None where there is no list."""
    units = [each.units for each in reached]
    if not units:
        return None
    return Units(
        Level.COUNTY.word,
        sum(each.covered for each in units),
        sum(each.partly_covered for each in units),
        sum(each.total for each in units),
    )


def _states(listed: ServiceList) -> list[AnswerState]:
    below = {path: kind for path, kind in listed.kinds.items() if path != _TOP}
    return unit_states(
        list(listed.units.paths.values()), _TOP, below, listed.kinds.get(_TOP), listed.units.towns
    )
