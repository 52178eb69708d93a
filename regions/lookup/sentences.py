"""What a short sentence asks for: a place, a product, a brand, a number, or several of them (富顺 洗衣机, 海尔洗衣机不转).

Products and brands on file are found anywhere in the sentence, the longest name first. What an address goes on with is
none: 海尔路 is not the brand 海尔. Of what stands between them, words that say no more than that service is wanted (售后,
维修电话, 找谁) are taken off both ends; nothing is taken out of a middle. What is left is the place; beside a product or a
brand the places are looked for in it (`apart.py`), and the other words tell what is wrong (不转, 漏水).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from regions.choices import Verdict
from regions.codes import is_digits
from regions.phones import Number, every_number
from regions.phones.areas import area_codes

from .apart import may_be_brand, take_apart
from .suggesting import Named, Spelled, names_by_spelling

# A sentence; what is longer is an address or a page, and asked as it stands.
LONGEST = 60
# Words that say no more than that service is wanted; they stand at the end of a piece, those of a question before it.
_BEHIND = (
    *("售后服务", "售后", "维修服务", "维修", "修理", "安装", "保养", "清洗", "客服", "服务", "热线", "电话"),
    *("号码", "官方", "官网", "网点", "附近", "哪里", "哪儿", "哪家", "怎么", "怎么办", "上门", "坏了", "的", "有"),
    *("有没有", "修", "谁管", "找谁", "谁", "是多少", "多少", "是什么", "在哪里", "在哪", "师傅", "吗", "呢"),
    *("是不是", "是否", "是", "骗子", "骗人", "骗局", "真的", "假的", "真假", "正规", "可靠", "靠谱", "可信", "靠不靠谱", "可不可靠"),
    *("能信", "能不能信", "可以相信", "值得相信", "冒牌", "山寨", "好不好", "好吗", "怎么样", "么", "嘛", "还", "多少钱", "多久", "价格", "收费", "贵不贵"),
    *("投诉", "投诉电话", "保修", "质保", "保修期", "手机号", "联系电话", "联系方式"),
    *("repair", "service", "hotline", "phone", "number", "near", "in", "for", "of", "who", "repairs", "is", "broken"),
)  # fmt: skip
_BEFORE = (
    *("请问", "哪里", "哪儿", "谁", "附近", "有没有", "我家在", "我家", "我在", "我的"),
    *("repair", "service", "hotline", "in", "near", "for", "of", "the", "my", "who", "repairs", "is"),
)
_ALONE = {"和", "与", "及", "或", "我", "在", "找", "请", "要"}
_PLACE_ENDS = "省市州盟县区旗镇乡村"
_SEPARATORS = " \t\r\n\u3000,，、;；。.!！?？:：/|·-"
_MARKS = re.compile(r"[()（）【】\[\]《》“”\"「」]")
# What makes a name before it part of an address, a company or a building.
_ADDRESS = re.compile("[路街道巷弄村镇乡县市区园城厂厦楼院]|广场|大厦|小区|社区|花园|公司|集团")


@dataclass(slots=True)
class Sentence:
    """`place` is what is left for the resolver; empty where no place is named.

    `numbers`: the text holds some; beside them only what names a place is one. `words`: what stands beside a product or a
    brand and names nothing.
    """

    text: str
    place: str = ""
    words: str = ""
    categories: list[Named] = field(default_factory=list)
    brands: list[Named] = field(default_factory=list)
    numbers: bool = False


def understand(text: str) -> Sentence:
    """No query while products and brands stand as they are."""
    text = text.strip()
    if not _asks_about_numbers(text):
        return _read(text)
    found = _read(_MARKS.sub(" ", without_numbers(text)).strip())
    found.text, found.numbers = text, True
    found.place = found.place if _is_place(found.place, certain=False) else ""
    return found


def without_numbers(text: str, which: Sequence[Number] | None = None) -> str:
    """A text without its numbers, or without some of them."""
    for number in reversed(every_number(text) if which is None else which):
        text = f"{text[: number.start]} {text[number.end :]}"
    return text


def _read(text: str) -> Sentence:
    if len(text) > LONGEST:
        return Sentence(text, place=text)
    found = Sentence(text)
    pieces = [_without_words(piece) for piece in _cut(text, names_by_spelling(), found)]
    if found.categories or found.brands:
        _take_apart(found, pieces)
    else:
        found.place = " ".join(piece for piece in pieces if piece)
    return found


def _take_apart(found: Sentence, pieces: list[str]) -> None:
    """The place and the words of a sentence out of what stands around its products and brands.

    Words right before a product may be a brand that is not on file (美的洗衣机): they stay with the place, and are asked for.
    """
    asked, words = [], []
    for at, piece in enumerate(pieces):
        apart = take_apart(piece)
        others = [left for word in apart.words if (left := _without_words(word))]
        last = others[-1] if others else ""
        if at + 1 < len(pieces) and piece.endswith(last) and found.categories and may_be_brand(last):
            asked += [*filter(None, (apart.place,)), last]
            others.pop()
        elif apart.place:
            asked.append(apart.place)
        words += others
    found.place, found.words = " ".join(asked), " ".join(words)


def reads_as_address(text: str) -> bool:
    """What stands behind a place as a street, a house or a company does."""
    return bool(_ADDRESS.search(text)) or any(letter.isdigit() for letter in text)


def _asks_about_numbers(text: str) -> bool:
    """Digits that are no code of a division are a number too, if only one that lacks its area code."""
    digits = re.sub(r"[\s-]", "", text)
    if is_digits(digits) and len(digits) not in (6, 9, 12):
        return digits not in area_codes()
    return bool(every_number(text))


def _cut(text: str, known: Spelled, found: Sentence) -> Iterable[str]:
    """What stands between the names of products and brands, in order; the names go into `found`."""
    folded = text.casefold()
    if len(folded) != len(text):  # a letter that folds into two
        text = folded
    begin = at = 0
    while at < len(folded):
        end, records = _name_at(folded, at, begin, known)
        for record in records:
            kind = found.categories if record.kind == "category" else found.brands
            kind.extend([record] if record not in kind else [])
        if records:
            yield text[begin:at]
            begin = end
        at = end
    yield text[begin:]


def _name_at(text: str, start: int, begin: int, known: Spelled) -> tuple[int, tuple[Named, ...]]:
    """The longest name that starts there: where it ends, and whose it is; the next character and nobody where none does.

    The end of a product's name stands free, behind a place or a name: 电热水器 is no 燃气热水器.
    """
    free = start == begin or text[start - 1] in _SEPARATORS + _PLACE_ENDS + "的"
    for end in range(len(text), start + 1, -1):
        name = text[start:end]
        if _inside_word(text, start, end):
            continue
        if (named := known.whole.get(name)) and _may_follow(named, text[end:], known):
            return end, (named,)
        if free and (several := known.ends.get(name)) and not _ADDRESS.match(text, end):
            return end, several
    return start + 1, ()


def _may_follow(named: Named, after: str, known: Spelled) -> bool:
    """Products stand anywhere but in an address; a brand before a separator, another name, or a word for service."""
    if not after or after[0] in _SEPARATORS:
        return True
    if named.kind == "category":
        return not _ADDRESS.match(after)
    return after.startswith(_BEHIND) or any(
        after[:length] in names for names in (known.whole, known.ends) for length in range(2, len(after) + 1)
    )


def _inside_word(text: str, start: int, end: int) -> bool:
    """English words end at a word's border: `in` is not the end of `Tianjin`."""
    return _is_latin(text[start]) and _is_latin(text[start - 1 : start]) or _goes_on(text, end)


def _goes_on(text: str, end: int) -> bool:
    return _is_latin(text[end - 1]) and _is_latin(text[end : end + 1])


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _without_words(piece: str) -> str:
    """A piece without the words for service at its ends, or that stand free in it."""
    words = [word for word in piece.split() if word.casefold() not in (*_BEHIND, *_BEFORE, *_ALONE)]
    piece = whole = " ".join(words)
    while True:
        piece = piece.strip(_SEPARATORS)
        folded = piece.casefold()
        if word := next((word for word in _longest_first(_BEHIND) if _ends(folded, word)), ""):
            left = piece[: len(piece) - len(word)]
            last = left.split()[-1] if left.split() else ""
            if word == "是" and piece == whole:
                return piece  # something is said of it, not asked
            if len(word) == 1 and _is_one_behind_place(last):
                return piece  # 美的 is a name, not 美 and 的; so it is in 富顺美的
            piece = left
        elif word := next((word for word in _longest_first(_BEFORE) if _begins(folded, word)), ""):
            piece = piece[len(word) :]
        else:
            return "" if piece in _ALONE else piece


def _is_one_behind_place(word: str) -> bool:
    """One character that is no word for service, by itself or behind a place (富顺美; 富顺县 is one itself)."""
    if word[-1:] in ("", *_BEHIND, *_BEFORE, *_ALONE):
        return False
    return len(word) == 1 or (len(word) > 2 and _is_place(word[:-1]) and not _is_place(word))


def _is_place(text: str, *, certain: bool = True) -> bool:
    from regions.gazetteer.active import resolver

    status = resolver().resolve(text).status if text else Verdict.UNKNOWN
    if not certain and status == Verdict.PARTIAL:
        return True
    return status in (Verdict.RESOLVED, Verdict.HISTORICAL, Verdict.AMBIGUOUS)


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=len, reverse=True)


def _ends(piece: str, word: str) -> bool:
    return piece.endswith(word) and not _inside_word(piece, len(piece) - len(word), len(piece))


def _begins(piece: str, word: str) -> bool:
    """A word of one character stands free: 谁 is no beginning of a name."""
    if not piece.startswith(word) or _goes_on(piece, len(word)):
        return False
    return len(word) > 1 or piece[1:2] in _SEPARATORS
