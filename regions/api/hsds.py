"""The directory in the words of HSDS 3.0 (Open Referral): a brand is an organization, our regions are service areas.

What HSDS cannot say is said in its free texts: an area carved out of a wider one stands in the `description` of the
service area and, for programs, in an attribute of link type "excludes"; the status of a number, and an extension that
is no number, stand in the phone's `description`. Ids are UUIDs made of our keys: the same in every export.
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

from regions.lookup.described import areas, described
from regions.lookup.export import Snapshot, plain
from regions.models import Brand, Hotline, Service

from . import params
from .addresses import address
from .coverage_export import AnyForm
from .export import TYPES, Stream, describe
from .hits import status_text
from .renderers import JSONRenderer
from .schema import FORMAT
from .throttling import ExportThrottle

_NAMESPACE = uuid.UUID("6f1f3c9e-6a0d-4f0e-9b0a-5d3a1c7e2b48")
_DAYS = ("", "MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ALL_DAYS = ",".join(_DAYS[1:])
OFFSET = "+08:00"
BRANDS_AT_ONCE = 20


class HsdsServiceView(APIView):
    """One service as an HSDS 3.0 service, with its organization, phones, schedules and service areas."""

    @extend_schema(operation_id="services_hsds", parameters=[FORMAT], responses={200: OpenApiTypes.OBJECT})
    def get(self, request, slug: str) -> Response:
        params.check_names(request.query_params, ())
        params.check_text("slug", slug)
        service = described(Service.objects.filter(slug=slug)).first()
        if service is None:
            raise Http404
        body = present_service(service, request)
        return Response(body | {"organization": present_organization(service.brand)})


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
        snapshot = Snapshot()
        response = StreamingHttpResponse(
            Stream(snapshot, organizations(snapshot.alias, request)), content_type=TYPES["ndjson"]
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
        services = [present_service(service, request) for service in brand.services.all()]
        yield plain(present_organization(brand) | {"services": services}) + "\n"


def identify(word: str, key: str) -> str:
    """The UUID of a record; its key never changes, nor does this."""
    return str(uuid.uuid5(_NAMESPACE, f"{word}:{key}"))


def present_organization(brand: Brand) -> dict:
    body = {
        "id": identify("brand", brand.slug),
        "name": brand.name,
        "description": _("%(brand)s: its after-sales services on file.") % {"brand": brand.name},
    }
    if brand.name_en:
        body["alternate_name"] = brand.name_en
    if brand.website:
        body["website"] = brand.website
    if brand.owner and brand.owner.identifier:
        body["organization_identifiers"] = [
            {
                "id": identify("organization", brand.owner.slug),
                "identifier_scheme": "CN-USCC",
                "identifier_type": _("unified social credit code of the owner, %(owner)s")
                % {"owner": brand.owner.name},
                "identifier": brand.owner.identifier,
            }
        ]
    return body


def present_service(service: Service, request) -> dict:
    body = {
        "id": identify("service", service.slug),
        "organization_id": identify("brand", service.brand.slug),
        "name": service.name,
        "status": "active",
        "url": address(request, "service-detail", service.slug),
        "phones": [present_phone(claim, service) for claim in service.claims],
        "schedules": [schedule for claim in service.claims for schedule in schedules(claim, service)],
        "service_areas": [present_area(rule, carved, service, request) for rule, carved in areas(service)],
    }
    if service.description:
        body["description"] = service.description
    if service.steps:
        body["application_process"] = "\n".join(service.steps)
    checked = [claim.checked_on for claim in service.claims if claim.checked_on]
    if checked:
        body["assured_date"] = f"{max(checked):%Y-%m-%d}"
    return body


def present_phone(claim: Hotline, service: Service) -> dict:
    notes = [status_text(claim)]
    body = {
        "id": identify("hotline", f"{service.slug}:{claim.number.canonical}-{claim.extension}"),
        "service_id": identify("service", service.slug),
        "number": claim.number.canonical,
        "type": {"phone": "voice", "sms": "text", "fax": "fax"}[claim.channel],
    }
    if claim.extension.isascii() and claim.extension.isdigit() and not claim.extension.startswith("0"):
        body["extension"] = int(claim.extension)
    elif claim.extension:
        notes.insert(0, _("extension %(extension)s") % {"extension": claim.extension})
    return body | {"description": "; ".join((*claim.labels, *notes))}


def schedules(claim: Hotline, service: Service) -> list[dict]:
    """Opening hours of a number. HSDS keeps them with the service: the description says of which number they are."""
    key = f"{service.slug}:{claim.number.canonical}-{claim.extension}"
    found = [
        (
            f"{key}:{hours.weekday}:{hours.opens}",
            _DAYS[hours.weekday],
            f"{hours.opens:%H:%M}",
            f"{hours.closes:%H:%M}",
        )
        for hours in claim.hours.all()
    ]
    if claim.always_open:
        found = [(f"{key}:always", _ALL_DAYS, "00:00", "24:00")]
    return [
        {
            "id": identify("schedule", name),
            "service_id": identify("service", service.slug),
            "freq": "WEEKLY",
            "byday": days,
            "opens_at": opens + OFFSET,
            "closes_at": closes + OFFSET,
            "description": _("of the number %(number)s") % {"number": claim.number.canonical},
        }
        for name, days, opens, closes in found
    ]


def present_area(rule, carved, service: Service, request) -> dict:
    body = {
        "id": identify("area", f"{service.slug}:{rule.region.code}"),
        "service_id": identify("service", service.slug),
        "name": rule.region.full_name,
        "uri": address(request, "region-detail", rule.region.code),
    }
    if carved:
        names = "、".join(each.region.name for each in carved)
        body["description"] = _("without %(names)s") % {"names": names}
        body["attributes"] = [
            {
                "id": identify("excludes", f"{service.slug}:{each.region.code}"),
                "link_type": "excludes",
                "link_entity": "service_area",
                "value": address(request, "region-detail", each.region.code),
            }
            for each in carved
        ]
    return body
