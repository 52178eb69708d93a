"""Reverting an import is undoing its change set (`services.undo`): today exactly, years later as of that day."""

from django.db import transaction
from django.utils.translation import gettext as _

from regions.choices import ImportState
from regions.keys import rules_place
from regions.models import ChangeSet, CoverageImport
from regions.postings.touched import RULE
from regions.services.undo import Plan, Refused, undo

from .applying import lock
from .deciding import refuse_unseen
from .outlet_lists import is_outlets
from .plan import IntakeError, Outcome, find_places
from .tables import Progress

_SHOWN = 5


def revert(*, imp: CoverageImport, actor=None, seen: int | None = None, progress: Progress = iter) -> Outcome:
    """Undo what applying an import did. `closed` counts rules that end, `created` those that begin (again).

    Raises IntakeError, and does nothing, when the import is not applied or when something newer stands on one of
    its rules: a later change, a later import, a report.
    """
    with transaction.atomic():
        lock(imp)
        refuse_unseen(imp, seen)
        if imp.state != ImportState.APPLIED or imp.changeset is None:
            raise IntakeError(
                _("Only an applied import can be reverted; this one is: %(state)s.")
                % {"state": imp.get_state_display()},
                code="not-applied",
            )
        the_set = ChangeSet.objects.get(uuid=imp.changeset)
        try:
            reason = _("revert of import %(pk)d") % {"pk": imp.pk}
            made = undo(the_set, reason=reason, actor=actor, progress=progress)
        except Refused as error:
            raise _refusal(error) from error
        imp.refresh_from_db(fields=["state", "reverted_at", "revision"])
    return _outcome(made, "outlet" if is_outlets(imp) else RULE)


def _outcome(made: Plan, kind: str) -> Outcome:
    begin = changed = end = 0
    for step in made.steps:
        if step.subject.kind != kind:
            continue
        ends = [bool(row["valid_to"]) for row in (step.now, step.then) if row]
        begin += step.now is None or ends == [True, False]
        end += step.then is None or ends == [False, True]
        changed += len(ends) == 2 and ends[0] == ends[1]
    return Outcome(created=begin, changed=changed, closed=end)


def _refusal(error: Refused) -> IntakeError:
    if error.plan is None:
        return IntakeError(" ".join(error.messages), code="busy")
    on_rules = [refusal for refusal in error.plan.refused if refusal.subject.kind == RULE]
    if not on_rules:
        return IntakeError(
            error.plan.refused[0].why if error.plan.refused else error.messages[0], code="newer"
        )
    found = {
        rules_place(refusal.subject.key)[1]: (refusal.stands and refusal.stands.reason) or refusal.why
        for refusal in on_rules
    }
    places = find_places(found)
    shown = [
        f"{places[code].full_name if code in places else code} ({why.rstrip('.。')})"
        for code, why in sorted(found.items())
    ]
    more = _(" … and %(count)d more") % {"count": len(shown) - _SHOWN} if len(shown) > _SHOWN else ""
    return IntakeError(
        _("Something newer stands on rules of this import: %(shown)s%(more)s. Undo that first.")
        % {"shown": "; ".join(shown[:_SHOWN]), "more": more},
        code="newer",
    )
