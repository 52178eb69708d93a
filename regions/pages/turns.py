"""Lines in which words that say who is served take turns, each over the names behind it: 已开通 宁波 温州 未开通 舟山 丽水."""

import re

from .labels import understand
from .lists import sure_places
from .reading import Context, Places
from .senses import NOT, sense_of
from .stretches import Clause, is_list

_LONGEST_LABEL = 12
_OTHER_MARK = re.compile(r"[^\w\-]")
_MOST_WORDS = 400


def by_turns(text: str, places: Places, above: Context) -> list[Clause]:
    """已开通 宁波 温州 未开通 舟山 丽水: words that say who is served, each over the names behind it, with nothing but blanks between."""
    words = list(re.finditer(r"\S+", text))
    if not 3 < len(words) <= _MOST_WORDS or NOT.search(text) is None:
        return []
    labels = [at for at, word in enumerate(words) if _is_label(word[0], places)]
    ends = [*labels[1:], len(words)]
    if len(labels) < 2 or labels[0] or any(end - at < 2 for at, end in zip(labels, ends, strict=True)):
        return []
    found = list[Clause]()
    for at, end in zip(labels, ends, strict=True):
        said = understand(words[at][0], places, above.within)
        first, last = words[at + 1].start(), words[end - 1].end()
        if not is_list(text[first:last], places):
            return []
        found.append(Clause(first, text[first:last], said.over(above), said))
    return found


def _is_label(word: str, places: Places) -> bool:
    return (
        len(word) <= _LONGEST_LABEL
        and _OTHER_MARK.search(word) is None
        and bool(sense_of(word))
        and not sure_places(word, places)
    )
