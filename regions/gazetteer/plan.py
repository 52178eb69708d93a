"""What loading an edition would do: its rows held against those on file. Reads only.

Rows are recognised by code and first day. Nothing is ever deleted from the regions: a region that an edition no
longer lists is closed on the edition's cut-off date. Names that came from an edition (source "gazetteer…") and
successions belong to the edition and follow it; names people added stay, and so do the successions of lives that the
edition knows nothing of.
"""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass, field
from functools import cached_property

from regions.choices import Level, SuccessionKind
from regions.models import Region, RegionName, Succession

from .edition import Edge, Edition, EditionError, Key, Life, Name
from .stored import OWNED

CARVED = SuccessionKind.TRANSFER
COLUMNS = (
    "code", "level", "name", "short_name", "pinyin", "valid_from", "from_precision", "valid_to", "to_precision",
    "path", "full_name",
)  # fmt: skip
EDGE_COLUMNS = ("kind", "date", "precision", "share", "document", "source")


@dataclass
class Plan:
    """What loading an edition would do."""

    edition: Edition
    ids: dict[Key, int]
    create: list[Life] = field(default_factory=list)
    change: dict[int, Life] = field(default_factory=dict)
    close: list[int] = field(default_factory=list)
    names_create: list[Name] = field(default_factory=list)
    names_change: dict[int, str] = field(default_factory=dict)
    names_delete: list[int] = field(default_factory=list)
    edges_create: list[Edge] = field(default_factory=list)
    edges_change: dict[int, Edge] = field(default_factory=dict)
    edges_delete: list[int] = field(default_factory=list)
    unchanged: int = 0
    comparison: dict = field(default_factory=dict)
    ending: list[int] = field(default_factory=list)  # current regions that the edition ends, or lists no more
    giving: list[int] = field(default_factory=list)  # current regions of which a part becomes a new one
    first: bool = False
    told: set[tuple[int | None, bool]] = field(
        default_factory=set
    )  # lives whose fate, or parts, the edition tells
    living: set[int | None] = field(default_factory=set)
    stored: dict[int, dict] = field(default_factory=dict)  # every region on file, by database key

    @cached_property
    def moved_towns(self) -> dict[int, list[str]]:
        """Codes of the townships that live on below another region, by the key of the region they leave."""
        found: dict[int, list[str]] = {}
        for pk, life in self.change.items():
            row = self.stored[pk]
            parent = self.ids.get(life.parent) if life.parent else None
            if life.level == Level.TOWNSHIP and life.valid_to is None and parent != row["parent_id"]:
                found.setdefault(row["parent_id"], []).append(life.code)
        return {parent: sorted(codes) for parent, codes in found.items()}

    @property
    def created(self) -> int:
        return len(self.create) + len(self.names_create) + len(self.edges_create)

    @property
    def changed(self) -> int:
        groups: tuple[Sized, ...] = (
            self.change,
            self.names_change,
            self.names_delete,
            self.edges_change,
            self.edges_delete,
        )
        return sum(map(len, groups))

    def summary(self, errors: int = 0) -> str:
        """The fixed form: created 3, changed 1, unchanged 3209, closed 0, errors 0."""
        return (
            f"created {self.created}, changed {self.changed}, unchanged {self.unchanged}, "
            f"closed {len(self.close)}, errors {errors}"
        )


def plan(edition: Edition) -> Plan:
    """Compare an edition with the database. Reads only.

    Raises EditionError when the edition is older than regions on file: they cannot be closed before they began.
    """
    stored = {
        row["id"]: row
        for row in Region.objects.values("id", "parent_id", *COLUMNS).iterator(chunk_size=5_000)
    }
    keys = {(row["code"], row["valid_from"]): pk for pk, row in stored.items()}
    ids = _recognise(edition, stored, keys)
    out = Plan(edition, ids, first=not stored, stored=stored)
    for life in edition.lives:
        pk = ids.get(life.key)
        if pk is None:
            out.create.append(life)
        elif _differs(life, stored[pk], ids):
            out.change[pk] = life
        else:
            out.unchanged += 1
    kept = set(ids.values())
    younger: list[str] = []
    for pk, row in stored.items():
        if pk not in kept:
            if row["valid_to"] is None:
                if row["valid_from"] and row["valid_from"] >= edition.cut_off:
                    younger.append(f"{row['code']} {row['name']} ({row['valid_from']})")
                out.close.append(pk)
            else:
                out.unchanged += 1
    if younger:
        raise EditionError(
            [
                f"edition {edition.edition} ends on {edition.cut_off} and knows nothing of regions that began "
                f"since: {', '.join(younger[:5])}{' …' if len(younger) > 5 else ''}; load a later edition"
            ]
        )
    _plan_names(out)
    _plan_edges(out)
    out.comparison = _compare(edition, stored, ids)
    out.ending = out.close + [
        pk for pk, life in out.change.items() if life.valid_to and stored[pk]["valid_to"] is None
    ]
    out.giving = [
        ids[edge.old]
        for edge in edition.edges
        if edge.old in ids and edge.kind == CARVED and edge.new[0] in out.comparison["codes"]["new"]
    ]
    return out


def _recognise(edition: Edition, stored: dict[int, dict], keys: dict[Key, int]) -> dict[Key, int]:
    """Life -> database key. A life whose first day was corrected is recognised by its code and name."""
    ids = {life.key: keys[life.key] for life in edition.lives if life.key in keys}
    taken = set(ids.values())
    spare: dict[tuple, list[int]] = {}
    for pk, row in stored.items():
        if pk not in taken:
            spare.setdefault((row["code"], row["name"]), []).append(pk)
    for life in edition.lives:
        if life.key not in ids and len(same := spare.get((life.code, life.name), [])) == 1:
            ids[life.key] = same.pop()
    return ids


def _differs(life: Life, row: dict, ids: dict[Key, int]) -> bool:
    parent = ids.get(life.parent) if life.parent else None
    return parent != row["parent_id"] or any(getattr(life, column) != row[column] for column in COLUMNS)


def _plan_names(out: Plan) -> None:
    stored = {
        (region, name, kind): (pk, source)
        for pk, region, name, kind, source in RegionName.objects.values_list(
            "id", "region_id", "name", "kind", "source"
        )
    }
    wanted = set()
    for name in out.edition.names:
        key = (out.ids.get(name.region), name.name, name.kind)
        wanted.add(key)
        if key not in stored:
            out.names_create.append(name)
        elif stored[key][1] != name.source:
            out.names_change[stored[key][0]] = name.source
        else:
            out.unchanged += 1
    for key, (pk, source) in stored.items():
        if key not in wanted and source.startswith(OWNED):
            out.names_delete.append(pk)


def _plan_edges(out: Plan) -> None:
    out.told = {(out.ids.get(edge.old), edge.kind == CARVED) for edge in out.edition.edges}
    out.living = {out.ids.get(life.key) for life in out.edition.lives if life.valid_to is None}
    stored = {
        (row["old_id"], row["new_id"]): row
        for row in Succession.objects.values("id", "old_id", "new_id", *EDGE_COLUMNS)
    }
    for edge in out.edition.edges:
        row = stored.pop((out.ids.get(edge.old), out.ids.get(edge.new)), None)
        if row is None:
            out.edges_create.append(edge)
        elif any(getattr(edge, column) != row[column] for column in EDGE_COLUMNS):
            out.edges_change[row["id"]] = edge
        else:
            out.unchanged += 1
    out.edges_delete = [row["id"] for row in stored.values() if _says_otherwise(out, row)]
    out.unchanged += len(stored) - len(out.edges_delete)


def _says_otherwise(out: Plan, row: dict) -> bool:
    """True when the edition knows better than an edge on file that it does not have.

    History is never lost by loading an edition that does not know it: only one that tells another fate of the same
    life, or lets it live on, takes an edge away.
    """
    carved = row["kind"] == CARVED
    if (row["old_id"], carved) in out.told:
        return True
    return not carved and row["old_id"] in out.living


def _compare(edition: Edition, stored: dict[int, dict], ids: dict[Key, int]) -> dict:
    """New, gone, renamed, moved and recoded codes against what is current in the database."""
    before = {row["code"]: row for row in stored.values() if row["valid_to"] is None}
    after = {life.code: life for life in edition.lives if life.valid_to is None}
    both = before.keys() & after.keys()
    new, gone = after.keys() - before.keys(), before.keys() - after.keys()
    recoded = {
        f"{edge.old[0]} -> {edge.new[0]}"
        for edge in edition.edges
        if edge.kind == "recode" and edge.old[0] in gone and edge.new[0] in new
    }
    carved = {
        f"{edge.old[0]} -> {edge.new[0]}"
        for edge in edition.edges
        if edge.kind == CARVED and edge.new[0] in new and before
    }
    codes = {
        "new": new if before else set(),  # a first load would list everything
        "gone": gone,
        "renamed": {code for code in both if before[code]["name"] != after[code].name},
        "moved": {code for code in both if before[code]["path"] != after[code].path},
        "recoded": recoded,
        "carved": carved,
        **_became(edition, stored, ids),
    }
    counts = {word: len(found) for word, found in codes.items()} | {"new": len(new)}
    told = {code for found in codes.values() for text in found for code in text.split(" -> ")}
    names = {code: _called(code, before, after) for code in sorted(told)} if before else {}
    return {
        "counts": counts,
        "codes": {word: sorted(found) for word, found in codes.items()},
        "names": names,
    }


#: what became of a region that ended, and the word of the comparison for it
FATES = {
    SuccessionKind.UPGRADE: "upgraded",
    SuccessionKind.MERGE: "merged",
    SuccessionKind.SPLIT: "split",
}


def _became(edition: Edition, stored: dict[int, dict], ids: dict[Key, int]) -> dict[str, set[str]]:
    """The edges of regions that are current now and that the edition ends, by the word of their kind."""
    found: dict[str, set[str]] = {word: set() for word in FATES.values()}
    ended = {life.key for life in edition.lives if life.valid_to is not None}
    for edge in edition.edges:
        pk = ids.get(edge.old)
        if edge.kind in FATES and edge.old in ended and pk is not None and stored[pk]["valid_to"] is None:
            found[FATES[SuccessionKind(edge.kind)]].add(f"{edge.old[0]} -> {edge.new[0]}")
    return found


def _called(code: str, before: dict[str, dict], after: dict[str, Life]) -> str:
    """What a code is called, with the name before where that was another."""
    old = before[code]["name"] if code in before else ""
    new = after[code].name if code in after else ""
    return f"{old} → {new}" if old and new and old != new else new or old
