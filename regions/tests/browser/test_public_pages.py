"""The public pages in Chromium: every width, both languages, scripts off and on, dark, forced colours, print, and axe.

axe-core is not kept here: `make test-browser` gets it with npm into `.venv/axe`. Where there is none its tests are skipped.
"""

import os
from pathlib import Path

import pytest
from django.conf import settings

from regions.lookup import memory
from regions.models import Service
from regions.services.disputes import open_dispute
from regions.tests.factories import make_hotline, make_outlet

AXE = Path(os.environ.get("AXE") or settings.BASE_DIR / ".venv/axe/node_modules/axe-core/axe.min.js")
WIDTHS = (320, 390, 768, 1280)
PAGES = {
    "home": "/",
    "coverage": "/coverage/?q=510322",
    "ambiguous": "/coverage/?q=朝阳",
    "nothing": "/coverage/?q=什么都不是&brand=a",
    "country": "/regions/",
    "region": "/regions/510300/",
    "brand": "/brands/a/",
    "service": "/services/a-repair/",
    "brand-numbers": "/brands/a/numbers/",
    "brand-services": "/brands/a/services/",
    "service-list": "/services/a-repair/list/",
    "service-numbers": "/services/a-repair/numbers/",
    "service-outlets": "/services/a-repair/outlets/",
    "region-outlets": "/regions/510322/outlets/",
    "service-place": "/services/a-repair/regions/510300/",
    "number": "/numbers/4001865909/",
    "nobodys": "/numbers/08137212345/",
    "numbers": "/numbers/?number=400-1865-909 400-16",
    "source": "/sources/page-a/",
    "ask": "/ask/?q=消毒柜",
    "embed-how": "/embed/",
    "embed": "/embed/?q=510322",
    "report": "/report/?hotline=a-repair:4001865909",
}


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.exists():
        pytest.skip("no axe-core: make test-browser gets it with npm, or AXE names a file")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def lived(world):
    """The directory with an unchecked, reported number beside the checked one."""
    labels = ["售后", "客服", "报修", "总部"]
    claimed = make_hotline(world.ours, "4001865909", labels=labels, source=world.source)
    open_dispute(hotline=claimed, reason="wrong_number", statement="The brand's page names another one.")
    for name in ("富顺站", "城南站"):
        make_outlet(
            world.ours,
            name=name,
            region=world.regions["510322"],
            hotline=claimed,
            opening_hours="周一至周五 8:30-17:30",
        )


@pytest.fixture
def size() -> str:
    return "phone"


def problems(page, axe: str) -> list[str]:
    """What axe finds, all of it: minor things and best practices too."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    found = page.evaluate("async () => (await axe.run()).violations")
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found]


# Every width by day; at night and in forced colours colours change, not the layout.
LOOKS = [
    *((width, {"color_scheme": "light", "forced_colors": "none"}) for width in WIDTHS),
    (390, {"color_scheme": "dark", "forced_colors": "none"}),
    (390, {"color_scheme": "light", "forced_colors": "active"}),
]


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(visitor, lived, axe, name):
    found = {}
    for prefix in ("", "/en"):
        visitor.go(prefix + PAGES[name])
        for width, light in LOOKS:
            visitor.page.set_viewport_size({"width": width, "height": 800})
            visitor.page.emulate_media(**light)
            found[prefix, width, str(light)] = problems(visitor.page, axe)
    assert [(where, each) for where, each in found.items() if each] == []


@pytest.mark.parametrize("name", PAGES)
def test_pages_fit_every_width_and_every_light(visitor, lived, name):
    for prefix in ("", "/en"):
        visitor.go(prefix + PAGES[name])
        for width in WIDTHS:
            visitor.page.set_viewport_size({"width": width, "height": 800})
            visitor.size = str(width)
            visitor.look(f"{name}{prefix.replace('/', '-')}")
        visitor.page.emulate_media(color_scheme="dark")
        visitor.look(f"{name}{prefix.replace('/', '-')}-dark")
        visitor.page.emulate_media(color_scheme="light", forced_colors="active")
        visitor.look(f"{name}{prefix.replace('/', '-')}-forced")
        visitor.page.emulate_media(forced_colors="none")


def test_a_printed_page_is_whole(visitor, lived):
    visitor.go("/numbers/4001865909/")
    inside = visitor.page.locator("details > :not(summary)").first
    assert not inside.is_visible()
    visitor.page.emulate_media(media="print")
    assert inside.is_visible() and not visitor.page.locator("form.ask").first.is_visible()


def test_a_note_on_a_list_says_on_paper_where_its_figures_stand(visitor, lived, world):
    """They stand on the page of the service, with the list: on paper its address stands beside the note."""
    Service.objects.filter(pk=world.ours.pk).update(nationwide_claimed=True)
    memory._memories.clear()
    visitor.go("/coverage/?q=510322")
    behind = "getComputedStyle(document.querySelector('.warn > a[href$=\"#list\"]'), '::after').content"
    assert visitor.page.evaluate(behind) == "none"
    visitor.page.emulate_media(media="print")
    assert visitor.page.evaluate(behind) != "none"


def test_the_box_suggests_and_remembers(visitor, lived, axe):
    page = visitor.page
    visitor.go("/")
    box = page.get_by_role("combobox")
    box.press_sequentially("fushunx", delay=20)
    option = page.get_by_role("option", name="富顺县")
    option.wait_for()
    assert problems(page, axe) == []
    box.press("ArrowDown")
    assert page.locator('[aria-selected="true"]').count() == 1
    option.click()
    assert box.input_value() == "四川省自贡市富顺县"
    box.press("Enter")
    page.wait_for_url("**/coverage/**")
    visitor.go("/")
    page.get_by_role("combobox").focus()
    page.get_by_role("option", name="四川省自贡市富顺县").wait_for()
    assert page.context.cookies() == []
    page.get_by_role("option").last.click()
    assert page.evaluate("localStorage.getItem('recent-questions')") == "[]"


def test_without_scripts_everything_works(browser, live_server, lived):
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/")
    page.locator("#q").fill("四川富顺")
    page.get_by_role("button").click()
    assert "富顺县" in page.locator("h2").first.inner_text()
    page.get_by_role("link", name="400-1865-909").first.click()
    assert page.locator("h1").inner_text() == "400-1865-909"
    context.close()


def test_axe_would_find_something(visitor, lived, axe):
    visitor.go("/")
    visitor.page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    assert any(each.startswith("label:") for each in problems(visitor.page, axe))
