"""Reading corrections.csv."""

import pytest

from regions.gazetteer.corrections import COLUMNS, Corrections
from regions.gazetteer.sources import SourceError

HEADER = ",".join(COLUMNS)


def read(tmp_path, *lines, header=HEADER):
    path = tmp_path / "corrections.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return Corrections.read(path)


def test_rows_are_understood(tmp_path):
    found = read(
        tmp_path,
        "succession,330104,,2021,,,江干区,330102:most;330114:part,,国函〔2021〕29号,approval",
        "date,330104,,,,,,,2021-03-11,,notice",
        "township,500109006,,,,,,,,,left over",
    )
    assert found.fates["330104", 2021].targets == (("330102", "most"), ("330114", "part"))
    assert found.fates["330104", 2021].document == "国函〔2021〕29号"
    assert found.dates == {("330104", 2021): "2021-03-11"}
    assert found.townships == {"500109006": ""}


def test_every_bad_row_is_named_at_once(tmp_path):
    with pytest.raises(SourceError) as error:
        read(
            tmp_path,
            "succession,330104,,2021,,,,330102:much,,,approval",
            "rename,330104,,,,,,,,,approval",
            "drop,330104,,,,,,,,,",
        )
    assert str(error.value).splitlines() == [
        "corrections.csv line 2: to must be like 330102:most;330114:part, not '330102:much'",
        "corrections.csv line 3: action 'rename' is not known",
        "corrections.csv line 4: source is empty",
    ]


def test_a_code_closed_twice_in_a_year_is_refused(tmp_path):
    row = "succession,330104,,2021,,,,330102:whole,,,approval"
    with pytest.raises(SourceError, match="330104 is closed twice in 2021"):
        read(tmp_path, row, row)


def test_other_columns_are_refused(tmp_path):
    with pytest.raises(SourceError, match="the columns must be action,code"):
        read(tmp_path, header="code,action")
