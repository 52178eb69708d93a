"""Opening hours on a form: one line as the source writes it, or rows to choose from; either makes the other."""

import datetime
import re
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from regions.hours import HOLIDAY, MINUTES_OF_DAY, Schedule, Span, clock, read_hours, write_hours
from regions.hours.agreement import agreed
from regions.hours.items import LONGEST_NIGHT, Unclear, last_minute
from regions.hours.reading import MAX_TEXT
from regions.hours.schedule import AS_USUAL, CALENDAR, CLOSED
from regions.hours.writing import NEXT_DAY, closing
from regions.models.opening import HoursMixin
from regions.wording import in_words

from .look import TextInput

EMPTY_ROWS = 3
# What one row may stand for, and the weekdays it is.
GROUPS = {"every": range(1, 8), "workdays": range(1, 6), "weekend": range(6, 8)} | {
    str(day): range(day, day + 1) for day in range(1, HOLIDAY + 1)
}
DAYS = [
    ("", ""),
    ("every", gettext_lazy("every day")),
    ("workdays", gettext_lazy("Monday to Friday")),
    ("weekend", gettext_lazy("Saturday and Sunday")),
    ("1", gettext_lazy("Monday")),
    ("2", gettext_lazy("Tuesday")),
    ("3", gettext_lazy("Wednesday")),
    ("4", gettext_lazy("Thursday")),
    ("5", gettext_lazy("Friday")),
    ("6", gettext_lazy("Saturday")),
    ("7", gettext_lazy("Sunday")),
    (str(HOLIDAY), gettext_lazy("public holidays")),
    ("date", gettext_lazy("only on the date")),
]
ON_HOLIDAYS = [
    (CALENDAR, gettext_lazy("nothing said: closed, unless open 24 hours")),
    (CLOSED, pgettext_lazy("opening hours", "closed")),
    (AS_USUAL, gettext_lazy("as on any day")),
]
_TIME = re.compile(r"([01]?\d|2[0-4])[:：.]?([0-5]\d)", re.ASCII)


class Refused(str):
    """A typed line whose rows make no hours: why, and the rows as they were typed."""

    reason: str
    typed: dict[str, Any]

    def __new__(cls, text: str, reason: str, typed: dict[str, Any]) -> "Refused":
        made = super().__new__(cls, text)
        made.reason, made.typed = reason, typed
        return made


class HoursWidget(TextInput):
    """The line, what is understood of it, and rows."""

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        text = value if isinstance(value, str) else ""
        read = read_hours(text) if text else None
        schedule = read.schedule if read and read.schedule else Schedule()
        context = {
            "line": super().render(name, value, attrs, renderer),
            "name": name,
            "text": text,
            "unread": in_words(read.reason or "") if read and not read.schedule else "",
            "understood": write_hours(schedule),
            "rows": [*rows_of(schedule), *([{}] * EMPTY_ROWS)],
            "schedule": schedule,
            "days": DAYS,
            "on_holidays": ON_HOLIDAYS,
            "was": text,
        }
        if isinstance(value, Refused):
            context |= value.typed
        return render_to_string("admin/regions/hours.html", context)

    def value_from_datadict(self, data, files, name) -> str | None:
        text = data.get(name)
        if f"{name}_was" not in data:
            return text
        was = data[f"{name}_was"]
        try:
            meant = schedule_from(data, name)
        except ValueError as error:
            return Refused(text or "", str(error), _typed(data, name))
        before = read_hours(was).schedule if was else None
        if meant == (before or Schedule()):
            return text
        if (text or "").strip() != was.strip():
            both = _("Both the line and the rows were changed: change one of them.")
            return Refused(text or "", both, _typed(data, name))
        return write_hours(meant)


class HoursField(forms.CharField):
    widget = HoursWidget

    def clean(self, value):
        if isinstance(value, Refused):
            raise ValidationError(value.reason)
        return super().clean(value)


class HoursForm(forms.ModelForm):
    """A form whose opening hours may be given in rows."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "opening_hours" in self.fields:
            own = self.fields["opening_hours"]
            self.fields["opening_hours"] = HoursField(
                label=own.label, help_text=own.help_text, required=False, max_length=MAX_TEXT
            )


def told_hours(record: HoursMixin) -> str:
    """The hours in a list: with a mark where they are kept as text only."""
    if record.opening_hours and record.hours_read.schedule is None:
        return _("%(text)s (text only)") % {"text": record.opening_hours}
    return record.opening_hours


def rows_of(schedule: Schedule) -> list[dict[str, Any]]:
    """A schedule as rows: days with the same hours in one row where a row can say them."""
    left = {day: tuple(sorted(spans)) for day, spans in schedule.weekly.items()}
    rows: list[dict[str, Any]] = []
    for group, days in GROUPS.items():
        spans = {left.get(day, ()) for day in days}
        if len(spans) == 1 and (same := spans.pop()):
            rows += [_row(span) | {"days": group} for span in same]
            for day in days:
                del left[day]
    for date, of_day in sorted(schedule.dated.items()):
        on = {"days": "date", "date": date.isoformat()}
        rows += [on | _row(span) for span in sorted(of_day)] or [on | {"closed": True}]
    return rows


def _row(span: Span) -> dict[str, str]:
    return {
        "opens": clock(span.opens),
        "closes": closing(span.closes),
    }


def _columns(data, name: str) -> list[list[str]]:
    return [data.getlist(f"{name}_{column}") for column in ("days", "date", "opens", "closes")]


def _typed(data, name: str) -> dict[str, Any]:
    """What was sent, to be shown again."""
    closed = data.getlist(f"{name}_closed")
    rows = [
        dict(zip(("days", "date", "opens", "closes"), row, strict=True)) | {"closed": str(number) in closed}
        for number, row in enumerate(zip(*_columns(data, name), strict=False), 1)
    ]
    schedule = {
        "always": f"{name}_always" in data,
        "by_appointment": f"{name}_appointment" in data,
        "on_holidays": data.get(f"{name}_holidays"),
    }
    return {"rows": rows, "schedule": schedule, "was": data.get(f"{name}_was", ""), "opened": True}


def schedule_from(data, name: str) -> Schedule:
    """The schedule of the rows that were sent. Raises ValueError with what is wrong, with the number of the row."""
    weekly: dict[int, tuple[Span, ...]] = {}
    dated: dict[datetime.date, tuple[Span, ...]] = {}
    closed = set(data.getlist(f"{name}_closed"))
    for number, (days, date, opens, closes) in enumerate(zip(*_columns(data, name), strict=False), 1):
        is_closed = str(number) in closed
        if not (days or date or opens or closes or is_closed):
            continue
        if is_closed and (days != "date" or opens or closes):
            raise ValueError(_("Row %(row)d: closed is said of a date, without times.") % {"row": number})
        spans = () if is_closed else (_span(number, opens, closes),)
        if days == "date":
            try:
                day = datetime.date.fromisoformat(date)
            except ValueError:
                raise ValueError(_("Row %(row)d: give the date.") % {"row": number}) from None
            if day in dated and not (dated[day] and spans):
                raise ValueError(_("Row %(row)d: the date is given twice.") % {"row": number})
            dated[day] = _together(number, dated.get(day, ()), spans)
            continue
        if days not in GROUPS or date:
            raise ValueError(_("Row %(row)d: choose the days.") % {"row": number})
        for weekday in GROUPS[days]:
            weekly[weekday] = _together(number, weekly.get(weekday, ()), spans)
    on_holidays = data.get(f"{name}_holidays", CALENDAR)
    found = Schedule(
        dict(sorted(weekly.items())),
        dict(sorted(dated.items())),
        f"{name}_always" in data,
        on_holidays if on_holidays in (CLOSED, AS_USUAL) else CALENDAR,
        f"{name}_appointment" in data,
    )
    try:
        return agreed(found)
    except Unclear as error:
        raise ValueError(in_words(error.args[0])) from None


def _span(number: int, opens: str, closes: str) -> Span:
    begin, end = _minute(opens), _minute(closes.strip().removeprefix(NEXT_DAY))
    if begin is None or end is None or begin == MINUTES_OF_DAY:
        raise ValueError(
            _("Row %(row)d: give both times as 08:30 and 17:30; the end of the day is 24:00.")
            % {"row": number}
        )
    if closes.strip().startswith(NEXT_DAY) and end <= begin:
        return Span(begin, end + MINUTES_OF_DAY)
    end = last_minute(end)
    if begin == end:
        same = _("Row %(row)d: it opens and closes at the same time. Around the clock is 00:00 to 24:00.")
        raise ValueError(same % {"row": number})
    if end < begin and end + MINUTES_OF_DAY - begin > LONGEST_NIGHT:
        slip = _("Row %(row)d: it closes before it opens. Where the next day is meant, write %(closes)s.")
        raise ValueError(slip % {"row": number, "closes": closing(end + MINUTES_OF_DAY)})
    return Span(begin, end if end > begin else end + MINUTES_OF_DAY)


def _minute(text: str) -> int | None:
    found = _TIME.fullmatch(text.strip())
    minute = int(found[1]) * 60 + int(found[2]) if found else MINUTES_OF_DAY + 1
    return minute if minute <= MINUTES_OF_DAY else None


def _together(number: int, before: tuple[Span, ...], spans: tuple[Span, ...]) -> tuple[Span, ...]:
    found = tuple(sorted((*before, *spans)))
    if any(later.opens < earlier.closes for earlier, later in pairwise(found)):
        raise ValueError(_("Row %(row)d: these hours overlap with another row.") % {"row": number})
    return found
