"""What a page shows the first of has an address where all of it stands, once each, in pages; and says how many there are."""

import re

import pytest

from regions.web.services import LONG_LIST

from .factories import gazetteer, load_regions, make_hotline, make_rules, make_service

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
        assert client.get(f"{url}?page=4").status_code == client.get(f"{url}?page=x").status_code == 404
