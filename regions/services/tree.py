"""Editing a service's list as a tree: what somebody chose on divisions, compared with what stands, then written at once.

A choice is what is to hold on one division from a day on: included, excluded, or as what lies above. The rule that
stands there ends on that day, and its successor, if there is one, begins. Rules on other divisions stay as they are,
and so do rules that begin later.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from regions.choices import Door, Effect, RuleKind
from regions.keys import of_list
from regions.lookup.tree import Listing, Tree, read_list
from regions.models import Change, CoverageRule, Service
from regions.models.base import today
from regions.periods import Period
from regions.postings.touched import LIST, RULE

from .changes import ChangeSet, change_set
from .intake.plan import Item, Place, find_places
from .rules import Put, RuleError, end, hold_lists, put

# As what lies above: no rule of its own.
AS_ABOVE = ""
# So many divisions can be chosen at once; a longer list is pasted.
MOST = 5_000
MOST_HOURS = 32_767
MOST_NOTE = 200
_SHOWN = 5
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to hold on a division: `kind` is that of a rule, or AS_ABOVE. `first_day`: today when not given."""

    code: str
    kind: str
    response_hours: int | None = None
    note: str = ""
    first_day: datetime.date | None = None

    @property
    def day(self) -> datetime.date:
        return self.first_day or today()


@dataclass(slots=True)
class Rework:
    """What writing some choices would do: `items` as in the preview of an import, `trees` before and after."""

    items: list[Item]
    choices: dict[str, Choice]
    places: dict[str, Place]
    planned: dict[str, tuple[datetime.date, str]]
    before: Tree
    after: Tree

    def of(self, *effects: str) -> list[Item]:
        return [item for item in self.items if item.effect in effects]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Counted in divisions: without a rule before, with another rule than before, without one from now on."""

    created: int = 0
    changed: int = 0
    closed: int = 0


class Newer(RuleError):
    """Refused: somebody else changed the list since it was looked at. `changes` say who and when."""

    def __init__(self, changes: Sequence[Change]) -> None:
        super().__init__(_("This list was changed while the page was open."), code="newer")
        self.changes = list(changes)


def changed_since(service: Service, position: int) -> list[Change]:
    """What others wrote about a service's list after a position, oldest first (1 query)."""
    on_rules = Q(kind=RULE, key__startswith=of_list(service.slug, ""))
    newer = Change.objects.filter(on_rules | Q(kind=LIST, key=service.slug), pk__gt=position)
    return list(newer.select_related("actor").order_by("pk"))


def places_of(listing: Listing, codes: Iterable[str]) -> dict[str, Place]:
    """The divisions of a list and those with these codes (1 query for every 500 codes that are not of the list)."""
    places = {
        code: Place(rule.region_id, code, rule.path, rule.full_name) for code, rule in listing.rules.items()
    }
    return places | find_places(set(codes) - places.keys())


def kinds_after(listing: Listing, choices: Iterable[Choice], places: dict[str, Place]) -> dict[str, str]:
    """The kind of rule by code when the choices have come to hold."""
    kinds = {code: rule.kind for code, rule in listing.rules.items()}
    for choice in choices:
        if choice.kind == AS_ABOVE:
            kinds.pop(choice.code, None)
        elif choice.code in places:
            kinds[choice.code] = choice.kind
    return kinds


def plan(service: Service, choices: Sequence[Choice]) -> Rework:
    """What writing the choices would do. Reads only; a fixed number of queries. Raises RuleError, for all at once."""
    listing = read_list(service.pk)
    by_code = {choice.code: choice for choice in choices}
    places = places_of(listing, by_code)
    after = kinds_after(listing, by_code.values(), places)
    rules = _rules_on(service, by_code)
    _refuse(service, by_code, places, rules, listing)
    paths = {places[code].path: kind for code, kind in after.items() if code in places}
    items = [
        _item(choice, rules.get(code), listing, by_code, after, places) for code, choice in by_code.items()
    ]
    order = list(Effect.values)
    items.sort(key=lambda item: (order.index(item.effect), places[item.code].path))
    return Rework(items, by_code, places, listing.planned, Tree(listing.kinds), Tree(paths))


def _rules_on(service: Service, codes: Iterable[str]) -> dict[str, CoverageRule]:
    """The rules in force today on divisions, by code."""
    rules = CoverageRule.objects.current().filter(service=service, region__valid_to=None)
    wanted = set(codes)
    if len(wanted) <= _CHUNK:
        rules = rules.filter(region__code__in=sorted(wanted))
    found: dict[str, CoverageRule] = {}
    for rule in rules.select_related("region").order_by("pk"):
        if rule.region.code in wanted:
            found.setdefault(rule.region.code, rule)
    return found


def _item(
    choice: Choice,
    rule: CoverageRule | None,
    listing: Listing,
    choices: dict[str, Choice],
    after: dict[str, str],
    places: dict[str, Place],
) -> Item:
    code, kind = choice.code, choice.kind
    if kind == AS_ABOVE:
        effect = Effect.CLOSED if rule else Effect.UNCHANGED
        return Item(effect, code, rule.kind if rule else "", rule=rule)
    if rule is not None:
        if rule.kind != kind:
            return Item(Effect.CHANGED, code, kind, rule=rule, why="kind", other=code)
        if (rule.response_hours, rule.note) != (choice.response_hours, choice.note):
            return Item(Effect.CHANGED, code, kind, rule=rule, why="says", other=code)
        return Item(Effect.UNCHANGED, code, kind, rule=rule)
    wider = next((up for up in places[code].above if up in after), "")
    says_more = choice.response_hours is not None or choice.note
    if (
        not says_more
        and after.get(wider, RuleKind.EXCLUDE) == kind
        and _holds(wider, choice, listing, choices)
    ):
        return Item(Effect.REDUNDANT, code, kind, why="wider", other=wider)
    return Item(Effect.NEW, code, kind)


def _holds(wider: str, choice: Choice, listing: Listing, choices: dict[str, Choice]) -> bool:
    """True when the rule on a wider division holds on every day on which this choice would."""
    if not wider:
        return True
    if wider in choices:
        return choices[wider].day <= choice.day
    rule = listing.rules[wider]
    return rule.valid_to is None and rule.valid_from <= choice.day


# --- What cannot be written ------------------------------------------------------------------------------------


def _refuse(
    service: Service,
    choices: dict[str, Choice],
    places: dict[str, Place],
    rules: dict[str, CoverageRule],
    listing: Listing,
) -> None:
    """Raise RuleError with everything that is wrong, each with its division and its cure."""
    if len(choices) > MOST:
        raise RuleError(
            _("At most %(most)d divisions can be chosen at once; paste a longer list.") % {"most": MOST}
        )
    past = _past_rules(service, choices, places, rules)
    wrong = []
    for code, choice in choices.items():
        if why := _wrong(
            choice, places.get(code), rules.get(code), listing.planned.get(code), past.get(code, ())
        ):
            wrong.append(f"{places[code].full_name if code in places else code}: {why}")
    if wrong:
        more = _(" … and %(count)d more") % {"count": len(wrong) - _SHOWN} if len(wrong) > _SHOWN else ""
        raise RuleError(" ".join(wrong[:_SHOWN]) + more)


def _wrong(
    choice: Choice,
    place: Place | None,
    rule: CoverageRule | None,
    planned: tuple[datetime.date, str] | None,
    past: Sequence[CoverageRule],
) -> str:
    """What is wrong with a choice, in a sentence that names the cure; empty when nothing is."""
    if place is None:
        return _("no division of today has this code; choose what followed it.")
    if choice.kind not in (AS_ABOVE, *RuleKind.values):
        return _("choose as above, include or exclude.")
    if choice.response_hours is not None and not 0 <= choice.response_hours <= MOST_HOURS:
        return _("a response is given in whole hours, from 0 to %(most)d.") % {"most": MOST_HOURS}
    if len(choice.note) > MOST_NOTE:
        return _("a note has at most %(most)d characters.") % {"most": MOST_NOTE}
    day = choice.first_day
    if day is None:
        return ""
    if rule is not None and day < today():
        return _(
            "the first day lies before today, on which another rule held; correct that rule on its own page."
        )
    if rule is not None and rule.valid_to and day >= rule.valid_to:
        return _("the rule that stands ends on %(day)s; choose an earlier day.") % {"day": rule.valid_to}
    if planned and day >= planned[0]:
        return _("a rule begins on %(day)s; choose an earlier day, or change that rule.") % {
            "day": planned[0]
        }
    if choice.kind != AS_ABOVE and past:
        return _("a rule held until %(day)s; choose that day or a later one.") % {"day": past[-1].valid_to}
    return ""


def _past_rules(
    service: Service, choices: dict[str, Choice], places: dict[str, Place], rules: dict[str, CoverageRule]
) -> dict[str, list[CoverageRule]]:
    """By code, ended rules that held on a day on which a choice is to hold already."""
    early = {
        places[code].id: choice
        for code, choice in choices.items()
        if code in places and code not in rules and choice.first_day and choice.first_day < today()
    }
    if not early:
        return {}
    found: dict[str, list[CoverageRule]] = defaultdict(list)
    ended = CoverageRule.objects.filter(service=service, region_id__in=sorted(early), valid_to__lte=today())
    for rule in ended.order_by("valid_to"):
        choice = early[rule.region_id]
        if Period(rule.valid_from, rule.valid_to).meets(Period(choice.day, None)):
            found[choice.code].append(rule)
    return found


# --- Writing -----------------------------------------------------------------------------------------------------


def rework(*, service: Service, choices: Sequence[Choice], seen: int, reason: str, actor=None) -> Outcome:
    """Write the choices in one change set, all of them or none. Raises RuleError, and Newer where the list was
    changed after the position `seen`.

    Others who change the list wait until this is written.
    """
    with change_set(actor=actor, reason=reason, door=Door.TREE) as changes:
        hold_lists([service.pk])
        if newer := changed_since(service, seen):
            raise Newer(newer)
        return _write(service, plan(service, choices), changes)


def _write(service: Service, todo: Rework, changes: ChangeSet) -> Outcome:
    begun, closed = todo.of(Effect.NEW, Effect.CHANGED), todo.of(Effect.CLOSED)
    ending: dict[datetime.date, list[CoverageRule]] = defaultdict(list)
    for item in closed:
        if item.rule is not None:
            ending[todo.choices[item.code].day].append(item.rule)
    for day, rules in sorted(ending.items()):
        end(service, rules, changes, day)
    put(service, [_put(service, todo, item) for item in begun], changes)
    changed = len(todo.of(Effect.CHANGED))
    return Outcome(created=len(begun) - changed, changed=changed, closed=len(closed))


def _put(service: Service, todo: Rework, item: Item) -> Put:
    """The rule that a choice begins; where only its response or note differ, it rests on the same source."""
    choice, rule = todo.choices[item.code], item.rule
    goes_on = rule is not None and rule.kind == choice.kind
    planned = todo.planned.get(choice.code)
    new = CoverageRule(
        service=service,
        region_id=todo.places[choice.code].id,
        kind=choice.kind,
        valid_from=choice.day,
        valid_to=rule.valid_to if rule and goes_on else planned and planned[0],
        response_hours=choice.response_hours,
        note=choice.note,
        source_id=rule.source_id if rule and goes_on else None,
    )
    return Put(new, item.code, rule)
