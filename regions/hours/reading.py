"""Texts of opening hours → a schedule, or the reason why not: `周一至周五 8:30-17:30，节假日休息`, `24小时`, `Mon-Fri 9am-6pm`.

Nothing is guessed: a text of which any piece is not understood, or that may be meant in two ways, is no schedule.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from regions.said import Said
from regions.said import said as _

from .agreement import agreed
from .items import Item, Unclear, asides_last, items_of
from .schedule import AS_USUAL, CALENDAR, CLOSED, HOLIDAY, Schedule, Span
from .words import Kind, NotUnderstood, fold, words_of

MAX_TEXT = 500
WEEK = frozenset(range(1, 8))


class Reading(NamedTuple):
    """The schedule of a text, or None and why not."""

    schedule: Schedule | None
    reason: Said | None = None


@lru_cache(maxsize=8_192)
def read_hours(text: str) -> Reading:
    """The schedule that a text says."""
    if len(text) > MAX_TEXT:
        return Reading(None, _("It is too long to be opening hours."))
    try:
        items = items_of(words_of(fold(text)))
        if not items:
            raise Unclear(_("It names no hours."))
        return Reading(_Meaning(asides_last(items)).schedule())
    except NotUnderstood as error:
        return Reading(None, _("“%(piece)s” is not understood.", piece=error.args[0][:40]))
    except Unclear as error:
        return Reading(None, error.args[0])


@dataclass
class _Meaning:
    """What the items say together, gathered from left to right."""

    items: list[Item]
    hours: dict[int, tuple[Span, ...]] = field(default_factory=dict)
    dated: dict[date, tuple[Span, ...]] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    usual: set[int] = field(default_factory=set)
    rest: tuple[Span, ...] = ()  # hours without days: those of the days that nothing else is said of
    around: bool = False  # they are 24 hours
    every: bool = False  # "every day" or "all year"
    all_year: bool = False  # "all year"
    appointment: bool = False

    def schedule(self) -> Schedule:
        at = 0
        while at < len(self.items):
            at = self._clause(at)
        return self._put_together()

    def _clause(self, at: int) -> int:
        kind = self.items[at].kind
        if kind in (Kind.DAYS, Kind.EVERY, Kind.DATE):
            return self._days(at)
        self.all_year = self.all_year or kind == Kind.ALL_YEAR
        if kind in (Kind.TIME, Kind.AROUND):
            return self._hours_first(at)
        if kind == Kind.EXCEPT:
            return self._except(at)
        if kind in (Kind.USUAL, Kind.ALL_YEAR):
            self.every = True
        elif kind == Kind.APPOINTMENT:
            self.appointment = True
        elif kind == Kind.INCLUDING:
            if self._kind(at + 1) != Kind.DAYS:
                raise Unclear(_("It names no hours."))
            self.usual |= self.items[at + 1].days
            return at + 2
        else:
            return self._closed_on(at)
        return at + 1

    def _closed_on(self, at: int) -> int:
        """closed on Sundays; 双休 names its days itself."""
        days = self.items[at].days
        if not days and self._kind(at + 1) == Kind.DAYS and not self.items[at + 1].stopped:
            at += 1
            days = self.items[at].days
        if not days:
            raise Unclear(_("It is closed, but it does not say on which days."))
        self.closed |= days
        return at + 1

    def _days(self, at: int) -> int:
        """Days and what is said of them behind."""
        named = [at]
        while self._kind(named[-1] + 1) in (Kind.DAYS, Kind.DATE):
            named.append(named[-1] + 1)
        at = named[-1] + 1
        items = [self.items[each] for each in named]
        days = frozenset().union(*(item.days for item in items))
        dates = [day for item in items for day in item.dates]
        every = items[0].kind == Kind.EVERY
        if every and (days or self._kind(at) not in (Kind.TIME, Kind.AROUND)):
            raise Unclear(_("It names no hours."))
        kind = self._kind(at)
        if kind in (Kind.TIME, Kind.AROUND):
            spans, at = self._spans(at)
            if every:
                self.every = True
                self._set_rest(spans, kind == Kind.AROUND)
            self._assign(days, dates, spans)
            return at
        if kind == Kind.CLOSED or kind == Kind.EXCEPT:
            self.closed |= days | self.items[at].days
            self._assign((), dates, ())
        elif kind in (Kind.USUAL, Kind.ALL_YEAR) and not dates:
            self.usual |= days
            self.all_year = self.all_year or kind == Kind.ALL_YEAR
        elif kind == Kind.APPOINTMENT:
            raise Unclear(_("It is by appointment on some days only."))
        else:
            raise Unclear(_("It names days without their hours."))
        return at + 1

    def _hours_first(self, at: int) -> int:
        """Hours with no days before them: of the days right behind them, or of all that nothing else is said of."""
        around = self._kind(at) == Kind.AROUND
        spans, at = self._spans(at)
        behind = self.items[at] if at < len(self.items) else None
        if behind and behind.kind in (Kind.DAYS, Kind.EVERY) and not behind.stopped:
            after = self.items[at + 1] if at + 1 < len(self.items) else None
            if after is None or after.stopped:
                if behind.kind == Kind.EVERY:
                    self.every = True
                    self._set_rest(spans, around)
                self._assign(behind.days, (), spans)
                return at + 1
        self._set_rest(spans, around)
        return at

    def _except(self, at: int) -> int:
        """除周日外: days that are left out."""
        if self._kind(at + 1) != Kind.DAYS:
            raise Unclear(_("It does not say on which days it is closed."))
        self.closed |= self.items[at + 1].days
        return at + (3 if self._kind(at + 2) == Kind.EXCEPT else 2)

    def _kind(self, at: int) -> Kind | None:
        return self.items[at].kind if at < len(self.items) else None

    def _spans(self, at: int) -> tuple[tuple[Span, ...], int]:
        """All spans of the same days: 8:30-12:00，13:30-17:30."""
        spans: tuple[Span, ...] = ()
        while self._kind(at) in (Kind.TIME, Kind.AROUND):
            for span in self.items[at].spans:
                if spans and span.opens < spans[-1].closes:  # before they are sorted
                    raise Unclear(_("Its hours overlap or go backwards."))
                spans += (span,)
            at += 1
        return spans, at

    def _set_rest(self, spans: tuple[Span, ...], around: bool) -> None:
        if self.rest:
            raise Unclear(_("It gives hours twice without saying for which days."))
        self.rest, self.around = spans, around

    def _assign(self, days: Iterable[int], dates: Iterable[date], spans: tuple[Span, ...]) -> None:
        books: tuple[tuple[dict, Iterable], ...] = ((self.hours, days), (self.dated, dates))
        for book, names in books:
            for name in names:
                if name in book:
                    raise Unclear(_("It says two things about the same day."))
                book[name] = spans

    def _put_together(self) -> Schedule:
        if self.closed & (self.hours.keys() | self.usual):
            raise Unclear(_("It says two things about the same day."))
        if self.all_year and self.closed:
            raise Unclear(_("It is open all year, and closed on some days."))
        said = (self.hours.keys() | self.closed | self.usual) & WEEK
        rest_of = WEEK - self.hours.keys() - self.closed
        always = self.around and not said
        if self.rest and not always:
            if not said and not self.every:
                raise Unclear(_("It does not say on which days."))
            self.hours |= dict.fromkeys(rest_of, self.rest)
        covered = always or self.hours.keys() >= WEEK
        if self.every and (self.closed & WEEK or (self.hours and not covered)) and not self.rest:
            raise Unclear(_("It is open all year, but it does not give the hours of every day."))
        if self.usual & WEEK and not always and not self.usual & WEEK <= self.hours.keys():
            raise Unclear(_("It names days without their hours."))
        if not (self.hours or self.dated or always or self.appointment or self.every):
            raise Unclear(_("It names no hours."))
        found = Schedule(
            weekly=dict(sorted(self.hours.items())),
            dated=dict(sorted(self.dated.items())),
            always=always,
            on_holidays=self._on_holidays(),
            by_appointment=self.appointment,
        )
        return agreed(found)

    def _on_holidays(self) -> str:
        if HOLIDAY in self.closed:
            return CLOSED
        if HOLIDAY in self.usual or (self.every and HOLIDAY not in self.hours):
            return AS_USUAL
        return CALENDAR
