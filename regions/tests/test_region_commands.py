"""load_regions, check_regions and measure_successions as they are typed."""

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.utils import translation

from regions.choices import ReleaseState
from regions.gazetteer import check, load
from regions.gazetteer.files import NAMES, REGIONS, SUCCESSIONS, TOWNSHIPS
from regions.gazetteer.plan import plan
from regions.gazetteer.read import read_edition
from regions.models import Change, Region, RegionName, Release, Succession

from .factories import make_rules, make_service
from .gazetteer.small import replace, write_edition

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", sorted(name for name, app in get_commands().items() if app == "regions"))
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_command_tells_how_it_is_used(name, language):
    with translation.override(language):
        told = load_command_class("regions", name).create_parser("manage.py", name).format_help()
    assert name in told and "--help" in told


def run(command, *args, **options) -> list[str]:
    out = StringIO()
    call_command(command, *args, stdout=out, stderr=StringIO(), **options)
    return out.getvalue().splitlines()


def refused(command, *args, **options) -> tuple[str, list[str]]:
    """The error of a command that fails, and what it wrote to the error stream."""
    err = StringIO()
    with pytest.raises(CommandError) as error:
        call_command(command, *args, stdout=StringIO(), stderr=err, **options)
    return str(error.value), err.getvalue().splitlines()


@pytest.fixture
def small(tmp_path):
    return write_edition(tmp_path / "small")


@pytest.fixture
def loaded(small):
    run("load_regions", dir=small, commit=True)


# load_regions


def test_without_commit_nothing_is_written(small):
    lines = run("load_regions", dir=small)
    assert (
        lines[0]
        == "edition 2026-01-01: new 10, gone 0, renamed 0, moved 0, recoded 0, carved 0, upgraded 0, merged 0, split 0"
    )
    assert lines[-2:] == [
        "Dry run: nothing was written. Add --commit to write.",
        "created 17, changed 0, unchanged 0, closed 0, errors 0",
    ]
    assert not Region.objects.exists()
    assert not Release.objects.exists()


def test_a_first_load_writes_the_tree_and_activates_it(small):
    lines = run("load_regions", dir=small, commit=True)
    assert lines[-2:] == [
        "release 2026-01-01 is active",
        "created 17, changed 0, unchanged 0, closed 0, errors 0",
    ]
    former = Region.objects.get(code="330104")
    assert former.full_name == "浙江省/杭州市/江干区"
    assert former.path == "100000/330000/330100/330104/"
    assert (former.valid_to, former.to_precision) == (datetime.date(2021, 3, 11), "day")
    assert list(former.successions.values_list("new__code", "share")) == [
        ("330102", "most"),
        ("330114", "part"),
    ]
    assert Region.objects.get(code="429004100").parent.name == "仙桃市"
    release = Release.objects.get()
    assert (release.edition, release.state, len(release.checksum)) == ("2026-01-01", ReleaseState.ACTIVE, 64)
    assert release.comparison["counts"]["new"] == 10
    assert list(Change.objects.values_list("kind", "key", "action")) == [("release", "2026-01-01", "create")]


def test_a_second_load_changes_nothing(small, loaded):
    changes = Change.objects.count()
    stamp = Release.objects.get().loaded_at
    lines = run("load_regions", dir=small, commit=True)
    assert lines[-1] == "created 0, changed 0, unchanged 17, closed 0, errors 0"
    assert Change.objects.count() == changes
    assert Release.objects.get().loaded_at == stamp


def test_the_next_edition_is_compared_and_becomes_active(tmp_path, loaded):
    def change(rows):
        rows[REGIONS] = [
            line.replace("429004,county,420000,仙桃市,仙桃,xiantao,1994-01-01,year,,",
                         "429004,county,420000,仙桃市,仙桃,xiantao,1994-01-01,year,2026-05-01,day")
            for line in rows[REGIONS]
        ]  # fmt: skip
        rows[REGIONS] += [
            "421099,county,420600,仙桃区,仙桃,xiantaoqu,2026-05-01,day,,",
            "330115,county,330100,新区,新区,xinqu,2026-05-01,day,,",
        ]
        rows[SUCCESSIONS].append(
            "429004,1994-01-01,421099,2026-05-01,recode,2026-05-01,day,whole,国函〔2026〕1号,approval"
        )
        rows[TOWNSHIPS] = [
            "330115001,330115,湖滨街道,湖滨,hubin,,,,",
            "429004100,429004,郑场镇,郑场,zhengchang,,,2026-05-01,day",
        ]
        rows[NAMES][0] = "330102,1981-01-01,老上城,colloquial,gazetteer"

    folder = write_edition(tmp_path / "next", edition="2026-09-11", change=change)
    lines = run("load_regions", dir=folder, commit=True)
    assert lines[:4] == [
        "edition 2026-09-11: new 3, gone 3, renamed 0, moved 0, recoded 1, carved 0, upgraded 0, merged 0, split 0",
        "  new: 330115 新区, 330115001 湖滨街道, 421099 仙桃区",
        "  gone: 330102001 湖滨街道, 429004 仙桃市, 429004100 郑场镇",
        "  recoded: 429004 仙桃市 -> 421099 仙桃区",
    ]
    assert lines[-1] == "created 5, changed 3, unchanged 13, closed 1, errors 0"
    dropped = Region.objects.get(code="330102001")
    assert (dropped.valid_to, dropped.to_precision) == (datetime.date(2026, 9, 11), "day")
    assert Region.objects.get(code="429004").valid_to == datetime.date(2026, 5, 1)
    assert not RegionName.objects.filter(name="上城").exists()
    assert dict(Release.objects.values_list("edition", "state")) == {
        "2026-01-01": "retired",
        "2026-09-11": "active",
    }
    recorded = set(Change.objects.values_list("kind", "key", "action"))
    assert ("region", "330115", "create") in recorded
    assert ("region", "429004@1994-01-01", "update") in recorded
    assert ("release", "2026-01-01", "update") in recorded


def test_renamed_and_moved_regions_are_named(tmp_path, loaded):
    def change(rows):
        rows[REGIONS] = [
            line.replace("429004,county,420000", "429004,county,420600").replace("钱塘区,钱塘", "下沙区,下沙")
            for line in rows[REGIONS]
        ]

    lines = run("load_regions", dir=write_edition(tmp_path / "next", edition="2026-09-11", change=change))
    assert lines[:3] == [
        "edition 2026-09-11: new 0, gone 0, renamed 1, moved 2, recoded 0, carved 0, upgraded 0, merged 0, split 0",
        "  renamed: 330114 钱塘区 → 下沙区",
        "  moved: 429004 仙桃市, 429004100 郑场镇",
    ]


def test_a_corrected_first_day_does_not_make_a_second_life(tmp_path, loaded):
    region = Region.objects.get(code="429004")
    folder = write_edition(tmp_path / "next", change=replace(REGIONS, "1994-01-01,year", "1994-10-10,day"))
    assert run("load_regions", dir=folder, commit=True)[-1] == (
        "created 0, changed 1, unchanged 16, closed 0, errors 0"
    )
    region.refresh_from_db()
    assert (region.valid_from, region.from_precision) == (datetime.date(1994, 10, 10), "day")


def test_names_that_people_added_stay(tmp_path, small, loaded):
    region = Region.objects.get(code="330102")
    RegionName.objects.create(region=region, name="湖滨", kind="colloquial", source="张三")
    run("load_regions", dir=small, commit=True)
    assert set(region.names.values_list("name", flat=True)) == {"上城", "湖滨"}


def test_bad_files_are_refused_with_file_line_and_cure(tmp_path):
    def change(rows):
        rows[REGIONS][4] = rows[REGIONS][4].replace("330100", "330900", 1)
        rows[SUCCESSIONS][0] = rows[SUCCESSIONS][0].replace("most", "much")

    folder = write_edition(tmp_path / "bad", change=change)
    error, lines = refused("load_regions", dir=folder, commit=True)
    assert error.splitlines() == [
        "created 0, changed 0, unchanged 0, closed 0, errors 2",
        "Nothing was written. Correct the lines above, or run manage.py build_regions.",
    ]
    assert [line.split(": ")[0] for line in lines] == ["regions.csv line 6", "successions.csv line 2"]
    assert not Region.objects.exists()


def test_an_edition_older_than_what_is_on_file_is_refused(tmp_path, loaded):
    """钱塘区 began in 2021: an edition of 2019 without it cannot close it before it began."""

    def change(rows):
        rows[REGIONS] = [line for line in rows[REGIONS] if "330114" not in line]
        rows[SUCCESSIONS] = [line for line in rows[SUCCESSIONS] if "330114" not in line]

    older = write_edition(tmp_path / "older", edition="2019-01-01", change=change)
    for commit in (False, True):
        error, lines = refused("load_regions", dir=older, commit=commit)
        assert "errors 1" in error
        assert lines == [
            "edition 2019-01-01 ends on 2019-01-01 and knows nothing of regions that began since: "
            "330114 钱塘区 (2021-03-11); load a later edition"
        ]
    assert Region.objects.open().filter(code="330114").exists()


def test_a_load_that_breaks_in_the_middle_leaves_nothing(small, monkeypatch):
    def broken(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(load, "_write_edges", broken)
    with pytest.raises(KeyboardInterrupt):
        run("load_regions", dir=small, commit=True)
    assert not Region.objects.exists()
    assert not RegionName.objects.exists()
    assert not Change.objects.exists()


# check_regions


def test_a_sound_tree_passes(loaded):
    lines = run("check_regions")
    assert lines[-1] == "12 regions, 3 successions, faults 0"
    assert "closed without successors: 0" in lines


def test_an_empty_database_is_told_what_to_do():
    assert refused("check_regions")[0] == "There are no regions. Run: manage.py load_regions --commit"


def faults(title: str) -> list[str]:
    return {**check.FAULTS, **check.NOTES}[title](check.Tree.stored())


def test_an_orphan_is_found(loaded):
    Region.objects.filter(code="330102").update(parent=None)
    assert faults("orphans") == ["330102 上城区 has no parent"]
    assert refused("check_regions")[0].startswith("12 regions, 3 successions, faults ")


def test_a_region_below_itself_is_found(loaded):
    hangzhou, shangcheng = (Region.objects.get(code=code) for code in ("330100", "330102"))
    Region.objects.filter(pk=hangzhou.pk).update(parent=shangcheng)
    assert faults("cycles") == ["330100 杭州市 is below itself"]


def test_codes_of_one_territory_that_do_not_follow_each_other_are_listed(loaded):
    title = "sources that contradict each other about the day"
    assert faults(title) == []
    old, new = Region.objects.filter(code="420600").order_by("valid_from")
    Region.objects.filter(pk=new.pk).update(valid_from=datetime.date(2009, 11, 1))
    assert faults(title) == [
        f"{old.code} {old.name}, closed 2010-01-01, and 420600 {new.name} begun 2009-11-01: two codes for 61 days"
    ]
    Region.objects.filter(pk=new.pk).update(valid_from=datetime.date(2010, 1, 11))
    assert faults(title)[0].endswith("no code for 10 days")


def test_successions_in_a_circle_are_found(loaded):
    old, new = (Region.objects.get(code=code) for code in ("330104", "330114"))
    Region.objects.filter(pk=new.pk).update(valid_to=datetime.date(2025, 1, 1))
    Succession.objects.create(old=new, new=old, kind="merge", date=datetime.date(2025, 1, 1))
    (fault,) = faults("cycles")
    assert fault.startswith("the successions of 3301")
    assert fault.endswith("lead back to it")


@pytest.mark.parametrize(
    ("code", "parent", "expected"),
    [
        ("330102", "429004", "330102 上城区 is below 429004 仙桃市, which is not of a higher level"),
        ("330102", "420600", "330102 上城区 is below 420600 襄阳市, of another province"),
        ("330102001", "330114", "330102001 湖滨街道 is below 330114 钱塘区, its code says 330102"),
    ],
)
def test_a_wrong_parent_is_found(loaded, code, parent, expected):
    above = Region.objects.open().get(code=parent)
    Region.objects.filter(code=code).update(parent=above)
    assert expected in faults("wrong parents")


def test_a_current_region_below_a_former_one_is_found(loaded):
    Region.objects.filter(code="429004").update(valid_to=datetime.date(2025, 1, 1))
    assert faults("wrong parents") == [
        "429004100 郑场镇 is current, its parent 429004 仙桃市, closed 2025-01-01 is not"
    ]


def test_a_wrong_path_and_a_wrong_full_name_are_found(loaded):
    Region.objects.filter(code="330102").update(path="100000/330102/", full_name="上城区")
    assert faults("wrong paths") == [
        "330102 上城区 has the path 100000/330102/, not 100000/330000/330100/330102/",
        "330102 上城区 has the full name 上城区, not 浙江省/杭州市/上城区",
        "330102001 湖滨街道 has the path 100000/330000/330100/330102/330102001/, not 100000/330102/330102001/",
        "330102001 湖滨街道 has the full name 浙江省/杭州市/上城区/湖滨街道, not 上城区/湖滨街道",
    ]


def test_a_code_that_is_current_twice_is_found(loaded):
    """The database refuses this by itself; the check is for one whose constraint is gone."""
    tree = check.Tree.stored()
    row = next(row for row in tree.rows.values() if row.code == "330102")
    tree.rows[-1] = row._replace(id=-1, name="新上城区", valid_from=datetime.date(2021, 1, 1))
    assert check.open_twice(tree) == ["330102 is current 2 times: 上城区, 新上城区"]


def test_lives_that_overlap_are_found(loaded):
    Region.objects.filter(code="420600", name="襄樊市").update(valid_to=datetime.date(2012, 1, 1))
    assert faults("codes current twice") == ["420600 襄樊市, closed 2012-01-01 and 420600 襄阳市 overlap"]


def test_a_successor_that_leads_nowhere_is_found(loaded):
    Region.objects.filter(code="330114").update(valid_to=datetime.date(2025, 1, 1))
    assert faults("successors that lead nowhere") == [
        "330104 江干区, closed 2021-03-11 leads to 330114 钱塘区, closed 2025-01-01, which leads nowhere"
    ]


def test_a_current_region_with_a_successor_is_found(loaded):
    Region.objects.filter(code="330104").update(valid_to=None)
    assert faults("successors that lead nowhere") == ["330104 江干区 is current and has a successor"]


def test_a_closed_region_without_successor_is_listed_but_no_fault(loaded):
    Succession.objects.filter(old__code="420600").delete()
    assert faults("closed without successors") == ["420600 襄樊市, closed 2010-01-01 has no successor"]
    assert run("check_regions")[-1] == "12 regions, 2 successions, faults 0"


# The bundled edition


@pytest.mark.slow
def test_the_bundled_edition_loads_whole_and_is_sound(settings):
    edition = read_edition(settings.REGIONS_DIR)
    load.apply(plan(edition))
    again = plan(edition)
    assert (again.created, again.changed, len(again.close)) == (0, 0, 0)
    tree = check.Tree.stored()
    assert {title: found(tree) for title, found in check.FAULTS.items()} == dict.fromkeys(check.FAULTS, [])
    unknown = [line for line in check.without_successors(tree) if len(line.split()[0]) == 6]
    assert unknown == ["420211 郊区, closed 1983-01-01 has no successor"]


# measure_successions


def test_measuring_without_the_table_names_the_cure(tmp_path):
    error, _lines = refused("measure_successions", tmp_path / "nothing.csv")
    assert error.endswith("nothing.csv: no such file; name the table: measure_successions FILE")


def test_measuring_against_a_table_that_differs_fails(tmp_path, small):
    (small / "differences.csv").write_text("code,until,reason\n", encoding="utf-8")
    path = tmp_path / "table.csv"
    path.write_text(
        "代码,一级行政区,二级行政区,名称,级别,状态,启用时间,变更/弃用时间,新代码\n"
        "330102,浙江省,杭州市,上城区,县级,在用,1981,,\n"
        "330104,浙江省,杭州市,江干区,县级,弃用,1981,2021,330102\n",
        encoding="utf-8",
    )
    error, _lines = refused("measure_successions", path, dir=small)
    assert error.startswith("below what is needed: county closed since 2000: 0 of 1 equal (0.00%")


def test_an_edition_that_does_not_know_the_history_takes_none_of_it_away(tmp_path, loaded):
    """Neither the closed lives nor what became of them, of counties and of townships."""

    def with_history(rows):
        rows[TOWNSHIPS].append("330102900,330102,老街乡,老街,laojiexiang,,,2019-01-01,year")
        rows[SUCCESSIONS].append(
            "330102900,,330102001,,upgrade,2019-01-01,year,whole,民函〔2019〕1号,areacodes (CC0)"
        )

    def without(rows):
        rows[REGIONS] = [line for line in rows[REGIONS] if not line.startswith("330104")]
        rows[SUCCESSIONS] = [line for line in rows[SUCCESSIONS] if not line.startswith("330104")]

    run(
        "load_regions",
        dir=write_edition(tmp_path / "a", edition="2026-02-01", change=with_history),
        commit=True,
    )
    before = set(Succession.objects.values_list("old__code", "new__code", "document"))
    run("load_regions", dir=write_edition(tmp_path / "b", edition="2026-09-11", change=without), commit=True)
    assert set(Succession.objects.values_list("old__code", "new__code", "document")) == before
    assert Region.objects.get(code="330102900").valid_to == datetime.date(2019, 1, 1)


def test_a_life_before_or_after_its_parent_is_a_fault(tmp_path):
    def change(rows):
        rows[REGIONS] += [
            "340000,province,100000,安徽省,安徽,anhuisheng,1990-05-01,day,,",
            "340100,prefecture,340000,合肥市,合肥,hefeishi,1990-01-01,year,,",
        ]

    run("load_regions", dir=write_edition(tmp_path / "a", change=change), commit=True)
    out = StringIO()
    with pytest.raises(CommandError, match="faults 1"):
        call_command("check_regions", stdout=out)
    assert "340100 合肥市 begins on 1990-01-01, its parent 340000 on 1990-05-01" in out.getvalue()


def test_the_dry_run_says_whose_rules_an_edition_touches(tmp_path, loaded):
    """By service and region: rules on what ends, and on what loses a part; nothing is written."""
    service = make_service("repair")
    ending, giving = (Region.objects.open().get(code=code) for code in ("429004", "330102"))
    make_rules(service, include=[ending, giving])

    def change(rows):
        rows[REGIONS] = [
            line.replace("仙桃,xiantao,1994-01-01,year,,", "仙桃,xiantao,1994-01-01,year,2026-05-01,day")
            for line in rows[REGIONS]
        ] + ["330115,county,330100,新区,新区,xinqu,2026-05-01,day,,"]
        rows[TOWNSHIPS] = [line for line in rows[TOWNSHIPS] if not line.startswith("429004")]
        rows[SUCCESSIONS].append(
            "330102,1981-01-01,330115,2026-05-01,transfer,2026-05-01,day,part,国函〔2026〕2号,approval"
        )

    before = Change.objects.count()
    lines = run("load_regions", dir=write_edition(tmp_path / "next", edition="2026-09-11", change=change))
    assert "  carved: 330102 上城区 -> 330115 新区" in lines
    assert "  rules in force on regions that end: 1 of 1 services: repair (429004 仙桃市)" in lines
    assert "  rules in force on regions that lose a part: 1 of 1 services: repair (330102 上城区)" in lines
    assert Change.objects.count() == before
