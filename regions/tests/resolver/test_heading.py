"""A list's place beats the world: below a heading and beside siblings names are looked for inside that place first.

The lists are made of the rows of the region files, so what is inside what is known without asking the resolver.
"""

import csv
import random
from collections import defaultdict
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "fixtures" / "regions"


def table(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def rows():
    return table("regions.csv")


@pytest.fixture(scope="module")
def current(rows):
    return {row["code"]: row for row in rows if not row["valid_to"]}


def inside(current, code, holder):
    while code:
        if code == holder:
            return True
        code = current[code[:6] if len(code) == 9 and code not in current else code]["parent"]
    return False


def codes_of(result):
    return {result.code} if result.code else set(result.include)


@pytest.fixture(scope="module")
def namesakes(rows, current):
    """(parent, a county of it, a county closed in it whose name a county elsewhere still bears)."""
    living = defaultdict(set)
    children = defaultdict(list)
    for row in current.values():
        if row["level"] == "county":
            living[row["name"]].add(row["code"])
            children[row["parent"]].append(row)
    found = []
    for row in rows:
        parent = current.get(row["parent"])
        if row["level"] != "county" or not row["valid_to"] or parent is None or row["valid_to"] < "1990":
            continue
        # 济源市 in the same province is the same place under a new code.
        bearers = {code for code in living[row["name"]] if code[:2] != row["code"][:2]}
        siblings = [one for one in children[parent["code"]] if one["name"] != row["name"]]
        if bearers and siblings and not any(inside(current, code, parent["code"]) for code in bearers):
            found.append((parent, siblings[0], row))
    return found


@pytest.mark.parametrize("form", ["{parent}{sibling}、{name}", "{parent}:{sibling}、{name}"])
def test_a_closed_county_beside_its_siblings_is_no_namesake_elsewhere(resolver, current, namesakes, form):
    assert len(namesakes) > 80
    left = []
    for parent, sibling, row in namesakes:
        line = form.format(parent=parent["name"], sibling=sibling["name"], name=row["name"])
        token = resolver.tokens(line)[-1]
        if any(not inside(current, code, parent["code"]) for code in codes_of(token.result)):
            left.append((line, token.result.code))
    assert left == []


def test_a_closed_county_under_its_heading_is_no_namesake_elsewhere(resolver, current, namesakes):
    for parent, _, row in namesakes:
        result = resolver.tokens(row["name"], heading=(parent["code"],))[0].result
        outside = [code for code in codes_of(result) if not inside(current, code, parent["code"])]
        assert outside == [], (parent["name"], row["name"])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_nothing_certain_lies_outside_its_heading(resolver, current, seed):
    rng = random.Random(seed)
    holders = [row for row in current.values() if row["level"] in ("province", "prefecture")]
    names = [
        name
        for row in current.values()
        if row["level"] in ("province", "prefecture", "county")
        for name in (row["name"], row["short_name"])
        if name
    ] + ["全国", "江浙沪", "四川省除甘孜、阿坝外", "广州市（天河区、越秀区）", "深圳市南山区"]
    for _ in range(300):
        holder = rng.choice(holders)
        line = rng.choice("、,; ").join(rng.sample(names, 5))
        for token in resolver.tokens(line, heading=(holder["code"],)):
            for code in codes_of(token.result):
                assert inside(current, code, holder["code"]), (holder["name"], line, token)


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("四川省成都市、重庆市、贵阳市", ["510100", "500000", "520100"]),  # 重庆市 lay in 四川 until 1997
        ("烟台、威海", ["370600", "371000"]),
        ("广东、海南", ["440000", "460000"]),
        ("南京市玄武区、苏州市、吴中区", ["320102", "320500", "320506"]),
        ("自贡市富顺县、天门市", ["510322", "429006"]),  # has no prefecture to name
        ("浙江省杭州市、宁波市、西湖区", ["330100", "330200", "330106"]),
    ],
)
def test_what_stands_beside_the_place_of_a_list_is_read_as_before(resolver, line, codes):
    assert [token.result.code for token in resolver.tokens(line)] == codes


@pytest.mark.parametrize(
    "line", ["南京市玄武区、天河区", "南京市玄武区、海淀区", "四川省：成都市、绵阳市、重庆市"]
)
def test_what_lies_elsewhere_is_open_with_its_candidate(resolver, line):
    last = resolver.tokens(line)[-1].result
    assert last.status == "conflict" and last.code is None and len(last.candidates) == 1


def test_a_colon_heading_ends_with_its_sentence(resolver):
    found = resolver.tokens("四川省：成都市、绵阳市；重庆市、贵阳市")
    assert [token.result.code for token in found] == ["510100", "510700", "500000", "520100"]
