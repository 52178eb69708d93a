"""Is a list scattered over the country like names drawn from a hat?

Two counts are compared with what a random draw of the same size would give (without replacement, every unit
equally likely): in how many groups the named units lie, and how many pairs of them share a group. Whole cities,
a province less one county, the districts of forty cities: all lie together and give far more pairs and far fewer
groups. One shop in every city gives fewer pairs and more groups. Only a list that no plan lies behind comes out
near the expectation in both. `docs/evidence.md` says how the thresholds were chosen and where this falls down.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from regions.choices import SignalCode
from regions.models import Service

from .base import Signal
from .lists import ListedTokens, service_record
from .places import ServiceList, Units

# Below this size an honest list of one shop per city cannot be told from a draw (its pairs lie 4 deviations off at
# 120 units, 1.6 at 40); above this share of all units every list looks alike.
SIZE_MIN = 120
SHARE_MAX = 0.5
# A draw lies within 2.5 standard deviations in both counts in about 98 of 100 cases.
DEVIATIONS_MAX = 2.5


@dataclass(frozen=True, slots=True)
class Spread:
    """How named units lie in their groups, beside the expectation and standard deviation of a random draw."""

    units: int
    groups: int
    groups_expected: float
    groups_deviation: float
    pairs: int
    pairs_expected: float
    pairs_deviation: float
    complete_groups: int

    @property
    def like_a_draw(self) -> bool:
        return (
            abs(self.groups - self.groups_expected) <= DEVIATIONS_MAX * self.groups_deviation
            and abs(self.pairs - self.pairs_expected) <= DEVIATIONS_MAX * self.pairs_deviation
        )


def measure(named: Iterable[str], units: Units) -> Spread:
    """Count, and compute what a draw would give: exact moments of sampling without replacement."""
    inside = Counter(units.group_of[unit] for unit in named)
    drawn, total = inside.total(), len(units.group_of)
    sizes = Counter(len(members) for members in units.members.values())
    groups, variance_groups = _touched(drawn, total, sizes)
    pairs, variance_pairs = _pairs(drawn, total, sizes)
    return Spread(
        units=drawn,
        groups=len(inside),
        groups_expected=groups,
        groups_deviation=math.sqrt(max(variance_groups, 0.0)),
        pairs=sum(count * (count - 1) // 2 for count in inside.values()),
        pairs_expected=pairs,
        pairs_deviation=math.sqrt(max(variance_pairs, 0.0)),
        complete_groups=sum(1 for group, count in inside.items() if 1 < len(units.members[group]) == count),
    )


def scattered(service: Service, listed: ServiceList, tokens: ListedTokens) -> list[Signal]:
    """The named units lie in their prefectures as a random draw would lay them."""
    total = len(listed.units.paths)
    if len(listed.named) < SIZE_MIN or len(listed.named) > SHARE_MAX * total:
        return []
    if len(listed.broad) >= len(listed.named):
        return []  # mostly whole prefectures and provinces: not a list of single names
    spread = measure(listed.named, listed.units)
    if not spread.like_a_draw:
        return []
    figures = {
        "units": spread.units,
        "groups": spread.groups,
        "groups_expected": round(spread.groups_expected, 1),
        "groups_deviation": round(spread.groups_deviation, 1),
        "units_per_group": round(spread.units / spread.groups, 2),
        "pairs": spread.pairs,
        "pairs_expected": round(spread.pairs_expected, 1),
        "pairs_deviation": round(spread.pairs_deviation, 1),
        "complete_groups": spread.complete_groups,
        "repeats": tokens.repeats,
    }
    return [
        Signal(
            SignalCode.SCATTERED_LIST,
            service_record(service),
            figures,
            [service_record(service)],
            _(
                "%(units)d counties and cities lie in %(groups)d prefectures, none of them in order:"
                " a random draw would touch about %(expected).0f."
            )
            % {"units": spread.units, "groups": spread.groups, "expected": spread.groups_expected},
        )
    ]


def _pairs(drawn: int, total: int, sizes: Counter[int]) -> tuple[float, float]:
    """Expectation and variance of the number of drawn pairs that share a group."""
    edges = sum(number * size * (size - 1) // 2 for size, number in sizes.items())
    meeting = sum(number * size * (size - 1) * (size - 2) for size, number in sizes.items())
    apart = edges * edges - edges - meeting

    def together(count: int) -> float:
        return math.prod(max(drawn - i, 0) / (total - i) for i in range(count)) if total >= count else 0.0

    expected = edges * together(2)
    variance = expected + meeting * together(3) + apart * together(4) - expected * expected
    return expected, variance


def _touched(drawn: int, total: int, sizes: Counter[int]) -> tuple[float, float]:
    """Expectation and variance of the number of groups with at least one drawn unit."""

    def empty(size: int) -> float:
        """The chance that none of `size` given units is drawn: C(total − size, drawn) / C(total, drawn)."""
        if total - size < drawn:
            return 0.0
        return math.exp(
            math.lgamma(total - size + 1)
            - math.lgamma(total - size - drawn + 1)
            - math.lgamma(total + 1)
            + math.lgamma(total - drawn + 1)
        )

    alone = {size: empty(size) for size in sizes}
    expected = sum(number * (1 - alone[size]) for size, number in sizes.items())
    variance = sum(number * alone[size] * (1 - alone[size]) for size, number in sizes.items())
    for one, number in sizes.items():
        for other, others in sizes.items():
            ordered = number * (others - (one == other))
            variance += ordered * (empty(one + other) - alone[one] * alone[other])
    return expected, variance
