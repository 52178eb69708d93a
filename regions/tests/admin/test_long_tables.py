"""A long table of rules is compared in sets. It comes to what its rows come to one by one, and the same people may send it."""

import csv
import io
from itertools import pairwise

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from regions.admin.spreadsheets import coverage
from regions.models import Change, ChangeSet, CoverageRule
from regions.tests import factories

HEADER = ["service", "region", "kind", "valid_from", "valid_to", "response_hours", "note"]
LONG, SHORT = 0, 2_000


def written(rows: list[list[str]], header=HEADER) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode()


def address(page: str) -> str:
    return reverse(f"admin:regions_coveragerule_{page}")


def send(client, data: bytes, confirm: bool = True):
    """The preview's counts and problems, and the answer to the confirmation where one is offered."""
    upload = SimpleUploadedFile("sheet.csv", data)
    answer = client.post(address("import"), {"format": "0", "resource": "0", "import_file": upload})
    found = {
        **answer.context["counts"],
        "problems": [text for _row, _name, text in answer.context["problems"]],
    }
    form = answer.context.get("confirm_form")
    if not (form and confirm):
        return found, None
    return found, client.post(address("process_import"), form.initial, follow=True)


def on_file() -> list[tuple]:
    columns = (
        "service__slug",
        "region",
        "kind",
        "valid_from",
        "valid_to",
        "response_hours",
        "note",
        "source",
    )
    return sorted(CoverageRule.objects.values_list(*columns), key=str)


class Undone(Exception):
    pass


def both_ways(desk, data: bytes, monkeypatch) -> list[tuple]:
    """What comes of a table one by one and in sets: counts, whether there were problems, the rules afterwards."""
    found = []
    for most in (SHORT, LONG):
        monkeypatch.setattr(coverage, "ONE_BY_ONE", most)
        with pytest.raises(Undone), transaction.atomic():
            counts, _answer = send(desk, data)
            problems = counts.pop("problems")
            found.append((None if problems else counts, bool(problems), on_file()))
            raise Undone
    return found


DAYS = ["", "2000-01-01", "2020-05-01", "2026-11-01", "2027-03-01"]
row = st.tuples(
    st.sampled_from(["a-repair", "b-repair", "nobody"] + ["a-repair"] * 6),
    st.sampled_from(
        ["510322", "110105", "朝阳区", "北京市/朝阳区", "330104@1989-12-11", "330104", "110105010"]
    ),
    st.sampled_from(["include", "exclude", "覆盖", "", "x"]),
    st.sampled_from(DAYS),
    st.sampled_from([*DAYS, "", ""]),
    st.sampled_from(["", "24", "-1"]),
    st.sampled_from(["", "仅限城区"]),
)


@pytest.mark.slow
def test_tables_that_differ_in_every_way(world, desk, monkeypatch):
    factories.make_rules(world.ours, exclude=[world.regions["330104@"]])

    @given(st.lists(row, min_size=1, max_size=3, unique_by=lambda cells: cells[:2]))
    def check(rows):
        one_by_one, in_sets = both_ways(desk, written([list(cells) for cells in rows]), monkeypatch)
        assert in_sets == one_by_one

    check()


@pytest.mark.slow
@pytest.mark.parametrize("leave_out", ["kind", "valid_from", "response_hours", "note"])
def test_columns_that_are_not_there_leave_alone_what_is_on_file(leave_out, world, desk, monkeypatch):
    factories.make_rules(world.ours, exclude=[world.regions["110105"]], note="仅限城区", response_hours=24)
    at = HEADER.index(leave_out)
    rows = [
        ["a-repair", "110105", "exclude", "2000-01-01", "", "24", "仅限城区"],
        ["a-repair", "211300", "", "", "", "", ""],
    ]
    if leave_out == "kind":
        rows.pop(0)
    data = written([row[:at] + row[at + 1 :] for row in rows], HEADER[:at] + HEADER[at + 1 :])
    one_by_one, in_sets = both_ways(desk, data, monkeypatch)
    assert in_sets == one_by_one
    assert in_sets[0] == {"new": 1, "changed": 0, "unchanged": len(rows) - 1, "errors": 0}


@pytest.fixture
def long(monkeypatch):
    monkeypatch.setattr(coverage, "ONE_BY_ONE", LONG)


@pytest.mark.slow
def test_what_was_exported_is_no_change(long, world, desk):
    factories.make_rules(world.ours, exclude=[world.regions["330104@"]])
    data = desk.post(address("export"), {"format": "0", "resource": "0"}).content
    counts, _answer = send(desk, data)
    assert counts == {"new": 0, "changed": 0, "unchanged": 3, "errors": 0, "problems": []}


@pytest.mark.slow
def test_it_is_one_set_of_the_spreadsheets_door(long, world, desk):
    data = written([["a-repair", code, "include", "", "", "", ""] for code in ("110105", "211300")])
    counts, answer = send(desk, data)
    assert counts["new"] == 2
    assert "新增 2" in answer.content.decode() or "new 2" in answer.content.decode()
    written_set = ChangeSet.objects.get(door="sheet")
    assert written_set.counts == {"coverage-rule": 2}
    assert "sheet.csv" in written_set.reason
    assert Change.objects.filter(changeset=written_set.uuid).count() == 2


@pytest.mark.slow
def test_a_maintainer_writes_on_his_own_brand_alone(long, world, maintainer):
    before, browser = on_file(), browser_of(maintainer)
    rows = [
        ["a-repair", "110105", "include", "", "", "", ""],
        ["b-repair", "110105", "include", "", "", "", ""],
    ]
    counts, _answer = send(browser, written(rows))
    assert len(counts["problems"]) == 1
    assert "b-repair" in counts["problems"][0]
    assert on_file() == before
    send(browser, written(rows[:1]))
    assert len(on_file()) == len(before) + 1


@pytest.mark.slow
def test_every_fault_is_named_with_its_row_and_nothing_is_written(long, world, desk):
    before = on_file()
    rows = [
        ["a-repair", "110105", "include", "", "", "", ""],
        ["a-repair", "999999", "", "", "", "", ""],
        ["x", "110105", "", "", "", "", ""],
    ]
    counts, answer = send(desk, written(rows))
    assert answer is None
    assert counts["errors"] == 2
    assert [text.split(":")[0].split("：")[0][-1] for text in counts["problems"]] == ["3", "4"]
    assert on_file() == before


@pytest.mark.slow
def test_what_changed_since_the_preview_is_looked_at_again(long, world, desk):
    data = written([["a-repair", "110105", "include", "", "", "", ""]])
    upload = SimpleUploadedFile("sheet.csv", data)
    form = desk.post(address("import"), {"format": "0", "resource": "0", "import_file": upload}).context[
        "confirm_form"
    ]
    monday = written([["a-repair", "510322", "exclude", "", "", "", ""]])
    send(browser_of(User.objects.create_superuser("another")), monday)
    before = on_file()
    answer = desk.post(address("process_import"), form.initial, follow=True)
    assert on_file() == before
    assert any("预览" in str(message) or "preview" in str(message) for message in answer.context["messages"])


def browser_of(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.slow
def test_a_table_of_some_hundred_rows_asks_the_database_no_more_than_a_short_one(
    world, desk, django_assert_max_num_queries
):
    months = [f"{year}-{month:02}-01" for year in range(2000, 2011) for month in range(1, 13)]
    rows = [["a-repair", "110105", "", first, last, "", ""] for first, last in pairwise(months)]
    assert len(rows) > coverage.ONE_BY_ONE
    with django_assert_max_num_queries(len(rows)):
        send(desk, written(rows), confirm=False)


@pytest.mark.slow
def test_a_table_that_corrects_past_days_is_taken_row_by_row(long, world, desk):
    factories.make_rules(world.ours, include=[world.regions["110105"]], note="仅限城区")
    begun = CoverageRule.objects.get(note="仅限城区").valid_from or ""
    row = ["a-repair", "110105", "include", str(begun), "", "", "全境", "1"]
    counts, _answer = send(desk, written([row], [*HEADER, "correction"]))
    assert counts["problems"] == [] and counts["changed"] == 1
    assert CoverageRule.objects.filter(note="全境").exists()


@pytest.mark.one_database
@pytest.mark.parametrize("where", ["records.save", "before_import"])
def test_a_database_that_is_busy_is_not_told_as_a_fault_of_the_row(where, world, chief, monkeypatch):
    def busy(*args, **kwargs):
        raise OperationalError("database is locked")

    if where == "records.save":
        monkeypatch.setattr("regions.admin.spreadsheets.resource.records.save", busy)
    else:
        monkeypatch.setattr("regions.admin.spreadsheets.resource.DirectoryResource.before_import", busy)
    browser = Client(raise_request_exception=False)
    browser.force_login(chief)
    answer = browser.post(
        address("import"),
        {
            "format": "0",
            "resource": "0",
            "import_file": SimpleUploadedFile(
                "sheet.csv", written([["a-repair", "110105", "include", "", "", "", ""]])
            ),
        },
    )
    assert answer.status_code == 503
