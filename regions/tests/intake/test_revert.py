"""Reverting undoes exactly one change set, today or years later, and refuses where something newer stands."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from regions.models import Change, CoverageRule
from regions.models.base import today
from regions.services import records
from regions.services.disputes import open_dispute
from regions.services.intake import IntakeError, apply, decide, draft, revert, take_up

from .conftest import rules

pytestmark = pytest.mark.django_db
INCLUDE, EXCLUDE = "include", "exclude"
LATER = datetime.datetime(2027, 3, 1, 12)
LATEST = datetime.datetime(2028, 6, 1, 12)


def put(service, text, **options):
    imp = draft(service=service, text=text, mode=options.pop("mode", "add"))
    apply(imp=imp, **options)
    return imp


def facts(service):
    """What the rules say, without their keys."""
    return sorted(
        CoverageRule.objects.filter(service=service).values_list(
            "region__code", "kind", "valid_from", "valid_to", "response_hours", "note"
        ),
        key=str,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("first", "second", "options"),
    [
        ("", "自贡市富顺县、广东省(除汕头市)", {}),
        ("四川省(除甘孜州)", "广东省", {}),
        ("四川省(除甘孜州)", "广东省", {"mode": "replace", "closing": 2}),
        ("四川省(除甘孜州)", "甘孜州", {"overrule": True}),
        ("四川省(除甘孜州)", "四川省、甘孜州", {"mode": "replace"}),
    ],
)
@pytest.mark.parametrize("second_on", [None, LATER])
@pytest.mark.parametrize("revert_on", [None, LATEST])
def test_revert_brings_back_what_was(service, first, second, options, second_on, revert_on):
    if first:
        put(service, first)
    before_first_day = facts(service)
    with time_machine.travel(second_on or timezone.now(), tick=False):
        before = rules(service)
        imp = put(service, second, **options)
        applied = rules(service)
        assert applied != before
        day = today()
        with time_machine.travel(revert_on or timezone.now(), tick=False):
            revert(imp=imp)
            assert rules(service) == before
            if revert_on:
                assert rules(service, day) == applied  # an old question keeps its old answer
            else:
                assert facts(service) == before_first_day
    imp.refresh_from_db()
    assert imp.state == "reverted" and imp.reverted_at


def test_a_revert_after_the_clock_was_set_back_brings_back_what_was(service):
    put(service, "四川省(除甘孜州)")
    before = rules(service)
    with time_machine.travel(LATER, tick=False):
        imp = put(service, "四川省、甘孜州", mode="replace")
    with time_machine.travel(LATER - datetime.timedelta(days=1), tick=False):
        revert(imp=imp)
        assert rules(service) == before
    with time_machine.travel(LATER, tick=False):
        assert rules(service) == before


def test_a_same_day_revert_leaves_tombstones(service):
    imp = put(service, "自贡市富顺县")
    revert(imp=imp)
    assert not CoverageRule.objects.exists()
    assert [change.action for change in Change.objects.filter(kind="coverage-rule").order_by("id")] == [
        "create",
        "delete",
    ]


def test_a_revert_takes_nothing_of_other_imports(service):
    first = put(service, "自贡市富顺县")
    put(service, "广东省")
    revert(imp=first)
    assert rules(service) == {("440000", INCLUDE)}


def test_a_later_change_of_a_rule_stands_in_the_way(service):
    imp = put(service, "自贡市富顺县、广东省")
    rule = CoverageRule.objects.get(region__code="510322")
    rule.response_hours = 2
    records.save(rule, reason="they called")
    with pytest.raises(IntakeError, match="富顺县") as refused:
        revert(imp=imp)
    assert refused.value.code == "newer" and "they called" in refused.value.messages[0]
    assert rules(service) == {("510322", INCLUDE), ("440000", INCLUDE)}


@pytest.mark.slow
def test_a_later_import_on_the_same_region_stands_in_the_way(service):
    put(service, "四川省(除甘孜州)")
    first = rules(service)
    with time_machine.travel(LATER, tick=False):
        second = put(service, "广东省", mode="replace", closing=2)
    with time_machine.travel(LATEST, tick=False):
        third = put(service, "四川省")
        with pytest.raises(IntakeError) as refused:
            revert(imp=second)
        assert refused.value.code == "newer"
        before = rules(service)
        revert(imp=third)
        assert rules(service) != before
        revert(imp=second)  # the third is undone: nothing newer stands
        assert rules(service) == first


def test_a_dispute_stands_in_the_way(service):
    imp = put(service, "自贡市富顺县")
    open_dispute(reason="not_covered", rule=CoverageRule.objects.get(), address="192.0.2.1")
    with pytest.raises(IntakeError):
        revert(imp=imp)
    assert rules(service) == {("510322", INCLUDE)}


def test_only_an_applied_import_is_reverted_and_only_once(service):
    imp = draft(service=service, text="自贡市富顺县")
    with pytest.raises(IntakeError):
        revert(imp=imp)
    apply(imp=imp)
    revert(imp=imp)
    with pytest.raises(IntakeError):
        revert(imp=imp)
    with pytest.raises(IntakeError):
        apply(imp=imp)


def test_an_import_that_changed_nothing_is_reverted_to_nothing(service):
    put(service, "自贡市富顺县")
    second = put(service, "自贡市富顺县")
    assert revert(imp=second).nothing
    assert rules(service) == {("510322", INCLUDE)}


def test_a_reverted_import_is_taken_up_again_with_its_decisions(service):
    imp = draft(service=service, text="自贡市富顺县、荣县")
    line = imp.lines.order_by("position").last()
    decide(line=line, skip=True)
    apply(imp=imp)
    applied = set(service.rules.filter(valid_to=None).values_list("region__code", flat=True))
    with pytest.raises(IntakeError):
        take_up(imp=imp)
    revert(imp=imp)
    take_up(imp=imp)
    assert imp.state == "draft" and imp.lines.get(pk=line.pk).decision == "skipped"
    apply(imp=imp)
    assert set(service.rules.filter(valid_to=None).values_list("region__code", flat=True)) == applied
    revert(imp=imp)
    assert not service.rules.filter(valid_to=None, region__code__in=applied).exists()
