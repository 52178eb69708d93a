"""A source: who published what and when, when it was seen, and what in the directory rests on it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from regions.lookup.calls import promotes
from regions.lookup.profiles import source_profile
from regions.models import Source

from . import structured
from .lists import longest, parts_of
from .page import NONE_CONFIRMED, only_read, show

# Of what rests on it, on a page.
CALLS, SERVICES = 10, 20


@only_read
def source(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Source, slug=slug)
    profile = source_profile(found)
    prints_unchecked = profile.calls and not promotes(profile.calls)
    why = _(NONE_CONFIRMED) if prints_unchecked else ""
    part, services = parts_of(request, (profile.calls, CALLS), (profile.services, SERVICES))
    context = {"source": found, "part": part, "services": services, "pager": longest((part, services))}
    things = structured.of_source(request, found)
    return show(request, "web/source.html", context, query=part.query, why_not_indexed=why, things=things)
