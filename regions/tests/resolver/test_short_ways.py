"""The two short ways of the resolver (a line of usual names, a house behind a county) say what the long way says."""

import random

import pytest

from regions.resolver import load_default
from regions.resolver.grammar import Grammar
from regions.resolver.verdict import Judge

ROADS = ("路", "大道", "大街", "街", "巷", "街道", "东路", "北街", "二路", "路南段", "镇路", "区路")
PLACES = (
    "",
    "3栋501室",
    "火车站旁",
    "第一人民医院",
    "附近",
    "（东门）",
    "以东",
    "往北",
    "大厦A座",
    "北京大学",
    "全境",
    "浙江省杭州市西湖区",
    "石家庄市桥东区",
)


@pytest.fixture(scope="module")
def resolver():
    return load_default()


def heads(index, rng, count):
    """Places as an address begins: usual ways to write a county, half of them with a town of it."""
    usual = sorted(index.addresses)
    for name in rng.choices(usual, k=count):
        towns = sorted(index.township_names(index.addresses[name][-1][3].code).codes)
        yield name + (rng.choice(towns) if towns and rng.random() < 0.5 else "")


def streets(index, rng):
    """Streets named as places are, alone and one behind the other, or as most are."""
    names = [unit.short or unit.name for unit in index.units]
    names += [row[0][:3] for row in rng.sample(sorted(index.townships.values()), 3000)]
    plain = [
        "人民",
        "解放",
        "一团",
        "五师",
        "向东",
        "附近",
        "往北",
        "已拆",
        "出发",
        "隔壁",
        "文化",
        "长江",
        "学府",
        "市中",
        "区府",
        "新区",
        "奉天",
        "盛京",
        "上海北京",
        "吉林吉林",
    ]
    while True:
        pick = rng.random()
        name = rng.choice(plain) if pick < 0.4 else rng.choice(names)
        yield name + (rng.choice(names)[:2] if pick > 0.9 else "") + rng.choice(ROADS)


@pytest.mark.parametrize("seed", range(3))
def test_a_house_behind_a_county_is_read_as_the_long_way_reads_it(resolver, monkeypatch, seed):
    rng = random.Random(seed)
    road = streets(resolver.index, rng)
    texts = [
        f"{head}{next(road)}{rng.randint(1, 3000)}{rng.choice(('号', '号', '号', '弄', '-2号', ''))}{rng.choice(PLACES)}"
        for head in heads(resolver.index, rng, 1500)
    ]
    short = [resolver.resolve(text) for text in texts]
    taken = sum(result.rest_kind == "address" for result in short)
    monkeypatch.setattr(Judge, "_goes_on_plainly", lambda *_: False)
    for text, found in zip(texts, short, strict=True):
        assert found.as_dict() == resolver.resolve(text).as_dict()
    assert taken > len(texts) / 3


@pytest.mark.parametrize("seed", range(3))
def test_a_line_of_usual_names_is_read_as_the_long_way_reads_it(resolver, monkeypatch, seed):
    rng = random.Random(seed)
    lines = []
    for _ in range(300):
        items = list(heads(resolver.index, rng, rng.randint(1, 6)))
        lines.append((rng.choice((" ", "，", "服务区域：", "", "", "")) + "、".join(items), items))
    codes = [
        resolver.index.addresses[name][-1][3].up[-2]
        for name in rng.choices(sorted(resolver.index.addresses), k=20)
    ]
    read = [
        (line, heading, resolver.tokens(line, heading=heading))
        for line, _ in lines
        for heading in ((), (rng.choice(codes),))
    ]
    monkeypatch.setattr(Grammar, "_plain", lambda *_: None)
    for line, heading, tokens in read:
        assert [(token.text, token.start, token.end, token.result.as_dict()) for token in tokens] == [
            (token.text, token.start, token.end, token.result.as_dict())
            for token in resolver.tokens(line, heading=heading)
        ]
