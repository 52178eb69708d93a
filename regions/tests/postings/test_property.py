"""Postings and SQL give the same whole answers, whatever is written through the services, in whatever order."""

import datetime
import itertools

import pytest
import time_machine
from django.test import Client
from hypothesis import HealthCheck, Phase, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from regions.choices import DisputeReason, DisputeState
from regions.lookup import memory
from regions.lookup.sources import FromPostings
from regions.models import Brand, Category, CoverageRule, Hotline, PostingIndex, Region, Service, Source
from regions.postings.write import differences
from regions.services import records
from regions.services.changes import change_set
from regions.services.disputes import decide_dispute, open_dispute
from regions.services.verifications import record_verification
from regions.tests import factories

START = datetime.date(2026, 11, 21)
# A province with two prefectures, two counties in one of them, townships in one county; and one of another province.
CODES = [
    "100000",
    "510000",
    "510300",
    "510322",
    "510322102",
    "510322104",
    "510321",
    "510100",
    "510104",
    "440000",
]
QUESTIONS = [
    {},
    {"state": ["covered", "partly_covered", "excluded", "not_covered", "unknown"]},
    {"category": "cabinets", "verified": "true"},
    {"category__n": "cabinets", "hotline_status": ["disputed", "unverified", "expired"]},
    {"level": ["province", "county"], "brand__n": "one", "channel": "phone"},
    {"state": "partly_covered", "page_size": 2, "kind": ["repair", "cleaning"]},
    {"verified": "false", "page": 2, "page_size": 1},
    {"channel": "sms", "state": ["covered", "partly_covered", "excluded", "not_covered", "unknown"]},
]


class Directory(RuleBasedStateMachine):
    """Random writes through the service layer, the days going by, and every question asked both ways."""

    services = Bundle("services")

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(datetime.datetime(2026, 11, 21, 4, tzinfo=datetime.UTC), tick=False)
        self.travel = self.clock.start()
        self.day, self.numbers = START, itertools.count(1)

    @initialize()
    def found(self) -> None:
        CoverageRule.objects.all().delete()
        factories.load_regions(*CODES)
        for slug in ("cabinets", "stoves"):  # a category that comes later would be a change of its own
            Category.objects.get_or_create(slug=slug, defaults={"name": slug})
        factories.make_source("list")
        with change_set() as changes:
            changes.add("release", "test", "create", None, {})

    def teardown(self) -> None:
        try:
            index = PostingIndex.objects.first()
            if index is not None and (index.until is None or self.day < index.until):
                assert differences(index) == []
        finally:
            self.clock.stop()
            memory._memories.clear()

    @rule(
        target=services,
        brand=st.sampled_from(["one", "two"]),
        category=st.sampled_from(["cabinets", "stoves"]),
    )
    def add_service(self, brand: str, category: str) -> int:
        with change_set() as changes:
            service = factories.make_service(brand=brand, category=category)
            changes.created(service)
        return service.pk

    @rule(
        service_id=services,
        code=st.sampled_from(CODES),
        kind=st.sampled_from(["include", "include", "exclude"]),
    )
    def add_rule(self, service_id: int, code: str, kind: str) -> None:
        self._add(service_id, code, kind, self.day, None)

    @rule(
        service_id=services,
        code=st.sampled_from(CODES),
        kind=st.sampled_from(["include", "exclude"]),
        begins=st.integers(0, 3),
        lasts=st.integers(1, 3),
    )
    def add_rule_for_a_time(self, service_id: int, code: str, kind: str, begins: int, lasts: int) -> None:
        first = self.day + datetime.timedelta(begins)
        self._add(service_id, code, kind, first, first + datetime.timedelta(lasts))

    def _add(self, service_id: int, code: str, kind: str, begins, ends) -> None:
        region = Region.objects.open().filter(code=code).first()
        assume(region)  # it may be closed by now
        same = CoverageRule.objects.filter(service=service_id, region=region)
        assume(not any(_overlap(row, begins, ends) for row in same))  # two rules at once: no list says that
        row = CoverageRule(
            service_id=service_id,
            region=region,
            kind=kind,
            valid_from=begins,
            valid_to=ends,
            response_hours=2,
            source=Source.objects.get(slug="list"),
        )
        records.save(row)

    @rule(data=st.data())
    def close_rule(self, data) -> None:
        row = self._some_rule(data, valid_to=None, valid_from__lt=self.day)
        row.valid_to = self.day
        records.save(row)

    @rule(data=st.data(), note=st.sampled_from(["", "仅限城区"]), hours=st.integers(1, 4))
    def change_rule(self, data, note: str, hours: int) -> None:
        row = self._some_rule(data)
        row.note, row.response_hours = note, hours
        # Of one that is over only past days are left to change.
        records.save(row, correct=row.valid_to is not None and row.valid_to <= self.day)

    @rule(data=st.data())
    def turn_rule(self, data) -> None:
        row = self._some_rule(data)
        row.kind = "exclude" if row.kind == "include" else "include"
        records.save(row, correct=row.valid_to is not None and row.valid_to <= self.day)

    @rule(data=st.data(), service_id=services)
    def give_rule_to_another_service(self, data, service_id: int) -> None:
        row = self._some_rule(data)
        same = CoverageRule.objects.filter(service=service_id, region=row.region).exclude(pk=row.pk)
        assume(not any(_overlap(other, row.valid_from, row.valid_to) for other in same))
        row.service = Service.objects.get(pk=service_id)
        records.save(row)

    @rule(data=st.data())
    def delete_rule(self, data) -> None:
        records.delete(self._some_rule(data, disputes=None), correct=True)

    def _some_rule(self, data, **conditions) -> CoverageRule:
        rows = list(CoverageRule.objects.filter(**conditions).order_by("pk"))
        assume(rows)
        return data.draw(st.sampled_from(rows))

    @rule(
        service_id=services,
        channel=st.sampled_from(["phone", "sms"]),
        period=st.none() | st.tuples(st.integers(-2, 2), st.integers(1, 3)),
    )
    def add_hotline(self, service_id: int, channel: str, period: tuple[int, int] | None) -> None:
        dates = {}
        if period:
            first = self.day + datetime.timedelta(period[0])
            dates = {"valid_from": first, "valid_to": first + datetime.timedelta(period[1])}
        with change_set() as changes:
            service = Service.objects.get(pk=service_id)
            changes.created(factories.make_hotline(service, channel=channel, **dates))

    @rule(data=st.data(), result=st.sampled_from(["confirmed", "refuted"]), lasts=st.integers(1, 3))
    def verify(self, data, result: str, lasts: int) -> None:
        expires = self.day + datetime.timedelta(lasts) if result == "confirmed" else None
        record_verification(
            hotline=self._some_hotline(data),
            method="call",
            result=result,
            note="打过电话",
            expires_on=expires,
        )

    @rule(data=st.data())
    def dispute(self, data) -> None:
        open_dispute(
            reason=DisputeReason.WRONG_NUMBER,
            hotline=self._some_hotline(data),
            statement="号码不对，是别人的",
        )

    @rule(data=st.data())
    def dispute_rule(self, data) -> None:
        row = self._some_rule(data, valid_to=None, valid_from__lte=self.day)
        open_dispute(reason=DisputeReason.NOT_COVERED, rule=row, statement="这里没有人上门")

    @rule(data=st.data(), state=st.sampled_from([DisputeState.UPHELD, DisputeState.REJECTED]))
    def decide_about_rule(self, data, state: str) -> None:
        row = self._some_rule(data, disputes__state=DisputeState.OPEN)
        decide_dispute(
            dispute=row.disputes.get(state=DisputeState.OPEN), state=state, decision="查过", actor=None
        )

    @rule(data=st.data(), state=st.sampled_from([DisputeState.UPHELD, DisputeState.REJECTED]))
    def decide(self, data, state: str) -> None:
        hotline = self._some_hotline(data, disputes__state=DisputeState.OPEN)
        decide_dispute(
            dispute=hotline.disputes.get(state=DisputeState.OPEN), state=state, decision="查过", actor=None
        )

    def _some_hotline(self, data, **conditions) -> Hotline:
        rows = list(Hotline.objects.filter(**conditions).order_by("pk"))
        assume(rows)
        return data.draw(st.sampled_from(rows))

    @rule(slug=st.sampled_from(["one", "two"]), name=st.sampled_from(["甲", "乙"]))
    def rename_brand(self, slug: str, name: str) -> None:
        brand = Brand.objects.filter(slug=slug).first()
        assume(brand)
        brand.name = f"{name} {slug}"
        records.save(brand)

    @rule(service_id=services)
    def rename_service(self, service_id: int) -> None:
        service = Service.objects.get(pk=service_id)
        service.slug = f"renamed-{next(self.numbers)}"  # a slug that named another record is not given again
        records.save(service)

    @rule(service_id=services, slug=st.sampled_from(["cabinets", "stoves"]))
    def move_service(self, service_id: int, slug: str) -> None:
        service = Service.objects.get(pk=service_id)
        service.category = Category.objects.get(slug=slug)
        records.save(service)

    @rule(title=st.sampled_from(["网点表", "服务网点"]))
    def rename_source(self, title: str) -> None:
        source = Source.objects.get(slug="list")
        source.title = title
        records.save(source)

    @rule(code=st.sampled_from(["510321", "510322102", "510104"]))
    def close_region(self, code: str) -> None:
        region = Region.objects.open().filter(code=code).first()
        assume(region and (region.valid_from is None or region.valid_from < self.day))
        with change_set() as changes:
            Region.objects.filter(pk=region.pk).update(valid_to=self.day)
            changes.add("region", region.key, "update", {"valid_to": None}, {"valid_to": str(self.day)})

    @rule(days=st.integers(1, 2))
    def sleep(self, days: int) -> None:
        self.day += datetime.timedelta(days)
        self.travel.shift(datetime.timedelta(days))

    @rule(
        code=st.sampled_from(CODES),
        question=st.sampled_from(QUESTIONS),
        language=st.sampled_from(["zh", "en"]),
    )
    def ask(self, code: str, question: dict, language: str) -> None:
        compare(code, question, language)

    @rule(
        code=st.sampled_from(CODES),
        question=st.sampled_from(QUESTIONS),
        days=st.sampled_from([-400, -1, 1, 2]),
    )
    def ask_another_day(self, code: str, question: dict, days: int) -> None:
        compare(code, question | {"on": (self.day + datetime.timedelta(days)).isoformat()}, "en")

    @invariant()
    def the_widest_question_agrees(self) -> None:
        if Region.objects.exists():
            compare("510000", QUESTIONS[1], "en")


def _overlap(row: CoverageRule, begins, ends) -> bool:
    """Also a rule that begins on the same day: that is refused."""
    before = ends is not None and ends <= row.valid_from
    after = row.valid_to is not None and row.valid_to <= begins
    return row.valid_from == begins or not (before or after)


def compare(code: str, question: dict, language: str) -> None:
    """The same question with and without what the process keeps."""
    client = Client(headers={"accept-language": language})
    by_memory = client.get("/api/v1/coverage/", {"region": code, **question})
    with by_sql():
        expected = client.get("/api/v1/coverage/", {"region": code, **question})
    assert (by_memory.status_code, by_memory.json()) == (expected.status_code, expected.json())


class by_sql:
    """Within it nothing is kept and every question is answered from the rules, as for another day."""

    def __enter__(self):
        self.token = memory.writing.set(True)

    def __exit__(self, *error):
        memory.writing.reset(self.token)


@pytest.mark.slow
@pytest.mark.django_db
def test_both_ways_agree_under_random_writes(monkeypatch, settings_for_speed):
    asked = []
    monkeypatch.setattr(FromPostings, "below", _counted(FromPostings.below, asked))
    from django.db import transaction

    class Machine(Directory):
        """Each example in a transaction of its own."""

        def __init__(self) -> None:
            self.atomic = transaction.atomic()
            self.atomic.__enter__()
            super().__init__()

        def teardown(self) -> None:
            try:
                super().teardown()
            finally:
                transaction.set_rollback(True)
                self.atomic.__exit__(None, None, None)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            phases=[Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert len(asked) > 200  # the index did answer


def _counted(method, calls: list):
    def counted(*args, **kwargs):
        calls.append(1)
        return method(*args, **kwargs)

    return counted


@pytest.fixture
def settings_for_speed(settings):
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_THROTTLE_RATES": dict.fromkeys(
            settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "1000000/min"
        ),
    }
