"""What stood open against a claim on a day follows from days: no edit and no decision of later changes it."""

import datetime
import json

import pytest

from regions.models import Change, Dispute, Hotline
from regions.services import records
from regions.services.disputes import accept_dispute, decide_dispute, open_dispute
from regions.tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
START = datetime.date(2026, 11, 2)
NUMBER = "4001865909"
WORDS = ("打过去是另一家公司的销售热线", "语音提示该号码已经停机很久了", "工作人员说从未听说过这个牌子")


def day(number: int) -> str:
    return str(START + datetime.timedelta(number))


@pytest.fixture
def clock(time_machine):
    def move(number: int) -> None:
        time_machine.move_to(f"{day(number)}T04:00:00Z", tick=False)

    move(0)
    return move


@pytest.fixture
def claim(clock, make_regions) -> Hotline:
    regions = make_regions("510322")
    service = factories.make_service("repair")
    factories.make_rules(service, include=[regions["510322"]])
    return factories.make_hotline(service, NUMBER)


def edit(pk: int, **how) -> Hotline:
    claim = Hotline.objects.get(pk=pk)
    claim.contact_type = "sales" if claim.contact_type != "sales" else "repair"
    return records.save(claim, **how)


def told(api, number: int) -> list:
    """Status, open reports, their reasons and the filters of a day, at every door that takes one."""
    on = {"on": day(number)}
    hit = api.get("/api/v1/coverage/", {"region": "510322"} | on).json()["answers"][0]["results"][0]
    claims = api.get(f"/api/v1/numbers/{NUMBER}/", on).json()["claims"]
    listed = api.get("/api/v1/hotlines/", on).json()["results"]
    disputed = {"region": "510322", "hotline_status": "disputed"}
    return [
        [(each["key"], each["status"], each["open_reports"]) for each in hit["hotlines"]],
        [
            (each["key"], each["status"], each["open_reports"], len(each["open_disputes"]))
            for each in claims
            if each["status"] != "upcoming"
        ],
        [(each["key"], each["status"], each["open_reports"]) for each in listed],
        api.get("/api/v1/coverage/", disputed | on).json()["answers"][0]["count"],
    ]


def test_each_day_knows_the_reports_of_its_day(api, claim, clock):
    said = {}
    last = claim.pk

    def night(number: int) -> None:
        """The day is over: it is told as all days before it were."""
        said[number] = told(api, number)
        clock(number + 1)
        for each, was in said.items():
            assert told(api, each) == was, each

    for number, words in enumerate(WORDS):
        open_dispute(hotline=claim, reason="other", statement=words, address=f"198.51.100.{number}")
        night(number)
    assert [said[each][0][0][1:] for each in range(3)] == [
        ("unverified" if weight < 3 else "disputed",
         {"count": weight, "since": day(0), "weight": weight, "accepted": False})
        for weight in (1, 2, 3)
    ]  # fmt: skip
    last = edit(last).pk
    night(3)
    assert said[3][0][0][0] == f"repair:{NUMBER}@{day(3)}" and said[3][0][0][1] == "disputed"
    accept_dispute(dispute=Dispute.objects.get(), reason="值得一查", actor=None)
    night(4)
    last = edit(last).pk
    night(5)
    assert said[5][0][0][2]["accepted"] is True
    decide_dispute(dispute=Dispute.objects.get(), state="upheld", decision="查过", actor=None)
    night(6)
    assert [said[each][0][0][1] for each in range(7)] == [*["unverified"] * 2, *["disputed"] * 4, "refuted"]
    assert [said[each][3] for each in range(7)] == [0, 0, 1, 1, 1, 1, 0]
    assert not Change.objects.filter(correction=True).exists()


def test_a_report_decided_on_its_day_moved_nothing(api, claim, clock):
    before = told(api, -1)
    report = open_dispute(hotline=claim, reason="other", statement=WORDS[0]).dispute
    accept_dispute(dispute=report, reason="值得一查", actor=None)
    assert told(api, 0)[0][0][1] == "disputed"
    decide_dispute(dispute=report, state="rejected", decision="查过", actor=None)
    assert told(api, 0) == told(api, -1) == before


def test_what_is_decided_about_a_rule_leaves_the_days_before(api, claim, clock):
    rule = claim.service.rules.get()
    open_dispute(rule=rule, reason="not_covered", statement=WORDS[0])
    clock(2)

    def marks() -> list[bool]:
        return [
            api.get("/api/v1/coverage/", {"region": "510322", "on": day(each)}).json()["answers"][0][
                "results"
            ][0]["rule"]["disputed"]
            for each in (-1, 0, 1, 2)
        ]

    assert marks() == [False, True, True, True]
    decide_dispute(dispute=Dispute.objects.get(), state="rejected", decision="查过", actor=None)
    assert marks() == [False, True, True, False]


@pytest.mark.parametrize("edits", [{"note": "仅限城区"}, {"response_hours": 4}, {"kind": "exclude"}])
def test_a_report_on_a_rule_goes_on_with_its_line(api, claim, clock, edits):
    """Each day of both rules, at every door, whatever is edited and decided later; the contrary is not what was reported."""
    service = claim.service
    open_dispute(rule=service.rules.get(), reason="not_covered", statement=WORDS[0], address="198.51.100.1")

    def doors(number: int) -> list:
        on = {"on": day(number), "state": ("covered", "excluded")}
        hits = api.get("/api/v1/coverage/", {"region": "510322"} | on).json()["answers"][0]["results"]
        rules = api.get("/api/v1/coverage-rules/", {"service": service.slug} | {"on": day(number)}).json()
        assert [each["rule"]["key"] for each in hits] == [each["key"] for each in rules["results"]]
        page = api.get("/en/coverage/", {"q": "510322"} | on).content.decode()
        marks = [each["rule"]["disputed"] for each in hits]
        assert [each["disputed"] for each in rules["results"]] == marks
        assert ("reported as wrong" in page) is any(marks)
        return marks

    clock(2)
    rule = service.rules.get()
    for name, value in edits.items():
        setattr(rule, name, value)
    records.save(rule)
    assert service.rules.count() == 2
    goes_on = "kind" not in edits
    assert [doors(each) for each in (-1, 0, 1, 2)] == [[False], [True], [True], [goes_on]]
    for key, mark in ((f"repair:510322:{day(2)}", goes_on), (f"repair:510322:{day(-1)}", None)):
        marks = [
            json.loads(line)["disputed"]
            for line in api.get("/api/v1/export/coverage-rules.ndjson").getvalue().decode().splitlines()
            if json.loads(line).get("key") == key
        ]
        assert mark is None or marks == [mark], key
    first, last = service.rules.order_by("valid_to")
    if first.valid_to is None:
        first, last = last, first
    # The report is about the rule of its line that has begun last; of another line the one that ended keeps it.
    marks = [api.get(f"/api/v1/coverage-rules/{each.key}/").json()["disputed"] for each in (first, last)]
    assert marks == ([False, True] if goes_on else [True, False])
    if goes_on:
        clock(3)
        again = open_dispute(
            rule=service.rules.latest("valid_from"),
            reason="not_covered",
            statement=WORDS[1],
            address="198.51.100.2",
        )
        assert again.outcome == "collapsed" and Dispute.objects.count() == 1
        last = Change.objects.latest("pk").pk
        decide_dispute(dispute=Dispute.objects.get(), state="rejected", decision="查过", actor=None)
        told_anew = Change.objects.filter(pk__gt=last, kind="coverage-rule").values_list("key", flat=True)
        assert f"repair:510322:{day(2)}" in told_anew
        assert [doors(each) for each in (-1, 0, 1, 2, 3)] == [[False], [True], [True], [True], [False]]


def test_a_report_is_about_the_claim_that_stands(api, claim, clock):
    """The one that has ended for it says nothing of it any more; one that ended alone does until another begins."""
    open_dispute(hotline=claim, reason="other", statement=WORDS[0])
    clock(1)
    new = edit(claim.pk)
    by_key = {each[0]: each[2] for each in told(api, 1)[1]}
    assert by_key[claim.key] is None and by_key[new.key]["count"] == 1
    assert Change.objects.filter(
        kind="dispute", action="update"
    ).exists()  # the file of reports names the other claim
    new.valid_to = datetime.date.fromisoformat(day(3))
    clock(3)
    records.save(new)
    assert {each[0]: each[2] for each in told(api, 3)[1]}[new.key]["count"] == 1
    clock(5)
    again = Hotline(service=claim.service, number=claim.number, contact_type="repair")
    records.save(again)
    assert {each[0]: bool(each[2]) for each in told(api, 5)[1]} == {
        claim.key: False, new.key: False, again.key: True
    }  # fmt: skip
    assert {each[0]: bool(each[2]) for each in told(api, 3)[1]}[new.key]
    decide_dispute(dispute=Dispute.objects.get(), state="upheld", decision="查过", actor=None)


@pytest.mark.parametrize("decided", ["upheld", "rejected"])
def test_an_edit_opens_nothing_anew_that_was_decided(claim, clock, decided):
    report = {"hotline": claim, "reason": "other", "statement": WORDS[0]}
    open_dispute(**report)
    decide_dispute(dispute=Dispute.objects.get(), state=decided, decision="查过", actor=None)
    clock(1)
    edit(claim.pk)
    assert open_dispute(**report).outcome == f"already_{decided}"


def test_what_took_the_place_is_named_from_its_day_on(api, claim, clock, make_regions):
    new = factories.make_hotline(claim.service, "4001865910")
    claim.valid_to = START + datetime.timedelta(5)
    claim.replaced_by, claim.replaced_on = new, START + datetime.timedelta(6)
    records.save(claim, correct=True)
    shop = factories.make_outlet(
        claim.service, "old", valid_to=claim.valid_to, region=make_regions("510322")["510322"]
    )
    other = factories.make_outlet(claim.service, "new", region=shop.region)
    shop.replaced_by = other
    records.save(shop)
    for number in (4, 6):
        on, since = {"on": day(number)}, number == 6
        (old,) = api.get(f"/api/v1/numbers/{NUMBER}/", on).json()["claims"]
        says = (old["replaced_by"], old["replaced_on"], "replaced by" in old["limits_text"])
        assert says == (
            ({"key": new.key, "number": "4001865910"}, day(6), True) if since else (None, None, False)
        )
        hit = api.get("/api/v1/coverage/", {"region": "510322"} | on).json()["answers"][0]["results"][0]
        claims = {each["number"]: each for each in hit["hotlines"]}
        assert bool(claims["4001865910"]["replaces"]) is since
        assert all(each["replaced_by"] is None for each in hit["hotlines"])
        listed = api.get("/api/v1/outlets/new/", on).json()
        assert bool(listed["replaces"]) is since
        shops = {each["slug"]: each for each in hit["outlets"]}
        assert bool(shops["new"]["limits_text"]) is since
        if not since:
            assert shops["old"]["limits_text"] == f"until {day(4)}"
            assert api.get("/api/v1/outlets/old/", on).json()["replaced_by"] is None
    # Asked about no day, a record says what is on file of it: a copy that lets days pass knows it beforehand.
    assert api.get(f"/api/v1/hotlines/{claim.key}/").json()["replaced_by"]["key"] == new.key
    assert api.get("/api/v1/outlets/old/").json()["replaced_by"]["slug"] == "new"


def test_reasons_of_one_reporter_stay_one_report_when_they_are_decided(api, claim, clock):
    """Whose they were is forgotten with the decision; that they were one's is not."""
    for reason, address in (
        ("other", "198.51.100.1"),
        ("wrong_number", "198.51.100.1"),
        ("wrong_details", ""),
    ):
        open_dispute(hotline=claim, reason=reason, statement=WORDS[0], address=address)
    clock(1)
    before = told(api, 0)
    assert before[0][0][2]["count"] == 2
    for dispute in Dispute.objects.all():
        decide_dispute(dispute=dispute, state="rejected", decision="查过", actor=None)
    assert told(api, 0) == before and not Dispute.objects.exclude(fingerprint="").exists()
