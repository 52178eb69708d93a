"""Lives and successions from small yearly lists, one rule at a time."""

import pytest

from regions.gazetteer.corrections import Corrections, Fate
from regions.gazetteer.lives import build_lives
from regions.gazetteer.sources import Unit
from regions.gazetteer.succession import Successions


def lists(*years):
    """Lists of 1990, 1991, … from lines like "510000 四川省" or "510322 富顺县 510300"."""
    out = {}
    for year, text in enumerate(years, 1990):
        units = {}
        for line in text.split("|"):
            code, name, *rest = line.split()
            level = "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"
            parent = rest[0] if rest else {"province": "100000", "prefecture": code[:2] + "0000"}[level]
            units[code] = Unit(code, level, parent, name)
        out[year] = units
    return out


def fates(years, *, lineage=None, events=(), corrections=None):
    """What becomes of every closed life: {"code name": {"code name": (kind, share)}}."""
    corrections = corrections or Corrections()
    fixed = corrections.apply(years)
    same = {(year, code): code for year, units in fixed.items() for code in units}
    lives = build_lives(fixed, {**same, **(lineage or {})}, corrections.dates)
    found = {f"{life.code} {life.name}": {} for life in lives.closed}
    for edge in Successions(lives, fixed, list(events), corrections).edges:
        old, new = (f"{life.code} {life.name}" for life in (edge.old, edge.new))
        found[old][new] = (edge.kind, edge.share)
    return found


TOP = "510000 四川省|510300 自贡市|512500 宜宾地区"


def test_the_same_name_under_another_code_is_a_recode():
    years = lists(f"{TOP}|512522 富顺县 512500", f"{TOP}|510322 富顺县 510300")
    assert fates(years) == {"512522 富顺县": {"510322 富顺县": ("recode", "whole")}}


def test_the_same_stem_with_another_ending_is_an_upgrade():
    years = lists(f"{TOP}|510225 江津县 510300", f"{TOP}|510381 江津市 510300")
    assert fates(years) == {"510225 江津县": {"510381 江津市": ("upgrade", "whole")}}


def test_another_name_under_the_same_code_is_a_rename():
    years = lists(f"{TOP}|510302 郊区 510300", f"{TOP}|510302 沿滩区 510300")
    assert fates(years) == {"510302 郊区": {"510302 沿滩区": ("rename", "whole")}}


def test_a_code_that_goes_to_another_place_is_not_a_rename():
    years = lists(f"{TOP}|510321 荣县 510300", f"{TOP}|510321 富顺县 510300|510323 荣县 510300")
    assert fates(years) == {"510321 荣县": {"510323 荣县": ("recode", "whole")}}


def test_a_county_joins_the_city_of_its_name():
    years = lists(f"{TOP}|512501 宜宾市 512500|512527 宜宾县 512500", f"{TOP}|512501 宜宾市 512500")
    assert fates(years) == {"512527 宜宾县": {"512501 宜宾市": ("merge", "whole")}}


def test_districts_of_one_name_are_not_confused_across_prefectures():
    years = lists(f"{TOP}|510304 城区 510300", f"{TOP}|512504 城区 512500")
    assert fates(years) == {"510304 城区": {}}


def test_an_event_names_what_no_list_tells():
    event = {
        "year": 1991,
        "old": {"code": "510304000000"},
        "new": {"code": "510302000000"},
        "doc_no": "国函〔1991〕1号",
    }
    years = lists(f"{TOP}|510302 自流井区 510300|510304 大安区 510300", f"{TOP}|510302 自流井区 510300")
    assert fates(years, events=[event]) == {"510304 大安区": {"510302 自流井区": ("merge", "whole")}}


def test_lineage_counts_where_names_differ():
    years = lists(f"{TOP}|510304 大安县 510300", f"{TOP}|510311 沿滩区 510300")
    assert fates(years, lineage={(1990, "510304"): "510311"}) == {
        "510304 大安县": {"510311 沿滩区": ("upgrade", "whole")}
    }


def test_lineage_does_not_lead_into_one_that_goes_on_from_its_namesake():
    """As some lists of the eighties say of 绵阳市, which was not a part of 江油县."""
    years = lists(
        f"{TOP}|512501 绵阳市 512500|512524 江油县 512500|512525 宜宾县 512500",
        f"{TOP}|512502 江油县 512500|512525 宜宾县 512500",
    )
    assert fates(years, lineage={(1990, "512501"): "512502"}) == {
        "512501 绵阳市": {},
        "512524 江油县": {"512502 江油县": ("recode", "whole")},
    }


def test_a_city_that_became_a_prefecture_lives_on_in_its_districts():
    years = lists(
        "510000 四川省|512500 宜宾地区|512501 宜宾市 512500|512527 长宁县 512500",
        "510000 四川省|511500 宜宾市|511502 翠屏区 511500|511524 长宁县 511500",
    )
    assert fates(years) == {
        "512500 宜宾地区": {"511500 宜宾市": ("upgrade", "whole")},
        "512501 宜宾市": {"511502 翠屏区": ("upgrade", "whole")},
        "512527 长宁县": {"511524 长宁县": ("recode", "whole")},
    }


def test_a_dissolved_prefecture_went_where_its_counties_went_and_no_further():
    years = lists(
        f"{TOP}|512522 富顺县 512500|512527 长宁县 512500|512528 珙县 512500",
        "510000 四川省|510300 自贡市|511500 叙州市|510322 富顺县 510300|511524 长宁县 511500|511526 珙县 511500",
    )
    assert fates(years)["512500 宜宾地区"] == {
        "511500 叙州市": ("split", "most"),  # all of it came from here
        "510322 富顺县": ("split", "part"),  # 自贡市 was there before
    }


def test_a_new_prefecture_with_something_from_elsewhere_does_not_stand_for_its_counties():
    years = lists(
        f"{TOP}|512527 长宁县 512500|512528 珙县 512500|510321 荣县 510300",
        "510000 四川省|510300 自贡市|511500 叙州市|511524 长宁县 511500|511526 珙县 511500|511527 荣县 511500",
    )
    assert set(fates(years)["512500 宜宾地区"]) == {"511524 长宁县", "511526 珙县"}


def test_a_prefecture_upgraded_with_its_name_and_a_county_more_is_not_whole():
    years = lists(
        f"{TOP}|512527 长宁县 512500|512528 珙县 512500|510321 荣县 510300",
        "510000 四川省|510300 自贡市|511500 宜宾市|511524 长宁县 511500|511526 珙县 511500|511527 荣县 511500",
    )
    assert fates(years)["512500 宜宾地区"] == {
        "511524 长宁县": ("split", "part"),
        "511526 珙县": ("split", "part"),
    }


def test_a_new_province_takes_its_counties_along():
    years = lists(
        "510000 四川省|510200 重庆市|510225 江津县 510200",
        "510000 四川省|500000 重庆市|500116 江津县 500000",
    )
    assert fates(years)["510225 江津县"] == {"500116 江津县": ("recode", "whole")}


def test_a_correction_wins_over_every_rule():
    years = lists(
        f"{TOP}|512522 富顺县 512500|510302 自流井区 510300",
        f"{TOP}|510322 富顺县 510300|510302 自流井区 510300",
    )
    fate = Fate((("510322", "most"), ("510302", "part")), "国函", "approval")
    assert fates(years, corrections=Corrections(fates={("512522", 1991): fate})) == {
        "512522 富顺县": {"510322 富顺县": ("split", "most"), "510302 自流井区": ("split", "part")}
    }


def test_a_correction_that_names_an_unknown_code_is_refused():
    years = lists(f"{TOP}|512522 富顺县 512500", TOP)
    fate = Fate((("519999", "whole"),), "", "approval")
    with pytest.raises(ValueError, match="519999, successor of 512522, is on no list"):
        fates(years, corrections=Corrections(fates={("512522", 1991): fate}))


def test_lives_drops_names_and_dates_are_put_right():
    corrections = Corrections(
        lives=[(1991, None, Unit("510399", "county", "510300", "新区"))],
        names=[("510302", None, None, "自流井区")],
        drops=[("510388", 1990, 1991)],
        dates={("510322", 1991): "1991-04-05"},
    )
    years = lists(
        f"{TOP}|510302 自流区 510300|510388 幻区 510300|510322 富顺县 510300", f"{TOP}|510302 自流区 510300"
    )
    lives = build_lives(corrections.apply(years), {}, corrections.dates)
    shown = {
        (life.code, life.name, life.valid_from, life.valid_to) for life in lives.all if life.level == "county"
    }
    assert shown == {
        ("510302", "自流井区", "1990-01-01", ""),
        ("510322", "富顺县", "1990-01-01", "1991-04-05"),
        ("510399", "新区", "1991-01-01", ""),
    }
