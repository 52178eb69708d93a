"""After-sales pages of the usual kind, drawn by seed from the region data: every place must come back as it was meant.

The expected codes are taken from the rows the text was made of, so the test needs no list by hand: prefecture +
county, province + prefecture + county for the autonomous regions, bare stem + county below autonomous prefectures,
直辖县, townships of cities and counties without a level between, and counties closed between 2000 and 2025.
"""

import random

import pytest

from regions.pages import read_page
from regions.resolver.unit import COUNTY, PREFECTURE

BRANDS = ("贝朗仕燃气灶", "华夏牌空气能热水器", "威能斯顿壁挂炉", "樱雪集成灶")
NUMBERS = ("400-000-1111", "400-777-0909", "400-123-8656", "400-886-0001")
WITH_PROVINCE = ("广西", "内蒙古", "宁夏")
CLOSED_SINCE, CLOSED_UNTIL = "2000", "2026"


def _above(index, unit):
    parent = index.current.get(unit.parent)
    return parent if parent is not None and parent.code != "100000" else None


def place_of(index, unit):
    """How such pages print a county."""
    parent = _above(index, unit)
    province = index.current[unit.up[-2]]
    if parent is province and not province.name.endswith("市"):
        return f"直辖县{unit.name}" if unit.code[:2] in ("41", "42") else unit.name
    if parent.name.endswith("自治州"):
        return parent.short + ("州" if unit.code[-1] in "12" else "") + unit.name
    return (province.short if province.short in WITH_PROVINCE else "") + parent.name + unit.name


def closed_of(index, unit):
    """A closed county under the name of its parent then, if no region of today answers to these words."""
    parent = index.life_on(unit.parent, unit.until)
    same = any(
        not life.until and any(index.find(code).name == parent.name for code in life.up)
        for _, _, life in index.alias.get(unit.name, ())
    )
    return None if same or parent.level != PREFECTURE else parent.name + unit.name


def made_page(index, seed):
    """The page and its places in order: (text, status, codes)."""
    rng = random.Random(seed)
    counties = sorted((u for u in index.current.values() if u.level == COUNTY), key=lambda u: u.code)
    places = [(place_of(index, u), "resolved", {u.code}) for u in rng.sample(counties, 290)]
    towns = [
        code
        for code, (name, parent, _, _, until) in sorted(index.townships.items())
        if not until and (parent in index.leaves or parent.startswith(("4690", "4290")))
        if len(index.township_names(parent).codes[name]) == 1
    ]
    for code in rng.sample(towns, 40):
        name, parent = index.townships[code][:2]
        places.append((index.current[parent].name + name, "resolved", {code}))
    closed = [u for u in index.units if u.level == COUNTY and CLOSED_SINCE <= u.until < CLOSED_UNTIL]
    for unit in rng.sample(sorted(closed, key=lambda u: (u.code, u.since)), 40):
        text = closed_of(index, unit)
        if text:
            places.append((text, "historical", set(index.successors(unit))))
    places += rng.sample(places, 30)
    rng.shuffle(places)
    brand, number = BRANDS[seed % len(BRANDS)], NUMBERS[seed % len(NUMBERS)]
    lines = [
        f"400服务电话:{number}(点击咨询)",
        f"{brand}售后维修24小时服务电话预约",
        f"{brand}维修服务电话全国服务区域:",
    ]
    left = list(places)
    while left:
        size = rng.randint(4, 10)
        lines.append("、".join(text for text, _, _ in left[:size]))
        left = left[size:]
    return "\n".join(
        [
            *lines,
            f"{brand}客户守护中心",
            "多平台服务接入:支持电话、邮件、社交媒体、APP等多种渠道接入,方便客户选择。",
        ]
    ), places


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.slow
def test_every_place_of_a_generated_page(resolver, seed):
    page, places = made_page(resolver.index, seed)
    reading = read_page(page, resolver)
    assert len(places) > 380
    tokens = [token for line in reading.list_lines for token in resolver.tokens(line.listed)]
    assert [token.text for token in tokens] == [text for text, _, _ in places]
    wrong = []
    for token, (text, status, codes) in zip(tokens, places, strict=True):
        found = token.result
        answer = set(found.successors) if found.status == "historical" else {found.code}
        if found.status != status or answer != codes:
            wrong.append((text, status, codes, found.status, found.code, found.candidates, found.successors))
    assert wrong == []
