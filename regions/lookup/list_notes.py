"""What is odd about the list of a service, to stand beside what it says of one place.

The whole list is read with the lines of the place (`lines.py`), in their statement, and no more than once: what it comes to
is kept until the list or its service changes.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, Subquery, When
from django.db.models.functions import JSONObject

from regions.choices import ImportState, SignalCode, Verdict
from regions.models import CoverageRule, ImportLine
from regions.models.base import Listed
from regions.signals import ServiceList, Units, odd_alone
from regions.signals.places import Rule, Served


@dataclass(frozen=True, slots=True)
class ListNotes:
    """`odd`: what is odd about a list by itself. `served`: where local numbers of the service may ring."""

    odd: tuple[SignalCode, ...]
    served: Served

    @property
    def size(self) -> int:
        """Bytes of what is kept, roughly: the codes of areas are kept once for all."""
        return 600 + 50 * len(self.served.inside) + 200 * len(self.served.kinds)


def beside_first(services: Collection[int], on: datetime.date) -> dict[str, Case]:
    """Annotations of rules of which `nth` counts those of each service: its first has the whole list, of some services."""
    first = Q(nth=1, service__in=services)
    mine = CoverageRule.objects.current(on).filter(service=OuterRef("service")).order_by()
    said = JSONObject(kind="kind", path="region__path", ended="region__valid_to")
    listed = Subquery(mine.values("service").annotate(listed=Listed(said)).values("listed"))
    in_use = CoverageRule.objects.current(on).filter(
        import_line__coverage_import=OuterRef("coverage_import"), service=OuterRef("coverage_import__service")
    )
    former = ImportLine.objects.filter(
        Exists(in_use),
        coverage_import__service=OuterRef("service"),
        coverage_import__state=ImportState.APPLIED,
        verdict=Verdict.HISTORICAL,
    )
    return {
        "whole_list": Case(When(first, then=listed)),
        "names_former": Case(When(first, then=Exists(former)), output_field=BooleanField()),
    }


def notes_on(rule: Any, units: Units, on: datetime.date) -> ListNotes:
    """Of the first rule of a service, as it was annotated."""
    rows = sorted(rule.whole_list, key=lambda row: row["path"])
    listed = ServiceList(units, [_rule(row, on) for row in rows])
    return ListNotes(odd_alone(rule.service, listed, bool(rule.names_former)), listed.served)


def _rule(row: dict[str, Any], on: datetime.date) -> Rule:
    path, ended = row["path"], row["ended"]
    closed = ended is not None and datetime.date.fromisoformat(ended[:10]) <= on
    return Rule(0, path.split("/")[-2], path, 0, row["kind"], "", closed, None, "", None, None, None, False)
