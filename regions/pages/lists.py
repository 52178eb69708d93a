"""Finds list lines by what they contain: the share of the text that the resolver reads as regions."""

import re

from .reading import Line, Places

_PLACE = frozenset({"resolved", "historical", "ambiguous", "conflict", "partial", "rules"})
_SHAPE = re.compile(r"[\u4e00-\u9fff]{2,12}(?:省|市|州|盟|区|县|旗|镇|乡|街道|兵团|地区|苏木)")
_cells = re.compile(r"\t+|[|│]| {3,}")
_label = re.compile(r"^[^:、,。]{1,24}[:]\s*(?=\S)")
_number = re.compile(r"^\s*(?:[•·*◆■●▪-]|[(]?\d{1,3}[).、．]|[①-⑳])\s*")
_SHARE = 0.6  # of the items, and of their characters


def _share(line: str, places: Places) -> float:
    """How much of the line is regions, 0…1: the smaller of the share of items and that of characters."""
    items = letters = good = covered = sure = 0
    for token in places.tokens(line):
        size = len(token.text.strip())
        if not size:
            continue
        items += 1
        letters += size
        if token.result.status in _PLACE:
            good, sure = good + 1, sure + 1
            covered += max(0, size - len(token.result.rest or ""))
        elif _SHAPE.fullmatch(token.text.strip()):
            # A name that the resolver does not know stays on the list: it needs a person, not oblivion.
            good += 1
            covered += size
    if not sure and items < 3:
        return 0.0
    return min(good / items, covered / letters) if items else 0.0


def listed_text(line: Line, places: Places) -> tuple[str, str]:
    """(text to resolve, reason) of a list line, or ("", "")."""
    text = line.clean.strip()
    cells = [cell.strip() for cell in _cells.split(text) if cell.strip()]
    if len(cells) > 1:
        return _row(cells, places)
    text = _number.sub("", text, count=1)
    if _share(text, places) >= _SHARE:
        return text, "regions"
    label = _label.match(text)
    if label and _share(text[label.end() :], places) >= _SHARE:
        return text[label.end() :], f"regions after the label {label[0].rstrip(': ')}"
    return "", ""


def _row(cells: list[str], places: Places) -> tuple[str, str]:
    """A table row: neighbouring cells that name one place together (四川省 | 自贡市 | 富顺县) are one name."""
    named = [_share(cell, places) >= _SHARE for cell in cells]
    if not any(named):
        return "", ""
    if named.count(True) == 1 and len(cells) > 6:
        return "", ""
    found: list[str] = []
    for i, cell in enumerate(cells):
        if not named[i]:
            continue
        if i and named[i - 1] and _names_one(found[-1] + cell, places):
            found[-1] += cell
        else:
            found.append(cell)
    return "、".join(found), f"table row, {named.count(True)} of {len(cells)} cells are regions"


def _names_one(text: str, places: Places) -> bool:
    verdict = places.resolve(text)
    return verdict.status in ("resolved", "historical") and not verdict.rest
