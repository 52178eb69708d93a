"""Whatever decides about lines of a draft, by whichever door, says who, why and by which request, and can be undone."""

import pytest
from django.urls import reverse

from regions.models import Change, ChangeSet, ImportLine, RegionName
from regions.services import intake
from regions.tests import factories

TEXT = "花果城、鼓楼区、吴江市、自贡市富顺县\n欢迎自贡市沿滩区的朋友来电咨询。\n汕头市"


@pytest.fixture
def draft(make_regions):
    make_regions("510322", "510311", "440500", "320509", "320584", "320106", "350102")
    return intake.draft(service=factories.make_service("one", brand="b"), text=TEXT)


def decisions(imp) -> list[dict]:
    names = ("token", "decision", "include", "exclude", "decided_by", "note", "shared")
    return list(imp.lines.order_by("line_no", "position").values(*names))


# Button → the token whose line it is pressed at, and what is sent besides.
BUTTONS = {
    "other": ("花果城", {"other": "510322"}),
    "other for all": ("花果城", {"do": "other", "other": "510322", "for_all": "1"}),
    "choose:320106": ("鼓楼区", {}),
    "skip": ("花果城", {}),
    "all-like:skip": ("花果城", {}),
    "accept-renames": ("吴江市", {}),
}


@pytest.mark.slow
@pytest.mark.parametrize("button", BUTTONS)
def test_a_button_at_a_draft_is_a_change_set_and_can_be_undone(button, draft, desk):
    token, besides = BUTTONS[button]
    line = draft.lines.get(token=token)
    page = reverse("admin:regions_coverageimport_change", args=[draft.pk])
    before, last = decisions(draft), ChangeSet.objects.count()
    sent = {"do": button, "line": line.pk, "seen": line.mark, "revision": draft.revision, **besides}
    assert desk.post(page, sent, headers={"X-Request-ID": "asked-for-it"}).status_code == 302
    after = decisions(draft)
    assert after != before, "the button did nothing"

    (the_set,) = ChangeSet.objects.all()[: ChangeSet.objects.count() - last]
    told = (the_set.actor.get_username(), bool(the_set.reason), the_set.request_id, the_set.counts)
    assert told == ("chief", True, "asked-for-it", {"import": 1})
    shown = desk.get(reverse("admin:regions_changeset_change", args=[the_set.pk])).content.decode()
    assert token in shown
    assert RegionName.objects.filter(kind="decided").exists() == ("for all" in button)

    undo = reverse("admin:regions_changeset_undo", args=[the_set.pk])
    assert token in desk.get(undo).content.decode()
    assert desk.post(undo, {"reason": "doch nicht"}).status_code == 302
    assert decisions(draft) == before
    assert not RegionName.objects.filter(kind="decided").exists()
    again = ChangeSet.objects.latest("pk")
    assert (
        desk.post(reverse("admin:regions_changeset_undo", args=[again.pk]), {"reason": "doch"}).status_code
        == 302
    )
    assert decisions(draft) == after


def test_decisions_are_not_undone_where_something_newer_stands(draft, desk):
    line = draft.lines.get(token="花果城")
    intake.decide(line=line, include=["510322"])
    first = ChangeSet.objects.latest("pk")
    intake.decide(line=draft.lines.get(token="花果城"), skip=True)
    undo = reverse("admin:regions_changeset_undo", args=[first.pk])
    then = decisions(draft)
    assert desk.post(undo, {"reason": "zurück"}).status_code == 200
    assert decisions(draft) == then

    last = ChangeSet.objects.latest("pk")
    intake.discard(imp=draft)
    undo = reverse("admin:regions_changeset_undo", args=[last.pk])
    assert desk.post(undo, {"reason": "zurück"}).status_code == 200
    assert decisions(draft) == then


def test_a_line_declared_a_list_line_is_told(draft, desk):
    (other,) = [line["no"] for line in draft.reading["lines"]]
    lines = draft.lines.count()
    desk.post(reverse("admin:regions_coverageimport_change", args=[draft.pk]), {"do": f"list-line:{other}"})
    change = Change.objects.filter(kind="import").latest("pk")
    made = ImportLine.objects.filter(coverage_import=draft, line_no=other)
    assert draft.lines.count() == lines + made.count() and made.exists()
    assert [row["token"] for row in change.after["lines"]] == [line.token for line in made]
    assert change.actor.get_username() == "chief"


@pytest.mark.slow
def test_what_an_application_left_open_comes_back_when_it_is_undone(draft, desk):
    """By the button at the import and by the page of the set alike; undone again, it is left again."""
    before = decisions(draft)
    intake.apply(imp=draft, leave_open=True)
    applied, left = ChangeSet.objects.latest("pk"), decisions(draft)
    rest = draft.service.imports.latest("pk")
    assert {row["decision"] for row in left} == {"accepted", "skipped"} and rest.pk != draft.pk
    told = Change.objects.filter(changeset=applied.uuid, kind="import", key=draft.key)
    assert any("lines" in (change.after or {}) for change in told)
    page = reverse("admin:regions_coverageimport_change", args=[draft.pk])

    def undo(the_set):
        address = reverse("admin:regions_changeset_undo", args=[the_set.pk])
        assert desk.post(address, {"reason": "doch nicht"}).status_code == 302

    undo(applied)
    undone = ChangeSet.objects.latest("pk")
    assert (decisions(draft), states(draft, rest)) == (before, ["reverted", "discarded"])
    undo(undone)
    assert (decisions(draft), states(draft, rest)) == (left, ["applied", "draft"])
    draft.refresh_from_db()
    desk.post(page, {"do": "revert", "seen": draft.revision})
    assert (decisions(draft), states(draft, rest)) == (before, ["reverted", "discarded"])
    draft.refresh_from_db()
    desk.post(page, {"do": "take-up", "seen": draft.revision})
    assert (decisions(draft), states(draft, rest)) == (before, ["draft", "discarded"])


@pytest.mark.slow
def test_a_draft_that_somebody_has_gone_on_with_keeps_its_lines(draft, desk):
    intake.apply(imp=draft, leave_open=True)
    applied, left = ChangeSet.objects.latest("pk"), decisions(draft)
    rest = draft.service.imports.latest("pk")
    intake.decide(line=rest.lines.get(token="花果城"), include=["510311"])
    for line in rest.lines.filter(decision="open"):
        intake.decide(line=line, skip=True)
    intake.apply(imp=rest)
    address = reverse("admin:regions_changeset_undo", args=[applied.pk])
    assert desk.post(address, {"reason": "doch nicht"}).status_code == 302
    assert (decisions(draft), states(draft, rest)) == (left, ["reverted", "applied"])


def states(*imports) -> list[str]:
    for imp in imports:
        imp.refresh_from_db()
    return [imp.state for imp in imports]
