"""Limits are visible with the cost that was counted; a page of another site may ask, and may not report."""

import re

import pytest

COVERAGE, RESOLVE, DISPUTES = "/api/v1/coverage/", "/api/v1/resolve/", "/api/v1/disputes/"


@pytest.fixture(autouse=True)
def _mid_window(time_machine):
    time_machine.move_to("2026-11-21T04:00:20Z", tick=False)


def told(answer) -> dict[str, dict[str, int]]:
    """The limits of an answer by name, both headers together."""
    found: dict[str, dict[str, int]] = {}
    for header in ("RateLimit-Policy", "RateLimit"):
        for name, values in re.findall(r'"(\w+)"((?:;\w+=\d+)+)', answer[header]):
            pairs = (pair.split("=") for pair in values.strip(";").split(";"))
            found.setdefault(name, {}).update({key: int(value) for key, value in pairs})
    return found


@pytest.mark.slow
def test_the_cost_of_each_question_is_told_and_is_what_is_left_less(api, directory):
    first = told(api.get(COVERAGE, {"region": "510322"}))
    assert first == {"anonymous": {"q": 600, "w": 60, "r": 599, "t": 40, "cost": 1}}
    left = 599
    for send, cost in (
        (lambda: api.get(RESOLVE, {"text": "自贡市富顺县" * 200}), 3),
        (lambda: api.post(COVERAGE, {"questions": [{"region": "510322"}] * 7}, format="json"), 7),
        (lambda: api.post(RESOLVE, {"texts": ["富顺县", "自贡市" * 200]}, format="json"), 3),
    ):
        (found,) = told(send()).values()
        left -= cost
        assert (found["cost"], found["r"]) == (cost, left)


@pytest.mark.slow
def test_a_key_a_report_and_a_refusal_tell_theirs(api, directory, make_key, settings):
    _record, headers = make_key(rate=2)
    assert told(api.get(COVERAGE, {"region": "510322"}, **headers))["key"]["q"] == 2
    api.get(COVERAGE, {"region": "510302"}, **headers)
    refused = api.get(COVERAGE, {"region": "510322"}, **headers)
    assert (refused.status_code, told(refused)["key"]["r"], refused["Retry-After"]) == (429, 0, "40")
    body = {"hotline": "cabinet-repair:4001865909", "reason": "wrong_number", "statement": "打过去是别家"}
    report = told(api.post(DISPUTES, body, format="json"))
    assert report["dispute"]["r"] == 9 and report["anonymous"]["cost"] == 1


def test_what_is_held_already_costs_nothing_and_says_nothing(api, directory):
    etag = api.get(COVERAGE, {"region": "510322"})["ETag"]
    unchanged = api.get(COVERAGE, {"region": "510322"}, HTTP_IF_NONE_MATCH=etag)
    assert unchanged.status_code == 304 and "RateLimit" not in unchanged


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        (COVERAGE, "GET", True),
        (COVERAGE, "POST", True),
        (RESOLVE, "POST", True),
        (DISPUTES, "GET", True),
        (DISPUTES, "POST", False),
        ("/api/v1/imports/", "POST", False),
        ("/api/v1/brands/", "POST", False),
    ],
)
@pytest.mark.slow
def test_a_page_of_another_site_may_ask_and_not_write(api, directory, path, method, allowed):
    asks = {"HTTP_ORIGIN": "https://other.example", "HTTP_ACCESS_CONTROL_REQUEST_METHOD": method}
    answer = api.options(path, **asks)
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer
    assert (method in answer["Access-Control-Allow-Methods"].split(", ")) == allowed
    seen = api.get(COVERAGE, {"region": "510322"}, HTTP_ORIGIN="https://other.example")
    assert "RateLimit" in seen["Access-Control-Expose-Headers"].split(", ")
