"""What is written in the admin is written down: who, what, why. What others point at stays."""

import datetime
import re

import pytest
from django.forms import MultiWidget
from django.urls import reverse

from regions import models
from regions.models import Change
from regions.models.base import today
from regions.postings.touched import LIST
from regions.services.changes import change_set
from regions.tests import factories


def url(model, page, *args):
    return reverse(f"admin:regions_{model._meta.model_name}_{page}", args=args)


def form_of(response) -> dict:
    """What a browser would send back for a page, unchanged."""
    data = {}
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            if bound.field.disabled:
                continue
            value = bound.field.prepare_value(bound.value())
            if isinstance(bound.field.widget, MultiWidget):
                parts = value if isinstance(value, list) else bound.field.widget.decompress(value)
                data |= {f"{bound.html_name}_{at}": str(part or "") for at, part in enumerate(parts)}
            elif isinstance(value, list | tuple):
                data[bound.html_name] = list(value)
            elif value is not None and value is not False:
                data[bound.html_name] = str(value)
    return data


def send(client, address, **changes):
    data = form_of(client.get(address)) | changes
    response = client.post(address, data)
    errors = response.context["errors"] if response.status_code == 200 else None
    assert response.status_code == 302, errors
    return response


@pytest.mark.slow
def test_a_change_has_its_author_its_reason_and_both_sides(world, desk, chief):
    send(desk, url(models.Brand, "change", world.brand.pk), name="新名", reason="更名公告")
    change = Change.objects.latest("id")
    assert (change.kind, change.key, change.action) == ("brand", "a", "update")
    assert change.before == {"name": "示例 a"} and change.after == {"name": "新名"}
    assert (change.actor, change.reason) == (chief, "更名公告")


@pytest.mark.slow
def test_saving_without_a_difference_writes_nothing(world, desk):
    before = Change.objects.count()
    for model, obj in (
        (models.Brand, world.brand),
        (models.Service, world.ours),
        (models.Hotline, world.hotline),
    ):
        send(desk, url(model, "change", obj.pk))
    assert Change.objects.count() == before


@pytest.mark.slow
def test_lists_are_edited_one_text_a_line(world, desk):
    send(desk, url(models.Service, "change", world.ours.pk), steps=" 预约 \r\n\r\n检测\r\n")
    world.ours.refresh_from_db()
    assert world.ours.steps == ["预约", "检测"]
    send(desk, url(models.Service, "change", world.ours.pk), **{"hotlines-0-labels": "甲\n乙"})
    world.hotline.refresh_from_db()
    assert world.hotline.labels == ["甲", "乙"]
    assert Change.objects.latest("id").key == "a-repair:4000000001"


@pytest.mark.slow
def test_the_same_label_twice_is_refused(world, desk):
    address = url(models.Hotline, "change", world.hotline.pk)
    response = desk.post(address, form_of(desk.get(address)) | {"labels": "甲\n甲"})
    assert "twice" in str(response.context["adminform"].form.errors["labels"])


@pytest.mark.slow
def test_rows_without_a_key_are_part_of_their_parents_change(world, desk):
    send(
        desk, url(models.Service, "change", world.ours.pk), **{"promises-0-text": "质保一年"}, reason="新页面"
    )
    change = Change.objects.latest("id")
    assert (change.kind, change.key, change.reason) == ("service", "a-repair", "新页面")
    assert change.before["promises"][0]["text"] == "质保九十天"
    assert change.after["promises"][0]["text"] == "质保一年"


@pytest.mark.slow
def test_a_form_is_one_change_set(world, desk):
    send(
        desk,
        url(models.Service, "change", world.ours.pk),
        name="新服务名",
        **{"promises-0-text": "x", "hotlines-0-mentions": "3", "hotlines-0-labels": "丙"},
    )
    latest = Change.objects.latest("id")
    together = Change.objects.filter(changeset=latest.changeset)
    assert {change.kind for change in together} == {"service", "hotline"}


@pytest.mark.parametrize(
    ("model", "name", "field", "value"),
    [
        (models.Brand, "brand", "slug", "other"),
        (models.Service, "ours", "slug", "other"),
        (models.CoverageRule, "rule", "valid_from", "2001-01-01"),
        (models.Hotline, "hotline", "extension", "9"),
    ],
)
@pytest.mark.slow
def test_keys_do_not_change(model, name, field, value, world, desk):
    obj = getattr(world, name)
    key = obj.key
    send(desk, url(model, "change", obj.pk), **{field: value})
    assert model.objects.get(pk=obj.pk).key == key


def test_a_second_open_rule_is_refused_with_words(world, desk):
    response = desk.post(
        url(models.CoverageRule, "add"),
        {
            "service": world.ours.pk,
            "region": world.regions["510322"].pk,
            "kind": "exclude",
            "valid_from": "2026-01-01",
        },
    )
    (said,) = response.context["adminform"].form.non_field_errors()
    assert "open rule for this region: include, from 2000-01-01 on" in said
    assert models.CoverageRule.objects.filter(service=world.ours).count() == 1


@pytest.mark.slow
def test_a_rule_for_a_time_within_another_is_refused_with_words(world, desk):
    fields = {"service": world.ours.pk, "region": world.regions["510322"].pk, "kind": "exclude"}
    address = url(models.CoverageRule, "add")
    response = desk.post(address, fields | {"valid_from": "2026-01-01", "valid_to": "2026-02-01"})
    assert len(response.context["adminform"].form.non_field_errors()) == 1
    desk.post(address, fields | {"valid_from": "1999-01-01", "valid_to": "2000-01-01"})
    early = models.CoverageRule.objects.get(kind="exclude")
    address = url(models.CoverageRule, "change", early.pk)
    response = desk.post(address, form_of(desk.get(address)) | {"valid_to": "2000-06-01", "since": "always"})
    assert "change or close that one" in str(response.context["adminform"].form.non_field_errors())
    early.refresh_from_db()
    assert early.valid_to == datetime.date(2000, 1, 1)


@pytest.mark.slow
def test_rules_are_closed_not_deleted(world, desk, chief):
    rules = factories.make_rules(world.ours, include=[world.regions["110105"], world.regions["211300"]])
    address = url(models.CoverageRule, "changelist")
    choice = {"action": "close_rules", "_selected_action": [rule.pk for rule in rules]}
    page = desk.post(address, choice)
    assert "2 rules that go on will end" in page.content.decode()
    day = today() + datetime.timedelta(days=3)
    missing = desk.post(address, choice | {"apply": "1", "on": str(day), "reason": ""})
    assert missing.status_code == 200 and missing.context["form"].errors["reason"]
    desk.post(address, choice | {"apply": "1", "on": str(day), "reason": "网点撤销"})
    for rule in rules:
        rule.refresh_from_db()
        assert rule.valid_to == day
    changes = Change.objects.order_by("-id")[:2]
    assert {change.reason for change in changes} == {"网点撤销"}
    assert len({change.changeset for change in changes}) == 1
    assert desk.get(url(models.CoverageRule, "delete", rules[0].pk)).status_code == 403


def test_past_days_change_in_bulk_only_where_they_were_always_wrong(world, desk):
    (rule,) = factories.make_rules(world.ours, include=[world.regions["110105"]])
    day = today() - datetime.timedelta(days=3)
    asked = {
        "action": "close_rules",
        "_selected_action": [rule.pk],
        "apply": "1",
        "on": str(day),
        "reason": "x",
    }
    refused = desk.post(url(models.CoverageRule, "changelist"), asked)
    rule.refresh_from_db()
    assert refused.context["form"].errors["always"] and rule.valid_to is None
    desk.post(url(models.CoverageRule, "changelist"), asked | {"always": "on"})
    rule.refresh_from_db()
    assert rule.valid_to == day and Change.objects.latest("pk").correction


def test_a_rule_cannot_end_before_it_begins(world, desk):
    desk.post(
        url(models.CoverageRule, "changelist"),
        {
            "action": "close_rules",
            "_selected_action": [world.rule.pk],
            "apply": "1",
            "on": "1999-01-01",
            "always": "on",
            "reason": "x",
        },
    )
    world.rule.refresh_from_db()
    assert world.rule.valid_to is None


@pytest.mark.slow
def test_what_others_point_at_is_not_deleted_and_the_page_says_why(world, desk):
    shop = factories.make_outlet(world.ours, "shop", world.hotline, include=[world.regions["510322"]])
    factories.make_outlet(world.ours, "old", valid_to="2020-01-01", replaced_by=shop)
    factories.make_hotline(world.ours, "4000000009", valid_to="2020-01-01", replaced_by=world.hotline)
    for model, obj in (
        (models.Outlet, shop),
        (models.Hotline, world.hotline),
        (models.Brand, world.brand),
        (models.Service, world.ours),
        (models.Source, world.source),
        (models.PhoneNumber, world.hotline.number),
        (models.Category, world.ours.category),
    ):
        address = url(model, "delete", obj.pk)
        page = desk.get(address).content.decode()
        assert "cannot be deleted" in page
        named = re.findall(r"<li>(?:<a [^>]*>)?([^<]+)", page.partition("cannot be deleted")[2])
        assert named and not [each for each in named if re.search(r"#\d+$|\b\d+:\d+", each)], (obj, named)
        desk.post(address, {"post": "yes"})
        assert model.objects.filter(pk=obj.pk).exists()


def test_a_source_of_thousands_of_rules_lists_a_few(world, desk):
    for region in world.regions.values():
        if not world.ours.rules.filter(region=region).exists():
            factories.make_rules(world.ours, include=[region], source=world.source)
    page = desk.get(url(models.Source, "delete", world.source.pk)).content.decode()
    count = world.source.rules.count()
    assert f"coverage rules ({count})" in page
    assert f"and {count - 5} more" in page


def test_deleting_many_at_once_is_refused_just_as_clearly(world, desk):
    page = desk.post(
        url(models.Brand, "changelist"), {"action": "delete_selected", "_selected_action": [world.brand.pk]}
    )
    assert "cannot be deleted" in page.content.decode()


def test_what_nobody_points_at_is_deleted_and_written_down(world, desk, chief):
    desk.post(url(models.Organization, "delete", world.organization.pk), {"post": "yes"})
    assert not models.Organization.objects.exists()
    change = Change.objects.latest("id")
    assert (change.kind, change.action, change.actor) == ("organization", "delete", chief)


@pytest.mark.slow
def test_the_history_shows_names_not_keys(world, desk):
    organization = models.Organization.objects.get()
    send(desk, url(models.Brand, "change", world.brand.pk), owner=organization.pk, reason="登记所有者")
    page = desk.get(url(models.Brand, "history", world.brand.pk)).content.decode()
    assert "示例公司" in page and "登记所有者" in page and "chief" in page


def test_the_history_of_a_long_list_shows_the_first_rules_and_how_many_more(world, desk):
    rules = [f"{code} 2026-11-21" for code in range(510_000, 510_230)]
    with change_set() as changes:
        changes.add(LIST, world.ours.key, "create", None, {"created": rules})
    page = desk.get(url(models.Service, "history", world.ours.pk), headers={"accept-language": "zh-hans"})
    assert "510000 2026-11-21、510001 2026-11-21、" in page.content.decode()
    assert "510015 2026-11-21 另有 214 个" in page.content.decode()


@pytest.mark.slow
def test_regions_come_from_releases(world, desk):
    region = world.regions["510322"]
    assert desk.get(url(models.Region, "add")).status_code == 403
    assert desk.get(url(models.Region, "delete", region.pk)).status_code == 403
    page = desk.get(url(models.Region, "change", region.pk))
    assert set(page.context["adminform"].form.fields) == {"reason", "seen"}
    send(desk, url(models.Region, "change", region.pk), **{"names-0-name": "富义厂"}, reason="旧志")
    assert region.names.get().name == "富义厂"
    assert Change.objects.latest("id").key == "510322"


@pytest.mark.slow
def test_an_audit_row_reads_well(world, desk):
    send(desk, url(models.Brand, "change", world.brand.pk), name="新名")
    change = Change.objects.latest("id")
    page = desk.get(url(models.Change, "change", change.pk)).content.decode()
    assert "新名" in page and "示例 a" in page
    assert desk.post(url(models.Change, "change", change.pk), {"key": "x"}).status_code == 403


@pytest.mark.slow
def test_a_number_may_be_typed_in_any_grouping(world, desk):
    desk.post(url(models.PhoneNumber, "add"), {"canonical": "400-186-5909"})
    number = models.PhoneNumber.objects.get(canonical="4001865909")
    assert number.kind == "toll_free_400"
    for text, said in (
        ("热线", "not exactly one"),
        ("96123", "name the province"),
        ("4001865909", "already exists"),
    ):
        response = desk.post(url(models.PhoneNumber, "add"), {"canonical": text})
        assert said in response.content.decode(), text
    desk.post(url(models.PhoneNumber, "add"), {"canonical": "96123", "region": world.regions["510000"].pk})
    assert models.PhoneNumber.objects.get(canonical="96123").region.code == "510000"


def test_too_many_failed_logins_are_answered_in_words(client, db, settings):
    settings.AXES_ENABLED = True
    for _attempt in range(settings.AXES_FAILURE_LIMIT + 1):
        response = client.post(
            reverse("admin:login"),
            {"username": "nobody", "password": "x"},
            headers={"accept-language": "zh-hans"},
        )
    assert response.status_code == 429
    assert "登录失败次数过多" in response.content.decode()
