"""Rules on abolished regions, carried over in a browser: in Chinese, on a phone and on a desk."""

from datetime import timedelta

import pytest
from django.urls import reverse

from regions.models import CoverageRule
from regions.models.base import today
from regions.tests import factories

from .test_admin import desk  # noqa: F401
from .test_public_pages import axe, problems  # noqa: F401


@pytest.fixture
def stranded(world):
    places = factories.load_regions("330104", "320125", "330102")
    factories.make_rules(world.ours, include=[places["320125@"]])
    factories.make_rules(world.ours, exclude=[places["330104@"]], note="仅限城区，镇区另行预约")
    factories.make_rules(world.theirs, include=[places["320125@"]])
    factories.make_rules(world.theirs, exclude=[places["320118"]], valid_to=today() + timedelta(days=90))
    factories.make_rules(factories.make_service("c-repair", brand="c"), include=[places["330104@"]])
    return places


def test_rules_are_carried_over(desk, stranded, world, axe):  # noqa: F811
    page = desk.page
    desk.go(reverse("admin:regions_coveragerule_changelist"))
    page.get_by_role("link", name="已撤销区域上的规则").first.click()
    page.get_by_role("button", name="转移区域范围未变（更名、换码、改制）的全部规则").wait_for()
    desk.look("carry-over")
    assert problems(page, axe) == []
    page.get_by_role("button", name="转移区域范围未变（更名、换码、改制）的全部规则").click()
    page.get_by_text("已转移 1 条规则。").first.wait_for()
    card = page.locator("form", has_text="江干区").last
    card.get_by_label("上城区").check()
    card.get_by_label("钱塘区").check()
    desk.look("carry-over-chosen")
    card.get_by_role("button", name="把勾选的规则转到勾选的区域").click()
    page.get_by_text("已转移 2 条规则。").first.wait_for()
    desk.look("carry-over-done")
    for code in ("330102", "330114"):
        assert CoverageRule.objects.open().filter(region=stranded[code], service=world.ours).exists()
    assert CoverageRule.objects.open().filter(region__valid_to__isnull=False).count() == 1
