"""What undoing a change set would do: a few readings, no write, no lock."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from regions.choices import ChangeAction, DisputeState, ImportState
from regions.models import Change, ChangeSet, CoverageImport, Dispute, Hotline, RegionUpdate
from regions.models.base import today
from regions.postings.touched import RULE
from regions.services.changes import kind_of
from regions.services.records import PART_OF, describe_protection

from . import state
from .decisions import Decisions, decisions, is_decision
from .subjects import Entry, Subject, entries, says, standing

# So many of what points at a record are counted.
_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a subject cannot be undone, and the set that stands in the way where there is one."""

    subject: Subject
    why: str
    stands: ChangeSet | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one record: `now` is None for one that comes back or is new, `then` for one that goes."""

    subject: Subject
    now: state.Columns | None
    then: state.Columns | None
    correction: bool = False

    @property
    def action(self) -> str:
        if self.now is None:
            return ChangeAction.CREATE
        return ChangeAction.DELETE if self.then is None else ChangeAction.UPDATE


@dataclass(slots=True)
class Plan:
    """What undoing would do to each record, and what stands in its way."""

    the_set: ChangeSet
    chosen: list[Entry] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    records: dict[tuple[str, int], models.Model] = field(default_factory=dict)
    # Claims that go or end, and the one that stands again in their place: None where that one is still to be written.
    heirs: dict[int, int | None] = field(default_factory=dict)
    imports: list[tuple[CoverageImport, str]] = field(default_factory=list)  # and the state that each gets
    decisions: list[Decisions] = field(default_factory=list)
    gone_on: bool = False  # somebody has gone on with a draft that an application left

    @property
    def is_empty(self) -> bool:
        return not (self.chosen or self.imports or self.decisions)

    @property
    def subjects(self) -> list[Subject]:
        return list(dict.fromkeys(entry.subject for entry in self.chosen))


def plan(
    the_set: ChangeSet, only: Collection[int] | None = None, allowed: models.QuerySet | None = None
) -> Plan:
    """What undoing what still stands of a set would do, or its changes with these numbers and all that concerns the same subjects.

    `allowed`: the changes that may be undone at all; the others stay.
    """
    changes = (
        Change.objects.filter(changeset=the_set.uuid)
        if allowed is None
        else allowed.filter(changeset=the_set.uuid)
    )
    every = [entry for entry in entries(changes.order_by("pk")) if says(entry)]
    if only is None:  # what is undone already is left out, as long as anything stands
        stands = standing(the_set, every)
        every = [entry for entry in every if stands[entry.subject].holds(the_set.uuid)] or every
    wanted = {entry.subject for entry in every if only is None or entry.change in only}
    made = Plan(the_set, [entry for entry in every if entry.subject in wanted])
    if made.chosen and RegionUpdate.objects.filter(changeset=the_set.uuid).exists():
        why = _("Region data are undone on their own page.")
        made.refused = [Refusal(subject, why) for subject in made.subjects[:1]]
        return made
    decided = [entry for entry in made.chosen if is_decision(entry)]
    made.chosen = [entry for entry in made.chosen if not is_decision(entry)]
    states = {entry.subject for entry in made.chosen if entry.subject.kind == "import"}
    _see_imports(made, {entry.subject for entry in every})
    _see_decisions(made, decided, states)
    _see_records(made)
    return made


def _see_decisions(made: Plan, decided: list[Entry], states: set[Subject]) -> None:
    """What was decided about lines is undone while nobody has decided anew, and the import is a draft.

    What an application left to a draft of its own comes back with the state of the import (`states`: the imports whose state
    the set changed), unless somebody has gone on with that draft.
    """
    going = {imp.pk: then for imp, then in made.imports}
    for found in decisions(decided):
        found.with_state = found.subject in states
        if found.with_state and (found.imp.pk not in going or made.gone_on):
            continue
        if why := found.refusal():
            made.refused.append(Refusal(found.subject, why, _newest_of(found.subject, made.the_set)))
        else:
            made.decisions.append(found)


def _see_imports(made: Plan, every: set[Subject]) -> None:
    """An import is applied or not as a whole: it follows when all else of the set is undone, and stays else.

    One that was deleted with its service comes back with it, as records do, and goes with it again.
    """
    coming = {
        _after(entry, "id") for entry in made.chosen if entry.subject.kind == "service" and _is_new(entry)
    }
    imports = {
        entry.subject: entry
        for entry in made.chosen
        if entry.subject.kind == "import"
        and entry.action != ChangeAction.DELETE
        and not (_is_new(entry) and _after(entry, "service_id") in coming)
    }
    others = {subject for subject in every if subject.kind != "import"}
    made.chosen = [entry for entry in made.chosen if entry.subject not in imports]
    for subject, entry in imports.items():
        imp = CoverageImport.objects.select_related("service").filter(pk=int(subject.key)).first()
        became, then = _after(entry, "state"), _state_before(entry)
        if imp is None or not then or not others <= {*made.subjects}:
            continue
        if imp.state != became and _is_new(entry) and len(imports) > 1:
            made.gone_on = True  # it stands by itself
            continue
        if imp.state != became:
            stands = _newest_of(subject, made.the_set)
            made.refused.append(
                Refusal(
                    subject,
                    _("%(import)s is %(state)s.") % {"import": imp, "state": imp.get_state_display()},
                    stands,
                )
            )
            continue
        made.imports.append((imp, then))


def _after(entry: Entry, name: str) -> Any:
    return (entry.after or {}).get(name)


def _is_new(entry: Entry) -> bool:
    return entry.action == ChangeAction.CREATE


def _state_before(entry: Entry) -> str:
    """The state that undoing gives an import; empty where there is nothing to undo of it.

    What was applied is reverted: its rules stay on file. A list that a set brought in, or left of another one, is discarded.
    """
    if _is_new(entry):
        return ImportState.DISCARDED
    if _after(entry, "state") == ImportState.APPLIED:
        return ImportState.REVERTED
    state: str = (entry.before or {}).get("state", "")
    return state


def _of_people(subject: Subject, its: list[Entry]) -> bool:
    """Regions come and go with an edition; people only change their names."""
    return subject.kind != "region" or all(entry.action == ChangeAction.UPDATE for entry in its)


def _newest_of(subject: Subject, the_set: ChangeSet) -> ChangeSet | None:
    last = Change.objects.filter(kind=subject.kind, key=subject.key).order_by("-pk").first()
    if last is None or last.changeset == the_set.uuid:
        return None
    return ChangeSet.objects.filter(uuid=last.changeset).first()


def _see_records(made: Plan) -> None:
    stands = standing(made.the_set, made.chosen)
    sets = ChangeSet.objects.select_related("actor").in_bulk(
        {
            uuid
            for found in stands.values()
            for uuid in (*(names[-1] for names in found.stack), *found.undone)
        },
        field_name="uuid",
    )
    of_subject: dict[Subject, list[Entry]] = defaultdict(list)
    for entry in made.chosen:
        of_subject[entry.subject].append(entry)
    known = [subject for subject in of_subject if subject.kind in state.MODELS]
    now, made.records = state.read(known)
    for subject, its in of_subject.items():
        stack = stands[subject].stack
        if subject.kind not in state.MODELS or not _of_people(subject, its):
            made.refused.append(Refusal(subject, _("Records of this kind are not undone here: decide anew.")))
        elif not stack:
            by = [sets.get(uuid) for uuid in stands[subject].undone]
            made.refused.append(Refusal(subject, _("It is undone already."), by[-1] if by else None))
        elif len(stack) > 1 or made.the_set.uuid not in stack[0]:
            made.refused.append(Refusal(subject, _("Something newer stands on it."), sets.get(stack[-1][-1])))
        else:
            _see_subject(made, subject, its, now[subject])
    _see_checks(made)
    _see_references(made)
    _see_pointers(made)
    _see_reports(made)


def _see_pointers(made: Plan) -> None:
    """What would go may have got others that point at it since: they are counted."""
    going: dict[str, dict[int, Subject]] = defaultdict(dict)
    for step in made.steps:
        if step.then is None and step.now:
            going[step.subject.kind][step.now["id"]] = step.subject
    for kind, keys in going.items():
        for relation in state.MODELS[kind]._meta.related_objects:
            if relation.on_delete is not models.PROTECT:
                continue
            other, name = relation.related_model, relation.field.attname
            rows = other._base_manager.filter(**{f"{relation.field.name}__in": list(keys)})
            leaving = going.get(kind_of(other), {}).keys()
            if other is Dispute and kind == "hotline":  # an open one goes with the claim
                rows = rows.exclude(state=DisputeState.OPEN, hotline_id__in=_with_heir(made))
            if (
                other is Hotline and name == "replaced_by_id"
            ):  # named the claim that went on: names the one that does again
                rows = rows.exclude(replaced_by_id__in=_with_heir(made))
            if whole := PART_OF.get(kind_of(other)):  # goes with what it is a part of
                rows = rows.exclude(**{f"{whole}__in": going.get(whole, {}).keys()})
            for pk, points_at in rows.values_list("pk", name):
                if pk not in leaving and keys[points_at] not in {each.subject for each in made.refused}:
                    record = made.records[kind, points_at]
                    protected = list(rows.filter(**{name: points_at})[:_COUNTED])
                    made.refused.append(Refusal(keys[points_at], describe_protection(record, protected)))


def _with_heir(made: Plan) -> list[int]:
    return [pk for pk, heir in made.heirs.items() if heir]


def _see_reports(made: Plan) -> None:
    """Who reported what would end waits for an answer: that comes first."""
    ending: dict[str, dict[int, Subject]] = {RULE: {}, "hotline": {}}
    for step in made.steps:
        now, then = step.now or {}, step.then or {}
        handed_over = step.subject.kind == "hotline" and now.get("id") in made.heirs
        if now and then.get("valid_to") and not now.get("valid_to") and not handed_over:
            ending[step.subject.kind][now["id"]] = step.subject
    for kind, column in ((RULE, "rule_id"), ("hotline", "hotline_id")):
        waiting = Dispute.objects.filter(state=DisputeState.OPEN, **{f"{column}__in": list(ending[kind])})
        for pk in waiting.order_by().values_list(column, flat=True).distinct():
            made.refused.append(Refusal(ending[kind][pk], _("A report on it is open. Decide it first.")))


def _see_references(made: Plan) -> None:
    """What comes back may rest on a record that was deleted since: that is named."""
    wanted: dict[type[models.Model], dict[int, Subject]] = defaultdict(dict)
    coming = {(state.MODELS[step.subject.kind], step.then["id"]) for step in made.steps if step.then}
    for step in made.steps:
        for column in state.MODELS[step.subject.kind]._meta.concrete_fields:
            value = (step.then or {}).get(column.attname) if column.is_relation else None
            if value and (column.related_model, value) not in coming:
                wanted[column.related_model].setdefault(value, step.subject)  # type: ignore[index]
    for model, keys in wanted.items():
        found = model._default_manager.filter(pk__in=keys).values_list("pk", flat=True)
        for missing in keys.keys() - set(found):
            word = model._meta.verbose_name
            made.refused.append(
                Refusal(
                    keys[missing],
                    _("What it rested on is gone: %(kind)s.") % {"kind": word},
                    _who_deleted(model, missing),
                )
            )


def _who_deleted(model: type[models.Model], pk: int) -> ChangeSet | None:
    deletions = Change.objects.filter(kind=kind_of(model), action=ChangeAction.DELETE, before__id=pk)
    last = deletions.order_by("-pk").first()
    return ChangeSet.objects.filter(uuid=last.changeset).first() if last else None


def _see_subject(made: Plan, subject: Subject, its: list[Entry], now: state.State) -> None:
    day, written = today().isoformat(), timezone.localtime(made.the_set.at).date().isoformat()
    exact = all(entry.correction for entry in its)
    try:
        was = state.before(now, its)
    except state.Gone:
        made.refused.append(Refusal(subject, _("It is not there any more.")))
        return
    state.leave_out_gone(subject.kind, was)
    then = state.settled(subject.kind, now, was, day=day, written=written, exact=exact)
    if subject.kind == RULE and state.meet(then):
        made.refused.append(Refusal(subject, _("Another rule holds there in these days.")))
        return
    if subject.kind == "hotline":
        _see_heirs(made, now, then)
    for pk in [*now, *(pk for pk in then if pk not in now)]:
        if now.get(pk) != then.get(pk):
            made.steps.append(Step(subject, now.get(pk), then.get(pk), exact))


def _see_heirs(made: Plan, now: state.State, then: state.State) -> None:
    open_then = [pk for pk, row in then.items() if not row["valid_to"]]
    for pk, row in now.items():
        if open_then and not row["valid_to"] and pk not in open_then:
            made.heirs[pk] = open_then[0] if open_then[0] in now else None


def _see_checks(made: Plan) -> None:
    """Checks are never taken back. A claim that carries one stays, and says again what the one before it said."""
    checks = [step for step in made.steps if step.subject.kind == "verification"]
    for step in checks:
        made.steps.remove(step)
    if checks and not made.steps:
        why = _("Checks stay on file: what counts is the latest. Record another one.")
        made.refused += [Refusal(step.subject, why) for step in checks]
    carrying = {step.now["hotline_id"] for step in checks if step.now}
    for step in [step for step in made.steps if step.subject.kind == "hotline" and step.then is None]:
        now = step.now or {}
        ended = next(
            (other for other in made.steps if other.then and other.then["id"] == now["follows_id"]), None
        )
        if now["id"] not in carrying or ended is None or ended.subject != step.subject:
            continue
        own = {name: now[name] for name in ("id", "valid_from", "follows_id")}
        made.heirs.pop(now["id"], None)  # it stays, and so do the reports
        made.steps[made.steps.index(step)] = Step(step.subject, now, (ended.then or {}) | own)
        made.steps.remove(ended)
