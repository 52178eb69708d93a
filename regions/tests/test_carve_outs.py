"""A list older than a carve-out answers for the new county possibly: a sign of its own, never silently either way."""

import contextlib
import datetime
from io import StringIO

import pytest
from django.core.management import call_command

from regions.models import Region, Succession

from .factories import make_rules, make_service

pytestmark = pytest.mark.django_db
LEFT = datetime.date(2021, 3, 11)


@pytest.fixture
def places(make_regions):
    found = make_regions("330110", "330113", "330100")
    Succession.objects.get_or_create(
        old=Region.objects.open().get(code="330110"),
        new=Region.objects.open().get(code="330113"),
        defaults={"kind": "transfer", "date": LEFT, "share": "part", "document": "浙政发〔2021〕7号"},
    )
    return found


def ask(api, code: str) -> tuple[list, int]:
    answer = api.get("/api/v1/coverage/", {"region": code}).json()["answers"][0]
    return [(row["service"], row["region"]["code"], row["date"]) for row in answer["possibly"]], answer[
        "count"
    ]


@pytest.mark.parametrize(
    ("since", "more", "possibly", "count"),
    [
        ("2019-01-01", (), True, 0),
        ("2022-01-01", (), False, 0),  # a list that knew of it and did not name it
        ("2019-01-01", (("330113", "include"),), False, 1),
        ("2019-01-01", (("330113", "exclude"),), False, 0),
        ("2019-01-01", (("330100", "include"),), False, 1),
    ],
)
@pytest.mark.slow
def test_an_older_list_answers_possibly(api, places, since, more, possibly, count):
    service = make_service()
    make_rules(service, [places["330110"]], valid_from=since)
    for code, kind in more:
        make_rules(service, **{kind: [places[code]]}, valid_from=since)
    expected = [(service.slug, "330110", "2021-03-11")] if possibly else []
    assert ask(api, "330113") == (expected, count)
    assert ask(api, "330110") == ([], 1)
    out = StringIO()
    with contextlib.suppress(SystemExit):
        call_command("carry_over", stdout=out)
    assert ("a part went to" in out.getvalue()) is possibly


@pytest.mark.slow
def test_what_is_possible_follows_the_filters_and_is_no_longer_than_a_page(api, places):
    """It is told of the services that are asked about, counted exactly, and a brief answer stays brief."""
    for n in range(30):
        make_rules(
            make_service(f"many-{n:02}", brand="many"), [places["330110"]], valid_from=LEFT.replace(2019)
        )
    make_rules(
        make_service("one", brand="one", kind="repair"), [places["330110"]], valid_from=LEFT.replace(2019)
    )

    def told(**more) -> tuple[int, list[str]]:
        answer = api.get("/api/v1/coverage/", {"region": "330113", **more}).json()["answers"][0]
        return answer["possibly_count"], [row["service"] for row in answer["possibly"]]

    many = [f"many-{n:02}" for n in range(30)]
    assert told() == (31, many[:20])
    assert told(page_size=200) == (31, [*many, "one"])
    assert told(brand="one") == (1, ["one"])
    assert told(brand="many", page_size=2) == (30, many[:2])
    assert told(kind="recycling") == (0, [])
    assert told(brief=1) == (31, [])
    assert len(api.get("/api/v1/coverage/", {"region": "330113", "brief": 1}).content) < 1_000
    batch = {"questions": [{"region": "330113", "brand": "one"}, {"region": "330110"}]}
    answers = [
        each["answer"]["answers"][0]
        for each in api.post("/api/v1/coverage/", batch, format="json").json()["verdicts"]
    ]
    assert [answer["possibly_count"] for answer in answers] == [1, 0]
