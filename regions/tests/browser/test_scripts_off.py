"""With scripts off the admin is there, and the paste box does the tree's job, undone like any change."""

import pytest
from django.urls import reverse

from regions.models import CoverageRule
from regions.tests import factories


@pytest.fixture
def browser_context_args(browser_context_args):
    return {**browser_context_args, "java_script_enabled": False}


@pytest.mark.django_db(transaction=True)
def test_a_list_is_edited_as_text_and_undone(visitor, world, chief):
    factories.load_regions("440103")
    page = visitor.page
    visitor.go(reverse("admin:login"))
    page.fill("#id_username", "chief")
    page.fill("#id_password", "secret")
    page.press("#id_password", "Enter")
    page.wait_for_url("**/admin/")
    for name in ("coveragerule", "hotline"):
        visitor.go(reverse(f"admin:regions_{name}_changelist"))
        assert page.get_by_role("searchbox").or_(page.locator("#searchbar")).first.is_visible()
    visitor.go(reverse("admin:regions_service_coverage", args=[world.ours.pk]))
    page.get_by_role("link", name="以文本编辑清单").click()
    page.fill("textarea[name=text]", page.input_value("textarea[name=text]") + "\n广东省广州市荔湾区")
    page.get_by_role("button", name="读取", exact=True).click()
    page.get_by_role("button", name="应用", exact=True).click()
    page.get_by_text("新增 1").first.wait_for()
    listed = CoverageRule.objects.current().filter(service=world.ours).order_by("region__code")
    assert list(listed.values_list("region__code", flat=True)) == ["440103", "510322"]
    page.get_by_role("button", name="撤销这次导入").click()
    page.get_by_text("结束 1").first.wait_for()
    assert list(listed.values_list("region__code", flat=True)) == ["510322"]
