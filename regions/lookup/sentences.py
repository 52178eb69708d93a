"""What a short sentence asks for: a place, a product, a brand, a number, or several of them (富顺 洗衣机, 海尔洗衣机).

Products and brands on file are taken off both ends of the text, and with them the words that say no more than that
service is wanted (售后, 维修电话). Nothing is taken out of its middle: 长虹路 in an address is not the brand 长虹.
What is left is the place. A word that is a place and a brand at once is kept as the place when another brand or no
product stands beside it; the page offers the brand.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from regions.models import Brand, Category
from regions.phones import find_numbers

# A sentence; what is longer is an address or a page, and asked as it stands.
LONGEST = 60
# Words that say no more than that service is wanted; they stand at the end, those of a question at the beginning.
_BEHIND = (
    *(
        "售后服务",
        "售后",
        "维修服务",
        "维修",
        "修理",
        "安装",
        "保养",
        "清洗",
        "客服",
        "服务",
        "热线",
        "电话",
        "号码",
    ),
    *(
        "官方",
        "官网",
        "网点",
        "附近",
        "哪里",
        "哪儿",
        "怎么",
        "上门",
        "坏了",
        "的",
        "有",
        "修",
        "谁管",
        "吗",
        "呢",
    ),
    *("repair", "service", "hotline", "phone", "number", "near", "in", "for", "of"),
)
_BEFORE = (
    "请问",
    "哪里",
    "哪儿",
    "谁",
    "附近",
    "repair",
    "service",
    "hotline",
    "in",
    "near",
    "for",
    "of",
    "the",
    "my",
)
_SEPARATORS = " \t\u3000,，、;；。.!！?？:：/|·-"


@dataclass(slots=True)
class Sentence:
    """`place` is what is left for the resolver; empty where no place is named. `numbers`: the text holds some."""

    text: str
    place: str = ""
    categories: list[Category] = field(default_factory=list)
    brands: list[Brand] = field(default_factory=list)
    numbers: bool = False


def understand(text: str) -> Sentence:
    """Two queries: the brands and the products whose names begin or end somewhere in the text."""
    text = text.strip()
    if any(
        number.canonical or len(number.raw) > 6 or not number.raw.isdigit() for number in find_numbers(text)
    ):
        return Sentence(text, numbers=True)
    if len(text) > LONGEST:
        return Sentence(text, place=text)
    folded = text.casefold()
    parts = {folded[a:b] for a in range(len(folded)) for b in range(a + 2, min(len(folded), a + 30) + 1)}
    found = Sentence(text)
    known = {
        **_by_name(Category.objects.all(), parts),
        **_by_name(Brand.objects.all(), parts),
    }
    rest = _strip_ends(folded, known, found)
    start = folded.find(rest)
    found.place = text[start : start + len(rest)] if rest else ""
    return found


def _by_name(records, parts: set[str]) -> dict[str, Category | Brand]:
    """The records by those of their names that stand in the text, in small letters."""
    names: dict[str, Category | Brand] = {}
    wanted = _spellings(parts)
    for record in (records.filter(name__in=wanted) | records.filter(name_en__in=wanted)).order_by("pk"):
        for name in (record.name, record.name_en):
            if name and name.casefold() in parts:
                names.setdefault(name.casefold(), record)
    return names


def _spellings(parts: Iterable[str]) -> list[str]:
    """How names in the database may be written: as in the text, and with capitals."""
    return sorted({spelling for part in parts for spelling in (part, part.title(), part.upper())})


def _strip_ends(rest: str, known: dict[str, Category | Brand], found: Sentence) -> str:
    """What is left when names and words are taken off; the names go into `found`."""
    behind = _longest_first([*known, *_BEHIND])
    before = _longest_first([*known, *_BEFORE])
    while True:
        rest = rest.strip(_SEPARATORS)
        if word := next((word for word in behind if _ends(rest, word)), ""):
            rest = rest.removesuffix(word)
        elif word := next((word for word in before if _begins(rest, word, known)), ""):
            rest = rest.removeprefix(word)
        else:
            return rest
        record = known.get(word)
        if isinstance(record, Category) and record not in found.categories:
            found.categories.insert(0, record)
        elif isinstance(record, Brand) and record not in found.brands:
            found.brands.insert(0, record)


def _longest_first(words: list[str]) -> list[str]:
    return sorted(words, key=len, reverse=True)


def _ends(rest: str, word: str) -> bool:
    """English words end at a word's border: `in` is not the end of `Tianjin`."""
    return rest.endswith(word) and not (word.isascii() and rest[: -len(word)][-1:].isalpha())


def _begins(rest: str, word: str, known: dict[str, Category | Brand]) -> bool:
    """A name at the beginning stands free, or before another name: 长虹路 does not begin with the brand 长虹."""
    if not rest.startswith(word):
        return False
    after = rest[len(word) :]
    return not after or after[0] in _SEPARATORS or any(after.startswith(other) for other in known)
