"""Finds list lines by what they contain: the share of the text that the resolver reads as regions."""

import re

from regions.resolver.vocabulary import GENERIC
from regions.said import said as _

from .groups import grouped
from .reading import Places, PlaceToken
from .senses import sense_of
from .shapes import BULLETS

_PLACE = frozenset({"resolved", "historical", "ambiguous", "conflict", "partial", "rules"})
SHAPE = re.compile(r"[\u4e00-\u9fff]{2,12}(?:省|市|州|盟|区|县|旗|镇|乡|街道|兵团|地区|苏木)")
_address = re.compile(r"\d(?!\d*(?:个|地?[市州盟区县旗](?!场)))|[路街巷](?:$|[^、,;])|大厦|广场")
_columns = re.compile(r"\t+|[|│]")
_wide_columns = re.compile(r"\t+|[|│]| {3,}")
_separator = re.compile(r"[、,;]")
_label = re.compile(r"^(?:[^:、,。]{1,24}:\s*|[^:、,。;\s]{2,24}\s+)(?=\S)")
_mark = re.compile(rf"(?:^|(?<=[\s、,;]))(?:[(]?\d{{1,3}}[).、](?!\d)|[□→{BULLETS}]|[①-⑳])\s*")
_service = re.compile(r"服务|网点|覆盖|售后|维修|上门|区域|地区|范围|城市|分公司")
_exclusion = re.compile(r"除外[)。]?$|^[(]?(?:不含|不包括)|^[(]?除[^,。]{2,24}(?:以外|之外|外)[)。]?$")
# 武侯区网点, 江苏省的安装业务: words of the trade behind a whole place.
OUTLET = re.compile(
    r"\W*的?(?:服务|维修|售后|安装|清洗|保养|上门|特约|授权)*(?:网点|服务点|服务站|站点|维修点|售后点|服务部|分公司|办事处|业务|服务|订单|需求|用户|客户|报修)\W*"
)
_LONGEST_NOTE, _LONGEST_WORDS = 12, 40  # of a remark, and of one in Latin letters
_MOST_CELLS = 60
_SHARE = 0.6  # of the items, and of their characters


def placed_share(line: str, places: Places) -> float:
    """How much of the line is regions, 0…1: the smaller of the share of items and that of characters."""
    items = letters = good = covered = sure = 0
    for token in places.tokens(line):
        size = len(token.text.strip())
        if not size:
            continue
        items += 1
        letters += size
        if token.result.status in _PLACE:
            good, sure = good + 1, sure + 1
            rest = token.result.rest or ""
            covered += size if _is_part(token, rest) or _is_noted(token, rest) else size - len(rest)
        elif named := grouped(token.text):
            good, sure, covered = good + 1, sure + (named[0] == "rules"), covered + size
        elif SHAPE.fullmatch(token.text.strip()):
            # A name that the resolver does not know stays on the list: it needs a person, not oblivion.
            good += 1
            covered += size
    return min(good / items, covered / letters) if sure * 4 >= items > 0 else 0.0


def looks_like_a_name(text: str) -> bool:
    """Whether words that nobody knows may name a place: 高新区, and neither 禁发地区 nor 服务空白区."""
    return bool(SHAPE.fullmatch(text)) and not text.endswith("地区") and not sense_of(text)


def sure_places(text: str, places: Places, heading: tuple[str, ...] = ()) -> int:
    """How many items of a text are read as places; 仅限市区 is none, though some place was called 市区 once."""
    found = places.tokens(text, heading=heading)
    return sum(token.result.status in _PLACE and not is_generic(token.text) for token in found)


def is_generic(text: str) -> bool:
    """Whether a name is what every town calls a part of itself: 市区, 仅限城区."""
    return re.sub(r"\W|[仅只限于]", "", text) in GENERIC


def named_share(text: str, places: Places) -> float:
    """How many of the items are places, look like one, or may mean one: enough behind a label that announces places."""
    found = [token for token in places.tokens(text) if token.text.strip()]
    good = sum(
        token.result.status != "unknown" or bool(SHAPE.fullmatch(token.text.strip())) for token in found
    )
    return good / len(found) if found else 0.0


def limits_all(text: str) -> bool:
    """仅限市区：, 只限城区: what is said of the places beside it, and no place that was called so once."""
    text = text.strip()
    return is_generic(text) and (text[0] in "仅只限" or text[-1] in ":：")


def _is_noted(token: PlaceToken, rest: str) -> bool:
    """武汉市（免费上门）: what a bracket behind a place remarks is said of it, if it is short."""
    return (
        token.result.rest_kind == "note"
        and len(rest) <= (_LONGEST_WORDS if rest.isascii() else _LONGEST_NOTE)
        and token.text.rstrip().endswith(")")
    )


def _is_part(token: PlaceToken, rest: str) -> bool:
    """What the resolver left over is about the place (its parts, all of it, what is taken out), and no street."""
    read = token.result.exclude or token.result.rest_kind in ("division", "part", "whole")
    return bool(read or OUTLET.fullmatch(rest)) and not _address.search(rest)


def listed_text(text: str, places: Places) -> tuple[str, str]:
    """(text to resolve, reason) of a list line, or ("", "")."""
    text = text.strip()
    if limits_all(text):
        return "", ""
    cells = cells_of(text)
    if 1 < len(cells) <= _MOST_CELLS:
        return _row([cell.strip("、,; ") for cell in cells], places)
    text = _mark.sub("", text)
    whole = placed_share(text, places) >= _SHARE
    label = _label.match(text)
    if label and ":" not in label[0] and label[0].isascii() and label[0][0].isalpha():
        label = None  # Hubei except Enshi: a word in Latin letters is no label
    if label and ":" not in label[0] and _begins_with_a_road(text, places):
        return text, "regions"  # 人民南路四段 成都市: what stands in front is no label
    name = label[0].rstrip(": ") if label else ""
    # 广东:广州、深圳 is a region before its parts; of 广东服务网点:广州、深圳 the region is kept; 服务区域:… is a label.
    if label and not _is_place(name, places) and placed_share(text[label.end() :], places) >= _SHARE:
        word = _service.search(name)
        region = name[: word.start()] if word else ""
        front = f"{region}:" if region and _is_place(region, places) else ""
        return front + text[label.end() :], _("regions after the label %(label)s", label=name)
    if whole:
        return text, "regions"
    # Left unread, an exclusion would widen the coverage in silence: a person has to see it.
    return (text, "an exclusion") if len(text) <= 40 and _exclusion.search(text) else ("", "")


def _begins_with_a_road(text: str, places: Places) -> bool:
    first = next(iter(places.tokens(text)), None)
    return first is not None and first.result.status == "partial" and first.result.rest_kind == "address"


def _is_place(text: str, places: Places) -> bool:
    verdict = places.resolve(text)
    parts = verdict.rest_kind in ("whole", "part", "division")
    return parts and verdict.status in (*_PLACE, "partial") or verdict.status in _PLACE and not verdict.rest


def cells_of(text: str) -> list[str]:
    """The cells of a table row, empty ones kept in the middle; one cell where the line is no row."""
    columns = _columns if _separator.search(text) else _wide_columns
    return [cell.strip() for cell in columns.split(text)]


def _row(cells: list[str], places: Places) -> tuple[str, str]:
    """A table row: neighbouring cells that name one place together (四川省, 自贡市, 富顺县) are one name.

    A cell that has the shape of a place is kept with the place before it even where the resolver does not know it:
    东莞市, 某某镇 is a question about 某某镇, never the whole of 东莞市.
    """
    known = [bool(cell) and placed_share(cell, places) >= _SHARE for cell in cells]
    if not any(known):
        return "", ""
    found: list[str] = []
    last = -2
    for i, cell in enumerate(cells):
        shaped = bool(SHAPE.fullmatch(cell))
        if not (known[i] or shaped or (2 * sum(known) > len(cells) > 3 and _suggests(cell, places))):
            continue
        joint = ", " if f"{found[-1:]}{cell}".isascii() and not cell.isdecimal() else ""  # Gansu | Lanzhou
        if last == i - 1 and (
            (shaped and not known[i]) or known[i] and _names_one(found[-1] + joint + cell, places)
        ):
            found[-1] += joint + cell
        else:
            found.append(cell)
        last = i
    return "、".join(found), _(
        "table row, %(known)s of %(all)s cells are regions", known=known.count(True), all=len(cells)
    )


def _suggests(cell: str, places: Places) -> bool:
    """光明 among 福田|罗湖|南山: a word that may be a place, in a row of places."""
    return bool(cell) and len(cell) < 6 and places.resolve(cell).status == "suggestion"


def _names_one(text: str, places: Places) -> bool:
    verdict = places.resolve(text)
    one = ("resolved", "historical", "partial", *(["ambiguous"] if text.isascii() else []))  # Yunnan | Dali
    return verdict.status in one and not _separator.search(verdict.rest or "")
