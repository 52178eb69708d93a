"""A brand or a service in the words of schema.org, as JSON-LD.

Programs that read this do not read remarks, so what is disputed or refuted is left out of it; every number carries its
status in words. An area carved out of a wider one stands in the wider one's description: schema.org has no word for it.
"""

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from regions.choices import NOT_STANDING, Channel, HotlineStatus, OutletKind, ServiceKind
from regions.lookup.described import described, name_outlets
from regions.models import Brand, Service
from regions.wording import clauses, spelled

from . import params
from .addresses import address
from .foreign_schema import SCHEMA_ORG_BRAND, SCHEMA_ORG_SERVICE
from .opening import SCHEMA, hours_note, schema_org_hours
from .points import wgs84_of
from .renderers import JSONRenderer
from .sentences import area_notes
from .serializers import BrandSerializer, ServiceProfileSerializer

LEFT_OUT = (HotlineStatus.DISPUTED, HotlineStatus.REFUTED)


class JsonLdRenderer(JSONRenderer):
    """Made to be put into a page: nothing in it can end a <script>, open a comment or be an entity."""

    media_type = "application/ld+json"
    format = "jsonld"
    _escapes = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}

    def render(self, data, accepted_media_type=None, renderer_context=None) -> bytes:
        return (
            super()
            .render(data, accepted_media_type, renderer_context)
            .decode()
            .translate(self._escapes)
            .encode()
        )


class JsonLdView(APIView):
    """A record in schema.org's words."""

    renderer_classes = [JsonLdRenderer, JSONRenderer]

    def find(self, queryset, slug: str):
        params.check_names(self.request.query_params, ())
        params.check_text("slug", slug)
        found = queryset.filter(slug=slug).first()
        if found is None:
            raise Http404
        return found


class ServiceJsonLdView(JsonLdView):
    """One service as a schema.org Service: area served, channels with numbers and hours."""

    @extend_schema(operation_id="services_schema_org", responses={200: SCHEMA_ORG_SERVICE})
    def get(self, request, slug: str) -> Response:
        service = self.find(described(Service.objects.all()), slug)
        more = name_outlets(service)
        body = present_service(ServiceProfileSerializer(service).data, request)
        if more:
            every = f"{address(request, 'outlet-list')}?service={slug}"
            body["availableChannel"].append(
                {"@type": "ServiceChannel", "name": _("All outlets of this service"), "serviceUrl": every}
            )
        return Response({"@context": SCHEMA} | body)


class BrandJsonLdView(JsonLdView):
    """One brand as a schema.org Brand, with an address for each of its services."""

    @extend_schema(operation_id="brands_schema_org", responses={200: SCHEMA_ORG_BRAND})
    def get(self, request, slug: str) -> Response:
        brand = self.find(Brand.objects.select_related("owner"), slug)
        services = [
            {
                "@type": "Service",
                "@id": address(request, "service-detail", service.slug),
                "name": service.name,
                "brand": {"@id": address(request, "brand-detail", brand.slug)},
            }
            for service in brand.services.order_by("pk")
        ]
        told = present_brand(BrandSerializer(brand).data, request)
        return Response({"@context": SCHEMA, "@graph": [told, *services]})


def present_brand(brand: dict, request) -> dict:
    """A brand, as its description says it."""
    body = {"@type": "Brand", "@id": address(request, "brand-detail", brand["slug"]), "name": brand["name"]}
    if brand["name_en"]:
        body["alternateName"] = brand["name_en"]
    if brand["website"]:
        body["url"] = brand["website"]
    return body


def present_service(service: dict, request) -> dict:
    """A service with its hotlines and areas, as `ServiceProfileSerializer` says it."""
    body = {
        "@type": "Service",
        "@id": address(request, "service-detail", service["slug"]),
        "name": service["name"],
        "serviceType": str(ServiceKind(service["kind"]).label),
        "category": service["category"]["name"],
        "brand": present_brand(service["brand"], request),
        "areaServed": [present_area(area, request) for area in service["areas"]],
        "availableChannel": [
            present_channel(hotline, request)
            for hotline in service["hotlines"]
            if hotline["status"] not in LEFT_OUT
        ]
        + [present_outlet(outlet, service["slug"], request) for outlet in service["outlets"]],
    }
    if service["description"]:
        body["description"] = service["description"]
    if provider := service["operator"] or service["brand"]["owner"]:
        body["provider"] = present_organization(provider, request)
    return body


def present_organization(organization: dict, request) -> dict:
    body = {
        "@type": "Organization",
        "@id": address(request, "organization-detail", organization["slug"]),
        "name": organization["name"],
    }
    if organization["identifier"]:
        body["identifier"] = {
            "@type": "PropertyValue",
            "propertyID": "CN-USCC",
            "value": organization["identifier"],
        }
    if organization["url"]:
        body["url"] = organization["url"]
    return body


def present_region(region: dict, request) -> dict:
    return {
        "@type": "AdministrativeArea",
        "@id": address(request, "region-detail", region["code"]),
        "name": region["full_name"],
        "identifier": {"@type": "PropertyValue", "propertyID": "GB/T 2260", "value": region["code"]},
    }


def present_area(area: dict, request) -> dict:
    notes = area_notes(area)
    return present_region(area["region"], request) | ({"description": notes} if notes else {})


def present_outlet(outlet: dict, service: str, request) -> dict:
    """An outlet as the place of a channel: a LocalBusiness, with the numbers under which the service is called there."""
    told = [
        each["hotline"]
        for each in outlet["services"]
        if each["hotline"] and each["service"]["slug"] == service
    ]
    numbers = [each for each in told if each["status"] not in (*LEFT_OUT, *NOT_STANDING)]
    notes = [
        str(OutletKind(outlet["kind"]).label),
        *(text for each in numbers for text in (_beside(each), each["limits_text"], each["status_text"])),
        hours_note(outlet),
        outlet["limits_text"],
    ]
    body: dict = {
        "@type": "LocalBusiness",
        "@id": address(request, "outlet-detail", outlet["slug"]),
        "name": outlet["name"],
        "address": {"@type": "PostalAddress", "streetAddress": outlet["address"], "addressCountry": "CN"},
        "description": clauses(notes),
    }
    if outlet["region"]:
        body["address"]["addressRegion"] = outlet["region"]["full_name"]
        body["containedInPlace"] = present_region(outlet["region"], request)
    if point := wgs84_of(outlet):
        body["geo"] = {"@type": "GeoCoordinates", "longitude": point[0], "latitude": point[1]}
    for each in numbers:
        body.setdefault(_member(each), []).append(each["telephone"] or each["number"])
    if hours := schema_org_hours(outlet):
        body["openingHoursSpecification"] = hours
    if outlet["operator"]:
        body["parentOrganization"] = {
            "@type": "Organization",
            "@id": address(request, "organization-detail", outlet["operator"]["slug"]),
            "name": outlet["operator"]["name"],
        }
    return {"@type": "ServiceChannel", "serviceLocation": body}


def present_channel(hotline: dict, request) -> dict:
    notes = (
        _beside(hotline),
        *hotline["labels"],
        hotline["limits_text"],
        hours_note(hotline),
        hotline["status_text"],
    )
    point = {
        "@type": "ContactPoint",
        _member(hotline): hotline["telephone"] or hotline["number"],
        "contactType": hotline["contact_type"].replace("_", " "),
        "description": clauses(notes),
    }
    if hotline["region"]:
        point["areaServed"] = present_region(hotline["region"], request)
    if hours := schema_org_hours(hotline):
        point["hoursAvailable"] = hours
    by = "serviceSmsNumber" if hotline["channel"] == Channel.SMS else "servicePhone"
    return {"@type": "ServiceChannel", by: point}


def _beside(hotline: dict) -> str:
    """The extension, where the digits that programs dial do not have it."""
    if not hotline["extension"] or ";ext=" in hotline["telephone"]:
        return ""
    return spelled(hotline["number"], hotline["extension"])


def _member(hotline: dict) -> str:
    """Where the digits of a number stand: a fax is no telephone."""
    return "faxNumber" if hotline["channel"] == Channel.FAX else "telephone"
