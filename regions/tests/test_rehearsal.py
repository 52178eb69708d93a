"""A preview writes as the real thing does, and keeps nobody waiting: SQLite's only place for a writer stays free."""

import sqlite3
from contextlib import closing, suppress

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.utils import CursorWrapper
from django.urls import reverse

from regions.models import Brand, Change, CoverageImport, CoverageRule
from regions.rehearsal import rehearsal

from .factories import load_regions, make_rules, make_service

CSV = 0


def by_page(folder, commit: bool):
    client = connection.desk
    answer = client.post(
        reverse("admin:regions_coveragerule_import"),
        {"format": CSV, "resource": "0", "import_file": SimpleUploadedFile("rules.csv", TABLE.encode())},
    )
    assert answer.context["counts"] == {"new": 2, "changed": 1, "unchanged": 0, "errors": 0}
    if commit:
        client.post(
            reverse("admin:regions_coveragerule_process_import"), answer.context["confirm_form"].initial
        )


def by_table(folder, commit: bool):
    path = folder / "rules.csv"
    path.write_text(TABLE, encoding="utf-8")
    call_command("import_coverage", path, commit=commit)


def by_text(folder, commit: bool):
    path = folder / "rules.txt"
    path.write_text("富顺县\n荣县\n", encoding="utf-8")
    call_command("import_coverage", path, service="ours", commit=commit)


def by_carrying_over(folder, commit: bool):
    with suppress(SystemExit):  # rules are left that need a person
        call_command("carry_over", commit=commit)


TABLE = """service,region,kind,valid_from,note
ours,510322,include,,
ours,510321,include,,
ours,510303,include,,否则
"""
DOORS = [by_page, by_table, by_text, by_carrying_over]


@pytest.fixture
def on_file(transactional_db, tmp_path, client):
    """The tests' database with a few records, on disk as a user's is."""
    found = load_regions("510303", "510321", "510322", "320125")
    make_rules(make_service("ours"), include=[found["510303"], found["320125@"]])
    client.force_login(User.objects.create_superuser("desk"))
    if connection.vendor != "sqlite":
        connection.desk = client
        yield None
        return
    live, path = connections["default"], tmp_path / "live.sqlite3"
    with closing(sqlite3.connect(path)) as target:
        live.connection.backup(target)
    ours = live.copy()
    ours.settings_dict["NAME"] = str(path)
    connections["default"], ours.desk = ours, client
    yield path
    ours.close()
    connections["default"] = live


@pytest.fixture
def blocked(on_file, monkeypatch) -> list[str]:
    """Statements on records after which another process could not have written at once; empty where nobody had to wait."""
    found = []
    execute = CursorWrapper.execute

    def watched(self, sql, params=None):
        answer = execute(self, sql, params)
        if "regions_" in sql:
            try:
                with closing(sqlite3.connect(on_file, timeout=0, isolation_level=None)) as other:
                    other.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                found.append(sql)
        return answer

    if on_file:
        monkeypatch.setattr(CursorWrapper, "execute", watched)
    return found


def rows():
    return [model.objects.count() for model in (CoverageRule, Change, CoverageImport)]


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS)
def test_a_preview_lets_others_write(door, on_file, blocked, tmp_path):
    before = rows()
    door(tmp_path, commit=False)
    assert blocked == []
    assert rows() == before
    assert list(tmp_path.glob("rehearsal-*")) == []


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="elsewhere writers do not wait for each other")
@pytest.mark.parametrize("door", DOORS)
def test_what_watches_sees_a_writer(door, on_file, blocked, tmp_path):
    before = rows()
    door(tmp_path, commit=True)
    assert blocked
    assert rows() != before


def test_what_is_written_is_read_inside_and_gone_outside(on_file):
    with rehearsal():
        Brand.objects.create(slug="tried", name="试")
        assert Brand.objects.filter(slug="tried").exists()
    assert not Brand.objects.filter(slug="tried").exists()
    with pytest.raises(ZeroDivisionError), rehearsal():
        Brand.objects.create(slug="tried", name="试")
        raise ZeroDivisionError
    assert not Brand.objects.filter(slug="tried").exists()
    Brand.objects.create(slug="meant", name="真")
    assert Brand.objects.filter(slug="meant").exists()
