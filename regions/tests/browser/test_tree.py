"""A service's coverage edited as a tree, in a browser: clicks are counted, keys do what the mouse does."""

import pytest
from django.urls import reverse

from regions.models import Change, CoverageRule
from regions.models.base import today
from regions.services import records
from regions.tests import factories

from .test_admin import desk  # noqa: F401

TWENTY = [
    "440103",
    "440104",
    "440105",
    "440106",
    "440111",
    "440112",
    "440113",
    "440114",
    "440115",
    "440117",
    "440118",
    "440203",
    "440204",
    "440205",
    "440222",
    "440224",
    "440229",
    "440232",
    "440233",
    "440281",
]


@pytest.fixture
def guangdong(desk, world):  # noqa: F811
    """Regions by code, and the address of the page."""
    places = factories.load_regions(*TWENTY, "440300")
    yield places | {"address": reverse("admin:regions_service_coverage", args=[world.ours.pk])}
    desk.page.wait_for_load_state(
        "networkidle"
    )  # what the page still asks would lock the tables that are emptied


class Hand:
    """Counts what a person does with the mouse."""

    def __init__(self, page) -> None:
        self.page, self.clicks = page, 0

    def click(self, locator) -> None:
        locator.click()
        self.clicks += 1


def row(page, code):
    return page.locator(f'.tr-row[data-code="{code}"]')


def choose(page, code, name):
    return row(page, code).get_by_role("button", name=name, exact=True)


def listed(service) -> dict[str, str]:
    rules = CoverageRule.objects.current().filter(service=service)
    return dict(rules.values_list("region__code", "kind"))


def test_twenty_counties_in_twenty_five_clicks(desk, guangdong, world):  # noqa: F811
    page, hand = desk.page, Hand(desk.page)
    desk.go(guangdong["address"])
    desk.look("tree")
    hand.click(choose(page, "440000", "全部区县"))
    row(page, "440281").wait_for()
    for code in TWENTY:
        hand.click(choose(page, code, "包含"))
    page.locator("#tr-sentence", has_text="乐昌市").wait_for()
    assert row(page, "440000").locator(".tr-words").inner_text().startswith("部分覆盖 20/")
    desk.look("tree-chosen")
    assert not Change.objects.filter(kind="coverage-rule", key__contains="440103").exists()
    hand.click(page.get_by_role("button", name="预览", exact=True))
    page.get_by_label("变更原因").fill("2026 年 11 月清单")
    desk.look("tree-preview")
    hand.click(page.get_by_role("button", name="应用", exact=True))
    page.get_by_text("新增 20").first.wait_for()
    desk.look("tree-applied")
    assert hand.clicks <= 25
    assert listed(world.ours) == {"510322": "include", **dict.fromkeys(TWENTY, "include")}
    written = Change.objects.filter(kind="coverage-rule", reason="2026 年 11 月清单")
    assert written.count() == 20 and len(set(written.values_list("changeset"))) == 1


def test_all_of_a_city_but_one_county_in_two_clicks(desk, guangdong, world):  # noqa: F811
    page, hand = desk.page, Hand(desk.page)
    desk.go(guangdong["address"] + "?region=440100")
    hand.click(choose(page, "440100", "除…外"))
    row(page, "440113").wait_for()
    hand.click(choose(page, "440113", "排除"))
    page.locator("#tr-sentence", has_text="广州市(除").wait_for()
    assert row(page, "440100").locator(".tr-words").inner_text().startswith("部分覆盖 10/11")
    assert hand.clicks == 2
    page.get_by_role("button", name="预览", exact=True).click()
    page.get_by_label("变更原因").fill("番禺店关了")
    page.get_by_role("button", name="应用", exact=True).click()
    page.get_by_text("新增 2").first.wait_for()
    assert listed(world.ours) == {"510322": "include", "440100": "include", "440113": "exclude"}


def test_by_keys_alone(desk, guangdong, world):  # noqa: F811
    """Search, move, choose, note, preview, back, and apply, without a mouse."""
    page = desk.page
    desk.go(guangdong["address"])
    page.locator("#tr-sentence", has_text="富顺").wait_for()
    page.keyboard.press("/")
    page.keyboard.type("gzs")
    page.locator("#tr-found button", has_text="广州市 440100").wait_for()
    page.keyboard.press("ArrowDown")
    page.locator("#tr-found button", has_text="广州市 440100").focus()
    page.keyboard.press("Enter")
    row(page, "440100").wait_for()
    page.wait_for_function("document.activeElement.dataset.code === '440100'")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    row(page, "440103").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    assert choose(page, "440103", "排除").get_attribute("aria-pressed") == "true"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.keyboard.type("仅限城区")
    page.keyboard.press("Tab")
    page.keyboard.type("24")
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement.dataset.code === '440100'")
    page.keyboard.press("ArrowLeft")
    assert row(page, "440103").count() == 0
    desk.look("tree-keys")
    page.locator("#tr-preview").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="返回树形编辑").focus()
    page.keyboard.press("Enter")
    row(page, "440100").wait_for()
    assert choose(page, "440100", "包含").get_attribute("aria-pressed") == "true"
    page.locator("#tr-preview").focus()
    page.keyboard.press("Enter")
    page.get_by_label("变更原因").focus()
    page.keyboard.type("广州店开业")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("新增 2").first.wait_for()
    rule = CoverageRule.objects.get(service=world.ours, region__code="440100")
    assert (rule.note, rule.response_hours, rule.valid_from) == ("仅限城区", 24, today())
    assert listed(world.ours)["440103"] == "exclude"


def test_a_second_editor_is_told(desk, guangdong, world):  # noqa: F811
    page = desk.page
    desk.go(guangdong["address"])
    choose(page, "440000", "包含").click()
    records.save(
        CoverageRule(service=world.ours, region=guangdong["440300"], kind="exclude"), reason="深圳另有人做"
    )
    page.get_by_role("button", name="预览", exact=True).click()
    page.get_by_text("深圳另有人做").wait_for()
    desk.look("tree-newer")
    page.get_by_label("变更原因").fill("全省")
    page.get_by_role("button", name="应用", exact=True).click()
    page.get_by_text("新增 1").first.wait_for()
    assert listed(world.ours) == {"510322": "include", "440000": "include", "440300": "exclude"}
