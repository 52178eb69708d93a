"""Histories say who wrote, and what about: nobody outside is a command, and no record is its database key."""

import re

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from regions.models import Change, ChangeSet, Dispute
from regions.services.disputes import open_dispute
from regions.services.records import named

from .test_pages import one_more


@pytest.fixture
def report(world) -> Dispute:
    said = {
        "hotline": world.hotline.key,
        "reason": "wrong_number",
        "statement": "品牌的网页上写的是另一个号码",
    }
    Client().post("/api/v1/disputes/", said, content_type="application/json")
    return Dispute.objects.latest("pk")


@pytest.mark.slow
def test_a_report_from_outside_is_no_command_and_its_hotline_no_key(report, world, desk):
    last, the_set = Change.objects.filter(kind="dispute").latest("pk"), ChangeSet.objects.latest("pk")
    pages = [
        reverse("admin:regions_dispute_history", args=[report.pk]),
        reverse("admin:regions_hotline_history", args=[world.hotline.pk]),
        reverse("admin:regions_change_changelist") + "?kind=dispute",
        reverse("admin:regions_change_change", args=[last.pk]),
        reverse("admin:regions_changeset_changelist"),
        reverse("admin:regions_changeset_change", args=[the_set.pk]),
        reverse("admin:regions_changeset_undo", args=[the_set.pk]),
        reverse("admin:index"),
    ]
    for page in pages:
        text = desk.get(page).content.decode()
        assert "a reporter from outside" in text, page
        if page in (pages[0], pages[3], pages[5]):
            assert f"#{world.hotline.pk}" not in re.sub("<[^>]*>", "", text).replace(str(the_set), ""), page
            assert str(world.hotline) in text
    said = {"reason": "other", "statement": "网页上写的不是这家公司"}
    assert Client().post(f"/report/?hotline={world.hotline.key}", said).status_code == 302
    by_page = ChangeSet.objects.latest("pk")
    assert (the_set.door, by_page.door) == ("api", "report")
    text = desk.get(reverse("admin:regions_changeset_change", args=[by_page.pk])).content.decode()
    assert "a reporter from outside" in text and "a command" not in text


@pytest.mark.slow
def test_commands_stay_commands(world, desk):
    page = desk.get(reverse("admin:regions_service_history", args=[world.ours.pk])).content.decode()
    assert "a command" in page and "a reporter" not in page


@pytest.mark.slow
def test_the_list_of_changes_costs_the_same_for_many(report, world, desk, django_assert_max_num_queries):
    address = reverse("admin:regions_change_changelist")
    with django_assert_max_num_queries(60) as few:
        desk.get(address)
    for number in range(20):
        open_dispute(
            reason="wrong_number",
            hotline=world.their_hotline,
            statement=f"{number}" * 20,
            address=f"192.0.2.{number}",
        )
    with django_assert_max_num_queries(len(few)):
        desk.get(address)


@pytest.mark.slow
@pytest.mark.parametrize(
    "model", list(apps.get_app_config("regions").get_models()), ids=lambda model: model.__name__
)
def test_no_record_that_a_change_names_is_called_by_its_database_key(model, world):
    with_others = [field for field in model._meta.fields if field.is_relation]
    if not with_others or model in (ChangeSet, Change):
        pytest.skip("named by itself")
    if not model._default_manager.exists():
        try:
            one_more(model, world)
        except Exception:
            pytest.skip("none in the small directory")
    record = named(model).last()
    if record is None:
        pytest.skip("none in the small directory")
    assert not re.search(r"#\d", str(record))
