"""The townships: the list that closes a year, with the newest list laid over the counties it has.

What the older list has and the newer one of the same county has not was closed in the year of the newer list. Its successor is looked
for among the new ones: the same stem in the same county (黄家乡 -> 黄家街道), or the same name in a new county. For the rest
the numbers decide what may be inferred (docs/regions.md has how often each rule is right in the years that are known).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from .corrections import Corrections
from .naming import short_name
from .sources import Sources, Unit

#: the last three digits of the town where a county has its seat
SEAT = "100"


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
    edges: list[TownshipEdge] = []
    lists = f"lists of {sources.year_ended[:7]} and {sources.cut_off[:7]}"
    fresh_rows = [row for row in current if row.valid_from]
    for gone in closed:
        new, source = _follow(gone, by_code, fresh_rows, gone_by_hand, lists)
        if new:
            edges.append(TownshipEdge(gone, new, source))
    edges += _inferred(set(closed) - {edge.old for edge in edges}, fresh_rows, edges)
    _check_lost(corrections.lost, closed, edges)
    return current + closed, edges


def _inferred(
    lost: set[Township], fresh: list[Township], edges: list[TownshipEdge]
) -> Iterator[TownshipEdge]:
    """What the numbers of one county say of those that nothing else explains.

    The only new code of a county took them; the seat's town (…100) became the only new street; as many new codes as
    closed ones are where these went, although not which to which.
    """
    reached = {edge.new for edge in edges}
    by_county: dict[str, list[Township]] = defaultdict(list)
    for row in sorted(lost):
        by_county[row.parent].append(row)
    for county, gone in by_county.items():
        beside = [row for row in fresh if row.parent == county]
        if len(beside) == 1:
            source = f"inferred: the only new code of its county in {beside[0].valid_from[:4]}"
            yield from (TownshipEdge(old, beside[0], source) for old in gone)
            continue
        left = [row for row in beside if row not in reached]
        streets = [row for row in left if row.code[6:] < SEAT]
        seats = [row for row in gone if row.code[6:] == SEAT]
        if len(seats) == len(streets) == 1:
            yield TownshipEdge(
                seats[0], streets[0], "inferred: the only new street, for the town of the seat"
            )
            gone, left = (
                [row for row in gone if row not in seats],
                [row for row in left if row not in streets],
            )
        if len(gone) == len(left) == 1:
            yield TownshipEdge(gone[0], left[0], "inferred: the new code that is left in its county")
        elif len(gone) == len(left):
            source = (
                "inferred: the new codes of its county, as many as were closed; which of them is not known"
            )
            yield from (TownshipEdge(old, new, source, share="part") for old in gone for new in left)


def _check_lost(lost: dict[str, str], closed: list[Township], edges: list[TownshipEdge]) -> None:
    """Raises ValueError unless exactly those have a row `lost` that closed between the lists and lead nowhere."""
    nowhere = {row.code for row in closed} - {edge.old.code for edge in edges}
    wrong = sorted(nowhere ^ set(lost))
    if wrong:
        raise ValueError(
            f"corrections.csv: rows `lost` must be those without a successor: {', '.join(wrong)}"
        )


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
    return None, ""
