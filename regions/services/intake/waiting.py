"""Lines that wait for a person because of what stands behind or below them, and lines of which nobody read a word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, islice

from regions.pages import Context, Line, PageReading, Piece, whole
from regions.pages.headings import level_of_others
from regions.pages.lines import bare
from regions.pages.naming import named_in
from regions.pages.reading import Places
from regions.resolver.vocabulary import number_of

from .judging import EXACT, Placed, above

ASIDE = (
    "head of a table",
    "a row without a place",
    "a line of a form",
    "somebody's address",
    "a part of JSON",
    "footer",
    "path of the page",
)
_OWN_PART = re.compile("[东西南北中]区|[新老]城区?|[东西南北中]部|[东西南北]郊")
_THEIR_PART = re.compile(
    r"([两二三四五六七八九十]|\d{1,2})[个座]?[市地城州]的?(?:主?城[区内里]|市[区内]|市中心|[县老新]城|郊区|[城近]郊)"
)
# 绵阳、德阳、乐山（各市城区）; 金华、衢州、丽水仅市区
_OF_EACH = re.compile(
    r"[(（][^()（）]*(?:各|均|都|每|以上|上述)[^()（）]*[)）]\s*$|(?:仅限?|只限?|只?做|限)(?:于|在)?(?:主?城区|市区|主城|县城|城关)(?:内|上门|服务)*\s*$"
)
_CLAUSES = re.compile("[,。;(]")
_UNHEARD = ("heading", "prose", "claim", "promise")
HEADS = "a place that heads the lines below"
_LISTS = re.compile("[\u4e00-\u9fff*][、②-⑳][\u4e00-\u9fff]")
_OF_SERVICE = re.compile(
    r"服务|售后|维修|上门|网点|站点|门店|覆盖|配送|派送|送货|安装|清洗|保养|受理|开通|停业|撤|关[店闭停]|师傅|\b(?:serv\w+|deliver\w*|ship\w*|cover\w*|branch\w*|stores?|outlets?|available|closed|open\w*|only|within|inside|outside|exclud\w*|except\w*|downtown|urban|suburbs?)\b",
    re.I,
)
# 江浙沪皖赣闽 6省市送货上门
_ABBREVIATED = re.compile(
    "[京津冀晋蒙辽吉黑沪苏江浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新]{4,}|江浙沪|京津冀|[长珠]三角"
)
_PRICED = re.compile("[,，].*(?:费|元|补|预约|发货|不发|不送|上门)")  # 辽宁全省,大连需加收运费
_WHOLE_OF = re.compile(r"^[\u4e00-\u9fff]{2,6}全[市省区县境域]")
_ROW = re.compile(r"\d{1,2}[\s.、]+[\u4e00-\u9fff]{2,8}[\s|]+[\w天小时次日当]{1,8}")  # 1 宜昌 24h
_LONGEST_UNHEARD = 80


def offered(token: Placed) -> Placed:
    """The same, which a person has to decide."""
    result = token.result
    codes = [code for code in (result["code"], *result["include"]) if code] or result["exclude"]
    asked = {"status": "suggestion", "code": None, "include": [], "exclude": [], "candidates": codes}
    return replace(token, result=result | asked, held=token.held or "note")


def in_one_breath(row: list[Placed]) -> list[Placed]:
    """The tokens of a piece, those held of which the last may say something too: 第二批:曲靖、玉溪(2027年); 邵阳市 东区 西区."""
    if len(row) < 2:
        return row
    later = row[-1].held == "not-yet" and row[-1].heading
    if row[-1].result["status"] == "partial" and (said := _THEIR_PART.search(row[-1].text)):
        number = number_of(said[1])  # 绍兴、宁波、嘉兴三市城区: of each
        row = row[: -number or None] + [
            offered(each) if each.result["status"] in EXACT else each for each in row[-number:]
        ]
    if row[-1].result["status"] not in EXACT and _OF_EACH.search(row[-1].text):
        return [offered(each) if each.result["status"] in EXACT else each for each in row]
    parts = row[0].result["status"] == "resolved" and all(
        token.result["status"] not in EXACT and _OWN_PART.fullmatch(token.text.strip()) for token in row[1:]
    )
    return [
        offered(token)
        if token.result["status"] in EXACT and (later or (parts and token is row[0]))
        else token
        for token in row
    ]


def above_its_parts(tokens: list[Placed]) -> list[Placed]:
    """The tokens, those cities held of which the next line lists nothing but parts: 武汉市、长沙市 above 江岸区、芙蓉区."""
    rows = {no: list(row) for no, row in groupby(tokens, key=lambda token: token.line_no)}
    held: set[tuple[int, str]] = set()
    for no, below in zip(rows, islice(rows, 1, None), strict=False):
        cities = {code for token in rows[no] if (code := token.result["code"])}
        parts = [token.result["code"] for token in rows[below]]
        if (
            all(code.endswith("00") and not code.endswith("0000") for code in cities)
            and all(code and code not in cities and cities.intersection(above(code)) for code in parts)
            and not any(_names(token, cities) for token in rows[below])
        ):
            held.update((no, code) for code in cities if any(code in above(part or "") for part in parts))
    return [offered(token) if (token.line_no, token.result["code"]) in held else token for token in tokens]


def beside_others(tokens: list[Placed], lines: Sequence[Line]) -> list[Placed]:
    """The tokens, those provinces held of which a line speaks as of places of which some are listed: 其他城市不上门 below 安徽省."""
    depth = max((level_of_others(part) for line in lines for part in _CLAUSES.split(line.clean)), default=0)
    codes = [code for token in tokens if (code := token.result["code"])]
    if not depth or any(_depth(code) >= depth for code in codes):
        return tokens
    return [offered(token) if token.result["code"] else token for token in tokens]


def _depth(code: str) -> int:
    """1 of a province, 2 of a city and of 北京, 3 of a county."""
    if code.endswith("0000"):
        return 2 if code[:2] in ("11", "12", "31", "50", "81", "82") else 1
    return 2 if code.endswith("00") and len(code) == 6 or code[2:4] == "90" else 3


def _names(token: Placed, codes: set[str]) -> bool:
    """Whether an item names one of the places itself: 杭州市西湖区."""
    named = (item for item in token.result["evidence"] if item["kind"] != "inherited")
    return any(item.get("code") in codes for item in named)


def _is_unread(line: Line) -> bool:
    """Prose, and what would be the title of a part of the page if anything stood below it."""
    return line.kind == "prose" or line.reason == "title of a section"


def _tells_of_a_place(text: str, places: Places) -> bool:
    """Whether prose says of a place something about service, in words that nobody read: 我们在南京有一个服务站."""
    if _OF_SERVICE.search(text) is None:
        return False
    if re.search("[\u4e00-\u9fff]", text) is None:
        return any(token.result.code or token.result.candidates for token in places.tokens(text))
    return bool(named_in(text, places))


def unheard(page: PageReading, pieces: list[Piece], places: Places) -> Iterator[Piece]:
    """Lines that list places among words that nobody read, and head nothing: they are asked about, for no list may vanish.
    云南全省（怒江、迪庆加收50元）; 答：郑州、洛阳都可以."""
    listed = {piece.line for piece in pieces}
    over = "".join(words for piece in pieces for words in piece.context.heading)
    for line in page.lines:
        text = line.clean.strip()
        if line.no in listed or line.kind not in _UNHEARD or line.reason in (*ASIDE, HEADS, "an address"):
            continue
        row = _ROW.fullmatch(text) is not None
        quiet = not row and whole.is_quiet(line, text, places)
        if not 3 < len(text) <= _LONGEST_UNHEARD or quiet or bare(text) in over:
            continue
        if (
            _LISTS.search(text)
            and len(named_in(text, places)) > 1
            or (_is_unread(line) and _tells_of_a_place(text, places))
            or (_PRICED.search(text) and len(named_in(text, places)) > 1)
            or (_WHOLE_OF.search(text) and named_in(text, places))
            or _ABBREVIATED.search(text)
            or (row and named_in(text, places))
        ):
            yield Piece(line.no, line.clean.find(text), text, Context(held="heading"))
