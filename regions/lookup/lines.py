"""The lines of lists that a page tells of a place: which decides for a service, what stands below it, what begins later."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db.models import Case, F, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import JSONObject, RowNumber

from regions.models import CoverageRule, Dispute, Region
from regions.models.base import Listed, in_force
from regions.models.region import Subtree
from regions.standing import standing

from . import list_notes

# So many of a service are read, with the one that decides; all of them stand at an address of their own.
OF_SERVICE = 5
# What a line may say beside its place.
_SAYS_MORE = ~Q(note="") | Q(response_hours__isnull=False) | Q(valid_to__isnull=False) | Q(disputed=True)


@dataclass(slots=True)
class Lines:
    """About one place. By service the line that decides, and the first of those that stand below; `ahead`: of any service

    those on the place, or on what it lies in, that begin later. `first`: of those whose whole lists were asked for, the
    line that has it.
    """

    deciding: dict[int, CoverageRule] = field(default_factory=dict)
    below: dict[int, list[CoverageRule]] = field(default_factory=lambda: defaultdict(list))
    ahead: list[CoverageRule] = field(default_factory=list)
    first: list[CoverageRule] = field(default_factory=list)
    reported: tuple[frozenset[int], frozenset[int]] | None = None

    def __len__(self) -> int:
        return len(self.deciding) + sum(map(len, self.below.values())) + len(self.ahead)


def lines_about(
    region: Region,
    above: Collection[int],
    on: datetime.date,
    deciding: Mapping[int, int],
    services: Collection[int],
    inside: Collection[int],
    whole: Collection[int] = (),
    reported: bool | None = None,
) -> Lines:
    """One query. `above`: the keys of the region and of what it lies in. `deciding`: by service where its line stands.

    Of `services` those lines below are told that say more than their place; of those that serve it by lines `inside` it, any.
    Of the services `whole` the list is read too, and the brand. `reported`: whether a report may stand against one
    of the lines; looking for them takes longer than all the rest. Where that is not known, `reported` of the answer tells
    the services and regions of all lines against which one stands, if any line was found.
    """
    rules = _lines(
        region.pk, Subtree.of(region.path), above, on, deciding, set(deciding.values()), services, inside, whole, reported
    )  # fmt: skip
    found = Lines()
    if reported is None and rules:
        told = (getattr(rule, "reported_lines", None) for rule in rules)  # beside the first of each service
        listed = next(filter(None, told), ())
        found.reported = frozenset(each["by"] for each in listed), frozenset(each["on"] for each in listed)
    for rule in rules:
        if getattr(rule, "whole_list", None) is not None:  # annotated
            found.first.append(rule)
        if rule.region_id in above and rule.valid_from and rule.valid_from > on:
            found.ahead.append(rule)
        elif deciding.get(rule.service_id) == rule.region_id:
            found.deciding.setdefault(rule.service_id, rule)
        elif rule.region_id not in above:
            found.below[rule.service_id].append(rule)
    return found


@standing
def _lines(
    region: int,
    here: Subtree,
    above: Collection[int],
    on: datetime.date,
    decided: Collection[int],
    on_regions: Collection[int],
    services: Collection[int],
    inside: Collection[int],
    whole: Collection[int],
    reported: bool | None,
) -> QuerySet[CoverageRule]:
    later = Q(valid_from__gt=on)
    decides = in_force(on) & Q(service__in=decided, region__in=on_regions)
    below = (
        Q(service__in=services)
        & Q(region__in=Region.objects.filter(here.holds("path")).values("pk"))
        & ~Q(region=region)
    )
    below &= Q(valid_to=None) | Q(valid_to__gt=on)
    told_first = Case(When(decides, then=Value(0)), When(_SAYS_MORE | later, then=Value(1)), default=Value(2))
    rules = (
        CoverageRule.objects.without_reports() if reported is False else CoverageRule.objects.with_reports(on)
    )
    return (
        rules
        .filter(
            decides | below & (_SAYS_MORE | later | Q(service__in=inside)) | later & Q(region__in=above)
        )
        .annotate(
            told_first=told_first,
            nth=Window(RowNumber(), partition_by="service", order_by=["told_first", "region__path", "valid_from"]),
        )
        .annotate(**(list_notes.beside_first(whole, on) if whole else {}))
        .annotate(**({"reported_lines": _reported_lines(on)} if reported is None else {}))
        .filter(nth__lte=OF_SERVICE)
        .select_related("region", "source", "import_line", "service__brand" if whole else "service")
        .order_by("told_first", "kind", "region__path", F("valid_from").desc(), F("pk").desc())
    )  # fmt: skip


def _reported_lines(on: datetime.date) -> Case:
    """Beside the first line of each service the lines against which reports stand, whosesoever."""
    standing_then = Dispute.objects.standing(on).filter(rule__isnull=False).order_by().annotate(all=Value(1))
    listed = Listed(JSONObject(by="rule__service", on="rule__region"))
    return Case(
        When(nth=1, then=Subquery(standing_then.values("all").annotate(listed=listed).values("listed")))
    )
