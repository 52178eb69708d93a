"""Splits a page into lines and blanks its markup, length for length, so that places in the text hold."""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from regions.resolver.normalize import fold

from .hidden import by_line, uncommented
from .reading import Line
from .shapes import BULLETS

_ends = re.compile(r"\r\n|\n|\r")
_markup = re.compile(r"&(?:[a-zA-Z]{2,8}|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});|</?[a-zA-Z!][^<>]{0,300}>")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xA0: " ", 0xFEFF: " "}
_HALF_WIDTH |= {0xFE0E: " ", 0xFE0F: " "}  # how the sign before them is drawn: ✔️
#: What is struck out is said no longer.
STRUCK = re.compile(r"~~[^~\n]{1,200}~~|<(del|s|strike)\b[^<>]{0,80}>[^<>]{0,200}</\1\s*>", re.I)
# Words of service in traditional characters; names are read by the resolver as they stand.
_TRADITIONAL = re.compile(
    "[服業]務|區域|地區|範圍|覆蓋|開[通放業]|[暫尚][未不停時無]|[發送派配]貨|維[修護]|安裝|清潔|保養|網點|門[店市]|停業|營業|營運|[無沒]法|沒有|[縣鎮鄉][市區鎮]|如下列|偏遠|運費|費用|包郵"
)
# What leads the eye from a name to what is said of it: 昆明市 ……… 有.
_LEADER = re.compile(
    r"(?<=[\u4e00-\u9fff)）])[ \t]*(?:…{1,80}|\.{3,80}|[·・]{3,80}|_{3,80}|[-─]{3,80}|—{3,80})[ \t]*(?=[^\s.…·_—-][^.…·_—]{0,11}$)"
)
_OF_WHICH = re.compile(r"^\s*其中[,，]?(?=[\u4e00-\u9fff])")
_BOX = re.compile(r"^(\s*(?:[-*+]\s+)?)\[([ xX可是否])\](?=[\s\u4e00-\u9fff])")
_ANSWER = re.compile(r"^(\s*(?:[-*+]\s+)?)([是否])[ \t:：]+(?=[\u4e00-\u9fff]{2})")
# What points at the lines below a place: 四川/, 四川..., 四川→.
_POINTS = re.compile(r"^(\s*[\u4e00-\u9fff]{2,12})\s{0,3}(?:/|\.{2,6}|…{1,3}|→|↓|⇒|»|>{1,2})\s*$")
_cell_tag = re.compile(r"</?t[dh]\b", re.I)
_FOOTNOTE = re.compile(r"\s*(?P<mark>[①-⑳¹²³⁴-⁹]|\[\d\]|注\d:?|[(]注?\d[)](?!、))(?=.*[不未无没停暂除])")
_block = re.compile(
    r"</(?:p|div|li|ul|ol|dl|dt|dd|h[1-6]|section|article|header|footer|blockquote|caption)\s*>|<[bh]r\b[^<>]{0,80}>"
    r"|(?P<opens><(?:p|div|li|ul|ol|dl|dt|dd|h[1-6]|section|article|header|footer|blockquote|table)\b[^<>]{0,300}>)",
    re.I,
)
_table = re.compile(r"<table\b.*?(?:</table\s*>|\Z)", re.I | re.S)
_NEAR = 400  # characters behind a tag that are looked at for a word
_EDGES = " \t:-—】]》」|,、;。."
_decoration = re.compile(r"[\W_]*")
_mark = re.compile(
    rf"^[\s□★☆✓✔√→#>【\[《「{BULLETS}]*(?:第[一二三四五六七八九十\d]{{1,3}}[条、]|[(]?\d{{1,2}}[).、．](?!\d)|[①-⑳⑴-⒇])?[\s】\]]*"
)
_bullet = re.compile(rf"^\s*(?:[★☆✓✔√{BULLETS}]|[(]?\d{{1,2}}[).、．](?!\d)|[①-⑳⑴-⒇])\s*")


_branch = re.compile(r"([\s│┃]*[├└┣┗╰])[─━╌-]*\s?(?=[^\s─━┬┼┴┤┘])(?!.*[│┃┤])")


def _blank(match: re.Match[str]) -> str:
    found = match[0]
    if found[0] == "&":
        plain = html.unescape(found)
        plain = plain if len(plain) == 1 else " "
        return plain + " " * (len(found) - 1)
    return ("\t" if _cell_tag.match(found) else " ") + " " * (len(found) - 1)


def split(text: str) -> list[tuple[int, str]]:
    """(offset, line) for every line of the page; outside tables <p>, <br>, <li> and the like begin one as a line end does."""
    found, at = [], 0
    for end in _ends.finditer(text):
        found.append((at, text[at : end.start()]))
        at = end.end()
    found.append((at, text[at:]))
    if _block.search(text) is None:
        return found
    tables = [table.span() for table in _table.finditer(text)]
    return [part for offset, line in found for part in _by_blocks(offset, line, tables)]


def _by_blocks(offset: int, line: str, tables: list[tuple[int, int]]) -> Iterator[tuple[int, str]]:
    """The parts of a line between its block tags, each with some text in it."""
    begin = 0
    for tag in _block.finditer(line):
        cut = tag.start() if tag["opens"] else tag.end()
        if not (_worded(line[begin : min(cut, begin + _NEAR)]) and _worded(line[cut : cut + _NEAR])):
            continue
        nearest = bisect_right(tables, (offset + cut, 0)) - 1
        if nearest >= 0 and offset + cut < tables[nearest][1]:
            continue
        yield offset + begin, line[begin:cut]
        begin = cut
    yield offset + begin, line[begin:]


def _worded(part: str) -> bool:
    """Whether something stands in a part beside its tags."""
    return _decoration.fullmatch(_markup.sub("", part)) is None


def clean(text: str) -> str:
    """The line in half width with tags and entities blanked, as long as it was."""
    return without_markup(text).translate(_HALF_WIDTH)


def without_markup(text: str) -> str:
    """The line as it was written with tags and entities blanked, as long as it was."""
    text = _TRADITIONAL.sub(lambda found: fold(found[0])[0], text)
    text = _LEADER.sub(
        lambda found: " —— ".center(len(found[0])) if len(found[0]) > 3 else "—" * len(found[0]), text
    )
    text = _OF_WHICH.sub(lambda found: " " * len(found[0]), text)
    if "<" in text or "~~" in text:
        text = STRUCK.sub(lambda found: " " * len(found[0]), text)
    if "[" in text:
        text = _BOX.sub(lambda found: found[1] + (" ✘ " if found[2] in " 否" else " ✔ "), text)
    text = _ANSWER.sub(
        lambda found: f"{found[1]}{'✔' if found[2] == '是' else '✘'}".ljust(len(found[0])), text
    )
    if "<" in text or "&" in text:
        text = _markup.sub(_blank, text)
    text = _POINTS.sub(lambda found: f"{found[1]}:".ljust(len(found[0])), text)
    branch = _branch.match(text)
    if branch:  # the lines of a tree drawn with characters are a bullet list
        text = "- ".rjust(branch.end()) + text[branch.end() :]
    return text


def _footnoted(lines: Sequence[Line]) -> None:
    """Blanks the marks behind places that a line below explains: 福建省①、浙江省 above ①宁德不送."""
    marks = {found["mark"].strip("()[]:") for line in lines if (found := _FOOTNOTE.match(line.clean))}
    if not marks:
        return
    behind = re.compile(
        rf"(?<=[\u4e00-\u9fff])[ ]?[(\[]?(?:{'|'.join(map(re.escape, sorted(marks)))})[)\]]?(?=\s*(?:[、,;。]|$))"
    )
    for line in lines:
        line.clean = behind.sub(lambda found: " " * len(found[0]), line.clean)


def make(text: str) -> list[tuple[int, Line]]:
    """The lines of a page, each with its offset; the blank ones are already marked."""
    made = []
    ticked = any(mark in text for mark in "☑☒")
    shown = uncommented(text)
    rows = split(text)
    hidden = by_line(shown, [offset for offset, _ in rows])
    for no, (offset, raw) in enumerate(rows, 1):
        line = Line(no, raw, clean(shown[offset : offset + len(raw)]), hidden=tuple(hidden.get(no - 1, ())))
        if ticked:  # beside ticked boxes an empty one says no
            line.clean = line.clean.replace("☐", "✘").replace("□", "✘")
        if _decoration.fullmatch(line.clean):
            line.kind, line.reason = "blank", "nothing but decoration" if line.text.strip() else "empty"
        made.append((offset, line))
    _footnoted([line for _, line in made])
    return made


def bare(text: str) -> str:
    """The text without bullets, list marks, brackets around it and a colon at its end."""
    return re.sub(r"\s+", " ", _mark.sub("", text, count=1)).strip(_EDGES)


def bulleted(text: str) -> bool:
    """The line is an item of a bullet list."""
    return bool(_bullet.match(text))
