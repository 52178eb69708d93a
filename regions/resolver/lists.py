"""Where a line falls apart into items: separators outside brackets and outside exclusions."""

import re

from .walk import Walk

HARD = frozenset("、;\n")
_SOFT = frozenset(", /|·")
_OPENERS = re.compile(r"除(?!外)[了去开]?|不含|不包括|不包含|不支持|不覆盖|排除")
_OUTSIDE = re.compile(r"以外|之外|除外|外")
_MARK = re.compile(
    r"[\s·*+>\-]*(?:\(?(?:\d{1,3}|[一二三四五六七八九十]{1,3})(?:\)[、.]?|[、.](?!\d))|[①-⑳⑴-⒇]|第[一二三四五六七八九十\d]+[、:.]|\d{1,2}\s(?=[\u4e00-\u9fff]))?[\s·*+>\-]*"
)
_LABEL = re.compile(
    r"(?:[\u4e00-\u9fff]{0,8}?(?:地址|区域|范围|地区|城市|省份|网点|地点|所在地|覆盖|区划|位置|名单|列表|如下|包括|包含|涵盖|地|支持|开通|配送))[ ]?:"
)
_ENDS = frozenset(" .,;:、!?\n·")
_NAME_TAIL = re.compile(r"[\u4e00-\u9fff]{2,12}(?:省|市|县|区|旗|州|盟|镇|乡|街道|地区)$")


def closing(s: str, at: int, end: int) -> int:
    """Position of the bracket that closes the one at `at`, or -1."""
    depth = 0
    for i in range(at, end):
        if s[i] == "(":
            depth += 1
        elif s[i] == ")":
            depth -= 1
            if depth == 0:
                return i
    return -1


def exclusion_end(s: str, at: int, end: int) -> int:
    """Where the exclusion that opens at `at` (除, 不含 …) ends: behind its 外, else at the end of the sentence."""
    hard_end = next((i for i in range(at, end) if s[i] in ";\n"), end)
    if s[at] == "除":
        last = -1
        for found in _OUTSIDE.finditer(s, at + 2, hard_end):
            nxt = s[found.end() : found.end() + 1]
            if nxt in ("", "的", ",", "、", " ", ")", ".", "全", "中", "其") or found.group() != "外":
                last = found.end()
                break
        if last > 0:
            return last
    return hard_end


def trim(s: str, start: int, end: int) -> tuple[int, int]:
    """Without list marks, a label (服务区域:), blanks and closing punctuation."""
    while start < end and s[start] in _ENDS:
        start += 1
    while start < end and s[end - 1] in _ENDS:
        end -= 1
    mark = _MARK.match(s, start, end)
    if mark and mark.end() < end:
        start = mark.end()
    label = _LABEL.match(s, start, end)
    if label and label.end() < end:
        start = label.end()
        while start < end and s[start] in _ENDS:
            start += 1
    return start, end


class Splitter:
    def __init__(self, walk: Walk):
        self.walk = walk

    def split(self, s: str, start: int, end: int) -> list[tuple[int, int]]:
        """Spans of the items of s[start:end], trimmed, none empty."""
        spans, begin, at = [], start, start
        mark = _MARK.match(s, start, end)
        if mark:
            at = mark.end()
        while at < end:
            ch = s[at]
            if ch in HARD:
                spans.append((begin, at))
                begin = at = at + 1
                mark = _MARK.match(s, at, end)
                at = mark.end() if mark else at
            elif ch == "(":
                shut = closing(s, at, end)
                at = shut + 1 if shut > 0 else at + 1
            elif ch in "除不排" and _OPENERS.match(s, at, end):
                at = exclusion_end(s, at, end)
                if at < end and s[at] in ", 的" and begin == at - (at - begin):
                    at += 1
            elif ch in _SOFT and at > begin:
                if self._parts(s, begin, at, end):
                    spans.append((begin, at))
                    begin = at + 1
                at += 1
            elif ch in "和与及跟以" and at > begin and self._joins(s, begin, at, end):
                spans.append((begin, at))
                at += 2 if s.startswith("以及", at) else 1
                begin = at
            else:
                at += 1
        spans.append((begin, end))
        trimmed = (trim(s, *span) for span in spans)
        return [span for span in trimmed if span[0] < span[1]]

    def _parts(self, s: str, begin: int, at: int, end: int) -> bool:
        """Whether the comma or blank at `at` separates two items (广州,深圳) rather than two levels (杭州,西湖区)."""
        after = at + 1
        while after < end and s[after] in " ,":
            after += 1
        if after >= end or s[after] in HARD or s[after] in "()":
            return False
        begin, _ = trim(s, begin, at)
        before, stop = self.walk.read(s, begin, end)
        if stop > after:
            return False
        if self.walk.starts_region(s, after, self._item_end(s, after, end)):
            return True
        item = self._item_end(s, after, end)
        return s[at] == "," and not before or (s[at] == "," and _NAME_TAIL.match(s, after, item) is not None)

    def _joins(self, s: str, begin: int, at: int, end: int) -> bool:
        """Whether 和, 与, 及, 以及 at `at` stands between two regions and is not part of a name (和平区)."""
        if s[at] == "以" and not s.startswith("以及", at):
            return False
        after = at + (2 if s[at] == "以" else 1)
        begin, _ = trim(s, begin, at)
        before, stop = self.walk.read(s, begin, end)
        return (
            bool(before) and stop == at and self.walk.starts_region(s, after, self._item_end(s, after, end))
        )

    def _item_end(self, s: str, at: int, end: int) -> int:
        return next((i for i in range(at, end) if s[i] in "、;\n,()"), end)
