"""Whole pages of the genre: what each line is, and what is proposed from it."""

import re
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regions.choices import PromiseKind
from regions.pages import LINE_KINDS, read_page
from regions.pages.promises import facts
from regions.resolver import load_default

from .page_a import places

PAGES = Path(__file__).parent / "pages"
LETTERS = {"L": "list", "H": "heading", "P": "phone", "+": "promise", "S": "step", "C": "claim", "-": "prose", "m": "menu", "n": "news", ".": "blank"}  # fmt: skip


class FakePlaces:
    """Splits at 、 and knows everything that ends in 县, 区 or 市 for a region."""

    def tokens(self, line, heading=()):
        return [
            SimpleNamespace(
                text=found[0], start=found.start(), end=found.end(), result=self.resolve(found[0])
            )
            for found in re.finditer(r"[^、]+", line)
        ]

    def resolve(self, text, heading=()):
        known = re.fullmatch(r"[一-鿿]{1,9}[县区市]", text)
        return SimpleNamespace(
            status="resolved" if known else "unknown", rest="" if known else text, rest_kind=None, exclude=(),
            code="510322" if known else None, candidates=(), successors=(), include=(), parent=None, evidence=(),
        )  # fmt: skip


def load(name):
    return (PAGES / f"{name}.txt").read_text(encoding="utf-8")


def read(name):
    return read_page(load(name), load_default())


def kinds(reading):
    letter = {kind: mark for mark, kind in LETTERS.items()}
    return "".join(letter[line.kind] for line in reading.lines)


def labels(reading):
    return {
        "-".join(filter(None, (number.canonical, number.extension))): [label.text for label in number.labels]
        for number in reading.numbers
    }


def promised(reading):
    return [(promise.kind, promise.fact, *promise.lines) for promise in reading.promises]


def proposals(found):
    return [(proposal.text, proposal.count) for proposal in found]


def test_a_page_with_one_region_a_line():
    page = read("one-region-a-line")
    assert kinds(page) == "mHm.HPP.HSSSS.H+++++.HLLLLLL.m."
    assert labels(page) == {
        "4000000101": ["示例牌空调售后服务中心", "示例牌空调全国统一报修热线"],
        "4000000101-2": ["示例牌空调售后服务中心", "示例牌空调全国统一报修热线", "示例牌空调售后维修电话"],
    }
    assert [number.lines for number in page.numbers] == [(6,), (7,)]
    assert [line.listed for line in page.list_lines][:2] == ["成都市锦江区", "成都市青羊区"]
    assert (proposals(page.brands), proposals(page.categories)) == ([("示例牌", 3)], [("空调", 3)])
    assert [(claim.line, claim.text) for claim in page.nationwide] == [(5, "示例牌空调全国统一报修热线")]
    assert promised(page) == [
        ("response_time", "respond within 30 min", 16),
        ("response_time", "arrive within 2 h", 16),
        ("genuine_parts", "original parts", 17),
        ("warranty", "90 days", 18),
        ("price", "prices are published", 19),
        ("price", "no hidden charges", 19),
        ("availability", "open all year", 20),
    ]
    assert [(step.order, step.text, step.line) for step in page.steps] == [
        (1, "拨打报修热线,说明机型和故障", 10),
        (2, "客服登记并派单给就近师傅", 11),
        (3, "师傅上门检测,先报价后维修", 12),
        (4, "试机验收,签字付款", 13),
    ]


@pytest.mark.slow
def test_a_table_pasted_with_tabs_names_one_place_a_row():
    page = read("table")
    assert kinds(page) == "HHLLLLL-P-."
    assert [line.listed for line in page.list_lines] == [
        "四川省自贡市富顺县",
        "四川省成都市武侯区",
        "广东省东莞市大朗镇",
        "山西省太原市万柏林区",
        "浙江省杭州市江干区",
    ]
    assert labels(page) == dict.fromkeys(["08130000001", "02800000002", "076900000003", "03510000004", "057100000005"], ["网点电话"]) | {
        "4000000202": ["样品家热水器总部客服电话"]
    }  # fmt: skip
    assert proposals(page.brands) == [("样品家", 2)]


def test_a_place_the_resolver_does_not_know_is_never_dropped_from_a_row():
    page = read_page("四川省\t自贡市\t虚构镇\n四川省\t成都市\t武侯区", load_default())
    assert [line.listed for line in page.list_lines] == ["四川省自贡市虚构镇", "四川省成都市武侯区"]


def test_a_page_mixed_with_english():
    page = read("english-mixed")
    assert kinds(page) == "HPP-HSSSSH+++++LCm."
    assert labels(page) == {
        "4000000303-2": ["SAMPLECOOL冰箱客服热线 Hotline"],
        "02163000000": ["Tel"],
        "02163000001": ["Tel"],
    }
    assert page.list_lines[0].listed.startswith("上海市(黄浦区")
    assert (proposals(page.brands), proposals(page.categories)) == ([("SAMPLECOOL", 2)], [("冰箱", 2)])
    assert [step.text for step in page.steps][::3] == [
        "Call the hotline or scan the code",
        "Pay after the repair",
    ]
    assert promised(page) == [
        ("response_time", "respond within 30 min", 11),
        ("genuine_parts", "original parts", 12),
        ("warranty", "90 days", 13),
        ("availability", "24 hours a day", 14),
        ("price", "no hidden charges", 15),
    ]
    assert [claim.line for claim in page.nationwide] == [17]


def test_remnants_of_html():
    page = read("html-remnants")
    assert kinds(page) == "HPP++HLL.-."
    assert labels(page) == {"4000000404": ["演示牌洗衣机24小时服务热线", "演示牌洗衣机投诉电话"]}
    assert [token.text for token in load_default().tokens(page.list_lines[0].listed)] == [
        "武汉市武昌区",
        "黄冈市团风县",
        "宜昌市夷陵区",
    ]
    assert page.list_lines[1].listed == "恩施州咸丰县、孝感市云梦县"
    assert page.lines[1].text == load("html-remnants").splitlines()[1]


def test_lists_by_city_phrases_arrows_and_a_hidden_number():
    page = read("grouped-by-city")
    assert kinds(page) == "HHPPPP++++SHLLLLL--."
    assert labels(page) == {
        "4000000505": ["样例盾保险柜维修24小时服务电话", "样例盾保险柜售后服务中心电话", "全国统一客服"],
        "13800000505": ["样例盾保险柜开锁改密电话"],
    }
    assert [(refused.raw, refused.line) for refused in page.refused] == [("400-xxxx-505", 6)]
    assert [step.text for step in page.steps] == ["来电咨询", "登记信息", "安排师傅", "上门检修", "回访评价"]
    assert promised(page) == [
        ("availability", "24 hours a day", 1),
        ("price", "quote before work", 7),
        ("response_time", "respond within 30 min", 8),
        ("response_time", "arrive within 2 h", 8),
        ("warranty", "1 year", 9),
        ("genuine_parts", "original parts", 9),
        ("other", "维修后设备性能测试报告", 10),
    ]


def test_several_products_of_one_brand_and_news_without_a_byline():
    page = read("several-products")
    assert kinds(page) == "HHPPP+++LLL-nnn."
    assert proposals(page.brands) == [("范例居", 7)]
    assert [proposal.text for proposal in page.categories] == ["燃气灶", "油烟机", "热水器"]
    assert labels(page)["4000000606"] == labels(page)["4000000607"] == ["范例居热水器客服"]
    assert "12345" not in labels(page)  # the number in the news is none of the brand's
    assert next(line.listed for line in page.list_lines) == "广东:广州、深圳、东莞"
    assert page.nationwide == ()  # 全国 stands in the news only
    assert promised(page) == [
        ("response_time", "arrive the same day", 6),
        ("availability", "24 hours a day", 6),
        ("price", "prices are published", 7),
        ("price", "no hidden charges", 7),
        ("price", "no repair, no charge", 7),
        ("channels", "phone, WeChat, website", 8),
    ]


def test_a_page_without_a_list():
    page = read("no-list")
    assert kinds(page) == "HHPPHCHSSSSH--."
    assert page.list_lines == ()
    assert [claim.line for claim in page.nationwide] == [6]
    assert labels(page)["4000000708"] == ["热线二"]
    assert [step.order for step in page.steps] == [1, 2, 3, 4]


def test_headings_far_from_the_only_number_stand_for_it():
    page = read("headings-apart")
    assert kinds(page) == "HHHPH++HLLH."
    assert labels(page) == {
        "4000000808": [
            "仿写牌净水器400客服",
            "客服专线",
            "仿写牌净水器换芯预约中心",
            "仿写牌净水器夜间客服中心",
        ]
    }
    assert "虚构市无名区" in page.list_lines[1].listed  # unknown to the resolver, still on the list


ALL = sorted(path.stem for path in PAGES.glob("*.txt"))


@pytest.mark.parametrize("name", ALL)
def test_line_ends_and_width_change_nothing(name):
    text = load(name)
    expected = read_page(text, load_default())
    wide = text.translate({ord(char): ord(char) + 0xFEE0 for char in ":,!?()"} if "<" not in text else {})
    for other in (text.replace("\n", "\r\n"), text.replace("\n", "\r"), wide):
        page = read_page(other, load_default())
        assert kinds(page) == kinds(expected)
        assert labels(page) == labels(expected)
        assert [number.lines for number in page.numbers] == [number.lines for number in expected.numbers]
        assert promised(page) == promised(expected)
        assert (page.brands, page.categories) == (expected.brands, expected.categories)


@pytest.mark.parametrize("name", ALL)
def test_lists_are_found_wherever_they_stand(name):
    """Not by position: the lines of the page turned round, its lists are the same lines."""
    lines = load(name).split("\n")
    expected = [line.text for line in read(name).list_lines]
    turned = read_page("\n".join(reversed(lines)), load_default())
    assert [line.text for line in turned.list_lines] == expected[::-1]


class TestPageA:
    @pytest.mark.slow
    def test_the_list_lines_are_those_of_the_golden_table(self, page_a):
        page = read_page(page_a, load_default())
        assert [line.no for line in page.list_lines] == sorted({place.line for place in places()})
        tokens = [
            (line.no, token.text) for line in page.list_lines for token in load_default().tokens(line.listed)
        ]
        assert tokens == [(place.line, place.token) for place in places()]

    @pytest.mark.slow
    def test_one_number_ten_mentions_fourteen_labels(self, page_a):
        page = read_page(page_a, load_default())
        (number,) = page.numbers
        assert (number.canonical, number.kind, number.mentions) == ("4001865909", "toll_free_400", 10)
        assert number.lines == (1, 4, 4, 5, 5, 39, 42, 42, 43, 43)
        assert [(label.line, label.where) for label in number.labels] == [
            (1, "beside"), (2, "heading"), (3, "heading"), (4, "beside"), (5, "beside"), (6, "heading"), (10, "heading"),
            (40, "heading"), (41, "heading"), (42, "beside"), (43, "beside"), (44, "heading"), (45, "heading"), (48, "heading"),
        ]  # fmt: skip
        assert page.refused == ()

    @pytest.mark.slow
    def test_brand_category_claim_promises(self, page_a):
        page = read_page(page_a, load_default())
        assert (proposals(page.brands), proposals(page.categories)) == (
            [("阿拉好太太", 14)],
            [("消毒柜", 14)],
        )
        assert [claim.line for claim in page.nationwide] == [5, 10, 11, 40, 49]
        assert promised(page) == [
            ("availability", "24 hours a day", 2, 4, 5, 10, 40, 42, 44),
            ("on_site", "visits at home", 6, 7),
            ("records", "a record is kept of each job", 8),
            ("training", "staff are trained", 9),
            ("price", "part prices can be looked up", 46),
            ("channels", "phone, e-mail, app, social media", 47),
        ]
        assert page.steps == ()

    def test_the_news_is_ignored_and_every_line_accounted_for(self, page_a):
        page = read_page(page_a, load_default())
        assert [line.no for line in page.ignored] == list(range(77, 94))
        assert page.counts == {"list": 54, "news": 17, "heading": 12, "phone": 6, "promise": 4}

    def test_without_byline_and_editor_the_news_is_prose_and_still_ignored(self, page_a):
        lines = [re.sub(r"【编辑.*】", "", line) for line in page_a.split("\n") if "记者" not in line]
        page = read_page("\n".join(lines), load_default())
        assert page.counts == {"list": 54, "prose": 15, "heading": 12, "phone": 6, "promise": 4}


@pytest.mark.parametrize(
    ("line", "listed"),
    [
        ("富顺县", "富顺县"),
        ("服务区域:自贡市富顺县、太原市万柏林区", "自贡市富顺县、太原市万柏林区"),
        ("服务范围 成都市、自贡市", "成都市、自贡市"),
        ("四川省服务网点:成都市、自贡市", "四川省:成都市、自贡市"),
        ("广东:广州、深圳", "广东:广州、深圳"),
        ("1.成都市 2.自贡市 3.泸州市", "成都市 自贡市 泸州市"),
        ("(1)成都市锦江区;(2)自贡市富顺县", "成都市锦江区;自贡市富顺县"),
        ("成都|自贡|泸州", "成都、自贡、泸州"),
        ("四川省\t自贡市\t富顺县", "四川省自贡市富顺县"),
        ("四川省除甘孜、阿坝外", "四川省除甘孜、阿坝外"),
        ("全国(港澳台除外)", "全国(港澳台除外)"),
        ("阿坝、甘孜、凉山除外", "阿坝、甘孜、凉山除外"),
        ("偏远地区除外", "偏远地区除外"),  # no region is read, and still it must not pass unseen
        ("石家庄市(桥东区、长安区、裕华区)", "石家庄市(桥东区、长安区、裕华区)"),
        ("杭州市江干区、虚构市无名区、嘉兴市秀洲区", "杭州市江干区、虚构市无名区、嘉兴市秀洲区"),
        ("服务区域:自贡市富顺县、太原市万柏林区 电话400-000-0101", "自贡市富顺县、太原市万柏林区"),
        ("锦江区、青羊区:400-000-0101", "锦江区、青羊区"),
        ("北京客服电话:010-62345678", ""),
        ("四川省自贡市富顺县釜江大道西段1号", ""),
        ("北京、上海、广州等地的消费者表示,商家应当退款。", ""),
        ("北京市消费者协会、上海市消费者协会", ""),
        ("浙江分公司、江苏分公司", ""),
        ("首页 产品 服务 联系我们", ""),
        ("全国24小时服务", ""),
        ("除甲醛、除异味、除霉菌", ""),
    ],
)
def test_what_is_a_list_line(line, listed):
    assert read_page(line, load_default()).lines[0].listed == listed


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("接到报修后30分钟内响应", [("response_time", "respond within 30 min")]),
        ("两小时上门", [("response_time", "arrive within 2 h")]),
        ("响应时间:15分钟", [("response_time", "respond within 15 min")]),
        ("十五个工作日内处理完成", [("response_time", "solve within 15 working days")]),
        ("半小时内回电", [("response_time", "respond within 0.5 h")]),
        ("1个小时到达", [("response_time", "arrive within 1 h")]),
        ("24小时内上门", [("response_time", "arrive within 24 h")]),
        ("24小时上门服务", [("availability", "24 hours a day"), ("on_site", "visits at home")]),
        ("7x24小时在线", [("availability", "24 hours a day")]),
        ("质保期三个月", [("warranty", "3 months")]),
        ("一年内免费返修", [("warranty", "1 year")]),
        ("全国联保", [("warranty", "honoured nationwide")]),
        ("只用原装配件", [("genuine_parts", "original parts")]),
        ("修不好不收费", [("price", "no hidden charges"), ("price", "no repair, no charge")]),
        ("认证工程师上门", [("on_site", "visits at home"), ("training", "staff are certified")]),
        ("师傅着装规范:师傅统一着装,佩戴工牌上岗。", [("other", "师傅着装规范")]),
        ("公司成立于2005年", []),
        ("消费者应当保留购物凭证", []),
        ("张三说:今天天气很好,适合出门散步", []),
    ],
)
def test_promises_are_facts_not_sentences(line, expected):
    assert facts(line) == expected
    assert {kind for kind, _ in expected} <= set(PromiseKind.values)


# -- properties ----------------------------------------------------------------------------------------

pieces = st.sampled_from(
    ["示例牌空调", "售后", "电话", ":", "400-000-0101", "(1)", "富顺县", "武侯区", "、", "\t", "\n", "\r\n", "本报记者 张某", "【编辑:某】",
     "第一步:", "1. ", "拨打", "→", "全国", "24小时", "质保90天", "30分钟内上门", "。", ",", "&nbsp;", "<td>", "</p>", "问:", "首页", "|", "品牌:",
     "维修服务", "我们", "十", "半", "年内保修", "转1", "95555", "热线", "地址:某路1号", "•", " "]
)  # fmt: skip
texts = st.one_of(st.text(max_size=80), st.lists(pieces, max_size=40).map("".join))


@pytest.mark.slow
@given(texts)
def test_any_text_is_read_and_every_line_comes_back_once(text):
    page = read_page(text, FakePlaces())
    # A line ends where one ends in the text, and where a tag begins or ends a block.
    assert "".join(line.text for line in page.lines) == re.sub(r"[\r\n]", "", text)
    assert len(page.lines) >= len(re.split(r"\r\n|\n|\r", text))
    assert [line.no for line in page.lines] == list(range(1, len(page.lines) + 1))
    assert page.counts == Counter(line.kind for line in page.lines)
    for line in page.lines:
        assert line.kind in LINE_KINDS
        assert line.reason
        assert len(line.clean) == len(line.text)
        assert bool(line.listed) == (line.kind == "list")
    news = {line.no for line in page.lines if line.kind == "news"}
    assert all(number.mentions and not news & set(number.lines) for number in page.numbers)
    assert not news & {no for promise in page.promises for no in promise.lines}
    assert not news & {
        found.line for found in (*page.steps, *page.nationwide, *page.brands, *page.categories, *page.refused)
    }


# What is nobody's brand: each kind in the ways in which pages write it, beside the words that follow a brand on others.
NOBODY = {
    "where the reader is": ["首页 > 售后服务", "首页 > 家电 > 样品家空调维修", "首页 » 关于我们 » 售后服务", "网站首页 | 服务中心", "商城首页›客服", "您的位置：首页 > 网点查询", "Home > Support > Repair"],
    "the site itself": [f"{who}{what}" for who in ("本站", "本网站", "本平台", "本店", "我公司", "我司", "本中心", "该网站", "贵公司") for what in ("客服电话", "维修热线", "提供上门服务")],
    "its footer": ["版权所有 样品家 客服电话", "版权所有：样品家售后服务", "© 2026 样品家服务中心", "Copyright 2026 样品家 维修", "样品家售后服务 版权所有"],
    "its pages": [f"{page} {what}" for page in ("导航", "网站地图", "会员中心", "返回顶部", "上一篇", "热门城市", "友情链接", "登录 注册", "新闻动态", "收费标准", "免责声明", "投诉建议", "招商加盟", "品牌故事", "营业时间", "门店地址", "更多") for what in ("服务", "维修热线")],
    "a role": [f"{role}{name}{what}" for role in ("店长", "负责人", "联系人", "区域经理", "总经理", "技术员", "站长") for name in ("陈刚", "欧阳明", "") for what in ("电话", "维修热线", "客服 138 0000 0000")],
    "a form of address": [f"{name}{form}{what}" for name in ("李", "陈刚", "欧阳") for form in ("师傅", "经理", "先生", "女士", "主任") for what in ("维修电话", "上门服务")],
    "a familiar name": [f"{name}{what}" for name in ("小张", "老王", "阿林", "张工", "刘哥") for what in ("维修", "客服热线")],
    "a name before a mobile number": ["陈刚电话 13800000000", "张伟维修 138-0000-0000", "欧阳明热线：13800000000"],
    "said to be the brand": ["品牌：本站", "品牌：首页", "服务品牌：我司"],
}  # fmt: skip


@pytest.mark.parametrize("kind", NOBODY)
def test_what_is_nobodys_brand_is_not_proposed(kind):
    """Not alone, not again and again, and not beside a page that has a brand: then that one only."""
    for line in NOBODY[kind]:
        for text in (line, f"{line}\n{line}\n{line}"):
            assert read_page(text, load_default()).brands == (), line
        named = "范例居空调售后服务\n范例居空调维修热线\n"
        assert (
            proposals(read_page(f"{line}\n{named}{line}\n{line}", load_default()).brands)[0][0] == "范例居"
        ), line


@pytest.mark.parametrize(
    "brand", ["范例居", "方样", "本样田", "我样乐", "城市样窗", "SampleCool", "样品家 Sample", "大样师"]
)
def test_a_brand_that_only_looks_like_it_is_proposed(brand):
    text = f"{brand}空调售后服务\n{brand}空调维修热线 400-000-0000\n"
    assert proposals(read_page(text, load_default()).brands)[0][0] == brand
