"""WGS-84 and GCJ-02: the system of satellites, and the shifted one that maps in China must use.

The formula is the public one, known from the open-source project eviltransform (https://github.com/googollee/eviltransform) and
from "Restrictions on geographic data in China" in Wikipedia; its constants are those of the Krasovsky 1940 ellipsoid. It has no exact
inverse: the way back is found step by step, to less than a millimetre. Outside a box around China nothing is shifted.
"""

from __future__ import annotations

import math

WGS84, GCJ02 = "wgs84", "gcj02"
SYSTEMS = (WGS84, GCJ02)
# The box of the formula: west, east, south, north.
BOX = (72.004, 137.8347, 0.8293, 55.8271)
_AXIS, _ECCENTRICITY = 6378245.0, 0.00669342162296594323
_STEPS = 10

Point = tuple[float, float]


def in_box(point: Point) -> bool:
    """True where the formula shifts."""
    west, east, south, north = BOX
    return west <= point[0] <= east and south <= point[1] <= north


def to_gcj02(point: Point) -> Point:
    """A point of WGS-84 (longitude, latitude) in GCJ-02."""
    if not in_box(point):
        return point
    east, north = _shift(point)
    return point[0] + east, point[1] + north


def to_wgs84(point: Point) -> Point:
    """A point of GCJ-02 in WGS-84: that which is shifted to it."""
    if not in_box(point):
        return point
    longitude, latitude = point
    for _step in range(_STEPS):
        east, north = _shift((longitude, latitude))
        longitude, latitude = point[0] - east, point[1] - north
    return longitude, latitude


def converted(point: Point, source: str, target: str) -> Point:
    """A point of one system in another."""
    if source == target:
        return point
    return to_gcj02(point) if target == GCJ02 else to_wgs84(point)


def _shift(point: Point) -> Point:
    """By how many degrees GCJ-02 lies east and north of a point."""
    longitude, latitude = point
    x, y = longitude - 105.0, latitude - 35.0
    waves = (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    root = math.sqrt(abs(x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    angle = math.radians(latitude)
    magic = 1 - _ECCENTRICITY * math.sin(angle) ** 2
    root_of_magic = math.sqrt(magic)
    north = math.degrees(north / ((_AXIS * (1 - _ECCENTRICITY)) / (magic * root_of_magic)))
    east = math.degrees(east / (_AXIS / root_of_magic * math.cos(angle)))
    return east, north
