"""The directory in the words of HSDS 3.0 (Open Referral): a brand is an organization, our regions are service areas.

What HSDS cannot say is said in its free texts: an area carved out of a wider one stands in the `description` of the
service area and, for programs, in an attribute of link type "excludes"; a number as people write it, its labels and
status, and an extension that is no number, stand in the phone's `description`. Ids are UUIDs made of our keys: the same in every export.
"""

import uuid
from collections.abc import Iterator

from django.db.models import Prefetch
from django.http import Http404, StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from regions.choices import NOT_STANDING, Channel, OutletKind
from regions.keys import LIFE, hotline_key, read_hotline_key
from regions.lookup.described import described, name_outlets
from regions.lookup.export import Snapshot, plain
from regions.models import Brand, Service
from regions.wording import clauses, spelled

from . import params
from .addresses import address
from .export import TYPES, Stream, describe
from .foreign_schema import HSDS_SERVICE
from .negotiation import AnyForm
from .opening import hsds_schedules
from .points import wgs84_of
from .renderers import JSONRenderer
from .schema import FORMAT
from .seats import Seat
from .sentences import area_notes
from .serializers import BrandProfileSerializer, ServiceProfileSerializer
from .throttling import ExportThrottle

_NAMESPACE = uuid.UUID("6f1f3c9e-6a0d-4f0e-9b0a-5d3a1c7e2b48")
BRANDS_AT_ONCE = 20


class HsdsServiceView(APIView):
    """One service as an HSDS 3.0 service, with its organization, phones, schedules and service areas."""

    @extend_schema(operation_id="services_hsds", parameters=[FORMAT], responses={200: HSDS_SERVICE})
    def get(self, request, slug: str) -> Response:
        params.check_names(request.query_params, ())
        params.check_text("slug", slug)
        service = described(Service.objects.filter(slug=slug)).first()
        if service is None:
            raise Http404
        brand = BrandProfileSerializer(service.brand).data
        return Response(tell_service(service, request) | {"organization": present_organization(brand)})


class HsdsExportView(APIView):
    """The whole directory in HSDS 3.0, NDJSON: one organization (a brand) with its services on each line.

    All of it is of one moment, the position in the header `Directory-Position`. Nothing but records stands in it:
    `Directory-Records` says how many lines there must be.
    """

    content_negotiation_class = AnyForm
    renderer_classes = [JSONRenderer]
    throttle_classes = [ExportThrottle]

    @extend_schema(
        operation_id="export_hsds",
        responses={(200, "application/x-ndjson"): OpenApiResponse(OpenApiTypes.STR)},
    )
    def get(self, request) -> StreamingHttpResponse:
        params.check_names(request.query_params, ())
        seat = Seat(request)
        snapshot = Snapshot()
        response = StreamingHttpResponse(
            Stream(snapshot, organizations(snapshot.alias, request), seat), content_type=TYPES["ndjson"]
        )
        response["Content-Disposition"] = 'attachment; filename="hsds.ndjson"'
        response["Directory-Position"] = describe(snapshot)["position"]
        response["Directory-Records"] = str(Brand.objects.using(snapshot.alias).count())
        if snapshot.release:
            response["Directory-Release"] = snapshot.release.edition
        return response


def organizations(alias: str, request) -> Iterator[str]:
    """Each brand with its services as a line, a few brands at a time."""
    brands = (
        Brand.objects.using(alias)
        .order_by("pk")
        .prefetch_related(Prefetch("services", described(Service.objects.order_by("pk"))))
    )
    for brand in brands.select_related("owner").iterator(chunk_size=BRANDS_AT_ONCE):
        told = present_organization(BrandProfileSerializer(brand).data)
        services = [tell_service(service, request) for service in brand.services.all()]
        yield plain(told | {"services": services}) + "\n"


def tell_service(service: Service, request) -> dict:
    """A described service with its first outlets; its `description` says where all are, when there are more."""
    more = name_outlets(service)
    body = present_service(ServiceProfileSerializer(service).data, request)
    if more:
        every = f"{address(request, 'outlet-list')}?service={service.slug}"
        said = _("All outlets of this service: %(address)s") % {"address": every}
        body["description"] = "\n".join(filter(None, [body.get("description", ""), said]))
    return body


def identify(word: str, key: str) -> str:
    """The UUID of a record; its key never changes, nor does this."""
    return str(uuid.uuid5(_NAMESPACE, f"{word}:{key}"))


def present_organization(brand: dict) -> dict:
    """A brand, as its description says it."""
    body = {
        "id": identify("brand", brand["slug"]),
        "name": brand["name"],
        "description": _("%(brand)s: its after-sales services on file.") % {"brand": brand["name"]},
    }
    if brand["name_en"]:
        body["alternate_name"] = brand["name_en"]
    if brand["website"]:
        body["website"] = brand["website"]
    owner = brand["owner"]
    if owner and owner["identifier"]:
        body["organization_identifiers"] = [
            {
                "id": identify("organization", owner["slug"]),
                "identifier_scheme": "CN-USCC",
                "identifier_type": _("unified social credit code of the owner, %(owner)s")
                % {"owner": owner["name"]},
                "identifier": owner["identifier"],
            }
        ]
    return body


def present_service(service: dict, request) -> dict:
    """A service with its hotlines and areas, as `ServiceProfileSerializer` says it."""
    slug, hotlines = service["slug"], service["hotlines"]
    body = {
        "id": identify("service", slug),
        "organization_id": identify("brand", service["brand"]["slug"]),
        "name": service["name"],
        "status": "active",
        "url": address(request, "service-detail", slug),
        "phones": [present_phone(hotline, slug) for hotline in hotlines],
        "schedules": [schedule for hotline in hotlines for schedule in schedules(hotline, slug)],
        "service_areas": [present_area(area, slug, request) for area in service["areas"]],
        "service_at_locations": [present_outlet(outlet, slug, request) for outlet in service["outlets"]],
    }
    if service["description"]:
        body["description"] = service["description"]
    if service["steps"]:
        body["application_process"] = "\n".join(service["steps"])
    checked = [hotline["checked_on"] for hotline in hotlines if hotline["checked_on"]]
    if checked:
        body["assured_date"] = max(checked)
    return body


# By the channel of a hotline.
_TYPES = {Channel.PHONE: "voice", Channel.SMS: "text", Channel.FAX: "fax"}


def present_phone(hotline: dict, service: str) -> dict:
    notes = [*hotline["labels"], hotline["limits_text"], hotline["status_text"]]
    return {
        "id": identify("hotline", _name(hotline)),
        "service_id": identify("service", service),
        "number": hotline["telephone"].partition(";")[0] or hotline["number"],
        "type": _TYPES[hotline["channel"]],
        **_extension(hotline, notes),
    }


def _extension(hotline: dict, notes: list[str]) -> dict:
    """The extension, where it is a number to HSDS, and the description: with the extension in words, where it is none."""
    extension, words = hotline["extension"], [hotline["display"]]
    number = extension.isascii() and extension.isdigit() and not extension.startswith("0")
    if extension and not number:
        words.append(_("extension %(extension)s") % {"extension": extension})
    body = {"description": clauses(words + notes)}
    return body | {"extension": int(extension)} if number else body


def _name(hotline: dict) -> str:
    """What the ids of a claim are made of: its key, with the dash of an extension in any case."""
    key = read_hotline_key(hotline["key"])
    day = f"{LIFE}{key.first_day}" if key.first_day else ""
    return f"{hotline_key(key.service, key.number)}-{key.extension}{day}"


def schedules(hotline: dict, service: str) -> list[dict]:
    """Opening hours of a number. HSDS keeps them with the service: the description says of which number they are."""
    about = _("of the number %(number)s") % {"number": spelled(hotline["number"], hotline["extension"])}
    return [
        {"id": identify("schedule", name), "service_id": identify("service", service)}
        | said
        | {"description": clauses([about, said.get("description", "")])}
        for name, said in hsds_schedules(hotline, _name(hotline))
    ]


def present_outlet(outlet: dict, service: str, request) -> dict:
    """A service at an outlet, as `OutletSerializer` says it: the numbers of this service there, and the location."""
    slug = outlet["slug"]
    there = [each["hotline"] for each in outlet["services"] if each["service"]["slug"] == service]
    claims = [hotline for hotline in there if hotline and hotline["status"] not in NOT_STANDING]
    at = {"service_id": identify("service", service), "location_id": identify("outlet", slug)}
    body = {
        "id": identify("at", f"{service}:{slug}"),
        **at,
        "location": present_location(outlet, request),
        "phones": [_present_number(hotline, slug) for hotline in claims],
        "schedules": [
            {"id": identify("schedule", name), "service_at_location_id": identify("at", f"{service}:{slug}")}
            | said
            for name, said in hsds_schedules(outlet, f"outlet:{service}:{slug}")
        ],
    }
    if outlet["limits_text"]:
        body["description"] = outlet["limits_text"]
    return body


def present_location(outlet: dict, request) -> dict:
    region, operator = outlet["region"], outlet["operator"]
    names = region["full_name"].split("/") if region else []
    notes = [str(OutletKind(outlet["kind"]).label), operator and operator["name"], outlet["limits_text"]]
    body = {
        "id": identify("outlet", outlet["slug"]),
        "location_type": "physical",
        "name": outlet["name"],
        "url": address(request, "outlet-detail", outlet["slug"]),
        "description": clauses(notes),
        "addresses": [
            {
                "id": identify("address", outlet["slug"]),
                "location_id": identify("outlet", outlet["slug"]),
                "address_1": outlet["address"],
                "address_2": outlet["rest"],
                "city": names[1] if len(names) > 1 else "",
                "region": region["full_name"] if region else "",
                "state_province": names[0] if names else "",
                "postal_code": "",
                "country": "CN",
                "address_type": "physical",
            }
        ],
    }
    if point := wgs84_of(outlet):
        body["longitude"], body["latitude"] = point
    return body


def _present_number(hotline: dict, outlet: str) -> dict:
    return {
        "id": identify("phone-at", f"{outlet}:{hotline['key']}"),
        "location_id": identify("outlet", outlet),
        "number": hotline["telephone"].partition(";")[0] or hotline["number"],
        "type": _TYPES[hotline["channel"]],
        **_extension(hotline, [hotline["limits_text"], hotline["status_text"]]),
    }


def present_area(area: dict, service: str, request) -> dict:
    region, carved = area["region"], area["without"]
    body = {
        "id": identify("area", f"{service}:{region['code']}"),
        "service_id": identify("service", service),
        "name": region["full_name"],
        "uri": address(request, "region-detail", region["code"]),
    }
    if notes := area_notes(area):
        body["description"] = notes
    if carved:
        body["attributes"] = [
            {
                "id": identify("excludes", f"{service}:{each['code']}"),
                "link_type": "excludes",
                "link_entity": "service_area",
                "value": address(request, "region-detail", each["code"]),
            }
            for each in carved
        ]
    return body
