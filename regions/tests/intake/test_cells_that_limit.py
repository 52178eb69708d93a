"""A cell, a key or a label that limits or refuses: a place beside it is never accepted unless the words are of a harmless kind."""

import json
from itertools import product

import pytest

from regions.resolver import load_default
from regions.services.intake import reading

from .test_turned import HANGZHOU, NINGBO, said

LIMITS = {
    "说明": ("主城区", "市区", "上城区、西湖区"),
    "": ("三环以内", "50公里内", "部分乡镇"),
    "安装": ("下月起", "明年", "三环内"),
    "派单": ("市区", "暂停"),
    "负责人": ("空缺", "已离职", "待招"),
    "联系人": ("已离职", "暂无人"),
    "营业时间": ("未营业", "寄修"),
    "师傅人数": ("寄修", "0"),
    "网点数": ("寄修", "无"),
    "上门费": ("待定", "不上门", "—"),
}
HARMLESS = {
    "负责人": ("张经理", "王小明"), "营业时间": ("9:00-18:00", "全天", "周一至周日"), "网点数": ("3", "12家"), "上门费": ("30", "免费", "30元"),
    "电话": ("0571-88888888", "400-123-4567"), "时效": ("1天", "次日"),  "说明": ("全境", ""),
}  # fmt: skip


@pytest.fixture(autouse=True)
def whole_country(monkeypatch):
    monkeypatch.setattr(reading, "resolver", load_default)


def table(form, title, cell, other):
    rows = [("城市", title), ("杭州市", cell), ("宁波市", other)]
    if form == "pipes":
        head, *body = ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join([head, "|---|---|", *body])
    return "\n".join("\t".join(row) for row in rows)


@pytest.mark.parametrize("title", [title for title in LIMITS if title])
def test_a_cell_that_limits_holds_its_row(title):
    for form, cell in product(("pipes", "tabs"), LIMITS[title]):
        text = table(form, title, cell, "")
        assert HANGZHOU not in said(text)[0], text


@pytest.mark.parametrize("cell", LIMITS[""])
def test_a_cell_below_no_head_that_limits_holds_its_row(cell):
    assert said(f"杭州\t{cell}\n宁波\t全市")[0] == {NINGBO}


@pytest.mark.parametrize("title", HARMLESS)
def test_a_cell_of_a_harmless_kind_holds_nothing(title):
    for cell in HARMLESS[title]:
        text = table("pipes", title, cell, HARMLESS[title][0])
        assert said(text) == ({HANGZHOU, NINGBO}, set()), text


def test_places_below_heads_that_nobody_expects_are_read_inside_their_row():
    text = "省份\t免费\t收费\t不派送\n四川\t成都、绵阳\t南充、达州\t甘孜、阿坝"
    include, exclude = said(text)
    assert include == {"510100", "510700", "511300", "511700"} and exclude == {"513300", "513200"}


@pytest.mark.parametrize(
    "key",
    [
        "blacklist", "deny", "disabled", "forbidden", "blocked", "closedCities", "exclude", "excluded_regions", "black_list", "unsupported", "not_served",
        "foo", "planned", "competitors",
    ],
)  # fmt: skip
def test_a_key_that_refuses_or_that_nobody_knows_serves_nobody(key):
    assert said(json.dumps({key: ["杭州市"], "cities": ["宁波市"]}, ensure_ascii=False))[0] == {NINGBO}


@pytest.mark.parametrize(
    "key", ["whitelist", "allow", "enabled", "openCities", "ok", "cities", "regions", "supported", "served"]
)
def test_a_key_that_serves_keeps_its_list(key):
    assert said(json.dumps({key: ["宁波市"]}, ensure_ascii=False)) == ({NINGBO}, set())


def test_what_an_object_says_of_its_place():
    rows = [{"city": "杭州市", "scope": "主城区"}, {"city": "宁波市", "scope": "全市"}]
    assert said(json.dumps(rows, ensure_ascii=False)) == ({NINGBO}, set())
    rows = [{"city": "杭州市", "exclude": ["淳安县"]}, {"city": "宁波市"}]
    assert said(json.dumps(rows, ensure_ascii=False)) == ({HANGZHOU, NINGBO}, {"330127"})


@pytest.mark.parametrize(
    "words",
    [
        "用户覆盖",
        "客户遍及",
        "广告投放覆盖",
        "市场覆盖",
        "销售网络覆盖",
        "我们的用户遍布",
        "产品覆盖",
        "订单覆盖",
    ],
)
def test_who_buys_is_not_who_is_served(words):
    for places in ("杭州、温州", "杭州"):
        assert said(f"{words}{places}\n服务城市：宁波")[0] == {NINGBO}


@pytest.mark.parametrize(
    "heading", ["已开通乡镇（盐城市建湖县）", "服务街道（盐城市建湖县）", "可服务乡镇（建湖县）"]
)
def test_towns_lie_in_the_county_that_the_label_names(heading):
    include, exclude = said(f"{heading}：近湖、建阳、上冈\n未开通乡镇：沿河、颜单")
    assert all(code.startswith("320925") for code in include), include
    assert not any(code.startswith("350") for code in include | exclude)


@pytest.mark.parametrize("item", ["杭州市（覆盖率60%）", "杭州（98%覆盖）"])
def test_a_part_or_a_question_is_asked(item):
    assert said(f"服务城市：{item}、宁波市")[0] == {NINGBO}


@pytest.mark.parametrize("heading", ["主城区", "市区免费", "市内", "服务区域（2019版）"])
def test_a_heading_of_a_part_or_of_an_old_edition_serves_no_city(heading):
    assert said(f"{heading}：杭州市、宁波市")[0] == set()
