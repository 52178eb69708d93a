"""A long table is worked through while its page is sent: progress, what came of it, and nothing at all where somebody leaves."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from regions.admin.spreadsheets import resource, working
from regions.choices import JobState
from regions.models import Brand, ChangeSet, Hotline, Job, Service
from regions.tests.admin.test_long_tables import written

BRANDS = [[f"brand-{at}", f"品牌{at}"] for at in range(7)]


@pytest.fixture(autouse=True)
def long(monkeypatch):
    """Two rows are many, and each step is told."""
    monkeypatch.setattr(resource, "AT_A_STRETCH", 2)
    monkeypatch.setattr(resource, "PORTION", 2)
    monkeypatch.setattr(working, "SECONDS", 0)


def address(model, page: str) -> str:
    return reverse(f"admin:regions_{model._meta.model_name}_{page}")


def preview(client, model, data: bytes):
    upload = SimpleUploadedFile("sheet.csv", data)
    return client.post(address(model, "import"), {"format": "0", "resource": "0", "import_file": upload})


def confirm(client, page: str):
    """The answer to the button of a preview, with the fields of its form."""
    form = page[page.rindex('<form action="') :].partition("</form>")[0]
    return client.post(re.match('<form action="([^"]*)"', form)[1], dict(_fields(form)))


def _fields(form: str):
    for field in re.findall("<input[^>]*>", form):
        name, value = (re.search(f'{each}="([^"]*)"', field) for each in ("name", "value"))
        if name:
            yield name[1], value[1] if value else ""


def text(response) -> str:
    return b"".join(response.streaming_content).decode()


def done(page: str) -> list[tuple[str, str]]:
    return re.findall('max="(\\d+)" value="(\\d+)"', page)


@pytest.mark.slow
def test_every_step_is_told_then_what_came_of_it_and_the_button_writes_one_set(world, desk):
    shown = text(preview(desk, Brand, written([*BRANDS, ["a", "甲品牌"]], ["slug", "name"])))
    assert done(shown) == [("8", "0"), ("8", "2"), ("8", "4"), ("8", "6"), ("8", "8")]
    assert shown.lstrip().startswith("<!DOCTYPE html>") and shown.rstrip().endswith("</html>")
    kept = Job.objects.get()  # and can be looked at again
    again = desk.get(reverse("admin:regions_job_change", args=[kept.pk])).content.decode()
    assert kept.state == JobState.DONE and "new 7, changed 1" in again and "Confirm import" in again
    assert (
        "new 7, changed 1, unchanged 0, errors 0" in shown and "品牌6" in shown
    )  # the rows are shown as those of any table
    assert not Brand.objects.filter(slug="brand-0").exists() and not ChangeSet.objects.filter(door="sheet")
    told = text(confirm(desk, shown))
    assert len(done(told)) == 5 and "new 7, changed 1, unchanged 0, errors 0" in told
    the_set = ChangeSet.objects.get(door="sheet")
    assert the_set.counts == {"brand": 8} and f"#{the_set.pk}" in told and the_set.actor.is_superuser
    assert reverse("admin:regions_changeset_change", args=[the_set.pk]) in told
    again = text(preview(desk, Brand, written([*BRANDS, ["a", "甲品牌"]], ["slug", "name"])))
    assert (
        "new 0, changed 0, unchanged 8, errors 0" in again
        and "<form action" not in again.rpartition("sn-told")[2]
    )


def test_who_leaves_has_cancelled_and_nothing_is_written(world, desk, monkeypatch):
    shown = text(preview(desk, Brand, written(BRANDS, ["slug", "name"])))
    answer = confirm(desk, shown)
    for step in answer.streaming_content:
        if ("7", "4") in done(step.decode()):
            assert Brand.objects.filter(slug="brand-3").exists()  # seen from inside
            break
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)  # it is the test's own
    answer.close()
    assert not Brand.objects.filter(slug__startswith="brand-").exists()
    assert not ChangeSet.objects.filter(door="sheet")
    assert Job.objects.latest("pk").state == JobState.CANCELLED


def test_all_faults_are_named_with_their_rows_and_nothing_is_written(world, desk):
    rows = [*BRANDS[:3], ["x y", "空格"], *BRANDS[3:], ["brand-9", ""], ["brand-1", "又一次"]]
    shown = text(preview(desk, Brand, written(rows, ["slug", "name"])))
    assert re.findall("Row (\\d+)", shown) == ["5", "10", "11"] and "Confirm import" not in shown
    assert "errors 3" in shown and 'type="file"' in shown
    assert "Unknown columns: colour" in text(preview(desk, Brand, written(BRANDS, ["slug", "colour"])))


@pytest.mark.slow
def test_services_and_hotlines_go_the_same_way_and_a_maintainer_writes_on_his_own(
    world, desk, maintainer, client
):
    header = ["slug", "name", "brand", "category", "kind"]
    rows = [[f"a-{at}", f"甲{at}", "a", world.ours.category.slug, "repair"] for at in range(3)]
    shown = text(preview(desk, Service, written(rows, header)))
    text(confirm(desk, shown))
    assert Service.objects.filter(slug__in=["a-0", "a-1", "a-2"]).count() == 3
    numbers = [[f"a-{at}", f"400123456{at}"] for at in range(3)]
    client.force_login(maintainer)
    other = [*numbers, ["b-repair", "4001234569"]]
    refused = text(preview(client, Hotline, written(other, ["service", "number"])))
    assert "b-repair" in refused and "Confirm import" not in refused
    text(confirm(client, text(preview(client, Hotline, written(numbers, ["service", "number"])))))
    assert Hotline.objects.filter(number__canonical__startswith="400123456").count() == 3


def test_what_breaks_off_says_so_and_writes_nothing(world, desk, monkeypatch, caplog):
    shown = text(preview(desk, Brand, written(BRANDS, ["slug", "name"])))

    def busy(*args, **kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr(resource.DirectoryResource, "import_data_inner", busy)
    told = text(confirm(desk, shown))
    assert "nothing of the table is written" in told.rpartition("sn-told")[2]
    assert told.rstrip().endswith("</html>") and not Brand.objects.filter(slug="brand-0").exists()
    assert "the disk is full" in caplog.text and Job.objects.latest("pk").state == JobState.BROKEN
