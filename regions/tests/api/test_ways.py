"""The lean way for programs and the whole one for people: the same answers, headers, errors, limits and languages."""

import re

import pytest
from django.urls import get_resolver

from servicenet import settings, ways

BASE = "/api/v1/"
JSON = {"content_type": "application/json"}
ID = {"HTTP_X_REQUEST_ID": "the-same"}
READS = [
    "",
    "coverage/?region=510322",
    "coverage/?region=510322&kind=repair&page_size=1&page=2",
    "coverage/?region=330104",
    "coverage/?q=富顺县",
    "coverage/?region=51032",
    "coverage/?region=510322&colour=red",
    "coverage/?region=510322&brand=nobody",
    "coverage/",
    "coverage?region=510322",
    "regions/510322/",
    "regions/999999/",
    "services/cabinet-repair/",
    "services/cabinet-repair/coverage/?format=csv",
    "hotlines/?on=2026-11-01",
    "numbers/?number=400-1865-909",
    "changes/?since=0",
    "changes/?since=x",
    "imports/",
    "docs/",
    "brands/?format=api",
    "brands/?format=xml",
    "export/",
    "nothing/here/",
    "../v1/brands/",
    "%00",
]
SENDS = [
    ("post", "coverage/", '{"questions": [{"region": "510322"}, {"q": ""}]}', JSON),
    ("post", "coverage/", "{", JSON),
    ("post", "coverage/", "a=1", {"content_type": "text/csv"}),
    ("post", "services/", "{}", JSON),
    ("post", "disputes/", "{}", JSON),
    ("delete", "brands/brand/", "", {}),
    ("patch", "hotlines/none/", "{}", JSON),
    ("put", "coverage/", "{}", JSON),
    ("options", "coverage/", "", {}),
    (
        "options",
        "coverage/",
        "",
        {"HTTP_ORIGIN": "https://example.com", "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "GET"},
    ),
    ("head", "coverage/?region=510322", "", {}),
]
CLIENTS = [
    {},
    {"HTTP_ACCEPT_LANGUAGE": "en"},
    {"HTTP_ACCEPT_LANGUAGE": "fr;q=0.9, zh-CN;q=0.5", "HTTP_ORIGIN": "https://example.com"},
    {"HTTP_ACCEPT": "text/html", "HTTP_COOKIE": "django_language=en; csrftoken=abc"},
    {"HTTP_ACCEPT": "image/png"},
    {"HTTP_AUTHORIZATION": "Api-Key nobody.has"},
    {"HTTP_AUTHORIZATION": "Basic eDp5"},
]
# What is drawn by lot in each answer.
_LOTS = [re.compile(rb"nonce-?=?\"?[\w+/=-]+"), re.compile(rb'csrf\w*"?[^,>]{0,40}"[A-Za-z0-9]{64}"')]


def told(response) -> tuple:
    """All that a client sees."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    policy = "Content-Security-Policy"
    headers = {name.lower(): value for name, value in response.items()}
    if policy.lower() in headers:
        written = re.sub(r"'nonce-[^']+'", "'nonce'", headers[policy.lower()])
        headers[policy.lower()] = sorted(written.split("; "))  # django-csp writes them in any order
    # The whole way looks whether somebody is logged in, and gives forms their token; what says so is never kept.
    varies = {name for name in headers.pop("vary", "").lower().split(", ") if name and name != "cookie"}
    cookies = {name: str(cookie) for name, cookie in response.cookies.items() if name != "csrftoken"}
    for lot in _LOTS:
        body = lot.sub(b"", body)
    # The second request finds less left than the first.
    headers |= {name: re.sub(r";[rt]=\d+", "", headers[name]) for name in ("ratelimit",) if name in headers}
    headers.pop("content-length", None)  # checked by the server; lots differ in length
    return response.status_code, headers, varies, cookies, body


@pytest.fixture
def both(client, monkeypatch):
    """both(method, path, …): the same request by the lean way and by the whole one."""

    def ask(method, path, *args, **kwargs):
        found = []
        for lean in (True, False):
            monkeypatch.setattr(ways, "is_lean", lambda request, lean=lean: lean)
            found.append(told(getattr(client, method)(path, *args, **kwargs)))
        return found

    return ask


@pytest.mark.slow
@pytest.mark.parametrize("headers", CLIENTS, ids=lambda headers: "+".join(headers) or "plain")
def test_reads_are_answered_alike(both, directory, headers):
    for path in READS:
        lean, whole = both("get", BASE + path, **headers, **ID)
        assert lean == whole, path


@pytest.mark.parametrize("headers", CLIENTS, ids=lambda headers: "+".join(headers) or "plain")
@pytest.mark.slow
def test_everything_else_is_answered_alike(both, directory, headers):
    for method, path, body, more in SENDS:
        lean, whole = both(method, BASE + path, data=body, **{**headers, **more, **ID})
        assert lean == whole, (method, path)


def test_what_is_held_is_told_alike(both, client, directory):
    etag = client.get(BASE + "coverage/?region=510322")["ETag"]
    lean, whole = both("get", BASE + "coverage/?region=510322", HTTP_IF_NONE_MATCH=etag, **ID)
    assert lean == whole
    assert lean[0] == 304


def test_a_limit_is_one_limit_on_both_ways(client, settings, db, monkeypatch, time_machine):
    time_machine.move_to("2026-11-21T04:00:20Z", tick=False)
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] | {"anonymous": "4/min"}
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": rates}
    statuses = []
    for lean in (True, False, True, False, True, False):
        monkeypatch.setattr(ways, "is_lean", lambda request, lean=lean: lean)
        statuses.append(client.get(BASE + "brands/").status_code)
    assert statuses == [200] * 4 + [429] * 2


def test_a_fault_looks_alike(both, client, directory, monkeypatch):
    def fail(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("regions.api.coverage.read_place", fail)
    client.raise_request_exception = False
    lean, whole = both("get", BASE + "coverage/?region=510322", **ID)
    assert lean == whole
    assert lean[0] == 500
    assert lean[1]["x-request-id"] == "the-same"


@pytest.mark.parametrize("host", ["evil.example", "a b"])
def test_a_foreign_host_is_refused_alike(both, db, settings, host):
    settings.ALLOWED_HOSTS = ["testserver"]
    lean, whole = both("get", BASE + "brands/", HTTP_HOST=host, **ID)
    assert lean == whole
    assert lean[0] == 400


def test_tls_is_asked_for_alike(both, db, settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 60
    lean, whole = both("get", BASE + "brands/", **ID)
    assert lean == whole
    assert lean[0] == 301
    lean, whole = both("get", BASE + "brands/", secure=True, **ID)
    assert lean == whole
    assert lean[1]["strict-transport-security"].startswith("max-age=60")


@pytest.mark.parametrize(
    ("path", "cookie", "lean"),
    [
        ("/api/v1/coverage/", "", True),
        ("/api/v1/coverage/", "csrftoken=x; django_language=en", True),
        ("/api/v1/coverage/", "a=b; sessionid=x", False),
        ("/api/", "", True),
        ("/admin/", "", False),
        ("/", "", False),
        ("/metrics", "", False),
    ],
)
def test_who_goes_the_lean_way(rf, path, cookie, lean):
    assert ways.is_lean(rf.get(path, HTTP_COOKIE=cookie)) is lean


def test_a_session_keeps_its_rights(client, staff, directory):
    assert client.get(BASE + "imports/").status_code == 401
    client.force_login(staff)
    assert client.get(BASE + "imports/").status_code == 403  # known, without a brand of his own


def test_what_is_passed_by_stands_in_the_whole_way():
    """A name that is changed in the settings alone would bring log-ins back to programs unseen."""
    assert set(settings.MIDDLEWARE) >= ways.FOR_PEOPLE


def test_no_address_of_the_api_needs_the_guard_of_forms():
    """Without a session there is nothing that a foreign page could use; with one DRF asks for the token itself."""
    for pattern in _patterns(get_resolver().url_patterns):
        callback = pattern.callback
        assert getattr(callback, "csrf_exempt", False), pattern


def _patterns(patterns, prefix=""):
    for each in patterns:
        here = prefix + str(each.pattern)
        if hasattr(each, "url_patterns"):
            yield from _patterns(each.url_patterns, here)
        elif here.startswith("api/"):
            yield each
