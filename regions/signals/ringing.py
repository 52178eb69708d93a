"""Where a local number rings, beside where the service says it works."""

from django.utils.translation import gettext as _

from regions.choices import RuleKind, SignalCode
from regions.models import Hotline
from regions.models.region import COUNTRY_CODE
from regions.phones.areas import area_of

from .base import Record, Signal
from .places import Rule, ServiceList
from .sharing import claim_record


def rings_elsewhere(claim: Hotline, listed: ServiceList) -> list[Signal]:
    """A fixed line rings where its area code says; the service's list has no place there.

    Mobile, 400 and 800 numbers ring nowhere in particular, and a service without a list says nothing of places.
    """
    areas = area_of(claim.number.canonical)
    rules = [rule for rule in listed.rules if not rule.closed]
    if not areas or not rules or any(_serves(rules, area) for area in areas):
        return []
    service = Record("service", claim.service.key, str(claim.service))
    return [
        Signal(
            SignalCode.RINGS_ELSEWHERE,
            claim_record(claim),
            {"rings_in": list(areas), "rules": len(rules)},
            [service],
            _("%(number)s is a local number of a place that the list of %(service)s does not cover.")
            % {"number": claim.number.canonical, "service": claim.service.name},
        )
    ]


def _serves(rules: list[Rule], area: str) -> bool:
    """Whether a list includes a place in the area, or the nearest rule from the area upwards includes it."""
    if any(rule.kind == RuleKind.INCLUDE and area in rule.path.split("/") for rule in rules):
        return True
    kinds = {rule.code: rule.kind for rule in rules}
    nearest = next((kinds[code] for code in (area, f"{area[:2]}0000", COUNTRY_CODE) if code in kinds), None)
    return nearest == RuleKind.INCLUDE
