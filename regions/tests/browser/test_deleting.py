"""A dated record is deleted, or rather ended, in Chromium; and the lists that say within what limits a number is for."""

import pytest
from django.urls import reverse

from regions.models import Change, Dispute, Hotline
from regions.tests import factories

from .test_change_sets import at_desk  # noqa: F401


@pytest.mark.django_db(transaction=True)
def test_deleting_says_what_becomes_of_past_days(at_desk, world):  # noqa: F811
    Dispute.objects.all()._raw_delete("default")
    Hotline.objects.filter(pk=world.hotline.pk).update(
        region=world.regions["510000"], valid_from="2026-01-01"
    )
    wrong = factories.make_hotline(world.ours, "4000000009", labels=["抄错的"])
    at_desk.go(reverse("admin:regions_hotline_changelist"))
    at_desk.look("hotlines")
    at_desk.go(reverse("admin:regions_verification_queue"))
    at_desk.look("queue-limits")
    at_desk.go(reverse("admin:regions_verification_number", args=["4000000001"]))
    at_desk.look("number-limits")
    at_desk.go(reverse("admin:regions_hotline_delete", args=[wrong.pk]))
    at_desk.look("delete")
    at_desk.page.click("form:has([name=reason]) button.sn-main")
    at_desk.page.wait_for_load_state("networkidle")
    assert at_desk.page.locator(".sn-error").count() == 1
    at_desk.look("delete-refused")
    at_desk.page.fill("[name=reason]", "网页从未这样写")
    at_desk.page.click("form:has([name=reason]) button.sn-main")
    at_desk.page.wait_for_load_state("networkidle")
    assert not Hotline.objects.filter(pk=wrong.pk).exists() and Change.objects.latest("pk").correction
    outlets = [factories.make_outlet(world.ours) for _each in range(2)]
    at_desk.go(reverse("admin:regions_outlet_changelist"))
    for outlet in outlets:
        at_desk.page.check(f"input[name=_selected_action][value='{outlet.pk}']", force=True)
    at_desk.page.evaluate(
        """() => { const form = document.querySelector('#changelist-form');
                   form.querySelector('[name=action]').value = 'delete_selected'; form.submit(); }"""
    )
    at_desk.page.wait_for_load_state("networkidle")
    at_desk.look("delete-several")
