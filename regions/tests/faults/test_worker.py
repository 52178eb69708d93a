"""A worker that is killed in the middle of a long table: it is told, nothing is written, and the next one goes on with what waits."""

import contextlib
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from django.conf import settings

from .conftest import PATIENCE, environment, manage

pytestmark = pytest.mark.faults
ROWS = 4_000
BEGIN = f"""
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from regions.services import jobs
chief = User.objects.filter(username="chief").first() or User.objects.create_superuser("chief")
text = "slug,name\\n" + "".join(f"brand-{{at}},品牌{{at}}\\n" for at in range({ROWS}))
params = dict(model="brand", name="brands.csv", seen=0, file=storages["import_export"].save("brands", ContentFile(text.encode())))
job = jobs.begin("%s", by=chief, subject="brands.csv", total={ROWS}, preview=0, **params)
jobs.carry_out.enqueue(job.pk)
print(job.pk)
"""
LOOK = """
from regions.models import Brand, ChangeSet, Job
from regions.services.jobs import settle
print(settle(Job.objects.get(pk=%s)).state, Brand.objects.count(), ChangeSet.objects.count())
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def env(request, kept, make_cluster, tmp_path):
    """The environment of a directory whose tables are made, and its database's file, if it is one."""
    file = tmp_path / "db.sqlite3" if request.param == "sqlite" else None
    url = kept.sqlite("migrated", file) if file else make_cluster(state="migrated").url
    return environment(DATABASE_URL=url, UPLOADS_DIR=str(tmp_path / "uploads"), BACKGROUND="1"), file


@contextlib.contextmanager
def worker(env, log):
    command = [
        sys.executable,
        "manage.py",
        "db_worker",
        "--no-reload",
        "--no-startup-delay",
        "--interval",
        "0.1",
    ]
    with log.open("ab") as output:
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=env, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE)


def until(happens, log) -> None:
    end = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < end, log.read_text()[-3000:]
        time.sleep(0.02)


@pytest.mark.parametrize("kind", ["preview", "table"])
def test_killed_in_the_middle_nothing_is_written_and_the_next_goes_on(kind, env, tmp_path):
    env, file = env
    log = tmp_path / "worker.log"

    def begin(kind: str) -> int:
        return int(manage(env, "shell", "-v0", "-c", BEGIN % kind))

    def look(job: int) -> list[str]:
        return manage(env, "shell", "-v0", "-c", LOOK % job).split()

    def in_the_middle() -> bool:
        with contextlib.suppress(FileNotFoundError):
            return int(mark.read_bytes() or 0) > 0
        return False

    job = begin(kind)
    mark = tmp_path / "uploads" / f"job-{job}"
    with worker(env, log) as process:
        until(in_the_middle, log)
        if file and kind == "preview":  # nobody waits for it who writes
            with contextlib.closing(sqlite3.connect(file, timeout=0.5, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                other.execute("ROLLBACK")
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
    assert look(job) == ["broken", "0", "0"]
    again = begin(kind)
    with worker(env, log):
        until(lambda: look(again)[0] not in ("waiting", "running"), log)
    written = str(ROWS) if kind == "table" else "0"
    assert look(again) == ["done", written, str(int(kind == "table"))]
    assert look(job)[0] == "broken"


@pytest.mark.parametrize("kind", ["preview", "table"])
def test_it_outlives_a_database_that_another_holds(kind, kept, tmp_path):
    """SQLite has one writer, for whose turn everybody waits 20 s. The worker goes on waiting, and nothing breaks off."""
    file, log = tmp_path / "db.sqlite3", tmp_path / "worker.log"
    env = environment(
        DATABASE_URL=kept.sqlite("migrated", file), UPLOADS_DIR=str(tmp_path / "uploads"), BACKGROUND="1"
    )
    job = int(manage(env, "shell", "-v0", "-c", BEGIN % kind))
    mark = tmp_path / "uploads" / f"job-{job}"
    waited = 0
    with contextlib.closing(sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with worker(env, log) as process:
            for turn in ("the queue", "what came of it") if kind == "preview" else ("the queue",):
                if turn == "what came of it":
                    until(lambda: mark.exists() and int(mark.read_bytes() or 0) > 0, log)
                    other.execute("BEGIN EXCLUSIVE")
                waited += 1
                until(lambda: log.read_text().count("held or away") >= waited, log)  # noqa: B023
                assert process.poll() is None
                other.execute("ROLLBACK")
            until(lambda: manage(env, "shell", "-v0", "-c", LOOK % job).split()[0] == "done", log)
            assert process.poll() is None
