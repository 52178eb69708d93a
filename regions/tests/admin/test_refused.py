"""What was typed stays when it is refused: nothing is written, the page says what hinders, and the next try begins there."""

import datetime
import html
import re

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from regions.models import Brand, Change, CoverageRule, Dispute, Job, RegionUpdate, Service
from regions.models.base import today
from regions.services import records
from regions.tests import factories

RULES = reverse("admin:regions_coveragerule_changelist")
WHY = "网点撤销, typed once"


def page_of(response) -> str:
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def position() -> int:
    return Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


# --- Rules closed together -----------------------------------------------------------------------------------------


@pytest.fixture
def young(world):
    """A rule that begins today beside two that have long held."""
    CoverageRule.objects.filter(pk=world.rule.pk).update(valid_from=today())
    (long,) = factories.make_rules(world.ours, include=[world.regions["211300"]])
    return {"action": "close_rules", "_selected_action": [world.rule.pk, world.their_rule.pk, long.pk]}


def closing(chosen, **more):
    return chosen | {"apply": "1", "on": today().isoformat(), "reason": WHY} | more


def test_where_one_rule_cannot_end_none_does_and_the_form_says_which(world, desk, young):
    before = position()
    page = page_of(desk.post(RULES, closing(young)))
    assert "1 of these rules cannot end on that day, so nothing is written." in page
    link = reverse("admin:regions_coveragerule_change", args=[world.rule.pk])
    assert f'href="{link}">{world.rule.region.full_name} · {world.ours.name}</a>' in page
    assert WHY in page and 'name="leave"' in page
    assert position() == before and CoverageRule.objects.filter(valid_to=None).count() == 3


def test_those_that_cannot_end_are_left_where_that_is_asked(world, desk, young):
    assert 'name="leave"' not in page_of(desk.post(RULES, young)), "not asked before there is such a rule"
    assert desk.post(RULES, closing(young, leave="on")).status_code == 302
    assert list(CoverageRule.objects.filter(valid_to=None)) == [world.rule]


def test_a_report_on_a_rule_that_would_be_taken_out_is_known_beforehand(world, desk, young):
    Dispute.objects.create(rule=world.rule, reason="other", statement="错")
    page = page_of(desk.post(RULES, closing(young, take_out="on")))
    assert "cannot end" in page and WHY in page
    assert CoverageRule.objects.filter(valid_to=None).count() == 3
    assert desk.post(RULES, closing(young, take_out="on", leave="on")).status_code == 302
    assert list(CoverageRule.objects.filter(valid_to=None)) == [world.rule]


def test_rules_that_end_by_then_already_are_said_with_the_reason_kept(world, desk):
    day = today() + datetime.timedelta(days=3)
    CoverageRule.objects.update(valid_to=day)
    chosen = {"action": "close_rules", "_selected_action": [world.rule.pk]}
    page = page_of(desk.post(RULES, closing(chosen, on=str(day))))
    assert "These rules end by that day already." in page and WHY in page


@pytest.mark.slow
def test_hundreds_of_rules_are_looked_at_in_one_query(world, desk, django_assert_max_num_queries):
    services = Service.objects.bulk_create(
        Service(slug=f"m-{n}", name=f"多 {n}", brand=world.brand, category=world.ours.category)
        for n in range(1_100)
    )
    CoverageRule.objects.bulk_create(
        CoverageRule(service=service, region=world.regions["110105"], kind="include", valid_from=today())
        for service in services
    )
    chosen = {"action": "close_rules", "_selected_action": [world.rule.pk], "select_across": "1"}
    with django_assert_max_num_queries(16):
        page = page_of(desk.post(RULES, closing(chosen)))
    assert "1100 of these rules cannot end" in page and "… and 1080 more." in page and WHY in page
    assert not Job.objects.exists() and not CoverageRule.objects.exclude(valid_to=None).exists()
    answer = desk.post(RULES, closing(chosen, take_out="on"))
    assert answer.status_code == 302 and Job.objects.get().result["told"] == ["1102 rules closed."]


def test_what_hinders_while_rules_are_written_takes_all_of_them_back(world, desk, monkeypatch):
    factories.make_rules(world.ours, include=[world.regions["211300"]])
    save, done = records.save, []

    def refuse_the_second(record, **how):
        if isinstance(record, CoverageRule):
            done.append(record)
            if len(done) % 2 == 0:
                raise ValidationError("somebody was faster")
        return save(record, **how)

    monkeypatch.setattr(records, "save", refuse_the_second)
    keys = list(CoverageRule.objects.values_list("pk", flat=True))
    page = page_of(desk.post(RULES, closing({"action": "close_rules", "_selected_action": keys})))
    assert "somebody was faster Nothing was changed." in " ".join(re.sub("<[^>]*>", " ", page).split())
    assert WHY in page and not CoverageRule.objects.exclude(valid_to=None).exists()


# --- Deleting ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("several", [False, True])
def test_what_hinders_while_records_are_deleted_stands_beside_the_reason(several, world, desk, monkeypatch):
    first, second = (Brand.objects.create(slug=f"x-{n}", name=f"空 {n}") for n in "ab")
    delete, done = records.delete, []

    def refuse_the_last(record, **how):
        done.append(record)
        if len(done) % (2 if several else 1) == 0:
            raise ValidationError("something rests on it since")
        return delete(record, **how)

    monkeypatch.setattr(records, "delete", refuse_the_last)
    data = {"post": "yes", "reason": WHY, "seen": str(position())}
    address = reverse("admin:regions_brand_delete", args=[first.pk])
    if several:
        data |= {"action": "delete_selected", "_selected_action": [first.pk, second.pk]}
        address = reverse("admin:regions_brand_changelist")
    page = page_of(desk.post(address, data))
    assert "something rests on it since" in page and WHY in page
    assert Brand.objects.filter(slug__startswith="x-").count() == 2


# --- Buttons beside which something is typed -----------------------------------------------------------------------


def test_what_was_ticked_and_typed_for_a_rule_on_an_abolished_region_stays(world, desk):
    places = factories.load_regions("330104", "330102")
    rule = factories.make_rules(world.ours, include=[places["330104@"]])[0]
    data = {
        "do": "chosen",
        "group": str(rule.region_id),
        "rule": [rule.pk],
        "to": ["330102"],
        "other": "不存在县",
    }
    page = page_of(desk.post(reverse("admin:regions_coveragerule_carry_over"), data))
    assert "Nothing was changed." in page and 'value="不存在县"' in page
    assert 'value="330102" checked' in page and 'value="330114" checked' not in page
    assert f'value="{rule.pk}" checked' in page
    page = page_of(desk.post(reverse("admin:regions_coveragerule_carry_over"), data | {"rule": []}))
    assert f'value="{rule.pk}">' in page


def test_what_was_typed_beside_a_line_of_an_import_stays_there(world, desk):
    imp = world.ours.imports.get()
    line = imp.lines.get()
    address = reverse("admin:regions_coverageimport_change", args=[imp.pk])
    data = {"do": "other", "line": line.pk, "seen": line.mark, "other": "不存在县"}
    page = page_of(desk.post(address, data))
    row = page[page.index(f'id="line-{line.pk}"') :]
    assert 'value="不存在县" autofocus' in row and 'class="sn-error in-all"' in row
    line.refresh_from_db()
    assert line.decision == "open"


def test_what_was_typed_before_an_import_is_applied_stays(world, desk):
    imp = world.ours.imports.get()
    address = reverse("admin:regions_coverageimport_change", args=[imp.pk])
    data = {"do": "apply", "seen": "999", "leave_open": "on"}
    page = page_of(desk.post(address, data))
    assert 'name="leave_open" checked' in page
    assert 'name="leave_open">' in page_of(desk.get(address))


def test_the_day_of_an_edition_stays(world, desk):
    update = RegionUpdate.objects.create(name="x", day=today(), files=b"", report={}, rows=[])
    address = reverse("admin:regions_regionupdate_change", args=[update.pk])
    seen = re.search(r'name="seen" value="(\w+)"', page_of(desk.get(address)))
    assert seen
    day = str(today() - datetime.timedelta(days=400))
    page = page_of(desk.post(address, {"do": "wait", "day": day, "seen": seen[1]}))
    assert "Nothing was changed." in page and f'name="day" value="{day}"' in page


# --- Tables --------------------------------------------------------------------------------------------------------


def test_the_reason_of_a_table_outlives_that_the_directory_changed_since_its_preview(world, desk):
    def preview(address):
        file = SimpleUploadedFile("x.csv", "slug,name\na,甲\n".encode())
        return desk.post(address, {"format": "0", "resource": "0", "import_file": file})

    shown = preview(reverse("admin:regions_brand_import")).context["confirm_form"].initial
    brand = world.brand
    brand.name = "乙"
    records.save(brand, actor=None)
    answer = desk.post(reverse("admin:regions_brand_process_import"), shown | {"reason": WHY})
    assert answer.status_code == 302 and Brand.objects.get(pk=brand.pk).name == "乙"
    page = page_of(preview(answer["Location"]))
    assert f'name="reason" maxlength="200" value="{WHY}"' in page
