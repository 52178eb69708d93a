"""Limits: who is counted as whom, and what happens when the shared cache is away."""

import pytest
from django.test import RequestFactory

from regions.api import throttling
from regions.api.throttling import client_address, parse_rate

URL = "/api/v1/categories/"


@pytest.fixture
def modest(settings):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {
        "DEFAULT_THROTTLE_RATES": settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
        | {"anonymous": "3/min", "key": "5/min", "dispute": "10/hour"}
    }


@pytest.fixture(autouse=True)
def _mid_window(time_machine):
    time_machine.move_to("2026-11-21T04:00:20Z", tick=False)


def statuses(api, count, **headers) -> list[int]:
    return [api.get(URL, **headers).status_code for _i in range(count)]


def test_the_limit_is_told_with_the_time_to_wait(api, db, modest):
    assert statuses(api, 3) == [200] * 3
    response = api.get(URL)
    assert response.status_code == 429
    assert response["Content-Type"] == "application/problem+json"
    assert response["Retry-After"] == "40"
    assert response["Cache-Control"] == "no-store"
    assert response.json()["type"] == "urn:servicenet:problem:throttled"


def test_after_the_wait_it_goes_on(api, db, modest, time_machine):
    statuses(api, 4)
    time_machine.move_to("2026-11-21T04:01:00Z", tick=False)
    assert statuses(api, 1) == [200]


def test_a_key_raises_the_limit_and_may_have_its_own(api, modest, make_key):
    _record, ordinary = make_key()
    _record, busy = make_key(rate=7)
    assert statuses(api, 6, **ordinary) == [200] * 5 + [429]
    assert statuses(api, 8, **busy) == [200] * 7 + [429]
    assert statuses(api, 1) == [200]


def test_what_a_client_holds_already_is_not_counted(api, db, modest):
    etag = api.get(URL)["ETag"]
    assert statuses(api, 9, HTTP_IF_NONE_MATCH=etag) == [304] * 9


def test_a_forged_header_does_not_help_without_a_proxy(api, db, modest):
    found = [api.get(URL, HTTP_X_FORWARDED_FOR=f"203.0.113.{i}").status_code for i in range(4)]
    assert found == [200] * 3 + [429]


def test_a_forged_header_does_not_help_behind_a_proxy(api, db, modest, settings):
    settings.TRUSTED_PROXIES = 1
    forged = [f"198.51.100.{i}, 203.0.113.9" for i in range(4)]
    assert [api.get(URL, HTTP_X_FORWARDED_FOR=text).status_code for text in forged] == [200] * 3 + [429]
    assert statuses(api, 1, HTTP_X_FORWARDED_FOR="203.0.113.10") == [200]


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "address"),
    [
        (0, "192.0.2.1", "1.1.1.1", "192.0.2.1"),
        (1, "10.0.0.1", "6.6.6.6, 192.0.2.7", "192.0.2.7"),
        (2, "10.0.0.1", "6.6.6.6, 192.0.2.7, 10.0.0.2", "192.0.2.7"),
        (2, "10.0.0.1", "192.0.2.7", "192.0.2.7"),
        (1, "10.0.0.1", "", "10.0.0.1"),
        (1, "", "", "local"),
        (1, "10.0.0.1", "a b\nc", "unreadable"),
        (0, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),
        (0, "2001:db8:1:2:ffff::9", "", "2001:db8:1:2::"),
        (0, "::ffff:192.0.2.1", "", "192.0.2.1"),
    ],
)
def test_whose_request_it_is(settings, proxies, remote, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert client_address(RequestFactory().get("/", REMOTE_ADDR=remote, **headers)) == address


class BrokenCache:
    def __init__(self):
        self.calls = 0

    def incr(self, key, amount):
        self.calls += 1
        raise ConnectionError("down")


def test_answers_go_on_when_the_shared_cache_is_away(api, db, modest, monkeypatch):
    broken = BrokenCache()
    monkeypatch.setattr(throttling, "cache", broken)
    assert statuses(api, 4) == [200] * 3 + [429]
    assert broken.calls == 1  # it is left alone for a while


@pytest.mark.parametrize("rate", ["", "10", "x/min", "10/fortnight", "-1/min"])
def test_a_rate_that_is_none_says_which_there_are(rate):
    with pytest.raises(ValueError, match="NUMBER/UNIT"):
        parse_rate(rate)
