"""A bare name that several places bear, beside others of one city; and cities of one province with nothing between."""

import random

import pytest


def districts(resolver, seed):
    index, rng = resolver.index, random.Random(seed)
    cities = sorted(
        {unit.parent for unit in index.current.values() if unit.level == 3 and unit.name.endswith("区")}
    )
    for city in rng.sample(cities, 60):
        own = [u for u in index.current.values() if u.parent == city and u.level == 3 and len(u.short) > 1]
        if len(own) > 3:
            yield rng.sample(own, min(len(own), rng.randint(4, 7)))


@pytest.mark.parametrize("seed", range(4))
def test_siblings_choose_nothing_that_is_outside_their_city(resolver, seed):
    for units in districts(resolver, seed):
        text = "、".join(unit.short for unit in units)
        tokens = {token.text: token.result for token in resolver.tokens(text)}
        for unit in units:
            found, before = tokens.get(unit.short), resolver.resolve(unit.short)
            if found is not None and not before.code:  # 城关 and 安宁 may be one
                assert found.code in (None, unit.code), text


@pytest.mark.parametrize(
    "text",
    [
        "朝阳、海淀",
        "朝阳、海淀、东城、西城",
        "南山、宝安",
        "朝阳、海淀、天河",
        "鼓楼、玄武、云龙",
        "白云、天河、云岩",
    ],
)
def test_siblings_decide_nothing(resolver, text):
    assert any(token.result.status == "ambiguous" for token in resolver.tokens(text))


@pytest.mark.parametrize("seed", range(4))
def test_cities_of_one_province_may_stand_glued(resolver, seed):
    index, rng = resolver.index, random.Random(seed)
    tops = [unit for unit in index.current.values() if unit.level == 1 and unit.code not in index.leaves]
    for _ in range(40):
        top = rng.choice(tops)
        own = [
            u
            for u in index.current.values()
            if u.parent == top.code and u.level == 2 and u.name.endswith("市")
        ]
        some = rng.sample(own, min(len(own), rng.randint(3, 5)))
        if len(some) < 3:
            continue
        text = "".join(rng.choice((unit.short, unit.name)) for unit in some)
        found = resolver.resolve(text)
        assert not found.include or set(found.include) == {unit.code for unit in some}, text
        assert found.code is None, text
        other = rng.choice([u for u in index.current.values() if u.level == 2 and u.parent != top.code])
        assert not resolver.resolve(text + other.short).include, text + other.short
    assert set(resolver.resolve("石家庄保定唐山").include) == {"130100", "130600", "130200"}
    assert [resolver.resolve(name).include for name in ("苏州无锡", "石家庄保定", "石家庄保定唐山路")] == [
        ()
    ] * 3
