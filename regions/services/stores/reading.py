"""Rows of a store table: its columns by their headings, and what their cells say. Names of persons are not kept."""

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regions.models import Outlet, OutletService, Region, Service, Source
from regions.pages import lines as page_lines
from regions.pages import tables
from regions.pages.reading import Line
from regions.phones import find_numbers
from regions.services.outlets import Placed
from regions.wording import in_words

from .headings import ABOVE, Header, read_header

TITLES = 10  # rows in which the header is looked for
_NOTHING = re.compile(r"[-—–―/\\.。·\s]*|暂?无|空|n/?a|none|nil", re.I)  # a cell that says so
_FOOT = re.compile(r"(?:注|备注|说明|合计|总计|小计|共\s*\d|数据来源|更新|截[至止]|note|total)", re.I)
QUOTE = '"'
_LONGEST = {"name": 120, "address": 200, "hours": 500}
CHUNK = 500  # values that a query is asked with at once
Progress = Callable[[Iterable], Iterable]


Cells = tuple[int, list[str]]


class Number(NamedTuple):
    canonical: str
    extension: str
    kind: str


@dataclass(slots=True)
class Row:
    """A row as it was read, the outlet that it is, if it is on file, and what has to be decided about it.

    `state`: new, changed, unchanged, open with `why` and the divisions to choose from, or skipped. `decided`: a person
    chose the division, or accepts that another brand claims a number. `unplaced`: the address needs a person.
    """

    line: int
    name: str
    address: str
    hours: str
    numbers: list[Number]
    code: str = ""
    key: int = 0  # of the stored line
    placed: Placed = field(default_factory=Placed)
    region: Region | None = None
    choices: list[Region] = field(default_factory=list)
    outlet: Outlet | None = None
    state: str = "new"
    why: str = ""
    unplaced: bool = False
    claimed: bool = False
    decided: bool = False


@dataclass(slots=True)
class Draft:
    """What a table comes to. `errors` are all there are, by line; `gone`: outlets of the same source that it does not name."""

    service: Service
    source: Source | None
    columns: dict[str, list[int]] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)  # headings of persons
    ignored: list[str] = field(default_factory=list)  # headings of nothing that is known
    rows: list[Row] = field(default_factory=list)
    gone: list[Outlet] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)
    proposed: list[tuple[Region, int]] = field(default_factory=list)
    served: dict[int, list[OutletService]] = field(default_factory=lambda: defaultdict(list))  # by outlet

    def of(self, *states: str) -> list[Row]:
        return [row for row in self.rows if row.state in states]


def rows_of(text: str) -> Iterator[Cells]:
    """(line number, cells) of a pasted table: set apart by tabs, commas or semicolons; else by bars, blanks or HTML."""
    lines = text.splitlines(keepends=True)
    mark = _mark_of(lines)
    rows = (not mark and _table_in_page(text)) or _cut(lines, mark or "\t")
    yield from ((line, cells) for line, cells in rows if any(cell.strip() for cell in cells))


def as_text(rows: Iterable[Cells]) -> str:
    """Rows as lines with tabs that are read as the same rows, each in the line it stood in where that is free."""
    lines: list[str] = []
    for number, cells in rows:
        lines += [""] * (number - 1 - len(lines))
        lines.append("\t".join(map(_written, cells)))
    return "\n".join(lines)


def _written(cell: str) -> str:
    """A cell in one line: what stood in several is set apart as sentences are."""
    said = "；".join(filter(None, (" ".join(line.split()) for line in cell.splitlines())))
    return f'"{said.replace(QUOTE, QUOTE * 2)}"' if QUOTE in said else said


def is_store_table(text: str) -> bool:
    """True when one of its first rows names columns of a name, an address, and telephones or hours."""
    header, _above, _rows = _find_header(rows_of(text[:4_000]))
    return not header.missing and bool({"telephone", "hours"} & header.columns.keys())


def _cut(lines: list[str], mark: str) -> Iterator[Cells]:
    rows = csv.reader(lines, delimiter=mark)
    yield from ((rows.line_num, cells) for cells in rows)


def _mark_of(lines: list[str]) -> str:
    """By what the cells are set apart: the mark by which one of the first rows is a header."""
    first = list(islice((line for line in lines if line.strip()), TITLES))
    return next((mark for mark in "\t,;" if not _find_header(_cut(first, mark))[0].missing), "")


def _table_in_page(text: str) -> list[Cells]:
    """The first store table of a page, as the reader of pages cuts it; merged cells are said in each of their rows."""
    split = page_lines.split(text)
    page = [
        Line(number, line, page_lines.without_markup(line)) for number, (_offset, line) in enumerate(split, 1)
    ]
    for table in tables.find(text, page, [offset for offset, _line in split]):
        rows: list[Cells] = []
        for row in table.rows:  # HTML may have several in a line
            line = max(max(cell.line for cell in row) + 1, rows[-1][0] + 1 if rows else 1)
            rows.append((line, [cell.text for cell in row]))
        if not _find_header(rows)[0].missing:
            return rows
    return []


def _find_header(table: Iterable[Cells]) -> tuple[Header, list[Cells], Iterator[Cells]]:
    """The header among the first rows, the rows above it, and those below; else what the row that is most like one says."""
    rows = iter(table)
    above: list[Cells] = []
    for line, cells in islice(rows, TITLES):
        header = read_header(cells)
        if not header.missing:
            return header, above, rows
        above.append((line, cells))
    known = [read_header(cells) for _line, cells in above] or [Header()]
    return max(known, key=lambda header: len(header.columns)), above, rows


def read(made: Draft, table: Iterable[Cells], progress: Progress = iter) -> None:
    """Read the rows of a table, its header first. Raises ValidationError where no column is known by its heading."""
    header, above, rows = _find_header(table)
    if header.missing:
        raise ValidationError(
            _("The table has no column for: %s. Its first row must name the columns, such as 名称 and 地址.")
            % ", ".join(map(_column_name, header.missing))
        )
    made.columns, made.dropped = header.columns, header.dropped
    made.ignored = [*_said(above), *header.ignored]
    before: dict[str, str] = {}
    for line, cells in progress(rows):
        filled = [cell for cell in cells if cell.strip()]
        if len(filled) == 1 < len(header.columns) and _FOOT.match(filled[0].strip()):
            made.ignored += _said([(line, filled)])
        elif (
            filled and read_header(cells).columns.keys() != header.columns.keys()
        ):  # nor the header once more
            _read_row(made, line, cells, header, before)
    _drop_codes_that_are_names(made, header)
    seen: dict[tuple[str, str], int] = {}
    for row in made.rows:
        if first := seen.get((row.name, row.address)):
            made.errors.append((row.line, _("The same name and address stand in line %d already.") % first))
        seen.setdefault((row.name, row.address), row.line)


def _said(rows: Iterable[Cells]) -> list[str]:
    return [" ".join(" ".join(cells).split())[:60] for _line, cells in rows if any(map(str.strip, cells))]


def _drop_codes_that_are_names(made: Draft, header: Header) -> None:
    """A column called region that holds no code is one of names, such as 华东: nothing is read from it."""
    if "region" in made.columns and not any(row.code[:1].isdigit() for row in made.rows):
        made.ignored += [header.cells[at] for at in made.columns.pop("region")]
        for row in made.rows:
            row.code = ""


def _column_name(column: str) -> str:
    return {"name": _("name"), "address": _("address"), "hours": _("opening hours")}[column]


def _filled_down(places: dict[str, str], before: dict[str, str]) -> list[str]:
    """Province, city, county and township of a row. An empty one, of merged cells, says what the row before said, as long as
    those above it are the same.
    """
    same = True
    for part, text in places.items():
        if not text and same:
            places[part] = before.get(part, "")
        same = same and places[part] == before.get(part, "")
    before.update(places)
    return list(filter(None, places.values()))


def _says(address: str, place: str) -> bool:
    """Whether an address names a place, and not only a road that is called after it."""
    return bool(re.search(f"{re.escape(place)}(?![东南西北中]?(?:路|街|大道|巷|大厦|广场))", address))


def _read_row(made: Draft, line: int, cells: list[str], header: Header, before: dict[str, str]) -> None:
    def cell(column: str, between: str = " ") -> str:
        places = made.columns.get(column, ())
        found = ((at, between.join(cells[at].split("\n"))) for at in places if at < len(cells))
        found = ((at, " ".join(text.split())) for at, text in found)
        known = {at: text for at, text in found if not _NOTHING.fullmatch(text)}
        if column == "hours":
            return "；".join(header.hours_of[at](text) for at, text in known.items())
        return " ".join(known.values())

    address = cell("address")
    places = _filled_down({part: cell(part) for part in ABOVE if part in made.columns}, before)
    above = ""
    for part in places:
        if part not in above and not _says(address, part):
            above += part
    row = Row(
        line, cell("name"), above + address if address else "", cell("hours", "；"), [], code=cell("region")
    )
    said = []
    for column, text in (("name", row.name), ("address", row.address), ("hours", row.hours)):
        if not text and column != "hours":
            said.append(_("%s is empty.") % _column_name(column))
        if len(text) > _LONGEST[column]:
            said.append(
                _("%(column)s is longer than %(most)d characters.")
                % {"column": _column_name(column), "most": _LONGEST[column]}
            )
    telephone = cell("telephone")
    found = find_numbers(telephone, expected=True)
    if telephone and not found:
        said.append(_("No telephone number in “%s”.") % telephone[:40])
    for number in found:
        if not number.canonical:
            said.append(f"{number.raw}: {in_words(number.reason)}.")
        elif number.needs_region:
            said.append(
                _("%s means another service in each province: add the number with its province first.")
                % number.raw
            )
        else:
            row.numbers.append(Number(number.canonical, number.extension, number.kind))
    row.numbers = list(dict.fromkeys(row.numbers))
    if said:
        made.errors += [(line, text) for text in said]
    else:
        made.rows.append(row)
