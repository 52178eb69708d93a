"""Public reports: what they do, and what they cannot do."""

import json

import pytest
from django.contrib.auth.models import User
from django.core import mail

from regions.models import Change, Dispute
from regions.models.base import today
from regions.services.disputes import OPEN_PER_REPORTER, decide_dispute
from regions.tests.factories import make_hotline, make_rules, make_service

pytestmark = pytest.mark.django_db
URL = "/api/v1/disputes/"
NUMBER = "4001865909"
PROBLEM = "application/problem+json"


@pytest.fixture(autouse=True)
def _generous(settings):
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] | {"dispute": "1000/hour"}
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": rates}


@pytest.fixture
def hotline():
    return make_hotline(make_service("cabinets"), NUMBER)


@pytest.fixture
def admin():
    return User.objects.create_superuser("admin")


def report(api, status=201, *, address="203.0.113.5", **body):
    body = {"hotline": f"cabinets:{NUMBER}", "reason": "wrong_number", **body}
    response = api.post(URL, body, format="json", REMOTE_ADDR=address)
    assert response.status_code == status, response.content
    return response.json()


def status_of(api, hotline):
    return api.get(f"/api/v1/hotlines/{hotline.key}/").json()["status"]


def test_a_report_stands_beside_the_entry_and_changes_nothing_else(api, hotline):
    before = api.get(f"/api/v1/hotlines/{hotline.key}/").json()
    receipt = report(api, statement="打过去是别家的维修店", evidence_url="https://example.com/notice")
    after = api.get(f"/api/v1/hotlines/{hotline.key}/").json()
    beside = {"count": 1, "since": today().isoformat(), "weight": 1, "accepted": False}
    said = f"{before['status_text']}; 1 report open since {today()}, 1 independent with a page or a statement"
    assert before | {"open_reports": beside, "status_text": said} == after
    assert (receipt["outcome"], receipt["state"], receipt["decision"]) == ("opened", "open", "")
    assert receipt["url"] == f"http://testserver{URL}{receipt['reference']}/"
    state = api.get(receipt["url"])
    assert state.json() == {
        key: value for key, value in receipt.items() if key not in ("outcome", "detail", "url")
    }
    assert state["Cache-Control"] == "no-store"
    assert mail.outbox == []


def test_no_address_and_no_statement_leave_the_house(api, hotline):
    receipt = report(api, statement="联系人张三 13800000000")
    dispute = Dispute.objects.get()
    assert "203.0.113.5" not in dispute.fingerprint
    assert len(dispute.fingerprint) == 64
    said = [api.get(receipt["url"]).content, api.get(f"/api/v1/numbers/{NUMBER}/").content]
    assert all("张三" not in text.decode() for text in said)
    assert all(
        "张三" not in f"{change.before}{change.after}{change.reason}" for change in Change.objects.all()
    )
    assert all(dispute.fingerprint not in f"{change.after}" for change in Change.objects.all())


def test_changes_name_the_dispute_and_the_hotline(api, hotline):
    receipt = report(api)
    changes = list(Change.objects.values_list("kind", "key", "action"))
    assert changes == [("dispute", receipt["reference"], "create"), ("hotline", hotline.key, "update")]


@pytest.mark.slow
def test_repeated_reports_collapse(api, hotline):
    first = report(api)
    again = report(api, 200)
    other = report(
        api, 200, address="203.0.113.6", statement="另一个人也这么说", evidence_url="https://example.com/x"
    )
    assert {first["reference"], again["reference"], other["reference"]} == {first["reference"]}
    assert again["outcome"] == other["outcome"] == "collapsed"
    dispute = Dispute.objects.get()
    assert dispute.reports == 2  # the first reporter's repetition is not counted
    assert dispute.further == [{"statement": "另一个人也这么说", "evidence_url": "https://example.com/x"}]
    kinds = list(Change.objects.values_list("kind", flat=True))
    assert kinds == ["dispute", "hotline", "hotline"]  # opened; the other's page gave it weight


@pytest.mark.slow
def test_later_statements_are_kept_up_to_a_limit(api, hotline):
    report(api)
    for number in range(30):
        report(api, 200, address=f"198.51.100.{number}", statement=f"第 {number} 次")
    dispute = Dispute.objects.get()
    assert (len(dispute.further), dispute.reports) == (20, 31)


@pytest.mark.slow
def test_a_rejection_stands_until_new_evidence(api, hotline, admin):
    report(api, statement="这个号码不是他们的官方电话", evidence_url="https://example.com/a")
    decide_dispute(dispute=Dispute.objects.get(), state="rejected", decision="官网列有此号码", actor=admin)
    assert status_of(api, hotline) == "unverified"
    for repeated in (
        {},
        {"statement": "这个号码不是他们的官方电话!!!"},
        {"statement": "假的"},
        {"evidence_url": "https://EXAMPLE.com/a/"},
        {"reason": "not_in_service"},
    ):
        receipt = report(api, 200, **repeated)
        assert (receipt["outcome"], receipt["state"]) == ("already_rejected", "rejected")
        assert receipt["decision"] == "官网列有此号码"
    assert status_of(api, hotline) == "unverified"
    assert Dispute.objects.get().reports == 6
    fresh = report(api, evidence_url="https://example.com/new-notice")
    assert fresh["outcome"] == "opened"
    assert status_of(api, hotline) == "unverified"


@pytest.mark.slow
def test_a_new_statement_is_new_evidence_once(api, hotline, admin):
    report(api)
    decide_dispute(dispute=Dispute.objects.get(), state="rejected", decision="查无实据", actor=admin)
    statement = "2025 年 6 月起该号码已转给另一家公司使用,营业厅可查"
    assert report(api, statement=statement)["outcome"] == "opened"
    decide_dispute(
        dispute=Dispute.objects.get(state="open"), state="rejected", decision="运营商记录不符", actor=admin
    )
    assert report(api, 200, statement=statement)["outcome"] == "already_rejected"


@pytest.mark.slow
def test_an_upheld_report_refutes_the_number(api, hotline, admin):
    report(api)
    decide_dispute(dispute=Dispute.objects.get(), state="upheld", decision="官方确认不是该号码", actor=admin)
    claim = api.get(f"/api/v1/numbers/{NUMBER}/").json()["claims"][0]
    assert claim["status"] == "refuted"
    assert claim["open_disputes"] == []
    assert report(api, 200)["outcome"] == "already_upheld"
    assert status_of(api, hotline) == "refuted"


@pytest.mark.slow
def test_one_reporter_cannot_bury_the_directory(api):
    for number in range(OPEN_PER_REPORTER + 1):
        hotline = make_hotline(make_service(f"service-{number}x"), NUMBER)
        status = 201 if number < OPEN_PER_REPORTER else 429
        body = report(api, status, hotline=hotline.key)
    assert body["type"].endswith("too-many-disputes")
    assert Dispute.objects.count() == OPEN_PER_REPORTER
    report(api, 201, hotline=hotline.key, address="203.0.113.6")


def test_reports_are_throttled_apart_from_reading(api, hotline, settings):
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] | {"dispute": "2/hour"}
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": rates}
    report(api)
    report(api, 200)
    response = api.post(
        URL, {"hotline": hotline.key, "reason": "other"}, format="json", REMOTE_ADDR="203.0.113.5"
    )
    assert (response.status_code, response["Content-Type"]) == (429, PROBLEM)
    assert int(response["Retry-After"]) > 0
    assert api.get(URL, REMOTE_ADDR="203.0.113.5").status_code == 200


def test_a_coverage_rule_can_be_disputed(api, make_regions):
    [rule] = make_rules(make_service("cabinets"), include=[make_regions("510322")["510322"]])
    body = {"coverage_rule": rule.key, "reason": "not_covered"}
    response = api.post(URL, body, format="json")
    assert response.status_code == 201
    assert (response.json()["coverage_rule"], response.json()["hotline"]) == (rule.key, None)


def test_the_form_names_the_reasons(api):
    body = api.get(URL).json()
    assert [reason["value"] for reason in body["hotline"]] == [
        "wrong_number",
        "not_in_service",
        "wrong_details",
        "other",
    ]
    assert [reason["value"] for reason in body["coverage_rule"]] == ["not_covered", "wrong_details", "other"]
    assert body["statement_max"] == 2000


BAD = {
    "no subject": {"hotline": None},
    "two subjects": {"coverage_rule": "a:510322:2020-01-01"},
    "unknown hotline": {"hotline": "cabinets:1"},
    "unknown rule": {"hotline": None, "coverage_rule": "cabinets:510322:2020-01-01"},
    "malformed rule": {"hotline": None, "coverage_rule": "cabinets"},
    "no day": {"hotline": None, "coverage_rule": "cabinets:510322:yesterday"},
    "unknown reason": {"reason": "fraud"},
    "reason of the other kind": {"reason": "not_covered"},
    "huge statement": {"statement": "长" * 2001},
    "NUL": {"statement": "a\x00b"},
    "half a surrogate": {"statement": "a\ud800b"},
    "no URL": {"evidence_url": "see there"},
    "other scheme": {"evidence_url": "ftp://example.com/x"},
    "broken URL": {"evidence_url": "http://[::1"},
    "long URL": {"evidence_url": "https://example.com/" + "x" * 500},
    "unknown field": {"name": "张三"},
    "statement is a list": {"statement": ["a"]},
    "key is a number": {"hotline": 5},
    "NUL in a key": {"hotline": "a\x00:1"},
}


@pytest.mark.parametrize("change", BAD.values(), ids=BAD.keys())
def test_bad_reports_are_400_and_leave_nothing(api, hotline, change):
    body = {"hotline": hotline.key, "reason": "wrong_number", **change}
    body = {key: value for key, value in body.items() if value is not None}
    response = api.post(URL, json.dumps(body), content_type="application/json")
    assert (response.status_code, response["Content-Type"]) == (400, PROBLEM), response.content
    assert Dispute.objects.count() == 0


@pytest.mark.parametrize("body", ["", "[]", '"text"', "null", "{", "[" * 5000], ids=range(6))
def test_a_body_that_is_no_report_is_400(api, hotline, body):
    response = api.post(URL, body, content_type="application/json")
    assert (response.status_code, response["Content-Type"]) == (400, PROBLEM)


def test_a_body_that_cannot_be_read_is_not_counted_as_a_report(api, hotline, settings):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {
        "DEFAULT_THROTTLE_RATES": settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
        | {"dispute": "1/hour", "anonymous": "6/hour"}
    }
    assert [api.post(URL, "{", content_type="application/json").status_code for _n in range(3)] == [400] * 3
    assert api.post(URL, {"hotline": hotline.key}, format="multipart").status_code == 415
    report(api, 201, address="127.0.0.1")
    report(api, 429, address="127.0.0.1")  # the second report of the hour
    assert api.post(URL, "{", content_type="application/json").status_code == 429  # the seventh request


def test_emoji_and_a_statement_of_full_length_are_kept(api, hotline):
    statement = "😀" * 2000
    report(api, statement=statement)
    assert Dispute.objects.get().statement == statement


def test_other_content_types_and_parameters_are_refused(api, hotline):
    assert api.post(URL, {"hotline": hotline.key}, format="multipart").status_code == 415
    assert (
        api.post(URL + "?x=1", {"hotline": hotline.key, "reason": "other"}, format="json").status_code == 400
    )
    assert api.delete(URL).status_code == 405


@pytest.mark.parametrize("reference", ["abc", "%00", "%F0%9F%98%80", "x" * 300])
def test_an_unknown_reference(api, reference):
    response = api.get(f"{URL}{reference}/")
    assert response.status_code in (400, 404)
    assert response["Content-Type"] == PROBLEM
