"""The bundled outlines: every province and prefecture of this edition, borders shared, the same file from the same package."""

import json
import math
import os
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from regions.outlines.drawing import WIDTH, drawing_of, project
from regions.outlines.shapes import COUNTRY, FILE, read_shapes

from .small import table

BUNDLED = settings.REGIONS_DIR / FILE
# Cities founded by the 兵团 since the package was made; whatever is added here is a hole on a map.
WITHOUT = {"659010", "659011", "659012", "659013"}


def package() -> Path:
    """Where npm's echarts 4.9.0 is unpacked: `make outlines-package`, or ECHARTS names the folder."""
    named = os.environ.get("ECHARTS") or settings.BASE_DIR / ".venv/echarts/node_modules/echarts"
    return Path(named)


@pytest.fixture(scope="module")
def shapes():
    return read_shapes(BUNDLED)


@pytest.fixture(scope="module")
def current() -> dict[str, dict]:
    rows = table(settings.REGIONS_DIR / "regions.csv")
    return {row["code"]: row for row in rows if not row["valid_to"]}


def area(rings) -> float:
    """Of a polygon with its holes, by the shoelace formula."""

    def of(ring):
        return sum(
            ax * by - bx * ay for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True)
        ) / 2  # fmt: skip

    return sum(map(of, rings))  # holes are turned the other way


def test_provinces_and_all_that_lies_directly_below_them_have_an_outline_and_a_centre(shapes, current):
    provinces = {code for code, row in current.items() if row["level"] == "province"}
    below = {code for code, row in current.items() if row["parent"] in provinces}
    assert {code for code, row in current.items() if row["level"] == "prefecture"} <= below
    assert set(shapes.codes()) == provinces | below - WITHOUT
    for code in shapes.codes():
        longitude, latitude = shapes.centre(code)
        assert 73 < longitude < 136 and 3 < latitude < 54


def test_a_province_is_the_sum_of_what_lies_below_it(shapes, current):
    """Overlaps would make the parts more than the whole, gaps less."""
    for code in [code for code in shapes.codes() if code.endswith("0000")]:
        parts = [each for each in shapes.codes() if each[:2] == code[:2] and each != code]
        if parts:
            whole = sum(map(area, shapes.polygons(code)))
            assert sum(area(p) for part in parts for p in shapes.polygons(part)) == pytest.approx(
                whole, rel=1e-9
            )
    country = sum(area(p) for code in shapes.codes() if code.endswith("0000") for p in shapes.polygons(code))
    assert 950 < country < 980  # square degrees, as the source draws it


def test_rings_are_closed_and_turned_as_geojson_wants(shapes):
    for code in shapes.codes():
        for outer, *holes in shapes.polygons(code):
            assert area([outer]) > 0 and all(area([hole]) < 0 for hole in holes), code
            assert all(ring[0] == ring[-1] and len(set(ring)) > 2 for ring in (outer, *holes))


def test_taiwan_and_the_islands_of_the_south_china_sea_are_drawn(shapes):
    assert any(24 < y < 25 and 121 < x < 122 for ring in shapes.polygons("710000") for x, y in ring[0])
    assert len(shapes.polygons("460300")) > 200
    south = min(y for polygon in shapes.polygons("460300") for _x, y in polygon[0])
    assert 3 < south < 5
    overview = drawing_of(BUNDLED)
    assert overview.inset.count("M") == 12 and overview.paths["710000"].count("M") >= 2


@pytest.mark.parametrize("code", [COUNTRY, "110000", "460000", "510000", "650000", "810000", "820000"])
def test_a_map_is_small_and_lies_inside_its_frame(shapes, code):
    drawing = drawing_of(BUNDLED, code)
    assert sum(map(len, drawing.paths.values())) < 11_000
    for path in drawing.paths.values():
        for ring in path.removesuffix("z").split("z"):
            x = y = 0
            numbers = [
                int(word)
                for word in ring[1:].replace("l", " ").replace("h1v1h-1", " ").replace("-", " -").split()
            ]
            for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
                x, y = x + dx, y + dy
                assert 0 <= x <= WIDTH and 0 <= y <= drawing.height


def test_what_has_no_map_has_none():
    assert drawing_of(BUNDLED, "510300") is None and drawing_of(BUNDLED, "999999") is None


def test_areas_are_drawn_equal():
    """A square degree shrinks with the cosine of its latitude, on the globe and on the map."""

    def drawn(longitude, latitude, side=0.01):
        corners = [(0, 0), (side, 0), (side, side), (0, side), (0, 0)]
        return area([[project((longitude + dx, latitude + dy)) for dx, dy in corners]])

    for longitude, latitude in ((75, 39), (105, 20), (130, 52)):
        expected = math.radians(0.01) ** 2 * math.cos(math.radians(latitude + 0.005))
        assert abs(drawn(longitude, latitude)) == pytest.approx(expected, rel=1e-4)


def test_another_folder_is_refused_with_the_cure(tmp_path):
    pytest.importorskip("shapely", reason="requirements-build.txt is not installed")
    with pytest.raises(CommandError, match=r"no unpacked npm package; .*npm pack echarts@4\.9\.0"):
        call_command("build_outlines", source=tmp_path, dir=tmp_path)
    (tmp_path / "package.json").write_text(json.dumps({"name": "echarts", "version": "5.0.0"}))
    with pytest.raises(CommandError, match=r"echarts 5\.0\.0; "):
        call_command("build_outlines", source=tmp_path, dir=tmp_path)


@pytest.mark.slow
def test_the_same_package_gives_the_bundled_file(tmp_path):
    """pytest-django refuses the database to a test that does not ask for it."""
    shapely = pytest.importorskip("shapely", reason="requirements-build.txt is not installed")
    pinned = (settings.BASE_DIR / "requirements-build.txt").read_text(encoding="utf-8")
    if f"shapely=={shapely.__version__} " not in pinned or not package().is_dir():
        pytest.skip("needs the pinned shapely, and npm's echarts: make outlines-package")
    for name in ("regions.csv", "successions.csv"):
        (tmp_path / name).write_bytes((settings.REGIONS_DIR / name).read_bytes())
    out = StringIO()
    call_command("build_outlines", source=package(), dir=tmp_path, stdout=out)
    assert (tmp_path / FILE).read_bytes() == BUNDLED.read_bytes()
    missing, drawn, _size = out.getvalue().splitlines()
    assert {part.split()[0] for part in missing.split(": ")[1].split(", ")} == WITHOUT
    assert drawn.endswith(": –")
