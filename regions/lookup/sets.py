"""What the rules say about one region, as sets of services: the common language of the lookup."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from pyroaring import BitMap

from regions.choices import AnswerState


class Step(NamedTuple):
    """A region on the way from the asked one up to the country, and the services with a rule on it."""

    region_id: int
    level: int
    name: str
    include: BitMap
    exclude: BitMap


@dataclass(slots=True)
class RegionSets:
    """What the rules valid on a day say about a region. `steps` runs from the region up to the country.

    `*_below` are the services with a rule on a region that lives on the day, strictly below this one. Should two
    rules of one service stand on one region, exclude wins.
    """

    steps: list[Step]
    include_below: BitMap
    exclude_below: BitMap
    listed: BitMap  # services with any rule on the day
    everything: BitMap  # all services
    included: BitMap = field(init=False)
    excluded: BitMap = field(init=False)
    # Services whose rules differ inside the region, and those of them that cover all or nothing of it all the same.
    mixed: BitMap = field(default_factory=BitMap)
    whole: BitMap = field(default_factory=BitMap)
    nothing: BitMap = field(default_factory=BitMap)

    def __post_init__(self) -> None:
        included, excluded = BitMap(), BitMap()
        for step in reversed(self.steps):  # from the country down: the nearer rule wins
            if step.include:
                included = included | step.include
                excluded = excluded - step.include
            if step.exclude:
                included = included - step.exclude
                excluded = excluded | step.exclude
        self.included, self.excluded = included, excluded

    def states(self, wanted: BitMap | None = None) -> dict[str, BitMap]:
        """The states of all wanted services at once. They are disjoint and together hold all of them.

        Nothing of the region is covered: excluded where a rule on it or above it stands, else not covered.
        """
        included, excluded, mixed = self.included, self.excluded, self.mixed
        listed, everything = self.listed, self.everything
        if wanted is not None:
            included, excluded, mixed = included & wanted, excluded & wanted, mixed & wanted
            listed, everything = listed & wanted, everything & wanted
        covered, partly = included, mixed
        if mixed:
            covered = (included - mixed) | (mixed & self.whole)
            partly = mixed - self.whole - self.nothing
            excluded = (excluded - covered - partly) | (included & self.nothing)
        return {
            AnswerState.COVERED: covered,
            AnswerState.PARTLY_COVERED: partly,
            AnswerState.EXCLUDED: excluded,
            AnswerState.NOT_COVERED: listed - (covered | partly | excluded),
            AnswerState.UNKNOWN: everything - listed,
        }

    def state_of(self, service_id: int) -> str:
        """The state of one service."""
        return next(state for state, members in self.states(BitMap((service_id,))).items() if members)

    @property
    def size(self) -> int:
        """Bytes of what is not a posting itself, roughly: two for each member."""
        return 1_000 + 2 * (len(self.included) + len(self.excluded) + 3 * len(self.mixed))

    @property
    def _by_units(self) -> BitMap:
        """Services whose nearest rule says otherwise than the divisions below, which decide."""
        return (self.whole - self.included) | (self.nothing & self.included)

    def decided_at(self, level: int) -> BitMap:
        """Services whose state the nearest rule decides, and stands at this level."""
        nearer = self._by_units
        for step in self.steps:
            here = (step.include | step.exclude) - nearer
            if step.level == level:
                return here
            nearer = nearer | here
        return BitMap()

    def deciding_steps(self, service_ids: Iterable[int]) -> dict[int, Step]:
        """Where the rule stands that decides on each service; one without such a rule is left out."""
        found: dict[int, Step] = {}
        left = BitMap(service_ids) - self._by_units
        for step in self.steps:
            here = (step.include & left) | (step.exclude & left)
            if here:
                found.update(dict.fromkeys(here, step))
                left -= here
                if not left:
                    break
        return found
