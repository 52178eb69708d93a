"""POST /api/v1/coverage/: a hundred questions, one verdict each."""

import pytest

URL = "/api/v1/coverage/"


def ask(api, *questions, **headers):
    return api.post(URL, {"questions": list(questions)}, format="json", **headers)


@pytest.mark.parametrize(
    "question",
    [
        {"region": "510311"},
        {"region": 510322},
        {"region": "510322", "state": ["excluded", "covered"], "page_size": 5},
        {"q": "自贡市富顺县", "on": "2026-11-21"},
        {"region": "510311", "verified": False, "category": "cabinets"},
        {"region": "330104"},  # closed: answered for its successors
        {"q": "朝阳区"},
        {"region": "51"},
        {"region": "510311", "page": 7},
        {"region": "510311", "colour": "red"},
        {"region": "510311", "on": "2026-02-30"},
        {"region": "510311", "on": ["2026-02-01", "2026-02-02"]},
        {},
        {"region": [], "q": []},
        {"region": "510311", "category": []},
    ],
    ids=repr,
)
@pytest.mark.slow
def test_a_verdict_is_what_get_answers(api, directory, question):
    (verdict,) = ask(api, question).json()["verdicts"]
    query = {
        name: str(value).lower() if isinstance(value, bool) else value for name, value in question.items()
    }
    got = api.get(URL, query)
    assert verdict["status"] == got.status_code
    body = got.json()
    assert (verdict["answer"] or verdict["problem"]) == body
    assert (verdict["problem"] is None) == (got.status_code == 200)


@pytest.mark.slow
def test_order_is_kept_and_a_bad_one_spoils_nothing(api, directory):
    questions = [{"region": "510311"}, {"region": "x"}, 17, None, {"region": {"a": 1}}, {"region": "510322"}]
    body = ask(api, *questions).json()
    assert body["count"] == 6
    assert [verdict["status"] for verdict in body["verdicts"]] == [200, 400, 400, 400, 400, 200]
    assert body["verdicts"][5]["answer"]["region"]["code"] == "510322"


@pytest.mark.slow
def test_pages_can_be_followed_by_get(api, directory, regions):
    from regions.tests.factories import make_rules, make_service

    for _i in range(3):
        make_rules(make_service(), include=[regions["510311"]])
    (verdict,) = ask(api, {"region": "510311", "page_size": 2}).json()["verdicts"]
    (answer,) = verdict["answer"]["answers"]
    following = api.get(answer["next"]).json()["answers"][0]
    seen = [hit["service"]["slug"] for hit in answer["results"] + following["results"]]
    assert len(set(seen)) == answer["count"] == 4


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"questions": []},
        {"questions": {}},
        {"questions": [{"region": "510322"}] * 101},
        {"questions": [{}], "more": 1},
        "text",
    ],
    ids=lambda body: repr(body)[:40],
)
def test_what_is_no_batch_is_refused_whole(api, db, body):
    response = api.post(URL, body, format="json")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


def test_answers_are_not_cached_and_need_no_key(api, directory):
    response = ask(api, {"region": "510311"})
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")


@pytest.mark.slow
def test_each_question_counts_against_the_limit(api, directory, settings):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {
        "DEFAULT_THROTTLE_RATES": settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
        | {"anonymous": "100/day", "key": "100/day", "dispute": "1/day"}
    }
    assert ask(api, *[{"region": "510311"}] * 99).status_code == 200
    assert api.get(URL, {"region": "510311"}).status_code == 200
    response = api.get(URL, {"region": "510311"})
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 60


@pytest.mark.slow
def test_a_refused_batch_leaves_the_window_to_smaller_questions(api, directory, settings):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {
        "DEFAULT_THROTTLE_RATES": dict.fromkeys(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "20/day")
    }
    assert ask(api, *[{"region": "510311"}] * 15).status_code == 200
    refused = ask(api, *[{"region": "510311"}] * 15)
    assert refused.status_code == 429 and "Retry-After" in refused
    assert api.get(URL, {"region": "510311"}).status_code == 200


@pytest.mark.slow
def test_a_batch_that_no_window_has_room_for_says_how_many_it_may_ask(api, directory, settings):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {
        "DEFAULT_THROTTLE_RATES": dict.fromkeys(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "20/day")
    }
    refused = ask(api, *[{"region": "510311"}] * 21)
    assert refused.status_code == 400 and "at most 20 questions" in refused.json()["detail"]
    assert api.get(URL, {"region": "510311"}).status_code == 200


def test_other_endpoints_still_refuse_a_post_without_a_role(api, db):
    assert api.post("/api/v1/changes/", {}, format="json").status_code in (401, 403, 405)


@pytest.mark.parametrize(
    "text", [r"half \ud800", r"zero \u0000", "long " * 500], ids=["half", "zero", "long"]
)
@pytest.mark.parametrize("form", ['{{"questions": [{{"q": "{}"}}]}}', '{{"questions": [{{"{}": "x"}}]}}'])
def test_texts_nobody_can_store_or_send_are_refused_one_by_one(api, db, form, text):
    response = api.post(URL, form.format(text), content_type="application/json")
    assert response.status_code == 200
    assert [verdict["status"] for verdict in response.json()["verdicts"]] == [400]
