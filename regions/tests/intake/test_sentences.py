"""Sentences that name places in their middle, labels that say how outlets are run, headings in traditional characters:
a clerk reads them, so they are in the draft, and whatever refuses never serves."""

from itertools import product

import pytest

from regions.resolver import load_default
from regions.services.intake import reading
from regions.services.intake.drafting import make_lines

from .test_turned import HANGZHOU, NINGBO, said

BOTH = {HANGZHOU, NINGBO}


@pytest.fixture(autouse=True)
def whole_country(monkeypatch):
    monkeypatch.setattr(reading, "resolver", load_default)


def asked(text):
    """The codes that a person is asked about."""
    lines = make_lines(reading.read(text, ("消毒柜", "repair")).tokens)
    found = [line["result"] for line in lines if line["decision"] == "open"]
    return {code for one in found for code in (*one["candidates"], *one["exclude"], one["parent"]) if code}


@pytest.mark.parametrize(
    "form",
    [
        "目前服务已覆盖{}以及{}。", "我们为{}、{}的用户提供上门维修服务。", "现已为{}、{}等地区提供安装服务", "不仅覆盖{}，还覆盖{}。", "不但服务{}，而且支持{}",
        "我司位于台州市，覆盖{}、{}", "服务区域仅限：{}、{}", "直营：{}、{}", "正常营业：{}、{}", "南区：{}、{}", "服務區域：{}、{}", "開通城市：{}、{}",
        "Service is available in {} and {}.", "We provide repair services in {} & {}",
    ],
)  # fmt: skip
def test_what_any_clerk_reads_is_served(form):
    names = ("Hangzhou", "Ningbo") if form.isascii() else ("杭州", "宁波")
    include, exclude = said(form.format(*names))
    assert not exclude and include >= BOTH


@pytest.mark.parametrize(
    ("form", "alone"),
    list(product(
        [
            "暂时无法为{}、{}提供上门服务。", "目前不能给{}、{}的用户安排上门", "尚未向{}、{}开通服务", "不服務地區：{}、{}", "暫未開通：{}、{}",
            "We do not deliver to {} or {}.", "Repair is not available in {} and {}",
        ],
        [True, False],
    )),
)  # fmt: skip
def test_what_refuses_in_the_middle_serves_nobody(form, alone):
    names = ("Hangzhou", "Ningbo") if form.isascii() else ("杭州", "宁波")
    text = form.format(*names)
    if not alone:
        text = f"服务区域：浙江、杭州、宁波\n\n{text}"
    include, _ = said(text)
    assert not BOTH & include


@pytest.mark.parametrize(
    "form",
    [
        "总部位于台州市，服务范围：{}、{}", "为{}、{}提供过户服务", "不能为{}、{}提供发票", "加盟：{}、{}", "1. {}：13912340001 王师傅\n2. {}：13912340002 李师傅",
        "{}：13912340001 王小明\n{}：13912340002 李小红",
    ],
)  # fmt: skip
def test_what_nobody_can_tell_is_asked_and_not_lost(form):
    text = form.format("杭州", "宁波")
    include, exclude = said(text)
    assert not BOTH & (include | exclude)
    assert asked(text) >= BOTH


def test_a_count_of_all_parts_is_read_without_its_measure_word():
    for text in ("浙江省11地市均可上门", "浙江11市全覆盖", "覆盖浙江11地市"):
        assert said(text) == ({"330000"}, set()), text
    assert "330000" not in said("浙江12市均可上门")[0]


def test_only_one_of_a_province_is_that_one():
    assert said("浙江：只有杭州。") == ({HANGZHOU}, set())


@pytest.mark.parametrize("tail", ["全国", "全国包邮", "全国都可上门"])
def test_what_is_out_of_the_country_may_stand_before_it(tail):
    assert said(f"琼、藏两地除外，{tail}") == ({"100000"}, {"460000", "540000"})
