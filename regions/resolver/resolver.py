"""The public face: text in, verdict out."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock

from . import load
from .grammar import Grammar
from .index import Index
from .place import Places
from .result import Result, Token
from .verdict import Hint, Text


class Resolver:
    """Reads Chinese texts as regions of one edition of the region data. Safe to share between threads."""

    def __init__(self, index: Index):
        self.index = index
        self.edition = index.edition
        self._grammar = Grammar(Places(index))

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

    def resolve(self, text: str, within: str | None = None) -> Result:
        """The verdict on one text: a place, an address, a phrase or a whole list.

        `within` is the code of a region the text belongs to if it names no other (鼓楼区 within 320100): it settles
        what is ambiguous and never overrules what the text says.
        """
        parsed = Text(text)
        hints = (Hint(within),) if within else ()
        return self._whole(parsed, hints)

    def _whole(self, parsed: Text, hints: tuple[Hint, ...]) -> Result:
        result = self._grammar.whole(parsed, 0, len(parsed.s), hints)
        if result.text == parsed.original:
            return result
        return replace(result, text=parsed.original)

    def tokens(self, line: str, within: str | None = None) -> list[Token]:
        """The items of a list line with their places and verdicts; later items may inherit a parent."""
        parsed = Text(line)
        return self._grammar.tokens(parsed, 0, len(parsed.s), (Hint(within),) if within else ())

    def full_name(self, code: str, sep: str = "") -> str:
        """四川省自贡市富顺县 for 510322; for a code of the past the name of its last life; else the code itself."""
        return self.index.full_name(code, sep)


_lock = Lock()
_loaded: dict[Path, tuple[tuple, Resolver]] = {}


def load_default(folder: Path | str = load.DEFAULT) -> Resolver:
    """The resolver over fixtures/regions (or another folder of that form), built anew when a file changes."""
    folder = Path(folder)
    with _lock:
        now = load.state(folder)
        held = _loaded.get(folder)
        if held is None or held[0] != now:
            held = _loaded[folder] = (now, Resolver(load.read_index(folder)))
        return held[1]
