"""A text that somebody asks about: every number in it is told once, read or refused with its cure. Made here by a grammar."""

import itertools
import random
from collections import Counter

import pytest

from regions.phones import every_number, plan

# As written, and the digits it is read as; empty where it is refused.
NUMBERS = {
    "400-1865-909": "4001865909",
    "8008208820": "8008208820",
    "0813-7201234": "08137201234",
    "021-63000000": "02163000000",
    "139 0000 1234": "13900001234",
    "400_1865_909": "4001865909",
    "400/1616/909": "4001616909",
    "12315": "12315",
    "95598": "95598",
    "96105": "96105",
    "10086": "10086",
    "11185": "11185",
    "7201234": "",
    "63001234": "",
    "720-5678": "",
    "400-1616": "",
    "400-1865-90": "",
    "400186590": "",
    "0813-72012": "",
    "139-0000-12": "",
    "400-1616-×××": "",
    "400-1865-***9": "",
    "0813-72***34": "",
    "139****1234": "",
    "95xxx": "",
    "12xxx": "",
}
BETWEEN = [
    "，",
    "、",
    "；",
    " ",
    "  ",
    "\n",
    " / ",
    "或",
    " 和 ",
    "。",
    "，本地",
    " 短号",
    " 市话4：",
    "；投诉电话3：",
    "（备用）",
]
BEFORE = ["", "电话", "维修电话1：", "富顺 洗衣机 ", "请打", "tel: "]
BEHIND = ["", "。", " 张师傅", "（富顺）", "，谢谢"]

NONE = """售价2999元，原价 12999，现价12800 元起，满7200000元
区划代码510322，510322102，510322102001，五一零三二二
2026-01-15，2026年11月27日，20260115，2019-2024
中山路12315号，黎明一区135-9-1135，花园小区261-1183，香水湾151-1261，东苑 216-2029，解放街7201234号，88号2栋1203室
BCD-400WLHSS17B9，XQB80-Z1269，KFR-35GW，型号7201234
600*600*850，800-1200W，2000-3500元，5000mAh，12000转，容量 7200000毫升
订单号7201234，QQ 7201234，邮编643200"""


def told(text: str) -> Counter[tuple[str, str]]:
    return Counter((number.raw, number.canonical) for number in every_number(text))


@pytest.mark.parametrize(("first", "digits"), NUMBERS.items())
def test_each_number_is_told_once(first, digits):
    dice, wrong = random.Random(first), []
    for second, between in itertools.product(NUMBERS, BETWEEN):
        text = f"{dice.choice(BEFORE)}{first}{between}{second}{dice.choice(BEHIND)}"
        found = told(text)
        assert all(plan.is_well_formed(read) for _raw, read in found if read)
        if (
            digits[:1] == "0" and second.replace("-", "")[0] in "67"
        ):  # a local number stands in the area before it
            found = Counter((raw, "" if raw == second else read) for raw, read in found.elements())
        if found != Counter([(first, digits), (second, NUMBERS[second])]):
            wrong.append((text, told(text)))
    assert wrong == []


@pytest.mark.parametrize("text", NONE.replace("\n", "，").split("，"))
def test_what_is_something_else_is_not_told(text):
    assert every_number(text) == []
    assert told(f"电话400-1865-909，{text}") == Counter([("400-1865-909", "4001865909")])


@pytest.mark.parametrize("word", ["", "电话"])
def test_what_is_refused_says_its_cure(word):
    reasons = {spelling: [number.reason for number in every_number(word + spelling)] for spelling in NUMBERS}
    assert reasons["400-1616"] == reasons["0813-72012"] == ["digits are missing: give the whole number"]
    assert reasons["7201234"] == ["a local number: add the area code, as in 021-63000000"]
    assert all(reasons[spelling][0] for spelling, digits in NUMBERS.items() if not digits)
