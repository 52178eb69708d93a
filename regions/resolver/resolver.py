"""The public face: text in, verdict out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock

from . import load
from .english import English, is_english, says_more
from .grammar import Grammar
from .index import Index
from .place import Places
from .result import Result, Token
from .text import HEADING, Hint, Text


class Resolver:
    """Reads Chinese texts as regions of one edition of the region data. Safe to share between threads."""

    def __init__(self, index: Index):
        self.index = index
        self.edition = index.edition
        self._grammar = Grammar(Places(index))
        self._english = English(index)

    @classmethod
    def from_rows(
        cls,
        regions: Iterable[Mapping[str, str]],
        townships: Iterable[Mapping[str, str]] = (),
        names: Iterable[Mapping[str, str]] = (),
        successions: Iterable[Mapping[str, str]] = (),
        edition: str = "",
    ) -> "Resolver":
        """A resolver over rows with the columns of fixtures/regions/*.csv (values are strings, '' for nothing)."""
        return cls(Index(regions, townships, names, successions, edition))

    def resolve(self, text: str, within: str | None = None, heading: Sequence[str] = ()) -> Result:
        """The verdict on one text: a place, an address, a phrase or a whole list.

        `within` is the code of a region the text belongs to if it names no other (鼓楼区 within 320100): names are
        looked for inside it first, those of the past included, and what the text says is not overruled. `heading`
        holds the codes of the heading above: the same, but what lies outside all of them is a conflict.
        """
        parsed = Text(text, self.index.alias)
        if text[:1].isascii() and is_english(text) and says_more(text):
            spelt = self._english.tokens(text, heading)
            if spelt is not None:
                return (
                    self._grammar.items.combine(parsed, 0, len(parsed.s), spelt)
                    if len(spelt) > 1
                    else replace(spelt[0].result, text=parsed.original)
                )
        return self._whole(parsed, _hints(within, heading))

    def _whole(self, parsed: Text, hints: tuple[Hint, ...]) -> Result:
        result = self._grammar.whole(parsed, 0, len(parsed.s), hints)
        if result.text == parsed.original:
            return result
        return replace(result, text=parsed.original)

    def tokens(self, line: str, within: str | None = None, heading: Sequence[str] = ()) -> list[Token]:
        """The items of a list line with their places and verdicts; later items inherit a parent.

        `within` and `heading` as in `resolve`.
        """
        if line[:1].isascii() and is_english(line):
            found = self._english.tokens(line, heading)
            if found is not None:
                return found
        parsed = Text(line, self.index.alias)
        return self._grammar.tokens(parsed, 0, len(parsed.s), _hints(within, heading))

    def full_name(self, code: str, sep: str = "") -> str:
        """四川省自贡市富顺县 for 510322; for a code of the past the name of its last life; else the code itself."""
        return self.index.full_name(code, sep)


def _hints(within: str | None, heading: Sequence[str]) -> tuple[Hint, ...]:
    soft = (Hint(within),) if within else ()
    return (*soft, *(Hint(code, kind=HEADING) for code in heading))


_lock = Lock()
_loaded: dict[Path, tuple[tuple[tuple[str, int, int], ...], Resolver]] = {}


def load_default(folder: Path | str = load.DEFAULT) -> Resolver:
    """The resolver over fixtures/regions (or another folder of that form), built anew when a file changes."""
    folder = Path(folder)
    with _lock:
        now = load.state(folder)
        held = _loaded.get(folder)
        if held is None or held[0] != now:
            held = _loaded[folder] = (now, Resolver(load.read_index(folder)))
        return held[1]
