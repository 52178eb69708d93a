"""Standing questions: a statement that Django puts together once a process, and that is asked again with other values.

Putting a large statement together takes Django ten times as long as it takes a database to answer it for one place.
"""

import copy
import datetime
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache, wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

Given = ParamSpec("Given")
Record = TypeVar("Record", bound=Model)

# Of one question so many statements are kept: one for every form of what is asked with (`_form`).
_KEPT = 32
# With more values than that it is put together anew: reading what it finds takes longer by then.
_MOST = 1_000
# Several values are filled up to so many, or twice, four times as many, …: a page of three asks the statement of a page of five.
_SEVERAL = 8


def standing(build: Callable[Given, QuerySet[Record]]) -> Callable[Given, list[Record]]:
    """The rows of a question that is asked often. `build` is called once for each form of what it is given.

    Numbers, texts and days, collections and named tuples of them, may differ from question to question: `build` may do
    nothing with them but hand them on as they are, and may not look at the clock. None, True and False are part of the
    statement, and so is whether a collection is empty.
    """
    written = lru_cache(_KEPT)(lambda form: _write(build, form))

    @wraps(build)
    def ask(*args: Given.args, **kwargs: Given.kwargs) -> list[Record]:
        values: list[Any] = []
        form = tuple((name, _form(given, values)) for name, given in (*enumerate(args), *kwargs.items()))
        return written(form).rows(values) if len(values) <= _MOST else list(build(*args, **kwargs))

    return ask


class _Kind(NamedTuple):
    """A value that may differ, or `several` of them; as a form."""

    type: type
    several: int = 0


class _Parts(NamedTuple):
    """A named tuple, with the forms of its members."""

    type: Callable[..., tuple[Any, ...]]
    forms: tuple[Any, ...]


class _Slot(NamedTuple):
    """The place of a value among the parameters of a statement, which some databases are given as a text."""

    at: int
    as_text: bool


def _form(given: Any, values: list[Any]) -> Any:
    """What a statement depends on; the values that it does not depend on are added to the others."""
    if given is None or isinstance(given, bool):
        return given
    if isinstance(given, int | str | datetime.date):
        values.append(given)
        return _Kind(_type_of(given))
    if isinstance(given, tuple) and hasattr(given, "_fields"):
        return _Parts(type(given), tuple(_form(each, values) for each in given))
    some = list(given)
    if not some:
        return ()
    kind, *others = {_type_of(each) for each in some}
    if others:
        raise TypeError(f"A standing question is asked with values of one kind, not with {some!r}.")
    size = _SEVERAL
    while size < len(some):
        size *= 2
    values += some
    values += some[-1:] * (size - len(some))
    return _Kind(kind, size)


def _type_of(value: Any) -> type:
    for each in (int, str, datetime.date):
        if isinstance(value, each) and not isinstance(value, bool | datetime.datetime):
            return each
    raise TypeError(f"A standing question cannot be asked with {value!r}.")


class _Blanks:
    """What a statement is put together with instead of values: no two are alike."""

    def __init__(self, turn: int) -> None:
        self.turn, self.given = turn, list[Any]()

    def fill(self, form: Any) -> Any:
        if isinstance(form, _Parts):
            return form.type(*map(self.fill, form.forms))
        if not isinstance(form, _Kind):
            return form
        some = [self._blank(form.type) for _each in range(form.several or 1)]
        return some if form.several else some[0]

    def _blank(self, kind: type) -> Any:
        nth = 10_000 * self.turn + len(self.given)
        blank: Any = nth if kind is int else f"\N{SYMBOL FOR SUBSTITUTE}{nth}"
        if kind is datetime.date:
            blank = datetime.date.min + datetime.timedelta(nth)
        self.given.append(blank)
        return blank


@dataclass(frozen=True, slots=True)
class _Statement:
    """A statement with slots among its parameters, and the compiler that knows what is made of its rows.

    One without text finds nothing, whatever it is asked with.
    """

    question: QuerySet[Any]
    compiler: SQLCompiler
    sql: str
    parameters: tuple[Any, ...]

    def rows(self, values: list[Any]) -> list[Any]:
        filled = tuple(_filled(each, values) for each in self.parameters)
        rows: Any = type(self.question)(self.question.model, query=_Query(self, filled))  # type: ignore[arg-type]
        rows._prefetch_related_lookups = self.question._prefetch_related_lookups  # type: ignore[attr-defined]
        return list(rows)


@dataclass(frozen=True, slots=True)
class _Query:
    """Stands in a queryset where a query does: its statement is written."""

    statement: _Statement
    parameters: tuple[Any, ...]

    def get_compiler(self, using: str) -> SQLCompiler:
        """For one time: every thread and every database has a connection of its own."""
        compiler: Any = copy.copy(self.statement.compiler)
        compiler.connection, compiler.using = connections[using], using
        compiler.as_sql = lambda: (self.statement.sql, self.parameters)
        return compiler


def _filled(parameter: Any, values: list[Any]) -> Any:
    if type(parameter) is not _Slot:
        return parameter
    value = values[parameter.at]
    return str(value) if parameter.as_text else value


def _write(build: Callable[..., QuerySet[Any]], form: tuple[tuple[str | int, Any], ...]) -> _Statement:
    """Put together twice, with blanks that differ: what differs in the statement has to be the blanks, as they are."""
    first, second = _Blanks(1), _Blanks(2)
    written, again = _compiled(build, form, first), _compiled(build, form, second)
    slots = {}
    for at, blanks in enumerate(zip(first.given, second.given, strict=True)):
        slots[blanks] = _Slot(at, isinstance(blanks[0], str))
        slots[str(blanks[0]), str(blanks[1])] = _Slot(at, as_text=True)
    if written.sql != again.sql or len(written.parameters) != len(again.parameters):
        raise TypeError(f"What {build.__qualname__} asks depends on the values, not only on their form.")
    parameters = []
    for one, other in zip(written.parameters, again.parameters, strict=True):
        if one != other and (one, other) not in slots:
            raise TypeError(f"{build.__qualname__} makes something of a value: {one!r}.")
        parameters.append(one if one == other else slots[one, other])
    return replace(written, parameters=tuple(parameters))


def _compiled(
    build: Callable[..., QuerySet[Any]], form: tuple[tuple[str | int, Any], ...], blanks: _Blanks
) -> _Statement:
    given = {name: blanks.fill(each) for name, each in form}
    named = {name: each for name, each in given.items() if isinstance(name, str)}
    question = build(*(each for name, each in given.items() if isinstance(name, int)), **named)
    compiler: Any = question.query.get_compiler(using=question.db)
    sql, parameters = "", ()
    with suppress(EmptyResultSet):
        sql, parameters = compiler.as_sql()
    compiler.connection = None  # of the thread that came first
    return _Statement(question, compiler, sql, tuple(parameters))
