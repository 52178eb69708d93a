"""An answer about a zone says where it lies and what that rests on, and offers its divisions. Nothing passes as known that was not seen."""

import pytest
from django.conf import settings

from .gazetteer.small import table

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(api, make_regions):
    def ask(text, *codes):
        make_regions(*codes)
        return api.get("/api/v1/coverage/", {"q": text}, headers={"accept-language": "zh-hans"}).json()

    return ask


def test_a_zone_in_several_counties_offers_them_beside_the_wider_answer(ask):
    answer = ask("光谷", "420100", "420111", "420115")
    assert answer["state"] == "partial"
    assert [asked["region"]["code"] for asked in answer["answers"]] == ["420100"]
    assert [region["code"] for region in answer["candidates"]] == ["420111", "420115"]
    for said in ("东湖新技术开发区", "不是区划", "洪山区", "江夏区", "按上级区域答复"):
        assert said in answer["detail"], said


def test_a_zone_behind_its_city_is_told_of_too(ask):
    answer = ask("武汉光谷", "420100", "420111", "420115")
    assert [region["code"] for region in answer["candidates"]] == ["420111", "420115"]
    assert "洪山区" in answer["detail"]


@pytest.mark.parametrize(
    ("begins", "said"),
    [
        ("general knowledge", "没有见到文件"),
        ("approval 国函〔2014〕133号", "国函〔2014〕133号"),
        ("page: ", "见到的来源"),
    ],
)
def test_what_it_rests_on_is_said(ask, begins, said):
    """Out of the table itself: a zone of each kind of source, in one county."""
    row = next(
        row
        for row in table(settings.REGIONS_DIR / "zones.csv")
        if row["source"].startswith(begins) and ";" not in row["codes"] and len(row["name"]) > 4
    )
    code = row["codes"]
    answer = ask(row["name"], f"{code[:2]}0000", f"{code[:4]}00", code)
    assert said in answer["detail"], answer


def test_the_page_says_it_too(client, ask):
    ask("光谷", "420100", "420111", "420115")
    text = client.get("/coverage/", {"q": "光谷"}, headers={"accept-language": "zh-hans"}).text
    assert "洪山区" in text and "不是区划" in text
