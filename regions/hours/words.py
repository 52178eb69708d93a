"""The words of opening hours: what each piece of a text is. What is no word here is not understood."""

import re
import unicodedata
from enum import Enum, auto
from typing import NamedTuple


class Kind(Enum):
    DAYS = auto()  # a set of weekdays, with 8 for public holidays
    EVERY = auto()  # every day, holidays too
    TIME = auto()
    DATE = auto()
    TO = auto()  # from one time or day to another
    AND = auto()  # joins days
    NEXT = auto()  # the next day, before a time
    AROUND = auto()  # 24 hours
    CLOSED = auto()
    USUAL = auto()  # open as usual
    ALL_YEAR = auto()  # open on every day of the year, at hours that stand elsewhere
    EXCEPT = auto()
    INCLUDING = auto()
    APPOINTMENT = auto()
    BREAK = auto()  # a comma or a stronger stop
    NEAR = auto()  # a bracket: what stands in it belongs to what stands before
    SEASON = auto()  # a part of the year
    NOISE = auto()


class Word(NamedTuple):
    kind: Kind
    text: str
    days: frozenset[int] = frozenset()
    minute: int = 0
    certain: bool = True  # of a time: morning or afternoon is known
    half: str = ""  # am or pm as written
    bare: bool = False  # a number alone: a time only beside one that says so (9-18点)


_DAY_OF = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7, "末": 0} | {
    str(n): n for n in range(1, 8)
}
_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEK = r"(?:每?(?:星期|礼拜|周|週))"
_D = "[一二三四五六日天1-7]"
_NO_TIME = r"(?:(?<=[一二三四五六日天])|(?![0-9点时]|[:.]\d{2}(?![:.]\d)))"  # 周5:30 is no Friday
_HOURS_CN = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "十一": 11, "十二": 12,
    **{f"十{char}": value for value, char in enumerate("三四五六七八九", 13)}, "二十": 20, "二十一": 21, "二十二": 22, "二十三": 23, "二十四": 24,
}  # fmt: skip
_CN_HOUR = "|".join(sorted(_HOURS_CN, key=len, reverse=True))
_AM, _PM = r"凌晨|清晨|早上|早晨|早间|上午|早", r"中午|正午|下午|午后|傍晚|晚上|晚间|夜间|晚"
_SPACE = re.compile(r"\s+")
_PATTERNS: tuple[tuple[Kind, str], ...] = (
    (Kind.NOISE, r"(?:人工|客服|热线|在线|门店|店面|售后|咨询|电话|接听|对外)*(?:营业|服务|工作|上班|开门|开放|办公|接待|值班|受理|接听|热线|客服)(?:时间|时段)(?:为|是)?|(?:时间|时段)(?:为|是)?|opening hours|business hours|office hours|hours|北京时间"),
    (Kind.AROUND, r"(?:全天|每天|每日)?(?:24|二十四)\s?(?:个?小时|h(?:ours?|rs?)?(?![a-z]))(?:全天候?|不间断|不打烊|制)?|(?:全年)?(?:7|七)\s?[x×*\-]\s?(?:24|二十四)(?:\s?小时)?|24/7|24\s?[x×*]\s?7(?:\s?小时)?|全天候?|昼夜(?:不停|不打烊)?|around the clock|all day"),
    (Kind.ALL_YEAR, r"(?:全年|年中|365\s?天)[,、]?\s?(?:全天)?(?:均|都)?(?:无休|不休息?|不打烊|营业|服务|无假日|无节假日)|365\s?天|全年|open all year|all year(?: round)?"),
    (Kind.DATE, r"\d{4}(?:-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2}|年\d{1,2}月\d{1,2}[日号])"),
    (Kind.SEASON, r"[春夏秋冬](?:季|天|令|时|(?=[:：]))(?:时间?|作息)?|\d{1,2}月(?:份|底|初|\d{1,2}[日号])?|(?:summer|winter)(?: hours| time)?"),
    (Kind.EVERY, r"每天|每日|天天|一周七天|全周|每周七天|daily|every ?day"),
    (Kind.DAYS, rf"(?:{_WEEK}[六6][日天7]|{_WEEK}末|双休日|weekends?)|工作日|平日|working days?|weekdays?|business days?"),
    (Kind.DAYS, r"(?:国家|国定|公共)?法定(?:节假日|节日|假日|假期)|(?:国家)?(?:节假日|节日|公众假期|公休日|国定假日)|(?:public |bank )?holidays?"),
    (Kind.DAYS, rf"{_WEEK}{_D}\s?(?:至|到|-|~|–|—)+\s?{_WEEK}?{_D}{_NO_TIME}"),
    (Kind.DAYS, rf"{_WEEK}{_D}(?:[、/]?{_D})*{_NO_TIME}"),
    (Kind.DAYS, r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?\.?(?![a-z])"),
    (Kind.NEXT, r"次日|翌日|第二天|隔天|隔日|next day"),
    (Kind.TIME, rf"(?:(?:{_AM}|{_PM})\s?)?(?:\d{{1,2}}(?:[:.]\d{{2}}(?::00)?(?!\d)|[点时](?:\d{{1,2}}分?|半|整|一刻|三刻)?)?|(?:{_CN_HOUR})[点时](?:半|整|一刻|三刻)?)(?:\s?[ap]\.?m\.?(?![a-z]))?"),
    (Kind.TIME, rf"(?:[早晚朝夜])(?:{_CN_HOUR}|\d{{1,2}})"),
    (Kind.CLOSED, r"双休(?!日)"),
    (Kind.USUAL, r"(?:均|都)?(?:照常|正常)(?:营业|上班|服务|开放|接听|受理)?|无休|不休息?|不放假|不打烊|open as usual|as usual"),
    (Kind.CLOSED, r"(?:不(?:上班|营业|办公|服务|开门|开放|接待|受理))|(?:全天)?(?:休息|店休|闭店|停业|停休|放假|歇业|轮休)|休(?![息])|closed|off(?![a-z])"),
    (Kind.EXCEPT, r"除外|除(?:了)?|以外|之外|外|except(?: on| for)?|excluding"),
    (Kind.INCLUDING, r"(?:包)?含|包括|including"),
    (Kind.APPOINTMENT, r"(?:仅限?|只限?|均?须|均?需|需要|请|必须)?(?:提前|电话|凭)?(?:预约|約)(?:制|服务|上门|到店|接待|办理)?|(?:strictly )?by appointment(?: only)?"),
    (Kind.TO, r"-+|–|—+|―|−|~+|〜|至|到|直至|直到|to(?![a-z])|until|through|thru"),
    (Kind.AND, r"、|/|&|\+|和|及|与|以及|或|and(?![a-z])"),
    (Kind.NEAR, r"[()\[\]【】「」]"),
    (Kind.BREAK, r"[,;。!|\n]"),
    (Kind.NOISE, r"中午不休息?|午间不休息?|不?午休不?(?:打烊)|连续|开始|开门|营业|服务|上班|办公|接听|接待|受理|人工|在线|客服|热线|电话|为|是|均|的|从|自|open|from|on(?![a-z])|[:.·]|\s+"),
)  # fmt: skip
_WORDS = re.compile("|".join(f"(?P<k{at}>{pattern})" for at, (_kind, pattern) in enumerate(_PATTERNS)), re.I)
_CLOCK = re.compile(
    rf"(?P<half>{_AM}|{_PM}|[朝夜])?\s?(?:(?P<hour>\d{{1,2}})|(?P<cn>{_CN_HOUR}))"
    r"(?:[:.](?P<minute>\d{2})(?::00)?|[点时](?P<words>\d{1,2}|半|整|一刻|三刻)?分?)?\s?(?P<latin>[ap])?",
    re.I,
)
_EVENING = ("晚上", "晚间", "夜间", "晚", "夜")
_PART = {"半": 30, "整": 0, "一刻": 15, "三刻": 45}


class NotUnderstood(ValueError):
    """A piece of text that is no word of opening hours; the first argument is the piece."""


def words_of(text: str) -> list[Word]:
    """The words of a folded text. Raises NotUnderstood."""
    found: list[Word] = []
    at = 0
    while at < len(text):
        match = _WORDS.match(text, at)
        if match is None or not match[0]:
            raise NotUnderstood(_piece(text, at))
        kind = _PATTERNS[int((match.lastgroup or "k0")[1:])][0]
        found.append(_word(kind, match[0]))
        at = match.end()
    return [word for word in found if word.kind != Kind.NOISE]


def _piece(text: str, at: int) -> str:
    """What is not understood, as far as the next stop."""
    end = re.search(r"[\s,;。、()\d:\-]", text[at + 1 :])
    return text[at : at + 1 + end.start()] if end else text[at:]


def _word(kind: Kind, text: str) -> Word:
    if kind == Kind.DAYS:
        return Word(kind, text, days=_days(text.lower()))
    if kind == Kind.TIME:
        return _time(text)
    return Word(kind, text, days=frozenset({6, 7}) if text == "双休" else frozenset())


def _days(text: str) -> frozenset[int]:
    if re.search(r"节|假日|假期|公休|holiday", text):
        return frozenset({8})
    if re.match(r"工作日|平日|working|weekday|business", text):
        return frozenset(range(1, 6))
    if re.match(rf"{_WEEK}末|双休|weekend", text):
        return frozenset({6, 7})
    for number, name in enumerate(_ENGLISH, 1):
        if text.startswith(name):
            return frozenset({number})
    named = [_DAY_OF[char] for char in text if char in _DAY_OF]
    if re.search(r"[至到~–—-]", text):
        return run_of_days(*named)
    return frozenset(named)


def run_of_days(first: int, last: int) -> frozenset[int]:
    """The weekdays from one to another; 周六至周一 goes over the week's end."""
    return frozenset((first - 1 + step) % 7 + 1 for step in range((last - first) % 7 + 1))


def _time(text: str) -> Word:
    """A time of day; 下午6点 is 18:00. Without a word for the half of the day a bare hour before 13 may be either."""
    found = _CLOCK.fullmatch(text.strip().rstrip(".mM"))
    if found is None:
        raise NotUnderstood(text)
    hour = int(found["hour"]) if found["hour"] else _HOURS_CN[found["cn"]]
    minute = int(found["minute"] or 0) if not found["words"] else _PART.get(found["words"], -1)
    if minute < 0:
        minute = int(found["words"])
    bare = not (found["minute"] or re.search("[点时]", text) or found["half"] or found["latin"])
    half, latin = found["half"] or "", (found["latin"] or "").lower()
    late = latin == "p" or bool(re.match(rf"(?:{_PM}|夜)$", half))
    early = latin == "a" or bool(re.match(rf"(?:{_AM}|朝)$", half))
    if half in _EVENING and hour < 5:
        raise NotUnderstood(text)  # 晚上2点 may be meant for the night or the afternoon
    if late and hour < 12 and not (half in ("中午", "正午") and hour >= 10):
        hour += 12
    elif late and hour == 12 and half in _EVENING:
        hour = 24
    elif early and hour == 12 and (latin or half == "凌晨"):
        hour = 0
    if hour > 24 or minute > 59 or (hour == 24 and minute) or (early and hour > 12):
        raise NotUnderstood(text)
    clock = bool(re.match(r"(?:0\d|1\d|2\d)[:.]", text))
    certain = late or early or hour >= 13 or hour == 0 or clock
    return Word(
        Kind.TIME,
        text,
        minute=hour * 60 + minute,
        certain=certain,
        half="pm" if late else "am" if early else "",
        bare=bare,
    )


def fold(text: str) -> str:
    """Full-width signs as plain ones, and no space but single ones."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text).replace("︰", ":").replace("∶", ":")).strip()
