"""The directory in other people's words: HSDS 3.0 and schema.org."""

import csv
import json
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from jsonschema import Draft202012Validator, FormatChecker

from regions.models import Organization
from regions.tests import factories

# The facts of HSDS 3.0 that our export leans on: members, their types, formats and closed words, and what is required
# (Open Referral, docs.openreferral.org). Where ../shared/data is at hand the published schemas judge too.
FACTS = Path(__file__).with_name("hsds.tsv")
SCHEMAS = Path(settings.BASE_DIR).parent / "shared" / "data" / "hsds-3.0" / "compiled"


@cache
def facts() -> dict:
    """The facts as a JSON Schema that allows nothing else."""
    objects: dict[str, dict] = {}
    with FACTS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            known = objects.setdefault(
                row["object"],
                {"type": "object", "properties": {}, "required": [], "additionalProperties": False},
            )
            known["properties"][row["member"]] = _member(row)
            known["required"] += [row["member"]] if row["required"] else []
    return objects


def _member(row: dict) -> dict:
    kind = row["type"]
    if kind.startswith("array of "):
        return {"type": "array", "items": {"$ref": f"#/$defs/{kind.removeprefix('array of ')}"}}
    if kind not in ("string", "number"):
        return {"$ref": f"#/$defs/{kind}"}
    return (
        {"type": kind}
        | ({"format": row["format"]} if row["format"] else {})
        | ({"enum": row["words"].split("|")} if row["words"] else {})
    )


def validate(name: str, body: dict) -> None:
    schemas = [{"$defs": facts(), "$ref": f"#/$defs/{name}"}]
    if SCHEMAS.is_dir():
        schemas.append(json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8")))
    for schema in schemas:
        errors = Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(body)
        assert [f"{'/'.join(map(str, error.path))}: {error.message}" for error in errors] == []


def test_the_facts_are_those_of_the_published_schemas():
    if not SCHEMAS.is_dir():
        pytest.skip("a second, fuller check: ../shared/data is not here")

    def compare(ours: dict, published: dict) -> None:
        assert set(ours["properties"]) <= set(published["properties"])
        assert set(ours["required"]) == set(published.get("required") or ())
        for name, member in ours["properties"].items():
            theirs = published["properties"][name]
            inner = member.get("items", member)
            if "$ref" in inner:
                if name not in seen:
                    seen.add(name)
                    compare(facts()[inner["$ref"].split("/")[-1]], theirs.get("items", theirs))
            else:
                assert (member["type"], member.get("enum")) == (theirs["type"], theirs.get("enum")), name

    seen: set[str] = {"organization"}  # of a service: a shorter form there
    compare(facts()["organization"], json.loads((SCHEMAS / "organization.json").read_text(encoding="utf-8")))


@pytest.fixture
def rich(directory, regions):
    """The directory with an owner, a number with a text for an extension, and a service with nothing."""
    directory.brand.owner = Organization.objects.create(
        slug="o", name="示例公司", identifier="91310000MA1FL00001"
    )
    directory.brand.website, directory.brand.name_en = "https://www.example.com/", "Example"
    directory.brand.save()
    factories.make_hotline(directory, "4001865911", extension="说维修")
    factories.make_outlet(
        directory,
        "shop",
        directory.hotlines.get(number__canonical="4001865909"),
        address="自贡市富顺县晨光路1号",
        region=regions["510322"],
        opening_hours="周一至周五 8:30-17:30，节假日休息",
        longitude=Decimal("104.97"),
        latitude=Decimal("29.18"),
        coordinates="gcj02",
        operator=directory.brand.owner,
    )
    factories.make_service("bare")
    return directory


@pytest.mark.slow
def test_a_service_is_valid_hsds(api, rich):
    body = api.get("/api/v1/services/cabinet-repair/hsds/").json()
    validate("service", body)
    (area,) = body["service_areas"]
    assert area["uri"] == "http://testserver/api/v1/regions/510300/"
    limits = "promised response: 2 hours; from 2000-01-01 on"
    assert area["description"] == f"{limits}; without 富顺县 ({limits})"
    assert [each["value"] for each in area["attributes"]] == ["http://testserver/api/v1/regions/510322/"]
    assert {phone["number"]: phone.get("extension") for phone in body["phones"]} == {
        "+864001865909": None,
        "+864001865910": 1,
        "+864001865911": None,
    }
    (holidays,) = [each for each in body["schedules"] if "byday" not in each]
    assert holidays["description"] == "of the number 400-1865-910 ext. 1; closed on public holidays"
    weekly = [each for each in body["schedules"] if each is not holidays]
    assert {(each["byday"], each["opens_at"], each["closes_at"]) for each in weekly} == {
        ("MO,TU,WE,TH,FR,SA,SU", "00:00+08:00", "24:00+08:00"),
        ("MO", "08:30+08:00", "17:30+08:00"),
        ("TU", "08:30+08:00", "17:30+08:00"),
    }


@pytest.mark.slow
def test_the_whole_directory_is_valid_hsds(api, rich):
    def fetch() -> bytes:
        response = api.get("/api/v1/export/hsds.ndjson")
        assert response["Directory-Position"] == "0"
        assert response["Directory-Records"] == "2"
        return b"".join(response.streaming_content)

    content = fetch()
    organizations = [json.loads(line) for line in content.decode().splitlines()]
    assert [len(each["services"]) for each in organizations] == [1, 1]
    for organization in organizations:
        validate("organization", organization)
    assert fetch() == content  # ids are the same in every export


def test_a_service_in_the_words_of_schema_org(api, rich):
    response = api.get("/api/v1/services/cabinet-repair/schema-org/")
    assert response["Content-Type"] == "application/ld+json; charset=utf-8"
    body = json.loads(response.content)
    assert (body["@context"], body["@type"]) == ("https://schema.org/", "Service")
    assert body["provider"] == {
        "@type": "Organization",
        "@id": "http://testserver/api/v1/organizations/o/",
        "name": "示例公司",
        "identifier": {"@type": "PropertyValue", "propertyID": "CN-USCC", "value": "91310000MA1FL00001"},
    }
    (area,) = body["areaServed"]
    assert area["identifier"] == {"@type": "PropertyValue", "propertyID": "GB/T 2260", "value": "510300"}
    limits = "promised response: 2 hours; from 2000-01-01 on"
    assert area["description"] == f"{limits}; without 富顺县 ({limits})"
    shop = body["availableChannel"].pop()["serviceLocation"]
    assert (shop["@type"], shop["telephone"], shop["containedInPlace"]["identifier"]["value"]) == (
        "LocalBusiness",
        ["+864001865909"],
        "510322",
    )
    phones = [channel["servicePhone"] for channel in body["availableChannel"]]
    assert phones[0]["telephone"] == "+864001865909"
    assert phones[0]["description"].startswith("售后热线; unverified")
    assert len(phones[0]["hoursAvailable"][0]["dayOfWeek"]) == 7
    assert phones[1]["telephone"] == "+864001865910;ext=1"


@pytest.mark.slow
def test_a_disputed_number_is_not_handed_to_machines(api, rich):
    hotline = rich.hotlines.get(number__canonical="4001865909")
    factories.make_disputed(hotline)
    body = json.loads(api.get("/api/v1/services/cabinet-repair/schema-org/").content)
    outlet = body["availableChannel"].pop()["serviceLocation"]
    phones = [channel["servicePhone"]["telephone"] for channel in body["availableChannel"]]
    assert phones == ["+864001865910;ext=1", "+864001865911"] and "telephone" not in outlet


def test_a_brand_names_its_services(api, rich):
    body = json.loads(api.get("/api/v1/brands/brand/schema-org/").content)
    brand, service = body["@graph"]
    assert (brand["@type"], brand["alternateName"]) == ("Brand", "Example")
    assert service["brand"] == {"@id": brand["@id"]}
    assert api.get(service["@id"]).status_code == 200


@pytest.mark.parametrize(
    "path", ["services/none/hsds/", "services/none/schema-org/", "brands/none/schema-org/"]
)
def test_what_is_not_there_is_said(api, db, path):
    response = api.get("/api/v1/" + path)
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.slow
def test_a_description_costs_the_same_however_much_is_on_file(api, rich, regions, django_assert_num_queries):
    factories.make_rules(rich, include=[regions["330104@"], regions["110105"]])
    for _i in range(10):
        factories.make_hotline(rich)
    # position; service with brand, owner, category; promises; rules; hotlines with their hours; outlets with
    # what is there, under which numbers, their own rules, and what they replaced
    with django_assert_num_queries(10):
        api.get("/api/v1/services/cabinet-repair/hsds/")


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "<!--", "]]>", "&lt;", "a\u2028b"])
@pytest.mark.slow
def test_what_is_put_into_a_page_cannot_leave_its_element(api, rich, text):
    rich.name = rich.brand.name = text
    rich.save()
    rich.brand.save()
    for path in ("services/cabinet-repair", "brands/brand"):
        answer = api.get(f"/api/v1/{path}/schema-org/").content.decode()
        assert not any(char in answer for char in "<>&\u2028\u2029")
        assert text in json.dumps(json.loads(answer), ensure_ascii=False).replace("\\u2028", "\u2028")
