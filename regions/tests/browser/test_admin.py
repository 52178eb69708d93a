"""The admin as people see it: in Chinese, without an error, and never wider than the screen."""

import re

import pytest
from django.urls import reverse

from regions import models
from regions.services import records

from .test_public_pages import axe, problems  # noqa: F401


@pytest.fixture
def desk(visitor, world, chief):
    """The chief, logged in through the form."""
    visitor.go(reverse("admin:login"))
    visitor.look("login")
    visitor.page.fill("#id_username", "chief")
    visitor.page.fill("#id_password", "secret")
    visitor.page.press("#id_password", "Enter")
    visitor.page.wait_for_url(re.compile(r"/admin/$"))
    return visitor


def at(model, page: str, *args) -> str:
    return reverse(f"admin:regions_{model._meta.model_name}_{page}", args=args)


PAGES = {
    "index": lambda world: reverse("admin:index"),
    "regions": lambda world: at(models.Region, "changelist") + "?q=朝阳",
    "region-closed": lambda world: at(models.Region, "change", world.regions["330104@"].pk),
    "region": lambda world: at(models.Region, "change", world.regions["510322"].pk),
    "release": lambda world: at(models.Release, "change", models.Release.objects.get().pk),
    "brands": lambda world: at(models.Brand, "changelist"),
    "brand": lambda world: at(models.Brand, "change", world.brand.pk),
    "brand-delete": lambda world: at(models.Brand, "delete", world.brand.pk),
    "brand-history": lambda world: at(models.Service, "history", world.ours.pk),
    "services": lambda world: at(models.Service, "changelist"),
    "service": lambda world: at(models.Service, "change", world.ours.pk),
    "service-add": lambda world: at(models.Service, "add"),
    "hotlines": lambda world: at(models.Hotline, "changelist"),
    "hotline": lambda world: at(models.Hotline, "change", world.hotline.pk),
    "numbers": lambda world: at(models.PhoneNumber, "changelist"),
    "rules": lambda world: at(models.CoverageRule, "changelist"),
    "rule-add": lambda world: at(models.CoverageRule, "add"),
    "rules-import": lambda world: at(models.CoverageRule, "import"),
    "rules-export": lambda world: at(models.CoverageRule, "export"),
    "paste": lambda world: at(models.CoverageImport, "add"),
    "imports": lambda world: at(models.CoverageImport, "changelist"),
    "import": lambda world: at(models.CoverageImport, "change", models.CoverageImport.objects.get().pk),
    "import-lines": lambda world: at(models.ImportLine, "changelist"),
    "verifications": lambda world: at(models.Verification, "changelist"),
    "disputes": lambda world: at(models.Dispute, "changelist"),
    "dispute": lambda world: at(models.Dispute, "change", models.Dispute.objects.get().pk),
    "number": lambda world: at(models.PhoneNumber, "change", world.hotline.number_id),
    "keys": lambda world: at(models.ApiKey, "changelist"),
    "sources": lambda world: at(models.Source, "changelist"),
    "changes": lambda world: at(models.Change, "changelist"),
    "change": lambda world: at(models.Change, "change", models.Change.objects.first().pk),
    "users": lambda world: reverse("admin:auth_user_changelist"),
    "user-add": lambda world: reverse("admin:auth_user_add"),
}
# Words of the theme that once stood untranslated.
ENGLISH = re.compile(
    r"\b(Filters|Type to search|Select value|Add row|Search apps|Select all rows|Coverage rules)\b"
)


def test_pages_are_chinese_quiet_and_fit(desk, world):
    for name, address in PAGES.items():
        desk.go(address(world))
        desk.look(name)
        text = desk.page.inner_text("body")
        assert not ENGLISH.search(text), (name, ENGLISH.search(text))
        assert desk.page.get_attribute("html", "lang") == "zh-hans"


def test_a_rule_is_made_with_two_autocompletes(desk, world):
    desk.go(at(models.CoverageRule, "add"))
    for field, typed, wanted in (
        ("service", "a-repair", "服务 a-repair"),
        ("region", "朝阳", "辽宁省 朝阳市"),
    ):
        desk.page.click(f".field-{field} .select2-selection")
        desk.page.fill(".select2-search__field", typed)
        desk.page.locator(".loading-results").wait_for(state="detached")
        option = desk.page.locator(".select2-results__option", has_text=wanted).first
        option.wait_for()
        assert "Searching" not in desk.page.inner_text(".select2-results")
        desk.look(f"choose-{field}")
        option.click()
    desk.page.fill("#id_reason", "新名单")
    desk.page.click("[name=_save]")
    desk.page.wait_for_url(re.compile(r"/coveragerule/$"))
    desk.look("rule-added")
    assert world.ours.rules.filter(region__code="211300").exists()
    assert models.Change.objects.latest("id").reason == "新名单"


def test_a_form_says_what_somebody_else_changed_and_keeps_what_was_typed(desk, world):
    desk.go(at(models.CoverageRule, "change", world.rule.pk))
    world.rule.note = "仅限城区"
    records.save(world.rule, reason="电话核实", correct=True)
    desk.page.fill("#id_note", "仅限县城")
    desk.page.click("[name=_save]")
    desk.page.get_by_text("页面打开期间有人修改了此记录").wait_for()
    desk.look("rule-changed-meanwhile")
    assert "仅限城区" in desk.page.inner_text("body") and desk.page.input_value("#id_note") == "仅限县城"
    desk.page.click("[name=_save]")
    desk.page.wait_for_url(re.compile(r"/coveragerule/$"))
    world.rule.refresh_from_db()
    begun = world.ours.rules.get(valid_to=None)
    assert (world.rule.note, world.rule.valid_to) == (
        "仅限城区",
        begun.valid_from,
    ) and begun.note == "仅限县城"


def test_the_region_filter_narrows_by_autocomplete(desk, world):
    desk.go(at(models.CoverageRule, "changelist"))
    desk.page.get_by_text("过滤器").first.click()
    desk.page.locator("#changelist-filter .select2-selection", has_not_text="全部").first.wait_for()
    desk.look("rules-filters")
    desk.go(at(models.CoverageRule, "changelist") + f"?within={world.regions['510000'].pk}")
    assert desk.page.locator("#result_list tbody tr").count() == 1
    assert "富顺县" in desk.page.inner_text("#result_list")


def test_a_sheet_is_previewed_then_imported(desk, world):
    desk.go(at(models.CoverageRule, "import"))
    sheet = "service,region,valid_from,note\na-repair,510322,,仅限城区\na-repair,999999,,\n".encode()
    for name, data in (("bad", sheet), ("good", sheet.replace(b"a-repair,999999,,\n", b""))):
        desk.page.set_input_files(
            "#id_import_file", {"name": f"{name}.csv", "mimeType": "text/csv", "buffer": data}
        )
        desk.page.get_by_role("button", name="预览").click()
        desk.page.get_by_text("错误").first.wait_for()
        desk.look(f"import-{name}")
    desk.page.get_by_role("button", name="确认导入").click()
    desk.page.get_by_text("新增 0，修改 1，未变 0，错误 0").wait_for()
    # What past days were answered stays: the rule ends, and another says the note from today on.
    world.rule.refresh_from_db()
    lives = models.CoverageRule.objects.filter(service=world.rule.service, region=world.rule.region)
    assert (world.rule.note, lives.get(valid_to=None).note) == ("", "仅限城区")


def test_rules_are_closed_from_the_list(desk, world):
    desk.go(at(models.CoverageRule, "changelist") + "?state=open")
    desk.page.locator("input.action-select:visible").first.check()
    desk.page.locator("select[name=action]").first.select_option("close_rules")
    desk.page.get_by_text("执行").first.click()
    desk.page.get_by_role("button", name="结束这些规则").wait_for()
    desk.look("close-rules")
    desk.page.fill("#id_reason", "网点撤销")
    desk.page.get_by_role("button", name="结束这些规则").click()
    desk.page.get_by_text("已结束 1 条规则。").wait_for()
    desk.look("rules-closed")


def test_another_row_can_be_added_to_a_form(desk, world):
    desk.go(at(models.Service, "change", world.ours.pk))
    desk.page.get_by_text(re.compile("添加另一个.*承诺")).scroll_into_view_if_needed()
    rows = desk.page.locator("input[name^=promises-][name$=-text]:visible")
    before = rows.count()
    desk.page.get_by_text(re.compile("添加另一个.*承诺")).click()
    assert rows.count() == before + 1
    desk.look("service-one-more")


def test_the_language_can_be_switched(desk, world):
    desk.go(reverse("admin:index"))
    if desk.size == "phone":
        desk.page.locator("span[x-on\\:click*=sidebarMobileOpen]:visible").first.click()
    desk.page.get_by_text("chief", exact=True).first.click()
    desk.page.get_by_role("button", name=re.compile("English")).first.click()
    desk.page.get_by_text("What needs attention").wait_for()
    desk.look("english")


@pytest.mark.parametrize(
    "name",
    [
        "index",
        "brand",
        "service",
        "service-add",
        "hotline",
        "hotlines",
        "rules",
        "rule-add",
        "paste",
        "import",
        "changes",
    ],
)
def test_axe_finds_nothing_on_the_desk(desk, world, axe, name):  # noqa: F811
    desk.go(PAGES[name](world))
    assert problems(desk.page, axe) == []


def test_axe_finds_nothing_in_the_dark(desk, world, axe):  # noqa: F811
    desk.page.emulate_media(color_scheme="dark")
    found = {}
    for name in ("index", "regions", "brand", "service", "service-add", "hotline", "rules", "import"):
        desk.go(PAGES[name](world))
        found[name] = problems(desk.page, axe)
    assert not any(found.values()), found


def test_what_is_chosen_from_a_list_is_named_for_readers_aloud(desk, world):
    desk.go(at(models.CoverageRule, "add"))
    desk.page.get_by_role("combobox", name=re.compile("^服务")).first.click()
    assert (
        desk.page.get_by_role("searchbox", name=re.compile("^服务"))
        .or_(desk.page.locator(".select2-search__field[aria-label^=服务]"))
        .count()
    )
