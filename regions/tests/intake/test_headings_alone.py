"""A city or a province alone on a line heads the line below that lists some of its places, whatever else that line holds.

What it does not hold (a zone, a place elsewhere, a name misspelt or of nowhere) is asked about, and never taken elsewhere.
"""

from itertools import product

import pytest

from regions.resolver import load_default
from regions.services.intake import reading
from regions.services.intake.drafting import make_lines

from .test_turned import said

# (heading, two of its places, their codes)
HEADS = (
    ("广州市", ("荔湾区", "越秀区"), ("440103", "440104")),
    ("广东省广州市", ("荔湾区", "海珠区"), ("440103", "440105")),
    ("哈尔滨", ("南岗区", "道里区"), ("230103", "230102")),
    ("天津", ("河西区", "河东区"), ("120103", "120102")),
    ("浙江省", ("嘉兴市", "湖州市"), ("330400", "330500")),
    ("四川", ("绵阳", "德阳"), ("510700", "510600")),
)
CLOSED = {
    "广州市": "东山区",
    "广东省广州市": "东山区",
    "哈尔滨": "太平区",
    "天津": "塘沽区",
    "浙江省": "萧山市",
    "四川": "万县市",
}
# Zones, places elsewhere, a name of nowhere, and one that lay in 四川 once.
STRAY = ("高新区", "经开区", "开发区", "天府新区", "雄安新区", "芙蓉区", "南京市", "长沙市芙蓉区", "秃顶区", "涪陵区")  # fmt: skip
ZONES = STRAY[:3]
SEPARATORS = ("、", "，", ",", " ", "/", "；", "\t", " | ")


@pytest.fixture(autouse=True)
def whole_country(monkeypatch):
    monkeypatch.setattr(reading, "resolver", load_default)


def lines_of(text):
    return make_lines(reading.read(text, ("消毒柜", "repair")).tokens)


@pytest.mark.slow
@pytest.mark.parametrize("head", HEADS, ids=lambda head: head[0])
@pytest.mark.parametrize("stray", [*STRAY, "closed"])
def test_what_a_heading_does_not_hold_is_asked_about(head, stray):
    name, places, codes = head
    stray = CLOSED[name] if stray == "closed" else stray
    for at, (separator, gap) in enumerate(product(SEPARATORS, ("\n", "\n\n"))):
        items = [*places]
        # In front of a blank, a stroke or in the first column a name that nobody knows is taken for a label.
        items.insert(1 + at % 2 if separator in (" ", "\t", "/", " | ") else at % 3, stray)
        text = f"{name}{gap}{separator.join(items)}"
        lines = lines_of(text)
        taken = {one for line in lines if line["decision"] == "accepted" for one in line["include"]}
        assert taken <= set(codes), text
        assert any(stray in line["token"] and line["decision"] == "open" for line in lines), text
        if separator == "、":
            # 嘉兴市、高新区: of the city before it a zone may be all that is meant
            waits = (
                codes[items.index(stray) - 1 : items.index(stray)]
                if name in ("浙江省", "四川") and stray in ZONES
                else ()
            )
            assert taken == set(codes) - set(waits), text


@pytest.mark.parametrize("mark", ["", "  ", "- ", "• "])
@pytest.mark.parametrize("above", ["", "服务区域\n", "服务区域：\n", "广东省\n"])
def test_one_heading_after_another(mark, above):
    text = f"{above}{mark}广州市\n{mark}荔湾区、东山区\n{mark}深圳市\n{mark}福田区、大鹏新区\n{mark}佛山市、东莞市"
    assert said(text) == ({"440103", "440304", "440600", "441900"}, set())


@pytest.mark.parametrize("stray", ["高新区", "天府新区", "秃顶区"])
@pytest.mark.parametrize("colon", ["", "："])
def test_a_stray_on_a_line_of_its_own_ends_no_heading(stray, colon):
    lines = lines_of(f"成都市{colon}\n{stray}\n武侯区\n锦江区")
    assert {one for line in lines if line["decision"] == "accepted" for one in line["include"]} == {
        "510107",
        "510104",
    }
    assert [line["token"] for line in lines if line["decision"] == "open"] == [stray]


def test_a_list_of_cities_stays_one():
    guangdong = ({"440100", "440300", "440600"}, set())
    for mark in ("", "- ", "1. "):
        assert said("\n".join(f"{mark}{name}" for name in ("广州市", "深圳市", "佛山市"))) == guangdong
    assert said("广州市\n深圳市、佛山市") == guangdong
    assert said("浙江省\n上海市、江苏省") == ({"330000", "310000", "320000"}, set())


@pytest.mark.parametrize("refusal", ["杭州市、秃顶市除外", "杭州市、秃顶市不上门", "暂未开通：杭州市、秃顶市", "除杭州、秃顶市外"])  # fmt: skip
def test_a_line_that_takes_out_has_no_heading_of_what_is_served(refusal):
    lines = lines_of(f"浙江省\n{refusal}")
    assert any(line["line_no"] == 1 for line in lines)
    assert "330100" not in {
        one for line in lines if line["decision"] == "accepted" for one in line["include"]
    }


@pytest.mark.parametrize("kind", ["派送", "配送", "上门", "送货", "安装服务"])
@pytest.mark.parametrize("of", ["区", "区域", "地区", "城市", "范围"])
def test_a_heading_that_spares_the_visit_is_asked_about(kind, of):
    for text in (
        f"免{kind}{of}：杭州、宁波",
        f"免{kind}{of}：\n杭州、宁波",
        f"浙江省\n免{kind}{of}：杭州、宁波",
    ):
        assert not {"330100", "330200"} & said(text)[0], text
    assert said(f"免费{kind}{of}：杭州、宁波") == ({"330100", "330200"}, set())
