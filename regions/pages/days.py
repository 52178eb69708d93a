"""Days beside places: from when a place is served, and until when. Today is the measure.

    2027.3开通     2027-01-15起     明年     12月25日开业          not served yet
    2025年10月到期     有效期至2026年10月31日     2023.01-2025.12   served no longer

`out_of_time` reads them wherever a limit in time can stand: a heading, a line, a bracket, a cell, a member of JSON.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from .senses import NOT_YET, UNCLEAR

BEGINS = (
    r"(?:预计|计划|正式|服务|上门)*(?:开通|开放|生效|启用|上线|开业|开始|启动|起始?|投运|营业开始)(?:日期|日|时间|年月|年份)"
    r"|(?:since|valid_?from|from(?:date)?|start(?:s|ing)?_?(?:date)?|effective_?(?:date|from)?|begins?|(?:open|launch)(?:ing|s)?_?(?:date|day|time)?)"
)
ENDS = (
    r".{0,8}(?:停(?!车)|撤|退(?![换货款])|终止|中止|结束|截止|截至|到期|届满|期满|失效|解约|解除|注销|离场|搬[离迁走]|迁[出离]|关[停闭店]|闭店|下线|下架|转让|有效).{0,4}(?:日期?|时间|年月|年份|月份?|期至?|至|于)"
    r"|(?:服务|合作|合同|授权|协议|经营|代理)?(?:起止|起讫|有效期?|期限)(?:日期|时间|期限|年月)?|.{0,6}(?:到期|届满|期满)|(?:until|valid_?(?:to|until)|ends?_?(?:date)?|expir(?:es|y)_?(?:date)?|(?:clos|offlin)(?:e|es|ed|ing)?_?(?:on|date|day|time|at)?|terminat\w+)"
)
ENDING = re.compile(r"[停截终结到失撤]|下线|关闭|有效|\b(?:end|until|expir|clos|valid ?to)", re.I)
_DAY = re.compile(
    r"(?:自|至|从)?\s*(?P<year>\d{4})(?:\s*[-/.年]\s*(?P<month>\d{1,2})(?:\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?)?\s*月?|(?P<both>\d{4})|\s*年)?"
    r"(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?\s*(?:起|止)?"
)
_RANGE = re.compile(r"(.{4,16}?)\s*(?:[至到~～—–]+|(?<=\d)\s*-\s*(?=\d{4})|\s-+\s)\s*(.{4,16})")
_CLOCK = re.compile(r"(?=.*\d:\d{2})[\d:\-~—至 ]+")
# A day, a month, a quarter or a year with its number, wherever it stands in a text.
_SOME_DAY = re.compile(
    r"(?<![\d./年])(?:(?<!-)|(?<=20\d\d-))(?P<year>20\d\d)(?:\s*[-/.年]\s*(?P<month>1[0-2]|0?[1-9])(?!\d)(?:\s*[-/.月]\s*(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)\s*[日号]?)?\s*(?:月份?)?"
    r"|(?P<both>(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?!\d)|\s*年?\s*(?:Q(?P<quarter>[1-4])|第?(?P<season>[一二三四1-4])季度?|(?P<half>[上下])半年|年(?P<end>[初中末底]))"
    r"|\s*年度?|(?=\s*[-~—–至到]\s*20\d\d)|(?![\d\-/.])(?!\s*[号室路弄栋幢元个家台人]))",
    re.I,
)
# … and one without a year: of this one or of the next, which nobody can tell.
_THIS_YEAR = re.compile(
    r"(?<![\d.\-/年于])(?<!年\s)(?:1[0-2]|0?[1-9])月(?:(?:3[01]|[12]\d|0?[1-9])[日号]|[初中末底]|份|(?=[起后前])|(?=(?:正式|陆续|全面|计划|预计|将)?(?:开[通放业]|上线|入驻|进驻|启用|覆盖|新增|营业)))"
)
_LATER = re.compile(
    r"明年|来年|后年|下个?月|下下?周|下一?个?季度?(?!度)|下半年|(?:春节|国庆|元旦|五一|十一|[年节])后(?!续)|[年月][底末]|明[天日后]|过[几些]天|\b(?:next|later this) (?:week|month|quarter|year)\b|\btomorrow\b",
    re.I,
)
_END_BEFORE = re.compile(
    r"(?:[至到止]|截止|截至|有效期?|期限|到期|失效|下线|关闭|停\w{0,3}|撤\w?|终止|结束|\b(?:until|till|to|through|ends?|expir\w+|clos\w+|valid to|offline|before))[\s:：=为于是在(]*(?:时间|日期|日|期)?[\s:：=为于是在]*$",
    re.I,
)
_END_BEHIND = re.compile(
    r"\s*(?:[)）]\s*)?(?:止|前|到期|截止|结束|下线|停|关|撤|过期|失效|终止|为止|已?满|退出)"
)
_BEGIN = re.compile(r"\s*(?:[)）]\s*)?(?:起|以?后|开[通放业始]|上线|生效|启[用动]|新?增|投[入运]|进驻|入驻)")
_BEGIN_BEFORE = re.compile(
    r"(?:自|从|开[通放业始]|上线|生效|启[用动]|预计|\b(?:since|from|start\w*|open\w*|launch\w*|effective))[\s:：=为于是在]*(?:时间|日期|日)?[\s:：=为于是在]*$",
    re.I,
)
_EDITION = re.compile(r"(20\d\d)\s*年?度?版")
_JOINED = re.compile(r"\s*(?:[日号月])?\s*(?:起)?\s*[-~—–至到]+\s*")
# 截至2026年10月，已开通: of what day a list tells, and no end.
AS_OF = re.compile(
    r"截[至止到]\D{0,3}(?P<day>.{4,12}?)[,，、\s]*(?:我[们司]|公司|本公司)?(?:目前|现|累计|共|均|全部)*(?:已|共|覆盖|开通)"
)


def span(text: str) -> tuple[date, date] | None:
    """(first, last day) that a cell may mean: 2027-03-01, 2027年3月, 20270301, 2027年; None for what is no day."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    month, day = found["month"], found["day"]
    if found["both"]:
        month, day = found["both"][:2], found["both"][2:]
    return _days(int(found["year"]), int(month or 0), int(day or 0))


def _days(year: int, month: int = 0, day: int = 0, months: int = 1) -> tuple[date, date] | None:
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        return None
    if day:
        return first, first
    last = (month or 1) + (months if month else 12)
    return first, date(year + (last - 1) // 12, (last - 1) % 12 + 1, 1) - timedelta(days=1)


def parted(text: str) -> tuple[str, str]:
    """The first and the last day of 2023-01-01至2024-01-01, 2020.1-2023.1; ("", text) where a cell tells one."""
    found = _RANGE.fullmatch(text.strip())
    return (found[1], found[2]) if found and span(found[1]) and span(found[2]) else ("", text)


def is_clock(text: str) -> bool:
    """Whether a cell tells hours of the day: 08:00-20:00."""
    return _CLOCK.fullmatch(text.strip()) is not None


def out_of_time(text: str, *, ends: bool = False) -> str:
    """What a text says of today by its days: not served yet, or nothing certain where the time is over; "" where it takes
    nothing. A day to come begins, unless words say that it ends; `ends`: what stands above says so."""
    if len(text) < 2:
        return ""
    text = AS_OF.sub(" ", text)
    today = date.today()
    if any(int(found[1]) < today.year for found in _EDITION.finditer(text)):
        return UNCLEAR
    told = set(_told(text, ends, today))
    if UNCLEAR in told:
        return UNCLEAR
    return NOT_YET if told or _THIS_YEAR.search(text) or _LATER.search(text) else ""


def _told(text: str, ends: bool, today: date) -> Iterator[str]:
    behind = -1  # where the last day ended
    for found in _SOME_DAY.finditer(text):
        days = _meant(found)
        if days is None:
            continue
        joined = behind >= 0 and _JOINED.fullmatch(text, behind, found.start()) is not None
        behind = found.end()
        if (
            joined
            or _END_BEHIND.match(text, behind)
            or _END_BEFORE.search(text, max(0, found.start() - 12), found.start())
            or (ends and not _JOINED.match(text, behind))
        ):
            if days[0] <= today:
                yield UNCLEAR
        elif (days[1] if _begins(text, found) else days[0]) > today:
            yield NOT_YET


def _begins(text: str, found: re.Match[str]) -> bool:
    """Whether words say that a day begins something: within 2026年 it may be over or to come, 2026年清单 is of today."""
    return (
        _BEGIN.match(text, found.end()) is not None
        or _BEGIN_BEFORE.search(text, max(0, found.start() - 12), found.start()) is not None
    )


def _meant(found: re.Match[str]) -> tuple[date, date] | None:
    year = int(found["year"])
    if found["both"]:
        return _days(year, int(found["both"][:2]), int(found["both"][2:]))
    if quarter := found["quarter"] or found["season"]:
        return _days(year, "一二三四1234".index(quarter) % 4 * 3 + 1, months=3)
    if found["half"]:
        return _days(year, 1 if found["half"] == "上" else 7, months=6)
    if found["end"]:
        return _days(year, {"初": 1, "中": 5}.get(found["end"], 11), months=2)
    return _days(year, int(found["month"] or 0), int(found["day"] or 0))
