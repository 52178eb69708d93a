"""Cells beside a place: whether one has a shape that says nothing of who is served, as its column lets expect.

A number, an hour, a telephone, a person, an address, a yes: harmless. 空缺 below 负责人, 三环以内 below nothing, 下月起 below 维修
are not, and the place of their row waits.
"""

import re

from regions.resolver.delivery import SURNAME

from .headings import strange
from .predicates import said_alone
from .senses import NOT_SERVED, NOT_YET, SERVED, UNCLEAR, answer_of, sense_of

_NOTHING = re.compile(r"[-—–/\\无\s]*|n/?a|暂?无|没有", re.I)
_DASH = re.compile(r"[-—–]+")
PART = re.compile(
    r"[一二三四五六内外中]环|公里|千米|\bkm\b|[以之]内|[范周]围|市区|城区|主城区?|[新老]城(?!市)|县城|城[内里]|部分|个别|乡镇|[仅只限内]|郊[区县外]|市内",
    re.I,
)
_SOME = re.compile(PART.pattern.replace("|[仅只限内]", ""), re.I)
_SHUT = re.compile("closed|inactive|stopped|suspended|paused|planned|pending", re.I)
_DISTANCE = re.compile("距离|公里|里程|半径|范围")
_PERSON = re.compile("负责|联系|经理|师傅(?!.*数)|工程师(?!.*数)|姓名|人员|[站店]长")
# How a place is served; what is not at home is a question: 远程指导, 返厂, 到店.
_WAY = re.compile(
    "(?<!联系)(?<!沟通)(?<!付款)(?<!支付)(?<!收费)(?<!结算)(?<!计费)(?<!计价)(?<!配送)(?<!运输)(?<!发货)(?<!物流)(?<!报修)(?<!预约)(?<!下单)(?:方式|模式|形式|途径)$"
)
_AT_HOME = re.compile("^(?!.*[不非无未]).*(?:上门|入户|到家|现场|登门|送装|自营|直营|直派|驻点)")
_COUNT = re.compile("数量?$|个数|人数|家数")
_TIME = re.compile("时间|时段|时长|时效|天数|小时|日期")
_FEE = re.compile("费|价|金额|运费")
_NONE_THERE = re.compile("[已未无没不空缺离辞停待招撤暂]")
_HOURS = re.compile(
    r"\d|[一二三四五六七八九十两半][天日小个周]|全天|工作日|周|[当次隔同][日天]|全年|随时|即时"
)
_NUMBER = re.compile(r"\W*(?:约|共|近|超)?\W*(?:\d|[一二三四五六七八九十两百]+(?:\W|[个家名人处]|$)|若干|多)")
# A code, a telephone, a price, a link, a company, an address: of the row, and of nobody it serves.
_PLAIN = re.compile(
    rf"[\x00-\x7f·￥¥—–、，。：（）]*|{SURNAME}[\u4e00-\u9fff·]{{1,3}}|.*(?:公司|[店部站厂行社处]|中心|[路街道巷号楼]|大厦|广场|网点|集团|[师先女]傅?生?士?|经理)(?:[(（].*)?|.*\d{{5,}}.*"
)


def limits(text: str) -> bool:
    """Whether a cell says no more than a part that every town has: 主城区, 三环以内, 50公里内."""
    return PART.search(text) is not None and re.search(r"[^\W\d]", PART.sub("", text)) is None


def unlike(title: str, text: str) -> bool:
    """Whether a cell is not of the shapes that its column lets expect, so that it may limit or refuse the place of its row."""
    text = text.strip()
    if _FEE.search(title) and _DASH.fullmatch(text):
        return True  # a fee that nobody has
    if _NOTHING.fullmatch(text):
        return False
    answer, sense = answer_of(text), sense_of(text)
    if answer == SERVED:
        return False
    if limits(text) and not _DISTANCE.search(title) or _SHUT.fullmatch(text):
        return True
    if said_alone(text) in (NOT_SERVED, NOT_YET) or answer == NOT_YET or sense in (NOT_SERVED, NOT_YET):
        return True
    if _WAY.search(title):
        return _AT_HOME.search(text) is None
    if _PERSON.search(title):
        return _NONE_THERE.search(text) is not None
    if _COUNT.search(title):
        return _NUMBER.match(text) is None
    if _TIME.search(title):
        return _HOURS.search(text) is None and (sense == UNCLEAR or strange(text))
    if _SOME.search(text) and not _DISTANCE.search(title):
        return True
    if title and sense != UNCLEAR:
        return False
    return _PLAIN.fullmatch(text) is None and (sense == UNCLEAR or strange(text))
