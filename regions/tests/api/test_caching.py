"""ETags, 304, Cache-Control, Vary."""

import pytest
import time_machine

from regions.models import Change, CoverageRule
from regions.services import records

COVERAGE = "/api/v1/coverage/?region=510311"
READS = [
    "/api/v1/",
    COVERAGE,
    "/api/v1/regions/",
    "/api/v1/regions/510311/",
    "/api/v1/categories/",
    "/api/v1/brands/",
    "/api/v1/brands/brand/",
    "/api/v1/services/",
    "/api/v1/services/cabinet-repair/",
    "/api/v1/hotlines/",
    "/api/v1/hotlines/cabinet-repair:4001865909/",
    "/api/v1/coverage-rules/",
    "/api/v1/coverage-rules/cabinet-repair:510300:2000-01-01/",
    "/api/v1/releases/",
    "/api/v1/changes/",
]


@pytest.mark.parametrize("url", READS)
def test_every_read_has_a_strong_etag_and_may_be_shared(api, directory, url):
    response = api.get(url)
    assert response.status_code == 200
    assert response["ETag"].startswith('"') and response["ETag"].endswith('"')
    assert response["Cache-Control"] == "public, max-age=10, stale-while-revalidate=60"
    assert {part.strip().lower() for part in response["Vary"].split(",")} == {
        "accept",
        "accept-language",
        "origin",
    }
    assert "Set-Cookie" not in response


@pytest.mark.parametrize("url", READS)
@pytest.mark.slow
def test_what_is_held_is_not_sent_again_and_costs_one_query(api, directory, url, django_assert_num_queries):
    etag = api.get(url)["ETag"]
    with django_assert_num_queries(1):
        response = api.get(url, HTTP_IF_NONE_MATCH=etag)
    assert (response.status_code, response.content) == (304, b"")
    assert response["ETag"] == etag
    assert response["Cache-Control"].startswith("public")
    assert "Accept-Language" in response["Vary"]


@pytest.mark.slow
def test_lists_of_tags_and_weakened_tags_are_understood(api, directory):
    etag = api.get(COVERAGE)["ETag"]
    assert api.get(COVERAGE, HTTP_IF_NONE_MATCH=f'"x", W/{etag}').status_code == 304
    assert api.get(COVERAGE, HTTP_IF_NONE_MATCH="*").status_code == 200
    assert api.get(COVERAGE, HTTP_IF_NONE_MATCH="nonsense").status_code == 200


@pytest.mark.slow
def test_a_change_anywhere_makes_held_answers_stale(api, directory, staff):
    held = api.get(COVERAGE)
    rule = CoverageRule.objects.get(kind="exclude")
    rule.note = "仅限城区"
    records.save(rule, actor=staff)
    assert api.get(COVERAGE, HTTP_IF_NONE_MATCH=held["ETag"]).status_code == 200


@pytest.mark.slow
def test_language_form_address_day_and_history_are_part_of_the_tag(api, directory):
    with time_machine.travel("2026-11-21T04:00:00Z", tick=False):
        tags = {
            api.get(COVERAGE)["ETag"],
            api.get(COVERAGE, HTTP_ACCEPT_LANGUAGE="zh-CN,zh;q=0.9")["ETag"],
            api.get(COVERAGE + "&page_size=5")["ETag"],
            api.get(COVERAGE, HTTP_ACCEPT="application/json; indent=4")["ETag"],
            api.get(COVERAGE, HTTP_HOST="other.example")["ETag"],
        }
        assert api.get(COVERAGE, HTTP_ACCEPT_LANGUAGE="en-GB")["ETag"] in tags
    with time_machine.travel("2026-11-22T04:00:00Z", tick=False):
        tags.add(api.get(COVERAGE)["ETag"])
    assert len(tags) == 6


@pytest.mark.slow
def test_another_history_with_the_same_numbers_has_other_tags(api, directory, staff):
    rule = CoverageRule.objects.get(kind="exclude")
    rule.note = "一"
    records.save(rule, actor=staff)
    held = api.get(COVERAGE)["ETag"]
    last = Change.objects.latest("pk")
    Change.objects.filter(pk=last.pk).update(changeset="00000000-0000-4000-8000-000000000000")
    assert api.get(COVERAGE, HTTP_IF_NONE_MATCH=held).status_code == 200


def test_pages_of_other_sites_may_ask_but_not_write(api, directory):
    response = api.get(COVERAGE, HTTP_ORIGIN="https://www.example.com")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in response["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in response
    preflight = api.options(
        COVERAGE, HTTP_ORIGIN="https://www.example.com", HTTP_ACCESS_CONTROL_REQUEST_METHOD="GET"
    )
    assert set(preflight["Access-Control-Allow-Methods"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    preflight = api.options(
        "/api/v1/disputes/", HTTP_ORIGIN="https://www.example.com", HTTP_ACCESS_CONTROL_REQUEST_METHOD="POST"
    )
    assert "POST" not in preflight.get("Access-Control-Allow-Methods", "")
    assert {"if-none-match", "x-api-key"} <= set(preflight["Access-Control-Allow-Headers"].split(", "))


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/api/v1/coverage/", 400),
        ("/api/v1/coverage/?nonsense=1", 400),
        ("/api/v1/services/none/", 404),
        ("/api/v1/none/", 404),
    ],
)
def test_errors_are_never_cached(api, directory, url, status):
    response = api.get(url)
    assert response.status_code == status
    assert response["Cache-Control"] == "no-store"
    assert "ETag" not in response


def test_the_page_for_people_is_not_shared(api, directory):
    response = api.get(COVERAGE, HTTP_ACCEPT="text/html")
    assert response["Content-Type"].startswith("text/html")
    assert response["Cache-Control"] == "no-store"
    assert "ETag" not in response


def test_the_cookie_of_the_language_switch_does_not_change_answers(api, directory):
    api.cookies["django_language"] = "zh-hans"
    response = api.get(COVERAGE)
    assert response["Content-Language"] == "en"
    assert response.json()["answers"][0]["results"][0]["why"].startswith("自贡市 is on the list")


def test_chinese_is_answered_in_chinese(api, directory):
    assert api.get(COVERAGE, HTTP_ACCEPT_LANGUAGE="zh-CN")["Content-Language"] == "zh-hans"
