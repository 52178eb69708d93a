"""What a change set is about, one subject at a time, and what newer sets did to each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from regions import keys
from regions.choices import ChangeAction
from regions.models import Change, ChangeSet
from regions.models.change import BEGINNING
from regions.postings.touched import LIST, RULE

_OF_SERVICE = (RULE, "hotline", "verification")


class Subject(NamedTuple):
    """What is undone together: a record; all rules of a service on a region; all claims of a service to a number."""

    kind: str
    key: str


class Entry(NamedTuple):
    """One change of one record. `after` is None also for one of many new rules, of which only the key is noted."""

    subject: Subject
    key: str
    action: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    correction: bool
    change: int
    changeset: UUID


@dataclass(slots=True)
class Standing:
    """What was done to a subject since: what still stands on it, the set asked for first; or who has undone it.

    What was undone and brought back stands by both names: undoing either takes it away.
    """

    stack: list[list[UUID]] = field(
        default_factory=list
    )  # each with the sets that brought it, the last one last
    undone: dict[UUID, list[UUID]] = field(default_factory=dict)  # by the set that undid: what it undid
    last: UUID | None = None

    def holds(self, changeset: UUID) -> bool:
        """True while what this set did still stands, whatever came on top of it."""
        return any(changeset in names for names in self.stack)

    def note(self, changeset: UUID, undoes: UUID | None) -> None:
        if changeset == self.last:
            return
        self.last = changeset
        if undoes and self.stack and undoes in self.stack[-1]:
            self.undone[changeset] = self.stack.pop()
        elif undoes and undoes in self.undone:
            self.stack.append([*self.undone[undoes], changeset])
        elif not self.stack or changeset not in self.stack[-1]:
            self.stack.append([changeset])


def subject_of(kind: str, key: str) -> Subject:
    if kind == RULE:
        rule = keys.read_rule_key(key)
        return Subject(RULE, f"{rule.service}{keys.SEP}{rule.region}")
    if kind == "hotline":
        claim = keys.read_hotline_key(key)
        return Subject(kind, keys.hotline_key(claim.service, claim.number, claim.extension))
    return Subject(kind, key)


def entries(changes: Iterable[Change]) -> list[Entry]:
    """The changes by record, in their order; a list of many new rules rule by rule."""
    found = []
    for change in changes:
        common = change.correction, change.pk, change.changeset
        if change.kind == LIST:
            for rest in (change.after or {}).get("created", ()):
                key = keys.of_list(change.key, rest)
                found.append(Entry(subject_of(RULE, key), key, ChangeAction.CREATE, None, None, *common))
        else:
            subject = subject_of(change.kind, change.key)
            found.append(Entry(subject, change.key, change.action, change.before, change.after, *common))
    return found


def says(entry: Entry) -> bool:
    """True for what changed something of its own; else only the record's answer changed."""
    return bool(entry.before or entry.after or entry.action != ChangeAction.UPDATE)


def standing(the_set: ChangeSet, of: Iterable[Entry]) -> dict[Subject, Standing]:
    """What stands on each subject of these entries of a set, oldest first. A few queries, however many subjects."""
    return standings({the_set.uuid: of})[the_set.uuid]


def standings(of: Mapping[UUID, Iterable[Entry]]) -> dict[UUID, dict[Subject, Standing]]:
    """The same for entries of several sets, in as many queries."""
    firsts = {uuid: min((entry.change for entry in its), default=0) for uuid, its in of.items()}
    found = {uuid: {entry.subject: Standing([[uuid]]) for entry in its} for uuid, its in of.items()}
    later = _later({subject for its in found.values() for subject in its}, min(firsts.values(), default=0))
    undoes = dict(
        ChangeSet.objects.filter(uuid__in={entry.changeset for entry in later}, undoes__isnull=False)
        .order_by()
        .values_list("uuid", "undoes__uuid")
    )
    for entry in later:
        if not says(entry) and entry.changeset not in undoes:
            continue
        for uuid, subjects in found.items():
            if entry.subject in subjects and entry.change >= firsts[uuid] and entry.changeset != uuid:
                subjects[entry.subject].note(entry.changeset, undoes.get(entry.changeset))
    return found


def _later(subjects: set[Subject], first: int) -> list[Entry]:
    """What was written from a point on about these subjects, in order."""
    by_kind: dict[str, set[str]] = defaultdict(set)
    for subject in subjects:
        by_kind[subject.kind].add(subject.key)
    changes: list[Change] = []
    rows = Change.objects.filter(pk__gte=first).order_by("pk")
    for kind, of_kind in by_kind.items():
        if kind in _OF_SERVICE:
            slugs = {keys.service_of(key) for key in of_kind}
            changes += rows.alias(slug=BEGINNING).filter(kind=kind, slug__in=slugs)
            if kind == RULE:
                changes += rows.filter(kind=LIST, key__in=slugs)
        else:
            changes += rows.filter(kind=kind, key__in=of_kind)
    return sorted(entries(changes), key=lambda entry: entry.change)
