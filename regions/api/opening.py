"""Opening hours as others write them: HSDS schedules and schema.org's OpeningHoursSpecification, out of what a description says."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from regions.hours.schedule import AS_USUAL, CLOSED

SCHEMA = "https://schema.org/"
OFFSET = "+08:00"
_SHORT = ("", "MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LONG = ("", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NO_TIME = {"opens": "00:00", "closes": "00:00"}  # as search engines read it: closed all day


def hsds_schedules(told: dict, name: str) -> Iterator[tuple[str, dict]]:
    """The schedules of a record, each with the name its id is made of. The text of the source stands in each as a note.

    HSDS has no word for public holidays and appointments: descriptions say them.
    """
    if not told["opening_hours"]:
        return
    note, schedule = {"notes": told["opening_hours"]}, told["schedule"]
    by = {"description": _("by appointment")} if schedule["by_appointment"] else {}
    if told["always_open"]:
        days = {"freq": "WEEKLY", "byday": ",".join(_SHORT[1:])} | by
        yield f"{name}:always", days | {"opens_at": f"00:00{OFFSET}", "closes_at": f"24:00{OFFSET}"} | note
    for each in told["hours"]:
        day = {"freq": "WEEKLY", "byday": _SHORT[each["weekday"]]} | by
        yield f"{name}:{each['weekday']}:{each['opens']}", day | _times(each) | note
    for each in schedule["holiday_hours"]:
        about = {"description": _("on public holidays")}
        yield f"{name}:holidays:{each['opens']}", about | _times(each) | note
    if closed_on_holidays(told):
        yield f"{name}:holidays", {"description": _("closed on public holidays")} | note
    for day in schedule["exceptions"]:
        only = {"valid_from": day["date"], "valid_to": day["date"]}
        for each in day["hours"]:
            yield f"{name}:{day['date']}:{each['opens']}", only | _times(each) | note
        if not day["hours"]:
            yield f"{name}:{day['date']}", only | {"description": pgettext("opening hours", "closed")} | note
    if not (told["always_open"] or told["hours"] or schedule["holiday_hours"] or schedule["exceptions"]):
        yield f"{name}:text", by | note


def closed_on_holidays(told: dict) -> bool:
    """Whether hours of the week are not those of public holidays (`hours.schedule`, sentence 2) and these have none."""
    schedule = told["schedule"]
    if schedule["holiday_hours"] or not (told["always_open"] or told["hours"]):
        return False
    return schedule["on_holidays"] == CLOSED or (
        schedule["on_holidays"] != AS_USUAL and not told["always_open"]
    )


def _times(each: dict) -> dict:
    return {"opens_at": each["opens"][:5] + OFFSET, "closes_at": _close(each, "24:00") + OFFSET}


def _close(each: dict, midnight: str) -> str:
    """When it closes; hours that end with the day end at `midnight`, so that nobody takes them for none."""
    closes = each["closes"][:5]
    return midnight if closes == "00:00" else closes


def schema_org_hours(told: dict) -> list[dict]:
    """The same as OpeningHoursSpecification, with public holidays and single days."""
    schedule = told["schedule"]
    if not schedule:
        return []
    found: list[dict] = []
    if told["always_open"]:
        found.append({"dayOfWeek": [SCHEMA + day for day in _LONG[1:]], "opens": "00:00", "closes": "23:59"})
    clocks: dict[tuple[str, ...], list[str]] = {}
    for each in told["hours"]:
        clocks.setdefault(tuple(_clock(each).values()), []).append(SCHEMA + _LONG[each["weekday"]])
    for (opens, closes), days in clocks.items():
        found.append({"dayOfWeek": days if len(days) > 1 else days[0], "opens": opens, "closes": closes})
    holidays = {"dayOfWeek": SCHEMA + "PublicHolidays"}
    if schedule["holiday_hours"]:
        found += [holidays | _clock(each) for each in schedule["holiday_hours"]]
    elif closed_on_holidays(told):
        found.append(holidays | _NO_TIME)
    for day in schedule["exceptions"]:
        only = {"validFrom": day["date"], "validThrough": day["date"]}
        found += [only | times for times in map(_clock, day["hours"])] or [only | _NO_TIME]
    return [{"@type": "OpeningHoursSpecification"} | each for each in found]


def _clock(each: dict) -> dict:
    return {"opens": each["opens"][:5], "closes": _close(each, "23:59")}


def hours_note(told: dict) -> str:
    """The text of the source, where its words say more than hours and days can."""
    schedule = told["schedule"]
    return told["opening_hours"] if schedule and (schedule["unread"] or schedule["by_appointment"]) else ""
