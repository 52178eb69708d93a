"""What stands beside a list and is none: where the reader is, marks that wait, a place that another line limits or gives up."""

from itertools import product

import pytest

from regions.resolver import load_default
from regions.services.intake import reading

from .test_turned import HANGZHOU, NINGBO, said


@pytest.fixture(autouse=True)
def whole_country(monkeypatch):
    monkeypatch.setattr(reading, "resolver", load_default)


@pytest.mark.parametrize("mark", [">", "›", "»", "→", "/", "|", "·", "-", "—", "::"])
@pytest.mark.parametrize("head", ["首页", "网站首页", "您的位置：首页", "当前位置: 主页", "Home"])
def test_the_path_of_a_page_is_no_coverage(mark, head):
    for path in (f"{head} {mark} 售后服务 {mark} 福州", f"{head}{mark}净水器{mark}福州市"):
        for body in ("服务区域：\n杭州、宁波", "杭州市\n宁波市"):
            assert said(f"{path}\n{body}") == ({HANGZHOU, NINGBO}, set()), path


@pytest.mark.parametrize("mark", "⏳⌛⏰🔜🚧🕒❓❔⚠")
def test_a_mark_that_waits_is_neither_a_yes_nor_a_no(mark):
    for above in ("", "❌ 暂未开通\n", "❌ 福州市\n", "✅ 福州市\n"):
        include, exclude = said(f"{above}{mark} 杭州市")
        assert HANGZHOU not in include | exclude, above


@pytest.mark.parametrize(
    ("form", "behind"),
    list(
        product(
            [
                "{}网点已搬走",
                "{}站点已搬离",
                "注：{}门店关店",
                "{}仅限上城区",
                "{}只做上城区",
                "{}市仅支持上城区、西湖区",
            ],
            [True, False],
        )
    ),
)
def test_a_place_that_another_line_limits_or_gives_up_waits(form, behind):
    words = form.format("杭州")
    for body in ("杭州、宁波、温州", "杭州市\n宁波市\n温州市"):
        include, _ = said(f"{body}\n{words}" if behind else f"{words}\n{body}")
        assert HANGZHOU not in include, (words, body)


@pytest.mark.parametrize("doubt", ["（?）", "(？)", "（??）"])
def test_a_question_behind_a_place_leaves_it_open(doubt):
    assert said(f"杭州{doubt}、宁波") == ({NINGBO}, set())
