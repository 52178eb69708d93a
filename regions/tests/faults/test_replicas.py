"""Reads from a real streaming replica: used, left out when it is away or behind, taken back."""

import json

import pytest

from .conftest import environment, manage

pytestmark = pytest.mark.faults

BRANDS = "/api/v1/brands/"
ADD = """
from regions.models import Brand
from regions.services import records
records.save(Brand(slug="{0}", name="{0}"))
"""


@pytest.fixture
def primary(make_cluster):
    return make_cluster(state="migrated")


def add_brand(primary, slug: str) -> None:
    manage(environment(DATABASE_URL=primary.url), "shell", "-v0", "-c", ADD.format(slug))


def test_a_replica_is_used_left_out_and_taken_back(primary, make_cluster, start_web):
    replica = make_cluster(primary)
    web = start_web(environment(DATABASE_URL=primary.url, DATABASE_REPLICA_URLS=replica.url, WORKERS="1"))

    def brands() -> list[str]:
        status, body, _headers = web.get(BRANDS)
        assert status == 200, body
        return [brand["slug"] for brand in json.loads(body)["results"]]

    def read_from() -> str:
        brands()
        return [line["database"] for line in web.lines() if line["logger"] == "servicenet.access"][-1]

    web.until(lambda: read_from() == "replica1")
    add_brand(primary, "one")
    web.until(lambda: brands() == ["one"])
    assert read_from() == "replica1"

    # Whoever is logged in, or came with a session, reads where writes go.
    web.get(BRANDS, Cookie="sessionid=x")
    assert [line["database"] for line in web.lines() if line["logger"] == "servicenet.access"][
        -1
    ] == "default"

    # Behind: replay stands still, the primary goes on. Within a look or two nobody reads the old state any more.
    replica.sql("SELECT pg_wal_replay_pause()")
    add_brand(primary, "two")
    web.until(lambda: read_from() == "default" and brands() == ["one", "two"])
    position = json.loads(web.get("/api/v1/changes/")[1])["position"]
    replica.sql("SELECT pg_wal_replay_resume()")
    web.until(lambda: read_from() == "replica1")
    assert brands() == ["one", "two"]
    assert web.get(f"/api/v1/changes/?after={position}")[0] == 200

    # Away: not one read fails.
    replica.stop()
    assert all(web.get(BRANDS)[0] == 200 for _i in range(20))
    assert read_from() == "default"
    replica.start()
    web.until(lambda: read_from() == "replica1", 40)

    # Without the primary what can be read goes on being read.
    primary.stop()
    assert brands() == ["one", "two"]
