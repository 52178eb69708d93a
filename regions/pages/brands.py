"""Proposes brand and product categories: what stands again and again before the first service word."""

import re
from collections import Counter

from regions.resolver.delivery import SURNAME

from .lines import bare, bulleted
from .reading import Line, Proposal
from .words import BREADCRUMB, CATEGORY, FOOTER, OURSELVES, PAGE_WORDS, ROLE, SERVICE

_LONGEST = 60
_named = re.compile(r"^\W*(?:服务)?(?:品牌|brand)(?:名称)?\s*[:]\s*([^\s,。;、|]{2,20})", re.I)
_region_front = re.compile(r"^(?:[\u4e00-\u9fff]{2,6}?(?:省|市|区|县)){1,4}(?=[\u4e00-\u9fffA-Za-z]{3})")
_GENERIC = re.compile(
    r"^(?:专业|家电|各类|各种|全部|所有|如需|如有|需要|请|我们|本公司|公司|关于|联系|多平台|快速|高效|品质|用户|用户们|提供|为您|一站式|线上|在线|产品|厂|全"
    r"|the|our|your|we|for|call|free|and|\d+)",
    re.I,
)

_trail = re.compile(r"[>›»→⟩▸▶|/·•]")
_pieces = re.compile(r"[\s>›»→⟩▸▶|/·•_\-–—:]+")
# 小张, 老王, 张工; and 陈刚 before a mobile number.
_familiar = re.compile(rf"[小老阿]{SURNAME}|{SURNAME}(?:工|姐|哥|总|师)")
_name = re.compile(rf"{SURNAME}[\u4e00-\u9fff]{{1,2}}")
_mobile = re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)")


def named(text: str) -> str:
    """The brand of a line that says so, `品牌:示例牌`; else ""."""
    match = _named.match(text)
    return match[1] if match else ""


def _prefix(text: str) -> str:
    """What stands before the first service word of a heading-like line, or ""."""
    name = bare(text)
    if not name or len(name) > _LONGEST:
        return ""
    match = SERVICE.search(name)
    if not match or match.start() < 2:
        return ""
    # `标题:说明`, where the title is no name: the service word stands behind the colon.
    prefix = _region_front.sub("", name[: match.start()].strip(" -—·|「」【】“”\"'"))
    if not 2 <= len(prefix) <= 20 or re.search(r"[:,。;、!?\t]", prefix) or _GENERIC.match(prefix):
        return ""
    return prefix


def _divide(prefix: str) -> tuple[str, str]:
    """(brand, category noun): 示例牌空调柜机 → 示例牌, 空调."""
    if CATEGORY.fullmatch(prefix):
        return "", prefix
    found = CATEGORY.search(prefix, 1)
    while found and (later := CATEGORY.search(prefix, found.end())):
        found = later
    if not found:
        return prefix, ""
    brand = CATEGORY.sub("", prefix[: found.start()]).strip(" -—·/、和及与")
    return brand, found[0]


def _may_be(brand: str, line: str) -> bool:
    """False for what is nobody's brand: where the reader is on the site, the site itself, its footer, a person."""
    if FOOTER.search(line) or BREADCRUMB.match(line) or _trail.search(brand) or OURSELVES.match(brand):
        return False
    if ROLE.search(brand) or _familiar.fullmatch(brand) or _mobile.search(line) and _name.fullmatch(brand):
        return False
    return not any(PAGE_WORDS.fullmatch(piece) for piece in _pieces.split(brand) if piece)


def propose(lines: list[Line]) -> tuple[tuple[Proposal, ...], tuple[Proposal, ...]]:
    """(brands, categories), the most frequent first. A brand seen once counts only where none recurs."""
    brands: Counter[str] = Counter()
    categories: Counter[str] = Counter()
    first: dict[str, int] = {}
    for line in lines:
        if line.kind in ("blank", "list", "news"):
            continue
        if own := named(line.clean):
            brand, category = _divide(own)
            weight = 3  # the page says that it is the brand
        elif bulleted(line.clean) and not CATEGORY.search(line.clean):
            continue
        else:
            brand, category = _divide(_prefix(line.clean))
            weight = 1
        if brand and not _may_be(brand, line.clean):
            brand = ""
        for text, counter in ((brand, brands), (category, categories)):
            if len(text) >= 2:
                counter[text] += weight
                first.setdefault(text, line.no)
    if max(brands.values(), default=0) > 1:
        brands = Counter({text: count for text, count in brands.items() if count > 1})
    return _ranked(brands, first), _ranked(categories, first)


def _ranked(counter: Counter[str], first: dict[str, int]) -> tuple[Proposal, ...]:
    ranked = sorted(counter.items(), key=lambda item: (-item[1], first[item[0]]))
    return tuple(Proposal(text, first[text], count) for text, count in ranked)
