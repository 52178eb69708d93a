"""The townships: the list of 2025-12-31, with the list of 2026-09 laid over the counties it has.

What the older list has and the newer one of the same county has not was closed in 2026. Its successor is looked
for among the new ones: the same stem in the same county (黄家乡 -> 黄家街道), or the same name in a new county.
"""

from __future__ import annotations

from typing import NamedTuple

from .corrections import Corrections
from .naming import short_name
from .sources import Sources, Unit

#: the first day of the year in which the newer list was taken; the day of a change is not known
CHANGED = "2026-01-01"


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
    """The townships of the two lists, current and closed in 2026, and what became of the closed ones."""
    before = sources.townships_2025
    after: dict[str, Unit] = {}
    for county, names in sources.townships_2026.items():
        for code, name in names.items():
            if code not in corrections.townships:
                after[code] = Unit(code, "township", county, name)
    listed = set(sources.townships_2026)
    gone_by_hand = {code: to for code, to in corrections.townships.items() if to}
    kept = {
        code: unit for code, unit in before.items() if unit.parent not in listed and code not in gone_by_hand
    }
    current, closed = [], []
    for code, unit in {**kept, **after}.items():
        old = before.get(code)
        fresh = old is None or old.name != unit.name
        current.append(Township(code, unit.parent, unit.name, CHANGED if fresh else ""))
    by_code = {row.code: row for row in current}
    for code, unit in before.items():
        now = by_code.get(code)
        if now is None or now.name != unit.name:
            closed.append(Township(code, unit.parent, unit.name, "", CHANGED))
    edges = []
    for old in closed:
        new, source = _follow(old, by_code, gone_by_hand)
        if new:
            edges.append(TownshipEdge(old, new, source))
    return current + closed, edges


def _follow(
    old: Township, current: dict[str, Township], by_hand: dict[str, str]
) -> tuple[Township | None, str]:
    if old.code in by_hand:
        return current[by_hand[old.code]], "corrections"
    if old.code in current:
        return current[old.code], "lists of 2025-12 and 2026-09: same code"
    stem = short_name(old.name, "township")
    fresh = [row for row in current.values() if row.valid_from == CHANGED]
    near = [row for row in fresh if row.parent == old.parent and short_name(row.name, "township") == stem]
    if len(near) == 1:
        return near[0], "lists of 2025-12 and 2026-09: same stem"
    far = [row for row in fresh if row.name == old.name and row.code[:2] == old.code[:2]]
    if len(far) == 1:
        return far[0], "lists of 2025-12 and 2026-09: same name"
    beside = [row for row in fresh if row.parent == old.parent]
    if len(beside) == 1:
        return beside[0], "inferred: the only new code of its county in 2026"
    return None, ""
