"""No input makes a 5xx: random requests to every address, as every role.

Ordinary runs take a few seconds with one seed; `make fuzz` (CI) gives FUZZ_SECONDS=120 and a fresh seed (CI a fixed one). What was found stays in FOUND, and is asked
each time. A failure names the seed and the request: FUZZ_SEED=… repeats it.
"""

import io
import itertools
import json
import os
import random
import re
import time
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Permission, User
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from regions.choices import KeyRole
from regions.fetch import decode
from regions.models import ApiKey
from servicenet.handler import Handler

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SECONDS = float(os.environ.get("FUZZ_SECONDS", "4"))
SEED = int(
    os.environ.get("FUZZ_SEED")
    or ("FUZZ_SECONDS" in os.environ and random.SystemRandom().randrange(2**32))
    or 20261121
)
ROLES = ("nobody", "keeper", "clerk", "chief", "reading key", "writing key")

NASTY = (
    "", " ", "0", "-1", "1", "abc", "None", "null", "true", "1e400", "99999999999999999999", "%", "%00", "\x00", "'", '"', "`", "\\",
    "<script>", "../../etc/passwd", "a" * 3000, "县" * 700, "😀", "\u202e", "\ufeff", "１２", "²", "١٢", "2026-02-30", "9999-12-31",
    "0000-00-00", "2026-11-21T00:00:00Z", "[]", "{}", "[1", "510322", "51032", "510322000000", "4000000001", "400-000-0001", "a-repair", "富顺县",
    "四川省除甘孜、阿坝外", "a-repair:4000000001", "a-repair:510322:2000-01-01", "a\r\nX-Y: z", ";", "&", "=", "#", "?", "\ud800", "id__exact",
)  # fmt: skip
NAMES = (
    "q", "p", "page", "page_size", "format", "on", "region", "number", "text", "service", "service__slug", "id__exact", "id__in", "e", "o", "all",
    "_changelist_filters", "_popup", "_to_field", "foo", "status", "state", "brand", "brand__n", "category", "kind", "level", "ancestor", "parent",
    "fields", "omit", "brief", "since", "limit", "term", "app_label", "model_name", "field_name", "next", "part", "back", "verified", "on__gte",
    "valid_from__year", "checked_on__month", "checked_on__day", "state__exact", "service__id__exact", "channel", "hotline_status", "lang",
)  # fmt: skip
FIELDS = (
    "texts", "questions", "hotline", "coverage_rule", "reason", "statement", "evidence_url", "text", "service", "mode", "decisions", "include",
    "exclude", "line", "action", "_selected_action", "index", "select_across", "name", "slug", "username", "password", "code", "new_state",
    "new_decision", "_to_field", "_popup", "method", "result", "checked_on", "import_file", "input_format", "resource", "import_file_name", "_save", "post", "region",
    "valid_from", "valid_to", "labels", "spellings", "number", "kind", "brand", "category", "csrfmiddlewaretoken", "promises-TOTAL_FORMS",
    "promises-INITIAL_FORMS", "hours-TOTAL_FORMS", "hours-INITIAL_FORMS", "form-TOTAL_FORMS", "form-INITIAL_FORMS", "keep", "next",
)  # fmt: skip
# (method, path, content type, body): what was found. It is asked as every role.
FOUND = [
    ("POST", "/api/v1/disputes/", "application/json", '{"\\ud800": 1}'),
    ("POST", "/api/v1/disputes/", "application/json", '{"hotline": "\\ud800:1", "reason": "other"}'),
    ("POST", "/api/v1/imports/", "application/json", '{"\\ud800": 1}'),
    ("POST", "/api/v1/imports/", "application/json", '{"service": "a-repair", "text": "\\udfff"}'),
    ("POST", "/api/v1/imports/1/decide/", "application/json", '{"decisions": [{"\\ud800": "\\ud800"}]}'),
    ("POST", "/api/v1/imports/1/apply/", "application/json", '{"reason": "\\ud800"}'),
    ("GET", "/admin/regions/hotline/add/?service=abc", "", ""),
    ("GET", "/admin/regions/hotline/add/?service=99999999999999999999", "", ""),
    ("GET", "/admin/regions/coveragerule/add/?region=abc&service=1e400", "", ""),
    ("GET", "/admin/regions/brand/export/?foo=1", "", ""),
    ("GET", "/admin/regions/hotline/export/?service__id__exact=abc", "", ""),
    ("GET", "/admin/regions/hotline/?id__in=abc&o=99.x&p=abc", "", ""),
    ("GET", "/admin/regions/hotline/?valid_from__year=4000000001", "", ""),
    ("GET", "/services/a-repair/list/?page=%00", "", ""),
    (
        "POST",
        "/admin/regions/hotline/add/",
        "application/x-www-form-urlencoded",
        "service=abc&number=99999999999999999999&_save=1",
    ),
    (
        "POST",
        "/admin/regions/coveragerule/add/",
        "application/x-www-form-urlencoded",
        "region=1e400&service=%00&source=abc&_save=1",
    ),
    (
        "GET",
        "/admin/regions/coveragerule/?service__id__exact=abc&region__id__exact=99999999999999999999",
        "",
        "",
    ),
]


def patterns(resolver=None, before: str = "") -> list[str]:
    """Every address there is, with <name> where something is to be filled in."""
    found = []
    for each in (resolver or get_resolver()).url_patterns:
        part = str(each.pattern).removeprefix("^").removesuffix("$")
        if isinstance(each, URLPattern):
            found.append(
                before + re.sub(r"\(\?P(<\w+>)(?:[^()]|\([^()]*\))*\)", r"\1", part).replace("\\", "")
            )
        elif isinstance(each, URLResolver):
            found += patterns(each, before + part)
    return found


class Fuzz:
    """Requests by a die; `kept` holds keys of real records to fill addresses with."""

    def __init__(self, seed: int, kept: list[str]) -> None:
        self.dice, self.kept, self.paths = random.Random(seed), kept, patterns()

    def value(self) -> str:
        return self.dice.choice(self.kept) if self.dice.random() < 0.5 else self.dice.choice(NASTY)

    def address(self) -> str:
        path = re.sub(
            r"<[^>]*>",
            lambda _hole: quote(self.value(), safe="", errors="surrogatepass"),
            self.dice.choice(self.paths),
        )
        names = [self.dice.choice(NAMES) for _n in range(self.dice.choice((0, 0, 1, 1, 2, 4)))]
        query = "&".join(f"{name}={quote(self.value(), errors='surrogatepass')}" for name in names)
        return "/" + path.lstrip("/") + ("?" + query if query else "")

    def json(self, depth: int = 0):
        kind = self.dice.randrange(3 if depth > 2 else 6)
        if kind < 2:
            return self.value()
        if kind == 2:
            return self.dice.choice((None, True, 0, -1, 10**30, 1.5))
        size = self.dice.randrange(4)
        if kind == 3:
            return [self.json(depth + 1) for _n in range(size)]
        return {self.dice.choice((*FIELDS, self.value())): self.json(depth + 1) for _n in range(size)}

    def request(self) -> tuple[str, str, str, str | dict]:
        method = self.dice.choices(
            ("GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"), (50, 40, 2, 2, 2, 2, 2)
        )[0]
        address = self.address()
        if method in ("GET", "HEAD", "OPTIONS"):
            return method, address, "", ""
        if "/api/" in address or self.dice.random() < 0.2:
            return method, address, "application/json", json.dumps(self.json())
        fields = {self.dice.choice(FIELDS): self.value() for _n in range(self.dice.randrange(8))}
        body = "&".join(
            f"{quote(name)}={quote(value, errors='surrogatepass')}" for name, value in fields.items()
        )
        return method, address, "application/x-www-form-urlencoded", body


@pytest.fixture
def clients(world, maintainer, chief):
    """A client for each role."""
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.all())
    clients = {role: Client(raise_request_exception=False) for role in ROLES}
    for role, user in (("keeper", maintainer), ("clerk", clerk), ("chief", chief)):
        clients[role].force_login(user)
    for role, word in (("reading key", KeyRole.READ), ("writing key", KeyRole.WRITE)):
        _record, key = ApiKey.objects.create_key(name=role, owner=chief, role=word)
        clients[role].defaults["HTTP_X_API_KEY"] = key
    return clients


@pytest.fixture
def ask(clients):
    """ask(role, method, path, content type, body) → status."""

    def send(role, method, path, content_type, body):
        response = clients[role].generic(method, path, body, content_type or "text/plain")
        if response.streaming:
            b"".join(response.streaming_content)
        return response.status_code

    return send


@pytest.fixture
def generous(settings):
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {
        "DEFAULT_THROTTLE_RATES": dict.fromkeys(rates, "1000000/hour")
    }
    settings.LOGIN_ADDRESS_LIMIT = 1_000_000


@pytest.mark.parametrize("path", ["/api/v1/resolve/", "/api/v1/disputes/", "/admin/login/", "/"])
def test_a_body_of_unknown_length_is_refused_not_lost(db, path):
    answer = Client().post(
        path, b"", content_type="application/json", HTTP_TRANSFER_ENCODING="chunked", CONTENT_LENGTH=""
    )
    assert answer.status_code == 411


@pytest.mark.parametrize(
    "charset",
    [
        "undefined",
        "punycode",
        "unicode_escape",
        "raw_unicode_escape",
        "idna",
        "rot13",
        "base64",
        "zip",
        "utf-7",
        "mbcs",
        "x" * 40,
    ],
)
@pytest.mark.parametrize(
    "content", [b"\\ud800 abc", b"\xff\xfe\x00", "400-000-0001 号".encode(), b"\\", b"+2AA-", b""]
)
def test_no_charset_that_a_page_names_stops_its_reading(charset, content):
    for text in (decode(content, charset), decode(b'<meta charset="' + charset.encode() + b'">' + content)):
        text.encode()


def test_no_address_with_a_zero_is_looked_for(db):
    """PostgreSQL refuses to look for one, SQLite does not; so each is told at once that nothing stands there."""
    client = Client(raise_request_exception=False)
    for path in patterns():
        if "<" in path:
            address = "/" + re.sub(r"<[^>]*>", "%00", path).lstrip("/")
            assert client.get(address).status_code == 404, address


KINDS = ("text/plain", "application/json", "application/x-www-form-urlencoded")
DOORS = (
    "/",
    "/api/v1/brands/",
    "/api/v1/resolve/",
    "/admin/login/",
    "/report/",
    "/i18n/setlang/",
    "/healthz",
    "/metrics",
)


@pytest.mark.parametrize(
    "charset", ["undefined", "punycode", "idna", "rot13", "base64", "utf-16", "unicode_escape"]
)
def test_no_charset_that_a_client_names_stops_an_answer(db, charset):
    """Django reads addresses and forms in the encoding that the content type names, whatever Python has under that name."""
    application = Handler()
    statuses: list[str] = []
    for path, method, kind in itertools.product(DOORS, ("GET", "POST"), KINDS):
        body = b"q=%FF&next=" + b"x" * 99
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "q=" + "x" * 99}
        environ |= {"CONTENT_TYPE": f"{kind}; charset={charset}", "CONTENT_LENGTH": str(len(body))}
        environ |= {"wsgi.input": io.BytesIO(body), "SERVER_NAME": "testserver", "SERVER_PORT": "80"}
        environ |= {"wsgi.url_scheme": "http", "wsgi.errors": io.StringIO(), "REMOTE_ADDR": "192.0.2.1"}
        request_started.disconnect(close_old_connections)  # the test's own, with all that is in it
        try:
            list(application(environ, lambda status, _headers, _fault=None: statuses.append(status)))
        finally:
            request_started.connect(close_old_connections)
        assert statuses[-1] < "5", environ


@pytest.mark.parametrize("role", ROLES)
def test_what_was_found_stays_mended(ask, generous, role):
    assert [found for found in FOUND if ask(role, *found) >= 500] == []


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("role", ROLES)
def test_nothing_makes_a_fault(ask, generous, world, role):
    kept = [
        "a",
        "b",
        "a-repair",
        "b-repair",
        "page-a",
        "example",
        "cabinets",
        "510322",
        "4000000001",
        world.hotline.key,
        world.rule.key,
    ]
    kept += [
        str(world.ours.pk),
        str(world.hotline.pk),
        str(world.rule.pk),
        "1",
        "regions",
        "directory",
        "ndjson",
        "csv",
        "hotline",
    ]
    seed = SEED + ROLES.index(role)
    fuzz = Fuzz(seed, kept)
    end, faults = time.monotonic() + SECONDS / len(ROLES), []
    while time.monotonic() < end:
        request = fuzz.request()
        if "logout" in request[1] or "second-step" in request[1]:
            continue
        if ask(role, *request) >= 500:
            faults.append(request)
    assert faults == [], f"FUZZ_SEED={SEED}"
