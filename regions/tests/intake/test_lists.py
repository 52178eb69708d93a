"""Lists as people paste them: what may be taken as read, what is offered, and what must never be accepted.

`lists.ndjson` holds a list a line with the codes it includes and excludes, words that must be left open, and codes that
must never be accepted. The generated pages know what they say because they were made of it.
"""

import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regions.pages.lines import split
from regions.resolver import load_default
from regions.services.intake import reading
from regions.services.intake.drafting import make_lines

CASES = [
    json.loads(line)
    for line in Path(__file__).with_name("lists.ndjson").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(autouse=True)
def whole_country(monkeypatch):
    monkeypatch.setattr(reading, "resolver", load_default)


def drafted(text, trade=("消毒柜", "repair")):
    return make_lines(reading.read(text, trade).tokens)


def stem(code):
    return (
        code[:2]
        if code.endswith("0000") and len(code) == 6
        else code[:4]
        if code.endswith("00") and len(code) == 6
        else code
    )


def lies_in(code, other):
    return code == other or other == "100000" or code.startswith(stem(other))


def accepted(lines, kind):
    codes = {code for line in lines if line["decision"] == "accepted" for code in line[kind]}
    return {code for code in codes if not any(code != other and lies_in(code, other) for other in codes)}


def squeezed(text):
    return re.sub(r"\s", "", text).translate({ord("("): "（", ord(")"): "）"})


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']}-{case['name']}")
def test_what_a_list_says(case):
    lines = drafted(case["text"])
    assert accepted(lines, "include") == set(case.get("include", ()))
    assert accepted(lines, "exclude") == set(case.get("exclude", ()))
    waiting = [squeezed(line["token"]) for line in lines if line["decision"] == "open"]
    if case["kind"] != "delivery":
        for words in map(squeezed, case.get("open", ())):
            assert any(words in token or token in words for token in waiting), words


# ---------------------------------------------------------------- generated pages

STYLES = {
    "hashes": ("### {}", "{}"), "wrapped": ("【{}】", "{}"), "colon": ("{}：", "{}"), "bold": ("**{}**", "{}"),
    "numbered": ("一、{}", "{}"), "bullets": ("- {}", "  - {}"), "label": None,
}  # fmt: skip
REFUSED = ("暂未开通地区", "不包括", "除外地区", "停止服务", "服务盲区", "不发货地区", "Not available in")
PLANNED = ("即将开通", "筹建中", "规划中的城市", "Coming soon")


def cities(index, rng, count):
    """(city, some of its counties, all of them) of the region files."""
    found = []
    units = [
        u
        for u in index.current.values()
        if u.level == 2 and u.code not in index.leaves and u.name.endswith("市")
    ]
    for city in rng.sample(sorted(units, key=lambda u: u.code), count):
        counties = [u for u in index.current.values() if u.parent == city.code and u.level == 3]
        if len(counties) > 2:
            found.append(
                (
                    city,
                    rng.sample(
                        sorted(counties, key=lambda u: u.code), rng.randint(2, min(5, len(counties) - 1))
                    ),
                )
            )
    return found


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("seed", range(4))
def test_no_accepted_line_lies_outside_its_heading(style, seed):
    """Counties below their city in every way of setting a heading, a stranger from elsewhere among them."""
    index, rng = load_default().index, random.Random(f"{style}{seed}")
    parts, expected, strangers = [], set(), set()
    chosen = cities(index, rng, 8)
    for city, counties in chosen:
        names = [county.name for county in counties]
        expected |= {county.code for county in counties}
        if rng.random() < 0.5:
            other = rng.choice([c for o, held in chosen if o is not city for c in held])
            names.insert(rng.randrange(1, len(names) + 1), other.name)
            strangers.add((city.code, other.code))
        if STYLES[style] is None:
            parts.append(f"{city.name}：{'、'.join(names)}")
        else:
            head, body = STYLES[style]
            parts.append(head.format(city.name))
            parts += (
                [body.format(name) for name in names]
                if rng.random() < 0.5
                else [body.format("、".join(names))]
            )
    lines = drafted("\n".join(parts))
    got = {code for line in lines if line["decision"] == "accepted" for code in line["include"]}
    assert got <= expected, (parts, got - expected)
    heads = {city.name: city.code for city, _ in chosen}
    for line in lines:
        if line["decision"] == "accepted":
            above = [code for name, code in heads.items() if name in line["heading"]]
            assert above and all(lies_in(code, above[-1]) for code in line["include"]), (line, parts)
    assert len(got) >= 0.7 * len(expected), (parts, expected - got)


@pytest.mark.parametrize("word", REFUSED)
@pytest.mark.parametrize("form", ["{}：{}", "{}：\n{}", "【{}】\n{}", "## {}\n{}", "{}\n{}"])
def test_what_a_heading_refuses_is_never_covered(word, form):
    lines = drafted("服务区域：四川省、重庆市\n\n" + form.format(word, "甘孜州、阿坝州"))
    assert accepted(lines, "include") <= {"510000", "500000"}
    named = {"513300", "513200"}
    offered = {code for line in lines if line["decision"] == "open" for code in line["result"]["candidates"]}
    assert named <= accepted(lines, "exclude") | offered


@pytest.mark.parametrize("word", PLANNED)
def test_what_is_planned_is_offered_and_nothing_else(word):
    lines = drafted(f"服务区域：四川省\n{word}：贵阳市、遵义市")
    assert accepted(lines, "include") == {"510000"} and not accepted(lines, "exclude")
    assert [line["held"] for line in lines[1:]] == ["not-yet"] * 2


@pytest.mark.parametrize("word", ["以下城市另议", "竞品覆盖城市", "疑似城市", "某某说明", "乙方备选"])
def test_a_heading_nobody_understands_makes_its_list_open(word):
    lines = drafted(f"{word}：贵阳市、遵义市")
    assert len(lines) == 2 and {line["decision"] for line in lines} == {"open"}


SHAPES = st.sampled_from(
    ["### ", "【", "】", "**", "：", ":", "、", "，", ",", "；", "。", "\n", "\n\n", "\t", "|", "|---|", "<table><tr><td>", "</td><td rowspan=3>", "</td></tr>",
     "</table>", "（", "）", "(", ")", "{", "}", "[", '"', "=", "- ", "    - ", "一、", "1. ", "❌", "✅", "省份\t城市\t是否覆盖", "是", "否", "暂未开通地区", "服务区域",
     "除", "外", "不发货", "包邮", "即将开通", "四川省", "成都市", "江北区", "东山区", "重庆市", "510322", "全国", "华东", "Beijing", "Not available in", "Xihu District",
     "共12个区县", "天河路385号", "地址", "收件人", "400-000-0101", " ", "　", "&nbsp;", "空调安装", "冰箱维修", "武侯区网点"]
)  # fmt: skip


@pytest.mark.slow
@given(st.lists(SHAPES, max_size=40).map("".join))
def test_any_page_is_read_and_every_token_stands_where_it_is_said_to(text):
    found = reading.read(text)
    rows = [line for _, line in split(text)]
    listed = {token.line_no for token in found.tokens}
    others = {line["no"] for line in found.proposals["lines"]}
    assert not listed & others
    places = [(token.line_no, token.position) for token in found.tokens]
    assert len(set(places)) == len(places)
    for token in found.tokens:
        assert 0 <= token.start <= token.end <= len(rows[token.line_no - 1])
    for line in make_lines(found.tokens):
        if line["held"]:
            assert line["decision"] == "open"
