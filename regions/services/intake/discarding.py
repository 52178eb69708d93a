"""Drafts that nobody needs are discarded; nothing of them is lost, and they can be taken up again."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from regions.choices import Door, ImportState
from regions.models import CoverageImport
from regions.services.changes import change_set, fields_of

from .applying import lock
from .deciding import refuse_unseen
from .plan import IntakeError


def discard(*, imp: CoverageImport, actor=None, reason: str = "", seen: int | None = None) -> None:
    """Put a draft aside: it waits for nobody any more, and keeps its text and every decision. Raises IntakeError."""
    reason = reason or _("import %(pk)d is discarded") % {"pk": imp.pk}
    _turn(imp, (ImportState.DRAFT,), ImportState.DISCARDED, "not-a-draft", actor, reason, seen)


def take_up(*, imp: CoverageImport, actor=None, seen: int | None = None) -> None:
    """Make a reverted or discarded import a draft again, with every decision as it was: to be looked at, and applied.

    Raises IntakeError.
    """
    reason = _("import %(pk)d is taken up again") % {"pk": imp.pk}
    put_aside = (ImportState.REVERTED, ImportState.DISCARDED)
    _turn(imp, put_aside, ImportState.DRAFT, "not-reverted", actor, reason, seen)


def _turn(
    imp: CoverageImport,
    states: Collection[ImportState],
    then: ImportState,
    code: str,
    actor,
    reason: str,
    seen: int | None,
) -> None:
    """Bring an import from one of some states to another, in a change set of its own."""
    with change_set(actor=actor, reason=reason, door=Door.IMPORT) as changes:
        lock(imp)
        refuse_unseen(imp, seen)
        if imp.state not in states:
            text = _("This can be done to an import that is %(states)s; this one is: %(state)s.")
            words = {
                "states": " / ".join(str(each.label) for each in states),
                "state": imp.get_state_display(),
            }
            raise IntakeError(text % words, code=code)
        before = fields_of(imp)
        imp.state, imp.revision = then, imp.revision + 1
        imp.save(update_fields=["state", "revision"])
        changes.updated(imp, before)
