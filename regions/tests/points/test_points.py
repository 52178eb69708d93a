"""A point is answered as the code of its county: by chance against ray casting, at borders, and for whatever may be sent."""

import itertools
import json
import math
import random

import pytest

from regions.outlines.gcj import to_gcj02
from regions.tests.factories import make_rules, make_service

from .conftest import SIDE, SOUTH, WEST, ZIGONG, grid

pytestmark = pytest.mark.django_db
ERROR = 100


def crosses(point, ring) -> bool:
    """Whether a ray to the east crosses a ring an odd number of times."""
    x, y = point
    inside = False
    for (ax, ay), (bx, by) in itertools.pairwise(ring):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside


def metres_to(point, ring) -> float:
    """To the nearest border of a ring of horizontal and vertical lines."""
    x, y = point
    across, up = 111_320 * math.cos(math.radians(y)), 111_320
    best = math.inf
    for (ax, ay), (bx, by) in itertools.pairwise(ring):
        near = min(max(x, min(ax, bx)), max(ax, bx)), min(max(y, min(ay, by)), max(ay, by))
        best = min(best, math.hypot((near[0] - x) * across, (near[1] - y) * up))
    return best


def by_hand(point) -> tuple[list[str], float]:
    """The counties that hold a point, and how far the nearest border of any is."""
    holding, nearest = [], math.inf
    for code, polygons in grid().items():
        for polygon in polygons:
            if sum(crosses(point, ring) for ring in polygon) == 1:
                holding.append(code)
            nearest = min(nearest, *(metres_to(point, ring) for ring in polygon))
    return holding, nearest


def ask(api, point, system="wgs84", **more):
    return api.get("/api/v1/coverage/", {"point": point, "point_system": system, **more})


def written(point) -> str:
    return f"{point[0]:.9f},{point[1]:.9f}"


@pytest.mark.one_database
@pytest.mark.slow
@pytest.mark.parametrize("system", ["wgs84", "gcj02"])
def test_random_points_lie_where_ray_casting_says(counties, api, system):
    lots = random.Random(20261126)
    states = set()
    for number in range(150):
        column, row = lots.uniform(-0.3, 6.3), lots.uniform(-0.3, 2.3)
        if number % 3 == 0:  # every third close to a line of the grid
            column = round(column * 4) / 4 + lots.uniform(-0.004, 0.004)
        point = WEST + column * SIDE, SOUTH + row * SIDE
        holding, border = by_hand(point)
        if abs(border - ERROR) < 1:
            continue
        answer = ask(api, written(to_gcj02(point) if system == "gcj02" else point), system).json()
        states.add(answer["state"])
        if border < ERROR:
            assert answer["state"] == "ambiguous" or holding == [answer["region"]["code"]], point
            candidates = {each["code"] for each in answer["candidates"]}
            assert set(holding) <= candidates | {(answer["region"] or {}).get("code")}
        elif holding:
            assert (answer["state"], answer["region"]["code"]) == ("ok", *holding), point
            assert answer["reading"]["border_metres"] is None
        else:
            assert (answer["state"], answer["region"], answer["answers"]) == ("unknown_region", None, []), (
                point
            )
    assert states == {"ok", "ambiguous", "unknown_region"}


@pytest.mark.slow
def test_it_is_the_answer_of_the_code_with_how_it_was_found(counties, api):
    make_rules(make_service("near", brand="b", category="c"), include=[counties["510304"]])
    point = f"{WEST + 2.1 * SIDE:.3f},{SOUTH + 0.1 * SIDE:.3f}"
    by_point, by_code = ask(api, point).json(), api.get("/api/v1/coverage/", {"region": "510304"}).json()
    assert by_point["answers"] == by_code["answers"] and by_point["answers"][0]["count"] == 1
    assert by_point["region"] == by_code["region"] and by_point["state"] == "ok"
    asked = {"region": None, "q": None, "point": point, "point_system": "wgs84"}
    assert asked.items() <= by_point["question"].items()
    reading = by_point["reading"]
    assert reading["codes"] == ["510304"] and reading["point_system"] == "wgs84"
    assert reading["wgs84"] == [float(part) for part in point.split(",")]
    assert reading["outlines"].startswith("counties.geojson ") and reading["error_metres"] == ERROR


def test_on_a_border_the_counties_beside_it_are_candidates(counties, api):
    answer = ask(api, f"{WEST + SIDE:.6f},{SOUTH + SIDE / 2:.6f}").json()
    assert (answer["state"], answer["region"], answer["answers"]) == ("ambiguous", None, [])
    assert [each["code"] for each in answer["candidates"]] == ["510302", "510303"]
    corner = ask(api, f"{WEST + SIDE:.6f},{SOUTH + SIDE:.6f}").json()
    assert [each["code"] for each in corner["candidates"]] == ["510302", "510303", "510311", "510321"]


def test_the_error_decides_what_close_to_a_border_is(counties, api, settings):
    point = f"{WEST + SIDE - 0.002:.6f},{SOUTH + SIDE / 2:.6f}"  # 195 m
    assert ask(api, point).json()["state"] == "ok"
    settings.COUNTY_OUTLINES_METRES = 250
    answer = ask(api, point).json()
    assert answer["state"] == "ambiguous" and 190 < answer["reading"]["border_metres"] < 200


@pytest.mark.slow
def test_the_system_of_the_file_is_named_too(counties, api, settings):
    """400 m west of a border by one system, east of it by the other."""
    point = f"{WEST + SIDE - 0.001:.6f},{SOUTH + SIDE / 2:.6f}"
    settings.COUNTY_OUTLINES_METRES = 10
    found = {}
    for system in ("wgs84", "gcj02"):
        for of_file in ("wgs84", "gcj02"):
            settings.COUNTY_OUTLINES_SYSTEM = of_file
            found[system, of_file] = ask(api, point, system).json()["region"]["code"]
    assert found["wgs84", "wgs84"] == found["gcj02", "gcj02"] == "510302"
    assert found["wgs84", "gcj02"] == "510303" and found["gcj02", "wgs84"] == "510302"


def test_a_day_before_the_county_began_says_so(counties, api):
    answer = ask(api, f"{WEST + 0.1:.3f},{SOUTH + 0.1:.3f}", on="1981-06-01").json()
    by_code = api.get("/api/v1/coverage/", {"region": "510302", "on": "1981-06-01"}).json()
    assert (answer["state"], answer["detail"]) == (by_code["state"], by_code["detail"])


@pytest.mark.slow
def test_it_is_asked_in_a_batch_and_on_the_page_as_well(counties, api, client):
    point = f"{WEST + 0.1:.3f},{SOUTH + 0.1:.3f}"
    questions = [{"point": point, "point_system": "gcj02"}, {"point": point}, {"region": "510302"}]
    verdicts = api.post("/api/v1/coverage/", {"questions": questions}, format="json").json()["verdicts"]
    assert [verdict["status"] for verdict in verdicts] == [200, 400, 200]
    assert verdicts[0]["answer"]["answers"][0]["region"] == verdicts[2]["answer"]["answers"][0]["region"]
    html = client.get("/coverage/", {"point": point, "point_system": "wgs84"}).content.decode()
    assert counties["510302"].full_name in html
    html = client.get(
        "/coverage/", {"point": f"{WEST + SIDE:.3f},{SOUTH + 0.1:.3f}", "point_system": "wgs84"}
    )
    links = [code for code in ("510302", "510303") if f"q={code}" in html.content.decode()]
    assert (
        links == ["510302", "510303"] and "point=" not in html.content.decode().split("candidates")[1][:300]
    )


HOSTILE = [
    "", " ", "104.97", "104.97,", ",29.18", "104.97,29.18,5", "NaN,29", "nan,nan", "1e400,29", "1e2,2e1", "inf,29",
    "104.97，29.18", "104.97, 29.18", " 104.97,29.18", "104.97;29.18", "１０４.97,29.18", "104.97,29.18\n", "0x68,29",
    "+104.97,29.18", "104.,29.", ".5,.5", "104,97,29,18", "--104,29", "9" * 400 + ",29", "104." + "1" * 400 + ",29",
    "<b>,29", "104.97,29.18%00",
]  # fmt: skip


@pytest.mark.parametrize("installed", [True, False])
@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.slow
def test_what_is_no_point_is_told_how_to_write_one(counties, api, client, settings, text, installed):
    if not installed:
        settings.COUNTY_OUTLINES = ""
    response = ask(api, text)
    body = response.json()
    assert (response.status_code, body["type"], body["parameter"]) == (
        400,
        "urn:servicenet:problem:bad-parameter",
        "point",
    )
    assert "104.97,29.18" in body["detail"]
    assert client.get("/coverage/", {"point": text, "point_system": "wgs84"}).status_code == 400


@pytest.mark.parametrize(
    ("point", "says"),
    [
        ("29.18,104.97", "104.97,29.18"),
        ("39.9,116.4", "116.4,39.9"),
        ("2.35,48.85", "outside China"),
        ("-104.97,29.18", "outside China"),
        ("0,0", "outside China"),
        ("999,999", "outside China"),
        ("139.7,35.7", "outside China"),
    ],
)
def test_a_point_elsewhere_or_turned_round_says_so(counties, api, point, says):
    response = ask(api, point)
    assert response.status_code == 400 and says in response.json()["detail"]


@pytest.mark.parametrize("system", [None, "", "WGS84", "wgs-84", "bd09", "auto"])
def test_the_system_is_never_guessed(counties, api, system):
    query = {"point": "104.1,28.7"} | ({} if system is None else {"point_system": system})
    response = api.get("/api/v1/coverage/", query)
    assert response.status_code == 400
    assert response.json()["parameter"] == "point_system" and response.json()["allowed"] == ["wgs84", "gcj02"]


@pytest.mark.parametrize(
    "query",
    [
        {"point": "104.1,28.7", "point_system": "wgs84", "region": "510302"},
        {"point": "104.1,28.7", "point_system": "wgs84", "q": "富顺"},
        {"region": "510302", "point_system": "wgs84"},
        {"q": "富顺", "point_system": "gcj02"},
        {"point_system": "gcj02"},
    ],
)
def test_one_question_at_a_time(counties, api, query):
    response = api.get("/api/v1/coverage/", query)
    assert response.status_code == 400 and response.json()["detail"]


def test_without_outlines_it_says_plainly_how_to_add_them(make_regions, api, client, settings):
    assert settings.COUNTY_OUTLINES == ""
    response = ask(api, "104.97,29.18")
    body = response.json()
    assert (response.status_code, body["type"]) == (400, "urn:servicenet:problem:no-county-outlines")
    assert "requirements-outlines.txt" in body["detail"] and "COUNTY_OUTLINES" in body["detail"]
    page = client.get("/en/coverage/", {"point": "104.97,29.18", "point_system": "wgs84"})
    told = page.content.decode()  # a household cannot install anything
    assert page.status_code == 400 and "COUNTY_OUTLINES" not in told and 'role="alert"' in told


@pytest.mark.parametrize(
    "text", [None, "", "[1, 2", "[]", '{"features": []}', json.dumps({"features": [{"id": "1"}]})]
)
def test_a_file_that_cannot_be_used_is_the_same_problem_and_told_in_the_log(
    counties, api, settings, tmp_path, caplog, text
):
    path = tmp_path / "broken.geojson"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    settings.COUNTY_OUTLINES = str(path)
    assert ask(api, "104.1,28.7").json()["type"] == "urn:servicenet:problem:no-county-outlines"
    assert "COUNTY_OUTLINES cannot be used" in caplog.text


@pytest.mark.slow
def test_every_county_of_the_file_can_be_found(counties, api):
    found = set()
    for code, polygons in grid().items():
        (x, y), *_rest = polygons[0][0]
        answer = ask(api, f"{x + 0.02:.4f},{y + 0.02:.4f}").json()
        assert answer["region"]["code"] == code
        found.add(code)
    assert found == set(ZIGONG)
