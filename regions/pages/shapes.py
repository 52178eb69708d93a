"""How a line is set: how deep it is indented, by which mark it begins, what is a label and what stands behind it."""

import re
from dataclasses import dataclass

from regions.resolver.vocabulary import NUMERAL

# What lists begin their lines with.
BULLETS = "■◆◇●○•·▪▶►▸▹‣➤➢☞❖◈∙⦁‧・◦▼▽◉♦✦✧➔➜*–—−-"
_MARKS = (
    ("#", re.compile(r"(#{1,6})\s*(?=\S)")),
    ("cn", re.compile(rf"第?{NUMERAL}(?:[、.:]|部分[、.:]?|章)\s*(?=\S)")),
    ("cn2", re.compile(rf"[(]{NUMERAL}[)]\s*[、.]?\s*(?=\S)")),
    ("num3", re.compile(r"\d{1,2}(?:\.\d{1,2}){2,3}[.、)]?\s*(?=[^\s\d])")),
    ("num2", re.compile(r"\d{1,2}\.\d{1,2}(?:[.、)]|\s)\s*(?=\S)")),
    (
        "num",
        re.compile(
            r"[(]?\d{1,2}(?:[)][、.]?|[、.](?!\d))\s*(?=\S)|\d{1,2}\s+(?=[\u4e00-\u9fff]{2})|[①-⑳⑴-⒇]\s*(?=\S)"
        ),
    ),
    ("bullet", re.compile(rf"(?!\*\*)[+□★☆✓✔→>{BULLETS}]\s*(?=\S)")),
)
_WRAP = re.compile(
    r"(?:【([^【】]{1,40})】|〖([^〖〗]{1,40})〗|\[([^\[\]]{1,40})\]|《([^《》]{1,40})》|「([^「」]{1,40})」|<([^<>]{1,40})>)\s*[:=]?\s*"
)
# === 福建 ===, ★福建★
_RULED = re.compile(
    r"(?P<rule>[=~#*_+—–-]{2,20}|[★☆◆◇●○■□▲△◎※]{1,20})[ \t]*(?P<words>[^\s=~#*_★☆◆◇●○■□▲△◎※][^=~#*_★☆◆◇●○■□▲△◎※]{0,39}?)[ \t]*(?P=rule)$"
)
_BOLD = re.compile(r"(?:\*\*|__)(.{1,40}?)(?:\*\*|__)\s*[:=]?\s*|\*([^*\s][^*]{0,38})\*\s*[:=]\s*")
_LABEL = re.compile(r"((?:[^:=、,。;()—]|[(][^()]{0,24}[)]){1,34})\s*(?:[:=]|—{1,2})\s*(?!//)")
BRANCHES = tuple("│┃├└┣┗╰")
_RULES = frozenset({"#", "cn", "cn2", "num", "num2", "num3", "wrap", "bold"})


@dataclass(slots=True)
class Shape:
    """`style`: the mark and the indentation, alike for lines of one kind. `label`: the words in front, with `at`
    where the rest begins; a line that is all label is a heading in form."""

    style: tuple[str, int, int]
    indent: int
    label: str
    at: int
    rest: str
    alone: bool

    @property
    def explicit(self) -> bool:
        """Set as a heading is: with a mark of its own, or a colon at its end."""
        return self.style[0] in _RULES or (self.alone and self.style[0] == "colon")


def shape_of(clean: str, raw: str | None = None) -> Shape:
    """The shape of a line; `raw` is the line as it stands, with the markup that `clean` has blanked."""
    text = clean.rstrip()
    body = text.lstrip()
    raw = text if raw is None else raw
    indent = len(raw[: len(raw) - len(raw.lstrip())].expandtabs(4))
    if raw.lstrip()[:1] in BRANCHES:
        indent = len(text) - len(body)
    at = len(text) - len(body)
    ruled = _RULED.match(text, at)
    if ruled:
        return Shape(("wrap", 0, indent), indent, ruled["words"], len(text), "", True)
    mark, size = "plain", 0
    for name, pattern in _MARKS:
        found = pattern.match(text, at)
        if found:
            mark, at = name, found.end()
            size = len(found[1]) if name == "#" else 0
            break
    label, rest_at = "", at
    wrapped = _WRAP.match(text, at) or _BOLD.match(text, at)
    if wrapped:
        label, rest_at = next(group for group in wrapped.groups() if group), wrapped.end()
        if mark in ("plain", "bullet"):
            mark = "wrap" if text[at] in "【〖[《「<" else "bold"
    else:
        labelled = _LABEL.match(text, at)
        if labelled:
            label, rest_at = labelled[1], labelled.end()
    rest = text[rest_at:]
    alone = not rest.strip(" :=")
    if alone and not wrapped:
        mark = "colon" if label and mark in ("plain", "bullet") else mark
        label = label or text[at:]
    return Shape((mark, size, indent), indent, label, rest_at, rest, alone)
