"""What the form of each kind wrote is taken back; what is not says so, by name. A kind without a row here fails."""

import pytest
from django.contrib import admin

from regions import models
from regions.models import ChangeSet

from .test_pages import address, one_more
from .test_writes import form_of

# Kind → a field that its form edits, another value, and what becomes of an edit and of a deletion.
KINDS = {
    models.Brand: ("name", "改名", "undone", "undone"),
    models.Category: ("name", "改名", "undone", "undone"),
    models.Organization: ("name", "改名", "undone", "undone"),
    models.Outlet: ("name", "改名", "undone", "undone"),
    models.Source: ("title", "改名", "undone", "undone"),
    models.Hotline: ("labels", "改名", "undone", "undone"),
    models.PhoneNumber: ("note", "改过", "undone", "in use"),
    models.Service: ("name", "改名", "undone", "in use"),
    models.CoverageRule: ("note", "改过", "undone", "never"),
    models.ApiKey: ("name", "改名", "refused", "never"),
}
# Rows of another record's form, undone with it.
PARTS = {models.OutletRule, models.OutletService, models.Promise, models.RegionName}
# Written elsewhere, with an undoing of their own, or never edited by hand (docs/admin.md).
ELSEWHERE = {
    models.Change, models.ChangeSet, models.CoverageImport, models.Dispute, models.ImportLine, models.Job, models.Region,
    models.RegionUpdate, models.Release, models.Succession, models.Verification,
}  # fmt: skip


def test_every_kind_has_a_row():
    ours = {model for model in admin.site._registry if model._meta.app_label == "regions"}
    assert ours == KINDS.keys() | PARTS | ELSEWHERE


def state(model, pk) -> dict | None:
    return model._default_manager.filter(pk=pk).values().first()


@pytest.mark.slow
@pytest.mark.parametrize("door", ["change", "delete"])
@pytest.mark.parametrize("model", KINDS, ids=lambda model: model.__name__)
def test_what_the_form_of_a_kind_wrote_is_undone_or_refused_with_names(model, door, world, desk):
    one_more(model, world)
    record = model._default_manager.latest("pk")
    field, value, *expected = KINDS[model]
    before, last = state(model, record.pk), ChangeSet.objects.latest("pk").pk
    page = address(model, door, record.pk)
    if door == "change":
        answer = desk.post(page, form_of(desk.get(page)) | {field: value, "reason": "改"})
    else:
        answer = desk.post(page, {"post": "yes", "reason": "删"})
    wanted = expected[door == "delete"]
    if wanted in ("in use", "never"):
        assert answer.status_code == {"in use": 200, "never": 403}[wanted]
        assert state(model, record.pk) == before
        return
    assert answer.status_code == 302, answer.context["errors"]
    written = state(model, record.pk)
    assert written != before
    the_set = ChangeSet.objects.get(pk__gt=last)
    undoing = address(ChangeSet, "undo", the_set.pk)
    shown = desk.get(undoing).content.decode()
    called = getattr(record, "name", "") or getattr(record, "title", "")
    assert (value if called and door == "change" else called) in shown
    answer = desk.post(undoing, {"reason": "错了"}, follow=True)
    if wanted == "undone":
        assert state(model, record.pk) == before
        assert ChangeSet.objects.latest("pk").pk > the_set.pk
    else:
        assert state(model, record.pk) == written
        assert "Records of this kind are not undone here" in " ".join(map(str, answer.context["messages"]))
