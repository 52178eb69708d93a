"""Stretches of days, half-open: the one place where two are compared, in Python and in SQL. Pure Python.

>>> jan, feb, mar = (datetime.date(2026, month, 1) for month in (1, 2, 3))
>>> Period(jan, feb).meets(Period(feb, mar)), Period(jan, None).meets(Period(feb, mar))
(False, True)
"""

import datetime
from typing import NamedTuple, Protocol

# For SQL, where an end that is not set is later than any other.
FOREVER = "'9999-12-31'"


class Dated(Protocol):
    """A record that holds from one day until before another; None is open."""

    @property
    def valid_from(self) -> datetime.date | None: ...

    @property
    def valid_to(self) -> datetime.date | None: ...


class Period(NamedTuple):
    """From `begin` until before `end`; None is open."""

    begin: datetime.date | None
    end: datetime.date | None

    @classmethod
    def of(cls, record: Dated) -> "Period":
        return cls(record.valid_from, record.valid_to)

    @property
    def _days(self) -> tuple[datetime.date, datetime.date]:
        return self.begin or datetime.date.min, self.end or datetime.date.max

    def meets(self, other: "Period") -> bool:
        """True when both hold on some day."""
        (begin, end), (other_begin, other_end) = self._days, other._days
        return begin < other_end and other_begin < end

    def covers(self, other: "Period") -> bool:
        """True when this holds on every day on which the other does."""
        (begin, end), (other_begin, other_end) = self._days, other._days
        return begin <= other_begin and other_end <= end

    def holds(self, day: datetime.date) -> bool:
        begin, end = self._days
        return begin <= day < end

    def since(self, day: datetime.date) -> "Period":
        """What is left of it from a day on."""
        return Period(max(day, self._days[0]), self.end)

    def touches_past(self, other: "Period", day: datetime.date) -> bool:
        """True when the two differ in a day before the given one."""
        (begin, end), (other_begin, other_end) = self._days, other._days
        earlier_begin, earlier_end = min(begin, other_begin), min(end, other_end)
        return (begin != other_begin and earlier_begin < day) or (end != other_end and earlier_end < day)


def end_sql(end: str) -> str:
    """An end that may be NULL, for the comparisons below."""
    return f"COALESCE({end}, {FOREVER})"


def meets_sql(begin: str, end: str, other_begin: str, other_end: str) -> str:
    """`Period.meets` of SQL expressions that are never NULL."""
    return f"{begin} < {other_end} AND {end} > {other_begin}"


def holds_sql(begin: str, end: str, day: str) -> str:
    """`Period.holds` of SQL expressions that are never NULL."""
    return f"{begin} <= {day} AND {end} > {day}"
