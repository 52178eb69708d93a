"""The numbers of a page with the names printed for them: beside the number, and in headings that stand for it."""

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace

from regions.phones import Number, find_numbers
from regions.resolver.delivery import SURNAME

from .lines import bare
from .private import unnamed
from .reading import Label, Line, PageNumber, Refused
from .words import CONTACT, NOT_CONTACT, ROLE

_note = re.compile(r"^\s*[(【]\s*([^()【】]{2,20})\s*[)】]")
_is_note = re.compile(r"点击|咨询$|微信|同号|免费|拨打|转人工|24|直拨|click", re.I)
_list_mark = re.compile(r"(?:[(【\[]\s*\d{0,2}\s*[)】\]]|[①-⑳⑴-⒇]|\(\+?)\s*$")
_phone_word = re.compile(
    r"(?:^|(?<=[\s,;、()]))(?:联系|服务|咨询|客服|网点)?(?:电话|热线|客服|手机|tel|phone)\s*:?\s*$", re.I
)
# Somebody's name in front of a number, behind something else: 周宁县咸村镇:赵芳189…, (罗勇 131…).
_person = re.compile(
    rf"(?<=\S)(?P<lead>[\s\-—:,;(|/]+(?:(?:联系人|负责人|姓名|经理|师傅)\s*:?\s*)?)(?P<name>{SURNAME}[\u4e00-\u9fff]{{1,2}})"
    r"(?:先生|女士|小姐|经理|师傅|老师)?(?:\s*(?:联系)?(?:电话|手机|tel)\s*)?[\s:,\-—|/]*$",
    re.I,
)
# A name by itself beside a mobile number says whose it is.
_no_name_end = "省市区县州旗镇乡村街道号楼店部站点场厂园路城里门修装洗务话机线司行网家电器式售后服"
_name_alone = re.compile(
    rf"(?:^|[\s,;:、。|/()\-—]){SURNAME} ?(?:[\u4e00-\u9fff] ?)?[\u4e00-\u9fff](?<![{_no_name_end}])[\s,;:、|/()\-—]*$"
)
_name_behind = re.compile(
    rf"^[\s,:(|/\-—]*(?P<name>{SURNAME}[\u4e00-\u9fff]{{1,2}})(?<![{_no_name_end}])(?=$|[\s,;、。|/)])"
)
_joint = re.compile(r"(?:[/、,\s]|或者?|和|及|转|\+)+")
# 张伟电话136…, 李四手机: the word for a telephone hangs on to the name.
_phone_glued = re.compile(r"(?:联系)?(?:电话|手机号?码?|tel|phone)[\s:]*$", re.I)
_last_words = re.compile(r"[。;!?\t]")
_clause = re.compile(r"[,。;!? \t|]")
_LONGEST = 40
# A number and its extension: what one calls.
Called = tuple[str, str]


def _called(number: Number) -> Called:
    return number.canonical, number.extension


class Mentions:
    """Every number of the page, by line (0-based)."""

    def __init__(self, text: str, offsets: list[int], is_place: Callable[[str], bool]):
        """`is_place`: whether a word is the name of a place, and so nobody's."""
        self.offsets, self.is_place = offsets, is_place
        self.lines: dict[int, list[Number]] = {}
        for number in find_numbers(text):
            self.lines.setdefault(bisect_right(offsets, number.start) - 1, []).append(number)

    def blanked(self, at: int, clean: str) -> str:
        """The line as long as it is, with blanks for its numbers and the phone words in front of them."""
        for number in self.lines.get(at, ()):
            start, end = number.start - self.offsets[at], number.end - self.offsets[at]
            word = _phone_word.search(clean, max(0, start - _LONGEST), start)
            start = self._person(clean, word.start() if word else start)
            clean = clean[:start] + " " * (end - start) + clean[end:]
        return clean

    def _person(self, text: str, end: int) -> int:
        """Where the name begins of whose number stands at `end`; `end` where there is none."""
        first = max(0, end - _LONGEST)
        found = _person.search(text[first:end])
        return end if found is None or self.is_place(found["name"]) else first + found.start()

    def of_a_person(self, line: str, before: int, start: int, end: int) -> bool:
        """Whether somebody's name or role stands beside the number at `start`; the number before it ends at `before`."""
        first = max(before, start - _LONGEST)
        words = _phone_word.sub("", line[first:start]) or line[first:start]
        words = _phone_glued.sub("", words)
        behind = re.split(r"[,。;!?\t]|1[3-9]\d", line[end : end + 12])[0]
        if ROLE.search(_last_words.split(line[first:start])[-1]) or ROLE.search(behind):
            return True
        name, after = _name_alone.search(words), _name_behind.match(behind)
        return bool(
            name
            and not self.is_place(re.sub(r"[^\u4e00-\u9fff]", "", name[0]))
            or after
            and not self.is_place(after["name"])
        )

    def without(self, at: int, clean: str) -> str:
        """The line without its numbers and without a phone word that stands apart in front of one."""
        parts, begin = [], 0
        for number in self.lines.get(at, ()):
            before = _phone_word.sub("", clean[begin : number.start - self.offsets[at]])
            parts.append(before[: self._person(before, len(before))])
            begin = number.end - self.offsets[at]
        return "".join((*parts, clean[begin:])).strip(" ,;:、()")


def gather(lines: list[Line], mentions: Mentions) -> tuple[tuple[PageNumber, ...], tuple[Refused, ...]]:
    """The numbers outside news, in order of appearance, and the refused ones."""
    labels: dict[Called, dict[str, Label]] = {}
    seen: dict[Called, list[tuple[int, Number]]] = {}
    personal: set[Called] = set()
    refused = []
    heads = _table_heads(lines)
    for at, here in mentions.lines.items():
        line, before = lines[at], 0
        beside: Label | None = None
        if line.kind == "news":
            continue
        for number in here:
            start, end = number.start - mentions.offsets[at], number.end - mentions.offsets[at]
            # `售后:(1)… (2)…`: the second has no words of its own, the first one's name is meant.
            label = _column(heads.get(at), line, start) or _beside(line, before, start, end) or beside
            if label:
                label = replace(label, text=unnamed(label.text, mentions.is_place))
            if number.kind == "mobile" and mentions.of_a_person(line.clean, before, start, end):
                personal.add(_called(number))
                label = None
            beside, before = label, end
            if not number.canonical:
                refused.append(Refused(number.raw, number.reason, line.no))
                continue
            seen.setdefault(_called(number), []).append((at, number))
            named = labels.setdefault(_called(number), {})
            if label:
                named.setdefault(label.text, label)
    for at, canonical in _headings(lines, mentions):
        text = bare(lines[at].clean)
        for called, named in labels.items():
            if called[0] == canonical:
                named.setdefault(text, Label(unnamed(text, mentions.is_place), lines[at].no, "heading"))
    found = (
        _page_number(each, {} if called in personal else labels[called], lines, called in personal)
        for called, each in seen.items()
    )
    return tuple(found), tuple(refused)


def _page_number(
    seen: list[tuple[int, Number]], labels: dict[str, Label], lines: list[Line], personal: bool
) -> PageNumber:
    first = seen[0][1]
    return PageNumber(
        canonical=first.canonical,
        kind=first.kind,
        display=first.display,
        well_formed=first.well_formed,
        needs_region=first.needs_region,
        reason=first.reason,
        extension=first.extension,
        labels=tuple(sorted(labels.values(), key=lambda label: label.line)),
        lines=tuple(lines[at].no for at, _ in seen),
        personal=personal,
    )


def _table_heads(lines: list[Line]) -> dict[int, Line]:
    """The head of the table for every row below one."""
    heads, head = {}, None
    for at, line in enumerate(lines):
        if line.reason == "head of a table":
            head = line
        elif "\t" not in line.clean:
            head = None
        elif head:
            heads[at] = head
    return heads


def _column(head: Line | None, row: Line, start: int) -> Label | None:
    """The head of the number's column, where that names a way to call."""
    if head is None:
        return None
    column = row.clean.count("\t", 0, start)
    cells = head.clean.split("\t")
    if not 0 < column < len(cells) or not CONTACT.search(cells[column]):
        return None
    return Label(bare(cells[column]), head.no, "beside")


def _beside(line: Line, before: int, start: int, end: int) -> Label | None:
    """The words before the number on its line; in running text only the last clause; else a name in brackets after it."""
    words = line.clean[before:start]
    words = _list_mark.sub("", words)
    if before:
        words = _note.sub("", words.lstrip(), count=1)
    name = bare(words)
    if line.kind == "list" or len(name) > _LONGEST or re.search(r"[,。;!?]", name):
        name = bare(_clause.split(name)[-1])
    # In a row of a table the words beside it are the place, not a name for the number.
    if (
        re.search(r"[^\W\d]", name)
        and not _joint.fullmatch(name)
        and (line.kind != "list" or CONTACT.search(name))
    ):
        return Label(name, line.no, "beside")
    note = _note.match(line.clean[end : end + 30])
    if note and CONTACT.search(note[1]) and not _is_note.search(note[1]):
        return Label(bare(note[1]), line.no, "beside")
    return None


def _headings(lines: list[Line], mentions: Mentions) -> list[tuple[int, str]]:
    """(line, canonical) of the headings that name a way to call.

    A heading stands for the one number of its section, that is, of the lines between two lists; in a section
    without any, for the one number of the page. Where there are several it stands for the one on the next line
    below, if only headings lie between.
    """
    found = []
    anywhere = set().union(*(_canonical(mentions, at) for at in mentions.lines if lines[at].kind != "news"))
    for begin, end in _sections(lines):
        here = set().union(*(_canonical(mentions, at) for at in range(begin, end))) or anywhere
        for at in range(begin, end):
            if lines[at].kind != "heading" or not _names_contact(lines, at):
                continue
            meant = here
            if len(here) > 1:
                below = next(
                    (i for i in range(at + 1, end) if lines[i].kind not in ("heading", "blank")), end
                )
                meant = _canonical(mentions, below) if below < end else set()
            if len(meant) == 1:
                found.append((at, min(meant)))
    return found


def _canonical(mentions: Mentions, at: int) -> set[str]:
    return {number.canonical for number in mentions.lines.get(at, ()) if number.canonical}


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
    below = next((lines[i].kind for i in range(at + 1, len(lines)) if lines[i].kind != "blank"), "")
    return bool(CONTACT.search(text)) and not NOT_CONTACT.search(text) and below != "list"
