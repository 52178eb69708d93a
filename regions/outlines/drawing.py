"""A map as plain SVG: outlines on a small grid, in an equal-area projection, a border once for both its neighbours."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from .shapes import COUNTRY, Point, Ring, read_shapes

# Albers' conic projection with the parallels and the meridian usual for maps of China.
_SOUTH, _NORTH, _MIDDLE = math.radians(25), math.radians(47), math.radians(105)
_N = (math.sin(_SOUTH) + math.sin(_NORTH)) / 2
_C = math.cos(_SOUTH) ** 2 + 2 * _N * math.sin(_SOUTH)
# A map of the country ends south of Hainan: the sea has a picture of its own, as in the source.
_SOUTH_END = 17.8
WIDTH = 400
_MIN_SIDE = 1  # steps of the grid below which an island is not drawn, unless it is all there is
Step = tuple[int, int]


@dataclass(frozen=True)
class Drawing:
    """What a map consists of: its size, a path for each division, and the picture of the South China Sea."""

    code: str
    width: int
    height: int
    paths: dict[str, str]
    inset: str

    @cached_property
    def sheet(self) -> str:
        """An SVG file with each path under the code of its division, which pages refer to: it is the same for all of them."""
        paths = "".join(f'<path id="{code}" d="{path}"/>' for code, path in self.paths.items())
        return f'<svg xmlns="http://www.w3.org/2000/svg"><defs>{paths}</defs></svg>'

    @cached_property
    def version(self) -> str:
        """Another one whenever the sheet is another."""
        return f"{zlib.crc32(self.sheet.encode()):08x}"


@lru_cache(maxsize=64)
def drawing_of(file: Path, code: str = COUNTRY) -> Drawing | None:
    """The paths of a map of the country by provinces, or of one province by what lies directly below it."""
    shapes = read_shapes(file)
    end = _SOUTH_END if code == COUNTRY else -90
    land = {each: _north_of(polygons, end) for each, polygons in shapes.drawn(code).items()}
    if not land:
        return None
    points = [project(point) for polygons in land.values() for ring in polygons for point in ring]
    left, right = min(x for x, _y in points), max(x for x, _y in points)
    bottom, top = min(y for _x, y in points), max(y for _x, y in points)
    scale = (WIDTH - 2) / (right - left)
    height = round((top - bottom) * scale) + 2

    def place(ring: Ring) -> list[Step]:
        projected = map(project, ring)
        return [(round((x - left) * scale) + 1, round((top - y) * scale) + 1) for x, y in projected]

    return Drawing(
        code,
        WIDTH,
        height,
        {each: _path(map(place, polygons)) for each, polygons in land.items()},
        "".join(_in_corner(ring, height) for (ring,) in shapes.inset()) if code == COUNTRY else "",
    )


def project(point: Point) -> Point:
    """Albers' equal-area conic on a sphere of radius 1."""
    longitude, latitude = (math.radians(part) for part in point)
    radius = math.sqrt(_C - 2 * _N * math.sin(latitude)) / _N
    turn = _N * (longitude - _MIDDLE)
    return radius * math.sin(turn), -radius * math.cos(turn)


def _north_of(polygons: list[list[Ring]], limit: float) -> list[Ring]:
    return [
        ring
        for polygon in polygons
        for ring in polygon
        if max(latitude for _longitude, latitude in ring) > limit
    ]


def _in_corner(ring: Ring, height: int) -> str:
    """A ring of the picture of the sea, which the source draws 6.1 degrees wide and 6.7 high, in the lower right corner."""
    places = [(WIDTH - 41 + (x - 126) * 6.4, height - 58 + (25 - y) * 8.4) for x, y in ring[:-1]]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places) + "z"


def _path(rings: Iterable[list[Step]]) -> str:
    """The rings as one path of relative whole steps; what shrinks to nothing is left out."""
    drawn = [_straightened(ring) for ring in rings]
    big = [ring for ring in drawn if len(ring) > 2 and _side(ring) >= _MIN_SIDE]
    if not big and drawn:  # too small to be drawn, but nobody is left out
        x, y = max(drawn, key=_side)[0]
        return f"M{x} {y}h1v1h-1z"
    return "".join(map(_ring_path, big))


def _side(ring: list[Step]) -> int:
    return max(max(part) - min(part) for part in zip(*ring, strict=True)) if ring else 0


def _straightened(ring: list[Step]) -> list[Step]:
    """Without repeated points and those in the middle of a straight line."""
    kept: list[Step] = []
    for point in ring:
        if kept and kept[-1] == point:
            continue
        if len(kept) > 1:
            (ax, ay), (bx, by), (cx, cy) = kept[-2], kept[-1], point
            if (bx - ax) * (cy - by) == (by - ay) * (cx - bx):
                kept.pop()
                if kept[-1] == point:
                    continue
        kept.append(point)
    return kept[:-1] if len(kept) > 1 and kept[0] == kept[-1] else kept


def _ring_path(ring: list[Step]) -> str:
    (x, y), text = ring[0], f"M{ring[0][0]} {ring[0][1]}l"
    steps = []
    for next_x, next_y in ring[1:]:
        dx, dy = next_x - x, next_y - y
        steps.append(f"{dx}{'' if dy < 0 else ' '}{dy}")
        x, y = next_x, next_y
    return (
        text
        + "".join(
            f"{'' if place == 0 or step.startswith('-') else ' '}{step}" for place, step in enumerate(steps)
        )
        + "z"
    )
