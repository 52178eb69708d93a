"""Opening hours of a record, described once: the text of the source, what is understood of it, and what it says of a minute."""

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from regions.api.sentences import opening_text
from regions.hours import HOLIDAY, KNOWN_UNTIL, MINUTES_OF_DAY, Span, State
from regions.hours.schedule import AS_USUAL, CALENDAR, CLOSED
from regions.lookup.opening import opening
from regions.models.opening import HoursMixin
from regions.wording import in_words

from .base import ClockField

# Members that `HoursMembers` adds; in a description they stand together.
HOURS = ("opening_hours", "always_open", "hours", "schedule", "now")
_ENDS = _("Not later than opens: the next day; 00:00:00 is midnight at the end of the day.")


class SpanSerializer(serializers.Serializer):
    opens = ClockField()
    closes = ClockField(help_text=_ENDS)


class HoursSerializer(SpanSerializer):
    weekday = serializers.IntegerField(min_value=1, max_value=7, help_text=_("ISO: Monday is 1."))

    def get_fields(self) -> dict:
        fields = super().get_fields()
        return {name: fields[name] for name in ("weekday", "opens", "closes")}


class SingleDaySerializer(serializers.Serializer):
    """The hours of one day; none: closed."""

    date = serializers.DateField()
    hours = SpanSerializer(many=True)


class ScheduleSerializer(serializers.Serializer):
    """What else the text says. Public holidays and the weekend days worked for them are China's, year by year as announced."""

    unread = serializers.CharField(
        allow_null=True, help_text=_("Why the text is kept as text only; null where it was understood.")
    )
    on_holidays = serializers.ChoiceField(
        [
            (CALENDAR, _("closed as a rule")),
            (CLOSED, _("closed, as it says")),
            (AS_USUAL, _("as on any day")),
        ],
        help_text=_(
            "calendar: it says nothing, so public holidays are days off unless it is open around the clock."
        ),
    )
    holiday_hours = SpanSerializer(many=True, help_text=_("On public holidays, where it gives them."))
    exceptions = SingleDaySerializer(many=True)
    by_appointment = serializers.BooleanField()
    holidays_known_until = serializers.IntegerField(
        help_text=_("The last year whose public holidays are on file.")
    )


class NowSerializer(serializers.Serializer):
    state = serializers.ChoiceField([state.value for state in State])
    until = serializers.DateTimeField(
        allow_null=True, help_text=_("When that ends; null where it does not within a year.")
    )
    holiday = serializers.BooleanField(help_text=_("It is a public holiday, and the hours follow it."))
    holidays_known = serializers.BooleanField(
        help_text=_("false: it rests on a year whose public holidays are not on file yet.")
    )
    text = serializers.CharField(help_text=_("In a few words, for example “open until 20:00”."))


class HoursMembers(serializers.Serializer):
    """To be mixed into the description of a record with opening hours; `context["moment"]` is the minute asked about."""

    sometimes = frozenset(["now"])  # members that are not always there

    opening_hours = serializers.CharField(help_text=_("As the source writes them."))
    always_open = serializers.BooleanField(help_text=_("24 hours claimed."))
    hours = serializers.SerializerMethodField(
        help_text=_("The hours of each weekday, as far as they are understood.")
    )
    schedule = serializers.SerializerMethodField(
        help_text=_("Holidays, single days, by appointment; null where nothing is said.")
    )
    now = serializers.SerializerMethodField(
        help_text=_(
            "Only where the question names a minute (`open=now`, `open=any`, `open_at`); null where the hours do not say."
        )
    )

    def get_fields(self) -> dict:
        fields = super().get_fields()
        fake = getattr(self.context.get("view"), "swagger_fake_view", False)
        if self.context.get("moment") is None and not fake:
            fields.pop("now", None)
        return fields

    @extend_schema_field(HoursSerializer(many=True))
    def get_hours(self, record: HoursMixin) -> list[dict]:
        return [
            {"weekday": day} | each
            for day, spans in sorted(record.schedule.weekly.items())
            if day != HOLIDAY
            for each in _spans(spans)
        ]

    @extend_schema_field(ScheduleSerializer(allow_null=True))
    def get_schedule(self, record: HoursMixin) -> dict | None:
        if not record.opening_hours:
            return None
        read, reason = record.hours_read
        said = record.schedule
        return {
            "unread": None if read else in_words(reason or ""),
            "on_holidays": said.on_holidays,
            "holiday_hours": _spans(said.weekly.get(HOLIDAY, ())),
            "exceptions": [
                {"date": day.isoformat(), "hours": _spans(spans)} for day, spans in sorted(said.dated.items())
            ],
            "by_appointment": said.by_appointment,
            "holidays_known_until": KNOWN_UNTIL,
        }

    @extend_schema_field(NowSerializer(allow_null=True))
    def get_now(self, record: HoursMixin) -> dict | None:
        return told_now(record, self.context["moment"])


def told_now(record: HoursMixin, moment: datetime.datetime) -> dict[str, Any] | None:
    """What the hours of a record say of a minute."""
    now = opening(record.opening_hours, moment)
    if now is None:
        return None
    until = now.until and timezone.make_aware(now.until, timezone.get_default_timezone()).isoformat()
    return now._asdict() | {"state": now.state.value, "until": until, "text": opening_text(now, moment)}


def _spans(spans: tuple[Span, ...]) -> list[dict]:
    return [{"opens": _clock(opens), "closes": _clock(closes)} for opens, closes in sorted(spans)]


def _clock(minute: int) -> str:
    return datetime.time(*divmod(minute % MINUTES_OF_DAY, 60)).isoformat()
