"""The memory's follower knows every kind of change; an answer never mixes two states."""

import datetime
import io
import re

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from regions.lookup import follow, memory
from regions.models import Change
from regions.models.base import today
from regions.services.changes import change_set, kind_of
from regions.tests import factories


def kinds() -> set[str]:
    """Every word for a record, and every word that code writes into a change without one."""
    found = {kind_of(model) for model in apps.get_app_config("regions").get_models()}
    for path in (settings.BASE_DIR / "regions").rglob("*.py"):
        if "tests" not in path.parts:
            found |= set(re.findall(r'changes\.add\(\s*"([a-z-]+)"', path.read_text("utf-8")))
    return found | {"coverage-list", "posting-index", "user", "group"}


def test_every_kind_of_change_has_an_effect():
    assert kinds() == follow.EFFECTS.keys()


@pytest.mark.django_db
def test_an_unknown_kind_drops_everything_and_is_an_error_in_the_log(caplog):
    with change_set(reason="before") as changes:
        changes.add("brand", "x", "update")
    position = memory.current_position()
    with change_set(reason="after") as changes:
        changes.add("no-such-kind", "x", "update")
    followed = follow.read_changes(position, memory.current_position())
    assert followed.everything
    assert "no-such-kind" in caplog.text and caplog.records[-1].levelname == "ERROR"


@pytest.fixture
def touch(make_regions):
    """Somebody else's commit; the index stands, so that the memory answers about today."""
    service = factories.make_service()
    factories.make_rules(service, include=[make_regions("510322")["510322"]])
    call_command("rebuild_postings", stdout=io.StringIO())

    def commit():
        with change_set(reason="between") as changes:
            changes.touched(service)

    commit()
    return commit


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("on", [None, datetime.date(2020, 1, 1)], ids=["today", "another day"])
def test_a_commit_between_two_reads_has_the_question_asked_again(on, times, touch):
    """Whatever `ask` reads, what it returns is of one position: the last one, when nothing came between."""
    asked = []

    def ask(kept):
        first = Change.objects.count()
        kept.loads += 1  # as any read of the database does
        if len(asked) < times:
            touch()
        asked.append(kept.on)
        return first, Change.objects.count()

    began = Change.objects.count()
    one, two = memory.consistently(on or today(), ask)
    assert one == two == began + times
    assert asked == [on or today()] * (times + 1)


def test_what_needed_no_reading_is_not_asked_again(touch):
    """Then all of it is of the position that the memory stands at, whatever was committed since."""
    asked = []
    memory.consistently(today(), lambda kept: None)  # brings the memory up
    memory.consistently(today(), lambda kept: touch() or asked.append(kept))
    assert len(asked) == 1


def test_what_never_comes_to_rest_is_still_answered(touch):
    asked = []

    def ask(kept):
        touch()
        kept.loads += 1
        asked.append(kept)
        return len(asked)

    assert memory.consistently(today(), ask) == memory.TRIES + 1
    assert asked[-1].position is None and None not in [kept.position for kept in asked[:-1]]


def test_another_day_is_kept_until_anything_changes_and_few_are(touch):
    days = [datetime.date(2020, 1, 1) + datetime.timedelta(step) for step in range(memory.OTHER_DAYS + 1)]
    kept = {day: memory.consistently(day, lambda kept: kept) for day in days}
    again = {day: memory.consistently(day, lambda kept: kept) for day in reversed(days)}
    assert [day for day in days if kept[day] is again[day]] == days[1:]
    touch()
    assert memory.consistently(days[-1], lambda kept: kept) is not again[days[-1]]
    assert len(memory.memory_here().others) == 1
