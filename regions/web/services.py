"""A service: what it claims, under which numbers, where it serves by its list; and its list in one place, line by line."""

from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from regions.choices import DisputeState
from regions.lookup.named_units import state_in
from regions.lookup.profiles import service_profile
from regions.lookup.serving import COVERING, servers_of
from regions.models import CoverageRule, Dispute, OutletService, Region, Service
from regions.models.base import today
from regions.models.region import subtree

from . import structured
from .maps import service_map
from .page import NOBODY_CHECKED, only_read, show
from .regions import code_of

RULES_SHOWN = 500


@only_read
def service(request: HttpRequest, slug: str) -> HttpResponse:
    services = Service.objects.select_related("brand__owner", "category", "operator", "source")
    found = get_object_or_404(services, slug=slug)
    profile = service_profile(found)
    promises = found.promises.select_related("source").order_by("kind", "id")
    context = {
        "service": found,
        "profile": profile,
        "promises": list(promises),
        "map": service_map(profile),
    }
    why = "" if profile.trusted else _(NOBODY_CHECKED)
    things = structured.of_service(request, profile)
    return show(request, "web/service.html", context, why_not_indexed=why, things=things)


@only_read
def service_place(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """What the list of a service says of one place: which of the places below it, and by which lines."""
    at_outlets = Exists(OutletService.objects.filter(service=OuterRef("pk")))
    services = Service.objects.select_related("brand", "category").annotate(has_outlets=at_outlets)
    found = get_object_or_404(services, slug=slug)
    region = Region.objects.open().filter(code=code_of(code)).first()
    if region is None:
        raise Http404
    about = Q(region__code__in=region.chain) | subtree(region.path, "region__path")
    disputes = Dispute.objects.filter(rule=OuterRef("pk"), state=DisputeState.OPEN)
    rules = list(
        CoverageRule.objects.current()
        .filter(about, service=found)
        .select_related("service", "region", "source", "import_line")
        .annotate(is_disputed=Exists(disputes))
        .order_by("region__path", "id")
    )
    state, named = state_in(found, region)
    servers = servers_of([found.pk], region, today()) if found.has_outlets and state in COVERING else {}  # type: ignore[attr-defined]
    context = {
        "service": found,
        "region": region,
        "state": state,
        "outlets": servers.get(found.pk),
        "named": named,
        "rules": rules[:RULES_SHOWN],
        "count": len(rules),
    }
    why = _("Engines are led to the page of the service.")
    return show(request, "web/service_place.html", context, why_not_indexed=why)
