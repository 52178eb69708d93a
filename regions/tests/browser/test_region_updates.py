"""An editor brings the next edition of the region data in: upload, comparison, activation, review, undo. In Chinese."""

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.urls import reverse

from regions.models import CoverageRule, Region, RegionUpdate, Release
from regions.tests.factories import make_rules, make_service
from regions.tests.gazetteer.next_edition import edition_after, edition_before, zipped

RIGHTS = (
    "view_regionupdate", "add_regionupdate", "change_regionupdate", "view_coveragerule", "change_coveragerule",
    "edit_all_brands",
)  # fmt: skip


@pytest.fixture
def editor(visitor, db, tmp_path):
    """Somebody with the right, at the desk, and five rules on what will change."""
    call_command("load_regions", dir=edition_before(tmp_path / "before"), commit=True, verbosity=0)
    service = make_service("one", brand="one")
    regions = Region.objects.filter(code__in=("330122", "330103", "330106", "330110", "330127"))
    make_rules(service, include=list(regions))
    user = User.objects.create_user("editor", password="secret", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=RIGHTS))
    visitor.go(reverse("admin:login"))
    visitor.page.fill("#id_username", "editor")
    visitor.page.fill("#id_password", "secret")
    visitor.page.press("#id_password", "Enter")
    visitor.page.wait_for_load_state("networkidle")
    return visitor


def standing() -> list:
    return [
        list(Region.objects.order_by("pk").values()),
        list(CoverageRule.objects.order_by("pk").values()),
        Release.objects.get(state="active").edition,
    ]


def test_from_upload_to_review_and_undone(editor, tmp_path):
    page, before = editor.page, standing()
    editor.go(reverse("admin:regions_regionupdate_changelist"))
    page.get_by_role("link", name="导入一个版本").first.click()
    archive = tmp_path / "next.zip"
    archive.write_bytes(zipped(edition_after(tmp_path / "after")))
    page.set_input_files("input[name=given]", archive)
    editor.look("region-update-add")
    page.get_by_role("button", name="保存并比对").click()
    page.get_by_text("已保存并比对").first.wait_for()
    editor.look("region-update-compared")
    text = page.inner_text("body")
    for told in (
        "330122 桐庐县 → 330115 桐庐区", "330103 下城区 → 330102 上城区", "330106 西湖区 → 330107 三墩区", "330106 西湖区 → 330106 新西湖区",
        "330110 余杭区 → 330113 临平区", "330127 淳安县 → 千岛湖县",
    ):  # fmt: skip
        assert told in text, told
    assert "撤销区域上的现行规则：4 条，涉及 1 个服务。其中 2 条所在区域整体延续，2 条要人决定。" in text
    hidden = "each => each.scrollWidth - each.clientWidth"
    assert page.locator(".sn-scroll").evaluate(hidden) <= 0, "a column of the answers is cut off"
    assert standing() == before
    editor.go(reverse("admin:index"))
    page.get_by_role("link", name="待决定的区域数据: 1").click()
    page.get_by_role("link", name="2026-11-02").first.click()
    page.get_by_label("整个区域更名").check()
    page.get_by_role("button", name="重新比对").click()
    page.get_by_text("已重新比对").first.wait_for()
    page.get_by_role("button", name="立即生效").click()
    page.get_by_text("版本 2026-11-02 已生效").first.wait_for()
    editor.look("region-update-active")
    places = set(CoverageRule.objects.open().values_list("region__name", flat=True))
    assert {"桐庐区", "千岛湖县", "余杭区"} <= places
    page.get_by_role("link", name="已撤销区域上的规则: 2").click()
    page.get_by_text("下城区").first.wait_for()
    assert "西湖区" in page.inner_text("body")
    editor.look("region-update-review")
    page.go_back()
    page.get_by_role("button", name="撤销", exact=True).click()
    page.get_by_text("已撤销：一切恢复原样").first.wait_for()
    assert standing() == before
    editor.look("region-update-undone")


def test_a_change_is_entered_and_waits_for_its_day(editor):
    page, before = editor.page, standing()
    editor.go(reverse("admin:regions_regionupdate_add") + "?what=change")
    page.get_by_label("更名：代码不变").check()
    page.fill("#id_code", "330127")
    page.fill("#id_to", "330127 千岛湖县")
    page.fill("#id_date", "2199-01-01")
    page.fill("#id_source", "浙江省人民政府")
    editor.look("region-update-change")
    page.get_by_role("button", name="保存并比对").click()
    page.get_by_text("已保存并比对").first.wait_for()
    assert "更名： 330127 → 330127 千岛湖县" in page.inner_text(".ru-title")
    page.fill("input[name=day]", "2199-01-01")
    page.get_by_role("button", name="等到那一天生效").click()
    page.get_by_text("将于 2199-01-01 生效").first.wait_for()
    editor.look("region-update-waits")
    assert RegionUpdate.objects.get().state == "waiting"
    assert standing() == before


def test_without_the_right_there_is_no_page(editor):
    User.objects.get(username="editor").user_permissions.remove(
        Permission.objects.get(codename="edit_all_brands")
    )
    response = editor.page.goto(editor.root + reverse("admin:regions_regionupdate_add"))
    assert response.status == 403
