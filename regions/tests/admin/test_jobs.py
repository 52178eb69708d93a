"""Long work of the admin: done by a worker where one runs, at once where none does; told, cancelled, refused, broken off."""

import datetime
import re
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import settings
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.core.files.storage import storages
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django_tasks import task_backends
from django_tasks_db import DatabaseBackend

from regions import keys
from regions.admin.spreadsheets import resource
from regions.choices import JobKind, JobState
from regions.models import Brand, Change, ChangeSet, CoverageRule, Job
from regions.models.base import today
from regions.services import intake, jobs, records
from regions.tests import factories
from regions.tests.admin.test_long_tables import written
from regions.tests.admin.test_working import BRANDS, preview


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.UPLOADS_DIR = tmp_path


@pytest.fixture
def background(settings):
    """As where a worker runs, with the queue in the database; `work` does what waits."""
    settings.BACKGROUND = True
    task_backends["default"] = DatabaseBackend("default", {})
    yield
    del task_backends["default"]


@pytest.fixture(params=["worker", "at once"])
def either(request):
    """With a worker and without one."""
    if request.param == "worker":
        request.getfixturevalue("background")


@pytest.fixture
def many(monkeypatch):
    """Two are many."""
    monkeypatch.setattr(jobs, "MANY", 2)
    monkeypatch.setattr(resource, "AT_A_STRETCH", 2)
    monkeypatch.setattr(resource, "PORTION", 2)


def work() -> None:
    """What waits is done, as by a worker that has nothing to wait for."""
    with patch("django_tasks_db.management.commands.db_worker.close_old_connections"):  # it is the test's own
        call_command("db_worker", batch=True, startup_delay=False, reload=False, verbosity=0)


def begun(response) -> Job:
    """The job that a button leads to."""
    job = Job.objects.latest("pk")
    assert response.status_code == 302 and response.url == address(job), response.content.decode()[-2000:]
    return job


def done(response) -> Job:
    """The same, when it is over."""
    job = begun(response)
    if settings.BACKGROUND:
        work()
    job.refresh_from_db()
    return job


def address(job: Job) -> str:
    return reverse("admin:regions_job_change", args=[job.pk])


def shown(client, job: Job) -> str:
    job.refresh_from_db()
    return client.get(address(job)).content.decode()


def of_table(desk, rows=(*BRANDS, ["a", "甲品牌"])) -> Job:
    """The job of a table's preview."""
    return begun(preview(desk, Brand, written(list(rows), ["slug", "name"])))


# --- Tables ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_long_table_is_compared_and_written_by_the_worker(world, desk, many, background):
    job = of_table(desk)
    page = shown(desk, job)
    assert "It waits for its turn." in page and "job.js" in page and 'http-equiv="refresh"' in page
    work()
    page = shown(desk, job)
    assert "new 7, changed 1, unchanged 0, errors 0" in page and "品牌6" in page and "job.js" not in page
    assert not Brand.objects.filter(slug="brand-0").exists()
    table = done(desk.post(address(job), {"do": "apply", "reason": "十一月的名单"}))
    the_set = ChangeSet.objects.get(door="sheet")
    page = shown(desk, table)
    assert the_set.counts == {"brand": 8} and f"#{the_set.pk}" in page and "Imported." in page
    assert the_set.actor.is_superuser and the_set.reason == "十一月的名单"
    # who looks at the preview again is led to what came of it; pressing again begins nothing
    assert address(table) in shown(desk, job)
    assert desk.post(address(job), {"do": "apply"}).url == address(table) and Job.objects.count() == 2
    assert address(table) in desk.get(reverse("admin:regions_job_changelist")).content.decode()


@pytest.mark.slow
def test_what_changed_since_the_preview_is_not_overwritten(world, desk, many, background):
    job = of_table(desk)
    work()
    brand = Brand.objects.get(slug="a")
    brand.name = "别人改过"
    records.save(brand)
    table = done(desk.post(address(job), {"do": "apply"}))
    assert table.state == JobState.REFUSED and "Somebody has changed this" in shown(desk, table)
    assert not Brand.objects.filter(slug="brand-0").exists() and not ChangeSet.objects.filter(door="sheet")


@pytest.mark.slow
def test_a_table_of_rules_is_a_job_too(world, desk, many, background, monkeypatch):
    monkeypatch.setattr("regions.admin.spreadsheets.coverage.ONE_BY_ONE", 2)
    rows = [["a-repair", code] for code in ("330102", "110105", "211300")]
    job = done(preview(desk, CoverageRule, written(rows, ["service", "code"])))
    assert "new 3, changed 0" in shown(desk, job) and world.ours.rules.count() == 1
    table = done(desk.post(address(job), {"do": "apply"}))
    assert world.ours.rules.count() == 4
    assert ChangeSet.objects.get(uuid=table.changeset).door == "sheet"


# --- Undoing, applying, closing ----------------------------------------------------------------------------------


@pytest.fixture
def list_of_three(world):
    """A list that is applied: three rules in one set."""
    imp = intake.draft(service=world.ours, text="杭州市上城区、吉林省长春市、北京市朝阳区")
    for line in imp.lines.filter(decision="open"):
        intake.decide(line=line, include=[line.result["candidates"][0]])
    return imp


@pytest.mark.slow
def test_a_list_is_applied_reverted_and_undone_as_jobs(list_of_three, world, desk, many, either):
    imp, before = list_of_three, world.ours.rules.count()
    page = reverse("admin:regions_coverageimport_change", args=[imp.pk])
    job = done(desk.post(page, {"do": "apply"}))
    assert job.state == JobState.DONE and "Applied: " in shown(desk, job)
    assert world.ours.rules.open().count() > before
    job = done(desk.post(page, {"do": "revert"}))
    assert (
        job.state == JobState.DONE and "Reverted: " in shown(desk, job) and world.ours.rules.count() == before
    )
    the_set = ChangeSet.objects.get(uuid=job.changeset)
    undo = reverse("admin:regions_changeset_undo", args=[the_set.pk])
    job = done(desk.post(undo, {"reason": "it was right"}))
    assert job.state == JobState.DONE and ChangeSet.objects.get(uuid=job.changeset).undoes == the_set
    assert ChangeSet.objects.get(uuid=job.changeset).reason == "it was right"
    job = done(desk.post(undo, {"reason": "again"}))
    assert job.state == JobState.REFUSED and "is applied" in job.result["told"][0]


def test_rules_are_closed_as_a_job(world, desk, many, either):
    places = [world.regions[name] for name in ("330104@", "211300", "110105")]
    rules = factories.make_rules(world.ours, include=places)
    CoverageRule.objects.filter(pk=rules[0].pk).update(valid_from=today())  # it stays
    data = {"action": "close_rules", "apply": "1", "on": today().isoformat(), "reason": "given up"}
    data[ACTION_CHECKBOX_NAME] = [rule.pk for rule in rules]
    asked = desk.post(reverse("admin:regions_coveragerule_changelist"), data)
    assert rules[0].region.full_name in asked.content.decode() and "given up" in asked.content.decode()
    data["leave"] = "on"
    job = done(desk.post(reverse("admin:regions_coveragerule_changelist"), data))
    assert job.state == JobState.DONE
    page = shown(desk, job)
    assert "2 rules closed." in page
    the_set = ChangeSet.objects.get(uuid=job.changeset)
    assert (
        the_set.reason == "given up" and the_set.door == "action" and the_set.counts == {"coverage-rule": 2}
    )


# --- Cancelled, broken off, refused ------------------------------------------------------------------------------


def test_one_that_waits_is_cancelled_and_never_begun(world, desk, many, background):
    job = of_table(desk)
    desk.post(address(job), {"do": "cancel"})
    work()
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED and "cancelled, nothing is written" in shown(desk, job)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [JobKind.PREVIEW, JobKind.TABLE])
def test_one_that_is_being_done_ends_at_its_next_step(kind, world, desk, many, background):
    job = of_table(desk)
    if kind == JobKind.TABLE:
        work()
        job = begun(desk.post(address(job), {"do": "apply"}))
    steps = jobs.steps(job.pk)
    assert next(steps) == 2
    page = shown(desk, job)
    assert "2 of 8 are done" in page and 'value="2"' in page and "8 / 8" not in page
    desk.post(address(job), {"do": "cancel"})
    assert "It is being cancelled" in shown(desk, job)
    assert list(steps) == []
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED and job.result == {}
    assert not Brand.objects.filter(slug="brand-0").exists() and not ChangeSet.objects.filter(door="sheet")


def test_one_whose_process_is_gone_has_broken_off(world, desk, many, background):
    job = of_table(desk)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)
    assert "nothing of it is written. Begin it again." in shown(desk, job)
    job.refresh_from_db()
    assert job.state == JobState.BROKEN and job.finished_at


def test_what_fails_is_logged_and_told(world, desk, many, background, monkeypatch, caplog):
    job = of_table(desk)

    def busy(*args, **kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr(resource.DirectoryResource, "import_data_inner", busy)
    work()
    job.refresh_from_db()
    assert job.state == JobState.BROKEN and "the disk is full" in caplog.text


def test_who_may_not_do_it_any_more_has_done_nothing(world, desk, chief, many, background):
    job = of_table(desk)
    chief.is_superuser = False
    chief.save()
    work()
    job.refresh_from_db()
    assert job.state == JobState.REFUSED and job.result["told"] == ["Who began this may not do it any more."]
    Job.objects.filter(pk=job.pk).update(state=JobState.WAITING, created_by=None)
    jobs.carry_out.call(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.REFUSED


@pytest.mark.slow
def test_a_maintainer_sees_his_own_and_nobody_confirms_for_another(
    world, desk, keeper, chief, many, background
):
    keeper.force_login(chief)
    job = of_table(keeper)
    work()
    keeper.force_login(User.objects.get(username="keeper"))
    assert keeper.get(address(job)).status_code == 404
    assert keeper.post(address(job), {"do": "cancel"}).status_code == 404
    assert address(job) not in keeper.get(reverse("admin:regions_job_changelist")).content.decode()
    keeper.force_login(User.objects.create_superuser("second"))
    assert keeper.post(address(job), {"do": "apply"}).status_code == 403


def test_it_is_forgotten_with_its_file_after_its_time(world, desk, many, background, settings):
    job = of_table(desk)
    file = storages["import_export"].path(job.params["file"])
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - jobs.KEPT * 2)
    of_table(desk)
    assert not Job.objects.filter(pk=job.pk).exists() and not Path(file).exists()


@pytest.mark.slow
@pytest.mark.parametrize("days", [0, 1, 3])
def test_closing_makes_no_rule_longer_and_ends_what_was_to_end_later(days, world, desk):
    """In one request too: rules without an end, one that was to end in two days, one that has ended, one of today."""
    places = [world.regions[key] for key in ("330104@", "211300", "110105", "330102")]
    rules = factories.make_rules(world.ours, include=places)
    day, long_ago = today() + datetime.timedelta(days), datetime.date(2020, 1, 1)
    planned = today() + datetime.timedelta(2)
    for rule, says in zip(
        rules,
        [
            (long_ago, None),
            (long_ago, planned),
            (long_ago, datetime.date(2021, 1, 1)),
            (today(), None),
        ],
        strict=True,
    ):
        CoverageRule.objects.filter(pk=rule.pk).update(valid_from=says[0], valid_to=says[1])
    data = {"action": "close_rules", ACTION_CHECKBOX_NAME: [rule.pk for rule in rules]}
    page = desk.post(reverse("admin:regions_coveragerule_changelist"), data).content.decode()
    assert "3 rules that go on will end" in page and "1 of them begins today" in page
    data |= {"apply": "1", "on": day.isoformat(), "reason": "given up", "leave": "on"}
    answer = desk.post(reverse("admin:regions_coveragerule_changelist"), data, follow=True)
    ends = [CoverageRule.objects.get(pk=rule.pk).valid_to for rule in rules]
    assert ends == [day, min(day, planned), datetime.date(2021, 1, 1), day if days else None]
    said = [str(message) for message in answer.context["messages"]]
    closed = (2 if days < 2 else 1) + (days > 0)
    plural, day = closed > 1, today() + datetime.timedelta(days)
    ends = f"end{'' if plural else 's'} on {day}." if days > 0 else "closed."
    assert said[0] == f"{closed} rule{'s' if plural else ''} {ends}" and len(said) == 1


@pytest.mark.slow
def test_how_far_a_set_is_undone_stands_wherever_the_set_is_named(
    list_of_three, world, desk, many, either, monkeypatch
):
    """One rule of three is taken back; the kept page of that job says so too. Then the rest."""
    imp = list_of_three
    monkeypatch.setattr(jobs, "MANY", 1)
    applied = done(desk.post(reverse("admin:regions_coverageimport_change", args=[imp.pk]), {"do": "apply"}))
    the_set = ChangeSet.objects.get(uuid=applied.changeset)
    rules = list(Change.objects.filter(changeset=the_set.uuid, kind="coverage-rule"))
    assert len(rules) == 3
    undo = reverse("admin:regions_changeset_undo", args=[the_set.pk])
    stayed = world.ours.rules.get(region__code=keys.read_rule_key(rules[1].key).region, valid_to=None)

    def named_on(job: Job) -> dict[str, str]:
        return {
            "the list": reverse("admin:regions_changeset_changelist"),
            "its page": reverse("admin:regions_changeset_change", args=[the_set.pk]),
            "the set that undid it": reverse(
                "admin:regions_changeset_change", args=[ChangeSet.objects.get(uuid=job.changeset).pk]
            ),
            "home": reverse("admin:index"),
            "history": reverse("admin:regions_coveragerule_history", args=[stayed.pk]),
            "a change": reverse("admin:regions_change_change", args=[rules[0].pk]),
            "the import": reverse("admin:regions_coverageimport_change", args=[imp.pk]),
            "its job": address(applied),
            "the page before undoing": undo,
            "the job that undid it": address(job),
        }

    for page in (*named_on(applied).values(),):
        assert "undone by" not in desk.get(page).content.decode().lower(), page
    job = done(desk.post(undo, {"change": rules[0].pk, "reason": "one was wrong"}))
    assert job.result["told"] == [
        f"#{the_set.pk} is partly undone (1 of 4), by #{ChangeSet.objects.latest('pk').pk}."
    ]
    for where, page in named_on(job).items():
        assert re.search(r"[Pp]artly undone(: 1 of 4| \(1 of 4\))", desk.get(page).content.decode()), where
    job = done(desk.post(undo, {"all": "1", "reason": "all were"}))
    assert job.result["told"] == [f"#{the_set.pk} is undone, by #{ChangeSet.objects.latest('pk').pk}."]
    addresses = named_on(job)
    del addresses["history"]  # the rule is gone
    for where, page in addresses.items():
        text = desk.get(page).content.decode()
        assert ("ndone by" in text or "is undone" in text) and "artly undone" not in text, where
