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

from regions.choices import ChangeAction, Door, ImportState
from regions.keys import of_list, read_rule_key, rule_key
from regions.models import Change, CoverageImport, CoverageRule, Service
from regions.models.base import today
from regions.postings.touched import LIST, RULE
from regions.services.changes import ChangeSet, change_set, fields_of
from regions.services.rules import COPIED, create, end, like, noted

from .applying import Outcome, lock
from .deciding import refuse_unseen
from .plan import IntakeError, find_places

_SHOWN = 5


@dataclass(slots=True)
class Undo:
    """What has to be done: rules to end, and rules to bring back with the columns they had."""

    end: list[CoverageRule] = field(default_factory=list)
    reopen: list[tuple[CoverageRule, datetime.date]] = field(default_factory=list)  # with the end it had
    restore: list[tuple[str, CoverageRule]] = field(default_factory=list)
    turn: list[tuple[CoverageRule, dict]] = field(default_factory=list)


def revert(*, imp: CoverageImport, actor=None, seen: int | None = None) -> Outcome:
    """Undo what applying an import did. `closed` counts rules ended, `created` those brought back.

    Raises IntakeError, and does nothing, when the import is not applied or when something newer stands on one of
    its rules: a later change, a later import, a dispute.
    """
    try:
        with change_set(
            actor=actor, reason=_("revert of import %(pk)d") % {"pk": imp.pk}, door=Door.UNDO
        ) as changes:
            lock(imp)
            refuse_unseen(imp, seen)
            if imp.state != ImportState.APPLIED:
                raise IntakeError(
                    _("Only an applied import can be reverted; this one is: %(state)s.")
                    % {"state": imp.get_state_display()},
                    code="not-applied",
                )
            outcome = _undo(imp.service, plan_undo(imp), changes)
            before = fields_of(imp)
            imp.state, imp.reverted_at = ImportState.REVERTED, timezone.now()
            imp.revision += 1
            imp.save(update_fields=["state", "reverted_at", "revision"])
            changes.updated(imp, before)
            return outcome
    except IntegrityError as error:
        raise IntakeError(
            _("Somebody changed this list at the same moment; nothing was written. Try again."), code="busy"
        ) from error


def take_up(*, imp: CoverageImport, actor=None, seen: int | None = None) -> None:
    """Make a reverted import a draft again, with every decision as it was: to be looked at, and applied. Raises IntakeError."""
    reason = _("import %(pk)d is taken up again") % {"pk": imp.pk}
    with change_set(actor=actor, reason=reason, door=Door.IMPORT) as changes:
        lock(imp)
        refuse_unseen(imp, seen)
        if imp.state != ImportState.REVERTED:
            raise IntakeError(
                _("Only a reverted import can be taken up again; this one is: %(state)s.")
                % {"state": imp.get_state_display()},
                code="not-reverted",
            )
        before = fields_of(imp)
        imp.state, imp.revision = ImportState.DRAFT, imp.revision + 1
        imp.save(update_fields=["state", "revision"])
        changes.updated(imp, before)


def plan_undo(imp: CoverageImport) -> Undo:
    """What reverting would do. Raises IntakeError where something newer stands in the way."""
    done = list(Change.objects.filter(changeset=imp.changeset, kind=RULE).order_by("id"))
    undo = Undo()
    if not done:
        return undo
    rules = {
        rule_key(imp.service.slug, rule.region.code, rule.valid_from): rule
        for rule in CoverageRule.objects.filter(service_id=imp.service_id).select_related("region")
    }
    _refuse_newer(imp, done, rules)
    for change in done:
        rule = rules.get(change.key)
        if change.action == ChangeAction.CREATE:
            undo.end.append(rule)
        elif change.action == ChangeAction.DELETE:
            undo.restore.append((read_rule_key(change.key).region, _copy(change.before)))
        elif "valid_to" in change.before:
            undo.reopen.append((rule, _day(change.before["valid_to"])))
        else:
            undo.turn.append((rule, change.before))
    return undo


def _copy(values: dict) -> CoverageRule:
    """An unsaved rule with the columns a removed one had."""
    columns = {name: values[name] for name in (*COPIED, "region_id")}
    days = {name: _day(values[name]) for name in ("valid_from", "valid_to")}
    return CoverageRule(**columns | days)


def _day(value: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(value) if value else None


def _refuse_newer(imp: CoverageImport, done: list[Change], rules: dict[str, CoverageRule]) -> None:
    """Raise IntakeError when a rule of the import was changed since, or its region has a newer rule."""
    service = imp.service
    touched = {change.key: change.action for change in done}
    found: dict[str, str] = {}
    on_rules = Q(kind=RULE, key__startswith=of_list(service.slug, ""))
    on_the_list = Q(kind=LIST, key=service.slug)
    later = Change.objects.filter(on_rules | on_the_list, id__gt=done[0].id).exclude(changeset=imp.changeset)
    regions = {read_rule_key(key).region for key in touched}
    for change in later.order_by("id").iterator():
        keys = (
            [of_list(change.key, rule) for rule in change.after["created"]]
            if change.kind == LIST
            else [change.key]
        )
        for key in keys:
            code = read_rule_key(key).region
            if key in touched or code in regions:
                found[code] = change.reason or f"{change.at:%Y-%m-%d}"
    for key, action in touched.items():
        if action != ChangeAction.DELETE and key not in rules:
            found.setdefault(read_rule_key(key).region, _("the rule is gone"))
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
    end(service, undo.end, changes, day)
    back, codes = [], []
    # Not only on the day itself: the clock may have been set back since.
    unended = [(rule, until) for rule, until in undo.reopen if rule.valid_to >= day]
    for rule, until in undo.reopen:
        if rule.valid_to < day:
            rule.valid_to = until
            back.append(like(rule, valid_from=day))
            codes.append(rule.region.code)
    for code, copy in undo.restore:
        back.append(copy if copy.valid_from >= day else like(copy, valid_from=day))
        codes.append(code)
    turned = [(rule, before) for rule, before in undo.turn if rule.valid_from >= day]
    for rule, before in undo.turn:
        if rule.valid_from < day:
            again = like(rule, valid_from=day)
            for name, value in before.items():
                setattr(again, name, value)
            end(service, [rule], changes, day)
            back.append(again)
            codes.append(rule.region.code)
    with noted(service, [rule for rule, _until in unended], changes, "valid_to"):
        for rule, until in unended:
            rule.valid_to = until
    with noted(service, [rule for rule, _before in turned], changes, "kind", "source_id", "import_line_id"):
        for rule, before in turned:
            for name, value in before.items():
                setattr(rule, name, value)
    create(service, back, codes, changes)
    return Outcome(created=len(back) + len(unended), changed=len(turned), closed=len(undo.end))
