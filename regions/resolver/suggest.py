"""What a person means who has typed the beginning of a place's name: characters, pinyin, its first letters, a former name.

    >>> [found.unit.name for found in Suggestions(index).find("fsx", 3)]
    ['丰顺县', '富顺县', '抚顺县']

Townships of today come after all others, by their characters (赵化, 富顺赵化) and with the county they lie in. Kept in
sorted keys, so a beginning is two binary searches; built in less than half a second when first asked for.
"""

import heapq
import itertools
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from .index import CLOSED, CLOSED_STEM, Index
from .normalize import fold
from .unit import COUNTRY_CODE, COUNTY, Unit

# What the typed text is the beginning of, the most certain first.
NAME, PINYIN, LATIN, INITIALS, COLLOQUIAL, FORMER = (
    "name",
    "pinyin",
    "latin",
    "initials",
    "colloquial",
    "former",
)
_ORDER = (NAME, PINYIN, LATIN, INITIALS, COLLOQUIAL, FORMER)
_KINDS = {"decided": NAME, "colloquial": COLLOQUIAL, "former": FORMER}
_BEYOND = "\U0010ffff"
LONGEST = 40
MANY = 300


class Suggestion(NamedTuple):
    """A place, by what of it the text is the beginning of (`match`), and that whole (`matched`)."""

    unit: Unit
    match: str
    matched: str
    full_name: str  # names from the province down, with slashes


class Suggestions:
    """The beginnings of every name in an index."""

    def __init__(self, index: Index) -> None:
        self.index = index
        pairs = sorted(self._keys(), key=lambda pair: (pair[0], pair[1], pair[2].code, pair[2].until))
        self._keys_in_order = [key for key, _rank, _unit in pairs]
        self._entries = [(rank, unit) for _key, rank, unit in pairs]
        wide = [(key, rank, unit) for key, rank, unit in pairs if unit.level < COUNTY and not unit.until]
        self._wide_keys = [key for key, _rank, _unit in wide]
        self._wide = [(rank, unit, key) for key, rank, unit in wide]
        self._towns = sorted((as_typed(row[0]), code) for code, row in index.townships.items() if not row[4])
        self.find = lru_cache(maxsize=4096)(self._find)

    def _find(self, text: str, limit: int = 10) -> tuple[Suggestion, ...]:
        """The places a text may be the beginning of: whole names first, then the living, the wider, by code."""
        typed = as_typed(text)
        if not typed or len(typed) > LONGEST:
            return ()
        found: dict[tuple[str, str], tuple[tuple[Any, ...], tuple[Unit, int, str]]] = {}
        for rank, unit, key in itertools.chain(self._beginning(typed), self._below(typed)):
            order = (key != typed, bool(unit.until), rank, unit.level, unit.code, unit.until)
            held = found.get((unit.code, unit.until))
            if held is None or order < held[0]:
                found[unit.code, unit.until] = order, (unit, rank, key)
        best = heapq.nsmallest(limit, found.values(), key=lambda each: each[0])
        best += self._townships(typed, limit - len(best))
        return tuple(
            Suggestion(unit, _ORDER[rank], key, self.index.full_name_of(unit, "/"))
            for _order, (unit, rank, key) in best
        )

    def _beginning(self, typed: str) -> Iterator[tuple[int, Unit, str]]:
        """What begins so. Of very many, as for one letter, only the provinces and prefectures of today."""
        first = bisect_left(self._keys_in_order, typed)
        last = bisect_left(self._keys_in_order, typed + _BEYOND, first)
        entries = self._entries[first:last]
        if len(entries) > MANY:
            wide = self._wide[
                bisect_left(self._wide_keys, typed) : bisect_left(self._wide_keys, typed + _BEYOND)
            ]
            yield from wide
            return
        for at, (rank, unit) in enumerate(entries, first):
            yield rank, unit, self._keys_in_order[at]

    def _below(self, typed: str) -> Iterator[tuple[int, Unit, str]]:
        """The text as a place followed by the beginning of one inside it: 四川富, 自贡市fs."""
        for cut in range(2, len(typed)):
            first = bisect_left(self._keys_in_order, typed[:cut])
            above = set()
            while first < len(self._entries) and self._keys_in_order[first] == typed[:cut]:
                rank, unit = self._entries[first]
                if unit.level < COUNTY and _ORDER[rank] in (NAME, PINYIN):
                    above.add(unit.code)
                first += 1
            if above:
                for rank, unit, key in self._beginning(typed[cut:]):
                    if above.intersection(unit.up):
                        yield rank, unit, typed[:cut] + key

    def _townships(self, typed: str, limit: int) -> list[tuple[tuple[Any, ...], tuple[Unit, int, str]]]:
        """Townships whose name begins so, or whose name inside a place does: whole names first, then by code."""
        if limit <= 0 or len(typed) < 2 or typed.isascii():
            return []
        found: dict[str, tuple[tuple[Any, ...], tuple[Unit, int, str]]] = {}
        for cut in range(len(typed)):
            above = self._called(typed[:cut]) if cut > 1 else set()
            if cut and not above:
                continue
            begun = typed[cut:]
            first = bisect_left(self._towns, (begun,))
            for name, code in self._towns[first : bisect_left(self._towns, (begun + _BEYOND,))]:
                unit = self.index.township(code)
                if not cut or above.intersection(unit.up):
                    order = (name != begun, code)
                    found.setdefault(code, (order, (unit, _ORDER.index(NAME), typed[:cut] + name)))
        return heapq.nsmallest(limit, found.values(), key=lambda each: each[0])

    def _called(self, typed: str) -> set[str]:
        """The codes of the places of today that are called exactly so."""
        first = bisect_left(self._keys_in_order, typed)
        called = set()
        while first < len(self._entries) and self._keys_in_order[first] == typed:
            rank, unit = self._entries[first]
            if not unit.until and _ORDER[rank] == NAME:
                called.add(unit.code)
            first += 1
        return called

    def _keys(self) -> Iterator[tuple[str, int, Unit]]:
        """(text, rank, unit): every name of every life, in each way it is typed."""
        offered = {unit: self._heir(unit) for unit in self.index.units if unit.code != COUNTRY_CODE}
        for alias, entries in self.index.alias.items():
            for tier, _word, unit in entries:
                if heir := offered.get(unit):
                    former = heir is not unit or (tier in (CLOSED, CLOSED_STEM) and not unit.until)
                    yield alias, _ORDER.index(FORMER if former else NAME), heir
        for name, units in self.index.romanised.items():
            for unit in units:
                if heir := offered.get(unit):
                    yield as_typed(name), _ORDER.index(LATIN), heir
        for name, codes in self.index.offered.items():
            for code, kind in codes.items():
                called = self.index.current.get(code)
                if called is not None and called in offered:
                    yield as_typed(name), _ORDER.index(_KINDS[kind]), called
        for unit, heir in offered.items():
            if unit is heir or unit.name != heir.name:
                for match, text in _in_letters(unit):
                    yield text, _ORDER.index(match if unit is heir else FORMER), heir

    def _heir(self, unit: Unit) -> Unit:
        """Whom to offer for a life: for one that goes on under its code or its stem (昌平县, 襄樊市) the living one."""
        if not unit.until:
            return unit
        heirs = [
            self.index.current[code] for code in self.index.successors(unit) if code in self.index.current
        ]
        same = [
            heir for heir in heirs if heir.short == unit.short or (len(heirs) == 1 and heir.code == unit.code)
        ]
        return same[0] if len(same) == 1 else unit


def _in_letters(unit: Unit) -> Iterator[tuple[str, str]]:
    """Pinyin and first letters of a name, whole and without the word for its kind."""
    for syllables in cuts(unit.pinyin, len(unit.name)):
        for size in {len(syllables), len(unit.short) or len(syllables)}:
            yield PINYIN, "".join(syllables[:size])
            yield INITIALS, "".join(syllable[0] for syllable in syllables[:size])


def as_typed(text: str) -> str:
    """One spelling for what is typed: small letters, simplified characters, no spaces or marks between."""
    folded = fold(text.replace("ü", "v").replace("Ü", "v"))[0]
    return "".join(char for char in folded if char.isalnum())


def cuts(pinyin: str, number: int) -> list[tuple[str, ...]]:
    """The ways to cut pinyin without spaces into so many syllables: nearly always one."""
    known = _syllables()
    ways: dict[int, list[tuple[str, ...]]] = {0: [()]}
    for _syllable in range(number):
        ahead: dict[int, list[tuple[str, ...]]] = defaultdict(list)
        for at, found in ways.items():
            for end in range(at + 1, min(at + 6, len(pinyin)) + 1):
                if pinyin[at:end] in known:
                    ahead[end] += [(*way, pinyin[at:end]) for way in found]
        ways = ahead
    return ways.get(len(pinyin), [])


@lru_cache(maxsize=1)
def _syllables() -> frozenset[str]:
    lines: Iterable[str] = Path(__file__).with_name("syllables.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.split()[0] for line in lines if line and not line.startswith("#")) | {"fo"}
