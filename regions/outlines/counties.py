"""Outlines of counties that a user installs: GeoJSON with our codes. Needs shapely (requirements-outlines.txt), and only here."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .shapes import Point

MAX_BYTES = 200 * 2**20
_METRES = 111_320  # a degree of latitude, and of longitude at the equator


class BadOutlines(Exception):
    """The file cannot be used; `faults` says why, each with where it is."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Found:
    """The codes near a point: those whose outline holds it or comes closer than the error, the nearest border in metres."""

    codes: list[str]
    inside: list[str]
    border: float | None


class Counties:
    """The outlines of one file, found by a point in them."""

    def __init__(self, shapes: dict[str, Any], name: str) -> None:
        import shapely

        self.codes = list(shapes)
        self.name = name
        self._shapes = list(shapes.values())
        shapely.prepare(self._shapes)
        self._borders = [shape.boundary for shape in self._shapes]
        self._tree = shapely.STRtree(self._shapes)

    def find(self, point: Point, error: float) -> Found:
        """What lies at a point; `error` in metres: how far the lines of the file may be from the border."""
        import shapely
        from shapely.affinity import scale

        here = shapely.Point(point)
        across = _METRES * math.cos(math.radians(point[1]))
        reach_x, reach_y = max(error, 1) / across, max(error, 1) / _METRES
        box = shapely.box(point[0] - reach_x, point[1] - reach_y, point[0] + reach_x, point[1] + reach_y)
        codes, inside, nearest = [], [], None
        for number in sorted(self._tree.query(box)):
            shape, code = self._shapes[number], self.codes[number]
            holds = shape.covers(here)
            lines = shapely.intersection(self._borders[number], box)
            level = scale(lines, across, _METRES, origin=point)  # metres on a plane around the point
            border = None if lines.is_empty else level.distance(here)
            if border is not None and border <= error:
                nearest = border if nearest is None else min(nearest, border)
            if holds:
                inside.append(code)
            if holds or (border is not None and border <= error):
                codes.append(code)
        return Found(codes, inside, nearest)


def read_counties(path: Path) -> Counties:
    """The outlines of a file. Raises BadOutlines, or ImportError without shapely."""
    shapes, faults = check(path)
    if faults:
        raise BadOutlines(faults)
    return Counties(shapes, f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()[:12]}")


def check(path: Path) -> tuple[dict[str, Any], list[str]]:
    """The shapes of a file by code, and every fault in it."""
    import shapely
    from shapely.geometry import shape

    features, faults = _features(path)
    shapes: dict[str, Any] = {}
    for number, feature in enumerate(features, 1):
        code = code_of(feature)
        where = f"feature {number} ({code or 'no code'})"
        if not code:
            faults.append(f"{where}: id, or properties.code or adcode, must be a code of six digits")
            continue
        if code in shapes:
            faults.append(f"{where}: the code stands there twice; join its parts in one MultiPolygon")
            continue
        try:
            found = shape(feature["geometry"])
            usable = found.geom_type in ("Polygon", "MultiPolygon") and not found.is_empty
        except Exception:
            usable = False
        if not usable:
            faults.append(
                f"{where}: its geometry must be a Polygon or MultiPolygon of longitudes and latitudes"
            )
            continue
        if not found.is_valid:
            faults.append(f"{where}: {shapely.is_valid_reason(found)}; mend it (shapely.make_valid)")
            continue
        west, south, east, north = found.bounds
        if not (70 < west <= east < 140 and 0 < south <= north < 60):
            faults.append(f"{where}: it lies outside China; points are written longitude first, in degrees")
            continue
        shapes[code] = found
    return shapes, faults


def code_of(feature: Any) -> str:
    """The code of a feature: its id, or `code` or `adcode` among its properties; empty where there is none."""
    told = feature.get("properties") if isinstance(feature, dict) else None
    told = told if isinstance(told, dict) else {}
    for value in (
        feature.get("id") if isinstance(feature, dict) else None,
        told.get("code"),
        told.get("adcode"),
    ):
        text = str(value) if isinstance(value, str | int) else ""
        if len(text) == 6 and text.isascii() and text.isdigit():
            return text
    return ""


def _features(path: Path) -> tuple[list[Any], list[str]]:
    try:
        if path.stat().st_size > MAX_BYTES:
            return [], [f"{path}: larger than {MAX_BYTES // 2**20} MB; simplify it"]
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        return [], [f"{path}: {error.strerror or 'cannot be read'}"]
    except (ValueError, RecursionError):
        return [], [f"{path}: no JSON"]
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not features:
        return [], [f"{path}: no GeoJSON FeatureCollection with features"]
    return features, []
