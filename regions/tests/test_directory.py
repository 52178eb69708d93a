"""The lists and records of /api/v1/: the same manners everywhere."""

import pytest
from django.test import Client

from regions.api.urls import router
from regions.models import Organization, Region, Release
from regions.services.verifications import record_verification

from .factories import make_hotline, make_outlet, make_rules, make_service, make_source

LISTS = [f"/api/v1/{prefix}/" for prefix, _view, _name in router.registry]
PROBLEM = "application/problem+json"


@pytest.fixture
def directory(make_regions):
    regions = make_regions("510322", "330104")
    for number in range(3):
        fill(regions, number)
    return regions


def fill(regions, number: int) -> None:
    service = make_service(f"s-{number}", brand=f"b-{number}", category=f"c-{number}", source=make_source())
    Organization.objects.create(slug=f"o-{number}", name=f"公司 {number}")
    make_rules(service, include=[regions["510322"]], source=service.source)
    make_hotline(service, f"40000000{number:02d}", source=service.source)
    make_outlet(service, region=regions["510322"])


def first(api, url: str) -> dict:
    return api.get(url).json()["results"][0]


@pytest.mark.slow
def test_the_root_lists_what_there_is(api, directory):
    body = api.get("/api/v1/").json()
    for url in LISTS:
        assert f"http://testserver{url}" in body.values()
    for url in body.values():
        if str(url).startswith("http"):
            assert api.get(url).status_code in (200, 400, 401, 405), url


@pytest.mark.parametrize("url", LISTS)
def test_every_list_has_the_same_form(api, directory, url):
    body = api.get(url).json()
    assert list(body) == ["count", "next", "previous", "results"]
    assert body["count"] >= 1


@pytest.mark.slow
@pytest.mark.parametrize("url", LISTS)
@pytest.mark.parametrize(
    "query",
    [
        "nope=1",
        "page=0",
        "page=x",
        "page_size=0",
        "page_size=-1",
        "page_size=1000000000",
        "page=1&page=2",
        "fields=nope",
        "omit=nope",
        "brief=maybe",
        "fields=",
        "omit=,",
        "format=xml",
        "format=json&format=json",
    ],
)
def test_bad_parameters_are_problems_everywhere(api, directory, url, query):
    response = api.get(f"{url}?{query}")
    assert (response.status_code, response["Content-Type"], response["Cache-Control"]) == (
        400,
        PROBLEM,
        "no-store",
    )
    assert query.split("=")[0] in response.content.decode()


@pytest.mark.slow
@pytest.mark.parametrize(
    "url", [url for url in LISTS if "releases" not in url and "coverage-rules" not in url]
)
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("q=", 400),
        ("q=%20", 400),
        ("q=%00", 400),
        ("q=%F0%9F%98%80", 200),
        ("q=" + "a" * 2001, 400),
        ("q=%25", 200),
    ],
    ids=["empty", "blank", "NUL", "emoji", "long", "percent"],
)
def test_odd_searches_give_a_problem_or_an_empty_list(api, directory, url, query, status):
    response = api.get(f"{url}?{query}")
    assert response.status_code == status
    if status == 200:
        assert response.json()["results"] == []
        assert "q=" in response.json()["detail"]


def test_an_empty_list_says_why(api, directory):
    body = api.get("/api/v1/regions/?region=330104&on=2026-11-21&page_size=5").json()
    assert body["detail"] == (
        "Nothing on file fits region=330104. Only what is in force on 2026-11-21 was looked at; "
        "state=closed has the rest."
    )
    body = api.get("/api/v1/services/?nationwide_claimed=true&kind=recycling").json()
    assert body["detail"] == "Nothing on file fits nationwide_claimed=true & kind=recycling."
    Release.objects.all().delete()
    assert api.get("/api/v1/releases/").json()["detail"] == "Nothing is on file yet."


@pytest.mark.parametrize("url", LISTS)
def test_a_page_past_the_end_is_a_404_problem(api, directory, url):
    response = api.get(f"{url}?page=99")
    assert (response.status_code, response["Content-Type"]) == (404, PROBLEM)


@pytest.mark.parametrize("url", LISTS)
def test_a_record_that_is_not_there_is_a_404_problem(api, directory, url):
    names = {"regions": "999999", "coverage-rules": "x:510322:2000-01-01", "hotlines": "nobody:4001865909"}
    name = names.get(url.split("/")[-2], "nobody")
    response = api.get(f"{url}{name}/")
    assert (response.status_code, response["Content-Type"]) == (404, PROBLEM)


@pytest.mark.slow
@pytest.mark.parametrize("url", LISTS)
@pytest.mark.parametrize("name", ["%00", "a%00:1", "a%00:510322:2000-01-01", "a" * 2001, "%ED%A0%80", "%FF"])
def test_a_name_no_database_can_take_is_a_problem(api, directory, url, name):
    """PostgreSQL refuses NUL in a text; SQLite does not: nothing stands at such an address on either."""
    response = api.get(f"{url}{name}/")
    assert (response.status_code in (400, 404), response["Content-Type"]) == (True, PROBLEM)
    if "%00" in name:
        assert response.status_code == 404


@pytest.mark.parametrize("url", LISTS)
@pytest.mark.slow
def test_every_record_of_a_list_can_be_opened(api, directory, url):
    row = first(api, url)
    key = next(row[name] for name in ("key", "code", "slug", "edition") if name in row)
    body = api.get(f"{url}{key}/").json()
    assert row.items() <= body.items()


@pytest.mark.parametrize("url", LISTS)
@pytest.mark.slow
def test_clients_may_ask_for_less(api, directory, url):
    everything = first(api, url)
    name = next(iter(everything))
    assert list(first(api, f"{url}?fields={name}")) == [name]
    assert set(first(api, f"{url}?omit={name}")) == set(everything) - {name}
    assert set(first(api, f"{url}?brief=true")) < set(everything)


@pytest.mark.slow
@pytest.mark.parametrize("url", LISTS)
def test_the_number_of_queries_is_the_same_for_one_row_and_fifty(
    api, make_regions, django_assert_max_num_queries, url
):
    regions = make_regions("510322")
    counts = []
    for size in (1, 49):
        for number in range(size):
            fill(regions, number if size > 1 else 99)
        with django_assert_max_num_queries(6) as captured:  # outlets have the most parts of their own
            api.get(url, {"page_size": 50})
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "path", ["/api/v1/nope/", "/api/v1/regions/510322/nope/", "/api/v2/", "/api/", "/api/v1/coverage/x"]
)
def test_unmatched_paths_are_problems(api, db, path):
    response = api.get(path)
    assert (response.status_code, response["Content-Type"]) == (404, PROBLEM)


def test_a_missing_slash_is_mended_with_its_query(api, directory):
    response = api.get("/api/v1/regions?level=county")
    assert (response.status_code, response["Location"]) == (301, "/api/v1/regions/?level=county")


@pytest.mark.parametrize("url", LISTS)
@pytest.mark.slow
def test_a_method_an_address_does_not_have_is_405_whoever_asks(api, directory, url):
    key = first(api, url).get("code") or "x"
    anybody = ({}, {"HTTP_AUTHORIZATION": "Api-Key wrong.key"})
    for address in (url, f"{url}{key}/"):
        for method in (api.post, api.put, api.patch, api.delete):
            for headers in anybody:
                response = method(address, **headers)
                assert (response.status_code, response["Content-Type"]) == (405, PROBLEM)
                assert response["Allow"] == "GET, HEAD, OPTIONS" == api.options(address)["Allow"]
                assert response["Cache-Control"] == "no-store"


def test_allow_says_what_other_addresses_take(api, db):
    for url, allow in (
        ("/api/v1/", "GET, HEAD, OPTIONS"),
        ("/api/v1/coverage/", "GET, POST, HEAD, OPTIONS"),
        ("/api/v1/resolve/", "GET, POST, HEAD, OPTIONS"),
        ("/api/v1/disputes/", "GET, POST, HEAD, OPTIONS"),
        ("/api/v1/disputes/x/", "GET, HEAD, OPTIONS"),
    ):
        response = api.delete(url)
        assert (response.status_code, response["Allow"]) == (405, allow), url
    assert api.post("/api/v1/imports/", {}, format="json").status_code == 401
    assert api.delete("/api/v1/imports/1/apply/")["Allow"] == "POST, OPTIONS"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_title_has_no_particulars_and_no_full_stop(api, db, language):
    url, headers = "/api/v1/resolve/", {"HTTP_ACCEPT_LANGUAGE": language}
    for response in (
        api.put(url, **headers),
        api.post(url, b"x", content_type="text/plain", **headers),
        api.get("/api/v1/brands/nobody/", **headers),
    ):
        title = response.json()["title"]
        assert title.translate(str.maketrans("", "", "{}.。")) == title


def codes(api, query: str) -> list[str]:
    return [row["code"] for row in api.get(f"/api/v1/regions/?page_size=200&{query}").json()["results"]]


@pytest.mark.slow
def test_regions_by_parent_ancestor_level_name_and_day(api, directory):
    lives = list(Region.objects.open())

    def naive(keep) -> list[str]:
        return sorted(life.code for life in lives if keep(life))

    assert codes(api, "parent=510300") == naive(lambda life: life.parent and life.parent.code == "510300")
    below = naive(lambda life: "/510000/" in life.path and life.code != "510000")
    assert codes(api, "ancestor=510000") == below and "510322" in below
    counties = naive(lambda life: life.level == 3 and ("/510000/" in life.path or "/330000/" in life.path))
    assert codes(api, "ancestor=510000&ancestor=330000&level=county") == counties
    assert codes(api, "level=province") == naive(lambda life: life.level == 1)
    assert codes(api, "level=province&level=country") == naive(lambda life: life.level <= 1)
    above = naive(lambda life: life.level <= 1)
    assert codes(api, "level__n=county&level__n=prefecture&level__n=township") == above
    assert codes(api, "region=510322&region=510300000000") == ["510300", "510322"]
    assert codes(api, "q=富顺") == ["510322"]
    assert codes(api, "q=fushunxian") == ["510322"]
    assert "330104" not in codes(api, "ancestor=330100")
    assert "330104" in codes(api, "ancestor=330100&on=2020-01-01")
    assert "330104" in codes(api, "state=closed")
    assert set(codes(api, "state=closed")) < set(codes(api, "state=closed&state=current"))


def test_a_region_says_what_became_of_it(api, directory):
    body = api.get("/api/v1/regions/330104/").json()
    assert body["is_current"] is False
    assert [(step["new"]["code"], step["share"]) for step in body["successions"]] == [
        ("330102", "most"),
        ("330114", "part"),
    ]
    assert [step["old"]["code"] for step in api.get("/api/v1/regions/330114/").json()["predecessions"]]
    assert api.get("/api/v1/regions/510322000000/").json()["code"] == "510322"


@pytest.mark.parametrize(("path", "status"), [("51032", 400), ("abc", 400), ("5103221002011", 400)])
def test_a_malformed_code_is_a_problem(api, directory, path, status):
    response = api.get(f"/api/v1/regions/{path}/")
    assert (response.status_code, response["Content-Type"]) == (status, PROBLEM)


def keys(api, url: str, name: str) -> list[str]:
    return [row[name] for row in api.get(url).json()["results"]]


def test_services_brands_and_categories_filter(api, directory):
    assert keys(api, "/api/v1/services/?brand=b-1", "slug") == ["s-1"]
    assert keys(api, "/api/v1/services/?brand=b-1&brand=b-2", "slug") == ["s-1", "s-2"]
    assert keys(api, "/api/v1/services/?brand__n=b-1", "slug") == ["s-0", "s-2"]
    assert keys(api, "/api/v1/services/?category=c-0", "slug") == ["s-0"]
    assert keys(api, "/api/v1/services/?kind=cleaning", "slug") == []
    assert keys(api, "/api/v1/services/?nationwide_claimed=false", "slug") == ["s-0", "s-1", "s-2"]
    assert api.get("/api/v1/services/?nationwide_claimed=perhaps").status_code == 400
    assert keys(api, "/api/v1/brands/?q=b-2", "slug") == ["b-2"]
    assert keys(api, "/api/v1/brands/?category=c-2", "slug") == ["b-2"]
    assert keys(api, "/api/v1/categories/?category=c-2", "slug") == ["c-2"]


@pytest.mark.slow
def test_hotlines_carry_a_status_on_the_day(api, directory):
    row = first(api, "/api/v1/hotlines/?service=s-0")
    assert (row["key"], row["status"], row["checked_on"]) == ("s-0:4000000000", "unverified", None)
    from regions.models import Hotline

    record_verification(
        hotline=Hotline.objects.get(service__slug="s-1"), method="call", result="confirmed", note="ok"
    )
    assert keys(api, "/api/v1/hotlines/", "key")[0] == "s-1:4000000001"
    assert keys(api, "/api/v1/hotlines/?status=verified", "key") == ["s-1:4000000001"]
    assert keys(api, "/api/v1/hotlines/?status__n=verified", "key") == ["s-0:4000000000", "s-2:4000000002"]
    assert api.get("/api/v1/hotlines/?status=nice").status_code == 400


def test_coverage_rules_by_region_and_source_line(api, directory):
    assert len(keys(api, "/api/v1/coverage-rules/?ancestor=510000", "key")) == 3
    assert len(keys(api, "/api/v1/coverage-rules/?ancestor=330000", "key")) == 0
    assert keys(api, "/api/v1/coverage-rules/?service=s-1", "key") == ["s-1:510322:2000-01-01"]
    assert keys(api, "/api/v1/coverage-rules/?kind=exclude", "key") == []
    assert keys(api, "/api/v1/coverage-rules/?on=1999-01-01", "key") == []


def test_releases_name_publisher_and_licence(api, directory):
    release = Release.objects.get()
    body = api.get(f"/api/v1/releases/{release.edition}/").json()
    assert (body["licence"], body["state"]) == ("CC BY 4.0", "active")


@pytest.mark.parametrize("url", ["/api/v1/", "/api/v1/coverage/?region=510322", *LISTS])
@pytest.mark.slow
def test_browsable_pages_build_no_forms_and_no_region_select(api, directory, url):
    response = api.get(url, HTTP_ACCEPT="text/html")
    page = response.content.decode()
    assert response.status_code == 200
    assert "<select" not in page
    assert len(page) < 100_000


@pytest.mark.slow
def test_the_admin_finds_regions_and_rules_by_address(directory, admin_client):
    for page in ("region", "coveragerule"):
        html = admin_client.get(f"/admin/regions/{page}/?q=四川自贡市富顺县人民路8号").content.decode()
        assert "510322" in html, page


@pytest.mark.parametrize("number", ["4001865909", "400-1865-909", "400 186 5909", "４００１８６５９０９"])
def test_hotlines_are_found_by_a_number_in_any_spelling(api, db, number):
    make_hotline(make_service(), "4001865909")
    assert api.get("/api/v1/hotlines/", {"number": number}).json()["count"] == 1


@pytest.mark.parametrize("number", ["abc", "", "400-1865-909、400-1865-910"])
def test_what_is_no_number_is_refused_and_not_found_nothing_of(api, db, number):
    response = api.get("/api/v1/hotlines/", {"number": number})
    assert response.status_code == 400 and "number" in response.content.decode()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_page_about_the_api_is_only_read(client, method):
    response = getattr(Client(enforce_csrf_checks=True), method)("/api/v1/docs/")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert response["Content-Type"] == "application/problem+json"
