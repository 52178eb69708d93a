"""Text to canonical numbers: what is one, what is not, and what is refused with a reason."""

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import regions.phones
from regions.choices import PhoneKind
from regions.phones import KINDS, NumberError, display, find_numbers, parse_number
from regions.phones.plan import judge


def read(text, **options):
    """What is found, written short: canonical (x extension), or !raw where it is refused."""
    return [
        (number.canonical + (f"x{number.extension}" if number.extension else "")) or f"!{number.raw}"
        for number in find_numbers(text, **options)
    ]


HOTLINE = "4001865909"

ONE_400 = [
    "400-1865-909", "400-186-5909", "4001-865-909", "4001865909", "400 1865 909", "400.1865.909", "400·1865·909",
    "４００－１８６５－９０９", "400—1865—909", "400–1865–909", "400−1865−909", "400‑1865‑909", "400―1865―909",
    "400ー1865ー909", "400﹣1865﹣909", "400--1865--909", "400 - 1865 - 909", "400\u30001865\u3000909", "400\u00a01865\u00a0909",
    "4 0 0 1 8 6 5 9 0 9", "40-01-86-59-09", "4-0-0-1-8-6-5-9-0-9", "400\u200b-1865-909", "400\u00ad1865909", "𝟒𝟎𝟎-1865-909",
    "+86-400-1865-909", "+864001865909", "0086 400 1865 909", "00864001865909", "86-400-1865-909", "(+86)400-1865-909",
    "(86) 400-1865-909", "（＋８６）400-1865-909", "400&nbsp;1865&nbsp;909", "<b>400</b>-1865-909", "400<span>-1865</span>-909",
    "(1)400-1865-909", "（1）400-1865-909", "①400-1865-909", "⑴400-1865-909", "1、400-1865-909", "1.400-1865-909", "1. 400-1865-909",
    "1)400-1865-909", "【1】400-1865-909", "[1] 400-1865-909", "1 400 1865 909", "1-400-1865-909", "2 4001865909", "12、4001865909",
    "400-1865-909(点击咨询)", "400-1865-909（微信同号）", "400-1865-909【点击拨打】", "400-1865-909,24小时服务", "400-1865-909 24小时",
    "400-1865-909 - 24小时", "400-1865-909-24小时", "400 1865 909 24小时人工", "400-1865-909。", "400-1865-909.2、其他", "电话400-1865-909转人工",
    "Tel4001865909", "TEL:4001865909", "Tel. No. 400-1865-909", "tel:+86-400-1865-909", "400服务电话:400-1865-909", "24小时电话：400-1865-909",
    "2024年起改用400-1865-909", "热线\n400-1865-909", "☎400-1865-909", "📞 400-1865-909", "请拨打“400-1865-909”", "400-1865-909或微信联系",
]  # fmt: skip


@pytest.mark.parametrize("text", ONE_400)
def test_the_same_ten_digits_in_any_grouping_are_one_number(text):
    assert read(text) == [HOTLINE]
    (number,) = find_numbers(text)
    assert (number.kind, number.well_formed, number.reason) == ("toll_free_400", True, "")
    assert number.display == "400-1865-909"
    assert text[number.start : number.end] == number.raw


CASES = [
    # other kinds
    ("800-820-8820", ["8008208820"]),
    ("8008208820", ["8008208820"]),
    ("13800138000", ["13800138000"]),
    ("138-0013-8000", ["13800138000"]),
    ("138 0013 8000", ["13800138000"]),
    ("+86 138 0013 8000", ["13800138000"]),
    ("8613800138000", ["13800138000"]),
    ("86 138 0013 8000", ["13800138000"]),
    ("013800138000", ["13800138000"]),
    ("张师傅13800138000", ["13800138000"]),
    ("021-63000000", ["02163000000"]),
    ("02163000000", ["02163000000"]),
    ("(021)63000000", ["02163000000"]),
    ("（021）6300-0000", ["02163000000"]),
    ("021 6300 0000", ["02163000000"]),
    ("+86 21 63000000", ["02163000000"]),
    ("+86 (0)21 6300 0000", ["02163000000"]),
    ("+86(21)63000000", ["02163000000"]),
    ("0086-21-63000000", ["02163000000"]),
    ("(86)021-63000000", ["02163000000"]),
    ("86 021 63000000", ["02163000000"]),
    ("010-62345678", ["01062345678"]),
    ("０７５５－２６６５１２３４", ["075526651234"]),
    ("0755.2665.1234", ["075526651234"]),
    ("0813-7201234", ["08137201234"]),
    ("0310-3012345", ["03103012345"]),
    ("+852 2345 6789", ["+85223456789"]),
    ("00852-23456789", ["+85223456789"]),
    ("+1-800-820-8820", ["+18008208820"]),
    ("+44 20 7946 0958", ["+442079460958"]),
    # short codes need a word
    ("拨打95555", ["95555"]),
    ("客服热线：95105555", ["95105555"]),
    ("客服热线 9510-5555", ["95105555"]),
    ("客服:955 88", ["95588"]),
    ("电话:950618", ["950618"]),
    ("电话:95013888", ["95013888"]),
    ("全国客服1010-5678", ["10105678"]),
    ("热线:10105678", ["10105678"]),
    ("反诈专线96110", ["96110"]),
    ("供水服务热线 967788", ["967788"]),
    ("12345热线", ["12345"]),
    ("12315投诉举报平台", ["12315"]),
    ("致电12306", ["12306"]),
    ("客服10086", ["10086"]),
    ("火警119", ["119"]),
    ("拨打120", ["120"]),
    ("查号电话116114", ["116114"]),
    ("95555", ["95555"]),
    ("12345", ["12345"]),
    ("客服热线\n95555", ["95555"]),
    # extensions
    ("400-1865-909转1", ["4001865909x1"]),
    ("400-1865-909 转 8001", ["4001865909x8001"]),
    ("400-1865-909轉1", ["4001865909x1"]),
    ("400-1865-909分机1", ["4001865909x1"]),
    ("400-1865-909，分机号：801", ["4001865909x801"]),
    ("400-1865-909 ext. 1", ["4001865909x1"]),
    ("400-1865-909 EXT1", ["4001865909x1"]),
    ("400-1865-909 extension 12", ["4001865909x12"]),
    ("400-1865-909x1", ["4001865909x1"]),
    ("021-63000000#801", ["02163000000x801"]),
    ("400-1865-909(转1)", ["4001865909x1"]),
    ("400-1865-909接通后按2键", ["4001865909x2"]),
    ("400-1865-909-1", ["4001865909x1"]),
    ("400-820-8820-8001", ["4008208820x8001"]),
    ("021-63000000-801", ["02163000000x801"]),
    ("0310-3012345-8", ["03103012345x8"]),
    ("13800138000-1234", ["13800138000x1234"]),
    ("400-1865-909转1、2", ["4001865909x1、2"]),
    ("热线95555转3", ["95555x3"]),
    # several in one text
    ("(1)400-1865-909(点击咨询)(2)400-1865-909(点击咨询)", [HOTLINE, HOTLINE]),
    ("①400-1865-909②400-1865-910", [HOTLINE, "4001865910"]),
    ("1、400-1865-909 2、400-1865-910", [HOTLINE, "4001865910"]),
    ("400-1865-909/021-63000000", [HOTLINE, "02163000000"]),
    ("400-1865-909、13800138000，13900139000或021-63000000", [HOTLINE, "13800138000", "13900139000", "02163000000"]),
    ("400-1865-909-400-1865-910", [HOTLINE, "4001865910"]),
    ("13800138000 13900139000", ["13800138000", "13900139000"]),
    ("客服:95105555、95555或12345", ["95105555", "95555", "12345"]),
    ("021-63000000/63000001", ["02163000000", "02163000001"]),
    ("0813-7201234、7201235", ["08137201234", "08137201235"]),
    ("400-1865-909转1、13800138000", ["4001865909x1", "13800138000"]),
    ("QQ:4001865909 电话:4001865910", ["4001865910"]),
    ("电话/微信:13800138000", ["13800138000"]),
    ("微信同号13800138000", ["13800138000"]),
    ("<td>客服</td><td>4001865909</td>", [HOTLINE]),
    ('<a href="tel:4001865909">点击</a>', [HOTLINE]),
    # refused, and said
    ("400-xxxx-xxx", ["!400-xxxx-xxx"]),
    ("400-XXX-XXXX", ["!400-XXX-XXXX"]),
    ("400-****-123", ["!400-****-123"]),
    ("400-××××-909", ["!400-××××-909"]),
    ("400-1865-9O9", ["!400-1865-9O9"]),
    ("400-CALL-NOW", ["!400-CALL-NOW"]),
    ("138****8000", ["!138****8000"]),
    ("021-6300xxxx", ["!021-6300xxxx"]),
    ("电话:63000000", ["!63000000"]),
    ("电话:7201234", ["!7201234"]),
    ("电话400-1865-9090", ["!400-1865-9090"]),
    ("电话:400-1865-90", ["!400-1865-90"]),
    ("热线:138001380001", ["!138001380001"]),
    ("400-1865-909-1234567", ["!400-1865-909"]),
    ("400 1865 909 123", ["!400 1865 909"]),
    ("1-800-820-8820", ["!800-820-8820"]),
    ("电话:950138888", ["!950138888"]),
    # not numbers
    ("", []),
    ("2024-10-12", []),
    ("电话:2024-10-12开通", []),
    ("2026年11月21日 13:00-18:00", []),
    ("服务时间:08.00-18.00", []),
    ("热线:24小时", []),
    ("24小时400电话", []),
    ("售价4001865909元", []),
    ("￥4001865909", []),
    ("400-800-1200元", []),
    ("价格12315元", []),
    ("95588人关注客服", []),
    ("客服2024年升级", []),
    ("共119台", []),
    ("第266条 3000元", []),
    ("民法典第一百四十八条", []),
    ("身份证:510322198001011234", []),
    ("510322198001011234", []),
    ("510322", []),
    ("邮编:643200", []),
    ("QQ:4001865909", []),
    ("QQ群 800123456", []),
    ("微信:13800138000", []),
    ("订单号4001865909", []),
    ("单号:13800138000", []),
    ("编号:2024-4001865909", []),
    ("SN4001865909", []),
    ("BCD-4001865909", []),
    ("4001865909@qq.com", []),
    ("http://www.4001865909.com/400-1865-909", []),
    ("www.400-1865-909.com", []),
    ("192.168.0.1", []),
    ("10.10.12.34", []),
    ("6222 0213 8001 3800 0", []),
    ("尺寸400*2000*500", []),
    ("150x1200x80mm", []),
    ("型号:400-TB-12AB", []),
    ("400 people called in 2023", []),
    ("1380013800013900139000", []),
    ("12123 12306", []),
    ("沪ICP备12345678号", []),
    ("中山路12345号院", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_reads(text, expected):
    assert read(text) == expected


def test_the_tables_are_large_enough_to_mean_something():
    assert len(ONE_400) + len(CASES) >= 180


@pytest.mark.parametrize(
    ("text", "kind", "needs_region"),
    [
        ("400-1865-909", "toll_free_400", False),
        ("800-820-8820", "toll_free_800", False),
        ("95555", "short_95", False),
        ("955678", "short_95", False),
        ("96110", "short_96", True),
        ("967788", "short_96", True),
        ("12345", "short_12", False),
        ("122", "short_12", False),
        ("110", "other", False),
        ("10010", "other", False),
        ("10105678", "code_1010", False),
        ("95105555", "code_9510", False),
        ("021-63000000", "fixed", False),
        ("13800138000", "mobile", False),
        ("+852 2345 6789", "other", False),
    ],
)
def test_kinds(text, kind, needs_region):
    number = parse_number(text)
    assert (number.kind, number.needs_region, number.well_formed) == (kind, needs_region, True)


def test_kinds_are_those_of_the_directory():
    assert set(KINDS) == set(PhoneKind.values)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("400-xxxx-xxx", "hidden"),
        ("400-1865-9O9", "letters"),
        ("电话63000000", "area code"),
        ("400-1865-909-1234567", "more digits"),
        ("1-800-820-8820", "list mark"),
        ("电话400-1865-9090", "11 digits"),
    ],
)
def test_a_refusal_says_why_and_claims_nothing(text, words):
    (number,) = find_numbers(text)
    assert (number.canonical, number.display, number.well_formed) == ("", "", False)
    assert words in number.reason


def test_an_area_code_that_does_not_exist_is_kept_as_not_well_formed():
    number = parse_number("0755-2665123")
    assert (number.canonical, number.kind, number.well_formed) == ("07552665123", "fixed", False)
    assert "area code" in number.reason
    assert read("07552665123") == []  # without a word or a caller that calls it a number, it is none


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("", "give its digits"),
        ("没有号码", "give its digits"),
        ("QQ:4001865909", "give its digits"),
        ("400-1865-909 021-63000000", "one at a time"),
        ("400-1865-909转1/400-1865-909转2", "one at a time"),
        ("400-xxxx-xxx", "hidden"),
        ("63000000", "add the area code"),
        ("510322", "fit no number"),
        ("400-1865-9090", "11 digits"),
    ],
)
def test_parse_number_raises_and_names_the_cure(text, cure):
    with pytest.raises(NumberError, match=re.escape(cure)):
        parse_number(text)


def test_parse_number_takes_the_same_number_printed_twice_as_one():
    assert parse_number("(1)400-1865-909(2)4001865909").canonical == HOTLINE
    assert parse_number("400服务电话:400-1865-909(点击咨询)").canonical == HOTLINE
    assert parse_number("955 88").canonical == "95588"


@pytest.mark.parametrize(
    ("digits", "shown"),
    [("4001865909", "400-1865-909"), ("13800138000", "138-0013-8000"), ("02163000000", "021-63000000"),
     ("08137201234", "0813-7201234"), ("95105555", "9510-5555"), ("95555", "95555"), ("+85223456789", "+85223456789")],
)  # fmt: skip
def test_display_reads_back(digits, shown):
    assert display(digits) == shown
    assert parse_number(shown).canonical == digits


def test_spans_stand_in_the_original_text_where_characters_were_dropped():
    text = "热线&nbsp;<b>400</b>\u200b-1865-909 转&nbsp;1 完"
    (number,) = find_numbers(text)
    assert (number.raw, number.extension) == (text[number.start : number.end], "1")
    assert number.raw.startswith("400</b>")
    assert number.raw.endswith("1")


def test_page_a_has_one_number_ten_times_and_nothing_else(page_a):
    found = find_numbers(page_a)
    assert [number.raw for number in found] == ["400-1865-909"] * 10
    assert {number.canonical for number in found} == {HOTLINE}


# -- properties ----------------------------------------------------------------------------------------

pieces = st.sampled_from(
    ["400", "1865", "909", "0", "021", "63000000", "0086", "86", "+", "(", ")", "-", "—", " ", ".", "/", "、", "转", "ext", "x",
     "*", "电话", "热线:", "QQ", "95555", "12345", "1010", "9510", "138", "00138000", "①", "\n", "\t", "元", "24小时", "\u200b",
     "&nbsp;", "<b>", "<td>", "@", "www.", "#", "按", "键", "或", "7", "8", "9", "O"]
)  # fmt: skip
texts = st.one_of(st.text(max_size=60), st.lists(pieces, max_size=24).map("".join))


@given(texts, st.booleans())
@pytest.mark.slow
def test_no_text_raises_and_spans_lie_in_it_in_order(text, expected):
    end = 0
    for number in find_numbers(text, expected=expected):
        assert end <= number.start < number.end <= len(text)
        assert number.raw == text[number.start : number.end]
        assert number.kind in KINDS
        assert bool(number.reason) == (not number.well_formed)
        assert bool(number.canonical) or number.reason
        end = number.end


@pytest.mark.slow
@given(texts)
def test_canonical_of_canonical_is_itself(text):
    for number in find_numbers(text, expected=True):
        if number.canonical:
            again = parse_number(number.canonical)
            assert (again.canonical, again.kind, again.well_formed) == (
                number.canonical,
                number.kind,
                number.well_formed,
            )
            assert parse_number(number.display).canonical == number.canonical


@pytest.mark.slow
@given(
    st.from_regex(r"(400|800)[0-9]{7}", fullmatch=True),
    st.lists(st.sampled_from(["-", " ", ".", "—", ""]), min_size=9, max_size=9),
)
def test_any_400_or_800_number_survives_any_grouping_after_its_prefix(digits, marks):
    grouped = digits[:3] + "".join(mark + digit for mark, digit in zip(marks, digits[3:], strict=False))
    assert parse_number(grouped).canonical == digits


@given(st.integers(min_value=0, max_value=10**16).map(str))
def test_what_is_well_formed_has_a_shape_of_the_plan(digits):
    for number in find_numbers(digits, expected=True):
        if number.well_formed:
            assert judge(number.canonical).well_formed


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "1 ",
        "400-1865-909 ",
        "0-",
        "(021)",
        "电话:1-",
        "400-xxxx-",
        "<a",
        "0310-30123-",
        "+86(",
        "4\u200b0",
        "www.",
    ],
)
def test_work_grows_with_the_text_not_with_its_square(unit):
    """Counted in calls, not in seconds; 1 MB of any of these took 0.1-8 s when measured."""

    def calls(size):
        count = 0

        def profiler(frame, event, argument):
            nonlocal count
            count += 1

        text = (unit * (size // len(unit) + 1))[:size]
        sys.setprofile(profiler)
        try:
            find_numbers(text)
        finally:
            sys.setprofile(None)
        return count

    calls(100)
    assert calls(80_000) < 9 * calls(10_000) + 100


def test_the_readers_need_no_django():
    code = "import regions.pages, regions.phones, sys; sys.exit('django' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).resolve().parents[2]).returncode == 0
    )


def test_the_examples_in_the_docstring_are_true():
    assert doctest.testmod(regions.phones) == (0, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4001865909 95118", ["4001865909", "95118"]),
        ("售后 4001865909 12315", ["4001865909", "12315"]),
        ("95118 13800138000", ["95118", "13800138000"]),
        ("95118 4001865909 12315", ["95118", "4001865909", "12315"]),
        ("13800138000 95033 套", ["13800138000"]),
        ("某店\t13800138000\t95033\t", ["13800138000"]),
        ("0813 12345", []),
    ],
)
def test_a_short_number_beside_another_with_only_a_blank_is_not_dropped(text, expected):
    assert [number.canonical for number in find_numbers(f"{text}")] == expected
