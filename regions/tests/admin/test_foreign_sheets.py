"""A maintainer sends sheets and the carry-over page with valid rows of other brands: nothing of theirs moves.

As in `test_foreign_forms.py`, what he sends is first sent by somebody who works on every brand, so that it is known to write.
"""

import contextlib
import itertools
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.urls import NoReverseMatch, reverse

from regions import models
from regions.tests.factories import load_regions, make_rules

from .test_foreign_forms import both as both
from .test_foreign_forms import counted, filled, state, tried
from .test_gate import REGISTERED
from .test_gate import pairs as pairs
from .test_spreadsheets import export, preview, rows_of, sheet, url

pytestmark = [pytest.mark.slow, pytest.mark.one_database]
CARRY_OVER = reverse("admin:regions_coveragerule_carry_over")


def imports() -> Iterator[type]:
    for model in REGISTERED:
        try:
            url(model, "process_import")
        except NoReverseMatch:  # not every record has sheets
            continue
        yield model


SHEETS = list(imports())
# What may stand in a cell, of most kinds: another word, a key of the other brand, a day, a number, a choice.
CELLS = ("改", "1", "b", "b-repair", "4000000002", "330102", "2026-12-01", "exclude")


def send(client, model, data: bytes, confirmed: dict | None = None) -> dict | None:
    """Preview a sheet and confirm it, or confirm what was previewed before; by which fields."""
    if confirmed is None:
        shown = preview(client, model, data)
        assert shown.status_code < 500
        form = (shown.context or {}).get("confirm_form")
        confirmed = form.initial if form else None
    if confirmed is not None:
        assert client.post(url(model, "process_import"), confirmed).status_code < 500
    return confirmed


@contextlib.contextmanager
def taken_back() -> Iterator[None]:
    point = transaction.savepoint()
    yield
    transaction.savepoint_rollback(point)
    transaction.savepoint_commit(point)


def changed(row: dict[str, str], column: str) -> Iterator[bytes]:
    """Sheets of one row, with a cell changed in each way."""
    for cell in CELLS:
        yield sheet([row | {column: row[column] + cell if cell == "改" else cell}])


@pytest.mark.parametrize("model", SHEETS, ids=lambda model: model._meta.model_name)
def test_sheets_with_rows_of_others_write_nothing_for_a_maintainer(model, both, pairs, maintainer):
    chief, keeper = both
    before, wrote = state(maintainer), 0
    rows = rows_of(export(chief, model))
    for row, column in itertools.product(rows, rows[0]):
        for data in changed(row, column):
            with taken_back():
                count = counted()
                confirmed = send(chief, model, data)
                written = counted() - count
            if not written:
                continue
            wrote += 1
            # His own preview, and the file that somebody else uploaded.
            for fields in (None, confirmed):
                with taken_back():
                    send(keeper, model, data, fields)
                    assert state(maintainer) == before, data.decode()
            break
    assert wrote >= 2, "no sheet of this record was right"


def test_the_carry_over_page_moves_nothing_of_others_for_a_maintainer(both, world, maintainer):
    """Whole forms of the other brand's rules, and one's own forms with their rules in place of one's own."""
    chief, keeper = both
    regions = load_regions("330104", "320125", "330102", "330114")
    rules = {
        side: [
            *make_rules(service, include=[regions["320125@"]]),
            *make_rules(service, exclude=[regions["330104@"]], note="仅限城区"),
        ]
        for side, service in (("mine", world.ours), ("theirs", world.theirs))
    }
    foreign = [str(rule.pk) for rule in rules["theirs"]]
    before, wrote = state(maintainer), 0
    forms = list(filled(chief, CARRY_OVER))
    for target, data in [*forms, *filled(keeper, CARRY_OVER)]:
        for name in [None, *(name for name in data if "rule" in name)]:
            form = data if name is None else data | {name: foreign}
            for to in ({}, {"to": ["330102", "330114"]}):
                wrote += bool(tried(chief, target, form | to))
                with taken_back():
                    keeper.post(target, form | to)
                    assert state(maintainer) == before, form
    assert wrote >= 3
    assert models.CoverageRule.objects.open().filter(pk__in=foreign).count() == 2
