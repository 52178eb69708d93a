"""Where a local number rings, beside where the service says it works."""

from django.utils.translation import gettext as _

from regions.choices import SignalCode
from regions.models import Hotline
from regions.phones.areas import area_of

from .base import Record, Signal
from .places import Served
from .sharing import claim_record


def rings_elsewhere(claim: Hotline, served: Served) -> list[Signal]:
    """A fixed line rings where its area code says; the service's list has no place there.

    Mobile, 400 and 800 numbers ring nowhere in particular, and a service without a list says nothing of places.
    """
    areas = area_of(claim.number.canonical)
    if not areas or not served.rules or any(map(served.reaches, areas)):
        return []
    service = Record("service", claim.service.key, str(claim.service))
    return [
        Signal(
            SignalCode.RINGS_ELSEWHERE,
            claim_record(claim),
            {"rings_in": list(areas), "rules": served.rules},
            [service],
            _("%(number)s is a local number of a place that the list of %(service)s does not cover.")
            % {"number": claim.number.canonical, "service": claim.service.name},
        )
    ]
