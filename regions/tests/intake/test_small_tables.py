"""Tables of two rows and lines of one place: a yes, a no and what nobody read are told apart, and nothing is lost in silence."""

from itertools import product

import pytest

from regions.resolver import load_default
from regions.services.intake import reading

from .test_nothing_vanishes import asked
from .test_turned import HANGZHOU, NINGBO, said


@pytest.fixture(autouse=True)
def whole_country(monkeypatch):
    monkeypatch.setattr(reading, "resolver", load_default)


NAMES = {"杭州市": HANGZHOU, "Hangzhou": HANGZHOU}, {"宁波市": NINGBO, "Ningbo": NINGBO}
SHAPES = {
    "csv": "{},{}\n{},{}\n{},{}",
    "tab": "{}\t{}\n{}\t{}\n{}\t{}",
    "bars": "| {} | {} |\n|---|---|\n| {} | {} |\n| {} | {} |",
}
# title of the column, a cell that says served, one that says not served
COLUMNS = [
    ("Open", "Y", "N"), ("Open", "yes", "no"), ("Active", "yes", "no"), ("Status", "Open", "Closed"), ("Status", "active", "inactive"),
    ("Closed", "N", "Y"), ("Closed", "no", "yes"), ("Closed", "", "yes"), ("关闭", "否", "是"), ("已关闭", "", "√"), ("状态", "营业", "关闭"),
    ("是否开通", "是", "否"), ("Suspended", "no", "yes"),
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("title", "yes", "no"), COLUMNS)
def test_a_column_of_two_answers(shape, title, yes, no):
    for first, second in product(*NAMES):
        text = SHAPES[shape].format("City" if first.isascii() else "城市", title, first, yes, second, no)
        include, exclude = said(text)
        assert include <= {HANGZHOU} and exclude <= {NINGBO}, text
        words = asked(text)
        assert (include or first in words) and (exclude or second in words), text


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("title", ["Closed", "关闭", "已停业", "不服务"])
@pytest.mark.parametrize("cell", ["2024", "2024年3月", "业务调整", "moved", "part of it", "见公告"])
def test_what_nobody_read_in_a_column_of_refusals_holds_its_row(shape, title, cell):
    for first, second in product(*NAMES):
        text = SHAPES[shape].format("城市", title, first, cell, second, "")
        include, _ = said(text)
        assert include <= {NINGBO}, text
        assert first in asked(text), text


@pytest.mark.parametrize(
    "leader", ["……", "………", "......", "____", "————", "·····", "-----", " …… ", " ———— "]
)
@pytest.mark.parametrize(("yes", "no"), [("有", "无"), ("已开通", "未开通"), ("√", "×"), ("是", "否")])
@pytest.mark.parametrize("mark", ["{}", "{}. ", "{}、", "（{}）"])
def test_leaders_keep_a_name_and_its_answer_apart(leader, yes, no, mark):
    front = (mark.format(1), mark.format(2)) if mark != "{}" else ("", "")
    text = f"{front[0]}杭州市{leader}{yes}\n{front[1]}宁波市{leader}{no}"
    include, exclude = said(text)
    assert include == {HANGZHOU} and (exclude == {NINGBO} or "宁波市" in asked(text)), text


@pytest.mark.parametrize(
    "sentence",
    [
        "我们在{}有一个服务站。", "{}的网点正在搬迁，请稍候。", "另外{}也可以安排师傅过去看看。", "听说{}门店生意很好。", "{}那边的维修由老王负责。",
        "目前{}尚在洽谈门店。",
    ],
)  # fmt: skip
@pytest.mark.parametrize("above", ["", "服务城市：温州、嘉兴\n\n"])
def test_a_place_in_a_sentence_about_service_is_asked_about(sentence, above):
    text = above + sentence.format("杭州")
    include, exclude = said(text)
    assert HANGZHOU not in include | exclude
    assert "杭州" in asked(text), text


def test_a_place_in_a_sentence_about_nothing_of_ours_is_not(monkeypatch):
    assert not asked("服务城市：温州、嘉兴\n公司成立于1998年，总部位于杭州。\n欢迎来电")


@pytest.mark.parametrize("title", ["有效期至", "到期日期", "合作截止日期"])
def test_an_end_to_come_is_shown_with_the_line(title):
    tokens = reading.read(f"城市,{title}\n杭州市,2099-12-31\n宁波市,2098-06-30").tokens
    assert [token.result["code"] for token in tokens] == [HANGZHOU, NINGBO]
    assert ["2099-12-31" in tokens[0].heading, "2098-06-30" in tokens[1].heading] == [True, True]
