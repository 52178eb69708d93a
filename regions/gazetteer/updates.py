"""Updates of the region data in an editor's hands: brought in, compared, activated on a day, undone.

The verbs of admin and commands. Until `activate` nothing that a reader sees changes.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from regions.choices import Door, UpdateState
from regions.models import CoverageRule, Region, RegionUpdate, Release
from regions.models.base import today
from regions.services.carry_over import carry_over_all
from regions.services.changes import ChangeSet, change_set, hold_sequence

from . import undo as undoing
from .announced import AnnouncementError, Row, read_rows
from .archive import read_archive
from .consequences import consequences
from .edition import Edition
from .load import Progress, apply, no_progress
from .overlay import Overlay, knows
from .plan import Plan, plan
from .standing import standing

OPEN = (UpdateState.DRAFT, UpdateState.WAITING)


@dataclass
class Survival:
    """What an edition makes of the changes that were announced: kept on top of it, or overtaken, each with why."""

    edition: Edition
    kept: list[str] = field(default_factory=list)
    overtaken: list[str] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)  # updates of which nothing is left to do


# --- bringing in


def add_edition(archive: bytes, actor=None) -> RegionUpdate:
    """Keep the files of an edition. Raises EditionError with every fault; nothing is kept then."""
    edition = read_archive(archive)
    update = RegionUpdate(name=edition.edition, files=archive, day=edition.cut_off, created_by=_person(actor))
    return _compared(update)


def add_changes(rows: list[Row], actor=None) -> RegionUpdate:
    """Keep announced changes. Raises AnnouncementError, EditionError; nothing is kept then."""
    changes = read_rows(rows)
    if not changes:
        raise AnnouncementError(_("There is no row that announces a change."))
    rows = _named(rows)
    name = str(changes[0]) + (f" + {len(changes) - 1}" if len(changes) > 1 else "")
    day = max(change.day for change in changes)
    update = RegionUpdate(name=name[:200], rows=rows, day=day, created_by=_person(actor))
    return _compared(update)


def _named(rows: list[Row]) -> list[Row]:
    """The rows with the names of today, so that a later edition that says otherwise is noticed."""
    current = dict(Region.objects.open().values_list("code", "name"))
    out = []
    for row in rows:
        codes = read_rows([row])[0].codes
        names = ";".join(current.get(code, "") for code in codes)
        out.append(row | {"name": row.get("name") or names.strip(";") and names})
    return out


def _person(actor):
    return actor if getattr(actor, "pk", None) else None


def _compared(update: RegionUpdate) -> RegionUpdate:
    with transaction.atomic():
        update.full_clean(exclude=["created_by"])
        update.save()
        return compare(update)


# --- comparing


def planned(update: RegionUpdate) -> tuple[Plan, Survival]:
    """What activating an update would do, held against what is in force. Reads only."""
    if update.files is None:
        overlay = Overlay(standing())
        for change in read_rows(update.rows):
            overlay.apply(change)
        survival = Survival(overlay.edition(str(update.pk), json.dumps(update.rows, sort_keys=True)))
    else:
        survival = survive(read_archive(bytes(update.files)))
    return plan(survival.edition), survival


def survive(edition: Edition) -> Survival:
    """An edition with the announced changes in force that it does not know, and what it overtakes."""
    announced = list(
        RegionUpdate.objects.filter(state=UpdateState.ACTIVE, files=None).defer("undo").order_by("day", "pk")
    )
    if not announced:
        return Survival(edition)
    out, overlay, said = Survival(edition), Overlay(edition), []
    last = 0
    for update in announced:
        left = 0
        for change in read_rows(update.rows):
            trial = overlay
            if knows(trial, change):
                out.overtaken.append(_("%(change)s: the edition knows it.") % {"change": change})
                continue
            try:
                trial = Overlay(overlay.edition("", ""))
                trial.apply(change)
            except AnnouncementError as error:
                out.overtaken.append(
                    _("%(change)s: the edition says otherwise (%(error)s)")
                    % {"change": change, "error": error}
                )
                continue
            overlay, left = trial, left + 1
            out.kept.append(str(change))
        if left:
            last = update.pk
            said.append(update.rows)
        else:
            out.gone.append(update.pk)
    if said:
        overlay.base = edition
        out.edition = overlay.edition(str(last), json.dumps(said, sort_keys=True))
    return out


def compare(update: RegionUpdate, *, move_rules: bool | None = None) -> RegionUpdate:
    """Compare anew and keep the report. Raises ValidationError, EditionError, AnnouncementError."""
    _must_be(update, OPEN)
    if move_rules is not None:
        update.move_rules = move_rules
    found, survival = planned(update)
    update.report = _report(found, survival, update)
    update.moved_towns = {str(parent): codes for parent, codes in found.moved_towns.items()}
    update.save(update_fields=["report", "moved_towns", "move_rules"])
    return update


def _report(found: Plan, survival: Survival, update: RegionUpdate) -> dict:
    day = max(today(), update.activate_on or found.edition.cut_off)
    report = {
        **found.comparison,
        "edition": found.edition.edition,
        "against": Release.objects.filter(state="active").values_list("edition", flat=True).first() or "",
        "summary": found.summary(),
        "kept": survival.kept,
        "overtaken": survival.overtaken,
        "effects": consequences(found, day, update.move_rules),
        "towns": _towns(found),
    }
    return json.loads(json.dumps(report))  # as it comes back from the database


def _towns(found: Plan) -> list[list]:
    """[region left, townships with their names] for those that live on elsewhere."""
    names = {life.code: life.name for life in found.edition.lives if life.valid_to is None}
    told = []
    for parent, codes in found.moved_towns.items():
        row = found.stored[parent]
        told.append([f"{row['code']} {row['name']}", [f"{code} {names.get(code, '')}" for code in codes]])
    return sorted(told)


# --- deciding


def plan_day(update: RegionUpdate, day: datetime.date, *, move_rules: bool = False) -> None:
    """Let an update wait for a day, on which it is activated by itself. Raises ValidationError."""
    _must_be(update, OPEN)
    if day <= today():
        raise ValidationError(_("%(day)s is not in the future; activate it now instead.") % {"day": day})
    _not_before_its_day(update, day)
    update.activate_on, update.move_rules, update.state = day, move_rules, UpdateState.WAITING
    update.save(update_fields=["activate_on", "move_rules", "state"])
    compare(update)


def discard(update: RegionUpdate) -> None:
    """Throw away what was not activated; it stays on file. Raises ValidationError."""
    _must_be(update, OPEN)
    update.state, update.activate_on = UpdateState.DISCARDED, None
    update.save(update_fields=["state", "activate_on"])


def activate(
    update: RegionUpdate,
    *,
    actor=None,
    move_rules: bool = False,
    seen: dict | None = None,
    progress: Progress = no_progress,
) -> Release:
    """Write an update in one transaction; the rules of whole territories go along if wanted.

    `seen` is the report that the person decided by: where it is no longer true, nothing is written. Raises
    ValidationError, EditionError, AnnouncementError.
    """
    with change_set(
        actor=actor, reason=_("region data %(update)s") % {"update": update}, door=Door.EDITION
    ) as changes:
        hold_sequence()  # what the plan saw must still stand when it is carried out
        update = RegionUpdate.objects.select_for_update(of=("self",)).get(pk=update.pk)
        _must_be(update, OPEN)
        _not_before_its_day(update, today())
        update.move_rules = move_rules
        found, survival = planned(update)
        if seen is not None and _report(found, survival, update) != seen:
            raise ValidationError(
                _("Something has changed since this was compared. Nothing was written: compare again."),
                code="changed",
            )
        return _carry_out(update, found, survival, changes, actor=actor, progress=progress)


def load(
    edition: Edition,
    archive: Callable[[], bytes],
    tell: Callable[[Plan, Survival], None],
    progress: Progress = no_progress,
) -> tuple[Release, Plan]:
    """Bring the database to an edition at once, as `load_regions` does; one that is not the first can be undone.

    `archive` packs its files where they are to be kept; `tell` is shown the plan before it is carried out.
    """
    why = _("region data %(update)s") % {"update": edition.edition}
    with change_set(reason=why, door=Door.EDITION) as changes:
        hold_sequence()  # what the plan saw must still stand when it is carried out
        survival = survive(edition)
        found = plan(survival.edition)
        tell(found, survival)
        if found.first or not (found.created or found.changed or found.close):
            return apply(found, progress), found
        update = RegionUpdate(name=edition.edition, files=archive(), day=edition.cut_off)
        update.full_clean(exclude=["created_by"])
        update.save()
        update.report = _report(found, survival, update)
        return _carry_out(update, found, survival, changes, progress=progress), found


def _carry_out(
    update: RegionUpdate,
    found: Plan,
    survival: Survival,
    changes: ChangeSet,
    *,
    actor=None,
    progress: Progress = no_progress,
) -> Release:
    """Write a plan, with what undoing it needs, and let the rules of whole territories go along if wanted."""
    rules = CoverageRule.objects.filter(region_id__in=found.ending)
    ends = {pk: end.isoformat() if end else None for pk, end in rules.values_list("pk", "valid_to")}
    kept = None if found.first else undoing.before(found)
    release = apply(found, progress, actor)
    if update.move_rules and not found.first:
        carry_over_all(rules=CoverageRule.objects.filter(pk__in=ends), actor=actor)
    if kept is not None:
        update.undo = (
            kept | undoing.created(found, changes, ends) | {"overtaken": survival.gone, "made": release.pk}
        )
    RegionUpdate.objects.filter(pk__in=survival.gone).update(state=UpdateState.OVERTAKEN)
    update.moved_towns = {str(parent): codes for parent, codes in found.moved_towns.items()}
    update.report = _report_of(found, survival, update)
    update.state, update.activated_at, update.changeset = UpdateState.ACTIVE, timezone.now(), changes.id
    update.save()
    return release


def _report_of(found: Plan, survival: Survival, update: RegionUpdate) -> dict:
    """The report that stays: what was shown, with what became of the announced changes."""
    return update.report | {"kept": survival.kept, "overtaken": survival.overtaken} | found.comparison


def due(on: datetime.date | None = None) -> QuerySet[RegionUpdate]:
    """What waits for a day that has come, in the order of the days."""
    return RegionUpdate.objects.filter(state=UpdateState.WAITING, activate_on__lte=on or today()).order_by(
        "activate_on", "pk"
    )


def waiting() -> QuerySet[RegionUpdate]:
    """Everything that is not decided, or whose day has not come."""
    return RegionUpdate.objects.filter(state__in=OPEN).order_by("activate_on", "day", "pk")


def undo(update: RegionUpdate, *, actor=None) -> None:
    """Take exactly this update back. Raises ValidationError where something newer stands on it."""
    with change_set(
        actor=actor, reason=_("undo of region data %(update)s") % {"update": update}, door=Door.UNDO
    ) as changes:
        hold_sequence()
        update = RegionUpdate.objects.select_for_update(of=("self",)).get(pk=update.pk)
        _must_be(update, (UpdateState.ACTIVE, UpdateState.OVERTAKEN))
        if update.undo is None:
            raise ValidationError(_("The first edition cannot be undone: there is nothing before it."))
        later: object = RegionUpdate.objects.filter(
            activated_at__gt=update.activated_at, state__in=(UpdateState.ACTIVE, UpdateState.OVERTAKEN)
        ).first()
        if later is None and not Release.objects.filter(pk=update.undo["made"], state="active").exists():
            later = Release.objects.filter(state="active").first()
        if later:
            raise ValidationError(_("“%(later)s” was activated since: undo that first.") % {"later": later})
        undoing.restore(update.undo, changes)
        RegionUpdate.objects.filter(pk__in=update.undo["overtaken"]).update(state=UpdateState.ACTIVE)
        update.state = UpdateState.UNDONE
        update.save(update_fields=["state"])


def _must_be(update: RegionUpdate, states: tuple[str, ...]) -> None:
    if update.state not in states:
        raise ValidationError(
            _("“%(update)s” is %(state)s.") % {"update": update, "state": update.get_state_display()}
        )


def _not_before_its_day(update: RegionUpdate, day: datetime.date) -> None:
    if update.day > day:
        raise ValidationError(
            _("It takes effect on %(day)s and cannot be activated before.") % {"day": update.day}
        )
