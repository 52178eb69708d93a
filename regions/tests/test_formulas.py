"""No cell of any table that leaves the directory is computed by a spreadsheet program, whoever wrote the text in it."""

import csv
import io
import json
import re

import openpyxl
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.urls import NoReverseMatch, reverse

from regions.tests.admin.conftest import chief, desk, world  # noqa: F401

BAD = "=HYPERLINK(1)"
E164 = re.compile(r"\+\d+(;ext=\d+)?")  # a number, not a sum
FIRST = tuple("=+-@\t\r＝＋－＠")
OVERVIEW = ("coverage", "categories", "units/?region=510000", "overlaps/?brand=a", "listed/?service=a-repair", "changes", "signals", "sources")  # fmt: skip
ADMIN = ("category", "brand", "organization", "source", "service", "phonenumber", "hotline", "coveragerule", "promise", "verification", "dispute", "outlet", "regionname")  # fmt: skip


def poison() -> int:
    """Put a formula into every text that people write, past the forms."""
    written = 0
    for model in apps.get_app_config("regions").get_models():
        fields = {
            field.name: BAD
            for field in model._meta.concrete_fields
            if type(field) in (models.CharField, models.TextField)
            and not field.choices
            and not field.unique
            and field.name in TEXTS
        }
        if fields:
            written += model._default_manager.all().update(**fields)
    return written


TEXTS = {
    "name", "title", "note", "description", "text", "statement", "reason_text", "limits_text", "evidence", "labels",
    "extension_note", "publisher", "address", "official_name", "display_name", "answer", "reason", "summary", "short_name",
}  # fmt: skip


def cells(response, kind: str) -> list[str]:
    data = b"".join(response) if response.streaming else response.content
    if kind == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(data))
        found = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert not [cell.coordinate for cell in found if cell.data_type == "f"]
        return [str(cell.value) for cell in found if cell.value is not None]
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return [cell for row in rows for cell in row]


def exports(client):
    """Every file of a table, by its address."""
    for file in client.get("/api/v1/export/").json()["files"]:
        if file["csv"]:
            yield file["name"], client.get(file["csv"]), "csv"
    for name in OVERVIEW:
        asked = f"{name}&" if "?" in name else f"{name}/?"
        yield f"overview {name}", client.get(f"/api/v1/overview/{asked}format=csv"), "csv"
    for form in ("csv", "xlsx"):
        yield f"list {form}", client.get(f"/api/v1/services/a-repair/coverage/?format={form}"), form
    for name in ADMIN:
        try:
            url = reverse(f"admin:regions_{name}_export")
        except NoReverseMatch:
            continue
        for number, form in enumerate(("csv", "xlsx")):
            yield f"admin {name} {form}", client.post(url, {"format": number, "resource": "0"}), form


@pytest.mark.slow
def test_no_cell_of_any_file_is_a_formula(world, desk, tmp_path):  # noqa: F811
    assert poison() > 15
    seen, refused = 0, []
    for name, response, kind in exports(desk):
        if response.status_code != 200:
            refused.append((name, response.status_code))
            continue
        found = cells(response, kind)
        seen += sum(BAD in cell for cell in found)
        assert [(name, cell) for cell in found if cell.startswith(FIRST) and not E164.fullmatch(cell)] == []
    assert refused == []
    assert seen > 30  # the texts did leave
    call_command("overview", str(tmp_path), stdout=io.StringIO())
    written = [path for path in tmp_path.iterdir() if path.suffix == ".csv"]
    assert len(written) > 5
    for path in written:
        rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
        assert [cell for row in rows for cell in row if cell.startswith(FIRST)] == []


@pytest.mark.slow
def test_a_program_reads_the_text_as_it_is_from_the_other_form(world, desk):  # noqa: F811
    world.rule.__class__.objects.filter(pk=world.rule.pk).update(note=BAD)
    lines = b"".join(desk.get("/api/v1/export/coverage-rules.ndjson")).decode().splitlines()
    assert BAD in {json.loads(line).get("note") for line in lines}
