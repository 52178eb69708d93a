"""One table everywhere: every table × every door, headings and words in Chinese and English, codes and names.

What is exported comes back as no change; so it does with its headings and words in another language, without the columns
that may be left out, with a region's name in place of its code. Two columns that name different regions are an error.
"""

import csv
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.translation import override

from regions import models
from regions.admin.spreadsheets.coverage import CoverageRuleResource, HotlineResource
from regions.admin.spreadsheets.directory import BrandResource, CategoryResource, ServiceResource
from regions.admin.spreadsheets.widgets import Word
from regions.choices import RuleKind
from regions.models import Change, CoverageRule
from regions.services.intake.export import as_csv, as_xlsx
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
