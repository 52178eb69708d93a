"""How records are named in URLs, in changes and in files: built and read here, and nowhere else. Pure Python.

    >>> rule_key("haier-repair", "510322", "2026-11-21")
    'haier-repair:510322:2026-11-21'
    >>> read_hotline_key("haier-repair:4001865909-2")
    HotlineKey(service='haier-repair', number='4001865909', extension='2', first_day='')

A key never comes to name another record. What has a service names it first, so that all of a service's keys are a range.
"""

import re
from datetime import date
from typing import NamedTuple

from regions.said import said as _

SEP = ":"  # between the parts of a key
LIFE = "@"  # before the first day of a life that shares its name with an earlier or later one
# The key of a rule as SQL makes it, of expressions for its parts.
RULE_KEY_SQL = "{service} || ':' || {region} || ':' || {first_day}"

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class BadKey(ValueError):
    """Not a key. The first argument is a sentence that names the cure; `wording.in_words` translates it."""


class RuleKey(NamedTuple):
    """Which coverage rule: service, region and first day."""

    service: str
    region: str
    first_day: str


class HotlineKey(NamedTuple):
    """Which claim: service, number, extension; the first day where it follows an earlier claim of the same."""

    service: str
    number: str
    extension: str
    first_day: str


class RegionKey(NamedTuple):
    """Which region; for a life that has ended also its first day, which may be unknown (empty)."""

    code: str
    ended: bool
    first_day: str


def rule_key(service: str, region: str, first_day: date | str) -> str:
    return f"{service}:{region}:{first_day}"


def read_rule_key(text: str) -> RuleKey:
    """Raises BadKey."""
    parts = text.split(SEP)
    if len(parts) != 3:
        raise BadKey(
            _("A rule's key is service:region:first-day, for example example-repair:510322:2026-11-21.")
        )
    return RuleKey(parts[0], parts[1], _day(parts[2]))


def rules_place(text: str) -> tuple[str, str]:
    """Service and region out of a rule's key, or of the part of it before the first day."""
    service, region, *_first_day = text.split(SEP)
    return service, region


def hotline_key(service: str, number: str, extension: str = "", first_day: date | str = "") -> str:
    """`first_day` for a claim that follows an earlier one of the same service, number and extension."""
    return f"{service}:{number}{f'-{extension}' if extension else ''}{f'@{first_day}' if first_day else ''}"


def number_key(hotline: str) -> str:
    """The key of the first claim of the same service, number and extension. Raises BadKey."""
    return hotline_key(*read_hotline_key(hotline)[:-1])


def read_hotline_key(text: str) -> HotlineKey:
    """Raises BadKey. An extension is free text: only a day behind the last "@" is a first day."""
    service, colon, rest = text.partition(SEP)
    if not colon:
        raise BadKey(
            _(
                "A hotline's key is service:number or service:number-extension, for example example-repair:4001865909."
            )
        )
    claim, _at, day = rest.rpartition(LIFE)
    if not _DAY.fullmatch(day) or not claim:
        claim, day = rest, ""
    number, _dash, extension = claim.partition("-")
    return HotlineKey(service, number, extension, day and _day(day))


def region_key(code: str, ended: bool, first_day: date | None) -> str:
    return f"{code}{LIFE}{first_day or ''}" if ended else code


def read_region_key(text: str) -> RegionKey:
    """The parts of a region's key; the code is not looked at (`codes.read_code`). Raises BadKey."""
    code, at, day = text.partition(LIFE)
    return RegionKey(code, bool(at), day and _day(day))


def verification_key(hotline: str, number: int) -> str:
    """The hotline's key and a running number."""
    return f"{hotline}#{number}"


def hotline_of(verification: str) -> str:
    """The key of the hotline that a verification is of; a hotline's key stays itself."""
    return verification.partition("#")[0]


def check_number(verification: str) -> int:
    """The running number in the key of a verification. Raises BadKey."""
    number = verification.rpartition("#")[2]
    if not number.isdecimal():
        raise BadKey(_("A check's key is that of its hotline, # and a number."))
    return int(number)


def service_of(key: str) -> str:
    """The service's slug at the beginning of the key of a service, a rule, a hotline, a check, or a list."""
    return key.partition(SEP)[0]


def of_list(service: str, rest: str) -> str:
    """A rule's key out of its service and the rest, as the list of a service's many new rules names it."""
    return f"{service}{SEP}{rest}"


def _day(text: str) -> str:
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        date.fromisoformat(text)
    except ValueError:
        raise BadKey(_("%(day)s is no day; write it like 2026-11-21.", day=text[:40])) from None
    return text
