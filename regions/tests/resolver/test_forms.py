"""Labelled forms: the labels are no part of the place, and no text without them is touched."""

import pytest

from regions.resolver.forms import without_labels


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("省：四川省 市：自贡市 县：富顺县", "510322"),
        ("省份:四川,城市:自贡,区/县:富顺", "510322"),
        ("所在省：四川省；所在市：自贡市；所在区：富顺县", "510322"),
        ("省/直辖市：北京市 市：北京市 区：朝阳区", "110105"),
        ("省：四川省\n市：自贡市\n区：富顺县\n详细地址：人民路1号", "510322"),
        ("市:成都市 区:武侯区 街道:", "510107"),
        ("省市区：四川省自贡市富顺县", "510322"),
    ],
)
def test_the_fields_read_as_one_address(resolver, text, code):
    result = resolver.resolve(text)
    assert (result.status, result.code) == ("resolved", code)
    for item in result.evidence:
        assert text[slice(*item["span"])] == item["text"]


def test_a_label_that_comes_again_begins_the_next_address(resolver):
    text = "省：四川省 市：自贡市 县：富顺县\n省：浙江省 市：杭州市 区：余杭区"
    assert [(token.text, token.result.code) for token in resolver.tokens(text)] == [
        ("四川省 市：自贡市 县：富顺县", "510322"),
        ("浙江省 市：杭州市 区：余杭区", "330110"),
    ]


def test_fields_that_contradict_each_other_are_no_place(resolver):
    assert resolver.resolve("省：四川省 市：杭州市 区：富顺县").status == "conflict"


@pytest.mark.parametrize(
    "text",
    [
        "四川省:成都市、绵阳市",
        "地址:成都市武侯区",
        "城市:成都",
        "电话:400 县:",
        "好 市场:大 区:小",
        " " * 50 + ":",
    ],
)
def test_other_texts_stay_as_they_are(text):
    assert without_labels(text) is None
