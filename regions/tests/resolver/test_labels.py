"""What a label says of the items behind it holds on its line and on the lines below, up to the next label."""

import random

import pytest

CITIES = {
    "上海": "310000",
    "杭州": "330100",
    "成都": "510100",
    "沈阳": "210100",
    "武汉": "420100",
    "西安": "610100",
}
PROVINCES = {"新疆": "650000", "西藏": "540000", "内蒙古": "150000", "甘肃": "620000", "云南": "530000"}
REFUSING = [
    "不配送省份",
    "暂未开通",
    "不发货地区",
    "停止服务",
    "暂不支持区域",
    "服务盲区",
    "除外地区",
    "无法配送",
]
SERVING = ["服务城市", "配送省份", "已开通", "覆盖范围", "服务区域如下"]
DOUBTFUL = [
    "竞品城市",
    "即将开通",
    "计划开通城市",
    "以前的服务城市",
    "筹建网点",
    "投诉地区",
    "下一批开通城市",
    "未来服务区域",
]
QUARTERS = ["东区", "西区", "南区", "北区", "中区", "东南区"]
LAYOUTS = ["{}：{}", "{}：\n{}", "{}:\n\n{}", "{}：\n1.{}", "{}: {}"]


def _said(result):
    return {*filter(None, [result.code]), *result.include}, {*result.exclude}


def _listed(rng, names, layout):
    some = rng.sample(sorted(names), 3)
    mark = "\n" if "\n" in layout else "、"
    return mark.join(some), {names[name] for name in some}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("label", REFUSING)
def test_what_a_label_refuses_is_never_included(resolver, label, layout):
    text, codes = _listed(random.Random(label + layout), PROVINCES, layout)
    include, exclude = _said(resolver.resolve(layout.format(label, text)))
    assert not include and exclude == codes


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("label", DOUBTFUL)
def test_what_a_label_leaves_open_is_never_certain(resolver, label, layout):
    text, _ = _listed(random.Random(label + layout), CITIES, layout)
    result = resolver.resolve(layout.format(label, text))
    assert _said(result) == (set(), set()) and result.status not in ("resolved", "rules"), result


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("label", SERVING + QUARTERS)
def test_what_a_label_only_announces_is_what_it_lists(resolver, label, layout):
    text, codes = _listed(random.Random(label + layout), CITIES, layout)
    assert _said(resolver.resolve(layout.format(label, text))) == (codes, set())


@pytest.mark.parametrize("refusing", REFUSING)
@pytest.mark.parametrize("serving", SERVING)
def test_the_next_label_turns_the_sense_again(resolver, serving, refusing):
    for text in (
        f"{serving}：\n上海\n杭州\n{refusing}：\n新疆\n西藏",
        f"{refusing}：\n新疆、西藏\n{serving}：上海、杭州",
    ):
        assert _said(resolver.resolve(text)) == ({"310000", "330100"}, {"650000", "540000"}), text


@pytest.mark.parametrize("refusing", REFUSING)
def test_behind_a_blank_line_nobody_can_tell(resolver, refusing):
    include, exclude = _said(resolver.resolve(f"{refusing}：\n新疆\n\n上海"))
    assert (include, exclude) == (set(), {"650000"})


@pytest.mark.parametrize("mark", [" ", "\n", "、", "|", "，"])
@pytest.mark.parametrize("quarter", ["东区", "西区"])
def test_a_bare_quarter_before_cities_is_no_district_of_panzhihua(resolver, quarter, mark):
    include, _ = _said(resolver.resolve(mark.join([quarter, "上海", "杭州"])))
    assert include <= {"310000", "330100"}
    assert _said(resolver.resolve(mark.join(["攀枝花市", quarter, "仁和区"])))[0] & {"510402", "510403"}


def test_a_place_over_lines_is_their_parent_and_no_item(resolver):
    index = resolver.index
    for province in [unit for unit in index.current.values() if unit.level == 1 and unit.name.endswith("省")]:
        cities = [unit for unit in index.current.values() if unit.parent == province.code and unit.level == 2]
        if len(cities) < 3:
            continue
        text = f"{province.name}：\n" + "\n".join(unit.name for unit in cities[:3])
        assert _said(resolver.resolve(text)) == ({unit.code for unit in cities[:3]}, set()), text


@pytest.mark.parametrize("text", ["", "：", "：\n", "不配送：\n", "\n\n：\n", "不配送省份\n"])
def test_labels_over_nothing_are_nothing(resolver, text):
    assert _said(resolver.resolve(text)) == (set(), set())
    assert not any(_said(token.result)[0] for token in resolver.tokens(text))
