"""The own rules of outlets: they narrow what the service covers, and the answer names the outlets that serve a place.

Which outlets those are, on any day, is the oracle's (`oracle/test_doors.py`); here is how the rules come in, and that the
answer follows them.
"""

import csv
import io
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from regions.lookup import memory
from regions.models import Change, ChangeSet, Outlet
from regions.services import outlets, records
from regions.services.changes import change_set
from regions.services.undo import undo
from regions.tests import factories
from regions.tests.test_outlets import ADD, desk, form  # noqa: F401


@pytest.fixture
def regions(make_regions):
    return make_regions("510322102", "510321", below=["510300"])


@pytest.fixture
def service(regions):
    service = factories.make_service("repair", brand="brand")
    factories.make_rules(service, include=[regions["510300"]])
    return service


@pytest.fixture
def warm(service):
    """The answers come out of what a process keeps."""
    with change_set() as changes:
        changes.add("release", "test", "create", None, {})
    call_command("rebuild_postings", verbosity=0)


def named(api, code: str) -> list[tuple[str, str]]:
    (hit,) = api.get("/api/v1/coverage/", {"region": code}).json()["answers"][0]["results"]
    return [(outlet["slug"], outlet["reach"]) for outlet in hit.get("outlets", [])]


def rows(prefix: str, *lines: dict) -> dict:
    said = {f"{prefix}-TOTAL_FORMS": str(len(lines)), f"{prefix}-INITIAL_FORMS": "0"}
    said |= {f"{prefix}-MIN_NUM_FORMS": "0", f"{prefix}-MAX_NUM_FORMS": "99"}
    return said | {
        f"{prefix}-{number}-{name}": value
        for number, line in enumerate(lines)
        for name, value in line.items()
    }


@pytest.mark.slow
def test_a_form_takes_own_rules_and_undoing_takes_them_back(desk, service, regions, warm):  # noqa: F811
    factories.make_outlet(service, "plain", region=regions["510322"])
    here = {"region": regions["510322"].pk, "kind": "include"}
    twice = rows("rules", here, here | {"kind": "exclude", "valid_from": "2026-01-01"})
    page = desk.post(ADD, form(service, slug="own") | twice)
    assert page.status_code == 200 and "cannot hold on one day" in page.content.decode()
    there = {"region": regions["510321"].pk, "kind": "include", "valid_from": "2020-01-01"}
    page = desk.post(ADD, form(service, slug="own") | rows("rules", there))
    assert page.status_code == 302, page.context["errors"]
    assert named(desk, "510322") == [("plain", "located")]
    assert named(desk, "510321") == [("own", "own_rules")]
    assert named(desk, "510300") == [("own", "own_rules_in_part"), ("plain", "located")]
    assert [each.get("slug") for each in desk.get("/api/v1/outlets/own/").json()["rules"]] == [None]
    html = desk.get("/en/coverage/?q=510321", follow=True).content.decode()
    text = re.sub("<[^>]+>", "", html)
    assert (
        "富顺服务站" in text
        and "says that it serves here" in text
        and "荣县 (Sichuansheng/Zigongshi/Rongxian) (from 2020-01-01" in text
    )
    assert "富顺服务站" in desk.get("/en/services/repair/regions/510321/", follow=True).content.decode()
    undo(ChangeSet.objects.latest("pk"), reason="back")
    assert not Outlet.objects.filter(slug="own").exists() and named(desk, "510321") == []


@pytest.mark.slow
def test_the_answer_follows_every_change(api, service, regions, warm):
    assert named(api, "510322") == [] and memory.memory_here().usable
    outlet = Outlet(slug="shop", name="站", brand=service.brand, address="自贡市富顺县晨光路18号")
    outlets.save(outlet, outlets.read_served(["repair"], type(service).objects, None))
    assert named(api, "510322") == [("shop", "located")]
    outlets.save(outlet, rules=outlets.read_rules(["include 510322", "exclude 510322102"]))
    assert named(api, "510322") == [("shop", "own_rules")] and named(api, "510322102") == []
    words = api.get("/api/v1/outlets/shop/").json()["limits_text"]
    assert (
        words.startswith("serves only 四川省/自贡市/富顺县; not 四川省/自贡市/富顺县/") and "(" not in words
    )
    change = Change.objects.latest("pk")
    assert (change.kind, len(change.after["rules"])) == ("outlet", 2)
    outlets.save(outlet, rules=outlets.read_rules(["include 510322 - 2020-01-01"]))
    assert named(api, "510322") == [("shop", "located")]  # an ended rule narrows nothing any more
    hotline = factories.make_hotline(service, "4001865909")
    outlets.save(
        outlet, outlets.read_served(["repair:4001865909"], type(service).objects, type(hotline).objects)
    )
    (hit,) = api.get("/api/v1/coverage/", {"region": "510322"}).json()["answers"][0]["results"]
    assert [each["number"] for each in hit["outlets"][0]["hotlines"]] == ["4001865909"]
    records.delete(outlet, correct=True)
    assert named(api, "510322") == []


def test_a_service_without_outlets_is_answered_as_before(api, service, warm, django_assert_num_queries):
    other = factories.make_service("other", brand="other")
    factories.make_outlet(other, "theirs")
    question = {"region": "510322", "page_size": 5}
    hit = api.get("/api/v1/coverage/", question).json()["answers"][0]["results"][0]
    assert "outlets" not in hit and "outlet_count" not in hit
    with django_assert_num_queries(1):  # where the directory stands
        api.get("/api/v1/coverage/", question | {"page_size": 6})


@pytest.mark.slow
def test_of_many_the_first_are_named_and_all_are_counted(api, service, regions, warm):
    for number in range(25):
        factories.make_outlet(service, f"shop-{number:02}", region=regions["510322"])
    factories.make_outlet(service, "z", include=[regions["510322"]])
    (hit,) = api.get("/api/v1/coverage/", {"region": "510322"}).json()["answers"][0]["results"]
    assert [each["slug"] for each in hit["outlets"]] == ["z", *(f"shop-{number:02}" for number in range(19))]
    assert hit["outlet_count"] == 26


@pytest.mark.slow
def test_a_table_takes_own_rules_back_as_it_gave_them(desk, api, service, regions):  # noqa: F811
    factories.make_outlet(service, "shop", include=[regions["510322"]], exclude=[regions["510322102"]])
    table = b"".join(api.get("/api/v1/export/outlets.csv").streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(table))
    assert json.loads(row["rules"]) == ["include 510322", "exclude 510322102"]
    for said, expected in (
        ("include 510321 2026-01-01 2026-12-31", ["include 510321 2026-01-01 2026-12-31"]),
        ("include 999999", "no region with the code 999999"),
        ("serves 510321", "is no rule"),
        ("include 510321\ninclude 510321 2026-01-01", "cannot hold on one day"),
        ("include 510321 2026-01-01 2025-01-01", "must lie after the beginning"),
    ):
        out = io.StringIO()
        writer = csv.DictWriter(out, ["slug", "services", "rules"])
        writer.writeheader()
        writer.writerow({"slug": "shop", "services": "repair", "rules": said})
        file = SimpleUploadedFile("outlets.csv", out.getvalue().encode())
        page = desk.post("/admin/regions/outlet/import/", {"import_file": file, "format": "0"})
        if isinstance(expected, str):
            assert expected in page.content.decode(), said
            continue
        confirm = page.context["confirm_form"].initial
        assert desk.post("/admin/regions/outlet/process_import/", confirm).status_code == 302
        assert Outlet.objects.get().rules_as_lines == expected


@pytest.mark.slow
def test_an_outlet_is_called_only_under_claims_that_stand_there(api, service, make_regions, regions):
    """As the service's own hotlines: not under one that has ended, has not begun, or is for another place."""
    guangdong = make_regions("440000")["440000"]
    days = {"ended": {"valid_to": "2026-02-01"}, "coming": {"valid_from": "2999-01-01"}}
    kinds = {"elsewhere": {"region": guangdong}, "here": {"region": regions["510300"]}, "any": {}, **days}
    digits = {name: f"400300000{number}" for number, name in enumerate(kinds)}
    for name, fields in kinds.items():
        claim = factories.make_hotline(service, digits[name], **fields)
        factories.make_outlet(service, name, hotline=claim, region=regions["510322"])
    there = {digits["here"], digits["any"]}

    def numbers(found) -> set[str]:
        return {digit for digit in digits.values() if digit in json.dumps(found)}

    def hit(**asked):
        (found,) = api.get("/api/v1/coverage/", {"region": "510322"} | asked).json()["answers"][0]["results"]
        return found

    assert numbers(hit()["outlets"]) == there == numbers(hit()["hotlines"])
    assert numbers(hit(on="2026-01-15")["outlets"]) == there | {digits["ended"]}
    told = {each["slug"]: each["hotlines"] for each in hit()["outlets"]}
    assert not told["elsewhere"] and "自贡市" in told["here"][0]["limits_text"]
    record = api.get("/api/v1/outlets/elsewhere/").json()["services"][0]["hotline"]
    assert "广东省" in record["limits_text"]
    page = api.get("/en/coverage/?q=510322").content.decode()
    spelled = {digit for digit in digits.values() if f"/numbers/{digit}/" in page or f"tel:{digit}" in page}
    assert spelled == there
    hsds = api.get("/api/v1/services/repair/hsds/").json()["service_at_locations"]
    assert numbers(hsds) == there | {digits["elsewhere"]}
    assert (
        "广东省" in next(each for each in hsds if "elsewhere" in json.dumps(each))["phones"][0]["description"]
    )
    places = api.get("/api/v1/services/repair/schema-org/").json()["availableChannel"]
    assert all(
        "广东省" in json.dumps(each, ensure_ascii=False)
        for each in places
        if digits["elsewhere"] in json.dumps(each)
    )
