"""What has been checked about a claim, and what has not."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from regions.choices import SignalCode, VerificationResult
from regions.models import Hotline, Verification

from .base import Record, Signal
from .sharing import claim_record


def check_signals(
    claim: Hotline, latest: Verification | None, confirmed: list[Hotline], on: datetime.date
) -> list[Signal]:
    """Never verified, stale, source changed, another number confirmed.

    `latest` is the newest conclusive check of the claim up to the day, `confirmed` the brand's claims that are
    verified on the day.
    """
    return [
        *_never_verified(claim, latest),
        *_expired(claim, latest, on),
        *_source_changed(claim, latest, on),
        *_differs(claim, latest, confirmed),
    ]


def _never_verified(claim: Hotline, latest: Verification | None) -> list[Signal]:
    if latest is not None:
        return []
    return [
        Signal(
            SignalCode.NEVER_VERIFIED,
            claim_record(claim),
            {"mentions": claim.mentions},
            [claim_record(claim)],
            _("Nobody has checked that %(number)s belongs to %(brand)s.")
            % {"number": claim.number.canonical, "brand": claim.service.brand.name},
        )
    ]


def _expired(claim: Hotline, latest: Verification | None, on: datetime.date) -> list[Signal]:
    if latest is None or latest.result != VerificationResult.CONFIRMED:
        return []
    if latest.expires_on is None or latest.expires_on > on:
        return []
    return [
        Signal(
            SignalCode.VERIFICATION_EXPIRED,
            claim_record(claim),
            {
                "checked_on": latest.checked_on.isoformat(),
                "expires_on": latest.expires_on.isoformat(),
                "days_since_expiry": (on - latest.expires_on).days,
            },
            [Record("verification", latest.key, str(latest))],
            _("The check of %(checked)s has not counted since %(expired)s.")
            % {"checked": latest.checked_on.isoformat(), "expired": latest.expires_on.isoformat()},
        )
    ]


def _source_changed(claim: Hotline, latest: Verification | None, on: datetime.date) -> list[Signal]:
    """The page that bears the claim, or that the newest check was compared with, has other content since."""
    sources = {source.pk: source for source in (claim.source, latest and latest.source) if source}
    since = latest.recorded_at if latest else None
    signals = []
    for source in sources.values():
        changed = source.changed_at
        if changed is None or timezone.localdate(changed) > on or (since and changed <= since):
            continue
        signals.append(
            Signal(
                SignalCode.SOURCE_CHANGED,
                claim_record(claim),
                {"changed_on": timezone.localdate(changed).isoformat()},
                [Record("source", source.key, source.title)],
                _("The page “%(source)s” has other content since %(day)s.")
                % {"source": source.title, "day": timezone.localdate(changed).isoformat()},
            )
        )
    return signals


def _differs(claim: Hotline, latest: Verification | None, confirmed: list[Hotline]) -> list[Signal]:
    """The brand has a confirmed number, and it is not this one.

    A claim that a check has confirmed itself is left alone, also when that has expired: a brand may have several
    numbers. So are claims for different places, when both say for which.
    """
    if latest is not None and latest.result == VerificationResult.CONFIRMED:
        return []
    numbers = {other.number_id for other in confirmed}
    others = [
        other
        for other in confirmed
        if not (claim.region_id and other.region_id and claim.region_id != other.region_id)
    ]
    if claim.number_id in numbers or not others:
        return []
    listed = sorted({other.number.canonical for other in others})
    return [
        Signal(
            SignalCode.CONFIRMED_NUMBER_DIFFERS,
            claim_record(claim),
            {"confirmed_numbers": listed},
            [claim_record(other) for other in others],
            _("The confirmed number of %(brand)s is %(numbers)s.")
            % {"brand": claim.service.brand.name, "numbers": _(", ").join(listed)},
        )
    ]
