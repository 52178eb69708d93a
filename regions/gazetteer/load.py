"""Brings the database to an edition: what is new is created, what differs is changed, what is gone is closed.

Rows are recognised by code and first day. Nothing is ever deleted from the regions: a region that an edition no
longer lists is closed on the edition's cut-off date. Names that came from an edition (source "gazetteer…") and
successions belong to the edition and follow it; names people added stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from regions.choices import Precision, ReleaseState
from regions.models import Region, RegionName, Release, Succession
from regions.services.changes import change_set, fields_of

from .read import Edge, Edition, Key, Life, Name

OWNED = "gazetteer"
_BATCH = 2_000
_COLUMNS = (
    "code", "level", "name", "short_name", "pinyin", "valid_from", "from_precision", "valid_to", "to_precision",
    "path", "full_name",
)  # fmt: skip
_EDGE_COLUMNS = ("kind", "date", "precision", "share", "document", "source")

Progress = Callable[[Iterable, str, int], Iterable]


def no_progress(items: Iterable, label: str, total: int) -> Iterable:
    """The progress reporter that reports nothing."""
    return items


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
    first: bool = False

    @property
    def created(self) -> int:
        return len(self.create) + len(self.names_create) + len(self.edges_create)

    @property
    def changed(self) -> int:
        return sum(
            map(
                len, (self.change, self.names_change, self.names_delete, self.edges_change, self.edges_delete)
            )
        )

    def summary(self, errors: int = 0) -> str:
        """The fixed form: created 3, changed 1, unchanged 3209, closed 0, errors 0."""
        return (
            f"created {self.created}, changed {self.changed}, unchanged {self.unchanged}, "
            f"closed {len(self.close)}, errors {errors}"
        )


def plan(edition: Edition) -> Plan:
    """Compare an edition with the database. Reads only."""
    stored = {
        row["id"]: row
        for row in Region.objects.values("id", "parent_id", *_COLUMNS).iterator(chunk_size=5_000)
    }
    keys = {(row["code"], row["valid_from"]): pk for pk, row in stored.items()}
    ids = _recognise(edition, stored, keys)
    out = Plan(edition, ids, first=not stored)
    for life in edition.lives:
        pk = ids.get(life.key)
        if pk is None:
            out.create.append(life)
        elif _differs(life, stored[pk], ids):
            out.change[pk] = life
        else:
            out.unchanged += 1
    kept = set(ids.values())
    for pk, row in stored.items():
        if pk not in kept:
            if row["valid_to"] is None:
                out.close.append(pk)
            else:
                out.unchanged += 1
    _plan_names(out)
    _plan_edges(out)
    out.comparison = _compare(edition, stored)
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
    return parent != row["parent_id"] or any(getattr(life, column) != row[column] for column in _COLUMNS)


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
    stored = {
        (row["old_id"], row["new_id"]): row
        for row in Succession.objects.values("id", "old_id", "new_id", *_EDGE_COLUMNS)
    }
    for edge in out.edition.edges:
        row = stored.pop((out.ids.get(edge.old), out.ids.get(edge.new)), None)
        if row is None:
            out.edges_create.append(edge)
        elif any(getattr(edge, column) != row[column] for column in _EDGE_COLUMNS):
            out.edges_change[row["id"]] = edge
        else:
            out.unchanged += 1
    out.edges_delete = [row["id"] for row in stored.values()]


def _compare(edition: Edition, stored: dict[int, dict]) -> dict:
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
    codes = {
        "new": new if before else set(),  # a first load would list everything
        "gone": gone,
        "renamed": {code for code in both if before[code]["name"] != after[code].name},
        "moved": {code for code in both if before[code]["path"] != after[code].path},
        "recoded": recoded,
    }
    counts = {word: len(found) for word, found in codes.items()} | {"new": len(new)}
    return {"counts": counts, "codes": {word: sorted(found) for word, found in codes.items()}}


def apply(out: Plan, progress: Progress = no_progress) -> Release:
    """Write a plan in one transaction and make its edition the active release."""
    edition = out.edition
    with change_set(reason=f"load_regions {edition.edition}") as changes:
        before = (
            {row.pk: row for row in Region.objects.filter(pk__in=[*out.change, *out.close])}
            if not out.first
            else {}
        )
        _close(out, before)
        _create(out, progress)
        _change(out, before)
        _write_names(out, progress)
        _write_edges(out, progress)
        if not out.first:  # the first edition is one change, not forty thousand: nobody has read anything yet
            _record(out, before, changes)
        return _activate(out, changes)


def _close(out: Plan, before: dict[int, Region]) -> None:
    """Close first: a code may be current only once, also while we write."""
    Region.objects.filter(pk__in=out.close).update(valid_to=out.edition.cut_off, to_precision=Precision.DAY)
    ending = [
        Region(pk=pk, valid_to=life.valid_to, to_precision=life.to_precision)
        for pk, life in out.change.items()
        if life.valid_to is not None and before[pk].valid_to is None
    ]
    Region.objects.bulk_update(ending, ["valid_to", "to_precision"], batch_size=500)


def _create(out: Plan, progress: Progress) -> None:
    """Create from the country down, so that every parent has its database key."""
    levels: dict[int, list[Life]] = {}
    for life in progress(out.create, "regions", len(out.create)):
        levels.setdefault(life.level, []).append(life)
    for level in sorted(levels):
        rows = [
            Region(
                parent_id=out.ids[life.parent] if life.parent else None,
                **{column: getattr(life, column) for column in _COLUMNS},
            )
            for life in levels[level]
        ]
        for start in progress(range(0, len(rows), _BATCH), f"level {level}", -(-len(rows) // _BATCH)):
            for row in Region.objects.bulk_create(rows[start : start + _BATCH]):
                out.ids[row.code, row.valid_from] = row.pk


def _change(out: Plan, before: dict[int, Region]) -> None:
    rows = []
    for pk, life in out.change.items():
        row = Region(pk=pk, parent_id=out.ids[life.parent] if life.parent else None)
        for column in _COLUMNS:
            setattr(row, column, getattr(life, column))
        rows.append(row)
    Region.objects.bulk_update(rows, ["parent", *_COLUMNS], batch_size=200)


def _write_names(out: Plan, progress: Progress) -> None:
    RegionName.objects.filter(pk__in=out.names_delete).delete()
    for pk, source in out.names_change.items():
        RegionName.objects.filter(pk=pk).update(source=source)
    RegionName.objects.bulk_create(
        [
            RegionName(region_id=out.ids[name.region], name=name.name, kind=name.kind, source=name.source)
            for name in progress(out.names_create, "names", len(out.names_create))
        ],
        batch_size=_BATCH,
    )


def _write_edges(out: Plan, progress: Progress) -> None:
    Succession.objects.filter(pk__in=out.edges_delete).delete()
    for pk, edge in out.edges_change.items():
        Succession.objects.filter(pk=pk).update(**{column: getattr(edge, column) for column in _EDGE_COLUMNS})
    Succession.objects.bulk_create(
        [
            Succession(
                old_id=out.ids[edge.old],
                new_id=out.ids[edge.new],
                **{column: getattr(edge, column) for column in _EDGE_COLUMNS},
            )
            for edge in progress(out.edges_create, "successions", len(out.edges_create))
        ],
        batch_size=_BATCH,
    )


def _record(out: Plan, before: dict[int, Region], changes) -> None:
    old = {pk: fields_of(row) for pk, row in before.items()}
    for region in Region.objects.filter(pk__in=list(before)):
        changes.updated(region, old[region.pk])
    created = [out.ids[life.key] for life in out.create]
    for start in range(0, len(created), 500):
        changes.created(*Region.objects.filter(pk__in=created[start : start + 500]))


def _activate(out: Plan, changes) -> Release:
    """Make the edition the active release and note it as one change."""
    edition = out.edition
    for other in Release.objects.filter(state=ReleaseState.ACTIVE).exclude(edition=edition.edition):
        old = fields_of(other)
        other.state = ReleaseState.RETIRED
        other.save()
        changes.updated(other, old)
    release = Release.objects.filter(edition=edition.edition).first()
    values = {
        "publisher": edition.publisher,
        "cut_off": edition.cut_off,
        "licence": edition.licence,
        "checksum": edition.checksum,
        "state": ReleaseState.ACTIVE,
    }
    if release and all(getattr(release, name) == value for name, value in values.items()):
        return release
    old = fields_of(release) if release else None
    release = release or Release(edition=edition.edition)
    for name, value in values.items():
        setattr(release, name, value)
    release.comparison = out.comparison
    release.full_clean()
    release.save()
    if old:
        changes.updated(release, old)
    else:
        changes.created(release)
    return release
