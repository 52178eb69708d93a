"""What a person means who is typing: places by the gazetteer in force, products and brands by the directory.

Both are kept by the process: places until regions or names change, names until a product or a brand does.
"""

import heapq
import re
import threading
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.db import router

from regions.everybody import for_everybody
from regions.gazetteer.active import resolver
from regions.models import Brand, Category, Change
from regions.position import Position, request_position
from regions.resolver.suggest import Suggestion, Suggestions, as_typed

_SYLLABLES = Path(__file__).resolve().parents[1] / "resolver" / "syllables.txt"
_BY_LETTERS = 200
# Shorter names are like too many others.
_LEAST_ALIKE = 3
_BEYOND = "\U0010ffff"
_BRACKETS = re.compile(r"\s*[(（][^()（）]*[)）]$")


@dataclass(frozen=True, slots=True)
class Named:
    """A product or a brand. `kind`: `category` or `brand`."""

    kind: str
    slug: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Spelled:
    """Products and brands by each of their names, casefolded: `whole` ones, and `ends` of products' names.

    A whole name may lack what stands in brackets behind it, or the English plural. An end stands for every product that
    has it: 热水器 for 燃气热水器 and 电热水器.
    """

    whole: dict[str, Named]
    ends: dict[str, tuple[Named, ...]]


class _Held:
    """What was built last, and what it was built from."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.places: Suggestions | None = None
        self.names: list[tuple[str, int, Named]] = []
        self.spelled = Spelled({}, {})
        self.seen: Position | None = None


_held = _Held()


def forget() -> None:
    """Read products and brands anew at the next question."""
    _held.seen = None


def suggest_places(text: str, limit: int = 10) -> tuple[Suggestion, ...]:
    """Places whose name a text may be the beginning of, the likeliest first. No query while the regions stand."""
    index = resolver().index
    places = _held.places
    if places is None or places.index is not index:
        with _held.lock:
            places = _held.places
            if places is None or places.index is not index:
                with for_everybody():
                    places = _held.places = Suggestions(index)
    return places.find(text, limit)


def suggest_names(text: str, limit: int = 5) -> list[Named]:
    """Products and brands likewise, by characters, English name, pinyin or its first letters. No query while they stand."""
    typed = as_typed(text)
    if not typed:
        return []
    names = _names()
    found: dict[Named, tuple] = {}
    for at in range(bisect_left(names, (typed,)), bisect_left(names, (typed + _BEYOND,))):
        key, rank, named = names[at]
        order = (key != typed, rank, named.kind != "category", named.slug)
        found[named] = min(order, found.get(named, order))
    return heapq.nsmallest(limit, found, key=lambda named: found[named])


def slugs_by_letters(word: str) -> dict[str, list[str]]:
    """Slugs of the products and brands that a word of Latin letters is the beginning of, by kind: pinyin or its first letters."""
    found: dict[str, list[str]] = {}
    if word.isascii() and word.isalpha():
        for named in suggest_names(word, _BY_LETTERS):
            found.setdefault(named.kind, []).append(named.slug)
    return found


def alike_names(text: str, limit: int = 3) -> list[Named]:
    """Products and brands for which a text may be misspelt, or written in pinyin: they sound the same, or one character

    is another one, of a brand's four and more. No query while they stand.
    """
    typed = as_typed(text)
    if len(typed) < _LEAST_ALIKE:
        return []
    sound = "".join(_readings().get(char, char) for char in typed)
    found = {
        named
        for key, rank, named in _names()
        if (rank == 1 and key == sound) or (rank == 0 and _one_apart(key, typed, named.kind))
    }
    return sorted(found, key=lambda named: (named.kind != "brand", named.slug))[:limit]


def _one_apart(one: str, other: str, kind: str) -> bool:
    least = 2 * _LEAST_ALIKE if one.isascii() else _LEAST_ALIKE + (kind == "brand")
    return len(one) == len(other) >= least and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def names_by_spelling() -> Spelled:
    """No query while products and brands stand as they are."""
    _names()
    return _held.spelled


def _names() -> list[tuple[str, int, Named]]:
    position = request_position()
    if _held.seen == position:
        return _held.names
    with _held.lock:
        if _held.seen is None or _changed(_held.seen, position):
            _held.names = sorted(_keys(), key=lambda row: (row[0], row[1], row[2].kind, row[2].slug))
            _held.spelled = _by_spelling({named for _key, _rank, named in _held.names})
        _held.seen = position
        return _held.names


def _changed(seen: Position, now: Position) -> bool:
    if not 0 < seen.sequence <= now.sequence:
        return True
    changes = Change.objects.using(router.db_for_read(Change))
    then = changes.filter(pk=seen.sequence).values_list("pk", "changeset").first()
    if then is None or Position.of(then) != seen:
        return True
    return changes.filter(pk__gt=seen.sequence, kind__in=("brand", "category")).exists()


def _by_spelling(names: Iterable[Named]) -> Spelled:
    spelled = Spelled({}, {})
    for named in sorted(names, key=lambda named: (named.kind != "category", named.slug)):
        for spelling in _spellings(named):
            spelled.whole.setdefault(spelling, named)
            for end in _ends_of(spelling) if named.kind == "category" else ():
                spelled.ends[end] = tuple(dict.fromkeys((*spelled.ends.get(end, ()), named)))
    return spelled


def _spellings(named: Named) -> Iterator[str]:
    for name in (named.name.casefold(), named.name_en.casefold()):
        for spelling in {name, _BRACKETS.sub("", name)}:
            if len(spelling) > 1:
                yield spelling
                if spelling.isascii() and len(spelling) > 4 and spelling.endswith("s"):
                    yield spelling.removesuffix("s")


def _ends_of(name: str) -> Iterator[str]:
    """Ends that say what it is: three Chinese characters and more, two English words and more."""
    if name.isascii():
        words = name.split()
        yield from (" ".join(words[at:]) for at in range(1, len(words) - 1))
    else:
        yield from (name[at:] for at in range(1, len(name) - 2))


def _keys() -> Iterator[tuple[str, int, Named]]:
    for kind, model in (("category", Category), ("brand", Brand)):
        for slug, name, name_en in model.objects.order_by().values_list("slug", "name", "name_en"):
            named = Named(kind, slug, name, name_en)
            yield as_typed(name), 0, named
            if name_en:
                yield as_typed(name_en), 0, named
            if pinyin := [_readings().get(char, char) for char in as_typed(name)]:
                yield "".join(pinyin), 1, named
                yield "".join(syllable[0] for syllable in pinyin), 2, named


@lru_cache(maxsize=1)
def _readings() -> dict[str, str]:
    """The usual reading of each character."""
    lines = _SYLLABLES.read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines if line and not line.startswith("#"))
    return {char: syllable for syllable, chars in pairs for char in chars}
