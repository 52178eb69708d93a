"""How much of a change set is undone by now, and how much still stands."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import models

from regions.models import ChangeSet

from . import state
from .subjects import Entry, entries, says, standings


@dataclass(slots=True)
class Progress:
    """Records of a set that can be undone at all: `done` of `total`. By change, how many of its records are undone, of how many."""

    done: int = 0
    total: int = 0
    by_change: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        return 0 < self.done == self.total

    @property
    def is_part(self) -> bool:
        return 0 < self.done < self.total

    @property
    def left(self) -> int:
        return self.total - self.done


def progress(sets: Iterable[ChangeSet], changes: models.QuerySet) -> dict[UUID, Progress]:
    """For each set how far it is undone, of those of `changes` that it holds. A fixed number of queries."""
    of: dict[UUID, list[Entry]] = {the_set.uuid: [] for the_set in sets}
    found = {uuid: Progress() for uuid in of}
    if not of:
        return found
    for entry in entries(changes.filter(changeset__in=of).order_by("pk")):
        if says(entry) and entry.subject.kind in state.MODELS:
            of[entry.changeset].append(entry)
    for uuid, stands in standings(of).items():
        records: dict[tuple[str, str], bool] = {}
        by_change: dict[int, set[tuple[str, str]]] = defaultdict(set)
        for entry in of[uuid]:
            record = entry.subject.kind, entry.key
            records[record] = not stands[entry.subject].holds(uuid)
            by_change[entry.change].add(record)
        its = found[uuid]
        its.done, its.total = sum(records.values()), len(records)
        its.by_change = {
            pk: (sum(records[record] for record in of_it), len(of_it)) for pk, of_it in by_change.items()
        }
    return found
