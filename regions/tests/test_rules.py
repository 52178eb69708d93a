"""Two rules of one service and region never hold on one day, whoever writes them; the refusal names the cure."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from regions.models import CoverageRule
from regions.models.base import today
from regions.services import records
from regions.services.carry_over import carry_over

from .factories import make_rules, make_service

YEAR = {"valid_from": datetime.date(2020, 1, 1), "valid_to": datetime.date(2021, 1, 1)}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def county(make_regions):
    return make_regions("510322", "510311")["510322"]


def rule(service, region, begin: str, end: str = "", **fields) -> CoverageRule:
    return CoverageRule(
        service=service,
        region=region,
        valid_from=datetime.date.fromisoformat(begin),
        valid_to=datetime.date.fromisoformat(end) if end else None,
        **fields,
    )


@pytest.mark.parametrize(
    ("begin", "end", "fits"),
    [
        ("2019-01-01", "2020-01-01", True),  # ends on the day the other begins
        ("2021-01-01", "2022-01-01", True),  # begins on the day the other no longer holds
        ("2021-01-01", "", True),
        ("2019-01-01", "2020-01-02", False),
        ("2019-01-01", "", False),
        ("2019-01-01", "2022-01-01", False),
        ("2020-03-01", "2020-04-01", False),
        ("2020-12-31", "", False),
        ("2020-01-01", "2021-01-01", False),
    ],
)
def test_periods_next_to_each_other_fit_and_others_do_not(county, begin, end, fits):
    service = make_service()
    make_rules(service, include=[county], **YEAR)
    new = rule(service, county, begin, end, kind="exclude")
    if fits:
        new.full_clean()
        records.save(new)
        return
    for write in (new.full_clean, lambda: records.save(new)):
        with pytest.raises(ValidationError, match="from 2020-01-01 until 2021-01-01") as caught:
            write()
        assert len(caught.value.messages) == 1 and "include" in str(caught.value)
        assert "begin on 2021-01-01 or later" in str(caught.value)
    assert CoverageRule.objects.count() == 1


@pytest.mark.slow
def test_an_open_rule_is_named_with_its_first_day(county):
    service = make_service()
    make_rules(service, include=[county])
    for begin, end in (("1999-01-01", ""), ("2026-01-01", "2026-02-01"), ("2026-01-01", "")):
        with pytest.raises(ValidationError, match="include, from 2000-01-01 on.*close that one") as caught:
            records.save(rule(service, county, begin, end))
        assert len(caught.value.messages) == 1
    records.save(rule(service, county, "1999-01-01", "2000-01-01"))


def test_a_rule_does_not_stand_in_its_own_way_nor_in_that_of_others(county, make_regions):
    service = make_service()
    (own,) = make_rules(service, include=[county])
    own.note = "仅限城区"
    records.save(own, correct=True)
    make_rules(service, include=[make_regions("510311")["510311"]])
    make_rules(make_service(), include=[county])
    own.valid_to = today()
    records.save(own)
    records.save(rule(service, county, today().isoformat()))


def test_reopening_a_rule_that_another_followed_is_refused(county):
    service = make_service()
    (first,) = make_rules(service, include=[county], **YEAR)
    make_rules(service, exclude=[county], valid_from=YEAR["valid_to"])
    first.valid_to = None
    with pytest.raises(ValidationError, match="exclude, from 2021-01-01 on"):
        records.save(first, correct=True)
    first.valid_to = datetime.date(2021, 1, 2)
    with pytest.raises(ValidationError, match="exclude, from 2021-01-01 on"):
        records.save(first, correct=True)


def test_an_end_before_the_beginning_is_what_is_said_about_such_a_rule(county):
    service = make_service()
    make_rules(service, include=[county], **YEAR)
    with pytest.raises(ValidationError, match="end must lie after the beginning"):
        records.save(rule(service, county, "2020-06-01", "2020-05-01"))


def test_a_rule_that_is_gone_is_neither_saved_nor_deleted_again(county):
    first = records.save(rule(make_service(), county, "2020-01-01"))
    stale = CoverageRule.objects.get(pk=first.pk)
    records.delete(first, correct=True)
    for act in (records.save, records.delete):
        with pytest.raises(records.DeletedMeanwhile, match="was deleted meanwhile"):
            act(stale)
    assert not CoverageRule.objects.exists()


def test_carrying_over_onto_a_rule_for_a_time_is_refused(make_regions):
    regions = make_regions("320125")
    service = make_service()
    (old,) = make_rules(service, include=[regions["320125@"]])
    later = today() + datetime.timedelta(days=30)
    make_rules(service, include=[regions["320118"]], valid_to=later)
    with pytest.raises(ValidationError, match=f"until {later}"):
        carry_over(rule=old, to=[regions["320118"]])
    old.refresh_from_db()
    assert old.valid_to is None
