"""What applying an import would do: the list's wishes against the rules that stand.

In *add* mode a list never closes a rule. In *replace* mode it is the whole list: what it does not name is closed.
Rules that begin in the future are nobody's business here: they stay, and a new rule before one ends where it begins.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from regions.choices import Effect, ImportMode, RuleKind
from regions.models import CoverageImport, CoverageRule, ImportLine, Region
from regions.models.base import today
from regions.services.rules import RuleError

_CHUNK = 500
# From so many codes on, reading all regions is cheaper than asking for some.
_ALL = 5_000


class IntakeError(RuleError):
    """Refused, with a message that names the cure. `lines` are the import lines it is about."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What applying or reverting did, counted in rules.

    `redundant`: not written because a wider rule says it. `left`: lines left open. `rest`: the draft that holds
    them. `already`: the import had been applied before, and nothing was done.
    """

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    closed: int = 0
    redundant: int = 0
    left: int = 0
    rest: CoverageImport | None = None
    already: bool = False

    def summary(self, errors: int = 0) -> str:
        """The fixed form: created 3, changed 1, unchanged 3209, closed 0, errors 0."""
        return (
            f"created {self.created}, changed {self.changed}, unchanged {self.unchanged}, "
            f"closed {self.closed}, errors {errors}"
        )

    @property
    def nothing(self) -> bool:
        """True when no rule was touched."""
        return not (self.created or self.changed or self.closed)


@dataclass(frozen=True, slots=True)
class Place:
    """What is needed to know of a current region."""

    id: int
    code: str
    path: str
    full_name: str

    @property
    def above(self) -> list[str]:
        """Codes of its ancestors, nearest first."""
        return self.path.strip("/").split("/")[-2::-1]


@dataclass(frozen=True, slots=True)
class Wish:
    """A rule the list asks for, and the first line that asks for it."""

    kind: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Item:
    """One region's entry of the plan. `why` is a key of REASONS; `other` the code of the rule it is about."""

    effect: str
    code: str
    kind: str
    line: int | None = None
    rule: CoverageRule | None = None
    why: str = ""
    other: str = ""


REASONS = ("kind", "says", "above", "below", "twice", "gone", "wider", "unnamed")


@dataclass(slots=True)
class Plan:
    """Everything an import would do. `open_lines` wait for a person; `skipped` lines do nothing."""

    mode: str
    items: list[Item]
    places: dict[str, Place]
    standing: dict[str, CoverageRule]
    planned: dict[int, datetime.date]
    wishes: dict[str, Wish]
    open_lines: list[int] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)

    def of(self, *effects: str) -> Iterator[Item]:
        return (item for item in self.items if item.effect in effects)


def plan(imp: CoverageImport, *, without: Iterable[int] = ()) -> Plan:
    """Compare an import with the rules that are in force today. Reads only; a fixed number of queries.

    `without`: lines to leave aside, as if they were still open.
    """
    without = set(without)
    wishes: dict[str, Wish] = {}
    clashes: dict[str, list[int]] = {}
    open_lines, skipped = [], []
    rows = imp.lines.order_by("line_no", "position", "id").values_list("pk", "decision", "include", "exclude")
    for pk, decision, include, exclude in rows.iterator(chunk_size=2_000):
        if pk in without or decision == ImportLine.Decision.OPEN:
            open_lines.append(pk)
        elif decision == ImportLine.Decision.SKIPPED:
            skipped.append(pk)
        else:
            _wish(wishes, clashes, pk, include, RuleKind.INCLUDE)
            _wish(wishes, clashes, pk, exclude, RuleKind.EXCLUDE)
    standing, foreign, planned = standing_rules(imp.service_id)
    places = find_places({*wishes, *standing})
    items = compare(imp.mode, wishes, standing, foreign, places, clashes)
    return Plan(imp.mode, items, places, standing, planned, wishes, open_lines, skipped)


def _wish(wishes: dict, clashes: dict, line: int, codes: list[str], kind: str) -> None:
    for code in codes:
        known = wishes.setdefault(code, Wish(kind, line))
        if known.kind != kind:
            clashes.setdefault(code, [known.line]).append(line)


def standing_rules(
    service_id: int,
) -> tuple[dict[str, CoverageRule], list[CoverageRule], dict[int, datetime.date]]:
    """A service's rules in force today by the code of their current region, those on regions that have been
    abolished, and for regions with a rule that begins later the day it does."""
    day = today()
    standing, foreign = {}, []
    rules = CoverageRule.objects.filter(service_id=service_id).order_by("pk")
    for rule in rules.current(day).select_related("region"):
        if rule.region.is_open and rule.region.code not in standing:
            standing[rule.region.code] = rule
        else:
            foreign.append(rule)
    planned: dict[int, datetime.date] = {}
    for region_id, begins in rules.filter(valid_from__gt=day).values_list("region_id", "valid_from"):
        planned[region_id] = min(begins, planned.get(region_id, begins))
    return standing, foreign, planned


def find_places(codes: Iterable[str]) -> dict[str, Place]:
    """The current regions of some codes."""
    codes = sorted(codes)
    fields = ("id", "code", "path", "full_name")
    current = Region.objects.open().order_by()
    if len(codes) > _ALL:
        wanted = set(codes)
        rows = current.values_list(*fields).iterator(chunk_size=5_000)
        return {row[1]: Place(*row) for row in rows if row[1] in wanted}
    found = {}
    for start in range(0, len(codes), _CHUNK):
        for row in current.filter(code__in=codes[start : start + _CHUNK]).values_list(*fields):
            found[row[1]] = Place(*row)
    return found


def compare(
    mode: str,
    wishes: dict[str, Wish],
    standing: dict[str, CoverageRule],
    foreign: list[CoverageRule],
    places: dict[str, Place],
    clashes: dict[str, list[int]],
) -> list[Item]:
    """The diff itself; pure."""
    adding = mode == ImportMode.ADD
    kinds = {code: rule.kind for code, rule in standing.items()} if adding else {}
    kinds |= {code: wish.kind for code, wish in wishes.items() if code in places}
    below = _nearer(wishes, standing, kinds, places) if adding else {}
    items = []
    for code, wish in wishes.items():
        rule = standing.get(code)
        if code in clashes:
            items += [
                Item(Effect.CONTRADICTING, code, wish.kind, line, rule, "twice")
                for line in dict.fromkeys(clashes[code])
            ]
            continue
        if code not in places:
            items.append(Item(Effect.CONTRADICTING, code, wish.kind, wish.line, None, "gone"))
            continue
        effect, why, other = _effect(code, wish, rule, kinds, standing, wishes, places, below, adding)
        items.append(Item(effect, code, wish.kind, wish.line, rule, why, other))
    if not adding:
        unnamed = [rule for code, rule in standing.items() if code not in wishes]
        items += [
            Item(Effect.CLOSED, rule.region.code, rule.kind, None, rule, "unnamed")
            for rule in (*unnamed, *foreign)
        ]
    return items


def _effect(code, wish, rule, kinds, standing, wishes, places, below, adding) -> tuple[str, str, str]:
    if rule is not None and rule.kind == wish.kind:
        return Effect.UNCHANGED, "", ""
    if rule is not None:
        return (Effect.CONTRADICTING, "kind", code) if adding else (Effect.NEW, "kind", code)
    wider = next((up for up in places[code].above if up in kinds), "")
    if kinds.get(wider, RuleKind.EXCLUDE) == wish.kind:
        return Effect.REDUNDANT, "wider", wider
    if adding and wish.kind == RuleKind.INCLUDE and wider in standing and wider not in wishes:
        return Effect.CONTRADICTING, "above", wider
    if code in below:
        return Effect.CONTRADICTING, "below", below[code]
    return Effect.NEW, "", ""


def _nearer(wishes, standing, kinds, places) -> dict[str, str]:
    """Wished code -> a standing rule of the other kind below it that the list does not name."""
    found: dict[str, str] = {}
    for code, rule in standing.items():
        if code in wishes:
            continue
        wider = next((up for up in places[code].above if up in kinds), None)
        if wider is not None and wider in wishes and wishes[wider].kind != rule.kind:
            found.setdefault(wider, code)
    return found


def reason_text(item: Item, places: dict[str, Place]) -> str:
    """Why an item is what it is, in the reader's language."""
    other = places[item.other].full_name if item.other in places else item.other
    texts = {
        "kind": _("A rule of the other kind stands on this region.") if item.rule else "",
        "says": _("The rule that stands says another response or note: it ends, and this one follows."),
        "above": _("%(other)s is carved out; this would be an island in it."),
        "below": _("A nearer rule of the other kind stands on %(other)s and would stay."),
        "twice": _("The list itself both names and excludes it; skip one of the lines."),
        "gone": _("This region is no longer current; choose what followed it."),
        "wider": _("%(other)s says so already; nothing is written.")
        if item.other
        else _("There is nothing to carve it out of; nothing is written."),
        "unnamed": _("The list does not name it."),
    }
    return texts.get(item.why, "") % {"other": other} if item.why else ""
