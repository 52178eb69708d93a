"""A change set's list, page and undo in Chromium."""

import pytest
from django.urls import reverse

from regions.models import ChangeSet, Organization
from regions.services import intake, records

from .test_public_pages import axe, problems  # noqa: F401


@pytest.fixture
def at_desk(visitor, world, chief):
    visitor.go("/admin/login/")
    visitor.page.fill("[name=username]", "chief")
    visitor.page.fill("[name=password]", "secret")
    visitor.page.press("[name=password]", "Enter")
    visitor.page.wait_for_load_state("networkidle")
    return visitor


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_set_is_found_read_and_undone(at_desk, world, chief, axe, scheme):  # noqa: F811
    at_desk.page.emulate_media(color_scheme=scheme)
    intake.apply(
        imp=intake.draft(service=world.theirs, text="自贡市富顺县、自流井区", actor=chief), actor=chief
    )
    world.organization.name = "另一家公司"
    records.save(world.organization, actor=chief, reason="更名公告")
    made = ChangeSet.objects.latest("pk")
    at_desk.go(reverse("admin:regions_changeset_changelist"))
    at_desk.look("change-sets")
    at_desk.go(reverse("admin:regions_changeset_change", args=[made.pk - 1]))
    at_desk.look("change-set")
    at_desk.go(reverse("admin:regions_changeset_change", args=[made.pk]))
    assert problems(at_desk.page, axe) == []
    at_desk.page.click("#undo button")
    at_desk.page.wait_for_load_state("networkidle")
    at_desk.look("undo")
    assert problems(at_desk.page, axe) == []
    at_desk.page.fill("#reason", "公告撤回了")
    at_desk.page.click("form:has(#reason) button.sn-main")
    at_desk.page.wait_for_load_state("networkidle")
    at_desk.look("undone")
    assert Organization.objects.get().name == "示例公司"
