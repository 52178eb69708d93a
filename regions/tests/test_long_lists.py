"""What a page shows the first of has an address where all of it stands, once each, in pages; and says how many there are."""

import datetime
import re
from html import unescape

import pytest

from regions.web.services import LONG_LIST

from .factories import gazetteer, load_regions, make_hotline, make_outlet, make_rules, make_service

pytestmark = pytest.mark.django_db


def get(client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def test_a_long_list_stands_whole_in_words_at_an_address_of_its_own(client):
    regions = load_regions(
        *(
            f"{code}"
            for code in gazetteer()[1]["510300"]
            + gazetteer()[1]["510100"]
            + gazetteer()[1]["510700"]
            + gazetteer()[1]["511300"]
            + gazetteer()[1]["513400"]
            + gazetteer()[1]["513300"]
        )
    )
    counties = [region for region in regions.values() if region.is_open and len(region.path.split("/")) == 5][
        : LONG_LIST + 10
    ]
    service = make_service("repair")
    make_rules(service, include=counties)
    page = get(client, "/services/repair/")
    assert "/services/repair/list/" in page and str(len(counties)) in page and counties[0].name not in page
    told = get(client, "/services/repair/list/")
    assert [region.name for region in counties if region.name not in told] == []
    assert re.search(rf'<span class="quiet">{len(counties)}</span></h1>', told) and "noindex" in told


@pytest.mark.slow
def test_every_number_stands_once_on_the_pages_of_all_numbers(client):
    service = make_service("repair", brand="brand")
    numbers = {make_hotline(service).number.canonical for _each in range(25)}
    for url in ("/brands/brand/numbers/", "/services/repair/numbers/"):
        assert url in get(client, url.replace("numbers/", ""))
        found = [
            number
            for page in (1, 2, 3)
            for number in re.findall(r'class="tel" href="/numbers/(\d+)/"', get(client, f"{url}?page={page}"))
        ]
        assert len(found) == 25 and set(found) == numbers
        assert client.get(f"{url}?page=4").status_code == 404
        assert client.get(f"{url}?page=x").status_code == 400


def lists_in(page: str) -> set[str]:
    """Where a page leads to a list: numbers, outlets, a list's lines or sentences, the claims on a number."""
    found = map(unescape, re.findall('href="(/en/[^"]+)"', page))
    return {
        url
        for url in found
        if re.match("/en/(services|regions|brands)/[^/]+/[a-z]+/|/en/numbers/.", url) and "/feed/" not in url
    }


@pytest.mark.slow
def test_an_answer_of_another_day_leads_to_the_lists_of_that_day(client):
    """Today nothing of it stands; another number, another outlet and another line do, which did not on that day."""
    regions = load_regions("510321", "510322")
    day, then, now = (datetime.date(year, 1, 1) for year in (2021, 2023, 2024))
    service = make_service("repair", brand="brand")
    for number in range(10):
        make_hotline(service, f"400186590{number}", valid_to=then)
    make_hotline(service, "4001865910", valid_from=now)
    for name in ("east", "west"):
        make_outlet(service, name, region=regions["510322"], valid_to=then)
    make_outlet(service, "late", region=regions["510322"], valid_from=now)
    make_rules(service, include=[regions["510322"]], valid_to=then)
    make_rules(service, include=[regions["510321"]], valid_from=now)
    seen, left = set(), lists_in(get(client, f"/en/coverage/?q=510300&on={day}"))
    while left:
        url = left.pop()
        seen.add(url.replace(f"?on={day}", ""))
        assert url.endswith(f"on={day}"), url
        page = get(client, url)
        text = re.sub("<[^>]+>", "", page)
        assert f"{day} ×" in text, "says of which day it is"
        assert "400-1865-910" not in text and "网点 late" not in text, url
        left |= {other for other in lists_in(page) if other.replace(f"?on={day}", "") not in seen}
    lists = {f"/en/services/repair/{name}/" for name in ("numbers", "regions/510300")}
    assert lists <= seen and any(url.startswith("/en/numbers/") for url in seen)
    for url, said in {
        "/en/services/repair/numbers/": ("400-1865-909", "10</span></h1>"),
        "/en/services/repair/outlets/": ("east", "west", "2</span></h1>"),
        "/en/services/repair/regions/510322/": ("east", "serves here", "富顺县"),
        "/en/services/repair/list/": ("富顺县",),
        "/en/regions/510322/outlets/": ("east", "west"),
        "/en/brands/brand/numbers/": ("400-1865-909",),
    }.items():
        then_told, now_told = get(client, f"{url}?on={day}"), get(client, url)
        assert [each for each in said if each not in then_told] == [], url
        assert said[0] not in re.sub("<(h1|nav).*?</(h1|nav)>", "", now_told) or "ended" in now_told, url
        assert client.get(f"{url}?on=nonsense").status_code == 400
