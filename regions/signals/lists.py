"""What a service says about its list, against the list: 全国, and places that no longer exist."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Case, Count, Exists, F, OuterRef, When
from django.utils.translation import gettext as _

from regions.choices import AnswerState, ImportState, RuleKind, SignalCode, Verdict
from regions.lookup.units import unit_states
from regions.models import CoverageRule, ImportLine, Service

from .base import Record, Signal
from .places import ServiceList

# A service that claims the whole country and lists less than this share of its units, or nothing in a whole
# province, is remarked. An honest "whole country except …" stays far above it.
NATIONWIDE_SHARE = 0.9
_SHOWN = 20


def nationwide(service: Service, listed: ServiceList) -> list[Signal]:
    """The service claims 全国; its list names less. Nothing to compare when no list is on file."""
    if not service.nationwide_claimed or not listed.rules:
        return []
    units = listed.units
    paths = list(units.paths.values())
    states = unit_states(paths, "", listed.kinds, None, units.towns)
    found = Counter((path.split("/")[1], state) for path, state in zip(paths, states, strict=True))
    covered, partly = (
        sum(found[code, state] for code in units.provinces)
        for state in (AnswerState.COVERED, AnswerState.PARTLY_COVERED)
    )
    missing = [
        (code, name)
        for code, name in units.provinces.items()
        if not found[code, AnswerState.COVERED] and not found[code, AnswerState.PARTLY_COVERED]
    ]
    total = len(units.paths)
    share = (covered + partly) / total if total else 1.0
    if share >= NATIONWIDE_SHARE and not missing:
        return []
    names = "、".join(name for _code, name in missing) or _("none")
    return [
        Signal(
            SignalCode.NATIONWIDE_NOT_LISTED,
            service_record(service),
            {
                "units": total,
                "covered": covered,
                "partly_covered": partly,
                "share": round(share, 4),
                "missing_provinces": [code for code, _name in missing],
            },
            [service_record(service)],
            _(
                "Claims the whole country; the list reaches %(listed)d of %(total)d counties and cities"
                " (%(share).1f %%). Provinces without any: %(missing)s."
            )
            % {"listed": covered + partly, "total": total, "share": share * 100, "missing": names},
        )
    ]


@dataclass(slots=True)
class ListedTokens:
    """What the pasted lists behind the rules in force say: tokens, repeats, and the abolished places among them."""

    total: int = 0
    repeats: int = 0
    abolished: dict[int, str] = field(default_factory=dict)  # token by import line


def load_tokens(service_ids: Iterable[int], on: datetime.date) -> dict[int, ListedTokens]:
    """The tokens of applied imports that still carry rules (one query)."""
    found: dict[int, ListedTokens] = defaultdict(ListedTokens)
    in_use = CoverageRule.objects.current(on).filter(
        import_line__coverage_import=OuterRef("coverage_import"),
        service=OuterRef("coverage_import__service"),
    )
    lines = (
        ImportLine.objects.filter(
            coverage_import__service__in=list(service_ids), coverage_import__state=ImportState.APPLIED
        )
        .exclude(verdict=Verdict.UNKNOWN)
        .filter(Exists(in_use))
        .order_by()
    )
    historical = {"verdict": Verdict.HISTORICAL}
    counted = (
        lines.annotate(
            line=Case(When(**historical, then=F("pk"))), said=Case(When(**historical, then=F("token")))
        )
        .values_list("coverage_import__service_id", "is_duplicate", "line", "said")
        .annotate(number=Count("pk"))
        .order_by("line")
    )
    for service_id, is_duplicate, line_id, token, number in counted:
        found[service_id].total += number
        found[service_id].repeats += number if is_duplicate else 0
        if line_id is not None:
            found[service_id].abolished[line_id] = token
    return found


def abolished(service: Service, listed: ServiceList, tokens: ListedTokens) -> list[Signal]:
    """Places on the list that did not exist any more when it was read, or do not exist on the day asked for."""
    closed = [
        rule
        for rule in listed.rules
        if rule.closed and rule.kind == RuleKind.INCLUDE and rule.import_line_id not in tokens.abolished
    ]
    count = len(tokens.abolished) + len(closed)
    if not count:
        return []
    total = tokens.total + sum(1 for rule in listed.rules if rule.import_line_id is None)
    names = list(dict.fromkeys([*tokens.abolished.values(), *(rule.full_name for rule in closed)]))
    return [
        Signal(
            SignalCode.ABOLISHED_PLACES,
            service_record(service),
            {"abolished": count, "listed": total, "share": round(count / total, 4) if total else 1.0},
            [
                *(
                    Record("import-line", str(line), token)
                    for line, token in list(tokens.abolished.items())[:_SHOWN]
                ),
                *(Record("region", rule.code, rule.full_name) for rule in closed[:_SHOWN]),
            ],
            _("%(count)d of %(total)d listed places no longer exist: %(names)s.")
            % {"count": count, "total": total, "names": "、".join(names[:_SHOWN])},
        )
    ]


def service_record(service: Service) -> Record:
    return Record("service", service.key, f"{service.brand.name} · {service.name}")
