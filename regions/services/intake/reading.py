"""Between the page reader and the draft: the tokens of the list lines, and what else the page proposes."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from regions.gazetteer.active import resolver
from regions.pages import Line, PageReading, read_page

# A list is not broken off by one name nobody knows: such a line between list lines belongs to the list.
_LONGEST_NAME = 30
_sentence = re.compile(r"[。!?!?;]|,.*,")
_MAYBE = ("prose", "menu")


@dataclass(frozen=True, slots=True)
class Placed:
    """A token with its place in the text: line from 1, position in the line from 1, characters from 0."""

    line_no: int
    position: int
    start: int
    end: int
    text: str
    result: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """The tokens of a text, and as JSON what else was read: proposals, and every line that is no list line."""

    tokens: list[Placed]
    proposals: dict[str, Any]


class Remembering:
    """A resolver that is asked for the tokens of a line once: by the page reader, then by the draft."""

    def __init__(self, asked) -> None:
        self._asked = asked
        self._known: dict[str, list] = {}
        self.resolve = asked.resolve

    def tokens(self, line: str) -> list:
        known = self._known.get(line)
        if known is None:
            known = self._known[line] = self._asked.tokens(line)
        return known


def read(text: str) -> Reading:
    """Read a pasted text whole. Every line is either tokenised or listed with its kind and the reason for it."""
    places = Remembering(resolver())
    page = read_page(text, places)
    listed = {line.no: line.listed for line in page.list_lines} | _lost(page)
    tokens: list[Placed] = []
    others = []
    for line in page.lines:
        if line.no in listed:
            tokens += _tokens(line, listed[line.no], places)
        elif line.kind != "blank":
            others.append({"no": line.no, "kind": line.kind, "reason": line.reason})
    return Reading(tokens, _proposals(page, others, len(listed)))


def _lost(page: PageReading) -> dict[int, str]:
    """Short lines that the page reader takes for nothing, but that stand where only names stand."""
    lines = [line for line in page.lines if line.kind != "blank"]
    short = [line.kind in _MAYBE and _name_like(line) for line in lines]
    if not page.list_lines:
        # No list anywhere: a text of nothing but short names is still somebody's list.
        return {line.no: line.clean.strip() for line in lines} if lines and all(short) else {}
    found = {}
    for at, line in enumerate(lines):
        if not short[at]:
            continue
        before = next((other for other in lines[at - 1 :: -1] if other.no not in found), None) if at else None
        after = next((other for i, other in enumerate(lines[at + 1 :], at + 1) if not short[i]), None)
        if all(other is None or other.kind == "list" for other in (before, after)):
            found[line.no] = line.clean.strip()
    return found


def _name_like(line: Line) -> bool:
    text = line.clean.strip()
    return len(text) <= _LONGEST_NAME and not _sentence.search(text)


def _tokens(line: Line, listed: str, places) -> list[Placed]:
    """The items of a list line. Places refer to the line as it stands, also where only a part of it was read."""
    shift = line.clean.find(listed)
    placed, seen = [], 0
    for position, token in enumerate(places.tokens(listed), 1):
        if shift >= 0:
            start = shift + token.start
        else:  # cells of a table row were joined
            start = max(line.clean.find(token.text, seen), 0)
            seen = start
        end = min(start + len(token.text), len(line.text)) if shift < 0 else shift + token.end
        placed.append(Placed(line.no, position, start, end, token.text, token.result.as_dict()))
    return placed


def _proposals(page: PageReading, others: list[dict], list_lines: int) -> dict[str, Any]:
    return {
        "list_lines": list_lines,
        "lines": others,
        "brands": [asdict(found) for found in page.brands],
        "categories": [asdict(found) for found in page.categories],
        "numbers": [asdict(found) | {"mentions": found.mentions} for found in page.numbers],
        "refused": [asdict(found) for found in page.refused],
        "nationwide": [asdict(found) for found in page.nationwide],
        "promises": [asdict(found) for found in page.promises],
        "steps": [asdict(found) for found in page.steps],
    }
