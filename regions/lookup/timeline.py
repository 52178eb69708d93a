"""What happened to the claims on a number, day by day: where it was seen, checked, reported, decided, and when it ended."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from regions.models import Dispute, Hotline, Service, Verification
from regions.wording import spelled


@dataclass(frozen=True, slots=True)
class Event:
    """What everybody may know: not in whose words, nor where a report is followed, which is the reporter's."""

    day: datetime.date
    service: Service
    said: str
    at: datetime.datetime | None = None  # orders what happened on one day; what only has a day begins it

    @property
    def order(self) -> tuple[datetime.date, float]:
        return self.day, self.at.timestamp() if self.at and timezone.localdate(self.at) == self.day else 0


def timeline_of(claims: Iterable[Hotline]) -> list[Event]:
    """The events of some claims, the latest first. Two queries."""
    by_pk = {claim.pk: claim for claim in claims}
    events = [event for claim in by_pk.values() for event in _of_claim(claim)]
    checks = Verification.objects.filter(hotline__in=by_pk).order_by("checked_on", "id")
    for check in checks:
        said = _("Checked (%(method)s): %(result)s") % {
            "method": check.get_method_display(),
            "result": check.get_result_display(),
        }
        events.append(Event(check.checked_on, by_pk[check.hotline_id].service, said, check.recorded_at))
    for dispute in Dispute.objects.filter(hotline__in=by_pk).order_by("opened_at", "id"):
        events += _of_dispute(dispute, by_pk[dispute.hotline_id or 0].service)
    return sorted(events, key=lambda event: event.order, reverse=True)


def _of_claim(claim: Hotline) -> Iterable[Event]:
    service = claim.service
    if claim.source and claim.source.fetched_at:
        said = _("Seen on the page “%(title)s”") % {"title": claim.source.title}
        yield Event(timezone.localdate(claim.source.fetched_at), service, said, claim.source.fetched_at)
    if claim.valid_from:
        yield Event(claim.valid_from, service, _("Valid from this day on"))
    if claim.valid_to:
        yield Event(claim.valid_to, service, _("No longer valid from this day on"))
    if isinstance(claim.replacement, Hotline) and claim.replaced_since:
        said = _("Replaced by %(number)s") % {
            "number": spelled(claim.replacement.number.canonical, claim.replacement.extension)
        }
        yield Event(claim.replaced_since, service, said)


def _of_dispute(dispute: Dispute, service: Service) -> Iterable[Event]:
    which = {
        "reason": dispute.get_reason_display(),
        "day": timezone.localdate(dispute.opened_at),
        "state": dispute.get_state_display(),
    }
    for at, said in (
        (dispute.opened_at, _("Reported: %(reason)s")),
        (dispute.accepted_at, _("Report found worth looking at: %(reason)s, reported on %(day)s")),
        (dispute.answered_at, _("The reported side answers: %(reason)s, reported on %(day)s")),
        (dispute.decided_at, _("Report decided: %(state)s (%(reason)s, reported on %(day)s)")),
    ):
        if at:
            yield Event(timezone.localdate(at), service, said % which, at)
