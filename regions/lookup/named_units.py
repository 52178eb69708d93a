"""Which of the units below a region a service covers, by name: what `units.py` only counts."""

from dataclasses import dataclass, field

from pyroaring import BitMap

from regions.models import Region

from .day import Day
from .units import tree_of, walk

# An answer names all units where they are no more than these, else the first few of each state.
MAX_NAMED, FEW = 12, 3


@dataclass(frozen=True, slots=True)
class NamedUnits:
    """The units below a region by what a service says of them, each in the order of the codes."""

    covered: list[Region] = field(default_factory=list)
    partly_covered: list[Region] = field(default_factory=list)
    not_covered: list[Region] = field(default_factory=list)

    @property
    def few(self) -> int:
        """So many of each an answer names: all of a prefecture, the first of a province."""
        count = len(self.covered) + len(self.partly_covered) + len(self.not_covered)
        return count if count <= MAX_NAMED else FEW


def name_units(day: Day, top: Region, service_ids: list[int]) -> dict[int, NamedUnits]:
    """The units of each service. No query more than for counting them, none for no service."""
    found = {service_id: NamedUnits() for service_id in service_ids}
    states: dict[str, tuple[BitMap, BitMap]] = {}  # by path: who covers a unit, and who a part of it
    for node, covered, partly in walk(day, top, BitMap(service_ids)) if service_ids else ():
        for unit in node.units():
            whole, some = states.get(unit.path, (BitMap(), BitMap()))
            states[unit.path] = whole | covered, some | partly
    units = [unit for unit in tree_of(day, top).units if unit.path in states] if states else []
    for region in units:
        whole, some = states[region.path]
        for service_id, named in found.items():
            if service_id in whole:
                named.covered.append(region)
            elif service_id in some:
                named.partly_covered.append(region)
            else:
                named.not_covered.append(region)
    return found
