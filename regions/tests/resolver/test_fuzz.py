"""Whatever comes in: no exception, spans inside the text, include and exclude apart, a known verdict."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regions.resolver import STATUSES, normalize
from regions.resolver.normalize import fold

_PIECES = (
    "北京 北京市 朝阳区 海淀区 四川省 成都 成都市 武侯区 自贡市富顺县 富顺县 江苏 南京 鼓楼区 吉林 全国 港澳台 江浙沪 东莞市 大朗镇 万县市 六安市寿县 "
    "除 外 除外 以外 不含 不包括 仅限 含 ( ) （ ） 、 ， , ; ； : ： 和 与 及 以及 的 等 地区 全境 市辖区 直辖县 路 街道 号 123 1、 ① 开发区 "
    "臺灣 廣東省 nanning Ｘ \u200b \x00 \n \t \ud800 😀 - / | > ·"
)
PIECES = _PIECES.split(" ")
phrases = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
texts = st.one_of(
    st.text(max_size=60), phrases, st.tuples(phrases, st.text(max_size=8), phrases).map("".join)
)
often = settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def check(result, text):
    assert result.status in STATUSES
    assert not set(result.include) & set(result.exclude)
    assert (result.code is not None) == (result.status == "resolved")
    if result.status == "rules":
        assert result.include or result.exclude
    for item in result.evidence:
        start, end = item["span"]
        assert 0 <= start <= end <= len(text)
        assert item["text"] == text[start:end]
    result.as_dict()


@pytest.mark.slow
@given(texts)
@often
def test_any_text_gets_a_verdict(resolver, text):
    result = resolver.resolve(text)
    assert result.text == text
    check(result, text)


@pytest.mark.slow
@given(texts)
@often
def test_tokens_lie_in_the_line_in_order(resolver, text):
    at = 0
    for token in resolver.tokens(text):
        assert at <= token.start < token.end <= len(text)
        assert token.text == text[token.start : token.end]
        check(token.result, text)
        at = token.end


@pytest.mark.slow
@given(texts)
@often
def test_normalising_twice_changes_nothing(text):
    assert normalize(normalize(text)) == normalize(text)


@pytest.mark.slow
@given(texts)
@often
def test_folding_keeps_places(text):
    folded, places = fold(text)
    assert places is None or (len(places) == len(folded) and places == sorted(set(places)))
    assert places is not None or len(folded) == len(text)
