"""概览 in a browser, in Chinese, on a phone and on a desk: nothing broken, nothing over the edge, nothing axe complains of."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from regions.tests import factories

from .test_admin import desk  # noqa: F401
from .test_public_pages import axe  # noqa: F401

PAGES = {
    "coverage": "",
    "coverage-510000": "?region=510000&measure=gaps",
    "categories": "",
    "units": "?region=510000&services=0",
    "overlaps": "?service=a-repair&service=b-repair",
    "listed": "?service=a-repair",
    "changes": "",
    "signals": "",
    "sources": "",
}


@pytest.fixture
def directory(desk, world):  # noqa: F811
    places = factories.load_regions(below=["510300", "510100", "330100", "440300"])
    factories.make_rules(world.ours, include=[places["510100"], places["330106"], places["440000"]])
    factories.make_rules(
        world.theirs, include=[places["510300"], places["330000"]], exclude=[places["330106"]]
    )
    call_command("rebuild_postings", verbosity=0)
    return desk


@pytest.mark.parametrize("name", PAGES)
def test_it_looks_right(directory, name, axe, size):  # noqa: F811
    tab = name.partition("-")[0]
    directory.go(reverse("admin:regions_service_overview", args=[tab]) + PAGES[name])
    directory.look(f"overview-{name}")
    directory.page.evaluate(axe)
    found = directory.page.evaluate("async () => (await axe.run()).violations")
    assert [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found] == []
