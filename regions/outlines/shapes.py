"""The bundled outlines: TopoJSON, in which a stretch of border stands once for both its neighbours."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

FILE = "outlines.json"
Point = tuple[float, float]
Ring = list[Point]
COUNTRY = "100000"
# Groups of the file; the overview is the provinces again, for a map of the country.
PROVINCES, DIVISIONS, OVERVIEW, INSET = "provinces", "divisions", "overview", "inset"


class Shapes:
    """Outlines and centre points by code: provinces, and what lies directly below them."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._transform = document["transform"]
        self._deltas = document["arcs"]
        self._arcs: dict[int, list[Point]] = {}
        self._groups = {
            name: {body["id"]: body for body in group["geometries"]}
            for name, group in document["objects"].items()
        }
        self._bodies = self._groups[PROVINCES] | self._groups[DIVISIONS]

    def __contains__(self, code: str) -> bool:
        return code in self._bodies

    def codes(self) -> list[str]:
        """All that have an outline."""
        return list(self._bodies)

    def centre(self, code: str) -> Point | None:
        """The centre point of a division, if one is known."""
        found = self._bodies.get(code, {}).get("properties", {}).get("centre")
        return tuple(found) if found else None

    def polygons(self, code: str) -> list[list[Ring]]:
        """The polygons of a division: each its outer ring, then its holes; rings are closed."""
        return self._polygons(self._bodies[code])

    def drawn(self, code: str) -> dict[str, list[list[Ring]]]:
        """What a map shows: of the country the provinces, coarsely; of a province what lies directly below it.

        A province without divisions is shown itself. Empty for what has no map of its own.
        """
        if code == COUNTRY:
            return {each: self._polygons(body) for each, body in self._groups[OVERVIEW].items()}
        if code not in self._groups[PROVINCES]:
            return {}
        below = {each: body for each, body in self._groups[DIVISIONS].items() if each[:2] == code[:2]}
        return {each: self._polygons(body) for each, body in (below or {code: self._bodies[code]}).items()}

    def inset(self) -> list[list[Ring]]:
        """The small picture of the South China Sea that is set beside the map of the country."""
        return [polygon for body in self._groups[INSET].values() for polygon in self._polygons(body)]

    def _polygons(self, body: dict[str, Any]) -> list[list[Ring]]:
        return [[self._ring(arcs) for arcs in polygon] for polygon in body["arcs"]]

    def _ring(self, numbers: list[int]) -> Ring:
        points: Ring = []
        for number in numbers:
            arc = self._arc(~number)[::-1] if number < 0 else self._arc(number)
            points += arc[1:] if points else arc
        return points

    def _arc(self, number: int) -> list[Point]:
        """A stretch of border, read when it is first drawn: the map of the country takes a few of them."""
        if number not in self._arcs:
            (across, up), (left, bottom) = self._transform["scale"], self._transform["translate"]
            x = y = 0
            points = []
            for dx, dy in self._deltas[number]:
                x, y = x + dx, y + dy
                points.append((round(left + x * across, 6), round(bottom + y * up, 6)))
            self._arcs[number] = points
        return self._arcs[number]


@lru_cache(maxsize=2)
def read_shapes(path: Path) -> Shapes:
    """The outlines of a file; a process reads it once."""
    return Shapes(orjson.loads(path.read_bytes()))
