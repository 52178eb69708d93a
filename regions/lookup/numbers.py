"""Whose number is this? Every claim on a number, with its evidence; never a verdict about anybody.

A number that nobody claims is answered as such: that is all the directory knows about it. *Well-formed* says that
the digits have a shape the numbering plan knows, nothing more.
"""

import datetime
import re
from dataclasses import dataclass, field

from regions.choices import DisputeState
from regions.models import Dispute, Hotline, PhoneNumber
from regions.models.base import today
from regions.phones import Number, NumberError, display, parse_number
from regions.signals import Claims, Signals, of_number
from regions.wording import in_words

_digits = re.compile(r"\+?[0-9]{3,20}")


@dataclass(frozen=True, slots=True)
class NumberAnswer:
    """What is on file about a number.

    `reading` is how the text was read; None, with the `reason`, where it is no telephone number. `number` is None
    and `claims` empty where nobody on file claims it. `claims` are ordered verified first, disputed last; `ended`
    ones stand among them with their last day. `confirmed` holds, by brand key, the brand's verified claims on the
    day, whatever their number. `disputes` are the open ones, by claim key.
    """

    text: str
    on: datetime.date
    reading: Number | None
    reason: str = ""
    number: PhoneNumber | None = None
    claims: list[Hotline] = field(default_factory=list)
    confirmed: dict[int, list[Hotline]] = field(default_factory=dict)
    disputes: dict[int, list[Dispute]] = field(default_factory=dict)
    signals: Signals = field(default_factory=Signals)

    @property
    def canonical(self) -> str:
        if self.number is not None:
            return self.number.canonical
        return self.reading.canonical if self.reading else ""

    @property
    def well_formed(self) -> bool:
        return self.reading is not None and self.reading.well_formed

    @property
    def display(self) -> str:
        return display(self.canonical) if self.canonical else ""


def whose_number(text: str, on: datetime.date | None = None) -> NumberAnswer:
    """Everything on file about the one number in `text`, in any spelling, on a day (today when not given).

    Costs the same number of queries for one claim and for fifty.
    """
    on = on or today()
    reading, reason = _read(text)
    # Digits that are on file are found even where the numbering plan knows no such number.
    canonical = reading.canonical if reading else text.strip()
    known = PhoneNumber.objects.select_related("region").filter(canonical=canonical)
    number = known.first() if _digits.fullmatch(canonical) else None
    if number is None:
        return NumberAnswer(text, on, reading, reason)
    loaded = Claims.load([number], on)
    disputes: dict[int, list[Dispute]] = {}
    open_on_day = Dispute.objects.filter(
        hotline__in=[claim.pk for claim in loaded.claims],
        state=DisputeState.OPEN,
        opened_at__date__lte=on,
    )
    for dispute in open_on_day.order_by("opened_at", "id"):
        disputes.setdefault(dispute.hotline_id, []).append(dispute)
    return NumberAnswer(
        text,
        on,
        reading,
        reason,
        number,
        loaded.claims,
        loaded.confirmed,
        disputes,
        of_number(loaded, number),
    )


def _read(text: str) -> tuple[Number | None, str]:
    """The number in a text, and what is wrong with it."""
    try:
        reading = parse_number(text)
    except NumberError as error:
        return None, in_words(str(error))
    return reading, in_words(reading.reason)
