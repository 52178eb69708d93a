"""`brief`: a yes or a no in less than a thousand bytes, with the counts of the whole answer and none of its hits."""

import pytest

from regions.services.changes import change_set

ASK = "/api/v1/coverage/"
PLACES = ["region=510302", "region=510322", "region=510300", "region=330104", "q=富顺县"]


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("narrowed", ["", "&brand=brand", "&state=excluded"])
def test_it_counts_what_the_whole_answer_counts(api, directory, place, narrowed):
    whole = api.get(f"{ASK}?{place}{narrowed}").json()
    found = api.get(f"{ASK}?{place}{narrowed}&brief=1")
    assert len(found.content) < 1_000 * max(1, len(whole["answers"])) or whole["reading"]
    brief = found.json()
    for answer in whole["answers"]:
        assert answer.pop("results") or not answer["count"]
        answer |= {"results": [], "next": None}
    assert brief == whole


def test_a_batch_is_brief_too(api, directory):
    body = {
        "questions": [{"region": "510302", "brief": True}, {"region": "510302", "brief": True, "page": 1}]
    }
    brief, refused = api.post(ASK, body, format="json").json()["verdicts"]
    assert brief["answer"]["answers"][0]["counts"]["covered"] == 1
    assert not brief["answer"]["answers"][0]["results"]
    assert (refused["status"], refused["problem"]["parameter"]) == (400, "page")


def test_it_asks_the_database_no_more_than_counting_takes(api, directory, django_assert_max_num_queries):
    with change_set() as changes:
        changes.created(directory)
    api.get(f"{ASK}?region=510302&brief=1")
    with django_assert_max_num_queries(1):  # where the directory stands
        api.get(f"{ASK}?region=510302&brief=1")
