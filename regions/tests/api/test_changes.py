"""GET /api/v1/changes/: everything once, in commit order, without private matters."""

import threading
import time
import uuid

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from regions.models import Change, CoverageRule
from regions.services import records
from regions.services.changes import change_set

URL = "/api/v1/changes/"


def note(kind="brand", key="brand", action="update") -> Change:
    """One committed change."""
    with change_set() as changes:
        changes.add(kind, key, action)
    return Change.objects.latest("pk")


def test_a_client_sees_what_and_where_not_who_and_why(api, directory, staff):
    rule = CoverageRule.objects.get(kind="exclude")
    rule.note = "仅限城区"
    records.save(rule, actor=staff, reason="电话核实 13800000000", correct=True)
    (found,) = api.get(URL).json()["results"]
    assert found == {
        "sequence": Change.objects.get().pk,
        "kind": "coverage-rule",
        "key": "cabinet-repair:510322:2000-01-01",
        "action": "update",
        "at": found["at"],
        "correction": True,
        "url": "http://testserver/api/v1/coverage-rules/cabinet-repair:510322:2000-01-01/",
    }
    assert api.get(found["url"]).json()["note"] == "仅限城区"


def test_a_deleted_record_is_a_tombstone_without_an_address(api, directory, staff):
    records.delete(CoverageRule.objects.get(kind="exclude"), actor=staff, correct=True)
    (found,) = api.get(URL).json()["results"]
    assert (found["action"], found["url"]) == ("delete", None)


@pytest.mark.slow
def test_every_address_in_the_list_can_be_read(api, directory):
    with change_set() as changes:
        changes.created(
            directory,
            directory.brand,
            directory.category,
            *directory.hotlines.all(),
            *directory.rules.all(),
            *(rule.region for rule in directory.rules.all()),
            directory.hotlines.first().number,
        )
    results = api.get(URL).json()["results"]
    assert len(results) == 10
    assert {api.get(found["url"]).status_code for found in results} == {200}


def test_private_changes_are_left_out_but_move_the_position(api, db):
    note()
    last = note("import", "17")
    note_key = note("key", "abcdefgh")
    body = api.get(URL).json()
    assert [found["kind"] for found in body["results"]] == ["brand"]
    assert body["position"].startswith(f"{note_key.pk}-")
    assert last.pk < note_key.pk


def test_pages_hold_everything_once_and_in_order(api, db):
    made = [note(key=f"brand-{i}").pk for i in range(7)]
    url, seen, pages = URL + "?after=0&page_size=3", [], 0
    while True:
        body = api.get(url).json()
        seen += [found["sequence"] for found in body["results"]]
        pages += 1
        if not body["more"]:
            break
        url = body["next"]
    assert (seen, pages) == (made, 3)
    assert api.get(body["next"]).json() == body | {"results": []}
    later = note(key="later")
    assert [found["key"] for found in api.get(body["next"]).json()["results"]] == ["later"]
    assert api.get(f"{URL}?after={later.pk}").json()["results"] == []


def test_the_empty_directory_has_a_position_too(api, db):
    assert api.get(URL).json() == {
        "position": "0",
        "more": False,
        "next": "http://testserver/api/v1/changes/?after=0&page_size=200",
        "results": [],
    }


@pytest.mark.parametrize("after", ["-1", "x", "1-xyz", "1-9F3A2B1C", "", "1" * 19, "١"])
def test_what_is_no_position_is_refused(api, db, after):
    response = api.get(URL, {"after": after})
    assert response.status_code == 400
    assert response.json()["parameter"] == "after"


def test_a_position_of_the_future_or_of_another_history_is_lost(api, db):
    change = note()
    position = api.get(URL).json()["position"]
    assert api.get(URL, {"after": position}).status_code == 200
    assert api.get(URL, {"after": change.pk + 1}).status_code == 410
    # The database was restored from a backup and has gone on: the number is there again, the change is another.
    Change.objects.filter(pk=change.pk).update(changeset=uuid.uuid4())
    response = api.get(URL, {"after": position})
    assert response.status_code == 410
    assert response.json()["type"] == "urn:servicenet:problem:lost-position"
    assert response["Cache-Control"] == "no-store"


def test_a_page_costs_the_same_whatever_it_holds(api, db, django_assert_num_queries):
    first = note().pk
    for i in range(20):
        note(key=f"brand-{i}")
    with django_assert_num_queries(3):  # the position for the ETag, the changes, the own position
        assert len(api.get(URL, {"after": first}).json()["results"]) == 20


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="a write transaction on SQLite is alone anyway")
def test_a_reader_never_misses_a_row_committed_late():
    """Writers that begin early and commit late, and a reader that polls as fast as it can."""
    writers, rounds, faults = 8, 12, []

    def write(number: int) -> None:
        try:
            for turn in range(rounds):
                with transaction.atomic():
                    with change_set() as changes:
                        for part in range(3):
                            changes.add("brand", f"{number}-{turn}-{part}", "update")
                    time.sleep(0.003 * (number % 4))  # the numbers are given; the commit comes later
        except Exception as error:
            faults.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    from rest_framework.test import APIClient

    reader, position, seen = APIClient(), "0", []
    idle = 0
    while idle < 2:
        alive = any(thread.is_alive() for thread in threads)
        body = reader.get(URL, {"after": position, "page_size": 7}).json()
        seen += [(found["sequence"], found["key"]) for found in body["results"]]
        position = body["position"]
        if not alive and not body["results"]:
            idle += 1
    for thread in threads:
        thread.join()
    assert not faults
    wanted = {f"{n}-{turn}-{part}" for n in range(writers) for turn in range(rounds) for part in range(3)}
    assert sorted(key for _sequence, key in seen) == sorted(wanted)
    assert [sequence for sequence, _key in seen] == sorted({sequence for sequence, _key in seen})


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="shows what the lock is for, on PostgreSQL")
def test_without_the_lock_the_same_reader_would_miss_rows():
    """The experiment that makes the test above worth something: numbers without the lock commit out of order."""
    begun, committed = threading.Event(), threading.Event()

    def write_late() -> None:
        try:
            with transaction.atomic():
                Change.objects.create(
                    kind="brand", key="late", action="update", changeset=uuid.uuid4(), at=timezone.now()
                )
                begun.set()
                committed.wait(10)
        finally:
            connections.close_all()

    thread = threading.Thread(target=write_late)
    thread.start()
    begun.wait(10)
    Change.objects.create(
        kind="brand", key="early", action="update", changeset=uuid.uuid4(), at=timezone.now()
    )
    seen = Change.objects.order_by("pk").values_list("key", "pk")
    (key, position) = seen.get()
    committed.set()
    thread.join()
    assert key == "early"
    assert not Change.objects.filter(pk__gt=position).exists()  # "late" has a smaller number: missed for ever


def test_a_clock_set_back_disturbs_nothing(api, db, time_machine):
    """The order is the sequence, not the clock: nothing is missed and no ETag comes again."""
    time_machine.move_to("2026-11-21T04:00:00Z", tick=False)
    first = note(key="first")
    etag = api.get("/api/v1/brands/")["ETag"]
    position = api.get(URL).json()["position"]
    time_machine.move_to("2026-11-21T03:00:00Z", tick=False)
    second = note(key="second")
    assert second.pk > first.pk and second.at < first.at
    (found,) = api.get(URL, {"after": position}).json()["results"]
    assert found["key"] == "second"
    assert api.get("/api/v1/brands/", HTTP_IF_NONE_MATCH=etag).status_code == 200


def test_addresses_do_not_carry_over_how_they_were_asked_for(api, directory):
    for url in (
        "/api/v1/?format=json",
        f"{URL}?format=json",
        "/api/v1/services/cabinet-repair/hsds/?format=json",
    ):
        assert "format=json" not in api.get(url).content.decode().replace('"next"', "")
