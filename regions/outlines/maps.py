"""A map and the table beside it: what each place stands for, in steps that differ in pattern as well as in colour."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from .drawing import Drawing

# What fills a step, from little to much; the last step of a map is solid, the first (nothing) empty.
PATTERNS = ("dots", "lines", "cross")
MAX_STEPS = len(PATTERNS) + 2


@dataclass(frozen=True)
class MapPlace:
    """A place: its step on the map, its figure in words, where it leads to, and what stands beside it in the table."""

    code: str
    name: str
    step: int
    figure: str
    url: str = ""
    note: str = ""


@dataclass
class RegionMap:
    """What `regions/map.html` draws. `steps`: what each means, the first for places without anything.

    Places that the drawing does not have (the country itself, what has no outline) stand in the table alone. `columns`:
    the headings of place, figure and, if places have short notes, note; long notes stand below the figure. `name` tells the maps of one page apart.
    """

    title: str
    description: str
    steps: list[str]
    places: list[MapPlace]
    columns: list[str]
    drawing: Drawing | None = None
    name: str = "map"
    empty: str = (
        ""  # a sentence before the names of the places without anything; they stand in no row of their own
    )

    def __post_init__(self) -> None:
        if not 2 <= len(self.steps) <= MAX_STEPS:
            raise ValueError(f"a map has from 2 to {MAX_STEPS} steps")

    @property
    def legend(self) -> list[tuple[int, str, str]]:
        """Each step with its pattern and its meaning."""
        return [(step, self._pattern(step), said) for step, said in enumerate(self.steps)]

    @property
    def patterns(self) -> list[tuple[int, str]]:
        """The steps that are filled with a pattern."""
        return [(step, pattern) for step, pattern, _said in self.legend if pattern in PATTERNS]

    @property
    def blank(self) -> list[str]:
        """The places of the drawing of which nothing is said."""
        told = {place.code for place in self.places}
        return [code for code in self._drawn if code not in told]

    @property
    def groups(self) -> Iterator[tuple[int, str, list[MapPlace]]]:
        """The places on the map by step."""
        for step, pattern, _said in self.legend:
            found = [place for place in self.places if place.step == step and place.code in self._drawn]
            if found:
                yield step, pattern, found

    @property
    def rows(self) -> list[MapPlace]:
        """The rows of the table: all places, or those with something where `empty` names the others."""
        return [place for place in self.places if place.step or place.note or not self.empty]

    @property
    def without(self) -> list[MapPlace]:
        """The places that `empty` names."""
        return [place for place in self.places if place not in self.rows]

    @property
    def notes_below(self) -> bool:
        """True where notes have no column of their own: long ones stand below the figure, so that a phone shows them."""
        return len(self.columns) == 2

    @property
    def has_notes(self) -> bool:
        return any(place.note for place in self.places)

    @property
    def has_figures(self) -> bool:
        """True where the third column has figures too, not places: it stays beside them on a narrow screen."""
        return self.has_notes and all(place.note.isdecimal() for place in self.places if place.note)

    @property
    def _drawn(self) -> Collection[str]:
        return self.drawing.paths if self.drawing else ()

    def _pattern(self, step: int) -> str:
        if step == 0:
            return "none"
        return "solid" if step == len(self.steps) - 1 else PATTERNS[step - 1]
