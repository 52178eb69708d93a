"""Towns without their type, and zones, behind a city or a county: they narrow it, and never widen it."""

import random

import pytest

from regions.resolver import load_default
from regions.resolver.load import DEFAULT
from regions.resolver.rest import classify
from regions.resolver.unit import COUNTY, PREFECTURE
from regions.resolver.vocabulary import WORDS
from regions.resolver.zones import zones_by_name

INDEX = load_default().index
TYPES = ("街道", "镇", "乡")


def _stem(name):
    return next((name.removesuffix(kind) for kind in TYPES if name.endswith(kind)), "")


def _towns(rng, level, ending, count):
    """(city or county, stem of one of its towns, code of the county)"""
    units = [
        u
        for u in INDEX.current.values()
        if (u.level == level or u.code.endswith("0000")) and u.name.endswith(ending)
    ]
    rng.shuffle(units)
    for unit in units[:count]:
        inside = [
            code
            for code, row in INDEX.townships.items()
            if unit in INDEX.lives.get(row[1], ()) or unit.code in INDEX.known(row[1]).up
        ]
        for code in rng.sample(sorted(inside), min(3, len(inside))):
            name, parent, _, _, until = INDEX.townships[code]
            if not until and len(_stem(name)) > 1 and len(parent) == 6:
                yield unit, _stem(name), parent


def _certain(result):
    return {*filter(None, [result.code]), *result.include}


def test_a_county_city_before_the_stem_of_its_town_is_that_county_or_nothing_certain(resolver):
    rng, read = random.Random(1), 0
    for unit, stem, _ in _towns(rng, COUNTY, "市", 200):
        for behind in ("", "国际商务城", "工业园", "和顺南路8号"):
            found = resolver.resolve(unit.short + stem + behind)
            sure = {code[:6] for code in _certain(found)}
            assert sure <= {unit.code}, (unit, stem, behind, found)
            read += bool(sure)
    assert read > 500


@pytest.mark.slow
@pytest.mark.parametrize("behind", ["和顺南路", "和顺南路88号", ""])
def test_a_city_before_the_stem_of_a_town_is_not_the_whole_city(resolver, behind):
    rng, narrowed = random.Random(behind), 0
    for unit, stem, county in _towns(rng, PREFECTURE, "市", 150):
        if "族" in stem:  # 南开苗族彝族(乡): nobody leaves out only the last character of such a name
            continue
        if stem[-1] in "路街道巷弄村市乡镇" or {stem} & {*INDEX.alias, *WORDS} or classify(stem) == "address":
            continue
        for city in (unit.name, unit.short):
            found = resolver.resolve(city + stem + behind)
            assert unit.code not in _certain(found), (city, stem, found)
            narrowed += county in {*found.candidates, (found.code or "")[:6]}
    assert narrowed > 400


def test_a_zone_before_a_road_is_not_the_whole_city(resolver):
    seen = 0
    for name, zone in zones_by_name(DEFAULT).items():
        city = INDEX.current.get(zone.codes[0][:4] + "00") or INDEX.current.get(zone.codes[0][:2] + "0000")
        if city is None or city.code in zone.codes or name.startswith(city.short):
            continue
        found = resolver.resolve(f"{city.name}{name}和顺南路8号")
        assert city.code not in _certain(found), (city, name, found)
        seen += 1
    assert seen > 100


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("深圳龙华新区民治", "440309"), ("深圳市光明新区公明", "440311"), ("光明新区公明街道", "440311001"),
        ("深圳坪山新区坑梓", "440310"), ("深圳大鹏新区葵涌", "440307"), ("贵阳金阳新区", None), ("河北廊坊燕郊", None),
        ("昆山花桥国际商务城", "320583"), ("琼海博鳌", "469002"), ("神木大柳塔", "610881"), ("北京亦庄荣华南路", None),
    ],
)  # fmt: skip
def test_known_ones(resolver, text, code):
    found = resolver.resolve(text)
    assert (found.code or "").startswith(code or "") and bool(found.code) == bool(code), found


@pytest.mark.parametrize("text", ["琼海博鳌路", "上海张江路", "北京亦庄桥"])
def test_a_road_named_after_a_town_is_not_the_town(resolver, text):
    found = resolver.resolve(text)
    assert not found.candidates and found.code in (None, "310000", "110000")
