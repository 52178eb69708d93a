"""Every read question of the directory, asked the same way by API, admin, pages and commands."""

from .coverage import Answer, Filters, decide, who_covers
from .names import find_by_text, regions_meant
from .places import BadCode, Place, Successor, find_by_code, successors_of, trim_code

__all__ = [
    "Answer",
    "BadCode",
    "Filters",
    "Place",
    "Successor",
    "decide",
    "find_by_code",
    "find_by_text",
    "regions_meant",
    "successors_of",
    "trim_code",
    "who_covers",
]
