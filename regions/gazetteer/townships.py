"""The townships: the list that closes a year, with the newest list laid over the counties it has.

What the older list has and the newer one of the same county has not was closed in the year of the newer list. Its successor is looked
for among the new ones: the same stem in the same county (黄家乡 -> 黄家街道), or the same name in a new county.
"""

from __future__ import annotations

from typing import NamedTuple

from .corrections import Corrections
from .naming import short_name
from .sources import Sources, Unit


class Township(NamedTuple):
    """One life of a township. Empty `valid_from` means before the record."""

    code: str
    parent: str
    name: str
    valid_from: str = ""
    valid_to: str = ""


class TownshipEdge(NamedTuple):
    old: Township
    new: Township
    source: str
    document: str = ""
    share: str = "whole"


def build_townships(sources: Sources, corrections: Corrections) -> tuple[list[Township], list[TownshipEdge]]:
    """The townships of the two lists, current and closed between them, and what became of the closed ones."""
    changed = f"{sources.year}-01-01"  # the day of a change between the two lists is not known
    before = sources.townships_year_end
    after: dict[str, Unit] = {}
    for county, names in sources.townships.items():
        for code, name in names.items():
            if code not in corrections.townships:
                after[code] = Unit(code, "township", county, name)
    listed = set(sources.townships)
    gone_by_hand = {code: to for code, to in corrections.townships.items() if to}
    kept = {
        code: unit for code, unit in before.items() if unit.parent not in listed and code not in gone_by_hand
    }
    current, closed = [], []
    for code, unit in {**kept, **after}.items():
        old = before.get(code)
        fresh = old is None or old.name != unit.name
        current.append(Township(code, unit.parent, unit.name, changed if fresh else ""))
    by_code = {row.code: row for row in current}
    for code, unit in before.items():
        now = by_code.get(code)
        if now is None or now.name != unit.name:
            closed.append(Township(code, unit.parent, unit.name, "", changed))
    edges = []
    lists = f"lists of {sources.year_ended[:7]} and {sources.cut_off[:7]}"
    fresh_rows = [row for row in current if row.valid_from]
    for gone in closed:
        new, source = _follow(gone, by_code, fresh_rows, gone_by_hand, lists)
        if new:
            edges.append(TownshipEdge(gone, new, source))
    return current + closed, edges


def _follow(
    old: Township, current: dict[str, Township], fresh: list[Township], by_hand: dict[str, str], lists: str
) -> tuple[Township | None, str]:
    if old.code in by_hand:
        return current[by_hand[old.code]], "corrections"
    if old.code in current:
        return current[old.code], f"{lists}: same code"
    stem = short_name(old.name, "township")
    near = [row for row in fresh if row.parent == old.parent and short_name(row.name, "township") == stem]
    if len(near) == 1:
        return near[0], f"{lists}: same stem"
    far = [row for row in fresh if row.name == old.name and row.code[:2] == old.code[:2]]
    if len(far) == 1:
        return far[0], f"{lists}: same name"
    beside = [row for row in fresh if row.parent == old.parent]
    if len(beside) == 1:
        return beside[0], f"inferred: the only new code of its county in {beside[0].valid_from[:4]}"
    return None, ""
