"""Feeds for followers, the frame for other people's pages, units by name in the API, and the page for who asks too much."""

import re
from xml.etree import ElementTree

import pytest

from regions.models import Hotline
from regions.services.changes import change_set
from regions.services.disputes import accept_dispute, decide_dispute, open_dispute
from regions.services.verifications import record_verification

from .factories import make_hotline, make_rules, make_service, make_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(make_regions):
    regions = make_regions("510302", "510322", "510321", "330104")
    service = make_service("haier-repair", brand="haier", category="washing-machine")
    make_rules(service, include=[regions["510322"], regions["510302"]], source=make_source("page"))
    hotline = make_hotline(service, "4000000001")
    other = make_service("other", brand="other")
    with change_set(reason="first words") as changes:
        changes.created(service.brand)
        changes.created(hotline)
        changes.created(hotline.number)
    with change_set(reason="of others") as changes:
        changes.created(other.brand)
        changes.created(make_hotline(other, "4000000009"))
    with change_set(reason="lines") as changes:
        for rule in service.rules.all():
            changes.created(rule)
    return regions


def test_a_feed_takes_no_words_of_others_for_marks(world, client):
    service = make_service("odd", brand="haier")
    rules = make_rules(service, include=[world["510322"], world["510302"]], note="<script>alert(1)</script>")
    with change_set() as changes:
        for rule in rules:
            changes.created(rule)
    root = ElementTree.fromstring(client.get("/en/brands/haier/feed/").content)
    atom = "{http://www.w3.org/2005/Atom}"
    summary = root.find(f"{atom}entry/{atom}summary")
    assert summary.get("type") == "html" and summary.text.count("<br>") == 1
    assert "<script" not in summary.text and summary.text.count("&lt;script&gt;") == 2


@pytest.mark.slow
def test_a_feed_says_what_a_check_found_and_what_became_of_a_report(world, client):
    hotline = make_hotline(make_service("odd", brand="haier"), "4000000002")
    record_verification(hotline=hotline, method="call", result="confirmed", note="他们说是")
    dispute = open_dispute(hotline=hotline, reason="wrong_number", statement="打过去是别家的维修店").dispute
    accept_dispute(dispute=dispute, reason="值得一查", actor=None)
    decide_dispute(dispute=dispute, state="upheld", decision="确实是别家的", actor=None)
    Hotline.objects.filter(pk=hotline.pk).update(valid_to="2030-01-01")
    atom = "{http://www.w3.org/2005/Atom}"
    entries: dict[str, list] = {}
    for url in ("/brands/haier/feed/", "/en/brands/haier/feed/", "/en/numbers/4000000002/feed/"):
        root = ElementTree.fromstring(client.get(url).content)
        entries[url] = list(root.iter(f"{atom}entry"))
    titles = [entry.find(f"{atom}title").text for entry in entries["/en/numbers/4000000002/feed/"]]
    for title, said in zip(titles, ("refuted", "disputed: ", "reported: ", "confirmed"), strict=True):
        assert said in title and "claim on a number" not in title, titles
    assert "report decided: upheld (the number belongs to someone else)" in titles[0]
    summaries = [entry.find(f"{atom}summary").text for entry in entries["/en/brands/haier/feed/"]]
    assert any("today: until 2029-12-31" in text for text in summaries)
    ids = [entry.find(f"{atom}id").text for each in entries.values() for entry in each]
    assert len(set(ids)) == len(ids)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "told"),
    [
        (
            "/en/brands/haier/",
            ["富顺县 (Sichuansheng/Zigongshi/Fushunxian) · 示例 haier", "400-0000-001 · 示例 haier"],
        ),
        ("/en/numbers/4000000001/", ["400-0000-001 · 示例 haier"]),
        ("/en/regions/510322/", ["四川省/自贡市/富顺县"]),
        ("/en/regions/510321/", []),
        ("/en/regions/330104/", []),
    ],
)
def test_a_feed_tells_what_changes_about_its_page_and_nothing_else(world, client, page, told):
    html = client.get(page).content.decode()
    [feed] = re.findall(r'<link rel="alternate" type="application/atom\+xml" href="([^"]+)"', html)
    assert feed == f"{page}feed/" and f'<a href="{feed}">' in html
    answer = client.get(feed)
    root = ElementTree.fromstring(answer.content)
    atom = "{http://www.w3.org/2005/Atom}"
    summaries = [entry.find(f"{atom}summary").text for entry in root.iter(f"{atom}entry")]
    assert len(summaries) == len(told) and all(map(str.__contains__, summaries, told))
    assert not any(reason in answer.content.decode() for reason in ("first words", "of others", "lines"))
    assert root.find(f"{atom}author/{atom}name").text == "Service networks"
    for needed in ("id", "title", "updated"):
        assert root.find(f"{atom}{needed}").text
    ids = [entry.find(f"{atom}id").text for entry in root.iter(f"{atom}entry")]
    assert len(set(ids)) == len(ids) and all(each.startswith("urn:uuid:") for each in ids)
    assert answer["Cache-Control"].startswith("public") and "Set-Cookie" not in answer
    assert client.get(feed, HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304


@pytest.mark.parametrize(
    "url", ["/brands/none/feed/", "/numbers/1/feed/", "/regions/999999/feed/", "/regions/x/feed/"]
)
def test_a_feed_of_nothing_is_not_found(world, client, url):
    assert client.get(url).status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize(
    "url", ["/embed/", "/embed/?q=510322", "/en/embed/?q=富顺县&brand=haier", "/embed/?q=510322&brand=none"]
)
def test_only_the_frame_may_stand_in_a_frame(world, client, url):
    answer = client.get(url)
    assert "frame-ancestors *" in answer["Content-Security-Policy"] and "X-Frame-Options" not in answer
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    again = client.get(url)  # as the process keeps it
    assert "X-Frame-Options" not in again
    for other in (
        "/",
        "/coverage/?q=510322",
        "/brands/haier/",
        "/regions/510322/",
        "/report/?hotline=haier-repair:4000000001",
    ):
        answer = client.get(other)
        assert (
            answer["X-Frame-Options"] == "DENY"
            and "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        )


@pytest.mark.slow
def test_the_frame_warns_as_the_pages_do(world, client):
    html = client.get("/en/embed/?q=510322").content.decode()
    assert "look first" in html and "No number here is confirmed" in html and "tel:" not in html
    assert '<base target="_blank">' in html and "/en/coverage/?q=510322" in html
    how = client.get("/en/embed/").content.decode()
    assert "&lt;iframe src=&quot;" in how or '&lt;iframe src="http://testserver/en/embed/?q=510322"' in how
    assert client.get("/en/embed/?q=%00").status_code == 400


@pytest.mark.slow
def test_units_are_named_where_asked(world, client):
    def units(more: str) -> dict:
        [answer] = client.get(f"/api/v1/coverage/?region=510300{more}").json()["answers"]
        return answer["results"][0]["units"]

    counts = {"level": "county", "covered": 2, "partly_covered": 0, "total": 6}
    assert units("") == units("&units=false") == counts
    told = units("&units=true")
    named = told.pop("named")
    assert told == counts and named["partly_covered"] == []
    assert named["covered"] == [{"code": "510302", "name": "自流井区"}, {"code": "510322", "name": "富顺县"}]
    left = [unit["code"] for unit in named["not_covered"]]
    assert (
        {"code": "510321", "name": "荣县"} in named["not_covered"] and left == sorted(left) and len(left) == 4
    )
    assert units("") == counts  # what was asked before is not changed by it
    assert client.get("/api/v1/coverage/?region=510300&units=x").status_code == 400


@pytest.mark.parametrize(("prefix", "said"), [("", "请求过多"), ("/en", "Too many requests")])
def test_who_asks_too_much_gets_a_page(client, settings, prefix, said):
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_THROTTLE_RATES": {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "anonymous": "2/min"},
    }
    answers = [client.get(f"{prefix}/", REMOTE_ADDR="198.51.100.77") for _ in range(3)]
    html = answers[2].content.decode()
    assert answers[2].status_code == 429 and int(answers[2]["Retry-After"]) > 0
    assert said in html and 'role="search"' in html and answers[2]["Cache-Control"] == "no-store"
    assert f'<html lang="{"en" if prefix else "zh-hans"}">' in html
