"""Taking an update of the region data back: exactly the rows it wrote, and only while nothing newer stands on them."""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from regions.models import CoverageRule, Region, RegionName, Release, Service, Succession
from regions.postings.touched import RULE
from regions.services.changes import ChangeSet, fields_of
from regions.services.rules import RuleError, change, hold_lists, remove

from .plan import COLUMNS, EDGE_COLUMNS, Plan

_REGION = ("parent_id", *COLUMNS)
_NAME = ("id", "region_id", "name", "kind", "source")
_EDGE = ("id", "old_id", "new_id", *EDGE_COLUMNS)
_DAYS = {"valid_from", "valid_to", "date", "cut_off"}


def before(plan: Plan) -> dict[str, Any]:
    """What stands now of everything that a plan would change; as JSON."""
    touched = [*plan.change, *plan.close]
    return {
        "regions": _rows(Region, touched, ("id", *_REGION)),
        "names": _rows(RegionName, [*plan.names_delete, *plan.names_change], _NAME),
        "edges": _rows(Succession, [*plan.edges_delete, *plan.edges_change], _EDGE),
        "release": Release.objects.filter(state="active").values_list("pk", flat=True).first(),
    }


def created(plan: Plan, changes: ChangeSet, rules: dict[int, str | None]) -> dict[str, Any]:
    """What was made anew, to go again: found after the plan was carried out, before the transaction ends.

    `rules` are those that could be carried over, by key, with the end they had.
    """
    made = [row[4]["id"] for row in changes.rows if row[0] == RULE and row[2] == "create" and row[4]]
    ended = dict(CoverageRule.objects.filter(pk__in=rules).values_list("pk", "valid_to"))
    names = {(plan.ids[name.region], name.name, name.kind) for name in plan.names_create}
    pairs = {(plan.ids[edge.old], plan.ids[edge.new]) for edge in plan.edges_create}
    return {
        "new_regions": [plan.ids[life.key] for life in plan.create],
        "new_names": [
            pk
            for pk, *key in RegionName.objects.filter(region_id__in={key[0] for key in names}).values_list(
                "pk", "region_id", "name", "kind"
            )
            if tuple(key) in names
        ],
        "new_edges": [
            pk
            for pk, *key in Succession.objects.filter(old_id__in={key[0] for key in pairs}).values_list(
                "pk", "old_id", "new_id"
            )
            if tuple(key) in pairs
        ],
        "new_rules": [fields_of(rule) for rule in CoverageRule.objects.filter(pk__in=made)],
        "ended_rules": {
            str(pk): [rules[pk], end.isoformat() if end else None]
            for pk, end in ended.items()
            if (end.isoformat() if end else None) != rules[pk]
        },
    }


def _rows(model, keys: list[int], columns: tuple[str, ...]) -> list[list]:
    found: list[list] = []
    for start in range(0, len(keys), 5_000):
        rows = model.objects.filter(pk__in=keys[start : start + 5_000]).values_list(*columns)
        found += [[_plain(value) for value in row] for row in rows]
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


def _values(columns: tuple[str, ...], row: list) -> dict[str, Any]:
    values = dict(zip(columns, row, strict=True))
    return {
        name: datetime.date.fromisoformat(value) if name in _DAYS and value else value
        for name, value in values.items()
    }


def restore(kept: dict[str, Any], changes: ChangeSet) -> None:
    """Bring back what `kept` says. Raises ValidationError where something newer stands in the way."""
    _restore_rules(kept, changes)
    regions = {row[0]: _values(("id", *_REGION), row) for row in kept["regions"]}
    stored = {region.pk: fields_of(region) for region in Region.objects.filter(pk__in=regions)}
    Succession.objects.filter(pk__in=kept["new_edges"]).delete()
    RegionName.objects.filter(pk__in=kept["new_names"]).delete()
    # First the parents, so that nothing hangs below what goes; a code is current only once, so what goes goes next.
    _update(regions, ["parent"])
    _remove(kept["new_regions"], changes)
    _update(regions, ["parent", *COLUMNS])
    for model, columns, name in ((RegionName, _NAME, "names"), (Succession, _EDGE, "edges")):
        rows: list[Any] = [model(**_values(columns, row)) for row in kept[name]]
        there = set(model.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
        model.objects.bulk_create([row for row in rows if row.pk not in there], batch_size=1_000)
        model.objects.bulk_update([row for row in rows if row.pk in there], columns[1:], batch_size=200)
    for region in Region.objects.filter(pk__in=regions):
        changes.updated(region, stored[region.pk])
    _restore_release(kept["release"], changes)


def _update(regions: dict[int, dict[str, Any]], columns: list[str]) -> None:
    rows = [Region(**{"id": pk, **values}) for pk, values in regions.items()]
    Region.objects.bulk_update(rows, columns, batch_size=200)


def _remove(keys: list[int], changes: ChangeSet) -> None:
    if others := RegionName.objects.filter(region_id__in=keys).first():
        raise ValidationError(
            _("%(region)s has a name that was added since (%(name)s): remove it first.")
            % {"region": others.region, "name": others}
        )
    for region in Region.objects.filter(pk__in=keys).order_by("-level", "pk"):
        changes.deleted(region)
        try:
            region.delete()
        except ProtectedError as error:
            held = next(iter(error.protected_objects))
            raise ValidationError(
                _("%(region)s is used since: %(record)s (%(count)d in all). Remove or move that first.")
                % {"region": region, "record": held, "count": len(error.protected_objects)}
            ) from None


def _restore_rules(kept: dict[str, Any], changes: ChangeSet) -> None:
    made = {row["id"]: row for row in kept["new_rules"]}
    ended = {int(pk): ends for pk, ends in kept["ended_rules"].items()}
    touched = CoverageRule.objects.filter(pk__in=[*made, *ended])
    hold_lists(touched.order_by().values_list("service_id", flat=True).distinct())
    rules = {rule.pk: rule for rule in touched.select_related("service", "region")}
    for pk, row in made.items():
        if pk not in rules or fields_of(rules[pk]) != row:
            raise ValidationError(_("A rule that was moved has been changed since: undo that first."))
    for pk, (_was, end) in ended.items():
        if pk not in rules or _plain(rules[pk].valid_to) != end:
            raise ValidationError(_("A rule that was ended has been changed since: undo that first."))
    by_service: dict[Service, list[int]] = defaultdict(list)
    for pk, rule in rules.items():
        by_service[rule.service].append(pk)
    for service, keys in by_service.items():
        try:
            remove(service, [rules[pk] for pk in keys if pk in made], changes)
        except RuleError as error:  # a report is on file about one
            raise ValidationError(
                _("A rule that was moved is used since; undo that first. (%(rule)s)")
                % {"rule": error.messages[0]}
            ) from None
        again = {pk: ended[pk][0] for pk in keys if pk in ended}
        columns = {pk: datetime.date.fromisoformat(was) if was else None for pk, was in again.items()}
        change(service, [(rules[pk], {"valid_to": day}) for pk, day in columns.items()], changes, True)


def _restore_release(key: int, changes: ChangeSet) -> None:
    release = Release.objects.get(pk=key)
    for other in Release.objects.filter(state="active").exclude(pk=key):
        stood = fields_of(other)
        other.state = "retired"
        other.save()
        changes.updated(other, stood)
    stood = fields_of(release)
    release.state = "active"
    release.save()
    changes.updated(release, stood)
