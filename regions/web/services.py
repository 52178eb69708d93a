"""A service: what it claims, under which numbers, where it serves by its list; and its list in one place, line by line."""

from dataclasses import replace

from django.db.models import FilteredRelation, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from regions.lookup.named_units import NamedUnits
from regions.lookup.profiles import ServiceProfile, service_profile
from regions.lookup.shown import service_in
from regions.models import CoverageRule, Promise, Region, Service
from regions.models.region import subtree

from . import structured
from .lists import asked_day, longest, parts_of
from .maps import service_map
from .page import NONE_CONFIRMED, light, only_read, position_of, show
from .regions import code_of

SHOWN_CALLS = 3
# A longer list has its sentences at an address of its own.
LONG_LIST = 60
# Names of places below, lines and outlets on a page of what a list says of one place.
NAMES, LINES, OUTLETS = 24, 12, 4


@only_read
def service(request: HttpRequest, slug: str) -> HttpResponse:
    found, promises = _with_promises(slug)
    profile = service_profile(found)
    return light(lambda left_out: _page(request, profile, promises, left_out), 2)


def _page(
    request: HttpRequest, profile: ServiceProfile, promises: list[Promise], left_out: int
) -> HttpResponse:
    """`left_out`: 1 all that stands at an address of its own, 2 the drawing too, which the table says again."""
    found, lean = profile.service, left_out > 0
    lines = sum(len(rules) for _code, _name, rules in profile.provinces)
    in_words = lines <= LONG_LIST and not lean
    calls = profile.calls[: 1 if lean else SHOWN_CALLS]
    drawn = service_map(profile, in_words=in_words)
    if drawn and left_out > 1:
        drawn.drawing = None
    visits = [] if lean else profile.outlets.visits
    context = {
        "service": found,
        "profile": profile,
        "promises": promises,
        "calls": calls,
        "visits": visits,
        "map": drawn,
        "filters": {"brand": [found.brand.slug], "category": [found.category.slug]},
        "long_list": 0 if in_words else lines,
    }
    why = "" if profile.promoted else _(NONE_CONFIRMED)
    things = structured.of_service(request, profile, calls, visits)
    return show(request, "web/service.html", context, why_not_indexed=why, things=things)


def _with_promises(slug: str) -> tuple[Service, list[Promise]]:
    """A service and its promises, in one query: a row a promise, and one where there is none."""
    rows = list(
        Service.objects.filter(slug=slug)
        .annotate(promise=FilteredRelation("promises"))
        .select_related("brand__owner", "category", "operator", "source", "promise__source")  # type: ignore[misc]
        .order_by("promise__kind", "promise__id")
    )
    if not rows:
        raise Http404
    return rows[0], [row.promise for row in rows if getattr(row, "promise", None)]


@only_read
def service_place(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """What the list of a service says of one place: which of the places below it, and by which lines."""
    on = asked_day(request)
    region = Region.objects.current(on).filter(code=code_of(code)).first()
    if region is None:
        raise Http404
    about = Q(region__code__in=region.chain) | subtree(region.path, "region__path")
    rules = list(
        CoverageRule.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on))  # those that begin later too
        .filter(about, service__slug=slug)
        .select_related("service__brand", "service__category", "region", "source", "import_line")
        .with_reports(on)
        .order_by("region__path", "id")
    )
    services = Service.objects.select_related("brand", "category")
    found = rules[0].service if rules else get_object_or_404(services, slug=slug)
    here = service_in(found, region, on, position_of(request))
    named, outlets = here.named, here.outlets
    covered, partly, not_covered, outlet_part, part = parts = parts_of(
        request,
        *((places, NAMES) for places in (named.covered, named.partly_covered, named.not_covered)),
        (outlets.visits, OUTLETS),
        (rules, LINES),
    )
    context = {
        "service": found,
        "region": region,
        "state": here.state,
        "outlets": replace(outlets, visits=list(outlet_part.items)),
        "named": NamedUnits(*(list(each.items) for each in (covered, partly, not_covered))),
        "part": part,
        "pager": longest(parts),
    }
    why = _("Engines are asked to leave this page out: it is a part of another one.")
    return show(request, "web/service_place.html", context, query=part.query, why_not_indexed=why)
