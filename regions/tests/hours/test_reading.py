"""Texts of opening hours: what is put together of known pieces is read as those pieces; what may be meant twice is not read."""

import datetime
import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regions.hours import Schedule, Span, read_hours, write_hours

WORKDAYS, WEEKEND, WEEK = frozenset(range(1, 6)), frozenset({6, 7}), frozenset(range(1, 8))
DAYS = {
    WORKDAYS: [
        "周一至周五", "周一到周五", "周一~周五", "周一-周五", "周一—周五", "周1至周5", "周1-5", "周一至五", "星期一至星期五", "星期一到五", "礼拜一到礼拜五",
        "工作日", "周一、二、三、四、五", "周一二三四五", "每周一至周五", "Mon-Fri", "Monday to Friday", "Mon. – Fri.", "weekdays", "週一至週五",
    ],
    WEEKEND: ["周六、周日", "周六日", "周六周日", "周末", "双休日", "星期六、日", "周六和周日", "周六至周日", "星期六、星期天", "weekends", "Sat & Sun"],
    frozenset({6}): ["周六", "星期六", "礼拜六", "Saturday", "Sat", "每周六"],
    WEEK: ["周一至周日", "周一到周日", "星期一至星期日", "周一~周日", "Mon-Sun", "周一至周天"],
    frozenset({6, 7, 8}): ["周末及节假日", "周六日及法定节假日", "周六、周日和节假日", "双休日、节假日"],
}  # fmt: skip
TIMES = {
    (510, 1050): ["8:30-17:30", "08:30-17:30", "8:30~17:30", "8：30—17：30", "8:30至17:30", "8:30 – 17:30", "8点半到17点半", "8点30分-17点30分", "早上8:30至下午5:30", "上午8点半-下午5点半", "8.30-17.30", "08:30:00-17:30:00", "8:30am-5:30pm", "8:30 a.m. to 5:30 p.m.", "8时30分至17时30分", "８：３０～１７：３０", "从8:30到17:30"],
    (540, 1080): ["9:00-18:00", "9点-18点", "9点到18点", "9-18点", "早9点至晚6点", "早九晚六", "上午九点至下午六点", "9am-6pm", "早9-晚6", "9时至18时", "早上9点到晚上6点"],
    (480, 1440): ["8:00-24:00", "8点至24点", "08:00-24:00", "8:00-晚上12点", "早8点到晚12点"],
    (1200, 1800): ["20:00-次日6:00", "20:00至次日06:00", "20:00-06:00", "晚8点至次日6点", "晚上8点到凌晨6点", "20:00-翌日6:00", "20:00-第二天6:00", "8pm-6am"],
    (0, 1440): ["0:00-24:00", "00:00-24:00", "24小时", "全天", "0点至24点"],
}  # fmt: skip
CLOSED = ["节假日休息", "法定节假日休息", "节假日除外", "法定假日除外", "(节假日除外)", "节假日不上班", "国家法定节假日休息", "closed on public holidays", "节假日放假", "(法定节假日休息)", "除法定节假日外"]  # fmt: skip
USUAL = [
    "节假日照常",
    "节假日不休",
    "节假日无休",
    "节假日正常营业",
    "(含节假日)",
    "节假日照常上班",
    "节假日不打烊",
    "包括节假日",
]
STOPS = ["，", "；", "; ", ", ", " ", "。", "\n"]
FRONT = [
    "",
    "",
    "营业时间：",
    "服务时间: ",
    "工作时间 ",
    "客服工作时间：",
    "人工服务时间为",
    "Hours: ",
    "热线服务时间：",
]


def spans_of(times: tuple[int, int]) -> tuple[Span, ...]:
    return (Span(*times),)


def read(text: str) -> Schedule:
    reading = read_hours(text)
    assert reading.schedule is not None, (text, str(reading.reason))
    return reading.schedule


ONE = [
    (day, time, days, times)
    for (days, spelled), (times, written) in itertools.product(DAYS.items(), TIMES.items())
    for day, time in zip(itertools.cycle(spelled), written * 3, strict=False)
]


@pytest.mark.parametrize(("day", "time", "days", "times"), ONE)
def test_days_and_times_in_any_spelling(day, time, days, times):
    always = days == WEEK and times == (0, 1440)
    expected = {} if always else dict.fromkeys(sorted(days), spans_of(times))
    for text in (f"{day} {time}", f"{day}：{time}", f"{time}（{day}）"):
        schedule = read(text)
        assert (schedule.weekly, schedule.always) == (expected, always), text


@pytest.mark.parametrize("seed", range(300))
def test_whole_texts_out_of_pieces(seed):
    """Days, hours and what is said of holidays in random spellings, orders and stops."""
    chance = random.Random(seed)
    days = chance.choice([WORKDAYS, WEEK])
    times = chance.choice(list(TIMES))
    weekly = {} if (days, times) == (WEEK, (0, 1440)) else dict.fromkeys(sorted(days), spans_of(times))
    day = chance.choice(DAYS[days])
    stop = " " if day[-1].isdigit() else chance.choice(["", " ", "："])
    parts = [f"{day}{stop}{chance.choice(TIMES[times])}"]
    if days == WORKDAYS and chance.random() < 0.5:
        other = chance.choice([key for key in TIMES if key != (0, 1440)])
        weekly |= dict.fromkeys((6, 7), spans_of(other))
        parts.append(f"{chance.choice(DAYS[WEEKEND])} {chance.choice(TIMES[other])}")
    said = chance.choice(["calendar", "closed", "as_usual"])
    if said != "calendar":
        parts.append(chance.choice(CLOSED if said == "closed" else USUAL))
    text = chance.choice(FRONT) + chance.choice(STOPS).join(parts)
    schedule = read(text)
    assert (dict(schedule.weekly), schedule.on_holidays) == (weekly, said), text
    assert read(write_hours(schedule)) == schedule, (text, write_hours(schedule))


@pytest.mark.parametrize(
    "text",
    ["24小时", "24小时服务", "全天24小时", "7×24小时", "7*24", "24/7", "全天候", "二十四小时", "24h", "24 hours", "24小时客服热线", "昼夜服务", "24小时不打烊"],
)  # fmt: skip
def test_around_the_clock(text):
    assert read(text) == Schedule(always=True)


@pytest.mark.parametrize("days", ["周一至周日", "每天", "", "周一至周五 {}，周六日", "全年无休"])
@pytest.mark.parametrize(
    "hours", ["0:00-24:00", "00:00-23:59", "08:00-次日08:00", "00:00-12:00、12:00-24:00", "24小时"]
)
def test_hours_without_a_closed_minute_are_open_at_every_minute(days, hours):
    if not days and hours[:2] != "0:" and hours[:2] != "24" and "23:59" not in hours:
        days = "每天"  # other hours need days
    schedule = read(f"{days.format(hours)} {hours}")
    assert schedule.always and not schedule.weekly
    for day in (datetime.date(2026, 10, 1), datetime.date(2026, 10, 10), datetime.date(2026, 11, 27)):
        for time in (datetime.time(0, 0), datetime.time(8, 0), datetime.time(23, 59)):
            assert schedule.at(datetime.datetime.combine(day, time)).state == "open"


@pytest.mark.parametrize(
    ("text", "weekly", "holidays"),
    [
        ("全年无休 8:00-20:00", dict.fromkeys(WEEK, (480, 1200)), "as_usual"),
        ("8:00-20:00，全年无休", dict.fromkeys(WEEK, (480, 1200)), "as_usual"),
        ("每天8:00-20:00", dict.fromkeys(WEEK, (480, 1200)), "as_usual"),
        ("8:00-20:00每日", dict.fromkeys(WEEK, (480, 1200)), "as_usual"),
        ("daily 8am-8pm", dict.fromkeys(WEEK, (480, 1200)), "as_usual"),
        ("除周日外每天9:00-18:00", dict.fromkeys(range(1, 7), (540, 1080)), "as_usual"),
        ("9:00-18:00，周日休息", dict.fromkeys(range(1, 7), (540, 1080)), "calendar"),
        ("9:00-18:00（周六日及节假日休息）", dict.fromkeys(range(1, 6), (540, 1080)), "closed"),
        ("朝九晚五，周末双休", dict.fromkeys(range(1, 6), (540, 1020)), "calendar"),
        ("周日至周四 9:00-18:00", dict.fromkeys((7, 1, 2, 3, 4), (540, 1080)), "calendar"),
        ("9:00-18:00，周末10:00-16:00", {**dict.fromkeys(range(1, 6), (540, 1080)), 6: (600, 960), 7: (600, 960)}, "calendar"),
        ("周一至周五 9:00-18:00 中午不休", dict.fromkeys(range(1, 6), (540, 1080)), "calendar"),
    ],
)  # fmt: skip
def test_days_that_are_not_named_one_by_one(text, weekly, holidays):
    schedule = read(text)
    assert {day: spans[0] for day, spans in schedule.weekly.items()} == weekly
    assert schedule.on_holidays == holidays


def test_a_break_at_noon():
    expected = (Span(510, 720), Span(810, 1050))
    for text in (
        "周一至周五 8:30-12:00，13:30-17:30",
        "周一至周五：上午8:30-12:00，下午1:30-5:30",
        "周一至周五 上午8:30-12:00 下午13:30-17:30",
        "周一至周五 8:30-12:00、13:30-17:30",
    ):
        assert read(text).weekly == dict.fromkeys(range(1, 6), expected), text


def test_all_year_without_hours_says_so_and_no_more():
    assert read("全年无休") == Schedule(on_holidays="as_usual")
    assert not read("全年无休").says_when


@pytest.mark.parametrize(
    "text", ["需预约", "须提前预约", "请提前预约", "预约制", "by appointment only", "仅限预约"]
)
def test_by_appointment(text):
    assert read(text) == Schedule(by_appointment=True)
    assert read(f"周一至周五 9:00-17:00，{text}").by_appointment


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "names no hours"),
        ("9:00-18:00", "on which days"),
        ("节假日休息", "names no hours"),
        ("休息", "on which days"),
        ("周一至周五", "without their hours"),
        ("周一至周五 1:30-5:30", "morning or in the afternoon"),
        ("周一至周五 8:30-12:00，2:00-5:30", "morning or in the afternoon"),
        ("周一至周五 9:00-6:00", "morning or in the afternoon"),
        ("周一至周五 9-18", "not understood"),
        ("周一至周五 9:00-18:00，周五 10:00-16:00", "two things"),
        ("周日休息，周一至周日 9:00-18:00", "two things"),
        ("周一至周五 9:00-18:00，10:00-12:00", "overlap"),
        ("24小时内响应", "not understood"),
        ("2小时上门", "not understood"),
        ("夏季8:00-18:00，冬季8:30-17:30", "part of the year (夏季)"),
        ("5月1日至9月30日 8:00-18:00", "part of the year (5月1日)"),
        ("冬令时：周一至周五 8:30-17:30", "part of the year (冬令时)"),
        ("每天08:00-08:00", "24 hours, or not at all?"),
        ("周一至周五 00:00-00:00", "24 hours, or not at all?"),
        ("每天 10:00-09:30", "closes before it opens"),
        ("每天 10:00-次日10:30", "more than 24 hours"),
        ("每天 24:00-8:00", "opens at the end of the day"),
        ("全年无休 8:00-18:00，节假日休息", "closed on some days"),
        ("365天营业 8:00-18:00，周日休息", "closed on some days"),
        ("周一至周五 9:00-17:00，节假日休息，节假日 9:00-12:00", "two things"),
        ("周一至周五 9:00-17:00，节假日照常，节假日 9:00-12:00", "hours for public holidays, and says"),
        ("春节放假，周一至周五 9:00-17:00", "not understood"),
        ("周一至周五 9:00-17:00，周六需预约", "some days only"),
        ("周一至周五 9:00-17:00 全年无休", "every day"),
        ("周一至周五 25:00-26:00", "not understood"),
        ("周一至周五 9:60-17:00", "not understood"),
        ("周八 9:00-17:00", "not understood"),
        ("以门店公告为准", "not understood"),
        ("400-000-0000", "not understood"),
        ("周" * 600, "too long"),
    ],
)  # fmt: skip
def test_what_is_not_certain_stays_a_text(text, reason):
    reading = read_hours(text)
    assert reading.schedule is None
    assert reason in str(reading.reason), str(reading.reason)


@given(
    st.text(
        alphabet="周一二五日至、，；()0123459:点半-休息节假全年无24小时早晚下午次除外预约 am", max_size=40
    )
)
def test_any_text_is_read_or_refused_and_what_is_read_can_be_written(text):
    schedule, reason = read_hours(text)
    assert (schedule is None) == (reason is not None)
    if schedule and (schedule.says_when or schedule.by_appointment or schedule.on_holidays == "as_usual"):
        assert read_hours(write_hours(schedule)).schedule == schedule, (text, write_hours(schedule))


@pytest.mark.slow
@given(
    st.dictionaries(st.integers(1, 8), st.integers(1, 1_439), min_size=1),
    st.booleans(),
    st.sampled_from(["calendar", "closed", "as_usual"]),
    st.booleans(),
    st.dictionaries(st.dates(), st.integers(0, 1_439) | st.none(), max_size=3),
)
def test_what_is_written_is_read_back(week, over_midnight, holidays, appointment, days):
    def spans(minute: int | None) -> tuple[Span, ...]:
        if minute is None:
            return ()
        length = 1_440 if not minute else 1_000 if over_midnight else 1_440 - minute
        return (Span(minute, minute + length + (minute + length == 1_439)),)  # 23:59 is the end of the day

    if 8 in week and holidays != "calendar":
        return
    schedule = Schedule(
        {day: spans(minute) for day, minute in sorted(week.items())},
        {day: spans(minute) for day, minute in sorted(days.items()) if day.year > 999},
        on_holidays=holidays,
        by_appointment=appointment,
    )
    assert read_hours(write_hours(schedule)).schedule == schedule, write_hours(schedule)
