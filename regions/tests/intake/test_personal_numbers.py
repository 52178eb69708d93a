"""A mobile number beside somebody's name or role is a person's: it is not offered as a hotline, and no label names anybody."""

import json
from dataclasses import asdict

import pytest
from django.urls import reverse

from regions.models import Hotline
from regions.pages import read_page
from regions.pages.private import unnamed
from regions.resolver import load_default
from regions.services import intake
from regions.services.intake.plan import IntakeError
from regions.services.intake.proposals import add
from regions.services.intake.reading import read
from regions.tests import factories

PERSONS = [
    "负责人 张伟 13812345678",
    "联系人：李师傅 139-0000-1111（微信同号）",
    "张伟 13812345678",
    "张伟：13812345678",
    "张 伟 电话 13812345678",
    "店长陈刚电话13612345678",
    "陈刚电话13612345678",
    "13612345678 陈刚",
    "13612345678（李师傅）",
    "售后经理 13812345678",
    "手机：13812345678（欧阳锋）",
    "售后热线 400-186-5909，王经理 13812345678",
]
HOTLINES = [
    "售后电话 13812345678",
    "手机：13812345678",
    "微信同号 13812345678",
    "服务热线：13812345678（24小时）",
    "金华 13812345678",
    "工程师上门，请拨打售后热线。报修电话：13812345678",
    "负责人 张伟 400-186-5909",
]


def test_a_person_is_told_from_a_hotline():
    places = load_default()
    read = {text: read_page(text, places).numbers for text in PERSONS + HOTLINES}
    told = {text: {number.kind: number.personal for number in numbers} for text, numbers in read.items()}
    assert [text for text in PERSONS if not told[text].pop("mobile")] == []
    assert [text for text in told if any(told[text].values())] == []
    labels = " ".join(label.text for text in PERSONS for number in read[text] for label in number.labels)
    assert labels == "售后热线"


@pytest.mark.django_db
def test_it_is_not_offered_nor_added_and_the_preview_says_why(make_regions, admin_client):
    make_regions("510322")
    text = "示例品牌售后\n负责人 张伟 13812345678\n服务区域：富顺县"
    draft = intake.draft(service=factories.make_service("one"), text=text)
    page = admin_client.get(
        reverse("admin:regions_coverageimport_change", args=[draft.pk]), HTTP_ACCEPT_LANGUAGE="en"
    ).content.decode()
    assert (
        "a person&#x27;s mobile number; not offered" in page
        or "a person's mobile number; not offered" in page
    )
    assert "add:number-0" not in page
    with pytest.raises(IntakeError):
        add(imp=draft, what="number")
    assert not Hotline.objects.exists()


@pytest.mark.parametrize(
    "line", ["收件人：王建国 13800138000 富顺县", "富顺县-王建国-13800138000", "富顺县 王建国 13800138000"]
)
@pytest.mark.django_db
def test_a_title_names_nobody(service, line):
    """It stands in lists of imports and in change sets; the text itself is kept as it came, for who reads it."""
    imp = intake.draft(service=service, text=f"{line}\n自贡市")
    assert "富顺县" in imp.title and "王建国" not in imp.title and "13800138000" not in imp.title
    for title in ("服务区域：广东省、浙江省（除舟山）", "全国服务网点一览表 2026 版"):
        assert intake.draft(service=service, text=f"{title}\n富顺县").title == title


@pytest.mark.parametrize("number", ["13812345678", "138 1234 5678", "139-0000-1111"])
@pytest.mark.parametrize("name", ["赵小明", "张伟", "欧阳锋"])
@pytest.mark.parametrize(
    "text",
    [
        "湖南区域经理{name}{number}：\n长沙市、株洲市",
        "负责人{name}（{number}）负责：芙蓉区、天心区、岳麓区",
        "【长沙站 {name} {number}】\n芙蓉区、天心区",
        "长沙市芙蓉区解放路12号{name}收{number}",
        "联系人：{name} {number}\n芙蓉区、天心区、岳麓区",
        "{number} {name}\n长沙市、株洲市",
        "安装师傅{name}：长沙市、株洲市",
        '[{{"province":"湖南省","city":"长沙市","manager":"{name}","phone":"{number}"}}]',
        "省,市,区,负责人,手机\n湖南省,长沙市,芙蓉区,{name},{number}",
    ],
)
def test_nothing_that_is_kept_of_a_text_names_a_person(monkeypatch, text, name, number):
    monkeypatch.setattr("regions.services.intake.reading.resolver", load_default)
    kept = read(text.format(name=name, number=number))
    assert name not in json.dumps(
        [[asdict(token) for token in kept.tokens], kept.proposals], ensure_ascii=False
    )


@pytest.mark.parametrize(
    "heading", ["金华 13812345678", "浙江金华：13812345678", "王府井店", "客服经理高新区", "江北新区主任"]
)
def test_a_place_above_a_list_is_nobody(heading):
    is_place = lambda name: load_default().resolve(name).status != "unknown"  # noqa: E731
    assert unnamed(heading, is_place) == heading
