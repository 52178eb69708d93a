"""What clients see while something is killed or restarted under load."""

import json
import os
import signal
import threading
import time

import pytest

from .conftest import environment, free_port, manage

pytestmark = pytest.mark.faults

PATH = "/api/v1/categories/"
ADD = """
from regions.models import Category
from regions.services import records
records.save(Category(slug="cabinets", name="消毒柜"))
"""


class Load:
    """Four clients that ask without a pause, and keep what came back."""

    def __init__(self, web) -> None:
        self.web, self.answers, self._stop = web, [], threading.Event()
        self.threads = [threading.Thread(target=self._ask) for _i in range(4)]

    def _ask(self) -> None:
        while not self._stop.is_set():
            status, body, headers = self.web.get(PATH)
            self.answers.append((time.monotonic(), status, body, headers))
            if status != 200:
                time.sleep(0.05)

    def __enter__(self) -> "Load":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *exc) -> None:
        self._stop.set()
        for thread in self.threads:
            thread.join()

    def count(self, wanted: int) -> int:
        return sum(status == wanted for _at, status, _body, _headers in list(self.answers))


def check_answers(load: Load, *, allowed: set[int]) -> None:
    """Every answer is right, or says in the documented form that there is none."""
    for _at, status, body, headers in load.answers:
        assert status in allowed, (status, body)
        if status == 200:
            assert [row["slug"] for row in json.loads(body)["results"]] == ["cabinets"]
        elif status == 503:
            assert headers["Content-Type"] == "application/problem+json"
            assert int(headers["Retry-After"]) > 0
            assert headers["Cache-Control"] == "no-store"


@pytest.fixture
def database(tmp_path, kept) -> str:
    url = kept.sqlite("migrated", tmp_path / "directory.sqlite3")
    manage(environment(DATABASE_URL=url), "shell", "-v0", "-c", ADD)
    return url


def test_a_killed_worker_costs_at_most_the_requests_it_held(database, start_web):
    web = start_web(environment(DATABASE_URL=database, RATE_ANONYMOUS="999999/min"))
    with Load(web) as load:
        web.until(lambda: load.count(200) > 50)
        victim = web.children()[0]
        os.kill(victim, signal.SIGKILL)
        web.until(lambda: victim not in web.children() and len(web.children()) == 2)
        before = load.count(200)
        web.until(lambda: load.count(200) > before + 50)
    check_answers(load, allowed={200, 0})
    assert load.count(0) <= 4 * 4  # threads of a worker, with what waited in its sockets


def test_a_restarted_database_is_a_503_and_then_all_is_well_without_a_restart(make_cluster, start_web):
    cluster = make_cluster(state="migrated")
    env = environment(DATABASE_URL=cluster.url, RATE_ANONYMOUS="999999/min")
    manage(env, "shell", "-v0", "-c", ADD)
    web = start_web(env)
    workers = web.children()
    with Load(web) as load:
        web.until(lambda: load.count(200) > 50)
        cluster.stop()
        web.until(lambda: load.count(503) > 10)
        assert web.get("/healthz")[0] == 200
        assert web.get("/readyz")[0] == 503
        cluster.start()
        before = load.count(200)
        web.until(lambda: load.count(200) > before + 50)
    check_answers(load, allowed={200, 503})
    assert web.children() == workers


def test_without_redis_answers_go_on_and_limits_fall_back(database, start_web):
    web = start_web(
        environment(
            DATABASE_URL=database,
            CACHE_URL=f"redis://127.0.0.1:{free_port()}/0",
            RATE_ANONYMOUS="20/hour",
            WORKERS="1",
        )
    )
    statuses = [web.get(PATH)[0] for _i in range(25)]
    assert statuses[:20] == [200] * 20
    assert statuses[20:] == [429] * 5
    warnings = [line for line in web.lines() if "cannot be reached" in line["message"]]
    assert 1 <= len(warnings) <= 3


WRITERS = """
import threading
from django.db import connections
from regions.models import Category, Change
from regions.services import records

gate, faults = threading.Barrier(200), []

def write(number):
    try:
        gate.wait()
        records.save(Category(slug=f"c-{number}", name=f"c-{number}"))
    except Exception as error:
        faults.append(repr(error))
    finally:
        connections.close_all()

threads = [threading.Thread(target=write, args=(number,)) for number in range(200)]
for thread in threads: thread.start()
for thread in threads: thread.join()
written = list(Change.objects.filter(key__startswith="c-").values_list("key", flat=True))
print(faults[:3], len(faults), Category.objects.filter(slug__startswith="c-").count(), len(set(written)), len(written))
"""


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_two_hundred_writers_at_once_lose_nothing(engine, tmp_path, make_cluster, kept):
    if engine == "sqlite":
        url = kept.sqlite("migrated", tmp_path / "directory.sqlite3")
    else:
        cluster = make_cluster(state="migrated")
        cluster.sql("ALTER SYSTEM SET max_connections = 250")
        cluster.stop()
        url = cluster.start().url
    env = environment(DATABASE_URL=url, DATABASE_POOL="0")
    assert manage(env, "shell", "-v0", "-c", WRITERS).split() == ["[]", "0", "200", "200", "200"]
