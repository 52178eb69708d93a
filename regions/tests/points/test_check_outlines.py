"""manage.py check_outlines: a file is looked at before it is named in COUNTY_OUTLINES."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from .conftest import ZIGONG, collection, grid, square

pytestmark = pytest.mark.django_db


def run(path) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("check_outlines", str(path), stdout=out, stderr=err)
    except CommandError as error:
        err.write(str(error))
    return out.getvalue(), err.getvalue()


def written(path, rings, **extra):
    path.write_text(json.dumps(collection(rings, **extra)), encoding="utf-8")
    return path


def test_a_good_file_is_said_to_be_one(counties, county_file):
    out, err = run(county_file)
    assert err == "" and out.splitlines()[-1] == "outlines 6, missing 0, errors 0"


def test_what_is_missing_is_named_and_no_error(counties, tmp_path):
    rings = grid()
    del rings["510322"]
    out, err = run(written(tmp_path / "some.geojson", rings))
    assert err == "" and "without an outline 1: 四川省/自贡市/富顺县" in out


CROSSED = [[[104, 29], [105, 30], [105, 29], [104, 30], [104, 29]]]


@pytest.mark.parametrize(
    ("rings", "fault"),
    [
        ({"510302": [[square(0, 0)]], "999999": [[square(1, 0)]]}, "999999: no county"),
        ({"510300": [[square(0, 0)]]}, "510300: no county, nor city without counties"),
        ({"5103": [[square(0, 0)]]}, "feature 1 (no code): id, or properties.code or adcode"),
        ({"510302": [CROSSED]}, "feature 1 (510302): Self-intersection"),
        (
            {"510302": [[[[y, x] for x, y in square(0, 0)]]]},
            "feature 1 (510302): it lies outside China; points",
        ),
        ({"510302": [[[[104, 29], [105, 29]]]]}, "feature 1 (510302): its geometry must be"),
        ({"510302": []}, "feature 1 (510302): its geometry must be"),
        ({"510302": "square"}, "feature 1 (510302): its geometry must be"),
    ],
)
def test_every_fault_is_named_with_its_place(counties, tmp_path, rings, fault):
    out, err = run(written(tmp_path / "bad.geojson", rings))
    assert fault in err and out.splitlines()[-1].endswith("errors 1")


def test_a_code_that_stands_there_twice_is_a_fault(counties, tmp_path):
    body = collection(grid())
    body["features"] += body["features"][:1]
    path = tmp_path / "twice.geojson"
    path.write_text(json.dumps(body), encoding="utf-8")
    assert "feature 7 (510302): the code stands there twice" in run(path)[1]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"features": 1}', "[" * 100_000])
def test_what_is_no_geojson_is_said(counties, tmp_path, text):
    path = tmp_path / "no.geojson"
    path.write_text(text, encoding="utf-8")
    out, err = run(path)
    assert "no.geojson: no " in err and out.splitlines()[-1] == f"outlines 0, missing {len(ZIGONG)}, errors 1"


def test_a_file_that_is_not_there(counties, tmp_path):
    assert "No such file" in run(tmp_path / "none.geojson")[1]


def test_codes_may_stand_among_the_properties(counties, tmp_path):
    body = collection(grid())
    for number, feature in enumerate(body["features"]):
        feature["properties"]["adcode" if number % 2 else "code"] = int(feature.pop("id"))
    path = tmp_path / "properties.geojson"
    path.write_text(json.dumps(body), encoding="utf-8")
    assert run(path)[0].splitlines()[-1] == "outlines 6, missing 0, errors 0"
