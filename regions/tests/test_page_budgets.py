"""What pages may cost: every kind of page, in both languages, about records with as much as there can be about them."""

import re
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.test.utils import CaptureQueriesContext

from regions.choices import RuleKind, SourceKind, VerificationMethod, VerificationResult
from regions.lookup import memory
from regions.models import (
    Brand,
    Category,
    Dispute,
    Organization,
    Outlet,
    OutletRule,
    OutletService,
    Promise,
    Service,
)
from regions.services.disputes import open_dispute
from regions.services.verifications import record_verification
from regions.web import caching

from .factories import gazetteer, make_hotline, make_outlet, make_rules, make_service, make_source

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BYTES, QUERIES = 20_000, 8
LONG = "示例电器售后服务网点与全国报修电话一览表"

# Every kind of page, about the fullest records there are.
PAGES = {
    "home": "/",
    "ask for the place": "/ask/?q=海尔洗衣机",
    "county": "/coverage/?q=510322",
    "county, page 2": "/coverage/?q=510322&page=2",
    "county, a product": "/coverage/?q=510322&category=washing-machine",
    "county, nobody": "/coverage/?q=510321&category=washing-machine",
    "prefecture": "/coverage/?q=510300",
    "province": "/coverage/?q=510000",
    "country": "/coverage/?q=100000",
    "address": "/coverage/?q=四川省自贡市富顺县富世街道人民路12号",
    "two readings": "/coverage/?q=朝阳",
    "closed": "/coverage/?q=330104",
    "no place": "/coverage/?q=什么都不是",
    "place: country": "/regions/",
    "place: province": "/regions/510000/",
    "place: prefecture": "/regions/510300/",
    "place: county": "/regions/510322/",
    "place: township": "/regions/510322001/",
    "place: closed": "/regions/330104/",
    "brand": "/brands/haier/",
    "service": "/services/haier-repair/",
    "service, whole country": "/services/whole-repair/",
    "brand, whole country": "/brands/whole/",
    "service, a province": "/services/haier-repair/regions/510000/",
    "number": "/numbers/4001865909/",
    "number of nobody": "/numbers/08137212345/",
    "numbers": "/numbers/?" + urlencode({"number": "、".join(f"400-1865-9{n:02}" for n in range(9, 20))}),
    "source": "/sources/page/",
    "brand's numbers": "/brands/haier/numbers/?page=2",
    "brand's services": "/brands/haier/services/",
    "service's numbers": "/services/haier-repair/numbers/",
    "service's outlets": "/services/haier-repair/outlets/",
    "service's list": "/services/haier-repair/list/",
    "place's outlets": "/regions/510322/outlets/",
    "number, page 2": "/numbers/4001865909/?page=2",
    "source, page 3": "/sources/page/?page=3",
    "service, a province, page 2": "/services/haier-repair/regions/510000/?page=2",
    "report": "/report/?hotline=haier-repair:4001865909",
    "report's state": "/reports/REFERENCE/",
    "frame": "/embed/?q=510322",
    "frame: how": "/embed/",
    "not found": "/brands/nobody/",
    "bad question": "/coverage/",
}


def page_of_the_list() -> list[str]:
    """The counties of the first four hundred of the country, from all its provinces."""
    lives, _children, _edges = gazetteer()
    counties = sorted(
        code
        for code, rows in lives.items()
        if any(row["level"] == "county" and not row["valid_to"] for row in rows)
    )
    return counties[::7][:400]


@pytest.fixture
def rich(make_regions):
    _lives, children, _edges = gazetteer()
    provinces = children["100000"]
    sichuan = [code for city in children["510000"] for code in (city, *children[city])]
    regions = make_regions(
        "330104",
        "110105",
        "220104",
        "211302",
        *provinces,
        *sichuan,
        *children["510322"],
        *children["510321"],
        *page_of_the_list(),
    )
    page = make_source(
        "page",
        url="https://page.example.com/" + "a" * 60,
        publisher="示例出版者",
        fetched_at="2026-09-01T00:00Z",
    )
    site = make_source("site", kind=SourceKind.OFFICIAL_SITE)
    type(page).objects.update(title=LONG)
    owner = Organization.objects.create(slug="owner", name="示例电器集团股份有限公司")
    services = []
    for number in range(24):
        brand, product = (
            ("haier", "washing-machine") if number < 12 else (f"brand-{number}", f"product-{number % 9}")
        )
        slug = "haier-repair" if not number else f"service-{number:02}"
        service = make_service(
            slug,
            brand=brand,
            category=product,
            source=page,
            operator=owner,
            nationwide_claimed=True,
            steps=["电话预约"] * 5,
        )
        services.append(service)
        counties = [regions[code] for code in (page_of_the_list() if number < 6 else children["510300"])]
        make_rules(
            service,
            include={*counties, regions["510322"]} - {regions["510321"]},
            source=page,
            note="不含乡镇",
        )
        for each in range(14):
            canonical = f"4001865{909 + each}" if each < 9 else f"40077{number:02}{each:03}"
            hotline = make_hotline(
                service, canonical, source=page, labels=["全国统一售后服务热线", "厂家客服电话", "报修中心"]
            )
            if number == 0 and each < 3:
                open_dispute(
                    hotline=hotline, reason="wrong_number", statement="The brand's page names another one."
                )
        for each in range(12):
            make_outlet(
                service,
                f"outlet-{number}-{each}",
                hotline,
                region=regions["510322"],
                source=page,
                operator=owner,
            )
    _whole(regions, page, owner)
    _narrow(regions, services)
    Brand.objects.filter(slug="haier").update(name="海尔", name_en="Haier", owner=owner)
    Category.objects.filter(slug="washing-machine").update(name="洗衣机", name_en="washing machine")
    for model, name in ((Service, "示例电器售后服务"), (Outlet, "富顺县示例电器服务中心")):
        model.objects.update(name=Concat(Value(name), Cast("pk", CharField())))
    checked = make_hotline(services[0], "4000000001", source=page)
    record_verification(
        hotline=checked,
        method=VerificationMethod.OFFICIAL_SITE,
        result=VerificationResult.CONFIRMED,
        source=site,
    )
    call_command("rebuild_postings", verbosity=0)
    if connection.vendor == "postgresql":  # which has counted its tables anywhere but in a test
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return Dispute.objects.first().reference


@pytest.mark.parametrize("url", ["/coverage/?q={}", "/en/coverage/?q={}", "/embed/?q={}"])
def test_a_closed_place_that_became_many_asks_which_of_them(make_regions, client, url):
    """442900 became 17 divisions: answered for each, it was a page of 140 kB for 75 queries."""
    regions = make_regions("442900", "330104", "110105")
    became = [regions[code] for code in ("440803", "440982", "441704", "330102", "330114")]
    source = make_source("page")
    for number in range(6):
        service = make_service(f"service-{number}", source=source)
        make_rules(service, include=became, source=source)
        claim = make_hotline(service, f"40077{number:05}", source=source)
        for region in became:
            make_outlet(service, f"outlet-{number}-{region.code}", claim, region=region, source=source)
    call_command("rebuild_postings", verbosity=0)
    for code, count in (("442900", 17), ("330104", 2)):
        memory._memories.clear()
        client.get("/coverage/?q=110105")
        caching.forget()
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url.format(code))
        html = response.content.decode()
        led_to = set(re.findall(r'href="\?q=(\d{6})"', html))
        assert len(led_to) == count, html
        assert len(queries) <= QUERIES and len(response.content) <= BYTES
    assert client.get("/embed/?q=330102").content.decode().count('class="hit"') == 5


def _whole(regions, page, owner) -> None:
    """A service with as much on its page as there can be: the whole country and lines in every province, an outlet, promises."""
    service = make_service(
        "whole-repair", brand="whole", source=page, operator=owner, nationwide_claimed=True, steps=["电话预约" * 5] * 6,
        description="整机维修与清洗，" * 20,
    )  # fmt: skip
    Brand.objects.filter(slug="whole").update(name="示例电器", name_en="Example Appliances", owner=owner)
    counties = [regions[code] for code in page_of_the_list()][:50]
    make_rules(
        service, include=[regions["100000"], *counties], source=page, note="不含乡镇", response_hours=24
    )
    for each in range(4):
        hotline = make_hotline(
            service, f"400990000{each}", source=page, labels=["售后", "报修", "客服", "安装"],
            opening_hours="周一至周五 8:30-17:30，周六 9:00-12:00",
        )  # fmt: skip
        record_verification(hotline=hotline, method="call", result="confirmed", note="他们说是")
    make_outlet(
        service, "outlet-whole", hotline, region=regions["510322"], include=[regions["510322"], regions["510321"]],
        source=page, operator=owner, opening_hours="周一至周五 8:30-17:30", valid_from="2024-01-01",
    )  # fmt: skip
    for each in range(9):
        Promise.objects.create(
            service=service,
            kind="warranty",
            text=f"第{each}条：" + "整机保修十二个月，" * 4,
            source=page,
            source_line=each,
        )


def _narrow(regions, services) -> None:
    """Rules where they differ on every level, and outlets with rules of their own, numbers that ended, and what they replaced."""
    township, county = regions["510322102"], regions["510322"]
    for number, service in enumerate(services):
        make_rules(service, exclude=[township] if number % 2 else [], include=[regions["510321102"]])
        for each, rule in enumerate((county, township, regions["510300"], regions["510321102"])):
            outlet = Outlet.objects.get(slug=f"outlet-{number}-{each}")
            OutletRule.objects.create(outlet=outlet, region=rule, kind=RuleKind.INCLUDE)
        claim = make_hotline(service, f"40088{number:05}", valid_to="2026-01-01")
        OutletService.objects.create(outlet=outlet, service=service, hotline=claim)
        before = make_outlet(service, f"before-{number}", region=county, valid_to="2026-01-01")
        Outlet.objects.filter(pk=before.pk).update(replaced_by=outlet)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_no_page_is_heavier_or_dearer_than_an_ordinary_page_may_be(rich, client, prefix):
    found = {}
    for name, path in PAGES.items():
        # A page asked for the first time, in a process that has answered about another place and another service.
        memory._memories.clear()
        for warm in ("/coverage/?q=朝阳区", "/coverage/?q=110105", "/services/service-20/"):
            client.get(warm)
        caching.forget()
        with CaptureQueriesContext(connection) as queries:
            response = client.get(prefix + path.replace("REFERENCE", rich))
        assert response.status_code == {"not found": 404, "bad question": 400}.get(name, 200), name
        found[name] = len(response.content), len(queries)
    print(*(f"{size:6} {count:3} {prefix} {name}" for name, (size, count) in found.items()), sep="\n")
    heavy = {name: cost for name, cost in found.items() if cost[0] > BYTES}
    dear = {name: cost for name, cost in found.items() if cost[1] > QUERIES}
    assert (heavy, dear) == ({}, {})
