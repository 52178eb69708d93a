"""Strict query parameters: what is unknown, malformed or doubled is a 400 that names the cure."""

import datetime
import re
from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from regions.gazetteer.active import record_begins
from regions.lookup.opening import this_minute
from regions.models.base import today
from regions.texts import flaw
from regions.wording import in_words

from .errors import Problem

MAX_TEXT = 2_000
# Parameters every endpoint understands.
COMMON = ("format",)
# What `open` may say: only what is open now; everything, with what its hours say.
OPEN = ("now", "any")


def bad(name: str, detail: str, **extra) -> Problem:
    """A 400 about one parameter."""
    return Problem("bad-parameter", _("Bad parameter"), detail, parameter=name, **extra)


def check_names(query, allowed: Collection[str], repeatable: Collection[str] = ()) -> None:
    """Refuse parameters that are unknown, or given twice though they take one value."""
    unknown = [name for name in query if name not in allowed and name not in COMMON]
    if unknown:
        unknown.sort()
        allowed = sorted({*allowed, *COMMON})
        raise Problem(
            "unknown-parameter",
            _("Unknown parameter"),
            _("Unknown: %(unknown)s. Allowed: %(allowed)s.")
            % {"unknown": ", ".join(name[:40] for name in unknown[:10]), "allowed": ", ".join(allowed)},
            unknown=[name[:40] for name in unknown[:10]],
            allowed=allowed,
        )
    if "format" in query and query["format"] not in ("json", "api"):  # "api": the page for people
        raise bad(
            "format",
            _("%(value)s is not one of: %(choices)s.") % {"value": query["format"][:40], "choices": "json"},
        )
    for name, values in query.lists():
        if len(values) > 1 and name not in repeatable:
            raise bad(name, _("%(name)s is given twice; it takes one value.") % {"name": name})
        for value in values:
            check_text(name, value)


def check_text(name: str, value: str) -> str:
    """A text that databases and logs can take: no NUL, no half characters, not longer than a question is."""
    if found := flaw(value, MAX_TEXT):
        raise bad(name, _("%(name)s %(flaw)s.") % {"name": name, "flaw": in_words(found.what)})
    return value


def day(query, name: str = "on") -> datetime.date:
    """A day of the record as YYYY-MM-DD; that of `open_at`, else today, when not given."""
    value = query.get(name)
    if value is None:
        named = query.get("open_at")
        return today() if named is None else parse_moment(named).date()
    return parse_day(name, value)


def day_asked(query) -> datetime.date | None:
    """The day that is asked about; None where none is named, and all is told as it is on file."""
    return day(query) if "on" in query or "open_at" in query else None


def parse_day(name: str, value: str) -> datetime.date:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            raise ValueError
        found = datetime.date.fromisoformat(value)
    except ValueError:
        raise bad(
            name, _("%(name)s must be a day as YYYY-MM-DD, for example 2026-11-21.") % {"name": name}
        ) from None
    if found < today() and (begins := record_begins()) and found < begins:
        raise bad(name, _("The record begins on %(day)s; ask for a later day.") % {"day": begins})
    return found


def moment(query) -> datetime.datetime | None:
    """The minute asked about by `open=now`, `open=any` or `open_at`; None where none is."""
    at, word = query.get("open_at"), query.get("open")
    if word is not None and word not in OPEN:
        raise bad(
            "open",
            _("%(value)s is not one of: %(choices)s.") % {"value": word[:40], "choices": ", ".join(OPEN)},
            allowed=list(OPEN),
        )
    if at is None:
        if word and "on" in query and parse_day("on", query["on"]) != today():
            raise bad(
                "open", _("open=%(word)s asks about today; leave on out, or give open_at.") % {"word": word}
            )
        return this_minute() if word else None
    if word == "now":
        raise bad("open", _("open=now and open_at name two moments; give one of them."))
    found = parse_moment(at)
    if "on" in query and parse_day("on", query["on"]) != found.date():
        raise bad("open_at", _("on and open_at name two days; leave on out."))
    return found


def moment_of(request) -> datetime.datetime | None:
    """`moment` of a request: the same minute however often it is asked for."""
    if not hasattr(request, "moment"):
        request.moment = moment(request.query_params)
    return request.moment


def only_open(query) -> bool:
    """Whether what is not open at that minute is left out."""
    return query.get("open") == "now" or ("open_at" in query and "open" not in query)


def parse_moment(value: str) -> datetime.datetime:
    """A minute as YYYY-MM-DDTHH:MM, local time."""
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}", value, re.ASCII):
            raise ValueError
        found = datetime.datetime.fromisoformat(value)
        if found.year == datetime.MAXYEAR:  # hours are looked for in the days that follow
            raise ValueError
    except ValueError:
        raise bad(
            "open_at",
            _("open_at must be a minute as YYYY-MM-DDTHH:MM (Beijing time), for example 2026-11-21T08:30."),
        ) from None
    parse_day("open_at", value[:10])
    return found


def choice_list(query, name: str, choices: Iterable[str]) -> tuple[str, ...]:
    """All values of a repeatable parameter, each out of a closed list."""
    values = query.getlist(name)
    if not values:
        return ()
    choices = list(choices)
    for value in values:
        if value not in choices:
            raise bad(
                name,
                _("%(value)s is not one of: %(choices)s.")
                % {"value": value[:40], "choices": ", ".join(choices)},
                allowed=choices,
            )
    return tuple(values)


def boolean(query, name: str) -> bool | None:
    """true or false (1 and 0 are read too); None when not given."""
    value = query.get(name)
    if value is None:
        return None
    if value not in ("true", "false", "1", "0"):
        raise bad(name, _("%(name)s must be true or false.") % {"name": name})
    return value in ("true", "1")


def integer(query, name: str, default: int, low: int, high: int) -> int:
    """A whole number within bounds; out of bounds is an error, never clamped."""
    value = query.get(name)
    if value is None:
        return default
    if not re.fullmatch(r"\d{1,10}", value, re.ASCII) or not low <= int(value) <= high:
        raise bad(
            name,
            _("%(name)s must be a whole number from %(low)d to %(high)d.")
            % {"name": name, "low": low, "high": high},
        )
    return int(value)
