"""What the words of a heading or a label say: which places, whether they are served, which trade, how many there should be."""

import re
from dataclasses import dataclass, replace

from regions.resolver.vocabulary import OWN_LAND

from .contexts import codes_of, turn
from .groups import sorts
from .headings import of_others, strange
from .lands import own_land, reach_of, side_of, without_kind
from .lines import bare
from .lists import is_generic
from .predicates import said_alone
from .reading import Context, Places
from .senses import GROUP, NOT, NOT_SERVED, SERVED, UNCLEAR, sense_of
from .words import CATEGORY, SERVICE

COUNTRY = "100000"
# Words that say: what follows are the places.
AREA = re.compile(
    r"区域|范围|地区|覆盖|(?<![丰兴凤双塔增宜宣应晋枝桐永海潞白盐禹聊肥藁诸运邹鄂阿青韩项麻])城市|省份|网点|开通|配送|派送|受理|名单|如下|包括|分布|上门|辖|[类档级]|\b(?:areas?|cover\w*|cit(?:y|ies)|regions?|provinces?|available|serv(?:e|es|ed|ice) in|locations?|zones?|deliver\w*|ship\w*)\b",
    re.I,
)
_KINDS = (
    ("repair", re.compile(r"维修|修理|检修|报修|\brepair", re.I)),
    ("installation", re.compile(r"安装|\binstall", re.I)),
    ("cleaning", re.compile(r"清洗|\bclean", re.I)),
    ("maintenance", re.compile(r"保养|维护|\bmaintenance", re.I)),
    ("recycling", re.compile(r"回收|\brecycl", re.I)),
)
_TAIL = re.compile(
    SERVICE.pattern
    + rf"|{OWN_LAND}"
    + r"|分公司|办事处|分部|分中心|大区|区域|地区|范围|覆盖|配送|派送|发货|暂|未|不|无|停|除|即将|筹建|已|可|开通|支持|受理|站点?$|[(]|[,，、]?共\d|\d{1,2}(?:个|地?[市州盟区县旗])|各|等|名单|列表|如下|包括|(?:主?城|中心城|市内)?[两二三四五六七八九十]{1,2}个?(?:城?区|区县|县区|县市?|市)$",
    re.I,
)
COUNT = re.compile(
    r"共?计?(?:有|设|辖)?\s{0,4}(\d{1,3}|[一二两三四五六七八九十]{1,3})\s*个?(?:区县|县区|县市区|市区县|城市|省份|省市|地市|地区|区|县|市|省|州|网点|站点|地方|街道|乡镇|镇)"
)
_IN_ALL = re.compile("(?<=省)内$|(?<=[省市区县州])境内$")  # 江苏省内服务城市
_FRAMED = re.compile(r"[(][^()]*[)]")
_WITHOUT = re.compile(r"\W*(?:不含|不包[括含]|除|仅|只)")
_THESE = re.compile(r"\W*(?:以|如)下|\W*下[列述]")
# Of outlets: whose they are, or that they are open.
# Small places, and in brackets where they lie.
_TOWNS = re.compile("[^()]*(?:乡镇|街道|镇街|街镇|社区|村镇|区县|县区)[^()]*[(](?P<place>[^()]{2,20})[)]")
_RUN = re.compile("(?:直营|自营|在营|正常营业|营业中?|运营中?)的?(?:门?店|网点|站点|城市|地区|区域)?")
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_PLACE = ("resolved", "historical", "ambiguous", "rules", "partial")
# Labels of what is no list: a person, a way to call, an order.
FORM = re.compile(
    r"(?:收货人|网点名称|门店名称|店名|公司名称|名称|收件人|寄件人|发件人|联系人|姓名|客户(?:姓名)?|手机号?码?|电话|联系电话|联系方式|邮编|邮政编码|订单号?|运单号?|身份证号?|时间|日期|负责人|编号|微信|邮箱|qq|e-?mail|tel|phone|name|zip|postcode)$",
    re.I,
)
DELIVERY = re.compile(r"收货人|收件人|寄件人|发件人|收货地址|收件地址|寄到|送至地址|快递地址")
ADDRESS = re.compile(r"地址|住址|住所|所在地|\baddress\b", re.I)
OWN_ADDRESS = re.compile(
    r"注册|公司|总部|办公|通讯|收货|收件|寄|邮寄|退货|返修|快递|厂|仓|家庭|住|户|客户|我的|单位|\b(?:registered|office|company|head)",
    re.I,
)
LEVELS = re.compile(r"(?:所在)?(?:省份?|市|城市|区|县|区/?县|街道|乡镇|镇|详细地址|具体地址)$")


@dataclass(frozen=True, slots=True)
class Said:
    """What a heading says. `known`: something in it is understood. `count`: how many places it announces.
    `odd`: a word in it is not known, so that nobody can tell whether it serves. `reach`: what else its places may lie in,
    where it names a company's own office or stretch (杭州办事处, 浙东片区)."""

    words: str
    sense: str = ""
    codes: tuple[str, ...] = ()
    trade: tuple[str, str] = ("", "")
    count: int = 0
    known: bool = False
    held: str = ""
    odd: bool = False
    reach: tuple[tuple[str, ...], ...] = ()

    def over(self, context: Context, *, keep_sense: bool = False) -> Context:
        """The context below this heading."""
        sense = self.sense
        if keep_sense and sense == SERVED and not AREA.search(self.words):
            sense = ""
        if not self.known:
            sense = UNCLEAR
        found = turn(context, sense or context.sense, self.words)
        if self.codes:
            found = replace(found, within=self.codes)
        (category, kind), (category_above, kind_above) = self.trade, context.trade
        trade = category or category_above, kind or kind_above
        return replace(found, trade=trade, held=found.held or self.held, siblings=())


def understand(text: str, places: Places, above: tuple[str, ...] = ()) -> Said:
    """What a heading or label says, read inside the places of the headings above it."""
    words = bare(text.replace("**", " ")).strip("*# ")
    if _FRAMED.fullmatch(words):
        words = words[1:-1].strip()
    counted = COUNT.search(words)
    count = _number(counted[1]) if counted else 0
    plain = _without_brackets(words)
    land = own_land(plain)
    codes, rest, held = land or _place(plain, places, above)
    if not codes and not land and (side := side_of(plain)):
        codes, rest, held = side
    if codes and len(plain) < len(words) and sense_of(words[len(plain) :]) in ("", SERVED):
        named = _place(words, places, above)  # 重庆市（渝中区） is 渝中区
        if len(named[0]) == 1 and not named[1] and named[0] != codes:
            plain, (codes, rest, held) = words, named
    if not codes and not land and (inside := _TOWNS.fullmatch(words)):
        named = _place(inside["place"], places, above)
        if len(named[0]) == 1 and not named[1]:  # 已开通乡镇(盐城市建湖县): towns of that county
            words, rest, (codes, _, held) = plain, plain, named
    remark = "" if of_others(words[len(plain) :]) else words[len(plain) :]
    words = plain + remark
    placed = bool(codes or land)
    sense = sense_of(rest + remark if placed else words)
    own = without_kind(rest) if placed else plain
    only_sorts = not placed and not remark and sorts(plain) and sense not in (NOT_SERVED, UNCLEAR)
    sense = SERVED if only_sorts else sense or (SERVED if _RUN.fullmatch(plain) else "")
    if remark and sense == NOT_SERVED and sense_of(own) in ("", SERVED) and _of_a_part(remark):
        sense = UNCLEAR  # 江苏省(苏北除外), 服务区域(不含安装): of a part, or of a service, that nobody here knows
    trade = trade_of(words)
    odd = sense in (SERVED, "") and strange(own) and not only_sorts
    if odd and sense:
        sense = UNCLEAR
    known = bool(sense or codes or any(trade) or GROUP.match(plain)) and sense != UNCLEAR
    return Said(words, sense, codes, trade, count, known, held, odd, reach_of(codes, rest))


def _of_a_part(remark: str) -> bool:
    if _THESE.match(remark):
        return False  # 服务区域(以下地区除外)
    return said_alone(remark) != NOT_SERVED or _WITHOUT.match(remark) is not None


def trade_of(words: str) -> tuple[str, str]:
    category = CATEGORY.search(words)
    kinds = [kind for kind, pattern in _KINDS if pattern.search(words)]
    return category[0] if category else "", kinds[0] if len(kinds) == 1 else ""


def _without_brackets(words: str) -> str:
    return re.sub(r"\s{0,8}[(][^()]*[)]\s*$", "", words).strip(" :=：")


def _place(text: str, places: Places, above: tuple[str, ...]) -> tuple[tuple[str, ...], str, str]:
    """(codes, the words behind the place, why what stands below is open) of 广东, 广东服务网点, 四川省暂未开通地区."""
    if text.isascii() and len(text) <= 40:
        for over in (above, ()):  # Henan behind Hebei is one of its own
            spelt = [token.result.code or "" for token in places.tokens(text, heading=over)]
            if len(spelt) == 1 and spelt[0].endswith("00"):
                return (spelt[0],), "", ""
        return (), text, ""
    if not re.search(r"[\u4e00-\u9fff]{2}", text) or len(text) > 40 or GROUP.match(text):
        return (), text, ""
    for end in (len(text), *(found.start() for found in _TAIL.finditer(text) if found.start() > 1)):
        found = places.resolve(_IN_ALL.sub("", text[:end].strip()), heading=above)
        if found.status == "conflict" and above:
            # 东区 below 上海 is no place, but a name that has to be asked for; 深圳 below 广州 is one of its own.
            found = places.resolve(text[:end].strip())
        if found.status not in _PLACE or found.rest or found.exclude or is_generic(text[:end]):
            continue
        if text[end:].startswith("等"):
            continue  # 成都市等5个城市: one of them, and no parent
        codes = codes_of(found)
        if COUNTRY in codes:
            return (), text, ""
        return codes, text[end:], ""
    return (), text, ""


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, _, ones = text.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if "十" in text else 0) + _DIGITS.get(ones, 0)


__all__ = [
    "ADDRESS",
    "AREA",
    "COUNT",
    "DELIVERY",
    "FORM",
    "LEVELS",
    "NOT",
    "NOT_SERVED",
    "OWN_ADDRESS",
    "Said",
    "understand",
]
