"""A brand or a service in the words of schema.org, as JSON-LD.

Programs that read this do not read remarks, so what is disputed or refuted is left out of it; every number carries its
status in words. An area carved out of a wider one stands in the wider one's description: schema.org has no word for it.
"""

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from regions.choices import ContactType, HotlineStatus
from regions.lookup.described import areas, described
from regions.models import Brand, Hotline, Service

from . import params
from .addresses import address
from .hits import status_text
from .renderers import JSONRenderer

SCHEMA = "https://schema.org/"
LEFT_OUT = (HotlineStatus.DISPUTED, HotlineStatus.REFUTED)
_DAYS = ("", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class JsonLdRenderer(JSONRenderer):
    media_type = "application/ld+json"
    format = "jsonld"


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

    @extend_schema(operation_id="services_schema_org", responses={200: OpenApiTypes.OBJECT})
    def get(self, request, slug: str) -> Response:
        service = self.find(described(Service.objects.all()), slug)
        return Response({"@context": SCHEMA} | present_service(service, request))


class BrandJsonLdView(JsonLdView):
    """One brand as a schema.org Brand, with an address for each of its services."""

    @extend_schema(operation_id="brands_schema_org", responses={200: OpenApiTypes.OBJECT})
    def get(self, request, slug: str) -> Response:
        brand = self.find(Brand.objects.all(), slug)
        services = [
            {
                "@type": "Service",
                "@id": address(request, "service-detail", service.slug),
                "name": service.name,
                "brand": {"@id": address(request, "brand-detail", brand.slug)},
            }
            for service in brand.services.order_by("pk")
        ]
        return Response({"@context": SCHEMA, "@graph": [present_brand(brand, request), *services]})


def present_brand(brand: Brand, request) -> dict:
    body = {"@type": "Brand", "@id": address(request, "brand-detail", brand.slug), "name": brand.name}
    if brand.name_en:
        body["alternateName"] = brand.name_en
    if brand.website:
        body["url"] = brand.website
    return body


def present_service(service: Service, request) -> dict:
    provider = service.operator or service.brand.owner
    body = {
        "@type": "Service",
        "@id": address(request, "service-detail", service.slug),
        "name": service.name,
        "serviceType": service.get_kind_display(),
        "category": service.category.name,
        "brand": present_brand(service.brand, request),
        "areaServed": [present_area(rule, carved, request) for rule, carved in areas(service)],
        "availableChannel": [
            present_channel(claim) for claim in service.claims if claim.status not in LEFT_OUT
        ],
    }
    if service.description:
        body["description"] = service.description
    if provider:
        body["provider"] = {"@type": "Organization", "name": provider.name}
    return body


def present_area(rule, carved, request) -> dict:
    body = {
        "@type": "AdministrativeArea",
        "@id": address(request, "region-detail", rule.region.code),
        "name": rule.region.full_name,
        "identifier": {"@type": "PropertyValue", "propertyID": "GB/T 2260", "value": rule.region.code},
    }
    if carved:
        names = "、".join(each.region.name for each in carved)
        body["description"] = _("without %(names)s") % {"names": names}
    return body


def present_channel(claim: Hotline) -> dict:
    hours = [
        {"@type": "OpeningHoursSpecification", "dayOfWeek": SCHEMA + _DAYS[each.weekday]}
        | {"opens": f"{each.opens:%H:%M}", "closes": f"{each.closes:%H:%M}"}
        for each in claim.hours.all()
    ]
    if claim.always_open:
        every_day = [SCHEMA + day for day in _DAYS[1:]]
        hours = [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": every_day,
                "opens": "00:00",
                "closes": "23:59",
            }
        ]
    extension = f";ext={claim.extension}" if claim.extension.isdigit() else ""
    point = {
        "@type": "ContactPoint",
        "telephone": claim.number.canonical + extension,
        "contactType": ContactType(claim.contact_type).value.replace("_", " "),
        "description": status_text(claim),
    }
    return {"@type": "ServiceChannel", "servicePhone": point | ({"hoursAvailable": hours} if hours else {})}
