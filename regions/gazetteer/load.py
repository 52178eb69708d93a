"""Brings the database to an edition, as `plan` worked it out: in one transaction, with its changes noted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from regions import bulk
from regions.choices import Door, Precision, ReleaseState
from regions.models import Region, RegionName, Release, Succession
from regions.services.changes import change_set, fields_of

from .edition import Life
from .plan import COLUMNS, EDGE_COLUMNS, Plan

Progress = Callable[[Iterable, str, int], Iterable]


def no_progress(items: Iterable, label: str, total: int) -> Iterable:
    """The progress reporter that reports nothing."""
    return items


def apply(out: Plan, progress: Progress = no_progress, actor=None) -> Release:
    """Write a plan in one transaction and make its edition the active release."""
    edition = out.edition
    why = _("region data %(update)s") % {"update": edition.edition}
    with change_set(actor=actor, reason=why, door=Door.EDITION) as changes:
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
        _analyze()
        return _activate(out, changes)


def _analyze() -> None:
    """Let the database count what it now has, or it takes an index of all townships for the one below a county.

    SQLite never does so by itself, PostgreSQL some time later. These tables stay as they are until the next edition,
    so the counts stay true; tables that grow have none on SQLite, where old ones do more harm than none.
    """
    with connection.cursor() as cursor:
        for model in (Region, RegionName, Succession):
            cursor.execute(f"ANALYZE {model._meta.db_table}")


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
    of = attrgetter(*COLUMNS)
    for level in sorted(levels):
        last = Region.objects.aggregate(last=Max("pk"))["last"] or 0
        lives = progress(levels[level], f"level {level}", len(levels[level]))
        bulk.insert(
            Region,
            ("parent_id", *COLUMNS),
            ((out.ids[life.parent] if life.parent else None, *of(life)) for life in lives),
        )
        for code, day, key in Region.objects.filter(pk__gt=last).values_list("code", "valid_from", "pk"):
            out.ids[code, day] = key


def _change(out: Plan, before: dict[int, Region]) -> None:
    rows = []
    for pk, life in out.change.items():
        row = Region(pk=pk, parent_id=out.ids[life.parent] if life.parent else None)
        for column in COLUMNS:
            setattr(row, column, getattr(life, column))
        rows.append(row)
    Region.objects.bulk_update(rows, ["parent", *COLUMNS], batch_size=200)


def _write_names(out: Plan, progress: Progress) -> None:
    RegionName.objects.filter(pk__in=out.names_delete).delete()
    for pk, source in out.names_change.items():
        RegionName.objects.filter(pk=pk).update(source=source)
    bulk.insert(
        RegionName,
        ("region_id", "name", "kind", "source"),
        (
            (out.ids[name.region], name.name, name.kind, name.source)
            for name in progress(out.names_create, "names", len(out.names_create))
        ),
    )


def _write_edges(out: Plan, progress: Progress) -> None:
    Succession.objects.filter(pk__in=out.edges_delete).delete()
    for pk, edge in out.edges_change.items():
        Succession.objects.filter(pk=pk).update(**{column: getattr(edge, column) for column in EDGE_COLUMNS})
    of = attrgetter(*EDGE_COLUMNS)
    bulk.insert(
        Succession,
        ("old_id", "new_id", *EDGE_COLUMNS),
        (
            (out.ids[edge.old], out.ids[edge.new], *of(edge))
            for edge in progress(out.edges_create, "successions", len(out.edges_create))
        ),
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
    before = fields_of(release) if release else None
    release = release or Release(edition=edition.edition)
    for name, value in values.items():
        setattr(release, name, value)
    release.comparison = out.comparison
    release.full_clean()
    release.save()
    if before:
        changes.updated(release, before)
    else:
        changes.created(release)
    return release
