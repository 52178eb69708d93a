"""The life of a coverage rule: it opens, like another or not, it ends, it meets others. Every writer uses these verbs.

A rule that no longer holds ends; its past days stay what they were. One that would end on its first day never held: it
is removed, and a tombstone stands among the changes.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from regions import bulk
from regions.choices import ChangeAction
from regions.keys import rule_key
from regions.models import CoverageRule, Service
from regions.models.base import today
from regions.postings.touched import RULE
from regions.round_trip import Statement, ask

from .changes import ChangeSet, fields_of, snapshot
from .past import stood

_CHUNK = 500
# What a rule has of the one that it is like.
COPIED = ("service_id", "kind", "valid_to", "response_hours", "note", "source_id", "import_line_id")


class RuleError(ValidationError):
    """Refused, with a message that names the cure. `lines` are the import lines it is about."""

    def __init__(self, message: str, *, code: str = "invalid", lines: Iterable[int] = ()) -> None:
        super().__init__(message, code=code)
        self.lines = list(lines)


# --- Others wait -------------------------------------------------------------------------------------------------


def hold_lists(services: Iterable[int]) -> None:
    """Keep others from changing the coverage lists of these services until the commit; on SQLite a writer is alone.

    Whoever needs several takes them at once, before any rule: everybody in the same order, so that nobody waits
    for somebody who waits for him.
    """
    ask(*_lock_of(services))


def hold_and_compare(rule: CoverageRule) -> None:
    """Hold the list of a rule that is about to be written, and raise ValidationError where it would meet another.

    One way to the database for both.
    """
    *_held, others = ask(*_lock_of([rule.service_id]), rule.overlapping())
    rule.refuse_overlap(others)


def _lock_of(services: Iterable[int]) -> list[Statement]:
    if connection.vendor != "postgresql":
        return []
    statement = f"SELECT id FROM {Service._meta.db_table} WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
    return [(statement, [sorted({key for key in services if key})])]


# --- Opening -----------------------------------------------------------------------------------------------------


def like(rule: CoverageRule, **differences: Any) -> CoverageRule:
    """A rule, not saved, that says what another says, from today on unless told otherwise."""
    columns: dict[str, Any] = {name: getattr(rule, name) for name in COPIED} | {
        "region_id": rule.region_id,
        "valid_from": max(today(), rule.valid_from),
    }
    new = CoverageRule(**columns | differences)
    for name in ("service", "region"):  # known already: not to be asked for again
        if name in rule._state.fields_cache and getattr(new, f"{name}_id") == getattr(rule, f"{name}_id"):
            setattr(new, name, getattr(rule, name))
    return new


def create(service: Service, rules: Sequence[CoverageRule], codes: Iterable[str], changes: ChangeSet) -> None:
    """Insert many rules of a service; `codes` are those of their regions."""
    names = [field.attname for field in CoverageRule._meta.concrete_fields if not field.primary_key]
    bulk.insert(CoverageRule, names, ([getattr(rule, name) for name in names] for rule in rules))
    for rule, code in zip(rules, codes, strict=True):
        after = fields_of(rule)
        del after["id"]  # the database has given it by now; nobody asked for it
        changes.add(
            RULE, rule_key(service.slug, code, rule.valid_from), ChangeAction.CREATE, None, after, stood(rule)
        )


def begin(rules: Iterable[CoverageRule], changes: ChangeSet) -> None:
    """Insert a few rules, which know their database keys from then on."""
    rules = list(rules)
    for rule in rules:
        rule.save(force_insert=True)
    changes.created(*rules)


def put(service: Service, new: Iterable["Put"], changes: ChangeSet) -> None:
    """Let rules begin, each where another may stand: that one ends on the day on which the new one begins.

    One that stands since that very day cannot end on it: it says from now on what the new one says.
    """
    new = list(new)
    ending: dict[datetime.date, list[CoverageRule]] = defaultdict(list)
    in_place = []
    for each in new:
        if each.stands is not None and each.stands.valid_from >= each.rule.valid_from:
            in_place.append((each.stands, {name: getattr(each.rule, name) for name in COPIED}))
        elif each.stands is not None:
            ending[each.rule.valid_from].append(each.stands)
    for day, rules in sorted(ending.items()):
        end(service, rules, changes, day)
    change(service, in_place, changes)
    replaced = {rule.pk for rule, _columns in in_place}
    opening = [each for each in new if each.stands is None or each.stands.pk not in replaced]
    create(service, [each.rule for each in opening], [each.code for each in opening], changes)


class Put(NamedTuple):
    """A rule that is to begin, not saved; the code of its region; and the rule that stands there, if one does."""

    rule: CoverageRule
    code: str
    stands: CoverageRule | None = None


# --- Ending and changing -----------------------------------------------------------------------------------------


def end(service: Service, rules: Iterable[CoverageRule], changes: ChangeSet, day: datetime.date) -> None:
    """End rules of a service on a day; those that begin then or later are removed."""
    rules = list(rules)
    remove(service, [rule for rule in rules if rule.valid_from >= day], changes)
    ending = [rule for rule in rules if rule.valid_from < day]
    before = snapshot(ending)
    for rule in ending:
        rule.service, rule.valid_to = service, day
        changes.updated(rule, before[rule.pk])
    for keys in _chunks([rule.pk for rule in ending]):
        CoverageRule.objects.filter(pk__in=keys).update(valid_to=day)


def remove(service: Service, rules: Sequence[CoverageRule], changes: ChangeSet) -> None:
    """Delete rules that never held, each with its tombstone. Raises RuleError where a dispute points at one."""
    for keys in _chunks([rule.pk for rule in rules]):
        disputed = CoverageRule.objects.filter(pk__in=keys, disputes__isnull=False).select_related("region")
        if found := disputed.first():
            raise RuleError(
                _("%(region)s: a dispute is on file about this rule, which began today. Close it tomorrow.")
                % {"region": found.region.full_name},
                code="disputed",
            )
    for rule in rules:
        key = rule_key(service.slug, rule.region.code, rule.valid_from)
        changes.add(RULE, key, ChangeAction.DELETE, fields_of(rule), None, stood(rule))
    for keys in _chunks([rule.pk for rule in rules]):
        CoverageRule.objects.filter(pk__in=keys).delete()


def change(
    service: Service,
    to: Sequence[tuple[CoverageRule, Mapping[str, Any]]],
    changes: ChangeSet,
    correction: bool = False,
) -> None:
    """Give rules of a service other columns, in place."""
    rules, names = [rule for rule, _columns in to], {name for _rule, columns in to for name in columns}
    before = snapshot(rules)
    for rule, columns in to:
        for name, value in columns.items():
            setattr(rule, name, value)
        rule.service = service
        changes.updated(rule, before[rule.pk], correction)
    if names:
        fields = sorted(name.removesuffix("_id") for name in names)
        CoverageRule.objects.bulk_update(rules, fields, batch_size=_CHUNK)


def _chunks(keys: list[int]) -> Iterator[list[int]]:
    return (keys[start : start + _CHUNK] for start in range(0, len(keys), _CHUNK))
