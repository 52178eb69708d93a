"""Labelled levels: the place of one label is what the next one's places lie in, and no item of the list.

    大区：辽宁省 ⏎ 城市：营口、丹东     省份：安徽省 城市：合肥市     省：江苏省 above a table of its cities     城市：兰州，省份：甘肃

Where both labels name levels, the upper place is a heading; where one may as well say what is served (服务区域：江苏省 above
服务网点：南京市), it is asked about.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from regions.pages import Line
from regions.pages.senses import SERVED

from .judging import Placed, above
from .waiting import offered

_LABEL = re.compile(
    r"([^\s:=、,;|。()【】\[\]·]{1,14})\s*[:=|｜\t】\]]\s*$|([^\s:=、,;|。()【】\[\]·]{2,14})\s{1,4}$"
)
_OWN = re.compile(r"^\W*([\u4e00-\u9fffa-zA-Z/]{1,10})\s*[:=】\]]\s*(?=\S)")
# A label that names a level, and says nothing of service.
_LEVEL = re.compile(
    r"\W*(?:所[在属]|当前|上级|主|一级|二级|三级|第[一二三]级)?(?:的)?"
    r"(?:省份?|省级|大区|区域|片区|地区|分公司|省区|城市|市|地级?市|地区|街道|乡镇|市级|区县|县区|区|县|[一二三]级|下[辖属](?:城市|地市|区县)?|所辖|州市|province|state|region|cit(?:y|ies)|districts?|count(?:y|ies))\W*",
    re.I,
)
_HEAD_OF_TABLE = "head of a table"
_MOST = 400  # characters of a line before a place


@dataclass(slots=True)
class _Group:
    """Tokens that stand under one label; `tabled`: in the rows of a table."""

    label: str
    tokens: list[int]
    tabled: bool = False


def headed_by_label(tokens: list[Placed], lines: Sequence[Line]) -> tuple[list[Placed], set[int]]:
    """The tokens without those that only head others, and the lines that hold nothing else."""
    found = list(tokens)
    gone = set[int]()
    groups = list(_groups(tokens, lines))
    for before, behind in pairwise(groups):
        pair = _headed(found, before, behind) or _headed(found, behind, before)
        if pair is None:
            continue
        upper, lower = pair
        tops = _tops(found, upper)
        level = _LEVEL.fullmatch(upper.label) and (lower.tabled or _LEVEL.fullmatch(lower.label))
        for at in upper.tokens:
            if level:
                gone.add(at)
            else:
                found[at] = offered(found[at])
        words = "、".join(found[at].text.strip() for at in upper.tokens)
        for at in lower.tokens:
            found[at] = _inside(found[at], tops, words)
    kept = [token for at, token in enumerate(found) if at not in gone]
    listed = {token.line_no for token in kept}
    return kept, {found[at].line_no for at in gone} - listed


def _headed(tokens: list[Placed], upper: _Group, lower: _Group) -> tuple[_Group, _Group] | None:
    """The two, if the places of the first are what all that the second lists lies in."""
    labelled = upper.label and (lower.label or lower.tabled) and upper.label != lower.label
    whole = labelled and not upper.tabled and all(_is_top(tokens[at]) for at in upper.tokens)
    return (upper, lower) if whole and _all_inside(tokens, lower, _tops(tokens, upper)) else None


def _tops(tokens: list[Placed], group: _Group) -> list[str]:
    return [tokens[at].result["code"] or "" for at in group.tokens]


def _is_top(token: Placed) -> bool:
    code = token.result["code"] or ""
    whole = any(item["kind"] == "whole" for item in token.result["evidence"])
    return (
        token.result["status"] == "resolved"
        and token.sense == SERVED
        and code.endswith("00")
        and code != "100000"
        and not whole
    )


def _codes(token: Placed) -> list[str]:
    result = token.result
    return [code for code in (result["code"], *result["include"], *result["candidates"]) if code] or [
        code for code in (result["parent"],) if code
    ]


def _all_inside(tokens: list[Placed], group: _Group, tops: list[str]) -> bool:
    """Whether all that a label lists lies in the places above, and something in each of them."""
    holding = set[str]()
    for at in group.tokens:
        token = tokens[at]
        if group.tabled and token.sense != SERVED:
            continue  # a row that is not served beside others
        if token.sense != SERVED or token.result["exclude"]:
            return False
        if token.held and not (group.tabled or _LEVEL.fullmatch(group.label.removeprefix("服务"))):
            return False  # 限售区域：南阳市 below 服务省份：河南省: not a list of what is served
        inside = {top for code in _codes(token) for top in tops if top in above(code)}
        if not inside and token.result["status"] != "unknown":
            return False
        holding |= inside
    return holding == set(tops)


def _inside(token: Placed, tops: list[str], words: str) -> Placed:
    """The token, read inside what heads it: 鼓楼区 below 徐州市."""
    result = token.result
    heading = words if not token.heading else f"{words} › {token.heading}"
    if result["status"] == "ambiguous" and not token.held and not result["rest"]:
        own = [code for code in result["candidates"] if any(top in above(code) for top in tops)]
        if len(own) == 1:
            result = result | {"status": "resolved", "code": own[0], "candidates": []}
    return replace(token, result=result, heading=heading)


def _groups(tokens: Sequence[Placed], lines: Sequence[Line]) -> Iterator[_Group]:
    """Tokens by the label over them, in the order of the text."""
    group: _Group | None = None
    before: Placed | None = None
    for at, token in enumerate(tokens):
        label = _own_label(token, before, lines)
        tabled = _below_a_head(token, before, lines)
        same = (
            group is not None
            and before is not None
            and (
                (
                    not label
                    and not tabled
                    and (group.tabled or before.heading == token.heading or not token.heading)
                )
                or (label and label == group.label)
                or (group.tabled and not label)
            )
        )
        if group is None or not same:
            if group is not None:
                yield group
            group = _Group(label, [], tabled)
        group.tokens.append(at)
        before = token
    if group is not None:
        yield group


def _own_label(token: Placed, before: Placed | None, lines: Sequence[Line]) -> str:
    """The label that stands right before a token, or over its line."""
    own = _OWN.match(token.text)
    if own:
        return own[1]
    first = before.end if before is not None and before.line_no == token.line_no else 0
    words = lines[token.line_no - 1].clean[max(first, token.start - _MOST) : token.start]
    if first and words.startswith(("】", "]")) and before is not None and _LEVEL.fullmatch(before.text):
        return before.text.strip()  # 【省】西藏自治区
    found = _LABEL.search(words)
    last = token.heading.rpartition(" › ")[2]
    if found and (found[1] or found[2] == last):
        return found[1] or found[2]
    if first or (before is not None and before.heading == token.heading):
        return ""
    return last


def _below_a_head(token: Placed, before: Placed | None, lines: Sequence[Line]) -> bool:
    """Whether the head of a table stands between a token and the one before it."""
    first = before.line_no if before is not None else 0
    return any(line.reason == _HEAD_OF_TABLE for line in lines[first : token.line_no - 1])
