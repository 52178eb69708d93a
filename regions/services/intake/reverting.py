"""Reverting an import: undo exactly its change set, today or years later.

What the import created is ended; what it ended or turned is restored. As of today, for the days between were what
they were: an old question keeps its old answer. Reverting on the very day leaves no trace in the rules, because a
rule cannot end on its first day: such rules are removed and their tombstones stand among the changes.
"""

import datetime
from dataclasses import dataclass, field

from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from regions.choices import ChangeAction, ImportState
from regions.models import Change, CoverageImport, CoverageRule, Service
from regions.models.base import today
from regions.postings.touched import LIST, RULE
from regions.services.changes import ChangeSet, change_set

from .applying import Outcome, close, create, key_of, lock, noted
from .plan import IntakeError, find_places

_SHOWN = 5
# What a restored rule takes over from the one it restores.
_COPIED = ("kind", "response_hours", "note", "source_id", "import_line_id")


@dataclass(slots=True)
class Undo:
    """What has to be done: rules to end, and rules to bring back with the columns they had."""

    end: list[CoverageRule] = field(default_factory=list)
    reopen: list[tuple[CoverageRule, datetime.date]] = field(default_factory=list)  # with the end it had
    restore: list[tuple[str, CoverageRule]] = field(default_factory=list)
    turn: list[tuple[CoverageRule, dict]] = field(default_factory=list)


def revert(*, imp: CoverageImport, actor=None) -> Outcome:
    """Undo what applying an import did. `closed` counts rules ended, `created` those brought back.

    Raises IntakeError, and does nothing, when the import is not applied or when something newer stands on one of
    its rules: a later change, a later import, a dispute.
    """
    try:
        with change_set(actor=actor, reason=_("revert of import %(pk)d") % {"pk": imp.pk}) as changes:
            lock(imp)
            if imp.state != ImportState.APPLIED:
                raise IntakeError(
                    _("Only an applied import can be reverted; this one is: %(state)s.")
                    % {"state": imp.get_state_display()},
                    code="not-applied",
                )
            outcome = _undo(imp.service, plan_undo(imp), changes)
            imp.state, imp.reverted_at = ImportState.REVERTED, timezone.now()
            imp.save(update_fields=["state", "reverted_at"])
            return outcome
    except IntegrityError as error:
        raise IntakeError(
            _("Somebody changed this list at the same moment; nothing was written. Try again."), code="busy"
        ) from error


def plan_undo(imp: CoverageImport) -> Undo:
    """What reverting would do. Raises IntakeError where something newer stands in the way."""
    done = list(Change.objects.filter(changeset=imp.changeset, kind=RULE).order_by("id"))
    undo = Undo()
    if not done:
        return undo
    rules = {
        key_of(imp.service, rule.region.code, rule.valid_from): rule
        for rule in CoverageRule.objects.filter(service_id=imp.service_id).select_related("region")
    }
    _refuse_newer(imp, done, rules)
    for change in done:
        rule = rules.get(change.key)
        if change.action == ChangeAction.CREATE:
            undo.end.append(rule)
        elif change.action == ChangeAction.DELETE:
            undo.restore.append((change.key.split(":")[1], _copy(change.before)))
        elif "valid_to" in change.before:
            undo.reopen.append((rule, _day(change.before["valid_to"])))
        else:
            undo.turn.append((rule, change.before))
    return undo


def _copy(values: dict) -> CoverageRule:
    """An unsaved rule with the columns a removed one had."""
    copy = CoverageRule(service_id=values["service_id"], region_id=values["region_id"])
    for name in _COPIED:
        setattr(copy, name, values[name])
    copy.valid_from, copy.valid_to = _day(values["valid_from"]), _day(values["valid_to"])
    return copy


def _day(value: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(value) if value else None


def _refuse_newer(imp: CoverageImport, done: list[Change], rules: dict[str, CoverageRule]) -> None:
    """Raise IntakeError when a rule of the import was changed since, or its region has a newer rule."""
    service = imp.service
    touched = {change.key: change.action for change in done}
    found: dict[str, str] = {}
    on_rules = Q(kind=RULE, key__startswith=f"{service.slug}:")
    on_the_list = Q(kind=LIST, key=service.slug)
    later = Change.objects.filter(on_rules | on_the_list, id__gt=done[0].id).exclude(changeset=imp.changeset)
    regions = {key.split(":")[1] for key in touched}
    for change in later.order_by("id").iterator():
        keys = (
            [f"{change.key}:{rule}" for rule in change.after["created"]]
            if change.kind == LIST
            else [change.key]
        )
        for key in keys:
            code = key.split(":")[1]
            if key in touched or code in regions:
                found[code] = change.reason or f"{change.at:%Y-%m-%d}"
    for key, action in touched.items():
        if action != ChangeAction.DELETE and key not in rules:
            found.setdefault(key.split(":")[1], _("the rule is gone"))
    created = [
        rules[key].pk for key, action in touched.items() if action == ChangeAction.CREATE and key in rules
    ]
    disputed = CoverageRule.objects.filter(disputes__isnull=False, service_id=service.pk).select_related(
        "region"
    )
    for rule in disputed.distinct():
        if rule.pk in set(created):
            found[rule.region.code] = _("a dispute")
    if found:
        places = find_places(found)
        shown = [
            f"{places[code].full_name if code in places else code} ({why})"
            for code, why in sorted(found.items())
        ]
        more = _(" … and %(count)d more") % {"count": len(shown) - _SHOWN} if len(shown) > _SHOWN else ""
        raise IntakeError(
            _("Something newer stands on rules of this import: %(shown)s%(more)s. Undo that first.")
            % {"shown": "; ".join(shown[:_SHOWN]), "more": more},
            code="newer",
        )


def _undo(service: Service, undo: Undo, changes: ChangeSet) -> Outcome:
    day = today()
    close(service, undo.end, changes, day)
    back, codes = [], []
    # Not only on the day itself: the clock may have been set back since.
    unended = [(rule, end) for rule, end in undo.reopen if rule.valid_to >= day]
    for rule, end in undo.reopen:
        if rule.valid_to < day:
            rule.valid_to = end
            back.append(_again(rule, day))
            codes.append(rule.region.code)
    for code, copy in undo.restore:
        back.append(copy if copy.valid_from >= day else _again(copy, day))
        codes.append(code)
    turned = [(rule, before) for rule, before in undo.turn if rule.valid_from >= day]
    for rule, before in undo.turn:
        if rule.valid_from < day:
            again = _again(rule, day)
            for name, value in before.items():
                setattr(again, name, value)
            close(service, [rule], changes, day)
            back.append(again)
            codes.append(rule.region.code)
    with noted(service, [rule for rule, _end in unended], changes, "valid_to"):
        for rule, end in unended:
            rule.valid_to = end
    with noted(service, [rule for rule, _before in turned], changes, "kind", "source_id", "import_line_id"):
        for rule, before in turned:
            for name, value in before.items():
                setattr(rule, name, value)
    create(service, back, codes, changes)
    return Outcome(created=len(back) + len(unended), changed=len(turned), closed=len(undo.end))


def _again(rule: CoverageRule, day: datetime.date) -> CoverageRule:
    """The same rule, from today on."""
    again = CoverageRule(
        service_id=rule.service_id, region_id=rule.region_id, valid_from=day, valid_to=rule.valid_to
    )
    for name in _COPIED:
        setattr(again, name, getattr(rule, name))
    return again
