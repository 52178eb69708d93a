"""What is known about one brand, one place or one source, for a page to stand on. A fixed number of queries each."""

import datetime
import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, When

from regions.choices import HotlineStatus, RuleKind
from regions.models import Brand, CoverageRule, Region, RegionName, Service, Source, Succession
from regions.models.base import today
from regions.models.region import COUNTRY_CODE
from regions.signals import ServiceList, Signal, Signals, of_lists
from regions.signals.places import Rule, load_lists, load_units
from regions.standing import standing

from . import records
from .calls import Call, calls_from, calls_of, promotes, to_call_first
from .outlets import ShownOutlets, outlets_of
from .reach import Reach, in_all, reach_of
from .units import Units

SHOWN_CHILDREN = 400
COUNTRY_NAME = "全国"


@dataclass(slots=True)
class BrandProfile:
    """A brand with its numbers sorted by what stands behind them, and where its lists lead.

    `provinces`: (code, name, lines) of each province in which a list includes something; the country itself first,
    where a list includes it. `reach`: how much of each province any of the lists covers. `about_lists`: what is odd
    about the lists, by service.
    """

    brand: Brand
    services: list[Service]
    trusted: list[Call] = field(default_factory=list)
    claimed: list[Call] = field(default_factory=list)
    ended: list[Call] = field(default_factory=list)
    provinces: list[tuple[str, str, int]] = field(default_factory=list)
    reach: list[Reach] = field(default_factory=list)
    about_lists: list[tuple[Service, list[Signal]]] = field(default_factory=list)

    @property
    def promoted(self) -> bool:
        return promotes(self.trusted)


def brand_profile(slug: str, on: datetime.date | None = None) -> BrandProfile | None:
    """Four queries, and three more where a list names many places. None where there is no such brand."""
    on = on or today()
    found = Service.objects.filter(brand__slug=slug).select_related("category", "operator", "brand__owner")
    services = list(found.order_by("name", "id"))
    brand = services[0].brand if services else Brand.objects.select_related("owner").filter(slug=slug).first()
    if brand is None:
        return None
    lists, about = of_lists(services, on)
    profile = BrandProfile(
        brand, services, provinces=lines_by_province(lists.values()), reach=reach_of(lists.values())
    )
    profile.about_lists = [(service, _standing(about[service.pk])) for service in services]
    served = {key: listed.served for key, listed in lists.items()}
    calls = calls_of(lists, on, ended=True, served=served)
    everything = to_call_first(itertools.chain(*calls.values()))
    odd = {service.pk: tuple(signal.code for signal in signals) for service, signals in profile.about_lists}
    for call in everything:
        call.odd_list = odd[call.hotline.service_id]
        if call.hotline.status == HotlineStatus.ENDED:
            profile.ended.append(call)
        else:
            (profile.trusted if call.trusted else profile.claimed).append(call)
    return profile


def _standing(signals: list[Signal]) -> list[Signal]:
    return Signals.sort(signals).standing


def lines_by_province(lists: Iterable[ServiceList]) -> list[tuple[str, str, int]]:
    """(code, name, lines that include something in it) of each province, in the order of the codes."""
    names: dict[str, str] = {COUNTRY_CODE: COUNTRY_NAME}
    counts: Counter[str] = Counter()
    for rule in itertools.chain.from_iterable(each.rules for each in lists):
        if rule.kind == RuleKind.INCLUDE:
            code = province_of(rule.path)
            counts[code] += 1
            names.setdefault(code, rule.full_name.partition("/")[0])
    return [(code, names[code], counts[code]) for code in sorted(counts)]


def province_of(path: str) -> str:
    """The code of the province a path lies in; the country's own for the country."""
    codes = path.split("/")
    return codes[1] or codes[0]


@dataclass(slots=True)
class ServiceProfile:
    """A service with its numbers, its list and what is odd about it.

    `provinces`: (code, name, rules) in the order of the codes, the country's own rule first. `reach`: how much of
    each province the list covers.
    """

    service: Service
    calls: list[Call]
    provinces: list[tuple[str, str, list[Rule]]]
    about_list: list[Signal]
    reach: list[Reach]
    outlets: ShownOutlets

    @property
    def counts(self) -> Units | None:
        """How many counties and cities of the mainland the list covers; None where there is no list."""
        return in_all(self.reach)

    @property
    def promoted(self) -> bool:
        return promotes(self.calls)


def service_profile(service: Service, on: datetime.date | None = None) -> ServiceProfile:
    """Three queries, three more where the list names many places, and two where there are outlets."""
    on = on or today()
    lists, about = of_lists([service], on)
    calls = calls_of([service.pk], on, served={service.pk: lists[service.pk].served}).get(service.pk, [])
    return ServiceProfile(
        service,
        calls,
        by_province(lists[service.pk]),
        _standing(about[service.pk]),
        reach_of(lists.values()),
        outlets_of(service, on, size=1, claims=[call.hotline for call in calls]),
    )


def service_calls(service: Service, on: datetime.date | None = None) -> tuple[list[Call], list[Signal]]:
    """The claims of a service, the best first, and what is odd about its list."""
    lists, about = of_lists([service], on or today())
    served = {service.pk: lists[service.pk].served}
    return calls_of([service.pk], on, served=served).get(service.pk, []), _standing(about[service.pk])


def province_lists(service: Service, on: datetime.date | None = None) -> list[tuple[str, str, list[Rule]]]:
    """What its list says, by province. One query."""
    on = on or today()
    return by_province(load_lists([service.pk], on, load_units(on))[service.pk])


def by_province(listed: ServiceList) -> list[tuple[str, str, list[Rule]]]:
    """(code, name, rules) in the order of the codes, the country's own rule first."""
    groups: dict[str, list[Rule]] = {}
    for rule in sorted(listed.rules, key=lambda rule: rule.path):
        groups.setdefault(province_of(rule.path), []).append(rule)
    return [
        (code, COUNTRY_NAME if code == COUNTRY_CODE else rules[0].full_name.partition("/")[0], rules)
        for code, rules in groups.items()
    ]


@dataclass(slots=True)
class RegionProfile:
    """A place with what lies above and below it, its other names, what it came from and what became of it.

    `above`: (code, name) from the country down.
    """

    region: Region
    above: list[tuple[str, str]]
    children: list[Region]
    names: list
    came_from: list[Succession]
    became: list[Succession]


def region_profile(code: str) -> RegionProfile | None:
    """The life that a code stands for today, or the last one that ended; None where there is none. One query."""
    lives: list[Region] = []
    children: list[Region] = []
    for region in _lives_and_children(code):
        (lives if region.code == code else children).append(region)
    if not lives:
        return None
    region = max(lives, key=lambda life: (life.is_open, life.valid_to or datetime.date.min))
    beside: Any = region  # annotated
    names = [records.made(RegionName, said, _OF_NAME) for said in beside.other_names or ()]
    return RegionProfile(
        region=region,
        above=list(zip(region.chain[:0:-1], [COUNTRY_NAME, *region.full_name.split("/")[:-1]], strict=False)),
        children=[each for each in children if each.parent_id == region.pk][:SHOWN_CHILDREN],
        names=sorted(names, key=lambda name: name.name),
        came_from=_steps(beside.steps_to, region, "old"),
        became=_steps(beside.steps_from, region, "new"),
    )


_OF_NAME = ("id", "name", "kind")
_OF_STEP = ("id", "kind", "share", "precision", "document", "date")
_OF_OTHER = ("id", "code", "name", "full_name", "pinyin")


def _beside(code: str) -> dict[str, Case]:
    """Annotations of the region with a code, in the statement that reads it: its other names, and the steps to and from it."""
    listed = {
        "other_names": records.listed(RegionName, "region", "pk", _OF_NAME),
        "steps_to": records.listed(Succession, "new", "pk", _OF_STEP, old=_OF_OTHER),
        "steps_from": records.listed(Succession, "old", "pk", _OF_STEP, new=_OF_OTHER),
    }
    return {name: Case(When(code=code, then=each)) for name, each in listed.items()}


@standing
def _lives_and_children(code: str) -> QuerySet[Region]:
    # Not `parent__code`: a join under an OR reads every region.
    here = Region.objects.filter(code=code).values("pk")
    found = Region.objects.filter(Q(code=code) | Q(parent__in=here, valid_to=None)).order_by("code")
    return found.annotate(**_beside(code))


def _steps(listed: list[dict[str, Any]] | None, region: Region, other: str) -> list[Succession]:
    """The steps between a region and others, the latest first; `other` is the side on which those stand."""
    steps = []
    for said in listed or ():
        step = records.made(Succession, said, _OF_STEP)
        setattr(step, "old" if other == "new" else "new", region)
        setattr(step, other, records.made(Region, said, _OF_OTHER, other))
        steps.append(step)
    return sorted(steps, key=lambda step: (step.date, step.old.code, step.new.code), reverse=True)


@dataclass(slots=True)
class SourceProfile:
    """A source with what rests on it."""

    source: Source
    calls: list[Call]
    services: list[tuple[Service, int]]


def source_profile(source: Source, on: datetime.date | None = None) -> SourceProfile:
    """Three queries: the numbers it prints, and the services with how many lines of their lists rest on it."""
    on = on or today()
    lines = (
        CoverageRule.objects.current(on)
        .filter(source=source)
        .order_by()
        .values_list("service")
        .annotate(lines=Count("pk"))
    )
    counts = dict(lines)
    stated = Service.objects.filter(Q(pk__in=counts) | Q(source=source)).select_related("brand", "category")
    return SourceProfile(
        source,
        calls_from(source, on),
        [(service, counts.get(service.pk, 0)) for service in stated.order_by("name", "id")],
    )
