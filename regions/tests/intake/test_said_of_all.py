"""A line beside a list that speaks of the list, or of one of its places, in words that nobody reads: what it speaks of waits."""

from itertools import product

import pytest

from regions.resolver import load_default
from regions.services.intake import reading

from .test_turned import HANGZHOU, NINGBO, said

WENZHOU = "330300"
BODIES = ("服务城市：杭州市、宁波市、温州市", "杭州市\n宁波市\n温州市", "浙江：杭州、宁波、温州")


@pytest.fixture(autouse=True)
def whole_country(monkeypatch):
    monkeypatch.setattr(reading, "resolver", load_default)


OF_ALL = [
    *(
        subject + words
        for subject, words in product(
            ("以上城市", "上述地区", "以上"), ("均限市区", "已撤站", "全部作废", "已移交他人", "正在撤并", "均不含县城", "已撤站，见公告。", "只做旧机回收")
        )
    ),
    *(subject + words for subject, words in product(("名单", "本名单", "此表"), ("已过期", "作废", "仅供内部测试", "待确认", "已废止"))),
    "不含县城及乡镇", "仅限城区范围", "仅提供寄修服务", "仅主城区", "乡镇不去", "只到县城", "已撤店", "停业", "仅自提", "只寄修", "暂停接单",
    "由第三方承接", "只服务老客户", "以上为2025年名单，已失效", "×",
]  # fmt: skip


@pytest.mark.parametrize("words", OF_ALL)
def test_a_line_about_all_of_a_list_holds_it(words):
    for body in BODIES:
        assert not said(f"{body}\n{words}")[0], (body, words)


@pytest.mark.parametrize("words", [line for line in OF_ALL if "以上" in line or "名单" in line])
def test_it_may_stand_above(words):
    for body in BODIES:
        assert not said(f"{words}\n{body}")[0], (body, words)


@pytest.mark.parametrize(
    "form",
    [
        "勘误：{}应为{}县", "更正：删去{}", "黑名单：{}", "需客户自送：{}", "{}市自12月起由绍兴接管", "注意：{}师傅离职", "注意：{}师傅离职，暂时没人",
        "更新：{}已关", "{}的客户请移步官网寄修", "{}目前缺人", "{}：师傅请假", "{}那边不做了",
    ],
)  # fmt: skip
@pytest.mark.parametrize("behind", [True, False])
def test_a_line_about_one_place_holds_it(form, behind):
    words = form.format("宁波", "宁波")
    for body in BODIES:
        include, exclude = said(f"{body}\n{words}" if behind else f"{words}\n{body}")
        assert NINGBO not in include, (body, words)
        assert not {HANGZHOU, WENZHOU} & exclude


def test_the_tail_of_a_line_is_said_of_its_list():
    for tail in ("，均限市区", "，以上均限城区", "，都只做主城区"):
        assert said(f"浙江：杭州、宁波、温州{tail}")[0] == set(), tail


@pytest.mark.parametrize(
    "words",
    [
        "服务热线：400-123-4567", "24小时服务热线", "全国联保，终身维修", "专业团队，品质保证", "不满意不收费", "无隐形收费，先报价后维修", "节假日不休",
        "如有疑问，请联系客服", "具体以客服确认为准", "客服时间9:00-18:00", "本公司保留最终解释权", "© 2026 某某电器有限公司", "地址：上海市浦东新区张江路1号",
        "排名不分先后", "仅收取材料费", "所有师傅均持证上岗", "全部采用原厂配件", "只要一个电话，马上到家", "不定期优惠活动", "以上价格均含税", "以上城市均可上门",
        "以上地区24小时内上门", "未列出的城市请咨询客服", "其他城市请咨询客服", "无电梯不上门", "杭州消毒柜维修电话", "周末不休息", "限时优惠", "仅售正品", "不限品牌",
    ],
)  # fmt: skip
def test_what_says_nothing_of_the_list_holds_nothing(words):
    for body in BODIES:
        assert said(f"{body}\n{words}")[0] == {HANGZHOU, NINGBO, WENZHOU}, (body, words)
