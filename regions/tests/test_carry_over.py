"""Rules on abolished regions are listed, and carried over only where there is nothing to decide."""

import io
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from regions.lookup import who_covers
from regions.models import Change, CoverageRule
from regions.models.base import today
from regions.services.carry_over import carry_over, carry_over_all, proposals

from .factories import make_rules, make_service


@pytest.fixture
def closed(make_regions):
    """330104 江干区 was split in 2021; 320125 高淳县 became 320118 高淳区 whole."""
    regions = make_regions("330104", "320125")
    return regions, make_service("one", brand="b")


def run(*args: str) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("carry_over", *args, stdout=out)
    except SystemExit as stop:
        return stop.code, out.getvalue()
    return 0, out.getvalue()


def test_a_whole_succession_is_carried_over_and_a_split_is_not(closed):
    regions, service = closed
    make_rules(service, include=[regions["320125@"], regions["330104@"]], note="仅限城区")
    assert [(p.rule.region.code, p.automatic) for p in proposals()] == [("320125", True), ("330104", False)]
    done, left = carry_over_all()
    assert (done, [p.rule.region.code for p in left]) == (1, ["330104"])
    new = CoverageRule.objects.get(region=regions["320118"])
    assert (new.kind, new.note, new.valid_to) == ("include", "仅限城区", None)
    assert CoverageRule.objects.get(region=regions["320125@"]).valid_to is not None
    assert [hit.service.slug for hit in who_covers(regions["320118"]).hits] == ["one"]
    assert sorted(Change.objects.values_list("action", flat=True)) == ["create", "update"]
    assert carry_over_all()[0] == 0


def test_a_rule_that_somebody_carried_over_already_is_left_alone(closed):
    regions, service = closed
    (rule,) = make_rules(service, include=[regions["320125@"]])
    carry_over(rule=rule, to=[regions["320118"]])
    before = list(CoverageRule.objects.order_by("pk").values())
    with pytest.raises(ValidationError):
        carry_over(rule=rule, to=[regions["330102"]])
    assert list(CoverageRule.objects.order_by("pk").values()) == before


def test_a_person_chooses_where_a_split_goes(closed):
    regions, service = closed
    (rule,) = make_rules(service, exclude=[regions["330104@"]])
    carry_over(rule=rule, to=[regions["330102"], regions["330114"]])
    assert set(CoverageRule.objects.open().values_list("region__code", "kind")) == {
        ("330102", "exclude"),
        ("330114", "exclude"),
    }


def test_a_contrary_rule_on_the_successor_is_never_overruled(closed):
    regions, service = closed
    (rule,) = make_rules(service, include=[regions["320125@"]])
    make_rules(service, exclude=[regions["320118"]])
    assert [p.automatic for p in proposals()] == [False]
    with pytest.raises(ValidationError, match="320118"):
        carry_over(rule=rule, to=[regions["320118"]])
    rule.refresh_from_db()
    assert rule.valid_to is None


def test_the_command_is_a_dry_run_unless_told(closed):
    regions, service = closed
    make_rules(service, include=[regions["320125@"], regions["330104@"]])
    code, out = run()
    assert (code, CoverageRule.objects.closed().count()) == (1, 0)
    assert "330104" in out and "dry run" in out
    code, out = run("--commit")
    assert (code, CoverageRule.objects.closed().count()) == (1, 1)
    assert "created 1, changed 0, unchanged 1, closed 1, errors 0" in out
    code, out = run("--rule", "one:330104:2000-01-01", "--to", "330102", "330114", "--commit")
    assert (code, CoverageRule.objects.open().count()) == (0, 3)


@pytest.mark.parametrize(
    "args",
    [
        ("--rule", "one:330104:2000-01-01"),
        ("--rule", "x", "--to", "330102"),
        ("--rule", "one:330104:2000-01-01", "--to", "330104"),
    ],
)
def test_bad_arguments_name_the_cure(closed, args):
    regions, service = closed
    make_rules(service, include=[regions["330104@"]])
    with pytest.raises(CommandError):
        run(*args)


def test_a_rule_for_a_time_keeps_its_end_and_one_that_has_ended_stays(closed):
    regions, service = closed
    later = today() + timedelta(days=40)
    make_rules(service, include=[regions["320125@"]], valid_to=later)
    make_rules(service, include=[regions["330104@"]], valid_to=today())
    assert [(p.rule.region.code, p.automatic) for p in proposals()] == [("320125", True)]
    assert carry_over_all() == (1, [])
    assert CoverageRule.objects.get(region=regions["320118"]).valid_to == later
    assert CoverageRule.objects.get(region=regions["320125@"]).valid_to == today()


def test_a_rule_that_begins_later_moves_with_its_days(closed):
    regions, service = closed
    begin, end = today() + timedelta(days=10), today() + timedelta(days=20)
    make_rules(service, include=[regions["320125@"]], valid_from=begin, valid_to=end)
    make_rules(service, include=[regions["320118"]], valid_from=end)
    assert carry_over_all() == (1, [])
    new = CoverageRule.objects.get(region=regions["320118"], valid_from=begin)
    assert new.valid_to == end and not CoverageRule.objects.filter(region=regions["320125@"]).exists()


def test_a_successor_that_has_it_already_keeps_its_rule(closed):
    regions, service = closed
    make_rules(service, include=[regions["320125@"], regions["320118"]])
    assert carry_over_all() == (1, [])
    assert CoverageRule.objects.filter(region=regions["320118"]).count() == 1


def test_a_successor_with_a_rule_for_a_part_of_the_time_needs_a_person(closed):
    regions, service = closed
    (old,) = make_rules(service, include=[regions["320125@"]])
    (other,) = make_rules(service, include=[regions["320118"]], valid_to=today() + timedelta(days=9))
    (proposal,) = proposals()
    assert not proposal.automatic and proposal.in_the_way == other
    with pytest.raises(ValidationError, match=f"320118.*{other.valid_to}"):
        carry_over(rule=old, to=[regions["320118"]])


def test_a_merger_is_never_carried_over_without_a_person(make_regions):
    """姑苏区 was made of three districts: a list of two of them, and an exclusion, must not grow to the whole."""
    regions = make_regions("320502", "320503")
    service = make_service()
    made = make_rules(service, include=[regions["320502@"]], exclude=[regions["320503@"]])
    done, left = carry_over_all()
    assert done == 0 and [proposal.rule.pk for proposal in left] == [rule.pk for rule in made]
    assert all(proposal.needs_person and proposal.successors for proposal in left)
    assert not CoverageRule.objects.filter(region=regions["320508"]).exists()
    assert carry_over(rule=made[0], to=[regions["320508"]])[0].region == regions["320508"]


def test_only_the_given_rules_and_only_so_many_go(closed):
    regions, service = closed
    other = make_service("two", brand="c")
    third = make_service("three", brand="c")
    make_rules(service, include=[regions["320125@"]])
    make_rules(other, include=[regions["320125@"]])
    make_rules(third, include=[regions["320125@"]])
    done, left = carry_over_all(rules=CoverageRule.objects.filter(service__brand__slug="c"), at_most=1)
    assert (done, len(left)) == (1, 1)
    assert set(CoverageRule.objects.filter(region=regions["320118"]).values_list("service", flat=True)) == {
        other.pk
    }


def test_proposals_cost_the_same_for_one_rule_and_for_many(closed, django_assert_max_num_queries):
    regions, service = closed
    make_rules(service, include=[regions["320125@"]])
    for _n in range(8):
        make_rules(make_service(), include=[regions["320125@"], regions["320118"], regions["330104@"]])
    with django_assert_max_num_queries(6):
        assert len(proposals()) == 17


def test_a_rule_on_a_current_region_is_not_carried_anywhere(closed):
    regions, service = closed
    make_rules(service, include=[regions["330102"]])
    with pytest.raises(CommandError, match="abolished"):
        run("--rule", "one:330102:2000-01-01", "--to", "330114", "--commit")
