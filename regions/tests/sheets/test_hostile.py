"""A file from outside is looked at before it is read: each is refused at once, in little memory, at every door."""

import io
import subprocess
import sys
import time
import zipfile

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation

from regions.sheets import TYPED, UPLOAD, Unreadable, read_rows
from regions.tests.admin.conftest import chief, desk  # noqa: F401
from regions.tests.factories import make_service

from . import hostile

pytestmark = pytest.mark.one_database

SECONDS, MEGABYTES = 2, 200
# Reads a file in a process of its own, of which the operating system (Linux) tells the memory.
READER = """
import sys, time
from pathlib import Path
from regions import sheets
import openpyxl
data = Path(sys.argv[1]).read_bytes()
def peak():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
before = peak()
started = time.process_time()
try:
    for row in sheets.read_rows(data, getattr(sheets, sys.argv[2])):
        pass
except sheets.Unreadable as error:
    print(error)
else:
    print("READ")
print(time.process_time() - started, peak() - before)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", hostile.FILES)
def test_a_hostile_file_is_refused_in_two_seconds_and_200_megabytes(name, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(hostile.FILES[name]())
    assert path.stat().st_size < UPLOAD.bytes
    done = subprocess.run(
        [sys.executable, "-c", READER, path, "UPLOAD"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    said, used = done.stdout.strip().rsplit("\n", 1)
    seconds, megabytes = map(float, used.split())
    assert said != "READ"
    assert seconds < SECONDS and megabytes < MEGABYTES, (said, seconds, megabytes)
    print(f"{name}: {path.stat().st_size} bytes, {seconds:.2f} s, {megabytes:.0f} MB: {said}")


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["a_row_number_that_never_comes", "hundreds_of_megabytes_of_strings", "millions_of_empty_rows"]
)
@pytest.mark.parametrize("form", ["0", "1"])
def test_the_admin_refuses_it_with_a_sentence(name, form, desk, db):  # noqa: F811
    started = time.monotonic()
    file = SimpleUploadedFile("sheet.xlsx", hostile.FILES[name]())
    fields = {"format": form, "resource": "0", "import_file": file}
    response = desk.post(reverse("admin:regions_category_import"), fields)
    assert response.status_code == 200
    assert len(str(response.context["form"].errors["import_file"])) > 40
    assert time.monotonic() - started < 10


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["a_row_number_that_never_comes", "hundreds_of_megabytes_of_strings", "millions_of_empty_rows"]
)
def test_the_command_refuses_it_with_a_sentence(name, db, tmp_path):
    path = tmp_path / "list.xlsx"
    path.write_bytes(hostile.FILES[name]())
    with pytest.raises(CommandError, match="errors 1"):
        call_command("import_coverage", str(path), stdout=io.StringIO())


@pytest.mark.parametrize("kind", hostile.OTHERS)
def test_files_of_other_programs_are_refused_with_the_cure(kind, desk, db, tmp_path):  # noqa: F811
    data, named = hostile.OTHERS[kind]
    with translation.override("en"):
        for limits in (UPLOAD, TYPED):
            with pytest.raises(Unreadable, match="CSV UTF-8") as refused:
                list(read_rows(data, limits))
            assert named in str(refused.value)
        path = tmp_path / f"list.{kind}"
        path.write_bytes(data)
        with pytest.raises(CommandError, match=r"CSV UTF-8|not a text"):
            call_command("import_coverage", str(path), "--service", make_service().slug, stdout=io.StringIO())
    fields = {"format": "1", "resource": "0", "import_file": SimpleUploadedFile(path.name, data)}
    response = desk.post(reverse("admin:regions_category_import"), fields)
    assert named in str(response.context["form"].errors["import_file"])


def book(*rows, sheets=1) -> bytes:
    made = openpyxl.Workbook()
    for number in range(sheets):
        sheet = made.active if not number else made.create_sheet()
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_part_that_swells_a_hundredfold_is_refused_before_a_byte_of_it_is_read():
    """Nothing else of this file is too much: it is the ratio that speaks."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book(["name"], ["x"]))) as honest,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for part in honest.namelist():
            made.writestr(part, honest.read(part))
        made.writestr("docProps/picture.bin", b"\0" * 2_000_000)
    with translation.override("en"), pytest.raises(Unreadable, match="far larger than the file"):
        list(read_rows(packed.getvalue(), UPLOAD))


@pytest.mark.slow
def test_what_is_large_but_honest_is_read():
    names = [f"column {number}" for number in range(20)]
    rows = [[f"text {row} {column}" for column in range(20)] for row in range(2_000)]
    found = list(read_rows(book(names, *rows), UPLOAD))
    assert [cells for _number, cells in found] == [names, *rows]


def test_a_sheet_too_many_is_never_passed_over_in_silence():
    with pytest.raises(Unreadable, match="Several sheets"):
        list(read_rows(book(["slug"], ["a"], sheets=2), UPLOAD))


def test_empty_rows_and_columns_at_the_end_are_nothing():
    data = book(["slug", None], ["a", None], [None, None], ["b"])
    found = [(number, [cell for cell in cells if cell]) for number, cells in read_rows(data, UPLOAD)]
    assert found == [(1, ["slug"]), (2, ["a"]), (4, ["b"])]
