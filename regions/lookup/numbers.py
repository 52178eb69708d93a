"""Whose number is this? Every claim on a number, with its evidence; never a verdict about anybody.

A number that nobody claims is answered as such: that is all the directory knows about it. *Well-formed* says that
the digits have a shape the numbering plan knows, nothing more.
"""

import datetime
import re
from dataclasses import dataclass, field, replace

from regions.models import Dispute, Hotline, PhoneNumber, Region
from regions.models.base import today
from regions.models.hotline import Line
from regions.phones import Number, NumberError, display, every_number, find_numbers, parse_number
from regions.phones.areas import area_of
from regions.signals import Claims, Signals, of_numbers
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


def rings_in(canonical: str) -> list[Region]:
    """The divisions of today with the area code of a fixed-line number; none for other numbers, without a query."""
    codes = area_of(canonical)
    return list(Region.objects.open().filter(code__in=codes).order_by("code")) if codes else []


def whose_number(text: str, on: datetime.date | None = None) -> NumberAnswer:
    """Everything on file about the one number in `text`, in any spelling, on a day (today when not given).

    Costs the same number of queries for one claim and for fifty.
    """
    return _answers([text], on or today())[0]


def _answers(texts: list[str], on: datetime.date) -> list[NumberAnswer]:
    """The answers about some numbers. As many queries as for one."""
    answers = []
    for text in texts:
        reading, reason = _read(text)
        answers.append(NumberAnswer(text, on, reading, reason))
    # Digits that are on file are found even where the numbering plan knows no such number.
    wanted = [answer.canonical or answer.text.strip() for answer in answers]
    digits = [each for each in wanted if _digits.fullmatch(each)]
    rows = PhoneNumber.objects.select_related("region").filter(canonical__in=digits) if digits else ()
    known = {number.canonical: number for number in rows}
    if not known:
        return answers
    loaded = Claims.load([number.pk for number in known.values()], on)
    disputes = _open_disputes(loaded.claims, on)
    signals = of_numbers(loaded, known.values())
    return [
        replace(
            answer,
            number=number,
            claims=loaded.by_number.get(number.pk, []),
            confirmed=loaded.confirmed,
            disputes=disputes,
            signals=signals[number.pk],
        )
        if (number := known.get(canonical))
        else answer
        for answer, canonical in zip(answers, wanted, strict=True)
    ]


def _open_disputes(claims: list[Hotline], on: datetime.date) -> dict[int, list[Dispute]]:
    """The open reports about some claims, by claim; no query where there is none."""
    reported = [claim for claim in claims if claim.reports_open]
    if not reported:
        return {}
    lines = {
        "service__in": {claim.service_id for claim in reported},
        "number__in": {claim.number_id for claim in reported},
    }
    theirs = Hotline.objects.filter(**lines)
    standing = Dispute.objects.standing(on).filter(hotline__in=theirs).select_related("hotline")
    by_line: dict[Line, list[Dispute]] = {}
    for dispute in standing.order_by("opened_at", "id"):
        if dispute.hotline is not None:
            by_line.setdefault(dispute.hotline.line, []).append(dispute)
    return {claim.pk: by_line.get(claim.line, []) for claim in reported}


# A pasted advert names a few numbers; more than this is a list, not a question.
MAX_NUMBERS = 10


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention in a pasted text that is no number to ask about: as written, with the reason."""

    raw: str
    reason: str


@dataclass(frozen=True, slots=True)
class TextAnswer:
    """Whose are the numbers of a text: each of them once, in the order in which they stand there.

    `unread` are the mentions that are no number (digits hidden, an area code missing), with the reason. `left_out`
    counts the numbers beyond the first `MAX_NUMBERS`.
    """

    answers: list[NumberAnswer]
    unread: list[Mention]
    left_out: int = 0


def whose_numbers(text: str, on: datetime.date | None = None) -> TextAnswer:
    """Everything on file about every number in a text: one number in any spelling, or a pasted advert."""
    found = every_number(text) or find_numbers(text, expected=True)
    distinct = list({number.canonical: number for number in reversed(found) if number.canonical}.values())[
        ::-1
    ]
    unread = {
        number.raw: Mention(number.raw, in_words(number.reason)) for number in found if not number.canonical
    }
    if not distinct:
        answer = whose_number(text, on)  # digits on file that the numbering plan does not know
        return TextAnswer([answer] if answer.canonical else [], list(unread.values()))
    answers = _answers([number.canonical for number in distinct[:MAX_NUMBERS]], on or today())
    return TextAnswer(answers, list(unread.values()), len(distinct) - len(answers))


def _read(text: str) -> tuple[Number | None, str]:
    """The number in a text, and what is wrong with it."""
    try:
        reading = parse_number(text)
    except NumberError as error:
        return None, in_words(error)
    return reading, in_words(reading.reason)
