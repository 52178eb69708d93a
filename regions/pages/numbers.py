"""The numbers of a page with the names printed for them: beside the number, and in headings that stand for it."""

import re
from bisect import bisect_right

from regions.phones import Number, find_numbers

from .lines import bare
from .reading import Label, Line, PageNumber, Refused
from .words import CONTACT, NOT_CONTACT

_note = re.compile(r"^\s*[(【]\s*([^()【】]{2,20})\s*[)】]")
_is_note = re.compile(r"点击|咨询$|微信|同号|免费|拨打|转人工|24|直拨|click", re.I)
_clause = re.compile(r"[,。;!? \t|]")
_LONGEST = 40


class Mentions:
    """Every number of the page with its line (0-based)."""

    def __init__(self, text: str, offsets: list[int]):
        self.found: list[tuple[int, Number]] = [
            (bisect_right(offsets, number.start) - 1, number) for number in find_numbers(text)
        ]
        self.offsets = offsets
        self.lines = {at for at, _ in self.found}

    def on(self, at: int) -> list[Number]:
        return [number for line, number in self.found if line == at]


def gather(lines: list[Line], mentions: Mentions) -> tuple[tuple[PageNumber, ...], tuple[Refused, ...]]:
    """The numbers outside news, in order of appearance, and the refused ones."""
    labels: dict[str, dict[str, Label]] = {}
    numbers: dict[str, list[tuple[int, Number]]] = {}
    refused = []
    beside = ""
    last = -1
    for at, number in mentions.found:
        line = lines[at]
        if line.kind == "news":
            continue
        if not number.canonical:
            refused.append(Refused(number.raw, number.reason, line.no))
            continue
        start, end = number.start - mentions.offsets[at], number.end - mentions.offsets[at]
        before = max(
            (other.end - mentions.offsets[at] for other in mentions.on(at) if other.end <= number.start),
            default=0,
        )
        # `售后:(1)… (2)…`: the second has no words of its own, the first one's name is meant.
        beside = _beside(line.clean, before, start, end) or (beside if last == at else "")
        last = at
        numbers.setdefault(number.canonical, []).append((at, number))
        named = labels.setdefault(number.canonical, {})
        if beside:
            named.setdefault(beside, Label(beside, line.no, "beside"))
    for at, canonical in _headings(lines, mentions):
        text = bare(lines[at].clean)
        labels[canonical].setdefault(text, Label(text, lines[at].no, "heading"))
    return tuple(_page_number(seen, labels[canonical], lines) for canonical, seen in numbers.items()), tuple(
        refused
    )


def _page_number(seen: list[tuple[int, Number]], labels: dict[str, Label], lines: list[Line]) -> PageNumber:
    first = seen[0][1]
    return PageNumber(
        canonical=first.canonical,
        kind=first.kind,
        display=first.display,
        well_formed=first.well_formed,
        needs_region=first.needs_region,
        reason=first.reason,
        extensions=tuple(dict.fromkeys(number.extension for _, number in seen if number.extension)),
        labels=tuple(sorted(labels.values(), key=lambda label: label.line)),
        lines=tuple(lines[at].no for at, _ in seen),
    )


def _beside(text: str, before: int, start: int, end: int) -> str:
    """The words before the number on its line; in running text only the last clause; else a name in brackets after it."""
    words = (
        re.sub(r"[(【\[]?\s*\d{0,2}\s*[)】\]]?\s*$", "", text[before:start]) if before else text[before:start]
    )
    words = re.sub(r"[(【\[]\s*\d{1,2}\s*[)】\]]\s*$|[①-⑳⑴-⒇]\s*$|[(]\s*$", "", words)
    if before:
        words = _note.sub("", words.lstrip(), count=1)
    name = bare(words)
    if len(name) > _LONGEST or re.search(r"[,。;!?]", name):
        name = bare(_clause.split(name)[-1])
    if (
        re.search(r"[\w]", name)
        and not re.fullmatch(r"[\d\s/、或和及]+", name)
        and name not in ("或", "和", "及", "转")
    ):
        return name
    note = _note.match(text[end:])
    return bare(note[1]) if note and CONTACT.search(note[1]) and not _is_note.search(note[1]) else ""


def _headings(lines: list[Line], mentions: Mentions) -> list[tuple[int, str]]:
    """(line, canonical) of the headings that name a way to call.

    A heading stands for the one number of its section, that is, of the lines between two lists. Where the section
    has several numbers it stands for the number on the next line below that has one, if only headings lie between.
    """
    found = []
    for begin, end in _sections(lines):
        section = range(begin, end)
        here = {
            number.canonical
            for at, number in mentions.found
            if at in section and number.canonical and lines[at].kind != "news"
        }
        for at in section:
            if lines[at].kind != "heading" or not _names_contact(lines, at):
                continue
            if len(here) == 1:
                found.append((at, next(iter(here))))
                continue
            below = next((i for i in range(at + 1, end) if lines[i].kind not in ("heading", "blank")), end)
            under = {number.canonical for number in mentions.on(below) if number.canonical}
            if below < end and len(under) == 1:
                found.append((at, under.pop()))
    return found


def _sections(lines: list[Line]) -> list[tuple[int, int]]:
    sections, begin = [], 0
    for at, line in enumerate(lines):
        if line.kind in ("list", "news"):
            if at > begin:
                sections.append((begin, at))
            begin = at + 1
    if begin < len(lines):
        sections.append((begin, len(lines)))
    return sections


def _names_contact(lines: list[Line], at: int) -> bool:
    text = lines[at].clean
    heads_list = (
        at + 1 < len(lines)
        and next((line.kind for line in lines[at + 1 :] if line.kind != "blank"), "") == "list"
    )
    return bool(CONTACT.search(text)) and not NOT_CONTACT.search(text) and not heads_list
