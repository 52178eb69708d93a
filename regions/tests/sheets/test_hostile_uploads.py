"""Every hostile file at every door of HTTP that takes files: answered with a sentence, in two seconds and 200 MB."""

import io
import time
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from regions.gazetteer.files import COLUMNS
from regions.tests.admin.conftest import chief, desk, world  # noqa: F401

from . import hostile

pytestmark = pytest.mark.one_database

SECONDS, MEGABYTES = 2, 200
MEGA = 2**20
HEADER = {name: ",".join(columns) + "\n" for name, columns in COLUMNS.items()}
META = '{"edition":"2027-01-01","publisher":"x","cut_off":"2027-01-01","licence":"x","sha256":{}}'
LIFE = "100000,country,,x,x,x,1981-01-01,year,,\n"
COUNTRY = "100000,country,,x,x,x,0999-01-01,year,,\n"


def edition(**over: str) -> dict[str, str]:
    return {"edition.json": META, **HEADER} | {name.replace("_", ".", 1): text for name, text in over.items()}


def lives(code: str, level: str, parent: str, count: int) -> str:
    """Lives of one code, each begun a day later than the one before it."""
    return "".join(
        f"{code},{level},{parent},x,x,x,{1000 + n // 28:04}-01-{1 + n % 28:02},day,9999-01-01,day\n"
        for n in range(count)
    )


#: what is wrong with one table or with edition.json, each far more than a person writes
EDITIONS = {
    "empty lines": lambda: edition(regions_csv=HEADER["regions.csv"] + "\n" * 10 * MEGA),
    "commas": lambda: edition(regions_csv=HEADER["regions.csv"] + "," * 10 * MEGA),
    "a cell without an end": lambda: edition(regions_csv=HEADER["regions.csv"] + '"' + "a" * 10 * MEGA),
    "one life again and again": lambda: edition(regions_csv=HEADER["regions.csv"] + LIFE * 250_000),
    "one code on a thousand days": lambda: edition(
        regions_csv=HEADER["regions.csv"] + lives("510322", "county", "510300", 89_000)
    ),
    "a parent and a child of a thousand lives": lambda: edition(
        regions_csv=HEADER["regions.csv"]
        + COUNTRY
        + lives("510300", "prefecture", "100000", 40_000)
        + lives("510322", "county", "510300", 40_000)
    ),
    "all tables full": lambda: edition(
        regions_csv=HEADER["regions.csv"] + COUNTRY + lives("510322", "county", "100000", 64_000),
        names_csv=HEADER["names.csv"] + "".join(f"100000,0999-01-01,{n},short,x\n" for n in range(64_000)),
        townships_csv=HEADER["townships.csv"]
        + "".join(f"{110101001 + n},100000,x,x,x,1981-01-01,year,,\n" for n in range(64_000)),
    ),
    "a header of commas": lambda: edition(regions_csv="," * 15 * MEGA),
    "one row of many lines": lambda: edition(regions_csv=HEADER["regions.csv"] + '"\n",' * 3 * MEGA),
    "a thousand long words": lambda: edition(
        regions_csv=HEADER["regions.csv"] + f"100000,country,,x,x,x,{'x' * 9_000},day,,\n" * 1_700
    ),
    "a checksum of a file elsewhere": lambda: edition(
        edition_json=META.replace("{}", '{"/etc/passwd": "", "../../../etc/passwd": ""}')
    ),
    "a checksum of a long name": lambda: edition(edition_json=META.replace("{}", f'{{"{"x" * 5_000}": ""}}')),
    "a name that no database takes": lambda: edition(
        edition_json=META.replace('"x"', '"\\u0000"', 1).replace('"2027-01-01"', '"\\ud800"', 1)
    ),
    "rows of nothing": lambda: edition(names_csv=HEADER["names.csv"] + "x,y\n" * 2_500_000),
    "brackets": lambda: edition(edition_json="[" * 90_000),
    "objects": lambda: edition(edition_json="[" + "{}," * 4_000_000 + "{}]"),
    "a long name": lambda: edition(edition_json=META.replace('"x"', '"' + "x" * 10 * MEGA + '"')),
}


def zipped(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def asked(browser, url: str, fields: dict, status: int = 200):
    """The answer, after it was held to the limits. The kernel tells the memory (Linux)."""

    def memory(which: str) -> float:
        return int(Path("/proc/self/status").read_text().split(which)[1].split()[0]) / 1024

    Path("/proc/self/clear_refs").write_text("5")  # the peak from here on
    before, started = memory("VmRSS:"), time.process_time()
    response = browser.post(url, fields)
    seconds, megabytes = time.process_time() - started, memory("VmHWM:") - before
    assert seconds < SECONDS and megabytes < MEGABYTES, (seconds, megabytes)
    assert response.status_code == status
    return response


@pytest.mark.slow
@pytest.mark.parametrize("name", hostile.FILES)
@pytest.mark.parametrize("door", ["sheet", "table of the API", "paste", "announced", "edition"])
def test_every_door_refuses_every_file(door, name, world, desk):  # noqa: F811
    data = hostile.FILES[name]()

    def file(called: str) -> SimpleUploadedFile:
        return SimpleUploadedFile(called, data)

    if door == "sheet":
        url, key = reverse("admin:regions_category_import"), "import_file"
        fields = {"resource": "0", key: file("sheet.xlsx")}
    elif door == "table of the API":
        answer = asked(desk, "/api/v1/imports/table/", {"file": file("rules.xlsx")}, 400)
        assert len(answer.json()["detail"]) > 20
        return
    elif door == "paste":
        url, key = reverse("admin:regions_coverageimport_add"), "file"
        fields = {"service": world.ours.pk, "mode": "add", "text": "", key: file("list.txt")}
    else:
        url = reverse("admin:regions_regionupdate_add")
        fields = {"given": file("corrections.csv" if door == "announced" else "edition.zip")}
    errors = asked(desk, url, fields).context["form"].errors
    assert len(str(errors)) > 40


@pytest.mark.slow
@pytest.mark.parametrize("packed", [True, False], ids=["packed", "bare"])
@pytest.mark.parametrize("name", EDITIONS)
def test_an_edition_that_wants_much_is_refused(name, packed, world, desk):  # noqa: F811
    files = EDITIONS[name]()
    given = [SimpleUploadedFile(called, text.encode()) for called, text in files.items()]
    if packed:
        given = [SimpleUploadedFile("edition.zip", zipped(files))]
    response = asked(desk, reverse("admin:regions_regionupdate_add"), {"given": given})
    assert len(str(response.context["form"].errors)) > 40


@pytest.mark.slow
def test_a_workbook_with_entities_is_refused_though_they_are_few(world, desk):  # noqa: F811
    """Three entities want nothing, so no other limit speaks: no spreadsheet program writes any."""
    entity = '<!DOCTYPE a [<!ENTITY b "bb">]>'
    for part in ("sheet", "strings", "styles"):
        texts = {"sheet": hostile.sheet(hostile.HEADER), "strings": "", "styles": ""}
        texts[part] = entity + (texts[part] or f"<a {hostile.NAMESPACE}/>")
        data = hostile.workbook(texts.pop("sheet"), **texts)
        fields = {"format": "1", "resource": "0", "import_file": SimpleUploadedFile("sheet.xlsx", data)}
        response = asked(desk, reverse("admin:regions_category_import"), fields)
        assert "damaged" in str(response.context["form"].errors["import_file"]), part
