"""What the API document says is what comes: real answers of every operation against its schema, to the letter.

A member that the document does not name, or one that it promises and that does not come, fails; so does a status that it
names and that does not come. Which members may be missing, and when, stands in OPTIONAL.
"""

import builtins
import json
import keyword
import re
from functools import cache

import jsonschema_rs
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from rest_framework.serializers import ModelSerializer

from regions.api import throttling
from regions.api.contents import SUMMARIES
from regions.api.schema_views import document
from regions.models import ApiKey, CoverageRule, Hotline, Service
from regions.services import intake
from regions.services.changes import change_set
from regions.tests import factories, told_once

from .contract import ASKED, OTHERS_OWN, SELECTABLE, WRITES, Ask

OPTIONAL = {
    "Problem": {"parameter", "allowed", "near", "unknown", "errors", "lines"},  # errors of some kinds say more
    "Verdict": {
        "code", "candidates", "successors", "include", "exclude", "parent", "evidence", "rest", "release", "detail"
    },  # what was not read at all has only a detail
    "Units": {"named"},  # with units=true
    "Import": {"effects", "reading"},  # of one import, not in the list
    "AnswerHotline": {"now"},  # where a minute is asked about
    "AnswerOutlet": {"now"},
    "Hit": {"outlets", "outlet_count"},  # where outlets serve the place
    "Claim": {"now"},
    "Asked": {"open_at"},
}  # fmt: skip


def operations() -> dict[str, tuple[str, str, dict]]:
    return {
        operation["operationId"]: (path, method, operation)
        for path, item in document("en")["paths"].items()
        for method, operation in item.items()
    }


def plain(part) -> dict:
    return json.loads(json.dumps(part, default=str))


def strict(schema):
    """A schema that lets no member through which it does not name."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: strict(part) for name, part in schema.items()}
    if isinstance(schema.get("properties"), dict) and "additionalProperties" not in schema:
        found["unevaluatedProperties"] = False
    return found


@pytest.fixture(scope="module")
def validate():
    some = plain(strict(document("en")["components"]))
    every = plain(some)
    for name in SELECTABLE:
        every["schemas"][name]["required"] = sorted({*every["schemas"][name]["properties"]} - {"now"})

    @cache
    def validator(schema: str, selected: bool):
        whole = strict(json.loads(schema)) | {"components": some if selected else every}
        return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)

    def against(schema: dict, answer, of: str, *, selected: bool = False) -> None:
        found = validator(json.dumps(schema, default=str), selected).iter_errors(answer)
        faults = [f"{'/'.join(map(str, fault.instance_path))}: {fault.message[:300]}" for fault in found]
        assert not faults, f"{of}\n" + "\n".join(faults[:20])

    return against


@pytest.fixture
def rich(make_regions, db) -> dict:
    made = told_once.make(make_regions("510322", "330104", "510303", "320106", below=["510300"]))
    factories.make_outlet(made[Service], "without-a-point")
    return {model.__name__: record for model, record in made.items() if not isinstance(model, str)}


@pytest.fixture
def named(rich, admin_user) -> dict[str, str]:
    """What the addresses of `contract.py` are filled with."""
    service = Service.objects.get(slug="installation")
    draft = intake.draft(service=service, text="自贡市富顺县\n月亮\n自贡市大安区部分乡镇", actor=admin_user)
    applied = intake.draft(service=service, text="自贡市富顺县", actor=admin_user)
    intake.apply(imp=applied, actor=admin_user)
    discarded = intake.draft(service=service, text="自贡市富顺县", actor=admin_user)
    intake.discard(imp=discarded, actor=admin_user)
    decided = intake.draft(service=service, text="自贡市富顺县\n月亮", actor=admin_user)
    colleague = User.objects.get(username="lin")
    intake.decide(line=decided.lines.get(line_no=2), actor=colleague, include=["510303"])
    return {
        "decided": str(decided.pk),
        "rule": CoverageRule.objects.get(pk=rich["CoverageRule"].pk).key,
        "hotline": rich["Hotline"].key,
        "edition": rich["Release"].edition,
        "reference": rich["Dispute"].reference,
        "draft": str(draft.pk),
        "applied": str(applied.pk),
        "discarded": str(discarded.pk),
    }


@pytest.fixture
def superkey(admin_user) -> str:
    _record, key = ApiKey.objects.create_key(name="all", owner=admin_user, role="write")
    return f"Api-Key {key}"


def filled(value, named: dict[str, str]):
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda match: named[match[1]], value)
    if isinstance(value, dict):
        return {name: filled(part, named) for name, part in value.items()}
    return value


def send(api, method: str, ask: Ask, named: dict[str, str], **headers):
    url = "/api/v1/" + filled(ask.path, named)
    if method in WRITES:
        return getattr(api, method)(url, filled(ask.body, named), format="json", **headers | ask.headers)
    return api.get(url, **headers | ask.headers)


def test_every_operation_is_asked():
    assert set(ASKED) == set(operations())


def test_it_is_said_which_members_may_be_missing():
    found = {
        name: set(schema["properties"]) - set(schema.get("required", ()))
        for name, schema in plain(document("en"))["components"]["schemas"].items()
        if schema.get("properties") and not name.endswith("Request")
    }
    expected = OPTIONAL | {name: found[name] for name in SELECTABLE}
    assert all(
        set(document("en")["components"]["schemas"][name]["properties"]) == found[name] for name in SELECTABLE
    )
    pages = {name for name in found if name.startswith("Paginated")}
    assert {name: missing for name, missing in found.items() if missing} == expected | dict.fromkeys(
        pages, {"detail"}
    ) | {"PaginatedOutletList": {"detail", "near"}}


def test_every_answer_says_its_members():
    """None is an object of anything: a strict validation of such a one would let everything through."""
    anything = [
        f"{operation_id} {status} {kind}"
        for operation_id, (_path, _method, operation) in operations().items()
        for status, answer in operation["responses"].items()
        for kind, offered in answer.get("content", {}).items()
        if "json" in kind and "ndjson" not in kind and offered["schema"].get("additionalProperties") == {}
    ]
    assert not anything


def test_no_word_of_a_vocabulary_is_empty():
    """The document names the words alone; a client that was made of it takes "" for a fault."""
    ahead, empty = [ModelSerializer], set()
    while ahead:
        found = ahead.pop()
        ahead += found.__subclasses__()
        if found.__module__.startswith("regions.api") and hasattr(found, "Meta"):
            empty |= {
                f"{found.__name__}.{name}"
                for name, told in found().fields.items()
                if getattr(told, "choices", None) and getattr(told, "allow_blank", False)
            }
    assert not empty


def test_no_name_hides_what_a_language_has_of_its_own():
    assert not set(document("en")["components"]["schemas"]) & {
        *dir(builtins),
        *keyword.kwlist,
        *OTHERS_OWN.split(),
    }


def test_it_has_contents():
    """Chapters that are described and used, a summary a operation, and where the addresses begin."""
    found = document("en")
    used = {tag for _path, _method, operation in operations().values() for tag in operation["tags"]}
    assert used == {tag["name"] for tag in found["tags"]}
    assert all(tag["description"] for tag in found["tags"]) and found["servers"]
    assert all(operation["summary"] for _path, _method, operation in operations().values())
    assert set(operations()) > set(SUMMARIES)
    assert found["openapi"].startswith("3.1")


@pytest.mark.slow
def test_what_comes_is_what_the_document_says(api, named, superkey, validate):
    for operation_id, asked in ASKED.items():
        _path, method, operation = operations()[operation_id]
        with transaction.atomic():
            for ask in asked:
                answer = send(api, method, ask, named, HTTP_AUTHORIZATION=superkey)
                told = f"{method} {ask.path} {answer.status_code}"
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                assert answer.status_code == ask.status, f"{told}: {body[:400]!r}"
                offered = operation["responses"][str(ask.status)]["content"]
                kind = answer["Content-Type"].partition(";")[0]
                assert kind in offered, f"{told}: {kind}"
                if "json" in kind and "ndjson" not in kind:
                    validate(offered[kind]["schema"], json.loads(body), told, selected="brief=" in ask.path)
            transaction.set_rollback(True)


# Brought out elsewhere, or what only a proxy or a fault brings out.
NOT_PROVOKED = {
    503: "a database that cannot be reached: test_operations.py",
}


def provoke(api, patch, ask: Ask, method: str, status: int, named: dict, superkey: str):
    """A request that is answered with a status that any operation may have."""
    url = "/api/v1/" + filled(ask.path, named)
    body, key = filled(ask.body, named), {"HTTP_AUTHORIZATION": superkey}
    match status:
        case 304:
            tag = api.get(url, **key)["ETag"]
            return api.get(url, HTTP_IF_NONE_MATCH=tag, **key)
        case 400:
            return api.generic(
                method.upper(),
                f"{url.partition('?')[0]}?nothing=1",
                json.dumps(body),
                "application/json",
                **key,
            )
        case 401:
            return api.generic(
                method.upper(), url, json.dumps(body), "application/json", HTTP_AUTHORIZATION="Api-Key no.key"
            )
        case 403:
            _record, reading = ApiKey.objects.create_key(
                name="reads", owner=ApiKey.objects.get().owner, role="read"
            )
            return api.generic(
                method.upper(), url, json.dumps(body), "application/json", HTTP_X_API_KEY=reading
            )
        case 406:
            return api.generic(
                method.upper(), url, json.dumps(body), "application/json", HTTP_ACCEPT="image/png", **key
            )
        case 412:
            with change_set(reason="meanwhile") as changes:
                for record in (*Hotline.objects.all(), *CoverageRule.objects.all()):
                    changes.touched(record)
            stale = key | {"HTTP_IF_MATCH": '"0"'}
            return api.generic(method.upper(), url, json.dumps(body), "application/json", **stale)
        case 413:
            patch.setattr(settings, "DATA_UPLOAD_MAX_MEMORY_SIZE", 10)
            return api.generic(
                method.upper(), url, json.dumps(body or {}) + " " * 99, "application/json", **key
            )
        case 415:
            return api.generic(method.upper(), url, "x", "text/plain", **key)
        case 429:
            patch.setattr(throttling.WindowThrottle, "rate_of", lambda *_: (0, 60))
            return api.generic(method.upper(), url, json.dumps(body), "application/json", **key)
    raise AssertionError(status)


@pytest.mark.slow
def test_every_refusal_of_the_document_comes_and_is_what_it_says(api, named, superkey, validate):
    for operation_id, asks in ASKED.items():
        _path, method, operation = operations()[operation_id]
        asked = {ask.status for ask in asks if ask.status != 400}
        for status in sorted({*map(int, operation["responses"])} - asked - NOT_PROVOKED.keys()):
            with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
                answer = provoke(api, patch, asks[0], method, status, named, superkey)
                transaction.set_rollback(True)
            told = f"{operation_id}: {status} in the document, {answer.status_code} came"
            assert answer.status_code == status, told
            if status != 304:
                offered = operation["responses"][str(status)]["content"]
                validate(offered["application/problem+json"]["schema"], answer.json(), told)
