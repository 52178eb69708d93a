"""Levels that a form repeats in a list, a refusal of one place before another, and a name that was a whole city's until lately."""

import random

import pytest


def _chains(index):
    counties = [unit for unit in index.current.values() if unit.level == 3]
    found = [
        [index.current[code] for code in reversed(unit.up) if code != "100000"] + [unit] for unit in counties
    ]
    return [chain for chain in found if len(chain) == 3]


@pytest.mark.parametrize("mark", [" ", "  ", "，", " / "])
def test_levels_said_again_are_one_place(resolver, mark):
    for province, city, county in random.Random(mark).sample(_chains(resolver.index), 40):
        text = mark.join([province.name, city.name, province.name, county.name])
        found = resolver.resolve(text)
        assert city.code not in found.include, text
        assert found.code in (None, county.code), text


@pytest.mark.parametrize("refusal", ["不要发到", "别寄", "不送", "无法配送到", "暂停发往", "不支持"])
def test_a_refusal_of_one_place_is_none_of_the_next(resolver, refusal):
    for _, city, county in random.Random(refusal).sample(_chains(resolver.index), 20):
        for sent in ("寄", "发", "请送"):
            found = resolver.resolve(f"{refusal}海口，{sent}{city.name}{county.name}")
            assert county.code not in found.exclude, (refusal, city, county)
            assert "460100" not in found.include and found.code != "460100"


@pytest.mark.parametrize("label", ["未开通", "暂停服务", "不发货地区", "禁运区域", "暂无网点"])
def test_a_label_that_refuses_holds_for_all_behind_it(resolver, label):
    found = resolver.resolve(f"{label} 太原 银川")
    assert not found.include and set(found.exclude) == {"140100", "640100"}


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("莱芜", ""),
        ("山东莱芜", ""),
        ("淄博、莱芜", "370300"),
        ("济南、莱芜", "370100"),
        ("合肥、巢湖", "340100"),
    ],
)
def test_a_city_that_is_a_part_of_another_now_is_asked_about(resolver, text, city):
    found = resolver.resolve(text)
    assert found.status == "ambiguous" and len(found.candidates) > 1
    assert set(found.include) == ({city} if city else set())


@pytest.mark.parametrize(
    "text", ["济南市莱芜区", "济南市：莱芜、历城", "合肥(巢湖、肥东)", "济南莱芜文化北路2号"]
)
def test_its_city_above_it_says_which_is_meant(resolver, text):
    assert resolver.resolve(text).status in ("resolved", "rules")


def test_a_bare_name_beside_a_place_is_not_taken_for_its_part(resolver):
    """A name that a part of the place before it bears, and a place as high as that one, is the high one among provinces,
    and else a question."""
    index, asked = resolver.index, 0
    for part in index.current.values():
        for code in part.up:
            above = index.current.get(code)
            bearers = [u for _, word, u in index.alias.get(part.short, ()) if word == "short" and not u.until]
            high = [u for u in bearers if above and u.level <= above.level and code not in (u.code, *u.up)]
            if above is None or code == "100000" or len(above.short) < 2 or not high:
                continue
            found = resolver.resolve(f"{above.short}、{part.short}")
            wrong = {part.code}.intersection((found.code, *found.include))
            assert not wrong or found.status not in ("resolved", "rules"), (above, part)
            asked += 1
    assert asked > 3
    assert set(resolver.resolve("北京、天津、河北").include) == {"110000", "120000", "130000"}
    assert set(resolver.resolve("天津：河北、河东").include) == {"120105", "120102"}
    assert set(resolver.resolve("上海以及河北的唐山和邢台").include) == {"310000", "130200", "130500"}
