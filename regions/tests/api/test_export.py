"""Whole files: complete, of one moment, and a place to go on from."""

import csv
import io
import json

import pytest
from django.db import connection

from regions.api.files import NAMES, TABLES
from regions.lookup.export import RULES
from regions.models import CoverageRule, Service
from regions.services import records
from regions.services.changes import change_set
from regions.tests import factories

URL = "/api/v1/export/"


def ndjson(api, name: str, **query) -> list[dict]:
    response = api.get(f"{URL}{name}.ndjson", query)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/x-ndjson; charset=utf-8"
    return [json.loads(line) for line in b"".join(response.streaming_content).decode().splitlines()]


def test_the_index_names_every_file_with_position_and_licence(api, directory):
    body = api.get(URL).json()
    assert (body["release"], body["licence"]) == ("test", "CC BY 4.0")
    assert [file["name"] for file in body["files"]] == ["directory", *NAMES]
    for file in body["files"]:
        for url in filter(None, (file["ndjson"], file["csv"])):
            assert api.get(url).status_code == 200


def test_the_whole_directory_is_in_one_file(api, directory):
    head, *rows, end = ndjson(api, "directory")
    assert head["record"] == "export" and head["release"] == "test" and head["licence"] == "CC BY 4.0"
    assert end == {"record": "end", "count": len(rows)}
    kinds = {row["record"] for row in rows}
    assert {"region", "category", "brand", "source", "service", "hotline", "coverage-rule"} <= kinds
    hotline = next(row for row in rows if row["record"] == "hotline" and row["extension"] == "1")
    assert hotline["key"] == "cabinet-repair:4001865910-1"
    assert hotline["hours"] == [
        {"weekday": weekday, "opens": "08:30:00", "closes": "17:30:00"} for weekday in (1, 2)
    ]
    assert hotline["status"] == "unverified"


def test_a_rule_looks_the_same_in_every_form(api, directory):
    CoverageRule.objects.filter(kind="exclude").update(
        note='仅限"城区", 乡镇除外\n另约', valid_to="2030-01-01"
    )
    _head, *rows, _end = ndjson(api, RULES, service="cabinet-repair")
    response = api.get(f"{URL}{RULES}.csv?service=cabinet-repair")
    table = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode(), newline="")))
    assert len(rows) == len(table) == 2
    for row, line in zip(rows, table, strict=True):
        single = api.get(f"/api/v1/coverage-rules/{row['key']}/").json()
        assert row == {
            "record": "coverage-rule",
            **{
                name: single[name]
                for name in ("key", "kind", "valid_from", "valid_to", "response_hours", "note", "disputed")
            },
            **{name: single[name]["slug"] for name in ("service", "source")},
            "region": single["region"]["code"],
        }
        written = {None: "", True: "true", False: "false"}
        assert line == {name: written.get(row[name], str(row[name])) for name in line}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.slow
def test_csv_and_ndjson_hold_the_same(api, directory, name):
    _head, *rows, _end = ndjson(api, name)
    text = b"".join(api.get(f"{URL}{name}.csv").streaming_content).decode()
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(table) == len(rows)
    for line, row in zip(table, rows, strict=True):
        assert list(line) == [field for field in row if field != "record"]
        for field, value in line.items():
            wanted = row[field]
            if isinstance(wanted, list | dict):
                assert json.loads(value) == wanted
            elif isinstance(wanted, bool):
                assert value == str(wanted).lower()
            else:
                assert value == ("" if wanted is None else str(wanted))


def test_a_client_goes_on_from_the_position_of_a_file(api, directory, staff):
    position = ndjson(api, RULES)[0]["position"]
    rule = CoverageRule.objects.get(kind="exclude")
    rule.note = "later"
    records.save(rule, actor=staff, correct=True)
    (found,) = api.get("/api/v1/changes/", {"after": position}).json()["results"]
    assert found["key"] == rule.key


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nothing.ndjson", 404),
        ("regions.xml", 404),
        ("directory.csv", 404),
        ("regions.csv?service=x", 400),
        ("hotlines.csv?service=nobody", 400),
        ("hotlines.csv?page=2", 400),
    ],
)
def test_what_is_not_there_is_said(api, directory, path, status):
    response = api.get(URL + path)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"


def test_files_have_a_limit_of_their_own(api, directory, settings):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {
        "DEFAULT_THROTTLE_RATES": settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] | {"export": "2/day"}
    }
    found = [api.get(f"{URL}brands.csv").status_code for _i in range(3)]
    assert found == [200, 200, 429]
    assert api.get("/api/v1/brands/").status_code == 200


def test_an_export_costs_the_same_queries_whatever_it_holds(api, directory, django_assert_num_queries):
    for _i in range(30):
        factories.make_hotline(directory)
    # position for the ETag; position and release of the snapshot; hotlines with their hours
    with django_assert_num_queries(4):
        assert len(ndjson(api, "hotlines")) == 34


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="the test database of SQLite is one connection")
def test_a_file_is_of_one_moment_and_holds_up_no_writer(api, make_regions):
    import threading

    from django.db import connections

    regions = make_regions("510322", below=["510300"])
    service = factories.make_service("first")
    factories.make_rules(service, include=regions.values())
    response = api.get(f"{URL}{RULES}.ndjson")
    stream = iter(response.streaming_content)

    def write() -> None:
        try:
            with change_set() as changes:
                other = Service.objects.create(
                    slug="second", name="second", brand=service.brand, category=service.category
                )
                factories.make_rules(other, include=regions.values())
                changes.created(other)
                CoverageRule.objects.filter(service=service).delete()
        finally:
            connections.close_all()

    thread = threading.Thread(target=write)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    head, *rows, end = [json.loads(line) for line in b"".join(stream).decode().splitlines()]
    response.close()
    assert {row["service"] for row in rows} == {"first"}
    assert end["count"] == len(rows) == len(regions)
    assert [
        found["key"] for found in api.get("/api/v1/changes/", {"after": head["position"]}).json()["results"]
    ] == ["second"]
    assert ndjson(api, RULES, service="first")[-1]["count"] == 0
