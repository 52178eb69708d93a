"""Townships closed from 2014 to 2023 as the areacodes project (CC0) has them: closed lives, and what became of them.

`town_changes.csv` holds the facts: who was closed in which year, what followed (empty where the table names nothing),
whether that began then, and the number of the approval. `manage.py derive_changes` makes it; days are not known.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from .sources import SourceError

FILE = "town_changes.csv"
COLUMNS = ("year", "old_code", "old_name", "new_code", "new_name", "began", "document")
#: a reason that founds something: 撤乡设镇, 撤镇建街道, 新增街道; a merger into what stands does not
_FOUNDS = re.compile("[设建增]")


class TownChange(NamedTuple):
    """One row of town_changes.csv."""

    year: str
    old_code: str
    old_name: str
    new_code: str
    new_name: str
    began: str
    document: str

    @property
    def day(self) -> str:
        return f"{self.year}-01-01"


def derive(rows: Iterable[dict[str, str]]) -> Iterator[dict[str, str]]:
    """The facts of the table, in codes; without rows in which nothing changes."""
    for row in rows:
        cells = {word: row[word] for word in COLUMNS if word in row}
        if bool(row["old_code"]) != bool(row["old_name"]) or bool(row["new_code"]) != bool(row["new_name"]):
            continue  # half a row says nothing that can be checked
        if (row["old_code"], row["old_name"]) == (row["new_code"], row["new_name"]):
            continue
        founds = row["new_code"] and row["new_code"] != row["old_code"] and _FOUNDS.search(row["reason"])
        yield cells | {"began": "1" if founds else ""}


def read_town_changes(folder: Path) -> list[TownChange]:
    """The rows of town_changes.csv, oldest first. Raises SourceError."""
    path = folder / FILE
    if not path.is_file():
        raise SourceError(f"{path}: no such file; make it with manage.py derive_changes")
    with path.open(encoding="utf-8", newline="") as lines:
        table = csv.reader(lines)
        if tuple(next(table, ())) != COLUMNS:
            raise SourceError(f"{FILE}: the columns must be {','.join(COLUMNS)}")
        return sorted(TownChange(*row) for row in table)
