"""What holds for every list, whatever it is made of: nothing accepted lies outside its heading or turns its sense round,
and one bad line changes nothing for its neighbours."""

import random

import pytest

from regions.resolver import load_default
from regions.resolver.unit import COUNTY, PREFECTURE, PROVINCE
from regions.services.intake import reading
from regions.services.intake.drafting import make_lines

HEADS = ["{}", "{}：", "【{}】", "## {}", "**{}**", "一、{}", "{}服务网点：", "{}地区：", "1. {}", "■ {}"]
REFUSING = [
    "不上门地区：",
    "以下地区暂不服务：",
    "【停止服务】",
    "## 未开通",
    "服务盲区",
    "暂停配送：",
    "不发货地区如下：",
]
BAD = [
    "(((((((((",
    "浙江杭州" * 200,
    "\u200b" * 30,
    "、、、",
    "？？？？",
    "<td></td>",
    "{'a': [}",
    "除外的外的外的" * 5,
    "\ud7ff" * 9,
    "1" * 400,
]


@pytest.fixture(autouse=True)
def whole_country(monkeypatch):
    monkeypatch.setattr(reading, "resolver", load_default)


def accepted(text):
    return [line for line in make_lines(reading.read(text).tokens) if line["decision"] == "accepted"]


def inside(code, top, index):
    unit = index.find(code)
    return code == top or top in unit.up


def districts(index, rng):
    """Counties, living and closed, near and far, by name whole or bare, by code or by both: lists as they are, and as they should not be."""
    units = [unit for unit in index.units if unit.level == COUNTY and unit.code[:2] not in ("71", "81", "82")]
    closed = [unit for unit in units if unit.until]
    return lambda: written(rng.choice(closed if rng.random() < 0.4 else units), rng)


def written(unit, rng):
    if rng.random() < 0.25:
        return unit.code + rng.choice(["", f" {unit.name}", f"（{unit.name}）"])
    return unit.name if rng.random() < 0.8 else unit.short or unit.name


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_nothing_accepted_lies_outside_its_heading(seed):
    index, rng = load_default().index, random.Random(seed)
    pick = districts(index, rng)
    cities = [
        u
        for u in index.current.values()
        if u.level in (PROVINCE, PREFECTURE) and u.code[:2] not in ("71", "81", "82")
    ]
    for _ in range(40):
        city = rng.choice(cities)
        own = [u for u in index.units if u.level == COUNTY and city.code in u.up] or [city]
        names = [
            written(rng.choice(own), rng) if rng.random() < 0.6 else pick() for _ in range(rng.randint(1, 7))
        ]
        joint = rng.choice(["、", "，", "\n", " "])
        head = rng.choice(HEADS).format(city.name)
        same_line = head.endswith("：") and rng.random() < 0.5 and joint != "\n"
        text = head + ("" if same_line else "\n") + joint.join(names)
        for line in accepted(text):
            if not line["heading"]:
                continue  # the place was not taken for a heading, and stands among the lines
            for code in (*line["include"], *line["exclude"]):
                assert inside(code, city.code, index), (text, line["token"], index.full_name(code))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_nothing_below_a_refusing_heading_is_ever_included(seed):
    index, rng = load_default().index, random.Random(seed)
    pick = districts(index, rng)
    for _ in range(40):
        names = [pick() for _ in range(rng.randint(1, 6))]
        text = rng.choice(REFUSING) + "\n" + rng.choice(["、", "\n", "，"]).join(names)
        for line in accepted(text):
            assert not line["include"], (text, line["token"])


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_line_spoils_no_neighbour_and_raises_nothing(bad):
    good = "自贡市富顺县、自贡市荣县"
    codes = [code for line in accepted(good) for code in line["include"]]
    assert codes == ["510322", "510321"]
    for text in (f"{good}\n\n{bad}", f"{bad}\n\n{good}", f"{good}\n\n{bad}\n\n{good}"):
        found = {code for line in accepted(text) for code in line["include"]}
        assert found >= set(codes), text[:60]
