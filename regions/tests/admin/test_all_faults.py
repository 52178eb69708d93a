"""A table is told everything that is wrong with it at once: a row too whose service, place or brand is unknown."""

import html

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from regions.admin.spreadsheets.coverage import ONE_BY_ONE
from regions.models import Change

# Of each kind a table of one row, and what is to be said of it.
TABLES = {
    "coveragerule": (
        "service,region,kind,valid_from,valid_to,response_hours,note,source",
        "nobody,火星县,maybe,yesterday,2026-13-01,soon," + "长" * 201 + ",nothing",
        ["“nobody”", "火星县", "“maybe”", "“yesterday”", "2026-13-01", "“soon”", "200", "“nothing”"],
    ),
    "hotline": (
        "service,number,labels,channel,contact_type,valid_from,region,opening_hours",
        "nobody,12,售后,pigeon,chat,yesterday,火星县,周一 8:30-17:30",
        ["“nobody”", "“12”", "“pigeon”", "“chat”", "“yesterday”", "火星县"],
    ),
    "service": (
        "slug,name,brand,category,kind,nationwide_claimed,source",
        "A b,,nobody,nothing,dance,perhaps,nowhere",
        ["slug", "name", "“nobody”", "“nothing”", "“dance”", "“perhaps”", "“nowhere”"],
    ),
    "brand": (
        "slug,name,owner,website",
        "A b,,nobody,not a page",
        ["slug", "name", "“nobody”", "website"],
    ),
    "category": ("slug,name,parent", "A b,,nobody", ["slug", "name", "“nobody”"]),
    "outlet": (
        "name,brand,region,latitude,valid_from,services,rules",
        ",nobody,火星县,north,yesterday,no-such-service,maybe 510322",
        ["name", "“nobody”", "火星县", "“north”", "“yesterday”", "no-such-service", "maybe 510322"],
    ),
}


def upload(desk, kind: str, text: str):
    file = SimpleUploadedFile("x.csv", text.encode())
    data = {"format": "0", "resource": "0", "import_file": file}
    return desk.post(reverse(f"admin:regions_{kind}_import"), data)


@pytest.mark.parametrize("kind", TABLES)
def test_all_that_is_wrong_with_a_row_is_told_at_once(kind, world, desk):
    head, row, faults = TABLES[kind]
    before = Change.objects.count()
    answer = upload(desk, kind, f"{head}\n{row}\n")
    said = " | ".join(f"{column}: {text}" for _row, column, text in answer.context["problems"])
    assert not [fault for fault in faults if fault not in said], said
    assert answer.context["counts"]["errors"] == 1 and Change.objects.count() == before
    assert not [
        line for line in answer.context["problems"] if "RelatedObject" in line[2] or "Error" in line[2]
    ]


def test_a_long_table_of_rules_and_the_command_say_as_much(world, desk, tmp_path, capsys):
    head, row, faults = TABLES["coveragerule"]
    faults = [fault.strip("“”").replace("soon", "whole number of hours") for fault in faults]
    answer = upload(desk, "coveragerule", f"{head}\n" + f"{row}\n" * (ONE_BY_ONE + 1))
    (_line, _column, first), *_others = answer.context["problems"]
    assert not [fault for fault in faults if fault not in html.unescape(first)], first
    assert answer.context["counts"]["errors"] == ONE_BY_ONE + 1
    file = tmp_path / "x.csv"
    file.write_text(f"{head}\n{row}\n", "utf-8")
    with pytest.raises(CommandError, match="errors 1"):
        call_command("import_coverage", str(file))
    said = capsys.readouterr().err
    assert not [fault for fault in faults if fault not in said], said


def test_a_place_by_code_and_name_that_disagree_is_told_with_the_rest(world, desk):
    answer = upload(desk, "coveragerule", "service,code,region,valid_to\nnobody,510322,杭州市,never\n")
    said = " ".join(text for _row, _column, text in answer.context["problems"])
    assert "510322 is" in said and "nobody" in said and "never" in said
