"""GET /api/v1/numbers/ as a client sees it."""

import datetime

import pytest
from django.core.management import call_command

from regions.choices import VerificationMethod, VerificationResult
from regions.models import CoverageRule, Hotline, Organization
from regions.models.base import today
from regions.services import records
from regions.services.disputes import open_dispute
from regions.services.verifications import record_verification
from regions.tests.factories import make_disputed, make_hotline, make_rules, make_service, make_source

pytestmark = pytest.mark.django_db
URL = "/api/v1/numbers/"
NUMBER = "4001865909"
PROBLEM = "application/problem+json"


@pytest.fixture
def two_brands():
    """One number, claimed for two brands, as on the two pages the project starts from."""
    source = make_source("page-a", url="https://a.example.com/")
    one = make_hotline(
        make_service("cabinets", brand="page-a"),
        NUMBER,
        labels=["售后热线", "24小时客服"],
        mentions=10,
        source=source,
        spellings=["(1)400-1865-909"],
    )
    one.opening_hours = "周一 8:30-17:30"
    one.save()
    return one, make_hotline(make_service("ovens", brand="page-b", category="ovens"), NUMBER)


def confirm(hotline, **fields):
    return record_verification(
        hotline=hotline,
        method=VerificationMethod.OFFICIAL_SITE,
        result=fields.pop("result", VerificationResult.CONFIRMED),
        source=fields.pop("source", None) or make_source(kind="official_site"),
        **fields,
    )


def ask(api, number, **query):
    response = api.get(URL, {"number": number, **query})
    assert response.status_code == 200, response.content
    return response.json()


@pytest.mark.parametrize(
    "spelling",
    [
        "400-1865-909",
        "4001865909",
        "400 186 5909",
        "(1)400-1865-909(点击咨询)",
        "+86 400-1865-909",
        "400—1865—909",
        "售后电话:400-1865-909",
    ],
)
def test_any_spelling_is_the_same_number(api, two_brands, spelling):
    body = ask(api, spelling)
    assert (body["state"], body["number"], body["count"]) == ("claimed", NUMBER, 2)
    assert body["well_formed"] is True
    assert body["kind"] == "toll_free_400"
    assert body["question"]["number"] == spelling


def test_each_claim_says_who_says_so_and_what_was_checked(api, two_brands):
    claim = ask(api, NUMBER)["claims"][0]
    assert claim["key"] == "cabinets:4001865909"
    assert claim["service"] == {"slug": "cabinets", "name": "服务 cabinets"}
    assert claim["brand"] == {"slug": "page-a", "name": "示例 page-a"}
    assert claim["labels"] == ["售后热线", "24小时客服"]
    assert claim["status"] == "unverified"
    assert claim["status_text"].startswith("unverified")
    assert claim["checked_on"] is None
    assert claim["source"]["url"] == "https://a.example.com/"
    assert claim["hours"] == [{"weekday": 1, "opens": "08:30:00", "closes": "17:30:00"}]
    assert claim["mentions"] == 10
    assert claim["open_disputes"] == []
    assert claim["spellings"] == ["(1)400-1865-909"]


@pytest.mark.slow
def test_the_shared_number_shows_and_an_operator_explains_it(api, two_brands):
    body = ask(api, NUMBER)
    shared = body["signals"][0]
    assert shared["code"] == "number_shared"
    assert shared["title"] == "number shared by unrelated brands"
    assert shared["subject"] == {"kind": "number", "key": NUMBER, "name": NUMBER}
    assert shared["figures"] == {"brands": 2, "unrelated_groups": 2, "services": 2, "mentions": 11}
    assert [record["key"] for record in shared["records"]] == [f"cabinets:{NUMBER}", f"ovens:{NUMBER}"]
    operator = Organization.objects.create(slug="centre", name="示例服务中心")
    for hotline in two_brands:
        hotline.service.operator = operator
        hotline.service.save()
    body = ask(api, NUMBER)
    assert "number_shared" not in {signal["code"] for signal in body["signals"]}
    [silenced] = body["silenced_signals"]
    assert silenced["silenced_by"] == "On record as owner or operator: 示例服务中心."
    assert [claim["operator"]["slug"] for claim in body["claims"]] == ["centre", "centre"]


@pytest.mark.slow
def test_verified_first_disputed_last_hidden_never(api, two_brands):
    third = make_hotline(make_service("fans", brand="page-c"), NUMBER)
    make_disputed(two_brands[0])
    confirm(third)
    body = ask(api, NUMBER)
    assert [claim["status"] for claim in body["claims"]] == ["verified", "unverified", "disputed"]
    [dispute] = body["claims"][2]["open_disputes"]
    assert dispute["reason"] == "other"
    assert set(dispute) == {"reason", "reason_text", "opened_at"}
    assert [claim["key"] for claim in ask(api, NUMBER, verified="true")["claims"]] == [f"fans:{NUMBER}"]
    others = ask(api, NUMBER, verified="false")
    assert len(others["claims"]) == 2
    assert (others["count"], others["left_out"]) == (2, 1)
    assert others["signals"] == body["signals"]


def test_each_brands_confirmed_number_if_there_is_one(api, two_brands):
    source = make_source("official", kind="official_site")
    confirm(make_hotline(two_brands[0].service, "4000000001"), source=source)
    confirm(make_hotline(make_service("unrelated"), "4000000002"))
    body = ask(api, NUMBER)
    [confirmed] = body["confirmed_numbers"]
    assert confirmed["brand"]["slug"] == "page-a"
    assert confirmed["number"] == "4000000001"
    assert confirmed["checked_on"] == today().isoformat()
    assert [brand["slug"] for brand in body["brands_without_confirmed_number"]] == ["page-b"]
    assert "confirmed_number_differs" in {signal["code"] for signal in body["signals"]}


def test_lists_of_the_claiming_services_are_looked_at(api, two_brands, make_regions):
    service = two_brands[0].service
    service.nationwide_claimed = True
    service.save()
    make_rules(service, include=[make_regions("510322", "440106")["510322"]])
    signals = {signal["code"]: signal for signal in ask(api, NUMBER)["signals"]}
    nationwide = signals["nationwide_not_listed"]
    assert nationwide["subject"]["key"] == "cabinets"
    assert nationwide["figures"]["covered"] == 1
    assert nationwide["figures"]["missing_provinces"] == ["440000"]


@pytest.mark.slow
def test_verified_until_the_day_before_its_expiry(api, two_brands):
    confirm(two_brands[0], expires_on=today() + datetime.timedelta(days=5))
    last = today() + datetime.timedelta(days=4)
    states = [
        ask(api, NUMBER, on=day.isoformat(), verified="true")["claims"]
        for day in (today(), last, last + datetime.timedelta(days=1), today() - datetime.timedelta(days=1))
    ]
    assert [len(claims) for claims in states] == [1, 1, 0, 0]


def test_an_unknown_number_is_answered_honestly(api, two_brands):
    body = ask(api, "400-000-0000")
    assert body["state"] == "unclaimed"
    assert body["detail"].startswith("Nobody on file claims this number.")
    assert (body["well_formed"], body["number"], body["count"]) == (True, "4000000000", 0)
    assert body["claims"] == body["signals"] == body["confirmed_numbers"] == []
    assert api.get(f"{URL}4000000000/").json()["state"] == "unclaimed"


@pytest.mark.parametrize(
    "text", ["400-xxxx-xxx", "hello", "😀", "富顺县", "400-1865-909、400-000-0000", "123", "9" * 1900]
)
def test_what_is_no_number_says_why(api, two_brands, text):
    body = ask(api, text)
    assert (body["state"], body["well_formed"], body["number"], body["claims"]) == (
        "not_a_number",
        False,
        "",
        [],
    )
    assert body["reason"]


@pytest.mark.slow
def test_digits_on_file_that_no_plan_knows_are_found(api):
    make_hotline(make_service(), "777777")
    body = ask(api, "777777")
    assert (body["state"], body["well_formed"], body["number"]) == ("claimed", False, "777777")
    assert api.get(f"{URL}777777/").json()["claims"] == body["claims"]


@pytest.mark.slow
def test_by_canonical_digits(api, two_brands):
    body = api.get(f"{URL}{NUMBER}/").json()
    assert body["claims"] == ask(api, NUMBER)["claims"]
    for other in ("400-1865-909", "hello", "%F0%9F%98%80"):
        response = api.get(f"{URL}{other}/")
        assert (response.status_code, response["Content-Type"]) == (404, PROBLEM)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?number=",
        "?number=%20",
        "?number=1&number=2",
        "?number=4001865909&foo=1",
        "?number=4001865909&on=yesterday",
        "?number=4001865909&verified=perhaps",
        "?number=%00",
        "?number=" + "4" * 3000,
    ],
)
def test_bad_parameters_are_400(api, two_brands, query):
    response = api.get(URL + query)
    assert (response.status_code, response["Content-Type"]) == (400, PROBLEM)


@pytest.mark.slow
def test_fifty_claims_cost_as_many_queries_as_one(api, make_regions, django_assert_max_num_queries):
    region = make_regions("510322")["510322"]
    counts = []
    for number in range(50):
        hotline = make_hotline(make_service(nationwide_claimed=True), NUMBER, source=make_source())
        make_rules(hotline.service, include=[region])
        confirm(hotline)
        open_dispute(hotline=hotline, reason="wrong_number", statement="换主了")
        if number in (0, 49):
            api.get(f"{URL}{NUMBER}/")  # the places of the country are read once a process
            with django_assert_max_num_queries(14) as queries:
                assert len(api.get(f"{URL}{NUMBER}/").json()["claims"]) == number + 1
            counts.append(len(queries))
    assert counts[0] == counts[1]


def test_answers_are_chinese_for_those_who_ask_in_chinese(api, two_brands):
    body = api.get(URL, {"number": NUMBER}, HTTP_ACCEPT_LANGUAGE="zh-hans").json()
    assert body["state"] == "claimed"
    assert Hotline.objects.count() == 2


@pytest.mark.slow
def test_a_worker_keeps_an_answer_until_the_directory_changes(api, two_brands, django_assert_num_queries):
    """Kept, it costs the position alone; every change ends it, and another day, language or filter is another answer."""
    confirm(two_brands[0])
    first = ask(api, NUMBER)
    with django_assert_num_queries(1):
        assert ask(api, NUMBER) == first
    assert ask(api, NUMBER, verified="true") != first
    open_dispute(hotline=two_brands[1], reason="wrong_number", statement="换主了")
    assert ask(api, NUMBER) != first


@pytest.mark.slow
def test_an_answer_is_kept_while_others_change_their_rules(
    api, two_brands, make_regions, django_assert_max_num_queries
):
    """Rules of a service that claims the number end it: they are what signals about its list rest on."""
    regions = make_regions("510322", "510321")
    call_command("rebuild_postings", verbosity=0)
    claimant, other = (
        two_brands[0].service,
        make_service("somebody-else", brand="third", nationwide_claimed=True),
    )
    claimant.nationwide_claimed = True
    records.save(claimant)
    first = ask(api, NUMBER)
    records.save(CoverageRule(service=other, region=regions["510322"]))
    with django_assert_max_num_queries(6):  # the position, and what has changed since
        assert ask(api, NUMBER) == first
    assert "nationwide_not_listed" not in {signal["code"] for signal in first["signals"]}
    records.save(CoverageRule(service=claimant, region=regions["510322"]))
    assert ask(api, NUMBER) != first
    first = ask(api, NUMBER)
    records.delete(CoverageRule.objects.get(service=claimant), correct=True)
    assert ask(api, NUMBER) != first
