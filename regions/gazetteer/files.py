"""The CSV files of fixtures/regions/: their columns, and writing them the same way every time."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from pathlib import Path

REGIONS = "regions.csv"
TOWNSHIPS = "townships.csv"
NAMES = "names.csv"
SUCCESSIONS = "successions.csv"
EDITION = "edition.json"

COLUMNS = {
    REGIONS: (
        "code", "level", "parent", "name", "short_name", "pinyin",
        "valid_from", "from_precision", "valid_to", "to_precision",
    ),
    TOWNSHIPS: (
        "code", "parent", "name", "short_name", "pinyin",
        "valid_from", "from_precision", "valid_to", "to_precision",
    ),
    NAMES: ("code", "valid_from", "name", "kind", "source"),
    SUCCESSIONS: (
        "old_code", "old_valid_from", "new_code", "new_valid_from",
        "kind", "date", "precision", "share", "document", "source",
    ),
}  # fmt: skip


def write_table(folder: Path, name: str, rows: Iterable[dict[str, str]]) -> int:
    """Write one table, sorted by all columns in their order, UTF-8, LF. Returns the number of rows."""
    return write_rows(folder / name, COLUMNS[name], rows)


def write_rows(path: Path, columns: tuple[str, ...], rows: Iterable[dict[str, str]]) -> int:
    """Write any table the same way every time."""
    ordered = sorted(rows, key=lambda row: (row[columns[0]], row.get("valid_from", ""), *row.values()))
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(ordered)
    return len(ordered)


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table as they stand; `read.py` checks them."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def checksum(folder: Path) -> str:
    """One checksum over all tables of a folder: what a release is known by."""
    parts = [f"{name} {sha256(folder / name)}\n" for name in sorted(COLUMNS)]
    return hashlib.sha256("".join(parts).encode()).hexdigest()
