"""The pages with addresses that last: brand, place, number, service, source; and what programs read of them."""

import datetime
import json
import re
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django.utils import timezone

from regions.choices import SourceKind, VerificationMethod, VerificationResult
from regions.models import Brand, Category, CoverageRule, Hotline, Region, Service
from regions.services.verifications import record_verification

from .factories import make_hotline, make_outlet, make_rules, make_service, make_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(make_regions):
    regions = make_regions("510322", "330104", "370681")
    page, site = (
        make_source("page", url="https://page.example.com/"),
        make_source("site", kind=SourceKind.OFFICIAL_SITE),
    )
    service = make_service("haier-repair", brand="haier", category="washing-machine", source=page)
    Brand.objects.filter(slug="haier").update(name="海尔", name_en="Haier")
    Category.objects.filter(slug="washing-machine").update(name="洗衣机", name_en="washing machine")
    make_rules(service, include=[regions["510322"]], source=page)
    checked = make_hotline(service, "4000000001", source=page)
    record_verification(
        hotline=checked,
        method=VerificationMethod.OFFICIAL_SITE,
        result=VerificationResult.CONFIRMED,
        source=site,
    )
    make_hotline(service, "4000000002", source=site)
    make_hotline(service, "4000000003", source=page)
    make_hotline(service, "4000000004", source=page, valid_to=datetime.date(2024, 5, 1))
    make_hotline(service, "4000000005", source=page, region=regions["510000"])
    return regions


def get(client, url, status=200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def section(html: str, heading: str) -> str:
    """What stands between a heading and the next of its rank."""
    return html.split(f"<h2>{heading}</h2>", 1)[1].split("<h2>", 1)[0]


def test_a_brand_shows_the_checked_number_first_and_the_others_for_what_they_are(world, client):
    html = get(client, "/en/brands/haier/")
    call, claimed, ended = (
        section(html, heading) for heading in ("The number to call", "Others claim", "Ended numbers")
    )
    assert set(re.findall(r'href="tel:(\d+)"', html)) == {"4000000001", "4000000002"}
    assert claimed.count("The brand's checked number is another one:") == 2 and "look first" in claimed
    assert "look first" not in call and "What took its place is not on file; call:" in ended
    assert call.index("400-0000-001") < call.index("400-0000-002")
    assert (
        "400-0000-003" in claimed
        and "400-0000-005" in claimed
        and 'only for <span lang="zh">四川省</span>' in claimed
    )
    assert "400-0000-004" in ended and "ended on 2024-05-01" in ended
    assert "四川省" in section(html, "Where it serves, by its lists")
    assert "noindex" not in html


@pytest.mark.slow
def test_the_page_of_an_ended_number_leads_to_the_one_that_took_its_place(world, client):
    old, new = (Hotline.objects.get(number__canonical=number) for number in ("4000000004", "4000000001"))
    Hotline.objects.filter(pk=old.pk).update(replaced_by=new)
    html = get(client, "/en/numbers/4000000004/")
    assert 'Call instead: <a class="tel" href="tel:4000000001">400-0000-001</a>' in html
    assert "tel:4000000001" in get(client, "/en/numbers/4000000001/")
    assert "Call instead" not in get(client, "/en/numbers/4000000003/")


@pytest.mark.slow
def test_a_service_asks_for_the_place_and_leads_to_what_it_does_there(world, client):
    html = get(client, "/en/services/haier-repair/")
    form = re.search(r'<form class="ask".*?</form>', html, re.DOTALL)[0]
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', form)
    assert hidden == [("brand", "haier"), ("category", "washing-machine")] and "autofocus" not in form
    answer = get(client, "/en/coverage/?q=富顺&" + "&".join(map("=".join, hidden)))
    assert answer.count('<article class="hit">') == 1 and "/en/services/haier-repair/" in answer


@pytest.mark.slow
def test_only_what_holds_something_back_today_is_bold(world, client):
    service, day = Service.objects.get(slug="haier-repair"), datetime.timedelta(1)
    today = timezone.localdate()
    make_hotline(service, "4000000006", valid_from=today - day)
    make_hotline(service, "4000000007", valid_to=today + 2 * day)
    CoverageRule.objects.filter(service=service).update(valid_from=today, response_hours=24, note="不含乡镇")
    county = Region.objects.open().get(code="510322")
    begun = {"valid_from": today - day, "valid_to": today + 3 * day}
    make_outlet(service, "shop", region=county, include=[county], **begun)
    for url in (
        "/en/brands/haier/numbers/",
        "/en/coverage/?q=510322",
        "/en/services/haier-repair/regions/510000/",
    ):
        html = get(client, url)
        bold = re.sub("<[^>]+>", "", "|".join(re.findall("<strong>(.*?)</strong>", html)))
        if "coverage" not in url and "regions" not in url:
            assert (
                f"from {today - day} on" in html
                and f"until {today + day}" in bold
                and "only for 四川省" in bold
            )
        else:
            assert f"from {today} on" in html and "promised response: 24 hours" in html and "不含乡镇" in bold
            assert f"from {today - day} on" in html and f"until {today + 2 * day}" in bold
            assert "serves only 四川省/自贡市/富顺县" in bold
        assert "from " not in bold and "promised" not in bold


def test_a_brand_of_which_nobody_checked_a_number_says_so_and_is_not_promoted(world, client):
    make_hotline(make_service("other", brand="other"), "4000000009")
    html = get(client, "/en/brands/other/")
    assert "noindex" in html and "No number here is confirmed" in html and "tel:" not in html


@pytest.mark.slow
def test_no_page_promotes_numbers_that_nobody_checked(world, client):
    repost = make_source("repost")
    other = make_service("other", brand="other", source=repost)
    make_rules(other, include=[world["370681"]], source=repost)
    make_hotline(other, "4000000009", source=repost)
    for url in ("/en/regions/370681/", "/en/sources/repost/"):
        html = get(client, url)
        assert "400-0000-009" in html and "noindex" in html and "No number here is confirmed" in html
    assert "noindex" in get(client, "/en/regions/330102/")  # closed, and no number
    for url in ("/en/regions/510322/", "/en/sources/site/"):  # checked, given
        assert "noindex" not in get(client, url)


@pytest.mark.slow
def test_beside_a_refuted_number_no_page_says_that_nobody_checked(world, client):
    hotline = make_hotline(make_service("other", brand="other"), "4000000009")
    record_verification(hotline=hotline, method="call", result="refuted", note="不是")
    for url in ("/en/brands/other/", "/en/numbers/4000000009/"):
        html = get(client, url)
        assert "noindex" in html and "confirmed" in html
        assert "Nobody has checked" not in html and "has been checked" not in html
    assert "The number to call" not in get(client, "/en/brands/other/").partition("</title>")[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "510322",
            ["富顺县", "(Fushunxian)", "服务 haier-repair", "/en/regions/510300/", "(washing machine) 1"],
        ),
        ("510300", ["/en/regions/510322/"]),
        ("510322000000", ["富顺县"]),
        ("330104", ["no longer exists", "/en/regions/330102/", "/en/regions/330114/"]),
        ("330102", ["/en/regions/330104/"]),
        ("", ["/en/regions/510000/"]),
    ],
)
def test_a_place_shows_who_serves_it_and_what_it_was(world, client, code, said):
    html = get(client, f"/en/regions/{code}/" if code else "/en/regions/")
    assert [words for words in said if words not in html] == []


@pytest.mark.parametrize("code", ["1", "510322102001", "999999", "富顺", "٥١٠٣٢٢"])
def test_what_is_no_code_is_not_found(world, client, code):
    get(client, f"/en/regions/{code}/", 404)


def test_a_source_shows_what_rests_on_it(world, client):
    html = get(client, "/en/sources/page/")
    assert "https://page.example.com/" in html and "400-0000-003" in html and "1 line" in html


def test_data_in_a_page_cannot_end_its_script(world, client):
    evil = "</script><script>alert(1)</script><!--\u2028"
    Brand.objects.filter(slug="haier").update(name=evil)
    html = get(client, "/brands/haier/")
    assert html.count("<script") == html.count("</script>") == 2
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[1])
    assert evil in [each.get("name") for each in data["@graph"]]


@pytest.mark.parametrize(
    ("text", "path", "query"),
    [
        ("富顺", "/en/coverage/", {"q": "富顺"}),
        ("富顺 洗衣机", "/en/coverage/", {"q": "富顺", "category": "washing-machine"}),
        ("洗衣机 富顺", "/en/coverage/", {"q": "富顺", "category": "washing-machine"}),
        ("富顺洗衣机维修电话", "/en/coverage/", {"q": "富顺", "category": "washing-machine"}),
        ("四川富顺海尔洗衣机坏了", "/en/coverage/", {"q": "四川富顺", "category": "washing-machine", "brand": "haier"}),
        ("海尔洗衣机 自贡市富顺县", "/en/coverage/", {"q": "自贡市富顺县", "category": "washing-machine", "brand": "haier"}),
        ("Haier repair in Fushun", "/en/coverage/", {"q": "fushun", "brand": "haier"}),
        ("海尔售后电话", "/en/brands/haier/", {}),
        ("海尔路12号", "/en/coverage/", {"q": "海尔路12号"}),
        ("修水县", "/en/coverage/", {"q": "修水县"}),
        ("成都市海尔路12号 洗衣机", "/en/coverage/", {"q": "成都市海尔路12号", "category": "washing-machine"}),
        ("510322", "/en/coverage/", {"q": "510322"}),
        ("400-0000-001", "/en/numbers/4000000001/", {}),
        ("全国统一售后 400-0000-001", "/en/numbers/", {"number": "全国统一售后 400-0000-001"}),
        ("400-1616-×××", "/en/numbers/", {"number": "400-1616-×××"}),
        ("什么都不是", "/en/coverage/", {"q": "什么都不是"}),
    ],
)  # fmt: skip
@pytest.mark.slow
def test_one_box_leads_to_the_page_that_answers(world, client, text, path, query):
    response = client.get("/en/ask/", {"q": text})
    found = urlsplit(response["Location"])
    assert (found.path, {name: value[0].casefold() for name, value in parse_qs(found.query).items()}) == (
        path,
        {name: value.casefold() for name, value in query.items()},
    )
    assert client.get(response["Location"]).status_code == 200


def test_a_product_without_a_place_asks_for_the_place(world, client):
    html = get(client, "/en/ask/?q=海尔洗衣机")
    assert 'name="category" value="washing-machine"' in html and 'name="brand" value="haier"' in html
    assert 'role="alert"' in get(client, "/en/ask/", 400)


@pytest.mark.slow
def test_the_sitemap_lists_places_and_only_what_was_checked(world, client):
    other = make_service("other", brand="other")
    make_hotline(other, "4000000009")
    make_rules(other, include=[world["370681"]])
    local = make_service("local", brand="local")
    make_rules(local, include=[world["330102"]])
    only_there = make_hotline(local, "4000000008", region=world["510000"])
    record_verification(hotline=only_there, method="call", result="confirmed", note="they say so")
    index = ElementTree.fromstring(get(client, "/sitemap.xml"))
    maps = [urlsplit(node.text).path for node in index.findall(".//{*}loc")]
    found = {
        urlsplit(node.text).path
        for path in maps
        for node in ElementTree.fromstring(get(client, path)).findall(".//{*}loc")
    }
    assert {"/regions/510322/", "/en/regions/510322/", "/brands/haier/", "/services/haier-repair/"} <= found
    assert not {path for path in found if "other" in path or "330104" in path or "370681" in path}
    assert not {path for path in found if "330102" in path}  # its number is good for another province
    assert [path for path in sorted(found) if "noindex" in get(client, path)] == []


def test_the_old_name_of_the_picture_leads_to_it(client):
    assert client.get("/favicon.ico").headers["Location"].endswith("regions/icon.svg")


@pytest.mark.parametrize("url", ["/robots.txt", "/llms.txt", "/opensearch.xml", "/en/opensearch.xml"])
def test_programs_find_their_files(world, client, url):
    assert "http://testserver" in get(client, url)


# Of a page asked for the first time, in a process that has answered about another place and another service.
ORDINARY = 8
QUERIES = dict.fromkeys(
    [
        "/",
        "/ask/?q=海尔洗衣机",
        "/brands/haier/",
        "/coverage/?q=510322",
        "/embed/?q=510322",
        "/numbers/?number=4000000003",
        "/numbers/4000000003/",
        "/report/?hotline=haier-repair:4000000003",
        "/services/haier-repair/",
        "/sources/page/",
    ],
    ORDINARY,
) | {
    "/regions/510322/": 9,  # one for its outlets
    # a state follows what lies below: each level of divisions where rules differ costs two
    "/regions/": 12,
    "/regions/510300/": 12,
    "/coverage/?q=510300": 10,
    "/services/haier-repair/regions/510000/": 13,
}


@pytest.mark.slow
@pytest.mark.parametrize("url", QUERIES)
def test_a_page_asked_first_costs_the_same_for_one_record_and_for_many(
    world, client, url, django_assert_max_num_queries
):
    service = Service.objects.get(slug="haier-repair")
    for number in range(30):
        make_hotline(service, f"40011{number:05}", source=service.source)
    make_service("other", brand="other")
    call_command("rebuild_postings", verbosity=0)
    get(client, "/coverage/?q=370681")
    get(client, "/services/other/")
    with django_assert_max_num_queries(QUERIES[url]):
        html = get(client, url)
    assert len(html) < 60_000


PAGES = ["/", "/coverage/?q=510322", "/brands/haier/", "/regions/510322/", "/numbers/4000000003/", "/numbers/?number=1", "/services/haier-repair/", "/sources/page/"]  # fmt: skip


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.slow
def test_a_page_may_be_kept_and_costs_one_query_while_nothing_changed(
    world, client, url, django_assert_num_queries
):
    response = client.get(url)
    assert response["Cache-Control"].startswith("public") and "Cookie" not in response.get("Vary", "")
    with django_assert_num_queries(1):
        again = client.get(url, HTTP_IF_NONE_MATCH=response["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"/en{url}", HTTP_IF_NONE_MATCH=response["ETag"]).status_code == 200


@pytest.mark.parametrize("url", ["/brands/nobody/", "/coverage/", "/numbers/"])
def test_an_error_is_never_kept(world, client, url):
    assert client.get(url)["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/numbers/4000000003/", "/brands/haier/", "/services/haier-repair/", "/sources/page/"]
)
@pytest.mark.slow
def test_a_page_to_stand_on_says_how_to_cite_it(world, client, path):
    day = timezone.localdate().isoformat()
    for prefix, words in (("", f"(截至 {day})"), ("/en", f"(as of {day})")):
        html = get(client, prefix + path)
        assert f"http://testserver{prefix}{path} {words}" in html


@pytest.mark.slow
@pytest.mark.parametrize(("number", "dialled"), [("4000000001", 1), ("4000000002", 1), ("4000000003", 0)])
def test_a_number_that_is_to_be_trusted_can_be_dialled_on_its_page_and_in_an_advert(
    world, client, number, dialled
):
    advert = f"全国统一售后 {number[:3]}-{number[3:7]}-{number[7:]}，另有 400-0000-005"
    for url in (f"/numbers/{number}/", f"/numbers/?number={advert}"):
        # Beside another number of the brand the confirmed one is named too, and may be dialled there.
        mine = [
            each for each in re.findall(r'class="tel" href="tel:(\d+)"', get(client, url)) if each == number
        ]
        assert len(mine) == dialled, url
