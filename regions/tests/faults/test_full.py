"""A disk that fills in the middle: nothing half-written, an error that names the cure, and on when there is space."""

import csv
import json
import sqlite3

import pytest
from django.conf import settings

from .conftest import count_rows, environment, manage, try_manage

pytestmark = pytest.mark.faults

CODES = 30_000
SERVICE = """
from regions.models import ApiKey
from django.contrib.auth.models import User
from regions.tests import factories
factories.make_service("cabinet-repair", brand="brand")
user = User.objects.create_superuser("clerk")
print(ApiKey.objects.create_key(name="clerk", owner=user, role="write")[1])
"""
FULL = "The disk of the database is full; nothing half-done was written. Free space and run it again.\n"
QUESTION = "/api/v1/coverage/?region=110101001"


@pytest.fixture
def table(tmp_path):
    """A coverage list of thousands of townships."""
    with open(settings.REGIONS_DIR / "townships.csv", encoding="utf-8", newline="") as file:
        codes = [row["code"] for row in csv.DictReader(file) if not row["valid_to"]][:CODES]
    path = tmp_path / "list.csv"
    path.write_text("\n".join(["code", *codes]), encoding="utf-8")
    return path


def refuse(env, *arguments: str) -> str:
    """The one line on standard error of a command that must fail."""
    done = try_manage(env, *arguments)
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def answer(web) -> dict:
    """How many services are in which state in a township."""
    status, body, _headers = web.get(QUESTION)
    assert status == 200, body
    return {state: number for state, number in json.loads(body)["answers"][0]["counts"].items() if number}


def fill_up_and_free(env, disk, table, web, settle=lambda: None) -> dict:
    """Both commands on a full disk, which write nothing, and with space again; returns the headers of somebody who may write.

    Rows are counted where there is space: PostgreSQL may want to write a file of its own before it lets a new process in.
    `settle` has the database give back the room that the first command took for its log.
    """
    load, bring = ("load_regions", "--commit"), ("import_coverage", str(table), "--service", "cabinet-repair")
    before = count_rows(env)
    disk.leave(4)
    assert refuse(env, *load) == FULL
    assert web.get("/api/v1/categories/")[0] == 200
    disk.free()
    assert count_rows(env) == before
    manage(env, *load)
    key = manage(env, "shell", "-v0", "-c", SERVICE).split()[-1]
    assert answer(web) == {"unknown": 1}

    before = count_rows(env)
    settle()
    disk.leave(2)
    assert refuse(env, *bring, "--commit") == FULL
    assert answer(web) == {"unknown": 1}
    disk.free()
    assert count_rows(env) == before
    manage(env, "rebuild_postings", "--check")
    assert manage(env, *bring, "--commit").endswith(
        f"created {CODES}, changed 0, unchanged 0, closed 0, errors 0\n"
    )
    assert answer(web) == {"covered": 1}
    manage(env, "rebuild_postings", "--check")
    return {"Authorization": f"Api-Key {key}", "Accept-Language": "en"}


def test_sqlite(tmp_path, table, make_disk, start_web, kept):
    disk = make_disk(tmp_path / "disk")
    file = disk.folder / "directory.sqlite3"
    env = environment(DATABASE_URL=kept.sqlite("migrated", file), WORKERS="1")
    web = start_web(env)

    def truncate_the_log() -> None:
        with sqlite3.connect(file) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    headers = fill_up_and_free(env, disk, table, web, truncate_the_log)

    # A write through the API on a full disk says so; what is there can be read, and space is all that is needed.
    draft = {"service": "cabinet-repair", "text": "自贡市富顺县、" * 3_000}
    truncate_the_log()
    disk.leave(1)
    done = try_manage(env, "backup", str(disk.folder / "backup"))
    assert done.returncode == 1 and done.stderr.count("\n") == 1, done.stderr
    assert "database or disk is full; no backup was written." in done.stderr
    assert not list(disk.folder.glob("backup*"))
    disk.fill()
    status, body, got = web.post("/api/v1/imports/", draft, **headers)
    assert status == 503, body
    assert (got["Content-Type"], got["Retry-After"]) == ("application/problem+json", "60")
    assert json.loads(body)["detail"].startswith("The disk of the database is full; nothing was written.")
    assert answer(web) == {"covered": 1}
    disk.free()
    assert web.post("/api/v1/imports/", draft, **headers)[0] == 201
    assert not [line for line in web.lines() if line["level"] == "ERROR" and "full" not in json.dumps(line)]
    with sqlite3.connect(file) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_postgresql(clusters, table, make_disk, make_cluster, start_web):
    disk = make_disk(clusters / "0", "postgres")
    cluster = make_cluster(None, "-X", str(clusters / "wal"))
    cluster.sql("CREATE DATABASE servicenet")
    env = environment(DATABASE_URL=cluster.url, WORKERS="1")
    manage(env, "migrate", "-v0")
    web = start_web(env)
    headers = fill_up_and_free(env, disk, table, web)
    draft = {"service": "cabinet-repair", "text": "自贡市富顺县、" * 3_000}
    disk.leave(1)
    disk.fill()
    status, body, got = web.post("/api/v1/imports/", draft, **headers)
    assert (status, got["Retry-After"]) == (503, "60"), body
    disk.free()
    assert web.post("/api/v1/imports/", draft, **headers)[0] == 201


def test_postgresql_that_falls_because_its_log_is_full_comes_back(
    clusters, make_disk, make_cluster, start_web, files_of_pages
):
    disk = make_disk(clusters / "wal", "postgres")
    cluster = make_cluster(None, "-X", str(disk.folder))
    cluster.sql("CREATE DATABASE servicenet")
    env = environment(DATABASE_URL=cluster.url, WORKERS="1")
    manage(env, "migrate", "-v0")
    web, before = start_web(env), count_rows(env)
    disk.leave(4)
    done = try_manage(env, "load_regions", "--commit")
    assert done.returncode == 1 and done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("The database failed: ")
    assert "Nothing half-done was written." in done.stderr
    web.until(lambda: web.get("/readyz")[0] == 503)
    status, _body, headers = web.get("/api/v1/categories/")
    assert status == 503 and int(headers["Retry-After"]) > 0
    disk.free()
    cluster.start()
    web.until(lambda: web.get("/api/v1/categories/")[0] == 200)
    assert count_rows(env) == before
    manage(env, "load_regions", "--commit")
    web.until(lambda: web.get("/readyz")[0] == 200)
