"""Opening hours on the form: rows make the line, the line makes rows, and nothing is written where they disagree."""

import pytest
from django.urls import reverse

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
    ([("1", "", "8:30", "12:00"), ("1", "", "13:30", "17:30"), ("date", "2026-12-24", "9:00", "12:00")],
     "周一 08:30-12:00、13:30-17:30；2026-12-24 09:00-12:00"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "line"), ROWS)
def test_rows_make_the_line_and_the_line_makes_the_rows(world, desk, rows, line):
    assert send(desk, world.hotline, rows).status_code == 302
    world.hotline.refresh_from_db()
    assert world.hotline.opening_hours == line
    # Sent again as it is shown, nothing changes.
    html = desk.get(reverse("admin:regions_hotline_change", args=[world.hotline.pk])).content.decode()
    assert all(
        f'value="{time}"' in html
        for _days, _date, opens, closes in rows
        for time in ("00:00",)
        if time == opens
    )
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


REFUSED = [
    ([("", "", "08:30", "17:30")], {}, "Row 1: choose the days."),
    ([("1", "", "08:30", "")], {}, "Row 1: give both times"),
    ([("1", "", "25:00", "26:00")], {}, "Row 1: give both times"),
    ([("every", "", "08:30", "17:30"), ("1", "", "12:00", "13:00")], {}, "Row 2: these hours overlap"),
    ([("date", "", "08:30", "17:30")], {}, "Row 1: give the date."),
    ([("2", "", "08:30", "17:30")], {NAME: "24小时"}, "Both the line and the rows"),
]


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
