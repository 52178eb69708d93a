"""Where an address names a county of its city, wherever and however, the city alone is no answer.

Cities, counties and streets are drawn; the shapes are what people write. What is certain lies in the county.
"""

import random

import pytest

from regions.resolver import load_default
from regions.resolver.unit import COUNTY, PREFECTURE

STREETS = ["建国路93号", "人民路1号", "解放大道12号", "长江路5号B座", "学府路7号"]
SHAPES = {
    "bracket": "{city}{street}（{name}）",
    "square": "{city}{street}[{name}]",
    "lenticular": "{city}{street}【{name}】",
    "bracket-in-the-street": "{city}建国路（{name}）93号",
    "whole-bracket": "{city}{street}（{city}{name}）",
    "bare-bracket": "{city}{street}（{short}）",
    "comma": "{city}{street}，{name}",
    "bare-comma": "{city}{street}，{short}",
    "dash": "{city}{street}-{short}",
    "fields": "城市：{city} 地址：{street} 区域：{short}",
    "json": '{{"city":"{city}","address":"{street}","area":"{short}"}}',
    "town": "{city}区{short}{street}",
    "middle": "{city}中心{short}{street}",
    "side": "{bare}城北{short}{street}",
    "was": "{city}{street}（原{name}）",
    "was-first": "{city}（原{name}）{street}",
    "was-alone": "{city}（原{name}）",
}


def places(index, closed, rng):
    """Counties with the city that is written before them, and a bare name of two characters at least."""
    units = [
        unit
        for unit in index.units
        if unit.level == COUNTY and bool(unit.until) == closed and len(unit.short or "") > 1
    ]
    while True:
        unit = rng.choice(units)
        city = index.current.get(unit.up[0])
        if (
            city is not None
            and city.level <= PREFECTURE
            and city.name.endswith("市")
            and unit.inside(city)
            and not (closed and not index.lately(unit))
            and not unit.short.startswith(city.short)
            and city.code not in index.successors(unit)
        ):
            yield city, unit


@pytest.mark.parametrize("shape", SHAPES)
def test_the_city_alone_is_no_answer(shape):
    resolver, rng = load_default(), random.Random(shape)
    index = resolver.index
    drawn = places(index, shape.startswith("was"), rng)
    for _ in range(120):
        city, unit = next(drawn)
        text = SHAPES[shape].format(
            city=city.name, bare=city.short, name=unit.name, short=unit.short, street=rng.choice(STREETS)
        )
        found = resolver.resolve(text)
        heirs = set(index.successors(unit))
        said = [found.code] if found.code else [*found.successors, *found.include]
        if found.status in ("resolved", "historical", "rules"):
            assert all(heirs & {code, *index.known(code).up} for code in said), (text, found.status, said)


@pytest.mark.parametrize(
    "text, code",
    [
        ("北京市建国路93号（朝阳区）", "110105"),
        ("杭州市文三路（西湖区）90号", "330106"),
        ("文三路90号（杭州市西湖区）", "330106"),
        ("鼓楼区中山路1号（南京）", "320106"),
        ("昆明市五华区人民路802室（北市区公交车场对面）", "530102"),
        ("永州市（原零陵地区）冷水滩", "431103"),
    ],
)
def test_a_bracket_that_is_a_region_is_read(text, code):
    assert load_default().resolve(text).code == code


@pytest.mark.parametrize(
    "text, status, codes",
    [
        ("杭州市西湖区文一西路969号（余杭区）", "conflict", {"330106", "330110"}),
        ("杭州三墩1号", "partial", {"330106"}),
        ("廊坊燕郊1号", "partial", {"131082"}),
        ("长沙县黎托乡1号", "partial", {"430111", "430121"}),
        ("锡山市梅村镇1号", "partial", {"320214", "320205", "320206", "320211"}),
        ("余杭市临平邱山大街", "partial", {"330113", "330110"}),
        ("市区", "ambiguous", {"410902"}),
    ],
)
def test_what_may_be_two_is_asked(text, status, codes):
    found = load_default().resolve(text)
    assert (found.status, set(found.candidates)) == (status, codes)


@pytest.mark.parametrize(
    "text, town",
    [
        ("郫县犀浦镇", "510117"),
        ("遵义县南白镇", "520304"),
        ("遵义县南白镇万寿街12号", "520304"),
        ("江都市仙女镇", "321012"),
    ],
)
def test_an_old_county_with_one_of_its_towns_is_that_town(text, town):
    """And no more: a list that names it serves no whole county."""
    found = load_default().resolve(text)
    assert found.status == "historical" and [code[:6] for code in found.successors] == [town]
    assert all(len(code) == 9 for code in found.successors)


@pytest.mark.parametrize("seed", range(2))
def test_a_road_named_after_a_county_is_no_county(seed):
    """赵县路12号; behind a longer name (饶平县路4号) the road's own name has likelier been left out."""
    resolver, rng = load_default(), random.Random(seed)
    index = resolver.index
    short = [
        unit for unit in index.units if unit.level == COUNTY and len(unit.name) == 2 and unit.name[1] == "县"
    ]
    for unit in rng.sample(short, 60):
        city = index.current.get(unit.up[0])
        if city is None or city.level > PREFECTURE or not unit.inside(city):
            continue
        for name in (city.name, city.short):
            text = f"{name}{unit.name}{rng.choice(('路12号', '大道', '街5号', '路'))}"
            found = resolver.resolve(text)
            assert found.code in (None, city.code) and not found.successors, text


def test_a_city_behind_a_city_is_no_part_of_it():
    """苏州无锡, 嘉兴湖州: though the second was a county of the first, or both were one prefecture."""
    resolver = load_default()
    cities = [u for u in resolver.index.current.values() if u.level == PREFECTURE and u.name.endswith("市")]
    for first in cities:
        for second in cities:
            if (
                first.parent != second.parent
                or first is second
                or len(second.short) < 2
                or "吉林" in (first.short, second.short)
            ):
                continue
            found = resolver.resolve(first.short + second.short)
            assert not found.code and not found.successors, (first.short, second.short, found.status)


@pytest.mark.parametrize(
    "text, include, exclude",
    [
        ("全国除西藏（拉萨除外）", {"100000", "540100"}, {"540000"}),
        ("浙江省除温州市（乐清除外）", {"330000", "330382"}, {"330300"}),
        ("江苏省除徐州（铜山除外）、宿迁", {"320000", "320312"}, {"320300", "321300"}),
        ("全国除广东省（深圳除外）外", {"100000", "440300"}, {"440000"}),
    ],
)
def test_an_exclusion_inside_an_exclusion_ends_with_its_bracket(text, include, exclude):
    found = load_default().resolve(text)
    assert (set(found.include), set(found.exclude)) == (include, exclude)
