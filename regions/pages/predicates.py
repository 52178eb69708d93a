"""What is said of the places before it: 不发货, 可上门, √, （停）. A predicate alone, behind a list, and the words that oppose two.

江浙沪皖包邮,新疆西藏不发货     成都:不上门     内蒙古——暂时无法上门     湛江不发,其他都发
"""

import re

from regions.resolver.vocabulary import EVERY

from .headings import strange
from .senses import NOT, NOT_SERVED, NOT_YET, SERVED, answer_of, sense_of

_YES = (
    r"(?:运费|邮费)?\d{1,6}(?:\.\d{1,3})?元(?:/\w{1,2}|起)?|(?:满?[\d一二两三四五六七八九十]{1,3}件)?包(?:邮|安装|上门)|免邮费?|免运费|(?:全[省市区县州境域]的?(?:范围)?内?)?(?:均|都|全部|一律)?(?:可|能)(?:以)?(?:提供|享受?)?(?:免费)?(?:[当次隔][日天]|随时|预约|正常)?(?:上门|送达|配送|服务|发货|送货|派送|安装|维修|到达|覆盖|接单|派单|做|接|修|去|跑|[送发](?![\u4e00-\u9fff]))+"
    r"|(?:全[省市区县州境域部]?的?(?:范围)?内?)(?:均|都)?(?:覆盖|配送|上门|服务|发货|送货|派送|受理|包邮)|(?:均|都|全部|一律)(?:提供)?(?:上门|发|发货|送|送货|配送|派送|服务|受理|覆盖)"
    r"|(?:均|都|已)?(?:开展了?|设立了?|提供)(?:上门|安装|维修|清洗|售后|配送|送货|检修|保养|家电|免费|和|及|、){1,6}(?:服务|业务|网点|站点|门店)|(?:均|都|已)?(?:设立|建立|布局|开设)了?\d*[家个]?(?:服务|售后|维修)*(?:网点|站点|门店|服务站|分公司)|全覆盖|免费(?:上门|送货|配送|安装|维修|清洗|检测)+|(?:需|另|要)?(?:加收|补收?|另付|付|收)(?:上门|远程|运|路|邮|差旅|交通)?费?用?\d{1,5}元|(?:\d{1,2}|二十四)小时(?:之?内)?(?:可|均可)?(?:上门|送达|到达|到|达|服务|送货|配送)+|(?:同城)?[次当隔同][日天](?:之?内|就?可以?|就?能)?(?:送?[达到]|(?:上门|安装|维修|送货|配送|服务)+)|\d{1,2}[-~至]?\d{0,2}[天日](?:之?内)?[送可]?[到达]达?"
    r"|(?:均|都|现)?已(?:全面|全部)?(?:开通|覆盖|上线|开放|入驻)|(?:均|都)?支持(?:上门|配送|服务)+|(?:均|都|已)?(?:设有|设立了?|建有|开设了?|拥有)\d*[家个]?(?:服务|售后|维修)*(?:网点|站点|门店|服务站|服务中心|分公司|办事处)|(?:均|都|全)有(?:网点|师傅|站点|门店|服务商|服务|售后)?|正常(?:发货|配送|服务|上门|派送|受理|营业|接单|派单)"
)
_DO = r"发货|配送|派送|派件|上门|服务|开通|支持|覆盖|受理|送货|发|送|到达?|送达|网点|安装|维修|提供|去|做|接单?|接|跑|(?<![报维检返])修|(?<!安)装|管"
_NO = (
    r"(?:暂|暂时|目前|现|恕|一律|概|已经?|早已)?(?:不|未|无法|不能|没有?|停止|暂停)(?:能|可以?|予|再|在|提供|支持|开通|覆盖|设)*"
    rf"(?:{_DO})(?:服务|范围|之?内|区域|维修|安装|配送|上门|到|达|业务)*|(?:暂时?|目前|现|还|尚)?(?:没有?|无)(?:安排|合作)?的?(?:师傅|服务商|技师|工程师|安装工|门店|站点|售后点|服务点|维修点)|(?:暂时?|目前|现|均)?(?:不(?:在|属于?)|未(?:在|列入|纳入|进入))[\u4e00-\u9fff]{{0,6}}(?:范围|区域|名单|此列|其列|之列)(?:之?[内中])?|(?:暂时?|目前)?不(?:行|可以?)|(?:目前|现|已经?)?(?:暂停|停运|停发|停办|停用|停接|停派)|已经?停(?:了|止)?|(?:暂时?|目前)?[去到送做管修]不[了到]"
)
_LATER = r"(?:即将|将于\S{0,8}|预计\S{0,8}|筹建中?|筹备中?|陆续|正在筹\S{0,2})(?:开通|开放|覆盖|上线)?"
_FRONT = (
    r"(?:[一二两三四五六七八九十\d]{1,4}个?(?:省|市|区|县|州|地))?(?:(?<!天)等(?:地区?|省份?|省市?区?|城市|区域|偏?远?[市区县]{1,2})?)?(?:地区|区域)?(?:的?(?:用户|客户|顾客|消费者|居民|市民))?(?:(?:因|由于)[\u4e00-\u9fff]{1,8}?)?\s{0,4}"
    rf"(?:也|均|{EVERY}|全部|一律|暂时?|目前|恕)?(?:满?\d{{1,6}}元?(?:以上|起)?)?满?\d{{0,6}}元?"
)
_END = r"(?:服务|哦|的|了|呢|中)?\s{0,4}(?=[,。;!()、.\s]|$)"
# Without one of these nothing is said: a look that spares a long line of digits the long pattern.
MAY_SAY = re.compile("[达加收补元包免均都全一可能已支正不未无没停暂即将预筹陆设建开拥上发送配派服受覆]")
PREDICATE = re.compile(
    rf"{_FRONT}(?:(?P<no>{_NO})|(?P<later>{_LATER})|(?<![不未没无非])(?P<yes>{_YES})){_END}"
)
# Beside a refusal the bare verb is a promise: 海口服务,三亚不服务.
CONTRASTED = re.compile(
    rf"{_FRONT}(?:(?P<no>{_NO})|(?P<later>{_LATER})|(?<![不未没无非])(?P<yes>{_YES}|(?:均|都|全部)?(?:{_DO}))){_END}"
)
# Between places and what is said of them: a colon, a dash, the first of two brackets.
_JOIN = r"[\s:=~\-—–_|(\[【]*"
_CLOSE = r"[\s)\]】.。!;,]*"
_ALONE = re.compile(
    rf"{_JOIN}(?:目前|现在|全部|一律)?(?:(?P<no>{_NO})|(?P<later>{_LATER})|(?P<yes>{_YES}|服务|配送|发货|上门|开通)){_END}{_CLOSE}"
)
# Behind an exclusion: all that is left of the place above.
OTHERS = re.compile(
    r"[\s,;、]{0,8}(?:其[他余它]|剩余|别的|余下)的?(?:各?地区?|地方|城市|区域|各?[市区县州]{1,3})?(?:均|都|全部|全|皆)?(?:可以?|能)?"
    r"(?:正常|(?:正常)?(?:上门|发货?|配送|送货?|派送|服务|覆盖|开通|支持|受理|包邮|安装|维修|到达?|可以?){1,6})(?:服务)?[\s。.!]{0,8}"
)
# What is left is named, and by nothing else: 其余地区.
THE_OTHERS = re.compile(
    r"(?:其[他余它]|剩余|别的|余下)的?(?:各?地区?|地方|城市|区域|省份|各?[省市区县州]{1,3})?"
)
# What stands beside an answer and names nothing: 需自提, 敬请谅解.
_ASIDE = re.compile(
    r"[\s(\[【:=\-—]*(?:(?:敬?请|望|需要?|须|可以?|只能|仅限?|建议|或|改)?(?:您|自行|到店|联系|咨询|致电)*(?:自提|自取|寄修|送修|寄回|寄送|客服|谅解|见谅|理解|知悉|悉知|留意|注意|勿(?:拍|下单|购买|预约))|(?:非常|十分)?抱歉|对不起|谢谢(?:您?的?(?:理解|配合|支持))?)?[\s)\]】.。!]*"
)
_LISTED = re.compile(r"[、;,/]|\S\s+\S")
_SEVERAL = re.compile(r"[、;]|[)\]】].*[(\[【]")
_JOINT = re.compile(r"\s*(?:[:=]|—+|–|-{1,2}|~|[(\[【]|\s)\s*")
_OPENING = ("(", "[", "【")
_LONGEST = 24
_SO_FAR = re.compile("[暂尚还仍]")  # of 暂无网点 what stands before the refusal
_BECAUSE = re.compile(r"(?:因|由于|受)[\u4e00-\u9fff]{1,8}?(?=[,不未无没暂停]|影响)(?:影响)?")
_TAKES_OUT = re.compile(
    r"[除以之]外|除[了去开]?|外(?=\W*$)|不含|不包[括含]|排除|剔除|扣除|例外|\b(?:except(?:ing|ions?)?(?: for)?|excluding|without|other than|apart from|minus|w/o)\b",
    re.I,
)
_PLAIN = re.compile(
    "服务|配送|派送|覆盖|上门|范围|区域|在|内|之|以|均|都|暂时?|目前|现|已|被|全部?|一律|也|是|areas?|from|of|our|the|service|coverage|is|are",
    re.I,
)
_LETTERS = re.compile(r"[^\W\d_]")
# In brackets: a refusal from the first word on, and nothing named that is a part: (不在服务范围), (已关闭), not (不含山区).
_OF_THE_PLACE = re.compile(
    r"[\s(\[【]*(?:目前|现|均|都|恕|尚|还|仍)*(?!不含|不包[括含])[不未无没停暂已关撤禁拒](?!.*(?:[乡镇村岛]|部分|个别|山区|郊[区县]))"
)


def takes_out_a_part(text: str) -> bool:
    """除某某外, 不含三圣乡, except Pidu: something is taken out of the place, be it a name that nobody knows; 除外 alone is an answer."""
    return (
        _TAKES_OUT.search(text) is not None
        and _LETTERS.search(_PLAIN.sub("", _TAKES_OUT.sub("", text))) is not None
    )


def said_alone(text: str) -> str:
    """The sense of a text that is nothing but an answer: 不上门, （停）, √, 暂时无法上门; "" where it is more or unclear."""
    text = text.strip()
    if not text or len(text) > _LONGEST or _SEVERAL.search(text) or takes_out_a_part(text):
        return ""
    if "," in text:  # 需自提,不上门; of (青岛另有代理,不在此列) nobody knows what it is said of
        parts = [said_alone(part) or _ASIDE.fullmatch(part) and " " or "" for part in text.split(",")]
        senses = {*parts} - {" "}
        return senses.pop() if len(senses) == 1 else ""
    found = _ALONE.fullmatch(text)
    if found:
        return NOT_SERVED if found["no"] else NOT_YET if found["later"] else SERVED
    said = answer_of(text.strip(" \t()[]【】:=~-—–_|"))
    if said in (SERVED, NOT_SERVED, NOT_YET):
        return said
    if text.startswith(_OPENING) and not _OF_THE_PLACE.match(text):
        return ""  # 四川(三州除外), 湖南(大件不送): of a part, of goods or of days, not of the place
    return NOT_SERVED if sense_of(text) == NOT_SERVED and not of_goods(text) else ""


def of_goods(text: str) -> bool:
    """Whether a refusal holds words that are none of service: 生鲜不配送, 不送货上楼; of some goods or doors, not of the place."""
    return strange(_SO_FAR.sub("", NOT.sub("", _BECAUSE.sub("", text))))


def parted(text: str) -> tuple[str, str]:
    """(places, sense) of a text whose end, behind a dash or in brackets, is an answer; ("", "") for others."""
    near = max(0, len(text.rstrip()) - 2 * _LONGEST)  # a longer end is no answer
    for joint in _JOINT.finditer(text, near):
        before = text[: joint.start()]
        if joint.start() < 2 or (joint[0].strip() in _OPENING and _LISTED.search(before)):
            continue  # 南宁、柳州(筹备中): a bracket is the last one's
        if before.count("(") != before.count(")"):
            continue  # 广东省(湛江、茂名:否)
        if sense := said_alone(text[joint.start() :]):
            return text[: joint.start()], sense
    return "", ""
