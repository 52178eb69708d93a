"""One spelling for names and for queries: width, case, brackets, dashes, spaces, traditional characters.

Folding replaces one character by one character, so a position in the folded text is a position in the original.
The only exception are invisible characters (NUL and other controls, zero-width marks, variation selectors), which
are dropped; `fold` then also returns where each remaining character stood.
"""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

SPACE, LINE = " ", "\n"

_SPACES = "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_LINES = "\r\x0b\x0c\x85\u2028\u2029"
_QUOTES = "\"'`“”‘’„‟‚‛「」『』《》〈〉«»\u301d\u301e\u301f"
_OPEN, _CLOSE = "（［｛【〔〖〘〚[{﹙﹝⦅", "）］｝】〕〗〙〛]}﹚﹞⦆"
_DASHES = "‐‑‒–—―−﹣－─━"
_MARKS = "•・‧∙●○◆◇■□▪▫▲△▶►★☆※✓✔☑◎･⋅⚫"
_CROSSES = "✗✘❌❎✖🚫⛔☒╳🔴🙅👎🛑🈲"  # a refusal, not a blank: 恩施❌
_ARROWS = "→⇒➜➔›»＞"
_IDEOGRAPH_RANGES = ((0x2E80, 0x2FE0), (0xF900, 0xFB00), (0xFE30, 0xFE70), (0xFF00, 0xFFF0))
# Radicals that some fonts and PDFs put in place of the character, as far as Unicode does not fold them itself.
_RADICALS = "⺁厂⺂乙⺄乙⺈刀⺋卩⺌小⺍小⺎尢⺏尢⺐尢⺕彐⺗心⺘手⺙攴⺛无⺝月⺞歹⺟母⺠民⺡水⺣火⺤爪⺥爪⺩玉⺪疋⺬示⺭示⺮竹⺱网⺲网⺶羊⺷羊⺸羊⺼肉⺾艹⻁虎⻂衣⻃西⻄西⻅见⻆角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏邑⻐金⻑长⻒长⻓长⻔门⻕阜⻖阜⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟食⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫齐⻬齐⻭齿⻮齿⻯龙⻰龙⻱龟⻲龟⻳龟"
_INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffc\U000e0000-\U000e0fff"
)


def _traditional() -> dict[str, str]:
    """Traditional character -> the simplified one, without those that occur in official names (於, 乾, 濛 …)."""
    lines = Path(__file__).with_name("traditional.txt").read_text(encoding="utf-8").splitlines()
    return {pair[0]: pair[1] for line in lines if not line.startswith("#") for pair in line.split()}


def _table() -> dict[int, str]:
    table = dict.fromkeys(_SPACES + _QUOTES, SPACE) | dict.fromkeys(_LINES, LINE)
    table |= dict.fromkeys(_OPEN, "(") | dict.fromkeys(_CLOSE, ")")
    table |= dict.fromkeys(_DASHES, "-") | dict.fromkeys(_MARKS, "·") | dict.fromkeys(_ARROWS, ">")
    table |= dict.fromkeys(_CROSSES, "×")
    table |= {
        "。": ".",
        "｡": ".",
        "､": "、",
        "｜": "|",
        "│": "|",
        "～": "~",
        "〜": "~",
        "﹑": "、",
        "\\": "/",
    }
    for first, last in _IDEOGRAPH_RANGES:
        for code in range(first, last):
            plain = unicodedata.normalize("NFKC", chr(code))
            if len(plain) == 1 and plain != chr(code):
                table.setdefault(chr(code), plain)
    table |= dict(zip(_RADICALS[::2], _RADICALS[1::2], strict=True))
    table |= _traditional() | {"於": "于"}  # 於洪區 is 于洪区, and 於潜镇 has no neighbour 于潜镇
    table |= dict(zip("陜衞曁巿", "陕卫暨市", strict=True))  # variants that OpenCC does not list
    for ch in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        table[ch] = ch.lower()
    for source, target in table.items():
        while target in table and table[target] != target:
            target = table[target]
        table[source] = target
    return {ord(source): target for source, target in table.items() if source != target}


_TABLE = _table()
_SYMBOL_RANGES = "\u2600-\u27bf\u2b00-\u2bff\ufffd\ud800-\udfff\U0001f000-\U0001faff"
_SYMBOLS = re.compile(f"[{_SYMBOL_RANGES}]")  # emoji, dingbats, lone surrogates: read as a blank
_FOLDABLE = re.compile("[" + re.escape("".join(map(chr, _TABLE))) + _SYMBOL_RANGES + "]")
_HIDDEN = re.compile(f"[{_INVISIBLE}]")
_BLANKS = re.compile(r" *\n[ \n]*| {2,}")


def fold(text: str) -> tuple[str, list[int] | None]:
    """The folded text, and the original position of each of its characters (None: the same position)."""
    places = None
    if _HIDDEN.search(text):
        places = [at for at, ch in enumerate(text) if not _HIDDEN.match(ch)]
        text = "".join([text[at] for at in places])
    if _FOLDABLE.search(text):
        text = _SYMBOLS.sub(SPACE, text.translate(_TABLE))
    return text, places


@lru_cache(maxsize=4096)
def normalize(text: str) -> str:
    """The one spelling by which names and queries are compared; normalising twice changes nothing."""
    folded, _ = fold(text)
    return _BLANKS.sub(lambda gap: LINE if LINE in gap.group() else SPACE, folded).strip(" \n")
