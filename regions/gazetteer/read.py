"""Reads an edition from a folder of CSV files and says everything that is wrong with it at once."""

from __future__ import annotations

import csv
import datetime
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from operator import gt
from pathlib import Path

from regions.choices import Level, NameKind, Precision, Share, SuccessionKind
from regions.texts import flaw

from .edition import Edge, Edition, EditionError, Key, Life, Lives, Name
from .files import COLUMNS, EDITION, NAMES, REGIONS, SUCCESSIONS, TOWNSHIPS, sha256
from .files import checksum as files_checksum
from .sources import COUNTRY

_LEVELS = {level.word: level for level in Level}
_PRECISIONS = tuple(Precision.values)
_KINDS = tuple(SuccessionKind.values)
_SHARES = tuple(Share.values)
_NAME_KINDS = tuple(NameKind.values)
# Said once: asking an enumeration takes as long as reading a cell.
_COUNTRY, _TOWNSHIP, _DAY = Level.COUNTRY.word, Level.TOWNSHIP.word, str(Precision.DAY)
_HIGHEST, _LOWEST = Level.COUNTRY, Level.TOWNSHIP
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CODE = re.compile(r"\d{6}(?:\d{3}(?<!000))?", re.ASCII)
#: what the database holds, in characters
LONGEST = {"name": 64, "short_name": 64, "pinyin": 160, "document": 200, "source": 200, "edition": 40}
LONGEST_FULL_NAME = 200
#: characters of edition.json that are read; the bundled one has 3,000
LONGEST_META = 100_000
#: of all tables together; the bundled edition has 71,459
MOST_ROWS = 80_000
#: characters of one row, so that it is not built before it is known to be far too long
LONGEST_ROW = 10_000
#: more are not looked for: who has so many brought in another file
MOST_FAULTS = 1_000
_REBUILD = "correct the row, or run manage.py build_regions to write the files anew"


#: a life, the code of its parent, and where it stands
Found = tuple[Life, str, tuple[str, int]]


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[str] = []
        self.held = 0
        self.where: tuple[str, int] = "", 0  # a file and its line, if any
        self.seen: set[Key] = set()
        self.current: dict[str, Life] = {}

    def fault(self, text: str) -> None:
        name, line = self.where
        self.faults.append(f"{name} line {line}: {text}" if line else f"{name}: {text}")
        if len(self.faults) >= MOST_FAULTS:
            raise EditionError([*self.faults, f"{MOST_FAULTS} faults; what follows was not read"])

    def meta(self) -> dict:
        self.where = EDITION, 0
        try:
            with (self.folder / EDITION).open(encoding="utf-8") as file:
                meta = json.loads(file.read(LONGEST_META))
            meta["cut_off"] = datetime.date.fromisoformat(meta["cut_off"])
            for word in ("edition", "publisher", "licence"):
                if not isinstance(meta[word], str) or not meta[word]:
                    raise ValueError(f"{word} is empty")
                if found := flaw(meta[word], LONGEST.get(word, 200), controls=False):
                    raise ValueError(f"{word} {found.what}")
            sums = dict(meta.get("sha256", {}))
        except (FileNotFoundError, NotADirectoryError):
            raise EditionError(
                [f"{self.folder / EDITION}: no such file; --dir must name a folder that build_regions wrote"]
            ) from None
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise EditionError(
                [f"{EDITION}: {error!r}; run manage.py build_regions to write it anew"]
            ) from None
        for name in COLUMNS:
            path = self.folder / name
            if name in sums and path.is_file() and sha256(path) != sums[name]:
                self.fault(f"{name} is not the file this edition was made with; run manage.py build_regions")
        return meta

    def count(self) -> None:
        """Refuse far too many rows before one is read."""
        files = [self.folder / name for name in COLUMNS if (self.folder / name).is_file()]
        if sum(file.read_bytes().count(b"\n") for file in files) > MOST_ROWS:
            raise EditionError([*self.faults, f"more than {MOST_ROWS:,} rows in all files"])

    def rows(self, name: str) -> Iterator[dict[str, str]]:
        """Yield the rows of one file as dicts, noting structural faults."""
        self.where = name, 0
        try:
            lines = (self.folder / name).open(encoding="utf-8", newline="")
        except (FileNotFoundError, IsADirectoryError):
            self.fault("no such file; run manage.py build_regions")
            return
        with lines:
            table = csv.reader(self._short(name, lines))
            try:
                header = tuple(next(table, ()))
                self.where = name, 0
                if header != COLUMNS[name]:
                    wrong = [column for column in header if column not in COLUMNS[name]]
                    self.fault(
                        f"the columns must be {','.join(COLUMNS[name])}"
                        + (f"; not known: {', '.join(wrong)}" if wrong else "")
                    )
                    return
                longest = [LONGEST.get(column, 200) for column in header]
                for row in table:
                    self.held = 0
                    if len(row) != len(header):
                        self.fault(f"{len(row)} cells instead of {len(header)}; {_REBUILD}")
                        continue
                    cells = dict(zip(header, row, strict=True))
                    if any(map(gt, map(len, row), longest)) or flaw("".join(row), controls=False):
                        self._fits(cells)
                    yield cells
            except UnicodeDecodeError:
                self.fault("is not UTF-8; save it as UTF-8 without a byte-order mark")
            except csv.Error as error:
                self.fault(f"{error}; {_REBUILD}")

    def _short(self, name: str, lines: Iterable[str]) -> Iterator[str]:
        """The lines, as long as those of one row stay within the limit."""
        self.held = 0
        for number, line in enumerate(lines, 1):
            self.where = name, number
            self.held += len(line)
            if self.held > LONGEST_ROW:
                raise csv.Error(f"a row of more than {LONGEST_ROW:,} characters")
            yield line

    def _fits(self, cells: dict[str, str]) -> None:
        for column, text in cells.items():
            if found := flaw(text, LONGEST.get(column, 200), controls=False):
                self.fault(f"{column} {found.what}")

    def code(self, text: str, column: str) -> str:
        if not _CODE.fullmatch(text):
            self.fault(f"{column} {text[:40]!r} is not a code of six digits, or nine for a township")
        return text

    def date(self, text: str, column: str) -> datetime.date | None:
        if not text:
            return None
        try:
            if not _DATE.fullmatch(text):
                raise ValueError(text)
            return datetime.date.fromisoformat(text)
        except ValueError:
            self.fault(f"{column} {text[:40]!r} is not a date; write it as 2021-04-09")
            return None

    def word(self, text: str, column: str, words) -> str:
        if text not in words:
            self.fault(f"{column} {text[:40]!r} is not one of: {', '.join(words)}")
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
        if level == _COUNTRY and code != COUNTRY:
            self.fault(f"the code of the country is {COUNTRY}, not {code}")
        if level in _LEVELS and (len(code) == 9) != (level == _TOWNSHIP):
            self.fault(f"{code} is not the code of a {level}: six digits, nine for a township")
        life = Life(
            code, _LEVELS.get(level, _LOWEST), None, row["name"], row["short_name"], row["pinyin"],
            start, row["from_precision"] or _DAY, end, row["to_precision"] or _DAY,
        )  # fmt: skip
        return life, row["parent"]


def read_edition(folder: Path) -> Edition:
    """Read and check a whole edition. Raises EditionError with every fault found."""
    reader = _Reader(folder)
    meta = reader.meta()
    reader.count()
    found: list[Found] = []
    for name in (REGIONS, TOWNSHIPS):
        for row in reader.rows(name):
            life, parent = reader.life(row, row.get("level", _TOWNSHIP))
            reader.alone(life)
            found.append((life, parent, reader.where))
    lives = _tree(reader, found)
    names, edges = _names(reader, reader.seen), _edges(reader, reader.seen)
    if reader.faults:
        raise EditionError(reader.faults)
    checksum = files_checksum(folder)
    return Edition(
        meta["edition"], meta["publisher"], meta["cut_off"], meta["licence"], checksum, lives, names, edges
    )


def _tree(reader: _Reader, found: list[Found]) -> list[Life]:
    """Give every life its parent, path and full name; note unknown parents."""
    of_code: dict[str, list[Life]] = defaultdict(list)
    for life, _parent, _where in found:
        of_code[life.code].append(life)

    @cache
    def lives(code: str) -> Lives:
        return Lives(of_code.get(code, ()))

    if not lives(COUNTRY).current:
        reader.where = REGIONS, 0  # without it all that is on file would be closed
        reader.fault(f"the country ({COUNTRY}) is missing; {_REBUILD}")
    placed: dict[Key, Life] = {}
    for life, parent_code, where in sorted(found, key=lambda item: item[0][1::-1]):
        reader.where = where
        if life.level == _HIGHEST:
            placed[life.key] = life._replace(path=f"{life.code}/", full_name=life.name)
            continue
        parent = lives(parent_code).at(life.valid_to)
        if parent is None:
            state = f"was not on file before {life.valid_to}" if life.valid_to else "is not a current region"
            reader.fault(f"parent {parent_code[:40]!r} of {life.code} {life.name} {state}")
            continue
        if parent.level >= life.level:
            reader.fault(f"parent {parent_code} of {life.code} {life.name} is not of a higher level")
            continue
        above = placed.get(parent.key)
        if above is None:  # the parent's own fault is noted already
            continue
        full_name = life.name if above.level == _HIGHEST else f"{above.full_name}/{life.name}"
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
