"""What pages say, in words a household understands. The API's own words stand in `choices.py`."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from regions.api.sentences import WEEKDAYS, reason
from regions.choices import AnswerState, DisputeReason, HotlineStatus, OutletReach, SignalCode
from regions.hours import HOLIDAY, MINUTES_OF_DAY, Span, clock
from regions.hours.schedule import AS_USUAL, CLOSED
from regions.lookup.shown import ShownHit
from regions.models import Region
from regions.models.base import today
from regions.models.opening import HoursMixin
from regions.models.region import COUNTRY_CODE
from regions.wording import clauses

STATES = {
    AnswerState.COVERED: pgettext_lazy("a service and a place", "serves here"),
    AnswerState.PARTLY_COVERED: pgettext_lazy("a service and a place", "serves a part"),
    AnswerState.EXCLUDED: pgettext_lazy("a service and a place", "says it does not serve here"),
    AnswerState.NOT_COVERED: pgettext_lazy("a service and a place", "this place is not on its list"),
    AnswerState.UNKNOWN: pgettext_lazy("a service and a place", "no list on file"),
}

REACHES = {
    OutletReach.OWN: pgettext_lazy("an outlet and a place", "says that it serves here"),
    OutletReach.PART: pgettext_lazy("an outlet and a place", "says that it serves a part"),
    OutletReach.HERE: pgettext_lazy("an outlet and a place", "lies here"),
}


def reason_of_line(reason: DisputeReason) -> str:
    """Why a line of a list is reported: it has neither opening hours nor names."""
    if reason == DisputeReason.WRONG_DETAILS:
        return _("what it says beside the place is wrong")
    return str(reason.label)


STATUSES = {
    HotlineStatus.VERIFIED: gettext_lazy("checked: it is the brand's"),
    HotlineStatus.ATTESTED: gettext_lazy("the brand itself gives it"),
    HotlineStatus.EXPIRED: gettext_lazy("checked too long ago"),
    HotlineStatus.UNVERIFIED: gettext_lazy("nobody has checked it"),
    HotlineStatus.REFUTED: gettext_lazy("checked: it is not the brand's"),
    HotlineStatus.DISPUTED: gettext_lazy("people report that it is wrong"),
    HotlineStatus.UPCOMING: gettext_lazy("not valid yet"),
    HotlineStatus.ENDED: gettext_lazy("no longer valid"),
}

# What is odd, in a sentence; the figures stand behind it ("why we think so").
SIGNALS = {
    SignalCode.NUMBER_SHARED: gettext_lazy(
        "Brands that have nothing to do with each other print this number."
    ),
    SignalCode.NUMBER_MOVED: gettext_lazy("This number was another brand's before."),
    SignalCode.NEVER_VERIFIED: gettext_lazy("Nobody has checked this number."),
    SignalCode.VERIFICATION_EXPIRED: gettext_lazy("This number was checked too long ago."),
    SignalCode.SOURCE_CHANGED: gettext_lazy("The page that prints this number has changed since."),
    SignalCode.CONFIRMED_NUMBER_DIFFERS: gettext_lazy("The brand's checked number is another one."),
    SignalCode.ENDED_STILL_PRINTED: gettext_lazy("A page still prints this number after it ended."),
    SignalCode.SEVERAL_LABELS: gettext_lazy("The page prints this one number under many names."),
    SignalCode.LIST_MARKS: gettext_lazy("The page prints this one number as though it were several."),
    SignalCode.SEVERAL_GROUPINGS: gettext_lazy("The same digits are printed in different groups."),
    SignalCode.NATIONWIDE_NOT_LISTED: gettext_lazy("The page says “nationwide”, but its list holds less."),
    SignalCode.ABOLISHED_PLACES: gettext_lazy("The list names places that no longer exist."),
    SignalCode.RINGS_ELSEWHERE: gettext_lazy("A local number of a place that is not on this service's list."),
    SignalCode.SCATTERED_LIST: gettext_lazy("This list looks as though it was drawn at random."),
    SignalCode.LIST_LIKE_OTHER_BRAND: gettext_lazy("This list is nearly the same as another brand's."),
}


def hours_of(record: HoursMixin) -> str:
    """When somebody is there, by what the source says; empty where it says nothing. Days with the same hours together."""
    said = record.schedule
    weekly = {day: ", ".join(map(_span, sorted(spans))) for day, spans in said.weekly.items()}
    runs: list[tuple[int, int, str]] = []
    for day, text in sorted(weekly.items()):
        if runs and day != HOLIDAY and runs[-1][1] == day - 1 and runs[-1][2] == text:
            runs[-1] = (runs[-1][0], day, text)
        else:
            runs.append((day, day, text))
    parts = [_("around the clock, by its own account")] if said.always else []
    parts += [f"{_days(first, last)} {text}" for first, last, text in runs]
    if said.on_holidays == CLOSED:
        parts.append(_("closed on public holidays"))
    elif said.on_holidays == AS_USUAL and said.says_when:
        parts.append(_("public holidays as usual"))
    for date, spans in sorted(said.dated.items()):
        if date >= today():
            times = ", ".join(map(_span, sorted(spans))) or pgettext("opening hours", "closed")
            parts.append(f"{date} {times}")
    if said.by_appointment:
        parts.append(_("by appointment"))
    return clauses(parts) or record.opening_hours


def _span(span: Span) -> str:
    closes = span.closes
    return f"{clock(span.opens)}–{clock(closes if closes <= MINUTES_OF_DAY else closes - MINUTES_OF_DAY)}"


def _days(first: int, last: int) -> str:
    if (first, last) == (1, 7):
        return _("every day")
    if first == HOLIDAY:
        return _("public holidays")
    if first == last:
        return str(WEEKDAYS[first])
    return _("%(first)s to %(last)s") % {"first": WEEKDAYS[first], "last": WEEKDAYS[last]}


def why(hit: ShownHit, region: Region) -> str:
    """The reason of a hit in a household's words; the exact one is the API's."""
    units, rule = hit.units, hit.rule
    if hit.state == AnswerState.PARTLY_COVERED and units:
        counts = {"covered": units.covered, "total": units.total, "partly": units.partly_covered}
        if units.partly_covered:
            return _("Serves %(covered)d of the %(total)d places below, and a part of %(partly)d.") % counts
        return _("Serves %(covered)d of the %(total)d places below.") % counts
    if (
        hit.state == AnswerState.COVERED
        and rule
        and rule.region.code == COUNTRY_CODE
        and region.code != COUNTRY_CODE
    ):
        return _("The list names the whole country, and so %(region)s too.") % {"region": region.name}
    return reason(
        hit.state,
        region.name,
        rule.region.name if rule else None,
        bool(rule and rule.region_id == region.pk),
        units,
    )
