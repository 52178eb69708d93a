"""Two people applying at once neither lose nor double a rule."""

import itertools
import random
import threading
import time
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from regions.choices import ChangeAction
from regions.models import Change, CoverageRule, PostingIndex, Region
from regions.models.base import today
from regions.postings.touched import INDEX
from regions.postings.write import differences
from regions.services import records
from regions.services.changes import change_set
from regions.services.intake import IntakeError, apply, draft, revert
from regions.tests import factories

TEXT = "自贡市富顺县、广东省(除汕头市)、甘孜州康定市、自贡市沿滩区"


@pytest.fixture
def town(transactional_db):
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite a writer is alone anyway; test_killed.py has two processes there")
    factories.load_regions("510322", "510311", "440500", "513301")
    return factories.make_service("cabinet-repair", brand="brand")


def together(*jobs):
    """Run functions at the same time, each with a connection of its own; their results or errors."""
    start, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(at, job):
        start.wait()
        try:
            results[at] = job()
        except Exception as error:
            results[at] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=entry) for entry in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_the_same_list_at_once(town):
    for _round in range(5):
        imports = [draft(service=town, text=TEXT) for _each in range(4)]
        of_rules = Change.objects.filter(kind="coverage-rule")
        before = of_rules.count()
        outcomes = together(*(lambda imp=imp: apply(imp=imp) for imp in imports))
        assert sorted((o.created, o.unchanged) for o in outcomes) == [(0, 5), (0, 5), (0, 5), (5, 0)]
        assert CoverageRule.objects.count() == 5
        assert of_rules.count() == before + 5
        winner = imports[next(at for at, o in enumerate(outcomes) if o.created)]
        winner.refresh_from_db()
        revert(imp=winner)
        assert not CoverageRule.objects.exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_rules_saved_moved_and_deleted_at_once_lock_nobody_out_and_leave_a_true_index(town):
    with change_set() as changes:
        changes.add(INDEX, "all", ChangeAction.UPDATE, {}, {})
    services = [town, *(factories.make_service(f"other-{n}") for n in range(3))]
    regions = list(Region.objects.open().filter(code__in=["510322", "510311", "440500", "513301"]))

    def work(seed):
        chance, unexpected = random.Random(seed), []
        for _step in range(40):
            service, region = chance.choice(services), chance.choice(regions)
            found = CoverageRule.objects.filter(service=service).first()
            act = chance.choice(["create", "create", "turn", "move", "delete"])
            try:
                if act == "create":
                    records.save(CoverageRule(service=service, region=region))
                elif found and act == "delete":
                    records.delete(found, correct=True)
                elif found:
                    found.kind = "exclude"
                    found.service = chance.choice(services) if act == "move" else service
                    records.save(found)
            except ValidationError:
                pass
            except Exception as error:
                unexpected.append(repr(error))
        return unexpected

    assert together(*(lambda seed=seed: work(seed) for seed in range(6))) == [[]] * 6
    assert differences(PostingIndex.objects.get()) == []


@pytest.mark.django_db(transaction=True)
def test_a_deletion_waits_for_a_move_and_says_what_was_deleted(town):
    with change_set() as changes:
        changes.add(INDEX, "all", ChangeAction.UPDATE, {}, {})
    other = factories.make_service("other")
    rule = records.save(CoverageRule(service=town, region=Region.objects.open().get(code="510322")))
    moved = threading.Event()

    def move():
        with change_set():
            mine = CoverageRule.objects.get(pk=rule.pk)
            mine.service = other
            records.save(mine)
            moved.set()
            time.sleep(0.5)  # the deletion has begun by now, and has read the rule as it was

    def delete():
        moved.wait(10)
        records.delete(CoverageRule.objects.get(pk=rule.pk), correct=True)

    assert together(move, delete) == [None, None]
    assert not CoverageRule.objects.exists()
    assert differences(PostingIndex.objects.get()) == []
    assert Change.objects.latest("pk").key.startswith("other:510322:")


@pytest.mark.django_db(transaction=True)
def test_the_same_import_applied_by_two_people_at_once(town):
    imp = draft(service=town, text=TEXT)
    outcomes = together(*[lambda: apply(imp=type(imp).objects.get(pk=imp.pk))] * 4)
    assert sorted((o.created, o.already) for o in outcomes) == [(0, True), (0, True), (0, True), (5, False)]
    assert CoverageRule.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_different_lists_for_one_service_and_for_two(town):
    other = factories.make_service("other")
    imports = [
        draft(service=town, text="自贡市富顺县、广东省"),
        draft(service=town, text="自贡市沿滩区、自贡市富顺县"),
        draft(service=other, text="自贡市富顺县"),
    ]
    outcomes = together(*(lambda imp=imp: apply(imp=imp) for imp in imports))
    assert not [o for o in outcomes if isinstance(o, Exception)]
    assert CoverageRule.objects.filter(service=town).count() == 3
    assert CoverageRule.objects.filter(service=other).count() == 1


@pytest.mark.django_db(transaction=True)
def test_applying_and_reverting_at_once_leaves_all_or_nothing(town):
    imp = draft(service=town, text=TEXT)
    apply(imp=imp)
    fresh = type(imp).objects.get
    outcomes = together(*[lambda: revert(imp=fresh(pk=imp.pk))] * 3)
    refused = [o for o in outcomes if isinstance(o, IntakeError)]
    assert len(refused) == 2 and not CoverageRule.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_single_rules_and_a_list_for_the_same_days_at_once(town):
    county = Region.objects.open().get(code="510322")
    day = today()

    def single(begin, end):
        return lambda: records.save(
            CoverageRule(service=town, region=county, kind="exclude", valid_from=begin, valid_to=end)
        )

    for _round in range(5):
        imp = draft(service=town, text=TEXT)
        jobs = [
            single(day - timedelta(days=7), day + timedelta(days=7)),
            single(day + timedelta(days=3), day + timedelta(days=20)),
            single(day - timedelta(days=30), None),
            lambda imp=imp: apply(imp=imp, overrule=True),
        ]
        outcomes = together(*jobs)
        unexpected = [o for o in outcomes if isinstance(o, Exception) and not isinstance(o, ValidationError)]
        assert not unexpected
        rules = list(CoverageRule.objects.filter(region=county).order_by("valid_from"))
        for one, next_one in itertools.pairwise(rules):
            assert one.valid_to and one.valid_to <= next_one.valid_from
        CoverageRule.objects.all().delete()
