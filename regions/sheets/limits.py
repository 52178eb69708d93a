"""How much of a file is read, and what is said about one that cannot be read."""

from dataclasses import dataclass, replace


class Unreadable(ValueError):
    """A file that is not taken. The first argument is a sentence with the cure; `wording.in_words` translates it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may hold. Rows and columns are counted with the empty ones."""

    bytes: int
    rows: int
    empty_rows: int
    columns: int
    text: int  # characters of all cells together
    seconds: float  # of reading alone
    unpacked: int  # bytes of a workbook's parts
    marks: int  # "<" and "=" in a workbook's parts: elements, their ends, attributes
    row_marks: int  # the same in one row
    other_marks: int  # the same in what is neither a row nor a text of cells: the library builds it whole
    cell: int = 32_767  # a spreadsheet's own limit


# What anybody with a browser may send.
UPLOAD = Limits(
    bytes=5_000_000,
    rows=2_000,
    empty_rows=10_000,
    columns=200,
    text=10_000_000,
    seconds=10,
    unpacked=30_000_000,
    marks=700_000,
    row_marks=9_000,
    other_marks=120_000,
)
# A table that is compared in sets, row by row no dearer than reading it.
LONG = replace(UPLOAD, rows=60_000, seconds=20, unpacked=60_000_000, marks=3_500_000)
# What somebody with a shell names on a command line.
TYPED = Limits(
    bytes=2_000_000_000,
    rows=20_000_000,
    empty_rows=50_000,
    columns=200,
    text=4_000_000_000,
    seconds=1_800,
    unpacked=400_000_000,
    marks=35_000_000,
    row_marks=35_000,
    other_marks=4_000_000,
)
# Parts of more than so many bytes must not unpack to more than so many times their size.
RATIO_FROM = 1_000_000
RATIO = 100
PARTS = 1_000
