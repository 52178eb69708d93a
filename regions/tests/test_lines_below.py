"""What a list says below a place, and what begins later, stands where somebody looks for who serves him."""

import datetime
import re

import pytest
from django.core.management import call_command
from django.utils import timezone

from regions.lookup import memory
from regions.models import CoverageRule
from regions.services.disputes import open_dispute
from regions.web import caching

from .factories import make_hotline, make_rules, make_service, make_source

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TODAY = timezone.localdate()
LIMITS = {
    "note": ({"note": "周末不上门"}, "周末不上门"),
    "response": ({"response_hours": 48}, "promised response: 48 hours"),
    "until": ({"valid_to": TODAY + datetime.timedelta(9)}, f"until {TODAY + datetime.timedelta(8)}"),
    "reported": ({}, "reported as wrong"),
    "source": ({}, "来源 list"),
}
DOORS = ("/en/coverage/?q={}", "/en/regions/{}/", "/en/embed/?q={}")


def words(client, url) -> str:
    caching.forget()
    memory._memories.clear()
    response = client.get(url)
    assert response.status_code == 200, url
    return " ".join(re.sub("<[^>]+>", " ", response.content.decode().partition("<body")[2]).split())


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("below", ["510322", "510322102"])
def test_what_limits_a_line_below_is_said_of_all_that_it_lies_in(make_regions, client, name, below):
    fields, said = LIMITS[name]
    regions = make_regions("510322", "510321", "510322102")
    service = make_service("repair", brand="brand")
    (rule,) = make_rules(service, include=[regions[below]], source=make_source("list"), **fields)
    make_hotline(service, "4000000001")
    if name == "reported":
        open_dispute(rule=rule, reason="not_covered", statement="They told me that they do not come here.")
    call_command("rebuild_postings", verbosity=0)
    for code in ("510322", "510300", "510000", "100000"):
        for door in DOORS:
            if name != "source" or "embed" not in door:  # a frame leads to the whole answer, with its sources
                assert said in words(client, door.format(code)), (door, code)
        assert said in words(client, f"/en/services/repair/regions/{code}/")


@pytest.mark.parametrize("kind", ["include", "exclude"])
@pytest.mark.parametrize("on", ["510322", "510300", "100000"])
def test_a_line_that_begins_later_is_told_with_its_day(make_regions, client, kind, on):
    regions = make_regions("510322", "510321")
    first = TODAY + datetime.timedelta(5)
    service = make_service("repair", brand="brand")
    make_rules(service, **{kind: [regions[on]]}, valid_from=first)
    make_hotline(service, "4000000001")
    call_command("rebuild_postings", verbosity=0)
    for door in (*DOORS, "/en/services/repair/regions/{}/"):
        html = words(client, door.format("510322"))
        assert f"from {first} on" in html and "服务 repair" in html, door
        assert ("left out" in html) == (kind == "exclude"), door
    assert (
        f"from {first} on" not in words(client, f"/en/coverage/?q=510322&on={first}").partition("Begins")[2]
    )


def test_of_many_lines_below_the_first_that_say_more_are_told_and_where_all_stand(make_regions, client):
    regions = make_regions("510322", below=("510300",))
    service = make_service("repair", brand="brand")
    counties = [region for code, region in regions.items() if code.startswith("5103") and code != "510300"]
    make_rules(service, include=counties)
    CoverageRule.objects.filter(region=counties[-1]).update(note="只修洗衣机")
    call_command("rebuild_postings", verbosity=0)
    caching.forget()
    html = client.get("/en/coverage/?q=510000").content.decode()
    rows = re.search(r'<ul class="rules">(.*?)</ul>', html, re.DOTALL)[1].split("</li>")
    assert (
        "只修洗衣机" in rows[0] and '/en/services/repair/regions/510000/">All lines of its list here' in html
    )
