"""Deciding: a split never resolves by itself; what a person says holds for the same words."""

import pytest
from django.contrib.auth.models import User

from regions.services.intake import IntakeError, accept_exact, accept_renames, apply, decide, draft, reopen
from regions.services.intake.deciding import decide_alike

pytestmark = pytest.mark.django_db


def state(imp, token):
    return [(line.decision, line.include) for line in imp.lines.filter(token=token)]


def test_a_split_is_never_accepted_with_the_renames(service):
    imp = draft(service=service, text="杭州市江干区、襄樊市、襄樊市枣阳市")
    assert accept_renames(imp=imp) == 2
    assert state(imp, "杭州市江干区") == [("open", [])]
    assert state(imp, "襄樊市") == [("accepted", ["420600"])]
    assert state(imp, "襄樊市枣阳市") == [("accepted", ["420683"])]


# Both bearers of a code that was given twice.
TWICE = ("乐清县", "瑞安县", "昆明市呈贡县", "昆明市安宁县")
CODES = ("330323", "330325", "330326", "330381", "330382", "530121", "530122", "530123", "530114", "530181")


@pytest.mark.slow
@pytest.mark.parametrize("order", [1, -1])
def test_each_renamed_place_goes_where_its_own_line_says(service, make_regions, order):
    """A code that two places had, one after the other, is no reason to send one to the other's successor."""
    make_regions(*CODES)
    imp = draft(service=service, text="\n".join(TWICE[::order]))
    lines = list(imp.lines.filter(verdict="historical"))
    assert accept_renames(imp=imp) >= 3 and len(lines) == len(TWICE)
    lines = list(imp.lines.all())
    assert [line.token for line in lines if not set(line.include) <= set(line.result["successors"])] == []


@pytest.mark.parametrize("name", ["余杭市", "同安县", "番禺市", "崂山县", "襄樊市", "即墨市"])
def test_what_was_carved_up_after_its_renaming_is_no_renaming(service, make_regions, name):
    make_regions("330184", "330113", "350221", "350213", "440181", "440115", "370221", "370214", "370282")
    imp = draft(service=service, text=name)
    settled = accept_renames(imp=imp)
    line = imp.lines.get()
    carved = name not in ("襄樊市", "即墨市")
    assert settled == (0 if carved else 1) and line.decision == ("open" if carved else "accepted")


def test_a_decision_holds_for_the_same_words_and_says_who(service):
    user = User.objects.create_user("lin")
    imp = draft(service=service, text="杭州市江干区、自贡市富顺县\n杭州市江干区")
    line = imp.lines.filter(token="杭州市江干区").first()
    settled = decide(line=line, include=["330102", "330114"], actor=user, note="两区都做")
    assert len(settled) == 2
    assert state(imp, "杭州市江干区") == [("accepted", ["330102", "330114"])] * 2
    assert {(each.decided_by, each.note) for each in imp.lines.filter(verdict="historical")} == {
        (user, "两区都做")
    }


def test_skipping_a_line_skips_its_duplicates_in_other_words(service):
    imp = draft(service=service, text="自贡市富顺县、富顺县、自贡市沿滩区")
    decide(line=imp.lines.first(), skip=True)
    assert [line.decision for line in imp.lines.all()] == ["skipped", "skipped", "accepted"]


def test_a_decision_can_be_taken_back(service):
    imp = draft(service=service, text="自贡市富顺县、富顺县、杭州市江干区")
    decide(line=imp.lines.first(), skip=True)
    reopen(line=imp.lines.first())
    historical = imp.lines.last()
    decide(line=historical, include=["330102"])
    reopen(line=historical)
    assert [(line.decision, line.include) for line in imp.lines.all()] == [
        ("accepted", ["510322"]),
        ("accepted", ["510322"]),
        ("open", []),
    ]


@pytest.mark.parametrize(
    "what",
    [
        {},
        {"include": ["330102"], "skip": True},
        {"include": ["330102"], "exclude": ["330102"]},
        {"include": ["330104"]},  # abolished
        {"include": ["999999"]},
        {"exclude": ["x"]},
    ],
)
@pytest.mark.slow
def test_what_makes_no_sense_is_refused(service, what):
    imp = draft(service=service, text="杭州市江干区")
    with pytest.raises(IntakeError):
        decide(line=imp.lines.get(), **what)
    assert state(imp, "杭州市江干区") == [("open", [])]


def test_nothing_is_decided_after_applying(service):
    imp = draft(service=service, text="自贡市富顺县")
    apply(imp=imp)
    with pytest.raises(IntakeError) as refused:
        decide(line=imp.lines.get(), skip=True)
    assert refused.value.code == "not-a-draft"
    with pytest.raises(IntakeError):
        accept_exact(imp=imp)
    with pytest.raises(IntakeError):
        accept_renames(imp=imp)


def test_accepting_exact_lines_leaves_the_others_open(service):
    imp = draft(service=service, text="自贡市富顺县、朝阳")
    imp.lines.update(decision="open")
    assert accept_exact(imp=imp) == 1
    assert [line.decision for line in imp.lines.all()] == ["accepted", "open"]


def test_what_takes_something_out_is_not_taken_with_the_others(service, make_regions):
    """Its one choice is the whole province; the line is not."""
    make_regions("620000", "623000", "630000", "632700")
    imp = draft(service=service, text="疑似：甘肃省除甘南外、青海省除玉树外\n疑似：自贡市富顺县")
    for line in imp.lines.filter(decision="open"):
        decide_alike(line=line, skip=False)
    taken = {code for line in imp.lines.filter(decision="accepted") for code in line.include}
    assert not taken & {"620000", "630000"}
