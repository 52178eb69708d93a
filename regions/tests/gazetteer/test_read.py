"""Reading an edition: what is right comes out as a tree, what is wrong is said all at once."""

import datetime
import json

import pytest

from regions.choices import Level
from regions.gazetteer.edition import EditionError
from regions.gazetteer.files import NAMES, REGIONS, SUCCESSIONS, TOWNSHIPS
from regions.gazetteer.read import LONGEST, LONGEST_FULL_NAME, read_edition
from regions.models import Region, RegionName, Release, Succession

from .small import replace, write_edition


def faults(folder) -> list[str]:
    with pytest.raises(EditionError) as error:
        read_edition(folder)
    return error.value.faults


def test_a_sound_edition(tmp_path):
    edition = read_edition(write_edition(tmp_path))
    lives = {life.key: life for life in edition.lives}
    closed = lives["330104", datetime.date(1981, 1, 1)]
    assert closed.full_name == "浙江省/杭州市/江干区"
    assert closed.path == "100000/330000/330100/330104/"
    assert closed.valid_to == datetime.date(2021, 3, 11)
    assert lives["429004100", None].full_name == "湖北省/仙桃市/郑场镇"
    assert lives["429004", datetime.date(1994, 1, 1)].parent == ("420000", datetime.date(1981, 1, 1))
    assert edition.lives[0].level == Level.COUNTRY
    assert len(edition.edges) == 3
    assert len(edition.names) == 2
    assert len(edition.checksum) == 64


def test_a_former_child_belongs_to_the_parent_of_its_time(tmp_path):
    def change(rows):
        rows[REGIONS].append("420621,county,420600,襄阳县,襄阳,xiangyangxian,1983-01-01,year,2001-01-01,year")

    lives = {life.code: life for life in read_edition(write_edition(tmp_path, change=change)).lives}
    assert lives["420621"].full_name == "湖北省/襄樊市/襄阳县"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            replace(REGIONS, "330102,county,330100", "330102,county,330900"),
            "regions.csv line 5: parent '330900' of 330102 上城区 is not a current region",
        ),
        (
            replace(REGIONS, "330104,county,330100", "330104,county,339900"),
            "regions.csv line 6: parent '339900' of 330104 江干区 was not on file before 2021-03-11",
        ),
        (
            replace(REGIONS, "330102,county", "330102,district"),
            "regions.csv line 5: level 'district' is not one of: country, province, prefecture, county, township",
        ),
        (
            replace(REGIONS, "2021-03-11,day,,", "11.3.2021,day,,"),
            "regions.csv line 7: valid_from '11.3.2021' is not a date; write it as 2021-04-09",
        ),
        (
            replace(REGIONS, "1981-01-01,year,2021-03-11", "2021-03-11,day,2021-03-11"),
            "regions.csv line 6: valid_to 2021-03-11 does not lie after valid_from 2021-03-11",
        ),
        (
            replace(REGIONS, "330114,county", "330102,county"),
            "regions.csv line 7: 330102 is current twice (上城区, 钱塘区); close one of them",
        ),
        (
            replace(REGIONS, "330102,county", "33010,county"),
            "regions.csv line 5: code '33010' is not a code of six digits, or nine for a township",
        ),
        (
            replace(TOWNSHIPS, "429004100,429004", "429004100,330102001"),
            "townships.csv line 3: parent 330102001 of 429004100 郑场镇 is not of a higher level",
        ),
        (
            replace(REGIONS, "330102,county", "３３０１０２,county"),
            "regions.csv line 5: code '３３０１０２' is not a code of six digits, or nine for a township",
        ),
        (
            replace(REGIONS, "100000,country", "100001,country"),
            "regions.csv line 2: the code of the country is 100000, not 100001",
        ),
        (
            replace(TOWNSHIPS, "429004100,429004", "429104,429004"),
            "townships.csv line 3: 429104 is not the code of a township: six digits, nine for a township",
        ),
        (
            replace(REGIONS, "2021-03-11,day,,", "2021-W10-4,day,,"),
            "regions.csv line 7: valid_from '2021-W10-4' is not a date; write it as 2021-04-09",
        ),
        (
            replace(REGIONS, "上城区,上城", "上\x00城区,上城"),
            "regions.csv line 5: name holds a NUL character; remove it",
        ),
        (
            replace(REGIONS, "上城区,上城", "上城区" * 22 + ",上城"),
            "regions.csv line 5: name has 66 characters; at most 64 are taken",
        ),
        (
            replace(NAMES, "襄阳,short,gazetteer", "襄阳,short," + "x" * 201),
            "names.csv line 3: source has 201 characters; at most 200 are taken",
        ),
        (
            replace(REGIONS, "上城区,上城", "x" * 140_000 + ",上城"),
            "regions.csv line 5: a row of more than 10,000 characters; correct the row, or run manage.py build_regions to write the files anew",
        ),
        (
            replace(TOWNSHIPS, "429004100,429004,", "429004100,"),
            "townships.csv line 3: 8 cells instead of 9; correct the row, or run manage.py build_regions to write the files anew",
        ),
        (
            replace(NAMES, "420600,2010-01-01", "420600,2011-01-01"),
            "names.csv line 3: 420600 has no life that begins on 2011-01-01",
        ),
        (
            replace(SUCCESSIONS, "330104,1981-01-01,330102", "330104,1981-01-01,330199"),
            "successions.csv line 2: new 330199 has no life that begins on 1981-01-01",
        ),
        (
            replace(SUCCESSIONS, "most", "much"),
            "successions.csv line 2: share 'much' is not one of: whole, most, part",
        ),
    ],
)
def test_a_fault_is_named_with_file_and_line(tmp_path, change, expected):
    assert expected in faults(write_edition(tmp_path, change=change))


def test_all_faults_are_named_at_once(tmp_path):
    def change(rows):
        rows[REGIONS][4] = rows[REGIONS][4].replace("year,", "about,")
        rows[NAMES].append(rows[NAMES][0])
        rows[SUCCESSIONS].append(rows[SUCCESSIONS][0])

    assert [fault.split(": ")[0] for fault in faults(write_edition(tmp_path, change=change))] == [
        "regions.csv line 6",
        "names.csv line 4",
        "successions.csv line 5",
    ]


def test_a_wrong_column_is_named(tmp_path):
    folder = write_edition(tmp_path)
    path = folder / NAMES
    path.write_text(path.read_text(encoding="utf-8").replace("kind", "sort", 1), encoding="utf-8")
    found = faults(folder)
    assert "names.csv: the columns must be code,valid_from,name,kind,source; not known: sort" in found
    assert (
        "edition.json: names.csv is not the file this edition was made with; run manage.py build_regions"
        in found
    )


def test_a_missing_folder_and_a_missing_file_are_named(tmp_path):
    assert faults(tmp_path / "nowhere")[0].endswith(
        "no such file; --dir must name a folder that build_regions wrote"
    )
    folder = write_edition(tmp_path)
    (folder / TOWNSHIPS).unlink()
    assert "townships.csv: no such file; run manage.py build_regions" in faults(folder)


def test_another_encoding_is_named(tmp_path):
    folder = write_edition(tmp_path)
    path = folder / TOWNSHIPS
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    assert any("is not UTF-8" in fault for fault in faults(folder))


def test_an_edition_without_rows_is_not_taken_for_an_empty_country(tmp_path):
    folder = write_edition(tmp_path, change=lambda rows: [lines.clear() for lines in rows.values()])
    assert faults(folder) == [
        "regions.csv: the country (100000) is missing; correct the row, or run manage.py build_regions to write the files anew"
    ]


@pytest.mark.parametrize("meta", [{"edition": "x" * 41}, {"sha256": ["x"]}, {"publisher": 5}])
def test_a_description_that_is_no_description(tmp_path, meta):
    folder = write_edition(tmp_path)
    path = folder / "edition.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | meta))
    (fault,) = faults(folder)
    assert fault.startswith("edition.json: ") and "build_regions" in fault


def test_a_file_where_a_folder_should_be_and_the_other_way_round(tmp_path):
    (tmp_path / "file").write_text("")
    assert "no such file" in faults(tmp_path / "file")[0]
    folder = write_edition(tmp_path / "folder")
    (folder / TOWNSHIPS).unlink()
    (folder / TOWNSHIPS).mkdir()
    assert "townships.csv: no such file; run manage.py build_regions" in faults(folder)


def test_what_may_be_in_a_file_fits_into_the_database():
    limits = {
        (model, name): model._meta.get_field(name).max_length
        for model, names in {
            Region: ("name", "short_name", "pinyin"),
            RegionName: ("name", "source"),
            Succession: ("document", "source"),
            Release: ("edition",),
        }.items()
        for name in names
    }
    assert {key: LONGEST[key[1]] for key in limits} == limits
    assert Region._meta.get_field("full_name").max_length == LONGEST_FULL_NAME
    assert all(Release._meta.get_field(name).max_length >= 200 for name in ("publisher", "licence"))
