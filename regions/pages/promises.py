"""Promises as facts in normal form: a kind and a short phrase, not the page's sentence."""

import re
from collections.abc import Iterator

from .reading import Line, Promise
from .words import TO_CUSTOMER, TRADE

_COUNT = r"(\d{1,4}|[一二两三四五六七八九十半]{1,3})"
_UNIT = r"(分钟|个?小时|个?工作日|天|日|个?月|年|周|minutes?|mins?|hours?|hrs?|days?|months?|years?|weeks?)"
_SPAN = rf"{_COUNT}\s?{_UNIT}"
_is_count = re.compile(_COUNT)
_UNITS = {
    "分": "min", "min": "min", "小": "h", "hou": "h", "hrs": "h", "hr": "h", "工": "working days", "天": "days", "日": "days", "day": "days",
    "月": "months", "mon": "months", "年": "years", "yea": "years", "周": "weeks", "wee": "weeks",
}  # fmt: skip
_NUMERALS = {char: value for value, char in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_REPLY = r"响应|回复|回电|答复|联系|接单|派单|受理|respon\w+|repl\w+|call(?:ed)? back"
_ARRIVE = r"上门|到达|到场|到位|抵达|赶到|on.?site|arriv\w+|visit"
_SOLVE = r"处理|解决|完成|修复|修好|办结|fixed|solved|repaired"
_LIMIT = r"(?:之?内|以内|左右|within)?"
# A period and the first verb after it, or a verb and the period after it.
_within = re.compile(
    rf"{_SPAN}{_LIMIT}[^,。;、\d]{{0,6}}?(?P<after>{_REPLY}|{_ARRIVE}|{_SOLVE})"
    rf"|(?P<before>{_REPLY}|{_ARRIVE})(?:时间|时限)?[^,。;、\d]{{0,9}}{_SPAN}",
    re.I,
)
_replies, _arrives = re.compile(_REPLY, re.I), re.compile(_ARRIVE, re.I)
_warranty = re.compile(
    rf"(?:质保|保修|保用|包修|三包|延保|warranty|guarantee)[^,。;\d]{{0,10}}?{_SPAN}"
    rf"|{_SPAN}[^,。;\d]{{0,6}}?(?:质保|保修|包修|免费返修|延保|warranty|guarantee)",
    re.I,
)
_around_clock = re.compile(
    r"(?:24|二十四)\s?(?:个?小时|h(?:ours?)?\b)(?!之?内|以内|响应|到达|[^,。]{0,3}修复)|全天候|7\s?[x×*]\s?24|24/7|昼夜",
    re.I,
)
# kind, fact, pattern; every one that fits counts.
_FACTS = [
    ("availability", "open all year", r"全年无休|365\s?天|节假日(?:不休|照常|无休)|no holidays"),
    ("warranty", "honoured nationwide", r"全国联保"),
    ("genuine_parts", "original parts", r"(?:原厂|原装|正品|正规|纯正|厂家)[^,。;]{0,4}(?:配件|零件|零部件|部件|备件|耗材)|(?:genuine|original) (?:spare )?parts"),
    ("price", "prices are published", r"明码标价|价格(?:公开|透明|公示|统一)|收费(?:透明|公开|标准|合理)|透明(?:收费|报价|价格)|(?:transparent|published) pric"),
    ("price", "part prices can be looked up", r"配件[^,。;]{0,4}价格[^,。;]{0,4}查询|查询[^,。;]{0,8}配件[^,。;]{0,3}价格"),
    ("price", "quote before work", r"先报价|报价(?:后|再)[^,。;]{0,4}维修|维修前[^,。;]{0,6}报价|quote (?:first|before)"),
    ("price", "no hidden charges", r"无(?:任何)?(?:隐形|隐藏|额外)|(?:不|拒绝|杜绝|绝不)(?:乱|二次|重复)?(?:收费|加价)|(?:乱收费|隐形(?:收费|消费))|no hidden"),
    ("price", "no repair, no charge", r"(?:修不好|不修)[^,。;]{0,4}(?:不收|免|不要)|no (?:fix|repair),? no (?:fee|charge|pay)"),
    ("price", "free inspection", r"免费(?:上门)?(?:检测|检查|检修|诊断)|free (?:inspection|diagnosis)"),
    ("on_site", "visits at home", r"上门(?:服务|维修|安装|检测|检查|检修|取件|取送|清洗|保养|售后|电话)|(?:服务|维修|师傅|工程师)上门|免费上门|door.to.door|home visits?"),
    ("records", "a record is kept of each job", r"(?:服务|维修)[^,。;]{0,4}(?:日志|档案|记录|台账)|电子档案|可追溯|追溯可查"),
    ("records", "follow-up call after the job", r"(?:电话|服务|售后|定期|全程)回访|回访(?:制度|服务|机制)|follow.?up call"),
    ("training", "staff are trained", r"(?:技能|技术|专业|岗前|定期|系统|统一)[^,。;]{0,3}培训|培训(?:营|基地|上岗|合格|考核)|trained (?:staff|technicians|engineers)"),
    ("training", "staff are certified", r"持证上岗|(?:厂家|官方|资格|专业)认证[^,。;]{0,4}(?:师傅|工程师|技师|技术|上岗)|认证(?:工程师|技师)|certified (?:technicians|engineers)"),
]  # fmt: skip
_facts = [(kind, fact, re.compile(pattern, re.I)) for kind, fact, pattern in _FACTS]
_channel_line = re.compile(
    r"(?:多|各|全)(?:种|个)?(?:平台|渠道)|渠道|线上线下|(?:预约|报修|咨询|联系|下单)方式|\bchannels?\b", re.I
)
_CHANNELS = [
    ("phone", r"电话|热线|\bphone\b"), ("e-mail", r"邮件|邮箱|e-?mail"), ("WeChat", r"微信|公众号|小程序|wechat"), ("app", r"\bAPP\b|(?<![A-Za-z])APP|手机应用"),
    ("website", r"官网|官方网站|网站|website"), ("social media", r"社交媒体|微博|抖音|social media"), ("online chat", r"在线客服|online chat"), ("shop", r"门店|线下"),
]  # fmt: skip
_channels = [(name, re.compile(pattern, re.I)) for name, pattern in _CHANNELS]
_title = re.compile(r"^[^:。,]{2,24}[:](?=\S)")


def _value(count: str) -> str:
    if count.isdigit():
        return str(int(count))
    if count == "半":
        return "0.5"
    if "半" in count:
        return ""
    ten, *rest = count.partition("十")
    if rest[0]:
        return str((_NUMERALS.get(ten, 1) if ten else 1) * 10 + _NUMERALS.get(rest[1], 0))
    return str(_NUMERALS[count]) if count in _NUMERALS else ""


def _span(match: re.Match[str]) -> str:
    """The period a pattern caught: `30 min`, `1 years` never: units are singular for one."""
    groups = match.groups()
    at = next(
        i for i, group in enumerate(groups[:-1]) if group and groups[i + 1] and _is_count.fullmatch(group)
    )
    count, unit = groups[at : at + 2]
    unit = unit.lower().removeprefix("个")
    name = next(name for start, name in _UNITS.items() if unit.startswith(start))
    value = _value(count)
    return f"{value} {name.removesuffix('s') if value == '1' else name}" if value else ""


def _deed(match: re.Match[str]) -> str:
    verb = match["after"] or match["before"]
    return "respond" if _replies.match(verb) else "arrive" if _arrives.match(verb) else "solve"


def _found(text: str) -> Iterator[tuple[str, str]]:
    for match in _within.finditer(text):
        span = _span(match)
        if span and (
            span != "24 h" or re.search("内|within", match[0], re.I)
        ):  # 24小时受理 means: at any hour
            yield "response_time", f"{_deed(match)} within {span}"
    if re.search(r"(?:当天|当日|same.day)[^,。;]{0,4}(?:上门|到|修|完成|visit|service)", text, re.I):
        yield "response_time", "arrive the same day"
    if _around_clock.search(text):
        yield "availability", "24 hours a day"
    for match in _warranty.finditer(text):
        if span := _span(match):
            yield "warranty", span
    for kind, fact, pattern in _facts:
        if pattern.search(text):
            yield kind, fact
    if _channel_line.search(text):
        names = [name for name, pattern in _channels if pattern.search(text)]
        if len(names) > 1:
            yield "channels", ", ".join(names)


def facts(text: str) -> list[tuple[str, str]]:
    """(kind, fact) of every promise in a line; ("other", title) for a titled explanation of the trade that fits none."""
    if len(text) > 120 and not (TO_CUSTOMER.search(text) and TRADE.search(text)):
        return []
    found = list(dict.fromkeys(_found(text)))
    title = _title.match(text.strip())
    if not found and title and TRADE.search(text) and len(text.strip()) > len(title[0]) + 8:
        return [("other", title[0].rstrip(": "))]
    return found


def gather(lines: list[Line]) -> tuple[Promise, ...]:
    """The promises of a page, each fact once with all its lines."""
    made: dict[tuple[str, str], list[int]] = {}
    for line in lines:
        if line.kind in ("promise", "heading", "phone", "claim"):
            for kind, fact in facts(line.clean):
                if line.kind == "promise" or kind in ("availability", "on_site", "response_time", "warranty"):
                    made.setdefault((kind, fact), []).append(line.no)
    return tuple(Promise(kind, fact, tuple(numbers)) for (kind, fact), numbers in made.items())
