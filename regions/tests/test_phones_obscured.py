"""Numbers that somebody wrote so that programs do not read them: read whole, or said to be unreadable; never dropped, never another.

The spellings are made here from whole numbers, by rules that share nothing with the reading.
"""

import itertools
import random
import re

import pytest

from regions.phones import find_numbers

READABLE = "400-1865-909"
WHOLE = [
    "4008000000", "4001616909", "8008208820", "13800138000", "19912345678", "02163000000", "01062345678", "08137201234", "075526651234",
]  # fmt: skip
SHORT = ["12315", "12345", "95588", "95105555", "967788"]
LETTERS = {"0": "OoQОο〇", "1": "lI", "2": "Z", "5": "S", "8": "B"}
STARS = ["*", "×", "x", "X", "●", "？", "＊"]
BESIDE = ["，", "；", " / ", "\n", "、", "  ", " 或 ", "；备用："]
WORDS = ["", "报修电话：", "售后服务热线 ", "请拨打"]
ROUNDS = 12


def grouped(digits: str, dice: random.Random) -> list[str]:
    """The digits as people group them."""
    if digits[0] in "48" or digits[0] == "1":
        cuts = dice.choice([(3, 7), (3,), (), (3, 6)])
    else:
        area = 3 if digits[1] in "12" else 4
        cuts = dice.choice([(area,), (area, area + 4), ()])
    ends = [0, *cuts, len(digits)]
    return [digits[a:b] for a, b in itertools.pairwise(ends)]


def lettered(digits: str, dice: random.Random) -> str:
    """Some digits are letters that look like them; at least four are left, or are O."""
    places = [at for at, digit in enumerate(digits) if digit in LETTERS]
    chosen = set(dice.sample(places, dice.randint(1, min(len(places), len(digits) - 4))))
    swapped = "".join(dice.choice(LETTERS[d]) if at in chosen else d for at, d in enumerate(digits))
    return apart(digits, swapped, dice)


def starred(digits: str, dice: random.Random) -> str:
    """Neighbouring digits are hidden, but not the first three."""
    count = dice.randint(2, len(digits) - 4)
    at = dice.randint(3, len(digits) - count)
    swapped = digits[:at] + dice.choice(STARS) * count + digits[at + count :]
    return apart(digits, swapped, dice)


def apart(digits: str, swapped: str, dice: random.Random) -> str:
    sizes, groups, at = [len(group) for group in grouped(digits, dice)], [], 0
    for size in sizes:
        groups.append(swapped[at : at + size])
        at += size
    return dice.choice(["-", " ", "－", "—"]).join(groups)


def bracketed(digits: str, dice: random.Random) -> str:
    """The prefix stands in brackets of any kind."""
    head = 3 if digits[0] in "148" or digits[1] in "12" else 4
    opening, closing = dice.choice(["()", "（）", "[]", "【】"])
    tail = digits[head:]
    if dice.random() < 0.5:
        tail = f"{tail[:4]}{dice.choice('- ')}{tail[4:]}"
    return f"{opening}{digits[:head]}{closing}{dice.choice(['', ' ', '-'])}{tail}"


def texts(spelling: str, dice: random.Random, words=WORDS) -> list[str]:
    word, beside = dice.choice(words), dice.choice(BESIDE)
    return [
        f"{word}{spelling}",
        f"热线{READABLE}{beside}{word}{spelling}",
        f"{word}{spelling}{beside}{READABLE}",
    ]


def read(text: str) -> set[str]:
    return {number.canonical for number in find_numbers(text) if number.canonical} - {
        READABLE.replace("-", "")
    }


def unread(text: str) -> list[str]:
    return [number.raw for number in find_numbers(text) if not number.canonical]


@pytest.mark.parametrize("digits", WHOLE)
@pytest.mark.parametrize("way", [lettered, starred])
def test_what_is_hidden_is_said_and_nothing_else_is_read(digits, way):
    wrong = []
    for seed in range(ROUNDS):
        dice = random.Random(f"{digits} {way.__name__} {seed}")
        spelling = way(digits, dice)
        wrong += [text for text in texts(spelling, dice) if read(text) or spelling not in unread(text)]
    assert wrong == []


@pytest.mark.parametrize("digits", SHORT)
@pytest.mark.parametrize("way", [lettered, starred])
def test_a_short_number_that_a_word_announces_too(digits, way):
    wrong = []
    for seed in range(ROUNDS):
        dice = random.Random(f"{digits} {way.__name__} {seed}")
        places = range(1, len(digits)) if way is lettered else range(2, len(digits))
        chosen = [at for at in places if way is starred or digits[at] in LETTERS][: dice.randint(1, 2)]
        swapped = {at: dice.choice(LETTERS[digits[at]] if way is lettered else "*×x") for at in chosen}
        spelling = "".join(swapped.get(at, digit) for at, digit in enumerate(digits))
        if spelling == digits:
            continue
        wrong += [
            text for text in texts(spelling, dice, WORDS[1:]) if read(text) or spelling not in unread(text)
        ]
    assert wrong == []


@pytest.mark.parametrize("digits", WHOLE)
def test_a_prefix_in_brackets_is_part_of_the_number(digits):
    wrong = []
    for seed in range(ROUNDS):
        dice = random.Random(f"{digits} {seed}")
        spelling = bracketed(digits, dice)
        wrong += [text for text in texts(spelling, dice) if read(text) != {digits} or unread(text)]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "l2315",
        "1231S 热线",
        "消费者热线 l2315",
        "400-1865-909，l2315",
        "四零零-1865-909",
        "4OO OOOO OOO",
        "400-1865-90*",
    ],
)
def test_the_kinds_at_their_edges_are_said(text):
    assert len(unread(text)) == 1
    assert read(text) == set()


@pytest.mark.parametrize("text", ["1 (800) 820-8820", "+1 (800) 820-8820", "1(800)820-8820"])
def test_a_number_of_north_america_is_not_one_of_ours(text):
    assert read(text) == set()


NO_NUMBERS = """### 2024-01-01 ###
外形尺寸 600*600*850、400x300x50、1200×600×20毫米
型号 BCD-400WLHSS17B9，XQB80-Z1269，KFR-35GW/N8MJA3
订单号 4OO8000OOO，QQ：1O0200300
周一至周五 8:00-18:00，第一百二十三条，二〇二四年一月十五日
Solid oil is so big, ISO 9001 SIZE 10, 1 lb, IO ooo
五一零一二三四五六七八九号文件"""


@pytest.mark.parametrize("line", re.split("[\n，、]", NO_NUMBERS))
def test_what_is_no_number_is_not_called_one(line):
    assert find_numbers(line) == []
