"""概览 in the admin: the numbers of the API, of one's own services only; links, files, refusals, a fixed number of queries."""

import re

import pytest
from django.urls import reverse

from regions.admin.glance import TABS
from regions.lookup.overview import watch
from regions.models import Verification
from regions.tests import factories

ASKED = {"overlaps": "?brand=a", "listed": "?service=a-repair"}


def page(tab: str, query: str = "") -> str:
    return reverse("admin:regions_service_overview", args=[tab]) + (query or ASKED.get(tab, ""))


@pytest.fixture
def wide(world):
    """Both brands cover 富顺; the other also the rest of its prefecture's row."""
    factories.make_rules(world.theirs, include=[world.regions["510322"]])
    Verification.objects.create(hotline=world.their_hotline, method="call", result="confirmed")
    return world


@pytest.mark.parametrize("tab", [each.name for each in TABS])
@pytest.mark.slow
def test_every_table_opens_and_is_a_file(tab, wide, desk):
    response = desk.get(page(tab))
    assert response.status_code == 200 and response.context["table"].records is not None
    file = desk.get(page(tab) + ("&" if "?" in page(tab) else "?") + "format=csv")
    assert file["Content-Type"].startswith("text/csv")
    lines = b"".join(file).decode("utf-8-sig").splitlines()
    assert lines[0] == ",".join(response.context["table"].columns)
    assert len(lines) == 1 + len(response.context["table"].rows())


@pytest.mark.slow
def test_map_and_table_say_the_same_and_lead_on(wide, desk, api):
    told = {row["region"]: row for row in api.get("/api/v1/overview/coverage/").json()["results"]}
    html = desk.get(page("coverage", "?measure=gaps")).content.decode()
    drawn = dict(
        re.findall(r'<a href="\?([^"]*)" tabindex="-1"><use [^>]*><title>\S+ \(\w+\) (.*?)</title>', html)
    )
    listed = dict(
        re.findall(r'<th scope="row"><a href="\?([^"]*)"[^>]*>.*?</a> \(\w+\)</th><td>(.*?)</td>', html)
    )
    assert listed.keys() == drawn.keys() == {f"measure=gaps&amp;region={code}" for code in told}
    for address, figure in listed.items():
        plain = re.sub("<.*?>", "", figure)
        assert plain == drawn[address]
        row = told[address[-6:]]
        assert plain.startswith(f"{row['units_0']} of {row['units']}")
    inside = desk.get(page("coverage", "?region=510000")).content.decode()
    assert "自贡市" in inside and "<svg" in inside
    assert "<svg" not in desk.get(page("coverage", "?region=510322")).content.decode()


@pytest.mark.slow
def test_the_sidebar_marks_the_one_entry_that_a_page_lies_below(wide, desk):
    for address, entry in (
        (page("units"), page("coverage")),
        (page("coverage"), page("coverage")),
        (reverse("admin:regions_verification_queue"), reverse("admin:regions_verification_queue")),
        (reverse("admin:regions_service_add"), reverse("admin:regions_service_changelist")),
        (reverse("admin:index"), reverse("admin:index")),
    ):
        groups = desk.get(address).context["sidebar_navigation"]
        active = [item["link"] for group in groups for item in group["items"] if item["active"]]
        assert active == [entry], address


@pytest.mark.slow
def test_what_is_chosen_stays_through_all_tables(wide, desk):
    """A table that does not ask for it says so; a page that is led to is never refused."""
    asked = "?region=510000&brand=a&measure=gaps&services="
    html = desk.get(page("coverage", asked)).content.decode()
    stays = "?region=510000&amp;brand=a&amp;measure=gaps"
    leads = set(re.findall('href="(/admin/regions/service/overview/[^"]*)"', html))
    assert {address for address in leads if stays not in address} <= {
        page("coverage", "?region=510000&amp;brand=a&amp;measure=gaps&amp;format=csv"),
        reverse("admin:regions_service_overview", args=["coverage"]),
    }
    for tab in TABS:
        html = desk.get(page(tab.name, stays.replace("&amp;", "&"))).content.decode()
        assert page("units") + stays in html, tab.name
        assert ("does not ask for 四川省 (510000)" in html) is ("region" not in tab.asked), tab.name
        assert '"region" value="510000"' in html or "region" in tab.asked
    for query in ("?brand=a&brand=b", "?service=a-repair&service=b-repair&brand=a"):
        html = desk.get(page("coverage", query)).content.decode()
        for address in re.findall('href="(/admin/regions/service/overview/[^"]*)"', html):
            assert desk.get(address.replace("&amp;", "&")).status_code == 200, address


NAMES = {  # how each is called in the boxes: by name, by what stands there, by what it is asked by
    "region": (
        "510322",
        ["富顺县", "富顺", "自贡市富顺县", "四川省自贡市富顺县 (510322)", "510322", "510322000000"],
    ),
    "brand": ("a", ["a brand", "A BRAND", "a brand (a)", "a"]),
    "service": ("a-repair", ["a-repair name", "a-repair name (a-repair)", "a-repair"]),
}


@pytest.mark.slow
@pytest.mark.parametrize("box", NAMES)
def test_a_box_takes_names(box, wide, desk):
    wide.brand.name, wide.ours.name = "a brand", "a-repair name"
    wide.brand.save()
    wide.ours.save()
    key, spellings = NAMES[box]
    tab = next(each for each in TABS if box in (*each.asked, *each.several))
    for spelling in spellings:
        response = desk.get(page(tab.name), {box: spelling})
        assert response.status_code == 200 and response.context["table"], spelling
        shown = response.context["given"][box]
        assert shown == (spellings[3] if box == "region" else spellings[-2])
        assert f"{box}={key}" in response.context["tabs"][0][1]
    for nobody in ("谁也不是", "x (x)"):
        assert desk.get(page(tab.name), {box: nobody}).status_code == 400


@pytest.mark.slow
def test_a_name_of_several_is_asked_about(wide, desk):
    second = factories.make_service("a-second", brand="a")
    second.name = wide.theirs.name
    second.save()
    refused = desk.get(page("listed"), {"service": wide.theirs.name})
    assert refused.status_code == 400
    said = refused.context["refused"]
    assert f"{wide.theirs.name} (a-second), {wide.theirs.name} (b-repair)" in said
    factories.load_regions("110105", "220106", "220104")  # 朝阳区 of two cities
    refused = desk.get(page("coverage"), {"region": "朝阳区"})
    assert refused.status_code == 400
    assert "(110105)" in refused.context["refused"] and "(220104)" in refused.context["refused"]


def test_boxes_suggest_what_the_user_may_see(wide, desk, client, maintainer):
    def names(box: str, text: str) -> list[str]:
        address = reverse("admin:regions_service_overview_names", args=[box])
        return client.get(address, {"q": text}).json()["names"]

    assert "四川省自贡市富顺县 (510322)" in names("region", "fsx")
    assert names("service", "b-repair") and names("brand", "b")
    client.force_login(maintainer)
    assert names("service", "b-repair") == [] and names("service", "a-repair")
    assert client.get(reverse("admin:regions_service_overview_names", args=["number"])).status_code == 404
    maintainer.user_permissions.clear()
    assert client.get(reverse("admin:regions_service_overview_names", args=["brand"])).status_code == 403


@pytest.mark.slow
def test_a_file_of_signals_has_no_limit_here(wide, desk, monkeypatch):
    """Sent in parts: a head once, then the signals of so many brands at a time."""
    for number in ("4000000001", "4000000002"):
        factories.make_hotline(factories.make_service(brand=f"brand-{number}"), number)
    whole = b"".join(desk.get(page("signals", "?format=csv"))).decode("utf-8-sig")
    monkeypatch.setattr(watch, "MOST_BRANDS", 1)
    parts = b"".join(desk.get(page("signals", "?format=csv"))).decode("utf-8-sig")
    assert sorted(parts.splitlines()) == sorted(whole.splitlines()) and len(whole.splitlines()) > 2
    assert parts.splitlines()[0] == whole.splitlines()[0]


@pytest.mark.slow
def test_a_maintainer_counts_only_his_own(wide, keeper):
    def count(query: str = "") -> dict:
        return keeper.get(page("coverage", query)).context["total"]

    assert count("?region=510322")["services"] == 1
    assert count("?region=330102")["services"] == 0
    rows = keeper.get(page("units", "?region=510300")).context["table"].rows()
    assert all(set(row["who"]) <= {"a-repair"} for row in rows) and any(row["who"] for row in rows)
    assert keeper.get(page("listed", "?service=a-repair")).status_code == 200


OTHERS = ("?brand=b", "?service=b-repair", "?brand=a&brand=b", "?service=a-repair&service=b-repair")


@pytest.mark.slow
@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.name)
def test_a_maintainer_is_told_nothing_of_another_brand_by_name(tab, wide, keeper):
    for query in OTHERS:
        name = query[1:].partition("=")[0]
        if name not in (*tab.asked, *tab.several) or query.count(name) > 1 and name in tab.asked:
            continue
        for form in ("", "&format=csv"):
            response = keeper.get(page(tab.name, query + form))
            text = response.content.decode()
            assert response.status_code == 400 and "You may not see this" in text, query
            assert "table" not in response.context and "Missing" not in text
        own = query.replace("b-repair", "a-repair").replace("=b", "=a").partition("&")[0]
        assert keeper.get(page(tab.name, own)).status_code == 200


def test_who_may_not_see_services_sees_nothing(wide, client, maintainer):
    maintainer.user_permissions.clear()
    client.force_login(maintainer)
    assert client.get(page("coverage")).status_code == 403
    client.logout()
    assert client.get(page("coverage")).status_code == 302


@pytest.mark.parametrize(
    "query",
    ["?nothing=1", "?region=99", "?region=999999", "?on=x", "?measure=x", "?category=none", "?format=pdf"],
)
@pytest.mark.slow
def test_what_cannot_be_read_is_said_on_the_page(query, wide, desk):
    response = desk.get(page("coverage", query))
    assert response.status_code == 400 and 'role="alert"' in response.content.decode()
    assert desk.get(page("nothing", "?x=1")).status_code == 404


@pytest.mark.slow
def test_it_costs_the_same_for_more_services(wide, desk, django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        desk.get(page("coverage"))
    for number in range(30):
        service = factories.make_service(f"more-{number}", brand="a")
        factories.make_rules(service, include=[wide.regions["510322"], wide.regions["330102"]])
    with django_assert_max_num_queries(40):
        desk.get(page("coverage"))


@pytest.mark.slow
@pytest.mark.parametrize("who", ["desk", "keeper"])
def test_signals_cost_the_same_for_more_brands(who, wide, request, django_assert_max_num_queries):
    browser = request.getfixturevalue(who)
    browser.get(page("signals"))
    with django_assert_max_num_queries(60) as few:
        browser.get(page("signals"))
    for number in range(15):
        factories.make_service(f"more-{number}", brand=f"more-{number}")
    with django_assert_max_num_queries(len(few)):
        browser.get(page("signals"))


@pytest.mark.slow
@pytest.mark.parametrize("tab", ["coverage", "categories", "units"])
@pytest.mark.parametrize(
    ("region", "level"), [("100000", "county"), ("510000", "county"), ("510322", "township")]
)
def test_what_is_counted_is_called_by_its_level(tab, region, level, wide, desk, api):
    """In words on the page, as `unit_level` in the API: below a county townships are counted."""
    told = api.get(f"/api/v1/overview/{tab}/?region={region}").json()
    assert told["unit_level"] == level
    response = desk.get(page(tab, f"?region={region}&measure=gaps"))
    assert response.context["table"].head["unit_level"] == level
    text = re.sub("<.*?>", " ", response.content.decode())
    counties, townships = (len(re.findall(word, text, re.I)) for word in ("counties", "townships"))
    assert (counties == 0 and townships > 0) if level == "township" else (townships == 0 and counties > 0)


def test_where_nothing_lies_below_no_units_are_counted(wide, desk):
    factories.load_regions(below=["710000"])
    response = desk.get(page("coverage", "?region=710000"))
    assert "Nothing below it is on record." in response.content.decode()
    assert "Of 0 " not in response.content.decode()


@pytest.mark.slow
@pytest.mark.parametrize(("tab", "member"), [("listed", "missing_names"), ("overlaps", "names")])
def test_names_that_do_not_fit_are_one_link_away(tab, member, wide, desk, api):
    """All that the API tells: shown in the row, which the link leads to."""
    below = factories.load_regions(below=["510100"])
    counties = [region for code, region in below.items() if code.startswith("5101") and region.level == 3]
    second = factories.make_service("a-second", brand="a")
    first = factories.make_service("a-first", brand="a")
    if tab == "overlaps":
        for service in (first, second):
            factories.make_rules(service, include=counties)
    query = "?service=a-first&service=a-second" if tab == "overlaps" else "?service=a-second"
    rows = api.get(f"/api/v1/overview/{tab}/{query}").json()["results"]
    at, row = max(enumerate(rows, 1), key=lambda each: len(each[1][member]))
    assert len(row[member]) > 14
    html = desk.get(page(tab, query)).content.decode()
    (address,) = {found for found in re.findall('href="([^"]*whole=[^"]*)"', html) if f"#row-{at}" in found}
    assert f">and {len(row[member]) - 12} more</a>" in html and row[member][12] not in html
    whole = desk.get(page(tab, address.replace("&amp;", "&").partition("#")[0])).content.decode()
    assert "、".join(row[member]) in whole and f'id="row-{at}"' in whole
