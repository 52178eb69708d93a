"""Finds news pasted among the rest: from a byline to the editor's mark, through running prose."""

import re
from collections.abc import Callable

from regions.said import said as _

from .reading import Line
from .words import CONTACT, SENTENCE, SERVICE, TRADE

_byline = re.compile(
    r"^[\s□■◆●☐]*(?:本报|本刊|本网|新华社|中新社|中新网|人民网|央视网?)?(?:见习|实习|特约|首席)?(?:记者|通讯员)[\s:]?[\u4e00-\u9fff·]{2,4}"
    r"|(?:新华社|新华网|本报|本网|中新社|中新网|人民网)[^。]{0,14}(?:电|讯)[\s(记者]"
    r"|^[\s(【]*(?:来源|作者|原标题|文章来源)[:]|据[^。,]{2,14}(?:报道|消息)"
)
_closing = re.compile(r"[【(\[]?\s{0,8}(?:责任编辑|责编|编辑|校对|审核)\s*[:]")
_answer = re.compile(r"^\s*[问答QA][:]")


def prosy(text: str) -> bool:
    """Running text: long, with the marks of sentences."""
    size = len(text.strip())
    return size >= 30 and (len(SENTENCE.findall(text)) > 0 or text.count(",") >= 2)


def _speaks_service(text: str) -> bool:
    """`维修配件价格查询系统:…`: a title of the trade in front of its explanation."""
    title, colon, _rest = text.partition(":")
    return bool(colon) and len(title) <= 24 and bool(TRADE.search(title)) and not _answer.match(text)


def mark(lines: list[Line], starts_with_brand: Callable[[str], bool]) -> None:
    """Marks the lines of news; lists and the brand's own lines end a piece of news."""

    def goes_on(line: Line) -> bool:
        if line.kind:
            return line.kind == "blank"
        if starts_with_brand(line.clean) or _speaks_service(line.clean):
            return False
        if prosy(line.clean) or _answer.match(line.clean) or _byline.search(line.clean):
            return True
        return not CONTACT.search(line.clean) and not SERVICE.search(line.clean)

    at = 0
    while at < len(lines):
        line = lines[at]
        if line.kind:
            at += 1
            continue
        if _byline.search(line.clean):
            begin, end = at, at
            if (
                begin
                and not lines[begin - 1].kind
                and goes_on(lines[begin - 1])
                and not prosy(lines[begin - 1].clean)
            ):
                begin -= 1  # the headline
            while end + 1 < len(lines) and goes_on(lines[end + 1]) and not _closing.search(lines[end].clean):
                end += 1
        elif _closing.search(line.clean):
            begin = end = at
            while (
                begin
                and (lines[begin - 1].kind == "blank" or prosy(lines[begin - 1].clean))
                and goes_on(lines[begin - 1])
            ):
                begin -= 1
        else:
            at += 1
            continue
        for marked in lines[begin : end + 1]:
            if not marked.kind:
                marked.kind, marked.reason = (
                    "news",
                    _("from the byline or editor's mark on line %(line)s", line=line.no),
                )
        at = end + 1
