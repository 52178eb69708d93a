"""The index follows every write, days that come, and says when it is wrong."""

import datetime
import io
import uuid

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from regions.choices import ChangeAction, DisputeReason, DisputeState
from regions.lookup import memory
from regions.models import Change, CoverageRule, Posting, PostingIndex, Region
from regions.postings.rules import Sets
from regions.postings.touched import INDEX
from regions.postings.write import differences
from regions.services import records
from regions.services.changes import change_set
from regions.services.disputes import decide_dispute, open_dispute
from regions.tests.factories import make_rules, make_service

URL = "/api/v1/coverage/"


@pytest.fixture
def regions(make_regions) -> dict[str, Region]:
    found = make_regions("510322102", "510321", "440100")
    rebuild()
    yield found
    memory._memories.clear()


def rebuild() -> None:
    with change_set(reason="test") as changes:
        changes.add(INDEX, "all", ChangeAction.UPDATE, {}, {})


def sets_of(region: Region) -> dict[str, list[int]]:
    """The stored sets of a region that are not empty."""
    row = (
        Posting.objects.filter(pk=region.pk)
        .values_list("include", "exclude", "include_below", "exclude_below")
        .first()
    )
    sets = Sets.load(row) if row else Sets()
    return {name: list(getattr(sets, name)) for name in Sets.__dataclass_fields__ if getattr(sets, name)}


def agrees() -> bool:
    return differences(PostingIndex.objects.get()) == []


def test_writing_a_rule_asks_little(regions, django_assert_num_queries):
    """Locks go with the questions that need them; the rules of a service are read anew for changed ones only."""
    service, other = make_service(), make_service("other")
    for one in (service, other):
        records.save(CoverageRule(service=one, region=regions["510322"]))
    # A savepoint (the test's transaction is the outer one) and its release, the question about other rules, the
    # rule, its change set, its change, the postings read and written; on PostgreSQL two locks and the index's row go along, on
    # SQLite that row is asked by itself. The regions above are known from before.
    with django_assert_num_queries(8 if connection.vendor == "postgresql" else 10):
        records.save(CoverageRule(service=service, region=regions["510321"]))
    with django_assert_num_queries(7 if connection.vendor == "postgresql" else 9):
        records.save(CoverageRule(service=other, region=regions["510321"]))


def test_a_rule_stands_on_its_region_and_below_all_above(regions):
    service = make_service()
    records.save(CoverageRule(service=service, region=regions["510322"], kind="exclude"))
    assert sets_of(regions["510322"]) == {"exclude": [service.pk]}
    for code in ("510300", "510000", "100000"):
        assert sets_of(regions[code]) == {"exclude_below": [service.pk]}
    assert sets_of(regions["510321"]) == {}
    assert agrees()


def test_a_bulk_write_that_names_keys_only_is_followed(regions):
    service = make_service()
    (rule,) = make_rules(service, include=[regions["510322"]])
    with change_set() as changes:
        changes.add("coverage-rule", rule.key, ChangeAction.UPDATE, {"note": ""}, {"note": "x"})
    assert sets_of(regions["510322"]) == {"include": [service.pk]}
    CoverageRule.objects.filter(pk=rule.pk).update(valid_to=datetime.date(2026, 1, 1))
    with change_set() as changes:
        changes.add(
            "coverage-rule", rule.key, ChangeAction.UPDATE, {"valid_to": None}, {"valid_to": "2026-01-01"}
        )
    assert sets_of(regions["510322"]) == {}
    assert agrees()


def test_a_bulk_write_can_say_what_it_touched(regions):
    service = make_service()
    (rule,) = make_rules(service, include=[regions["510322"]])
    with change_set() as changes:
        changes.rules_changed([(service.pk, rule.region_id)])
        changes.add("service", service.key, ChangeAction.CREATE, None, {})
    assert sets_of(regions["510322"]) == {"include": [service.pk]}


def test_a_rule_that_moves_leaves_its_old_region(regions):
    service = make_service()
    rule = records.save(CoverageRule(service=service, region=regions["510322"], kind="include"))
    rule = CoverageRule.objects.get(pk=rule.pk)
    rule.region = regions["440100"]
    records.save(rule)
    assert sets_of(regions["510322"]) == {} == sets_of(regions["510000"])
    assert sets_of(regions["440100"]) == {"include": [service.pk]}
    assert agrees()


def test_what_is_rolled_back_is_not_in_the_index(regions):
    service = make_service()
    with pytest.raises(RuntimeError), change_set():
        records.save(CoverageRule(service=service, region=regions["510322"], kind="include"))
        raise RuntimeError
    assert sets_of(regions["510322"]) == {}
    assert agrees()


@pytest.mark.slow
def test_days_that_come_are_laid_over_the_index_and_folded_in_by_the_next_write(regions, api):
    region = regions["510322"]
    with time_machine.travel("2026-11-21T04:00:00Z", tick=False):
        rebuild()
        service, other = make_service(), make_service()
        day = datetime.date(2026, 11, 22)
        records.save(CoverageRule(service=service, region=region, kind="include", valid_from=day))
        records.save(CoverageRule(service=other, region=region, kind="include", valid_to=day))
        assert PostingIndex.objects.get().until == day
        assert [hit["service"]["slug"] for hit in ask(api)] == [other.slug]
    with time_machine.travel("2026-11-22T04:00:00Z", tick=False):
        assert [hit["service"]["slug"] for hit in ask(api)] == [service.slug]
        assert memory.memory_here().usable
        assert sets_of(region) == {"include": [other.pk]}  # a reader writes nothing
        records.save(CoverageRule(service=other, region=regions["440100"], kind="include"))
        assert sets_of(region) == {"include": [service.pk]}
        assert PostingIndex.objects.get().until is None
        assert agrees()
    with time_machine.travel("2026-11-20T04:00:00Z", tick=False):  # the clock was set back
        assert ask(api) == []
        assert not memory.memory_here().usable


def ask(api, code: str = "510322", **more) -> list[dict]:
    return api.get(URL, {"region": code, **more}).json()["answers"][0]["results"]


def test_a_region_that_ends_makes_the_index_stale_until_it_is_rebuilt(regions, api):
    with time_machine.travel("2026-11-21T04:00:00Z", tick=False):
        Region.objects.filter(pk=regions["510321"].pk).update(valid_to=datetime.date(2026, 11, 22))
        rebuild()
        ask(api)
        assert memory.memory_here().usable
    with time_machine.travel("2026-11-22T04:00:00Z", tick=False):
        ask(api)
        assert not memory.memory_here().usable
        rebuild()
        ask(api)
        assert memory.memory_here().usable


@pytest.mark.slow
def test_a_dispute_about_a_rule_shows_at_once_and_goes_with_its_decision(regions, api, admin_user):
    rule = records.save(CoverageRule(service=make_service(), region=regions["510300"], kind="include"))
    (hit,) = ask(api)
    assert hit["rule"]["disputed"] is False
    open_dispute(reason=DisputeReason.NOT_COVERED, rule=rule, statement="这里没有人上门")
    (hit,) = ask(api)
    assert hit["rule"]["disputed"] is True
    decide_dispute(
        dispute=rule.disputes.get(), state=DisputeState.REJECTED, decision="打过电话", actor=admin_user
    )
    (hit,) = ask(api)
    assert hit["rule"]["disputed"] is False


def test_a_dispute_about_a_rule_that_went_to_another_service_meanwhile_shows_too(regions, api):
    one, other = make_service("one"), make_service("other")
    rule = records.save(CoverageRule(service=one, region=regions["510322"]))
    as_it_was = CoverageRule.objects.select_related("service", "region").get(pk=rule.pk)
    rule.service = other
    records.save(rule)
    (hit,) = ask(api)
    assert (hit["service"]["slug"], hit["rule"]["disputed"]) == ("other", False)
    open_dispute(reason=DisputeReason.NOT_COVERED, rule=as_it_was, statement="这里没有人上门")
    (hit,) = ask(api)
    assert hit["rule"]["disputed"] is True
    assert Change.objects.filter(kind="coverage-rule").latest("pk").key.startswith("other:")


@pytest.mark.slow
def test_a_renamed_service_shows_its_new_name_in_the_keys_of_its_rules(regions, api):
    service = make_service("old-name")
    records.save(CoverageRule(service=service, region=regions["510322"]))
    (hit,) = ask(api)
    assert hit["rule"]["key"].startswith("old-name:510322:")
    service.slug = "new-name"
    records.save(service)
    (hit,) = ask(api)
    assert (hit["service"]["slug"], hit["rule"]["key"][:15]) == ("new-name", "new-name:510322")


@pytest.mark.slow
def test_a_rule_of_one_service_leaves_the_others_in_memory(regions, api):
    """What was kept of other services' rules on the same regions is not read again."""
    county = regions["510322"]
    for slug in ("first", "second"):
        records.save(CoverageRule(service=make_service(slug), region=county))
    ask(api)
    before = dict(memory.memory_here().day.rules_on(county.pk))
    third = records.save(CoverageRule(service=make_service("third"), region=county))
    ask(api)
    after = dict(memory.memory_here().day.rules_on(county.pk))
    assert len(before) == 2 and len(after) == 3
    assert all(after[service] is part for service, part in before.items())
    third.response_hours = 5
    records.save(third)
    ask(api)
    last = memory.memory_here().day.rules_on(county.pk)
    assert all(last[service] is part for service, part in before.items())
    assert last[third.service_id] != after[third.service_id]


def test_the_memory_is_bounded(regions, api, settings):
    settings.LOOKUP_MEMORY_MB = 0
    memory._memories.clear()
    service = make_service()
    records.save(CoverageRule(service=service, region=regions["510322"], kind="include"))
    assert [hit["service"]["slug"] for hit in ask(api)] == [service.slug]
    kept = memory.memory_usage()
    assert {name: size for name, size in kept.items() if size and name != "memory_facts"} == {}


@pytest.mark.slow
def test_another_history_with_the_same_number_is_noticed(regions, api):
    """A database restored from a backup goes on with numbers that were used before."""
    records.save(CoverageRule(service=make_service(), region=regions["510322"], kind="include"))
    assert len(ask(api)) == 1
    last = Change.objects.latest("pk")
    CoverageRule.objects.all().delete()
    rebuild()
    Change.objects.filter(pk__gt=last.pk).delete()
    Change.objects.filter(pk=last.pk).update(changeset=uuid.uuid4())
    assert ask(api) == []


def test_a_question_inside_an_open_change_set_sees_what_it_wrote(regions, api):
    from regions.lookup import who_covers

    region = regions["510322"]
    assert who_covers(region).count == 0
    with change_set():
        records.save(CoverageRule(service=make_service(), region=region, kind="include"))
        assert who_covers(region).count == 1
    assert who_covers(region).count == 1


def test_without_an_index_sql_answers_and_writes_do_nothing(make_regions, api):
    found = make_regions("510322")
    service = make_service()
    records.save(CoverageRule(service=service, region=found["510322"], kind="include"))
    assert [hit["service"]["slug"] for hit in ask(api)] == [service.slug]
    assert not Posting.objects.exists()


class TestCommand:
    def test_check_passes_and_fails_with_an_exit_code(self, regions):
        service = make_service()
        records.save(CoverageRule(service=service, region=regions["510322"], kind="include"))
        out = io.StringIO()
        call_command("rebuild_postings", "--check", stdout=out)
        assert out.getvalue().strip().endswith("errors 0")
        make_rules(service, include=[regions["510321"]])  # past the services
        errors = io.StringIO()
        with pytest.raises(CommandError, match="differs"):
            call_command("rebuild_postings", "--check", stdout=out, stderr=errors)
        assert f"region {regions['510321'].pk}: include: 1 services differ" in errors.getvalue()
        call_command("rebuild_postings", stdout=out)
        call_command("rebuild_postings", "--check", stdout=out)

    def test_a_rebuild_reaches_running_processes(self, regions, api):
        assert ask(api) == []
        service = make_service()
        make_rules(service, include=[regions["510322"]])
        assert ask(api) == []  # nobody said so
        call_command("rebuild_postings", stdout=io.StringIO())
        assert [hit["service"]["slug"] for hit in ask(api)] == [service.slug]

    def test_report_counts_what_is_kept(self, regions, api):
        ask(api)
        out = io.StringIO()
        call_command("rebuild_postings", "--report", stdout=out)
        lines = dict(line.split(": ") for line in out.getvalue().splitlines())
        assert int(lines["memory_limit"]) > int(lines["memory_places"]) > 0
        assert int(lines["index_regions"]) == Posting.objects.count()

    def test_no_index_is_an_error_of_the_check(self, db):
        with pytest.raises(CommandError, match="no index"):
            call_command("rebuild_postings", "--check")


@pytest.mark.django_db(transaction=True)
def test_another_process_sees_a_commit_in_its_next_request(make_regions, tmp_path):
    """Two processes with a memory each, on one database: what one commits the other answers with at once."""
    if connection.vendor == "sqlite":
        pytest.skip("the SQLite test database lives in one process; benchmarks and test-faults use files")
    import os
    import subprocess
    import sys

    found = make_regions("510322")
    rebuild()
    script = (
        "import sys, django; django.setup()\n"
        "from django.test import Client\n"
        "for line in sys.stdin:\n"
        "    body = Client(HTTP_HOST='localhost').get('/api/v1/coverage/?region=510322').json()\n"
        "    print(body['answers'][0]['count'], flush=True)\n"
    )
    settings_dict = connection.settings_dict
    url = f"postgres://{settings_dict['USER']}@{settings_dict['HOST']}:{settings_dict['PORT']}/{settings_dict['NAME']}"
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "servicenet.settings",
    }
    reader = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", script],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        for expected in range(4):
            reader.stdin.write("\n")
            reader.stdin.flush()
            assert int(reader.stdout.readline()) == expected
            records.save(CoverageRule(service=make_service(), region=found["510322"], kind="include"))
    finally:
        reader.stdin.close()
        reader.wait(timeout=30)
        reader.stdout.close()
