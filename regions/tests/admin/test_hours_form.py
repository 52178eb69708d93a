"""Opening hours on the form: rows make the line, the line makes rows, and nothing is written where they disagree."""

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import override

from regions.admin.hours_input import ON_HOLIDAYS, rows_of, schedule_from
from regions.hours import read_hours
from regions.models import Hotline

from .test_writes import form_of

pytestmark = pytest.mark.django_db
NAME = "opening_hours"


def send(desk, hotline: Hotline, rows=(), **also):
    """The form as a browser sends it, with other rows where some are given."""
    address = reverse("admin:regions_hotline_change", args=[hotline.pk])
    page = desk.get(address)
    sent = {**form_of(page), f"{NAME}_was": hotline.opening_hours, f"{NAME}_holidays": "calendar"}
    for column, place in (("days", 0), ("date", 1), ("opens", 2), ("closes", 3)):
        sent[f"{NAME}_{column}"] = [row[place] for row in rows]
    return desk.post(address, {**sent, **also})


ROWS = [
    ([("every", "", "8:00", "20:00")], "周一至周日 08:00-20:00"),
    ([("workdays", "", "08:30", "17:30"), ("weekend", "", "10:00", "24:00")], "周一至周五 08:30-17:30；周六、周日 10:00-24:00"),
    ([("5", "", "20:00", "06:00"), ("8", "", "0900", "12：00")], "周五 20:00-次日06:00；节假日 09:00-12:00"),
    ([("every", "", "00:00", "24:00")], "24小时"),
    ([("workdays", "", "0:00", "24:00"), ("weekend", "", "0:00", "23:59")], "24小时"),
    ([("1", "", "10:00", "次日09:30"), ("3", "", "08:00", "次日08:00")], "周一 10:00-次日09:30；周三 08:00-次日08:00"),
    ([("1", "", "8:30", "12:00"), ("1", "", "13:30", "17:30"), ("date", "2026-12-24", "9:00", "12:00")],
     "周一 08:30-12:00、13:30-17:30；2026-12-24 09:00-12:00"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "line"), ROWS)
def test_rows_make_the_line_and_the_line_makes_the_rows(world, desk, rows, line):
    assert send(desk, world.hotline, rows).status_code == 302
    world.hotline.refresh_from_db()
    assert world.hotline.opening_hours == line
    # Sent again, nothing changes.
    assert send(desk, world.hotline, rows).status_code == 302
    world.hotline.refresh_from_db()
    assert world.hotline.opening_hours == line


@pytest.mark.slow
def test_the_line_stays_as_the_source_writes_it_while_the_rows_say_the_same(world, desk):
    row = [("1", "", "08:30", "17:30")]
    assert send(desk, world.hotline, row).status_code == 302
    world.hotline.refresh_from_db()
    assert world.hotline.opening_hours == "周一 8:30-17:30"
    assert send(desk, world.hotline, row, **{NAME: "星期一 9点至18点"}).status_code == 302
    world.hotline.refresh_from_db()
    assert world.hotline.opening_hours == "星期一 9点至18点"


REFUSED: list = [
    ([("", "", "08:30", "17:30")], {}, "Row 1: choose the days."),
    ([("1", "", "08:30", "")], {}, "Row 1: give both times"),
    ([("1", "", "25:00", "26:00")], {}, "Row 1: give both times"),
    ([("every", "", "08:30", "17:30"), ("1", "", "12:00", "13:00")], {}, "Row 2: these hours overlap"),
    ([("date", "", "08:30", "17:30")], {}, "Row 1: give the date."),
    ([("1", "", "08:00", "08:00")], {}, "Row 1: it opens and closes at the same time"),
    ([("every", "", "00:00", "00:00")], {}, "Row 1: it opens and closes at the same time"),
    ([("1", "", "10:00", "09:30")], {}, "write 次日09:30"),
    ([("1", "", "24:00", "08:00")], {}, "Row 1: give both times"),
    ([("8", "", "09:00", "12:00")], {f"{NAME}_holidays": "closed"}, "hours for public holidays, and says"),
    ([("8", "", "09:00", "12:00")], {f"{NAME}_holidays": "as_usual"}, "hours for public holidays, and says"),
    ([("6", "", "09:00", "12:00")], {f"{NAME}_always": "on"}, "open 24 hours, and has hours of single days"),
    ([("6", "", "09:00", "12:00")], {f"{NAME}_closed": "1"}, "closed is said of a date, without times"),
    ([("6", "", "", "")], {f"{NAME}_closed": "1"}, "closed is said of a date, without times"),
    ([("date", "2026-12-24", "09:00", "12:00")], {f"{NAME}_closed": "1"}, "closed is said of a date"),
    ([("date", "2026-12-24", "09:00", "12:00"), ("date", "2026-12-24", "", "")], {f"{NAME}_closed": "2"}, "Row 2: the date is given twice"),
    ([("2", "", "08:30", "17:30")], {NAME: "24小时"}, "Both the line and the rows"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "also", "words"), REFUSED)
def test_rows_that_make_no_hours_are_refused_and_kept_on_the_page(world, desk, rows, also, words):
    answer = send(desk, world.hotline, rows, **also)
    assert answer.status_code == 200
    assert words in str(answer.context["adminform"].form.errors[NAME])
    html = answer.content.decode()
    assert all(f'value="{value}"' in html for row in rows for value in row[2:] if value)
    world.hotline.refresh_from_db()
    assert world.hotline.opening_hours == "周一 8:30-17:30"


@pytest.mark.slow
def test_a_line_that_is_not_understood_is_saved_and_says_why(world, desk):
    rows = [("1", "", "08:30", "17:30")]
    assert send(desk, world.hotline, rows, **{NAME: "看师傅心情"}).status_code == 302
    html = desk.get(reverse("admin:regions_hotline_change", args=[world.hotline.pk])).content.decode()
    assert "看师傅心情" in html and "Kept as text" in html
    listed = desk.get(reverse("admin:regions_hotline_changelist")).content.decode()
    assert "看师傅心情 (text only)" in listed


def test_rows_that_are_shown_are_the_rows_that_were_read():
    """A form that is sent as it was shown says the same, whatever the line says: nights, whole days, single dates."""
    for line in (
        "周一 10:00-次日09:30",
        "周一至周五 08:00-次日08:00",
        "24小时；节假日休息",
        "周五 20:00-次日06:00；节假日 09:00-12:00；2026-12-24 休息；2026-12-25 20:00-次日02:00",
    ):
        schedule = read_hours(line).schedule
        data = QueryDict(mutable=True)
        data[f"{NAME}_holidays"] = schedule.on_holidays
        if schedule.always:
            data[f"{NAME}_always"] = "on"
        for number, row in enumerate(rows_of(schedule), 1):
            for column in ("days", "date", "opens", "closes"):
                data.appendlist(f"{NAME}_{column}", row.get(column, ""))
            if row.get("closed"):
                data.appendlist(f"{NAME}_closed", str(number))
        assert schedule_from(data, NAME) == schedule


def test_a_day_off_is_called_so_in_chinese():
    """Not as a rule or a list that has ended."""
    with override("zh-hans"):
        assert str(dict(ON_HOLIDAYS)["closed"]) == "休息"
