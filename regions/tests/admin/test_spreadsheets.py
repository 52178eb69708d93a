"""Sheets go out and come back unchanged; a bad sheet changes nothing and says which row is wrong."""

import contextlib
import csv
import datetime
import io

import openpyxl
import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from regions import models
from regions.admin.spreadsheets import coverage, resource
from regions.admin.spreadsheets.formats import SafeCSV, table
from regions.models import Change
from regions.models.base import today
from regions.sheets import LONG, UPLOAD, Unreadable, decode, escape, read_rows, unescape

SHEETS = [models.Category, models.Brand, models.Service, models.CoverageRule, models.Hotline]
CSV, XLSX = "0", "1"


def url(model, page):
    return reverse(f"admin:regions_{model._meta.model_name}_{page}")


def export(client, model, form=CSV) -> bytes:
    response = client.post(url(model, "export"), {"format": form, "resource": "0"})
    assert response.status_code == 200
    return response.content


def rows_of(data: bytes) -> list[dict]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def sheet(rows: list[dict]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def preview(client, model, data: bytes, form=CSV):
    name = "sheet.csv" if form == CSV else "sheet.xlsx"
    return client.post(
        url(model, "import"), {"format": form, "resource": "0", "import_file": SimpleUploadedFile(name, data)}
    )


def confirm(client, model, response, **typed):
    sent = response.context["confirm_form"].initial | typed
    return client.post(url(model, "process_import"), sent, follow=True)


@pytest.mark.slow
@pytest.mark.parametrize("form", [CSV, XLSX])
@pytest.mark.parametrize("model", SHEETS)
def test_what_was_exported_comes_back_without_a_change(model, form, world, desk):
    world.ours.description = "=1+1\n第二行"
    world.ours.save()
    before = Change.objects.count()
    response = preview(desk, model, export(desk, model, form), form)
    assert response.context["problems"] == []
    counts = response.context["counts"]
    assert counts == {"new": 0, "changed": 0, "unchanged": model.objects.count(), "errors": 0}
    confirm(desk, model, response)
    assert Change.objects.count() == before


@pytest.mark.parametrize("model", SHEETS)
def test_rows_can_be_made_again_from_their_sheet(model, world, desk):
    data = export(desk, model)
    keys = {obj.key for obj in model.objects.all()}
    models.Dispute.objects.all().delete()
    models.Verification.objects.all().delete()
    if model in (models.CoverageRule, models.Hotline):
        model.objects.all().delete()
        confirm(desk, model, preview(desk, model, data))
        assert {obj.key for obj in model.objects.all()} == keys


@pytest.mark.slow
def test_a_changed_row_is_previewed_confirmed_and_written_down(world, desk, chief):
    rows = rows_of(export(desk, models.Hotline))
    mine = next(row for row in rows if row["service"] == "a-repair")
    mine["labels"] = "售后\n新标签"
    response = preview(desk, models.Hotline, sheet(rows))
    world.hotline.refresh_from_db()
    assert world.hotline.labels == ["售后", "客服"]  # a preview writes nothing
    page = confirm(desk, models.Hotline, response)
    assert "new 0, changed 1, unchanged 1, errors 0" in page.content.decode()
    world.hotline.refresh_from_db()
    assert world.hotline.labels == ["售后", "新标签"]
    change = Change.objects.latest("id")
    assert (change.actor, change.key, change.reason) == (
        chief,
        "a-repair:4000000001",
        "Spreadsheet sheet.csv",
    )
    assert change.after == {"labels": ["售后", "新标签"]}
    mine["labels"] = "售后"
    response = preview(desk, models.Hotline, sheet(rows))
    assert 'name="reason"' in response.content.decode()
    confirm(desk, models.Hotline, response, reason="十一月的名单")
    assert Change.objects.latest("id").reason == "十一月的名单"


@pytest.mark.slow
def test_a_new_number_in_any_grouping_is_put_on_file(world, desk):
    data = sheet([{"service": "a-repair", "number": "400-186-5909", "extension": "", "labels": "报修"}])
    confirm(desk, models.Hotline, preview(desk, models.Hotline, data))
    hotline = models.Hotline.objects.get(number__canonical="4001865909")
    assert (hotline.service, hotline.labels, hotline.number.kind) == (world.ours, ["报修"], "toll_free_400")
    assert Change.objects.filter(kind="number", key="4001865909").count() == 1


def test_a_preview_puts_no_number_on_file(world, desk):
    preview(desk, models.Hotline, sheet([{"service": "a-repair", "number": "4001865909", "extension": ""}]))
    assert not models.PhoneNumber.objects.filter(canonical="4001865909").exists()
    assert not Change.objects.filter(kind="number").exists()


BAD_RULES = [
    ("service", "nobody", "nobody"),
    ("region", "999999", "999999"),
    ("region", "330104", "上城区"),
    ("kind", "maybe", "maybe"),
    ("valid_from", "tomorrow", "tomorrow"),
    ("valid_from", "2026-02-30", "2026-02-30"),
    ("response_hours", "-1", "-1"),
    ("source", "no-source", "no-source"),
    ("note", "x" * 201, "200"),
]


@pytest.mark.parametrize(("column", "value", "named"), BAD_RULES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.slow
def test_a_bad_cell_is_named_with_its_row_and_nothing_is_written(column, value, named, language, world, desk):
    good = {"service": "a-repair", "region": "510300", "kind": "include", "valid_from": "2026-01-01"}
    row = {**good, "region": "110105", "response_hours": "", "source": "", "note": "", column: value}
    data = sheet([{**dict.fromkeys(row, ""), **good}, row])
    before = models.CoverageRule.objects.count(), Change.objects.count()
    response = desk.post(
        url(models.CoverageRule, "import"),
        {"format": CSV, "resource": "0", "import_file": SimpleUploadedFile("x.csv", data)},
        headers={"accept-language": language},
    )
    numbers, texts = zip(
        *[(number, text) for number, _column, text in response.context["problems"]], strict=True
    )
    assert set(numbers) == {"3"}
    assert named in " ".join(map(str, texts))
    if language == "zh-hans":
        assert any("一" <= char <= "鿿" for char in " ".join(map(str, texts)))
        assert "第 3 行" in response.content.decode()
    assert "confirm_form" not in response.context
    assert (models.CoverageRule.objects.count(), Change.objects.count()) == before


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02\xff", "not a text file"),
        (b"PK\x03\x04nonsense", "not an Excel file"),
        ("slug,name\n".encode("utf-16"), "no rows below"),
        (b"slug,name\n", "no rows below"),
        (b"slug,slug\na,b\n", "same name"),
        (b"slug,name\na,b,c\n", "Row 2 has more cells"),
        (b"name\nx\n", "columns are missing: slug"),
        (b"slug,colour\na,red\n", "Unknown columns: colour"),
        (b'slug,name\n"a,b\n', "cannot be read as CSV"),
        (b"slug,name\n" + b"a,b\n" * (LONG.rows + 1), "split"),
        (b"slug,name\n" + b"a" * 5_000_001, "larger"),
    ],
)
@pytest.mark.slow
def test_a_file_that_is_no_sheet_is_refused_with_words(data, said, world, desk):
    response = preview(desk, models.Category, data)
    assert response.status_code == 200
    texts = [*response.context["form"].errors.get("import_file", [])]
    texts += [text for _row, _column, text in response.context.get("problems") or []]
    assert said in " ".join(map(str, texts))
    assert models.Category.objects.count() == 1


def test_a_broken_workbook_is_refused_with_words(world, desk):
    response = preview(desk, models.Category, b"PK\x03\x04nonsense", XLSX)
    assert "not an Excel file" in str(response.context["form"].errors["import_file"])


@pytest.mark.slow
def test_gb18030_and_excel_cells_are_read(world, desk):
    data = "slug,name\nwok,炒锅\n".encode("gb18030")
    confirm(desk, models.Category, preview(desk, models.Category, data))
    assert models.Category.objects.get(slug="wok").name == "炒锅"
    book = openpyxl.Workbook()
    book.active.append(["service", "region", "kind", "valid_from", "response_hours"])
    book.active.append(["a-repair", 110105, "include", datetime.datetime(2026, 3, 1), 2.0])
    out = io.BytesIO()
    book.save(out)
    confirm(desk, models.CoverageRule, preview(desk, models.CoverageRule, out.getvalue(), XLSX))
    rule = models.CoverageRule.objects.get(region__code="110105")
    assert (rule.valid_from, rule.response_hours) == (datetime.date(2026, 3, 1), 2)


@pytest.mark.slow
def test_an_empty_first_day_means_the_open_rule(world, desk):
    data = sheet([{"service": "a-repair", "region": "510322", "valid_from": "", "note": "仅限城区"}])
    confirm(desk, models.CoverageRule, preview(desk, models.CoverageRule, data))
    begun = models.CoverageRule.objects.get(service=world.ours, valid_to=None)
    assert begun.note == "仅限城区" and begun.valid_from == today()
    world.rule.refresh_from_db()
    assert (world.rule.note, world.rule.valid_to) == ("", today())


def test_a_row_whose_days_another_rule_has_is_named(world, desk):
    row = {"service": "a-repair", "region": "510322", "kind": "exclude", "valid_from": "2026-03-01"}
    rows = [row | {"valid_to": "2026-04-01"}]
    response = preview(desk, models.CoverageRule, sheet(rows))
    assert response.context["counts"]["errors"] == 1 and "from 2000-01-01 on" in response.content.decode()
    rows = [row | {"region": "110105", "valid_to": "2026-04-01"}, row | {"region": "110105", "valid_to": ""}]
    rows[1]["valid_from"] = "2026-03-31"
    response = preview(desk, models.CoverageRule, sheet(rows))
    assert response.context["counts"]["errors"] == 1
    assert "contradicts line 2" in response.content.decode()
    assert models.CoverageRule.objects.filter(service=world.ours).count() == 1


def test_an_import_that_goes_wrong_after_the_preview_writes_nothing(world, desk):
    response = preview(desk, models.Category, b"slug,name\nfirst,one\nsecond,two\n")
    models.Category.objects.create(slug="other", name="two")  # somebody was faster
    page = confirm(desk, models.Category, response)
    assert "Nothing was imported" in page.content.decode()
    assert not models.Category.objects.filter(slug__in=["first", "second"]).exists()
    assert not Change.objects.filter(kind="category").exists()


@pytest.mark.slow
def test_confirming_twice_or_with_changed_fields_is_answered(world, desk):
    response = preview(desk, models.Category, b"slug,name\nfirst,one\n")
    hidden = dict(response.context["confirm_form"].initial)
    confirm(desk, models.Category, response)
    for fields in (
        hidden,
        hidden | {"format": "7"},
        hidden | {"format": "x"},
        hidden | {"import_file_name": "../etc/passwd"},
    ):
        page = desk.post(url(models.Category, "process_import"), fields, follow=True)
        assert "no longer there" in page.content.decode()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'=", "''+"])
def test_no_cell_is_a_formula(start):
    text = f"{start}cmd|' /C calc'!A0"
    assert escape(text)[0] == "'"
    assert unescape(escape(text)) == text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])))
def test_escaping_goes_round(text):
    assert unescape(escape(text)) == text


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data):
    with contextlib.suppress(Unreadable):
        SafeCSV().create_dataset(data)


def test_utf8_comes_before_gb18030():
    assert decode("﻿编码".encode()) == "编码"
    assert decode("编码".encode("gb18030")) == "编码"


def test_empty_rows_are_passed_over_but_counted():
    data = table(read_rows(b"slug\na\n\nb\n", UPLOAD))
    assert [tuple(row) for row in data] == [("a", "2"), ("b", "4")]


def test_exports_are_marked_as_utf8(world, desk):
    assert export(desk, models.Brand).startswith(b"\xef\xbb\xbf")


# Of each sheet a row, as it says something else, and what of it names the record in another way.
TWICE = [
    ("category", {"slug": "new", "name": "新"}, {"name": "另"}),
    ("brand", {"slug": "new", "name": "新"}, {"name": "另"}),
    ("service", {"slug": "new", "brand": "a", "category": "cabinets", "name": "新"}, {"name": "另"}),
    ("service", {"slug": "a-repair", "name": "新"}, {"name": "另"}),
    ("hotline", {"service": "a-repair", "number": "4001865909", "labels": "新"}, {"labels": "另", "number": "400-186-5909"}),
    ("hotline", {"service": "a-repair", "number": "4000000001", "labels": "新"}, {"labels": "另"}),
    ("outlet", {"slug": "new", "brand": "a", "name": "新", "address": "某路一号", "services": "a-repair"}, {"name": "另"}),
    ("coveragerule", {"service": "a-repair", "region": "110105", "note": "新"}, {"note": "另"}),
    ("coveragerule", {"service": "a-repair", "region": "110105", "kind": "include"}, {"kind": "exclude"}),
    ("coveragerule", {"service": "a-repair", "region": "510322", "note": "新"}, {"note": "另"}),
    ("coveragerule", {"service": "a-repair", "region": "110105", "source": "page-a"}, {"source": ""}),
]  # fmt: skip


def _doors(kind: str, desk, monkeypatch, tmp_path):
    """Each door's way to say of rows what is wrong with them: the sheet short and long, and the command."""

    def seen(rows: list[dict]) -> list[str]:
        found = preview(desk, apps.get_model("regions", kind), sheet(rows)).context["problems"]
        return [f"{row} {text}" for row, _column, text in found]

    def long(rows: list[dict]) -> list[str]:
        with monkeypatch.context() as patched:
            patched.setattr(coverage, "ONE_BY_ONE", 0)
            patched.setattr(resource, "PORTION", 1)
            return seen(rows)

    def told(rows: list[dict]) -> list[str]:
        path, said = tmp_path / "sheet.csv", io.StringIO()
        path.write_bytes(sheet(rows))
        command = ["import_coverage"] if kind == "coveragerule" else ["import_sheet", kind]
        try:
            call_command(*command, str(path), stdout=said, stderr=said)
        except CommandError as error:
            said.write(str(error))
        return [line for line in said.getvalue().splitlines() if "contradicts" in line]

    return seen, long, told


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "row", "other"), TWICE)
def test_rows_of_one_record_that_differ_are_refused_at_every_door(
    kind, row, other, world, desk, monkeypatch, tmp_path
):
    """Both rows are named, and nothing is written: the last row does not win. The same row again is one."""
    for door in _doors(kind, desk, monkeypatch, tmp_path):
        (said,) = [text for text in door([row, row, row | other]) if "contradicts" in text]
        assert "4" in said and "contradicts line 2" in said
        assert door([row, row]) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["coveragerule", "hotline"])
def test_rows_of_days_that_follow_each_other_speak_of_two(kind, world, desk, monkeypatch, tmp_path):
    names = {"region": "110105"} if kind == "coveragerule" else {"number": "4001865909", "extension": ""}
    row = {"service": "a-repair", **names}
    ends, begins, within = "2098-01-01", "2098-01-01", "2097-01-01"
    first = row | {"valid_from": "", "valid_to": ends}
    for door in _doors(kind, desk, monkeypatch, tmp_path):
        for day, contradict in ((begins, 0), (within, 1)):
            said = door([first, row | {"valid_from": day, "valid_to": ""}])
            assert sum("contradicts line 2" in text for text in said) == contradict


@pytest.mark.slow
def test_of_two_equal_rows_that_change_a_rule_one_is_written(world, desk):
    row = {"service": "a-repair", "region": "510322", "note": "新"}
    again = row | {"region": "四川省/自贡市/富顺县"}
    response = preview(desk, models.CoverageRule, sheet([row, again]))
    assert response.context["counts"] == {"new": 0, "changed": 1, "unchanged": 1, "errors": 0}
    confirm(desk, models.CoverageRule, response)
    assert models.CoverageRule.objects.open().get(service=world.ours).note == "新"
