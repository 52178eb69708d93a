"""What somebody stands on who cites a page: where it was read and when, what happened in which order, under which one address."""

import re

import pytest
from django.utils import timezone

from regions.choices import SourceKind
from regions.models import Brand, Category, Hotline, Service
from regions.services.disputes import decide_dispute, open_dispute
from regions.services.verifications import record_verification

from .factories import make_hotline, make_rules, make_service, make_source

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def words(client, url, status=200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return " ".join(re.sub("<[^>]+>", " ", response.content.decode().partition("<body")[2]).split())


@pytest.mark.parametrize("url", ["/en/numbers/4000000001/", "/en/sources/page/"])
@pytest.mark.parametrize("known", [True, False])
def test_where_and_when_a_number_was_read_is_said_also_where_it_is_not_known(client, url, known):
    seen = {"url": "https://page.example.com/a", "fetched_at": "2026-09-01T00:00Z"} if known else {}
    make_hotline(make_service("repair"), "4000000001", source=make_source("page", **seen))
    html = words(client, url)
    assert ("https://page.example.com/a" in html and "2026-09-01" in html) == known
    assert ("the address of the page is not known" in html) == (not known)
    assert ("the day on which it was seen is not known" in html) == (not known)


def test_what_happened_on_one_day_stands_in_its_order_and_says_which_report_was_decided(client):
    hotline = make_hotline(make_service("repair"), "4000000001")
    record_verification(hotline=hotline, method="call", result="confirmed", note="他们说是")
    for reason in ("not_in_service", "wrong_number"):
        dispute = open_dispute(
            hotline=hotline, reason=reason, statement="打过去是别家的维修店，说了三遍"
        ).dispute
    decide_dispute(dispute=dispute, state="upheld", decision="核实无误", actor=None)
    html = words(client, "/en/numbers/4000000001/").partition("What happened")[2]
    order = [
        "Report decided: upheld (the number belongs to someone else, reported on",
        "Checked (decided dispute)",
        "Reported: the number belongs to someone else",
        "Reported: ",
        "Checked (called): confirmed",
    ]
    places = [html.find(said) for said in order]
    assert -1 not in places, (html, places)
    assert max(places[:2]) < places[2] < places[4]


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("/regions/100000/", "/regions/"),
        ("/regions/100000000000/", "/regions/"),
        ("/en/regions/510322000000/", "/en/regions/510322/"),
        ("/regions/510322/", "/regions/510322/"),
    ],
)
def test_a_place_has_one_address(make_regions, client, url, canonical):
    make_regions("510322")
    html = client.get(url).content.decode()
    assert f'<link rel="canonical" href="http://testserver{canonical}">' in html
    zh = canonical.removeprefix("/en")
    assert f'hreflang="en" href="http://testserver/en{zh}"' in html
    assert f'hreflang="zh-hans" href="http://testserver{zh}"' in html


@pytest.mark.parametrize("state", ["verified", "attested", "unverified"])
def test_what_took_a_numbers_place_is_dialled_where_it_is_to_be_trusted(client, state):
    service = make_service("repair", brand="brand")
    site = make_source("site", kind=SourceKind.OFFICIAL_SITE)
    other = make_hotline(service, "4000000009", source=site)
    record_verification(hotline=other, method="call", result="confirmed", note="他们说是")
    new = make_hotline(service, "4000000002", source=site if state == "attested" else None)
    if state == "verified":
        record_verification(hotline=new, method="call", result="confirmed", note="他们说是")
    old = make_hotline(service, "4000000001", valid_to=timezone.localdate())
    Hotline.objects.filter(pk=old.pk).update(replaced_by=new)
    for url in ("/en/numbers/4000000001/", "/en/brands/brand/", "/en/brands/brand/numbers/"):
        html = client.get(url).content.decode()
        said = re.search(r'Call instead: <a class="tel" href="([^"]+)">400-0000-002', html)
        assert said[1] == ("/en/numbers/4000000002/" if state == "unverified" else "tel:4000000002"), url
        assert "What took its place is not on file" not in html
        beside = html.partition("400-0000-001")[2].partition("</p>")[0]
        assert "look first" not in beside, url


@pytest.mark.parametrize("url", ["/report/?hotline=nope", "/report/?coverage_rule=1:2", "/report/?hotline=a:1&coverage_rule=b:2", "/report/", "/coverage/?point=104.97,29.18&point_system=wgs84"])  # fmt: skip
def test_no_page_speaks_of_keys_or_installing(client, url):
    for prefix in ("", "/en"):
        html = words(client, prefix + url, 400)
        assert not re.search(r"键|\bkey\b|pip |requirements|service:number|服务:号码", html), html


def test_a_reported_line_says_why_and_its_form_asks_what_a_line_can_be_wrong_in(make_regions, client):
    service = make_service("repair")
    (rule,) = make_rules(service, include=[make_regions("510322")["510322"]])
    open_dispute(rule=rule, reason="wrong_details", statement="They told me that the note is old.")
    said = "what it says beside the place is wrong"
    for url in (
        "/en/coverage/?q=510322",
        "/en/regions/510322/",
        "/en/embed/?q=510322",
        "/en/services/repair/regions/510322/",
    ):
        assert f"reported as wrong {said} (not decided)" in words(client, url), url
    form = words(client, f"/en/report/?coverage_rule={rule.key}")
    assert said in form and "hours" not in form.partition("Tick")[2].partition("A page")[0]  # fmt: skip


def test_english_pages_call_things_by_their_english_name_or_their_pinyin(make_regions, client):
    regions = make_regions("610100", "140100")
    service = make_service("repair", brand="brand", category="heater")
    make_rules(service, include=[regions["610000"], regions["140000"]])
    Brand.objects.update(name="长城", name_en="Great Wall")
    Category.objects.update(name="热水器", name_en="")
    for url, said in (
        ("brands/brand", ["Great Wall (长城)"]),
        ("services/repair", ["Great Wall (长城)", "Reshuiqi (热水器, pinyin)"]),
    ):
        head = client.get(f"/en/{url}/").content.decode().partition("</head>")[0]
        assert [each for each in said if each not in head.partition("</title>")[0]] == [], url
    html = client.get("/en/services/repair/").content.decode()
    assert '<span lang="zh">热水器</span> (pinyin: Reshuiqi)' in html
    assert "陕西省</a> (Shaanxisheng)" in html and "山西省</a> (Shanxisheng)" in html
    assert "(Shaanxisheng)" in client.get("/en/regions/610000/").content.decode()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("长城热水器维修", "长城热水器维修</span> (Great Wall · pinyin: Reshuiqi · repair)"),
        (
            "长城热水器售后维修（虚构）",
            "长城热水器售后维修（虚构）</span> (Great Wall · pinyin: Reshuiqi · repair)",
        ),
        ("长城热水器安装", "长城热水器安装</span> (pinyin: Changcheng reshuiqi anzhuang)"),
        ("长城富顺县售后服务中心", "</span> (pinyin: Changcheng Fushunxian shouhou fuwu zhongxin)"),
        ("Great Wall repairs", "<h1>Great Wall repairs</h1>"),
    ],
)
def test_a_service_is_called_by_what_its_name_is_made_of_or_spelled_in_words(
    make_regions, client, name, said
):
    """Brand, product and kind in English where the name is no more; else, and where it names another kind, its pinyin."""
    make_rules(
        make_service("repair", brand="brand", category="heater"), include=make_regions("510322").values()
    )
    Brand.objects.update(name="长城（虚构）", name_en="Great Wall")
    Category.objects.update(name="热水器", name_en="")
    Service.objects.update(name=name)
    for url in ("services/repair/", "regions/510322/", "coverage/?q=510322"):
        html = client.get(f"/en/{url}").content.decode()
        assert said.removeprefix("<h1>").removesuffix("</h1>") in html, (
            url,
            re.findall("<h1>.*|<h3>.*", html),
        )
    assert said in client.get("/en/services/repair/").content.decode()


def test_what_happened_calls_a_service_as_the_rest_of_the_page_does(client):
    service = make_service("repair", brand="brand", category="heater")
    Brand.objects.update(name="长城", name_en="Great Wall")
    Category.objects.update(name="热水器", name_en="water heaters")
    Service.objects.update(name="长城热水器维修")
    make_hotline(service, "4001865909", valid_from="2020-01-01")
    html = client.get("/en/numbers/4001865909/").content.decode()
    said = "(Great Wall · water heaters · repair)</span></li>"
    assert said in html.partition('class="timeline"')[2], html
