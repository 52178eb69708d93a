"""Where a line falls apart into items: separators outside brackets and outside exclusions."""

import re
from collections.abc import Iterator

from .vocabulary import GROUPS
from .walk import Walk

_EVENT = re.compile(r"[、;\n]+|[, /|·]+|[(和与及跟]|以及|除(?!外)|不含|不包括|不包含|不支持|不覆盖|排除")
_OUTSIDE = re.compile(r"以外|之外|除外|外")
_SENTENCE_END = re.compile(r"[;\n]")
_ITEM_END = re.compile(r"[、;\n,()]")
_MARK = re.compile(
    r"[\s·*+>\-]*(?:\(?(?:\d{1,3}|[一二三四五六七八九十]{1,3})(?:\)[、.]?|[、.](?!\d))|[①-⑳⑴-⒇]"
    r"|第[一二三四五六七八九十\d]+[、:.]|\d{1,2}\s(?=[\u4e00-\u9fff]))?[\s·*+>\-]*"
)
MARK_STARTS = frozenset(" ·*+>-(0123456789一二三四五六七八九十第") | {
    chr(code) for code in range(0x2460, 0x249C)
}
_LABEL = re.compile(
    r"[\u4e00-\u9fff]{0,8}?(?:地址|区域|范围|地区|城市|省份|网点|地点|所在地|覆盖|区划|省/?市(?:/?[区县])?|位置|名单|列表|如下|包括|包含|涵盖|地|支持|开通|配送) ?:"
)
_REACH = 64  # how far an item is looked at to tell whether a region stands there
_ENDS = " .,;:、!?\n·"
_END_SET = frozenset(_ENDS)
_NAME_TAIL = re.compile(r"[\u4e00-\u9fff]{2,12}(?:省|市|县|区|旗|州|盟|镇|乡|街道|地区)(?=[、;\n,()]|$)")


def closing(s: str, at: int, end: int) -> int:
    """Position of the bracket that closes the one at `at`, or -1."""
    depth = 0
    for found in re.finditer(r"[()]", s[at:end]):
        depth += 1 if found.group() == "(" else -1
        if depth == 0:
            return at + found.start()
    return -1


def _pairs(s: str, start: int, end: int) -> dict[int, int]:
    """Opening -> closing position of every bracket that is closed."""
    pairs, open_ = {}, []
    for found in re.finditer(r"[()]", s[start:end]):
        if found.group() == "(":
            open_.append(start + found.start())
        elif open_:
            pairs[open_.pop()] = start + found.start()
    return pairs


def exclusion_end(s: str, at: int, end: int, walk: Walk) -> int:
    """Where the exclusion that opens at `at` (除, 不含 …) ends: behind its 外, else at the end of the sentence."""
    sentence = _SENTENCE_END.search(s, at, end)
    last = sentence.start() if sentence else end
    if s[at] == "除":
        for found in _OUTSIDE.finditer(s, at + 2, last):
            after = s[found.end() : found.end() + 1]
            stands = found.group() != "外" or after in (
                "",
                "的",
                ",",
                "、",
                " ",
                ")",
                ".",
                "全",
                "中",
                "其",
                "均",
                "都",
                "皆",
                "各",
                "所",
            )
            if stands or (
                after not in "区街镇" and walk.starts_region(s, found.end(), min(end, found.end() + _REACH))
            ):
                return found.end()
    return last


def trim(s: str, start: int, end: int) -> tuple[int, int]:
    """Without list marks, a label (服务区域:), blanks and closing punctuation."""
    while start < end and s[start] in _END_SET:
        start += 1
    while start < end and s[end - 1] in _END_SET:
        end -= 1
    if start < end and s[start] in MARK_STARTS:
        mark = _MARK.match(s, start, end)
        if mark.end() < end:
            start = mark.end()
    if s.find(":", start, min(end, start + 16)) > 0:
        label = _LABEL.match(s, start, end)
        if label and label.end() < end:
            start = label.end()
            while start < end and s[start] in _END_SET:
                start += 1
    return start, end


def _item_end(s: str, at: int, end: int) -> int:
    end = min(end, at + _REACH)
    found = _ITEM_END.search(s, at, end)
    return found.start() if found else end


class Splitter:
    def __init__(self, walk: Walk):
        self.walk = walk

    def split(self, s: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Spans of the items of s[start:end], trimmed, none empty; lazy, so that prose can be left early."""
        for begin, stop in self._raw(s, start, end):
            begin, stop = trim(s, begin, stop)
            if begin < stop:
                yield begin, stop

    def _raw(self, s: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        begin = start
        at = self._past_mark(s, start, end)
        pairs: dict[int, int] | None = None
        while (event := _EVENT.search(s, at, end)) is not None:
            ch, here, after = s[event.start()], event.start(), event.end()
            at = here + 1
            if ch in "、;\n":
                yield begin, here
                begin, at = after, self._past_mark(s, after, end)
            elif ch == "(":
                if pairs is None:
                    pairs = _pairs(s, start, end)
                at = pairs.get(here, here) + 1
            elif ch in "和与及跟以及":
                if here > begin and self._joins(s, begin, here, after, end):
                    yield begin, here
                    begin = at = after
            elif ch in ", /|·":
                at = after
                if here > begin and self._parts(s, begin, here, after, end):
                    yield begin, here
                    begin = at
            else:
                at = max(exclusion_end(s, here, end, self.walk), at)
                if at < end and s[at] in ", 的":
                    at += 1
        yield begin, end

    @staticmethod
    def _past_mark(s: str, at: int, end: int) -> int:
        if at < end and s[at] in MARK_STARTS:
            return _MARK.match(s, at, end).end()
        return at

    def _parts(self, s: str, begin: int, at: int, after: int, end: int) -> bool:
        """Whether the comma or blank s[at:after] separates two items (广州,深圳), not two levels (杭州,西湖区)."""
        if after >= end or s[after] in "、;\n()":
            return False
        item = _item_end(s, after, end)
        begin, _ = trim(s, begin, at)
        before, stop = self.walk.read(s, begin, item)
        if stop > after:
            return False
        if self.walk.starts_region(s, after, item):
            return True
        return "," in s[at:after] and (not before or _NAME_TAIL.match(s, after, end) is not None)

    def _joins(self, s: str, begin: int, at: int, after: int, end: int) -> bool:
        """Whether 和, 与, 及, 以及 at `at` stands between two regions and is not part of a name (和平区)."""
        begin, _ = trim(s, begin, at)
        if at - begin > 40:
            return False
        item = _item_end(s, after, end)
        if s[begin:at] in GROUPS:
            return self.walk.starts_region(s, after, item)
        before, stop = self.walk.read(s, begin, item)
        name, reach = self.walk.read(s, at, item)
        if name and reach == item:
            return False  # 和康县 after 梧州市 is no 康县
        if not before or stop != at:
            return False
        behind, _ = self.walk.read(s, after, item)
        # 成都和成华区: nobody lists a region beside its own part; likely 和 stands for 市.
        return bool(behind) and not any(part.unit.inside(whole.unit) for part in behind for whole in before)
