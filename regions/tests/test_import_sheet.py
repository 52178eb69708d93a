"""manage.py import_sheet: the admin's sheets without a limit of rows."""

import csv
import io

import pytest
from django.core.management import CommandError, call_command

from regions.models import Brand, ChangeSet, Hotline
from regions.tests import factories

pytestmark = pytest.mark.django_db


def told(kind: str, path, *rows, commit=True) -> str:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    out = io.StringIO()
    call_command("import_sheet", kind, str(path), commit=commit, stdout=out, stderr=out)
    return out.getvalue()


def test_brands_are_brought_to_a_table_in_one_change_set_safe_to_repeat(tmp_path):
    factories.make_service("repair", brand="kept")
    rows = [["slug", "名称"], ["kept", "改名"], ["new", "新品牌"]]
    path = tmp_path / "brands.csv"
    assert "created 1, changed 1, unchanged 0, closed 0, errors 0" in told("brand", path, *rows, commit=False)
    assert not Brand.objects.filter(slug="new").exists() and not ChangeSet.objects.exists()
    told("brand", path, *rows)
    assert ChangeSet.objects.get().counts == {"brand": 2} and Brand.objects.get(slug="kept").name == "改名"
    assert "created 0, changed 0, unchanged 2" in told("brand", path, *rows)
    assert ChangeSet.objects.count() == 1


def test_nothing_is_written_while_a_row_is_wrong_and_every_fault_is_named_with_its_row(tmp_path):
    factories.make_service("repair")
    rows = [["service", "number"], ["repair", "400-123-4567"], ["nobody", "4001234568"], ["repair", "月亮"]]
    with pytest.raises(CommandError, match="errors 2"):
        told("hotline", tmp_path / "hotlines.csv", *rows)
    assert not Hotline.objects.exists() and not ChangeSet.objects.exists()


@pytest.mark.slow
def test_more_rows_than_the_page_takes(tmp_path):
    rows = [["slug", "name"], *([f"brand-{at}", f"品牌{at}"] for at in range(2_001))]
    assert "created 2001" in told("brand", tmp_path / "brands.csv", *rows, commit=False)


@pytest.mark.slow
def test_a_row_of_hotlines_costs_a_few_queries_and_one_that_is_there_already_none(
    tmp_path, django_assert_max_num_queries
):
    factories.make_service("repair")
    path = tmp_path / "hotlines.csv"
    head = ["service", "number", "labels"]
    rows = [head, *(["repair", f"400{at:07}", "售后热线"] for at in range(1_000_000, 1_000_040))]
    with django_assert_max_num_queries(40 * 11):  # savepoints are counted too
        assert "created 40" in told("hotline", path, *rows)
    with django_assert_max_num_queries(40 * 2 + 20):  # a savepoint a row, and no question
        assert "created 0, changed 0, unchanged 40" in told("hotline", path, *rows)
    assert Hotline.objects.count() == 40


def test_a_table_that_names_a_number_twice_says_the_same_of_it(tmp_path):
    factories.make_service("repair")
    rows = [["service", "number", "labels"], ["repair", "4001234567", "甲"], ["repair", "400-123-4567", "甲"]]
    assert "created 1, changed 0, unchanged 1" in told("hotline", tmp_path / "hotlines.csv", *rows)
    rows[2][2] = "乙"
    with pytest.raises(CommandError, match="errors 1"):
        told("hotline", tmp_path / "hotlines.csv", *rows)
    assert Hotline.objects.get().labels == ["甲"]
