"""A store table from the paste box to the pages: read, decided, applied, looked at in lists and pages, taken back."""

import pytest
from django.conf import settings
from django.urls import reverse

from regions.models import Outlet
from regions.tests import factories

TABLE = """联系人\t电话\t详细地址\t网点名称\t营业时间
张三\t0813-8112233\t四川省自贡市富顺县晨光路18号\t富顺站\t周一至周五 8:30-17:30，节假日休息
李四\t4008888888\t四川省自贡市富顺县富世路3号\t城南站\t看心情
"""


@pytest.mark.django_db(transaction=True)
def test_a_store_table_from_paste_to_pages_and_back(visitor, world, chief, client):
    factories.make_hotline(factories.make_service("theirs", brand="theirs"), "4008888888")
    client.force_login(chief)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    visitor.page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": visitor.root}]
    )
    page = visitor.page
    visitor.go(reverse("admin:regions_coverageimport_add") + f"?service={world.ours.pk}")
    page.fill("textarea[name=text]", TABLE)
    page.get_by_role("button", name="读取", exact=True).click()
    page.get_by_text("这像是一张网点表").first.wait_for()
    visitor.look("stores-recognised")
    page.get_by_role("button", name="按网点表读取").click()
    page.get_by_text("看心情").first.wait_for()
    visitor.look("stores-preview")
    shown = page.inner_text("body")
    assert "张三" not in shown and "李四" not in shown and "4008888888" in shown
    page.get_by_role("button", name="仍然接受").first.click()
    page.get_by_role("button", name="应用", exact=True).click()
    page.get_by_text("新增 2").first.wait_for()
    visitor.look("stores-applied")
    draft = page.url.removeprefix(visitor.root)

    visitor.go(reverse("admin:regions_outlet_changelist"))
    visitor.look("outlets")
    visitor.go(reverse("admin:regions_outlet_change", args=[Outlet.objects.get(name="富顺站").pk]))
    visitor.look("outlet")
    visitor.go("/services/a-repair/")
    visitor.look("outlets-of-service")
    page.get_by_role("link", name="全部 2 个网点").click()
    assert "富顺站" in page.inner_text("body")
    visitor.go("/regions/510322/")  # beside the service one of them, and where all are
    visitor.look("outlets-of-region")
    page.get_by_role("link", name="全部网点").first.click()
    page.get_by_text("富顺站").first.wait_for()

    visitor.go(draft)
    page.get_by_role("button", name="撤销这次导入").click()
    page.get_by_text("撤回 2 个网点").first.wait_for()
    assert not Outlet.objects.exists()
