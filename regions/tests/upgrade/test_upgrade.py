"""A database of every release becomes today's, and answers as it did."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

KEPT = sorted(path for path in Path(__file__).parent.iterdir() if (path / "answers.json").exists())

# What is answered otherwise on purpose: (release, question) → why. Questions are the keys of answers.json.
FOLLOWS = "the state follows the divisions below: of this county one township is on file, and it is included"
OTHERWISE: dict[tuple[str, str], str] = {
    **{
        ("0.1.0", f"coverage {code} {day}"): FOLLOWS
        for code in ("510000", "510300", "510322")
        for day in ("2024-01-20", "2025-03-01", "2031-01-01", "today")
    },
    ("0.1.0", "coverage 371200 2018-05-05"): "known to its year only: both sides are answered",
    (
        "0.1.0",
        "list of hotlines",
    ): "the list leaves out claims that do not stand on the day; 0.1.0 gave ended ones too",
}


def _sqlite(dump: str, tmp_path: Path):
    path = tmp_path / "old.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(dump)
    yield f"sqlite:///{path}"


def _postgresql(dump: str, tmp_path: Path):
    own = connection.settings_dict
    server = {"host": own["HOST"], "port": own["PORT"], "user": own["USER"], "password": own["PASSWORD"]}
    name = f"{own['NAME']}_old"
    with closing(psycopg.connect(**server, dbname="postgres", autocommit=True)) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{name}"')
        with closing(psycopg.connect(**server, dbname=name, autocommit=True)) as database:
            database.execute(dump)
        password = f":{own['PASSWORD']}" if own["PASSWORD"] else ""
        yield f"postgres://{own['USER']}{password}@{own['HOST']}:{own['PORT']}/{name}"
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=KEPT, ids=lambda path: path.name)
def kept(request, tmp_path, db):
    """(a release's folder, the address of its database of the kind under test)"""
    dump = (request.param / f"{connection.vendor}.sql").read_text("utf-8")
    loaded = {"sqlite": _sqlite, "postgresql": _postgresql}[connection.vendor](dump, tmp_path)
    yield request.param, next(loaded)
    next(loaded, None)


@pytest.mark.slow
def test_a_database_of_a_release_becomes_todays_and_answers_as_it_did(kept):
    folder, address = kept
    asked = subprocess.run(
        [sys.executable, "-m", "regions.tests.upgrade.asking"],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DATABASE_URL": address,
            "DEBUG": "1",
            "LOG_LEVEL": "CRITICAL",
            "CPU_SECONDS": "100000",  # a busy machine is no reason to be turned away here
            "RATE_ANONYMOUS": "1000000/min",
            "DJANGO_SETTINGS_MODULE": "servicenet.settings",
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert asked.returncode == 0, asked.stderr[-4000:]
    today = json.loads(asked.stdout)
    before = json.loads((folder / "answers.json").read_text("utf-8"))
    assert today["checks"].endswith("errors 0")
    different = {question for question in before if today.get(question) != before[question]}
    different.discard("checks")
    expected = {question for release, question in OTHERWISE if release == folder.name}
    assert {question: (before[question], today.get(question)) for question in different - expected} == {}
    assert expected <= different, "answered as before after all: take the line out of OTHERWISE"


@pytest.mark.parametrize("folder", KEPT, ids=lambda path: path.name)
def test_what_a_release_had_applied_is_still_there(folder):
    """No migration that a kept database has seen goes away or is renamed."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript((folder / "sqlite.sql").read_text("utf-8"))
        applied = [
            name for (name,) in database.execute("SELECT name FROM django_migrations WHERE app = 'regions'")
        ]
    files = {path.stem for path in (settings.BASE_DIR / "regions" / "migrations").glob("[0-9]*.py")}
    assert applied and set(applied) <= files
