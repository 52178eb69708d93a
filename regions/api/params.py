"""Strict query parameters: what is unknown, malformed or doubled is a 400 that names the cure."""

import datetime
import re
from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from regions.models.base import today

from .errors import Problem

# The record begins here; a day before it has no answer.
FIRST_DAY = datetime.date(1981, 1, 1)
MAX_TEXT = 2_000
# Parameters every endpoint understands.
COMMON = ("format",)


def bad(name: str, detail: str, **extra) -> Problem:
    """A 400 about one parameter."""
    return Problem("bad-parameter", _("Bad parameter"), detail, parameter=name, **extra)


def check_names(query, allowed: Iterable[str], repeatable: Collection[str] = ()) -> None:
    """Refuse parameters that are unknown, or given twice though they take one value."""
    unknown = sorted(set(query).difference(allowed, COMMON))
    if unknown:
        allowed = sorted({*allowed, *COMMON})
        raise Problem(
            "unknown-parameter",
            _("Unknown parameter"),
            _("Unknown: %(unknown)s. Allowed: %(allowed)s.")
            % {"unknown": ", ".join(name[:40] for name in unknown[:10]), "allowed": ", ".join(allowed)},
            unknown=[name[:40] for name in unknown[:10]],
            allowed=allowed,
        )
    if query.get("format") not in (None, "json", "api"):  # "api": the page for people
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
    if "\x00" in value:
        raise bad(name, _("%(name)s holds a NUL character; remove it.") % {"name": name})
    if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
        raise bad(name, _("%(name)s holds half a character (a lone surrogate); remove it.") % {"name": name})
    if len(value) > MAX_TEXT:
        raise bad(
            name,
            _("%(name)s is %(length)d characters long; at most %(max)d are read.")
            % {"name": name, "length": len(value), "max": MAX_TEXT},
        )
    return value


def day(query, name: str = "on") -> datetime.date:
    """A day as YYYY-MM-DD, from 1981 on; today when not given."""
    value = query.get(name)
    if value is None:
        return today()
    return parse_day(name, value)


def parse_day(name: str, value: str) -> datetime.date:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            raise ValueError
        found = datetime.date.fromisoformat(value)
    except ValueError:
        raise bad(
            name, _("%(name)s must be a day as YYYY-MM-DD, for example 2026-11-21.") % {"name": name}
        ) from None
    if found < FIRST_DAY:
        raise bad(name, _("The record begins on 1981-01-01; ask for a later day."))
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
    """true or false; None when not given."""
    value = query.get(name)
    if value is None:
        return None
    if value not in ("true", "false"):
        raise bad(name, _("%(name)s must be true or false.") % {"name": name})
    return value == "true"


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
