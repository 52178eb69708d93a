"""What a page is about, in the words of schema.org, for the JSON-LD in it. Records are told as the API tells them.

Programs read no remarks: they are given the numbers that are verified or attested, and no other. Who claims a number that
nobody checked is told to people alone.
"""

from collections.abc import Iterable

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import gettext as _

from regions.api.addresses import address
from regions.api.answer_records import AnswerHotlineSerializer
from regions.api.jsonld import (
    SCHEMA,
    present_brand,
    present_channel,
    present_organization,
    present_outlet,
    present_region,
)
from regions.api.serializers import BrandSerializer, OrganizationSerializer, OutletSerializer, teller
from regions.choices import TRUSTED
from regions.lookup.calls import Call
from regions.lookup.outlets import Visit
from regions.lookup.outlines import centre_of
from regions.lookup.profiles import BrandProfile, RegionProfile, ServiceProfile
from regions.models import Outlet, Service, Source
from regions.models.region import COUNTRY_CODE

from . import once


def graph(request: HttpRequest, canonical: str, kind: str, things: Iterable[dict]) -> dict:
    """The page itself, the site it is a part of (the start page says how to search it), and what it is about."""
    root = request.build_absolute_uri(once.here("web:home"))
    site: dict[str, object] = {
        "@type": "WebSite",
        "@id": f"{root}#site",
        "url": root,
        "name": _("Service networks"),
    }
    if canonical == root:
        site["potentialAction"] = {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": request.build_absolute_uri(once.here("web:ask")) + "?q={search_term_string}",
            },
            "query-input": "required name=search_term_string",
        }
    page: dict[str, object] = {
        "@type": kind,
        "@id": canonical,
        "url": canonical,
        "inLanguage": request.LANGUAGE_CODE,
        "isPartOf": site,
    }
    told = list(things)
    if told:
        page["mainEntity"] = {"@id": told[0]["@id"]}
    return {"@context": SCHEMA, "@graph": [page, *told]}


def share_card(request: HttpRequest) -> str:
    """The absolute address of the picture that stands beside a shared link."""
    return request.build_absolute_uri(static("web/card.png"))


def of_brand(request: HttpRequest, profile: BrandProfile, shown: list[Call]) -> list[dict]:
    """The brand, and those of its services of which the page shows a number to be trusted."""
    brand = present_brand(teller(BrandSerializer)(profile.brand), request)
    told = []
    for service in profile.services:
        if channels := _channels(request, (call for call in shown if call.hotline.service_id == service.pk)):
            told.append(_service(request, service) | {"brand": {"@id": brand["@id"]}} | channels)
    return [brand, *told]


def of_service(
    request: HttpRequest, profile: ServiceProfile, shown: list[Call], visits: Iterable[Visit]
) -> list[dict]:
    service = profile.service
    provider = service.operator or service.brand.owner
    body = _service(request, service) | {
        "serviceType": service.get_kind_display(),
        "category": service.category.name,
        "brand": present_brand(teller(BrandSerializer)(service.brand), request),
    }
    if service.description:
        body["description"] = service.description
    if provider:
        body["provider"] = present_organization(teller(OrganizationSerializer)(provider), request)
    channels = _channels(request, shown).get("availableChannel", []) + [
        _outlet(request, visit.outlet, service) for visit in visits
    ]
    return [body | ({"availableChannel": channels} if channels else {})]


def _service(request: HttpRequest, service: Service) -> dict:
    return {
        "@type": "Service",
        "@id": request.build_absolute_uri(once.here("web:service", service.slug)),
        "name": service.name,
    }


def _channels(request: HttpRequest, calls: Iterable[Call]) -> dict:
    told = [
        present_channel(teller(AnswerHotlineSerializer)(call.hotline), request)
        for call in calls
        if call.trusted
    ]
    return {"availableChannel": told} if told else {}


def _outlet(request: HttpRequest, outlet: Outlet, service: Service) -> dict:
    told = teller(OutletSerializer)(outlet)
    for row in told["services"]:
        if row["hotline"] and row["hotline"]["status"] not in TRUSTED:
            row["hotline"] = None
    return present_outlet(told, service.slug, request)


def of_region(request: HttpRequest, profile: RegionProfile) -> list[dict]:
    body: dict[str, object] = present_region(
        {"code": profile.region.code, "full_name": profile.region.full_name}, request
    )
    if centre := centre_of(profile.region):
        body["geo"] = {"@type": "GeoCoordinates", "latitude": centre[1], "longitude": centre[0]}
    if profile.names:
        body["alternateName"] = [name.name for name in profile.names]
    above = profile.region.chain[1:]
    if above and above[0] != COUNTRY_CODE:
        body["containedInPlace"] = {
            "@id": address(request, "region-detail", above[0]),
        }
    return [body]


def of_number(request: HttpRequest, shown: Iterable[Call]) -> list[dict]:
    """The services whose number it is, each with it; nothing of those that only claim it."""
    return [
        _service(request, call.hotline.service) | _channels(request, [call]) for call in shown if call.trusted
    ]


def of_source(request: HttpRequest, source: Source) -> list[dict]:
    body: dict[str, object] = {
        "@type": "CreativeWork",
        "@id": request.build_absolute_uri(once.here("web:source", source.slug)),
        "name": source.title,
    }
    if source.url:
        body["url"] = source.url
    if source.publisher:
        body["publisher"] = {"@type": "Organization", "name": source.publisher}
    return [body]
