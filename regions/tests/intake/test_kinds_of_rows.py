"""Rows and lines beside each other: districts below several cities, columns that end or are about others, persons, groups.

Each text is drawn from a small grammar; what it says is known by how it was made.
"""

import datetime
import random

import pytest

from regions.pages.groups import CITIES, STRETCHES
from regions.resolver import load_default
from regions.services.intake import reading

from .clerk import Clerk, atlas
from .test_exceptions import drafted

pytestmark = pytest.mark.slow
ENDS = [
    "撤店日期",
    "合作到期",
    "到期日",
    "停止日期",
    "解约时间",
    "关停日期",
    "退出时间",
    "终止日期",
    "合同截止日期",
    "Valid until",
    "下线时间",
]
ABOUT_OTHERS = [
    "竞品",
    "竞品网点",
    "竞争对手网点",
    "友商覆盖城市",
    "最近网点",
    "附近门店",
    "仓库",
    "发货仓",
    "总部所在地",
    "经销商所在城市",
]
NAMES = ["江宁", "张北", "安吉", "高平", "万宁", "石林", "武宁", "清河"]
JOINTS = {"tabs": "\t", "bars": " | "}


@pytest.fixture(autouse=True)
def whole_country(monkeypatch):
    monkeypatch.setattr(reading, "resolver", load_default)


def clerks(kind: str, count: int = 8):
    return [Clerk(f"{kind} {number}") for number in range(count)]


def test_districts_below_several_cities_lie_in_them():
    for clerk in clerks("districts below cities"):
        cities, below = zip(*(clerk.with_children() for _ in range(2)), strict=True)
        codes = [code for pair in below for code in pair]
        clerk.include.update(codes)
        joint = clerk.pick("、", " ", "，")
        text = "、".join(map(clerk.full, cities)) + "\n" + joint.join(map(clerk.full, codes))
        include, exclude, waiting = drafted(text)
        assert not clerk.wider(include, exclude), text
        assert include <= {*codes}, text
        assert {clerk.full(code) for code in cities} <= {*waiting}, text


@pytest.mark.parametrize(
    "closed",
    ["广州市 东山区", "广州市 芳村区", "重庆市 江北区", "南京市 白下区", "石家庄市 桥东区", "苏州市 沧浪区"],
)
def test_a_closed_district_below_several_cities_is_nobody_elses(closed):
    city, name = closed.split()
    for form in (
        "{}、深圳市\n{}",
        "{}、杭州市\n\n{}",
        "服务城市：{}、成都市\n服务区县：{}",
        "{} 合肥市\n- {}",
        "{}/福州市\n覆盖：{}",
    ):
        include, _, _ = drafted(form.format(city, name))
        assert not {code for code in include if atlas().rows[code]["name"] == name}, (closed, form)


@pytest.mark.parametrize(
    ("cities", "name"),
    [
        ("南京、徐州", "鼓楼区"),
        ("徐州市、福州市", "鼓楼区"),
        ("石家庄、西安", "长安区"),
        ("北京市、长春市", "朝阳区"),
    ],
)
def test_a_district_that_several_of_the_cities_have_is_asked_about(cities, name):
    include, _, waiting = drafted(f"{cities}\n{name}")
    assert not include and name in waiting


@pytest.mark.parametrize("cross", "×✗✘❌✖🚫⛔☒")
def test_a_cross_in_a_bracket_is_said_of_what_the_bracket_names(cross):
    for clerk in clerks(cross, 3):
        code, out = clerk.with_children()
        clerk.include.add(code)
        clerk.exclude.add(out[0])
        for form in (
            "{b}（{p}{x}）",
            "{b}（{p} {x}）",
            "{b}（{p}：{x}）",
            "{b} {x}{p}",
            "{b}（{q}√ {p}{x}）",
        ):
            text = form.format(b=clerk.full(code), p=clerk.full(out[0]), q=clerk.full(out[1]), x=cross)
            include, exclude, _ = drafted(text)
            assert not clerk.wider(include, exclude) + clerk.cut(exclude), text


@pytest.mark.parametrize(
    "zone", ["高新区", "经开区", "经济技术开发区", "高新区、经开区", "高新技术开发区、保税区"]
)
def test_a_zone_below_its_city_is_a_part_of_it(zone):
    for clerk in clerks(zone, 4):
        code, some = clerk.with_children()
        for text in (f"{clerk.full(code)}\n{zone}", f"{clerk.full(code)}\n{zone}、{clerk.full(some[0])}"):
            include, _, waiting = drafted(text)
            assert code not in include and waiting, text


def table(clerk: Clerk, head: str, cells: list[str], first: str = "城市") -> tuple[str, list[str]]:
    codes = [clerk.place("prefecture") for _ in cells]
    joint = clerk.pick(*JOINTS.values())
    rows = [[first, head], *([clerk.full(code), cell] for code, cell in zip(codes, cells, strict=True))]
    return "\n".join(joint.join(row) for row in rows), codes


@pytest.mark.parametrize("head", ENDS)
def test_a_row_that_ended_is_not_served_today_and_one_that_ends_later_is(head):
    today = datetime.date.today()
    past, later = today - datetime.timedelta(days=400), today + datetime.timedelta(days=400)
    for clerk in clerks(head, 4):
        text, codes = table(
            clerk, head, [f"{past:%Y-%m-%d}", f"{later:%Y-%m-%d}", f"{past:%Y年%-m月}", f"{later:%Y/%m/%d}"]
        )
        include, _, _ = drafted(text)
        assert include == {codes[1], codes[3]}, text


@pytest.mark.parametrize("head", ["有效期", "起止时间", "服务期限", "合作期限"])
@pytest.mark.parametrize("joint", ["至", "~", " - ", "—"])
def test_a_stretch_of_days_that_is_over_or_to_come_is_not_today(head, joint):
    year = datetime.date.today().year
    spans = [(year - 4, year - 2), (year - 1, year + 2), (year + 1, year + 3)]
    for clerk in clerks(head + joint, 2):
        text, codes = table(clerk, head, [f"{first}-03-01{joint}{last}-03-01" for first, last in spans])
        assert drafted(text)[0] == {codes[1]}, text


@pytest.mark.parametrize("head", ABOUT_OTHERS)
def test_a_column_about_others_is_no_coverage(head):
    for clerk in clerks(head, 4):
        others = [clerk.place("prefecture") for _ in range(3)]
        text, codes = table(
            clerk, head, [clerk.full(code) for code in others], clerk.pick("服务城市", "覆盖城市", "城市")
        )
        include, _, _ = drafted(text)
        assert not include & {*others}, text
        assert include == ({*codes} if text.startswith(("服务", "覆盖")) else set()), text


@pytest.mark.parametrize(
    "remark", ["已停", "撤点", "已撤", "不做", "停", "另有代理", "转给经销商", "由当地经销商负责", "关店"]
)
def test_a_remark_that_gives_up_a_place_leaves_it_open(remark):
    for clerk in clerks(remark, 3):
        text, codes = table(clerk, "备注", [remark, "正常", "可上门"])
        assert drafted(text)[0] == {*codes[1:]}, text


@pytest.mark.parametrize("name", NAMES)
def test_somebody_called_like_a_county_is_no_place(name):
    draw = random.Random(name)
    named = {
        code
        for code, row in atlas().rows.items()
        if row.get("short_name") == name or row["name"][:-1] == name
    }
    for clerk in clerks(name, 3):
        clerk.used += named
        code, number = clerk.place("prefecture"), f"13{draw.randrange(10**8, 10**9)}"
        for form in (
            "{p} {n} {m}",
            "{p}\t{n}\t{m}",
            "{p} 联系人：{n} {m}",
            "{n} {m} {p}人民路100号",
            "收件人 {n} {m} {p}",
        ):
            text = form.format(p=clerk.full(code), n=name, m=number)
            include, _, _ = drafted(text)
            assert not include & named, text
            found = load_default().resolve(text)
            assert not ({found.code, *found.include} & named and found.status in ("resolved", "rules")), text


def test_what_lies_between_two_places_is_neither():
    for clerk in clerks("between"):
        first, second = (clerk.long(clerk.place("county")) for _ in range(2))
        text = (
            first
            + clerk.pick("与", "和", "、")
            + second
            + clerk.pick("之间", "交界处", "接壤地带", "之间的路段", "交界")
        )
        assert drafted(text)[0] == set(), text
        assert load_default().resolve(text).status not in ("resolved", "rules"), text


@pytest.mark.parametrize(
    "words", ["请联系当地经销商", "请咨询当地代理商", "由代理商负责", "由其他服务商承接", "另有代理商"]
)
def test_places_that_somebody_else_serves_are_not_taken(words):
    for clerk in clerks(words, 5):
        own, others = clerk.items(True, 2), [clerk.place("prefecture") for _ in range(2)]
        joint = clerk.pick(" ", "", "：")
        text = "服务区域：" + "、".join(own) + "\n" + "、".join(map(clerk.full, others)) + joint + words
        include, exclude, _ = drafted(text)
        assert not clerk.wider(include, exclude) and include == clerk.include, text


@pytest.mark.parametrize("name", CITIES)
def test_cities_named_together_are_these_in_a_list(name):
    for form in ("{}", "服务区域：{}", "{}地区", "覆盖城市：{}、拉萨市"):
        include, exclude, _ = drafted(form.format(name))
        assert include - {"540100"} == {*CITIES[name]} and not exclude, form
    assert drafted(f"不配送地区：{name}")[1] == {*CITIES[name]}


@pytest.mark.parametrize("name", STRETCHES)
def test_a_stretch_that_nobody_has_drawn_is_asked_about(name):
    include, _, waiting = drafted(f"服务区域：{name}、拉萨市")
    assert include == {"540100"} and waiting == [name]


@pytest.mark.parametrize(
    "text",
    [
        "襄阳(襄樊)",
        "襄阳市（原襄樊市）",
        "郫都区（原郫县）",
        "淮安市（原淮阴市）",
        "成都市郫都区（原郫县）、绵阳市",
    ],
)
def test_what_a_place_was_called_takes_nothing_from_it(text):
    include, _, waiting = drafted(text)
    assert include and not waiting


@pytest.mark.parametrize(
    "out", ["新疆、西藏及港澳台", "港澳台及新疆、西藏", "西藏和港澳台", "新疆、西藏、港澳台地区"]
)
@pytest.mark.parametrize("form", ["全国（不含{}）", "全国（除{}外）", "全国（{}除外）", "全国，{}除外"])
def test_a_group_is_taken_out_with_the_provinces_beside_it(form, out):
    include, exclude, waiting = drafted(form.format(out))
    assert include == {"100000"} and {"710000", "810000", "820000", "540000"} <= exclude and not waiting
