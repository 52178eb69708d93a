"""What turns the sense of a list: columns that refuse or ask about something else, counts with words behind them.

Each test builds its texts from a small grammar of one kind, so that no word of it is an example. A right reading may be
open; what must never happen is that a place is accepted where it is refused.
"""

import json
from itertools import product

import pytest

from regions.resolver import load_default
from regions.services.intake import reading
from regions.services.intake.drafting import make_lines

HANGZHOU, NINGBO, ZHEJIANG = "330100", "330200", "330000"
REFUSALS = (
    "不服务", "未开通", "不上门", "停用", "已撤点", "禁止", "超区", "盲区", "除外", "暂停服务", "停止服务", "关闭", "不在服务范围",
    "Suspended", "excluded", "not available",
)  # fmt: skip
ASKED = ("是否停止服务", "是否暂停", "是否关闭", "是否盲区", "是否除外", "是否拒单", "是否停用")
SERVING = ("是否开通", "是否覆盖", "能否上门", "开通", "服务状态", "是否可上门", "有无网点", "Covered")
BESIDE = (
    "是否包邮",
    "是否省会",
    "是否收费",
    "自营",
    "旗舰店",
    "2023",
    "2024",
    "是否直营",
    "有无停车场",
    "是否安装",
)


@pytest.fixture(autouse=True)
def whole_country(monkeypatch):
    monkeypatch.setattr(reading, "resolver", load_default)


def said(text):
    """(codes included, codes excluded) of the accepted lines of a text."""
    lines = make_lines(reading.read(text, ("消毒柜", "repair")).tokens)
    taken = [line for line in lines if line["decision"] == "accepted"]
    return {c for line in taken for c in line["include"]}, {c for line in taken for c in line["exclude"]}


def _tabs(rows):
    return "\n".join("\t".join(row) for row in rows)


def _csv(rows):
    return "\n".join(",".join(row) for row in rows)


def _pipes(rows):
    head, *body = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([head, "|---|---|", *body])


def _html(rows):
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


FORMS = (_tabs, _csv, _pipes, _html)
_MARKED = tuple(zip(FORMS, ("√", "是", "yes", "✓"), ("×", "否", "no", "✗"), strict=True))


@pytest.mark.slow
def test_a_yes_below_a_refusal_serves_nobody():
    marks = (("√", ""), ("是", "否"), ("yes", "no"), ("✓", "×"))
    for (form, (yes, no)), head in product(zip(FORMS, marks, strict=True), (*REFUSALS, *ASKED)):
        text = form([("城市", head), ("杭州", no), ("宁波", yes)])
        include, exclude = said(text)
        assert NINGBO not in include, text
        assert HANGZHOU not in exclude, text
    assert said("城市\t不服务\n杭州\t\n宁波\t√") == ({HANGZHOU}, {NINGBO})
    assert said("城市,不服务区县\n杭州,全部\n宁波,无") == ({NINGBO}, {HANGZHOU})


@pytest.mark.slow
def test_a_column_about_serving_decides_and_one_about_something_else_does_not():
    for (form, yes, no), head in product(_MARKED, SERVING):
        text = form([("城市", head), ("杭州", no), ("宁波", yes)])
        include, exclude = said(text)
        assert NINGBO in include and HANGZHOU not in include, text
        assert NINGBO not in exclude, text
    for (form, yes, no), head in product(_MARKED, BESIDE):
        text = form([("城市", head), ("杭州", no), ("宁波", yes)])
        include, exclude = said(text)
        assert HANGZHOU not in include | exclude and NINGBO not in exclude, text
    for form, (one, two) in product(FORMS, (("安装", "维修"), ("2023", "2024"))):
        assert NINGBO not in said(form([("城市", one, two), ("杭州", "√", "√"), ("宁波", "√", "×")]))[0]


def test_an_answer_in_json_is_read_with_its_key():
    yes = ("open", "covered", "is_open", "isActive", "enabled", "inService", "开通", "是否开通")
    no = (
        "closed",
        "is_closed",
        "suspended",
        "disabled",
        "不服务",
        "是否停止服务",
        "excluded",
        "notAvailable",
    )
    for key, (name, served) in product((*yes, *no), (("宁波", True), ("宁波", False))):
        text = json.dumps([{"city": name, key: served}, {"city": "杭州"}], ensure_ascii=False)
        assert (NINGBO in said(text)[0]) is (served == (key in yes)), text
    assert said('[{"city":"宁波","hot":false},{"city":"杭州","hot":true}]') == ({NINGBO, HANGZHOU}, set())


@pytest.mark.slow
def test_what_stands_behind_a_count_is_read_or_holds_it():
    resolve = load_default().resolve
    counts = ("11个市", "11市", "11个地市", "11个地级市", "11个设区市", "全省11个市")
    for count, behind in product(
        counts,
        (
            "（仅主城区）",
            "市区",
            "周边",
            "乡镇",
            "高新区",
            "招商",
            "中的5个",
            "已撤",
            "均已撤",
            "部分",
            "（市区）",
        ),
    ):
        text = f"浙江省{count}{behind}"
        assert ZHEJIANG not in said(text)[0], text
    for count, behind in product(counts, ("（舟山除外）", "（不含舟山）", "（除舟山、丽水）")):
        text = f"浙江省{count}{behind}"
        include, exclude = said(text)
        assert ZHEJIANG not in include or "330900" in exclude, text
        found = resolve(text)
        assert found.status != "resolved", text
    for count, behind in product(counts, ("", "均可上门", "全覆盖")):
        assert said(f"浙江省{count}{behind}")[0] == {ZHEJIANG}, (count, behind)


def _broken(parts, tag):
    """The parts on one line, each in its own block."""
    return "<br>".join(parts) if tag == "br" else "".join(f"<{tag}>{part}</{tag}>" for part in parts)


@pytest.mark.slow
def test_block_tags_break_lines_as_newlines_do():
    heads = ("以下城市暂未覆盖", "未开通城市", "暂不服务", "不上门地区：", "即将开通")
    pages = [("宁波、温州", head, "舟山、丽水") for head in heads]
    pages += [(head, "舟山、丽水", "服务城市", "宁波、温州") for head in heads]
    pages += [("宁波", "温州", heads[0], "舟山", "丽水"), ("浙江省", "宁波、温州", "江苏省", "南京、宿迁")]
    for page, tag in product(pages, ("p", "li", "br")):
        assert said(_broken(page, tag)) == said("\n".join(page)), (page, tag)


@pytest.mark.slow
def test_words_between_names_turn_the_sense_of_those_behind_them():
    yes, no = ("已开通", "服务", "可上门城市", "覆盖城市"), ("未开通", "不服务", "不可上门城市", "暂未覆盖")
    for one, two in product(yes, no):
        assert said(f"{one} 宁波 杭州 {two} 舟山 丽水") == ({NINGBO, HANGZHOU}, {"330900", "331100"}), (
            one,
            two,
        )
        assert said(f"{two} 舟山 丽水 {one} 宁波 杭州") == ({NINGBO, HANGZHOU}, {"330900", "331100"}), (
            one,
            two,
        )


def test_an_exclusion_below_a_heading_leaves_it_a_heading():
    for out, mark in product(("（象山县除外）", "（除象山县）", "（不含象山县）"), ("、", " ", "\n")):
        include, exclude = said(f"浙江省\n{mark.join(('杭州', f'宁波{out}', '温州'))}")
        assert ZHEJIANG not in include and "330225" in exclude, (out, mark)


@pytest.mark.slow
def test_a_refusal_of_something_else_takes_nobody_out():
    things = ("发票", "当日达", "刷卡", "货到付款", "次日达", "分期", "加急")
    days = ("春节", "雨天", "工作日", "18点后", "晚上", "国庆期间", "周末", "夜间", "台风天")
    texts = [f"{no}{thing}" for no, thing in product(("不提供", "不支持", "暂不支持", "无法提供"), things)]
    texts += [f"{day}{no}" for day, no in product(days, ("不上门", "不服务", "停止服务"))]
    texts += [
        "不含税",
        "不含高层",
        "无盲区覆盖",
        "零盲区",
        "停止收费",
        "取消上门费",
        "不再收费",
        "已停止配送的城市现恢复",
    ]
    for text in texts:
        assert not said(f"{text}：宁波、杭州")[1], text
    for text in ("不服务", "暂不支持上门", "不提供上门维修服务", "不含", "停止服务", "盲区"):
        assert said(f"{text}：宁波") == (set(), {NINGBO}), text


def test_a_place_taken_back_on_another_line_waits():
    backs = ("业务已于6月底结束", "站点已关", "9月起不再服务", "的业务已转至侯马", "用户请送修")
    for back, lead in product(backs, ("", "备注：", "※ ", "其中")):
        text = f"服务城市：太原、阳泉、临汾\n{lead}临汾{back}"
        assert "141000" not in said(text)[0], text
    for beside in ("备注：下单前请咨询客服", "临汾热线：0357-2222222", "价格含税"):
        assert said(f"服务城市：太原、阳泉、临汾\n{beside}")[0] == {"140100", "140300", "141000"}, beside


def test_a_yes_below_a_head_that_nobody_understands_waits_for_a_person():
    for (form, yes, no), head in product(_MARKED, ("是否拉黑", "是否劝退")):
        text = form([("城市", head), ("杭州", no), ("宁波", yes)])
        assert NINGBO not in said(text)[0], text
