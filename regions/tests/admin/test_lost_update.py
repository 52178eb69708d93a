"""Two people with the same form open: the second is told what the first changed, and keeps what he typed."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from regions import models
from regions.models import Change
from regions.models.base import today
from regions.tests import factories

from .test_writes import form_of


def url(model, page, *args):
    return reverse(f"admin:regions_{model._meta.model_name}_{page}", args=args)


# Every form of a record: what the first changes, and what the second types.
FORMS = [
    (models.Brand, "brand", {"name": "甲"}, {"name": "乙"}),
    (
        models.Brand,
        "brand",
        {"name": "甲"},
        {"website": "https://example.com/"},
    ),  # other fields: told all the same
    (models.Category, "category", {"name": "甲"}, {"name_en": "b"}),
    (models.Organization, "organization", {"name": "甲"}, {"name": "乙"}),
    (models.Service, "ours", {"description": "甲"}, {"name": "乙"}),
    (models.Service, "ours", {"promises-0-text": "甲"}, {"promises-0-text": "乙"}),
    (models.Service, "ours", {"hotlines-0-labels": "甲"}, {"hotlines-0-labels": "乙"}),
    (models.CoverageRule, "rule", {"note": "甲", "since": "always"}, {"note": "乙", "since": "always"}),
    (models.Hotline, "hotline", {"labels": "甲"}, {"mentions": "7"}),
    (
        models.Hotline,
        "hotline",
        {"opening_hours": "周一至周日 07:00-20:00"},
        {"opening_hours": "周一至周日 09:00-20:00"},
    ),
    (models.PhoneNumber, "number", {"note": "甲"}, {"note": "乙"}),
    (models.Source, "source", {"title": "甲"}, {"publisher": "乙"}),
    (models.Region, "region", {"names-0-name": "甲"}, {"names-0-name": "乙"}),
    (models.ApiKey, "key", {"name": "甲"}, {"name": "乙"}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("model", "name", "first", "typed"), FORMS)
def test_the_second_is_told_and_keeps_what_he_typed(model, name, first, typed, world, desk, second):
    world.category, world.number = world.ours.category, world.hotline.number
    world.region, world.key = world.regions["510322"], models.ApiKey.objects.get()
    address = url(model, "change", getattr(world, name).pk)
    page_of_first, page_of_second = desk.get(address), second.get(address)
    assert desk.post(address, form_of(page_of_first) | first).status_code == 302
    written = Change.objects.count()

    refused = second.post(address, form_of(page_of_second) | typed)
    assert refused.status_code == 200 and Change.objects.count() == written
    text = refused.content.decode()
    assert "chief" in text and "Somebody changed this while the page was open" in text
    shown = form_of(refused)
    for field, value in typed.items():
        assert shown[field] == value
    for field, value in first.items():
        if field not in ("since",):
            assert value in text

    assert second.post(address, shown).status_code == 302  # now he knows
    assert Change.objects.count() > written


# What ends a running record and begins another; what the second types, and what he is told.
ENDED = [
    ("rule", {"kind": "exclude"}, {"note": "乙"}, ("kind", "exclude")),
    ("rule", {"kind": "exclude"}, {"kind": "exclude", "note": "乙"}, ("kind", "exclude")),
    ("rule", {"note": "甲"}, {"note": "乙"}, ("note", "甲")),
    ("hotline", {"contact_type": "sales"}, {"labels": "乙"}, ("contact", "sales")),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "first", "typed", "told"), ENDED)
def test_what_ended_for_another_meanwhile_is_told_by_what_goes_on(
    name, first, typed, told, world, desk, second
):
    record = getattr(world, name)
    address = url(type(record), "change", record.pk)
    page_of_first, page_of_second = desk.get(address), second.get(address)
    assert desk.post(address, form_of(page_of_first) | first).status_code == 302
    refused = second.post(address, form_of(page_of_second) | typed)
    assert refused.status_code == 200
    said = " ".join(map(str, refused.context["adminform"].form.non_field_errors()))
    assert "Somebody changed this" in said and all(word in said.lower() for word in told), said
    assert "valid to" not in said
    shown = form_of(refused)
    assert all(shown[field] == value for field, value in typed.items())
    assert second.post(address, shown).status_code == 302  # now he knows
    old, new = type(record).objects.filter(service=record.service_id).order_by("pk")
    old.refresh_from_db()
    assert old.valid_to == new.valid_from == today() and new.valid_to is None
    for field, value in typed.items():
        assert getattr(new, field) in (value, [value])
    assert new.pk not in (None, record.pk)


@pytest.mark.slow
def test_a_row_that_ended_for_another_meanwhile_keeps_what_was_typed(world, desk, second):
    address = url(models.Service, "change", world.ours.pk)
    page_of_first, page_of_second = desk.get(address), second.get(address)
    first = form_of(page_of_first) | {"hotlines-0-contact_type": "sales"}
    assert desk.post(address, first).status_code == 302
    typed = form_of(page_of_second) | {"hotlines-0-contact_type": "complaints", "hotlines-0-labels": "乙"}
    refused = second.post(address, typed)
    assert refused.status_code == 200
    assert "Somebody changed this" in refused.content.decode() and "sales" in refused.content.decode().lower()
    shown = form_of(refused)
    assert shown["hotlines-0-labels"] == "乙" and shown["hotlines-0-contact_type"] == "complaints"
    assert second.post(address, shown).status_code == 302
    old, new = models.Hotline.objects.filter(service=world.ours).order_by("pk")
    assert (new.labels, new.contact_type, old.valid_to) == (["乙"], "complaints", today())


@pytest.mark.slow
def test_what_changed_before_the_page_was_opened_is_no_matter(world, desk, second):
    address = url(models.Brand, "change", world.brand.pk)
    desk.post(address, form_of(desk.get(address)) | {"name": "甲"})
    assert second.post(address, form_of(second.get(address)) | {"name": "乙"}).status_code == 302


@pytest.mark.slow
def test_a_command_counts_as_somebody(world, desk, tmp_path):
    address = url(models.CoverageRule, "change", world.rule.pk)
    page = desk.get(address)
    (tmp_path / "list.csv").write_text("service,region,note\na-repair,510322,甲\n", "utf-8")
    call_command("import_coverage", str(tmp_path / "list.csv"), "--commit", "--correct")
    refused = desk.post(address, form_of(page) | {"note": "乙", "since": "always"})
    assert "a command at" in refused.content.decode()


@pytest.mark.slow
def test_a_sheet_overwrites_nothing_that_its_preview_did_not_show(world, desk, second):
    text = "slug,name\na,甲\nb,丙\n".encode()

    def preview():
        form = {"format": "0", "resource": "0", "import_file": SimpleUploadedFile("x.csv", text)}
        return second.post(url(models.Brand, "import"), form).context["confirm_form"].initial

    shown = preview()
    address = url(models.Brand, "change", world.brand.pk)
    desk.post(address, form_of(desk.get(address)) | {"name": "乙"})
    answer = second.post(url(models.Brand, "process_import"), shown, follow=True)
    assert "since the preview" in answer.content.decode()
    assert set(models.Brand.objects.values_list("name", flat=True)) == {"乙", "示例 b"}
    second.post(url(models.Brand, "process_import"), preview())
    assert set(models.Brand.objects.values_list("name", flat=True)) == {"甲", "丙"}


@pytest.mark.slow
def test_a_check_of_the_number_stands_in_nobodys_way(world, desk, second):
    """It says nothing that the form holds."""
    address = url(models.Hotline, "change", world.hotline.pk)
    page = second.get(address)
    form = {
        "method": "document",
        "result": "confirmed",
        "source": factories.make_source("papers").pk,
        "checked_on": "2026-11-20",
    }
    desk.post(url(models.Verification, "record", world.hotline.pk), form)
    assert second.post(address, form_of(page) | {"labels": "乙"}).status_code == 302


@pytest.mark.slow
def test_what_was_deleted_meanwhile_is_said(world, desk, second):
    address = url(models.Organization, "change", world.organization.pk)
    page = second.get(address)
    desk.post(url(models.Organization, "delete", world.organization.pk), {"post": "yes"})
    answer = second.post(address, form_of(page) | {"name": "乙"}, follow=True)
    assert "doesn’t exist" in answer.content.decode()


@pytest.mark.slow
def test_who_looks_after_a_brand_is_part_of_it(world, desk, second, maintainer):
    """Taken away with a reason: recorded by name, told to an older form, undone, and nobody's business outside."""
    address, last = url(models.Brand, "change", world.brand.pk), Change.objects.latest("pk")
    older = second.get(address)
    form = form_of(desk.get(address))
    assert form["maintainers"] == [maintainer.pk]
    feed = second.get(f"/brands/{world.brand.slug}/feed/").content
    taken = {name: value for name, value in form.items() if name != "maintainers"} | {"reason": "离职"}
    assert desk.post(address, taken).status_code == 302
    assert not world.brand.maintainers.exists()
    the_set = models.ChangeSet.objects.latest("pk")
    assert (the_set.reason, the_set.actor.username) == ("离职", "chief")
    change = Change.objects.get(pk__gt=last.pk)
    assert (change.kind, change.before, change.after) == (
        "brand", {"maintainers": [maintainer.pk]}, {"maintainers": []})  # fmt: skip
    for page in ("change", "undo"):
        text = desk.get(url(models.ChangeSet, page, the_set.pk)).content.decode()
        assert "keeper" in text and "maintainers" in text.lower()
    position = f"{last.pk}"
    told = second.get("/api/v1/changes/", {"after": position}).json()
    assert told["results"] == [] and told["position"] != position
    assert second.get(f"/brands/{world.brand.slug}/feed/").content == feed

    refused = second.post(address, form_of(older) | {"website": "https://example.com/"})
    text = refused.content.decode()
    assert refused.status_code == 200 and "Somebody changed this" in text and "keeper → —" in text
    assert not world.brand.maintainers.exists()
    shown = form_of(refused)
    assert shown["website"] == "https://example.com/"

    undoing = url(models.ChangeSet, "undo", the_set.pk)
    assert desk.post(undoing, {"reason": "错了"}).status_code == 302
    assert [each.pk for each in world.brand.maintainers.all()] == [maintainer.pk]


@pytest.mark.slow
def test_a_brand_comes_back_with_who_looked_after_it_and_is_there_still(world, desk, maintainer):
    brand = models.Brand.objects.create(slug="c", name="丙")
    gone = User.objects.create_user("gone")
    brand.maintainers.set([maintainer, gone])
    desk.post(url(models.Brand, "delete", brand.pk), {"post": "yes", "reason": "删"})
    the_set = models.ChangeSet.objects.latest("pk")
    User.objects.filter(pk=gone.pk).delete()
    assert desk.post(url(models.ChangeSet, "undo", the_set.pk), {"reason": "错了"}).status_code == 302
    assert list(models.Brand.objects.get(slug="c").maintainers.all()) == [maintainer]


@pytest.mark.slow
def test_a_report_is_not_decided_past_what_came_meanwhile(world, desk, second, client):
    """Accepted, new evidence, decided: each is told to who has an older form, and his words stay."""
    report = models.Dispute.objects.get()
    address, hotline = url(models.Dispute, "change", report.pk), world.their_hotline

    def told(answer, *words):
        assert answer.status_code == 200, answer.status_code
        said = " ".join(map(str, answer.context["adminform"].form.non_field_errors()))
        assert all(word in said for word in words), said
        assert "改主意" in answer.content.decode()
        report.refresh_from_db()
        return form_of(answer) if answer.context["show_save"] else None

    older = form_of(second.get(address)) | {"new_state": "rejected", "new_decision": "改主意"}
    accept = form_of(desk.get(address)) | {"new_state": "accept", "new_decision": "值得一看"}
    assert desk.post(address, accept).status_code == 302
    again = told(second.post(address, older), "chief at", "值得一看")
    assert (report.state, report.decision) == ("open", "")

    body = {"hotline": hotline.key, "reason": "wrong_number", "evidence_url": "https://example.com/new"}
    body["statement"] = "这个号码是别家公司的，我打过两次"
    sent = Client(REMOTE_ADDR="203.0.113.9").post("/api/v1/disputes/", body, content_type="application/json")
    assert sent.json()["outcome"] == "collapsed"
    again = told(second.post(address, again), "https://example.com/new", "打过两次")
    assert report.state == "open" and (again["new_state"], again["new_decision"]) == ("rejected", "改主意")

    decide = form_of(desk.get(address)) | {"new_state": "upheld", "new_decision": "官方否认"}
    assert desk.post(address, decide).status_code == 302
    for _twice in range(2):
        assert told(second.post(address, again), "chief", "upheld", "官方否认") is None
        assert (report.state, report.decision) == ("upheld", "官方否认")
        again |= {"seen": str(Change.objects.latest("pk").pk)}


@pytest.mark.slow
def test_a_check_and_reports_of_a_claim_that_went_on_reach_the_one_that_stands(world, desk, second):
    record = world.hotline
    key, page = record.key, reverse("admin:regions_verification_record", args=[record.pk])
    assert second.get(page).status_code == 200
    address = url(models.Hotline, "change", record.pk)
    assert desk.post(address, form_of(desk.get(address)) | {"contact_type": "sales"}).status_code == 302
    stands = models.Hotline.objects.get(follows=record)
    checks = models.Verification.objects.count()

    typed = {"method": "call", "result": "refuted", "note": "打过去是别家", "checked_on": str(today())}
    told = second.post(page, typed)
    text = told.content.decode()
    assert told.status_code == 200 and models.Verification.objects.count() == checks
    assert "goes on as" in text and stands.key in text and "打过去是别家" in text
    assert url(models.Hotline, "change", stands.pk) in text
    onwards = reverse("admin:regions_verification_record", args=[stands.pk])
    assert f'action="{onwards}"' in text
    assert second.get(page, {"part": "all"}).url == f"{onwards}?part=all"
    assert second.post(onwards, typed).status_code == 302
    told = second.get(f"/api/v1/hotlines/{stands.key}/").json()
    assert (told["status"], told["valid_to"]) == ("refuted", None)

    body = {"hotline": key, "reason": "other", "statement": "营业执照上写的是另一家公司"}
    answer = Client().post("/api/v1/disputes/", body, content_type="application/json").json()
    assert (answer["hotline"], answer["outcome"]) == (stands.key, "opened")
    form = {"reason": "not_in_service", "statement": "停机"}
    assert Client().post(f"/report/?hotline={key}", form).status_code == 302
    assert set(
        models.Dispute.objects.exclude(hotline=world.their_hotline).values_list("hotline", flat=True)
    ) == {stands.pk}

    rule, address = world.rule, url(models.CoverageRule, "change", world.rule.pk)
    assert desk.post(address, form_of(desk.get(address)) | {"note": "仅限城区"}).status_code == 302
    body = {"coverage_rule": rule.key, "reason": "not_covered"}
    answer = Client().post("/api/v1/disputes/", body, content_type="application/json").json()
    assert answer["coverage_rule"] != rule.key and answer["coverage_rule"].endswith(str(today()))
    was = world.their_rule
    models.CoverageRule.objects.filter(pk=was.pk).update(valid_to=today())
    models.CoverageRule.objects.create(
        service=was.service, region=was.region, kind="exclude", valid_from=today()
    )  # which says what was reported no more
    body["coverage_rule"] = was.key
    answer = Client().post("/api/v1/disputes/", body, content_type="application/json").json()
    assert answer["coverage_rule"] == was.key


@pytest.mark.slow
def test_what_is_done_to_accounts_and_groups_is_told_and_recorded(world, desk, second):
    """Whose account was closed stays so when an older form is saved; who, why, by which request, and never a password."""
    person = User.objects.create_user("li", password="pass-of-li", is_staff=True)
    editors = Group.objects.get(name="editors")
    person.groups.add(editors)
    permission = Permission.objects.get(codename="add_brand")
    editors.permissions.add(permission)

    def second_is_told(page, first, typed, *told):
        """The first saves `first` (None: left out), the second's older form is refused and keeps `typed`."""
        older, form = form_of(second.get(page)), form_of(desk.get(page)) | {"reason": "离职"} | first
        sent = desk.post(page, {name: value for name, value in form.items() if value is not None})
        assert sent.status_code == 302, sent.context["errors"]
        the_set = models.ChangeSet.objects.latest("pk")
        assert (the_set.actor.username, the_set.reason, the_set.door) == ("chief", "离职", "form")
        assert the_set.request_id == sent["X-Request-ID"]
        (change,) = Change.objects.filter(changeset=the_set.uuid)
        assert change.after.keys() == first.keys()  # and nothing that nobody typed
        shown = desk.get(url(models.ChangeSet, "change", the_set.pk)).content.decode()
        refused = second.post(page, older | typed)
        text = refused.content.decode()
        assert refused.status_code == 200 and "Somebody changed this" in text
        assert all(word in text and word in shown for word in told), shown
        assert form_of(refused).items() >= typed.items()

    page = reverse("admin:auth_user_change", args=[person.pk])
    second_is_told(page, {"is_active": None}, {"last_name": "李"}, "active", "yes")
    person.refresh_from_db()
    assert not person.is_active and person.last_name == ""
    second_is_told(page, {"groups": None}, {"last_name": "李"}, "groups", "editors")
    assert not person.groups.exists()
    page = reverse("admin:auth_group_change", args=[editors.pk])
    second_is_told(page, {"permissions": None}, {"name": "别名"}, "permissions", "brand: add")
    assert not editors.permissions.exists()

    page = reverse("admin:auth_user_password_change", args=[person.pk])
    new = {"password1": "another-of-li", "password2": "another-of-li", "usable_password": "true"}
    assert desk.post(page, new).status_code == 302
    assert models.ChangeSet.objects.latest("pk").reason == "the password was set"
    own = {"old_password": "wrong", "new_password1": "another-of-mine", "new_password2": "another-of-mine"}
    assert desk.post(reverse("admin:password_change"), own).status_code == 200
    assert models.ChangeSet.objects.latest("pk").reason == "the password was set"
    own["old_password"] = "secret"
    assert desk.post(reverse("admin:password_change"), own).status_code == 302
    the_set = models.ChangeSet.objects.latest("pk")
    assert (the_set.reason, the_set.actor.username) == ("own password changed", "chief")
    world.brand.maintainers.add(person)
    page = reverse("admin:auth_user_delete", args=[person.pk])
    assert desk.post(page, {"post": "yes", "reason": "账号作废"}).status_code == 302
    last = Change.objects.filter(changeset=models.ChangeSet.objects.latest("pk").uuid).order_by("kind")
    assert [(each.kind, each.action, each.reason) for each in last] == [
        ("brand", "update", "账号作废"),
        ("user", "delete", "账号作废"),
    ]
    shown = desk.get(
        url(models.ChangeSet, "change", models.ChangeSet.objects.latest("pk").pk)
    ).content.decode()
    assert "li (deleted)" in shown

    form = {
        "username": "wang",
        "usable_password": "true",
        "password1": "geheim-of-7731",
        "password2": "geheim-of-7731",
    }
    form |= {"role": "品牌维护员", "brands": [world.brand.pk], "reason": "新同事"}
    assert desk.post(reverse("admin:auth_user_add"), form).status_code == 302
    wang, the_set = User.objects.get(username="wang"), models.ChangeSet.objects.latest("pk")
    made = Change.objects.filter(changeset=the_set.uuid)
    assert {each.kind for each in made} == {"user", "group", "brand"} and the_set.reason == "新同事"
    assert list(world.brand.maintainers.all()) == [wang]
    stored = "".join(f"{each.before} {each.after}" for each in Change.objects.all())
    hashes = [each.password for each in User.objects.exclude(password="")]
    assert hashes and not any(word in stored for word in ("password'", "-of-", *hashes))

    told = desk.post(url(models.ChangeSet, "undo", the_set.pk), {"reason": "错了"}, follow=True)
    assert "Records of this kind are not undone here" in " ".join(map(str, told.context["messages"]))


@pytest.mark.slow
def test_what_a_row_may_not_change_is_said_beside_it_and_keeps_what_was_typed(world, desk):
    """An ended hotline below its service; and of services below a brand the table says what counts for past days."""
    models.Hotline.objects.filter(pk=world.hotline.pk).update(valid_from="2020-01-01", valid_to="2021-01-01")
    address, written = url(models.Service, "change", world.ours.pk), Change.objects.count()
    typed = {"hotlines-0-contact_type": "sales", "name": "新的名字", "description": "很长的一段话"}
    answer = desk.post(address, form_of(desk.get(address)) | typed)
    assert answer.status_code == 200 and Change.objects.count() == written
    assert form_of(answer).items() >= typed.items()
    rows = answer.context["inline_admin_formsets"][0].formset
    assert "past days" in str(rows.forms[0].non_field_errors())
    assert "past days" in answer.content.decode()
    typed = {"hotlines-0-labels": "旧号", "name": "新的名字"}  # of which no answer of a past day depends
    assert desk.post(address, form_of(desk.get(address)) | typed).status_code == 302

    page = desk.get(url(models.Brand, "change", world.brand.pk)).content.decode()
    assert page.count("Counts for past days too") >= 2  # category and kind
    page = desk.get(url(models.Brand, "add")).content.decode()
    assert "Counts for past days too" not in page


@pytest.mark.slow
def test_what_is_refused_while_it_is_written_keeps_what_was_typed(world, desk, monkeypatch):
    def refuse(*args, **kwargs):
        raise ValidationError("so nicht")

    monkeypatch.setattr("regions.services.records._touch_replacements", refuse)
    for record, typed in (
        (world.brand, {"name": "很长的名字"}),
        (world.ours, {"promises-0-text": "质保一年", "name": "改名"}),
    ):
        address, written = url(type(record), "change", record.pk), Change.objects.count()
        answer = desk.post(address, form_of(desk.get(address)) | typed)
        assert answer.status_code == 200 and "so nicht" in answer.content.decode()
        assert form_of(answer).items() >= typed.items() and Change.objects.count() == written


@pytest.mark.parametrize("door", ["page", "list"])
def test_nobody_deletes_his_own_account(client, db, door):
    """The change would have been written by nobody: the database refused it, and the page broke."""
    own = User.objects.create_superuser("new", password="secret")
    client.force_login(own)
    if door == "page":
        answer = client.post(reverse("admin:auth_user_delete", args=[own.pk]), {"post": "yes"}, follow=True)
    else:
        chosen = {"action": "delete_selected", "_selected_action": [own.pk], "post": "yes"}
        answer = client.post(reverse("admin:auth_user_changelist"), chosen, follow=True)
    assert answer.status_code == 200 and "不能删除自己的账号" in answer.content.decode()
    assert User.objects.filter(pk=own.pk).exists() and not models.ChangeSet.objects.exists()
