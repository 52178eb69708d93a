"""GET /api/v1/coverage/ as a client sees it."""

import datetime

import pytest
from rest_framework import serializers

from regions.choices import AnswerState
from regions.models import CoverageImport, ImportLine, Release
from regions.services.verifications import record_verification

from .factories import make_hotline, make_rules, make_service, make_source

URL = "/api/v1/coverage/"
PROBLEM = "application/problem+json"


@pytest.fixture
def fushun(make_regions):
    """富顺县 and 江干区, and a service that lists the former by name."""
    regions = make_regions("510322", "330104", "441900113")
    source = make_source("page")
    service = make_service("cabinet-repair", brand="brand", category="cabinets", nationwide_claimed=True)
    draft = CoverageImport.objects.create(
        service=service, text="自贡市富顺县", source=source, release=Release.objects.get()
    )
    line = ImportLine.objects.create(
        coverage_import=draft,
        line_no=12,
        position=1,
        start=0,
        end=6,
        token="自贡市富顺县",
        verdict="resolved",
    )
    make_rules(service, include=[regions["510322"]], source=source, import_line=line)
    make_hotline(service, "4001865909", labels=["售后热线"], source=source, opening_hours="24小时")
    return regions


def test_the_main_question_says_who_and_why(api, fushun):
    body = api.get(URL, {"region": "510322", "on": "2026-11-21"}).json()
    assert body["state"] == "ok"
    assert body["release"] == "test"
    assert body["region"]["full_name"] == "四川省/自贡市/富顺县"
    (answer,) = body["answers"]
    assert answer["count"] == 1
    assert answer["counts"] == {
        "covered": 1,
        "partly_covered": 0,
        "excluded": 0,
        "not_covered": 0,
        "unknown": 0,
    }
    (hit,) = answer["results"]
    assert hit["service"]["slug"] == "cabinet-repair"
    assert hit["service"]["nationwide_claimed"] is True
    assert hit["state"] == "covered"
    assert hit["why"] == "富顺县 itself is on the list."
    assert hit["rule"]["key"] == "cabinet-repair:510322:2000-01-01"
    assert hit["rule"]["source"]["slug"] == "page"
    assert hit["rule"]["source_line"] == {"line": 12, "position": 1, "token": "自贡市富顺县"}
    (hotline,) = hit["hotlines"]
    assert hotline["number"] == "4001865909"
    assert hotline["status"] == "unverified"
    assert hotline["status_text"].startswith("unverified")
    assert hotline["source"]["slug"] == "page"


@pytest.mark.parametrize(
    ("q", "detail"),
    [
        ("自贡市除富顺县", "其中排除的部分不在询问之列。"),
        ("富顺县除外", "只识别出要排除的地方：请写出要查询的地方。"),
    ],
)
def test_what_a_text_leaves_out_is_spoken_of_in_chinese(api, fushun, q, detail):
    body = api.get(URL, {"q": q}, HTTP_ACCEPT_LANGUAGE="zh").json()
    assert body["detail"] == detail


@pytest.mark.parametrize("code", ["510322", "510322000", "510322000000"])
def test_a_code_may_have_its_zero_tail(api, fushun, code):
    assert api.get(URL, {"region": code}).json()["region"]["code"] == "510322"


def test_a_closed_code_is_answered_through_its_successors(api, fushun):
    make_rules(make_service("hangzhou", brand="brand"), include=[fushun["330102"]])
    body = api.get(URL, {"region": "330104", "on": "2026-11-21"}).json()
    assert body["state"] == "historical"
    assert "2021" in body["detail"]
    assert body["region"]["code"] == "330104"
    assert body["region"]["valid_to"].startswith("2021")
    assert [(answer["region"]["code"], answer["succession"]["share"]) for answer in body["answers"]] == [
        ("330102", "most"),
        ("330114", "part"),
    ]
    assert [answer["count"] for answer in body["answers"]] == [1, 0]


@pytest.mark.slow
def test_a_closed_code_is_itself_while_it_lived(api, fushun):
    make_rules(make_service("old", brand="brand"), include=[fushun["330104@"]])
    body = api.get(URL, {"region": "330104", "on": "2020-06-01"}).json()
    assert body["state"] == "ok"
    assert [hit["service"]["slug"] for hit in body["answers"][0]["results"]] == ["old"]


def test_a_region_that_was_not_there_yet(api, fushun):
    body = api.get(URL, {"region": "330114", "on": "2000-01-01"}).json()
    assert body["state"] == "unknown_region"
    assert "did not exist" in body["detail"]
    assert body["answers"] == []


def test_a_code_that_never_existed_is_an_honest_empty_answer(api, fushun):
    body = api.get(URL, {"region": "999999"}).json()
    assert (body["state"], body["answers"]) == ("unknown_region", [])
    assert "999999" in body["detail"]


@pytest.fixture
def many(make_regions):
    """Services that differ in everything a filter can ask for."""
    regions = make_regions("510322")
    one = make_service("one", brand="red", category="cabinets", kind="repair")
    two = make_service("two", brand="blue", category="heaters", kind="cleaning")
    three = make_service("three", brand="blue", category="cabinets", kind="installation")
    out = make_service("out", brand="green", category="cabinets")
    make_service("none", brand="green", category="heaters")
    make_rules(one, include=[regions["100000"]])
    make_rules(two, include=[regions["510322"]])
    make_rules(three, include=[regions["510300"]])
    make_rules(out, include=[regions["510000"]], exclude=[regions["510322"]])
    make_hotline(one)
    checked = make_hotline(two, channel="sms")
    record_verification(
        hotline=checked,
        method="call",
        result="confirmed",
        note="answered",
        checked_on=datetime.date(2026, 11, 1),
    )
    return regions


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["two", "one", "three"]),  # a verified hotline comes first
        ({"category": "cabinets"}, ["one", "three"]),
        ({"category": ["cabinets", "heaters"]}, ["two", "one", "three"]),
        ({"category__n": "cabinets"}, ["two"]),
        ({"brand": "blue"}, ["two", "three"]),
        ({"brand__n": "blue"}, ["one"]),
        ({"kind": "repair"}, ["one"]),
        ({"kind__n": ["repair", "cleaning"]}, ["three"]),
        ({"channel": "sms"}, ["two"]),
        ({"verified": "true"}, ["two"]),
        ({"verified": "false"}, ["one", "three"]),
        ({"hotline_status": "unverified"}, ["one"]),
        ({"hotline_status": ["unverified", "verified"]}, ["two", "one"]),
        ({"level": "county"}, ["two"]),
        ({"level": ["country", "prefecture"]}, ["one", "three"]),
        ({"state": "excluded"}, ["out"]),
        ({"state": "unknown"}, ["none"]),
        ({"state": ["covered", "unknown"], "category": "heaters"}, ["two", "none"]),
        ({"state": AnswerState.values}, ["two", "one", "three", "out", "none"]),
    ],
)
def test_filters(api, many, query, expected):
    body = api.get(URL, {"region": "510322", "on": "2026-11-21", **query}).json()
    (answer,) = body["answers"]
    assert [hit["service"]["slug"] for hit in answer["results"]] == expected
    assert answer["count"] == len(expected)


@pytest.mark.slow
def test_pages_follow_one_another_without_gap_or_repeat(api, many):
    url, seen, pages = f"{URL}?region=510322&page_size=2&on=2026-11-21", [], 0
    while url:
        (answer,) = api.get(url).json()["answers"]
        assert answer["count"] == 3
        seen += [hit["service"]["slug"] for hit in answer["results"]]
        url, pages = answer["next"], pages + 1
    assert (seen, pages) == (["two", "one", "three"], 2)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", None),
        ("region=510322&q=x", None),
        ("region=51032", "region"),
        ("region=5103221", "region"),
        ("region=51032x", "region"),
        ("region=", "region"),
        ("region=五一〇三二二", "region"),
        ("region=510322100201", "region"),
        ("region=510322&region=510322", "region"),
        ("region=510322&on=1980-12-31", "on"),
        ("region=510322&on=yesterday", "on"),
        ("region=510322&on=2026-02-30", "on"),
        ("region=510322&on=20260101", "on"),
        ("region=510322&page_size=0", "page_size"),
        ("region=510322&page_size=-1", "page_size"),
        ("region=510322&page_size=1000000000", "page_size"),
        ("region=510322&page=0", "page"),
        ("region=510322&page=x", "page"),
        ("region=510322&state=maybe", "state"),
        ("region=510322&verified=yes", "verified"),
        ("region=510322&level=village", "level"),
        ("q=", "q"),
        ("q=%00", "q"),
        ("q=%E5%AF%8C%00%E9%A1%BA", "q"),
        pytest.param("q=" + "x" * 100_000, "q", id="100 kB"),
    ],
)
def test_bad_input_is_a_problem_that_names_the_cure(api, fushun, query, parameter):
    response = api.get(f"{URL}?{query}")
    assert response.status_code == 400
    assert response["Content-Type"] == PROBLEM
    assert response["Cache-Control"] == "no-store"
    body = response.json()
    assert (
        body["status"] == 400
        and body["type"].startswith("urn:servicenet:problem:")
        and len(body["detail"]) > 20
    )
    assert body.get("parameter") == parameter


def test_unknown_parameters_are_refused_with_the_list_of_allowed_ones(api, fushun):
    body = api.get(f"{URL}?region=510322&catgory=x").json()
    assert body["unknown"] == ["catgory"]
    assert "category" in body["allowed"]


def test_a_page_past_the_end_is_404(api, many):
    response = api.get(URL, {"region": "510322", "page": 9})
    assert (response.status_code, response["Content-Type"]) == (404, PROBLEM)


@pytest.mark.parametrize("text", ["😀", "火星市", "%", "' OR 1=1 --", "\\"])
def test_odd_texts_are_answered_without_a_list(api, fushun, text):
    body = api.get(URL, {"q": text}).json()
    assert body["state"] != "ok"
    assert body["answers"] == []


@pytest.mark.slow
def test_a_disputed_rule_is_marked_and_nothing_else_changes(api, fushun, admin_user):
    from regions.models import CoverageRule
    from regions.services.disputes import decide_dispute, open_dispute

    def hit():
        return api.get(URL, {"region": "510322"}).json()["answers"][0]["results"][0]

    before = hit()
    assert before["rule"]["disputed"] is False
    report = open_dispute(
        rule=CoverageRule.objects.get(), reason="not_covered", statement="Nobody came.", address="192.0.2.1"
    )
    after = hit()
    assert after["rule"].pop("disputed") is True
    before["rule"].pop("disputed")
    assert after == before
    decide_dispute(
        dispute=report.dispute, state="rejected", decision="A visit is on record.", actor=admin_user
    )
    assert hit()["rule"]["disputed"] is False


@pytest.mark.slow
def test_a_name_is_answered_like_its_code(api, fushun):
    by_name = api.get(URL, {"q": "自贡市富顺县"}).json()
    assert by_name["answers"] == api.get(URL, {"region": "510322"}).json()["answers"]
    assert by_name["reading"]["code"] == "510322"


@pytest.mark.slow
def test_the_number_of_queries_is_small_and_does_not_grow(api, make_regions, django_assert_max_num_queries):
    """At most: sequence (before and after), life, release, ancestors, rules on the chain, rules below, listed, services, limits, verified, disputed;
    parts it got of others; then for the page services, deciding rules, hotlines, hours, counties, rules below per service."""
    regions = make_regions("510322")
    counts = []
    for size in (1, 50):
        for _number in range(size):
            service = make_service()
            make_rules(service, include=[regions["510322"]])
            make_hotline(service)
        with django_assert_max_num_queries(19) as captured:
            body = api.get(URL, {"region": "510300", "page_size": 60}).json()
        counts.append(len(captured))
    assert body["answers"][0]["count"] == 51
    assert counts[0] == counts[1]


@pytest.mark.slow
def test_a_hit_is_told_without_working_out_its_description_again(api, make_regions, monkeypatch):
    """Members are worked out once for each description in the life of a process; a page of hits costs what tells them."""
    fushun = make_regions("510322")["510322"]
    worked_out = []
    get_fields = serializers.ModelSerializer.get_fields
    monkeypatch.setattr(
        serializers.ModelSerializer,
        "get_fields",
        lambda self: worked_out.append(type(self)) or get_fields(self),
    )
    for _page in range(2):
        for _n in range(5):
            service = make_service()
            make_rules(service, include=[fushun], source=make_source())
            make_hotline(service, region=fushun, source=make_source())
        before = len(worked_out)
        body = api.get(URL, {"region": "510322", "on": "2026-11-21"}).json()
    assert body["answers"][0]["count"] == 10
    assert all(hit["hotlines"] and hit["rule"]["source"] for hit in body["answers"][0]["results"])
    assert len(worked_out) == before
