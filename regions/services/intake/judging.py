"""What of a list may be taken as read: the resolver's verdicts in the light of what stands over them.

Nothing is accepted by itself that lies under a heading nobody understands, that is not served yet, that is a street
rather than a place, or that belongs to another service. Such a reading is offered (`suggestion`, or `partial` with the
county that is certain), with the reason in `held`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from regions.pages import Context, Line, Piece
from regions.pages.contexts import within
from regions.pages.days import out_of_time
from regions.pages.groups import grouped
from regions.pages.holding import is_zone
from regions.pages.lists import OUTLET
from regions.pages.naming import named_in
from regions.pages.private import unnamed
from regions.pages.senses import NOT, NOT_SERVED, NOT_YET, SERVED, UNCLEAR, answer_of, sense_of
from regions.resolver.brackets import HARMLESS_NOTE
from regions.resolver.town_parts import stands_alone
from regions.resolver.vocabulary import SEATS

EXACT = ("resolved", "rules")
# 芜湖市 ?, 南昌市（覆盖率60%）: asked, or a part.
_DOUBTED = re.compile(r"\s[?？]\W*$|(?<!\d)(?!100(?:\.0+)?\s*[%％])\d{1,3}(?:\.\d+)?\s*[%％]")
_PERCENT = re.compile(
    r"(?<!\d)(?!100(?:\.0+)?\s*[%％])\d{1,3}(?:\.\d+)?\s*[%％]\s*的?(?:区|县|市|城|地|乡|镇|街|范围)"
)  # 覆盖98%区县:
_STRUCK = re.compile(
    r"\s*[\[【(](?:已?(?:删|撤|停|关|取消|作废|下线|失效)[\u4e00-\u9fff]{0,3}|deleted?|removed)[\])】]"
)  # [已删]铜仁市
# Names below 客服 and 师傅 may be those of persons.
_PERSON = re.compile(
    r"\W*(?:服务|区域|售后|维修|安装|业务|负责|对接|当地|本地|值班|专属|在线){0,2}(?:客服|师傅|工程师|技师|技工|安装工|维修工|业务员|专员|人员|店长|站长|经理|主管|老板|老师|联络[人员]|联系[人员]|对接人|负责人|接单[人员]|派单[人员]|值班人?)(?:姓名|名单)?\W*"
)
_DASHED = re.compile(r"[、,]\s*[-−–]\s*$")
_QUESTIONED = re.compile(r"\s{0,3}[?？]")
_IN_TOWN = re.compile(
    r"[\W\d一二三四五六]*(?:仅|只|限|于|服务|支持|覆盖|上门|以下|下列|下述|如下|上述|各|城市|地市|地区|的|在|可){0,8}"
    r"(?:主城(?:区(?!域))?|市区|城区|市内|城内|县城|郊[区县])(?:免费|收费|包邮|服务|支持|覆盖|上门|范围|区域|地区|可以?|内)*\W*$"
)
_OF_A_NUMBER = re.compile(r"\d[\d\- ]{6,}\s{0,4}[(（]\s*$")  # 0571-88888888（杭州）
_OFFICE = re.compile(f"办事处|分公司|分部|{SEATS}")
_WAS = re.compile("^[ (（]*(?:原名?|曾用名|旧称|前身为?|即|又称|旧名):?|[ )）]+$")
_NEAR = 60  # characters before a place
# What the resolver left over of a name and takes for harmless, but what is no whole place.
_NARROW = ("address", "detail", "below")


@dataclass(frozen=True, slots=True)
class Placed:
    """A token with its place in the text: line from 1, position in the line from 1, characters from 0.

    `heading`: what stands over it; `held`: why a person has to look at what was read well.
    """

    line_no: int
    position: int
    start: int
    end: int
    text: str
    result: dict[str, Any]
    heading: str = ""
    held: str = ""
    sense: str = SERVED


def above(code: str) -> list[str]:
    """The codes of the places that hold the place."""
    return [top for top in ("100000", f"{code[:2]}0000", f"{code[:4]}00", code[:6]) if top != code]


def foreign_trades(pieces: Sequence[Piece], trade: tuple[str, str]) -> set[tuple[str, str]]:
    """The trades of a page's lists that are not the service's own, where the page speaks of several."""
    named = {piece.context.trade for piece in pieces if any(piece.context.trade)}
    if len(named) < 2:
        return set()
    return {
        found
        for found in named
        if not all(not own or _same(own, asked) for own, asked in zip(found, trade, strict=True))
    }


def of_own_trade(pieces: Sequence[Piece], foreign: set[tuple[str, str]]) -> list[Piece]:
    """The pieces, of which a row that answers for several services is read once: for the service's own, and asked about
    where it has none, or two that do not agree."""
    told: dict[tuple, list[Piece]] = {}
    for piece in pieces:
        told.setdefault((piece.line, piece.start, piece.text), []).append(piece)
    found = []
    for row in told.values():
        own = [piece for piece in row if piece.context.trade not in foreign]
        if len({piece.context.trade for piece in row}) < 2:
            found += row
        elif len({piece.context.sense for piece in own}) > 1:
            found.append(
                replace(own[0], context=replace(own[0].context, held=own[0].context.held or "heading"))
            )
        else:
            found.append(own[0] if own else row[0])
    return found


def _same(own: str, asked: str) -> bool:
    return bool(asked) and (own in asked or asked in own)


def judged(piece: Piece, line: Line, places) -> Iterator[Placed]:
    """The tokens of a piece, each with what may be taken as read. Places refer to the line as it stands."""
    shift = piece.start if line.clean.startswith(piece.text, piece.start) else -1
    heading = unnamed(
        " › ".join(piece.context.heading), lambda name: places.resolve(name).status != "unknown"
    )
    seen = piece.start
    named: dict[str, set[str]] = {}
    for token in _tokens(piece, places):
        if shift >= 0:
            start, end = shift + token.start, shift + token.end
        else:  # put together from several cells
            start = seen = max(line.clean.find(token.text, seen), piece.start)
            end = min(start + len(token.text), len(line.text))
        context = piece.context
        if any(first < end and start < last for first, last in line.hidden):
            context = replace(context, held=context.held or "note")
        found, held, sense = _held(_once_called(token, places), context, places)
        held = held or _untimely(token.text, context, sense)
        if (found.code or "").endswith("00") and any(_IN_TOWN.match(words) for words in context.heading):
            held = held or "heading"  # 主城区：合肥市、芜湖市
        if (
            any(_PERSON.fullmatch(words) for words in context.heading)
            or _STRUCK.match(token.text)
            or _DASHED.search(line.clean[: max(start, 0)])
            or _OF_A_NUMBER.search(line.text[: max(start, 0)][-_NEAR:])
        ):
            held = held or "note"  # 客服：江宁、韩城; 常德、-张家界、益阳
        if _PERCENT.search(line.clean[: max(start, 0)][-_NEAR:]) or _QUESTIONED.match(line.clean, end):
            held = held or "note"  # 覆盖98%区县:浙江; 杭州市 ?、宁波市
        if sense != context.sense and _of_another(found, places):
            held, sense = held or "note", context.sense  # 天水(原陇南网点已撤销)
        if _is_its_own_heading(found, context, named):
            held = held or "note"
        named.setdefault((found.code or "")[:4], set()).add(found.code or "")
        yield Placed(
            piece.line, 0, start, end, token.text, _as_read(found, held, sense), heading, held, sense
        )


def _untimely(text: str, context: Context, sense: str) -> str:
    """Why a place is held whose item, or a heading over it, tells of another time than today."""
    if any(_DOUBTED.search(words) for words in (text, *context.heading)):
        return "note"
    said = {out_of_time(words) for words in (text, *context.heading)}
    if NOT_YET in said:
        return "not-yet"
    return "note" if UNCLEAR in said and sense == SERVED else ""


def _is_its_own_heading(found, context: Context, before: Mapping[str, set[str]]) -> bool:
    """A city among its own parts (淮安市:金湖县、淮安市): a part of that name once, or the whole; nobody can tell.

    `before`: the codes of the items before it, by their prefecture."""
    code = found.code or ""
    if (
        len(code) != 6
        or not code.endswith("00")
        or code.endswith("0000")
        or any(i["kind"] == "whole" for i in found.evidence)
    ):
        return False
    return code in context.within or bool(before.get(code[:4], set()) - {code})


def _tokens(piece: Piece, places) -> list:
    context = piece.context
    if piece.code:
        return [_coded(token, piece.code, places) for token in places.tokens(piece.text)]
    tokens = places.tokens(piece.text, heading=context.within)
    if len(context.within) > 1:
        return _of_several(tokens, piece.text, context.within, places)
    if context.within:
        return tokens
    for sibling in context.siblings:
        beside = places.tokens(piece.text, within=sibling)
        if len(beside) == len(tokens):
            tokens = [_doubted(token, other) for token, other in zip(tokens, beside, strict=True)]
    return tokens


def _of_several(tokens: list, text: str, tops: Sequence[str], places) -> list:
    """The tokens below several cities, of which a name that two of them have is asked about: 鼓楼区 below 南京、徐州."""
    readings = [places.tokens(text, heading=(top,)) for top in tops]
    if any(len(reading) != len(tokens) for reading in readings):
        return tokens
    found = []
    for token, *others in zip(tokens, *readings, strict=True):
        inside = [
            other for other, top in zip(others, tops, strict=True) if within(other.result.code or "", top)
        ]
        for other in inside:
            token = _doubted(token, other)
        found.append(token)
    return found


def _doubted(token, other):
    """A name that means something else in the place of the line before: both are offered, none is taken."""
    mine, theirs = token.result, other.result
    if mine.status not in EXACT or (mine.code, mine.include) == (theirs.code, theirs.include):
        return token
    codes = tuple(dict.fromkeys([*_codes(theirs), *_codes(mine)]))
    result = replace(mine, status="ambiguous", code=None, include=(), exclude=(), candidates=codes)
    return replace(token, result=result)


def _coded(token, name: str, places):
    """A code with the name beside it: certain only if they agree."""
    found = token.result
    if found.status != "resolved":
        return token
    named = places.resolve(name, heading=(found.code,))
    agree = found.code in (named.code, *named.candidates) and named.status in ("resolved", "ambiguous")
    if agree:
        return token
    codes = tuple(dict.fromkeys([found.code, *_codes(places.resolve(name))]))
    return replace(token, result=replace(found, status="conflict", code=None, candidates=codes))


def _codes(found) -> tuple[str, ...]:
    return (found.code,) if found.code else (*found.include, *found.successors, *found.candidates)


def _once_called(token, places):
    """襄阳(襄樊), 郫都区(原郫县): what the bracket says is what the place was called, and takes nothing from it."""
    found, note = token.result, _note(token.result)
    if found.status != "resolved" or not note or not found.code:
        return token
    was = places.resolve(_WAS.sub("", note))
    if not (was.code == found.code or (was.successors == (found.code,) and not was.rest)):
        return token
    evidence = tuple(item for item in found.evidence if item["kind"] != "note")
    return replace(token, result=replace(found, rest="", rest_kind=None, evidence=evidence))


def _spelt(found, places) -> bool:
    """北京(Beijing): what is left over is the name itself in Latin letters."""
    spelt = places.tokens(found.rest) if found.rest[:1].isalpha() else []
    return len(spelt) == 1 and found.parent in (spelt[0].result.code, *spelt[0].result.candidates)


def _held(token, context: Context, places) -> tuple[Any, str, str]:
    """(reading, why it is held, sense) of a token."""
    found, sense, held = token.result, context.sense, context.held
    if found.status == "partial" and found.parent and found.rest.isascii() and _spelt(found, places):
        found = replace(
            found,
            status="resolved",
            code=found.parent,
            parent=None,
            rest="",
            rest_kind=None,
            evidence=found.evidence[:1],
        )
    if found.status == "partial" and found.parent and OUTLET.fullmatch(found.rest):
        if _OFFICE.search(found.rest) and not context.heading:
            held = (
                held or "address"
            )  # 成都办事处 above its telephone: where somebody sits, and nothing of what he serves
        found = replace(found, status="resolved", code=found.parent, parent=None, rest="", rest_kind=None)
    if found.status == "partial" and found.parent and _counts_all(found):
        # 湖南14个市州: as many as there are; （甘孜州除外） behind it takes out what it names
        code, out = (None, (found.parent,)) if found.exclude else (found.parent, ())
        found = replace(
            found,
            status="rules" if out else "resolved",
            code=code,
            include=out,
            parent=None,
            rest="",
            rest_kind=None,
        )
    if found.status == "unknown" and (named := grouped(token.text)):
        status, codes = named
        sure = status == "rules"
        found = replace(
            found,
            status=status,
            include=codes if sure else (),
            candidates=() if sure else codes,
            evidence=tuple(item for item in found.evidence if item["kind"] != "note"),
            rest="",
            rest_kind=None,
        )
    if found.status == "unknown" and len(context.within) == 1 and is_zone(token.text):
        found = replace(
            found, status="partial", parent=context.within[0], rest_kind="zone"
        )  # 高新区 below 成都市
    bare = found.status == "partial" and found.exclude and not (found.include or found.parent or found.rest)
    if (
        bare
        and not held
        and sense == SERVED
        and _all_inside(found.exclude, context.within or context.siblings)
    ):
        found = replace(found, status="rules")  # (不含措美县) below 山南市
    note = _note(found)
    if found.status == "partial" and found.parent and NOT.fullmatch(found.rest.removeprefix("已")):
        # 绵阳市(暂不上门): the remark takes the whole place out
        note, found = found.rest, replace(found, status="resolved", code=found.parent, parent=None, rest="")
    if found.status not in EXACT:
        return found, held, sense
    said = (answer_of(note) or sense_of(note)) if note else ""
    said = sense_of(note) if said == UNCLEAR else said
    if said == NOT_SERVED and not held:
        if sense == NOT_SERVED:
            held = "note"
        sense = NOT_SERVED
    elif said == NOT_YET:
        held = held or "not-yet"
    elif note and (said == UNCLEAR or (said == "" and not HARMLESS_NOTE.fullmatch(note))):
        held = held or "note"
    if stands_alone(found) and not (context.within or context.siblings):
        held = held or "note"  # 东区 above 上海 may be a stretch of the company's own
    if any(item["kind"] == "below" for item in found.evidence):
        held = held or "address"  # 台北市 is no more than a part of 台湾省
    if found.rest_kind in _NARROW and found.rest and not OUTLET.fullmatch(found.rest):
        held = held or "address"
    if sense == NOT_SERVED and found.exclude:
        held = held or "heading"  # not served, except …: what then?
    return found, held, sense


def _counts_all(found) -> bool:
    """Whether a place is named with as many parts as it has, and with nothing else that nobody has read."""
    counted = next((item for item in found.evidence if "said" in item), None)
    return (
        counted is not None
        and counted["said"] == counted["parts"]
        and not found.include
        and (not (note := _note(found)) or HARMLESS_NOTE.fullmatch(note) is not None)
        and found.rest.endswith(counted["text"])
        and all(within(code, found.parent) for code in found.exclude)
    )


def _of_another(found, places) -> bool:
    """Whether what is said behind a place names another one, of which it may be said."""
    own = {found.code, *found.include}
    return bool(named_in(_note(found), places) - own)


def _all_inside(codes: Sequence[str], tops: Sequence[str]) -> bool:
    return bool(tops) and all(any(code != top and within(code, top) for top in tops) for code in codes)


def _note(found) -> str:
    return " ".join(item["text"] for item in found.evidence if item["kind"] == "note")


def _as_read(found, held: str, sense: str) -> dict[str, Any]:
    """The resolver's answer as the draft keeps it: turned round where it is not served, offered where it is held."""
    result = found.as_dict()
    if found.status not in EXACT:
        return result
    if held == "address" and found.code:
        return result | {"status": "partial", "code": None, "parent": found.code}
    if held:
        codes = [found.code] if found.code else list(found.include)
        return result | {"status": "suggestion", "code": None, "candidates": codes}
    if sense == NOT_SERVED:
        codes = [found.code] if found.code else list(found.include)
        return result | {"status": "rules", "code": None, "include": [], "exclude": codes}
    return result
