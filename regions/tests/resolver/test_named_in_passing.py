"""A county that an address names in passing (…路西湖区政府旁): the city alone is no answer, and nothing else is."""

import random

import pytest

from regions.resolver import load_default
from regions.resolver.unit import COUNTY, PREFECTURE

ROADS = ["人民路", "中山路12号", "建设大道", "文三路", "解放北路88号附近", "府前街", "滨江东路"]
OFFICES = [
    "政府",
    "政府旁",
    "人民医院",
    "法院",
    "委大院",
    "公安局对面",
    "教育局",
    "行政服务中心",
    "体育馆",
    "图书馆",
]


def counties(index, rng, count):
    """Living counties and those that closed lately, of cities that are written above them."""
    known = [
        unit
        for unit in index.units
        if unit.level == COUNTY and (not unit.until or index.lately(unit)) and len(unit.name) > 2
    ]
    for unit in rng.sample(known, count):
        above = index.current.get(unit.up[0])
        if above and above.level <= PREFECTURE and above.name.endswith("市") and unit.inside(above):
            yield above, unit


@pytest.mark.parametrize("seed", range(2))
def test_never_the_whole_city(seed):
    resolver, rng = load_default(), random.Random(seed)
    index = resolver.index
    asked = offered = 0
    for city, unit in counties(index, rng, 600):
        text = f"{city.name}{rng.choice(ROADS)}{unit.name}{rng.choice(OFFICES)}"
        found = resolver.resolve(text)
        heirs = set(index.successors(unit))
        said = {found.code} - {None} if found.code else set(found.successors)
        if said:
            assert all(heirs & {code, *index.known(code).up} for code in said), text
        else:
            asked += 1
            assert found.status in ("partial", "ambiguous", "conflict"), text
            offered += bool(heirs & set(found.candidates))
    assert asked > 200
    assert offered > 0.9 * asked  # 滨江东路 may be a road of 滨江区 itself


@pytest.mark.parametrize(
    "text, code",
    [
        ("杭州市建国北路浙江省人民医院", "330100"),
        ("济南市泉城路山东省政府", "370100"),
        ("南宁市民族大道南宁市政府", "450100"),
    ],
)
def test_what_holds_the_city_takes_nothing_from_it(text, code):
    assert load_default().resolve(text).code == code
