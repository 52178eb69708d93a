"""TopoJSON out of polygons that share their borders: each stretch of border is written once. Needs shapely."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.polygon import orient

from regions.outlines.shapes import DIVISIONS, PROVINCES

SCALE = 1000  # steps to a degree in the file
CENTRE_DECIMALS = 2

Point = tuple[int, int]


def topology(
    layers: Iterable[dict[str, dict[str, MultiPolygon]]], centres: dict[str, tuple[float, float]]
) -> dict[str, Any]:
    """TopoJSON: each stretch of border once, an outline as a list of stretches (~n: the n-th, backwards).

    The groups of one layer share their borders.
    """
    arcs: list[tuple[Point, ...]] = []
    written: dict[str, Any] = {}
    for layer in layers:
        rings = {
            (name, code): [list(rings_of(polygon)) for polygon in polygons_of(shape)]
            for name, group in layer.items()
            for code, shape in group.items()
        }
        cutter = Cutter(
            (ring for polygons in rings.values() for polygon in polygons for ring in polygon), arcs
        )
        for (name, code), polygons in rings.items():
            cut = [[cutter.arcs_of(ring) for ring in polygon] for polygon in polygons if polygon]
            body: dict[str, Any] = {"type": "MultiPolygon", "arcs": cut, "id": code}
            if name in (PROVINCES, DIVISIONS):
                body["properties"] = {"centre": [round(part, CENTRE_DECIMALS) for part in centres[code]]}
            group = written.setdefault(name, {"type": "GeometryCollection", "geometries": []})
            group["geometries"].append(body)
    return {
        "type": "Topology",
        "transform": {"scale": [1 / SCALE, 1 / SCALE], "translate": [0, 0]},
        "objects": written,
        "arcs": [list(_differences(arc)) for arc in arcs],
    }


def rings_of(polygon: Polygon) -> Iterator[list[Point]]:
    """The rings of a polygon on the grid of the file, as RFC 7946 wants them turned; none of what it swallows."""
    turned = orient(polygon)
    for number, ring in enumerate([turned.exterior, *turned.interiors]):
        points = [(round(x * SCALE), round(y * SCALE)) for x, y in ring.coords]
        kept = [point for point, before in zip(points[1:], points, strict=False) if point != before]
        if len(set(kept)) > 2:
            yield kept
        elif number == 0:
            return


class Cutter:
    """Cuts rings where borders meet, and keeps each piece once."""

    def __init__(self, rings: Iterable[list[Point]], arcs: list[tuple[Point, ...]]) -> None:
        near: dict[Point, set[Point]] = defaultdict(set)
        for ring in rings:
            for one, other in zip(ring, [*ring[1:], ring[0]], strict=True):
                near[one].add(other)
                near[other].add(one)
        self.corners = {point for point, others in near.items() if len(others) != 2}
        self.arcs = arcs
        self.known: dict[tuple[Point, ...], int] = {}

    def arcs_of(self, ring: list[Point]) -> list[int]:
        start = next((place for place, point in enumerate(ring) if point in self.corners), None)
        if start is None:  # touches nobody, or the same neighbour all round
            start = ring.index(min(ring))
        turned = [*ring[start:], *ring[: start + 1]]
        found, piece = [], [turned[0]]
        for place, point in enumerate(turned[1:], 1):
            piece.append(point)
            if point in self.corners or place == len(turned) - 1:
                found.append(self._number(tuple(piece)))
                piece = [point]
        return found

    def _number(self, arc: tuple[Point, ...]) -> int:
        if (known := self.known.get(arc)) is not None:
            return known
        if (known := self.known.get(arc[::-1])) is not None:
            return ~known
        self.known[arc] = len(self.arcs)
        self.arcs.append(arc)
        return self.known[arc]


def _differences(arc: tuple[Point, ...]) -> Iterator[list[int]]:
    x = y = 0
    for point in arc:
        yield [point[0] - x, point[1] - y]
        x, y = point


def polygons_of(shape: shapely.Geometry) -> list[Polygon]:
    """The polygons of a shape without lines and points; sorted, so that the same is always made."""
    parts = (
        shapely.get_parts(shapely.get_parts(shape)) if shape.geom_type == "GeometryCollection" else [shape]
    )
    found = [part for part in shapely.get_parts(list(parts)) if part.geom_type == "Polygon"]
    return sorted((shapely.normalize(part) for part in found), key=lambda part: part.bounds)
