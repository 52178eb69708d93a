"""A clock that is set back under real processes, and right again: answers, order and index stay right."""

import datetime
import json
import zoneinfo
from pathlib import Path

import pytest

from .conftest import environment, manage

pytestmark = pytest.mark.faults

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
# Python 3.11 sleeps until a moment of the monotonic clock, which the library takes for one of its own clock.
SLEEP = "import select, time\ntime.sleep = lambda seconds: select.select([], [], [], seconds)\n"
HOUR, DAY = 3600, 24 * 3600
SET_UP = """
from regions.tests import factories
factories.load_regions("510322", "510311", "440500")
service = factories.make_service("cabinet-repair", brand="brand")
from django.core.management import call_command
call_command("rebuild_postings")
"""
# The truth, from the rules alone: {code: rules in force today}.
TRUTH = """
import json
from regions.models import CoverageRule
from regions.models.base import today
rules = CoverageRule.objects.current(today()).filter(kind="include")
print(json.dumps({code: rules.filter(region__code=code).count() for code in ("510322", "510311", "440500")}))
"""


class Clock:
    """The clock of the processes that get `env`; it can be set while they run."""

    def __init__(self, file: Path) -> None:
        self.file = file
        file.with_name("sitecustomize.py").write_text(SLEEP)
        # Noon, so that an hour is never another day.
        now = datetime.datetime.now(zoneinfo.ZoneInfo("Asia/Shanghai"))
        self.noon = round((now.replace(hour=12, minute=30, second=0) - now).total_seconds())
        self.set(0)
        self.env = {
            "PYTHONPATH": str(file.parent),
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }

    def set(self, seconds: int) -> None:
        """Set it to so many seconds beside what is right."""
        new = self.file.with_suffix(".new")
        new.write_text(f"{self.noon + seconds:+d}\n")
        new.replace(self.file)


@pytest.fixture
def clock(tmp_path):
    if LIBRARY is None:
        pytest.skip("needs Debian's package faketime")
    return Clock(tmp_path / "clock")


@pytest.fixture
def env(tmp_path, clock, kept):
    """The environment of a directory with three regions and a service."""
    url = kept.sqlite("migrated", tmp_path / "directory.sqlite3")
    env = environment(DATABASE_URL=url, WORKERS="1", **clock.env)
    manage(env, "shell", "-v0", "-c", SET_UP)
    return env


def answers(web) -> dict[str, int]:
    """The same as TRUTH, by asking."""
    found = {}
    for code in ("510322", "510311", "440500"):
        status, body, _headers = web.get(f"/api/v1/coverage/?region={code}")
        assert status == 200, body
        found[code] = json.loads(body)["answers"][0]["counts"]["covered"]
    return found


def truth(env) -> dict[str, int]:
    return json.loads(manage(env, "shell", "-v0", "-c", TRUTH))


def changes(web, after: str = "0") -> tuple[list[int], list[str], str]:
    """(sequences, keys, position) after a position, in pages of one."""
    sequences, keys, more = [], [], True
    while more:
        page = json.loads(web.get(f"/api/v1/changes/?after={after}&page_size=1")[1])
        sequences += [row["sequence"] for row in page["results"]]
        keys += [row["key"] for row in page["results"]]
        after, more = page["position"], page["more"]
    return sequences, keys, after


@pytest.mark.parametrize("back", [HOUR])
def test_a_clock_set_back_loses_and_turns_around_nothing(back, clock, env, tmp_path, start_web):
    def bring(text: str) -> str:
        path = tmp_path / "list.txt"
        path.write_text(text, encoding="utf-8")
        return manage(env, "import_coverage", str(path), "--service", "cabinet-repair", "--commit")

    web = start_web(env)
    bring("自贡市富顺县")
    assert answers(web) == truth(env) == {"510322": 1, "510311": 0, "440500": 0}
    sequences, _keys, position = changes(web)
    etag = web.get("/api/v1/coverage/?region=510311")[2]["ETag"]

    clock.set(-back)
    begun = int(back < DAY)  # a rule that begins today has not begun yesterday
    assert answers(web) == truth(env) == {"510322": begun, "510311": 0, "440500": 0}
    before = web.get("/api/v1/coverage/?region=510311")[2]["ETag"]
    assert bring("自贡市沿滩区、自贡市富顺县").splitlines()[-1].startswith(f"created {2 - begun}, ")
    assert answers(web) == truth(env) == {"510322": 1, "510311": 1, "440500": 0}
    assert web.get("/api/v1/coverage/?region=510311")[2]["ETag"] not in (etag, before)
    later, keys, _end = changes(web, position)
    assert [key.split(":")[1] for key in keys] == ["510311", "510322"][: 2 - begun]
    manage(env, "rebuild_postings", "--check")

    clock.set(0)
    assert answers(web) == truth(env) == {"510322": 1, "510311": 1, "440500": 0}
    assert web.get("/api/v1/coverage/?region=510311", **{"If-None-Match": etag})[0] == 200
    bring("汕头市")
    assert answers(web) == truth(env) == {"510322": 1, "510311": 1, "440500": 1}
    manage(env, "rebuild_postings", "--check")
    last = changes(web)[0][-1]
    assert changes(web)[0] == [*sequences, *later, last] == sorted({*sequences, *later, last})


@pytest.mark.parametrize("back", [DAY])
def test_an_index_made_anew_while_the_clock_is_back_is_caught_up_on(back, clock, env, tmp_path, start_web):
    table = tmp_path / "list.csv"
    table.write_text("code\n510322\n", encoding="utf-8")
    bring = ("import_coverage", str(table), "--service", "cabinet-repair", "--commit")
    web = start_web(env)
    manage(env, *bring)
    assert answers(web)["510322"] == 1
    clock.set(-back)
    table.write_text("code\n510311\n", encoding="utf-8")
    manage(env, *bring)
    assert answers(web) == truth(env)
    manage(env, "rebuild_postings")
    manage(env, "rebuild_postings", "--check")
    clock.set(0)
    assert answers(web) == truth(env) == {"510322": 1, "510311": 1, "440500": 0}
    table.write_text("code\n440500\n", encoding="utf-8")
    manage(env, *bring)
    assert answers(web) == truth(env) == {"510322": 1, "510311": 1, "440500": 1}
    manage(env, "rebuild_postings", "--check")


@pytest.mark.parametrize("back", [HOUR, DAY])
def test_a_client_at_its_limit_is_let_in_again(back, clock, env, start_web):
    web = start_web(env | {"RATE_ANONYMOUS": "5/min"})
    statuses = [web.get("/api/v1/brands/")[0] for _i in range(11)]
    assert statuses[-1] == 429
    clock.set(-back)
    assert [web.get("/api/v1/brands/")[0] for _i in range(5)] == [200] * 5
    while (answer := web.get("/api/v1/brands/"))[0] != 429:
        pass
    assert 1 <= int(answer[2]["Retry-After"]) <= 60
