"""One table everywhere: every table × every door, headings and words in Chinese and English, codes and names.

What is exported comes back as no change; so it does with its headings and words in another language, without the columns
that may be left out, with a region's name in place of its code. Two columns that name different regions are an error.
"""

import csv
import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.translation import override

from regions import models
from regions.admin.spreadsheets import coverage
from regions.admin.spreadsheets.coverage import CoverageRuleResource, HotlineResource
from regions.admin.spreadsheets.directory import BrandResource, CategoryResource, ServiceResource
from regions.admin.spreadsheets.outlets import OutletResource
from regions.admin.spreadsheets.widgets import Flag, Slug, Word
from regions.choices import RuleKind
from regions.models import Change, CoverageRule
from regions.services.columns import heading
from regions.services.intake.export import as_csv, as_xlsx
from regions.services.intake.rows import Rows
from regions.sheets import LONG
from regions.sheets import read_rows as read_table
from regions.tests import factories

RESOURCES = {
    resource._meta.model: resource
    for resource in (BrandResource, CategoryResource, ServiceResource, HotlineResource, CoverageRuleResource)
}
MODELS = list(RESOURCES)
LANGUAGES = ("zh-hans", "en")


def address(model, page: str) -> str:
    return reverse(f"admin:regions_{model._meta.model_name}_{page}")


def exported(desk, model) -> list[dict]:
    data = desk.post(address(model, "export"), {"format": "0", "resource": "0"}).content
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def written(rows: list[dict]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def counts(desk, model, data: bytes) -> dict:
    upload = SimpleUploadedFile("sheet.csv", data)
    form = {"format": "0", "resource": "0", "import_file": upload}
    context = desk.post(address(model, "import"), form).context
    return {"problems": context["problems"], **context["counts"]}


TABLES = [*MODELS, models.Outlet]


def table_of(file: bytes) -> list:
    return list(read_table(file, LONG))


@pytest.mark.parametrize("form", ["0", "1"])
@pytest.mark.parametrize("model", TABLES)
def test_a_file_for_somebody_is_in_his_language_and_comes_back_as_no_change(model, form, world, desk):
    """Headings, words and what a cell of a workbook offers; who asks in English gets what all files have."""
    world.hotline.opening_hours = ""
    factories.make_outlet(world.ours, "shop", world.hotline, include=[world.regions["510322"]])
    asked = {"format": form, "resource": "0"}
    english = desk.post(address(model, "export"), asked).content
    desk.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"
    chinese = desk.post(address(model, "export"), asked).content
    resource = RESOURCES.get(model, OutletResource)()
    with override("zh-hans"):
        titles = [heading(model, field.column_name) for field in resource.get_export_fields()]
    first, *rows = table_of(chinese)
    assert first[1] == titles and not [title for title in titles if not re.search("[一-鿿]", title)]
    assert table_of(english)[0][1] == [field.column_name for field in resource.get_export_fields()]
    for position, field in enumerate(resource.get_export_fields()):
        if isinstance(field.widget, Word | Flag):
            found = {cells[position] for _line, cells in rows}
            with override("zh-hans"):
                assert found <= {*field.widget.to_choose(), ""}
            assert all(re.fullmatch("[一-鿿0-9A-Z（）、\\W-]*", text) for text in found), found
    file = SimpleUploadedFile("x.csv" if form == "0" else "x.xlsx", chinese)
    for language in LANGUAGES:
        file.seek(0)
        desk.defaults["HTTP_ACCEPT_LANGUAGE"] = language
        upload = {"format": "0", "resource": "0", "import_file": file}
        context = desk.post(address(model, "import"), upload).context
        assert not context["problems"] and context["counts"] == {
            "new": 0, "changed": 0, "unchanged": len(rows), "errors": 0,
        }, language  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_file_of_a_list_is_in_the_language_of_who_asks(form, world, desk):
    where = reverse("admin:regions_coverageimport_export", args=[world.ours.pk, form])
    desk.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"
    (_one, head), (_two, cells), *_rest = table_of(desk.get(where).content)
    assert head[:4] == ["服务", "区域代码", "区域", "类型"] and cells[3] == "包含"
    desk.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    (_one, head), (_two, cells), *_rest = table_of(desk.get(where).content)
    assert head[:4] == ["service", "code", "region", "kind"] and cells[3] == "include"


def in_words(model, rows: list[dict], language: str) -> list[dict]:
    """The same rows with the headings and words that forms show in a language."""
    fields = RESOURCES[model].fields
    names = {field.name: field for field in model._meta.get_fields()}
    with override(language):
        found = []
        for row in rows:
            said = {}
            for column, text in row.items():
                heading = str(names[column].verbose_name) if column in names else column
                widget = fields[column].widget
                labels = (
                    {value: str(label) for value, label in widget.choices} if isinstance(widget, Word) else {}
                )
                said[heading] = labels.get(text, text)
            found.append(said)
        return found


def unchanged(rows: list[dict]) -> dict:
    return {"problems": [], "new": 0, "changed": 0, "unchanged": len(rows), "errors": 0}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@pytest.mark.slow
def test_headings_and_words_of_each_language_are_no_change(model, language, world, desk):
    rows = exported(desk, model)
    told = in_words(model, rows, language)
    assert set(told[0]) != set(rows[0])
    assert counts(desk, model, written(told)) == unchanged(rows)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_workbook_stays_text_and_offers_its_words(model, world, desk):
    data = desk.post(address(model, "export"), {"format": "1", "resource": "0"}).content
    check_workbook(data, {name: field.widget for name, field in RESOURCES[model].fields.items()})


def test_the_workbook_of_a_list_is_like_the_others(world):
    check_workbook(as_xlsx(world.ours), {"kind": Word(RuleKind.choices)})


def check_workbook(data: bytes, widgets: dict) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert sheet.freeze_panes == "A2"
    names = [cell.value for cell in sheet[1]]
    assert all(8 <= sheet.column_dimensions[cell.column_letter].width <= 60 for cell in sheet[1])
    for row in sheet.iter_rows(min_row=2):
        assert all(cell.number_format == "@" and isinstance(cell.value or "", str) for cell in row)
    offered = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    for name, widget in widgets.items():
        if isinstance(widget, Word):
            letter = sheet.cell(1, names.index(name) + 1).column_letter
            words = ",".join(word for word, _label in widget.choices)
            assert offered[f"{letter}2:{letter}1048576"] == f'"{words}"'


RULES = {
    "code": lambda row: {"service": row["service"], "code": row["region"]},
    "name": lambda row: {"service": row["service"], "region": row["region_name"]},
    "both": lambda row: {"服务": row["service"], "代码": row["region"], "区域": row["region_name"]},
    "a code as region": lambda row: {"service": row["service"], "region": row["region"], "kind": row["kind"]},
    "name alone": lambda row: {
        "服务": row["service"],
        "区域名称": row["region_name"].replace("/", ""),
        "类型": "包含",
    },
}


def by_command(tmp_path, data: bytes) -> str:
    (tmp_path / "rules.csv").write_bytes(data)
    out = io.StringIO()
    call_command("import_coverage", str(tmp_path / "rules.csv"), stdout=out, stderr=io.StringIO())
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("form", RULES)
def test_rules_by_code_or_name_are_no_change_at_every_door(form, world, desk, tmp_path):
    rows = exported(desk, CoverageRule)
    data = written([RULES[form](row) for row in rows])
    assert counts(desk, CoverageRule, data) == unchanged(rows)
    assert f"created 0, changed 0, unchanged {len(rows)}, closed 0, errors 0" in by_command(tmp_path, data)


@pytest.mark.slow
def test_the_list_of_a_service_is_no_change_in_the_admin_and_its_rules_are_none_to_the_command(
    world, desk, tmp_path
):
    rows = list(csv.DictReader(io.StringIO(as_csv(world.ours).decode("utf-8-sig"))))
    assert counts(desk, CoverageRule, written([{"service": "a-repair", **row} for row in rows])) == unchanged(
        rows
    )
    rules = exported(desk, CoverageRule)
    assert f"unchanged {len(rules)}, closed 0, errors 0" in by_command(tmp_path, written(rules))


@pytest.mark.slow
@pytest.mark.parametrize("column", ["source", "来源"])
def test_a_table_of_the_command_names_the_source_of_each_rule(column, world, tmp_path):
    factories.make_source("leaflet")
    factories.make_source("page-b")
    rows = [
        {"service": "a-repair", "code": "510322", column: "leaflet"},
        {"service": "a-repair", "code": "220106", column: "page-b"},
        {"service": "a-repair", "code": "110105", column: ""},
    ]

    def said(*options, rows=rows):
        (tmp_path / "rules.csv").write_bytes(written(rows))
        out = io.StringIO()
        call_command(
            "import_coverage", str(tmp_path / "rules.csv"), *options, stdout=out, stderr=io.StringIO()
        )
        return out.getvalue()

    with pytest.raises(CommandError, match="errors 1"):
        said(rows=[rows[0] | {column: "nowhere"}])
    assert "created 2, changed 1" in said("--source", "page-a")
    assert "created 2, changed 1" in said("--source", "page-a", "--commit")
    found = CoverageRule.objects.filter(service=world.ours, valid_to=None)
    assert dict(found.values_list("region__code", "source__slug")) == {
        "510322": "leaflet",
        "220106": "page-b",
        "110105": "page-a",
    }
    told = Change.objects.filter(kind="coverage-rule", action="create").latest("pk").after
    assert told["source_id"] in set(found.values_list("source", flat=True))
    assert "unchanged 3" in said("--source", "page-a", "--commit")


@pytest.mark.slow
@pytest.mark.parametrize(
    "row",
    [
        {"code": "510322", "region": "富顺县西湖区"},
        {"code": "510322", "region_name": "330106"},
        {"代码": "510322", "区域": "浙江省杭州市"},
    ],
)
def test_two_regions_in_one_row_are_an_error_at_every_door(row, world, desk, tmp_path):
    data = written([{"service": "a-repair", **row}])
    found = counts(desk, CoverageRule, data)
    assert found["errors"] == 1 and found["problems"]
    with pytest.raises(CommandError, match="errors 1"):
        by_command(tmp_path, data)
    assert CoverageRule.objects.count() == 2


@pytest.mark.parametrize("header", ["service,代码,code", "service,什么,code"])
def test_a_heading_twice_or_unknown_is_named_at_every_door(header, world, desk, tmp_path):
    data = f"{header}\na-repair,510322,510322\n".encode()
    upload = SimpleUploadedFile("sheet.csv", data)
    page = desk.post(address(CoverageRule, "import"), {"format": "0", "resource": "0", "import_file": upload})
    assert page.context["problems"]
    with pytest.raises(CommandError):
        by_command(tmp_path, data)
    assert models.Change.objects.filter(kind="coverage-rule", action="update").count() == 0


SLUGS = [
    (model, name)
    for model, sheet in RESOURCES.items()
    for name, field in sheet.fields.items()
    if isinstance(field.widget, Slug)
]


def _called(record) -> str:
    return record.title if isinstance(record, models.Source) else record.name


@pytest.mark.parametrize(("model", "column"), SLUGS, ids=lambda part: getattr(part, "__name__", part))
def test_a_cell_names_a_record_by_slug_or_by_a_name_that_it_alone_has(model, column, world, desk):
    """With the name in place of the slug a sheet is no change; of two that are called so it says which there are."""
    organization = models.Organization.objects.get()
    models.Brand.objects.update(owner=organization)
    parent = models.Category.objects.create(slug="above", name="上级品类")
    models.Category.objects.filter(slug="cabinets").update(parent=parent)
    models.Service.objects.update(source=world.source, operator=organization)
    models.Hotline.objects.update(source=world.source)
    rows = [row for row in exported(desk, model) if row[column]]
    kind = RESOURCES[model].fields[column].widget.model
    named = {record.slug: record for record in kind.objects.all()}
    if not rows and column == "replaced_source":
        return
    assert counts(desk, model, written(rows))["unchanged"] == len(rows) > 0
    by_name = [{**row, column: _called(named[row[column]])} for row in rows]
    assert counts(desk, model, written(by_name)) == {
        "problems": [],
        "new": 0,
        "changed": 0,
        "unchanged": len(rows),
        "errors": 0,
    }
    one = named[rows[0][column]]
    if kind in (models.Brand, models.Category):  # whose names are unique
        return
    twin = kind.objects.get(pk=one.pk)
    twin.pk, twin.slug = None, "twin"
    if kind is models.Service:  # of another kind, or of another brand, it may be called so
        twin.kind = "cleaning"
    twin.save()
    (problem,) = {text for _row, _column, text in counts(desk, model, written(by_name[:1]))["problems"]}
    assert "More than one" in problem and "twin" in problem and one.slug in problem


def test_a_long_table_of_rules_takes_names_too(world, desk, monkeypatch):
    """Compared in sets; and what somebody changed since the preview is seen there as well."""
    monkeypatch.setattr(coverage, "ONE_BY_ONE", 0)
    rows = exported(desk, CoverageRule)
    by_name = [{**row, "service": models.Service.objects.get(slug=row["service"]).name} for row in rows]
    assert counts(desk, CoverageRule, written(by_name))["unchanged"] == len(rows)
    told = Rows(["service", "code"], service=None)
    assert set(told.services_named([row["service"] for row in by_name] + ["谁也不是"])) == {
        world.ours.pk,
        world.theirs.pk,
    }
    models.Service.objects.update(name="同名")
    (problem, *_more) = counts(desk, CoverageRule, written([{**rows[0], "service": "同名"}]))["problems"]
    assert "a-repair, b-repair" in problem[2]


NEW = {
    models.Category: {"slug": "new", "name": "新品类", "parent": "cabinets"},
    models.Brand: {"slug": "new", "name": "新品牌", "owner": "example", "is_example": "1"},
    models.Service: {"slug": "new", "name": "新服务", "brand": "a", "category": "cabinets", "kind": "repair", "source": "page-a", "nationwide_claimed": "0"},
    models.Hotline: {"service": "a-repair", "number": "4000000009", "source": "page-a"},
    models.CoverageRule: {"service": "b-repair", "region": "110105", "kind": "exclude", "source": "page-a"},
    models.Outlet: {"name": "新网点", "address": "新路1号", "brand": "a", "region": "110105", "services": "a-repair\na-repair:4000000001", "rules": "include 110105"},
}  # fmt: skip


@pytest.mark.parametrize("model", NEW, ids=lambda model: model.__name__)
def test_a_preview_speaks_the_language_of_its_reader(model, world, desk):
    """No column by its name in files, no value by its word in files, no key: names, labels, yes and no."""
    desk.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"
    form = {"format": "0", "resource": "0"}
    form["import_file"] = SimpleUploadedFile("sheet.csv", written([NEW[model]]))
    context = desk.post(address(model, "import"), form).context
    assert context["problems"] == [] and len(context["rows"]) == 1
    shown = dict(zip(context["diff_headers"], context["rows"][0]["diff"], strict=True))
    assert not any(re.fullmatch("[a-z_]+", heading) for heading in shown), shown
    text = " ".join(re.sub("<.*?>|&para;", " ", cell) for name, cell in shown.items() if name != "网址标识")
    words = re.findall(
        r"[a-z][a-z_-]+",
        text.replace("服务 a-repair", "")
        .replace("服务 b-repair", "")
        .replace("示例 a", "")
        .replace("品类 cabinets", ""),
    )
    assert words == [] or (
        model in (models.Hotline, models.CoverageRule, models.Service) and set(words) <= {"page-a"}
    ), words
