"""Page A: one real after-sales page of the genre, and what is right about it.

Its facts are here: the 396 places of its lists with their codes (page_a.tsv: line and position on the page, the token as it
stands there, the code, what an abolished division became; checked by hand against eight published tables), its number and
its brand. Its sentences are other people's and are not: around the lists of the demo (fixtures/demo/page-a-list.txt) the
page below says the same kinds of things in words of our own, line for line. Where ../shared/data is at hand the same tests
read the real page too.
"""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings

LISTS = Path(settings.BASE_DIR) / "fixtures" / "demo" / "page-a-list.txt"
REAL = Path(settings.BASE_DIR).parent / "shared" / "data" / "page-a.txt"
NUMBER = "400-1865-909"
TWICE = f"(1){NUMBER}(在线咨询)(2){NUMBER}(在线咨询)"
THING = "阿拉好太太消毒柜"

# Line → words of our own.
WORDS = {
    1: f"400报修电话:{NUMBER}(在线咨询)",
    2: f"{THING}故障报修24小时客服电话登记",
    3: f"{THING}加急客服",
    4: f"{THING}24小时报修处:{TWICE}",
    5: f"{THING}全国24小时报修热线中心{TWICE}",
    6: f"{THING}上门维修电话值班客服热线",
    7: f"{THING}售后上门检修",
    8: "维修日志留存,随时可查:每一单都写进维修日志,换了什么配件、谁来修的,以后都能追溯。",
    9: "维修人员培训:师傅每季度参加一次技能培训,考核以后才能接单。",
    10: f"{THING}全国统一报修热线-24小时人工400电话",
    11: f"{THING}报修服务电话全国服务区域:",
    39: f"400报修电话:{NUMBER}(在线咨询)",
    40: f"{THING}报修全国客服24小时服务热线",
    41: f"{THING}网点客服电话",
    42: f"{THING}报修电话24小时人工:{TWICE}",
    43: f"{THING}总部网点电话{TWICE}",
    44: f"{THING}报修服务24小时客服热线电话",
    45: f"{THING}网点报修热线",
    46: "配件价格查询:每种维修配件的价格都可以在官方网站和APP上查询。",
    47: "多渠道接入:电话、邮件、社交媒体、APP都能找到我们。",
    48: f"{THING}客户服务中心",
    49: f"{THING}报修服务电话全国服务区域:",
    77: "□ 本报记者 甲某",
    78: "□ 本报见习记者 乙某",
    79: "入夏以来,旧书市集在不少城市重新热闹起来,摊主说来的多是学生,他们把看过的小说带来换,也有人专门来找旧地图。一位逛了半天的读者说,在这里碰到什么全凭运气,这正是她喜欢的地方。",
    80: "不过也有人抱怨,同一本书在相邻两个摊位上的标价相差一倍,买家难免觉得吃亏。",
    81: "那么,旧书的价格由谁来定?摊主随口报价是否合理?市集的主办方、摊主和读者应当怎样相处?",
    82: "问:旧书没有定价,摊主随口报价合适吗?",
    83: "答:旧书买卖双方自愿,报价本身并无不妥,但品相应当如实说明。",
    84: "品相方面:缺页、水渍和后补的封面都应当在成交之前讲清楚,否则读者有理由退书,主办方也应当支持。",
    85: "价格方面:主办方可以把常见旧书近年的成交价贴在入口处,供双方参考,不过不必强求一律。",
    86: "信用方面:有的市集给摊主挂上星级牌,读者逛完可以打分,几次下来谁老实谁取巧一目了然,摊主自己也更愿意把书的毛病写在纸条上。",
    87: "问:读者带来的书被压价,主办方要管吗?",
    88: "答:主办方可以设一张评估桌,请懂行的志愿者免费看一看,给出参考价,成不成交仍由双方自己决定。",
    89: "评估桌还有一个好处:它让第一次来的人知道手里的书大概值多少,不至于把祖辈留下的好书当废纸卖掉。",
    90: "问:怎样让旧书市集办得长久?",
    91: "答:首先要有固定的时间和地点,读者才养得成习惯;其次要留出给孩子的角落,他们会带着大人再来;再次要让摊主挣到钱,租金不宜过高;最后还要有人记录,哪些书被谁带走,这些故事本身就是市集的招牌。",
    92: "摊主之间也可以互通有无,这家缺下册,那家正好有,凑成一套再卖,读者高兴,书也有了归宿。",
    93: "天黑以后灯亮起来,最后一批读者还在翻书,摊主并不催。 【编辑:丙某】",
}


class Place(NamedTuple):
    """One place of the lists, and what is right about it."""

    line: int
    position: int
    token: str
    code: str
    became: frozenset[str]


@cache
def places() -> list[Place]:
    with Path(__file__).with_suffix(".tsv").open(encoding="utf-8", newline="") as file:
        return [
            Place(
                int(row["line"]),
                int(row["position"]),
                row["token"],
                row["code"],
                frozenset(row["became"].split(";")) - {""},
            )
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


@cache
def own() -> str:
    """The page in words of our own."""
    lists = LISTS.read_text("utf-8").split("\n")
    lines = lists + [""] * (max(WORDS) - len(lists))
    for number, words in WORDS.items():
        assert not lines[number - 1].strip()
        lines[number - 1] = words
    return "\n".join(lines)


def _real() -> str:
    if not REAL.exists():
        pytest.skip("a second, fuller check: ../shared/data/page-a.txt is not here")
    return REAL.read_text("utf-8")


@pytest.fixture(params=["own", "real"])
def page_a(request) -> str:
    """The page in our words, then the real one where it is at hand."""
    return own() if request.param == "own" else _real()
