"""What begins like a district may be a sight's, a school's or a house's name: a bare stem says where it lies only if what stands
behind it does (a town of the county, a road or a house number), else the city before it is the answer."""

import random

import pytest

THINGS = [
    "礼堂", "银泰城", "古镇", "古港", "师范学院", "天池", "织造", "国际博览中心", "希尔顿酒店", "山公园", "湖景区", "山风景区", "实业集团", "路", "大桥", "第一中学", "道201号", "文化广场环城北路",
]  # fmt: skip
PLACES = ["青年东路", "解放路18号", "望江新村", "阳光花园3幢", "金色3号楼502室", "红光村2组", "科技园"]


def _districts(index):
    """City and district, where the stem of the district is one by itself (no 郊区) and not the city's own."""
    units = [unit for unit in index.current.values() if unit.level == 3 and unit.name[-1] == "区"]
    named = [(index.current[unit.parent], unit) for unit in units if len(unit.short) == 2 != len(unit.name)]
    return [(city, unit) for city, unit in named if city.name[-1] == "市" and unit.short != city.short]


@pytest.mark.parametrize("thing", THINGS)
def test_a_thing_that_begins_like_a_district_lies_somewhere_in_the_city(resolver, thing):
    index, found = resolver.index, 0
    for city, district in random.Random(thing).sample(_districts(index), 60):
        for above in (city.short, city.name):
            result = resolver.resolve(f"{above}{district.short}{thing}")
            towns = index.township_names(district.code).codes
            if any(f"{thing[:size]}{kind}" in towns for size in (1, 2, 3) for kind in ("镇", "乡", "街道")):
                continue
            inside = result.code or result.parent or ""
            assert result.code in (None, city.code), (above, district.name, thing)
            assert inside != district.code, (above, district.name, thing)
            found += inside == city.code
    assert found > 60


@pytest.mark.parametrize("place", PLACES)
def test_what_says_where_it_lies_bears_out_the_stem_of_a_district(resolver, place):
    read = [
        resolver.resolve(f"{city.name}{district.short}{place}").code == district.code
        for city, district in random.Random(place).sample(_districts(resolver.index), 60)
    ]
    assert sum(read) > 50


def test_a_town_of_the_district_bears_out_its_stem(resolver):
    rng, read = random.Random(4), 0
    for city, district in rng.sample(_districts(resolver.index), 60):
        towns = [t for t in resolver.index.township_names(district.code).codes if t.endswith(("镇", "街道"))]
        found = resolver.resolve(f"{city.name}{district.short}{rng.choice(towns)}") if towns else None
        read += found is not None and (found.code or "").startswith(district.code)
    assert read > 50


@pytest.mark.parametrize(
    ("text", "parent"),
    [
        ("兰州榆中山公园", "620100"),
        ("吉林长白山北景区", "220000"),
        ("浙江省余杭市乔司镇", "330100"),
        ("天津市北辰道18号", "120000"),
    ],
)
def test_a_hill_or_a_lane_is_no_county(resolver, text, parent):
    found = resolver.resolve(text)
    assert (found.status, found.parent) == ("partial", parent)
