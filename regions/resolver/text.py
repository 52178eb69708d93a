"""A text as it is read: folded, without forms and labels, with the way back to the original; what was read in it, and
what stands above it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

from .delivery import address_in
from .forms import without_labels
from .normalize import fold
from .readings import Step

Mark = dict[str, Any]  # what was read as what: span, text, code, kind
HEADING, PARENT, ITEM, EARLIER = "heading", "parent", "item", "earlier"
# 广 州 市, as tables set short names: an item of short parts of which one is a single character.
_SPACED_OUT = re.compile(
    r"(?:(?<=[、,;\n])|^)(?=[^、,;\n]*(?<![\u4e00-\u9fff])[\u4e00-\u9fff](?![\u4e00-\u9fff]))(?:[\u4e00-\u9fff]{1,3} +){1,5}[\u4e00-\u9fff]{1,3} *(?=[、,;\n]|$)"
)

_NONE: Mapping[str, Sequence[Any]] = {}


class Text:
    """An original text and its folded form; turns positions of the folded form into spans of the original."""

    __slots__ = ("original", "places", "s")

    def __init__(self, original: str, known: Mapping[str, Sequence[Any]] = _NONE):
        self.original = original
        self.s, self.places = fold(original)
        form = address_in(self.s, known)
        if form is not None:
            places = self.places or range(len(original))
            chars = list(original) if form.private else []
            for start, end in form.private:
                first, last = places[start], places[end - 1] + 1
                chars[first:last] = "*" * (last - first)
            self.original = "".join(chars) if chars else original
            self.s, self.places = form.s, [places[at] for at in form.kept]
        if (":" in self.s or "=" in self.s) and (labelled := without_labels(self.s)):
            self.s, kept = labelled
            self.places = kept if self.places is None else [self.places[at] for at in kept]
        if " " in self.s and (spaced := [found.span() for found in _SPACED_OUT.finditer(self.s)]):
            places = self.places or range(len(self.s))
            gone = {at for first, last in spaced for at in range(first, last) if self.s[at] == " "}
            kept = [at for at in range(len(self.s)) if at not in gone]
            self.s, self.places = "".join([self.s[at] for at in kept]), [places[at] for at in kept]

    def on_one_line(self, start: int, end: int) -> "Text":
        """The same text with blanks for what separates the items of s[start:end]; every span stays true."""
        return self._as(self.s[:start] + re.sub("[、;\n]", " ", self.s[start:end]) + self.s[end:])

    def without_marks(self, places: Iterable[int]) -> "Text":
        """The same text with a blank at each of these places; every span stays true."""
        chars = list(self.s)
        for at in places:
            chars[at : at + 1] = " " * len(chars[at : at + 1])
        return self._as("".join(chars))

    def separated(self, spans: Iterable[tuple[int, int]]) -> "Text":
        """The same text with separators for what stands at `spans`; every other span stays true."""
        parts, at = [], 0
        for start, end in spans:
            parts += [self.s[at:start], "、" * (end - start)]
            at = end
        return self._as("".join([*parts, self.s[at:]])) if parts else self

    def _as(self, s: str) -> "Text":
        other = Text.__new__(Text)
        other.original, other.places, other.s = self.original, self.places, s
        return other

    def span(self, start: int, end: int) -> list[int]:
        if self.places is None:
            return [start, end]
        if start >= end:
            at = self.places[start] if start < len(self.places) else len(self.original)
            return [at, at]
        return [self.places[start], self.places[end - 1] + 1]

    def places_of(self, start: int, end: int) -> tuple[int, int]:
        first, last = self.span(start, end)
        return first, last

    def cut(self, start: int, end: int) -> str:
        if self.places is not None:
            start, end = self.span(start, end)
        return self.original[start:end]

    def evidence(self, start: int, end: int, code: str | None, kind: str) -> Mark:
        if self.places is not None:
            start, end = self.span(start, end)
        return {"span": [start, end], "text": self.original[start:end], "code": code, "kind": kind}


class Evidence(Sequence[Mark]):
    """What was read as what, made into dicts only when somebody looks: `steps` are counted from `start`."""

    __slots__ = ("start", "steps", "text")

    def __init__(self, text: Text, start: int, steps: tuple[Step, ...]):
        self.text, self.start, self.steps = text, start, steps

    def __len__(self) -> int:
        return len(self.steps)

    @overload
    def __getitem__(self, at: int) -> Mark: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Mark]: ...
    def __getitem__(self, at: int | slice) -> Mark | Sequence[Mark]:
        return tuple(self)[at]

    def __iter__(self) -> Iterator[Mark]:
        for a, b, word, unit in self.steps:
            yield self.text.evidence(self.start + a, self.start + b, unit.code, word)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __repr__(self) -> str:
        return repr(tuple(self))


@dataclass(slots=True)
class Hint:
    """A region named earlier that the next item may lie in: its code and its span in the original text.

    HEADING: nothing below it lies outside. PARENT: named above an item before; a county that lies outside is open.
    ITEM: an item before, which only settles what is ambiguous or of the past. EARLIER: a parent the list has left, in
    which a name may lie again that has one bearer.
    """

    code: str
    start: int = 0
    end: int = 0
    kind: str = ITEM

    @property
    def firm(self) -> bool:
        return self.kind == HEADING


Hints = tuple[Hint, ...]
