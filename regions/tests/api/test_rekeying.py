"""A copy that follows `/changes/` holds no record under a key that it no longer has, whoever renames: forms, sheets and commands save by `records.save`."""

import pytest

from regions.models import CoverageRule, Hotline, PhoneNumber, Service
from regions.services import records

BASE = "/api/v1/"
LISTS = {
    "service": "services", "hotline": "hotlines", "coverage-rule": "coverage-rules", "brand": "brands",
    "category": "categories", "source": "sources",
}  # fmt: skip


def held(api) -> set[tuple[str, str]]:
    """(kind, key) of all that the directory says now."""
    found = set()
    for kind, path in LISTS.items():
        for row in api.get(f"{BASE}{path}/?page_size=200").json()["results"]:
            found.add((kind, row.get("key") or row["slug"]))
    return found


def follow(api, copy: set[tuple[str, str]], after: str) -> None:
    """What docs/api-promises.md tells a client to do."""
    for change in api.get(f"{BASE}changes/?after={after}").json()["results"]:
        if change["action"] == "delete":
            copy.discard((change["kind"], change["key"]))
        elif change["kind"] in LISTS:
            assert api.get(change["url"]).status_code == 200
            copy.add((change["kind"], change["key"]))


def rename_service(staff):
    service = Service.objects.get()
    service.slug = "kitchen-repair"
    records.save(service, actor=staff, reason="called so")


def rename_brand(staff):
    brand = Service.objects.get().brand
    brand.slug = "another-brand"
    records.save(brand, actor=staff)


def other_digits(staff):
    number = PhoneNumber.objects.get(canonical="4001865909")
    number.canonical = "4001865977"
    records.save(number, actor=staff)


def other_extension(staff):
    hotline = Hotline.objects.get(extension="1")
    hotline.extension = "2"
    records.save(hotline, actor=staff, correct=True)


def other_first_day(staff):
    rule = CoverageRule.objects.get(kind="exclude")
    rule.valid_from = "2001-02-03"
    rule.full_clean()
    records.save(rule, actor=staff, correct=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    "write",
    [rename_service, rename_brand, other_digits, other_extension, other_first_day],
    ids=lambda f: f.__name__,
)
def test_a_copy_follows_a_change_of_a_key(api, directory, staff, write):
    copy = held(api)
    after = api.get(f"{BASE}changes/").json()["position"]
    before_hand = api.get(f"{BASE}coverage/?region=510302").json()
    assert before_hand["answers"][0]["results"]
    write(staff)
    assert held(api) != copy
    follow(api, copy, after)
    assert copy == held(api)
    (hit,) = api.get(f"{BASE}coverage/?region=510302").json()["answers"][0]["results"]
    assert ("coverage-rule", hit["rule"]["key"]) in copy and ("service", hit["service"]["slug"]) in copy
    assert all(("hotline", hotline["key"]) in copy for hotline in hit["hotlines"])
