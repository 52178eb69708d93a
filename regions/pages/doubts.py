"""What of a page nobody has read, and what it casts doubt on: no place is taken beside words that refuse and were not understood."""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from regions.resolver.brackets import EXCEPT
from regions.resolver.vocabulary import EVERY

from .asides import doubted, explains_its_marks, taken_back
from .cells import limits
from .days import AS_OF, out_of_time
from .headed import beside
from .headings import strange, understood, without_the_others
from .lines import STRUCK
from .lists import SHAPE, limits_all, sure_places
from .predicates import said_alone
from .reading import Line, Piece, Places, PlaceToken
from .senses import NOT, NOT_SERVED, NOT_YET, SERVED, UNCLEAR, answer_of, sense_of
from .spoken import unspoken
from .whole import takes_all
from .words import ADDRESS as STREET

_REFUSES = (NOT_SERVED, NOT_YET, UNCLEAR)
_LONGEST = 40
_ABOVE = re.compile(
    r"以上|上述|上列|上面|(?<!\*)\*(?!\*)|※|^\W*[#△▲☆★]\s*(?:为|是|指|表示|代表|[:：=])|带.{1,3}号|所列|均|都|皆"
)
# Said of a whole list: 甘孜州等地暂未开通, 均暂停服务 behind it; 以下地区除外 above it.
_OF_ALL = re.compile(
    rf"等(?:\d+个?|[一二三四五六七八九十]+个?)?[地省市县区城]|(?:[均皆等]|{EVERY})(?=[不未没无停暂])"
)
_OVER = re.compile(r"(?:以|如)下|下[列述]")
_EXCEPT = re.compile(r"除外|除(?!外)|以外|之外|except|excluding", re.I)
_NONE = re.compile(r"[(:\s]0\s*(?:[家个处所]|名|网点)|[(]0[)]")
# Said of the item before it alone, which is asked about: 济南（12家）、儋州（0家）.
_NONE_OF_ONE = re.compile(
    r"(?<=[\u4e00-\u9fff])[(](?:共|仅|有)?0\s*(?:[家个处所名]|网点|个网点)?[)](?=\s*(?:[、,;]|$))"
)
_OF_SEVERAL = re.compile(
    r"[(（]\s*(?:以上|上述|[均都皆]|[两二三四五六七八九十\d]个?[市地省县区州家处])[^()（）]*[)）]\W*$"
)
# 宁德、南平两市由福州分公司负责
_OF_THOSE = re.compile(
    r"[\u4e00-\u9fff][两二三四五六七八九十\d]+个?(?:地级|县级)?[省市地县区州](?P<words>[由归属交请需须另][^、,。;]{2,30})"
)
_LONGEST_NAME = 8
_REFUSAL = re.compile("[不非未没勿除]")
_NOTED = re.compile("[(（【]")  # what a bracket says is said of its own item
_SENTENCE = re.compile(r"[^,。;!?\t]+")
_STOPPED = re.compile(r"(?:[^。;!?.]|\.(?=\S))+[。;!?.]*")
_CELLS = re.compile(r"[\t|]|\s{2,}")
_NUMBERED = re.compile(
    r"(?<=[^\s,;:(|/\-—])[\s,;:(|/\-—]++(?:(?:联系人|负责人|姓名)\s*:?\s*)?(?P<name>[\u4e00-\u9fff]{2,3})[\s:,(|/\-—]*(?=(?:\+?86[ -]?)?1[3-9]\d{9}|0\d{2,3}-?\d{7,8})"
)
_FIRST = re.compile(
    r"\s*(?P<name>[\u4e00-\u9fff]{2,3})[\s:,]{1,4}(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}[\s,;:]+"
)
_TURNED = re.compile("^[不非未无没勿除]|是|[将计拟]|城市|区域|地区|的(?=.*有)")
_TURN_WORD = re.compile("不过|但是?|只是|其中|可是|然而")  # 江苏,不过苏州暂不上门
_GLUED = re.compile(rf"[\u4e00-\u9fff)）(（](?:{STRUCK.pattern})", re.I)


def weighed(
    lines: Sequence[Line], pieces: Sequence[Piece], places: Places, rows: Container[int]
) -> list[Piece]:
    """The pieces, those held that stand beside words of refusal in their line, their list or the line behind it.

    `rows`: numbers of lines that were read as rows of a table, column by column.
    """
    found = list[Piece]()
    listed = {piece.line for piece in pieces}
    held = _over(lines) | doubted(lines, listed)
    back = taken_back(lines, {piece.line for piece in pieces if not piece.context.held}, places)
    for no, group in groupby(pieces, key=lambda piece: piece.line):
        row = list(group)
        line = lines[no - 1]
        if explains_its_marks(line.clean):
            found += [_held(piece) for piece in row]
        elif no in held or (back and _names(row, back, places)) or _refused_beside(line, row):
            found += [_held(piece) if piece.context.sense == SERVED else piece for piece in row]
        elif no not in rows and (at := _may_be_a_person(line, places)):
            found += _up_to_a_person(row, at, places)
        else:
            found += row if no in rows else _line(line, row, places)
        if no not in rows:
            found += _unread(_left(line.clean, row), row[-1], places)
    return _behind(lines, found)


def _names(pieces: Sequence[Piece], codes: Container[str], places: Places) -> bool:
    """Whether the pieces serve one of these places."""
    return any(
        token.result.code in codes
        for piece in pieces
        if piece.context.sense == SERVED
        for token in places.tokens(piece.text, heading=piece.context.within)
    )


def _over(lines: Sequence[Line]) -> set[int]:
    """The numbers of the lines below one that says of them that they are what is left out: 全国（以下地区除外）."""
    found, held = set[int](), False
    for line in lines:
        text = line.clean.strip()
        if held and text:
            found.add(line.no)
        if not text:
            held = False
        elif len(text) <= _LONGEST and _OVER.search(text) and _EXCEPT.search(text):
            held = True
    return found


def _refused_beside(line: Line, pieces: Sequence[Piece]) -> bool:
    """Whether a cell of the line is a refusal that nobody read, or counts nothing: a row of a table without a head, 四川省（0家）."""
    if _NONE.search(_NONE_OF_ONE.sub("", line.clean)):
        return True
    if len(pieces) == 1 and (behind := _OF_SEVERAL.search(line.clean)) and sense_of(behind[0]) in _REFUSES:
        return True  # 成都、绵阳(两市已停)
    if (said := _OF_THOSE.search(line.clean)) and (
        sense_of(said["words"]) not in ("", SERVED) or strange(said["words"])
    ):
        return True
    cells = [cell.strip() for cell in _CELLS.split(line.clean)]
    read = {words for piece in pieces for words in piece.context.heading}
    read |= {words.rpartition(": ")[2] for words in read}
    return len(cells) > 1 and any(
        cell and cell not in read and (said_alone(cell) in (NOT_SERVED, NOT_YET) or limits(cell))
        for cell in cells
    )


def _may_be_a_person(line: Line, places: Places) -> int:
    """Where a word stands before a number that is a place elsewhere, or somebody of that name: 罗湖区 安吉 138…; 0 for none, -1 where
    no place stands before it."""
    found = _NUMBERED.search(line.clean)
    if found is None:
        # 江宁 138… 保定市人民路100号: whose number it is, before where he lives
        first = _FIRST.match(line.clean)
        return -1 if first and STREET.search(line.clean, first.end()) else 0
    before = [token.result for token in places.tokens(line.clean[: found.start()])]
    above = [code for result in before for code in (result.code, result.parent) if code]
    named = places.resolve(found["name"], heading=above) if above else None
    return found.start("name") if named is not None and named.status not in ("resolved", "unknown") else 0


def _up_to_a_person(row: Sequence[Piece], at: int, places: Places) -> Iterator[Piece]:
    """The place of a row before somebody's name (保定市 张北 138…), and the name, which is asked about; of several places all are."""
    for piece in row:
        cut = at - piece.start
        before = piece.text[:cut].rstrip(" \t,:") if 0 < cut < len(piece.text) else ""
        if (
            len(row) == 1
            and piece.text.startswith(before)
            and len(found := places.tokens(before, heading=piece.context.within)) == 1
            and found[0].result.code
        ):
            yield replace(piece, text=before)
            yield _held(replace(piece, start=at, text=piece.text[cut:]))
        else:
            yield _held(piece) if piece.context.sense == SERVED else piece


def _line(line: Line, pieces: list[Piece], places: Places) -> Iterator[Piece]:
    left = "".join(part for part in _STOPPED.findall(_left(line.clean, pieces)) if not beside(part))
    left = _TURN_WORD.sub("", without_the_others(unspoken(AS_OF.sub(" ", left)), "")[0])
    doubtful = _GLUED.search(line.text) is not None or (
        any(piece.context.sense == SERVED for piece in pieces)
        and (sense_of(left.strip()) in _REFUSES or bool(out_of_time(left)))
    )
    for piece in pieces:
        if doubtful or (piece.context.sense == SERVED and _speaks(piece, places)):
            yield _held(piece)
        else:
            yield piece


def _unread(left: str, last: Piece, places: Places) -> Iterator[Piece]:
    """Places in a part of the line that was not read as a list: a person is asked about each, and none is lost."""
    for part in _SENTENCE.finditer(left):
        text = part[0].strip(" :")
        if len(text) > 1 and not STREET.search(text) and _names_one(text, places):
            start = part.start() + part[0].find(text)
            yield Piece(last.line, start, text, replace(last.context, held="heading"))


def _names_one(text: str, places: Places) -> bool:
    """Whether a place is named, be it only at the beginning of words that nobody reads: 新疆另付运费."""
    if sure_places(text, places):
        return True
    firsts = (places.resolve(text[:size]) for size in range(2, min(len(text), _LONGEST_NAME) + 1))
    return any(found.status not in ("unknown", "suggestion") and not found.rest for found in firsts)


def _left(text: str, pieces: list[Piece]) -> str:
    """What of a line stands neither in its lists nor in what was read as their headings."""
    for piece in pieces:
        first, last = piece.start, piece.start + len(piece.text)
        if text[first:last] != piece.text:
            return ""  # put together: of cells, or of a place and a remark on it
        text = text[:first] + " " * len(piece.text) + text[last:]
    said = {words for piece in pieces for words in piece.context.heading}
    for words in sorted(said, key=len, reverse=True):
        text = text.replace(words, " " * len(words))
    return text


def _speaks(piece: Piece, places: Places) -> bool:
    """Whether a list holds words of which nobody knows how far they reach: 不是四川省、贵州省; 营口市不去盖州市、站前区."""
    if piece.code or piece.context.held:
        return False
    tokens = places.tokens(piece.text, heading=piece.context.within)
    if len(tokens) < 2:
        return False
    return (
        any(map(_worded, (tokens[0], tokens[-1])))
        or any(map(_turning, tokens))
        or any(map(_refused, tokens[1:-1]))
    )


def _refused(token: PlaceToken) -> bool:
    """美兰区暂停 behind 龙华区: of one, or of both."""
    found, words = token.result, token.text.strip()
    return (
        bool(found.exclude and not found.include)
        and not _NOTED.search(words)
        and "除外" not in words
        and not EXCEPT.match(words)
    )


def _turning(token: PlaceToken) -> bool:
    """Whether words stand before or between the places of an item that say another sense than served."""
    found = token.result
    spans = sorted(tuple(item["span"]) for item in found.evidence if item.get("code"))
    if (
        found.status not in ("resolved", "rules", "partial", "historical")
        or not spans
        or spans[0][0] < token.start
    ):
        return False
    if found.exclude and (token.text.isascii() or "外的" in token.text):
        return False  # Hainan, excluding Sanya
    at, between = token.start, list[str]()
    for start, end in spans:
        between.append(token.text[at - token.start : start - token.start])
        at = max(at, end)
    if (found.rest_kind == "other" or found.rest.isascii()) and not (
        found.exclude or _NOTED.search(token.text)
    ):
        between.append(found.rest)  # 怒江州 excl. 贡山县、兰坪县
    return any(_said(words) in _REFUSES for words in between)


def _said(words: str) -> str:
    """The sense of words beside a place; "" where there are none, or where they are an exclusion that was read."""
    words = _TURN_WORD.sub("", words.strip(" \t-·/,、"), count=1)
    return understood(words) if words and not EXCEPT.match(words) and "(" not in words else ""


def _worded(token: PlaceToken) -> bool:
    found, words = token.result, token.text.strip()
    if found.status == "suggestion" and _REFUSAL.match(words):
        return True  # 非黑龙江省佳木斯市, taken for a misspelling
    if found.status == "unknown" and takes_all(words):
        return True
    if found.status == "unknown" and answer_of(words.rpartition(":")[2]) in (NOT_SERVED, NOT_YET):
        return True  # 否 呼和浩特市
    if found.status == "unknown":
        known = SHAPE.fullmatch(words) and not _TURNED.search(words) and not NOT.search(words)
        return not known and understood(words) in _REFUSES
    rest = found.rest
    if (
        rest
        and not _NOTED.search(token.text)
        and found.rest_kind in ("other", "detail", "address")
        and not found.exclude
        and understood(rest) in _REFUSES
    ):
        return True  # …西沙区的用户暂时只能寄修
    return (
        found.status == "partial"
        and found.rest_kind == "other"
        and len(rest) > 3
        and not (words.endswith(")") and rest in words[words.find("(") + 1 :])
        and bool(strange(rest))
        and not found.exclude
    )


def _behind(lines: Sequence[Line], pieces: list[Piece]) -> list[Piece]:
    """What a line behind a list says of all of it: ※以上暂停服务, （以上暂未开通）."""
    listed = {piece.line for piece in pieces}
    doubtful: set[int] = set()
    last = 0  # the last line before this one that is not blank
    for line in lines:
        text = line.clean.strip()
        no, last = last, last if line.kind == "blank" else line.no
        if no not in listed or not 1 < len(text) <= _LONGEST:
            continue
        of_all = _OF_ALL if line.no in listed else _ABOVE
        alone = limits_all(text) and line.no + 1 not in listed  # 仅限城区 below a list, and above none
        if alone or (of_all.search(text) and sense_of(text) in _REFUSES and not beside(text)):
            while no not in doubtful and (
                no in listed or (no > 1 and lines[no - 1].kind == "blank" and no - 1 in listed)
            ):
                doubtful.add(no)
                no -= 1
    return [
        _held(piece) if piece.line in doubtful and piece.context.sense == SERVED else piece
        for piece in pieces
    ]


def _held(piece: Piece) -> Piece:
    return replace(piece, context=replace(piece.context, held=piece.context.held or "note"))
