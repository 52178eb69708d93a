"""A place: who serves here by product, what lies above and below it, what it was and what became of it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from regions.codes import BadCode, read_code
from regions.lookup.outlets import outlets_in
from regions.lookup.places import successors_of
from regions.lookup.profiles import region_profile
from regions.lookup.shown import show_coverage
from regions.models.region import COUNTRY_CODE

from . import once, structured
from .coverage import lines_each, numbers_each
from .page import NONE_CONFIRMED, light, only_read, position_of, show

# Services on the page of a place, all stand in the answer to the question; outlets, where the services show none.
HITS, OUTLETS = 3, 2


@only_read
def region(request: HttpRequest, code: str = COUNTRY_CODE) -> HttpResponse:
    profile = region_profile(code_of(code))
    if profile is None:
        raise Http404
    found = profile.region
    context: dict = {"region": found, "profile": profile}
    why = ""
    if found.is_open:
        answer = context["answer"] = show_coverage(found, limit=HITS, position=position_of(request))
        context["shown"], context["lines"] = numbers_each(answer.hits), lines_each(answer.hits)
        nobody_yet = found.code == COUNTRY_CODE and not answer.hits  # all places are found from here
        why = "" if answer.promoted_any or nobody_yet else _(NONE_CONFIRMED)
        if not any(hit.outlets.count for hit in answer.hits):  # of those whose services have no list, say
            context["outlets"] = outlets_in(found, size=OUTLETS)
    else:
        context["successors"] = successors_of(found)
        why = _(NONE_CONFIRMED)
    things = structured.of_region(request, profile)
    feed = once.here("web:region-feed", found.code)
    country = found.code == COUNTRY_CODE  # a code of twelve digits is an address too, and the country has two
    address = once.here("web:country") if country else once.here("web:region", found.code)

    def page(left_out: int) -> HttpResponse:
        context["lean"] = left_out
        return show(
            request,
            "web/region.html",
            context,
            why_not_indexed=why,
            things=things,
            feed=feed,
            address=address,
        )

    return light(page)


def code_of(text: str) -> str:
    """The code in an address; what is none is not found."""
    try:
        return read_code(text)
    except BadCode as error:
        raise Http404 from error
