"""The records of subjects as they stand, as they stood before a change set, and as they will stand when it is undone."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from django.db import models
from django.db.models import Q

from regions import keys
from regions.choices import ChangeAction
from regions.models import (
    CoverageImport,
    CoverageRule,
    Hotline,
    PhoneNumber,
    Region,
    Verification,
    named_by_slug,
)
from regions.postings.touched import RULE
from regions.services.changes import fields_of, kind_of
from regions.services.joined import joined_fields
from regions.services.records import parts_of

from .subjects import Entry, Subject

# The kinds that can be undone, and the column that their key is; rules, claims and checks have keys of several.
MODELS: dict[str, type[models.Model]] = {
    **{kind_of(model): model for model in named_by_slug()},
    "number": PhoneNumber,
    "region": Region,
    "hotline": Hotline,
    "verification": Verification,
    RULE: CoverageRule,
    "import": CoverageImport,  # deleted with its service; its states: `plan`
}
_DATED = {RULE: CoverageRule.SAYS, "hotline": Hotline.SAYS}
_FOREVER = "9999-12-31"
_CHUNK = 500

Columns = dict[str, Any]
# The records of a subject: by database key, with their parts; new ones have a negative key.
State = dict[int, Columns]


class Gone(Exception):
    """A record that a set changed is not there any more, or is another one; nothing newer says so."""


def read(subjects: Iterable[Subject]) -> tuple[dict[Subject, State], dict[tuple[str, int], models.Model]]:
    """The subjects' records as they stand: as columns, and the records themselves by kind and key."""
    by_kind: dict[str, list[Subject]] = defaultdict(list)
    for subject in subjects:
        by_kind[subject.kind].append(subject)
    states: dict[Subject, State] = {subject: {} for of_kind in by_kind.values() for subject in of_kind}
    records: dict[tuple[str, int], models.Model] = {}
    for kind, of_kind in by_kind.items():
        for record in _records(kind, {subject.key for subject in of_kind}):
            subject = Subject(kind, _subject_key(kind, record))
            if subject in states:
                states[subject][record.pk] = fields_of(record) | parts_of(record)
                records[kind, record.pk] = record
    return states, records


def _records(kind: str, wanted: set[str]) -> Iterable[Any]:
    if kind == RULE:
        places = [keys.rules_place(key) for key in wanted]
        services, codes = {service for service, _code in places}, sorted({code for _service, code in places})
        for start in range(0, len(codes), _CHUNK):
            yield from CoverageRule.objects.filter(
                service__slug__in=services, region__code__in=codes[start : start + _CHUNK]
            ).select_related("service", "region")
    elif kind == "hotline":
        claims = [keys.read_hotline_key(key) for key in wanted]
        yield from Hotline.objects.filter(
            service__slug__in={claim.service for claim in claims},
            number__canonical__in={claim.number for claim in claims},
        ).select_related("service", "number")
    elif kind == "verification":
        numbers = {keys.check_number(key) for key in wanted}
        yield from Verification.objects.filter(pk__in=numbers).select_related(
            "hotline__service", "hotline__number"
        )
    elif kind == "region":
        yield from Region.objects.filter(code__in={keys.read_region_key(key).code for key in wanted})
    else:
        column = {"number": "canonical", "import": "pk"}.get(kind, "slug")
        yield from MODELS[kind]._default_manager.filter(Q(**{f"{column}__in": wanted}))


def _subject_key(kind: str, record: Any) -> str:
    if kind == RULE:
        return f"{record.service.slug}{keys.SEP}{record.region.code}"
    if kind == "hotline":
        return keys.hotline_key(record.service.slug, record.number.canonical, record.extension)
    key: str = record.key
    return key


def before(state: State, entries: list[Entry]) -> State:
    """The subject's records before these changes of it, which are given in their order. Raises Gone."""
    found = {pk: dict(row) for pk, row in state.items()}
    for entry in reversed(entries):
        if entry.action == ChangeAction.DELETE:
            row = dict(entry.before or {})
            if row.get("id") is None or row["id"] in found:
                raise Gone
            found[row["id"]] = row
            continue
        pk = _row_of(found, entry)
        if entry.action == ChangeAction.CREATE:
            del found[pk]
        else:
            found[pk] |= entry.before or {}
    return found


def leave_out_gone(kind: str, was: State) -> None:
    """Who was joined to a record and is not on file any more stays away; the preview shows who comes back."""
    for field in joined_fields(MODELS[kind]):
        for row in was.values():
            if keys_then := row.get(field.name):
                there = field.related_model._default_manager.filter(pk__in=keys_then)
                row[field.name] = sorted(there.values_list("pk", flat=True))


def _row_of(state: State, entry: Entry) -> int:
    """The row that a key names."""
    day = None
    if entry.subject.kind == RULE:
        day = keys.read_rule_key(entry.key).first_day
    elif entry.subject.kind == "hotline":
        day = keys.read_hotline_key(entry.key).first_day
        if not day:
            state = {pk: row for pk, row in state.items() if not (row["follows_id"] or row.get("dated_key"))}
    for pk, row in state.items():
        if not day or row["valid_from"] == day:
            return pk
    raise Gone


def settled(kind: str, now: State, was: State, *, day: str, written: str, exact: bool) -> State:
    """How the records of a subject are to stand from a day on, when they stand as `now` and stood as `was` before a set.

    `written` is the day of the set. Days between stay as they were answered, unless it is to be `exact`.
    """
    if kind not in _DATED or exact or written >= day:
        return was
    found: State = {}
    for pk, row in now.items():
        old = was.get(pk)
        if _begin(row) >= day:
            if old:
                found[pk] = old
        elif old and _same(kind, row, old):
            if _end(row) >= day:
                found[pk] = old | {"valid_to": old["valid_to"] if _end(old) >= day else day}
            else:
                found[pk] = row
                _begin_anew(found, old, day)
        else:
            found[pk] = row | {"valid_to": day if _end(row) > day else row["valid_to"]}
            if old:
                _begin_anew(found, old, day)
    for pk, old in was.items():
        if pk not in now:
            if _begin(old) >= day or _begin(old) < written:
                found[pk] = old
            else:
                _begin_anew(found, old, day)
    return _in_a_chain(found) if kind == "hotline" else found


def _begin_anew(found: State, old: Columns, day: str) -> None:
    """The like of a record that held before, from a day on, as long as that one was to hold."""
    if _end(old) > day:
        found[-len(found) - 1] = old | {"id": None, "valid_from": max(day, _begin(old))}


def _in_a_chain(found: State) -> State:
    """New claims follow the last one that ended."""
    followed = {row["follows_id"] for row in found.values()}
    for row in found.values():
        if row["id"] is None:
            last = [pk for pk, other in found.items() if other["id"] and pk not in followed]
            row["follows_id"] = last[0] if last else None
            followed.add(row["follows_id"])
    return found


def _same(kind: str, row: Columns, old: Columns) -> bool:
    return all(row[name] == old[name] for name in (*_DATED[kind], "valid_from"))


def _begin(row: Columns) -> str:
    return row["valid_from"] or ""


def _end(row: Columns) -> str:
    return row["valid_to"] or _FOREVER


def meet(state: State) -> bool:
    """True when two of a subject's dated records hold on one day."""
    rows = sorted(state.values(), key=_begin)
    return any(_end(one) > _begin(other) for one, other in pairwise(rows))
