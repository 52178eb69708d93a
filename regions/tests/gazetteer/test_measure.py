"""Measuring successions against a table of the areacodes form.

`areacodes.csv` beside this file holds the facts of the areacodes table (CC0) that the measure asks for: code, name, level,
state, years and successors of every code that was closed or changed between 1981 and 2025, and of the codes they lead to.
Where ../shared/data is at hand the whole table is the second yardstick.
"""

from pathlib import Path

import pytest
from django.conf import settings

from regions.gazetteer.measure import COLUMNS, measure, read_reasons, read_table
from regions.gazetteer.read import read_edition

from .small import write_edition

TABLES = [
    Path(__file__).with_name("areacodes.csv"),
    settings.BASE_DIR.parent / "shared" / "data" / "region-history-1981-2025.csv",
]


def outcome(tmp_path, *lines, reasons=None):
    """The first period (counties closed since 2000) for a table of these lines."""
    path = tmp_path / "table.csv"
    path.write_text("\ufeff" + "\n".join([",".join(COLUMNS), *lines]) + "\n", encoding="utf-8")
    edition = read_edition(write_edition(tmp_path / "edition"))
    return measure(edition, read_table(path), reasons or {})[0]


OPEN = ("330102,上城区,县级,在用,1981,,", "330114,钱塘区,县级,在用,2021,,")


def test_equal_sets_are_equal_and_parts_that_left_before_do_not_count(tmp_path):
    result = outcome(tmp_path, *OPEN, "330104,江干区,县级,弃用,1981,2021,330102[1996];330102;330114")
    assert (result.equal, result.total, result.passed) == (1, 1, True)
    assert str(result) == (
        "county closed since 2000: 1 of 1 equal (100.00%, at least 99% needed), reviewed differences 0, other 0"
    )


def test_chains_of_the_table_are_followed(tmp_path):
    result = outcome(
        tmp_path,
        *OPEN,
        "330104,江干区,县级,弃用,1981,2021,330199;330102",
        "330199,新区,县级,变更,2021,2023,330114",
    )
    assert result.equal == 1


def test_a_difference_fails_and_is_shown(tmp_path):
    result = outcome(tmp_path, *OPEN, "330104,江干区,县级,弃用,1981,2021,330102")
    assert not result.passed
    assert [str(one) for one in result.differences] == [
        "330104 江干区 1981-2021: table 330102; ours 330102 330114"
    ]


def test_a_reviewed_difference_is_shown_with_its_reason_and_still_counts(tmp_path):
    result = outcome(
        tmp_path,
        *OPEN,
        "330104,江干区,县级,弃用,1981,2021,330102",
        reasons={("330104", 2021): "下沙 and 白杨"},
    )
    assert not result.passed
    assert str(result.differences[0]).endswith("ours 330102 330114 (下沙 and 白杨)")
    assert "reviewed differences 1, other 0" in str(result)


def test_a_code_we_do_not_have_is_a_difference(tmp_path):
    result = outcome(tmp_path, *OPEN, "330188,无名区,县级,弃用,1990,2005,330102")
    assert str(result.differences[0]) == "330188 无名区 1990-2005: table 330102; ours nothing"


def test_a_row_without_successors_is_counted_by_itself(tmp_path):
    result = outcome(tmp_path, *OPEN, "330104,江干区,县级,弃用,1981,2021,")
    assert (result.equal, result.total, result.silent, result.named) == (0, 0, 1, 1)


def test_another_file_is_refused(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ValueError, match="other.csv is not the areacodes table: no column"):
        read_table(path)


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES, ids=["facts", "whole"])
def test_the_bundled_successions_are_as_good_as_promised(table):
    if not table.is_file():
        pytest.skip("a second, fuller check: ../shared/data is not here")
    edition = read_edition(settings.REGIONS_DIR)
    reasons = read_reasons(settings.REGIONS_DIR / "differences.csv")
    recent, older, oldest, _prefectures = measure(edition, read_table(table), reasons)
    assert (recent.share >= 0.99, older.share >= 0.95, oldest.share >= 0.95) == (True, True, True)
    unexplained = [
        str(one) for result in (recent, older, oldest) for one in result.differences if not one.reason
    ]
    assert unexplained == []


@pytest.mark.slow
def test_the_facts_measure_as_the_whole_table_does():
    if not TABLES[1].is_file():
        pytest.skip("a second, fuller check: ../shared/data is not here")
    edition = read_edition(settings.REGIONS_DIR)
    assert [str(found) for found in measure(edition, read_table(TABLES[0]), {})] == [
        str(found) for found in measure(edition, read_table(TABLES[1]), {})
    ]
