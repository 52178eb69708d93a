"""A refusal of one place includes nothing; what a place was is no part of it that is meant; 市内 is a part of a city."""

import random

import pytest

SAYS_NO = ["不送", "送不到", "暂停服务", "不在范围内", "不上门", "已撤点", "均已停业", "现已关店", "不发货"]


def _pairs(index, seed):
    held = [u for u in index.current.values() if u.level == 3 and index.current[u.parent].level == 2]
    return [(index.current[unit.parent], unit) for unit in random.Random(seed).sample(held, 40)]


@pytest.mark.parametrize("words", SAYS_NO)
def test_a_refusal_of_one_place_includes_nothing(resolver, words):
    for city, county in _pairs(resolver.index, words):
        for text in (f"{city.name}{county.name}{words}", f"{resolver.full_name(county.code)}{words}"):
            result = resolver.resolve(text)
            assert (result.code, result.include) == (None, ()), text
            told = (*result.exclude, *result.candidates, result.parent)
            assert county.code in told or "等" in county.name, text


def test_what_takes_out_keeps_its_base(resolver):
    for text in ("浙江省舟山、衢州除外", "全国青海不发货"):
        assert resolver.resolve(text).status == "rules"


@pytest.mark.parametrize("was", ["原", "原名", "曾用名", "前身为", "旧称"])
def test_what_a_city_was_is_never_its_part(resolver, was):
    for city, county in _pairs(resolver.index, was):
        result = resolver.resolve(f"{city.name}（{was}{county.name}）")
        assert county.code not in (result.code, *result.include), (city.name, county.name)
    assert resolver.resolve(f"池州市（{was}池州地区）").code == "341700"


def test_in_a_city_is_no_whole_of_it(resolver):
    for city in {city for city, _ in _pairs(resolver.index, "内") if city.name.endswith("市")}:
        result = resolver.resolve(f"{city.name}内")
        assert (result.code, result.include, result.parent) == (None, (), city.code)
        assert resolver.resolve(f"{city.name}境内").code == city.code
