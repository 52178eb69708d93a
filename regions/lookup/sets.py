"""What the rules say about one region, as sets of services: the common language of the lookup.

`region_sets` asks SQL, which is the truth; `memory.py` makes the same sets out of the postings.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from pyroaring import BitMap

from regions.choices import AnswerState, RuleKind
from regions.models import CoverageRule, Region, Service
from regions.models.base import in_force
from regions.models.region import subtree


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
        """`decide` for all wanted services at once. The states are disjoint and together hold all of them."""
        included, excluded, listed, everything = self.included, self.excluded, self.listed, self.everything
        if wanted is not None:
            included, excluded = included & wanted, excluded & wanted
            listed, everything = listed & wanted, everything & wanted
        partly = self.include_below - included if wanted is None else (self.include_below & wanted) - included
        if self.exclude_below:
            partly = partly | (included & self.exclude_below)
        if partly:
            included, excluded = included - partly, excluded - partly
        answered = included | partly | excluded
        return {
            AnswerState.COVERED: included,
            AnswerState.PARTLY_COVERED: partly,
            AnswerState.EXCLUDED: excluded,
            AnswerState.NOT_COVERED: listed - answered,
            AnswerState.UNKNOWN: everything - listed,
        }

    @property
    def size(self) -> int:
        """Bytes of what is not a posting itself, roughly: two for each member."""
        return 1_000 + 2 * (len(self.included) + len(self.excluded))

    def decided_at(self, level: int) -> BitMap:
        """Services whose nearest rule stands at this level."""
        nearer = BitMap()
        for step in self.steps:
            here = (step.include | step.exclude) - nearer
            if step.level == level:
                return here
            nearer |= here
        return BitMap()

    def deciding_steps(self, service_ids: Iterable[int]) -> dict[int, Step]:
        """Where the nearest rule of each service stands; a service without one is left out."""
        found: dict[int, Step] = {}
        left = BitMap(service_ids)
        for step in self.steps:
            here = (step.include & left) | (step.exclude & left)
            if here:
                found.update(dict.fromkeys(here, step))
                left -= here
                if not left:
                    break
        return found


def chain_of(region: Region, on: datetime.date) -> list[Region]:
    """The region and its ancestors as of a day, nearest first."""
    lives = Region.objects.current(on).filter(code__in=region.chain[1:])
    by_code = {life.code: life for life in lives}
    return [region, *(by_code[code] for code in region.chain[1:] if code in by_code)]


def region_sets(region: Region, on: datetime.date, everything: BitMap) -> RegionSets:
    """Ask SQL for everything the rules say about a region on a day (4 queries)."""
    chain = chain_of(region, on)
    on_region: dict[tuple[int, str], list[int]] = {}
    for region_id, kind, service_id in rules_on([step.pk for step in chain], on):
        on_region.setdefault((region_id, kind), []).append(service_id)
    below: dict[str, list[int]] = {kind: [] for kind in RuleKind.values}
    for service_id, kind in rules_below(region, on):
        below[kind].append(service_id)
    return RegionSets(
        steps=[
            Step(
                step.pk,
                step.level,
                step.name,
                *(BitMap(on_region.get((step.pk, kind), ())) for kind in RuleKind.values),
            )
            for step in chain
        ],
        include_below=BitMap(below[RuleKind.INCLUDE]),
        exclude_below=BitMap(below[RuleKind.EXCLUDE]),
        listed=BitMap(listed_services(on)),
        everything=everything,
    )


def rules_on(region_ids: list[int], on: datetime.date):
    """(region, kind, service) of the rules on these regions."""
    rules = CoverageRule.objects.current(on).filter(region_id__in=region_ids).order_by()
    return rules.values_list("region_id", "kind", "service_id")


def rules_below(region: Region, on: datetime.date):
    """(service, kind), once each, of the rules on living regions strictly below one."""
    rules = CoverageRule.objects.current(on).filter(
        in_force(on, "region__"), subtree(region.path, "region__path"), region__path__gt=region.path
    )
    return rules.order_by().values_list("service_id", "kind").distinct()


def listed_services(on: datetime.date):
    """Services with any rule in force: one index seek a service, not a look at every rule."""
    rules = CoverageRule.objects.current(on).filter(service=OuterRef("pk"))
    return Service.objects.filter(Exists(rules)).order_by().values_list("pk", flat=True)
