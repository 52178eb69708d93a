"""Places named anywhere in words that nobody reads as a list: 恩施州客户请寄修, 因故宁德另行通知."""

import re
from collections.abc import Iterator

from .lists import is_generic
from .reading import Places

_LONGEST = 200
_NAME = 8  # characters of the longest name that is looked for
_HAN = re.compile("[\u4e00-\u9fff]{2,}")
_KIND = re.compile("[省市区县州盟旗]")
# What may stand before a bare stem in a sentence: 其中宁德, 除了宁德, 对宁德.
_BEFORE = re.compile(r"[其中除了含括因在对由把将但仅只是和与及跟或等到为于向自从原、]")
_MEANT = ("resolved", "historical", "ambiguous", "rules")


def named_in(text: str, places: Places, heading: tuple[str, ...] = ()) -> set[str]:
    """The codes of all places that may be named in the words, each by its longest name."""
    found = set[str]()
    for run in _HAN.finditer(text[:_LONGEST]):
        found.update(*_codes(run[0], places, heading))
    return found


def _codes(run: str, places: Places, heading: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    at = 0
    while at < len(run) - 1:
        anywhere = at == 0 or _BEFORE.match(run[at - 1]) is not None
        for size in range(min(_NAME, len(run) - at), 1, -1):
            name = run[at : at + size]
            if not (anywhere or _KIND.match(name[-1])) or is_generic(name):
                continue
            result = places.resolve(name, heading)
            if result.status in _MEANT and not result.rest:
                yield (
                    *((result.code,) if result.code else ()),
                    *result.include,
                    *result.candidates,
                    *result.successors,
                )
                at += size - 1
                break
        at += 1
