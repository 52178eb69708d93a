"""/api/v1/imports/, /resolve/ and /services/…/coverage/: the same flow over HTTP."""

import pytest
from django.contrib.auth.models import Permission, User
from rest_framework.test import APIClient

from regions.choices import KeyRole
from regions.gazetteer.active import resolver
from regions.models import ApiKey, CoverageRule
from regions.tests import factories

from .conftest import IMPORTS, post, rules

pytestmark = pytest.mark.django_db


def path(imp, tail=""):
    return f"{IMPORTS}{imp['id']}/{tail}"


@pytest.mark.slow
def test_the_whole_flow(program, service, source):
    body = {"service": service.slug, "text": "自贡市富顺县、杭州市江干区、富顺县", "source": source.slug}
    imp = post(program, IMPORTS, body, 201)
    assert imp["state"] == "draft" and imp["counts"]["tokens"] == 3
    assert {k: v for k, v in imp["effects"].items() if v} == {"open": 1, "new": 1}

    refused = post(program, path(imp, "apply/"), status=409)
    assert refused["type"] == "urn:servicenet:problem:open-lines"
    assert refused["lines"] == [{"line": 1, "position": 2, "token": "杭州市江干区", "verdict": "historical"}]

    line = program.get(path(imp, "lines/1.2/")).json()
    assert line["choices"] == ["330102", "330114"] and line["decision"] == "open"
    line = post(program, path(imp, "lines/1.2/"), {"include": line["choices"]})
    assert (line["decision"], line["include"]) == ("accepted", ["330102", "330114"])

    outcome = post(program, path(imp, "apply/"))
    assert outcome["summary"] == "created 3, changed 0, unchanged 0, closed 0, errors 0"
    answer = program.get("/api/v1/coverage/?region=330114").json()["answers"][0]
    assert [hit["service"]["slug"] for hit in answer["results"]] == [service.slug]
    assert answer["results"][0]["rule"]["source_line"] == {"line": 1, "position": 2, "token": "杭州市江干区"}

    assert post(program, path(imp, "apply/"))["already"] is True
    outcome = post(program, path(imp, "revert/"))
    assert (outcome["closed"], outcome["state"]) == (3, "reverted")
    assert rules(service) == set()
    post(program, path(imp, "revert/"), status=409)


@pytest.mark.slow
def test_a_list_that_would_close_most_of_another_repeats_the_number(program, service):
    apply = {"text": "自贡市富顺县、自贡市沿滩区、潮州市饶平县"}
    post(program, path(post(program, IMPORTS, {"service": service.slug, **apply}, 201), "apply/"))
    imp = post(program, IMPORTS, {"service": service.slug, "text": "自贡市富顺县", "mode": "replace"}, 201)
    assert imp["effects"]["closed"] == 2
    for given in ({}, {"closing": 1}, {"closing": 3}):
        refused = post(program, path(imp, "apply/"), given, 409)
        assert refused["type"] == "urn:servicenet:problem:closes-most"
        assert "2 of 3" in refused["detail"]
    post(program, path(imp, "apply/"), {"closing": "x"}, 400)
    assert len(rules(service)) == 3
    assert post(program, path(imp, "apply/"), {"closing": 2})["closed"] == 2
    assert len(rules(service)) == 1


@pytest.mark.slow
def test_many_decisions_at_once_all_or_none(program, service):
    imp = post(program, IMPORTS, {"service": service.slug, "text": "襄樊市、杭州市江干区、朝阳"}, 201)
    wrong = [
        {"line": 1, "position": 2, "include": ["330102"]},
        {"line": 1, "position": 3, "include": ["000000"]},
    ]
    post(program, path(imp, "decisions/"), {"accept": "renames", "decisions": wrong}, 400)
    assert program.get(path(imp, "lines/?decision=open")).json()["count"] == 3
    wrong[1] = {"line": 1, "position": 3, "skip": True}
    post(program, path(imp, "decisions/"), {"accept": "renames", "decisions": wrong})
    found = program.get(path(imp, "lines/")).json()["results"]
    assert [(line["decision"], line["include"]) for line in found] == [
        ("accepted", ["420600"]),
        ("accepted", ["330102"]),
        ("skipped", []),
    ]
    post(program, path(imp, "decisions/"), {"decisions": [{"line": 9, "position": 9, "skip": True}]}, 404)


def test_open_lines_left_behind_are_linked(program, service):
    imp = post(program, IMPORTS, {"service": service.slug, "text": "自贡市富顺县、朝阳"}, 201)
    outcome = post(program, path(imp, "apply/"), {"leave_open": True})
    assert outcome["left"] == 1
    rest = program.get(outcome["rest"]).json()
    assert (rest["state"], rest["counts"]["ambiguous"]) == ("draft", 1)


def test_the_preview_is_paged_and_filtered(program, service):
    imp = post(program, IMPORTS, {"service": service.slug, "text": "自贡市富顺县、朝阳、广东省"}, 201)
    shown = program.get(path(imp, "preview/?page_size=2")).json()
    assert (shown["count"], shown["pages"], [row["effect"] for row in shown["results"]]) == (
        3,
        2,
        ["open", "new"],
    )
    shown = program.get(path(imp, "preview/?effect=open")).json()
    assert [choice["code"] for choice in shown["results"][0]["choices"]] == [
        "211300",
        "110105",
        "211321",
        "220104",
    ]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({}, "service"),
        ({"service": "cabinet-repair", "text": ""}, "text"),
        ({"service": "nobody", "text": "富顺县"}, "service"),
        ({"service": "cabinet-repair", "text": "富顺县", "source": "nobody"}, "source"),
        ({"service": "cabinet-repair", "text": "富顺县", "mode": "wipe"}, "mode"),
        ({"service": "cabinet-repair", "text": "富顺县", "colour": "red"}, "colour"),
        ({"service": "cabinet-repair", "text": "富\x00顺县"}, "NUL|Null"),
        ([], "object|dictionary"),
    ],
)
@pytest.mark.slow
def test_bad_bodies_are_400_and_name_the_fault(program, service, body, word):
    import re

    response = program.post(IMPORTS, body, format="json")
    assert response.status_code == 400 and response["Content-Type"] == "application/problem+json"
    assert re.search(word, response.content.decode())


def test_bad_addresses_and_parameters(program, service):
    imp = post(program, IMPORTS, {"service": service.slug, "text": "自贡市富顺县"}, 201)
    assert program.get(IMPORTS + "?colour=red").status_code == 400
    assert program.get(IMPORTS + "?state=gone").status_code == 400
    assert program.get(path(imp, "preview/?effect=x")).status_code == 400
    assert program.get(path(imp, "lines/?page_size=0")).status_code == 400
    assert program.get(IMPORTS + "99999999999999999999999/").status_code == 404
    assert program.get(path(imp, "lines/9.9/")).status_code == 404
    assert program.get(path(imp, "lines/99999999999.1/")).status_code == 404
    assert program.get(IMPORTS + "?state=draft&service=cabinet-repair").json()["count"] == 1
    assert program.delete(path(imp)).status_code == 405


@pytest.mark.slow
def test_drafts_are_closed_to_the_public_and_to_other_brands(program, api, service):
    imp = post(program, IMPORTS, {"service": service.slug, "text": "自贡市富顺县"}, 201)
    assert api.get(IMPORTS).status_code == 401 and api.post(IMPORTS, {}, format="json").status_code == 401
    theirs = factories.make_service("theirs", brand="theirs")
    post(program, IMPORTS, {"service": theirs.slug, "text": "自贡市富顺县"}, 403)
    stranger, user = APIClient(), User.objects.create_user("stranger", is_staff=True)
    stranger.force_login(user)
    for address in (IMPORTS, path(imp), path(imp, "preview/"), path(imp, "lines/")):
        assert stranger.get(address).status_code == 403  # as in the admin, which shows him no imports
    user.user_permissions.add(Permission.objects.get(codename="view_coverageimport"))
    stranger.force_login(User.objects.get(pk=user.pk))
    assert stranger.get(IMPORTS).json()["count"] == 0
    for tail in ("", "preview/", "lines/", "lines/1.1/"):
        assert stranger.get(path(imp, tail)).status_code == 404
    for tail in ("apply/", "revert/", "decisions/", "lines/1.1/"):
        assert stranger.post(path(imp, tail), {}, format="json").status_code == 404
    assert not CoverageRule.objects.exists()


def test_a_brand_alone_is_not_a_right_to_import(service):
    user = User.objects.create_user("reader", is_staff=True)
    service.brand.maintainers.add(user)
    client = APIClient()
    client.force_login(user)
    assert client.post(IMPORTS, {"service": service.slug, "text": "富顺县"}, format="json").status_code == 403


def test_a_key_does_what_its_owner_may(clerk, service):
    body = {"service": service.slug, "text": "自贡市富顺县"}
    for role, status in ((KeyRole.WRITE, 201), (KeyRole.READ, 403)):
        _record, key = ApiKey.objects.create_key(name=role, owner=clerk, role=role)
        client = APIClient(HTTP_AUTHORIZATION=f"Api-Key {key}")
        assert client.post(IMPORTS, body, format="json").status_code == status


# --- Resolving


def test_each_text_gets_its_verdict_and_a_bad_one_spoils_no_other(api):
    texts = ["自贡市富顺县", 3, "x" * 10_001, "朝阳", None, "四川省除甘孜、阿坝外", "\x00富顺县\n"]
    body = post(api, "/api/v1/resolve/", {"texts": texts})
    assert body["count"] == len(texts)
    verdicts = body["verdicts"]
    for at in (0, 3, 5, 6):
        assert verdicts[at] == resolver().resolve(texts[at]).as_dict()
    assert [verdicts[at]["status"] for at in (1, 2, 4)] == ["invalid"] * 3
    assert all(verdicts[at]["detail"] for at in (1, 2, 4))


def test_one_text_may_be_asked_in_the_address(api):
    assert api.get("/api/v1/resolve/?text=自贡市富顺县").json()["code"] == "510322"
    for bad in ("", "?text=a&text=b", "?texts=a", "?text=" + "x" * 2_001):
        assert api.get("/api/v1/resolve/" + bad).status_code == 400


@pytest.mark.parametrize(
    "body", [{}, [], {"texts": []}, {"texts": "x"}, {"texts": ["x"] * 101}, {"texts": ["x"], "y": 1}]
)
def test_a_body_without_texts_is_400(api, body):
    response = api.post("/api/v1/resolve/", body, format="json")
    assert response.status_code == 400 and response["Content-Type"] == "application/problem+json"


def test_half_a_character_is_told_and_not_a_crash(api):
    response = api.post(
        "/api/v1/resolve/", '{"texts": ["\\ud800", "富顺县"]}', content_type="application/json"
    )
    assert [found["status"] for found in response.json()["verdicts"]] == ["invalid", "resolved"]


# --- Files


def test_a_list_as_a_file(api, service, places):
    factories.make_rules(service, include=[places["440000"]], exclude=[places["440500"]])
    url = f"/api/v1/services/{service.slug}/coverage/"
    text = api.get(url)
    assert text.content.decode() == "广东省(除汕头市)\n" and text["X-Unsaid-Rules"] == "0"
    assert text["Content-Type"] == "text/plain; charset=utf-8" and "attachment" in text["Content-Disposition"]
    assert (
        api.get(url + "?format=csv")
        .content.decode()
        .splitlines()[1]
        .startswith(f"{service.slug},440000,广东省,include,2000-01-01")
    )
    assert api.get(url + "?format=xlsx").content.startswith(b"PK")
    for bad, status in (
        (url + "?format=pdf", 400),
        (url + "?on=2020-01-01", 400),
        ("/api/v1/services/x/coverage/", 404),
    ):
        response = api.get(bad)
        assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
