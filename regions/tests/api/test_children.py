"""GET /api/v1/regions/CODE/children/: two levels below a division, as many lists by `parent` say."""

import pytest

BASE = "/api/v1/regions/"


def below(api, code: str, on: str) -> list[dict]:
    found = api.get(f"{BASE}?parent={code}&page_size=200&on={on}&fields=code,name,full_name,level").json()
    assert found["next"] is None
    return sorted(found["results"], key=lambda row: row["code"])


@pytest.mark.parametrize("code", ["510000", "510300", "620000", "100000"])
@pytest.mark.parametrize("on", ["2026-11-21", "2020-01-01"])
@pytest.mark.slow
def test_it_says_what_the_lists_by_parent_say(api, make_regions, code, on):
    make_regions("330104", "330102", "620200", below=["510300"])
    found = api.get(f"{BASE}{code}/children/?on={on}").json()
    assert found["region"]["code"] == code and found["children"]
    assert [{**child, "children": None} for child in found["children"]] == [
        {**row, "children": None} for row in below(api, code, on)
    ]
    for child in found["children"]:
        assert child["children"] == below(api, child["code"], on)


def test_a_division_that_has_ended_is_answered_on_its_days_only(api, make_regions):
    make_regions("330104")
    assert api.get(f"{BASE}330104/children/").status_code == 404
    assert api.get(f"{BASE}330104/children/?on=2020-01-01").json()["children"] == []
    assert api.get(f"{BASE}330199/children/").status_code == 404


def test_it_costs_the_same_whatever_lies_below(api, make_regions, django_assert_max_num_queries):
    make_regions("330102", below=["510300"])
    for code in ("330100", "510300"):
        with django_assert_max_num_queries(4):
            api.get(f"{BASE}{code}/children/")
