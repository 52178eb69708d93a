"""Texts of every kind that people write, invented over the whole gazetteer: nothing certain is wrong or too wide."""

import random
from collections import Counter

import pytest

from .texts import FIXED, NEAR, ONE, OPEN, SET, Texts, judged


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_nothing_certain_is_wrong_or_wide(resolver, seed):
    made = Texts(resolver.index, seed)
    counted, refused, shown = Counter(), Counter(), {}
    for kind, text, sort, codes in made.some(30):
        verdict = judged(resolver.index, resolver.resolve(text), sort, codes)
        counted[kind] += 1
        refused[kind] += verdict in ("refused", "less")
        shown.setdefault(verdict, []).append((kind, text))
    assert len(counted) > 20
    assert {"wrong", "wide", "gone"}.isdisjoint(shown), shown
    for kind, number in refused.items():
        assert number <= 0.15 * counted[kind] + 1, (kind, shown.get("refused"), shown.get("less"))
    assert refused.total() <= 0.02 * counted.total(), shown


@pytest.mark.slow
def test_a_generic_name_behind_a_second_mention_of_the_city_is_no_district_of_the_past(resolver):
    """…南乐县…（集中办公区） 濮阳市区政府大楼, over every closed district that bears such a name."""
    index, seen = resolver.index, 0
    for unit in index.units:
        city = index.current.get(unit.parent)
        if not unit.until or city is None or city.level != 2 or not _generic(unit.name):
            continue
        county = next(u for u in index.current.values() if u.parent == city.code and u.level == 3)
        for building in ("政府大楼", "商务楼", "3栋", "食堂2楼"):
            for text in (
                f"{city.name}{county.name}人民路1号 {city.name}{unit.name}{building}",
                f"{city.name}{county.name}人民路1号（集中办公区） {city.short}{unit.name}{building}",
            ):
                result = resolver.resolve(text)
                assert result.code == county.code or not (result.code or result.successors), (text, result)
                seen += 1
    assert seen > 400


def test_a_group_with_a_bracket_is_what_the_bracket_names(resolver):
    """江浙沪（南京、杭州）, over all groups of one meaning and two cities or provinces of theirs."""
    index, rng = resolver.index, random.Random(1)
    for name, codes in FIXED.items():
        members = [index.current[code] for code in codes.split() if code[:2] not in ("71", "81", "82")]
        cities = [
            u for top in members for u in index.current.values() if u.parent == top.code and u.level == 2
        ]
        for units in (
            rng.sample(members, min(2, len(members))),
            rng.sample(cities, 2) if len(cities) > 1 else [],
        ):
            if units:
                result = resolver.resolve(f"{name}（{'、'.join(u.name for u in units)}）")
                named = {result.code} if result.code else set(result.include)
                assert named == {u.code for u in units}, (name, units, result)


def _generic(name: str) -> bool:
    return len(name) == 2 and name[0] in "市东西南北中城郊矿新林老" and name[1] == "区"


def test_the_judge_sees_what_is_wrong(resolver):
    for text, sort, codes, verdict in (
        ("杭州市西湖区文三路90号", ONE, {"330106"}, "right"),
        ("杭州市", ONE, {"330106"}, "wide"),
        ("杭州市", NEAR, {"330106"}, "wide"),
        ("宁波市海曙区", ONE, {"330106"}, "wrong"),
        ("杭州市西湖区", OPEN, set(), "wrong"),
        ("杭州市、宁波市", SET, {"330100", "330200"}, "right"),
        ("杭州市、宁波市", SET, {"330100"}, "wrong"),
        ("杭州市、宁波市", SET, {"330100", "330200", "330300"}, "gone"),
        ("杭州市某某区", NEAR, {"330100"}, "right"),
        ("杭州市某某区", ONE, {"330100"}, "less"),
        ("某某", ONE, {"330100"}, "refused"),
    ):
        assert judged(resolver.index, resolver.resolve(text), sort, frozenset(codes)) == verdict, text
