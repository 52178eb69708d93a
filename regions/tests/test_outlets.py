"""Outlets: placed by their address and never guessed, told with their numbers, found near a place, undone whole."""

import csv
import io
import json
import re

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from regions.models import Change, ChangeSet, Hotline, Outlet, OutletService, Service
from regions.services import outlets, records
from regions.services.changes import change_set
from regions.services.undo import undo
from regions.tests import factories


@pytest.fixture
def regions(make_regions):
    return make_regions("320106", "320302", "110105", "330102", below=["510300"])


@pytest.fixture
def service(regions):
    return factories.make_service("repair", brand="brand")


@pytest.fixture
def hotline(service):
    return factories.make_hotline(service, "4001865909")


@pytest.fixture
def desk(client, db):
    client.force_login(User.objects.create_superuser("chief", password="secret"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def form(service, hotline=None, **fields) -> dict:
    return {
        "name": "富顺服务站", "slug": "", "brand": service.brand_id, "kind": "own", "coordinates": "", "reason": "r",
        "address": "四川省自贡市富顺县晨光路18号",
        "served-TOTAL_FORMS": "1", "served-INITIAL_FORMS": "0", "served-MIN_NUM_FORMS": "1", "served-MAX_NUM_FORMS": "9",
        "rules-TOTAL_FORMS": "0", "rules-INITIAL_FORMS": "0", "rules-MIN_NUM_FORMS": "0", "rules-MAX_NUM_FORMS": "9",
        "served-0-service": service.pk, "served-0-hotline": hotline.pk if hotline else "",
    } | fields  # fmt: skip


ADD = "/admin/regions/outlet/add/"


@pytest.mark.parametrize(
    ("address", "code", "rest", "said"),
    [
        ("四川省自贡市富顺县晨光路18号", "510322", "晨光路18号", ""),
        ("鼓楼区中山路88号", None, "", "320302"),  # one of several: they are offered
        ("江干区庆春路1号", None, "", "330102"),  # abolished: its heirs are offered
        ("江苏省自贡市富顺县路1号", None, "", "do not belong together"),
        ("晨光路1号", "", "晨光路1号", ""),  # no division at all: kept without one
    ],
)
@pytest.mark.slow
def test_an_address_is_read_for_certain_or_comes_back_with_candidates(
    desk, service, address, code, rest, said
):
    page = desk.post(ADD, form(service, address=address))
    if code is None:
        assert page.status_code == 200 and said in page.content.decode() and not Outlet.objects.exists()
        return
    assert page.status_code == 302, page.context["adminform"].form.errors
    outlet = Outlet.objects.get()
    assert (outlet.region.code if outlet.region else "", outlet.rest, outlet.slug) == (
        code,
        rest,
        "fushunfuwuzhan",
    )
    assert outlet.address == address


@pytest.mark.slow
def test_a_person_chooses_among_the_candidates_but_not_against_the_address(desk, service, regions):
    chosen = regions["320302"].pk
    assert desk.post(ADD, form(service, address="鼓楼区中山路88号", region=chosen)).status_code == 302
    assert (Outlet.objects.get().region.code, Outlet.objects.get().rest) == ("320302", "中山路88号")
    page = desk.post(ADD, form(service, region=chosen, name="另一站"))
    assert page.status_code == 200 and "correct one of them" in page.content.decode()


@pytest.mark.slow
def test_a_form_names_the_chosen_number(desk, service, hotline):
    outlet = factories.make_outlet(service, "shop", hotline)
    page = desk.get(f"/admin/regions/outlet/{outlet.pk}/change/").content.decode()
    assert f'<option value="{hotline.pk}" selected>4001865909 · ' in page
    old = factories.make_hotline(service, valid_to="2020-01-01", replaced_by=hotline)
    page = desk.get(f"/admin/regions/hotline/{old.pk}/change/").content.decode()
    assert f'<option value="{hotline.pk}" selected>4001865909 · ' in page


@pytest.mark.slow
def test_a_form_writes_days_as_everything_else_does(desk, service):
    outlet = factories.make_outlet(service, valid_from="2024-05-01")
    html = desk.get(f"/admin/regions/outlet/{outlet.pk}/change/").content.decode()
    assert 'value="2024-05-01"' in html and "2024/05/01" not in html


@pytest.mark.slow
def test_a_form_is_refused_with_its_cure(desk, service, hotline):
    other = factories.make_service("other", brand="other")
    theirs = factories.make_hotline(other)
    for wrong, said in (
        ({"longitude": "104.9"}, "or none of the three"),
        ({"longitude": "104.9", "latitude": "95", "coordinates": "wgs84"}, "90"),
        ({"served-0-service": other.pk}, "services of its own brand"),
        ({"served-0-hotline": theirs.pk}, "another service"),
        ({"served-TOTAL_FORMS": "0"}, "at least 1"),
        ({"replaced_on": "2026-01-01"}, "Say what took its place"),
    ):
        page = desk.post(ADD, form(service, hotline) | wrong)
        assert page.status_code == 200 and said in page.content.decode(), wrong
    assert not Outlet.objects.exists()


@pytest.mark.slow
def test_an_outlet_is_told_with_the_status_of_its_numbers(api, service, hotline):
    outlet = factories.make_outlet(service, "shop", hotline)
    told = api.get("/api/v1/outlets/shop/", {"open": "any"}).json()
    (served,) = told["services"]
    assert (served["service"]["slug"], served["hotline"]["key"]) == ("repair", "repair:4001865909")
    assert served["hotline"]["status"] == "unverified" and told["now"] is None
    factories.make_disputed(hotline)
    assert api.get("/api/v1/outlets/shop/").json()["services"][0]["hotline"]["status"] == "disputed"
    with pytest.raises(records.StillInUse):
        records.delete(hotline, correct=True)
    with pytest.raises(records.StillInUse):
        records.delete(service)
    assert str(outlet) == outlet.name


@pytest.mark.slow
def test_near_is_the_county_else_the_prefecture_else_the_province(api, regions, service):
    def near(code: str, **more) -> tuple[list[str], list[str]]:
        body = api.get("/api/v1/outlets/", {"near": code} | more).json()
        return [each["slug"] for each in body["results"]], [each["code"] for each in body["near"]]

    assert near("510322") == ([], [])
    factories.make_outlet(service, "province", region=regions["510000"])
    assert near("510322") == (["province"], ["510000"])
    factories.make_outlet(service, "prefecture", region=regions["510303"])
    assert near("510322") == (["prefecture"], ["510300"])
    factories.make_outlet(service, "county", region=regions["510322"])
    assert near("510322") == (["county"], ["510322"])
    assert near("110105") == ([], [])
    other = factories.make_service("other", brand="other")
    factories.make_outlet(other, "other", region=regions["510302"])
    assert near("510322", brand="other") == (["other"], ["510300"])  # of those that are asked for
    assert api.get("/api/v1/outlets/", {"near": "51"}).status_code == 400


@pytest.mark.slow
def test_the_list_has_the_filters_of_every_list(api, regions, service, hotline):
    factories.make_outlet(
        service, "here", hotline, region=regions["510322"], opening_hours="周一至周五 8:30-17:30", kind="own"
    )
    OutletService.objects.create(
        outlet=Outlet.objects.get(), service=service
    )  # a second row, still one outlet
    other = factories.make_service("other", brand="other", category="stoves")
    factories.make_outlet(
        other, "there", region=regions["110105"], opening_hours="24小时", valid_to="2026-01-01"
    )
    for query, found in (
        ({}, ["here"]),
        ({"state": "closed"}, ["there"]),
        ({"on": "2025-06-01"}, ["here", "there"]),
        ({"brand": "brand"}, ["here"]),
        ({"brand__n": "brand"}, []),
        ({"service": "repair"}, ["here"]),
        ({"category": "cabinets"}, ["here"]),
        ({"number": "400-186-5909"}, ["here"]),
        ({"ancestor": "510000"}, ["here"]),
        ({"parent": "510300"}, ["here"]),
        ({"region": "510303"}, []),
        ({"kind": "contracted"}, []),
        ({"open_at": "2026-11-26T10:00"}, ["here"]),
        ({"open_at": "2026-11-26T18:00"}, []),
        ({"q": "here"}, ["here"]),
    ):
        body = api.get("/api/v1/outlets/", query).json()
        assert [each["slug"] for each in body["results"]] == found, query
        assert body["count"] == len(found)
    for query in ({"service": "nobody"}, {"near": ""}, {"colour": "red"}, {"kind": "big"}):
        assert api.get("/api/v1/outlets/", query).status_code == 400, query


NUMBER = 55


@pytest.mark.slow
def test_a_list_costs_the_same_for_one_and_for_many(api, service, hotline, django_assert_max_num_queries):
    for number in range(NUMBER):
        factories.make_outlet(service, f"shop-{number}", hotline if number % 2 else None)
    with django_assert_max_num_queries(8):
        assert api.get("/api/v1/outlets/", {"page_size": 100}).json()["count"] == NUMBER
    page = api.get("/en/services/repair/").content.decode()
    assert page.count('id="outlet-shop-') == 1 and f"All {NUMBER} outlets" in page
    told = "".join(
        api.get(f"/en/services/repair/outlets/?page={page}").content.decode() for page in range(1, 7)
    )
    assert len(set(re.findall(r'id="outlet-shop-(\d+)"', told))) == NUMBER
    assert api.get("/en/services/repair/outlets/?page=7").status_code == 404


@pytest.mark.slow
def test_saving_and_undoing_takes_what_is_there_along(service, hotline, regions):
    outlet = Outlet(slug="shop", name="站", brand=service.brand, address="自贡市富顺县晨光路18号")
    named = outlets.read_served(["repair:4001865909", "repair"], Service.objects, Hotline.objects)
    outlets.save(outlet, named, reason="new")
    assert outlet.region == regions["510322"]
    made = ChangeSet.objects.get(uuid=Change.objects.latest("pk").changeset)
    outlets.save(outlet, outlets.read_served(["repair"], Service.objects, Hotline.objects), reason="less")
    less = ChangeSet.objects.get(uuid=Change.objects.latest("pk").changeset)
    assert Outlet.objects.get().served_as_keys == ["repair"]
    undo(less, reason="back")
    assert Outlet.objects.get().served_as_keys == ["repair:4001865909", "repair"]
    undo(made, reason="away")
    assert not Outlet.objects.exists() and not OutletService.objects.exists()
    undo(ChangeSet.objects.latest("pk"), reason="again")
    assert Outlet.objects.get().served_as_keys == ["repair:4001865909", "repair"]
    records.delete(Outlet.objects.get(), correct=True)
    undo(ChangeSet.objects.latest("pk"), reason="not gone")
    assert Outlet.objects.get().served_as_keys == ["repair:4001865909", "repair"]


def test_undoing_a_service_takes_the_outlets_of_the_same_set_along(service, regions):
    with change_set(reason="both"):
        fresh = Service(slug="fresh", name="新", brand=service.brand, category=service.category)
        records.save(fresh)
        outlet = Outlet(slug="shop", name="站", brand=service.brand, address="自贡市富顺县晨光路18号")
        outlets.save(outlet, [OutletService(service=fresh)])
    undo(ChangeSet.objects.latest("pk"), reason="away")
    assert not Outlet.objects.exists() and not Service.objects.filter(slug="fresh").exists()


@pytest.mark.parametrize("system", ["wgs84", "gcj02"])
@pytest.mark.slow
def test_others_are_told_points_in_wgs84(api, service, system):
    """GCJ-02 lies some hundred metres off; the record itself is told as it was given."""
    point = {"longitude": "104.970000", "latitude": "29.180000", "coordinates": system}
    factories.make_outlet(service, "shop", **point)
    told = api.get("/api/v1/outlets/shop/").json()
    assert (told["longitude"], told["latitude"], told["coordinates"]) == (104.97, 29.18, system)
    place = api.get("/api/v1/services/repair/hsds/").json()["service_at_locations"][0]["location"]
    off = abs(place["longitude"] - 104.97) + abs(place["latitude"] - 29.18)
    assert off == 0 if system == "wgs84" else 0.003 < off < 0.01
    (channel,) = api.get("/api/v1/services/repair/schema-org/").json()["availableChannel"]
    assert channel["serviceLocation"]["geo"]["longitude"] == place["longitude"]


@pytest.mark.slow
def test_what_ended_names_what_took_its_place(api, service):
    old = factories.make_outlet(service, "old", valid_to="2024-05-01")
    new = factories.make_outlet(service, "new")
    old.refresh_from_db()
    old.replaced_by = new
    records.save(old)
    assert api.get("/api/v1/outlets/new/").json()["replaces"] == [{"slug": "old", "name": old.name}]
    assert "since 2024-05-01 replaced by" in api.get("/api/v1/outlets/old/").json()["limits_text"]
    kinds = set(Change.objects.filter(kind="outlet").values_list("key", flat=True))
    assert kinds == {"old", "new"}  # both say something else now
    new.valid_to, new.replaced_by = old.valid_to, old
    with pytest.raises(ValidationError, match="circle"):
        records.save(new, correct=True)
    with pytest.raises(records.StillInUse):
        records.delete(Outlet.objects.get(slug="new"), correct=True)


@pytest.mark.slow
def test_days_that_have_passed_change_only_where_they_were_always_wrong(desk, service):
    outlet = factories.make_outlet(service, "shop")
    page = reverse("admin:regions_outlet_change", args=[outlet.pk])

    def send(**fields):
        response = desk.get(page)
        form = {name: value for name, value in response.context["adminform"].form.initial.items() if value}
        form |= {f"{prefix}-TOTAL_FORMS": "0" for prefix in ("rules",)} | {"rules-INITIAL_FORMS": "0"}
        form |= {
            "served-TOTAL_FORMS": "1",
            "served-INITIAL_FORMS": "1",
            "served-0-id": outlet.served.get().pk,
        }
        form |= {"served-0-outlet": outlet.pk, "served-0-service": service.pk}
        return desk.post(page, form | {"brand": outlet.brand_id, "seen": "", **fields})

    assert send(opening_hours="24小时").status_code == 302  # describes it as it is known today
    refused = send(valid_to="2024-05-01")
    assert refused.status_code == 200 and "since" in refused.context["adminform"].form.errors
    assert send(valid_to="2024-05-01", since="always").status_code == 302
    outlet.refresh_from_db()
    assert (str(outlet.valid_to), outlet.opening_hours) == ("2024-05-01", "24小时")
    change = Change.objects.filter(kind="outlet", after__has_key="valid_to").latest("pk")
    assert change.correction and Outlet.objects.count() == 1


@pytest.mark.slow
def test_a_service_with_many_outlets_names_the_first_and_where_all_are(api, service, monkeypatch):
    monkeypatch.setattr("regions.lookup.described.MOST_OUTLETS", 2)
    for name in ("one", "two"):
        factories.make_outlet(service, name, address=name)
    assert "outlets" not in api.get("/api/v1/services/repair/hsds/").json().get("description", "")
    factories.make_outlet(service, "three", address="three")
    told = api.get("/api/v1/services/repair/hsds/").json()
    assert len(told["service_at_locations"]) == 2
    assert told["description"].endswith("/api/v1/outlets/?service=repair")
    (line,) = b"".join(api.get("/api/v1/export/hsds.ndjson").streaming_content).decode().splitlines()
    (whole,) = json.loads(line)["services"]
    assert whole["service_at_locations"] == told["service_at_locations"]
    assert whole["description"] == told["description"]
    channels = api.get("/api/v1/services/repair/schema-org/").json()["availableChannel"]
    assert len(channels) == 3 and channels[-1]["serviceUrl"].endswith("/api/v1/outlets/?service=repair")
    assert api.get("/api/v1/outlets/?service=repair").json()["count"] == 3


@pytest.mark.slow
def test_a_sheet_goes_out_and_comes_back(desk, service, hotline, regions):
    factories.make_outlet(
        service, "shop", hotline, address="自贡市富顺县晨光路18号", region=regions["510322"]
    )
    exported = desk.post(reverse("admin:regions_outlet_export"), {"format": "0", "resource": "0"}).content
    (row,) = csv.DictReader(io.StringIO(exported.decode("utf-8-sig")))
    assert (row["slug"], row["region"], row["services"]) == ("shop", "510322", "repair:4001865909")
    fresh = row | {
        "slug": "",
        "name": "第二站",
        "address": "自贡市贡井区长征路2号",
        "region": "",
        "services": "repair",
    }

    def put(*rows):
        text = io.StringIO()
        sheet = csv.DictWriter(text, list(row))
        sheet.writeheader()
        sheet.writerows(rows)
        upload = SimpleUploadedFile("outlets.csv", text.getvalue().encode())
        page = desk.post(reverse("admin:regions_outlet_import"), {"format": "0", "import_file": upload})
        if "confirm_form" in page.context:
            page = desk.post(
                reverse("admin:regions_outlet_process_import"), page.context["confirm_form"].initial
            )
        return page

    assert put(row, fresh).status_code == 302
    assert Outlet.objects.get(name="第二站").region == regions["510303"]
    before = Change.objects.count()
    put(row, fresh)  # the same again: nothing
    assert Change.objects.count() == before and Outlet.objects.count() == 2
    page = put(fresh | {"name": "第三站", "address": "鼓楼区中山路88号"})
    assert "320302" in page.content.decode() and Outlet.objects.count() == 2
    page = put(fresh | {"name": "第三站", "services": "nobody"})
    assert "nobody" in page.content.decode() and Outlet.objects.count() == 2


def test_files_have_each_outlet_once_with_keys(api, service, hotline):
    outlet = factories.make_outlet(service, "shop", hotline)
    OutletService.objects.create(outlet=outlet, service=service)
    answer = api.get("/api/v1/export/outlets.ndjson", {"service": "repair"})
    lines = [json.loads(line) for line in b"".join(answer.streaming_content).decode().splitlines()]
    (row,) = [line for line in lines if line["record"] == "outlet"]
    assert (row["services"], row["brand"]) == (["repair:4001865909", "repair"], "brand")


@pytest.mark.slow
def test_the_demo_shows_outlets(api, db):
    call_command("load_regions", "--commit", verbosity=0)
    call_command("demo", password="for-tests", verbosity=0)
    assert api.get("/api/v1/outlets/").json()["count"] == 3
    assert "示例甲东城服务中心" in api.get("/regions/110101/").content.decode()


@pytest.mark.slow
def test_lists_forms_and_answers_cost_the_same_for_one_and_for_many(
    desk, api, service, hotline, regions, django_assert_max_num_queries
):
    factories.make_rules(service, include=[regions["510300"]])

    def more(first: int, last: int) -> None:
        for number in range(first, last):
            factories.make_outlet(service, f"shop-{number}", hotline, region=regions["510322"])

    def asked() -> list[int]:
        found = []
        outlet = Outlet.objects.get(slug="shop-0")
        for client, path in (
            (desk, "/admin/regions/outlet/"),
            (desk, f"/admin/regions/outlet/?q=shop&brand__id__exact={service.brand_id}"),
            (desk, f"/admin/regions/outlet/{outlet.pk}/change/"),
            (desk, f"/admin/regions/service/{service.pk}/change/"),
            (api, "/api/v1/coverage/?region=510322"),
            (api, "/api/v1/coverage/?region=510300&open=any"),
            (api, "/api/v1/outlets/?near=510322&open=any"),
            (api, "/en/coverage/?q=510322"),
        ):
            client.get(path)
            cache.clear()
            with django_assert_max_num_queries(40) as queries:
                assert client.get(path).status_code == 200, path
            found.append(len(queries))
        return found

    more(0, 2)
    few = asked()
    more(2, 14)
    assert asked() == few
