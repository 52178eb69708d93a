"""Store tables: rows of name, address, telephone and hours, held against the outlets of a service and brought in.

A row is the outlet of the brand with that name at that address, or a new one. What needs a person stands open with its
reason: an address that may lie in several divisions, a number that another brand claims. A division that somebody chose
for an outlet on file, or names in a column of the table, decides the address. Names of persons are not kept.
"""

from collections.abc import Iterable

from regions.models import Service, Source

from .applying import apply
from .comparing import check_codes, compare, place
from .reading import Cells, Draft, Number, Progress, Row, as_text, is_store_table, read, rows_of

__all__ = [
    "Cells",
    "Draft",
    "Number",
    "Row",
    "apply",
    "as_text",
    "check_codes",
    "compare",
    "draft",
    "is_store_table",
    "place",
    "read",
    "rows_of",
]


def draft(
    service: Service,
    source: Source | None,
    table: Iterable[Cells],
    progress: Progress = iter,
    accept_claimed: bool = False,
) -> Draft:
    """Read a table, its header first, and hold it against what is on file. Writes nothing. Raises ValidationError.

    `accept_claimed`: a number that another brand claims is accepted.
    """
    made = Draft(service, source)
    read(made, table, progress)
    check_codes(made)
    place(made, progress)
    compare(made, accept_claimed)
    return made
