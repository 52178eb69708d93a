"""What of a page's source its readers do not see, or cannot choose: comments, hidden elements, options that are disabled."""

import re
from bisect import bisect_right
from collections.abc import Iterator

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
# What is commented out of a list that is kept in a program: // 绵阳市, /* 绵阳市 */.
_OUT = re.compile(r"^[ \t]*//[^\n]*|/\*", re.M)
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)\b(?P<says>[^<>]*)>", re.I)
_OFF = re.compile(
    r"(?<![\w:-])(?:hidden|disabled)(?![\w-])(?!\s*=\s*[\"']?false)|display\s*:\s*none|visibility\s*:\s*hidden|line-through"
    r"|class\s*=\s*[\"'][^\"']*(?<![\w-])(?:off|deleted?|removed|inactive|closed|expired|struck|strike(?:through)?)(?![\w-])",
    re.I,
)
_OVERFLOW = re.compile(r"overflow(?:-[xy])?\s*:\s*hidden", re.I)
_EMPTY = frozenset(["input", "br", "hr", "img", "meta", "link", "col", "area", "source", "wbr"])
# Elements that end where the next of their kind begins.
_ENDED_BY_THE_NEXT = frozenset(["li", "option", "tr", "td", "th", "dt", "dd", "p"])


def uncommented(text: str) -> str:
    """The text with its comments blanked, as long as it was and with as many lines."""
    if "<!--" not in text:
        return text
    return _COMMENT.sub(lambda found: re.sub(r"[^\r\n]", " ", found[0]), text)


def by_line(text: str, offsets: list[int]) -> dict[int, list[tuple[int, int]]]:
    """The spans that are hidden or commented out, by line (0-based), in characters of the line."""
    found: dict[int, list[tuple[int, int]]] = {}
    for start, end in _spans(text):
        line = bisect_right(offsets, start) - 1
        while line < len(offsets) and offsets[line] < end:
            span = max(start - offsets[line], 0), end - offsets[line]
            found.setdefault(line, []).append(span)
            line += 1
    return found


def _spans(text: str) -> list[tuple[int, int]]:
    spans = list(_commented_out(text)) if "//" in text or "/*" in text else []
    return spans + _elements(text) if _OFF.search(text) else spans


def _commented_out(text: str) -> Iterator[tuple[int, int]]:
    at, closed = 0, text.rfind("*/")
    while (found := _OUT.search(text, at)) is not None:
        start, at = found.span()
        if found[0] != "/*":
            yield start, at
        elif at <= closed:
            at = text.index("*/", at) + 2
            yield start, at


def _elements(text: str) -> list[tuple[int, int]]:
    """Elements that are hidden, each to its end, or to the end of the text."""
    spans = list[tuple[int, int]]()
    start, name, depth = 0, "", 0
    for tag in _TAG.finditer(text):
        same = tag["name"].lower() == name
        if depth and same and (tag["end"] or name in _ENDED_BY_THE_NEXT):
            depth -= 1
            if not depth:
                spans.append((start, tag.start()))
        elif depth and same:
            depth += 1
        if not depth and not tag["end"] and _is_off(tag):
            start, name, depth = tag.start(), tag["name"].lower(), 1
    return [*spans, (start, len(text))] if depth else spans


def _is_off(tag: re.Match[str]) -> bool:
    says = tag["says"]
    return tag["name"].lower() not in _EMPTY and _OFF.search(_OVERFLOW.sub("", says)) is not None
