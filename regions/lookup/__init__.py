"""Every read question of the directory, asked the same way by API, admin, pages and commands."""

from .coverage import Answer, Filters, who_covers
from .names import find_by_text, regions_meant
from .places import Place, Successor, find_by_code, successors_of

__all__ = [
    "Answer",
    "Filters",
    "Place",
    "Successor",
    "find_by_code",
    "find_by_text",
    "regions_meant",
    "successors_of",
    "who_covers",
]
