"""Reads an edition from a folder of CSV files and says everything that is wrong with it at once."""

from __future__ import annotations

import csv
import datetime
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from regions.choices import Level, NameKind, Precision, Share, SuccessionKind
from regions.codes import BadCode, read_code
from regions.texts import flaw

from .files import COLUMNS, EDITION, NAMES, REGIONS, SUCCESSIONS, TOWNSHIPS, sha256
from .files import checksum as files_checksum
from .sources import COUNTRY

#: (code, first day or None): what identifies a life
Key = tuple[str, datetime.date | None]

_LEVELS = {level.word: level for level in Level}
_PRECISIONS = tuple(Precision.values)
_KINDS = tuple(SuccessionKind.values)
_SHARES = tuple(Share.values)
_NAME_KINDS = tuple(NameKind.values)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
#: what the database holds, in characters
LONGEST = {"name": 64, "short_name": 64, "pinyin": 160, "document": 200, "source": 200, "edition": 40}
LONGEST_FULL_NAME = 200
#: characters of edition.json that are read; the bundled one has 3,000
LONGEST_META = 100_000
#: of one table; townships.csv of the bundled edition has 45,154
MOST_ROWS = 65_000
#: more are not looked for: who has so many brought in another file
MOST_FAULTS = 1_000
_REBUILD = "correct the row, or run manage.py build_regions to write the files anew"


class EditionError(Exception):
    """The files of an edition are not fit to be loaded. `faults` has one line per fault, with file and line."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Life(NamedTuple):
    """One row of regions.csv or townships.csv with its place in the tree."""

    code: str
    level: int
    parent: Key | None
    name: str
    short_name: str
    pinyin: str
    valid_from: datetime.date | None
    from_precision: str
    valid_to: datetime.date | None
    to_precision: str
    path: str = ""
    full_name: str = ""

    @property
    def key(self) -> Key:
        return self.code, self.valid_from


class Name(NamedTuple):
    region: Key
    name: str
    kind: str
    source: str


class Edge(NamedTuple):
    old: Key
    new: Key
    kind: str
    date: datetime.date
    precision: str
    share: str
    document: str
    source: str


@dataclass
class Edition:
    """A whole edition in memory. `lives` is sorted from the country down."""

    edition: str
    publisher: str
    cut_off: datetime.date
    licence: str
    checksum: str
    lives: list[Life] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)

    @property
    def fates(self) -> list[tuple[Key, Key]]:
        """(old, new) of what became of the closed lives; parts that left a life that goes on are none."""
        return [(edge.old, edge.new) for edge in self.edges if edge.kind != SuccessionKind.TRANSFER]


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[str] = []
        self.where = ""
        self.seen: set[Key] = set()
        self.current: dict[str, Life] = {}

    def fault(self, text: str) -> None:
        self.faults.append(f"{self.where}: {text}")
        if len(self.faults) >= MOST_FAULTS:
            raise EditionError([*self.faults, f"{MOST_FAULTS} faults; what follows was not read"])

    def meta(self) -> dict:
        self.where = EDITION
        try:
            with (self.folder / EDITION).open(encoding="utf-8") as file:
                meta = json.loads(file.read(LONGEST_META))
            meta["cut_off"] = datetime.date.fromisoformat(meta["cut_off"])
            for word in ("edition", "publisher", "licence"):
                if not isinstance(meta[word], str) or not meta[word]:
                    raise ValueError(f"{word} is empty")
                if len(meta[word]) > LONGEST.get(word, 200):
                    raise ValueError(f"{word} is longer than {LONGEST.get(word, 200)} characters")
            sums = dict(meta.get("sha256", {}))
        except (FileNotFoundError, NotADirectoryError):
            raise EditionError(
                [f"{self.folder / EDITION}: no such file; --dir must name a folder that build_regions wrote"]
            ) from None
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise EditionError(
                [f"{EDITION}: {error!r}; run manage.py build_regions to write it anew"]
            ) from None
        for name, expected in sums.items():
            path = self.folder / name
            if path.is_file() and sha256(path) != expected:
                self.fault(f"{name} is not the file this edition was made with; run manage.py build_regions")
        return meta

    def rows(self, name: str):
        """Yield the rows of one file as dicts, noting structural faults."""
        self.where = name
        try:
            lines = (self.folder / name).open(encoding="utf-8", newline="")
        except (FileNotFoundError, IsADirectoryError):
            self.fault("no such file; run manage.py build_regions")
            return
        with lines:
            table = csv.reader(lines)
            try:
                header = tuple(next(table, ()))
                if header != COLUMNS[name]:
                    wrong = [column for column in header if column not in COLUMNS[name]]
                    self.fault(
                        f"the columns must be {','.join(COLUMNS[name])}"
                        + (f"; not known: {', '.join(wrong)}" if wrong else "")
                    )
                    return
                for number, row in enumerate(table):
                    self.where = f"{name} line {table.line_num}"
                    if number >= MOST_ROWS:
                        raise EditionError([*self.faults, f"{name}: more than {MOST_ROWS:,} rows"])
                    if len(row) != len(header):
                        self.fault(f"{len(row)} cells instead of {len(header)}; {_REBUILD}")
                        continue
                    cells = dict(zip(header, row, strict=True))
                    self._fits(cells)
                    yield cells
            except UnicodeDecodeError:
                self.fault("is not UTF-8; save it as UTF-8 without a byte-order mark")
            except csv.Error as error:
                self.where = f"{name} line {table.line_num}"
                self.fault(f"{error}; {_REBUILD}")

    def _fits(self, cells: dict[str, str]) -> None:
        for column, text in cells.items():
            if found := flaw(text, LONGEST.get(column, 200), controls=False):
                self.fault(f"{column} {found.what}")

    def code(self, text: str, column: str) -> str:
        try:
            plain = read_code(text) == text
        except BadCode:
            plain = False
        if not plain:
            self.fault(f"{column} {text!r} is not a code of six digits, or nine for a township")
        return text

    def date(self, text: str, column: str) -> datetime.date | None:
        if not text:
            return None
        try:
            if not _DATE.fullmatch(text):
                raise ValueError(text)
            return datetime.date.fromisoformat(text)
        except ValueError:
            self.fault(f"{column} {text!r} is not a date; write it as 2021-04-09")
            return None

    def word(self, text: str, column: str, words) -> str:
        if text not in words:
            self.fault(f"{column} {text!r} is not one of: {', '.join(words)}")
        return text

    def alone(self, life: Life) -> None:
        """Note a life that is there twice, as soon as it is read."""
        if life.key in self.seen:
            self.fault(f"{life.code} has two lives that begin on {life.valid_from or 'no date'}")
        elif life.valid_to is None and (other := self.current.get(life.code)):
            self.fault(f"{life.code} is current twice ({other.name}, {life.name}); close one of them")
        self.seen.add(life.key)
        if life.valid_to is None:
            self.current.setdefault(life.code, life)

    def life(self, row: dict[str, str], level: str) -> tuple[Life, str]:
        start, end = self.date(row["valid_from"], "valid_from"), self.date(row["valid_to"], "valid_to")
        for day, column in ((start, "from_precision"), (end, "to_precision")):
            if day:
                self.word(row[column], column, _PRECISIONS)
        if start and end and end <= start:
            self.fault(f"valid_to {end} does not lie after valid_from {start}")
        if not row["name"]:
            self.fault("name is empty")
        self.word(level, "level", _LEVELS)
        code = self.code(row["code"], "code")
        if level == Level.COUNTRY.word and code != COUNTRY:
            self.fault(f"the code of the country is {COUNTRY}, not {code}")
        if level in _LEVELS and (len(code) == 9) != (level == Level.TOWNSHIP.word):
            self.fault(f"{code} is not the code of a {level}: six digits, nine for a township")
        life = Life(
            code=code,
            level=_LEVELS.get(level, Level.TOWNSHIP),
            parent=None,
            name=row["name"],
            short_name=row["short_name"],
            pinyin=row["pinyin"],
            valid_from=start,
            from_precision=row["from_precision"] or Precision.DAY,
            valid_to=end,
            to_precision=row["to_precision"] or Precision.DAY,
        )
        return life, row["parent"]


def life_at(lives: list[Life], end: datetime.date | None) -> Life | None:
    """Which of the lives of one code a child belongs to that ended on `end` (None: is current).

    A current child belongs to the current life; a former one to the last life that began before the child ended.
    """
    if end is None:
        return next((life for life in lives if life.valid_to is None), None)
    earlier = [life for life in lives if life.valid_from is None or life.valid_from < end]
    return max(earlier, key=lambda life: life.valid_from or datetime.date.min, default=None)


def read_edition(folder: Path) -> Edition:
    """Read and check a whole edition. Raises EditionError with every fault found."""
    reader = _Reader(folder)
    meta = reader.meta()
    found: list[tuple[Life, str, str]] = []
    for name in (REGIONS, TOWNSHIPS):
        for row in reader.rows(name):
            life, parent = reader.life(row, row.get("level", Level.TOWNSHIP.word))
            reader.alone(life)
            found.append((life, parent, reader.where))
    lives = _tree(reader, found)
    known = {life.key for life, _parent, _where in found}
    names, edges = _names(reader, known), _edges(reader, known)
    if reader.faults:
        raise EditionError(reader.faults)
    checksum = files_checksum(folder)
    return Edition(
        meta["edition"], meta["publisher"], meta["cut_off"], meta["licence"], checksum, lives, names, edges
    )


def _tree(reader: _Reader, found: list[tuple[Life, str, str]]) -> list[Life]:
    """Give every life its parent, path and full name; note unknown parents."""
    by_code: dict[str, list[Life]] = defaultdict(list)
    for life, _parent, _where in found:
        by_code[life.code].append(life)
    if not any(life.valid_to is None for life in by_code.get(COUNTRY, ())):
        reader.where = REGIONS  # without it all that is on file would be closed
        reader.fault(f"the country ({COUNTRY}) is missing; {_REBUILD}")
    placed: dict[Key, Life] = {}
    for life, parent_code, where in sorted(found, key=lambda item: (item[0].level, item[0].code)):
        reader.where = where
        if life.level == Level.COUNTRY:
            placed[life.key] = life._replace(path=f"{life.code}/", full_name=life.name)
            continue
        parent = life_at(by_code.get(parent_code, []), life.valid_to)
        if parent is None:
            state = f"was not on file before {life.valid_to}" if life.valid_to else "is not a current region"
            reader.fault(f"parent {parent_code!r} of {life.code} {life.name} {state}")
            continue
        if parent.level >= life.level:
            reader.fault(f"parent {parent_code} of {life.code} {life.name} is not of a higher level")
            continue
        above = placed.get(parent.key)
        if above is None:  # the parent's own fault is noted already
            continue
        full_name = life.name if above.level == Level.COUNTRY else f"{above.full_name}/{life.name}"
        if len(full_name) > LONGEST_FULL_NAME:
            reader.fault(f"the full name of {life.code} is longer than {LONGEST_FULL_NAME} characters")
        placed[life.key] = life._replace(
            parent=parent.key, path=f"{above.path}{life.code}/", full_name=full_name
        )
    return list(placed.values())


def _names(reader: _Reader, lives: set[Key]) -> list[Name]:
    names, seen = [], set()
    for row in reader.rows(NAMES):
        key = (row["code"], reader.date(row["valid_from"], "valid_from"))
        reader.word(row["kind"], "kind", _NAME_KINDS)
        if key not in lives:
            reader.fault(f"{row['code']} has no life that begins on {row['valid_from'] or 'no date'}")
        if (key, row["name"], row["kind"]) in seen:
            reader.fault(f"{row['name']} stands twice for {row['code']}")
        seen.add((key, row["name"], row["kind"]))
        names.append(Name(key, row["name"], row["kind"], row["source"]))
    return names


def _edges(reader: _Reader, lives: set[Key]) -> list[Edge]:
    edges, seen = [], set()
    for row in reader.rows(SUCCESSIONS):
        ends = []
        for side in ("old", "new"):
            key = (row[f"{side}_code"], reader.date(row[f"{side}_valid_from"], f"{side}_valid_from"))
            if key not in lives:
                reader.fault(f"{side} {key[0]} has no life that begins on {key[1] or 'no date'}")
            ends.append(key)
        reader.word(row["kind"], "kind", _KINDS)
        reader.word(row["share"], "share", _SHARES)
        reader.word(row["precision"], "precision", _PRECISIONS)
        day = reader.date(row["date"], "date")
        if day is None and not row["date"]:
            reader.fault("date is empty")
        if ends[0] == ends[1]:
            reader.fault(f"{row['old_code']} succeeds itself")
        if tuple(ends) in seen:
            reader.fault(f"{row['old_code']} -> {row['new_code']} stands twice")
        seen.add(tuple(ends))
        edges.append(
            Edge(ends[0], ends[1], row["kind"], day or datetime.date.min, row["precision"], row["share"],
                 row["document"], row["source"])
        )  # fmt: skip
    return edges
