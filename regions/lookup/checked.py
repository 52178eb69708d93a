"""What a checked number stands behind: the pages that engines are shown."""

from typing import Any

from django.db.models import QuerySet
from pyroaring import BitMap

from regions.choices import HotlineStatus, Level
from regions.models import Hotline, Region
from regions.models.base import today
from regions.models.region import COUNTRY_CODE

from .calls import TO_CALL
from .day import Day
from .memory import consistently
from .sources import Spot


def checked_services(*statuses: HotlineStatus, anywhere: bool = False) -> QuerySet[Hotline, Any]:
    """The keys of the services of which a number to call has one of these statuses; `anywhere`: one good for any place.

    Invented examples are none.
    """
    known = Hotline.objects.filter(TO_CALL, service__brand__is_example=False)
    found = known.with_status().filter(status__in=statuses)  # type: ignore[misc]  # annotated
    if anywhere:
        found = found.filter(region=None)
    return found.order_by().values("service")


def checked_places() -> list[Region]:
    """The living divisions down to the counties that a service with a verified number covers whole, in order.

    Such services stand first on the page of a place. The reach of rules is followed from the country down, in sets.
    """
    verified = BitMap(
        checked_services(HotlineStatus.VERIFIED, anywhere=True).values_list("service", flat=True)
    )
    regions = list(
        Region.objects.open().filter(level__lte=Level.COUNTY).order_by("path").only("code", "path")
    )
    top = next((region for region in regions if region.code == COUNTRY_CODE), None)
    if not verified or top is None:
        return []

    def ask(day: Day) -> list[Region]:
        sets = day.sets_below(top, [Spot(region.pk, region.path) for region in regions])
        reach: dict[str, BitMap] = {"": BitMap()}
        found = []
        for region in regions:
            here = sets[region.pk]
            above = reach[region.path[: region.path.rfind("/", 0, -1) + 1]]
            reach[region.path] = ((above | here.include) - here.exclude) & verified
            if reach[region.path] - here.exclude_below:
                found.append(region)
        return found

    return consistently(today(), ask)
