"""Store tables through the paste box and the API: what needs a person, what is decided, applied once, and taken back."""

import io
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from regions.models import (
    ApiKey,
    Change,
    CoverageImport,
    CoverageRule,
    Hotline,
    ImportLine,
    Outlet,
    RegionName,
)
from regions.services import intake
from regions.tests import factories

from .conftest import ADD, IMPORTS, bring, choose, post, press

pytestmark = pytest.mark.django_db
TABLE = """联系人\t电话\t详细地址\t网点名称\t营业时间
张三\t0813-8112233\t四川省自贡市富顺县晨光路18号\t富顺站\t周一至周五 8:30-17:30
李四\t4008888888\t四川省自贡市沿滩区旭阳路2号\t沿滩站\t看心情
王五\t\t朝阳区中山路88号\t甲站\t24小时
"""


@pytest.fixture
def other(service):
    """Another brand that claims one of the numbers."""
    theirs = factories.make_service("other", brand="other")
    factories.make_hotline(theirs, "4008888888")
    return theirs


@pytest.mark.slow
def test_the_desk_from_paste_to_revert(desk, service, source, other):
    url = bring(desk, service, TABLE, source=source.pk)
    page = desk.get(url).content.decode()
    for said in (
        "富顺站",
        "4008888888: ",
        "按文字保存",
        "不保存，人名： 联系人",
        "仍然接受",
        "作为覆盖名单起草",
    ):
        assert said in page, said
    assert not any(name in page for name in ("张三", "李四", "王五"))
    assert "需要人工处理的行：2" in press(desk, url, "apply") and not Outlet.objects.exists()
    choose(desk, url, 3, "choose:510311")
    choose(desk, url, 4, "choose:110105")
    assert "新增 3" in press(desk, url, "apply")
    told = dict(Outlet.objects.values_list("name", "region__code"))
    assert told == {"富顺站": "510322", "沿滩站": "510311", "甲站": "110105"}
    assert Hotline.objects.filter(service=service, number__canonical="4008888888").exists()
    assert not CoverageRule.objects.exists()  # an outlet is no coverage
    sets = Change.objects.filter(kind="outlet").values_list("changeset", flat=True)
    assert len(set(sets)) == 1
    assert not any(
        name in str(list(Change.objects.values_list("after"))) for name in ("张三", "李四", "王五")
    )
    assert "撤回 3 个网点" in press(desk, url, "revert")
    assert not Outlet.objects.exists() and not Hotline.objects.filter(service=service).exists()
    assert "草稿" in press(desk, url, "take-up")
    assert "新增 3" in press(desk, url, "apply")  # with the decisions as they were
    assert Outlet.objects.count() == 3


def test_all_errors_stand_on_the_form_and_nothing_is_kept(desk, service):
    text = "名称,地址,电话\n,自贡市富顺县路1号,12\n甲,,\n乙,富顺县路2号,\n乙,富顺县路2号,\n"
    page = desk.post(ADD, {"service": service.pk, "text": text, "mode": "outlets"}).content.decode()
    for said in ("第 2 行：“12”", "第 2 行：名称", "第 3 行：地址", "第 5 行：第 4 行"):
        assert said in page, said
    assert not CoverageImport.objects.exists()


@pytest.mark.slow
def test_a_decision_is_offered_again_next_time_and_holds_for_the_outlet_on_file(desk, service, other):
    first = bring(desk, service, TABLE)
    choose(desk, first, 4, "choose:110105")
    press(desk, first, "discard")
    again = bring(desk, service, TABLE)
    page = desk.get(again).content.decode()
    assert "按 clerk 在" in page  # offered, not taken
    choose(desk, again, 4, "as-before")
    choose(desk, again, 3, "skip")
    assert "新增 2" in press(desk, again, "apply")
    third = bring(desk, service, TABLE)
    effects = intake.preview(CoverageImport.objects.get(pk=third.split("/")[-3])).effects
    assert {word: count for word, count in effects.items() if count} == {"open": 1, "unchanged": 2}


@pytest.mark.slow
def test_what_the_table_no_longer_names_ends_only_when_asked(desk, service, source):
    lines = TABLE.replace("朝阳区", "北京市朝阳区").splitlines(keepends=True)
    press(desk, bring(desk, service, "".join(lines), source=source.pk), "apply")
    fewer = bring(desk, service, "".join(lines[:3]).replace("看心情", "24小时"), source=source.pk)
    assert "结束表中不再列出的 1 个网点" in desk.get(fewer).content.decode()
    press(desk, fewer, "apply", end="on", end_gone="2026-01-31")
    assert str(Outlet.objects.get(name="甲站").valid_to) == "2026-01-31"
    assert Outlet.objects.get(name="沿滩站").opening_hours == "24小时"
    press(desk, fewer, "revert")
    assert Outlet.objects.get(name="甲站").valid_to is None
    assert Outlet.objects.get(name="沿滩站").opening_hours == "看心情"


@pytest.mark.slow
def test_a_store_table_in_the_box_for_lists_is_recognised_and_led_on(desk, service):
    page = desk.post(ADD, {"service": service.pk, "text": TABLE, "mode": "add"}).content.decode()
    assert "这像是一张网点表" in page and "按网点表读取" in page and not CoverageImport.objects.exists()
    desk.post(ADD, {"service": service.pk, "text": TABLE, "mode": ["add", "outlets"]})  # its button
    assert CoverageImport.objects.get().mode == "outlets"
    desk.post(ADD, {"service": service.pk, "text": TABLE, "mode": "add", "as_list": "1"})
    assert CoverageImport.objects.filter(mode="add").count() == 1
    assert (
        "这像是"
        not in desk.post(ADD, {"service": service.pk, "text": "名称,富顺县", "mode": "add"}).content.decode()
    )


@pytest.mark.slow
def test_a_workbook_is_read_and_counties_become_a_list_only_by_hand(desk, service):
    book = Workbook()
    for line in TABLE.replace("朝阳区", "北京市朝阳区").splitlines():
        book.active.append(line.split("\t"))
    file = io.BytesIO()
    book.save(file)
    upload = SimpleUploadedFile("网点.xlsx", file.getvalue())
    url = bring(desk, service, "", file=upload)
    assert CoverageImport.objects.get().title == "网点.xlsx"
    press(desk, url, "apply")
    form = desk.get(f"{ADD}?service={service.pk}&counties={url.split('/')[-3]}").content.decode()
    assert "四川省自贡市富顺县" in form and "北京市朝阳区" in form and not CoverageRule.objects.exists()


@pytest.mark.slow
def test_a_long_table_is_read_in_parts_that_the_page_counts(desk, service, monkeypatch, other):
    for module in ("intake", "intake_buttons"):
        monkeypatch.setattr(f"regions.admin.{module}.ROWS_AT_ONCE", 2)
    url = bring(desk, service, TABLE)
    page = desk.get(url).content.decode()
    assert (
        '<progress id="in-progress" class="sn-progress" max="3" value="2">' in page and "read-on.js" in page
    )
    assert "read-on.js" not in desk.get(f"{url}?stopped=1").content.decode()
    page = press(desk, url, "read-on")
    assert "<progress" not in page and "甲站" in page
    imp = CoverageImport.objects.get()
    assert imp.counts["tokens"] == 3 and intake.preview(imp).effects["open"] == 2
    half = CoverageImport.objects.get(pk=bring(desk, service, TABLE).split("/")[-3])
    with pytest.raises(intake.IntakeError, match="2"):  # it is read to its end first
        intake.apply(imp=half)
    assert intake.apply(imp=half, leave_open=True).left == 2


@pytest.mark.slow
def test_an_address_against_its_column_stays_open_until_it_is_decided(desk, service):
    text = "名称,地址,电话,区域代码\n甲,自贡市富顺县路1号,,110105\n"
    url = bring(desk, service, text)
    imp = CoverageImport.objects.get()
    (row,) = intake.preview(imp).rows
    assert row.effect == "open" and [place.code for place in row.choices] == ["510322", "110105"]
    choose(desk, url, 2, "choose:110105")
    press(desk, url, "apply")
    assert Outlet.objects.get().region.code == "110105"
    unknown = desk.post(
        ADD, {"service": service.pk, "text": text.replace("110105", "999999"), "mode": "outlets"}
    )
    assert "999999" in unknown.content.decode() and CoverageImport.objects.count() == 1


@pytest.mark.slow
def test_the_program_drafts_decides_applies_and_reverts(program, service, source, other):
    body = {"service": service.slug, "text": TABLE, "mode": "outlets", "source": source.slug}
    wrong = post(program, IMPORTS, {**body, "text": "name,address\n,x\ny,\n"}, 400)
    assert wrong["errors"] == ["Line 2: name is empty.", "Line 3: address is empty."]
    imp = post(program, IMPORTS, body, 201)
    at = f"{IMPORTS}{imp['id']}/"
    assert {word: count for word, count in imp["effects"].items() if count} == {"open": 2, "new": 1}
    shown = program.get(f"{at}preview/").json()
    assert [row["code"] for row in shown["proposed"]] == ["510311", "510322"]
    claimed = shown["results"][0]
    assert claimed["line"]["held"] == "claimed" and claimed["line"]["choices"] == ["510311"]
    assert post(program, f"{at}apply/", status=409)["type"].endswith(":open-lines")
    both = {"line": 3, "position": 1, "include": ["510311", "110105"]}
    assert "one region" in post(program, f"{at}decisions/", {"decisions": [both]}, 400)["detail"]
    line = ImportLine.objects.get(coverage_import=imp["id"], line_no=4)
    with pytest.raises(intake.IntakeError):
        intake.decide(line=line, include=["110105"], for_all_brands=True)
    assert not RegionName.objects.filter(kind="decided").exists()  # an address is no name of a place
    seen = program.get(at)["ETag"]
    decisions = [{"line": 3, "position": 1, "skip": True}, {"line": 4, "position": 1, "include": ["110105"]}]
    post(program, f"{at}decisions/", {"decisions": decisions}, **{"If-Match": seen})
    post(program, f"{at}apply/", status=412, **{"If-Match": seen})
    done = post(program, f"{at}apply/")
    assert done["summary"] == "created 2, changed 0, unchanged 0, closed 0, errors 0"
    assert post(program, f"{at}apply/")["already"] is True
    again = post(program, IMPORTS, body, 201)
    assert again["effects"]["unchanged"] == 2 and again["effects"]["open"] == 1
    rest = post(program, f"{IMPORTS}{again['id']}/apply/", {"leave_open": True})
    assert rest["left"] == 1 and program.get(rest["rest"]).json()["effects"]["gone"] == 0
    assert post(program, f"{at}revert/")["closed"] == 2 and not Outlet.objects.exists()
    refused = post(program, IMPORTS, {"service": service.slug, "text": "自贡市富顺县"}, 201)
    assert (
        "Only outlets"
        in post(program, f"{IMPORTS}{refused['id']}/apply/", {"end_gone": "2026-01-01"}, 400)["detail"]
    )


def test_who_may(program, client, service, other):
    body = {"service": other.slug, "text": TABLE, "mode": "outlets"}
    assert program.post(IMPORTS, body, format="json").status_code == 403
    assert client.post(IMPORTS, body, content_type="application/json").status_code in (401, 403)
    assert not CoverageImport.objects.exists() and not ApiKey.objects.exists()


def test_a_preview_asks_as_much_however_many_rows_there_are(service, places, django_assert_max_num_queries):
    def asked(count: int) -> int:
        rows = [f"站{number}\t四川省自贡市富顺县路{number}号\t0813-8{number:06}" for number in range(count)]
        imp = intake.draft(service=service, text="\n".join(["名称\t地址\t电话", *rows]), mode="outlets")
        with django_assert_max_num_queries(20) as queries:
            intake.preview(imp)
        return len(queries)

    assert asked(3) == asked(60)


@pytest.mark.slow
def test_ten_thousand_rows_are_drafted_shown_and_applied_in_time(service, places):
    rows = [
        f"站{number}\t四川省自贡市富顺县晨光路{number}号\t0813-8{number:06}\t24小时"
        for number in range(10_000)
    ]
    text = "\n".join(["名称\t地址\t电话\t营业时间", *rows])

    def timed(what, most):
        began = time.process_time()
        made = what()
        assert time.process_time() - began < most
        return made

    imp = timed(lambda: intake.draft(service=service, text=text, mode="outlets"), 10)
    assert timed(lambda: intake.preview(imp), 5).effects["new"] == 10_000
    assert timed(lambda: intake.apply(imp=imp), 30).created == 10_000
    assert timed(lambda: intake.preview(imp), 5).effects["unchanged"] == 10_000
