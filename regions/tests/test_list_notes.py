"""What is odd about a list stands beside what it says of a place: told where people decide, for no query of its own."""

import random
import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regions.lookup import memory
from regions.models import CoverageRule, Service
from regions.services import rules as verbs
from regions.services.changes import change_set
from regions.web import caching

from .factories import gazetteer, make_hotline, make_outlet, make_rules, make_service, make_source

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
RANDOM, FORMER, LESS = "drawn at random", "no longer exist", "its list holds less"
ELSEWHERE = "A local number of a place that is not on"
PLACES = ("/en/coverage/?q=510322", "/en/regions/510322/", "/en/embed/?q=510322")


@pytest.fixture
def country(make_regions):
    """Seven hundred counties, and 150 of them drawn at random: a list without a plan."""
    lives, _children, _edges = gazetteer()
    last = {code: rows[-1] for code, rows in lives.items() if rows}  # others have asked for codes of nothing
    codes = sorted(code for code, row in last.items() if row["level"] == "county" and not row["valid_to"])
    drawn = random.Random(4).sample(codes[:700], 150)
    return make_regions("510322", "330104", "110105", "510303", *codes[:700]), drawn  # fmt: skip


def listed(regions, codes, **fields) -> Service:
    service = make_service("one", **fields)
    make_rules(service, include=[regions[code] for code in ("510322", *codes)])
    return service


def told(client, url) -> set[str]:
    html = client.get(url).content.decode()
    return {said for said in (RANDOM, FORMER, LESS, ELSEWHERE) if said in html}


def test_what_is_odd_about_a_list_stands_beside_its_answer(country, client):
    regions, drawn = country
    listed(regions, [*drawn, "330104@"], nationwide_claimed=True)
    make_hotline(Service.objects.get(), "089866123456")
    call_command("rebuild_postings", verbosity=0)
    for url in PLACES:
        assert told(client, url) == {RANDOM, FORMER, LESS, ELSEWHERE}, url
        assert 'href="/en/services/one/#list"' in client.get(url).content.decode()
    for url in (
        "/en/brands/brand-one/",
        "/en/services/one/",
        "/en/services/one/numbers/",
        "/en/brands/brand-one/numbers/",
    ):
        assert told(client, url) == {RANDOM, FORMER, LESS, ELSEWHERE}, url  # fmt: skip
    assert 'id="list"' in client.get("/en/services/one/").content.decode()


def test_nothing_is_said_of_a_list_that_is_not_odd(country, client):
    regions, _drawn = country
    service = listed(regions, ["510303", "110105"])
    make_hotline(service, "01062345678")
    for url in PLACES:
        assert told(client, url) == set(), url


@pytest.mark.parametrize("indexed", [True, False])
def test_it_is_read_once_and_again_when_the_list_changes(country, client, indexed):
    regions, drawn = country
    service = listed(regions, drawn)
    make_hotline(service, "4000000001")
    if indexed:
        call_command("rebuild_postings", verbosity=0)
    assert told(client, PLACES[0]) == {RANDOM}
    with change_set(reason="shorter") as changes:
        rules = CoverageRule.objects.exclude(region__code="510322").select_related("region", "service")
        verbs.remove(service, list(rules), changes)
    assert told(client, PLACES[0]) == set()
    with change_set(reason="longer") as changes:
        verbs.begin([CoverageRule(service=service, region=regions["330104@"], kind="include")], changes)
    assert told(client, PLACES[0]) == {FORMER}
    # Of another day its list is that of that day.
    assert told(client, PLACES[0] + "&on=2020-01-01") == set()


def test_it_costs_no_query(country, client):
    regions, drawn = country
    for number in range(4):
        service = make_service(f"service-{number}")
        make_rules(service, include=[regions[code] for code in {"510322", *drawn}])
    call_command("rebuild_postings", verbosity=0)
    client.get("/en/services/service-0/")  # the units of all lists

    def cost() -> int:
        memory._memories.clear()
        client.get("/en/coverage/?q=110105")
        caching.forget()
        with CaptureQueriesContext(connection) as queries:
            html = client.get(PLACES[0]).content.decode()
        assert html.count(RANDOM) == (4 if CoverageRule.objects.count() > 8 else 0)
        return len(queries)

    odd = cost()
    CoverageRule.objects.exclude(region__code="510322").delete()
    call_command("rebuild_postings", verbosity=0)
    assert odd <= cost()


def test_outlets_of_a_service_that_serves_a_part_are_told_by_their_places(make_regions, client):
    regions = make_regions("510322", "510321", "510303")
    service = make_service("one")
    make_rules(service, include=[regions["510322"], regions["510321"]])
    for code in ("510322", "510321"):
        make_outlet(service, f"outlet-{code}", region=regions[code])
    for url in ("/coverage/?q=510300", "/regions/510300/"):
        [places] = re.findall(r"2 个网点</a> · (.*?)</p>", client.get(url).content.decode())
        assert set(re.findall(r"/regions/(\d+)/", places)) == {"510321", "510322"}


def test_the_page_of_a_place_is_for_engines_by_all_its_services(make_regions, client):
    """It looked at the first three alone: a checked number behind them did not count."""
    regions = make_regions("510322")
    for number in range(5):
        service = make_service(f"service-{number}")
        make_rules(service, include=[regions["510322"]])
        make_hotline(service, f"400000000{number}")
    url = "/regions/510322/"
    assert "noindex" in client.get(url).content.decode()
    # Attested, for repairs: it stands behind those that came before it.
    make_hotline(service, "4000000009", source=make_source("site", kind="official_site"))
    html = client.get(url).content.decode()
    assert "noindex" not in html and "4000000009" not in html.replace("-", "")
    service.hotlines.filter(number__canonical="4000000009").update(contact_type="sales")
    memory._memories.clear()
    caching.forget()
    assert "noindex" in client.get(url).content.decode()


def test_a_name_that_is_only_spelled_out_says_so(make_regions, client):
    service = make_service("one")
    service.brand.name, service.brand.name_en = "阿拉好太太", ""
    service.brand.save()
    html = client.get("/en/brands/brand-one/").content.decode()
    assert "(pinyin: Alahaotaitai)" in html and "Alahaotaitai (阿拉好太太, pinyin)" in html
    assert "(pinyin: Fuwu one)" in client.get("/en/services/one/list/").content.decode()
    service.brand.name_en = "Alahao"
    service.brand.save()
    caching.forget()
    html = client.get("/en/brands/brand-one/").content.decode()
    assert "(Alahao)" in html and "pinyin: A" not in html and ", pinyin)" not in html
