"""Long lists: a page shows the first of them, and an address of its own has all, a few at a time."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from regions.lookup.calls import Call, promotes
from regions.lookup.outlets import ShownOutlets, outlets_in, outlets_of
from regions.lookup.profiles import brand_profile, province_lists, service_calls
from regions.models import Brand, Region, Service
from regions.signals import Signal

from .maps import rules_in_words
from .page import asked, day_of, only_read, page_of, show
from .regions import code_of

PER_PAGE = 10
# The sentences of a list: about so many places are named on a page, whole provinces at a time.
PLACES = 240


@dataclass(slots=True)
class Part:
    """One page of a list that has `count` entries. `before`, `after`: the addresses of its neighbours, where there are any."""

    items: Sequence[Any]
    count: int
    number: int
    size: int
    query: QueryDict

    @property
    def pages(self) -> int:
        return -(-self.count // self.size)

    @property
    def before(self) -> str:
        return f"?{self._at(self.number - 1)}" if self.number > 1 else ""

    @property
    def after(self) -> str:
        return f"?{self._at(self.number + 1)}" if self.number < self.pages else ""

    def _at(self, number: int) -> str:
        query = self.query.copy()
        query["page"] = str(number)
        return query.urlencode()


def parts_of(request: HttpRequest, *lists: tuple[Sequence, int]) -> list[Part]:
    """The page that is asked for of lists which turn their pages together; none past the end of the longest.

    `lists`: each with how many of it stand on a page.
    """
    number, query = turned(request)
    parts = [
        Part(items[(number - 1) * size : number * size], len(items), number, size, query)
        for items, size in lists
    ]
    if number > 1 and not any(part.items for part in parts):
        raise Http404
    return parts


def longest(parts: Iterable[Part]) -> Part:
    """The part whose pages are turned."""
    return max(parts, key=lambda part: part.pages)


def turned(request: HttpRequest) -> tuple[int, QueryDict]:
    query = asked(request, "page", "on")
    return page_of(query), query


def asked_day(request: HttpRequest) -> datetime.date:
    """The day of a list: an answer of another day leads to the lists of that day."""
    return day_of(asked(request, "on"))


@only_read
def brand_numbers(request: HttpRequest, slug: str) -> HttpResponse:
    profile = brand_profile(slug, asked_day(request))
    if profile is None:
        raise Http404
    calls = [*profile.trusted, *profile.claimed, *profile.ended]
    return _numbers(request, profile.brand, reverse("web:brand", args=[slug]), calls, with_service=True)


@only_read
def brand_services(request: HttpRequest, slug: str) -> HttpResponse:
    brand = get_object_or_404(Brand, slug=slug)
    services = list(brand.services.select_related("category").order_by("name", "id"))
    (part,) = parts_of(request, (services, 4 * PER_PAGE))
    more = {"services": [(service, ()) for service in part.items]}
    return _page(request, brand, reverse("web:brand", args=[slug]), _("Services"), part, more)


@only_read
def service_numbers(request: HttpRequest, slug: str) -> HttpResponse:
    service = _service(slug)
    calls, about_list = service_calls(service, asked_day(request))
    return _numbers(request, service, reverse("web:service", args=[slug]), calls, about_list=about_list)


@only_read
def service_outlets(request: HttpRequest, slug: str) -> HttpResponse:
    service, on = _service(slug), asked_day(request)
    number, query = turned(request)
    found = outlets_of(service, on, start=(number - 1) * PER_PAGE, size=PER_PAGE)
    return _outlets(request, service, reverse("web:service", args=[slug]), found, number, query)


@only_read
def region_outlets(request: HttpRequest, code: str) -> HttpResponse:
    on = asked_day(request)
    region = get_object_or_404(Region.objects.current(on), code=code_of(code))
    number, query = turned(request)
    found = outlets_in(region, on, start=(number - 1) * PER_PAGE, size=PER_PAGE)
    above = reverse("web:region", args=[region.code])
    return _outlets(request, region, above, found, number, query, with_service=True)


@only_read
def service_list(request: HttpRequest, slug: str) -> HttpResponse:
    """A list in sentences, province by province."""
    service = _service(slug)
    pages: list[list] = [[]]
    lines = named = 0
    for code, name, rules in province_lists(service, asked_day(request)):
        if named and named + len(rules) > PLACES:
            pages.append([])
            named = 0
        named += len(rules)
        lines += len(rules)
        pages[-1].append((code, name, rules_in_words(rules)))
    (part,) = parts_of(request, (pages, 1))
    heading = _("Where it serves, by its list")
    above = reverse("web:service", args=[slug])
    return _page(request, service, above, heading, part, {"provinces": part.items[0], "count": lines})


def _service(slug: str) -> Service:
    return get_object_or_404(
        Service.objects.select_related("brand__owner", "category", "operator"), slug=slug
    )


def _numbers(
    request: HttpRequest,
    about: Brand | Service,
    above: str,
    calls: list[Call],
    *,
    with_service: bool = False,
    about_list: Sequence[Signal] = (),
) -> HttpResponse:
    (part,) = parts_of(request, (calls, PER_PAGE))
    more = {
        "calls": part.items,
        "promoted": promotes(calls),
        "with_service": with_service,
        "about_list": about_list,
    }
    return _page(request, about, above, _("Numbers"), part, more)


def _outlets(
    request: HttpRequest,
    about: Region | Service,
    above: str,
    found: ShownOutlets,
    number: int,
    query: QueryDict,
    *,
    with_service: bool = False,
) -> HttpResponse:
    if number > 1 and not found.visits:
        raise Http404
    part = Part(found.visits, found.count, number, PER_PAGE, query)
    more = {"outlets": found, "with_service": with_service}
    return _page(request, about, above, _("Outlets"), part, more)


def _page(request: HttpRequest, about, above: str, heading: str, part: Part, more: dict) -> HttpResponse:
    why = _("Engines are asked to leave this page out: it is a part of another one.")
    context = {"about": about, "above": above, "heading": heading, "part": part, "count": part.count} | more
    return show(request, "web/all.html", context, query=part.query, why_not_indexed=why)
