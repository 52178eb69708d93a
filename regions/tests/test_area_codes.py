"""Telephone area codes: every prefecture has one, a number says where it rings, and a code finds its place."""

import pytest
from django.conf import settings

from regions.phones.areas import area_codes, area_of

from .gazetteer.small import table


def test_every_prefecture_and_city_province_has_an_area_code():
    current = [row for row in table(settings.REGIONS_DIR / "regions.csv") if not row["valid_to"]]
    named = {code for codes in area_codes().values() for code in codes}
    cities = {"110000", "120000", "310000", "500000"}
    wanted = {row["code"] for row in current if row["level"] == "prefecture"} | cities
    assert wanted - named == set()
    assert named - {row["code"] for row in current} == set()


def test_an_area_code_is_two_or_three_digits_after_the_zero():
    assert all(code.startswith("0") and code.isdigit() and len(code) in (3, 4) for code in area_codes())
    assert {code for code in area_codes() if len(code) == 3} == {
        "010", "020", "021", "022", "023", "024", "025", "027", "028", "029",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("number", "codes"),
    [
        ("08132100000", ("510300",)),
        ("02163000000", ("310000",)),
        ("073184000000", ("430100", "430200", "430300")),
        ("4001865909", ()),
        ("13800000000", ()),
        ("95555", ()),
        ("0813", ()),
    ],
)
def test_where_a_number_rings(number, codes):
    assert area_of(number) == codes


@pytest.mark.django_db
def test_an_area_code_finds_its_place(api, make_regions):
    make_regions("510300", "430100", "430200", "430300")
    asked = api.get("/api/v1/coverage/", {"q": "0813"}).json()
    assert [answer["region"]["code"] for answer in asked["answers"]] == ["510300"]
    assert asked["detail"] == "0813 is a telephone area code."
    assert [row["code"] for row in api.get("/api/v1/regions/", {"q": "0813"}).json()["results"]] == ["510300"]
    asked = api.get("/api/v1/coverage/", {"q": "0731"}).json()
    assert asked["state"] == "ambiguous"
    assert [found["code"] for found in asked["candidates"]] == ["430100", "430200", "430300"]


@pytest.mark.django_db
def test_a_fixed_line_number_says_where_it_rings(api, make_regions):
    make_regions("510300")
    answer = api.get("/api/v1/numbers/", {"number": "0813-2100000"}).json()
    assert [region["code"] for region in answer["rings_in"]] == ["510300"]
    assert api.get("/api/v1/numbers/", {"number": "400-186-5909"}).json()["rings_in"] == []
