"""What answers say in sentences, in the reader's language: why, with what status, within what limits."""

import datetime
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from regions.choices import (
    NOT_STANDING,
    AnswerState,
    Channel,
    ContactType,
    HotlineStatus,
    RuleKind,
    VerificationResult,
)
from regions.hours import Now, State
from regions.lookup.hits import Hit
from regions.lookup.units import Units
from regions.models import CoverageRule, Hotline, Outlet, Region
from regions.models.base import today
from regions.signals.places import Rule
from regions.wording import clauses, spelled

WEEKDAYS = (
    "", gettext_lazy("Monday"), gettext_lazy("Tuesday"), gettext_lazy("Wednesday"), gettext_lazy("Thursday"),
    gettext_lazy("Friday"), gettext_lazy("Saturday"), gettext_lazy("Sunday"),
)  # fmt: skip


def explain(hit: Hit, region: Region) -> str:
    """The reason of a hit in a sentence, in the reader's language."""
    if hit.rule is None:
        return reason(hit.state, region.name, None, False, hit.units)
    own = hit.rule.region_id == region.pk
    return reason(hit.state, region.name, hit.rule.region.name, own, hit.units)


def reason(state: str, region: str, on: str | None, own: bool, units: Units | None) -> str:
    """Why a service has its state in a region: `on` is where the deciding rule stands, `own` whether that is there."""
    if state == AnswerState.UNKNOWN:
        return _("No coverage list is on file for this service.")
    values = {"region": region, "on": on}
    if units and units.total:
        return _of_units(units, region)
    if state == AnswerState.NOT_COVERED:
        return _("A coverage list is on file; neither %(region)s nor anything above it is on it.") % values
    if own:
        if state == AnswerState.COVERED:
            return _("%(region)s itself is on the list.") % values
        return _("%(region)s itself is carved out.") % values
    if state == AnswerState.COVERED:
        return _("%(on)s is on the list and includes %(region)s.") % values
    return _("%(on)s is carved out and with it %(region)s.") % values


def _of_units(units: Units, region: str) -> str:
    counts = {
        "region": region,
        "covered": units.covered,
        "partly": units.partly_covered,
        "total": units.total,
    }
    if units.covered == units.total:
        return _("All %(total)d units below %(region)s are covered.") % counts
    if not units.covered and not units.partly_covered:
        return _("None of the %(total)d units below %(region)s is covered.") % counts
    return _("Of %(total)d units below %(region)s %(covered)d are covered and %(partly)d partly.") % counts


def status_text(hotline: Hotline) -> str:
    """The status in words with its date and what is reported against it, in the client's language."""
    return clauses([_status_text(hotline), _reports_text(hotline)])


def _reports_text(hotline: Hotline) -> str:
    if not hotline.reports_open:
        return ""
    text = ngettext(
        "%(count)d report open since %(day)s, %(weight)d independent with a page or a statement",
        "%(count)d reports open since %(day)s, %(weight)d independent with a page or a statement",
        hotline.reports_open,
    )
    return text % {
        "count": hotline.reports_open,
        "day": hotline.reports_since,
        "weight": hotline.reports_weight,
    }


def _status_text(hotline: Hotline) -> str:
    status = HotlineStatus(hotline.status)
    text = str(status.label)
    if (
        status in (HotlineStatus.VERIFIED, HotlineStatus.EXPIRED, HotlineStatus.REFUTED)
        and hotline.checked_on
    ):
        return _("%(status)s, checked on %(day)s") % {"status": text, "day": hotline.checked_on}
    if status == HotlineStatus.ENDED:
        text = _("ended on %(day)s") % {"day": hotline.valid_to}
    if status == HotlineStatus.UPCOMING:
        text = _("not valid before %(day)s") % {"day": hotline.valid_from}
    if status in (HotlineStatus.DISPUTED, *NOT_STANDING) and hotline.last_result:
        checked = VerificationResult(hotline.last_result).label
        return _("%(status)s; %(result)s on %(day)s") % {
            "status": text,
            "result": checked,
            "day": hotline.checked_on,
        }
    if status == HotlineStatus.UNVERIFIED:
        return _("unverified: nobody has checked that this number belongs to the brand")
    return text


def opening_text(now: Now, moment: datetime.datetime) -> str:
    """What opening hours say of a minute, for example "open until 20:00" or "opens Monday 08:00"; empty where nothing."""
    when = _when(now.until, moment) if now.until else ""
    if now.state == State.OPEN:
        text = _("open until %(when)s") % {"when": when} if when else pgettext("opening hours", "open")
    elif now.state == State.BY_APPOINTMENT:
        text = _("by appointment until %(when)s") % {"when": when} if when else _("by appointment")
    elif now.state == State.CLOSED:
        text = _("closed, opens %(when)s") % {"when": when} if when else pgettext("opening hours", "closed")
    else:
        return ""
    notes = [_("public holiday") if now.holiday else ""]
    if not now.holidays_known:
        notes.append(_("public holidays not known yet"))
    said = clauses(notes)
    return _("%(text)s (%(notes)s)") % {"text": text, "notes": said} if said else text


def _when(until: datetime.datetime, moment: datetime.datetime) -> str:
    """A minute as people name it: 20:00, tomorrow 08:00, Monday 08:00, 2026-10-08 08:00; midnight ends a day."""
    at, days = f"{until:%H:%M}", (until.date() - moment.date()).days
    if days == 1 and at == "00:00":
        return "24:00"
    if days == 0:
        return at
    if days == 1:
        return _("tomorrow %(time)s") % {"time": at}
    if days < 7:
        return _("%(weekday)s %(time)s") % {"weekday": WEEKDAYS[until.isoweekday()], "time": at}
    return f"{until:%Y-%m-%d %H:%M}"


def limits_text(record: Hotline | Outlet) -> str:
    """For what, which places and which days a hotline or an outlet is, and what took whose place; empty where nothing

    limits it.
    """
    return clauses(limit.text for limit in limits_of(record))


class Limit(NamedTuple):
    """One thing that is said beside a record. `binds`: it holds back something of the answer today."""

    text: str
    binds: bool


class Said(NamedTuple):
    """What a line of a list says beside its place."""

    note: str
    response_hours: int | None
    valid_from: datetime.date | None
    valid_to: datetime.date | None


def limits_of(record: Hotline | CoverageRule | Rule | Outlet | Said) -> list[Limit]:
    """What limits a hotline, a rule or an outlet, in order. That it began long ago, or took another's place, holds nothing back."""
    days = [
        Limit(text, binds)
        for text, binds in zip(
            _days(record.valid_from, record.valid_to),
            (record.valid_from is not None and record.valid_from > today(), True),
            strict=True,
        )
    ]
    if isinstance(record, Hotline):
        replaced = [Limit(text, record.replacement is not None) for text in _replacements(record)]
        use = [Limit(text, True) for text in _use(record)]
        found = [*use, Limit(_only_for(record.region), True), *days, *replaced]
    elif isinstance(record, Outlet):
        area = [Limit(text, True) for text in _area(record)]
        instead = [Limit(text, record.replacement is not None) for text in _replaced_outlets(record)]
        found = [*area, *days, *instead]
    else:
        found = [Limit(record.note, True), Limit(_promised(record), False), *days]
    return [limit for limit in found if limit.text]


# A number for customers and their repairs is what is looked for, a call the way to use it: neither is said.
_FOR = {
    ContactType.INSTALLATION: gettext_lazy("for installation"),
    ContactType.COMPLAINTS: gettext_lazy("for complaints"),
    ContactType.SALES: gettext_lazy("for sales"),
    ContactType.EMERGENCY: gettext_lazy("for emergencies"),
}
_BY = {
    Channel.SMS: gettext_lazy("takes text messages only"),
    Channel.FAX: gettext_lazy("takes faxes only"),
}


def _use(hotline: Hotline) -> Iterator[str]:
    """What a number is for, and how it is used."""
    if said := _FOR.get(ContactType(hotline.contact_type)):
        yield str(said)
    if said := _BY.get(Channel(hotline.channel)):
        yield str(said)


def _replacements(hotline: Hotline) -> Iterator[str]:
    """What took its place, and what it took the place of."""
    if isinstance(hotline.replacement, Hotline):
        other = hotline.replacement
        number = spelled(other.number.canonical, other.extension)
        if other.region_id and other.region_id != hotline.region_id:
            number = _("%(number)s (%(limit)s)") % {"number": number, "limit": _only_for(other.region)}
        values = {
            "number": number,
            "day": hotline.replaced_since,
            "source": hotline.replaced_source and hotline.replaced_source.title,
        }
        if hotline.replaced_source:
            yield _("since %(day)s replaced by %(number)s, according to “%(source)s”") % values
        else:
            yield _("since %(day)s replaced by %(number)s") % values
    if hotline.replaces_number:
        number = spelled(hotline.replaces_number, hotline.replaces_extension)
        if hotline.replaces_until:
            yield _("in place of %(number)s, the number until %(day)s") % {
                "number": number,
                "day": hotline.replaces_until,
            }
        else:
            yield _("in place of %(number)s") % {"number": number}


def _replaced_outlets(outlet: Outlet) -> Iterator[str]:
    """What took its place, and what it took the place of."""
    if isinstance(outlet.replacement, Outlet):
        values = {
            "name": outlet.replacement.name,
            "day": outlet.replaced_since,
            "source": outlet.replaced_source and outlet.replaced_source.title,
        }
        if outlet.replaced_source:
            yield _("since %(day)s replaced by %(name)s, according to “%(source)s”") % values
        else:
            yield _("since %(day)s replaced by %(name)s") % values
    for before in outlet.replaces.all():
        yield _("in place of %(name)s, which ended on %(day)s") % {
            "name": before.name,
            "day": before.valid_to,
        }


_SAID = 20


def _area(outlet: Outlet) -> Iterator[str]:
    """The own rules of an outlet in words, each region with its days."""
    for kind, text in (
        (RuleKind.INCLUDE, _("serves only %(names)s")),
        (RuleKind.EXCLUDE, _("not %(names)s")),
    ):
        named = []
        for rule in outlet.rules.all():
            if rule.kind == kind:
                days = ", ".join(filter(None, _days(rule.valid_from, rule.valid_to)))
                named.append(f"{rule.region.full_name} ({days})" if days else rule.region.full_name)
        if named:
            more = ["…"] if len(named) > _SAID else []
            yield text % {"names": "、".join([*named[:_SAID], *more])}


def rule_limits(rule: CoverageRule | Rule) -> str:
    """What a rule says beside its region: its note, the promised response, its days."""
    return clauses(limit.text for limit in limits_of(rule))


def area_limits(rule: CoverageRule | Rule) -> str:
    """The same of a rule read `with_reports`, and that somebody says it is wrong."""
    reported = _("reported as wrong") if rule.disputed else ""  # type: ignore[union-attr]  # annotated
    return clauses([rule_limits(rule), reported])


def _promised(rule: CoverageRule | Rule | Said) -> str:
    if rule.response_hours is None:
        return ""
    text = ngettext(
        "promised response: %(hours)d hour", "promised response: %(hours)d hours", rule.response_hours
    )
    return text % {"hours": rule.response_hours}


def area_notes(area: dict) -> str:
    """What limits an area of a service, as its description says it: the rule's limits, and what is carved out within which."""
    carved = "、".join(
        f"{each['name']} ({each['limits_text']})" if each["limits_text"] else each["name"]
        for each in area["without"]
    )
    without = _("without %(names)s") % {"names": carved} if carved else ""
    return clauses([area["limits_text"], without])


def _only_for(region: Region | None) -> str:
    return _("only for %(region)s") % {"region": region.full_name} if region else ""


def _days(first: datetime.date | None, end: datetime.date | None) -> list[str]:
    return [
        _("from %(day)s on") % {"day": first} if first else "",
        _("until %(day)s") % {"day": end - datetime.timedelta(1)} if end else "",
    ]
