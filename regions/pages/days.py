"""Days in a table: from when a place is served, and until when."""

import re
from datetime import date, timedelta

BEGINS = (
    r"(?:预计|计划|正式|服务|上门)*(?:开通|开放|生效|启用|上线|开业|开始|启动|起始?|投运|营业开始)(?:日期|日|时间|年月|年份)"
    r"|(?:since|valid_?from|from(?:date)?|start(?:s|ing)?_?(?:date)?|effective_?(?:date|from)?|begins?)"
)
ENDS = (
    r".{0,8}(?:停(?!车)|撤|退(?![换货款])|终止|中止|结束|截止|截至|到期|届满|期满|失效|解约|解除|注销|离场|搬[离迁走]|迁[出离]|关[停闭店]|闭店|下线|下架|转让|有效).{0,4}(?:日期?|时间|年月|年份|月份?|期至?|至|于)"
    r"|(?:服务|合作|合同|授权|协议|经营|代理)?(?:起止|起讫|有效期?|期限)(?:日期|时间|期限|年月)?|.{0,6}(?:到期|届满|期满)|(?:until|valid_?(?:to|until)|ends?_?(?:date)?|expir(?:es|y)_?(?:date)?|closed_?(?:on|date|at)|terminat\w+)"
)
_DAY = re.compile(
    r"(?:自|至|从)?\s*(?P<year>\d{4})(?:\s*[-/.年]\s*(?P<month>\d{1,2})(?:\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?)?\s*月?|(?P<both>\d{4})|\s*年)?"
    r"(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?\s*(?:起|止)?"
)
_RANGE = re.compile(r"(.{4,16}?)\s*(?:[至到~～—–]+|(?<=\d)\s*-\s*(?=\d{4})|\s-+\s)\s*(.{4,16})")
_CLOCK = re.compile(r"(?=.*\d:\d{2})[\d:\-~—至 ]+")


def span(text: str) -> tuple[date, date] | None:
    """(first, last day) that a cell may mean: 2027-03-01, 2027年3月, 20270301, 2027年; None for what is no day."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = int(found["year"]), found["month"], found["day"]
    if found["both"]:
        month, day = found["both"][:2], found["both"][2:]
    try:
        first = date(year, int(month or 1), int(day or 1))
    except ValueError:
        return None
    if day:
        return first, first
    after = date(year + 1, 1, 1) if not month or int(month) == 12 else date(year, int(month) + 1, 1)
    return first, after - timedelta(days=1)


def parted(text: str) -> tuple[str, str]:
    """The first and the last day of 2023-01-01至2024-01-01, 2020.1-2023.1; ("", text) where a cell tells one."""
    found = _RANGE.fullmatch(text.strip())
    return (found[1], found[2]) if found and span(found[1]) and span(found[2]) else ("", text)


def is_clock(text: str) -> bool:
    """Whether a cell tells hours of the day: 08:00-20:00."""
    return _CLOCK.fullmatch(text.strip()) is not None
