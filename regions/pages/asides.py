"""What lines that are no list say of the lists beside them: a legend (○未开通), a refusal below a block, a place taken back."""

import re
from collections.abc import Iterator, Sequence

from .clauses import ONLY
from .headed import beside
from .headings import of_others
from .lists import sure_places
from .predicates import PREDICATE
from .reading import Line, Places, Verdict
from .senses import NOT, NOT_SERVED, NOT_YET, OF_THINGS, UNCLEAR, sense_of

_REFUSES = (NOT_SERVED, NOT_YET, UNCLEAR)
_MARK = re.compile(r"[*※#△▲☆★○●◎◇◆□■†‡]+|[①-⑳¹²³⁴-⁹]|\[\d{1,2}\]|[(]注?\d[)]")
_LEGEND = re.compile(rf"\s*+[(]?\s*+(?:注|说明|备注)?\s*+:?\s*+(?:带|标有?|有)?\s*+(?:{_MARK.pattern})")
_BRACKET = re.compile(r"[(]([^()]{2,60})[)]")
_AREA = re.compile(r"地区|区域|范围|[乡镇县州岛郊村旗]|部分|偏远")
# What stands between a place and what is said of it: 绵阳自1月1日起不再受理.
_WORDS = re.compile(
    r"[\s,。;:()]|自(?=\d).*|已|均|(?<=[省市县区州盟旗])都(?=[已不未没暂停])|现(?=[已在])|目前|暂时?|将|等地?|的(?:用户|客户)?"
)
_LONGEST = 40
_LONGEST_PROSE = 80
_LONGEST_NAME = 8
_LEAD = re.compile(
    r"^[\W_]*(?:(?:备?注|说明|提示|温馨提示|注意|特别说明|公告|通知)\s*[:：]?\s*)?(?:其中[,，]?|目前|现)?"
)
# Where a company sits: 公司总部位于广东省佛山市.
_SEAT = re.compile(
    r"(?:我们|我|本)?(?:公司|司|总部|厂|工厂|集团|企业|注册地|仓库|总仓|研发中心)[^、,。:]{0,8}(?:位于|坐落|地处|设在|在)"
)
_MOST = 200  # lines that may take places back; more is another kind of page


def doubted(lines: Sequence[Line], listed: set[int]) -> set[int]:
    """The numbers of list lines on which a line that is no list casts doubt."""
    found, marks = set[int](), set[str]()
    for at, line in enumerate(lines):
        text = line.clean.strip()
        if line.no in listed or not 1 < len(text) <= _LONGEST or _next(lines, at) in listed:
            continue
        if own := _refused_marks(text):
            marks |= own
        elif (
            _AREA.search(text)
            and sense_of(text) == NOT_SERVED
            and not (OF_THINGS.search(text) or of_others(text))
        ):
            no = line.no - 1
            while no in listed and no not in found:
                found.add(no)
                no -= 1
    if marks:
        found.update(no for no in listed if not marks.isdisjoint(_MARK.findall(lines[no - 1].text)))
    return found


def taken_back(lines: Sequence[Line], listed: set[int], places: Places) -> set[str]:
    """The codes of places that lines without a list refuse (注:绵阳市已停止服务), or of which one names a part alone (临汾仅限尧都区)."""
    codes = set[str]()
    asked = 0
    for line in lines:
        text = line.clean.strip()
        only = ONLY.match(text) if line.no in listed else None
        if only and (place := places.resolve(only["place"]).code):
            codes.update((place, f"{place[:2]}0000"))
        if (
            line.no in listed
            or not 3 < len(text) <= _LONGEST_PROSE
            or sense_of(text) not in _REFUSES
            or beside(text)
        ):
            continue
        asked += 1
        if asked > _MOST:
            break
        refusal = NOT.search(text)
        if first := first_place(text, places):
            codes.update((*first.exclude, *first.candidates, first.code or "", first.parent or ""))
        names = _WORDS.sub("、", text[: refusal.start() if refusal else None].split(":", 1)[-1])
        for token in places.tokens(names):
            result = token.result
            codes.update(code for code in (result.code, result.parent) if code)
            codes.update((*result.exclude, *result.candidates))
    return codes


def first_place(text: str, places: Places) -> Verdict | None:
    """The place that a line begins with, behind its mark and 备注: 临汾9月起不再服务."""
    text = _LEAD.sub("", text)
    firsts = (places.resolve(text[:size]) for size in range(min(len(text), _LONGEST_NAME), 1, -1))
    return next(
        (found for found in firsts if found.status not in ("unknown", "suggestion") and not found.rest), None
    )


def without_seat(text: str, places: Places) -> str:
    """总部位于广东省佛山市,服务范围:广东、广西: where a company sits is blanked where it goes on to say whom it serves."""
    seat = _SEAT.match(text.strip())
    cut = re.search("[,;。]", text[seat.end() :]) if seat else None
    if seat is None or cut is None or not sure_places(text[seat.end() + cut.end() :], places):
        return text
    return text[seat.end() + cut.end() :].rjust(len(text))


def is_a_seat(text: str, places: Places) -> bool:
    """Whether a line says where a company sits, and nothing else."""
    seat = _SEAT.match(text)
    if seat is None or without_seat(text, places) != text:
        return False
    return sure_places(text[seat.end() :], places) > 0 and not PREDICATE.search(text)


def explains_its_marks(text: str) -> bool:
    """Whether a bracket in a list says what the marks beside its places mean: 昆明●曲靖○ (●营业 ○歇业)."""
    return any(_refused_marks(bracket[1]) for bracket in _BRACKET.finditer(text))


def is_legend(text: str) -> bool:
    """Whether a line says what marks beside places mean: ●已开通 ○未开通."""
    return _LEGEND.match(text) is not None


def _next(lines: Sequence[Line], at: int) -> int:
    """The number of the next line that is not blank; 0 at the end."""
    return next((line.no for line in lines[at + 1 : at + 3] if line.kind != "blank"), 0)


def _refused_marks(text: str) -> set[str]:
    """The marks of a legend that stand for a refusal: ○ of ●已开通 ○未开通."""
    if _LEGEND.match(text) is None:
        return set()
    return {mark for mark, words in _entries(text) if sense_of(words) in _REFUSES}


def _entries(text: str) -> Iterator[tuple[str, str]]:
    marks = list(_MARK.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    for mark, end in zip(marks, ends, strict=True):
        yield mark[0], text[mark.end() : end].strip(" 号为是指表示代:=,;()")
