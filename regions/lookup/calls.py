"""What a caller should know about a number before he dials it: who else claims it, what the brand has confirmed instead,
what is reported, and whether somebody answers now.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Container, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.db.models import Q, QuerySet

from regions.choices import NOT_FOR_REPAIRS, TRUSTED, Channel, DisputeReason, HotlineStatus, SignalCode
from regions.hours import Now
from regions.models import Hotline, Source
from regions.models.base import today
from regions.signals import Claims, Signal, claims_about
from regions.signals.places import Served
from regions.signals.ringing import rings_elsewhere
from regions.signals.sharing import in_force
from regions.standing import standing

from .numbers import NumberAnswer
from .opening import opening, this_minute

# These stand beside a number in words of their own: its status, and the confirmed number.
_SAID_OTHERWISE = (
    SignalCode.NEVER_VERIFIED,
    SignalCode.VERIFICATION_EXPIRED,
    SignalCode.CONFIRMED_NUMBER_DIFFERS,
)


@dataclass(slots=True)
class Call:
    """One claim on a number. `confirmed`: the brand's verified claims on other numbers. `reported`: why, by open reports.

    `instead`: the claim that took the place of this one, where it stands on the day. `odd_list`: what is odd about the
    list of its service, where that is not said beside the service.
    """

    hotline: Hotline
    signals: list[Signal] = field(default_factory=list)
    confirmed: list[Hotline] = field(default_factory=list)
    reported: list[str] = field(default_factory=list)
    instead: Hotline | None = None
    odd_list: tuple[SignalCode, ...] = ()
    #: What pages have made of it, by what it follows from (`kept` of the templates).
    told: dict[Hashable, str] = field(default_factory=dict, compare=False, repr=False)

    # A call may be kept for a while: the hours are asked when it is shown.

    @property
    def now(self) -> Now | None:
        """What its hours say of this minute."""
        return opening(self.hotline.opening_hours, self.moment)

    @property
    def moment(self) -> datetime.datetime:
        return this_minute()

    def within(self, limits: Container[int | None]) -> "Call":
        """The same for a place: without numbers that are for others. `limits`: to which regions (keys, None for no

        limit) a claim may be limited there.
        """
        confirmed = [other for other in self.confirmed if other.region_id in limits]
        return self if len(confirmed) == len(self.confirmed) else replace(self, confirmed=confirmed, told={})

    @property
    def trusted(self) -> bool:
        return self.hotline.status in TRUSTED

    @property
    def to_call(self) -> bool:
        """True when somebody with something to repair calls it."""
        return is_to_call(self.hotline)

    @property
    def look_first(self) -> bool:
        """True where it is not known whose number it is; what was refuted or has ended is no number to look at and then dial."""
        return not self.trusted and self.hotline.status not in (
            HotlineStatus.REFUTED,
            HotlineStatus.ENDED,
            HotlineStatus.UPCOMING,
        )

    @property
    def promoted(self) -> bool:
        """True of a number that pages say to call: it is to be trusted, and for repairs. A checked fax is not."""
        return self.trusted and self.to_call


def is_to_call(claim: Hotline) -> bool:
    return claim.channel == Channel.PHONE and claim.contact_type not in NOT_FOR_REPAIRS


# The same, in a query.
TO_CALL = Q(channel=Channel.PHONE) & ~Q(contact_type__in=NOT_FOR_REPAIRS)


def promotes(calls: Iterable[Call]) -> bool:
    """True when one of the numbers is to be called: the page that shows them may be found by engines."""
    return any(call.promoted for call in calls)


def to_call_first(calls: Iterable[Call]) -> list[Call]:
    """In the order in which pages show them: what somebody with something to repair calls, then the rest; of each the best."""
    return sorted(calls, key=lambda call: (not call.to_call, call.hotline.status_rank))


def calls_of(
    service_ids: Iterable[int],
    on: datetime.date | None = None,
    *,
    ended: bool = False,
    served: Mapping[int, Served] | None = None,
) -> dict[int, list[Call]]:
    """The claims of some services that hold on the day (with those that ended, if asked), the best first.

    `served`: where the lists of services serve, as far as they are at hand: their local numbers are held against it.
    One query.
    """
    on = on or today()
    wanted = set(service_ids)
    if not wanted:
        return {}
    loaded = Claims.among(_claims(wanted, on, ended), on)
    mine = [
        claim
        for claim in loaded.claims
        if claim.service_id in wanted
        and claim.status != HotlineStatus.UPCOMING
        and (ended or claim.status != HotlineStatus.ENDED)
    ]
    return _by_service(_calls(mine, loaded, served or {}))


@standing
def _claims(services: Collection[int], on: datetime.date, ended: bool) -> QuerySet[Hotline]:
    theirs = Hotline.objects.filter(service__in=services)
    if not ended:
        theirs = theirs.current(on)
    return claims_about(theirs.order_by().values("number"), on)


def calls_from(source: Source, on: datetime.date | None = None) -> list[Call]:
    """The claims that a source bears, the best first. One query."""
    on = on or today()
    theirs = Hotline.objects.filter(source=source).order_by().values("number")
    loaded = Claims.among(claims_about(theirs, on), on)
    return _calls([claim for claim in loaded.claims if claim.source_id == source.pk], loaded, {})


def calls_about(answer: NumberAnswer) -> list[Call]:
    """The claims of an answer about one number, ended ones too. No query: signals stand with the number there."""
    return [
        Call(
            claim,
            [],
            _others(claim, answer.confirmed),
            _reported(claim),
            _instead(claim, answer.on),
        )
        for claim in answer.claims
    ]


def _instead(claim: Hotline, on: datetime.date) -> Hotline | None:
    other = claim.replacement
    return other if isinstance(other, Hotline) and in_force(other, on) else None


def _others(claim: Hotline, confirmed: dict[int, list[Hotline]]) -> list[Hotline]:
    """The brand's verified claims on other numbers, where this one is not to be trusted: to call, or for the same as it."""
    if claim.status in TRUSTED:
        return []
    use = (claim.channel, claim.contact_type)
    return [
        other
        for other in confirmed.get(claim.service.brand_id, [])
        if other.number_id != claim.number_id
        and (is_to_call(other) or (other.channel, other.contact_type) == use)
    ]


def _calls(claims: list[Hotline], loaded: Claims, served: Mapping[int, Served]) -> list[Call]:
    return to_call_first(_call(claim, loaded, served.get(claim.service_id)) for claim in claims)


def _call(claim: Hotline, loaded: Claims, served: Served | None) -> Call:
    about = {claim.number.key, claim.key}
    signals = [*loaded.number_signals(claim.number_id), *loaded.claim_signals(claim)]
    if served and in_force(claim, loaded.on):
        signals += rings_elsewhere(claim, served)
    return Call(
        claim,
        [
            signal
            for signal in signals
            if not signal.silenced_by and signal.subject.key in about and signal.code not in _SAID_OTHERWISE
        ],
        _others(claim, loaded.confirmed),
        _reported(claim),
        _instead(claim, loaded.on),
    )


def _by_service(calls: list[Call]) -> dict[int, list[Call]]:
    found: dict[int, list[Call]] = defaultdict(list)
    for call in calls:
        found[call.hotline.service_id].append(call)
    return found


def _reported(claim: Hotline) -> list[str]:
    """The reasons of the open reports about a claim, in words."""
    given = set((claim.reports_reasons or "").split(","))
    return [str(reason.label) for reason in DisputeReason if reason in given]
