"""Finds tables in a page: HTML, markdown, tabs, CSV and columns set apart by blanks. A cell knows where it stands.

A table is rows of cells and perhaps a head. What its columns mean is told in `columns.py`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from .lines import clean
from .reading import Line
from .senses import NOT_SERVED, NOT_YET, SERVED, answer_of

_ROW = re.compile(r"<tr\b[^>]*>(.*?)(?=<tr\b|</table|$)", re.I | re.S)
_CELL = re.compile(r"<t[dh]\b([^>]*)>(.*?)(?=<t[dh]\b|</t[dhr]|</tr|</table|$)", re.I | re.S)
_SPAN = re.compile(r"(row|col)span\s*=\s*[\"']?(\d{1,3})", re.I)
# Rows that somebody copied without their table begin one too.
_TABLE = re.compile(r"<table\b.*?(?:</table\s*>|$)|<tr\b.*?(?:</tr\s*>(?!\s*<tr\b)|$)", re.I | re.S)
_RULE = re.compile(r"[\s|:+─━┼=-]*[-─━=][\s|:+─━┼=-]*")
_WIDE = re.compile(r" {2,}|\t+")
_OVER_PLACES = re.compile("省份?|省市|地?市|城市|区县?|县区|区域|地区|服务(?:城市|区域|地区)|县市")
_LONGEST_WORDS = 80
# Cells that reach over several columns or rows are told of as often; no further than a table that somebody wrote is wide.
_MOST_SPAN, _WIDEST = 500, 12


@dataclass(slots=True)
class Cell:
    """A cell: its text, and where in the page it stands (index of the line, first character); -1: nowhere."""

    text: str = ""
    line: int = -1
    start: int = 0

    def parts(self) -> Iterator["Cell"]:
        """The lines of a cell that holds several."""
        at, line = self.start, self.line
        for part in self.text.split("\n"):
            stripped = part.strip()
            if stripped:
                yield Cell(stripped, line, at + len(part) - len(part.lstrip()))
            line, at = line + 1, 0


@dataclass(slots=True)
class Table:
    """Rows of equal length, and the lines (by index) that the table takes up. `turned`: it was written with its places in a row."""

    rows: list[list[Cell]] = field(default_factory=list)
    first: int = 0
    last: int = 0
    form: str = ""
    title: str = ""
    turned: bool = False


def find(text: str, lines: list[Line], offsets: list[int]) -> list[Table]:
    """The tables of a page in order; no line belongs to two."""
    found = list(_html(text, lines, offsets)) if "<t" in text.lower() else []
    taken = {at for table in found for at in range(table.first, table.last + 1)}
    for form, cut in (
        ("pipes", _pipes),
        ("tabs", _tabs),
        ("csv", _csv),
        ("words", _words),
        ("blanks", _blanks),
    ):
        for table in _runs(lines, taken, form, cut):
            found.append(table)
            taken.update(range(table.first, table.last + 1))
    return sorted(found, key=lambda table: table.first)


# ---------------------------------------------------------------- HTML


def _html(text: str, lines: list[Line], offsets: list[int]) -> Iterator[Table]:
    for whole in _TABLE.finditer(text):
        held: dict[int, tuple[int, Cell]] = {}  # column -> rows it still reaches down, the cell
        rows = []
        cut = [(row, list(_CELL.finditer(row[1]))) for row in _ROW.finditer(text, whole.start(), whole.end())]
        widest = max([_WIDEST, *(2 * len(its) for _row, its in cut)])
        for row, its in cut:
            cells: list[Cell] = []
            for found in its:
                _take_held(cells, held)
                spans = {kind.lower(): min(int(size), _MOST_SPAN) for kind, size in _SPAN.findall(found[1])}
                cell = _placed(
                    text, row.start(1) + found.start(2), row.start(1) + found.end(2), lines, offsets
                )
                for _ in range(max(min(spans.get("col", 1), widest - len(cells)), 1)):
                    if spans.get("row", 1) > 1 and len(cells) < widest:
                        held[len(cells)] = (spans["row"] - 1, cell)
                    cells.append(cell)
            _take_held(cells, held)
            if cells:
                rows.append(cells)
        if rows:
            first = _line_at(offsets, whole.start())
            last = _line_at(offsets, max(whole.end() - 1, whole.start()))
            yield Table(_even(rows), first, last, "html", _title(text[whole.start() : _first_row(whole)]))


def _first_row(table: re.Match[str]) -> int:
    found = _ROW.search(table.string, table.start(), table.end())
    return found.start() if found else table.start()


def _title(markup: str) -> str:
    """What a table says before its first row: the words of its caption."""
    return " ".join(clean(markup).split())


def _take_held(cells: list[Cell], held: dict[int, tuple[int, Cell]]) -> None:
    while len(cells) in held:
        left, cell = held.pop(len(cells))
        if left > 1:
            held[len(cells)] = (left - 1, cell)
        cells.append(cell)


def _line_at(offsets: list[int], at: int) -> int:
    from bisect import bisect_right

    return bisect_right(offsets, at) - 1


def _placed(text: str, start: int, end: int, lines: list[Line], offsets: list[int]) -> Cell:
    """The cell text[start:end] with its markup blanked, as the lines have it."""
    first, last = _line_at(offsets, start), _line_at(offsets, max(end - 1, start))
    parts = []
    for at in range(first, last + 1):
        begin = start - offsets[at] if at == first else 0
        stop = end - offsets[at] if at == last else len(lines[at].clean)
        parts.append(lines[at].clean[begin:stop].replace("\t", " "))
    return Cell("\n".join(parts).rstrip(), first, start - offsets[first])


# ---------------------------------------------------------------- lines


def _runs(
    lines: list[Line], taken: set[int], form: str, cut: Callable[[str, int], list[Cell]]
) -> Iterator[Table]:
    """Consecutive lines that fall into the same number of cells; rules between them are skipped."""
    at = 0
    while at < len(lines):
        rows: list[list[Cell]] = []
        end = at
        while end < len(lines) and end not in taken:
            if rows and form == "pipes" and _RULE.fullmatch(lines[end].text):
                end += 1
                continue
            if not rows and form == "tabs" and "\t" not in lines[end].clean.strip():
                break  # indented by tabs
            cells = cut(lines[end].clean, end)
            if len(cells) < 2 or (rows and form in ("csv", "blanks", "words") and len(cells) != len(rows[0])):
                break
            rows.append(cells)
            end += 1
        if len(rows) > 1 and (form != "words" or _answers(rows)):
            yield Table(_even(rows), at, end - 1, form)
        at = max(end, at + 1)


def _even(rows: list[list[Cell]]) -> list[list[Cell]]:
    width = max(map(len, rows))
    return [row + [Cell() for _ in range(width - len(row))] for row in rows]


def _cells(text: str, line: int, cuts: list[tuple[int, int]]) -> list[Cell]:
    cells = []
    for start, end in cuts:
        part = text[start:end]
        cells.append(Cell(part.strip(), line, start + len(part) - len(part.lstrip())))
    return cells


def _between(text: str, marks: Iterator[re.Match[str]]) -> list[tuple[int, int]]:
    cuts, at = [], 0
    for mark in marks:
        cuts.append((at, mark.start()))
        at = mark.end()
    return [*cuts, (at, len(text))]


def _tabs(text: str, line: int) -> list[Cell]:
    return _cells(text, line, _between(text, re.finditer("\t", text))) if "\t" in text else []


def _pipes(text: str, line: int) -> list[Cell]:
    cuts = _between(text, re.finditer(r"[|│┃]", text))
    if len(cuts) > 2 and not text[: cuts[0][1]].strip():
        cuts = cuts[1:]
    if len(cuts) > 2 and not text[cuts[-1][0] :].strip():
        cuts = cuts[:-1]
    return _cells(text, line, cuts) if len(cuts) > 1 else []


def _blanks(text: str, line: int) -> list[Cell]:
    inner = text.strip()
    if not inner or "\t" in inner:
        return []
    shift = len(text) - len(text.lstrip())
    cuts = _between(inner, _WIDE.finditer(inner))
    return _cells(text, line, [(a + shift, b + shift) for a, b in cuts])


def _words(text: str, line: int) -> list[Cell]:
    """Cells that one blank keeps apart, in the head of a table of answers and in its rows."""
    if not (text := text.rstrip()) or len(text) > _LONGEST_WORDS or "\t" in text:
        return []
    cells = _cells(text, line, _between(text, re.finditer(r"(?<=\S) +", text)))
    told = _OVER_PLACES.fullmatch(cells[0].text) or all(answer_of(cell.text) for cell in cells[1:])
    return cells if told else []


def _answers(rows: list[list[Cell]]) -> bool:
    """城市 安装 维修 above 南京市 × √: whether nothing but yes and no stands behind the first cells below the head."""
    told = [answer_of(cell.text) in (SERVED, NOT_SERVED, NOT_YET) for row in rows[1:] for cell in row[1:]]
    return _OVER_PLACES.fullmatch(rows[0][0].text) is not None and all(told)


def _csv(text: str, line: int) -> list[Cell]:
    """Cells between commas (or semicolons); a quoted one keeps its commas, a doubled quote is a quote."""
    mark = "," if "," in text else ";"
    if mark not in text:
        return []
    cuts, at, quoted = [], 0, False
    for i, ch in enumerate(text):
        if ch == '"':
            quoted = not quoted
        elif ch == mark and not quoted:
            cuts.append((at, i))
            at = i + 1
    cuts.append((at, len(text)))
    cells = _cells(text, line, cuts)
    for cell in cells:
        if len(cell.text) > 1 and cell.text[0] == cell.text[-1] == '"':
            cell.text, cell.start = cell.text[1:-1], cell.start + 1
    return cells
