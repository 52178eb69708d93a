"""Applying an import: one transaction, one change set; nothing of it, or all of it."""

import datetime
import uuid
from dataclasses import replace

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from regions.choices import Door, Effect, ImportMode, ImportState
from regions.models import CoverageImport, CoverageRule, ImportLine, Service
from regions.models.base import today
from regions.services.changes import ChangeSet, change_set, fields_of
from regions.services.decided import store
from regions.services.rules import Put, end, put

from . import outlet_lists
from .closing import refuse_unasked
from .deciding import refuse_unseen
from .plan import IntakeError, Outcome, Plan, plan
from .tables import Progress

_BATCH = 2_000
_CHUNK = 500


def apply(
    *,
    imp: CoverageImport,
    actor=None,
    leave_open: bool = False,
    overrule: bool = False,
    closing: int | None = None,
    end_gone: datetime.date | None = None,
    seen: int | None = None,
    progress: Progress = iter,
) -> Outcome:
    """Make the accepted lines of a draft coverage.

    `leave_open`: lines that are open, or that contradict what stands, stay behind in a draft of their own.
    `overrule`: contradicting lines count: a rule of the other kind on the same region is replaced, nearer rules
    stay. A list that contradicts itself, or names an abolished region, is never overruled.
    `closing`: how many rules a list in *replace* mode closes, repeated by whoever applies one that closes more than half.
    `end_gone`: the day on which the outlets of the same source end that a table of outlets does not name; None leaves them.

    `seen` is the import's `revision` as the actor saw it. Waits for anybody who is changing the same service's list, and then compares anew, so that two people
    applying at once neither lose nor double a rule. Raises IntakeError while lines are open or contradict.
    """
    try:
        with change_set(actor=actor, reason=_reason(imp), door=Door.IMPORT) as changes:
            lock(imp)
            refuse_unseen(imp, seen)
            return _apply(imp, changes, actor, leave_open, overrule, closing, end_gone, progress)
    except IntegrityError as error:
        raise IntakeError(
            _(
                "Somebody changed this list at the same moment; nothing was written. Look at the preview again."
            ),
            code="busy",
        ) from error


def _reason(imp: CoverageImport) -> str:
    return _("import %(pk)d") % {"pk": imp.pk}


def lock(imp: CoverageImport) -> CoverageImport:
    """The import as it stands now; until the commit nobody else applies anything to its service."""
    Service.objects.select_for_update(no_key=True).order_by().get(pk=imp.service_id)
    locked = CoverageImport.objects.select_for_update(no_key=True).order_by().get(pk=imp.pk)
    imp.state, imp.changeset, imp.revision = locked.state, locked.changeset, locked.revision
    imp.applied_at, imp.reverted_at = locked.applied_at, locked.reverted_at
    return imp


def _apply(
    imp: CoverageImport,
    changes: ChangeSet,
    actor,
    leave_open: bool,
    overrule: bool,
    closing: int | None,
    end_gone: datetime.date | None,
    progress: Progress,
) -> Outcome:
    if end_gone and not outlet_lists.is_outlets(imp):
        raise IntakeError(_("Only outlets are ended by a table that does not name them."))
    if imp.state == ImportState.APPLIED and outlet_lists.is_outlets(imp):
        return Outcome(
            unchanged=imp.lines.filter(decision=ImportLine.Decision.ACCEPTED).count(), already=True
        )
    if imp.state == ImportState.APPLIED:
        return Outcome(
            unchanged=CoverageRule.objects.filter(import_line__coverage_import=imp).count(), already=True
        )
    if imp.state in (ImportState.REVERTED, ImportState.DISCARDED):
        text = _("This import is no draft any more (%(state)s): take it up again first.")
        raise IntakeError(text % {"state": imp.get_state_display()}, code=imp.state)
    if outlet_lists.is_outlets(imp):
        asked = {"actor": actor, "leave_open": leave_open, "end_gone": end_gone, "progress": progress}
        outcome, left = outlet_lists.write(imp, **asked)
    else:
        todo, left = _settled(imp, leave_open, overrule)
        closed = sum(item.rule is not None for item in todo.of(Effect.CLOSED))
        refuse_unasked(closed, [imp.service_id], closing)
        outcome = write(imp.service, todo, changes, source_id=imp.source_id, progress=progress)
    before = fields_of(imp)
    imp.state, imp.applied_at, imp.changeset = ImportState.APPLIED, timezone.now(), uuid.UUID(str(changes.id))
    imp.revision += 1
    imp.save(update_fields=["state", "applied_at", "changeset", "revision"])
    changes.updated(imp, before)
    rest = leave(imp, left, changes, actor) if left else None
    return replace(outcome, left=len(left), rest=rest)


def _settled(imp: CoverageImport, leave_open: bool, overrule: bool) -> tuple[Plan, list[int]]:
    """The plan without anything that may not be applied, and the lines left aside. Raises IntakeError."""
    todo = plan(imp)
    if todo.open_lines and not leave_open:
        raise IntakeError(
            _(
                "Lines that need a person: %(count)d. Decide or skip them, or leave them open in a draft of their own."
            )
            % {"count": len(todo.open_lines)},
            code="open-lines",
            lines=todo.open_lines,
        )
    while blocking := _blocking(todo, overrule):
        if not leave_open:
            raise IntakeError(
                _("Lines that contradict what stands, or each other: %(count)d. Skip them, or overrule.")
                % {"count": len(blocking)},
                code="contradicting",
                lines=blocking,
            )
        # What is left aside may have made other lines redundant or possible: compare again without it.
        todo = plan(imp, without={*todo.open_lines, *blocking})
    return todo, todo.open_lines


def _blocking(todo: Plan, overrule: bool) -> list[int]:
    stopping = ("twice", "gone") if overrule else None
    lines = (
        item.line
        for item in todo.of(Effect.CONTRADICTING)
        if item.line is not None and (stopping is None or item.why in stopping)
    )
    return list(dict.fromkeys(lines))


def write(
    service: Service, todo: Plan, changes: ChangeSet, *, source_id: int | None, progress: Progress = iter
) -> Outcome:
    """Bring the rules to a plan; set-based."""
    day = today()
    written = list(todo.of(Effect.NEW, Effect.CONTRADICTING))
    unnamed = [item.rule for item in todo.of(Effect.CLOSED) if item.rule]
    end(service, unnamed, changes, day)
    rules = (
        CoverageRule(
            service=service,
            region_id=todo.places[item.code].id,
            kind=item.kind,
            valid_from=day,
            valid_to=todo.planned.get(todo.places[item.code].id),
            source_id=source_id,
            import_line_id=item.line,
        )
        for item in progress(written)
    )
    put(
        service, [Put(rule, item.code, item.rule) for rule, item in zip(rules, written, strict=True)], changes
    )
    turned = sum(item.rule is not None for item in written)
    return Outcome(
        created=len(written) - turned,
        changed=turned,
        unchanged=sum(1 for _item in todo.of(Effect.UNCHANGED)),
        closed=len(unnamed),
        redundant=sum(1 for _item in todo.of(Effect.REDUNDANT)),
    )


_COPIED = (
    "line_no", "position", "start", "end", "token", "verdict", "result", "is_duplicate", "heading", "kind", "held",
)  # fmt: skip


def leave(imp: CoverageImport, lines: list[int], changes: ChangeSet, actor) -> CoverageImport:
    """Move lines that were left open to a draft of their own, with the same text; here they count as skipped."""
    from .drafting import count

    rest = CoverageImport.objects.create(
        service_id=imp.service_id,
        title=imp.title,
        mode=imp.mode
        if outlet_lists.is_outlets(imp)
        else ImportMode.ADD,  # replacing again with the rest alone would close what was just applied
        text=imp.text,
        source_id=imp.source_id,
        release_id=imp.release_id,
        reading=imp.reading | ({"part": True} if outlet_lists.is_outlets(imp) else {}),
        created_by=actor if actor is not None and actor.pk else None,
    )
    copies, originals = [], []
    for start in range(0, len(lines), _CHUNK):
        originals += list(imp.lines.filter(pk__in=lines[start : start + _CHUNK]))
    for line in originals:
        copy = ImportLine(coverage_import=rest, decision=ImportLine.Decision.OPEN, include=[], exclude=[])
        for name in _COPIED:
            setattr(copy, name, getattr(line, name))
        copies.append(copy)
        line.decision, line.note = (
            ImportLine.Decision.SKIPPED,
            _("Left open in import %(pk)d.") % {"pk": rest.pk},
        )
    ImportLine.objects.bulk_create(copies, batch_size=_BATCH)
    store(imp, originals, changes)
    rest.counts = count((copy.verdict, copy.is_duplicate) for copy in copies)
    rest.save(update_fields=["counts"])
    changes.created(rest)
    return rest
