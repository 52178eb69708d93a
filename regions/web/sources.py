"""A source: who published what and when, when it was seen, and what in the directory rests on it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from regions.lookup.profiles import source_profile
from regions.models import Source

from . import structured
from .page import only_read, show


@only_read
def source(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Source, slug=slug)
    context = {"source": found, "profile": source_profile(found)}
    return show(request, "web/source.html", context, things=structured.of_source(request, found))
