"""What a worker reads before its first request, it reads again when a new day begins."""

from io import StringIO

import pytest
from django.core.management import call_command

from regions.lookup import ahead
from regions.lookup.memory import consistently
from regions.models.base import today
from regions.tests.factories import make_rules, make_service


class Over(Exception):
    """The test has seen enough days."""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_new_day_is_read_before_anybody_asks(make_regions, time_machine, django_assert_max_num_queries):
    regions = make_regions("510322", "510302")
    make_rules(make_service("repair"), [regions["510322"]])
    call_command("rebuild_postings", stdout=StringIO())
    time_machine.move_to("2026-12-20T23:59:30+08:00", tick=False)
    waited = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) > 1:
            raise Over
        time_machine.move_to("2026-12-21T00:00:40+08:00", tick=False)

    with pytest.raises(Over):
        ahead.every_day(wait)
    assert 30 <= waited[0] <= 30 + ahead.SPREAD and waited[1] > 86_000
    with django_assert_max_num_queries(1):  # where the directory stands
        consistently(today(), ahead._read)
