"""Writing evidence down: checks, reports, decisions, alone and fifty at once."""

import datetime
import threading

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection, connections
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from regions.choices import DisputeReason, VerificationMethod, VerificationResult
from regions.models import Change, Dispute, Hotline, Verification
from regions.models.base import today
from regions.services import records
from regions.services.disputes import (
    OPEN_PER_REPORTER,
    TooManyDisputes,
    accept_dispute,
    decide_dispute,
    fingerprint_of,
    open_dispute,
)
from regions.services.verifications import record_verification
from regions.tests.factories import make_hotline, make_rules, make_service, make_source

pytestmark = pytest.mark.django_db
CONFIRMED, REFUTED, INCONCLUSIVE = VerificationResult


@pytest.fixture
def hotline():
    return make_hotline(make_service("cabinets"), "4001865909")


@pytest.fixture
def admin():
    return User.objects.create_superuser("admin")


def status(hotline, on=None):
    return Hotline.objects.with_status(on).get(pk=hotline.pk).status


def check(hotline, result=CONFIRMED, method=VerificationMethod.OFFICIAL_SITE, **fields):
    fields.setdefault("source", make_source(kind="official_site"))
    return record_verification(hotline=hotline, method=method, result=result, **fields)


# --- Checks -----------------------------------------------------------------------------------------------------


def test_a_confirmation_counts_for_the_days_of_the_setting(hotline, settings, admin):
    settings.VERIFICATION_DAYS = 30
    row = check(hotline, actor=admin, note=" 官网首页 ")
    assert row.expires_on == today() + datetime.timedelta(days=30)
    assert (row.checked_by, row.note) == (admin, "官网首页")
    changes = list(Change.objects.values_list("kind", "key", "action", "actor"))
    assert changes == [
        ("verification", f"{hotline.key}#{row.pk}", "create", admin.pk),
        ("hotline", hotline.key, "update", admin.pk),
    ]


@pytest.mark.slow
def test_verified_until_the_day_before_the_expiry_expired_from_that_day_on(hotline):
    row = check(hotline)
    day = datetime.timedelta(days=1)
    assert [
        status(hotline, on)
        for on in (row.checked_on - day, row.checked_on, row.expires_on - day, row.expires_on)
    ] == [
        "unverified",
        "verified",
        "verified",
        "expired",
    ]


@pytest.mark.parametrize(
    ("clock", "expected"),
    [("2026-11-21 15:59:59+00:00", "verified"), ("2026-11-21 16:00:00+00:00", "expired")],
    ids=["a second before midnight in Shanghai", "midnight in Shanghai"],
)
def test_the_day_is_the_projects_day_not_utc(hotline, clock, expected):
    with time_machine.travel("2026-11-01 12:00:00+00:00"):
        check(hotline, expires_on=datetime.date(2026, 11, 22))
    with time_machine.travel(clock):
        assert status(hotline) == expected


def test_when_the_clock_is_set_back_a_later_check_still_wins(hotline):
    with time_machine.travel("2026-11-21 12:00:00+00:00"):
        check(hotline)
    with time_machine.travel("2026-11-20 12:00:00+00:00"):
        check(hotline, REFUTED)
        assert status(hotline) == "refuted"
        assert status(hotline, datetime.date(2026, 11, 21)) == "verified"


def test_of_two_checks_on_one_day_the_later_row_counts(hotline):
    check(hotline, REFUTED)
    check(hotline)
    assert status(hotline) == "verified"
    check(hotline, INCONCLUSIVE)
    assert status(hotline) == "verified"


BAD_CHECKS = {
    "tomorrow": {"checked_on": lambda: today() + datetime.timedelta(days=1)},
    "expires before the check": {"expires_on": lambda: today() - datetime.timedelta(days=1)},
    "expires on the day of the check": {"expires_on": today},
    "a refutation that expires": {
        "result": REFUTED,
        "expires_on": lambda: today() + datetime.timedelta(days=9),
    },
    "no source": {"source": None},
    "a call without a note": {"method": VerificationMethod.CALL, "source": None, "note": "  "},
    "unknown method": {"method": "guess"},
    "unknown result": {"result": "true"},
    "endless note": {"note": "长" * 301},
}


@pytest.mark.parametrize("fields", BAD_CHECKS.values(), ids=BAD_CHECKS.keys())
def test_a_bad_check_is_refused_and_leaves_nothing(hotline, fields):
    with pytest.raises(ValidationError):
        check(hotline, **{name: value() if callable(value) else value for name, value in fields.items()})
    assert (Verification.objects.count(), Change.objects.count()) == (0, 0)


# --- Decisions --------------------------------------------------------------------------------------------------


def test_upholding_refutes_and_says_why(hotline, admin):
    dispute = open_dispute(hotline=hotline, reason="wrong_number", address="203.0.113.5").dispute
    assert status(hotline) == "unverified"
    accept_dispute(dispute=dispute, reason="别家也印有此号", actor=admin)
    assert status(hotline) == "disputed"
    decided = decide_dispute(dispute=dispute, state="upheld", decision=" 官方书面否认 ", actor=admin)
    assert status(hotline) == "refuted"
    check = Verification.objects.get()
    assert (check.method, check.result, check.note, check.checked_by) == (
        "dispute",
        "refuted",
        "官方书面否认",
        admin,
    )
    assert (decided.decided_by, decided.fingerprint) == (admin, "")
    last = Change.objects.filter(kind="dispute").last()
    assert (last.before["state"], last.after["state"], last.reason) == ("open", "upheld", "官方书面否认")


def test_wrong_hours_do_not_refute_the_number(hotline, admin):
    check(hotline)
    dispute = open_dispute(hotline=hotline, reason="wrong_details", statement="周日不营业").dispute
    decide_dispute(dispute=dispute, state="upheld", decision="营业时间已改", actor=admin)
    assert status(hotline) == "verified"
    assert Verification.objects.filter(method="dispute", result="inconclusive").exists()


def test_rejecting_leaves_the_number_as_it_was(hotline, admin):
    check(hotline)
    dispute = open_dispute(hotline=hotline, reason="wrong_number", statement="换主了").dispute
    decide_dispute(dispute=dispute, state="rejected", decision="已电话核实", actor=admin)
    assert status(hotline) == "verified"
    assert Verification.objects.count() == 1


def test_a_rule_can_be_upheld_without_a_verification(make_regions, admin):
    [rule] = make_rules(make_service(), include=[make_regions("510322")["510322"]])
    dispute = open_dispute(rule=rule, reason="not_covered").dispute
    decide_dispute(dispute=dispute, state="upheld", decision="当地没有网点", actor=admin)
    assert Verification.objects.count() == 0
    assert open_dispute(rule=rule, reason="not_covered").outcome == "already_upheld"


@pytest.mark.parametrize(
    ("state", "decision"),
    [("upheld", "  "), ("rejected", ""), ("open", "再看"), ("maybe", "再看"), ("upheld", "长" * 301)],
)
def test_a_decision_needs_a_state_and_a_reason(hotline, admin, state, decision):
    dispute = open_dispute(hotline=hotline, reason="wrong_number").dispute
    with pytest.raises(ValidationError):
        decide_dispute(dispute=dispute, state=state, decision=decision, actor=admin)
    dispute.refresh_from_db()
    assert (dispute.state, Verification.objects.count()) == ("open", 0)


def test_a_dispute_is_decided_once(hotline, admin):
    dispute = open_dispute(hotline=hotline, reason="wrong_number").dispute
    decide_dispute(dispute=dispute, state="rejected", decision="已核实", actor=admin)
    with pytest.raises(ValidationError):
        decide_dispute(dispute=dispute, state="upheld", decision="改主意", actor=admin)
    assert status(hotline) == "unverified"


def test_after_a_new_confirmation_an_upheld_matter_can_be_reported_again(hotline, admin):
    dispute = open_dispute(hotline=hotline, reason="wrong_number").dispute
    decide_dispute(dispute=dispute, state="upheld", decision="空号", actor=admin)
    assert open_dispute(hotline=hotline, reason="wrong_number").outcome == "already_upheld"
    check(hotline)
    with pytest.raises(ValidationError, match="statement"):
        open_dispute(hotline=hotline, reason="wrong_number")
    report = open_dispute(hotline=hotline, reason="wrong_number", statement="又是空号")
    assert report.outcome == "opened"


# --- Reports ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.5", "203.0.113.6", False),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:203.0.113.5", "203.0.113.5", True),
        ("local", "local", True),
    ],
)
def test_fingerprints(one, other, same):
    assert (fingerprint_of(one) == fingerprint_of(other)) is same


def test_fingerprints_depend_on_the_secret_key(settings):
    before = fingerprint_of("203.0.113.5")
    settings.SECRET_KEY = "another"
    assert fingerprint_of("203.0.113.5") != before
    assert fingerprint_of("") == ""


def test_a_hotline_and_a_rule_at_once_is_refused(hotline, make_regions):
    [rule] = make_rules(hotline.service, include=[make_regions("510322")["510322"]])
    for subjects in ({}, {"hotline": hotline, "rule": rule}):
        with pytest.raises(ValidationError):
            open_dispute(reason="other", **subjects)


texts = st.text(max_size=60)


@pytest.mark.slow
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    reports=st.lists(
        st.tuples(
            st.sampled_from(["wrong_number", "not_in_service", "other"]),
            texts,
            st.sampled_from(["", "1", "2"]),
        ),
        max_size=8,
    ),
    decided=st.sets(st.integers(0, 7)),
)
def test_whatever_is_reported_there_is_one_open_dispute_a_reason(hotline, admin, reports, decided):
    """Any texts in any order: no error but ValidationError, counts add up, nothing decided is reopened by repeating."""
    Dispute.objects.all().delete()
    taken = 0
    for number, (reason, statement, address) in enumerate(reports):
        try:
            report = open_dispute(hotline=hotline, reason=reason, statement=statement, address=address)
        except ValidationError:
            assert any(char == "\x00" or "\ud800" <= char <= "\udfff" for char in statement)
            continue
        taken += 1
        again = open_dispute(hotline=hotline, reason=reason, statement=statement, address="another")
        assert again.dispute == report.dispute
        assert again.outcome != "opened"
        taken += 1
        if number in decided and report.dispute.state == "open":
            decide_dispute(dispute=report.dispute, state="rejected", decision="已核实", actor=admin)
            repeated = open_dispute(hotline=hotline, reason=reason, statement=statement, address=address)
            assert repeated.outcome in ("already_rejected", "collapsed")
            taken += 1
    open_reasons = list(Dispute.objects.filter(state="open").values_list("reason", flat=True))
    assert len(open_reasons) == len(set(open_reasons))
    assert sum(Dispute.objects.values_list("reports", flat=True)) <= taken
    assert all(len(dispute.further) <= 20 for dispute in Dispute.objects.all())


# --- At once ----------------------------------------------------------------------------------------------------


def at_once(number, work):
    """Run work(0…number-1) in threads that start together; what they returned or raised, in order."""
    results, barrier = [None] * number, threading.Barrier(number)

    def run(place):
        try:
            barrier.wait(30)
            results[place] = work(place)
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[place]) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


concurrent = pytest.mark.skipif(
    connection.vendor != "postgresql",
    reason="needs PostgreSQL: the SQLite test database lives in one connection, and its writers are alone anyway",
)


@concurrent
@pytest.mark.django_db(transaction=True)
def test_fifty_reports_at_once_are_one_dispute():
    hotline = make_hotline(make_service("cabinets"), "4001865909")
    reports = at_once(
        50,
        lambda place: (
            open_dispute(
                hotline=Hotline.objects.get(pk=hotline.pk),
                reason="wrong_number",
                statement=f"第 {place} 位",
                address=f"198.51.100.{place}",
            ).outcome
        ),
    )
    assert sorted(map(str, reports)) == ["collapsed"] * 49 + ["opened"]
    dispute = Dispute.objects.get()
    assert (dispute.reports, len(dispute.further)) == (50, 20)


@concurrent
@pytest.mark.django_db(transaction=True)
def test_one_reporter_at_fifty_hotlines_at_once_meets_the_cap():
    keys = [make_hotline(make_service(), "4001865909").pk for _ in range(50)]
    reports = at_once(
        50,
        lambda place: (
            open_dispute(
                hotline=Hotline.objects.get(pk=keys[place]), reason="wrong_number", address="203.0.113.5"
            ).outcome
        ),
    )
    refused = [report for report in reports if isinstance(report, TooManyDisputes)]
    assert (len(refused), reports.count("opened")) == (50 - OPEN_PER_REPORTER, OPEN_PER_REPORTER)


@concurrent
@pytest.mark.django_db(transaction=True)
def test_reports_and_decisions_at_once_do_not_block_each_other_for_ever():
    admin = User.objects.create_superuser("admin")
    hotline = make_hotline(make_service("cabinets"), "4001865909")
    dispute = open_dispute(hotline=hotline, reason="wrong_number").dispute

    def work(place):
        if place % 12 == 5:
            return records.save(Hotline.objects.get(pk=hotline.pk), reason="同时保存")
        if place % 3 == 0:
            return decide_dispute(dispute=dispute, state="upheld", decision="空号", actor=admin)
        if place % 3 == 1:
            return check(hotline, source=source)
        return open_dispute(hotline=hotline, reason=DisputeReason.WRONG_NUMBER, address=f"198.51.100.{place}")

    source = make_source()
    results = at_once(24, work)
    decided = [result for result in results[::3] if not isinstance(result, ValidationError)]
    assert len(decided) == 1
    assert not [
        result
        for result in results
        if isinstance(result, Exception) and not isinstance(result, ValidationError)
    ]
    assert Verification.objects.filter(method="dispute").count() == 1
