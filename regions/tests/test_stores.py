"""Store tables: rows in any usual order and header, held against what is on file, brought in and undone whole."""

import csv
import io
import time

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from regions.models import Change, ChangeSet, Hotline, Outlet
from regions.services import stores
from regions.services.undo import undo
from regions.tests import factories

CHINESE = """联系人\t电话\t详细地址\t网点名称\t营业时间
张三\t400-200-0001 李四\t四川省自贡市富顺县晨光路18号\t富顺站\t周一至周五 8:30-17:30
王五\t0813-8112233/400-200-0001\t四川省自贡市荣县旭阳路2号\t荣县站\t24小时
"""
ENGLISH = """Store name,County,City,Address,Opening hours,Telephone,Contact person,Stars
富顺站,富顺县,自贡市,晨光路18号,周一至周五 8:30-17:30,400-200-0001,Zhang,5
荣县站,荣县,自贡市,旭阳路2号,24小时,"0813-8112233, 4002000001",Wang,4
"""


@pytest.fixture
def service(make_regions):
    regions = make_regions("510321", "320106", "320302", "110105", below=["510300"])
    service = factories.make_service("repair", brand="brand")
    factories.make_rules(service, include=[regions["510321"]])
    factories.make_source("site")
    return service


@pytest.fixture
def run(service, tmp_path, capsys):
    def bring(text: str, *options: str, name: str = "stores.txt") -> str:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        try:
            with translation.override("zh-hans"):
                call_command("import_outlets", str(path), "--service", "repair", "--source", "site", *options)
        except CommandError as error:
            return capsys.readouterr().err + str(error)
        except SystemExit:
            pass
        captured = capsys.readouterr()
        return captured.err + captured.out

    return bring


@pytest.mark.slow
@pytest.mark.parametrize(("text", "name"), [(CHINESE, "stores.txt"), (ENGLISH, "stores.csv")])
def test_a_table_comes_in_by_its_headings_and_goes_whole(run, text, name):
    said = run(text, name=name)
    assert "created 2, changed 0, unchanged 0, closed 0, errors 0" in said and "Dry run" in said
    assert "not covered: 510322 四川省/自贡市/富顺县, 1 outlets" in said and "510321" not in said
    assert "names of persons: " + ("联系人" if "联系人" in text else "Contact person") in said
    assert ("not read: Stars" in said) == ("Stars" in text)
    assert not Outlet.objects.exists() and not Change.objects.exists()
    run(text, "--commit", name=name)
    told = {
        outlet.name: (
            outlet.region.code,
            outlet.opening_hours,
            sorted(outlet.served_as_keys),
            outlet.source.slug,
        )
        for outlet in Outlet.objects.all()
    }
    assert told == {
        "富顺站": ("510322", "周一至周五 8:30-17:30", ["repair:4002000001"], "site"),
        "荣县站": ("510321", "24小时", ["repair:08138112233", "repair:4002000001"], "site"),
    }
    # A number that only one county's rows print is for that county; one of several is for all.
    limits = dict(Hotline.objects.values_list("number__canonical", "region__code"))
    assert limits == {"08138112233": "510321", "4002000001": None}
    assert not any(
        word in str(list(Change.objects.values_list("after", flat=True)))
        for word in ("张三", "李四", "王五", "Zhang", "Wang")
    )
    assert "created 0, changed 0, unchanged 2, closed 0, errors 0" in run(text, "--commit", name=name)
    assert ChangeSet.objects.count() == 1
    undo(ChangeSet.objects.get(), reason="back")
    assert not Outlet.objects.exists() and not Hotline.objects.exists()


def test_all_errors_are_told_at_once_and_nothing_is_written(run):
    said = run(
        "名称,地址,电话\n,自贡市富顺县路1号,4002000001\n甲,,4002000001\n乙,自贡市富顺县路2号,12\n丙,自贡市富顺县路3号,\n丙,自贡市富顺县路3号,\n",
        "--commit",
    )
    for line in (
        "line 2: 名称",
        "line 3: 地址",
        "line 4: ",
        "line 6: 第 5 行",
    ):
        assert line in said, said
    assert "errors 4" in said and not Outlet.objects.exists()
    assert "地址" in run("名称,电话\n甲,1\n")


@pytest.mark.slow
def test_what_needs_a_person_stands_open_and_a_decision_is_remembered(run):
    other = factories.make_service("other", brand="other")
    factories.make_hotline(other, "4008888888")
    table = "名称,地址,电话,区域代码\n甲,鼓楼区中山路88号,,{}\n乙,自贡市富顺县路2号,4008888888,\n丙,自贡市富顺县路3号,,\n"
    said = run(table.format(""), "--commit")
    assert "line 2: open: 甲" in said and "320106" in said and "320302" in said
    assert "line 3: open: 乙" in said and "4008888888: " in said and not Outlet.objects.exists()
    assert "created 2, changed 0, unchanged 0, closed 0, errors 1" in run(
        table.format(""), "--accept-claimed"
    )
    assert "created 1, changed 0, unchanged 0, closed 0, errors 2" in run(
        table.format(""), "--commit", "--leave-open"
    )
    assert set(Outlet.objects.values_list("name", flat=True)) == {"丙"}
    run(table.format("320302"), "--commit", "--leave-open")
    assert Outlet.objects.get(name="甲").region.code == "320302"
    # The table as it was, without the column filled: what was decided for the outlet stands.
    assert "created 0, changed 0, unchanged 2, closed 0, errors 1" in run(table.format(""), "--leave-open")
    assert "line 2: open: 甲" in run(table.format("320302").replace("鼓楼区", "自贡市富顺县"))


@pytest.mark.slow
def test_changed_and_gone_are_told_and_written_only_when_asked(run):
    run(CHINESE, "--commit")
    fewer = CHINESE.replace("24小时", "每天 9:00-18:00").splitlines(keepends=True)
    said = run("".join([fewer[0], fewer[2]]), "--commit")
    assert (
        "line 2: changed: 荣县站" in said
        and "gone: 富顺站" in said
        and "changed 1, unchanged 0, closed 0" in said
    )
    assert Outlet.objects.get(name="荣县站").opening_hours == "每天 9:00-18:00"
    assert Outlet.objects.get(name="富顺站").valid_to is None
    assert "closed 1" in run("".join([fewer[0], fewer[2]]), "--commit", "--end-gone", "2026-01-01")
    assert str(Outlet.objects.get(name="富顺站").valid_to) == "2026-01-01"


@pytest.mark.slow
def test_ten_thousand_rows_draft_in_ten_seconds_with_progress(service):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["名称", "地址", "电话", "营业时间"])
    for number in range(10_000):
        writer.writerow(
            [
                f"站{number}",
                f"四川省自贡市富顺县晨光路{number}号",
                f"0813-8{number:06}",
                "周一至周五 8:30-17:30",
            ]
        )
    rows = list(enumerate(csv.reader(io.StringIO(out.getvalue())), 1))
    seen = []
    began = time.process_time()
    made = stores.draft(service, None, rows, lambda items: (seen.append(each) or each for each in items))
    assert time.process_time() - began < 10
    assert len(made.of("new")) == 10_000 and not made.errors and len(seen) >= 10_000
