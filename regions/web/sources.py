"""A source: who published what and when, when it was seen, and what in the directory rests on it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from regions.lookup.profiles import source_profile
from regions.models import Source

from . import structured
from .page import NOBODY_CHECKED, only_read, show


@only_read
def source(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Source, slug=slug)
    profile = source_profile(found)
    prints_unchecked = profile.calls and not any(call.trusted for call in profile.calls)
    why = _(NOBODY_CHECKED) if prints_unchecked else ""
    context = {"source": found, "profile": profile}
    things = structured.of_source(request, found)
    return show(request, "web/source.html", context, why_not_indexed=why, things=things)
