"""Tables that lie on their side, their places in a row and what is said of them below, and rows of a place and an answer without a head."""

from itertools import islice

from .columns import LEVEL, PLACES, READ, is_place, role_of
from .reading import Places
from .senses import NOT_SERVED, NOT_YET, SERVED, answer_of
from .tables import Cell, Table

_OVER_PLACES, _OVER_ANSWERS = "城市", "状态"
_MOST = 40  # columns of a table that lies on its side; more is another kind of text
_ANSWERS = (SERVED, NOT_SERVED, NOT_YET)


def set_upright(table: Table, places: Places) -> None:
    """Give each place a row of its own: 城市 | 武汉 | 长沙 above 是否开通 | 是 | 否."""
    if table.turned or not _lies(table, places):
        return
    for row in table.rows:
        if role_of(row[0].text) not in (LEVEL, PLACES) and _names(row[1], places):
            row[0] = Cell(_OVER_PLACES)
    table.rows = [list(column) for column in zip(*table.rows, strict=True)]
    table.turned = True


def _lies(table: Table, places: Places) -> bool:
    if len(table.rows) < 2 or not 2 < len(table.rows[0]) <= _MOST or is_place(table.rows[0][0], places):
        return False
    named = [row for row in islice(table.rows, _MOST) if _names(row[1], places)]
    if not named or len(named) == len(table.rows):
        return False
    several = len(named) > 1
    for row in table.rows:
        said = [_names(cell, places) for cell in row[1:] if cell.text]
        if is_place(row[0], places) or (several and row in named and role_of(row[0].text) != LEVEL):
            return False
        if row in named and not (all(said) and len(said) > 1):
            return False
        if row not in named and (any(said) or not row[0].text):
            return False
    return True


def _names(cell: Cell, places: Places) -> bool:
    """Whether a cell names a place, be it one of two: 长沙."""
    found = places.resolve(cell.text) if cell.text else None
    return found is not None and found.status in READ and not found.rest


def with_a_head(table: Table, places: Places) -> Table:
    """武汉市,停业 above 长沙市,正常: a place and an answer in each row, below the head that nobody wrote."""
    columns = list(zip(*table.rows, strict=True))
    answers = [
        at for at, column in enumerate(columns) if all(answer_of(cell.text) in _ANSWERS for cell in column)
    ]
    if answers != [1] or not all(is_place(cell, places) for cell in columns[0]):
        return table
    head = [Cell(_OVER_PLACES), Cell(_OVER_ANSWERS), *(Cell() for _ in columns[2:])]
    return Table([head, *table.rows], table.first, table.last, table.form, table.title)
