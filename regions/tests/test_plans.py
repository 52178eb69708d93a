"""The queries of the main question use the indexes that are meant for them, on the database the tests run on.

`docs/performance.md` shows the plans. The tables are filled until a scan would cost something: with ten rows every
planner scans, and is right.
"""

import datetime
import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.data import SCALES, build
from regions.lookup import memory
from regions.lookup.changes import latest
from regions.models import CoverageRule, Hotline, Region, Service

# Small tables that a query may read whole: nothing in them grows with the directory.
# `told` are the days of one report, which stand in its row.
SMALL = {"regions_release", "regions_postingindex", "regions_category", "told"}
# These grow with the services, not with the rules: a process that starts, and another day, read them once whole.
BY_SERVICE = {
    "regions_brand",
    "regions_service",
    "regions_hotline",
    "regions_dispute",
    "regions_verification",
    "regions_source",
}


@pytest.fixture(scope="module", params=["as it is", "analyzed by hand"])
def directory(request, django_db_setup, django_db_blocker):
    """A synthetic directory of 2,000 rules, left behind for no other test."""
    from django.test.utils import override_settings

    with django_db_blocker.unblock():
        from django.db import transaction

        with transaction.atomic():
            build(SCALES["smoke"], say=lambda text: None)
            if request.param == "analyzed by hand":
                with connection.cursor() as cursor:
                    cursor.execute("ANALYZE")
            with override_settings(ALLOWED_HOSTS=["*"]):
                yield
            transaction.set_rollback(True)
        memory._memories.clear()


@pytest.fixture
def county(directory, db) -> str:
    rule = (
        CoverageRule.objects.filter(region__level=3, region__valid_to=None).order_by("region__code").first()
    )
    return rule.region.code


def queries(params: dict) -> list[str]:
    """The SELECTs of one question."""
    with CaptureQueriesContext(connection) as captured:
        answer = Client().get("/api/v1/coverage/", params)
    assert answer.status_code == 200
    return [query["sql"] for query in captured.captured_queries if query["sql"].startswith("SELECT")]


def plan(sql: str) -> list[str]:
    """The lines of the plan, in the database's own words."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # what is left as a scan has no index to use
            cursor.execute("EXPLAIN " + sql.replace("%", "%%"))
            return [row[0].strip() for row in cursor.fetchall()]
        cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"))
        return [row[3] for row in cursor.fetchall()]


def scans(lines: list[str]) -> set[str]:
    """Tables that a plan reads from one end to the other, be it along an index."""
    if connection.vendor == "postgresql":
        return {found[1] for line in lines if (found := re.search(r"Seq Scan on (\w+)", line))}
    return {found[1] for line in lines if (found := re.match(r"SCAN (?!CONSTANT)(\w+)", line))}


def indexes(lines: list[str]) -> set[str]:
    """The indexes a plan uses."""
    if connection.vendor == "postgresql":
        form = r"(?:Bitmap Index Scan on|Index (?:Only )?Scan(?: Backward)? using) (\w+)"
    else:
        form = r"USING (?:COVERING )?INDEX (\w+)"
    return {found[1] for line in lines if (found := re.search(form, line))}


def rule_queries(sqls: list[str]) -> list[str]:
    return [sql for sql in sqls if "regions_coveragerule" in sql]


@pytest.mark.slow
def test_a_warm_process_asks_for_the_position_only(county):
    memory._memories.clear()
    queries({"region": county})
    (position,) = queries({"region": county})
    assert position == latest("default")
    lines = plan(position)
    if connection.vendor == "postgresql":
        assert indexes(lines) == {"regions_change_pkey"}
    else:  # the table from its end, of which one row is wanted
        assert lines == ["SCAN regions_change"]


@pytest.mark.slow
@pytest.mark.parametrize("more", [{}, {"category": "category-3", "verified": "true"}, {"level": "county"}])
def test_a_cold_process_scans_no_rules_regions_or_postings(county, more):
    memory._memories.clear()
    asked = queries({"region": county, **more})
    assert any("regions_posting" in sql for sql in asked)
    below = [sql for sql in asked if re.search(r'"path" >=? ', sql)]
    # What lies below comes with its postings, each by its key.
    by_key = (
        "regions_posting_pkey" if connection.vendor == "postgresql" else "sqlite_autoindex_regions_posting_1"
    )
    assert len(below) == 1
    assert all(indexes(plan(sql)) == {"region_path", by_key} for sql in below)
    for sql in asked:
        if "regions_change" not in sql:
            assert scans(plan(sql)) <= SMALL | BY_SERVICE, sql


@pytest.mark.slow
def test_a_province_with_counts_scans_no_rules_regions_or_postings(directory, db):
    memory._memories.clear()
    code = Region.objects.open().filter(level=1).order_by("code").first().code
    for sql in queries({"region": code, "state": "partly_covered"}):
        if "regions_change" not in sql:
            assert scans(plan(sql)) <= SMALL | BY_SERVICE, sql


@pytest.mark.slow
@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_another_day_is_answered_along_the_indexes(directory, db, level):
    rule = (
        CoverageRule.objects.filter(region__level=level, region__valid_to=None)
        .order_by("region__code")
        .first()
    )
    day = datetime.date(2026, 1, 5)
    asked = queries(
        {"region": rule.region.code, "on": day, "state": ["covered", "partly_covered", "not_covered"]}
    )
    for sql in asked:
        if "regions_change" not in sql:
            assert scans(plan(sql)) <= SMALL | BY_SERVICE, sql
    on_chain, below, *_others = rule_queries(asked)
    assert indexes(plan(on_chain)) == {"rule_region_kind_service"}
    assert "region_path" in indexes(plan(below))
    if (
        level > 1 or connection.vendor == "sqlite"
    ):  # 2,000 rules are too few to look up 3,000 regions one by one
        assert "rule_region_kind_service" in indexes(plan(below))


@pytest.mark.slow
def test_a_subtree_is_a_range_of_the_path_index(directory, db):
    region = Region.objects.open().get(code="510000")
    with CaptureQueriesContext(connection) as captured:
        below = list(Region.objects.open().under(region).order_by().values_list("path", flat=True))
    lines = plan(captured.captured_queries[0]["sql"])
    assert indexes(lines) == {"region_path"}
    assert not scans(lines)
    assert len(below) > 3_000
    assert all(path.startswith(region.path) and path != region.path for path in below)


@pytest.mark.slow
def test_whether_a_service_lists_anything_is_one_seek_a_service(directory, db):
    from regions.postings.rules import listed_services

    found = CaptureQueriesContext(connection)
    with found:
        listed = set(listed_services(datetime.date(2026, 11, 21)))
    lines = plan(found.captured_queries[0]["sql"])
    assert scans(lines) <= {"regions_service"}
    assert indexes(lines) & {"rule_unique", "rule_open_unique", "sqlite_autoindex_regions_coveragerule_1"}
    assert listed <= set(Service.objects.values_list("pk", flat=True))


def rows_read(sql: str, table: str) -> int:
    """How many rows of a table PostgreSQL hands on to be joined, each time that it looks into it."""

    def walk(node: dict) -> list[float]:
        own = [node["Actual Rows"]] if node.get("Alias") == table else []
        return own + [found for part in node.get("Plans", ()) for found in walk(part)]

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql.replace("%", "%%"))
        found = cursor.fetchone()[0]
    return max(walk((json.loads(found) if isinstance(found, str) else found)[0]["Plan"]), default=0)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite asks for the keys first by itself")
def test_the_claims_on_a_number_are_found_before_anything_is_joined_to_them(directory, db):
    hotline = Hotline.objects.select_related("number").first()
    with CaptureQueriesContext(connection) as captured:
        assert Client().get(f"/api/v1/numbers/{hotline.number.canonical}/").status_code == 200
    (claims,) = [
        query["sql"] for query in captured if "regions_hotline" in query["sql"] and "asked" in query["sql"]
    ]
    assert Hotline.objects.count() > 40
    assert rows_read(claims, "regions_hotline") <= 3
