"""What stands before a refusal that names parts of it stays in, and only the parts go out: 广东、海南，三沙 除外."""

import itertools
import random

import pytest

from regions.resolver import load_default
from regions.resolver.unit import COUNTY, PREFECTURE, PROVINCE

INDEX = load_default().index
CURRENT = list(INDEX.current.values())
REFUSALS = [
    "除外",
    " 除外",
    "　除外",
    "等地除外",
    "以外",
    " 不去",
    "不发货",
    " 不送",
    "暂不配送",
    " 无法上门",
]
BETWEEN = ["，", ",", "， ", " ，"]
AMONG = ["、", " ", "和"]


def _children(unit):
    level = COUNTY if unit.level == PREFECTURE or unit.name.endswith("市") else PREFECTURE
    return [
        other for other in CURRENT
        if other.parent == unit.code and other.level == level and len(other.short) > 1
        and not [u for u in CURRENT if u is not other and u.short == other.short]
    ]  # fmt: skip


def _texts(seed, level):
    draw = random.Random(seed)
    holders = [
        unit for unit in CURRENT
        if unit.level == level and _children(unit) and not [u for u in CURRENT if u is not unit and u.short == unit.short]
    ]  # fmt: skip
    for refusal, between, among in itertools.product(REFUSALS, BETWEEN, AMONG):
        wholes = draw.sample(holders, draw.randint(1, 4))
        below = _children(wholes[-1] if draw.random() < 0.6 else draw.choice(wholes))
        parts = draw.sample(below, min(len(below), draw.randint(1, 3)))
        text = (
            "、".join(unit.short for unit in wholes) + between + among.join(u.short for u in parts) + refusal
        )
        yield text, {unit.code for unit in wholes}, {unit.code for unit in parts}


@pytest.mark.slow
@pytest.mark.parametrize("level", [PROVINCE, PREFECTURE])
@pytest.mark.parametrize("seed", range(3))
def test_the_wholes_stay_and_the_parts_go(level, seed):
    resolver = load_default()
    open_ = total = 0
    for text, wholes, parts in _texts(seed, level):
        for found in (resolver.resolve(text), *(token.result for token in resolver.tokens(text))):
            named = {*found.include, *filter(None, [found.code])}
            assert not wholes & set(found.exclude), text
            assert named <= wholes, text
            assert set(found.exclude) <= parts, text
            assert not named or parts <= set(found.exclude), text
        total += 1
        open_ += not resolver.resolve(text).include
    assert open_ < 0.2 * total


@pytest.mark.slow
@pytest.mark.parametrize(
    "whole", ["全国", "全国包邮", "全国可发", "江浙沪皖、山东、新疆、西藏", "新疆、西藏、山东"]
)
@pytest.mark.parametrize("between", [*BETWEEN, " ", "　"])
@pytest.mark.parametrize("among", ["、", " "])
@pytest.mark.parametrize("refusal", REFUSALS)
def test_the_country_and_groups_stay(whole, between, among, refusal):
    parts = {"济南": "370100", "吐鲁番": "650400", "昌都": "540300"}
    found = load_default().resolve(whole + between + among.join(parts) + refusal)
    assert set(found.exclude) <= set(parts.values())
    assert not found.include or set(found.exclude) == set(parts.values())
