"""Makes the files of fixtures/regions/ from the packages of requirements-build.txt and corrections.csv.

The same packages and corrections give the same files, byte for byte. Needs no database.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from . import days
from .changes import Changes
from .corrections import Corrections
from .files import EDITION, NAMES, REGIONS, SUCCESSIONS, TOWNSHIPS, sha256, write_table
from .known_names import COLLOQUIAL, FORMER, ROMANISED
from .lives import Life, Lives, build_lives
from .naming import short_name, typed_names
from .parts import moved_parts
from .pinyin import pinyin
from .sources import COUNTRY, PACKAGES, Sources
from .succession import Edge, Successions
from .town_changes import read_town_changes
from .town_history import with_history
from .townships import Township, TownshipEdge, build_townships

SOURCE = "gazetteer"
#: read beside the packages
HAND_KEPT = ("changes.csv", "corrections.csv", "town_changes.csv")
PUBLISHER = "中华人民共和国民政部 国家地名信息库"
LICENCE = "CC BY 4.0"


@dataclass
class Gazetteer:
    """Everything that goes into the files."""

    lives: Lives
    edges: list[Edge]
    townships: list[Township]
    township_edges: list[TownshipEdge]
    checksums: dict[str, str]
    cut_off: str


def gather(folder: Path, sources: Sources | None = None) -> Gazetteer:
    """Work everything out; `folder` holds corrections.csv. Raises SourceError."""
    sources = sources or Sources.installed()
    corrections = Corrections.read(folder / "corrections.csv")
    lists = corrections.apply(sources.lists)
    changes = Changes.read(folder)
    lives = build_lives(lists, sources.lineage, corrections.dates)
    days.from_changes(lives, changes)
    successions = Successions(lives, lists, sources.events, corrections, changes)
    days.agree(lives, ((edge.old, edge.new) for edge in successions.edges))
    whole = [
        (edge.old, edge.new) for edge in successions.edges if edge.kind in {"rename", "recode", "upgrade"}
    ]
    days.hand_over(lives, whole)
    edges = [*successions.edges, *moved_parts(lives, changes, corrections, successions.edges)]
    townships, township_edges = with_history(
        *build_townships(sources, corrections),
        read_town_changes(folder),
        corrections,
        lives,
        {old.code: new.code for old, new in whole if old.code != new.code},
    )
    return Gazetteer(lives, edges, townships, township_edges, sources.checksums(), sources.cut_off)


def write(gazetteer: Gazetteer, folder: Path) -> dict[str, int]:
    """Write the four tables and edition.json. Returns the number of rows of each table."""
    rows = {
        REGIONS: write_table(folder, REGIONS, _regions(gazetteer)),
        TOWNSHIPS: write_table(folder, TOWNSHIPS, _townships(gazetteer)),
        NAMES: write_table(folder, NAMES, _names(gazetteer)),
        SUCCESSIONS: write_table(folder, SUCCESSIONS, _successions(gazetteer)),
    }
    edition = {
        "edition": gazetteer.cut_off,
        "publisher": PUBLISHER,
        "cut_off": gazetteer.cut_off,
        "licence": LICENCE,
        "rows": rows,
        "facts": facts(gazetteer),
        "sha256": {name: sha256(folder / name) for name in rows},
        "sources": {
            **{
                f"{name}=={version}": {path: gazetteer.checksums[path] for path in paths}
                for name, (version, paths) in PACKAGES.items()
            },
            **{name: sha256(folder / name) for name in HAND_KEPT},
        },
    }
    (folder / EDITION).write_text(json.dumps(edition, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return rows


def _regions(gazetteer: Gazetteer) -> Iterable[dict[str, str]]:
    for life in gazetteer.lives.all:
        yield {
            "code": life.code,
            "level": life.level,
            "parent": life.parent,
            "name": life.name,
            "short_name": life.short,
            "pinyin": pinyin(life.name, life.code),
            "valid_from": life.valid_from,
            "from_precision": life.from_precision,
            "valid_to": life.valid_to,
            "to_precision": life.to_precision,
        }


def _townships(gazetteer: Gazetteer) -> Iterable[dict[str, str]]:
    for row in gazetteer.townships:
        yield {
            "code": row.code,
            "parent": row.parent,
            "name": row.name,
            "short_name": short_name(row.name, "township"),
            "pinyin": pinyin(row.name, row.code),
            "valid_from": row.valid_from,
            "from_precision": "year" if row.valid_from else "",
            "valid_to": row.valid_to,
            "to_precision": "year" if row.valid_to else "",
        }


def _names(gazetteer: Gazetteer) -> Iterable[dict[str, str]]:
    for life in gazetteer.lives.all:
        spellings = [(life.short, "short")] if life.short != life.name else []
        spellings += [(name, "typed") for name in typed_names(life.name, life.level)]
        if life.end is None:
            spellings += [(name, "former") for name in FORMER.get(life.code, ())]
            spellings += [(name, "colloquial") for name in COLLOQUIAL.get(life.code, ())]
            spellings += [(name, "romanised") for name in ROMANISED.get(life.code, ())]
        for name, kind in spellings:
            yield _name(life.code, life.valid_from, name, kind)
    before = {edge.new: edge.old.name for edge in gazetteer.township_edges if edge.share == "whole"}
    for row in gazetteer.townships:
        typed = typed_names(row.name, "township")
        if (old := before.get(row, row.name)) != row.name and row.name.endswith(old):
            typed.append(old)  # 四十一团草湖镇, which was and is called 草湖镇
        for name in dict.fromkeys(typed):
            yield _name(row.code, row.valid_from, name, "typed")


def _name(code: str, valid_from: str, name: str, kind: str) -> dict[str, str]:
    return {"code": code, "valid_from": valid_from, "name": name, "kind": kind, "source": SOURCE}


def _successions(gazetteer: Gazetteer) -> Iterable[dict[str, str]]:
    for edge in gazetteer.edges:
        yield _succession(edge.old, edge.new) | {
            "kind": edge.kind,
            "date": edge.date,
            "precision": edge.precision,
            "share": edge.share,
            "document": edge.document,
            "source": edge.source,
        }
    incoming = Counter(edge.new for edge in gazetteer.township_edges)
    for town in gazetteer.township_edges:
        yield _succession(town.old, town.new) | {
            "kind": _township_kind(town, incoming[town.new]),
            "date": town.old.valid_to,
            "precision": "year",
            "share": town.share,
            "document": town.document,
            "source": town.source,
        }


def _succession(old: Life | Township, new: Life | Township) -> dict[str, str]:
    return {
        "old_code": old.code,
        "old_valid_from": old.valid_from,
        "new_code": new.code,
        "new_valid_from": new.valid_from,
    }


def _township_kind(edge: TownshipEdge, incoming: int) -> str:
    if edge.share != "whole":
        return "split"
    if incoming > 1:
        return "merge"
    if edge.old.name == edge.new.name:
        return "recode"
    return "upgrade" if edge.old.code != edge.new.code else "rename"


def facts(gazetteer: Gazetteer) -> dict[str, object]:
    """What documents and tests say of the edition, as the build counts it; these are held against the tables."""
    closed = gazetteer.lives.closed
    return {
        "first_day": min(life.valid_from for life in gazetteer.lives.all),
        "current": counts(gazetteer),
        "closed": len(closed),
        "closed_with_their_day": sum(bool(life.ends) for life in closed),
        "closed_townships": sum(bool(row.valid_to) for row in gazetteer.townships),
    }


def counts(gazetteer: Gazetteer) -> dict[str, int]:
    """Current divisions per level, without the country."""
    levels = {"province": 0, "prefecture": 0, "county": 0}
    for life in gazetteer.lives.open:
        if life.code != COUNTRY:
            levels[life.level] += 1
    levels["township"] = sum(not row.valid_to for row in gazetteer.townships)
    return levels
