"""Brands and products are found by pinyin and by its first letters, wherever records of theirs are searched."""

import pytest
from django.contrib import admin
from django.urls import reverse

from regions.admin.base import BaseAdmin
from regions.models import (
    Brand,
    Category,
    CoverageImport,
    CoverageRule,
    Hotline,
    Outlet,
    Promise,
    Service,
    Verification,
)
from regions.tests import factories

# Where a brand is looked for, and where a product is.
BRANDS = {Brand, Service, CoverageRule, Hotline, Outlet, CoverageImport, Promise, Verification}
PRODUCTS = BRANDS - {Brand, Outlet} | {Category}


@pytest.fixture
def named(world):
    Brand.objects.filter(slug="a").update(name="云朵电器")
    Brand.objects.filter(slug="b").update(name="海燕")
    Category.objects.filter(slug="cabinets").update(name="消毒柜")
    Category.objects.create(slug="other", name="洗衣机")
    factories.make_outlet(world.ours, name="一店", slug="x-1")
    factories.make_outlet(world.theirs, name="二店", slug="x-2")
    return world


def found(desk, model, words: str) -> int:
    page = desk.get(reverse(f"admin:regions_{model._meta.model_name}_changelist"), {"q": words})
    return page.context["cl"].result_count


@pytest.mark.slow
@pytest.mark.parametrize("model", sorted(BRANDS | PRODUCTS, key=str), ids=lambda model: model.__name__)
def test_a_list_is_searched_by_pinyin_and_its_first_letters(model, named, desk):
    every = model.objects.count()
    if model in BRANDS:
        one_alone = model in {Brand, Service, CoverageRule, Hotline, Outlet}  # the other brand has some too
        for word in ("ydd", "yunduo", "YDDQ"):
            assert found(desk, model, word) == every - (found(desk, model, "hy") if one_alone else 0) > 0
    words = ["xdg", "xiaodu"] + (["xdg ydd"] if model in BRANDS else [])
    for word in words if model in PRODUCTS else ():
        assert found(desk, model, word) > 0
    assert found(desk, model, "qqqq") == 0
    if model in BRANDS:
        assert found(desk, model, "ydd qqqq") == 0


def test_a_choice_of_a_form_is_searched_likewise(named, desk):
    def offered(model, field, words):
        asked = {"app_label": "regions", "model_name": model, "field_name": field, "term": words}
        return [each["text"] for each in desk.get(reverse("admin:autocomplete"), asked).json()["results"]]

    assert offered("service", "brand", "yddq") == ["云朵电器"]
    assert offered("service", "category", "xdg") == ["消毒柜"]
    assert [text.rpartition(" ")[2] for text in offered("hotline", "service", "hy")] == ["海燕"]


def test_every_page_that_says_where_its_brand_stands_is_here():
    pages = {model: page for model, page in admin.site._registry.items() if isinstance(page, BaseAdmin)}
    # Rules are looked for in a way of their own (`coverage.of_services`).
    assert {model for model, page in pages.items() if page.spelled} == (BRANDS | PRODUCTS) - {CoverageRule}
