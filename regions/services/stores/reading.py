"""Rows of a store table: its columns by their headings, and what their cells say. Names of persons are not kept."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regions.models import Outlet, OutletService, Region, Service, Source
from regions.phones import find_numbers
from regions.services.columns import fold
from regions.services.outlets import Placed
from regions.wording import in_words

# Columns by what people call them; a word in them is enough.
_HEADINGS = {
    "person": ("联系人", "负责人", "店长", "站长", "经理", "姓名", "法人", "contact person", "contact name", "manager", "owner"),
    "telephone": ("电话", "手机", "热线", "号码", "tel", "phone", "mobile", "hotline"),
    "hours": ("营业时间", "工作时间", "服务时间", "上班时间", "时间", "hours"),
    "region": ("区域代码", "行政区划代码", "区划代码", "代码", "region code", "region"),
    "address": ("地址", "位置", "address", "location"),
    "province": ("省", "province"),
    "county": ("区县", "县区", "县", "区", "county", "district"),
    "city": ("市", "city", "prefecture"),
    "name": ("名称", "网点", "门店", "店名", "服务站", "服务商", "服务中心", "维修点", "name", "store", "outlet", "shop", "station"),
}  # fmt: skip
_ABOVE = ("province", "city", "county")
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
    """(line number, cells) of a pasted table: set apart by tabs, or by commas."""
    lines = text.splitlines()
    rows = csv.reader(lines, delimiter="\t" if "\t" in _first(lines) else ",")
    yield from ((rows.line_num, cells) for cells in rows if any(cell.strip() for cell in cells))


def is_store_table(text: str) -> bool:
    """True when the first row names columns of a name, an address, and telephones or hours."""
    first = _first(text[:4_000].splitlines())
    columns = {_column_of(cell) for cell in first.split("\t" if "\t" in first else ",")}
    return {"name", "address"} <= columns and bool(columns & {"telephone", "hours"})


def _first(lines: list[str]) -> str:
    return next((line for line in lines if line.strip()), "")


def read(made: Draft, table: Iterable[Cells], progress: Progress = iter) -> None:
    """Read the rows of a table, its header first. Raises ValidationError where no column is known by its heading."""
    lines = iter(table)
    _read_header(made, next(lines, (0, []))[1])
    for line, cells in progress(lines):
        _read_row(made, line, cells)
    seen: dict[tuple[str, str], int] = {}
    for row in made.rows:
        if first := seen.get((row.name, row.address)):
            made.errors.append((row.line, _("The same name and address stand in line %d already.") % first))
        seen.setdefault((row.name, row.address), row.line)


def _column_of(heading: str) -> str:
    folded = fold(heading).replace("_", " ")
    return next((name for name, words in _HEADINGS.items() if any(word in folded for word in words)), "")


def _read_header(made: Draft, header: list[str]) -> None:
    for position, heading in enumerate(header):
        column = _column_of(heading)
        if column == "person":
            made.dropped.append(heading)
        elif column and (column == "telephone" or column not in made.columns):
            made.columns.setdefault(column, []).append(position)
        elif heading.strip():
            made.ignored.append(heading)
    if missing := [name for name in ("name", "address") if name not in made.columns]:
        raise ValidationError(
            _("The table has no column for: %s. Its first row must name the columns, such as 名称 and 地址.")
            % ", ".join(map(_column_name, missing))
        )


def _column_name(column: str) -> str:
    return {"name": _("name"), "address": _("address"), "hours": _("opening hours")}[column]


def _read_row(made: Draft, line: int, cells: list[str]) -> None:
    def cell(column: str) -> str:
        places = made.columns.get(column, ())
        return " ".join(filter(None, (" ".join(cells[at].split()) for at in places if at < len(cells))))

    above = ""
    for part in map(cell, _ABOVE):
        if part and part not in above and part not in cell("address"):
            above += part
    row = Row(line, cell("name"), above + cell("address"), cell("hours"), [], code=cell("region"))
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
