"""Tables and texts in files, and their cells: read and written in one way by commands, admin and API. Pure Python.

Files come from outsiders. `read_rows` looks at what is inside before it reads, and stops at the limits it is given.
"""

from .cells import cell_text, escape, read_day, unescape
from .decoding import decode, kind_of, open_text
from .limits import LONG, TYPED, UPLOAD, Limits, Unreadable
from .packed import swollen
from .reading import read_rows
from .writing import csv_bytes, csv_parts, xlsx_bytes

__all__ = [
    "LONG",
    "TYPED",
    "UPLOAD",
    "Limits",
    "Unreadable",
    "cell_text",
    "csv_bytes",
    "csv_parts",
    "decode",
    "escape",
    "kind_of",
    "open_text",
    "read_day",
    "read_rows",
    "swollen",
    "unescape",
    "xlsx_bytes",
]
