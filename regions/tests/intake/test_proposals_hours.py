"""A page's hours and extensions come with its numbers, when somebody takes one; where the page says two things, no hours come."""

import pytest

from regions.models import Hotline
from regions.pages import read_page
from regions.resolver import load_default
from regions.services import intake
from regions.services.intake.proposals import add
from regions.tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("lines", "hours"),
    [
        ("服务时间：周一至周五 8:30-17:30，节假日休息", "周一至周五 8:30-17:30，节假日休息"),
        ("客服工作时间: 24小时", "24小时"),
        ("营业时间：看情况", "看情况"),
        ("营业时间：9:00-18:00\n服务时间：8:30-17:30", ""),
        ("服务范围：全国", ""),
    ],
)
def test_a_number_of_a_page_comes_with_its_hours(make_regions, lines, hours):
    make_regions("510322")
    text = f"示例品牌售后\n售后电话：400-186-5909\n{lines}\n服务区域：富顺县"
    draft = intake.draft(service=factories.make_service("one"), text=text)
    said = add(imp=draft, what="number")
    hotline = Hotline.objects.get()
    assert hotline.opening_hours == hours and (hours in said)


@pytest.mark.one_database
@pytest.mark.parametrize("written", ["转2", "转 2", "-2", "按2", "分机 2", "ext. 2"])
def test_a_number_comes_with_its_extension_and_stands_beside_the_one_without(make_regions, written):
    make_regions("510322")
    text = f"示例品牌售后\n客服电话：400-186-5909\n安装预约：021-6300 0000{written}\n清洗：02163000000\n服务区域：富顺县"
    draft = intake.draft(service=factories.make_service("one"), text=text)
    said = [add(imp=draft, what="number", index=index) for index in range(3)]
    filed = {(each.number.canonical, each.extension): each.labels for each in Hotline.objects.all()}
    assert filed.keys() == {("4001865909", ""), ("02163000000", "2"), ("02163000000", "")}
    assert "安装预约" in filed["02163000000", "2"] and "清洗" in filed["02163000000", ""]
    assert "021-63000000-2" in said[1].replace(" ", "")
    assert len(read_page(text, load_default()).numbers) == 3
    add(imp=draft, what="number", index=1)
    assert Hotline.objects.count() == 3
