"""Parts of pages that stay with a record say what it says now: whatever changes it, by whichever door, is on the next page."""

import datetime
import re

import pytest
from django.core.cache import cache

from regions.choices import Channel
from regions.lookup import memory
from regions.models import CoverageRule, Hotline
from regions.models.base import today
from regions.services import records
from regions.services.disputes import open_dispute
from regions.web import caching

from .factories import make_hotline, make_rules, make_service

pytestmark = pytest.mark.django_db


@pytest.fixture
def lived(make_regions):
    places = make_regions("510322", "510303")
    service = make_service()
    make_rules(service, include=[places["510322"], places["510303"]])
    return service, make_hotline(service), ("510322", "510303")


def page(client, code: str, prefix: str = "") -> str:
    caching.forget()
    cache.clear()
    answer = client.get(f"{prefix}/coverage/?q={code}")
    assert answer.status_code == 200
    return answer.content.decode()


def hit(text: str) -> str:
    return re.search(r'<article class="hit">.*?</article>', text, re.S)[0]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_page_of_another_place_says_what_has_changed(lived, client, prefix):
    """The second place is shown with what the first has made; after each change both say what is true."""
    service, hotline, (one, other) = lived
    steps = [
        lambda: records.save(set_to(service, name="改名后的服务"), actor=None),
        lambda: records.save(set_to(service.brand, name="改名的品牌"), actor=None),
        lambda: records.save(set_to(hotline, labels=["新标签"]), actor=None),
        lambda: records.save(set_to(hotline, channel=Channel.FAX), actor=None, correct=True),
        lambda: open_dispute(hotline=Hotline.objects.latest("pk"), reason="not_in_service", statement=""),
        lambda: open_dispute(
            rule=CoverageRule.objects.get(region__code=other), reason="not_covered", statement=""
        ),
    ]
    for step in [lambda: None, *steps]:
        step()
        kept = [page(client, code, prefix) for code in (one, other, one, other)]
        memory._memories.clear()
        made = [page(client, code, prefix) for code in (one, other)]
        assert [hit(text) for text in kept] == [hit(text) for text in made * 2]


def set_to(record, **values):
    record = type(record).objects.get(pk=record.pk)
    for name, value in values.items():
        setattr(record, name, value)
    return record


@pytest.mark.parametrize("ahead", [False, True])
def test_a_report_on_a_line_is_said_on_the_page_that_comes_next(lived, client, ahead):
    """No report stands, and pages have learnt that; then one comes, on the line that decides or on another service's that
    begins later. The page of another place learns of it first."""
    _service, _hotline, (one, other) = lived
    if ahead:
        region = CoverageRule.objects.get(region__code=other).region
        make_rules(make_service(), include=[region], valid_from=today() + datetime.timedelta(3))
    for code in (one, other, one):
        assert "chip disputed" not in page(client, code)
    rule = CoverageRule.objects.filter(region__code=other).latest("pk")
    open_dispute(rule=rule, reason="not_covered", statement="")
    assert "chip disputed" not in page(client, one)
    assert "chip disputed" in page(client, other)
    assert "chip disputed" not in page(client, one)


def test_links_lead_to_pages_of_the_same_language(lived, client):
    """Addresses are looked up once for each language: whichever is asked first, the other has its own."""
    _service, _hotline, (one, other) = lived
    for prefix in ("", "/en", ""):
        for path in (f"{prefix}/coverage/?q={one}", f"{prefix}/regions/{other}/"):
            caching.forget()
            main = re.search(r"<main.*?</main>", client.get(path).content.decode(), re.S)[0]
            links = set(re.findall(r'href="(/(?!static)[^"]*)"', main))
            assert links and all(link.startswith("/en/") is bool(prefix) for link in links), (path, links)
