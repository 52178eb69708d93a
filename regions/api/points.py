"""A point in a question: longitude and latitude, in a system that is named."""

import datetime
import re

from django.utils.translation import gettext as _

from regions.lookup.places import Place
from regions.lookup.points import NoOutlines, find_by_point
from regions.outlines.gcj import SYSTEMS, WGS84, converted

from . import params
from .errors import Problem

_NUMBER = r"-?[0-9]{1,3}(?:\.[0-9]{1,15})?"
_POINT = re.compile(f"({_NUMBER}),({_NUMBER})")
PATTERN = f"^{_NUMBER},{_NUMBER}$"
# China, with its islands: west, east, south, north.
_WEST, _EAST, _SOUTH, _NORTH = 73, 136, 3, 54


def read_point(query) -> tuple[tuple[float, float], str] | None:
    """The point of a question and its system; None where none is given."""
    text, system = query.get("point"), query.get("point_system")
    if text is None:
        if system is not None:
            raise params.bad("point_system", _("point_system is said of a point; there is none."))
        return None
    match = _POINT.fullmatch(text)
    if match is None:
        raise params.bad(
            "point",
            _(
                "point must be longitude and latitude in degrees with a plain comma between, for example"
                " 104.97,29.18."
            ),
        )
    if system not in SYSTEMS:
        raise params.bad(
            "point_system",
            _(
                "Say in which system the point is: point_system=wgs84 (satellites, GeoJSON) or point_system=gcj02"
                " (Chinese maps). It is never guessed: they lie up to 700 m apart."
            ),
            allowed=list(SYSTEMS),
        )
    point = float(match[1]), float(match[2])
    if _is_outside(*point):
        if not _is_outside(*reversed(point)):
            raise params.bad(
                "point",
                _("The point looks as if it were written latitude first; write longitude first: %(point)s.")
                % {"point": f"{match[2]},{match[1]}"},
            )
        raise params.bad("point", _("The point lies outside China; the directory knows China only."))
    return point, system


def place_of_point(point: tuple[float, float], system: str, on: datetime.date) -> Place:
    """The county of a point; without outlines of counties a problem that says how to add them."""
    try:
        return find_by_point(point, system, on)
    except NoOutlines:
        raise Problem(
            "no-county-outlines",
            _("No outlines of counties"),
            _(
                "This directory has no outlines of counties, so it cannot tell in which a point lies. Whoever runs it can"
                " add them: pip install -r requirements-outlines.txt, and a GeoJSON file named in COUNTY_OUTLINES"
                " (docs/regions.md). Meanwhile ask with region=510322 or q=富顺县."
            ),
            parameter="point",
        ) from None


def _is_outside(longitude: float, latitude: float) -> bool:
    return not (_WEST <= longitude <= _EAST and _SOUTH <= latitude <= _NORTH)


def wgs84_of(told: dict) -> tuple[float, float] | None:
    """The point of a record that tells longitude, latitude and their system, in WGS-84 to a tenth of a metre; None without one."""
    if not told["coordinates"]:
        return None
    point = float(told["longitude"]), float(told["latitude"])
    longitude, latitude = converted(point, told["coordinates"], WGS84)
    return round(longitude, 6), round(latitude, 6)
