"""What operators rely on: health, readiness, metrics, logs, lock-out, answers while the database is away."""

import gc
import io
import json
import logging
import os
import re
import runpy
import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from regions.lookup import ahead, memory
from regions.models import Brand, Change, Release
from regions.services import records
from regions.tests import factories
from regions.tests.factories import load_regions
from servicenet import health, logs

COVERAGE = "/api/v1/coverage/?region=510322"


@pytest.fixture
def log(monkeypatch):
    """What is logged, line by line, as JSON."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


class TestHealth:
    def test_alive_asks_nobody_and_answers_under_any_host(self, client, django_assert_num_queries):
        response = client.get("/healthz", HTTP_HOST="10.0.0.7:8000")
        assert (response.status_code, response.content) == (200, b"ok\n")
        assert response["Cache-Control"] == "no-store"

    def test_ready_needs_database_migrations_and_a_release(self, client, db, make_regions):
        response = client.get("/readyz", HTTP_HOST="10.0.0.7:8000")
        assert response.status_code == 503
        assert response.json() == {
            "ready": False,
            "checks": {"database": True, "migrations": True, "release": False, "files": True},
        }
        make_regions("510322")
        assert client.get("/readyz").json()["ready"] is True
        Release.objects.update(state="retired")
        assert client.get("/readyz").status_code == 503

    @pytest.mark.parametrize("collected", ["nothing", "of another program", "all"])
    def test_files_that_were_not_collected_are_seen(self, client, db, make_regions, monkeypatch, collected):
        """Pages name them by a manifest; one that is not in it is a 500."""
        make_regions("510322")
        names = {
            path: path
            for finder in get_finders()
            for path, _storage in finder.list(["CVS", ".*", "*~"])
            if collected == "all" or (collected != "nothing" and path != "regions/icon.svg")
        }
        monkeypatch.setattr(health, "_named", False)
        monkeypatch.setattr(health, "staticfiles_storage", SimpleNamespace(hashed_files=names))
        response = client.get("/readyz")
        assert response.json()["checks"]["files"] is (collected == "all")
        assert response.status_code == (200 if collected == "all" else 503)

    def test_a_missing_migration_is_seen(self, client, db, make_regions, monkeypatch):
        make_regions("510322")
        monkeypatch.setattr(health, "_migrated", False)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'regions'")
        response = client.get("/readyz")
        assert response.status_code == 503
        assert response.json()["checks"]["migrations"] is False

    def test_a_database_that_is_away_is_told_without_details(self, client, monkeypatch):
        def broken(*args, **kwargs):
            raise OperationalError("connection to 10.1.2.3 refused, password secret")

        # On whichever thread it is asked: PostgreSQL is on one of its own.
        away = SimpleNamespace(
            vendor=connection.vendor, in_atomic_block=False, cursor=broken, close=lambda: None
        )
        monkeypatch.setattr(health, "connection", away)
        response = client.get("/readyz")
        assert response.status_code == 503
        assert b"secret" not in response.content


class TestMetrics:
    def test_nobody_reads_them_without_a_token_or_a_login(self, client, db, settings):
        assert client.get("/metrics").status_code == 403
        settings.METRICS_TOKEN = "t0ken"
        assert client.get("/metrics").status_code == 403
        assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer other").status_code == 403
        assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer t0ken").status_code == 200
        settings.METRICS_TOKEN = ""
        assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer ").status_code == 403

    def test_requests_are_counted_by_pattern_not_by_address(self, admin_client, make_regions):
        make_regions("510322")
        admin_client.get("/api/v1/regions/510322/?fields=name")
        text = admin_client.get("/metrics").content.decode()
        assert (
            'servicenet_requests_total{method="GET",route="api/v1/regions/(?P<code>[^/]+)/$",status="200"}'
            in text
        )
        # Only what labels say: a time such as 1.79570216251032e+09 holds any six digits.
        assert "510322" not in "".join(re.findall(r"\{.*?\}", text))
        assert 'servicenet_lookup_bytes{kind="limit"}' in text


class TestLogs:
    def test_a_request_is_one_line_without_what_was_asked(self, client, make_regions, log):
        make_regions("510322")
        response = client.get("/api/v1/coverage/", {"q": "富顺县我家地址"}, HTTP_X_REQUEST_ID="abc-1")
        assert response["X-Request-ID"] == "abc-1"
        (line,) = [line for line in log() if line["logger"] == "servicenet.access"]
        assert line["request_id"] == "abc-1"
        assert (line["method"], line["route"], line["status"]) == ("GET", "api/v1/coverage/", 200)
        assert "富顺" not in json.dumps(log(), ensure_ascii=False)

    @pytest.mark.parametrize("sent", ["", "a b", "x" * 65, "a\tb", "<script>", "号"])
    def test_an_id_that_is_none_is_replaced(self, client, db, sent):
        found = client.get("/api/v1/", HTTP_X_REQUEST_ID=sent)["X-Request-ID"]
        assert len(found) == 32 and found != sent

    def test_a_crash_is_logged_with_its_place_but_not_with_the_question(self, client, db, log, monkeypatch):
        def crash(*args, **kwargs):
            raise ValueError("cannot read 富顺县我家地址")

        monkeypatch.setattr("regions.api.coverage.read_place", crash)
        monkeypatch.setattr("regions.api.coverage.find_by_text", crash)
        client.raise_request_exception = False
        response = client.get("/api/v1/coverage/", {"q": "富顺县我家地址"})
        assert response.status_code == 500
        assert response["Content-Type"] == "application/problem+json"
        (line,) = [line for line in log() if line["level"] == "ERROR"]
        assert line["error"]["type"] == "ValueError"
        assert line["error"]["message"] == ""
        assert any("crash" in frame for frame in line["error"]["trace"])
        assert "富顺" not in json.dumps(log(), ensure_ascii=False)

    @pytest.mark.parametrize("path", ["/", "/api/v1/", "/admin/login/", "/healthz"])
    def test_a_foreign_host_is_no_fault_of_ours(self, client, db, log, settings, path):
        settings.ALLOWED_HOSTS = ["testserver"]
        status = client.get(path, HTTP_HOST="evil.example").status_code
        assert status == (200 if path == "/healthz" else 400)
        assert [line for line in log() if line["level"] in ("WARNING", "ERROR")] == []
        assert "evil" not in json.dumps(log())

    def test_a_refusal_is_no_fault(self, client, db, log, monkeypatch, settings):
        """Busy (503) and too many (429): one line, of the request, and no error."""
        settings.EXPORTS_AT_ONCE = 1
        monkeypatch.setattr("regions.api.seats._taken", {"somebody"})
        assert client.get("/api/v1/export/directory.ndjson").status_code == 503
        settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {
            "DEFAULT_THROTTLE_RATES": settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
            | {"anonymous": "0/min"}
        }
        assert client.get("/api/v1/services/").status_code == 429
        assert client.get("/numbers/").status_code == 429
        assert [(line["level"], line["status"]) for line in log()] == [
            ("INFO", 503),
            ("INFO", 429),
            ("INFO", 429),
        ]

    def test_the_audit_trail_carries_the_request_id(self, admin_client, admin_user):
        form = {"name": "x", "owner": admin_user.pk, "role": "read", "rate": "", "reason": "test"}
        admin_client.post("/admin/regions/apikey/add/", form, HTTP_X_REQUEST_ID="trace-7")
        assert Change.objects.get(kind="key").request_id == "trace-7"


@pytest.mark.parametrize("path", [COVERAGE, "/api/v1/services/", "/api/v1/"])
def test_a_database_that_is_away_is_a_503_with_a_time_to_wait(client, db, monkeypatch, path):
    def broken(*args, **kwargs):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("regions.api.caching.current_position", broken)
    client.raise_request_exception = False
    response = client.get(path)
    assert response.status_code == 503
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    assert int(response["Retry-After"]) > 0
    assert "closed" not in response.content.decode()


class TestLockOut:
    LOGIN = "/admin/login/"

    @pytest.fixture(autouse=True)
    def _axes(self, settings, admin_user):
        settings.AXES_ENABLED = True
        cache.clear()

    def attempt(self, password: str, **headers):
        return Client().post(self.LOGIN, {"username": "admin", "password": password}, **headers)

    def test_five_wrong_passwords_lock_the_account_for_that_address(self):
        for _i in range(5):
            self.attempt("wrong")
        locked = self.attempt("password")
        assert locked.status_code == 429
        assert self.attempt("password", REMOTE_ADDR="192.0.2.8").status_code == 302

    @pytest.mark.slow
    def test_a_forged_header_does_not_open_the_lock(self):
        for i in range(6):
            self.attempt("wrong", HTTP_X_FORWARDED_FOR=f"203.0.113.{i}")
        assert self.attempt("password", HTTP_X_FORWARDED_FOR="203.0.113.99").status_code == 429


def test_every_page_has_the_strict_policy(client, db):
    policy = client.get("/api/v1/docs/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_production_settings_pass_djangos_own_checks():
    """`make check` runs `check --deploy` in a process of its own; here: nothing is silenced."""
    out = io.StringIO()
    call_command("check", stdout=out)
    assert "0 silenced" in out.getvalue()


def test_a_command_without_settings_says_what_to_set_in_a_line():
    done = subprocess.run(
        [sys.executable, "manage.py", "resolve", "-"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"]},
        input="富顺县\n",
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1 and "SECRET_KEY is not set" in done.stderr


@pytest.fixture
def start_worker(monkeypatch):
    """What a worker does before its first request."""
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    monkeypatch.setattr(memory, "_memories", {})
    yield lambda: runpy.run_path(str(settings.BASE_DIR / "gunicorn.conf.py"))["post_worker_init"](None)
    gc.unfreeze()
    sys.setswitchinterval(0.005)


@pytest.mark.slow
def test_a_worker_does_not_look_through_what_it_loaded_again_and_again(start_worker, db):
    """A full collection over all modules takes longer than twenty answers."""
    start_worker()
    assert gc.get_freeze_count() > 50_000


@pytest.mark.slow
@pytest.mark.parametrize("server", ["gunicorn", "runserver"])
def test_nobody_waits_for_services_hotlines_counties_and_what_decides_on_them(
    server, start_worker, db, client
):
    service = factories.make_service("repair")
    places = load_regions(below=["510322"])
    town = next(place for code, place in places.items() if code.startswith("510322") and len(code) == 9)
    factories.make_rules(service, include=[town])
    call_command("rebuild_postings", verbosity=0)
    records.save(Brand(slug="a", name="甲"))  # a directory in which something was ever written
    if server == "gunicorn":
        start_worker()
    else:
        runpy.run_module(settings.WSGI_APPLICATION.rpartition(".")[0])
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/api/v1/overview/coverage/").status_code == 200
    whole = [
        each["sql"]
        for each in asked
        if re.search(
            'FROM "regions_hotline"|"category_id".*FROM "regions_service"|"regions_posting"', each["sql"]
        )
    ]
    assert not whole


@pytest.mark.slow
def test_a_worker_starts_without_a_database(start_worker, monkeypatch, db):
    def refuse(*args):
        raise OperationalError("nobody is there")

    monkeypatch.setattr(ahead, "consistently", refuse)
    start_worker()
