"""Places among the words of a sentence that names a product or a brand: 坏了在富顺县 → 富顺县, and 坏了 beside it.

What stands between particles and separators is a place as a whole, or begins with one (富顺漏水), or ends in one whose name is
whole (漏水富顺县). Nobody is asked what the other words mean: a list of complaints would never be complete.
"""

import re
from typing import NamedTuple

from regions.choices import Verdict

_BETWEEN = re.compile(r"[\s,，、;；。.!！?？:：/|·()（）【】\[\]《》“”\"「」]+|(?<=了)|我?家?住?在|是")
# What makes a clause of words, or a complaint: no name of a brand has it.
_CLAUSE = re.compile("[不没了在是漏坏响堵裂锈冒烧断慢臭]|跳闸|故障|异味")
# What is wrong, behind a place: 富顺县不转(的洗衣机).
_WRONG = re.compile(
    r"(?:突然|老是?|总是?|一直|已经)?(?:不[\u4e00-\u9fff]{1,3}?|坏掉?|漏[水电气]|异[响味]|跳闸|堵[塞住]?|故障)了?的?$"
)
_TYPES = "省市州盟县区旗镇乡道"
# So long a name of a place is looked for at either end.
_LONGEST = 18
_READ = (Verdict.RESOLVED, Verdict.HISTORICAL, Verdict.AMBIGUOUS)


class Apart(NamedTuple):
    """`place` is empty where none is found; `words` are the others, in order."""

    place: str
    words: list[str]


def take_apart(piece: str) -> Apart:
    """The places of a piece, and its other words."""
    wrong = _WRONG.search(piece, 2)
    if wrong and reads(piece[: wrong.start()]):
        return Apart(piece[: wrong.start()], [wrong[0].removesuffix("的")])
    parts = _BETWEEN.split(piece)
    if not piece or (reads(piece) and (len(parts) == 1 or _begins(piece, parts[0]))):
        return Apart(piece, [])
    places: list[str] = []
    words: list[str] = []
    for part in parts:
        before, place, behind = _split(part.removeprefix("的"))
        places += [place] if place else []
        words += [word for word in (before, behind) if word]
    together = " ".join(places)
    return Apart(together if len(places) < 2 or reads(together) else places[-1], words)


def may_be_brand(words: str) -> bool:
    """Words before a product that say nothing of it may be a brand (美的洗衣机)."""
    return bool(words) and not _CLAUSE.search(words)


def reads(text: str) -> bool:
    """A text that begins with a place and means it, or one of several; of letters and of whole names of towns, where there are such."""
    from regions.gazetteer.active import resolver

    if len(text) < 2:
        return False
    found = resolver().resolve(text)
    begins = [item["span"][0] for item in found.evidence if item["code"] or item["kind"] == "township"]
    if not begins or min(begins):
        return False  # words stand before it
    named = {item["kind"] for item in found.evidence} & {"pinyin", "romanised", "township"}
    # A list of which a part is not known is taken apart.
    within = found.status == Verdict.PARTIAL and found.parent
    return found.status in _READ or bool(within or (named and found.candidates))


def _begins(piece: str, first: str) -> bool:
    """False where a name that several bear stands behind other words: 不冷 鼓楼区."""
    from regions.gazetteer.active import resolver

    return resolver().resolve(piece).status != Verdict.AMBIGUOUS or reads(first)


def _split(part: str) -> tuple[str, str, str]:
    """What stands before a place, the place, and what stands behind it."""
    if reads(part):
        return "", part, ""
    for end in range(min(len(part) - 1, _LONGEST), 1, -1):
        if reads(part[:end]):
            return "", part[:end], part[end:].removeprefix("的")
    if part[-1:] and part[-1] in _TYPES:
        for begin in range(max(1, len(part) - _LONGEST), len(part) - 1):
            if reads(part[begin:]):
                return part[:begin], part[begin:], ""
    return part, "", ""
