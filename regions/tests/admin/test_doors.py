"""Every door that writes says who, when, why, and by which request. A door without a row here fails."""

import contextlib
import io
import json

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command, get_commands
from django.urls import get_resolver, reverse
from django.utils import timezone

from regions import models
from regions.models import Change
from regions.models.base import today
from regions.services import intake, records
from regions.tests import factories

from .test_writes import form_of

REQUEST = "door-7"


def url(model, page, *args):
    return reverse(f"admin:regions_{model._meta.model_name}_{page}", args=args)


def json_post(desk, address, body=None):
    answer = desk.post(address, json.dumps(body or {}), content_type="application/json")
    assert answer.status_code in (200, 201), answer.content.decode()


# --- Doors: each prepares what it needs, says `now()`, and writes ------------------------------------------------


def add_form(desk, world, now):
    now()
    desk.post(url(models.PhoneNumber, "add"), {"canonical": "4001865909"})


def change_form(desk, world, now):
    address = url(models.Service, "change", world.ours.pk)
    data = form_of(desk.get(address))
    now()
    data |= {"name": "新服务名", "promises-0-text": "x", "hotlines-0-labels": "丙"}
    assert desk.post(address, data).status_code == 302


def delete_form(desk, world, now):
    now()
    desk.post(url(models.Organization, "delete", world.organization.pk), {"post": "yes"})


def delete_selected(desk, world, now):
    now()
    chosen = {"action": "delete_selected", "_selected_action": [world.organization.pk], "post": "yes"}
    desk.post(url(models.Organization, "changelist"), chosen)


def close_rules(desk, world, now):
    now()
    chosen = {"action": "close_rules", "_selected_action": [world.rule.pk]}
    desk.post(
        url(models.CoverageRule, "changelist"), chosen | {"apply": "1", "on": str(today()), "reason": "x"}
    )


def spreadsheet(desk, world, now):
    text = "slug,name\na,新名\n".encode()
    form = {"format": "0", "resource": "0", "import_file": SimpleUploadedFile("x.csv", text)}
    response = desk.post(url(models.Brand, "import"), form)
    now()
    desk.post(url(models.Brand, "process_import"), response.context["confirm_form"].initial)


def check(desk, world, now):
    papers = factories.make_source("papers")
    now()
    form = {
        "method": "document",
        "result": "confirmed",
        "source": papers.pk,
        "checked_on": "2026-11-20",
    }
    assert desk.post(url(models.Verification, "record", world.hotline.pk), form).status_code == 302


def decision(desk, world, now):
    now()
    address = url(models.Dispute, "change", models.Dispute.objects.get().pk)
    desk.post(address, {"new_state": "rejected", "new_decision": "查无此事"})


def undo_set(desk, world, now):
    desk.post(url(models.Organization, "delete", world.organization.pk), {"post": "yes"})
    now()
    address = url(models.ChangeSet, "undo", models.ChangeSet.objects.latest("pk").pk)
    desk.post(address, {"reason": "不该删"})
    assert models.Organization.objects.filter(slug="example").exists()


def carry_over(desk, world, now):
    rule = factories.make_rules(world.ours, include=[factories.load_regions("320125")["320125@"]])[0]
    now()
    desk.post(url(models.CoverageRule, "carry_over"), {"do": "all"})
    rule.refresh_from_db()
    assert rule.valid_to


def paste(desk, world, now):
    now()
    desk.post(
        url(models.CoverageImport, "add"), {"service": world.ours.pk, "text": "自贡市富顺县", "mode": "add"}
    )


def press_apply(desk, world, now):
    imp = intake.draft(service=world.theirs, text="自贡市富顺县")
    now()
    desk.post(url(models.CoverageImport, "change", imp.pk), {"do": "apply"})


def press_revert(desk, world, now):
    imp = intake.draft(service=world.theirs, text="自贡市富顺县")
    intake.apply(imp=imp)
    now()
    desk.post(url(models.CoverageImport, "change", imp.pk), {"do": "revert"})


def press_discard(desk, world, now):
    imp = intake.draft(service=world.theirs, text="自贡市富顺县")
    now()
    desk.post(url(models.CoverageImport, "change", imp.pk), {"do": "discard"})


def press_take_up(desk, world, now):
    imp = intake.draft(service=world.theirs, text="自贡市富顺县")
    intake.discard(imp=imp)
    now()
    desk.post(url(models.CoverageImport, "change", imp.pk), {"do": "take-up"})


def press_add(desk, world, now):
    imp = intake.draft(service=world.theirs, text="售后热线：400-186-5909\n服务区域：自贡市富顺县")
    now()
    desk.post(url(models.CoverageImport, "change", imp.pk), {"do": "add:number-0"})


def key(desk, world, now):
    now()
    desk.post(url(models.ApiKey, "add"), {"name": "x", "owner": world.chief.pk, "role": "read", "rate": ""})


def api_draft(desk, world, now):
    now()
    json_post(desk, "/api/v1/imports/", {"service": "b-repair", "text": "自贡市富顺县"})


def api_table(desk, world, now):
    now()
    json_post(desk, "/api/v1/imports/table/", {"table": "service,code\nb-repair,510322\n", "commit": True})


def api_apply(desk, world, now):
    imp = intake.draft(service=world.theirs, text="自贡市富顺县")
    now()
    json_post(desk, f"/api/v1/imports/{imp.pk}/apply/")


def api_revert(desk, world, now):
    imp = intake.draft(service=world.theirs, text="自贡市富顺县")
    intake.apply(imp=imp)
    now()
    json_post(desk, f"/api/v1/imports/{imp.pk}/revert/")


def api_discard(desk, world, now):
    imp = intake.draft(service=world.theirs, text="自贡市富顺县")
    now()
    json_post(desk, f"/api/v1/imports/{imp.pk}/discard/")


def api_take_up(desk, world, now):
    imp = intake.draft(service=world.theirs, text="自贡市富顺县")
    intake.discard(imp=imp)
    now()
    json_post(desk, f"/api/v1/imports/{imp.pk}/take-up/")


def api_report(desk, world, now):
    now()
    body = {"coverage_rule": world.rule.key, "reason": "not_covered", "statement": "打过电话，说不上门"}
    json_post(desk, "/api/v1/disputes/", body)


ADMIN = {
    "add": [add_form, key, paste],
    "change": [change_form, decision, press_apply, press_revert, press_discard, press_take_up, press_add],
    "changelist": [delete_selected, close_rules],
    "delete": [delete_form],
    "process_import": [spreadsheet],
    "record": [check],
    "carry_over": [carry_over],
    "undo": [undo_set],
}
API = {
    "imports": [api_draft],
    "imports-table": [api_table],
    "import-apply": [api_apply],
    "import-revert": [api_revert],
    "import-discard": [api_discard],
    "import-take-up": [api_take_up],
    "disputes": [api_report],
}
# A line of a draft is nobody's record yet: it says itself who decided it, when and why (test_decide.py).
UNRECORDED = {"import-line", "import-decisions"}
# Addresses of the admin that show or prepare, and those of the API that only read by POST.
READ_ONLY = {"history", "autocomplete", "import", "export", "queue", "number", "overview"} | {
    "coverage",
    "resolve",
    "overview_names",
}
COMMANDS = {
    "carry_over", "check_hotlines", "demo", "import_coverage", "import_outlets", "import_sheet", "load_regions", "rebuild_postings", "region_updates",
}  # fmt: skip
SILENT_COMMANDS = {"backup", "build_outlines", "build_regions", "check_backup", "check_outlines", "check_regions", "derive_changes", "export_coverage", "forget_second_step", "measure_successions", "overview", "resolve", "roles"}  # fmt: skip


def _admin_pages() -> set[str]:
    """The last words of the names of all pages of our records."""
    found = set()
    for page in admin.site._registry.values():
        if page.opts.app_label != "regions":
            continue
        prefix = f"regions_{page.opts.model_name}_"
        names = {pattern.name for pattern in page.get_urls() if getattr(pattern, "name", None)}
        found |= {name.removeprefix(prefix) for name in names if name.startswith(prefix)}
    return found


def _writing_views() -> set[str]:
    """The names of the API's addresses that take anything but GET."""
    patterns = get_resolver("regions.api.urls").url_patterns
    found = set()
    for pattern in patterns:
        view = getattr(pattern.callback, "cls", None)
        methods = getattr(pattern.callback, "actions", None) or {
            name for name in ("post", "put", "patch", "delete") if hasattr(view, name)
        }
        if set(methods) & {"post", "put", "patch", "delete"}:
            found.add(pattern.name)
    return found


def test_every_door_has_a_row():
    assert _admin_pages() <= ADMIN.keys() | READ_ONLY
    assert _writing_views() <= API.keys() | UNRECORDED | READ_ONLY
    ours = {name for name, app in get_commands().items() if app == "regions"}
    assert ours == COMMANDS | SILENT_COMMANDS


@pytest.mark.slow
@pytest.mark.parametrize(
    "door", [door for doors in (*ADMIN.values(), *API.values()) for door in doors], ids=lambda d: d.__name__
)
def test_a_write_says_who_when_why_and_by_which_request(door, world, desk, chief):
    world.chief = chief
    began = {}

    def now():
        began["at"], began["last"] = timezone.now(), getattr(Change.objects.last(), "pk", 0)
        desk.defaults["HTTP_X_REQUEST_ID"] = REQUEST

    door(desk, world, now)
    changes = list(Change.objects.filter(pk__gt=began["last"]))
    assert changes
    for change in changes:
        assert change.actor == (None if door is api_report else chief)
        assert change.reason.strip(), change
        assert change.request_id == REQUEST
        assert change.at >= began["at"]
    assert len({change.changeset for change in changes}) == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["carry_over", "import_coverage", "rebuild_postings", "check_hotlines"])
def test_a_command_says_why(name, world, tmp_path):
    """By nobody, in a run that has an id. (`load_regions` and `demo` say their names: test_demo.py.)"""
    arguments = {
        "carry_over": ["--commit"],
        "import_coverage": [str(tmp_path / "list.csv"), "--commit"],
        "rebuild_postings": [],
        "check_hotlines": ["--commit", "--pages", str(tmp_path)],
    }[name]
    (tmp_path / "list.csv").write_text("service,region,kind\nb-repair,510322,include\n", "utf-8")
    factories.make_rules(world.ours, include=[factories.load_regions("320125")["320125@"]])
    models.Source.objects.filter(pk=world.source.pk).update(machine_checkable=True)
    (tmp_path / f"{world.source.slug}.txt").write_text("售后热线：4000000001", "utf-8")
    last = Change.objects.last().pk
    with contextlib.suppress(SystemExit):
        call_command(name, *arguments, stdout=io.StringIO(), stderr=io.StringIO())
    changes = list(Change.objects.filter(pk__gt=last))
    assert changes
    for change in changes:
        assert change.reason and change.actor is None
    assert len({change.request_id for change in changes}) == 1 and len(changes[0].request_id) == 32


def test_what_joins_a_change_set_says_why_when_the_set_does_not(world):
    from regions.services.changes import change_set

    with change_set():
        world.brand.name = "新名"
        records.save(world.brand, reason="更名公告")
    assert Change.objects.latest("pk").reason == "更名公告"
