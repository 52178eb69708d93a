"""For which regions the hotlines are that are limited to a region.

A hotline without a limit is for every region its service covers. One with a limit is for the limit and what lies in
it, and is named, with its limit, where the asked region contains it. A limit that has ended by the day is for what
it became, one that has not begun for what it came from.
"""

import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from regions.models import Hotline, Region, Succession

from .places import MAX_STEPS, lives_on, successors_of_each


class Limits:
    """The regions that limit a hotline, and where they lie on a day (one query, and more where a life has ended)."""

    def __init__(self, on: datetime.date) -> None:
        # As a set of keys: a join would walk through all regions.
        limits = Hotline.objects.filter(region__isnull=False).order_by().values("region")
        limiting = list(Region.objects.filter(pk__in=limits).order_by())
        lies = [(region.path, region.pk) for region in limiting if lives_on(region, on)]
        for region_id, paths in _elsewhere([each for each in limiting if not lives_on(each, on)], on).items():
            lies += [(path, region_id) for path in paths]
        lies.sort()
        self._paths = [path for path, _pk in lies]
        self._ids = [pk for _path, pk in lies]
        self.known = frozenset(self._ids)

    def meeting(self, region: Region) -> set[int]:
        """The limits (keys of regions) that contain a region that lives on the day, or lie in it."""
        if not self._ids:
            return set()
        path = region.path
        # "0" is the character after "/": from here to there lies what begins with the path.
        met = set(self._ids[bisect_left(self._paths, path) : bisect_left(self._paths, path[:-1] + "0")])
        for cut, char in enumerate(path, 1):
            if char == "/":
                above = path[:cut]
                met.update(self._ids[bisect_left(self._paths, above) : bisect_right(self._paths, above)])
        return met


def _elsewhere(limits: list[Region], on: datetime.date) -> dict[int, list[str]]:
    """Where limits lie that do not live on the day: the paths of what they became or came from, else their own."""
    found: dict[int, list[str]] = {}
    became = successors_of_each(limits, on) if limits else {}
    for limit in limits:
        if limit.valid_to and limit.valid_to <= on:
            paths = [successor.region.path for successor in became[limit.pk]]
        else:
            paths = [region.path for region in _before(limit, on)]
        found[limit.pk] = paths or [limit.path]
    return found


def _before(region: Region, on: datetime.date) -> Iterable[Region]:
    """The regions living on the day that a later one came from."""
    found: dict[int, Region] = {}
    frontier = {region.pk}
    for _step in range(MAX_STEPS):
        steps = Succession.objects.filter(new_id__in=frontier).select_related("old")
        olds = {step.old for step in steps}
        found |= {old.pk: old for old in olds if lives_on(old, on)}
        frontier = {old.pk for old in olds} - found.keys()
        if not frontier:
            break
    return found.values()
