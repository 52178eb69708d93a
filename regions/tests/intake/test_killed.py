"""A real process, killed with -9 in the middle of applying, leaves nothing; two at once double nothing."""

import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from django.conf import settings

pytestmark = pytest.mark.faults
SET_UP = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from regions.services.intake import draft
from regions.tests import factories
factories.load_regions("510322", "510311", "440500", "513301")
service = factories.make_service("cabinet-repair", brand="brand")
for _each in range(3):
    draft(service=service, text="自贡市富顺县、广东省(除汕头市)、甘孜州康定市、自贡市沿滩区")
"""
APPLY = """
import django; django.setup()
import sys, time, pathlib
from regions.models import CoverageImport
from regions.services import changes
from regions.services.intake import apply, applying
pause, mark, pk = sys.argv[1:]
def stop_after(module, name):
    original = getattr(module, name)
    def stopping(*args, **kwargs):
        result = original(*args, **kwargs)
        pathlib.Path(mark).touch()
        time.sleep(60)
        return result
    setattr(module, name, stopping)
if pause == "rules":
    stop_after(applying, "put")
elif pause == "changes":
    stop_after(changes, "follow")
print(apply(imp=CoverageImport.objects.get(pk=pk)).summary())
"""


@pytest.fixture
def directory(tmp_path):
    """A SQLite file with a service, regions and three drafts of the same list."""
    path = tmp_path / "directory.sqlite3"
    environment = {
        **os.environ,
        "DEBUG": "1",
        "DATABASE_URL": f"sqlite:///{path}",
        "DJANGO_SETTINGS_MODULE": "servicenet.settings",
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    subprocess.run([sys.executable, "-c", SET_UP], env=environment, check=True, timeout=120)
    return path, environment


def start(environment, pause, mark, pk):
    command = [sys.executable, "-c", APPLY, pause, str(mark), str(pk)]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def ask(path, sql):
    with sqlite3.connect(path) as database:
        return database.execute(sql).fetchone()[0]


@pytest.mark.parametrize("pause", ["rules", "changes"])
def test_killed_in_the_middle_leaves_nothing(directory, tmp_path, pause):
    path, environment = directory
    before = ask(path, "SELECT COUNT(*) FROM regions_change")
    mark = tmp_path / "in-the-middle"
    process = start(environment, pause, mark, 1)
    for _try in range(300):
        if mark.exists():
            break
        time.sleep(0.1)
    assert mark.exists() and process.poll() is None
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)
    assert ask(path, "SELECT COUNT(*) FROM regions_coveragerule") == 0
    assert ask(path, "SELECT COUNT(*) FROM regions_change") == before
    assert ask(path, "SELECT state FROM regions_coverageimport WHERE id = 1") == "draft"
    out, _err = start(environment, "no", mark, 1).communicate(timeout=60)
    assert out == "created 5, changed 0, unchanged 0, closed 0, errors 0\n"


def test_three_processes_at_once_double_nothing(directory, tmp_path):
    path, environment = directory
    processes = [start(environment, "no", tmp_path / "x", pk) for pk in (1, 2, 3)]
    answers = sorted(process.communicate(timeout=90)[0] for process in processes)
    assert answers == ["created 0, changed 0, unchanged 5, closed 0, errors 0\n"] * 2 + [
        "created 5, changed 0, unchanged 0, closed 0, errors 0\n"
    ]
    assert ask(path, "SELECT COUNT(*) FROM regions_coveragerule") == 5
