"""Change sets are pages: who, when, why, by which door, what of which kinds, before and after with names."""

import datetime
import importlib
import json
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from regions.models import Change, ChangeSet, CoverageRule, Region, Service
from regions.models.base import today
from regions.services import intake, rules
from regions.services.changes import change_set, current_sequence
from regions.tests import factories

from . import test_doors, test_tree
from .test_writes import form_of, send

LIST = reverse("admin:regions_changeset_changelist")
# By which door each way to write goes into the trail.
WRITTEN_BY = {
    "add_form": "form",
    "change_form": "form",
    "delete_form": "form",
    "delete_selected": "action",
    "close_rules": "action",
    "spreadsheet": "sheet",
    "check": "check",
    "carry_over": "carry-over",
    "paste": "import",
    "press_apply": "import",
    "press_revert": "undo",
    "press_discard": "import",
    "press_take_up": "import",
    "api_discard": "api",
    "api_take_up": "api",
    "press_add": "import",
    "api_draft": "api",
    "api_table": "api",
    "api_apply": "api",
    "api_revert": "api",
    "api_report": "api",
    "decision": "form",
    "key": "form",
    "undo_set": "undo",
}
DOORS = [door for doors in (*test_doors.ADMIN.values(), *test_doors.API.values()) for door in doors]


def page(desk, the_set):
    return desk.get(reverse("admin:regions_changeset_change", args=[the_set.pk]))


def listed(desk, **filters) -> set[int]:
    answer = desk.get(LIST, filters)
    assert answer.status_code == 200
    return set(answer.context["cl"].queryset.values_list("pk", flat=True))


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_every_door_writes_one_set_that_tells_all_of_it(door, world, desk, chief):
    world.chief = chief
    before = set(ChangeSet.objects.values_list("pk", flat=True))
    began = {}
    door(
        desk,
        world,
        lambda: before.update(ChangeSet.objects.values_list("pk", flat=True)) or began.update(x=1),
    )
    the_set = ChangeSet.objects.exclude(pk__in=before).get()
    changes = list(Change.objects.filter(changeset=the_set.uuid))
    assert the_set.door == WRITTEN_BY[door.__name__]
    assert {(c.actor_id, c.reason, c.request_id) for c in changes} == {
        (the_set.actor_id, the_set.reason, the_set.request_id)
    }
    changed = {(c.kind, c.key) for c in changes if c.before or c.after} or {(c.kind, c.key) for c in changes}
    assert the_set.counts == {
        kind: len([1 for other, _key in changed if other == kind]) for kind, _key in changed
    }
    text = page(desk, the_set).content.decode()
    assert text.count('id="change-') == len(changes)
    assert f"#{the_set.pk}" in text and str(the_set.uuid) not in text
    assert the_set.pk in listed(desk)


@pytest.mark.slow
def test_rows_and_lists_of_one_table_are_counted_as_rules(world, tmp_path, make_regions):
    below = make_regions(below=["330100"])
    codes = [code for code, region in below.items() if code.startswith("3301") and "@" not in code][:5]
    table = tmp_path / "list.csv"
    table.write_text(
        "service,region,kind\n" + "".join(f"b-repair,{code},include\n" for code in codes), "utf-8"
    )
    call_command("import_coverage", str(table), "--commit")
    the_set = ChangeSet.objects.latest("pk")
    assert the_set.door == "import" and the_set.counts["coverage-rule"] >= len(codes) - 1


def test_names_stand_where_keys_were_also_of_what_is_gone(world, desk):
    place = world.regions["110105"]
    desk.post(
        reverse("admin:regions_coveragerule_add"),
        {
            "service": world.ours.pk,
            "region": place.pk,
            "kind": "include",
            "valid_from": "2026-01-01",
            "seen": "0",
        },
    )
    the_set = ChangeSet.objects.latest("pk")
    text = page(desk, the_set).content.decode()
    assert f"{place.full_name} (110105)" in text and world.ours.name in text
    assert reverse("admin:regions_coveragerule_change", args=[CoverageRule.objects.latest("pk").pk]) in text
    desk.post(reverse("admin:regions_organization_delete", args=[world.organization.pk]), {"post": "yes"})
    assert "示例公司" in page(desk, ChangeSet.objects.latest("pk")).content.decode()


@pytest.mark.slow
def test_filters_find_the_sets_of_a_person_a_brand_a_service_a_place_a_kind_and_a_day(world, desk, chief):
    imp = intake.draft(service=world.theirs, text="自贡市富顺县")
    intake.apply(imp=imp, actor=chief)
    theirs = ChangeSet.objects.latest("pk")
    address = reverse("admin:regions_organization_delete", args=[world.organization.pk])
    desk.post(address, {"post": "yes", "reason": "没有这家公司"})
    other = ChangeSet.objects.latest("pk")
    place = Region.objects.get(code="510322", valid_to=None)
    for filters in (
        *({"region": Region.objects.get(code=code, valid_to=None).pk} for code in ("510300", "510000", "100000")),
        {"brand": world.their_brand.pk}, {"service": world.theirs.pk}, {"region": place.pk}, {"kind": "coverage-rule"},
        {"door__exact": "import"}, {"at__year": theirs.at.year, "q": theirs.reason}, {"q": f"#{theirs.pk}"},
        {"service": world.theirs.pk, "region": place.pk},
    ):  # fmt: skip
        found = listed(desk, **filters)
        assert theirs.pk in found and other.pk not in found, filters
    assert listed(desk, actor=chief.pk) >= {theirs.pk, other.pk}
    assert other.pk in listed(desk, q="没有这家") and other.pk in listed(desk, kind="organization")
    assert listed(desk, region=world.regions["220106"].pk) == set()


@pytest.mark.slow
def test_many_rules_of_one_list_are_found_by_one_of_their_places(world, desk, tmp_path, make_regions):
    """More than 200 new rules of a service have one change, of their list."""
    below = make_regions(
        below=["511500", "511600", "511700", "513200", "513300", "513400", "510100", "510400"]
    )
    codes = [
        code for code, region in below.items() if code[:2] == "51" and region.level == 3 and "@" not in code
    ]
    assert len(codes) < 400
    codes += [code for code in below if code.startswith("51") and len(code) == 9][: 260 - len(codes)]
    table = tmp_path / "list.csv"
    table.write_text(
        "service,region,kind\n" + "".join(f"b-repair,{code},include\n" for code in codes), "utf-8"
    )
    call_command("import_coverage", str(table), "--commit")
    the_set = ChangeSet.objects.latest("pk")
    rules = CoverageRule.objects.filter(service=world.theirs).count()
    assert rules > 200 and the_set.counts == {"coverage-rule": rules - 1}  # it had one
    one = CoverageRule.objects.filter(service=world.theirs).latest("pk").region
    for place in (one, one.parent, Region.objects.get(code="510000", valid_to=None)):
        assert the_set.pk in listed(desk, region=place.pk)
    assert the_set.pk not in listed(desk, region=world.regions["330102"].pk)


@pytest.mark.slow
def test_pages_of_records_lead_to_their_sets(world, desk):
    for address in (
        reverse("admin:regions_service_change", args=[world.ours.pk]),
        reverse("admin:regions_brand_change", args=[world.brand.pk]),
        reverse("admin:regions_region_change", args=[world.regions["510322"].pk]),
        reverse("admin:regions_coveragerule_change", args=[world.rule.pk]),
    ):
        assert f"{LIST}?" in desk.get(address).content.decode(), address
    imp = intake.draft(service=world.theirs, text="自贡市富顺县")
    intake.apply(imp=imp)
    own = reverse("admin:regions_changeset_change", args=[ChangeSet.objects.latest("pk").pk])
    assert own in desk.get(reverse("admin:regions_coverageimport_change", args=[imp.pk])).content.decode()
    assert own in desk.get(reverse("admin:index")).content.decode()
    first = Change.objects.get(key=world.rule.key)
    its = reverse("admin:regions_changeset_change", args=[ChangeSet.objects.get(uuid=first.changeset).pk])
    history = reverse("admin:regions_coveragerule_history", args=[world.rule.pk])
    assert its in desk.get(history).content.decode()


@pytest.mark.slow
def test_a_maintainer_sees_of_a_set_what_is_of_his_brands(world, keeper, chief):
    with change_set(actor=chief, reason="两家的") as changes:
        changes.touched(world.ours)
        changes.touched(world.theirs)
    mixed = ChangeSet.objects.latest("pk")
    with change_set(actor=chief, reason="别家的") as changes:
        changes.touched(world.theirs)
    foreign = ChangeSet.objects.latest("pk")
    text = page(keeper, mixed).content.decode()
    assert world.ours.name in text and world.theirs.name not in text and "1 record that is not yours" in text
    assert (
        "service 1 (yours are 1 of 2)" in text
        and "service 1 (yours are 1 of 2)" in keeper.get(LIST).content.decode()
    )
    assert page(keeper, foreign).status_code in (302, 404)
    assert mixed.pk in listed(keeper) and foreign.pk not in listed(keeper)


@pytest.fixture
def long_set(world, chief):
    """120 new rules of one set, which has two pages."""
    regions = factories.load_regions("510302", below=["511500", "511600", "511700"])
    places = [region for code, region in regions.items() if code.startswith("51") and len(code) == 9][:120]
    with change_set(actor=chief, reason="120 Orte") as changes:
        rules.begin(
            [
                CoverageRule(service=world.theirs, region=place, kind="include", valid_from=today())
                for place in places
            ],
            changes,
        )
    return ChangeSet.objects.latest("pk")


@pytest.mark.slow
def test_ticks_stay_from_page_to_page_and_the_rest_is_undone_by_one_button(world, desk, long_set):
    """A part is undone: that is said with how many, in list and page; the rest needs no ticks."""
    first = desk.get(page_of(long_set))
    keys = [row["change"].pk for row in first.context["rows"]]
    second = desk.post(page_of(long_set), {"change": keys[:3], "p": 2})
    later = [row["change"].pk for row in second.context["rows"]]
    back = desk.post(page_of(long_set), {"ticked": second.context["elsewhere"], "change": later[:2], "p": 1})
    assert [row["change"].pk for row in back.context["rows"] if row["ticked"]] == keys[:3]
    assert back.context["elsewhere"] == f"{later[0]}-{later[1]}" and back.context["ticked"] == 5
    undo = reverse("admin:regions_changeset_undo", args=[long_set.pk])
    asked = desk.post(undo, {"ticked": back.context["elsewhere"], "change": keys[:3], "some": "1"})
    assert not ChangeSet.objects.filter(undoes=long_set).exists()
    desk.post(undo, {"ticked": asked.context["only"], "reason": "fünf waren falsch"})
    said = desk.get(page_of(long_set)).content.decode()
    assert "Partly undone: 5 of 120" in said and "Undo all that still stands (115)" in said
    assert said.count('name="change"') == 97
    assert f"partly undone (5 of 120) by #{long_set.pk + 1}" in desk.get(LIST).content.decode()
    assert desk.post(undo, {"some": "1"}).status_code == 302
    asked = desk.post(undo, {"all": "1", "change": keys[:1]})
    assert not asked.context["refused"] and asked.context["only"] == ""
    desk.post(undo, {"ticked": "", "reason": "die anderen auch"})
    assert not CoverageRule.objects.filter(service=world.theirs, valid_from=today()).exists()
    said = desk.get(page_of(long_set)).content.decode()
    assert "Undone" in said and "still stands" not in said and 'name="change"' not in said
    assert f"undone by #{long_set.pk + 2}、#{long_set.pk + 1}" in desk.get(LIST).content.decode()
    last = ChangeSet.objects.latest("pk")
    desk.post(reverse("admin:regions_changeset_undo", args=[last.pk]), {"reason": "doch"})
    assert "partly undone (5 of 120)" in desk.get(LIST).content.decode()


@pytest.mark.slow
def test_a_set_is_counted_in_one_way_for_whoever_reads_it(
    world, desk, client, long_set, tmp_path, make_regions
):
    """List and page, head and maintainer; more than 200 new rules have one change of their list."""
    keeper = Client(headers={"accept-language": "en"})
    keeper.force_login(factories.make_keeper("of-b", world.their_brand))
    below = make_regions(below=["513200", "513300", "513400"])
    codes = [
        code for code, region in below.items() if code[:2] == "51" and "@" not in code and region.level == 3
    ]
    codes += [code for code in below if code.startswith("51") and len(code) == 9][: 230 - len(codes)]
    table = tmp_path / "list.csv"
    table.write_text(
        "service,region,kind\n" + "".join(f"b-repair,{code},include\n" for code in codes), "utf-8"
    )
    call_command("import_coverage", str(table), "--commit")
    for the_set in (long_set, ChangeSet.objects.latest("pk")):
        words = f"coverage rule {the_set.counts['coverage-rule']}"
        for reader in (desk, keeper):
            for text in (reader.get(page_of(the_set)).content.decode(), reader.get(LIST).content.decode()):
                assert words in text and "yours are" not in text


def page_of(the_set):
    return reverse("admin:regions_changeset_change", args=[the_set.pk])


@pytest.mark.slow
def test_the_migration_numbers_the_sets_on_file(world):
    """What stood before doors were noted has a row, in the order in which it was written."""
    imp = intake.draft(service=world.theirs, text="自贡市富顺县")
    intake.apply(imp=imp)
    ChangeSet.objects.all().delete()
    migration = importlib.import_module("regions.migrations.0012_change_sets")
    migration.number_the_sets(apps, SimpleNamespace(connection=connection))
    written = {}
    for change in Change.objects.order_by("pk"):
        written.setdefault(change.changeset, set()).add((change.kind, change.key))
    rows = list(ChangeSet.objects.order_by("pk"))
    assert [row.uuid for row in rows] == list(written)
    assert [sum(row.counts.values()) for row in rows] == [len(keys) for keys in written.values()]
    assert all(row.door == "" for row in rows)


@pytest.mark.slow
def test_all_rules_of_a_long_list_are_closed_at_once_and_that_is_undone(world, desk):
    """More rows than a form may have fields by default (1,000): first ticked one by one, then all of the list."""
    services = Service.objects.bulk_create(
        Service(slug=f"m-{n}", name=f"多 {n}", brand=world.brand, category=world.ours.category)
        for n in range(1_200)
    )
    place = world.regions["110105"]
    CoverageRule.objects.bulk_create(
        CoverageRule(service=service, region=place, kind="include", valid_from="2020-01-01")
        for service in services
    )
    address = reverse("admin:regions_coveragerule_changelist") + f"?within={place.pk}"
    keys = list(CoverageRule.objects.filter(region=place).values_list("pk", flat=True))
    asked = desk.post(address, {"action": "close_rules", "_selected_action": keys})
    assert asked.status_code == 200 and "1200 rules that go on" in asked.content.decode()
    one = {"action": "close_rules", "_selected_action": keys[:1], "select_across": "1"}
    asked = desk.post(address, one)
    page = asked.content.decode()
    assert "1200 rules that go on" in page and page.count('name="_selected_action"') == 1
    desk.post(address, one | {"apply": "1", "on": str(today()), "reason": "不做了"})
    assert not CoverageRule.objects.filter(region=place, valid_to=None).exists()
    assert CoverageRule.objects.filter(pk=world.rule.pk, valid_to=None).exists()
    the_set = ChangeSet.objects.latest("pk")
    assert the_set.counts == {"coverage-rule": 1200}
    desk.post(reverse("admin:regions_changeset_undo", args=[the_set.pk]), {"reason": "还做"})
    assert CoverageRule.objects.filter(region=place, valid_to=None).count() == 1200


@pytest.mark.slow
def test_what_began_today_is_closed_in_bulk_by_taking_it_out(world, desk):
    """It cannot end before it held a day: that is said beforehand with what can be done; taken out it comes back by undoing."""
    CoverageRule.objects.filter(pk=world.rule.pk).update(valid_from=today())
    address = reverse("admin:regions_coveragerule_changelist")
    chosen = {"action": "close_rules", "_selected_action": [world.rule.pk, world.their_rule.pk]}
    asked = desk.post(address, chosen).content.decode()
    assert "1 of them begins today or later" in asked and 'name="take_out"' in asked
    closing = chosen | {"apply": "1", "on": str(today()), "reason": "不做了"}
    said = desk.post(address, closing).content.decode()
    assert "1 of these rules cannot end on that day" in said and "不做了" in said
    assert CoverageRule.objects.filter(valid_to=None).count() == 2
    desk.post(address, closing | {"take_out": "on"})
    assert not CoverageRule.objects.filter(pk=world.rule.pk).exists()
    desk.post(
        reverse("admin:regions_changeset_undo", args=[ChangeSet.objects.latest("pk").pk]), {"reason": "doch"}
    )
    assert CoverageRule.objects.filter(service=world.ours, valid_to=None).count() == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rule", "hotline"])
def test_a_form_says_what_to_do_with_what_began_today_and_is_to_end_today(world, desk, name):
    record = getattr(world, name)
    type(record).objects.filter(pk=record.pk).update(valid_from=today())
    address = reverse(f"admin:regions_{record._meta.model_name}_change", args=[record.pk])
    form = form_of(desk.get(address)) | {"valid_to": str(today()), "reason": "Schluss"}
    said = desk.post(address, form).content.decode()
    assert f"it can end on {today() + datetime.timedelta(days=1)} at the earliest" in said
    assert (
        ("close it with" in said and f"service={record.service_id}" in said)
        if name == "rule"
        else "/delete/" in said
    )
    send(desk, address, valid_to=str(today() + datetime.timedelta(days=1)), reason="Schluss")
    record.refresh_from_db()
    assert record.valid_to == today() + datetime.timedelta(days=1)


@pytest.mark.slow
def test_what_tree_and_short_sheet_say_leads_to_the_set(world, desk):
    """At once, not only by way of the history."""

    def tree():
        data = {"do": "apply", "seen": current_sequence(), "reason": "auch dort"}
        chosen = json.dumps([test_tree.choice("510322", "include")])
        desk.post(
            reverse("admin:regions_service_coverage", args=[world.theirs.pk]), data | {"choices": chosen}
        )

    for write in (tree, lambda: test_doors.spreadsheet(desk, world, lambda: None)):
        last = ChangeSet.objects.latest("pk").pk
        write()
        said = desk.get(reverse("admin:index")).content.decode()
        the_set = ChangeSet.objects.latest("pk")
        assert the_set.pk > last
        assert (
            said.count(reverse("admin:regions_changeset_change", args=[the_set.pk])) == 2
        )  # message and latest changes


def test_a_set_about_the_index_is_named_in_words(db):
    from regions.admin.pretty import kind_label

    with override("zh-hans"):
        assert not kind_label("posting-index").isascii()
