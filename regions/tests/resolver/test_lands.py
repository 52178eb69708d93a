"""Words of a company's own around places: stretches and offices (川北片区, 杭州办事处), numbers that a list says of itself,
原 before a name of the past, a count of nothing. Made of the rows of the region files."""

import random

import pytest

from regions.pages import read_page
from regions.resolver.unit import COUNTY, PREFECTURE, PROVINCE
from regions.resolver.vocabulary import ABBREVIATIONS

CERTAIN = ("resolved", "rules")


def codes_of(result):
    return {result.code} if result.code else set(result.include)


def cities(resolver):
    """{code of a province: names and codes of its cities that bear their names alone}"""
    found = {}
    names = [unit.name for unit in resolver.index.units]
    for unit in resolver.index.current.values():
        if unit.level == PREFECTURE and unit.name.endswith("市") and names.count(unit.name) == 1:
            found.setdefault(unit.parent, []).append((unit.name, unit.code))
    return {code: rows for code, rows in found.items() if len(rows) > 3}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_stretch_is_its_members_and_these_lie_in_its_province(resolver, seed):
    rng, below = random.Random(seed), cities(resolver)
    short = {code: one for one, code in ABBREVIATIONS.items()}
    for province in rng.sample(sorted(below), 8):
        one, other = rng.sample(below[province], 2)
        away = rng.choice(below[rng.choice([code for code in below if code != province])])
        name = resolver.index.known(province).name
        for head in (f"{short[province]}{rng.choice('东南西北')}片区", f"{name}大区", f"{one[0]}办事处"):
            text = f"{head}（{one[0]}、{other[0]}）"
            both = {one[1], other[1]}
            assert codes_of(resolver.resolve(text)) == both, text
            for piece in read_page(f"{text},{head}（{one[0]}）", resolver).pieces:
                assert {
                    code for token in resolver.tokens(piece.text) for code in codes_of(token.result)
                } == both, text
            (piece,) = read_page(f"{head}：{one[0]}、{other[0]}", resolver).pieces
            assert not piece.context.held and not set(piece.context.within) - {province, one[1]}, head
            strange = resolver.resolve(f"{head}（{one[0]}、{away[0]}）")
            assert strange.status not in CERTAIN or head.endswith("办事处"), (head, away)
        for head in ("竞品片区", "停运办事处", f"{short[province]}甲片区", f"非{name}片区"):
            assert resolver.resolve(f"{head}（{one[0]}、{other[0]}）").status not in CERTAIN, head


def test_a_county_of_an_office_lies_where_the_office_does(resolver):
    assert codes_of(resolver.resolve("宁波办事处（海曙、江北）")) == {"330203", "330205"}
    assert resolver.resolve("宁波办事处（海曙、西青）").status not in CERTAIN
    assert codes_of(resolver.resolve("东区（上海、杭州）")) == {"310000", "330100"}
    assert resolver.resolve("东区（海淀、石岐）").status not in CERTAIN
    assert resolver.resolve("成都片区（暂停）").status not in CERTAIN


@pytest.mark.parametrize("seed", range(3))
def test_a_number_in_a_list_is_no_part_of_a_name_where_it_agrees(resolver, seed):
    rng, below = random.Random(seed), cities(resolver)
    rows = [row for found in below.values() for row in found]
    for size, said in ((2, "两"), (3, "三"), (4, "四"), (5, "五")):
        picked = rng.sample(rows, size + 2)
        names = [name for name, _ in picked]
        listed = "、".join(names[:size])
        wanted = {code for _, code in picked}
        for joint in ("及", "以及", "和", "、", "，"):
            text = f"{listed}{said}市{joint}{names[-2]}、{names[-1]}"
            assert codes_of(resolver.resolve(text)) == wanted, text
            assert [token.result.status for token in resolver.tokens(text)] == ["resolved"] * (size + 2), text
            wrong = text.replace(f"{said}市", "七市")
            assert resolver.resolve(wrong).status not in CERTAIN, wrong
        part = f"{listed}{said}市部分乡镇"
        assert resolver.resolve(part).status not in CERTAIN, part


def test_groups_and_abbreviations_beside_each_other(resolver):
    for text, codes in {
        "川、渝两地及贵州省": "510000 500000 520000",
        "粤、桂、琼三省区": "440000 450000 460000",
        "两湖两广": "420000 430000 440000 450000",
        "京津冀三地": "110000 120000 130000",
    }.items():
        assert codes_of(resolver.resolve(text)) == set(codes.split()), text
    for text in ("沪、苏、杭", "川、渝、成都市", "京津冀四地", "两湖华东", "新"):
        assert resolver.resolve(text).status not in CERTAIN, text


def test_what_all_but_some_are_served_means(resolver):
    for text, out in {
        "全国除港澳台均可": {"710000", "810000", "820000"},
        "除了西藏，全国都送": {"540000"},
        "全国除成都都发货": {"510100"},
    }.items():
        found = resolver.resolve(text)
        assert (found.status, found.include, set(found.exclude)) == ("rules", ("100000",), out), text
    for text in ("全国除西藏均不可", "除成都均可", "济南市区（不含章丘）"):
        assert resolver.resolve(text).status not in CERTAIN, text


def test_words_for_a_whole_are_no_county_beside_a_place(resolver):
    assert resolver.resolve("红河州 全州").code == "532500"
    assert [token.result.status for token in resolver.tokens("红河州、全州")] == ["resolved", "suggestion"]
    assert resolver.resolve("桂林 全州").code == "450324"


def test_the_word_former_before_a_whole_name(resolver):
    index, rng = resolver.index, random.Random(1)
    closed = [u for u in index.units if u.level == COUNTY and u.until > "1995" and u.parent in index.current]
    asked = 0
    for unit in rng.sample(closed, 60):
        above = index.known(unit.parent)
        plain = resolver.resolve(above.name + unit.name)
        if plain.status != "historical":
            continue
        asked += 1
        for text in (f"原{above.name}{unit.name}", f"{above.name}原{unit.name}"):
            found = resolver.resolve(text)
            assert (found.status, found.successors) == ("historical", plain.successors), text
    assert asked > 30
    for text in ("原苏州市吴中区", "北京市原朝阳区"):
        assert resolver.resolve(text).status not in (*CERTAIN, "historical"), text
    assert resolver.resolve("原州区").code == "640402"


@pytest.mark.parametrize("count", ["0家", "0个网点", "共0家", "0"])
def test_a_count_of_nothing_is_no_coverage(resolver, count):
    for place, code in {"儋州": "460400", "四川省": "510000"}.items():
        found = resolver.resolve(f"{place}（{count}）")
        assert (found.status, found.parent) == ("partial", code)
    assert resolver.resolve(f"儋州（{count.replace('0', '10')}）").code == "460400"


def test_all_of_a_city_is_said_of_any_prefecture_where_it_stands_apart(resolver):
    index = resolver.index
    named = [u for u in index.current.values() if u.level == PREFECTURE and not u.name.endswith("市")]
    assert len(named) > 30 and all(index.known(u.parent).level == PROVINCE for u in named)
    for unit in named:
        for joint in ("：", " ", "|"):
            assert resolver.resolve(f"{unit.name}{joint}全市").code == unit.code, unit.name
    assert resolver.resolve("大理全市").code == "532901"
    assert set(resolver.resolve("大理：全市").candidates) == {"532900", "532901"}
    assert resolver.resolve("大理州：全县").status not in CERTAIN
    assert codes_of(resolver.resolve("郑州市区（二七、金水）")) == {"410103", "410105"}
    assert resolver.resolve("郑州市区（二七、部分金水）").status not in CERTAIN
