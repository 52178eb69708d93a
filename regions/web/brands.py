"""A brand: the number to call and what stands behind it, what it services, where its lists lead."""

import itertools
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from regions.lookup.profiles import BrandProfile, brand_profile

from . import structured
from .maps import brand_map
from .page import NONE_CONFIRMED, light, only_read, show
from .regions import code_of


@only_read
def brand(request: HttpRequest, slug: str) -> HttpResponse:
    profile = brand_profile(slug)
    if profile is None:
        raise Http404
    return light(lambda left_out: _page(request, profile, left_out))


def _page(request: HttpRequest, profile: BrandProfile, left_out: int) -> HttpResponse:
    """`left_out`: fewer of the numbers that others claim, which stand at an address of their own."""
    why = "" if profile.promoted else _(NONE_CONFIRMED)
    # The best first, of each kind at least one.
    trusted, claimed, ended = profile.trusted, profile.claimed, profile.ended
    shown = {
        "to_call": [call for call in trusted if call.to_call][:3],
        "others": [call for call in trusted if not call.to_call][:2],
        "claimed": claimed[: 1 if left_out else 2],
        "ended": ended[:1],
    }
    told: set[int] = set()  # services whose lists something was said of, beside their first number here
    for call in itertools.chain(*shown.values()):
        if call.hotline.service_id in told:
            call.odd_list = ()
        told.add(call.hotline.service_id)
    count = len(trusted) + len(claimed) + len(ended)
    context = {
        "brand": profile.brand,
        "profile": profile,
        "services": [
            (service, () if service.pk in told else signals) for service, signals in profile.about_lists[:6]
        ],
        "map": brand_map(profile),
        "numbers": count,
        "all_numbers": count if count > sum(map(len, shown.values())) else 0,
        **shown,
    }
    feed = reverse("web:brand-feed", args=[profile.brand.slug])
    things = structured.of_brand(request, profile, [*shown["to_call"], *shown["others"]])
    return show(request, "web/brand.html", context, why_not_indexed=why, things=things, feed=feed)


@only_read
def brand_place(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Where the map and the table of a brand lead: who of the brand serves a place. A short address, for it stands there often."""
    return redirect(f"{reverse('web:coverage')}?{urlencode({'q': code_of(code), 'brand': slug})}")
