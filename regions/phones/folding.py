"""Folds text so that a number is read the same in every spelling, and remembers where each character came from."""

import re
import unicodedata
from typing import NamedTuple

_GONE = "\u200b"  # stands for what is dropped: soft hyphens, zero-width characters, inline markup
_SPECIAL = {
    "−": "-",
    "ー": "-",
    "─": "-",
    "━": "-",
    "⁃": "-",
    "・": ".",
    "·": ".",
    "•": ".",
    "‧": ".",
    "∙": ".",
}
_BRACKETS = str.maketrans("【】〔〕[]{}「」『』", "()()()()()()")
_MARKUP = re.compile(
    r"&(?:nbsp|ensp|emsp|thinsp|#160|#x[aA]0);|</?(?:b|i|u|a|em|font|span|strong|small)\b[^<>\n]{0,300}>|<[/a-zA-Z][^<>\n]{0,300}>"
)
_INLINE = re.compile(r"</?(?:b|i|u|a|em|font|span|strong|small)\b")
_URL = re.compile(r"(?:https?://|www\.)[!-~]{1,2000}")


class Folded(NamedTuple):
    """`text` is what is read; `origin[i]` is where character i stands in the original (None: the same place)."""

    text: str
    origin: list[int] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of text[start:end], which must not be empty."""
        if self.origin is None:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1


class _Table(dict[int, str]):
    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold(chr(code))
        return folded


def _fold(char: str) -> str:
    if char in _SPECIAL:
        return _SPECIAL[char]
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.digit(char))
    if category == "Pd":
        return "-"
    if category == "Zs":
        return " "
    if category == "Cf":
        return _GONE
    if category in ("Zl", "Zp"):
        return "\n"
    if category == "No":  # ① ⑴ ² are marks, not digits
        return char
    plain = unicodedata.normalize("NFKC", char)
    return (plain if len(plain) == 1 else char).translate(_BRACKETS)


_TABLE = _Table()


def _markup(match: re.Match[str]) -> str:
    found = match[0]
    if "tel:" in found:
        return found
    if found[0] == "&":
        mark = " "
    elif _INLINE.match(found):
        mark = _GONE
    else:
        mark = "\t" if found[:4].lower() in ("<td>", "</td", "<th>", "</th") else "\n"
    return mark + _GONE * (len(found) - 1)


def fold(text: str) -> Folded:
    """Full width to half width, every dash to "-", every space to " ", brackets to "()"; web addresses are blanked."""
    if "<" in text or "&" in text:
        text = _MARKUP.sub(_markup, text)
    text = text.translate(_TABLE)
    text = _URL.sub(lambda match: "_" * len(match[0]), text)
    if _GONE not in text:
        return Folded(text, None)
    origin = [at for at, char in enumerate(text) if char != _GONE]
    return Folded(text.replace(_GONE, ""), origin)
