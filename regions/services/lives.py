"""Changing what a dated record says: from today on, or because it was always wrong.

Answers about past days come from the same rows as those about today. So an edit does not rewrite what answers depend on
(`SAYS` of the model, and its first and last day): the record ends today, and another goes on from today. Whoever knows
that it was wrong all the time says so; then the row itself is changed, and the change is marked as a correction.
"""

import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from regions.choices import DisputeState, VerificationResult
from regions.models import CoverageRule, Dispute, Hotline, Outlet, OutletService, Verification
from regions.models.base import today
from regions.periods import Period

from . import rules
from .changes import ChangeSet, fields_of
from .past import DatedRecord, stood


class PastDays(ValidationError):
    """Refused: the edit, or the deletion, would change past days without saying so."""

    def __init__(self, said: str = "") -> None:
        said = said or _(
            "This would change what was answered on past days. If it was wrong all the time, say so: it is then "
            "recorded as a correction. Otherwise leave the days before today as they are."
        )
        super().__init__(said, code="past-days")


def put(
    stored: models.Model | None, record: models.Model, changes: ChangeSet, *, correct: bool = False
) -> tuple[models.Model | None, bool]:
    """Make way for a record that is to be saved. Raises PastDays.

    Returns what it then is a change of (None where it begins: it is new, or the stored one has ended today), and
    whether that is a correction.
    """
    if not isinstance(stored, DatedRecord) or not isinstance(record, DatedRecord):
        return stored, False
    if correct:
        return stored, corrects(stored, record)
    if not begins_anew(stored, record):
        return stored, False
    end_for_another(stored, record, changes)
    return None, False


def refuse_unsaid(stored: models.Model, *, correct: bool) -> None:
    """Raises PastDays where deleting a record as it stands changes past days and `correct` does not say so."""
    if stood(stored) and not correct:
        raise PastDays(
            _(
                "Deleting this would take it out of what was answered on past days. If it was wrong all the time, say "
                "so: it is then recorded as a correction. Otherwise give it a last day."
            )
        )


def begins_anew(stored: DatedRecord, record: DatedRecord, day: datetime.date | None = None) -> bool:
    """True when the record, as it is to be saved, says something else from today on. Raises PastDays."""
    day = day or today()
    was, is_to_be = Period.of(stored), Period.of(record)
    if was.touches_past(is_to_be, day):
        raise PastDays
    if not _says_another(stored, record) or not was.meets(Period(None, day)):
        return False
    if not was.holds(day) or not is_to_be.holds(day):
        raise PastDays
    return True


def corrects(stored: DatedRecord, record: DatedRecord) -> bool:
    """True when saving the record in place changes what is answered about days before today."""
    past = Period(None, today())
    was, is_to_be = Period.of(stored), Period.of(record)
    return was.touches_past(is_to_be, today()) or (
        _says_another(stored, record) and (was.meets(past) or is_to_be.meets(past))
    )


def gone_on_as(record: models.Model) -> DatedRecord | None:
    """The record that goes on where this one ended for another, the last of several; None where none does."""
    found = None
    step: models.Model | None = record
    while isinstance(step, CoverageRule | Hotline) and step.valid_to:
        step = (
            Hotline.objects.filter(follows=step)
            if isinstance(step, Hotline)
            else CoverageRule.objects.filter(
                service=step.service_id, region=step.region_id, valid_from=step.valid_to
            )
        ).first()
        found = step or found
    return found


def gone_on_from(record: DatedRecord) -> DatedRecord | None:
    """The record that ended where this one began."""
    if isinstance(record, Hotline):
        return record.follows
    if isinstance(record, CoverageRule):
        return CoverageRule.objects.filter(
            service=record.service_id, region=record.region_id, valid_to=record.valid_from
        ).first()
    return None


def carried_on(claim: Hotline) -> list[int]:
    """The keys of a claim and of those that ended where it, or the next of them, began: what was said of one is said of all."""
    keys, step = [claim.pk], claim
    while step.follows is not None and step.follows.valid_to == step.valid_from:
        step = step.follows
        keys.append(step.pk)
    return keys


def end_for_another(stored: DatedRecord, record: DatedRecord, changes: ChangeSet) -> None:
    """End a record today, and make the edited one a new record that begins today; it is still to be saved."""
    if isinstance(stored, CoverageRule):
        rules.end(stored.service, [stored], changes, today())
    else:
        before = fields_of(stored)
        stored.valid_to = today()
        stored.save(update_fields=["valid_to"])
        changes.updated(stored, before)
    record.pk, record._state.adding, record.valid_from = None, True, today()
    if isinstance(record, CoverageRule):
        record.import_line = None  # it said something else
    elif isinstance(record, Hotline) and isinstance(stored, Hotline):
        record.follows = stored


def take_over(stored: Hotline, record: Hotline, changes: ChangeSet) -> None:
    """What belongs to the number goes with it: its last check that counts, what it replaced."""
    replace_by(stored.pk, record.pk, changes)
    last = (
        stored.verifications.exclude(result=VerificationResult.INCONCLUSIVE)
        .order_by("-checked_on", "-id")
        .first()
    )
    if last is not None:
        names = ("method", "result", "source_id", "note", "checked_by_id", "checked_on", "expires_on")
        check = Verification.objects.create(hotline=record, **{name: getattr(last, name) for name in names})
        changes.created(check)


def hand_over(old: int, heir: int, changes: ChangeSet) -> None:
    """What waits at a claim, or was replaced by it, goes over to the one that goes on in its place."""
    hand_reports_over(old, heir, changes)
    replace_by(old, heir, changes)


def replace_by(old: int, heir: int, changes: ChangeSet) -> None:
    """What a claim took the place of names the one that goes on in its place."""
    for other in Hotline.objects.filter(replaced_by_id=old).select_related("service", "number"):
        other.replaced_by_id = heir
        other.save(update_fields=["replaced_by"])
        changes.touched(other)


def hand_reports_over(old: int, heir: int, changes: ChangeSet) -> None:
    """Open reports wait at the last claim of a line, which people decide about; which one they are about on a day, its days say."""
    for report in Dispute.objects.filter(hotline_id=old, state=DisputeState.OPEN).order_by("pk"):
        Dispute.objects.filter(pk=report.pk).update(hotline_id=heir)
        changes.touched(report)


def tell_outlets(claim: Hotline, changes: ChangeSet) -> None:
    """A claim has come or gone: the outlets at which its number rings are called under another one."""
    service_id, number_id, extension = claim.line
    there = Q(hotline__service=service_id, hotline__number=number_id, hotline__extension=extension)
    rows = OutletService.objects.filter(there).order_by()
    for outlet in Outlet.objects.filter(pk__in=rows.values("outlet")).order_by("pk"):
        changes.touched(outlet)


def _says_another(stored: DatedRecord, record: DatedRecord) -> bool:
    return any(getattr(stored, name) != getattr(record, name) for name in type(record).SAYS)
