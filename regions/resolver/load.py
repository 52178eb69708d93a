"""Reads fixtures/regions/*.csv into an index.

Building from the CSV files takes a fraction of a second, so there is no prebuilt index that could be stale: the
files are the only source, and a change of any of them (size or modification time) makes `load_default` build anew.
"""

import csv
import gc
import json
from pathlib import Path

from .index import Index

DEFAULT = Path(__file__).resolve().parents[2] / "fixtures" / "regions"
FILES = ("regions.csv", "townships.csv", "names.csv", "successions.csv")


def state(folder: Path) -> tuple:
    """Changes whenever one of the files changes."""
    return tuple((name, (info := (folder / name).stat()).st_size, info.st_mtime_ns) for name in FILES)


def read_index(folder: Path = DEFAULT) -> Index:
    """The index of a folder of region files; FileNotFoundError if one is missing."""
    edition_file = folder / "edition.json"
    edition = json.loads(edition_file.read_text(encoding="utf-8"))["edition"] if edition_file.exists() else ""
    collecting = gc.isenabled()
    gc.disable()
    try:
        return Index(*(_rows(folder / name) for name in FILES), edition=edition)
    finally:
        if collecting:
            gc.enable()


def _rows(path: Path):
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        header = next(lines)
        for line in lines:
            yield dict(zip(header, line, strict=True))
