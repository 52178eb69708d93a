"""Parts that left a division that lives on: carve-outs (临平区 out of 余杭区) and moved boundaries, as successions.

Their kind is `transfer`. They are no fate of the old division: chains from closed lives do not follow them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .changes import Changes
from .corrections import Corrections
from .lives import Life, Lives
from .succession import Edge

KIND = "transfer"


def moved_parts(
    lives: Lives, changes: Changes, corrections: Corrections, edges: Iterable[Edge]
) -> Iterator[Edge]:
    """One edge for each pair: the first move of several between the same two lives."""
    known = {(edge.old, edge.new) for edge in edges}
    parts = [(part, "areacodes (CC0)") for part in changes.parts]
    parts += [(part, source) for part, source in corrections.parts]
    for part, source in sorted(parts, key=lambda item: (item[0].year, item[0].old, item[0].new)):
        old, new = _giver(lives, part.old, part.year), lives.at(part.new, part.year)
        if not old or not new or old is new or (old, new) in known:
            continue
        day = max(part.fact.date or f"{part.year}-01-01", new.valid_from)
        if (
            day < old.valid_from
            or (old.valid_to and day >= old.valid_to)
            or (new.valid_to and day >= new.valid_to)
        ):
            continue
        known.add((old, new))
        precision = "day" if part.fact.date or day[4:] != "-01-01" else "year"
        yield Edge(old, new, KIND, "part", part.fact.document, source, (day, precision))


def _giver(lives: Lives, code: str, year: int) -> Life | None:
    """The life that a part left: the one before the change if it lived on, else the one after it."""
    before, after = lives.at(code, year - 1), lives.at(code, year)
    return before if before and before.alive(year) else after
