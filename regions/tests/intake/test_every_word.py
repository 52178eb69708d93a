"""Nothing is coverage beside a word that was not understood: headings, labels before any separator, remarks, struck names."""

from itertools import product

import pytest

from regions.resolver import load_default
from regions.services.intake import reading

from .test_lists import accepted, drafted

HEADINGS = [
    "{n}：{p}", "{n}\n{p}", "{n} {p}", "{n}\t{p}", "{n}|{p}", "{n} - {p}", "（{n}）{p}", "{n}。\n{p}", "<strong>{n}</strong><br>{p}", "【{n}】{p}",
    "## {n}\n{p}", "{n}；{p}", "注：{n}\n{p}", "备注：{n}\n{p}", "说明：{n}\n{p}",
]  # fmt: skip
PLACES = ("西宁、银川", "成都市武侯区、贵阳市", "四川省、贵州省")
LIMITING = ("限制", "暂缓", "申请", "已下线的", "中断", "超区", "待定", "冻结")
VERBS = ("配送", "服务", "上门", "开通")
NOUNS = ("城市", "地区", "区域", "")
FOREIGN = [
    "Cannot ship to", "Shipping ban", "Ineligible regions", "Service paused", "Pending service areas", "Restricted areas", "On hold", "Formerly served",
    "Limited service", "Blocked cities",
]  # fmt: skip
OTHERS = [
    "其他公司服务城市",
    "黑名单",
    "友商覆盖",
    "生产基地",
    "已解约",
    "2027年开通",
    "有限服务",
    "仅主城区",
    "部分区域",
    "开通申请中",
    "配送超区",
]
SERVED = [
    "服务城市", "已开通的上门安装地区", "我们目前服务", "售后网点覆盖", "当日达城市", "主要配送区域", "蓝天空调服务城市", "一类地区", "Service areas",
    "We deliver to", "Cities covered",
]  # fmt: skip


@pytest.fixture(autouse=True)
def whole_country(monkeypatch):
    monkeypatch.setattr(reading, "resolver", load_default)


@pytest.mark.parametrize("form", HEADINGS)
@pytest.mark.slow
def test_a_heading_that_is_not_understood_to_its_last_word_covers_nothing(form):
    words = ["".join(made) for made in product(LIMITING, VERBS, NOUNS)][::5]
    if "；" not in form:  # what stands before a semicolon may be one bad name of the list
        words += FOREIGN + OTHERS
    for at, name in enumerate(words):
        text = form.format(n=name, p=PLACES[at % len(PLACES)])
        assert not accepted(drafted(text), "include"), text


@pytest.mark.parametrize(
    "form", [form for form in HEADINGS if form[:2] not in ("注：", "备注", "说明") and "；" not in form]
)
def test_a_heading_of_known_words_covers(form):
    for name in SERVED:
        text = form.format(n=name, p=PLACES[1])
        assert accepted(drafted(text), "include") == {"510107", "520100"}, text


@pytest.mark.parametrize(
    "remark", ["已撤", "已关闭", "暂停", "×", "✗", "否", "停", "外包", "筹建中", "已退出"]
)
@pytest.mark.parametrize("head", ["备注", "状态"])
def test_a_column_says_of_its_row(head, remark):
    text = f"城市\t{head}\n西宁市\t{remark}\n苏州市\t正常\n银川市\t正常"
    assert accepted(drafted(text), "include") == {"320500", "640100"}


@pytest.mark.parametrize(
    "struck", ["~~西宁市~~", "<del>西宁市</del>", "<s>西宁市</s>", '<strike class="x">西宁市</strike>']
)
def test_what_is_struck_out_is_said_no_longer(struck):
    for text in (f"服务城市：{struck}、银川市", f"服务城市\n{struck}\n银川市"):
        assert accepted(drafted(text), "include") == {"640100"}, text
    assert not accepted(drafted(f"青海省{struck}"), "include")


def test_boxes_that_are_ticked_and_not():
    lines = drafted("- [x] 四川省\n- [ ] 贵州省")
    assert (accepted(lines, "include"), accepted(lines, "exclude")) == ({"510000"}, {"520000"})


@pytest.mark.parametrize(
    "text",
    [
        "不是四川省、贵州省", "我们计划年底前进入成都市、贵阳市", "暂未开通的城市有四川省、贵州省", "暂停服务为四川省、贵州省", "竞品：四川省\n贵州省",
        "暂未开通：四川省\n贵州省遵义市\n成都市武侯区", "四川省、贵州省\n（以上暂未开通）", "四川省、贵州省\n※以上暂停服务", "四川省、贵州省。暂未开通",
    ],
)  # fmt: skip
def test_words_of_refusal_about_a_list_are_about_all_of_it(text):
    assert not accepted(drafted(text), "include")


@pytest.mark.parametrize(
    "text",
    [
        "四川省\n甘孜州除外",
        "四川省\n（甘孜州除外）",
        "四川省；甘孜州除外",
        "四川省\n其中甘孜州暂停",
        "四川省\n其中甘孜州暂不上门",
    ],
)
def test_an_exception_behind_its_base_is_taken_out_of_it(text):
    lines = drafted(text)
    assert (accepted(lines, "include"), accepted(lines, "exclude")) == ({"510000"}, {"513300"})
    assert not accepted(drafted(text.replace("四川省", "重庆市")), "exclude") or "其中" in text


def test_a_base_waits_with_an_exception_that_is_open():
    lines = drafted("贵州省、四川省，不含甘孜州、重庆市")
    assert accepted(lines, "include") == {"520000"} and not accepted(lines, "exclude")
    lines = drafted("服务区域\n贵阳市\n贵州省遵义市\n其中桐梓县暂停\n安顺市")
    assert accepted(lines, "include") == {"520100", "520300"} and accepted(lines, "exclude") == {"520322"}


REMARKS = [
    "价格不含税",
    "排名不分先后",
    "图片仅供参考",
    "营业时间以门店为准",
    "以上网点均提供上门服务",
    "发票另开",
    "使用前请仔细阅读说明书",
    "最终解释权归本公司所有",
]
LIMITS = ["以下网点已关闭", "价格另议地区", "以上门店由友商经营", "以上网点已停业", "黑名单", "仅限老客户", "优惠专区", "运费到付地区", "以下门店价格不含税"]  # fmt: skip


@pytest.mark.parametrize(
    "form", ["注：{n}\n{p}", "{n}\n{p}", "备注：{n}。\n{p}", "（{n}）\n{p}", "服务城市：重庆市\n*{n}\n{p}"]
)
def test_a_remark_holds_the_list_below_it_only_where_it_may_change_who_is_served(form):
    for remark in REMARKS:
        taken = accepted(drafted(form.format(n=remark, p="西宁市、银川市")), "include")
        assert taken - {"500000"} == {"630100", "640100"}, remark
    for remark in LIMITS:
        lines = drafted(form.format(n=remark, p="西宁市、银川市"))
        assert accepted(lines, "include") <= {"500000"}, remark
        assert "以下" in remark or not accepted(lines, "exclude"), remark


def test_a_remark_on_a_delivery_form_is_a_line_of_it():
    form = "收货人：张三\n电话：13800000000\n地址：西宁市城中区示例路1号\n备注：{}"
    assert [line["token"] for line in drafted(form.format("西宁市、银川市"))] == []
    assert not accepted(drafted("备注：西宁市、银川市"), "include")
