"""Numbers that have ended and are still printed."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from regions.choices import SignalCode
from regions.models import Hotline

from .base import Record, Signal
from .sharing import claim_record


def still_printed(claims: list[Hotline], on: datetime.date) -> list[Signal]:
    """Claims on one number: a brand's that has ended, beside a page read after that day which prints it for the brand.

    The page that says what replaced it may name the old number; a claim that follows the ended one goes on with it.
    """
    found = []
    for claim in claims:
        if claim.valid_to is None or claim.valid_to > on:
            continue
        lives = {other.follows_id for other in claims}
        if claim.pk in lives:
            continue
        pages = {
            other.source.pk: other.source
            for other in claims
            if other.service.brand_id == claim.service.brand_id
            and other.source
            and other.source.fetched_at
            and claim.valid_to < timezone.localdate(other.source.fetched_at) <= on
            and other.source_id != claim.replaced_source_id
        }
        if pages:
            found.append(_signal(claim, list(pages.values())))
    return found


def _signal(claim: Hotline, pages: list) -> Signal:
    last = max(pages, key=lambda page: (page.fetched_at, page.pk))
    seen = timezone.localdate(last.fetched_at)
    return Signal(
        SignalCode.ENDED_STILL_PRINTED,
        claim_record(claim),
        {
            "ended_on": claim.valid_to and claim.valid_to.isoformat(),
            "seen_on": seen.isoformat(),
            "pages": len(pages),
        },
        [claim_record(claim), *(Record("source", page.key, page.title) for page in pages)],
        _("%(number)s ended on %(day)s; “%(page)s”, read on %(seen)s, still prints it.")
        % {"number": claim.number.canonical, "day": claim.valid_to, "page": last.title, "seen": seen},
    )
