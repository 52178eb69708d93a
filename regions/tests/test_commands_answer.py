"""Commands that write say who, why and in which run, and no record is told as changed that is not."""

import datetime
import io

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from regions.models import Change, ChangeSet, Source
from regions.services import records

from .admin.test_writes import form_of
from .factories import make_service, make_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(tmp_path, make_regions):
    make_regions("510322")
    make_service("a-repair", brand="a", category="washing-machine", kind="repair")

    def written(text: str):
        path = tmp_path / "sheet.csv"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return written


WRITING = [
    ("import_sheet", "brand", "slug,name\nnew,新牌\n"),
    ("import_coverage", None, "service,region,kind\na-repair,510322,include\n"),
]


@pytest.mark.parametrize(("command", "kind", "text"), WRITING)
def test_a_command_says_whose_doing_it_is_and_why(command, kind, text, sheet, admin_user):
    called = [command, *([kind] if kind else []), sheet(text), "--commit"]
    call_command(*called, "--by", admin_user.username, "--reason", "名单 2026-11", stdout=io.StringIO())
    made = ChangeSet.objects.latest("pk")
    assert (made.actor, made.reason, len(made.request_id)) == (admin_user, "名单 2026-11", 32)
    assert set(Change.objects.values_list("actor", "request_id", "reason")) >= {
        (admin_user.pk, made.request_id, "名单 2026-11")
    }


@pytest.mark.parametrize(("command", "kind", "text"), WRITING)
def test_nobody_on_file_is_nobody(command, kind, text, sheet):
    before = Change.objects.count()
    with pytest.raises(CommandError, match="--by: there is no active account nobody"):
        call_command(command, *([kind] if kind else []), sheet(text), "--commit", "--by", "nobody")
    assert Change.objects.count() == before


MOVED = "slug,name,brand,category,kind\na-repair,甲,a,washing-machine,cleaning\n"


def test_a_sheet_that_moves_past_answers_says_so(sheet):
    told = io.StringIO()
    call_command("import_sheet", "service", sheet(MOVED), stdout=told)
    assert "1 of them are corrections: past days are answered otherwise too" in told.getvalue()
    told = io.StringIO()
    call_command("import_sheet", "service", sheet("slug,name,brand\na-repair,乙,a\n"), stdout=told)
    assert "changed 1" in told.getvalue() and "correction" not in told.getvalue()


def test_the_preview_of_such_a_sheet_says_so(sheet, admin_client):
    url = reverse("admin:regions_service_import")
    with open(sheet(MOVED), "rb") as file:
        page = admin_client.post(url, {"import_file": file, "format": "0"}).content.decode()
    assert "有 1 条记录过去的回答也会随之改变" in page


@pytest.mark.parametrize("zone", [datetime.UTC, datetime.timezone(datetime.timedelta(hours=8))])
def test_the_same_moment_in_another_time_zone_is_no_change(zone):
    source = make_source("list", fetched_at=datetime.datetime(2026, 5, 1, 2, tzinfo=datetime.UTC))
    before = Change.objects.count()
    source = Source.objects.get(pk=source.pk)
    source.fetched_at = source.fetched_at.astimezone(zone)
    records.save(source)
    assert Change.objects.count() == before


def test_a_form_that_is_saved_as_it_stands_changes_nothing(admin_client):
    source = make_source("list", fetched_at=datetime.datetime(2026, 5, 1, 2, tzinfo=datetime.UTC))
    url = reverse("admin:regions_source_change", args=[source.pk])
    before = Change.objects.count()
    assert admin_client.post(url, form_of(admin_client.get(url)) | {"reason": "nothing"}).status_code == 302
    assert Change.objects.count() == before
