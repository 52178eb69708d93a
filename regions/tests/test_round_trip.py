"""A lock and the question after it go to the database together; the question sees what was waited for."""

import threading

import pytest
from django.db import connection, transaction

from regions.models import Brand
from regions.round_trip import ask
from regions.services.changes import change_set, hold_sequence

ONE, TWO = ("SELECT %s + 1", [1]), ("SELECT %s, '100%%'", ["; SELECT 7"])


@pytest.fixture(params=["together", "one by one"])
def way(request, db, monkeypatch):
    monkeypatch.setattr(
        connection.features, "uses_server_side_binding", request.param == "one by one", raising=False
    )
    return request.param


def test_each_statement_has_its_rows_in_order(way, django_assert_num_queries):
    once = connection.vendor == "postgresql" and way == "together"
    with django_assert_num_queries(1 if once else 2):
        assert ask(ONE, TWO) == [[(2,)], [("; SELECT 7", "100%")]]


def test_no_rows_and_no_statements(way):
    nothing = (f"SELECT id FROM {Brand._meta.db_table} WHERE slug = %s", ["nobody"])
    assert ask(nothing, ONE, nothing) == [[], [(2,)], []]
    assert ask(nothing) == [[]]


@pytest.mark.django_db(transaction=True)
def test_the_question_sees_what_the_lock_waited_for(transactional_db):
    if connection.vendor != "postgresql":
        pytest.skip("a write transaction on SQLite is alone anyway")
    held, seen = threading.Event(), []

    def second():
        try:
            with transaction.atomic():
                held.wait(10)
                lock = ("SELECT pg_advisory_xact_lock(7340251)", [])
                seen.extend(ask(lock, ("SELECT slug FROM regions_brand", []))[-1])
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    thread.start()
    with change_set():
        hold_sequence()
        Brand.objects.create(slug="late", name="晚")
        held.set()
        thread.join(0.5)
        assert thread.is_alive(), "the second writer should wait for the first"
    thread.join(10)
    assert seen == [("late",)]
