"""What lies directly below a region, and directly below that: the two steps of a menu of places."""

import datetime
from typing import NamedTuple

from regions.models import Region


class Child(NamedTuple):
    """A region with what lies directly below it, both in the order of their codes."""

    region: Region
    children: list[Region]


def two_levels(region: Region, on: datetime.date) -> list[Child]:
    """What lies one and two levels below a region on a day (2 queries)."""
    living = Region.objects.current(on).order_by("path")
    found = {child.code: Child(child, []) for child in living.filter(parent__code=region.code)}
    for each in living.filter(parent__code__in=found).select_related("parent"):
        if each.parent:
            found[each.parent.code].children.append(each)
    return list(found.values())
