"""A database that is frozen, and a migration that meets busy tables."""

import contextlib
import os
import signal
import subprocess
import time

import psycopg
import pytest

from .conftest import environment, manage, try_manage

pytestmark = pytest.mark.faults


def processes(cluster) -> list[int]:
    first = int((cluster.folder / "postmaster.pid").read_text().split()[0])
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(first)], capture_output=True, text=True).stdout
    return [first, *map(int, listed.split())]


def send(pids: list[int], sent: signal.Signals) -> None:
    """The same to all; one that lives shortly, such as a cleaning worker, may have ended."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sent)


def test_a_frozen_database_is_told_in_three_seconds(make_cluster, start_web):
    cluster = make_cluster(state="migrated")
    env = environment(DATABASE_URL=cluster.url)
    web = start_web(env | {"WORKERS": "1"})
    assert web.get("/readyz")[0] == 503  # no release
    frozen = processes(cluster)
    try:
        send(frozen, signal.SIGSTOP)
        for _again in range(3):
            began = time.monotonic()
            status, body, _headers = web.get("/readyz")
            assert (status, b'"database": false' in body) == (503, True)
            assert time.monotonic() - began < 3
            assert web.get("/healthz")[0] == 200
    finally:
        send(frozen, signal.SIGCONT)
    web.until(lambda: b'"database": true' in web.get("/readyz")[1])
    assert all(line.startswith("{") for line in web.log.read_text().splitlines()), web.log.read_text()


def test_a_migration_does_not_hold_up_readers_for_longer_than_its_lock_timeout(make_cluster):
    cluster = make_cluster(state="migrated")
    env = environment(DATABASE_URL=cluster.url, LOCK_SECONDS="2")
    with psycopg.connect(cluster.url) as busy:
        busy.execute("SELECT count(*) FROM regions_dispute").fetchone()  # a reader in a long transaction
        began = time.monotonic()
        done = try_manage(env, "migrate", "regions", "0001")  # alters that table
        assert done.returncode == 1 and "LOCK_SECONDS" in done.stderr, done.stderr
        assert time.monotonic() - began < 60
        with psycopg.connect(cluster.url) as other:
            other.execute("SET statement_timeout = '3s'")
            other.execute("SELECT count(*) FROM regions_dispute").fetchone()


def test_a_reader_s_statement_and_idle_transaction_end(make_cluster, start_web):
    cluster = make_cluster(state="migrated")
    env = environment(DATABASE_URL=cluster.url)
    shown = manage(
        env | {"STATEMENT_SECONDS": "30", "IDLE_TRANSACTION_SECONDS": "60"},
        "shell", "-v0", "-c",
        "from django.db import connection as c\nwith c.cursor() as q:\n"
        "  for n in ('statement_timeout', 'idle_in_transaction_session_timeout', 'lock_timeout'):\n"
        "    q.execute('SHOW ' + n); print(q.fetchone()[0])",
    )  # fmt: skip
    assert shown.split() == ["30s", "1min", "0"]
