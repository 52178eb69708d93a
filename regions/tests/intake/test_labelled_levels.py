"""What labels, counts, limits, marks and columns say beside places is never read as more than it says, and never as a refusal of all."""

import random

import pytest

from regions.resolver import load_default
from regions.services.intake import reading

from .clerk import atlas
from .test_turned import said

UPPER = ("省份", "省", "大区", "所在省", "分公司", "当前省份", "一级区域", "地区", "服务大区")
LOWER = ("城市", "地市", "市", "服务城市", "可上门城市", "下辖", "二级区域", "网点城市")
FORMS = (
    "{up}：{top}\n{low}：{a}、{b}", "{up}：{top} {low}：{a}、{b}", "{up}：{top}，{low}：{a}、{b}", "【{up}】{top}\n【{low}】{a}、{b}",
    "{up}：{top}\n\n{low}：{a}、{b}", "{up}\t{top}\n{low}\t{a}、{b}", "{up}：{top}\n{low}：\n{a}\n{b}", "| {up} | {top} |\n|---|---|\n| {low} | {a}、{b} |",
)  # fmt: skip


@pytest.fixture(autouse=True)
def whole_country(monkeypatch):
    monkeypatch.setattr(reading, "resolver", load_default)


def drawn(seed: str, count: int = 2) -> tuple[str, list[str]]:
    """A province and some of its cities, of names that nobody else has."""
    draw = random.Random(seed)
    while True:
        top = draw.choice(atlas().provinces)
        cities = [
            code
            for code in atlas().below[top]
            if atlas().level(code) == "prefecture"
            and atlas().rows[code]["name"] in atlas().alone
            and atlas().rows[code]["name"].endswith("市")
            and any(atlas().level(each) == "county" for each in atlas().below[code])
        ]
        if len(cities) > count + 2:
            return top, draw.sample(cities, count)


def name(code: str) -> str:
    return atlas().rows[code]["name"]


@pytest.mark.parametrize("form", FORMS)
def test_a_labelled_level_above_a_labelled_level_is_no_item(form):
    for upper in UPPER:
        for lower in LOWER:
            top, (one, two) = drawn(form + upper + lower)
            text = form.format(up=upper, top=name(top), low=lower, a=name(one), b=name(two))
            include, exclude = said(text)
            assert top not in include and not exclude, text
            assert include <= {one, two}, text


@pytest.mark.parametrize("form", ["{a}\t{c}\n{b}\t{d}", "| {a} | {c} |\n| {b} | {d} |", "{a},{c}\n{b},{d}"])
def test_a_labelled_level_above_a_table_of_its_places_is_no_item(form):
    for upper in UPPER[:4]:
        top, (one, two) = drawn(form + upper)
        below = [next(c for c in atlas().below[city] if atlas().level(c) == "county") for city in (one, two)]
        head = form.split("\n")[0].format(a="城市", c="区县")
        body = form.format(a=name(one), b=name(two), c=name(below[0]), d=name(below[1]))
        text = f"{upper}：{name(top)}\n{head}\n{body}"
        assert top not in said(text)[0], text


def test_a_list_of_several_wholes_above_some_of_their_cities_stays():
    top, (one, _) = drawn("several")
    other = next(code for code in atlas().provinces if code != top)
    text = f"服务省份：{name(top)}、{name(other)}\n重点城市：{name(one)}"
    assert {top, other} <= said(text)[0]


@pytest.mark.parametrize("count", ["两区", "三区", "四县", "五个区", "6区", "二区", "四个县", "三县"])
def test_a_count_of_districts_is_no_whole_city_with_counties(count):
    for at in range(6):
        _, cities = drawn(f"{count}{at}", 3)
        kinds = {name(code)[-1] for code in atlas().below[cities[-1]] if atlas().level(code) == "county"}
        if len(kinds) < 2:
            continue
        short = atlas().rows[cities[-1]]["short_name"]
        for text in (
            f"服务城市：{name(cities[0])}、{short}{count}、{name(cities[1])}",
            f"{atlas().rows[cities[0]]['short_name']}、{atlas().rows[cities[1]]['short_name']}、{short}{count}",
        ):
            assert cities[-1] not in said(text)[0], text


@pytest.mark.parametrize("words", ["三市城区", "三地城区", "三市主城区", "3市市区", "三市县城"])
def test_a_part_of_each_counted_city_takes_none_whole(words):
    _, cities = drawn(words, 3)
    text = "、".join(atlas().rows[code]["short_name"] for code in cities) + words
    assert not said(text)[0], text


LIMITS = (
    "周末不服务", "夜间不上门", "节假日不派送", "雨天不送", "大件不送", "生鲜不配送", "冷链不送", "液体不送", "不送货上楼", "周一不服务", "易碎品不发货",
    "家具不配送", "晚8点后不接单",
)  # fmt: skip


@pytest.mark.parametrize("words", LIMITS)
def test_a_limit_on_goods_hours_or_stairs_excludes_nobody(words):
    top, (one, two) = drawn(words)
    for text in (f"{name(top)}：{words}", f"{name(one)}、{name(two)}：{words}", f"{name(one)}：{words}"):
        assert not said(text)[1], text


@pytest.mark.parametrize("words", ["不上门", "暂不服务", "停止服务", "因疫情暂停服务", "目前无法配送"])
def test_a_plain_refusal_excludes_as_before(words):
    top, _ = drawn(words)
    assert said(f"{name(top)}：{words}")[1] == {top}


@pytest.mark.parametrize("no", ["没有", "并非", "从未", "无需", "不属于", "未被", "不在"])
@pytest.mark.parametrize(
    "out", ["停止服务", "停业", "不服务", "停运", "排除", "盲区", "取消", "暂停", "黑名单"]
)
def test_who_says_no_twice_is_asked(no, out):
    _, (one, two) = drawn(no + out)
    text = f"{no}{out}的城市：{name(one)}、{name(two)}"
    assert said(text) == (set(), set()), text


@pytest.mark.parametrize("mark", ["*", "＊", "①", "※", "†", "#"])
@pytest.mark.parametrize(
    "note", ["{m}{c}仅限{d}", "{m} {c}只做{d}", "{m}{c}只限{d}", "带{m}城市只做市区", "{m} 仅限市区"]
)
def test_a_marked_name_that_a_footnote_limits_is_asked(mark, note):
    _, (one, two, three) = drawn(mark + note, 3)
    part = next(code for code in atlas().below[two] if atlas().level(code) == "county")
    foot = note.format(m=mark, c=name(two), d=name(part))
    for text in (
        f"服务城市：{name(one)}、{name(two)}{mark}、{name(three)}\n{foot}",
        f"{name(one)}\n{name(two)}{mark}\n{name(three)}\n\n{foot}",
    ):
        assert two not in said(text)[0], text


@pytest.mark.parametrize("head", ["方式", "服务方式", "服务模式", "形式"])
@pytest.mark.parametrize(
    "cell", ["远程指导", "邮寄维修", "返厂", "电话支持", "到店", "客户自理", "线上", "转介绍"]
)
def test_what_is_not_at_home_holds_its_row(head, cell):
    _, (one, two) = drawn(head + cell)
    include, _ = said(f"城市|{head}\n{name(one)}|{cell}\n{name(two)}|上门")
    assert include == {two}


@pytest.mark.parametrize("role", ["师傅", "工程师", "客服", "联系人", "店长", "业务员", "技师", "安装工"])
def test_names_of_persons_are_no_places(role):
    _, (one, two) = drawn(role)
    for text in (
        f"网点\t{role}\n{name(one)}\t高淳\n{name(two)}\t金坛",
        f"服务城市：{name(one)}、{name(two)}\n{role}：江宁、韩城",
    ):
        assert said(text)[0] <= {one, two}, text
    assert "130722" not in said("玉田县 13812341234 张北")[0]


@pytest.mark.parametrize("mark", ["/", "...", "→", "↓", "…", "»"])
def test_a_heading_with_a_mark_behind_it_is_no_item(mark):
    top, (one, two) = drawn(mark)
    assert said(f"{name(top)}{mark}\n{name(one)}\n{name(two)}")[0] == {one, two}


@pytest.mark.parametrize(
    "struck",
    [
        '<span style="text-decoration:line-through">{}</span>', "<font style='text-decoration: line-through'>{}</font>", "<i class='off'>{}</i>",
        '<b class="item deleted">{}</b>', "[已删]{}", "【已撤】{}", "-{}",
    ],
)  # fmt: skip
def test_what_is_struck_out_is_not_taken(struck):
    _, (one, two, three) = drawn(struck, 3)
    include, _ = said(f"服务城市：{name(one)}、{struck.format(name(two))}、{name(three)}")
    assert two not in include and one in include


@pytest.mark.parametrize("key", ["限售区域", "待开", "禁售城市", "退出城市"])
def test_a_key_that_does_not_serve_takes_nothing(key):
    top, (one, two) = drawn(key)
    include, _ = said(f'{{"serviceArea":["{name(top)}"],"{key}":["{name(one)}","{name(two)}"]}}')
    assert not include & {one, two}
