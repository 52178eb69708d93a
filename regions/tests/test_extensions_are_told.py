"""Wherever a hotline's number is told its extension is told beside it: two of one number are two, at every door."""

import html
import re

import pytest

from regions.models import Hotline
from regions.tests import factories

NUMBER, SPELLED = "4005550081", "400-5550-081"
# One that telephones dial, one with a leading zero (which HSDS has no number for), and words.
EXTENSIONS = ("7731", "0442", "维修部")


@pytest.fixture
def world(db, make_regions):
    """Three hotlines of one number, verified, at an outlet; each took the place of one and has ended its own successor."""
    regions = make_regions("510322", below=["510300"])
    service = factories.make_service("repair", brand="brand")
    factories.make_rules(service, include=[regions["510300"]])
    source = factories.make_source(kind="official_site")
    for extension in EXTENSIONS:
        hotline = factories.make_hotline(
            service, NUMBER, extension=extension, source=source, opening_hours="周一至周五 8:30-17:30"
        )
        factories.make_outlet(
            service, f"shop-{EXTENSIONS.index(extension)}", hotline, region=regions["510322"]
        )
        factories.make_hotline(service, valid_to="2024-01-01", replaced_by=hotline)
        factories.make_hotline(service, NUMBER + "9", extension=extension, valid_to="2023-01-01")
    return service


def beside(text: str, extension: str, near: int) -> bool:
    """Whether an extension stands close behind the number, in any of its spellings."""
    number = rf"(?:{NUMBER}|{SPELLED})(?!9)"
    return re.search(rf"{number}[^\d]{{0,{near}}}(?<!\d){extension}(?!\d)", text, re.DOTALL) is not None


PROGRAMS = (
    "coverage/?region=510322",
    "hotlines/",
    "hotlines/?page_size=100&q=400",
    "outlets/",
    f"numbers/{NUMBER}/",
    "services/repair/hsds/",
    "services/repair/schema-org/",
    "export/hotlines.ndjson",
    "export/hotlines.csv",
    "export/outlets.ndjson",
    "export/hsds.ndjson",
)


def members(found) -> list[dict]:
    """Every object in an answer in which a number stands."""
    if isinstance(found, list):
        return [each for one in found for each in members(one)]
    if not isinstance(found, dict):
        return []
    inside = [each for one in found.values() for each in members(one)]
    names = ("number", "telephone", "replaces_number")
    told = [value for name in names if (value := found.get(name)) and NUMBER in str(value).replace("+86", "")]
    return [*inside, *([found] if told else [])]


@pytest.mark.parametrize("path", [path for path in PROGRAMS if "export" not in path])
def test_each_object_with_a_number_says_its_extension(api, world, path):
    answer = api.get(f"/api/v1/{path}").json()
    told = [each for each in members(answer) if NUMBER + "9" not in str(each)]
    assert told or "q=" in path
    if "schema-org" not in path:
        told = [each for each in told if {"key", "service_id", "location_id"} & each.keys()]  # claims
        for each in told:
            text = str(each.get("extension") or each.get("description") or each.get("key"))
            assert any(extension in text for extension in EXTENSIONS), each
    for extension in EXTENSIONS:
        assert any(extension in str(each) for each in told) or "q=" in path, extension


@pytest.mark.parametrize("path", PROGRAMS)
def test_every_extension_is_told_to_programs(api, world, path):
    response = api.get(f"/api/v1/{path}")
    text = b"".join(response.streaming_content).decode() if response.streaming else response.content.decode()
    for extension in EXTENSIONS:
        assert extension in text or not text.count(NUMBER), (path, extension)


@pytest.mark.slow
def test_hsds_tells_schedules_apart(api, world):
    told = api.get("/api/v1/services/repair/hsds/").json()
    about = [each["description"] for each in told["schedules"]]
    for extension in EXTENSIONS:
        assert sum(extension in text for text in about) >= 1
    at = [phone for each in told["service_at_locations"] for phone in each["phones"]]
    assert [phone.get("extension") for phone in at] == [7731, None, None]
    assert all(beside(phone["description"], extension, 20) or phone.get("extension") == int(extension)
               for phone, extension in zip(at, EXTENSIONS, strict=True))  # fmt: skip


PAGES = (
    f"numbers/{NUMBER}/",
    "services/repair/",
    "services/repair/numbers/",
    "services/repair/outlets/",
    "brands/brand/",
    "brands/brand/numbers/",
    "regions/510322/",
    "regions/510322/outlets/",
    "coverage/?q=510322",
    "embed/?service=repair&q=510322",
)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_say_it_beside_the_number(client, world, path, language):
    page = client.get(f"/{language}/{path}" if language == "en" else f"/{path}", follow=True).content.decode()
    assert SPELLED in page, path
    body = page[page.index("<main") :] if "<main" in page else page
    body = re.sub(r"<script.*?</script>", "", body, flags=re.DOTALL)
    text = html.unescape(re.sub(r"<[^>]+>", " ", body))
    for extension in EXTENSIONS:
        if not path.startswith(("coverage", "embed")):  # these show the first two
            assert beside(text, extension, 25), (path, extension)
    if not path.startswith("numbers"):  # which is about the number itself
        any_of_them = "|".join(EXTENSIONS)
        bare = re.findall(rf"{SPELLED}(?!9)(?![^\d]{{0,25}}(?:{any_of_them}))", text)
        assert not bare, "a number without its extension"
    # What a telephone dials: the digits, and the extension where it is one.
    for dialled in re.findall(r'href="tel:([^"]*)"', page):
        if dialled.startswith(NUMBER):
            assert dialled in {NUMBER, f"{NUMBER};ext=7731", f"{NUMBER};ext=0442"}
    if f"tel:{NUMBER}" in page:
        assert page.count(f'tel:{NUMBER}"') <= page.count("维修部")


@pytest.mark.slow
def test_words_about_other_records_say_it(api, client, world):
    """What took a place is named with its extension, and what a report is about."""
    hotline = Hotline.objects.get(number__canonical=NUMBER, extension="7731")
    old = Hotline.objects.get(replaced_by=hotline)
    told = api.get(f"/api/v1/hotlines/{old.key}/").json()
    assert f"{SPELLED} ext. 7731" in told["limits_text"]
    page = client.get(f"/en/numbers/{old.number.canonical}/").content.decode()
    assert f"Replaced by {SPELLED} ext. 7731" in page
    form = client.get("/en/report/", {"hotline": hotline.key}).content.decode()
    assert f"{SPELLED} ext. 7731" in form
    assert str(hotline).startswith(f"{NUMBER}-7731 · ")
    before = factories.make_hotline(
        world, "4005550082", extension="6", valid_to="2022-01-01", replaced_by=hotline
    )
    said = api.get(f"/api/v1/hotlines/{hotline.key}/").json()
    assert said["replaces"]["extension"] in ("", before.extension)
