"""A town or street that the record has in a neighbour county of the same city: the named county is not certain."""

import random

import pytest


@pytest.mark.parametrize("behind", ["", "和平路5号"])
def test_a_town_of_a_neighbour_leaves_the_county_open(resolver, behind):
    index, asked, moved = resolver.index, random.Random(behind), 0
    counties = [unit for unit in index.current.values() if unit.level == 3 and unit.parent[2:] != "0000"]
    for county in asked.sample(counties, 150):
        town = asked.choice([*index.townships_inside(county.parent).codes, ""])
        stem = town.removesuffix("街道").removesuffix("镇").removesuffix("乡")
        if stem == town or any(own.startswith(stem) for own in index.township_names(county.code).codes):
            continue
        result = resolver.resolve(f"{index.full_name(county.code)}{town}{behind}")
        assert (result.status, result.code) != ("resolved", county.code), (county.name, town)
        assert county.code not in result.successors, (county.name, town)
        moved += len(result.candidates) > 1
    assert moved > 60


@pytest.mark.parametrize("behind", ["", "和平路5号"])
def test_a_town_of_its_own_stays(resolver, behind):
    index, asked = resolver.index, random.Random(behind)
    towns = [code for code, row in index.townships.items() if not row[4] and row[0].endswith(("街道", "镇"))]
    for code in asked.sample(towns, 150):
        county = index.known(index.townships[code][1])
        result = resolver.resolve(f"{index.full_name(county.code)}{index.townships[code][0]}{behind}")
        assert (result.code or "").startswith(county.code), result


def test_a_town_that_is_a_county_by_now_is_asked(resolver):
    for text in ("苍南县龙港镇", "苍南县龙港镇朝阳街", "温州市苍南县龙港镇新城路8号"):
        result = resolver.resolve(text)
        assert (result.status, result.candidates) == ("partial", ("330383", "330327")), text


@pytest.mark.parametrize("road", ["青年街", "上海街12号", "大岗镇路3号", "西乡大道9号", "镇海路"])
def test_a_road_is_no_town(resolver, road):
    assert resolver.resolve(f"广州市番禺区{road}").code == "440113"
