"""What lines beside a list say of all of it, or of one of its places, where nobody has read them.

    以上城市均限市区     名单已过期     不含县城及乡镇     有效期至2025年12月31日     仅自提          all of the list waits
    更正：删去芜湖     安庆自12月起由池州接管                                               the place named waits

Telephones, hours, prices, promises and slogans change nothing of who is served.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from .asides import first_place, is_a_seat, is_legend
from .contexts import codes_of
from .days import BEGINS, ENDS, out_of_time
from .headed import beside
from .headings import of_others, strange
from .lines import bare
from .lists import sure_places
from .reading import Line, Piece, Places
from .senses import NOT_SERVED, NOT_YET, SERVED, sense_of
from .ticks import MARKED
from .words import ADDRESS as STREET
from .words import FOOTER

_BRACKETS = re.compile(r"[(][^()]*[)]")
_LONGEST = 80
_LONGEST_BESIDE = 30
_LONGEST_MARK = 6  # 一、 before a heading, : behind it
_OF_ITSELF = re.compile(
    r"以上|上述|上列|前述|所列(?:城市|地区|区域)|(?:[本此该旧老]|这[份张个]|\b)(?:名单|清单|列表|表格?(?![面示达])|数据)|名[单录]"
)
_ABOVE = re.compile(r"以上|上述|上列|前述|所列")
_OF_THE_ABOVE = re.compile(r"^[\W_]*(?:注:?)?(?:以上|上述|上列|前述|所列)")
# What takes a list or a place back, or narrows it, where it stands alone in a line.
_TAKES = re.compile(
    r"作废|[过到]期|失效|无效|废[止除弃]|停[用业运办服约单]|已停|测试|草稿|样[例本]|示例|演示|待(?:确认|核实|定|审)|旧版|歇业|关[店闭停张]|已关|撤[点站店销场出走离并]|倒闭|转[让交走给]|退[出网]|终止|解约"
    r"|离[职开]|辞职|请假|缺人|没人|无人|空缺|暂停|暂缓|暂无|接管|移交|交由|改由|第三方|寄修|自提|自[送取]|送修|远程指导|不[上服派配接发送到去做含包支受开覆提再]|未[开上覆]|无法|除外|农村|乡下|[县城]里|[仅只均限][^,。]{0,6}(?:乡镇|[县市城镇]区|县城|主城|城[里内]|[内外中二三四五六]环|中心)|乡镇不|[仅只](?!需|要|收|售|用|是为)"
    r"|\b(?:only|closed|suspended|expired|void|invalid|discontinued|obsolete|test data)\b",
    re.I,
)
# … and of what else it may be said, so that it takes nothing.
_OF_ELSE = re.compile(
    r"价|费|[税款]|优惠|活动|正品|品牌|发票|质[量保]|满意|配件|[原换退]货|解释权|版权|转载|商标|一锤子|休息|放假|[假节][日期]|周[一二三四五六日末]|[大小]件|电梯|上楼|夜间|加急|当[天日]|次日|更多|其[他它余]|咨询|联系|确认为准|为准"
    r"|预约|来电|致电|拨打|电话|客服|热线|品质|正规|专业|承诺|保证|放心|投诉|公告|图片|颜色|型号|参数|赠品|成立|创[立办]|(?<!不再)更新|发布|编辑|编制|打印|制表|备案|招聘|工作时间|营业时间|服务时间"
)
_OF_ALL = re.compile(r"[\W_]*(?:以上|上述|均|都|皆|全部|一律|各[市地城])")
_BUYERS = re.compile(
    r"(?:^|[,。;])[^、,。;:]{0,8}(?:用户|客户|会员|粉丝|订单|广告|投放|市场|销售|销量|产品|学员|读者|渠道|货源)[^、,。;:]{0,4}(?:覆盖|遍及|遍布|涵盖|辐射|远销|远至)"
)
_OF_SERVICE = re.compile("服务|售后|维修|上门|安装|配送|送货|清洗|保养")
_CORRECTS = re.compile(
    r"^[\W_]*(?:勘误|更正|更新|订正|修[正改订]|变更|调整|补充|PS|P\.S|附注?)\s*[:：.]", re.I
)
_TIMED = re.compile(
    rf"{BEGINS}|{ENDS}|期限|有效|服务|起|止|到期|开[通放业始]|上线|生效|启[用动]|截[至止]|失效|下线|^\W*[自至到从]?\s*20\d\d[\d.\-/年月日]*\W*$",
    re.I,
)
_OF_DAYS_ELSE = re.compile(
    r"价|费|优惠|活动|促销|放假|[假节][日期]|春节|国庆|元旦|成立|创[立办]|版权|更新|发布|编辑|日期[:：]|备案|公司|招聘|质保|保修|提货"
)
# What a company calls a part of its country, with no place beside it: 三类城市:暂未开通; 西北区:暂停服务.
OWN_PART = re.compile(
    r"(?:第?[一二三四五六七八九十\d]{1,2}(?:类|档|线|级|批|期|区)|[A-Za-z]\s?(?:类|区|档|级)|(华[东南西北中]|[东西][南北]|东北))(?:城市|地区|区域|区|大区|片区)?\s*[:：]\s*(?:均|都|目前|现)?(?:暂时?|尚)?(?:未|不|停|没有|无)[^,，、。;；:：]{1,8}"
)
_SILENT = ("menu", "news", "phone", "step", "promise")


def weighed(lines: Sequence[Line], pieces: Sequence[Piece], places: Places) -> list[Piece]:
    """The pieces, those held of which a line beside them speaks."""
    listed = {
        piece.line
        for piece in pieces
        if piece.context.held or sure_places(piece.text, places, piece.context.within)
    }
    over = {piece.line: piece.context.heading for piece in pieces}
    below = dict[int, tuple[str, ...]]()  # the headings of the list that comes next
    after: tuple[str, ...] = ()
    for line in reversed(lines):
        below[line.no] = after
        after = over.get(line.no, after)
    held = set[int]()
    for at, line in enumerate(lines):
        text = line.clean.strip()
        if line.no in listed or not 0 < len(text) <= _LONGEST:
            continue
        if line.kind == "blank":
            if found := MARKED.search(text):  # × alone
                held |= set() if found.lastgroup is None else _next_to(lines, at, listed, after=True)
            continue
        if is_quiet(line, text, places) or _heads(text, below[line.no]) or OWN_PART.fullmatch(text):
            continue
        if _said_of_itself(text) or _limited_in_time(text):
            above = {no for no in listed if no < line.no}
            held |= above if above and _ABOVE.search(text) else listed
        elif len(text) <= _LONGEST_BESIDE and _takes(line, text) and not places_named(text, places):
            held |= _next_to(lines, at, listed, after=False)
    return [
        _held(piece)
        if (piece.context.sense == SERVED and (piece.line in held or _of_buyers(lines[piece.line - 1].clean)))
        or _under_somewhere(piece, places)
        else piece
        for piece in pieces
    ]


def _of_buyers(text: str) -> bool:
    """用户覆盖…, 广告投放覆盖…: who buys, and nobody who is served."""
    found = _BUYERS.search(text[:_LONGEST])
    return found is not None and _OF_SERVICE.search(found[0]) is None


def _under_somewhere(piece: Piece, places: Places) -> bool:
    """Below 宁波那边不做了, which is said of one place, and refuses none of those below."""
    context = piece.context
    if context.sense != NOT_SERVED or context.held:
        return False
    firsts = [first_place(words, places) for words in context.heading if sense_of(words) == NOT_SERVED]
    return any(
        first is not None and first.code and not set(codes_of(first)) & set(context.within)
        for first in firsts
    )


def takes_all(words: str) -> bool:
    """均限市区 behind the last item of a list: of all of them."""
    return _OF_ALL.match(words) is not None and _TAKES.search(words) is not None


def questions(line: Line, text: str, places: Places, *, any_word: bool = True) -> bool:
    """Whether a line says something of the places it names that nobody has read; `any_word`: be it one that is not known."""
    if (
        not 2 < len(text) <= _LONGEST
        or line.kind == "blank"
        or is_quiet(line, text, places)
        or of_others(text)
    ):
        return False
    return bool(
        _CORRECTS.match(text)
        or _TAKES.search(text)
        or out_of_time(text)
        or sense_of(text) in (NOT_SERVED, NOT_YET)
    ) or (any_word and line.kind in ("prose", "list") and strange(text) and not FOOTER.search(text))


def places_named(text: str, places: Places) -> bool:
    return any(token.result.code for token in places.tokens(text))


def is_quiet(line: Line, text: str, places: Places) -> bool:
    """Whether a line is of a kind that says nothing of a list."""
    return (
        (line.kind in _SILENT and line.reason != "other" and not _OF_THE_ABOVE.match(text))
        or line.reason
        in (
            "a line of a form",
            "somebody's address",
            "an address",
            "a part of JSON",
            "path of the page",
            "head of a table",
        )
        or STREET.search(text) is not None
        or is_a_seat(text, places)
    )


def _heads(text: str, over: tuple[str, ...]) -> bool:
    """Whether a line was read as a heading of the list below it, the words of whose headings are given."""
    words = bare(_BRACKETS.sub("", text))
    return any(
        len(each) > 1 and len(words) - len(each) <= _LONGEST_MARK and (each in words or words in each)
        for each in over
    )


def _said_of_itself(text: str) -> bool:
    """以上名单作废: of the list, and not that it serves or what it costs."""
    if _OF_ITSELF.search(text) is None or of_others(text):
        return False
    rest = _OF_THE_ABOVE.sub("", text)
    if beside(text) and (
        _OF_ELSE.match(rest) or not _TAKES.search(rest) and (rest == text or _FREE.search(rest))
    ):
        return False
    sense = sense_of(rest)
    if _OF_ELSE.search(rest) and sense in ("", SERVED) and not _TAKES.search(rest):
        return False
    return bool(_TAKES.search(rest)) or sense not in ("", SERVED) or strange(rest) or bool(out_of_time(text))


_FREE = re.compile(r"免费|包邮|收费|到付|[价费]")


def _limited_in_time(text: str) -> bool:
    return bool(out_of_time(text)) and _TIMED.search(text) is not None and _OF_DAYS_ELSE.search(text) is None


def _takes(line: Line, text: str) -> bool:
    """仅自提, 停业: said of the list beside it, for nothing else is named of which it might be said."""
    if _OF_ELSE.search(text) or beside(text) or is_legend(text):
        return False
    return bool(_TAKES.search(text)) or (sense_of(text) in (NOT_SERVED, NOT_YET))


def _next_to(lines: Sequence[Line], at: int, listed: set[int], *, after: bool) -> set[int]:
    """The numbers of the list lines that end or begin beside a line, one blank one between."""
    found = set[int]()
    for step in (-1, 1) if not after else (1, -1):
        near, gap = at + step, 0
        while 0 <= near < len(lines) and (
            lines[near].no in listed or (lines[near].kind == "blank" and gap < 1)
        ):
            gap = 0 if lines[near].no in listed else gap + 1
            found.add(lines[near].no)
            near += step
        if found & listed:
            break
    return found & listed


def _held(piece: Piece) -> Piece:
    return replace(piece, context=replace(piece.context, held=piece.context.held or "note"))
