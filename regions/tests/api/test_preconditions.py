"""Every write of the document takes If-Match and a reason, says so, and writes nothing over what its author has not seen."""

import json

import pytest

from regions.api.schema_views import document
from regions.models import Change, ChangeSet, CoverageImport, CoverageRule, RegionName, Service
from regions.services import intake
from regions.services.changes import change_set
from regions.tests import factories

READS = {"coverage_ask_many", "resolve_create"}  # questions that are too long for an address
STALE = '"1-00000000-000000000000000000"'
LIST = "services/cabinet-repair/coverage/?format=csv"


def writes() -> dict[str, tuple[str, dict]]:
    return {
        operation["operationId"]: (path, operation)
        for path, item in document("en")["paths"].items()
        for method, operation in item.items()
        if method != "get" and operation["operationId"] not in READS
    }


@pytest.fixture
def desk(api, admin_user):
    api.force_login(admin_user)
    return api


@pytest.fixture
def world(make_regions, admin_user):
    regions = make_regions("510322", "510302")
    service = factories.make_service("cabinet-repair")
    rule = factories.make_rules(service, include=[regions["510302"]])
    hotline = factories.make_hotline(service, "4001865909")
    with change_set() as changes:
        changes.created(*rule, hotline)
    return hotline


def draft(then=None) -> CoverageImport:
    imp = intake.draft(service=Service.objects.get(slug="cabinet-repair"), text="自贡市富顺县\n月亮")
    if then:
        intake.decide(line=imp.lines.get(line_no=2), skip=True)
        imp.refresh_from_db()
        then(imp=imp)
    return imp


# By operation: what is written to, its body, and where what it is about was seen.
def of_import(word: str, body: dict, then=None):
    def prepare():
        pk = draft(then).pk
        return f"imports/{pk}/{word}/", body, f"imports/{pk}/"

    return prepare


def line():
    pk = draft().pk
    return f"imports/{pk}/lines/2.1/", {"skip": True, "note": "why it is so"}, f"imports/{pk}/lines/2.1/"


WHY = {"reason": "why it is so"}
PREPARED = {
    "imports_create": lambda: ("imports/", {"service": "cabinet-repair", "text": "自贡市富顺县"} | WHY, LIST),
    "imports_table": lambda: (
        "imports/table/",
        {"table": "service,code\ncabinet-repair,510322\n", "commit": True} | WHY,
        LIST,
    ),
    "disputes_create": lambda: (
        "disputes/",
        {"hotline": "cabinet-repair:4001865909", "reason": "other", "statement": "不对"},
        "hotlines/cabinet-repair:4001865909/",
    ),
    "imports_apply_create": of_import("apply", {"leave_open": True} | WHY),
    "imports_decisions_create": of_import("decisions", {"decisions": [{"line": 2, "position": 1, "skip": True}]} | WHY),
    "imports_line_decide": line,
    "imports_discard_create": of_import("discard", WHY),
    "imports_revert_create": of_import("revert", WHY, intake.apply),
    "imports_take_up_create": of_import("take-up", WHY, intake.discard),
}  # fmt: skip


def test_every_write_says_that_it_takes_them():
    found = writes()
    assert set(found) == set(PREPARED)
    schemas = document("en")["components"]["schemas"]
    for name, (_path, operation) in found.items():
        headers = {each["name"] for each in operation["parameters"] if each["in"] == "header"}
        assert "If-Match" in headers, name
        assert "412" in operation["responses"], name
        (body, *_forms) = operation["requestBody"]["content"].values()
        members = schemas[body["schema"]["$ref"].rpartition("/")[2]]["properties"]
        assert {"reason", "note"} & set(members), name


@pytest.mark.slow
@pytest.mark.parametrize("name", PREPARED)
def test_what_was_not_seen_is_not_written_over(desk, world, name):
    path, body, seen = PREPARED[name]()
    last = ChangeSet.objects.latest("pk").pk
    revisions = dict(CoverageImport.objects.values_list("pk", "revision"))
    for tag in (STALE, '"nothing-of-ours"', 'W/"0-0"'):
        refused = desk.post(f"/api/v1/{path}", body, format="json", headers={"If-Match": tag})
        assert refused.status_code == 412, (tag, refused.content)
    assert ChangeSet.objects.latest("pk").pk == last
    assert dict(CoverageImport.objects.values_list("pk", "revision")) == revisions
    tag = desk.get(f"/api/v1/{seen}")["ETag"]
    # A proxy that compresses makes it a weak one.
    done = desk.post(f"/api/v1/{path}", body, format="json", headers={"If-Match": f"W/{tag}"})
    assert done.status_code in (200, 201), done.content
    if name not in ("imports_decisions_create", "imports_line_decide"):  # drafts are nobody's record yet
        made = ChangeSet.objects.latest("pk")
        assert made.pk > last and made.door == "api"
        assert made.reason == ("report of a wrong entry" if name == "disputes_create" else "why it is so")
        assert made.request_id == done["X-Request-ID"]
        assert set(Change.objects.filter(changeset=made.uuid).values_list("reason", flat=True)) == {
            made.reason
        }


@pytest.mark.slow
@pytest.mark.parametrize("name", ["imports_create", "imports_table", "disputes_create"])
def test_only_what_it_is_about_counts(desk, world, name):
    """Of a public answer's ETag it matters whether that list, or that record, has changed since."""
    path, body, seen = PREPARED[name]()
    tag = desk.get(f"/api/v1/{seen}")["ETag"]
    other = factories.make_hotline(factories.make_service("other"))
    with change_set() as changes:
        changes.created(other)
    assert desk.post(f"/api/v1/{path}", body, format="json", headers={"If-Match": tag}).status_code < 300
    with change_set() as changes:
        changes.touched(world)
        changes.touched(CoverageRule.objects.first())
    refused = desk.post(f"/api/v1/{path}", body, format="json", headers={"If-Match": tag})
    assert refused.status_code == 412 and "Look at it again" in refused.json()["detail"]


def test_a_draft_is_given_with_its_etag(desk, world):
    made = desk.post("/api/v1/imports/", {"service": "cabinet-repair", "text": "月亮"}, format="json")
    assert made["ETag"] == desk.get(f"/api/v1/imports/{made.json()['id']}/")["ETag"]


def test_what_is_decided_for_all_brands_says_why(desk, world):
    path, _body, _seen = line()
    body = {"include": ["510322"], "for_all_brands": True, "note": "so it is called there"}
    assert desk.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json").status_code == 200
    assert RegionName.objects.filter(kind="decided").exists()
    assert ChangeSet.objects.latest("pk").reason == "so it is called there"
