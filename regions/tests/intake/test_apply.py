"""Applying: one transaction, one change set, the same twice changes nothing, contradictions need a person."""

import datetime

import pytest
import time_machine

from regions.models import Change, CoverageImport, CoverageRule, PostingIndex
from regions.postings.write import differences
from regions.services import intake
from regions.services.changes import change_set
from regions.services.intake import IntakeError, apply, decide, draft, preview
from regions.tests import factories

from .conftest import rules

pytestmark = pytest.mark.django_db
INCLUDE, EXCLUDE = "include", "exclude"


def put(service, text, **options):
    """Draft and apply."""
    imp = draft(service=service, text=text, mode=options.pop("mode", "add"))
    return apply(imp=imp, **options), imp


def test_rules_carry_source_line_and_first_day_and_every_one_is_a_change(service, source):
    imp = draft(service=service, text="自贡市富顺县、广东省(除汕头市)", source=source)
    outcome = apply(imp=imp)
    assert outcome.summary() == "created 3, changed 0, unchanged 0, closed 0, errors 0"
    stored = CoverageRule.objects.filter(service=service)
    assert {
        (rule.region.code, rule.kind, rule.source, rule.import_line.token, rule.valid_to) for rule in stored
    } == {
        ("510322", INCLUDE, source, "自贡市富顺县", None),
        ("440000", INCLUDE, source, "广东省(除汕头市)", None),
        ("440500", EXCLUDE, source, "广东省(除汕头市)", None),
    }
    imp.refresh_from_db()
    changes = Change.objects.filter(changeset=imp.changeset)
    assert {(change.kind, change.key, change.action) for change in changes} == {
        *(("coverage-rule", rule.key, "create") for rule in stored),
        ("import", imp.key, "update"),
    }
    assert imp.state == "applied" and imp.applied_at


def test_the_same_paste_twice_changes_nothing_and_says_so(service):
    text = "自贡市富顺县、广东省(除汕头市)、甘孜州康定市"
    put(service, text)
    of_rules = Change.objects.filter(kind="coverage-rule")
    before = list(CoverageRule.objects.order_by("pk").values()), of_rules.count()
    again = draft(service=service, text=text)
    assert preview(again).changes_nothing
    outcome = apply(imp=again)
    assert outcome.nothing and outcome.unchanged == 4
    assert before == (list(CoverageRule.objects.order_by("pk").values()), of_rules.count())


def test_the_same_import_twice_is_told(service):
    _outcome, imp = put(service, "自贡市富顺县")
    again = apply(imp=CoverageImport.objects.get(pk=imp.pk))
    assert again.already and again.nothing
    assert CoverageRule.objects.count() == 1


def test_nothing_applies_while_a_line_is_open(service):
    imp = draft(service=service, text="自贡市富顺县、杭州市江干区")
    with pytest.raises(IntakeError) as refused:
        apply(imp=imp)
    assert refused.value.code == "open-lines"
    assert [line.token for line in imp.lines.filter(pk__in=refused.value.lines)] == ["杭州市江干区"]
    assert not rules(service)


def test_open_lines_may_stay_behind_in_a_draft_of_their_own(service):
    outcome, imp = put(service, "自贡市富顺县、杭州市江干区\n朝阳", leave_open=True, mode="replace")
    assert (outcome.created, outcome.left) == (1, 2)
    rest = outcome.rest
    assert (rest.state, rest.mode, rest.text) == ("draft", "add", imp.text)
    assert [(line.token, line.line_no, line.position) for line in rest.lines.all()] == [
        ("杭州市江干区", 1, 2),
        ("朝阳", 2, 1),
    ]
    assert (
        sum(number for word, number in rest.counts.items() if word != "tokens") == rest.counts["tokens"] == 2
    )
    assert [line.decision for line in imp.lines.all()] == ["accepted", "skipped", "skipped"]
    decide(line=rest.lines.first(), include=["330102"])
    decide(line=rest.lines.last(), skip=True)
    apply(imp=rest)
    assert rules(service) == {("510322", INCLUDE), ("330102", INCLUDE)}


def test_what_a_wider_rule_says_already_is_not_written(service):
    put(service, "四川省")
    outcome, _imp = put(service, "自贡市富顺县、四川省、自贡市沿滩区")
    assert (outcome.redundant, outcome.unchanged, outcome.created) == (2, 1, 0)
    assert rules(service) == {("510000", INCLUDE)}


@pytest.mark.parametrize(
    ("standing", "text", "why"),
    [
        ("四川省(除自贡市)", "自贡市", "kind"),
        ("四川省(除自贡市)", "自贡市富顺县", "above"),
        ("自贡市富顺县", "四川省(除自贡市)", "below"),
        ("四川省(除自贡市)、全国", "全国", None),
        ("全国(除自贡市富顺县)", "四川省", None),
    ],
)
@pytest.mark.slow
def test_contradictions_with_what_stands_need_a_person(service, standing, text, why):
    put(service, standing)
    before = rules(service)
    imp = draft(service=service, text=text)
    found = [item.why for item in intake.plan.plan(imp).of("contradicting")]
    assert found == ([why] if why else [])
    if why:
        with pytest.raises(IntakeError) as refused:
            apply(imp=imp)
        assert refused.value.code == "contradicting"
    else:
        apply(imp=imp)
    assert rules(service) == before


def test_overruling_replaces_a_rule_of_the_other_kind_and_keeps_nearer_rules(service):
    put(service, "四川省(除自贡市)、自贡市富顺县")
    with time_machine.travel(datetime.datetime(2027, 3, 1, 12), tick=False):
        outcome, _imp = put(service, "自贡市", overrule=True)
        assert outcome.changed == 1
        assert rules(service) == {("510000", INCLUDE), ("510300", INCLUDE), ("510322", INCLUDE)}
        old = CoverageRule.objects.get(region__code="510300", kind=EXCLUDE)
        assert old.valid_to == datetime.date(2027, 3, 1)
    assert ("510300", EXCLUDE) in rules(service)  # the day before it was so


def test_overruling_on_the_first_day_turns_the_rule_itself(service):
    put(service, "四川省(除自贡市)")
    outcome, imp = put(service, "自贡市", overrule=True)
    rule = CoverageRule.objects.get(region__code="510300")
    assert (outcome.changed, rule.kind, rule.valid_to) == (1, INCLUDE, None)
    assert rule.import_line.coverage_import == imp


def test_a_list_that_contradicts_itself_is_never_overruled(service):
    imp = draft(service=service, text="四川省(除自贡市)、自贡市")
    with pytest.raises(IntakeError):
        apply(imp=imp, overrule=True)
    outcome = apply(imp=imp, leave_open=True)
    assert (outcome.left, rules(service)) == (2, set())


def test_lines_left_aside_do_not_make_others_redundant(service):
    put(service, "四川省(除甘孜州)")
    outcome, _imp = put(service, "甘孜州、甘孜州康定市、自贡市富顺县", leave_open=True)
    # 甘孜州 contradicts what stands; without it 康定市 does too, instead of hiding behind it.
    assert (outcome.left, outcome.redundant) == (2, 1)


def test_replacing_closes_what_the_list_does_not_name(service):
    put(service, "自贡市富顺县、四川省甘孜州")
    with time_machine.travel(datetime.datetime(2027, 3, 1, 12), tick=False):
        imp = draft(service=service, text="自贡市富顺县、广东省", mode="replace")
        assert preview(imp).effects["closed"] == 1
        outcome = apply(imp=imp)
        assert outcome.summary() == "created 1, changed 0, unchanged 1, closed 1, errors 0"
        assert rules(service) == {("510322", INCLUDE), ("440000", INCLUDE)}
    closed = CoverageRule.objects.get(region__code="513300")
    assert closed.valid_to == datetime.date(2027, 3, 1)


def test_replacing_on_the_first_day_leaves_a_tombstone(service):
    put(service, "四川省甘孜州")
    _outcome, imp = put(service, "自贡市富顺县", mode="replace", closing=1)
    assert rules(service) == {("510322", INCLUDE)}
    gone = Change.objects.get(changeset=imp.changeset, action="delete")
    assert gone.before["region_id"] and gone.key.startswith("cabinet-repair:513300:")


def test_replacing_touches_no_other_service(service, places):
    other = factories.make_service("other")
    factories.make_rules(other, include=[places["510322"]])
    put(service, "广东省", mode="replace")
    assert rules(other) == {("510322", INCLUDE)}


def test_a_rule_that_begins_later_stays_and_the_new_one_ends_there(service, places):
    later = datetime.date(2030, 1, 1)
    factories.make_rules(service, include=[places["510322"]], valid_from=later)
    put(service, "自贡市富顺县", mode="replace")
    assert sorted(CoverageRule.objects.values_list("valid_to", flat=True), key=str) == [later, None]


def test_a_region_abolished_since_the_draft_needs_a_person(service, places):
    imp = draft(service=service, text="自贡市富顺县、自贡市沿滩区")
    region = places["510322"]
    region.valid_to = datetime.date(2026, 1, 1)
    region.save()
    with pytest.raises(IntakeError):
        apply(imp=imp, overrule=True)


def test_a_failure_in_the_middle_leaves_nothing(service, monkeypatch):
    imp = draft(service=service, text="自贡市富顺县")

    def fail(*args, **kwargs):
        raise RuntimeError("power cut")

    monkeypatch.setattr(CoverageImport, "save", fail)
    with pytest.raises(RuntimeError):
        apply(imp=imp)
    assert not rules(service) and CoverageImport.objects.get().state == "draft"


def test_the_index_over_the_rules_follows(service):
    with change_set() as changes:
        changes.add("posting-index", "test", "update", {}, {})
    put(service, "四川省(除甘孜州)、甘孜州康定市")
    assert not differences(PostingIndex.objects.get())


def test_effects_are_shown_exceptions_first(service):
    put(service, "四川省(除甘孜州)")
    imp = draft(service=service, text="朝阳、甘孜州康定市、自贡市富顺县、四川省、广东省、杭州市江干区")
    shown = preview(imp)
    assert [row.effect for row in shown.rows] == [
        "open", "open", "contradicting", "redundant", "new", "unchanged",
    ]  # fmt: skip
    assert [place.code for place in shown.rows[1].choices] == ["330102", "330114"]
    assert shown.rows[2].why
    assert [row.effect for row in preview(imp, effects=("new",)).rows] == ["new"]


def test_pages_hold_every_row_once(service):
    imp = draft(
        service=service, text="成都市、自贡市富顺县、朝阳、杭州市江干区、广东省(除汕头市、潮州市饶平县)"
    )
    whole = preview(imp, page_size=100)
    pieces = [row for page in range(1, 5) for row in preview(imp, page=page, page_size=2).rows]
    assert [(row.effect, row.code, row.line) for row in pieces] == [
        (row.effect, row.code, row.line) for row in whole.rows
    ]
    assert preview(imp, page=99, page_size=2).page == 4


def test_a_preview_costs_the_same_for_few_and_many_lines(service, django_assert_max_num_queries):
    few = draft(service=service, text="自贡市富顺县、朝阳")
    many = draft(service=service, text="自贡市富顺县、朝阳、" + "、".join(f"胡说{i}县" for i in range(200)))
    with django_assert_max_num_queries(9):
        preview(few)
    with django_assert_max_num_queries(9):
        preview(many)
