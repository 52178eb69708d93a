"""Rules on abolished regions are listed, and carried over only where there is nothing to decide."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from regions.lookup import who_covers
from regions.models import Change, CoverageRule
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
