"""One service's list as a tree: what its rules say on each division, and what results there and below.

Everything is asked for the divisions and the rules of today; which rules there would be after an edit is told by the caller. How units are counted in `units.py`.
"""

import datetime
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q

from regions.choices import AnswerState, Level, RuleKind
from regions.models import CoverageRule, Region
from regions.models.base import today

from .memory import consistently
from .units import Units, count_units, unit_states

# Divisions are read in portions: a statement takes only so many parameters.
_CHUNK = 500
_UNITS_SIZE = 600_000  # bytes of the country's county-level units, roughly


class Standing(NamedTuple):
    """A rule in force, as the tree shows it."""

    region_id: int
    code: str
    path: str
    full_name: str
    kind: str
    valid_from: datetime.date
    valid_to: datetime.date | None
    response_hours: int | None
    note: str


@dataclass(slots=True)
class Listing:
    """The rules of a service on divisions of today, by code.

    `planned`: what begins later, by code (day, kind). `stranded`: how many rules in force stand on divisions of the past.
    """

    rules: dict[str, Standing] = field(default_factory=dict)
    planned: dict[str, tuple[datetime.date, str]] = field(default_factory=dict)
    stranded: int = 0

    @property
    def kinds(self) -> dict[str, str]:
        """The kind of rule by path."""
        return {rule.path: rule.kind for rule in self.rules.values()}


def read_list(service_id: int) -> Listing:
    """A service's list as it stands today (1 query)."""
    day = today()
    rows = (
        CoverageRule.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), service_id=service_id)
        .order_by("valid_from", "pk")
        .values_list(
            "region_id",
            "region__code",
            "region__path",
            "region__full_name",
            "kind",
            "valid_from",
            "valid_to",
            "response_hours",
            "note",
            "region__valid_to",
        )
    )
    found = Listing()
    for *columns, region_ended in rows:
        rule = Standing(*columns)  # type: ignore[arg-type]  # the columns of one row
        if rule.valid_from > day:
            found.planned.setdefault(rule.code, (rule.valid_from, rule.kind))
        elif region_ended is None and rule.code not in found.rules:
            found.rules[rule.code] = rule
        else:
            found.stranded += 1
    return found


class Node(NamedTuple):
    """A division of the tree. `opens`: there is something below it."""

    code: str
    path: str
    name: str
    full_name: str
    level: int
    opens: bool

    @property
    def depth(self) -> int:
        """1 for the country, 2 for what lies directly below it."""
        return self.path.count("/")


_FIELDS = ("code", "path", "name", "full_name", "level", "opens")


def nodes(codes: Iterable[str]) -> dict[str, Node]:
    """The divisions of today with these codes (1 query for every 500)."""
    codes = sorted(set(codes))
    found = {}
    for start in range(0, len(codes), _CHUNK):
        for node in _read(Q(code__in=codes[start : start + _CHUNK])):
            found[node.code] = node
    return found


def below(code: str, *, counties: bool = False) -> list[Node]:
    """What lies directly below a division, or with `counties` everything down to the counties, in order (2 queries).

    Empty for a code that is no division of today, and below the country, which is never opened whole.
    """
    above = Region.objects.open().filter(code=code).values_list("path", "level").first()
    if above is None:
        return []
    path, level = above
    if counties and Level.PROVINCE <= level < Level.COUNTY:
        inside = Q(path__gt=path, path__lt=path[:-1] + "0", level__lte=Level.COUNTY)
    else:
        inside = Q(parent__code=code, parent__valid_to=None)
    return _read(inside)


def branch(codes: Iterable[str]) -> list[Node]:
    """The rows of a tree in which these divisions are open, from the country downwards, in order (1 query)."""
    opened = {str(code) for code in codes}
    rows = _read(Q(parent=None), Q(parent__code__in=sorted(opened)[:_CHUNK], parent__valid_to=None))
    shown: set[str] = set()
    tree = []
    for node in rows:
        parent = above(node.path)
        if not parent or (parent in shown and parent.rstrip("/").rpartition("/")[2] in opened):
            shown.add(node.path)
            tree.append(node)
    return tree


def above(path: str) -> str:
    """The path of the division above: a/b/c/ → a/b/; empty for the country."""
    return path[: path.rstrip("/").rfind("/") + 1]


def _read(*conditions: Q) -> list[Node]:
    """The divisions that meet one of some conditions, each along an index of its own: joined by OR they read them all."""
    inside = Exists(Region.objects.open().filter(parent=OuterRef("pk")))
    divisions = Region.objects.open().annotate(opens=inside).order_by().values_list(*_FIELDS)
    first, *others = (divisions.filter(condition) for condition in conditions)
    return [Node(*row) for row in first.union(*others).order_by("path")]


@dataclass(frozen=True, slots=True)
class Result:
    """What holds on a division, and how many of the units below are covered: excluded is what a rule takes out, not on the list
    what none names; without any rule there is no list.

    No units are counted where no rule lies below a county: nothing differs there.
    """

    state: AnswerState
    units: Units


class Tree:
    """What rules (kind by path) result in, for any division."""

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self.kinds = dict(kinds)
        self._ruled = sorted(self.kinds)
        self._deciding: dict[str, str | None] = {"": None}
        self._towns = county_units()
        self._counties = list(self._towns)
        # How many of the first n counties are covered, wholly and in part: a division's are a stretch of them.
        self._covered, self._partly = [0], [0]
        self._count()

    def _count(self) -> None:
        for state in unit_states(self._counties, "", self.kinds, None, self._towns.__getitem__):
            self._covered.append(self._covered[-1] + (state == AnswerState.COVERED))
            self._partly.append(self._partly[-1] + (state == AnswerState.PARTLY_COVERED))

    def decides(self, path: str) -> str | None:
        """The kind of the rule that decides on a division: its own or the nearest above; None where there is none."""
        if path not in self._deciding:
            self._deciding[path] = self.kinds.get(path) or self.decides(above(path))
        return self._deciding[path]

    def results(self, shown: Sequence[Node]) -> dict[str, Result]:
        """The result on each division by its code (1 query for every 500 counties with rules below)."""
        towns = _townships(node for node in shown if self._is_unit(node) and self._rules_below(node.path))
        return {node.code: self._result(node, towns) for node in shown}

    def whole(self) -> Units:
        """How many county-level units of the country are covered."""
        return self._counted(slice(0, len(self._counties)))

    def _counted(self, stretch: slice) -> Units:
        covered, partly = (
            counts[stretch.stop] - counts[stretch.start] for counts in (self._covered, self._partly)
        )
        return Units(Level.COUNTY.word, covered, partly, stretch.stop - stretch.start)

    def _result(self, node: Node, towns: Mapping[str, list[str]]) -> Result:
        decides = self.decides(node.path)
        if self._is_unit(node):
            paths, rules = towns.get(node.path, []), self._rules_below(node.path)
            units = count_units(paths, node.path, rules, decides, Level.TOWNSHIP.word, lambda _town: 0)
        else:
            units = self._counted(_slice(self._counties, node.path))
        if not units.total:
            whole = decides == RuleKind.INCLUDE
        elif units.partly_covered or 0 < units.covered < units.total:
            return Result(AnswerState.PARTLY_COVERED, units)
        else:
            whole = bool(units.covered)
        return Result(AnswerState.COVERED if whole else self._not_covered(decides), units)

    def _not_covered(self, decides: str | None) -> AnswerState:
        if not self.kinds:
            return AnswerState.UNKNOWN
        return AnswerState.EXCLUDED if decides == RuleKind.EXCLUDE else AnswerState.NOT_COVERED

    def _is_unit(self, node: Node) -> bool:
        """True for a division whose units are townships: a county, or a city without counties."""
        return node.level >= Level.COUNTY or node.path in self._towns

    def _rules_below(self, path: str) -> dict[str, str]:
        return {ruled: self.kinds[ruled] for ruled in _within(self._ruled, path) if ruled != path}


def _slice(paths: list[str], top: str) -> slice:
    # "0" is the character after "/": from here to there lies what begins with the path.
    return slice(bisect_left(paths, top), bisect_left(paths, top[:-1] + "0"))


def _within(paths: list[str], top: str) -> list[str]:
    return paths[_slice(paths, top)]


def county_units() -> dict[str, int]:
    """The country's county-level units by path, sorted: counties, and cities that have none; of each how many
    townships it has. Kept until a region changes (1 query, and one for how far the directory is).
    """
    return consistently(today(), lambda day: day.keep("county units", None, _read_county_units, _UNITS_SIZE))


def _read_county_units() -> dict[str, int]:
    count = Count("children", filter=Q(children__valid_to=None, children__level=Level.TOWNSHIP))
    rows = Region.objects.open().filter(level__in=(Level.PREFECTURE, Level.COUNTY)).order_by("path")
    units = list(rows.values_list("path", "level").annotate(towns=count))
    with_counties = {above(path) for path, level, _towns in units if level == Level.COUNTY}
    return {path: count for path, _level, count in units if path not in with_counties}


def _townships(units: Iterator[Node]) -> dict[str, list[str]]:
    """The paths of the townships below each unit, by its path."""
    codes = sorted(node.code for node in units)
    found: dict[str, list[str]] = defaultdict(list)
    for start in range(0, len(codes), _CHUNK):
        rows = Region.objects.open().filter(
            parent__code__in=codes[start : start + _CHUNK], parent__valid_to=None, level=Level.TOWNSHIP
        )
        for path in rows.order_by().values_list("path", flat=True):
            found[above(path)].append(path)
    return found
