"""A backup can be restored, and clients go on from their position."""

import shutil
import sqlite3
import subprocess

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from regions.lookup.changes import LostPosition, Position, changes_after, current_position
from regions.models import Change, Service
from regions.services import records
from regions.tests import factories

sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite")
postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL")
pytestmark = pytest.mark.django_db(transaction=True)


def rename(service: Service, name: str) -> Position:
    service.name = name
    records.save(service)
    return current_position()


@pytest.fixture
def service() -> Service:
    service = factories.make_service("cabinet-repair")
    rename(service, "before")
    return service


def test_an_existing_file_is_not_overwritten(tmp_path, service):
    (tmp_path / "kept").write_text("x")
    with pytest.raises(CommandError, match="exists"):
        call_command("backup", tmp_path / "kept")
    assert (tmp_path / "kept").read_text() == "x"


@sqlite
def test_a_copy_of_sqlite_is_a_whole_database(tmp_path, service):
    copied = current_position()
    call_command("backup", tmp_path / "copy.sqlite3")
    rename(service, "after")
    copy = sqlite3.connect(tmp_path / "copy.sqlite3")
    assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert copy.execute("SELECT name FROM regions_service").fetchone() == ("before",)
    assert copy.execute("SELECT max(id) FROM regions_change").fetchone() == (copied.sequence,)
    # Numbers go on where they stood: AUTOINCREMENT is part of the copy.
    assert copy.execute("SELECT seq FROM sqlite_sequence WHERE name = 'regions_change'").fetchone() == (
        copied.sequence,
    )
    copy.close()


@postgresql
@pytest.mark.skipif(shutil.which("pg_dump") is None, reason="needs pg_dump")
def test_an_archive_of_postgresql_restores_to_the_same_position(tmp_path, service):
    copied = current_position()
    call_command("backup", tmp_path / "copy.dump")
    rename(service, "after")
    values, name = connection.settings_dict, "restored_" + connection.settings_dict["NAME"]
    address = {
        "host": values["HOST"],
        "port": values["PORT"] or None,
        "user": values["USER"],
        "password": values["PASSWORD"],
    }
    with psycopg.connect(dbname="postgres", autocommit=True, **address) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}"')
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            url = f"postgresql://{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT'] or 5432}/{name}"
            subprocess.run(["pg_restore", "--no-owner", "-d", url, str(tmp_path / "copy.dump")], check=True)
            with psycopg.connect(url) as restored:
                assert restored.execute("SELECT name FROM regions_service").fetchone() == ("before",)
                last = restored.execute(
                    "SELECT id, changeset FROM regions_change ORDER BY id DESC LIMIT 1"
                ).fetchone()
                assert Position.of(last) == copied
                (following,) = restored.execute("SELECT nextval('regions_change_id_seq')").fetchone()
                assert following == copied.sequence + 1
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_a_reader_from_before_goes_on_and_one_from_a_lost_future_is_told(service):
    """A restore takes the directory back; what was read before it is still a valid point to go on from."""
    before = current_position()
    lost = rename(service, "lost with the restore")
    Change.objects.filter(pk=lost.sequence).delete()  # what restoring the earlier backup amounts to
    assert changes_after(before, limit=10) == ([], before)
    with pytest.raises(LostPosition):
        changes_after(lost, limit=10)
    again = rename(service, "history goes on")
    found, position = changes_after(before, limit=10)
    assert [change.pk for change in found] == [again.sequence] and position == again
    with pytest.raises(LostPosition):
        changes_after(Position(again.sequence, "00000000"), limit=10)


def test_the_documented_way_names_the_command():
    text = (settings.BASE_DIR / "docs" / "operations.md").read_text(encoding="utf-8")
    assert "manage.py backup" in text and "pg_restore" in text


@sqlite
def test_checking_a_copy_leaves_nothing_beside_it(tmp_path, service, monkeypatch):
    """A database at work has a write-ahead log, and says so in every copy of it."""
    from regions.management.commands import backup

    whole = backup.copy_sqlite

    def at_work(file):
        whole(file)
        copy = sqlite3.connect(file)
        assert copy.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",)
        copy.close()

    monkeypatch.setattr(backup, "copy_sqlite", at_work)
    call_command("backup", tmp_path / "copy")
    call_command("check_backup", tmp_path / "copy")
    assert [file.name for file in tmp_path.iterdir()] == ["copy"]


@sqlite
def test_a_damaged_database_makes_no_backup_and_says_so(tmp_path, service, monkeypatch):
    from regions.management.commands import backup

    whole = backup.copy_sqlite

    def damaged(file):
        whole(file)
        with file.open("r+b") as copy:
            copy.seek(8192)
            copy.write(b"\xff" * 40_000)

    monkeypatch.setattr(backup, "copy_sqlite", damaged)
    with pytest.raises(CommandError, match="damaged.*no backup was written"):
        call_command("backup", tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


def test_a_backup_is_for_its_owner_and_a_broken_one_is_refused(tmp_path, service):
    if connection.vendor == "postgresql" and shutil.which("pg_dump") is None:
        pytest.skip("needs pg_dump")
    file = tmp_path / "copy"
    call_command("backup", file)
    assert file.stat().st_mode & 0o777 == 0o600
    call_command("check_backup", file)
    content = file.read_bytes()
    for broken in (b"", b"no database at all", content[:3_000], content[: len(content) // 2]):
        file.write_bytes(broken)
        with pytest.raises(CommandError) as refused:
            call_command("check_backup", file)
        assert "no backup was written" not in str(refused.value)  # it was; it is broken
    with pytest.raises(CommandError):
        call_command("check_backup", tmp_path / "none")
