"""A chip says how many services its link shows; a frame says what it was narrowed to."""

import html
import itertools
import re

import pytest

from regions.models import Brand, Category

from .factories import make_rules, make_service, make_source

pytestmark = pytest.mark.django_db
ASKED = [
    "",
    "&brand=a",
    "&brand=b",
    "&brand=a&brand=b",
    "&category=kitchen",
    "&category=fans&brand=a",
    "&state=excluded",
    "&state=excluded&brand=b",
    "&state=partly_covered&state=not_covered",
    "&state=covered&category=hoods",
]


@pytest.fixture
def world(make_regions):
    regions = make_regions("510302", "510303", "510322")
    source = make_source("page")
    here, city, beside = regions["510322"], regions["510300"], regions["510302"]
    for slug, brand, category, include, exclude in (
        ("a-hoods", "a", "hoods", [here], []),
        ("a-fans", "a", "fans", [city], [here]),
        ("a-kitchen", "a", "kitchen", [beside], []),
        ("b-hoods", "b", "hoods", [city], [beside]),
        ("b-fans", "b", "fans", [beside], [here]),
        ("b-unlisted", "b", "kitchen", [], []),
    ):
        service = make_service(slug, brand=brand, category=category, source=source)
        make_rules(service, include=include, exclude=exclude, source=source)
    Category.objects.filter(slug="hoods").update(parent=Category.objects.get(slug="kitchen"))
    Brand.objects.filter(slug="b").update(name="乙")
    return regions


def chips(page: str) -> list[tuple[str, int]]:
    found = re.findall(r'<a class="chip[^"]*" href="([^"]*)">[^<]*?(\d+)</a>', page)
    return [(html.unescape(url), int(number)) for url, number in found]


@pytest.mark.slow
@pytest.mark.parametrize(("asked", "place"), [*zip(ASKED, itertools.cycle(["510322", "510300", "510302"]))])
def test_a_chip_counts_what_its_link_shows(world, client, asked, place):
    found = chips(client.get(f"/coverage/?q={place}{asked}").content.decode())
    shown = {url: client.get(url).context["answers"][0]["count"] for url, _number in found}
    assert found and shown == dict(found)


@pytest.mark.slow
@pytest.mark.parametrize("place", ["510322", "510300"])
def test_so_it_does_on_the_page_of_the_place(world, client, place):
    found = chips(client.get(f"/regions/{place}/").content.decode())
    assert len(found) > 4
    assert all(client.get(url).context["answers"][0]["count"] == number for url, number in found)


def test_next_door_is_asked_without_the_state_that_nobody_is_in(world, client):
    page = client.get("/coverage/?q=510303&brand=b&category=fans&state=excluded").content.decode()
    link = re.search(r'href="([^"]*q=510300[^"]*)"', page)
    assert link and "state" not in link[1] and "brand=b" in link[1]


@pytest.mark.slow
def test_a_frame_says_what_it_was_narrowed_to_what_helps_and_who_serves_next_door(world, client):
    page = client.get("/en/embed/?q=510303&category=fans&brand=b").content.decode()
    for said in ("Only:", "乙", "with what you asked for", "name plate", "Who serves next door"):
        assert said in page
    assert "Only:" not in client.get("/en/embed/?q=510303").content.decode()


@pytest.mark.slow
def test_a_frame_names_the_places_that_are_partly_served(world, client):
    page = client.get("/en/embed/?q=510300&brand=b").content.decode()
    assert "/en/regions/510322/" in page and "/en/regions/510302/" in page
