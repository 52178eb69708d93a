"""One number, several brands: at the same time, or one after the other."""

import datetime
from operator import itemgetter

from django.utils import timezone
from django.utils.translation import gettext as _

from regions.choices import HotlineStatus, SignalCode
from regions.models import Hotline

from .base import Record, Signal
from .ties import behind, groups, in_common


def shared(claims: list[Hotline], on: datetime.date) -> list[Signal]:
    """The number serves brands that have no owner or operator in common.

    Claims that have ended, or that a check has refuted, do not count. When every brand is tied to the others
    by an organization on record, the signal is silenced and names it.
    """
    standing = [claim for claim in claims if in_force(claim, on) and claim.status != HotlineStatus.REFUTED]
    brands = {claim.service.brand_id: claim.service.brand for claim in standing}
    if len(brands) < 2:
        return []
    apart = groups(claim.service for claim in standing)
    names = "、".join(sorted(brand.name for brand in brands.values()))
    silenced = ""
    if len(apart) == 1:
        ties = {key: org.name for claim in standing for key, org in behind(claim.service).items()}
        silenced = _("On record as owner or operator: %(names)s.") % {
            "names": "、".join(sorted(set(ties.values())))
        }
    number = standing[0].number
    return [
        Signal(
            SignalCode.NUMBER_SHARED,
            Record("number", number.key, str(number)),
            {
                "brands": len(brands),
                "unrelated_groups": len(apart),
                "services": len({claim.service_id for claim in standing}),
                "mentions": sum(claim.mentions for claim in standing),
            },
            [claim_record(claim) for claim in standing],
            _("%(number)s is listed for %(count)d brands: %(names)s.")
            % {"number": number.canonical, "count": len(brands), "names": names},
            silenced,
        )
    ]


def moved(claims: list[Hotline], on: datetime.date) -> list[Signal]:
    """The number is seen with one brand after its claim for another, unrelated brand had ended.

    Seen means: valid from, read from its source, or checked on or after the day of that end.
    """
    signals = []
    for claim in claims:
        if not in_force(claim, on):
            continue
        before = [
            (other.valid_to, other)
            for other in claims
            if other.valid_to
            and other.valid_to <= on
            and other.service.brand_id != claim.service.brand_id
            and any(day >= other.valid_to for day in _seen_on(claim))
        ]
        if not before:
            continue
        unexplained = [found for found in before if in_common(claim.service, found[1].service) is None]
        ended, latest = max(unexplained or before, key=itemgetter(0))
        common = None if unexplained else in_common(claim.service, latest.service)
        signals.append(
            Signal(
                SignalCode.NUMBER_MOVED,
                claim_record(claim),
                {
                    "ended_on": ended.isoformat(),
                    "brands_before": len({o.service.brand_id for _day, o in before}),
                },
                [claim_record(other) for _day, other in before],
                _("%(number)s belonged to %(brand)s until %(day)s.")
                % {
                    "number": claim.number.canonical,
                    "brand": latest.service.brand.name,
                    "day": ended.isoformat(),
                },
                _("On record as owner or operator: %(names)s.") % {"names": common.name} if common else "",
            )
        )
    return signals


def in_force(claim: Hotline, on: datetime.date) -> bool:
    return (claim.valid_from is None or claim.valid_from <= on) and (
        claim.valid_to is None or claim.valid_to > on
    )


def claim_record(claim: Hotline) -> Record:
    return Record("hotline", claim.key, f"{claim.service.brand.name} · {claim.service.name}")


def _seen_on(claim: Hotline) -> list[datetime.date]:
    days = [claim.valid_from, claim.checked_on]
    if claim.source and claim.source.fetched_at:
        days.append(timezone.localdate(claim.source.fetched_at))
    return [day for day in days if day]
