"""What stands beside every number on coverage, region, brand and service pages, and what a page says in plain words."""

import datetime
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest

from regions.choices import SourceKind, VerificationMethod, VerificationResult
from regions.lookup.opening import opening
from regions.models import Brand, Category, CoverageRule, Hotline
from regions.services.disputes import open_dispute
from regions.services.verifications import record_verification

from . import schema_org
from .factories import make_hotline, make_rules, make_service, make_source

pytestmark = pytest.mark.django_db
PAGES = ("/en/coverage/?q=510322", "/en/regions/510322/", "/en/brands/haier/", "/en/services/haier-repair/")


@pytest.fixture
def world(make_regions):
    regions = make_regions("510302", "510322", "510321", "440103")
    page = make_source("page", url="https://page.example.com/")
    site = make_source("site", kind=SourceKind.OFFICIAL_SITE)
    service = make_service("haier-repair", brand="haier", category="washing-machine", source=page)
    Brand.objects.filter(slug="haier").update(name="海尔", name_en="Haier")
    Category.objects.filter(slug="washing-machine").update(name="洗衣机", name_en="washing machine")
    make_rules(service, include=[regions["510322"], regions["510302"]], source=page)
    CoverageRule.objects.update(note="仅限城区")
    checked = make_hotline(service, "4000000001", source=page)
    record_verification(
        hotline=checked,
        method=VerificationMethod.OFFICIAL_SITE,
        result=VerificationResult.CONFIRMED,
        source=site,
    )
    make_hotline(service, "4000000002", source=site, region=regions["510000"])
    claimed = make_hotline(service, "4000000003", source=page, labels=["a", "b", "c", "d"])
    claimed.opening_hours = "周一至周五 8:00-20:00"
    claimed.save()
    make_hotline(service, "4000000004", source=page, region=regions["440000"])
    make_hotline(make_service("other", brand="other"), "4000000003", source=page)
    open_dispute(
        hotline=claimed, reason="wrong_number", statement="The brand's page has another.", address="192.0.2.1"
    )
    return regions


def text_of(client, url, status=200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def about(html: str, number: str) -> str:
    """What stands beside one number."""
    found = re.search(rf'<li class="call">(?:(?!</li>).)*?>{number}[ <].*?</li>', html, re.DOTALL)
    assert found, number
    return re.sub(r"<[^>]+>|\s+", " ", found[0])


@pytest.mark.slow
@pytest.mark.parametrize("url", PAGES)
def test_what_a_caller_should_know_stands_beside_the_number(world, client, url):
    html = text_of(client, url)
    beside = " ".join(about(html, "400-0000-003").split())
    for words in (
        "look first",
        "nobody has checked it",
        "Monday to Friday 08:00–20:00",
        "The brand's checked number is another one: 400-0000-001",
        "Reported as wrong, not decided: the number belongs to someone else",
        "Brands that have nothing to do with each other print this number.",
        "The page prints this one number under many names.",
        "来源 page",
    ):
        assert words in beside.replace("&#x27;", "'"), words
    assert "tel:4000000003" not in html and "tel:4000000001" in html
    assert "look first" not in about(html, "400-0000-001")
    assert "only for 四川省" in " ".join(about(html, "400-0000-002").split())


@pytest.mark.slow
@pytest.mark.parametrize("url", PAGES[:2])
def test_a_number_for_elsewhere_is_not_offered_and_the_note_of_the_rule_is(world, client, url):
    html = text_of(client, url)
    assert "400-0000-004" not in html and "仅限城区" in html


@pytest.mark.parametrize("url", ["/en/brands/other/", "/en/services/other/", "/en/numbers/4000000003/"])
def test_where_no_number_is_to_be_trusted_the_page_says_what_to_do(world, client, url):
    html = text_of(client, url)
    for words in ("No number here is confirmed", "name plate", "manual", "brand's page", "12315", "noindex"):
        assert words in html
    assert not re.search(r'href="tel:4000000003', html)


def test_covered_and_verified_do_not_share_a_colour():
    css = (Path(__file__).parents[1] / "static/web/style.css").read_text()
    colours = {
        name: re.search(rf"^\.{name} {{[^}}]*background: ([^;]+);", css, re.M)[1]
        for name in ("covered", "verified")
    }
    assert colours["covered"] != colours["verified"]


@pytest.mark.parametrize(
    ("now", "open_"),
    [
        ("2026-11-23 07:59", False),  # a Monday
        ("2026-11-23 08:00", True),
        ("2026-11-23 20:00", False),
        ("2026-11-27 23:30", True),
        ("2026-11-28 01:59", True),
        ("2026-11-28 02:00", False),
        ("2026-11-29 01:00", False),
        ("2026-11-23 01:00", True),  # Sunday's night
    ],
)
def test_open_now_is_told_by_the_hours_also_over_midnight(world, now, open_):
    hotline = Hotline.objects.get(number__canonical="4000000003", service__slug="haier-repair")
    hours = f"{hotline.opening_hours}；周五、周日 22:00-次日2:00".replace("周一至周五", "周一至周四")
    hours = hours.replace("；", "；周五 8:00-20:00、22:00-次日2:00；").replace("周五、周日", "周日")
    moment = datetime.datetime.fromisoformat(now)
    assert (opening(hours, moment).state == "open") is open_
    assert opening("", moment) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    "url", ["/en/coverage/?q=510322", "/en/numbers/4000000003/?", "/en/services/haier-repair/numbers/?"]
)
def test_an_answer_of_another_day_says_nothing_of_this_minute(world, client, url):
    now = re.compile("<strong>(open|closed)")
    assert now.search(text_of(client, url))
    assert not now.search(text_of(client, f"{url}&on=2026-06-01"))


@pytest.mark.slow
def test_partly_covered_names_the_counties(world, client):
    for url in ("/en/coverage/?q=510300", "/en/regions/510300/"):
        html = text_of(client, url)
        serves, does_not = html.split('<span class="chip covered">serves</span>', 1)[1].split(
            '<span class="chip not_covered">does not serve</span>', 1
        )
        assert "/en/regions/510302/" in serves and "/en/regions/510322/" in serves
        assert (
            "/en/regions/510321/" in does_not.split("</p>")[0]
            and "/en/regions/510322/" not in does_not.split("</p>")[0]
        )
    html = text_of(client, "/en/services/haier-repair/regions/510300/")
    assert "serves a part" in html and "仅限城区" in html and "/en/report/?coverage_rule=" in html
    assert "serves here" in text_of(client, "/en/services/haier-repair/regions/510322/")
    assert "this place is not on its list" in text_of(client, "/en/services/haier-repair/regions/510321/")
    assert "no list on file" in text_of(client, "/en/services/other/regions/510321/")
    text_of(client, "/en/services/haier-repair/regions/999999/", 404)


@pytest.mark.slow
def test_a_product_that_nobody_offers_here_says_who_does_next_door(world, client):
    html = text_of(client, "/en/coverage/?q=510321&category=washing-machine")
    near = html.split("Who serves next door", 1)[1]
    assert "/en/services/haier-repair/regions/510300/" in near and "富顺县" in near and "荣县" not in near
    assert "next door" not in text_of(client, "/en/coverage/?q=510321")
    far = text_of(client, "/en/coverage/?q=440103&category=washing-machine")
    assert (
        "does anywhere in" in far and "广东省" in far and "/en/services/haier-repair/regions/100000/" in far
    )
    assert "next door" not in text_of(client, "/en/coverage/?q=510322&category=washing-machine")


@pytest.mark.slow
def test_filters_can_be_seen_and_taken_off(world, client):
    html = text_of(client, "/en/coverage/?q=510322&category=washing-machine&brand=haier&state=covered&page=1")
    links = re.findall(r'<a class="chip" href="\?([^"]+)">([^<]+) <span aria-hidden', html)
    assert [(label, "category=" in link, "brand=" in link, "state=" in link) for link, label in links] == [
        ("washing machine", False, True, True),
        ("Haier", True, False, True),
        ("serves here", True, True, False),
    ]


@pytest.mark.slow
def test_a_number_tells_what_happened(world, client):
    hotline = Hotline.objects.get(number__canonical="4000000003", service__slug="haier-repair")
    record_verification(
        hotline=hotline,
        method=VerificationMethod.CALL,
        result=VerificationResult.REFUTED,
        note="Another firm answers.",
    )
    html = text_of(client, "/en/numbers/4000000003/")
    happened = html.split("What happened", 1)[1]
    for words in ("Checked (called): refuted", "Reported: the number belongs to someone else", "2026-"):
        assert words in happened
    # In whose words, and where a report is followed, is not everybody's.
    assert "Another firm answers." not in html and "/reports/" not in html


BAD = ("/en/coverage/", "/en/coverage/?q=%00", "/en/coverage/?q=510322&on=x", "/en/coverage/?q=510322&on=1900-01-01", "/en/coverage/?q=510322&state=x", "/en/coverage/?q=510322&page=0", "/en/numbers/", "/en/numbers/?number=%00", "/en/numbers/4000000003/?on=2026", "/en/ask/", "/en/coverage/?q=510322&brand=x", "/en/report/?hotline=x")  # fmt: skip


@pytest.mark.parametrize("url", BAD)
def test_errors_speak_plainly(world, client, url):
    page = Page(text_of(client, url.replace("/en/", "/", 1), 400))
    said = " ".join(text for _language, text in page.texts)
    found = [
        word
        for word in ("q=", "on=", "YYYY", "on ", "q ", "state", "page", "number", "must be")
        if word in said.split("API")[0]
    ]
    assert found == [], said


ALL_PAGES = (*PAGES, "/en/", "/en/numbers/4000000003/", "/en/numbers/?number=4000000003 400-16", "/en/sources/page/", "/en/services/haier-repair/regions/510300/", "/en/coverage/?q=510300&category=washing-machine", "/en/coverage/?q=330104", "/en/coverage/?q=朝阳", "/en/ask/?q=海尔洗衣机")  # fmt: skip


class Page(HTMLParser):
    """The texts of a page with the language each stands in."""

    VOID = frozenset({"meta", "link", "input", "br", "img"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.languages, self.texts, self.quiet = [""], [], 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.languages.append(dict(attrs).get("lang") or self.languages[-1])
            self.quiet += tag in ("script", "title")

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            self.languages.pop()
            self.quiet -= tag in ("script", "title")

    def handle_data(self, data):
        if data.strip() and not self.quiet:
            self.texts.append((self.languages[-1], data.strip()))


@pytest.mark.parametrize("url", ALL_PAGES)
@pytest.mark.slow
def test_english_pages_mark_chinese_as_chinese(world, client, url):
    page = Page(text_of(client, url))
    assert [
        text for language, text in page.texts if language == "en" and re.search("[\u3400-\u9fff]", text)
    ] == []
    assert page.languages == [""]


@pytest.mark.parametrize("url", ALL_PAGES)
@pytest.mark.slow
def test_pages_speak_plainly(world, client, url):
    said = " ".join(text for _language, text in Page(text_of(client, url.replace("/en/", "/", 1))).texts)
    assert [word for word in ("标签", "未登记名单", "q=", "on=", "None", "%(") if word in said] == []


@pytest.mark.slow
@pytest.mark.parametrize("url", [*ALL_PAGES, *(url.replace("/en/", "/", 1) for url in ALL_PAGES)])
def test_every_page_says_what_it_is_in_the_words_of_schema_org(world, client, url):
    html = text_of(client, url)
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[1])
    assert data["@context"] == "https://schema.org/"
    kinds = [node["@type"] for node in data["@graph"]]
    assert [wrong for node in data["@graph"] for wrong in schema_org.faults(node)] == []
    assert kinds[0].endswith("Page") and data["@graph"][0]["isPartOf"]["@type"] == "WebSite"
    for name in ("og:title", "og:description", "og:url", "og:image"):
        assert re.search(rf'<meta property="{name}" content="[^"]+">', html), name
    assert html.count("<h1") == 1


@pytest.mark.slow
def test_what_is_disputed_is_not_told_to_programs(world, client):
    record = Hotline.objects.get(number__canonical="4000000003", service__slug="haier-repair")
    record_verification(
        hotline=record, method=VerificationMethod.CALL, result=VerificationResult.REFUTED, note="x y"
    )
    for url in ("/en/brands/haier/", "/en/services/haier-repair/"):
        graph = re.search(r"ld\+json\">(.*?)</script>", text_of(client, url), re.DOTALL)[1]
        assert "4000000003" not in graph and "4000000001" in graph


# Every page that reads parameters, and those it reads.
READ = {
    "/brands/haier/numbers/": ("page", "on"),
    "/brands/haier/services/": ("page",),
    "/services/haier-repair/list/": ("page", "on"),
    "/services/haier-repair/numbers/": ("page", "on"),
    "/services/haier-repair/outlets/": ("page", "on"),
    "/services/haier-repair/regions/510322/": ("page", "on"),
    "/regions/510322/outlets/": ("page", "on"),
    "/sources/page/": ("page",),
    "/numbers/4000000003/": ("page", "on"),
    "/coverage/": ("page", "on", "state", "category", "brand", "q", "point"),
    "/numbers/": ("number", "on"),
    "/ask/": ("q",),
    "/embed/": ("q", "category", "brand"),
    "/report/": ("hotline", "coverage_rule"),
}
UNREADABLE = ("\x00", "a\x00b", "x" * 5_000)


@pytest.mark.slow
@pytest.mark.parametrize("url", READ)
def test_a_parameter_that_cannot_be_read_is_said_on_a_page(world, client, url):
    client.raise_request_exception = False
    for name in READ[url]:
        for value in UNREADABLE + (("0", "-1", "x", "1e9") if name == "page" else ()):
            query = f"{name}={quote(value)}"
            answer = client.get(f"/en{url}?q=510322&{query}" if name != "q" else f"/en{url}?{query}")
            assert answer.status_code == 400, (url, name, value[:9])
            assert "</html>" in answer.content.decode()
