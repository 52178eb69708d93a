"""Several workers, one gazetteer: a name written by another process is read by each of them in its next request."""

import json
from urllib.parse import quote

import pytest

from regions.tests.gazetteer.small import write_edition

from .conftest import environment, manage

pytestmark = pytest.mark.faults

WRITE = """
from regions.models import Region, RegionName
from regions.services import records
region = Region.objects.get(code="429004")
{0}
"""
ADD = WRITE.format('records.save(RegionName(region=region, name="水乡", kind="colloquial"))')
CHANGE = WRITE.format('name = region.names.get(name="水乡"); name.name = "凤城"; records.save(name)')
REMOVE = WRITE.format('records.delete(region.names.get(name="凤城"))')


def test_every_worker_reads_a_name_in_its_next_request(tmp_path, start_web, kept):
    folder = write_edition(tmp_path / "edition")
    url = kept.sqlite("migrated", tmp_path / "db.sqlite3")
    env = environment(DATABASE_URL=url, REGIONS_DIR=str(folder), WORKERS="3")
    manage(env, "load_regions", "--commit")
    web = start_web(env)

    def answers(text: str) -> set[str]:
        """What all workers say; each connection is taken by one of them."""
        found = set()
        for _time in range(30):
            status, body, _headers = web.get(f"/api/v1/resolve/?text={quote(text)}")
            assert status == 200, body
            found.add(json.loads(body)["code"])
        return found

    assert (answers("水乡"), answers("仙桃市")) == ({None}, {"429004"})
    manage(env, "shell", "-v0", "-c", ADD)
    assert answers("水乡") == {"429004"}
    manage(env, "shell", "-v0", "-c", CHANGE)
    assert (answers("水乡"), answers("凤城")) == ({None}, {"429004"})
    manage(env, "shell", "-v0", "-c", REMOVE)
    assert answers("凤城") == {None}
    write_edition(
        folder,
        edition="2026-06-01",
        change=lambda rows: rows["regions.csv"].append(
            "330108,county,330100,滨江区,滨江,binjiang,1996-12-12,day,,"
        ),
    )
    manage(env, "load_regions", "--commit")
    assert answers("滨江区") == {"330108"}
