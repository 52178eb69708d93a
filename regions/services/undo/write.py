"""Carrying a plan out: one change set, all of it or nothing."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import product
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.utils import timezone
from django.utils.translation import gettext as _

from regions.choices import ChangeAction, Door, ImportState
from regions.models import Change, ChangeSet, CoverageRule, Hotline, Service
from regions.models.change import BEGINNING
from regions.postings.touched import LIST, RULE
from regions.services.changes import ChangeSet as Collected
from regions.services.changes import change_set, fields_of
from regions.services.lives import hand_over, tell_outlets
from regions.services.records import describe_protection, parts_of, put_parts
from regions.services.rules import change, hold_lists, remove

from . import state
from .plan import Plan, Step, plan

Progress = Callable[[Iterable], Iterable]
_CHUNK = 500
_LAST = 9


class Refused(ValidationError):
    """Nothing was undone. `plan` says of what, and why not."""

    def __init__(self, message: str, made: Plan | None = None) -> None:
        super().__init__(message, code="newer")
        self.plan = made


def undo(
    the_set: ChangeSet,
    *,
    only: Collection[int] | None = None,
    allowed: models.QuerySet | None = None,
    reason: str,
    actor: Any = None,
    progress: Progress = iter,
) -> Plan:
    """Undo a set, or of it the changes of these numbers. Raises Refused, and does nothing, where `plan` refuses anything."""
    try:
        with change_set(actor=actor, reason=reason, door=Door.UNDO, undoes=the_set.pk) as changes:
            _hold(the_set)
            made = plan(the_set, only, allowed)
            if made.refused:
                raise Refused(made.refused[0].why, made)
            if made.is_empty:
                raise Refused(_("There is nothing in this set that could be undone."), made)
            _carry_out(made, changes, progress)
            return made
    except IntegrityError as error:
        raise Refused(
            _(
                "Something it rests on is gone or taken by now; nothing was undone. Undo first what came later."
            )
        ) from error


def _hold(the_set: ChangeSet) -> None:
    """Nobody changes a list that the set changed until the commit."""
    changes = Change.objects.filter(changeset=the_set.uuid, kind__in=(RULE, LIST)).order_by()
    slugs = changes.annotate(slug=BEGINNING).values("slug").distinct()
    hold_lists(Service.objects.filter(slug__in=slugs).values_list("pk", flat=True))


def _carry_out(made: Plan, changes: Collected, progress: Progress) -> None:
    rules = [step for step in made.steps if step.subject.kind == RULE]
    others = sorted((step for step in reversed(made.steps) if step.subject.kind != RULE), key=_order)
    for old, heir in made.heirs.items():
        if heir is not None:
            hand_over(old, heir, changes)
    for step in progress([step for step in others if _order(step) < _LAST]):
        _write(made, step, changes)
    for old, heir in made.heirs.items():
        if heir is None:
            new = Hotline.objects.filter(follows_id=old, valid_to=None).first()
            if new is not None:
                hand_over(old, new.pk, changes)
    _write_rules(made, rules, changes, progress)
    for step in progress([step for step in others if _order(step) == _LAST]):
        _write(made, step, changes)
    for imp, then in made.imports:
        before = fields_of(imp)
        imp.state, imp.revision = then, imp.revision + 1
        imp.reverted_at = timezone.now() if then == ImportState.REVERTED else None
        if then == ImportState.APPLIED:
            imp.changeset = changes.id
        imp.save(update_fields=["state", "revision", "reverted_at", "changeset"])
        changes.updated(imp, before)
    if made.decisions:
        from regions.services.intake.deciding import restore  # which reverts by undoing

    for found in made.decisions:
        restore(found.imp, found.was.values(), changes, draft=not found.with_state)
    noted = {(kind, key) for kind, key, *_rest in changes.rows}
    for entry in made.chosen:  # so that it can be told what was undone, also where nothing had to be written
        if (entry.subject.kind, entry.key) not in noted:
            noted.add((entry.subject.kind, entry.key))
            changes.add(entry.subject.kind, entry.key, ChangeAction.UPDATE, {}, {})


def _order(step: Step) -> int:
    """Outlets let go of claims first. Claims that go or end make room for others; what comes back comes before rules, what goes
    after them."""
    if step.subject.kind == "outlet" and step.now is not None:
        return 0
    claim = step.subject.kind == "hotline"
    if step.then is None:
        return 1 if claim else _LAST
    if not claim:
        return 2
    return 3 if step.now is not None and step.then.get("valid_to") else 4


def _record(step: Step) -> models.Model:
    """A record with the columns it is to have, not saved."""
    model = state.MODELS[step.subject.kind]
    then = step.then or {}
    columns = {field.attname: field for field in model._meta.concrete_fields}
    return model(**{name: columns[name].to_python(then[name]) for name in columns if name in then})


def _write(made: Plan, step: Step, changes: Collected) -> None:
    kind = step.subject.kind
    stored = made.records.get((kind, step.now["id"])) if step.now else None
    if stored is not None and step.then is None:
        key, parts = stored.key, parts_of(stored)  # type: ignore[attr-defined]
        gone = state.MODELS[kind]._default_manager.get(pk=stored.pk)
        try:
            stored.delete()
        except models.ProtectedError as error:
            raise Refused(describe_protection(gone, error.protected_objects), made) from error
        changes.deleted(gone, key, parts)
        _call_otherwise(gone, changes)
        return
    record = _record(step)
    if stored is None:
        record.clean_fields()
        noted = {
            field.attname: getattr(record, field.attname)
            for field in record._meta.concrete_fields
            if getattr(field, "auto_now_add", False)
        }
        record.save(force_insert=True)
        if noted:  # it came when it came, not now
            type(record)._default_manager.filter(pk=record.pk).update(**noted)
        put_parts(record, step.then or {})
        changes.created(record)
        _call_otherwise(record, changes)
        return
    before = fields_of(stored) | parts_of(stored)
    kept = {name: getattr(stored, name) for name in ("path",) if hasattr(stored, name)}
    for name, value in kept.items():
        setattr(record, name, value)
    names = [name for name, value in (step.then or {}).items() if before.get(name) != value]
    columns = [field.name for field in record._meta.concrete_fields if field.attname in names]
    record._state.adding = False
    record.clean_fields(exclude={field.name for field in record._meta.concrete_fields} - set(columns))
    if columns:
        record.save(update_fields=columns)
    put_parts(record, step.then or {})
    after = fields_of(record) | parts_of(record)
    changed = [name for name in after if before.get(name) != after[name]]
    changes.touched_rules.note(kind, record.key, ChangeAction.UPDATE, {}, {})  # type: ignore[attr-defined]
    old, new = ({name: row.get(name) for name in changed} for row in (before, after))
    if changed:
        changes.differs(record, old, new, step.correction)


def _call_otherwise(record: models.Model, changes: Collected) -> None:
    if isinstance(record, Hotline) and record.follows_id:
        tell_outlets(record, changes)


def _write_rules(made: Plan, steps: list[Step], changes: Collected, progress: Progress) -> None:
    """All rules at once: first what goes, then what ends, then what opens or begins again."""
    for service, its in _by_service(made, [step for step in steps if step.now]):
        for some in _chunks([step for step in its if step.then is None]):
            remove(service, [_stored(made, step) for step in some], changes)
            _tell(progress, some)
        for ends, exact in product((True, False), repeat=2):
            alike = [
                step
                for step in its
                if step.then and (bool(step.then["valid_to"]), step.correction) == (ends, exact)
            ]
            for some in _chunks(alike):
                change(service, [(_stored(made, step), _columns(step)) for step in some], changes, exact)
                _tell(progress, some)
    # With the keys that they had: what points at them does so again.
    for some in _chunks([step for step in steps if step.now is None]):
        coming = [cast(CoverageRule, _record(step)) for step in some]
        CoverageRule.objects.bulk_create(coming)
        changes.created(*_with_names(coming))
        _tell(progress, some)


def _chunks(steps: list[Step]) -> Iterator[list[Step]]:
    return (steps[start : start + _CHUNK] for start in range(0, len(steps), _CHUNK))


def _tell(progress: Progress, steps: list[Step]) -> None:
    for _step in progress(steps):
        pass


def _by_service(made: Plan, steps: list[Step]) -> list[tuple[Service, list[Step]]]:
    found: dict[Service, list[Step]] = defaultdict(list)
    for step in steps:
        found[_stored(made, step).service].append(step)
    return list(found.items())


def _columns(step: Step) -> dict[str, Any]:
    """The columns that differ, as values of Python."""
    rule, now, then = _record(step), step.now or {}, step.then or {}
    return {name: getattr(rule, name) for name in then if now.get(name) != then[name]}


def _stored(made: Plan, step: Step) -> CoverageRule:
    rule = made.records[step.subject.kind, (step.now or {})["id"]]
    return cast(CoverageRule, rule)


def _with_names(rules: list[CoverageRule]) -> list[CoverageRule]:
    rows = CoverageRule.objects.filter(pk__in=[rule.pk for rule in rules])
    return list(rows.select_related("service", "region").order_by("pk"))
