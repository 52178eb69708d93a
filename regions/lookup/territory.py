"""Which closed regions live on as one region with the same territory: renamed, recoded or raised, and nothing else.

A merger into an older district, a split and a carve-out change the territory: what was said of the old region is not
true of the new one, so a person has to say how far it goes. `came_over` offers the townships that went there.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable

from regions.choices import Level, Share, SuccessionKind
from regions.models import Region, Succession
from regions.models.base import today

from .places import lives_on, steps_from, successors_of_each

KEEPS = (SuccessionKind.RENAME, SuccessionKind.RECODE, SuccessionKind.UPGRADE)


def heirs(regions: Iterable[Region], on: datetime.date | None = None) -> dict[int, Region]:
    """The region that each closed one lives on in with the same territory, by the key of the closed one.

    Those without such an heir are not in it. One query a step of the longest chain, and two for what joined and left on the way.
    """
    on = on or today()
    starts = {region.pk for region in regions}
    steps = steps_from(starts, on)
    chains = {start: chain for start in starts if (chain := _chain(start, steps, on))}
    passed = {step.new_id for chain in chains.values() for step in chain}
    joined, left = _joined(passed, on), _left(passed, on)
    return {
        start: chain[-1].new
        for start, chain in chains.items()
        if not any(
            other.old_id != step.old_id and other.date >= step.date
            for step in chain
            for other in joined[step.new_id]
        )
        and not any(day > step.date for step in chain for day in left[step.new_id])
    }


def _chain(start: int, steps: dict[int, list[Succession]], on: datetime.date) -> list[Succession]:
    """The steps from a region to the living one, if each of them is the only one and keeps the territory."""
    chain: list[Succession] = []
    at = start
    while True:
        ahead = steps.get(at, [])
        if (
            len(ahead) != 1
            or ahead[0].kind not in KEEPS
            or ahead[0].share != Share.WHOLE
            or len(chain) > len(steps)
        ):
            return []
        chain.append(ahead[0])
        if lives_on(ahead[0].new, on):
            return chain
        at = ahead[0].new_id


def _left(lives: set[int], on: datetime.date) -> dict[int, list[datetime.date]]:
    """When a part of some regions went elsewhere, by the region."""
    found: dict[int, list[datetime.date]] = defaultdict(list)
    carved = Succession.objects.filter(old_id__in=lives, kind=SuccessionKind.TRANSFER, date__lte=on)
    for old, day in carved.values_list("old_id", "date"):
        found[old].append(day)
    return found


def _joined(lives: set[int], on: datetime.date) -> dict[int, list[Succession]]:
    """What went into some regions, by the region."""
    found: dict[int, list[Succession]] = defaultdict(list)
    for step in Succession.objects.filter(new_id__in=lives, date__lte=on):
        found[step.new_id].append(step)
    return found


def came_over(regions: Iterable[Region]) -> dict[int, list[str]]:
    """Codes of today's townships that came out of the townships of some closed regions, by the region, as far as they
    are on file."""
    towns = list(Region.objects.filter(parent__in=[region.pk for region in regions], level=Level.TOWNSHIP))
    went = successors_of_each(town for town in towns if town.valid_to is not None)
    found: dict[int, set[str]] = defaultdict(set)
    for town in towns:
        if town.parent_id is not None:
            found[town.parent_id].update(one.region.code for one in went.get(town.pk, ()))
    return {parent: sorted(codes) for parent, codes in found.items()}
