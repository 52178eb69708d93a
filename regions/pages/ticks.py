"""Ticks and crosses beside places: ✅成都市 ❌德阳市."""

import re
from collections.abc import Iterator
from dataclasses import replace

from .labels import Said
from .reading import Context, Places
from .senses import NOT_SERVED, NOT_YET, SERVED, UNCLEAR, sense_of
from .shapes import shape_of
from .stretches import SEVERAL, Clause, is_list, trimmed

MARKED = re.compile(
    "(?P<no>[❌✗✘×✖🚫⛔☒❎🔴🙅👎🛑🈲])|(?P<later>[⏳⌛⏰🔜🚧🕐-🕧])|(?P<unclear>[❓❔⁉⚠])|[✅✔✓☑√]"
)
_SENSES = {"no": NOT_SERVED, "later": NOT_YET, "unclear": UNCLEAR}
_SHUT = re.compile(r"[\s)\]】、,;]*")  # 广东省(×)、江苏省(√)
_BULLET = re.compile(r"^\s*[-*+·•]\s+")


def ticked(text: str, places: Places, above: Context) -> Iterator[Clause]:
    """✅成都市 ❌德阳市: each mark says it of what follows, or of what stands before where the line begins with a name."""
    marks = list(MARKED.finditer(text))
    text = _BULLET.sub(lambda found: " " * len(found[0]), text)
    before = bool(text[: marks[0].start()].strip(" \t-*·"))
    if any(_inside_a_bracket(text[: mark.start()].rstrip()) for mark in marks):
        return  # 广东省(湛江:×、茂名:×): of what the bracket names, and not of what stands before it
    if before and trimmed(text, marks[-1].end(), len(text))[0] < len(text.rstrip(" )]】.。")):
        above = replace(
            above, held=above.held or "heading"
        )  # 湖北省 ❌恩施: of the one before, or of the one behind
    edges = [0, *(mark.end() for mark in marks)] if before else [*(mark.start() for mark in marks), len(text)]
    for mark, first, last in zip(marks, edges, edges[1:], strict=False):
        start, end = (first, mark.start()) if before else (mark.end(), last)
        shut = _SHUT.match(text, start, end)
        start, end = trimmed(text, shut.end() if shut else start, end)
        sense = next((meant for name, meant in _SENSES.items() if mark[name]), SERVED)
        label = shape_of(text[start:end])
        says = sense_of(label.label) if label.label and label.rest.strip() else ""
        if says:  # ❌不可上门:舟山; ✅暂未开通:舟山 says two things
            start = end - len(label.rest.lstrip())
        if start < end and is_list(text[start:end], places):
            said = Said(mark[0], sense, known=True)
            over = said.over(above)
            if says not in ("", sense):
                over = replace(over, held=over.held or "heading")
            if before and mark["no"] and SEVERAL.search(text, start, end):
                over = replace(over, held=over.held or "heading")  # 西宁,银川(×): of both, or of the last
            yield Clause(start, text[start:end].rstrip(" ("), over, said)


def _inside_a_bracket(text: str) -> bool:
    """Whether a bracket is open at the end of the text, and something stands in it."""
    return text.count("(") > text.count(")") and not text.endswith("(")
