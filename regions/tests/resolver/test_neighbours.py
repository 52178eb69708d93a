"""Two places of one height beside each other, of which the first has a part that bears the second one's name: never the part."""

import random

import pytest

from regions.resolver import load_default
from regions.resolver.neighbours import heights
from regions.resolver.unit import PREFECTURE, PROVINCE

INDEX = load_default().index
CURRENT = INDEX.current.values()
HIGH = [unit for unit in CURRENT if unit.level in (PROVINCE, PREFECTURE)]
MARKS = [" ", "　", "/", ",", "，", "、", "\n", "\t", "|", "·", " / "]
FRAMES = [
    "全国除{}外", "全国（{}除外）", "全国（{} 除外）", "全国，{} 除外", "全国包邮，{} 不发货", "{} 除外", "除{}外全国", "不配送：{}", "不发货省份：\n{}",
    "以下不送 {}", "全国（不含{}）",
]  # fmt: skip


def _pairs():
    """Every place and every name of a part of it that a place as high bears elsewhere."""
    by_name = {}
    for unit in HIGH:
        by_name.setdefault(unit.short, []).append(unit)
    found = {}
    for part in CURRENT:
        for code in part.up:
            above = INDEX.current.get(code)
            if (
                above is None
                or above.level not in (PROVINCE, PREFECTURE)
                or above.short in by_name.get("", ())
            ):
                continue
            rivals = [
                unit
                for unit in by_name.get(part.short, ())
                if unit is not above and not unit.inside(above) and unit.level <= max(heights(above))
            ]
            if rivals:
                found.setdefault((above.short, part.short), []).append((above, part, rivals[0]))
    return found


PAIRS = _pairs()
STEMS = sorted({unit.short for unit in HIGH})


def _codes(found):
    return {*found.include, *found.exclude, *filter(None, [found.code])}


def _said(text, resolver):
    """What is certain of a text and of each of its items."""
    tokens = [token.result for token in resolver.tokens(text)]
    return _codes(resolver.resolve(text)).union(*map(_codes, tokens))


def _list(draw, above, rival, names):
    """Three to eight places of one height, among them the pair, whose other names have nothing to do with the first."""
    level = max(heights(above) & heights(rival) or {above.level})
    others = [
        unit for unit in HIGH
        if unit.level == level and not unit.inside(above) and unit.short not in names and unit.short not in PARTS
    ]  # fmt: skip
    items = [unit.short for unit in draw.sample(others, draw.randint(1, 6))]
    at = draw.randint(0, len(items))
    return [*items[:at], *names, *items[at:]]


PARTS = {name for _, name in PAIRS}


def _judge(resolver, kinds, seed):
    draw, wrong, accepted = random.Random(seed), [], 0
    for names, ways in PAIRS.items():
        parts = {part.code for _, part, _ in ways}
        above, _, rival = ways[0]
        for mark in kinds["marks"]:
            for frame in ("{}", *kinds["frames"]):
                text = frame.format(mark.join(_list(draw, above, rival, names)))
                said = _said(text, resolver)
                accepted += rival.code in said
                if said & parts:
                    wrong.append((text, said & parts))
    return wrong, accepted


def test_the_pairs_are_there():
    assert {
        ("天津", "河北"),
        ("青海", "海南"),
        ("大连", "中山"),
        ("北京", "朝阳"),
        ("辽源", "西安"),
    } <= PAIRS.keys()
    assert len(PAIRS) >= 15


@pytest.mark.slow
def test_no_list_of_places_of_one_height_names_a_part():
    wrong, accepted = _judge(load_default(), {"marks": MARKS, "frames": []}, 1)
    assert wrong == []
    assert accepted > 0.8 * len(PAIRS) * len(MARKS)


@pytest.mark.slow
def test_no_list_within_a_frame_names_a_part():
    wrong, _ = _judge(load_default(), {"marks": MARKS, "frames": FRAMES}, 2)
    assert wrong == []


@pytest.mark.parametrize("name", ["成都", "丰都", "武都", "昌都", "江都", "花都", "西宁", "宜昌", "镇江"])
@pytest.mark.parametrize("tail", ["除外", "都除外", "不发货"])
def test_a_name_that_ends_like_all_of_them_is_taken_out(name, tail):
    resolver = load_default()
    (code,) = resolver.resolve(f"全国（{name}除外）").exclude
    assert resolver.full_name(code).rstrip("市县区").endswith(name)
    assert resolver.resolve(f"全国（拉萨、{name}{tail}）").exclude[-1] == code


@pytest.mark.parametrize("mark", MARKS)
def test_two_alone_are_open(mark):
    resolver = load_default()
    for (one, other), ways in PAIRS.items():
        said = _said(one + mark + other, resolver)
        assert not said & {part.code for _, part, _ in ways}, one + mark + other


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("天津 河北区", {"120105"}),
        ("大连 中山 人民路1号", {"210202"}),
        ("辽宁 大连 中山", {"210202"}),
        ("辽宁：大连 中山 沈阳", {"210202", "210100"}),
        ("北京 朝阳、上海 浦东", {"110105", "310115"}),
        ("长春 朝阳 南关 绿园", {"220104", "220102", "220106"}),
        ("北京、朝阳、海淀", {"110000", "110105", "110108"}),
        ("服务城市：大连 中山 佛山", {"210200", "442000", "440600"}),
        ("乌海 海南 广东", {"440000"}),
    ],
)
def test_what_stands_around_decides(text, codes):
    resolver = load_default()
    assert _codes(resolver.resolve(text)) == codes
    assert set().union(*(_codes(token.result) for token in resolver.tokens(text))) == codes
