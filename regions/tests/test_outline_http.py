"""Centre points and outlines as the API and the pages give them."""

import json
import re

import pytest
from django.conf import settings

from regions.outlines.shapes import FILE

pytestmark = pytest.mark.django_db


@pytest.fixture
def regions(make_regions):
    return make_regions("510322", "370681", "110101", "710000", "429004", "371200")


def topology() -> dict:
    return json.loads((settings.REGIONS_DIR / FILE).read_text(encoding="utf-8"))


def decoded(code: str) -> list:
    """An outline out of the bundled file by the words of the TopoJSON specification."""
    document = topology()
    groups = [document["objects"][name]["geometries"] for name in ("provinces", "divisions")]
    body = next(each for group in groups for each in group if each["id"] == code)
    across, up = document["transform"]["scale"]

    def arc(number):
        x = y = 0
        points = []
        for dx, dy in document["arcs"][number if number >= 0 else ~number]:
            x, y = x + dx, y + dy
            points.append([x * across, y * up])
        return points if number >= 0 else points[::-1]

    def ring(numbers):
        points = []
        for number in numbers:
            points += arc(number)[bool(points) :]
        return points

    return [[ring(numbers) for numbers in polygon] for polygon in body["arcs"]]


@pytest.mark.parametrize("code", ["510000", "510300", "110101", "710000", "429004", "510300000000"])
def test_an_outline_is_geojson(regions, api, code):
    response = api.get(f"/api/v1/regions/{code}/outline/")
    assert response.status_code == 200 and response["Content-Type"].startswith("application/geo+json")
    body, short = response.json(), code[:6]
    assert (body["type"], body["id"], body["geometry"]["type"]) == ("Feature", short, "MultiPolygon")
    assert body["properties"]["full_name"] == regions[short].full_name
    expected = decoded(short)
    for polygon, wanted in zip(body["geometry"]["coordinates"], expected, strict=True):
        for ring, points in zip(polygon, wanted, strict=True):
            assert ring[0] == ring[-1] and len(ring) >= 4
            assert [coordinate for point in ring for coordinate in point] == pytest.approx(
                [coordinate for point in points for coordinate in point], abs=1e-9
            )
    west, south, east, north = body["bbox"]
    flat = [point for polygon in body["geometry"]["coordinates"] for ring in polygon for point in ring]
    assert (min(x for x, _y in flat), max(y for _x, y in flat)) == (west, north)
    assert 73 < west < east < 136 and 3 < south < north < 54


def test_an_outline_is_kept_by_its_etag(regions, api):
    first = api.get("/api/v1/regions/510300/outline/")
    again = api.get("/api/v1/regions/510300/outline/", HTTP_IF_NONE_MATCH=first["ETag"])
    assert again.status_code == 304
    assert api.get("/api/v1/regions/510300/outline/?format=json").json() == first.json()


@pytest.mark.parametrize("code", ["510322", "371200", "100000", "999999"])
def test_where_there_is_no_outline_it_says_what_has_one(regions, api, code):
    response = api.get(f"/api/v1/regions/{code}/outline/")
    body = response.json()
    assert (response.status_code, body["type"]) == (404, "urn:servicenet:problem:no-outline")
    assert "prefectures" in body["detail"]


@pytest.mark.parametrize(
    "url", ["/api/v1/regions/51x/outline/", "/api/v1/regions/510300/outline/?on=2020-01-01"]
)
def test_outlines_are_asked_strictly(regions, api, url):
    assert api.get(url).status_code == 400


def test_without_the_file_there_is_none(regions, api, settings, tmp_path):
    settings.REGIONS_DIR = tmp_path
    assert api.get("/api/v1/regions/510300/outline/?format=json").status_code == 404
    body = api.get("/api/v1/regions/510300/").json()
    assert (body["latitude"], body["longitude"]) == (None, None)


@pytest.mark.slow
def test_a_centre_point_stands_in_the_single_record(regions, api):
    centres = {
        each["id"]: each["properties"]["centre"]
        for name in ("provinces", "divisions")
        for each in topology()["objects"][name]["geometries"]
    }
    for code in ("510000", "510300", "710000", "429004"):
        body = api.get(f"/api/v1/regions/{code}/").json()
        assert [body["longitude"], body["latitude"]] == centres[code]
    assert centres["510300"] == [104.77, 29.35]
    for code in ("510322", "371200"):  # a county; a city that has ended
        body = api.get(f"/api/v1/regions/{code}/").json()
        assert (body["latitude"], body["longitude"]) == (None, None)
    only = api.get("/api/v1/regions/510300/?fields=code,latitude").json()
    assert only == {"code": "510300", "latitude": 29.35}


def test_the_page_of_a_place_says_where_it_lies_in_the_words_of_schema_org(regions, client):
    def place(code):
        html = client.get(f"/regions/{code}/").content.decode()
        data = json.loads(
            re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[1]
        )
        return data["@graph"][1]

    assert place("510300")["geo"] == {"@type": "GeoCoordinates", "latitude": 29.35, "longitude": 104.77}
    assert "geo" not in place("510322")
