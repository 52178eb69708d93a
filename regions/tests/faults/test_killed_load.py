"""`load_regions` killed with -9 while it writes leaves nothing, and loads when it is run again."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from django.conf import settings

from .conftest import count_rows, environment, manage

pytestmark = pytest.mark.faults
COMMAND = [sys.executable, "manage.py", "load_regions", "--commit"]


def writes_sqlite(path) -> bool:
    """True while somebody else holds the lock to write."""
    database = sqlite3.connect(path, timeout=0)
    try:
        database.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    finally:
        database.close()
    return False


def writes_postgresql(url) -> bool:
    """True once rows lie in the table, whether committed or not."""
    import psycopg

    with psycopg.connect(url) as connection:
        return connection.execute("SELECT pg_relation_size('regions_region')").fetchone()[0] > 0


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_killed_in_the_middle_leaves_nothing(engine, tmp_path, make_cluster, kept):
    if engine == "sqlite":
        path = tmp_path / "directory.sqlite3"
        url, writes = kept.sqlite("migrated", path), lambda: writes_sqlite(path)
    else:
        cluster = make_cluster(state="migrated")
        url, writes = cluster.url, lambda: writes_postgresql(url)
    env = environment(DATABASE_URL=url)
    before = count_rows(env)
    process = subprocess.Popen(COMMAND, cwd=settings.BASE_DIR, env=env, stdout=subprocess.DEVNULL)
    for _try in range(600):
        if writes():
            break
        time.sleep(0.05)
    time.sleep(0.5)
    assert process.poll() is None
    os.kill(process.pid, signal.SIGKILL)
    process.wait(30)
    assert count_rows(env) == before
    edition = json.loads((settings.REGIONS_DIR / "edition.json").read_text(encoding="utf-8"))["edition"]
    assert f"release {edition} is active" in manage(env, "load_regions", "--commit")
