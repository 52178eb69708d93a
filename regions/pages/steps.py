"""Finds the steps of a process: 第一步 …, numbered lines under a heading that says so, or one line with arrows."""

import re

from .lines import bare
from .reading import Line, Step
from .words import PROCESS_HEAD, PROCESS_VERB

_NUMERALS = "一二三四五六七八九十"
_named = re.compile(
    r"^\W*(?:第\s?([一二三四五六七八九十\d]{1,2})\s?步|步骤\s?([一二三四五六七八九十\d]{1,2})|Step\s?(\d{1,2}))[\s:、..,-]*(?=\S)",
    re.I,
)
_numbered = re.compile(r"^\s*(?:[(]?(\d{1,2})[).、．](?!\d)|([①-⑳]))\s*(?=\S)")
_arrow = re.compile(r"\s{0,8}(?:→|➜|➔|➡|⇒|->|=>|>>|—>|»|↓)\s*")
_MOST = 60


def _order(match: re.Match[str]) -> int:
    mark = next(group for group in match.groups() if group)
    if mark.isdecimal():
        return int(mark)
    return _NUMERALS.find(mark[0]) + 1 if mark[0] in _NUMERALS else ord(mark) - ord("①") + 1


def _action(text: str) -> str:
    """The step without its mark; of `提交报修:填写…` the title."""
    action = bare(text)
    title = re.match(r"[^:]{2,16}(?=[:]\s*\S)", action)
    return title[0] if title else action[:_MOST]


def mark(lines: list[Line]) -> tuple[Step, ...]:
    """Marks the lines that are steps and returns the steps in order."""
    steps: list[Step] = []
    for at, line in enumerate(lines):
        if line.kind:
            continue
        parts = [part for part in _arrow.split(line.clean.strip()) if part.strip()]
        if len(parts) >= 3 and sum(bool(PROCESS_VERB.search(part)) for part in parts) >= 2:
            parts[0] = re.sub(r"^[^:]{0,16}[:]\s*", "", parts[0])
            _take(line, "steps joined by arrows")
            steps += [Step(order, _action(part), line.no) for order, part in enumerate(parts, 1)]
        elif match := _named.match(line.clean):
            _take(line, "says that it is a step")
            steps.append(Step(_order(match), _action(line.clean[match.end() :]), line.no))
        elif (match := _numbered.match(line.clean)) and _order(match) == 1:
            block = _block(lines, at)
            if _is_process(lines, at, block):
                for each, found in block:
                    _take(each, "numbered step")
                    steps.append(Step(_order(found), _action(each.clean[found.end() :]), each.no))
    return tuple(steps)


def _take(line: Line, reason: str) -> None:
    line.kind, line.reason = "step", reason


def _block(lines: list[Line], at: int) -> list[tuple[Line, re.Match[str]]]:
    """The lines numbered 1, 2, 3 … from here on; blank lines may stand between."""
    block: list[tuple[Line, re.Match[str]]] = []
    for i in range(at, len(lines)):
        line = lines[i]
        if line.kind == "blank":
            continue
        match = _numbered.match(line.clean)
        if line.kind or not match or _order(match) != len(block) + 1:
            break
        block.append((line, match))
    return block


def _is_process(lines: list[Line], at: int, block: list[tuple[Line, re.Match[str]]]) -> bool:
    if len(block) < 2:
        return False
    above = next((lines[i] for i in range(at - 1, -1, -1) if lines[i].kind != "blank"), None)
    headed = bool(above and len(above.clean.strip()) <= 30 and PROCESS_HEAD.search(above.clean))
    verbs = sum(bool(PROCESS_VERB.search(line.clean)) for line, _ in block)
    # Without a heading every line has to be something one does, and begin with it.
    doing = sum(bool(PROCESS_VERB.search(line.clean[found.end() :][:8])) for line, found in block)
    return (headed and verbs * 2 >= len(block)) or doing == len(block) >= 3
