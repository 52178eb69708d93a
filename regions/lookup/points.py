"""From a point to the county it lies in, where outlines of counties are installed."""

import datetime
import logging
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from regions.choices import QuestionState
from regions.models import Region
from regions.outlines.counties import BadOutlines, Counties, read_counties
from regions.outlines.gcj import WGS84, converted
from regions.outlines.shapes import Point

from .places import Place, find_by_code

logger = logging.getLogger(__name__)
# Eight decimals are a millimetre.
_DECIMALS = 8


class NoOutlines(Exception):
    """No outlines of counties are installed, or what is installed cannot be used."""


def find_by_point(point: Point, system: str, on: datetime.date) -> Place:
    """The county that a point (longitude, latitude) lies in, asked by its code. Raises NoOutlines.

    Closer to a border than the outlines are exact, all counties there are candidates.
    """
    counties, error = _installed(), settings.COUNTY_OUTLINES_METRES
    found = counties.find(converted(point, system, settings.COUNTY_OUTLINES_SYSTEM), error)
    reading = {
        "text": f"{point[0]},{point[1]}",
        "point_system": system,
        "wgs84": [round(part, _DECIMALS) for part in converted(point, system, WGS84)],
        "outlines": counties.name,
        "error_metres": error,
        "border_metres": None if found.border is None else round(found.border),
        "codes": found.codes,
    }
    if len(found.codes) == 1 and found.codes == found.inside:
        place = find_by_code(found.codes[0], on)
        place.reading = reading
        return place
    if not found.codes:
        detail = _(
            "No county of the installed outlines holds this point: it lies outside China, at sea, or in a county that the"
            " file lacks. Ask with a code, a name or an address."
        )
        return Place(QuestionState.UNKNOWN_REGION, detail, reading=reading)
    regions = Region.objects.current(on).filter(code__in=found.codes).order_by("code")
    detail = _(
        "The point lies on a border, or closer to one than the outlines are exact (%(metres)d m); choose one of the"
        " candidates."
    ) % {"metres": error}
    return Place(QuestionState.AMBIGUOUS, detail, candidates=list(regions), reading=reading)


def _installed() -> Counties:
    if not settings.COUNTY_OUTLINES:
        raise NoOutlines
    try:
        return _read(settings.COUNTY_OUTLINES)
    except (ImportError, BadOutlines) as error:
        logger.error("COUNTY_OUTLINES cannot be used: %s", error)
        raise NoOutlines from error


@lru_cache(maxsize=2)
def _read(path: str) -> Counties:
    """Read once a process; files are not exchanged under a running process."""
    return read_counties(Path(path))
