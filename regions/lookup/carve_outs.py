"""Lists older than a carve-out: what they say of the new division is possible, not certain.

余杭区 on a list of 2019 means also what became 临平区 in 2021. The list does not name 临平区, so it is neither covered
nor left out by it: it is answered *possibly*, apart from all states, with the part that left, when, and the rule.
A rule is older when it began, or its source was fetched, before the part left. There is no doubt where the nearest
rule of the service, from the new division upwards, says the same already.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from regions.choices import RuleKind, SuccessionKind
from regions.models import CoverageRule, Region, Succession
from regions.models.base import today


@dataclass(frozen=True, slots=True)
class Doubt:
    """A rule on a division of which a part is, or lies around, another one since; the list is older than that."""

    rule: CoverageRule
    step: Succession

    @property
    def region(self) -> Region:
        """The division of today that the rule may mean too."""
        return self.step.new


def parts_within(region: Region, on: datetime.date) -> list[Succession]:
    """The parts that a division, or what it lies in, got from divisions that live on: what its founding took."""
    return [
        step
        for step in _parts().filter(new__code__in=region.chain, date__lte=on)
        if region.path.startswith(step.new.path)
    ]


def doubts_of(steps: Iterable[Succession], on: datetime.date | None = None) -> list[Doubt]:
    """What older lists may say of the divisions that got these parts. Two queries for any number of steps."""
    on, by_old = on or today(), defaultdict(list)
    for step in steps:
        by_old[step.old_id].append(step)
    if not by_old:
        return []
    rules = (
        CoverageRule.objects.current(on)
        .filter(region_id__in=by_old)
        .select_related("region", "service__brand", "source")
        .order_by("service_id", "region_id", "id")
    )
    found = [
        Doubt(rule, step) for rule in rules for step in by_old[rule.region_id] if _is_older(rule, step.date)
    ]
    standing = _standing(found, on)
    return [doubt for doubt in found if _is_open(doubt, standing[doubt.rule.service_id])]


def all_doubts(rules=None) -> list[Doubt]:
    """Every doubt of today: about all rules, or the given ones."""
    found = doubts_of(_parts().filter(new__valid_to__isnull=True))
    if rules is None or not found:
        return found
    asked = [doubt.rule.pk for doubt in found]
    mine = set(rules.filter(pk__in=asked).order_by().values_list("pk", flat=True))
    return [doubt for doubt in found if doubt.rule.pk in mine]


def _parts():
    """The parts that divisions that live on have lost."""
    steps = Succession.objects.filter(kind=SuccessionKind.TRANSFER, old__valid_to__isnull=True)
    return steps.select_related("old", "new").order_by("date", "id")


def _is_older(rule: CoverageRule, day: datetime.date) -> bool:
    fetched = rule.source.fetched_at if rule.source else None
    return rule.valid_from < day or (fetched is not None and fetched.date() < day)


def _standing(found: list[Doubt], on: datetime.date) -> dict[int, dict[str, str]]:
    """The rules of the services in question on the new divisions and what these lie in: service → path → kind."""
    standing: dict[int, dict[str, str]] = defaultdict(dict)
    if found:
        rules = CoverageRule.objects.current(on).filter(
            region__code__in={code for doubt in found for code in doubt.region.chain},
            region__valid_to__isnull=True,
            service_id__in={doubt.rule.service_id for doubt in found},
        )
        for service_id, path, kind in rules.values_list("service_id", "region__path", "kind"):
            standing[service_id][path] = kind
    return standing


def _is_open(doubt: Doubt, rules: dict[str, str]) -> bool:
    """True unless a rule on the new division decides, or the nearest one above says what the older list does."""
    path = doubt.region.path
    if path in rules:
        return False
    above = max((up for up in rules if path.startswith(up)), key=len, default=None)
    return (rules[above] if above else RuleKind.EXCLUDE) != doubt.rule.kind
