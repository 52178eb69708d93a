"""Outlines of counties that are invented: real codes on a grid of squares around 104 E, 29 N."""

import json

import pytest

from regions.lookup import points

pytest.importorskip("shapely", reason="requirements-outlines.txt is not installed")

SIDE = 0.4  # degrees
WEST, SOUTH = 104.0, 28.6
ZIGONG = ["510302", "510303", "510304", "510311", "510321", "510322"]


def square(column: int, row: int, side: float = SIDE) -> list[list[float]]:
    x, y = WEST + column * SIDE, SOUTH + row * SIDE
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def hole(column: int, row: int) -> list[list[float]]:
    """A square inside another: the quarter in its middle."""
    x, y = WEST + (column + 0.25) * SIDE, SOUTH + (row + 0.25) * SIDE
    return [[x, y], [x, y + SIDE / 2], [x + SIDE / 2, y + SIDE / 2], [x + SIDE / 2, y], [x, y]]


def grid() -> dict[str, list]:
    """Six counties: 510321 has 510322 in its middle, and 510311 an exclave; 510304 leaves a hole."""
    rings = {code: [[square(place % 3, place // 3)]] for place, code in enumerate(ZIGONG[:4])}
    rings["510304"][0].append(hole(2, 0))
    rings["510311"].append([square(5, 1)])
    rings["510321"] = [[square(1, 1), hole(1, 1)]]
    rings["510322"] = [[hole(1, 1)[::-1]]]
    return rings


def collection(rings: dict[str, list], **extra) -> dict:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": code,
                "properties": {},
                "geometry": {"type": "MultiPolygon", "coordinates": polygons},
            }
            for code, polygons in rings.items()
        ],
        **extra,
    }


@pytest.fixture
def county_file(tmp_path):
    path = tmp_path / "counties.geojson"
    path.write_text(json.dumps(collection(grid())), encoding="utf-8")
    return path


@pytest.fixture
def counties(settings, county_file, make_regions):
    """The file installed, and the counties in it on file."""
    points._read.cache_clear()
    settings.COUNTY_OUTLINES = str(county_file)
    settings.COUNTY_OUTLINES_SYSTEM = "wgs84"
    settings.COUNTY_OUTLINES_METRES = 100
    yield make_regions(*ZIGONG)
    points._read.cache_clear()
