"""The directory never promotes a number that nobody checked: not to engines, not to programs, not to readers."""

import datetime
import json
import re
from itertools import product
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from regions.choices import Channel, ContactType, HotlineStatus, SourceKind
from regions.lookup import memory
from regions.models import Brand, Hotline
from regions.services.verifications import record_verification
from regions.web import caching

from .factories import make_disputed, make_hotline, make_outlet, make_rules, make_service, make_source

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TRUSTED = {"verified", "attested"}
DAY = datetime.timedelta(1)
# What somebody with something to repair does not call.
OTHER_USES = [
    *({"channel": channel} for channel in (Channel.FAX, Channel.SMS)),
    *({"contact_type": kind} for kind in (ContactType.SALES, ContactType.COMPLAINTS)),
]


@pytest.fixture
def claim():
    """Makes a claim of a service on a number, in a state."""
    page, site = make_source("page"), make_source("site", kind=SourceKind.OFFICIAL_SITE)

    def make(service, number, state, **fields) -> Hotline:
        today = timezone.localdate()
        if state == "ended":
            fields["valid_to"] = today
        if state == "upcoming":
            fields["valid_from"] = today + DAY
        made = make_hotline(service, number, source=site if state == "attested" else page, **fields)
        said = {"verified": "confirmed", "expired": "confirmed", "refuted": "refuted"}.get(state)
        if said:
            old = {"checked_on": today - 9 * DAY, "expires_on": today - DAY} if state == "expired" else {}
            record_verification(hotline=made, method="call", result=said, note="一问便知", **old)
        if state == "disputed":
            make_disputed(made)
        assert Hotline.objects.with_status().get(pk=made.pk).status == state
        caching.forget()
        memory._memories.clear()
        return made

    return make


def html_of(client, url) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def told(html: str) -> set[str]:
    """Every number in what a page hands to programs."""
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[1]
    found: set[str] = set()

    def walk(node):
        if isinstance(node, dict):
            for name, value in node.items():
                if name in ("telephone", "faxNumber"):
                    found.update(
                        re.sub(r"\D", "", each).removeprefix("86")
                        for each in ([value] if isinstance(value, str) else value)
                    )
                walk(value)
        elif isinstance(node, list):
            for each in node:
                walk(each)

    walk(json.loads(data))
    return found  # fmt: skip


@pytest.mark.parametrize("shared", HotlineStatus.values)
def test_programs_are_given_numbers_that_are_trusted_and_no_other(make_regions, client, claim, shared):
    """Whatever two brands claim of one number, in every state of the one and of the other."""
    county = make_regions("510322")["510322"]
    one, other = (make_service(f"{name}-repair", brand=name) for name in ("one", "other"))
    states = dict(enumerate(HotlineStatus.values))
    for service in (one, other):
        make_rules(service, include=[county])
    trusted: dict[str, set[str]] = {"one": set(), "other": set()}
    for number, state in states.items():
        digits = f"400770000{number}"
        for service, its in ((one, state), (other, shared)):
            made = claim(service, digits, its)
            make_outlet(service, f"{service.slug}-{number}", made, region=county)
            if its in TRUSTED:
                trusted[service.brand.slug].add(digits)
    for name, numbers in trusted.items():
        for url in (f"/brands/{name}/", f"/services/{name}-repair/"):
            assert told(html_of(client, url)) <= numbers, url
            assert bool(numbers) == bool(told(html_of(client, url)) & numbers), url
    for url in ("/regions/510322/", "/coverage/?q=510322", "/embed/?q=510322", "/sources/page/", "/"):
        assert told(html_of(client, url)) == set(), url
    for number, state in states.items():
        html = html_of(client, f"/numbers/400770000{number}/")
        mine = [name for name, its in (("one", state), ("other", shared)) if its in TRUSTED]
        data = json.loads(re.search(r'ld\+json">(.*?)</script>', html, re.DOTALL)[1])["@graph"]
        services = [each for each in data if each["@type"] == "Service"]
        assert sorted(each["@id"].split("/")[-2] for each in services) == sorted(
            f"{name}-repair" for name in mine
        )
        assert all("availableChannel" in each for each in services)
        assert ("noindex" in html) == (not mine)
        assert ("mainEntity" in data[0]) == bool(mine)  # fmt: skip


@pytest.mark.parametrize(("use", "state"), list(product(OTHER_USES, sorted(TRUSTED))))
def test_a_number_for_something_else_is_none_to_call(make_regions, client, claim, use, state):
    """A checked fax beside a repair line that nobody checked: no page says to call, and each says what to do."""
    county = make_regions("510322")["510322"]
    service = make_service("repair", brand="brand")
    make_rules(service, include=[county])
    claim(service, "4007700001", state, **use)
    for number in range(2, 12):
        claim(service, f"40077000{number:02}", "unverified")
    for url in ("/brands/brand/", "/services/repair/", "/regions/510322/"):
        html = html_of(client, "/en" + url)
        assert "noindex" in html and "No number here is confirmed for repairs" in html, url
        assert "The number to call" not in html.partition("</title>")[0], url
    for url in (
        "/coverage/?q=510322",
        "/embed/?q=510322",
        "/services/repair/numbers/",
        "/brands/brand/numbers/",
    ):
        assert "No number here is confirmed for repairs" in html_of(client, "/en" + url), url
    for url in ("/coverage/?q=510322", "/embed/?q=510322", "/services/repair/", "/services/repair/numbers/"):
        first = re.search(r'<li class="call">.*?</li>', html_of(client, url), re.DOTALL)[0]
        assert "400-770-0001" not in first and "400-7700-001" not in first, url
    assert sitemap(client) == set()
    claim(service, "4007700099", "attested")
    html = html_of(client, "/en/brands/brand/")
    assert "noindex" not in html and "The number to call" in html.partition("</title>")[0]
    assert 'tel:4007700099"' in re.search(r'<li class="call">.*?</li>', html_of(client, "/services/repair/"), re.DOTALL)[0]  # fmt: skip


def sitemap(client) -> set[str]:
    index = ElementTree.fromstring(html_of(client, "/sitemap.xml"))
    pages = [node.text.removeprefix("http://testserver") for node in index.findall(".//{*}loc")]
    return {
        node.text.removeprefix("http://testserver")
        for page in pages
        for node in ElementTree.fromstring(html_of(client, page)).findall(".//{*}loc")
    }


def test_an_invented_brand_puts_nothing_into_the_sitemap(make_regions, client, claim):
    regions = make_regions("510322")
    service = make_service("repair", brand="brand")
    make_rules(service, include=[regions["100000"]])
    claim(service, "4007700001", "verified")
    assert {"/regions/510322/", "/brands/brand/", "/services/repair/"} <= sitemap(client)
    Brand.objects.update(is_example=True)
    assert sitemap(client) == set()


def test_what_held_on_another_day_is_not_promoted_today(client, claim):
    claim(make_service("repair", brand="brand"), "4007700001", "verified")
    day = timezone.localdate().isoformat()
    html = html_of(client, f"/en/numbers/4007700001/?on={day}")
    assert "noindex" in html and not told(html)
    assert "(as of 2024-06-01)" in html_of(client, "/en/numbers/4007700001/?on=2024-06-01")
