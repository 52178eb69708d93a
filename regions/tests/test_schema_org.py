"""The check of JSON-LD finds what is wrong; and finds nothing in what the API tells in schema.org's words."""

import pytest

from regions.services.verifications import record_verification

from . import schema_org
from .factories import make_hotline, make_outlet, make_rules, make_service, make_source


@pytest.mark.parametrize(
    ("node", "said"),
    [
        ({"@type": "Hotline"}, "no type"),
        ({"@type": "Brand", "telephone": "1"}, "belongs to"),
        ({"@type": "Brand", "colour": "red"}, "no such property"),
        ({"@type": "Service", "brand": {"@type": "ContactPoint"}}, "none of Brand, Organization"),
        ({"@type": "Service", "serviceArea": "富顺县"}, "superseded by areaServed"),
        ({"@type": "Service", "provider": "somebody"}, "none of Organization, Person"),
        ({"@type": "WebPage", "url": "no address"}, "none of URL"),
        ({"@type": "OpeningHoursSpecification", "dayOfWeek": "Caturday"}, "none of DayOfWeek"),
        ({"@type": "OpeningHoursSpecification", "opens": "8 Uhr"}, "none of Time"),
        ({"@type": "Place", "geo": {"@type": "GeoCoordinates", "latitude": True}}, "True"),
    ],
)
def test_what_schema_org_has_no_word_for_is_found(node, said):
    assert [wrong for wrong in schema_org.faults(node) if said in wrong] != []


@pytest.mark.parametrize(
    "node",
    [
        {"@id": "https://example.com/"},
        {"@type": "Service", "brand": {"@id": "https://example.com/"}, "category": "洗衣机"},
        {"@type": "OpeningHoursSpecification", "dayOfWeek": ["https://schema.org/Monday"], "opens": "08:00"},
        {"@type": "Place", "geo": {"@type": "GeoCoordinates", "latitude": 29.18, "longitude": 104}},
    ],
)
def test_what_is_right_is_left_alone(node):
    assert list(schema_org.faults(node)) == []


@pytest.mark.slow
@pytest.mark.django_db
def test_the_api_speaks_it_too(api, make_regions):
    regions = make_regions("510322")
    source = make_source("page", url="https://page.example.com/")
    service = make_service(
        "repair", brand="brand", source=source, description="洗衣机上门维修", nationwide_claimed=True
    )
    make_rules(service, include=[regions["510300"]], exclude=[regions["510322"]], source=source)
    hotline = make_hotline(
        service, "4001865909", source=source, region=regions["510000"], opening_hours="周一至周五 8:30-17:30"
    )
    record_verification(hotline=hotline, method="call", result="confirmed", note="they say so")
    make_outlet(
        service,
        "shop",
        hotline,
        region=regions["510322"],
        opening_hours="24小时",
        longitude="104.97",
        latitude="29.18",
        coordinates="wgs84",
    )
    for url in ("/api/v1/services/repair/schema-org/", "/api/v1/brands/brand/schema-org/"):
        body = api.get(url).json()
        nodes = body.pop("@graph", None) or [body]
        nodes[0].pop("@context", None)
        assert [wrong for node in nodes for wrong in schema_org.faults(node)] == []
