"""Threads, locks and snapshots that are held: whoever holds one stops the others for a bounded time."""

import contextlib
import http.client
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from .conftest import Cluster, environment, folder_of_clusters, manage
from .test_frozen import processes

pytestmark = pytest.mark.faults
BRANDS = "/api/v1/brands/"
EXPORT = "/api/v1/export/directory.ndjson"
# A bit more than what SQLite is told to keep of its log (journal_size_limit).
SMALL = 80 << 20
FIELD = re.compile(r'name="(\w+)" value="([^"]*)"')
SESSION = """
from django.contrib import auth
from django.contrib.sessions.backends.db import SessionStore
user, session = auth.get_user_model().objects.get(), SessionStore()
session[auth.SESSION_KEY] = str(user.pk)
session[auth.BACKEND_SESSION_KEY] = "regions.admin.login.Backend"
session[auth.HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print(session.session_key)
"""


@pytest.fixture(scope="module")
def cluster(kept):
    """One server with all regions, for the whole file."""
    base = folder_of_clusters()
    cluster = Cluster(base / "0").take(kept.cluster("regions")).start()
    yield cluster
    cluster.stop()
    shutil.rmtree(base, ignore_errors=True)


def unread(web, path: str) -> socket.socket:
    """A connection that asks and does not read."""
    host, port = web.address.removeprefix("http://").split(":")
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(90)
    client.connect((host, int(port)))
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    return client


def test_a_process_says_that_it_lives_while_a_frozen_database_holds_every_thread(cluster, start_web):
    web = start_web(environment(DATABASE_URL=cluster.url, WORKERS="1", THREADS="2"))
    assert web.get(BRANDS)[0] == 200 and web.get(BRANDS)[0] == 200
    frozen = processes(cluster)
    waiting = []
    try:
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        waiting = [unread(web, BRANDS) for _n in range(8)]
        time.sleep(1)
        for _again in range(3):
            began = time.monotonic()
            assert web.get("/healthz")[0] == 200
            assert time.monotonic() - began < 1
            began = time.monotonic()
            assert web.get("/readyz")[0] == 503
            assert time.monotonic() - began < 3
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
        for client in waiting:
            client.close()
    web.until(lambda: web.get(BRANDS)[0] == 200)


def test_a_reader_s_statement_ends_at_its_time_and_the_thread_is_free(cluster, start_web):
    web = start_web(environment(DATABASE_URL=cluster.url, WORKERS="1", THREADS="1", STATEMENT_SECONDS="1"))
    assert web.get(BRANDS)[0] == 200
    with psycopg.connect(cluster.url) as holder:
        holder.execute("LOCK TABLE regions_brand IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()
        status, body, headers = web.get(BRANDS)
        assert (status, headers["Retry-After"]) == (503, "5"), body
        assert 0.9 < time.monotonic() - began < 3
        assert web.get("/api/v1/")[0] == 200
    assert web.get(BRANDS)[0] == 200


def test_readers_wait_for_a_migration_no_longer_than_its_lock_timeout(cluster, start_web):
    """A long reader holds a table that a migration wants: those who come after queue behind it, for LOCK_SECONDS."""
    web = start_web(environment(DATABASE_URL=cluster.url, WORKERS="1", RATE_ANONYMOUS="999999/min"))
    took: list[float] = []
    with psycopg.connect(cluster.url) as busy:
        busy.execute("SELECT count(*) FROM regions_dispute").fetchone()
        migration = subprocess.Popen(
            [sys.executable, "manage.py", "migrate", "regions", "0001"],
            cwd=settings.BASE_DIR,
            env=environment(DATABASE_URL=cluster.url, LOCK_SECONDS="2"),
            stderr=subprocess.PIPE,
        )
        with psycopg.connect(cluster.url, autocommit=True) as reader:
            while migration.poll() is None:
                began = time.monotonic()
                reader.execute("SELECT count(*) FROM regions_dispute").fetchone()
                took.append(time.monotonic() - began)
                assert web.get(BRANDS)[0] == 200
        assert migration.returncode == 1 and b"LOCK_SECONDS" in migration.communicate()[1]
    assert 1 < max(took) < 4, max(took)  # they did wait, and were let go


def test_a_file_that_breaks_off_leaves_one_line_of_json(cluster, start_web):
    web = start_web(environment(DATABASE_URL=cluster.url, WORKERS="1"))
    with contextlib.closing(unread(web, EXPORT)) as client:
        assert client.recv(12).endswith(b"200")
        before = len(web.log.read_text().splitlines())
        cluster.sql(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = 'servicenet'"
        )
        with contextlib.suppress(OSError):
            while client.recv(1 << 20):
                pass
    web.until(lambda: web.get(BRANDS)[0] == 200)
    lines = web.log.read_text().splitlines()[before:]
    assert all(line.startswith("{") for line in lines), lines
    errors = [line for line in web.lines()[before:] if line["level"] == "ERROR"]
    assert len(errors) == 1 and errors[0]["error"]["trace"], errors


def test_the_log_of_sqlite_stays_small_though_a_file_is_not_read(start_web, tmp_path, kept):
    """A snapshot that is held keeps SQLite from using its write-ahead log anew; it is held no longer than the answer may stall."""
    file = tmp_path / "db.sqlite3"
    web = start_web(environment(DATABASE_URL=kept.sqlite("regions", file), WORKERS="1"))
    log = Path(f"{file}-wal")
    held = 0
    with (
        contextlib.closing(unread(web, EXPORT)) as client,
        contextlib.closing(sqlite3.connect(file, isolation_level=None, timeout=20)) as writer,
    ):
        assert client.recv(12).endswith(b"200")
        writer.execute("PRAGMA journal_size_limit=67108864")
        writer.execute("PRAGMA synchronous=NORMAL")
        writer.execute("CREATE TABLE much (content)")
        began = time.monotonic()
        while time.monotonic() - began < 90 and not (held > SMALL and log.stat().st_size <= SMALL):
            writer.execute("INSERT INTO much VALUES (randomblob(4000000))")
            writer.execute("DELETE FROM much")
            held = max(held, log.stat().st_size)
            time.sleep(0.2)
    assert held > SMALL, held  # the snapshot was held, and the log grew
    assert log.stat().st_size <= SMALL


def test_what_one_machine_took_another_writes(start_web, tmp_path, kept, files_of_pages):
    """Two web containers with a shared folder: the file goes to one, the confirmation to the other."""
    url = kept.sqlite("migrated", tmp_path / "db.sqlite3")
    env = environment(DATABASE_URL=url, UPLOADS_DIR=str(tmp_path / "uploads"), WORKERS="1")
    manage(
        env | {"DJANGO_SUPERUSER_PASSWORD": "a long password 2026"},
        "createsuperuser",
        "--noinput",
        "--username",
        "chief",
        "--email",
        "",
    )
    cookie = manage(env, "shell", "-v0", "-c", SESSION).strip()
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    machines = [start_web(env | {"TMPDIR": str(folder)}) for folder in folders]
    asked = "/admin/regions/category/"

    def post(web, path: str, fields: dict[str, str], file: str = "") -> tuple[int, str]:
        edge = "x" * 20
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'
            for n, v in fields.items()
        ]
        if file:
            parts.append(
                f'--{edge}\r\nContent-Disposition: form-data; name="import_file"; filename="a.csv"\r\n\r\n{file}\r\n'
            )
        with contextlib.closing(
            http.client.HTTPConnection(web.address.removeprefix("http://"), timeout=60)
        ) as connection:
            headers = {
                "Content-Type": f"multipart/form-data; boundary={edge}",
                "Cookie": f"sessionid={cookie}; csrftoken={'c' * 32}",
                "X-CSRFToken": "c" * 32,
            }
            connection.request("POST", path, ("".join(parts) + f"--{edge}--\r\n").encode(), headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    status, page = post(
        machines[0],
        asked + "import/",
        {"format": "0", "resource": "0"},
        "slug,name,parent\r\nkettles,水壶,\r\n",
    )
    assert status == 200 and "水壶" in page, page[:2000]
    fields = dict(FIELD.findall(page))
    wanted = {
        name: fields[name]
        for name in ("import_file_name", "original_file_name", "format", "resource")
        if name in fields
    }
    assert any((tmp_path / "uploads").rglob("*"))
    status, page = post(machines[1], asked + "process_import/", wanted)
    assert status == 302, page[:2000]
    assert "kettles" in machines[0].get("/api/v1/categories/")[1].decode()
    assert not [path for folder in folders for path in folder.rglob("*") if "servicenet" in path.name]
