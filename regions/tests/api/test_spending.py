"""What anonymous clients may spend of a processor, through all doors together."""

import re
import time

import pytest
from django.test import Client

from regions.api import spending, throttling
from servicenet.pace import BURST, LONGEST, REFUSAL, Pace

TEXT = "/api/v1/resolve/"
PAGE = "/numbers/"
ATTACKER = {"REMOTE_ADDR": "198.51.100.7"}


@pytest.fixture(autouse=True)
def _fresh(settings, time_machine, monkeypatch, api, db):
    monkeypatch.setattr(spending, "_worked", spending.LOADING)
    for path in (PAGE, "/", "/api/v1/", "/admin/login/"):  # what is loaded once is nobody's cost
        Client().get(path)
    api.post(TEXT, {"texts": ["富顺县"]}, format="json")
    settings.CPU_SECONDS, settings.REQUEST_SECONDS = 2 / (1 - spending.UNSEEN), 1_000
    for kept in (spending._seen, spending._unwritten):
        kept.clear()
    throttling._local.clear()
    throttling._broken_until = 0.0
    throttling.cache.clear()
    time_machine.move_to("2026-11-21T04:00:01Z", tick=False)


@pytest.fixture
def dear(monkeypatch):
    """Every text costs a tenth of a second of a processor."""

    class Dear:
        def resolve(self, text):
            end = time.thread_time() + 0.1
            while time.thread_time() < end:
                pass
            return self

        def as_dict(self):
            return {"text": "x", "status": "unknown"}

    monkeypatch.setattr("regions.api.resolve.resolver", Dear)


def batch(api, texts=20, **headers):
    return api.post(TEXT, {"texts": ["x"] * texts}, format="json", **headers)


def statuses(answer) -> list[str]:
    return [verdict["status"] for verdict in answer.json()["verdicts"]]


@pytest.mark.slow
def test_a_batch_ends_where_the_share_ends_and_says_what_is_left(api, db, dear):
    found = statuses(batch(api, **ATTACKER))
    assert found == sorted(found, reverse=True)  # done first, then not_done
    assert 2 <= found.count("unknown") <= 4  # 2 / 7 seconds
    assert found.count("not_done") == 20 - found.count("unknown")


@pytest.mark.slow
def test_what_is_left_of_the_share_is_told_at_every_door_and_when_it_refuses(api, client, dear, make_key):
    """`"processor"` beside the count of requests: milliseconds of this window."""

    def told(answer) -> tuple[int, int, int]:
        (share,) = re.findall(r'"processor";q=(\d+);w=10', answer["RateLimit-Policy"])
        (left,) = re.findall(r'"processor";r=(\d+);t=9;cost=(\d+)', answer["RateLimit"])
        return int(share), *map(int, left)

    share, left, cost = told(batch(api, texts=1, **ATTACKER))
    assert share == 285 and 100 <= cost <= 150 and abs(share - cost - left) <= 1
    assert told(client.get(PAGE, **ATTACKER))[1] <= left
    batch(api, **ATTACKER)
    for refused in (batch(api, texts=1, **ATTACKER), client.get(PAGE, **ATTACKER)):
        assert refused.status_code == 429 and told(refused)[1] == 0
    _record, key = make_key()
    assert "processor" not in batch(api, texts=1, **key)["RateLimit"]


@pytest.mark.slow
def test_what_a_process_loads_first_is_charged_to_nobody(api, db, dear, monkeypatch):
    monkeypatch.setattr(spending, "_worked", spending.LOADING - 1_000)
    found = statuses(batch(api, **ATTACKER))
    assert 11 <= found.count("unknown") <= 15  # a second, and 2 / 7 seconds
    assert statuses(batch(api, texts=5, REMOTE_ADDR="198.51.100.8")).count("unknown") <= 4


@pytest.mark.slow
@pytest.mark.parametrize(("language", "title"), [("en", "Too many requests"), ("zh-hans", "请求过多")])
def test_a_refusal_speaks_the_language_that_is_asked_for(api, db, dear, language, title):
    batch(api, **ATTACKER)
    refused = api.get("/api/v1/regions/", HTTP_ACCEPT_LANGUAGE=language, **ATTACKER)
    assert refused.status_code == 429 and refused.json()["title"] == title


@pytest.mark.slow
def test_who_has_used_his_share_is_refused_at_every_door_and_nobody_else(api, db, dear):
    batch(api, **ATTACKER)
    for path in (PAGE, "/", "/api/v1/regions/", "/api/v1/coverage/?region=510322", "/admin/login/", TEXT):
        refused = Client().get(path, **ATTACKER)
        assert refused.status_code == 429, path
        assert refused["Cache-Control"] == "no-store"
        assert 1 <= int(refused["Retry-After"]) <= 10
        assert Client().get(path).status_code != 429, path


@pytest.mark.slow
@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_COOKIE": "sessionid=made-up"},
        {"HTTP_X_API_KEY": "made.up"},
        {"HTTP_AUTHORIZATION": "Api-Key made.up"},
        {"HTTP_AUTHORIZATION": "Bearer x"},
    ],
    ids=["cookie", "key", "authorization", "another scheme"],
)
def test_credentials_that_are_none_help_nobody(api, db, dear, headers):
    batch(api, **ATTACKER)
    for path in (PAGE, "/api/v1/coverage/?region=510322", "/api/v1/services/"):
        if path == PAGE and "HTTP_COOKIE" not in headers:
            continue  # pages look at cookies only; see below
        assert Client().get(path, **ATTACKER, **headers).status_code == 429, (path, headers)


@pytest.mark.slow
def test_whoever_is_known_goes_on(api, dear, make_key, admin_client):
    _record, key = make_key()
    batch(api, **ATTACKER)
    assert statuses(batch(api, 5, **ATTACKER, **key)) == ["unknown"] * 5
    assert api.get("/api/v1/services/", **ATTACKER, **key).status_code == 200
    assert admin_client.get("/admin/", **ATTACKER).status_code == 200


@pytest.mark.slow
def test_what_was_spent_beyond_the_share_is_owed_and_ends(api, db, dear, time_machine, monkeypatch):
    monkeypatch.setattr(spending.Meter, "goes_on", lambda meter: True)
    batch(api, 10, **ATTACKER)  # a second: the share of more than three windows
    served = []
    for window in range(1, 6):
        time_machine.move_to(f"2026-11-21T04:00:{window}1Z", tick=False)
        served.append(api.get("/api/v1/", **ATTACKER).status_code)
    assert served == [429, 429, 200, 200, 200]


@pytest.mark.slow
def test_no_minute_gets_more_than_said(api, db, dear, time_machine):
    """Whoever asks again and again, from the worst moment on."""
    time_machine.move_to("2026-11-21T04:00:09Z", tick=False)
    began = time.thread_time()
    for second in range(0, 60, 5):
        time_machine.move_to(f"2026-11-21T04:{(9 + second) // 60:02}:{(9 + second) % 60:02}Z", tick=False)
        batch(api, **ATTACKER)
    assert time.thread_time() - began < 2 + 1


@pytest.mark.parametrize("path", [TEXT, "/api/v1/coverage/"])
def test_an_address_asks_one_list_at_a_time(api, db, path):
    body = {"texts": ["x"]} if path == TEXT else {"questions": [{"region": "510322"}]}
    spending._lists.add("198.51.100.7")
    try:
        assert api.post(path, body, format="json", **ATTACKER).status_code == 429
        assert api.post(path, body, format="json").status_code == 200
    finally:
        spending._lists.clear()
    assert [api.post(path, body, format="json", **ATTACKER).status_code for _i in range(2)] == [200, 200]


def test_the_time_of_a_request_ends_too(api, db, settings):
    settings.REQUEST_SECONDS = 0
    assert set(statuses(batch(api, 3))) == {"not_done"}
    body = {"questions": [{"region": "510322"}] * 3}
    answer = api.post("/api/v1/coverage/", body, format="json").json()
    assert [each["problem"]["type"] for each in answer["verdicts"]] == ["urn:servicenet:problem:not-done"] * 3


def test_work_stops_when_the_client_has_left(api, db):
    gone = {"waitress.client_disconnected": lambda: True}
    assert set(statuses(batch(api, 3, **gone))) == {"not_done"}


def test_a_long_text_counts_more_and_without_a_key_may_be_as_long_as_elsewhere(api, db, settings, make_key):
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] | {"anonymous": "12/min", "key": "1000/min"}
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": rates}
    long = {"texts": ["县" * 2_001]}
    assert statuses(api.post(TEXT, long, format="json")) == ["invalid"]
    _record, key = make_key()
    assert statuses(api.post(TEXT, long, format="json", **key)) != ["invalid"]
    ten = {"texts": ["县" * 1_900] * 4}  # 16 requests
    assert api.post(TEXT, ten, format="json", REMOTE_ADDR="192.0.2.5").status_code == 429
    assert api.post(TEXT, ten, format="json", **key).status_code == 200


def test_pages_and_wrong_keys_count_as_requests_do(api, db, settings):
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] | {"anonymous": "5/min"}
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": rates}
    one, other = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "192.0.2.2"}
    found = [Client().get(PAGE, **one).status_code for _i in range(3)]
    found += [api.get("/api/v1/categories/", **one).status_code for _i in range(3)]
    assert found == [400] * 3 + [200] * 2 + [429]
    found = [api.get("/api/v1/categories/", HTTP_X_API_KEY="a.b", **other).status_code for _i in range(7)]
    assert found == [401] * 5 + [429] * 2


@pytest.mark.parametrize(
    "written", ["192.0.2.7", "192.0.2.7:4711", "::ffff:192.0.2.7", "[::ffff:192.0.2.7]:80"]
)
def test_an_address_is_the_address_with_or_without_a_port(settings, rf, written):
    settings.TRUSTED_PROXIES = 1
    assert throttling.client_address(rf.get("/", HTTP_X_FORWARDED_FOR=written)) == "192.0.2.7"
    same = {
        throttling.client_address(rf.get("/", HTTP_X_FORWARDED_FOR=text))
        for text in ("2001:db8::1", "[2001:db8::2]", "[2001:db8::3]:443")
    }
    assert same == {"2001:db8::"}


def test_whoever_asks_too_fast_waits_and_nobody_else():
    """At twenty a second: a burst is free, then each waits its turn, whoever was refused longer, no one for ever."""
    now = [1000.0]
    pace = Pace(20, clock=lambda: now[0])
    one, other = ("192.0.2.1", False), ("192.0.2.1", True)
    assert [pace.count(one, 1) for _n in range(BURST)] == [0] * BURST
    assert pace.count(one, 1) == pytest.approx(0) and pace.count(one, 1) == pytest.approx(1 / 20)
    pace.count(one, REFUSAL)
    assert pace.count(one, 1) == pytest.approx((REFUSAL + 2) / 20)
    assert max(pace.count(one, REFUSAL) for _n in range(1_000)) == pytest.approx(LONGEST)
    assert pace.count(other, 1) == 0
    now[0] += LONGEST + 1
    assert pace.count(one, 1) == 0
    assert {Pace(0).count(one, 1_000) for _n in range(100)} == {0}


@pytest.mark.parametrize(
    "path",
    ["/api/v1/resolve/?text=", "/api/v1/coverage/?q=", "/coverage/?q=", "/ask/?q=", "/numbers/?number="],
)
@pytest.mark.slow
def test_a_long_question_counts_more_at_every_door(api, db, settings, path):
    """Four requests for 1,990 characters: of a limit of ten, two; too long for any door is refused."""
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] | {"anonymous": "10/min"}
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": rates}
    client = Client(REMOTE_ADDR="192.0.2.9")
    found = [client.get(path + "x" * 1_990).status_code == 429 for _n in range(3)]
    assert found == [False, False, True]
    assert (
        client.get("/api/v1/categories/").status_code == 200
    )  # what was refused leaves the rest to smaller ones
    assert Client(REMOTE_ADDR="192.0.2.10").get(path + "x" * 2_001).status_code == 400


def test_a_long_question_in_a_list_counts_more(api, db, settings):
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] | {"anonymous": "10/min"}
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": rates}
    body = {"questions": [{"q": "x" * 1_990}] * 3}
    assert api.post("/api/v1/coverage/", body, format="json").status_code == 429
    body = {"questions": [{"q": "x" * 1_990}] * 2}
    assert api.post("/api/v1/coverage/", body, format="json").status_code == 200


@pytest.mark.slow
def test_what_a_process_builds_for_everybody_is_charged_to_nobody(api, db, client, monkeypatch):
    """The first to ask of a place, where nobody has before: the names of all places are read then."""
    from regions.gazetteer import active

    build, begun = active._build, []

    def dearly():
        end = time.thread_time() + 0.5
        while time.thread_time() < end:
            pass
        begun.append(1)
        return build()

    monkeypatch.setattr(active, "_build", dearly)
    active.forget()
    for place in ("富顺县", "贡井区", "荣县", "大安区", "自流井区", "沿滩区"):
        assert client.get("/coverage/", {"q": place}, **ATTACKER).status_code == 200
    assert begun
