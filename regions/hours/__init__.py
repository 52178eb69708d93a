"""Opening hours: what a schedule says of a minute, and the texts in which people write one. Pure Python; Asia/Shanghai."""

from .holidays import KNOWN_FROM, KNOWN_UNTIL
from .reading import Reading, read_hours
from .schedule import ALL_DAY, HOLIDAY, MINUTES_OF_DAY, Now, Schedule, Span, State, span_of
from .writing import clock, write_hours

__all__ = [
    "ALL_DAY",
    "HOLIDAY",
    "KNOWN_FROM",
    "KNOWN_UNTIL",
    "MINUTES_OF_DAY",
    "Now",
    "Reading",
    "Schedule",
    "Span",
    "State",
    "clock",
    "read_hours",
    "span_of",
    "write_hours",
]
