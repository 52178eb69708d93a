"""Regions are found by what people type, the likeliest first."""

import pytest
from django.apps import apps
from django.urls import reverse

from regions.admin.region import search_regions
from regions.models import Region
from regions.tests import factories


@pytest.fixture
def regions(db):
    return factories.load_regions(
        "211300", "211321", "110105", "220104", "140725100", "110105010", "510322", "330104", "110105001"
    )


def ask(desk, term: str) -> list[str]:
    response = desk.get(
        reverse("admin:autocomplete"),
        {"app_label": "regions", "model_name": "coveragerule", "field_name": "region", "term": term},
    )
    assert response.status_code == 200
    return [result["text"] for result in response.json()["results"]]


def test_exact_names_come_first_and_wide_before_narrow(regions, desk):
    found = ask(desk, "朝阳")
    assert [text.partition(" (")[0] for text in found[:4]] == [
        "辽宁省 朝阳市",
        "北京市 朝阳区",
        "辽宁省 朝阳市 朝阳县",
        "吉林省 长春市 朝阳区",
    ]


@pytest.mark.parametrize(
    "term",
    [
        "510322",
        "510322000",
        "510322000000",
        "富顺",
        "富顺县",
        "fushunxian",
        "FuShun",
        "四川 富顺",
        "富顺 四川",
        "四川富顺",
        "自贡市富顺县",
        " 富顺 ",
    ],
)
@pytest.mark.slow
def test_a_region_answers_to_all_its_spellings(term, regions, desk):
    assert ask(desk, term)[0] == "四川省 自贡市 富顺县 (510322)"


def test_a_closed_region_says_when_it_ended_and_who_followed(regions, desk):
    text = ask(desk, "江干区")[0]
    assert "330104" in text
    assert "until 2021-03-11" in text
    assert "上城区" in text and "钱塘区" in text


def test_other_names_count(regions, desk):
    regions["510322"].names.create(name="富义", kind="colloquial", source="people")
    assert ask(desk, "富义")[0].endswith("(510322)")


def test_an_empty_term_offers_the_country_and_the_provinces_first(regions, desk):
    assert ask(desk, "")[0].startswith("中华人民共和国")


@pytest.mark.parametrize("term", ["\x00", "a" * 100_000, "😀😀", "%%%%", "富" * 200])
@pytest.mark.slow
def test_odd_terms_find_nothing_and_break_nothing(term, regions, desk):
    assert ask(desk, term) == []


def test_words_that_contradict_each_other_offer_at_most_what_they_name(regions, db):
    found = search_regions(Region.objects.all(), "浙江 富顺").values_list("code", flat=True)
    assert set(found) <= {"330000", "510322"}


@pytest.mark.slow
def test_no_relation_of_any_model_makes_a_fault(regions, desk):
    """Every field of every model, and what points back to it, asked for as a page would."""
    for model in apps.get_models():
        for name in [field.name for field in model._meta.get_fields()] + ["", "nonsense"]:
            options = model._meta
            question = {"app_label": options.app_label, "model_name": options.model_name, "field_name": name}
            status = desk.get(reverse("admin:autocomplete"), question | {"term": "x"}).status_code
            assert status in (200, 403, 404), question
