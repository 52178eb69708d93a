"""Reads a pasted page whole: lists of regions, numbers with their names, brand, promises, steps. Pure Python.

    >>> reading = read_page(text, resolver)
    >>> [line.no for line in reading.list_lines], reading.numbers[0].mentions

Nothing here is stored or believed: every part is a proposal that names its line. Every line of the page comes back
exactly once with a kind and the reason for it; ignored ones too.

What a line is, is told by what it contains, in this order: regions (`lists.py`), news by its byline (`news.py`),
a telephone number, a step, then footer, promise, heading, claim, menu; what is left is prose.

Where it falls down: news without byline and editor's mark is only told from promises by the way it speaks; a brand
that is printed once and without a service word behind it is not found; a heading far from the number it means, with
several numbers between, gets none.
"""

import re
from collections import Counter

from . import brands, json_lists, lists, news, numbers, promises, steps, tables, whole
from .doubts import weighed
from .lines import bare, bulleted, make
from .outline import HEAD_OF_TABLE, Outline
from .reading import (
    LINE_KINDS,
    Context,
    Label,
    Line,
    NationwideClaim,
    PageNumber,
    PageReading,
    Piece,
    Places,
    Promise,
    Proposal,
    Refused,
    Remark,
    Step,
)
from .words import (
    ADDRESS,
    BREADCRUMB,
    CATEGORY,
    CONTACT,
    FOOTER,
    MENU_WORD,
    NATIONWIDE,
    NOT_CONTACT,
    PROCESS_HEAD,
    SECTION,
    SENTENCE,
    SERVICE,
)

__all__ = [
    "LINE_KINDS",
    "Context",
    "Label",
    "Line",
    "NationwideClaim",
    "PageNumber",
    "PageReading",
    "Piece",
    "Places",
    "Promise",
    "Proposal",
    "Refused",
    "Remark",
    "Step",
    "read_page",
]

_LONGEST_HEADING = 45
_items = re.compile(r"\s*[|>»/\t]\s*|\s{2,}|\s+(?=\S)")


def read_page(text: str, places: Places) -> PageReading:
    """The reading of a page. `places` is the resolver; it is asked about every line."""
    made = make(text)
    lines = [line for _, line in made]
    is_place = lambda word: places.resolve(word).status != "unknown"  # noqa: E731
    mentions = numbers.Mentions(text, [offset for offset, _ in made], is_place)
    for at, line in enumerate(lines):
        if not line.kind:
            clean = mentions.without(at, line.clean) if at in mentions.lines else line.clean
            line.listed, line.reason = lists.listed_text(clean, places)
            line.kind = "list" if line.listed else ""
    outline = _outlined(text, lines, [offset for offset, _ in made], mentions, places)
    # News is told from the brand's own lines, and the brand is counted without the news: one look each way.
    guess = [proposal.text for proposal in brands.propose(lines)[0][:3]]
    news.mark(lines, lambda line: any(bare(line).startswith(brand) for brand in guess))
    brand, category = brands.propose(lines)
    for at, line in enumerate(lines):
        if not line.kind and at in mentions.lines:
            line.kind, line.reason = "phone", "a telephone number"
    found_steps = steps.mark(lines)
    for at, line in enumerate(lines):
        if not line.kind:
            line.kind, line.reason = _kind(line, [proposal.text for proposal in brand])
        if at in outline.spoken and line.kind in ("prose", "menu"):
            line.kind, line.reason = "heading", "title of a section"
    found, refused = numbers.gather(lines, mentions)
    return PageReading(
        lines=tuple(lines),
        numbers=found,
        refused=refused,
        brands=brand,
        categories=category,
        nationwide=tuple(
            NationwideClaim(bare(line.clean)[:60], line.no)
            for line in lines
            if line.kind in ("heading", "phone", "promise", "claim", "step") and NATIONWIDE.search(line.clean)
        ),
        promises=promises.gather(lines),
        steps=found_steps,
        pieces=tuple(whole.weighed(lines, outline.pieces, places)),
        remarks=tuple(outline.remarks),
        counts=Counter(line.kind for line in lines),
    )


def _outlined(
    text: str, lines: list[Line], offsets: list[int], mentions: numbers.Mentions, places: Places
) -> Outline:
    """The outline of the page; its lines are told what they are in the light of it."""
    texts = {at: mentions.blanked(at, lines[at].clean) for at in mentions.lines}
    outline = Outline(lines, tables.find(text, lines, offsets), places, texts)
    found = json_lists.pieces(text, offsets, places)
    if found is None:
        outline.read()
        outline.pieces = weighed(lines, outline.pieces, places, outline.rows)
    else:
        outline.pieces = found
        outline.aside = dict.fromkeys(range(len(lines)), "a part of JSON")
    listed: dict[int, list[str]] = {}
    for piece in outline.pieces:
        listed.setdefault(piece.line, []).append(piece.text)
    for at, line in enumerate(lines):
        if line.no in listed:
            if line.kind != "list":
                line.kind, line.reason, line.listed = "list", "regions", "、".join(listed[line.no])
        elif line.kind == "list":
            line.kind, line.listed = "", ""
        if at in outline.headings:
            line.kind, line.reason = "heading", outline.headings[at]
        elif at in outline.aside and line.no not in listed:
            line.kind = (
                "heading" if outline.aside[at] == HEAD_OF_TABLE else "" if at in mentions.lines else "prose"
            )
            line.reason = outline.aside[at]
    return outline


def _kind(line: Line, brand_names: list[str]) -> tuple[str, str]:
    """(kind, reason) of a line without regions, number or step."""
    text = line.clean.strip()
    name = bare(text)
    if FOOTER.search(text):
        return "menu", "footer"
    items = [item for item in _items.split(text) if item]
    if BREADCRUMB.match(text):
        return "menu", "path of the page"
    if sum(bool(MENU_WORD.match(item)) for item in items) * 2 >= len(items):
        return "menu", "words of a menu"
    if brands.named(text):
        return "heading", "names the brand"
    if len(lists.cells_of(text)) > 2 and not re.search(r"\d", text):
        return "heading", "head of a table"
    branded = any(name.startswith(brand) for brand in brand_names)
    short = len(name) <= _LONGEST_HEADING and not SENTENCE.search(text) and len(re.findall(r"[,]", name)) < 2
    made = promises.facts(line.clean)
    if short and not bulleted(text) and ":" not in name:
        if branded and SERVICE.search(name):
            return "heading", "brand and a service word"
        if CATEGORY.search(name) and SERVICE.search(name) and not made:
            return "heading", "product and a service word"
        if NATIONWIDE.search(name) and not CONTACT.search(name):
            return "claim", "claims the whole country"
        if (
            CONTACT.search(name)
            and not NOT_CONTACT.search(name)
            and (not made or (len(name) <= 20 and all(kind == "availability" for kind, _ in made)))
        ):
            return "heading", "names a way to call"
        titled = SECTION.search(name) or PROCESS_HEAD.search(name)
        if titled and len(name) <= 24 and not made and not ADDRESS.search(name):  # 盐城市人民路385号
            return "heading", "title of a section"
    if ADDRESS.search(name):
        return "prose", "an address"
    if made:
        return "promise", ", ".join(dict.fromkeys(kind for kind, _ in made))
    if NATIONWIDE.search(name):
        return "claim", "claims the whole country"
    return "prose", "neither region, number, promise nor step"
