"""Reads fixtures/regions/*.csv into an index.

Building from the CSV files takes a fraction of a second, so there is no prebuilt index that could be stale: the
files are the only source, and a change of any of them (size or modification time) makes `load_default` build anew.
"""

import csv
import gc
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from .index import Index

DEFAULT = Path(__file__).resolve().parents[2] / "fixtures" / "regions"
Tables = Mapping[str, Iterable[Mapping[str, str]]]
FILES = ("regions.csv", "townships.csv", "names.csv", "successions.csv")


def state(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Changes whenever one of the files changes."""
    return tuple((name, (info := (folder / name).stat()).st_size, info.st_mtime_ns) for name in FILES)


def read_index(folder: Path = DEFAULT, instead: Tables | None = None) -> Index:
    """The index of a folder of region files, with some tables from elsewhere; FileNotFoundError if a file is missing."""
    edition_file = folder / "edition.json"
    edition = json.loads(edition_file.read_text(encoding="utf-8"))["edition"] if edition_file.exists() else ""
    tables = {name: rows(folder, name) for name in FILES if name not in (instead or {})}
    return make_index(tables | dict(instead or {}), edition)


def make_index(tables: Tables, edition: str) -> Index:
    """The index over rows of every table, by the names of the files."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        regions, townships, names, successions = (tables[name] for name in FILES)
        return Index(regions, townships, names, successions, edition=edition)
    finally:
        if collecting:
            gc.enable()


def rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    """The rows of a file by column."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        header = next(lines)
        for line in lines:
            yield dict(zip(header, line, strict=True))
