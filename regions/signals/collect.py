"""Loads what the signals need in a fixed number of queries, and runs them for numbers, services and brands."""

import datetime
import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from regions.choices import HotlineStatus, SignalCode, VerificationResult
from regions.models import Brand, Hotline, PhoneNumber, Service, Verification
from regions.models.base import in_force, today
from regions.models.dispute import reasons_reported
from regions.standing import standing

from .base import Signal, Signals
from .checks import check_signals
from .likeness import compare, like_others, near_equal
from .lists import ListedTokens, abolished, load_tokens, nationwide
from .places import ServiceList, load_lists, load_units
from .printing import groupings, print_signals
from .replaced import still_printed
from .ringing import rings_elsewhere
from .scatter import scattered
from .sharing import in_force as claimed
from .sharing import moved, shared
from .ties import groups

CONFLICTS = (SignalCode.NUMBER_SHARED, SignalCode.NUMBER_MOVED)
_BATCH = 500


def claims_about(numbers: Collection[int] | QuerySet, on: datetime.date) -> QuerySet[Hotline]:
    """Every claim on the numbers (`asked`), what took the place of one, and what was ever confirmed for the brands that claim

    them; best first.

    Each with its `latest_check` and the `reports_reasons`. One statement: what a status costs to put together is paid once. The
    status is looked at afterwards and not in a condition: every mention of it repeats its subqueries.
    """
    theirs = Hotline.objects.filter(number__in=numbers)
    confirmations = Verification.objects.filter(hotline=OuterRef("pk"), result=VerificationResult.CONFIRMED)
    checked = Hotline.objects.filter(
        in_force(on), Exists(confirmations), service__brand__in=theirs.order_by().values("service__brand")
    )
    return (
        Hotline.objects.filter(
            pk__among=theirs.order_by()
            .values("pk")
            .union(
                checked.order_by().values("pk"),
                theirs.filter(replaced_by__isnull=False).order_by().values("replaced_by"),
            )
        )
        .annotate(
            **{
                "asked": Exists(theirs.filter(pk=OuterRef("pk"))),
                "reports_reasons": reasons_reported(on),
            }
        )
        .with_status(on)
        .select_related(
            *("number", "source", "region", "latest_check__source"),
            *("service__category", "service__brand__owner", "service__operator"),
        )
        .best_first()
    )


_about = standing(claims_about)


@dataclass(slots=True)
class Claims:
    """Claims on one or more numbers, with their checks and the brands' confirmed numbers they are compared with."""

    claims: list[Hotline]
    confirmed: dict[int, list[Hotline]]
    on: datetime.date
    by_number: dict[int, list[Hotline]] = field(init=False)

    def __post_init__(self) -> None:
        self.by_number = defaultdict(list)
        for claim in self.claims:
            self.by_number[claim.number_id].append(claim)

    @classmethod
    def load(cls, numbers: Iterable[int], on: datetime.date) -> "Claims":
        """Those about numbers, by their keys."""
        return cls.among(_about(list(numbers), on), on)

    @classmethod
    def among(cls, everything: Iterable[Any], on: datetime.date) -> "Claims":
        """Of rows of `claims_about`."""
        claims = [claim for claim in everything if claim.asked]
        confirmed: defaultdict[int, list[Hotline]] = defaultdict(list)
        known = {claim.pk: claim for claim in everything}
        for claim in everything:
            if claim.replaced_by_id in known:  # with its status
                claim.replaced_by = known[claim.replaced_by_id]
            if claim.latest_check:
                claim.latest_check.hotline = claim
            if claim.status == HotlineStatus.VERIFIED:
                confirmed[claim.service.brand_id].append(claim)
        return cls(claims, confirmed, on)

    def standing(self, number_id: int) -> list[Hotline]:
        """The claims on a number that have not ended."""
        return [claim for claim in self.by_number.get(number_id, []) if claimed(claim, self.on)]

    def number_signals(self, number_id: int) -> list[Signal]:
        """What is odd about one number: who shares it, who had it before, how it is printed."""
        claims = self.by_number.get(number_id, [])
        return [
            *shared(claims, self.on),
            *moved(claims, self.on),
            *still_printed(claims, self.on),
            *(groupings(claims) if claims else []),
        ]

    def claim_signals(self, claim: Hotline) -> list[Signal]:
        """What is odd about one claim that has not ended."""
        if not claimed(claim, self.on):
            return []
        confirmed = self.confirmed.get(claim.service.brand_id, [])
        return [
            *check_signals(claim, claim.latest_check, confirmed, self.on),
            *print_signals(claim),
        ]


def of_numbers(loaded: Claims, numbers: Iterable[PhoneNumber]) -> dict[int, Signals]:
    """Signals about numbers, their claims, and the lists of the services that claim them (3 queries more), by number.

    Lists are compared with each other, not with the whole directory: that is asked of a service.
    """
    services = {claim.service_id: claim.service for claim in loaded.claims}
    lists, about_lists = _list_signals(services.values(), loaded.on)
    return {number.pk: _of_number(loaded, number, lists, about_lists) for number in numbers}


def _of_number(
    loaded: Claims,
    number: PhoneNumber,
    lists: dict[int, ServiceList],
    about_lists: dict[int, list[Signal]],
) -> Signals:
    claims = loaded.by_number.get(number.pk, [])
    services = {claim.service_id: claim.service for claim in claims}
    signals = loaded.number_signals(number.pk)
    for claim in claims:
        signals += loaded.claim_signals(claim)
    signals += itertools.chain(*(about_lists[pk] for pk in services))
    for claim in loaded.standing(number.pk):
        signals += rings_elsewhere(claim, lists[claim.service_id].served)
    for one, other in itertools.combinations(services.values(), 2):
        if one.brand_id != other.brand_id:
            signals += compare(one, lists[one.pk], other, lists[other.pk])
    return Signals.sort(signals)


def of_services(services: Iterable[Service], on: datetime.date | None = None) -> dict[int, Signals]:
    """Signals about services, by service: their numbers, their claims, their lists. A fixed number of queries."""
    on = on or today()
    wanted = Service.objects.select_related("brand__owner", "operator").in_bulk(
        [service.pk for service in services]
    )
    numbers = set(Hotline.objects.filter(service__in=wanted).order_by().values_list("number", flat=True))
    loaded = Claims.load(numbers, on)
    found: dict[int, list[Signal]] = {pk: [] for pk in wanted}
    by_number: dict[int, list[Signal]] = {number: loaded.number_signals(number) for number in numbers}
    seen = set()
    for claim in loaded.claims:
        if claim.service_id not in found:
            continue
        found[claim.service_id] += loaded.claim_signals(claim)
        if claimed(claim, on) and (claim.service_id, claim.number_id) not in seen:
            seen.add((claim.service_id, claim.number_id))
            found[claim.service_id] += by_number[claim.number_id]
    lists, about_lists = of_lists(wanted.values(), on)
    for number in numbers:
        for claim in loaded.standing(number):
            if claim.service_id in found:
                found[claim.service_id] += rings_elsewhere(claim, lists[claim.service_id].served)
    for pk in found:
        found[pk] += about_lists[pk]
    return {pk: Signals.sort(signals) for pk, signals in found.items()}


def of_lists(
    services: Iterable[Service], on: datetime.date
) -> tuple[dict[int, ServiceList], dict[int, list[Signal]]]:
    """The lists of services, and what is odd about each, by itself and beside the lists of other brands.

    The services come with brand, owner and operator. 4 queries, and 4 more where a list names many places.
    """
    services = list(services)
    lists, about = _list_signals(services, on)
    if lists:
        units = next(iter(lists.values())).units
        for pk, alike in like_others(services, lists, units, on).items():
            about[pk] += alike
    return lists, about


def of_service(service: Service, on: datetime.date | None = None) -> Signals:
    return of_services([service], on)[service.pk]


def of_brands(brands: Iterable[Brand], on: datetime.date | None = None) -> dict[int, Signals]:
    """Signals about everything the brands list, by brand."""
    found: dict[int, list[Signal]] = {brand.pk: [] for brand in brands}
    services = {service.pk: service for service in Service.objects.filter(brand__in=found).order_by("pk")}
    for pk, signals in of_services(services.values(), on).items():
        mine = found[services[pk].brand_id]
        mine += [signal for signal in (*signals.standing, *signals.silenced) if signal not in mine]
    return {pk: Signals.sort(signals) for pk, signals in found.items()}


def conflicting_numbers(on: datetime.date) -> list[Signal]:
    """Over the whole directory: numbers that unrelated brands share, or that moved from one to another."""
    several = (
        PhoneNumber.objects.annotate(brands=Count("hotlines__service__brand", distinct=True))
        .filter(brands__gt=1)
        .order_by("canonical")
        .values_list("pk", flat=True)
    )
    signals = []
    wanted = list(several)
    for start in range(0, len(wanted), _BATCH):
        numbers = wanted[start : start + _BATCH]
        loaded = Claims.load(numbers, on)
        for number in numbers:
            signals += [
                signal
                for signal in loaded.number_signals(number)
                if signal.code in CONFLICTS and not signal.silenced_by
            ]
    return signals


def conflicting_lists(on: datetime.date) -> list[list[Service]]:
    """Over the whole directory: groups of services of unrelated brands whose lists are nearly equal."""
    found = near_equal(on, load_units(on))
    services = Service.objects.select_related("brand__owner", "operator").in_bulk(itertools.chain(*found))
    listed = [[services[pk] for pk in group] for group in found]
    return [group for group in listed if len(groups(group)) > 1]


def odd_alone(service: Service, listed: ServiceList, names_former: bool) -> tuple[SignalCode, ...]:
    """What is odd about a list by itself, without the figures. `names_former`: it was read with places that had ended.

    No query. The service comes with its brand.
    """
    tokens = ListedTokens(abolished={0: ""} if names_former else {})
    found = [
        *nationwide(service, listed),
        *abolished(service, listed, tokens),
        *scattered(service, listed, tokens),
    ]
    return tuple(signal.code for signal in found)


def _list_signals(
    services: Iterable[Service], on: datetime.date
) -> tuple[dict[int, ServiceList], dict[int, list[Signal]]]:
    """Signals about each list by itself, and the lists (3 queries)."""
    services = list(services)
    keys = [service.pk for service in services]
    lists = load_lists(keys, on, load_units(on))
    tokens = load_tokens(keys, on)
    return lists, {
        service.pk: [
            *nationwide(service, lists[service.pk]),
            *abolished(service, lists[service.pk], tokens[service.pk]),
            *scattered(service, lists[service.pk], tokens[service.pk]),
        ]
        for service in services
    }
