"""A page's hours come with its numbers, when somebody takes a number; where the page says two things, none come."""

import pytest

from regions.models import Hotline
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
