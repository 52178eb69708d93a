"""State follows what lies below: which services cover all of a region though their rules differ inside it, which nothing.

A rule counts down to the smallest divisions on file. Who lists all six counties of a prefecture one by one covers it;
who has every county carved out covers nothing of it, whatever includes the prefecture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pyroaring import BitMap

from regions.postings.rules import Sets

from .sources import Place, Spot

Children = Callable[[Iterable[Place]], dict[int, Sequence[Spot]]]
Read = Callable[[Iterable[Place]], dict[int, Sets]]


@dataclass(slots=True)
class Open:
    """A region inside which rules of the `mixed` services differ; include reaches the inside of it for `reached`.

    `whole` are those that may cover all of it, `nothing` those that may cover nothing of it, exactly so once settled.
    """

    place: Place
    mixed: BitMap
    reached: BitMap
    whole: BitMap
    nothing: BitMap

    @classmethod
    def of(cls, place: Place, below: Sets, inside: BitMap, outside: BitMap) -> Open:
        """What its own sets say: `inside` are the services with which include reaches it, `outside` the other ones."""
        carved, named = inside & below.exclude_below, outside & below.include_below
        return cls(
            place,
            carved | named,
            carved,
            (carved & below.include_below) | named,
            carved | (named & below.exclude_below),
        )

    @property
    def partly(self) -> BitMap:
        return self.mixed - self.whole - self.nothing


def settle(opened: Iterable[Open], children: Children, read: Read) -> None:
    """Settle regions, level by level downwards, as long as a service may still be one or the other.

    Most drop out at the first division below, nearly all of the others at the second: the rest is read only for what is
    left then.
    """
    ahead = [(each, each) for each in opened]
    while frontier := [(here, whose) for here, whose in ahead if _is_open(here, whose)]:
        inside, ahead = children(here.place for here, _whose in frontier), []
        for portion in (slice(0, 1), slice(1, 2), slice(2, None)):
            left = [pair for pair in frontier if _is_open(*pair)]
            sets = read(child for here, _whose in left for child in inside[here.place.region_id][portion])
            for here, whose in left:
                for child in inside[here.place.region_id][portion]:
                    if further := _narrow(here, whose, child, sets[child.region_id]):
                        ahead.append((further, whose))


def _is_open(here: Open, whose: Open) -> bool:
    return bool(here.mixed & (whose.whole | whose.nothing))


def _narrow(here: Open, whose: Open, child: Spot, sets: Sets) -> Open | None:
    """Drop those of whom a child says that they are not it; the child, where that is not clear yet."""
    asked = here.mixed & (whose.whole | whose.nothing)
    if not asked:
        return None
    inside = ((here.reached | sets.include) & asked) - sets.exclude
    outside = asked - inside
    further = Open.of(child, sets, inside, outside)
    whose.whole -= (outside - further.mixed) | (further.mixed - further.whole)
    whose.nothing -= (inside - further.mixed) | (further.mixed - further.nothing)
    return further if further.mixed else None
