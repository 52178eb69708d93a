"""Words → items: 周一 至 周五 is one set of days, 8:30 - 17:30 one span. What may be meant in two ways is refused."""

from datetime import date
from typing import NamedTuple

from regions.said import said as _

from .schedule import ALL_DAY, HOLIDAY, MINUTES_OF_DAY, Span
from .words import Kind, NotUnderstood, Word, run_of_days

_MIDDAY, _EARLY = 12 * 60, 5 * 60
# Nothing that runs over midnight without the word for it is longer: 10:00-09:30 is a slip, 08:00-02:00 is not.
LONGEST_NIGHT = 18 * 60


class Unclear(ValueError):
    """The text does not say one thing; the first argument is a sentence."""


class Item(NamedTuple):
    kind: Kind
    stopped: bool  # a comma or more stands before it
    days: frozenset[int] = frozenset()
    dates: tuple[date, ...] = ()
    spans: tuple[Span, ...] = ()
    bracket: bool = False  # an opening bracket stands before it


def items_of(words: list[Word]) -> list[Item]:
    """Days and times put together: 周一 至 周五 is one item, 8:30 - 17:30 is one."""
    found: list[Item] = []
    at, stopped, bracket = 0, False, False
    while at < len(words):
        word = words[at]
        if word.kind in (Kind.BREAK, Kind.NEAR):
            bracket = word.kind == Kind.NEAR and word.text in "([【「"
            stopped = stopped or not bracket
            at += 1
            continue
        if word.kind == Kind.AND:
            if not found or at + 1 == len(words):
                raise NotUnderstood(word.text)
            at += 1
            continue
        if word.kind == Kind.DAYS:
            days, at = _days(words, at)
            found.append(Item(Kind.DAYS, stopped, days=days))
        elif word.kind == Kind.DATE:
            dates, at = _dates(words, at)
            found.append(Item(Kind.DATE, stopped, dates=dates))
        elif word.kind == Kind.TIME:
            span, at = _span(words, at)
            kind = Kind.AROUND if (span,) == ALL_DAY else Kind.TIME
            found.append(Item(kind, stopped, spans=(span,)))
        elif word.kind == Kind.SEASON:
            raise Unclear(
                _("It gives hours of a part of the year (%(word)s): these are kept as text.", word=word.text)
            )
        elif word.kind in (Kind.TO, Kind.NEXT):
            raise NotUnderstood(word.text)
        else:
            spans = ALL_DAY if word.kind == Kind.AROUND else ()
            found.append(Item(word.kind, stopped, days=word.days, spans=spans))
            at += 1
        found[-1] = found[-1]._replace(bracket=bracket)
        stopped = bracket = False
    return found


def asides_last(items: list[Item]) -> list[Item]:
    """What a bracket says of other days comes after the rest: 周一至周日（节假日除外）8:30-17:30."""
    main: list[Item] = []
    asides: list[Item] = []
    at = 0
    while at < len(items):
        kinds = [item.kind for item in items[at : at + 2]]
        aside = len(kinds) == 2 and (
            (kinds[0] == Kind.DAYS and kinds[1] in (Kind.EXCEPT, Kind.CLOSED, Kind.USUAL))
            or (kinds[0] in (Kind.INCLUDING, Kind.EXCEPT, Kind.CLOSED) and kinds[1] == Kind.DAYS)
        )
        if items[at].bracket and aside:
            asides += [items[at]._replace(stopped=True), items[at + 1]]
            at += 2
        else:
            main.append(items[at])
            at += 1
    return main + asides


def _kind_at(words: list[Word], at: int) -> Kind | None:
    return words[at].kind if at < len(words) else None


def _days(words: list[Word], at: int) -> tuple[frozenset[int], int]:
    """Days with all that are joined to them: 周六、周日及节假日."""
    days: frozenset[int] = frozenset()
    while True:
        own = words[at].days
        at += 1
        if _kind_at(words, at) == Kind.TO and _kind_at(words, at + 1) == Kind.DAYS:
            last = words[at + 1].days
            if len(own) != 1 or len(last) != 1 or HOLIDAY in own | last:
                raise NotUnderstood(words[at].text)
            own, at = run_of_days(*own, *last), at + 2
        days |= own
        if _kind_at(words, at) == Kind.AND and _kind_at(words, at + 1) == Kind.DAYS:
            at += 1
        elif _kind_at(words, at) != Kind.DAYS:
            return days, at


def _dates(words: list[Word], at: int) -> tuple[tuple[date, ...], int]:
    first = last = _date(words[at].text)
    at += 1
    if _kind_at(words, at) == Kind.TO and _kind_at(words, at + 1) == Kind.DATE:
        last, at = _date(words[at + 1].text), at + 2
    count = last.toordinal() - first.toordinal() + 1
    if not 0 < count <= 100:
        raise Unclear(_("Its days end before they begin, or they are more than a hundred."))
    return tuple(date.fromordinal(first.toordinal() + step) for step in range(count)), at


def _date(text: str) -> date:
    digits = "".join(char if char.isdigit() else " " for char in text).split()
    try:
        return date(*map(int, digits))
    except ValueError:
        raise NotUnderstood(text) from None


def _span(words: list[Word], at: int) -> tuple[Span, int]:
    """From one time to another. Raises where it may be meant in two ways."""
    begin = words[at]
    at += 1
    if _kind_at(words, at) == Kind.TO:
        at += 1
    elif not (begin.half == "am" and _kind_at(words, at) == Kind.TIME and words[at].half == "pm"):
        raise NotUnderstood(begin.text)  # 早8晚8 needs no word between
    next_day = _kind_at(words, at) == Kind.NEXT
    at += next_day
    if _kind_at(words, at) != Kind.TIME:
        raise NotUnderstood(begin.text)
    end = words[at]
    if begin.bare and end.bare:
        raise NotUnderstood(begin.text)
    return Span(begin.minute, _closing(begin, end, next_day)), at + 1


def _closing(begin: Word, end: Word, next_day: bool) -> int:
    """The minute at which it closes; after 1440 on the next day."""
    opens, closes = begin.minute, last_minute(end.minute)
    if opens >= MINUTES_OF_DAY:
        raise Unclear(_("It opens at the end of the day."))
    if begin.half == "" and 0 < opens < _EARLY and not begin.certain:
        raise Unclear(_("“%(time)s” may be in the morning or in the afternoon.", time=begin.text))
    if next_day:
        closes += MINUTES_OF_DAY
        if closes > opens + MINUTES_OF_DAY:
            raise Unclear(_("It is open for more than 24 hours."))
        return closes
    if closes == opens and begin.certain and end.certain:
        raise Unclear(_("It opens and closes at the same time: 24 hours, or not at all?"))
    if closes < opens and end.half == "am":
        closes += MINUTES_OF_DAY
    elif closes <= opens:
        later = closes + _MIDDAY
        if begin.half == "pm" and not end.certain and opens < later <= MINUTES_OF_DAY:
            return later
        if not end.certain and later > opens:
            raise Unclear(_("“%(time)s” may be in the morning or in the afternoon.", time=end.text))
        if begin.bare or not begin.certain:
            raise Unclear(_("It closes before it opens."))
        closes += MINUTES_OF_DAY
    if closes > MINUTES_OF_DAY and closes - opens > LONGEST_NIGHT:
        raise Unclear(_("It closes before it opens."))
    return closes


def last_minute(closes: int) -> int:
    """Who writes 23:59 means the end of the day."""
    return MINUTES_OF_DAY if closes == MINUTES_OF_DAY - 1 else closes
