"""Deleting a dated record is a choice of its own: said, with a reason, recorded as a correction, and never unseen."""

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError

from regions import models
from regions.models import Change
from regions.models.base import today
from regions.services import lives, past, records
from regions.tests import factories

from .test_lost_update import url
from .test_undo_kinds import state
from .test_writes import form_of

REASON = {"reason": "页面从未写过"}


def by_page(client, record, page=None, **sent):
    address = url(type(record), "delete", record.pk)
    page = page or client.get(address)
    return client.post(address, {"post": "yes", "seen": page.context["asked"]["seen"].value(), **sent})


def by_action(client, record, page=None, **sent):
    address = url(type(record), "changelist")
    chosen = {"action": "delete_selected", "_selected_action": [record.pk]}
    page = page or client.post(address, chosen)
    return client.post(
        address, {**chosen, "post": "yes", "seen": page.context["asked"]["seen"].value(), **sent}
    )


def opened(client, door, record):
    if door is by_page:
        return client.get(url(type(record), "delete", record.pk))
    return client.post(
        url(type(record), "changelist"), {"action": "delete_selected", "_selected_action": [record.pk]}
    )


def dated(world, kind):
    return (
        world.their_hotline
        if kind == "hotline"
        else factories.make_outlet(world.theirs, valid_from="2024-01-01")
    )


@pytest.fixture(params=["hotline", "outlet"])
def record(request, world):
    models.Dispute.objects.all()._raw_delete("default")
    return dated(world, request.param)


@pytest.mark.slow
@pytest.mark.parametrize("door", [by_page, by_action])
def test_what_stood_before_today_goes_with_its_past_days_only_when_that_is_said(door, record, world, desk):
    page = opened(desk, door, record)
    text = page.content.decode()
    assert "takes it out of those answers too" in text
    if door is by_page:
        assert f'href="{url(type(record), "change", record.pk)}"' in text
    refused = door(desk, record, page, reason=" ")
    assert refused.status_code == 200 and "This field is required" in refused.content.decode()
    assert type(record).objects.filter(pk=record.pk).exists()
    assert door(desk, record, page, **REASON).status_code == 302
    change = Change.objects.latest("pk")
    assert (change.action, change.correction, change.reason) == ("delete", True, REASON["reason"])
    assert not type(record).objects.filter(pk=record.pk).exists()


@pytest.mark.slow
@pytest.mark.parametrize("door", [by_page, by_action])
def test_what_began_today_is_just_deleted(door, record, world, desk):
    type(record).objects.filter(pk=record.pk).update(valid_from=today())
    page = opened(desk, door, record)
    assert "takes it out of those answers too" not in page.content.decode()
    assert door(desk, record, page).status_code == 302
    change = Change.objects.latest("pk")
    assert (change.action, change.correction) == ("delete", False)


@pytest.mark.slow
@pytest.mark.parametrize("door", [by_page, by_action])
@pytest.mark.parametrize("kind", [models.Hotline, models.Organization])
def test_a_change_made_meanwhile_is_told_before_anything_is_deleted(door, kind, world, desk, second):
    models.Dispute.objects.all()._raw_delete("default")
    record = world.their_hotline if kind is models.Hotline else world.organization
    page = opened(second, door, record)
    address = url(kind, "change", record.pk)
    typed = {"labels": "新标签"} if kind is models.Hotline else {"name": "新标签"}
    assert desk.post(address, form_of(desk.get(address)) | typed).status_code == 302
    refused = door(second, record, page, **REASON)
    text = refused.content.decode()
    assert refused.status_code == 200 and "Somebody changed this while the page was open" in text
    assert "chief" in text and "新标签" in text and f'value="{REASON["reason"]}"' in text
    assert kind.objects.filter(pk=record.pk).exists()
    assert door(second, record, refused, **REASON).status_code == 302  # now he knows
    assert not kind.objects.filter(pk=record.pk).exists()


@pytest.mark.slow
def test_undoing_brings_it_back_for_the_past_days_too(record, world, desk):
    before = state(type(record), record.pk)
    by_page(desk, record, **REASON)
    undoing = url(models.ChangeSet, "undo", models.ChangeSet.objects.latest("pk").pk)
    desk.post(undoing, {"reason": "误删"})
    assert state(type(record), record.pk) == before
    change = Change.objects.latest("pk")
    assert (change.action, change.correction) == ("create", True)


@pytest.mark.slow
def test_no_row_of_another_page_has_a_box_that_deletes_a_dated_record(world, desk):
    page = desk.get(url(models.Service, "change", world.ours.pk))
    assert "hotlines-0-DELETE" not in page.content.decode()
    answer = desk.post(
        url(models.Service, "change", world.ours.pk), form_of(page) | {"hotlines-0-DELETE": "on"}
    )
    assert answer.status_code == 302 and models.Hotline.objects.filter(pk=world.hotline.pk).exists()
    inlines = [
        inline(each.model, admin.site)
        for each in admin.site._registry.values()
        for inline in each.inlines
        if issubclass(inline.model, past.DatedRecord)
    ]
    assert inlines and not [each for each in inlines if each.has_delete_permission(page.wsgi_request)]


@pytest.mark.parametrize("name", ["rule", "hotline", "outlet"])
def test_no_door_takes_a_record_out_of_past_days_without_saying_so(name, world):
    record = factories.make_outlet(world.ours) if name == "outlet" else getattr(world, name)
    with pytest.raises(lives.PastDays):
        records.delete(record)
    assert type(record).objects.filter(pk=record.pk).exists()
    if name != "hotline":  # checks point at it
        records.delete(record, correct=True)
        assert Change.objects.latest("pk").correction


@pytest.mark.slow
def test_what_is_gone_already_is_said(world, desk, second):
    page = opened(second, by_page, world.organization)
    address = url(models.Organization, "delete", world.organization.pk)
    assert by_page(desk, world.organization).status_code == 302
    answer = second.post(address, {"post": "yes", "seen": page.context["asked"]["seen"].value()}, follow=True)
    assert "doesn’t exist" in answer.content.decode()
    with pytest.raises(ValidationError):
        records.delete(world.organization)
