"""A stretch of a line that names places, and where in the line a list begins and ends."""

import re
from dataclasses import dataclass
from itertools import islice

from .labels import COUNTRY, Said
from .lists import limits_all, placed_share, sure_places
from .reading import Context, Places
from .senses import SERVED, sense_of

SHARE = 0.6
MOST = (
    12  # so many stretches that are no list, or places where one may fall apart, are looked at; more is prose
)
# Words in front of a list: 本公司服务覆盖, 受理, 可上门的城市有.
LEAD = re.compile(
    r"(?:[^、,。;:()\d]{0,10}?)(?:服务|业务|售后|维修|上门|配送|发货)?(?:范围|区域|网点|地区|城市)?(?:(?:目前|主要|现已?|均可)服务|覆盖|涵盖|包括|包含|受理|承接|支持|开通|辐射|遍及|遍布|服务于?(?=[^区范网电热点站中商项人时器质承流覆于])|可上门|[只仅](?:能|可以?)?(?:[做接送发跑限]|上门|配送)|分布在|分布于|设在|(?:可以?|能够?)(?:安排|派)?(?:师傅|工程师|技师|人|专人)?(?:上门)?(?:到|去|往|至|前往)(?![货付店家户])|(?:已|现)?(?:拓展|扩展|扩大|延伸|推广|发展|铺设|覆盖)(?:至|到)|(?<=范围|区域|地区|城市|省份|网点)[为是有])(?:了|至|到|的|于|有)?(?:(?:送货|上门|安装|维修|服务|配送)+的)?"
    r"(?:区域|地区|城市|范围|省份|网点)?(?:有|包括|包含|为|是)?[:\s]*"
)
_TAIL = re.compile(
    r"(?:等(?:\d+|[一二三四五六七八九十]+)?个?(?:地区?|省份?|城市|区域|省市)?(?:的?(?:用户|客户|市场))?)?(?:的?(?:上门|送货|配送|派送|发货|安装|维修|清洗|保养|售后|服务|业务)+)?[。.!\s]*$"
)
_AGAIN = re.compile("(?:现?已经?|均|都|还)?(?:覆盖|支持|开通|辐射|遍及|包括)(?:了|至|到)?")
_SOME_DAYS = re.compile(
    "春节|国庆|元旦|中秋|端午|清明|五一|过年|假期|放假|周末|疫情|活动|促销|双1[12]|618|期间"
)
_LONGEST_TAIL = 48
SEVERAL = re.compile(r"[、,;/]|\S\s+\S")
_FRONT = re.compile(
    r"(?:[\s,、。;.:]|(?:(?:目前|现在?|如今|截至目前)?[,，]?(?:我们|我司|我公司|本公司|公司)(?:目前|现在?)?(?:已经?|均)?在)|凡?居住在?|在|[仅只](?:有|限)?(?![做接送发跑修装服上配覆支能可限要在到])|(?:很|非常)?抱歉,|对不起,|您?好,|亲,|可以,|凡是?|家住|但是?|不过|可是|而|其中|另外?|就(?!业)|只有|唯独|等?(?:偏远|边远)(?:地区|区域|省份)?(?:如|例如|比如|包括|像))++"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a line that is to be resolved, what it says of itself, and what stands over it."""

    start: int
    text: str
    context: Context
    said: Said | None = None


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    front = _FRONT.match(text, start, end)
    start = front.end() if front else start
    while start < end and text[end - 1] in " \t,、。;.:":
        end -= 1
    return start, end


def is_list(text: str, places: Places, least: bool = False) -> bool:
    """Whether a stretch is a list: mostly places; behind a label that says what they are, one sure place is enough."""
    text = text.strip()
    if not text:
        return False
    return placed_share(text, places) >= SHARE or (least and sure_places(text, places) > 0)


def country(text: str, places: Places) -> bool:
    found = places.resolve(text)
    return tuple(found.include) == (COUNTRY,) and not found.exclude


def led(text: str, places: Places) -> tuple[int, str] | None:
    """(start, list) behind words that lead to it, at the beginning of the line or of a clause: 我司服务覆盖四川、重庆等地."""
    starts = islice(re.finditer(r"[,。;!?]\s*", text), 2 * MOST)
    for begin in (0, *(found.end() for found in starts)):
        lead = LEAD.match(text, begin)
        if lead is None or lead.end() == begin or sense_of(lead[0]) not in (SERVED, ""):
            continue
        if _SOME_DAYS.search(lead[0]):
            return None  # 春节期间仅服务南京
        again = _AGAIN.match(text, lead.end())  # 目前服务 + 已覆盖
        first = again.end() if again else lead.end()
        end = _end_of_list(text, first, places)
        # The list ends where a clause begins that names no place.
        for comma in re.finditer(",", text[first:end]):
            rest = text[first + comma.end() : end].split(",", 1)[0]
            if not is_list(rest, places):
                end = first + comma.start()
                break
        body = text[first:end].rstrip()
        tail = _TAIL.search(body, max(0, len(body) - _LONGEST_TAIL))  # a longer one is no tail of a list
        body = body[: tail.start() if tail else len(body)].strip()
        if is_list(body, places) and not country(body, places) and not limits_all(text[begin:]):
            return text.index(body, first), body
    return None


def _end_of_list(text: str, start: int, places: Places) -> int:
    """Where the sentence ends; behind a semicolon the list may go on: 服务覆盖石家庄市长安区;保定市竞秀区、莲池区。"""
    for stop in islice(re.finditer("[。;!?]", text[start:]), MOST):
        at = start + stop.start()
        part = re.split("[。;!?]", text[at + 1 :], maxsplit=1)[0]
        if stop[0] != ";" or not (is_list(text[start:at], places) and is_list(part, places)):
            return at
    return len(text)
