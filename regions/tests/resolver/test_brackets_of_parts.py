"""A bracket behind a place: what is said of a part of it, of goods or of days is not said of the place, and what lies elsewhere is none of its own."""

import pytest

from regions.pages import read_page
from regions.resolver import load_default

BASES = ("四川", "江苏省", "成都市", "内蒙古")
OF_A_PART = (
    "三区除外", "偏远除外", "部分乡镇不送", "山区不送货", "海岛暂不支持", "农村地区不发货", "大件不送", "周末不上门", "仅周末不服务",
    "不含山区", "东部不发", "个别县不支持",
)  # fmt: skip
OF_THE_PLACE = ("不发货", "暂停服务", "已撤", "停", "暂不上门")


@pytest.mark.parametrize("base", BASES)
def test_what_is_said_of_a_part_does_not_turn_the_place(base):
    resolver = load_default()
    for remark in OF_A_PART:
        text = f"{base}（{remark}）"
        for piece in read_page(text, resolver).pieces:
            assert piece.context.sense != "not-served", text
            assert resolver.resolve(piece.text).status == "partial", text
        below = read_page(f"{text}：南京、成都", resolver)
        assert not [piece for piece in below.pieces if piece.context.sense == "not-served"], text
    for remark in OF_THE_PLACE:
        (piece,) = read_page(f"{base}（{remark}）", resolver).pieces
        assert piece.context.sense == "not-served", (base, remark)


@pytest.mark.parametrize("with_", ["含", "包括", "包含"])
def test_what_a_place_is_said_to_hold_lies_in_it(with_):
    resolver = load_default()
    inside = {"四川省": "西昌", "江苏": "昆山", "北京": "密云", "广东": "深圳", "上海": "崇明"}
    for place, part in inside.items():
        assert resolver.resolve(f"{place}（{with_}{part}）").status == "resolved"
        for other in inside.values():
            if other != part:
                assert resolver.resolve(f"{place}（{with_}{other}）").status != "resolved", (place, other)


@pytest.mark.parametrize(
    "county",
    ["鼓楼区", "朝阳区", "西湖区", "长安区", "城关区", "白云区", "江北区", "新华区", "铁西区", "市中区"],
)
def test_a_bracket_names_the_place_that_it_lies_in(county):
    """鼓楼区（南京）, as the other way round; where the city never had one, or two lie there, a person is asked."""
    resolver = load_default()
    bearers = resolver.resolve(county).candidates
    assert len(bearers) > 1
    for code in bearers:
        unit = resolver.index.find(code)
        city = resolver.index.find(unit.up[0])
        answer = resolver.resolve(f"{county}（{city.name}）")
        assert answer.code in (code, None) and (answer.code or answer.status == "ambiguous"), (
            county,
            city.name,
        )
        assert resolver.resolve(f"{county}（三亚市）").status != "resolved"
    assert (
        sum(
            resolver.resolve(f"{county}（{resolver.index.find(resolver.index.find(c).up[0]).name}）").code
            == c
            for c in bearers
        )
        >= 2
    )
