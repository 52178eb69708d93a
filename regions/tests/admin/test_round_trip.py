"""What any door writes as a table of rules, every door that reads one takes for no change; so it is with the other tables."""

import csv
import datetime
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from regions import models
from regions.models import Change, CoverageRule
from regions.tests import factories, told_once

DAY = datetime.date
# What forms call the columns, as people read it.
CHINESE = {
    "service": "服务", "code": "区域代码", "region": "区域", "kind": "类型", "valid_from": "有效期自", "valid_to": "有效期至",
    "response_hours": "承诺响应（小时）", "note": "备注", "source": "来源", "region_name": "区域名称",
}  # fmt: skip
ENGLISH = {
    "service": "Service", "code": "Region code", "kind": "Kind", "valid_from": "Valid from", "valid_to": "Valid to",
    "response_hours": "Promised response (hours)", "note": "Note", "source": "Source",
}  # fmt: skip
HEADINGS = {"as written": {}, "in Chinese": CHINESE, "in English": ENGLISH}
KINDS = {"in Chinese": {"include": "包含", "exclude": "排除"}}


@pytest.fixture
def rules(world):
    """Rules of every shape: of the country and a township, abolished, planned, over, with every column, with signs of CSV."""
    regions, source = world.regions, world.source
    factories.make_rules(world.ours, include=[regions["330104@"]], note='旧区，"江干"')
    factories.make_rules(
        world.ours, exclude=[regions["110105"]], response_hours=24, note="=1+1", source=source
    )
    factories.make_rules(world.ours, include=[regions["110105010"]], valid_from=DAY(2090, 1, 1), note="以后")
    factories.make_rules(world.theirs, include=[regions["100000"]], response_hours=0)
    factories.make_rules(
        world.theirs, exclude=[regions["220106"]], valid_from=DAY(2001, 1, 1), valid_to=DAY(2002, 1, 1)
    )
    return world


def of_service(desk, form, tmp_path):
    service = models.Service.objects.get(slug="a-repair")
    return desk.get(reverse("admin:regions_coverageimport_export", args=[service.pk, form])).content


def of_rules(desk, form, tmp_path):
    asked = {"format": "0" if form == "csv" else "1", "resource": "0"}
    return desk.post(reverse("admin:regions_coveragerule_export"), asked).content


def of_api(desk, form, tmp_path):
    return desk.get(f"/api/v1/services/a-repair/coverage/?format={form}").content


def of_files(desk, form, tmp_path):
    return b"".join(desk.get("/api/v1/export/coverage-rules.csv").streaming_content)


def of_command(desk, form, tmp_path):
    call_command("export_coverage", service="a-repair", format=form, output=tmp_path / "list")
    return (tmp_path / "list").read_bytes()


# Each export, its forms, and how many rules are in it.
EXPORTS = {
    "a service's page": (of_service, ("csv", "xlsx"), 4),
    "the list of rules": (of_rules, ("csv", "xlsx"), 7),
    "the API, a service": (of_api, ("csv", "xlsx"), 4),
    "the API, a file": (of_files, ("csv",), 7),
    "the command": (of_command, ("csv", "xlsx"), 4),
}  # fmt: skip


def by_sheet(desk, data: bytes, name: str, tmp_path) -> dict:
    upload = SimpleUploadedFile(name, data)
    context = desk.post(
        reverse("admin:regions_coveragerule_import"), {"resource": "0", "import_file": upload}
    ).context
    assert context.get("problems") == [], context["form"].errors
    return context["counts"]


def by_command(desk, data: bytes, name: str, tmp_path) -> dict:
    (tmp_path / name).write_bytes(data)
    out = io.StringIO()
    call_command("import_coverage", str(tmp_path / name), "--commit", stdout=out, stderr=out)
    return numbers(out.getvalue())


def by_api(desk, data: bytes, name: str, tmp_path) -> dict:
    body = {"file": SimpleUploadedFile(name, data), "commit": "true"}
    answer = desk.post("/api/v1/imports/table/", body)
    assert answer.status_code == 200, answer.content.decode()
    return numbers(answer.json()["summary"])


def numbers(summary: str) -> dict:
    told = dict(part.split() for part in summary.strip().splitlines()[-1].split(", "))
    assert told["closed"] == "0"
    return {
        name: int(told[word])
        for name, word in (
            ("new", "created"),
            ("changed", "changed"),
            ("unchanged", "unchanged"),
            ("errors", "errors"),
        )
    }


DOORS = {"sheet": by_sheet, "command": by_command, "API": by_api}


def renamed(data: bytes, form: str, headings: dict, kinds: dict) -> bytes:
    """The same table with other words for its columns and its kinds."""
    if form == "csv":
        header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        at = header.index("kind")
        rows = [[*row[:at], kinds.get(row[at], row[at]), *row[at + 1 :]] for row in rows]
        out = io.StringIO(newline="")
        csv.writer(out).writerows([[headings.get(name, name) for name in header], *rows])
        return out.getvalue().encode("gb18030")
    book = openpyxl.load_workbook(io.BytesIO(data))
    for column in book.active.iter_cols():
        of = column[0].value
        column[0].value = headings.get(of, of)
        for cell in column[1:] if of == "kind" else ():
            cell.value = kinds.get(cell.value, cell.value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("export", "form"), [(export, form) for export, (_of, forms, _n) in EXPORTS.items() for form in forms]
)
def test_rules_of_every_export_are_no_change_at_every_door(export, form, rules, desk, tmp_path):
    of, _forms, count = EXPORTS[export]
    data, before = of(desk, form, tmp_path), Change.objects.count()
    for words, headings in HEADINGS.items():
        table = renamed(data, form, headings, KINDS.get(words, {})) if headings else data
        for door, read in DOORS.items():
            found = read(desk, table, f"rules.{form}", tmp_path)
            assert found == {"new": 0, "changed": 0, "unchanged": count, "errors": 0}, (door, words)
    assert Change.objects.count() == before and CoverageRule.objects.count() == 7


@pytest.mark.slow
def test_a_table_in_the_body_is_read_as_a_file_is(rules, desk, tmp_path):
    table = of_service(desk, "csv", tmp_path).decode("utf-8-sig")
    answer = desk.post("/api/v1/imports/table/", {"table": table}, content_type="application/json")
    assert numbers(answer.json()["summary"])["unchanged"] == 4 and answer.json()["committed"] is False


FILES = {
    models.Category: "categories",
    models.Brand: "brands",
    models.Service: "services",
    models.Hotline: "hotlines",
    models.Outlet: "outlets",
    CoverageRule: "coverage-rules",
}


@pytest.mark.slow
@pytest.mark.parametrize("form", ["sheet csv", "sheet xlsx", "file csv"])
@pytest.mark.parametrize("model", FILES, ids=lambda model: model.__name__)
def test_each_table_is_no_change_where_it_goes_in(model, form, make_regions, desk):
    """The sheet of each kind of record, and its file of the API, of a directory in which no column is empty."""
    told_once.make(make_regions("510322", "330104", "510303", "320106", below=["510300"]))
    name = model._meta.model_name
    if form == "file csv":
        data = b"".join(desk.get(f"/api/v1/export/{FILES[model]}.csv").streaming_content)
    else:
        asked = {"format": "1" if "xlsx" in form else "0", "resource": "0"}
        data = desk.post(reverse(f"admin:regions_{name}_export"), asked).content
    upload = SimpleUploadedFile(f"table.{form[-4:].strip()}", data)
    context = desk.post(
        reverse(f"admin:regions_{name}_import"), {"resource": "0", "import_file": upload}
    ).context
    assert context.get("problems") == [], context["form"].errors
    assert context["counts"] == {"new": 0, "changed": 0, "unchanged": model.objects.count(), "errors": 0}


def test_every_page_that_takes_a_table_is_here():
    from django.contrib import admin

    from regions.admin.spreadsheets import SpreadsheetMixin

    taking = {model for model, page in admin.site._registry.items() if isinstance(page, SpreadsheetMixin)}
    assert taking == set(FILES)
