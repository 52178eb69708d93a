"""Drafting: every token gets a verdict, the counts add up, the text stays as it came."""

import pytest

from regions.models import Change, CoverageRule, ImportLine
from regions.services.intake import IntakeError, draft

pytestmark = pytest.mark.django_db


def lines(imp):
    return [
        (line.token, line.verdict, line.decision, line.is_duplicate, line.include, line.exclude)
        for line in imp.lines.all()
    ]


def test_every_token_is_a_line_with_verdict_and_decision(service):
    imp = draft(
        service=service,
        text="自贡市富顺县、富顺县、杭州市江干区、朝阳、广东省(除汕头市、潮州市饶平县)、自贡市沿摊区、成都市锦江县、胡说县、杭州市江干区",
    )
    assert lines(imp) == [
        ("自贡市富顺县", "resolved", "accepted", False, ["510322"], []),
        ("富顺县", "resolved", "accepted", True, ["510322"], []),
        ("杭州市江干区", "historical", "open", False, [], []),
        ("朝阳", "ambiguous", "open", False, [], []),
        ("广东省(除汕头市、潮州市饶平县)", "rules", "accepted", False, ["440000"], ["440500", "445122"]),
        ("自贡市沿摊区", "suggestion", "open", False, [], []),
        ("成都市锦江县", imp.lines.get(token="成都市锦江县").verdict, "open", False, [], []),
        ("胡说县", "unknown", "open", False, [], []),
        ("杭州市江干区", "historical", "open", True, [], []),
    ]
    assert imp.counts["tokens"] == 9
    assert (imp.counts["exact"], imp.counts["duplicate"], imp.counts["historical"]) == (1, 2, 1)


def test_the_counts_add_up_and_agree_with_the_lines(service):
    imp = draft(
        service=service,
        text="自贡市富顺县、自贡市富顺县、江浙沪、浙江省、朝阳、哈哈县\n杭州市江干区、东莞市大朗镇、四川省除甘孜外",
    )
    parts = {word: number for word, number in imp.counts.items() if word != "tokens"}
    assert set(parts) == {
        "exact", "duplicate", "historical", "ambiguous", "conflict", "partial", "suggestion", "rules", "unknown",
    }  # fmt: skip
    assert sum(parts.values()) == imp.counts["tokens"] == imp.lines.count() == 9


def test_nothing_becomes_coverage_and_who_brought_it_is_noted(service):
    before = Change.objects.count()
    imp = draft(service=service, text="自贡市富顺县")
    assert not CoverageRule.objects.exists()
    (change,) = Change.objects.all()[before:]
    assert (change.kind, change.key, change.action) == ("import", imp.key, "create")
    assert "text" not in change.after


def test_the_text_is_kept_word_for_word(service):
    text = "  \ufeff自贡市富顺县\r\n\t😀\u3000太原市\r\n"
    assert draft(service=service, text=text).text == text


def test_places_refer_to_the_line_as_it_stands(service):
    text = "服务区域:自贡市富顺县、杭州市江干区\n\n| 四川省 | 自贡市 | 富顺县 |"
    for line in draft(service=service, text=text).lines.all():
        whole = text.split("\n")[line.line_no - 1]
        assert 0 <= line.start < line.end <= len(whole)
        if line.line_no == 1:
            assert whole[line.start : line.end] == line.token


def test_a_name_nobody_knows_between_names_is_not_lost(service):
    imp = draft(service=service, text="自贡市富顺县\n自贡市沿摊区\n太原市万柏林区\n胡说八道\n成都市武侯区")
    assert [(line.token, line.verdict) for line in imp.lines.all()][1::2] == [
        ("自贡市沿摊区", "suggestion"),
        ("胡说八道", "unknown"),
    ]


def test_prose_is_listed_as_ignored_and_not_tokenised(service):
    text = "阿拉好太太消毒柜售后服务\n本公司成立于一九九八年,专注于家电维修服务,受到广大用户的好评。\n自贡市富顺县、太原市万柏林区"
    imp = draft(service=service, text=text)
    assert [line["no"] for line in imp.reading["lines"]] == [1, 2]
    assert {line.line_no for line in imp.lines.all()} == {3}


@pytest.mark.parametrize(
    ("text", "word"),
    [("", "empty"), (" \n\t", "empty"), ("富顺县\n太\x00原市", "Line 2"), ("a\ud800", "half")],
)
def test_a_text_that_cannot_be_kept_is_refused_with_its_line(service, text, word, settings):
    settings.LANGUAGE_CODE = "en"
    with pytest.raises(IntakeError, match=word):
        draft(service=service, text=text)
    assert not ImportLine.objects.exists()


def test_too_much_at_once_is_refused(service, monkeypatch):
    monkeypatch.setattr("regions.services.intake.drafting.MAX_TOKENS", 2)
    with pytest.raises(IntakeError):
        draft(service=service, text="成都市、自贡市、绵阳市")
    with pytest.raises(IntakeError):
        draft(service=service, text="啊" * 2_000_001)


@pytest.mark.slow
def test_page_a_is_read_whole(service, page_a):
    imp = draft(service=service, text=page_a)
    assert imp.counts == {
        "tokens": 396, "exact": 367, "duplicate": 28, "historical": 1, "ambiguous": 0, "conflict": 0, "partial": 0,
        "suggestion": 0, "rules": 0, "unknown": 0,
    }  # fmt: skip
    reading = imp.reading
    assert reading["list_lines"] == 54
    assert [found["text"] for found in reading["brands"]] == ["阿拉好太太"]
    assert [found["text"] for found in reading["categories"]] == ["消毒柜"]
    assert [
        (found["canonical"], found["mentions"], len(found["labels"])) for found in reading["numbers"]
    ] == [("4001865909", 10, 14)]
    assert reading["nationwide"] and reading["promises"]
    text_lines = page_a.split("\n")
    assert all(text_lines[line.line_no - 1][line.start : line.end] == line.token for line in imp.lines.all())
