"""Every region of the edition in the forms people write, and what must never be read as one."""

import random

import pytest

from regions.resolver.normalize import fold
from regions.resolver.unit import COUNTRY_CODE, COUNTY, PREFECTURE
from regions.resolver.walk import prune


def counties(resolver):
    return [unit for unit in resolver.index.current.values() if unit.level == COUNTY]


def above(resolver, unit):
    return [resolver.index.current[code] for code in unit.up if code != COUNTRY_CODE]


@pytest.mark.parametrize("form", ["city", "province and city", "short city"])
def test_every_current_county(resolver, form):
    for unit in counties(resolver):
        parents = above(resolver, unit)
        text = {
            "city": parents[0].name,
            "province and city": "".join(parent.name for parent in reversed(parents)),
            "short city": parents[0].short,
        }[form] + unit.name
        assert resolver.resolve(text).code == unit.code, text


def test_every_township_below_its_county(resolver):
    index, wrong = resolver.index, []
    for code, (name, parent, _, _, until) in index.townships.items():
        if not until:
            found = resolver.resolve(index.full_name(parent) + name)
            twins = [
                c for c in index.below[parent] if index.townships[c][0] == name and not index.townships[c][4]
            ]
            right = set(found.candidates) == set(twins) if len(twins) > 1 else found.code == code
            if not right:
                wrong.append((code, name, found.status, found.code))
    assert len(wrong) <= 0.001 * len(index.townships), wrong[:20]
    assert not [row for row in wrong if row[3]]


def test_every_closed_name_that_no_region_bears_now_is_of_the_past(resolver):
    index = resolver.index
    for unit in index.units:
        now = [e for e in index.alias[fold(unit.name)[0]] if not e[2].until]
        if unit.until and unit.level >= PREFECTURE and not now:
            found = resolver.resolve(unit.name)
            assert found.status in ("historical", "ambiguous"), (unit, found)
            assert found.code is None


def test_one_lookup_says_the_same_as_the_walk(resolver):
    places, index = resolver._grammar.places, resolver.index
    rng = random.Random(4)
    for text in rng.sample(sorted(index.addresses), 3000):
        found, stop = places.walk._from(text, 0, len(text), None)
        found = prune(found)
        assert stop == len(text)
        assert [reading.unit for reading in found] == [index.addresses[text][-1][3]], text
        assert not found[0].dated


def test_a_county_of_another_city_never_passes(resolver):
    rng, index = random.Random(6), resolver.index
    cities = [unit for unit in index.current.values() if unit.level == PREFECTURE]
    everywhere = counties(resolver)
    for _ in range(3000):
        city, unit = rng.choice(cities), rng.choice(everywhere)
        if city.code in unit.holders:
            continue
        found = resolver.resolve(city.name + unit.name)
        if found.code:
            assert city.code in index.find(found.code).holders, (city, unit, found)
        else:
            assert found.status != "rules", (city, unit, found)


def test_folding_never_makes_two_siblings_the_same(resolver):
    index = resolver.index
    seen = {}
    for unit in index.current.values():
        key = (unit.parent, fold(unit.name)[0])
        assert seen.setdefault(key, unit) is unit, key
    for parent in index.below:
        names = [index.townships[code][0] for code in index.below[parent] if not index.townships[code][4]]
        assert len({fold(name)[0] for name in names}) == len(set(names)), parent
