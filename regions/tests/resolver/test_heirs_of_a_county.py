"""A county of the past that several became: of these the one that has the town behind it by now."""

import random

import pytest


def split_counties(resolver):
    index = resolver.index
    for lives in index.lives.values():
        for unit in lives:
            heirs = index.successors(unit) if unit.until >= "1995" and unit.level == 3 else ()
            if len(heirs) > 1 and resolver.resolve(unit.name).successors == heirs:
                yield unit, [index.current[code] for code in heirs if code in index.current]


@pytest.mark.parametrize("form", ["{}{}", "{}{}人民路5号", "{} {}"])
def test_the_town_tells_which_heir_is_meant(resolver, form):
    index, rng, told = resolver.index, random.Random(form), 0
    for county, heirs in split_counties(resolver):
        towns = [
            (name, heir.code)
            for heir in heirs
            for name, codes in index.township_names(heir.code).codes.items()
            if name.endswith("镇") and not index.township(codes[0]).until
        ]
        for town, _ in rng.sample(towns, min(3, len(towns))):
            bearers = [code for name, code in towns if name == town]
            found = resolver.resolve(form.format(county.name, town))
            if len(bearers) == 1 and len(found.successors) == 1:
                above = {found.successors[0], *index.find(found.successors[0]).up}
                assert bearers[0] in above, (county.name, town)
                told += 1
            assert found.code is None or found.code[:6] in bearers, (county.name, town)
    assert told > 5


@pytest.mark.parametrize("text, heir", [
    ("遵义县南白镇", "520304"), ("遵义县虾子镇", "520302"), ("遵义县高坪镇", "520303"), ("惠阳市淡水镇", "441303"), ("遵义县南白街道办事处旁", "520304"),
])  # fmt: skip
def test_towns_of_counties_that_were_parted(resolver, text, heir):
    """And no more than the town: a list that names it serves no whole county."""
    assert [code[:6] for code in resolver.resolve(text).successors] == [heir]


@pytest.mark.parametrize("text", ["遵义县天宫镇", "遵义县", "遵义县人民路"])
def test_nobody_tells_where_no_town_does(resolver, text):
    found = resolver.resolve(text)
    assert found.code is None and len(found.successors) == 3
