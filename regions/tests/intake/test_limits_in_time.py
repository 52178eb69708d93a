"""A day beside a place is measured by today: what begins later or has ended is never accepted, wherever the day stands.

Each text is built by a small grammar: a way to write a day, words that begin or end there, and a place where they stand.
"""

import json
import random
from datetime import date, timedelta
from itertools import product

import pytest

from regions.pages.days import out_of_time
from regions.resolver import load_default
from regions.services.intake import reading

from .test_turned import HANGZHOU, NINGBO, said

TODAY = date.today()
PAST, FUTURE = TODAY - timedelta(days=400), TODAY + timedelta(days=400)
DAYS = (
    "{0.year}年{0.month}月{0.day}日", "{0.year}年{0.month}月", "{0.year}.{0.month}", "{0.year}.{0.month:02}.{0.day:02}",
    "{0.year}-{0.month:02}-{0.day:02}", "{0.year}/{0.month}/{0.day}", "{0.year}年", "{0.year}{0.month:02}{0.day:02}",
)  # fmt: skip
BEGINNING = ("{}开通", "{}起", "自{}起", "{}上线", "开通时间：{}", "预计{}开业", "{}", "{}新增")
ENDING = ("{}到期", "{}止", "有效期至{}", "至{}", "下线时间 = {}", "{}停运", "服务期限：2019.01-{}", "{}撤点")
SOON = ("明年", "下月起", "下个月开通", "明年一季度", "春节后", "12月25日开业", "年底", "下半年开通")
PLACES = {
    "bracket": "服务城市：杭州（{}）、宁波",
    "heading": "{}：杭州\n\n服务城市：宁波",
    "heading above": "【{}】\n杭州\n\n【服务城市】\n宁波",
    "bracket of a heading": "服务城市（{}）：杭州\n\n服务城市：宁波",
    "column": "城市\t时间\n杭州\t{}\n宁波\t已开通",
    "column without a name": "城市\t \n杭州\t{}\n宁波\t已开通",
    "remark": "| 城市 | 备注 |\n|---|---|\n| 杭州 | {} |\n| 宁波 | |",
    "cell of no table": "杭州\t{}\n宁波\t全市",
}


@pytest.fixture(autouse=True)
def whole_country(monkeypatch):
    monkeypatch.setattr(reading, "resolver", load_default)


def _sample(many, size, seed):
    return random.Random(seed).sample(list(many), size)


@pytest.mark.parametrize("where", PLACES)
def test_what_begins_later_or_has_ended_is_not_accepted(where):
    future = [form.format(day.format(FUTURE)) for form, day in product(BEGINNING, DAYS)]
    ended = [form.format(day.format(PAST)) for form, day in product(ENDING, DAYS)]
    for words in (*_sample(future, 12, where), *_sample(ended, 12, where), *SOON):
        text = PLACES[where].format(words)
        assert HANGZHOU not in said(text)[0], text


@pytest.mark.parametrize("where", ["bracket", "remark", "column", "cell of no table"])
def test_what_has_begun_and_goes_on_keeps_its_neighbours(where):
    for words in (*(form.format("2020-03-01") for form in BEGINNING[:3]), "2020.03-至今"):
        include, exclude = said(PLACES[where].format(words))
        assert NINGBO in include and not exclude, words


@pytest.mark.parametrize("day", DAYS)
def test_a_day_of_a_table_is_read_in_every_form(day):
    past, future = day.format(PAST), day.format(FUTURE)
    for text in (
        f"城市\t开通时间\n杭州\t{future}\n宁波\t{past}",
        f"城市\t到期日期\n杭州\t{past}\n宁波\t{future}",
    ):
        assert said(text) == ({NINGBO}, set()), text


@pytest.mark.parametrize(
    ("key", "ends"), [("openDate", False), ("start_time", False), ("endDate", True), ("到期时间", True)]
)
def test_a_member_of_json_may_be_a_day(key, ends):
    wrong, right = (PAST, FUTURE) if ends else (FUTURE, PAST)
    rows = [{"city": "杭州市", key: wrong.isoformat()}, {"city": "宁波市", key: right.isoformat()}]
    assert said(json.dumps(rows, ensure_ascii=False)) == ({NINGBO}, set())


@pytest.mark.parametrize("behind", [True, False])
@pytest.mark.parametrize(
    "words",
    [
        f"有效期至{PAST.year}年{PAST.month}月", f"服务期限：2019.01-{PAST.year}.12", f"{FUTURE.year}年{FUTURE.month}月起生效",
        f"以上城市{FUTURE.year}年3月起服务", f"开通时间：{FUTURE.year}年1月", f"下线时间 = {PAST.isoformat()}", f"{PAST.isoformat()}止",
    ],
)  # fmt: skip
def test_a_day_on_a_line_of_its_own_is_said_of_the_list(words, behind):
    for body in ("杭州、宁波", "服务城市：杭州、宁波", "杭州市\n宁波市"):
        text = f"{body}\n{words}" if behind else f"{words}\n{body}"
        assert said(text) == (set(), set()), text


@pytest.mark.parametrize(
    "words",
    [
        "发布日期：2026-11-01", f"更新时间：{TODAY.isoformat()}", "本公司成立于2010年", f"{FUTURE.year}年1月1日起调价",
        f"优惠活动截止{FUTURE.isoformat()}", f"春节放假时间：{FUTURE.year}年2月5日-2月12日", "服务热线：400-2027-888",
    ],
)  # fmt: skip
def test_a_day_of_something_else_holds_nothing(words):
    assert said(f"服务城市：杭州、宁波\n{words}") == ({HANGZHOU, NINGBO}, set())


def test_numbers_that_are_no_days_say_nothing():
    for words in (
        "2027号",
        "400-2027-888",
        "021-20271234",
        "9:00-18:00",
        "24小时",
        "3至5天",
        "成立于2010年",
        "2019年起",
    ):
        assert not out_of_time(words), words
    assert not out_of_time(f"截至{PAST.year}年10月，已开通")
