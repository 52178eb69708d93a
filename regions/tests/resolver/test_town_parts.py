"""What any town calls a part of itself names nothing elsewhere, and never the whole: 合肥市 东区, 芜湖市·南部, 主城区：合肥市."""

import pytest

from regions.resolver import load_default
from regions.resolver.unit import COUNTY, PREFECTURE

INDEX = load_default().index
NAMES = [
    "东区",
    "西区",
    "南区",
    "北区",
    "老城区",
    "新城区",
    "老城",
    "新城",
    "东城",
    "西城",
    "东城区",
    "西城区",
    "南部",
    "北部",
    "东部",
    "郊区",
    "市区",
    "城区",
    "新区",
    "主城区",
    "高新区",
    "矿区",
    "开发区",
    "经开区",
    "城关",
    "城关区",
    "城东",
    "城西",
    "城中区",
    "市中",
    "市南",
    "市北区",
    "桥西区",
    "县城",
    "中心城区",
    "近郊",
    "周边",
    "乡镇",
]
MARKS = [" ", "　", "·", "/", "，", ",", "、", "\t", " · ", "|"]
CITIES = {"合肥市": "340100", "大庆": "230600", "芜湖市": "340200", "株洲": "430200", "漳州市": "350600"}


def _certain(found):
    return {*found.include, *found.exclude, *filter(None, [found.code])}


def _own(city, name):
    """Whether a part of a city bears the name, or bore it."""
    lives = [unit for units in INDEX.lives.values() for unit in units]
    return any(unit.level == COUNTY and city in unit.up and name in (unit.name, unit.short) for unit in lives)


@pytest.mark.slow
@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("city", CITIES)
def test_a_part_of_any_town_lies_in_the_place_before_it(city, mark):
    resolver, code = load_default(), CITIES[city]
    for name in NAMES:
        if _own(code, name):
            continue
        found = resolver.resolve(city + mark + name)
        assert not _certain(found), city + mark + name
        assert found.parent == code, city + mark + name
        for text in (f"{city}{mark}{name}", f"{city}{mark}{name}、拉萨市", f"拉萨市、{city}{mark}{name}"):
            said = [_certain(token.result) - {"540100"} for token in resolver.tokens(text)]
            assert not any(said), text


@pytest.mark.parametrize("mark", ["\n", "；", "\n\n"])
def test_on_a_line_of_its_own_too(mark):
    resolver = load_default()
    for name in ("东区", "老城区", "市区", "南部", "西城"):
        found = resolver.resolve(f"合肥市{mark}{name}")
        assert not _certain(found), name


@pytest.mark.parametrize("mark", MARKS)
def test_a_place_with_a_part_of_that_name_keeps_it(mark):
    resolver = load_default()
    for unit in INDEX.current.values():
        above = INDEX.current.get(unit.parent)
        if unit.level == COUNTY and unit.name in NAMES and above is not None and above.level == PREFECTURE:
            text = above.name + mark + unit.name
            assert unit.code in _certain(resolver.resolve(text)), text


@pytest.mark.parametrize(
    "label", ["主城区", "市区", "仅城区", "市区免费", "市区范围", "郊区", "高新区", "老城区包邮"]
)
@pytest.mark.parametrize("mark", ["：", ":", "： ", " ：", " : "])
def test_a_label_leaves_of_a_city_a_part(label, mark):
    resolver = load_default()
    for cities in (["合肥市"], ["昆明"], ["合肥市", "芜湖市"], ["南京", "无锡", "昆山"]):
        text = label + mark + "、".join(cities)
        assert not _certain(resolver.resolve(text)), text
        tokens = [token.result for token in resolver.tokens(text)]
        assert [token.status for token in tokens][-len(cities) :] == ["partial"] * len(cities), text
    text = f"{label}{mark}锦江区、青羊区"
    assert _certain(resolver.resolve(text)) == {"510104", "510105"}
    assert _certain(resolver.tokens(f"{label}{mark}合肥市\n安庆市")[-1].result) == {"340800"}


@pytest.mark.parametrize(
    "run", ["市区：", "主城区: ", "市区：不发货：", "不发货：市区：", "市区 ：", "东区：市区："]
)
def test_any_number_of_labels_is_read(run):
    resolver = load_default()
    for end in ("", "昆明", "昆明、拉萨", "锦江区"):
        for count in (1, 2, 40, 2000):
            resolver.resolve(run * count + end)
            resolver.tokens(run * count + end)
            if end == "昆明":
                assert "530100" not in {
                    resolver.resolve(run * count + end).code,
                    *resolver.resolve(run * count + end).include,
                }
