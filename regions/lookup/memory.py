"""What a process keeps of the directory, in step with the change sequence, so that the main question needs no query.

Every question first reads the position of the change sequence. Where it has moved, the changes since say what to
drop: a region's postings, a service's facts and its ready-made part of the answer. What is missing is read again
when it is asked for, so a fresh process answers at once. Everything is bounded (`settings.LOOKUP_MEMORY_MB`);
nothing here is the truth: another day, a database without an index, or an index whose regions have moved on are
answered from SQL (`memory=None`).
"""

import datetime
import logging
import threading
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.conf import settings
from django.db import router
from pyroaring import BitMap

from regions.choices import QuestionState
from regions.gazetteer.active import active_edition
from regions.models import Change, Posting, PostingIndex, Region
from regions.models.base import today
from regions.postings import writing
from regions.postings.rules import SETS, Sets, next_boundary, read_index, read_sets, written_since
from regions.postings.sync import Bits, pairs_between, regions_changed_between

from .bounded import Bounded
from .changes import Position, current_position
from .facts import Facts
from .follow import Followed, read_changes
from .places import Place, find_by_code
from .sets import RegionSets, Step, chain_of

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")
# A commit between two reads of one question has it asked again, this often; then SQL answers as it can.
TRIES = 5
_EMPTY = Sets()
_PER_ENTRY = 400  # bytes of Python objects around one entry, roughly
_PER_PART = 150  # and around one text in a dictionary


class Memory:
    """What is kept for one database. Use it inside `consistently`, which holds its lock."""

    def __init__(self) -> None:
        limit = settings.LOOKUP_MEMORY_MB * 2**20
        self.lock = threading.RLock()
        self.position: Position | None = None
        self.on: datetime.date | None = None
        self.loads = 0  # how often something had to be read
        self.postings = Bounded(limit // 4)
        self.sets_of = Bounded(limit // 8)  # what the postings of a chain amount to, by the region's key
        self.choices = Bounded(limit // 8)  # which services a page shows, by (region, filters, offset, limit)
        self.services = Bounded(limit // 4)  # ready-made parts of answers, by (service, language)
        self.rules = Bounded(limit // 4)  # the same by region: service → text
        self.places = Bounded(limit // 16)  # regions, their chains, their units, by (what, key)
        self._forget()

    @property
    def usable(self) -> bool:
        """True when the index holds for the day."""
        return self._index is not None

    def is_past(self, position: Position) -> bool:
        """True when another thread has brought this memory beyond a position (or to another history)."""
        here = self.position
        return here is not None and position != here and position.sequence <= here.sequence

    # --- Keeping in step ----------------------------------------------------------------------------------------

    def bring_up(self, position: Position, on: datetime.date) -> None:
        """Drop what changed on the way to a position and a day."""
        if position == self.position and on == self.on:
            return
        self.loads += 1
        followed = None
        if on == self.on and self.position is not None and position.sequence > self.position.sequence > 0:
            followed = read_changes(self.position, position)
        if followed is None or not self._follow(followed):
            self._forget()
            self._read_index(on)
        self.position, self.on = position, on

    def _forget(self) -> None:
        for kept in (self.postings, self.sets_of, self.choices, self.services, self.rules, self.places):
            kept.clear()
        self._index: PostingIndex | None = None
        self._overlay: Bits | None = None
        self._facts: Facts | None = None
        self._edition: str | None = None
        self.listed = BitMap()

    def _read_index(self, on: datetime.date) -> None:
        """Read the index; rules that have begun or ended since it was written are laid over it."""
        index = read_index(router.db_for_read(PostingIndex))
        if index is None or on < index.day:
            return
        if index.until is not None and on >= index.until:
            if regions_changed_between(index.day, on):
                logger.warning("regions began or ended since the index was built: run rebuild_postings")
                return
            overlay = Bits(index, on)
            overlay.until = next_boundary(on)
            overlay.work_out(dict.fromkeys(pairs_between(index.day, on)))
            self._overlay = overlay
        self._index = index
        self.listed = self._overlay.listed if self._overlay else BitMap.deserialize(bytes(index.listed))

    def _follow(self, followed: Followed) -> bool:
        """Drop what these changes made stale. False when it is simpler to drop everything."""
        if followed.everything:
            return False
        if followed.rules or followed.services:
            self.sets_of.clear()
            self.choices.clear()
        if followed.rules:
            if not self._same_index():
                return False
            for region_id in written_since(self.position.sequence, router.db_for_read(Posting)):
                self.postings.pop(region_id)
                self._drop_rules(region_id, followed.of_services)
        if followed.all_rules:
            self.rules.clear()
        for service_id in followed.services:
            for language, _name in settings.LANGUAGES:
                self.services.pop((service_id, language))
        if followed.services and self._facts is not None:
            self._facts.read_again(followed.services)
        return True

    def _drop_rules(self, region_id: int, of_services: set[int] | None) -> None:
        """Drop the ready-made rules of some services on a region, or of all."""
        if of_services is None:
            self.rules.pop(region_id)
        elif on_region := self.rules.get(region_id):
            for service_id in of_services & on_region.keys():
                self.rules.grow(region_id, -len(on_region.pop(service_id)) - _PER_PART)

    def _same_index(self) -> bool:
        """Read the index again after changes to rules; False when it was rebuilt or moved to another day."""
        index = read_index(router.db_for_read(PostingIndex))
        before = self._index
        if index is None or before is None or index.generation != before.generation or self._overlay:
            return False
        self._index = index
        self.listed = BitMap.deserialize(bytes(index.listed))
        return True

    # --- What is kept -------------------------------------------------------------------------------------------

    @property
    def facts(self) -> Facts:
        if self._facts is None:
            self.loads += 1
            self._facts = Facts(self.on)
        return self._facts

    @property
    def edition(self) -> str | None:
        if self._edition is None:
            self.loads += 1
            self._edition = active_edition()
        return self._edition

    def place(self, code: str) -> Place:
        """`find_by_code` for today; the plain answers are kept."""
        region = self.places.get(("code", code))
        if region is not None:
            return Place(QuestionState.OK, asked=region, regions=[region])
        self.loads += 1
        place = find_by_code(code, self.on)
        if place.is_plain and place.asked.code == code:
            self.places.put(("code", code), place.asked, 4 * _PER_ENTRY)
        return place

    def keep_service(self, key: tuple[int, str], part: bytes) -> None:
        """Keep the ready-made part of a service in one language."""
        self.loads += 1
        self.services.put(key, part, len(part) + _PER_ENTRY)

    def rules_on(self, region_id: int) -> dict[int, bytes]:
        """The ready-made parts of the rules on a region, by service; those that were asked for."""
        return self.rules.get(region_id) or {}

    def keep_rule(self, region_id: int, service_id: int, part: bytes) -> None:
        self.loads += 1
        on_region = self.rules.get(region_id)
        if on_region is None:
            on_region = {}
            self.rules.put(region_id, on_region, _PER_ENTRY)
        on_region[service_id] = part
        self.rules.grow(region_id, len(part) + _PER_PART)

    def keep(self, what: str, region: Region, make: Callable[[], Answer], size: int) -> Answer:
        """Something made from the regions alone, kept until a region changes."""
        found = self.places.get((what, region.pk))
        if found is None:
            self.loads += 1
            found = make()
            self.places.put((what, region.pk), found, size)
        return found

    def sets(self, region_ids: Iterable[int]) -> dict[int, Sets]:
        """The sets of these regions; one query for those that are not at hand."""
        found = {region_id: self.postings.get(region_id) for region_id in region_ids}
        missing = [region_id for region_id, sets in found.items() if sets is None]
        if missing:
            self.loads += 1
            for start in range(0, len(missing), 500):
                chunk = missing[start : start + 500]
                stored = read_sets(chunk, router.db_for_read(Posting))
                for region_id in chunk:
                    found[region_id] = self._keep_sets(region_id, stored.get(region_id))
        return found

    def _keep_sets(self, region_id: int, blobs: list[bytes] | None) -> Sets:
        sets, size = (Sets.load(blobs), sum(map(len, blobs))) if blobs else (_EMPTY, 0)
        if self._overlay and region_id in self._overlay.changes:
            sets = Sets.load(sets.dump())
            self._overlay.apply(region_id, sets)
        self.postings.put(region_id, sets, size + _PER_ENTRY)
        return sets

    def region_sets(self, region: Region) -> RegionSets:
        """What `sets.region_sets` says, out of the postings; kept until a rule or a service changes."""
        kept = self.sets_of.get(region.pk)
        if kept is None:
            kept = self._region_sets(region)
            self.sets_of.put(region.pk, kept, kept.size)
        return kept

    def _region_sets(self, region: Region) -> RegionSets:
        chain = self.keep("chain", region, lambda: _short_chain(region, self.on), _PER_ENTRY)
        sets = self.sets([region_id for region_id, _level, _name in chain])
        own = sets[region.pk]
        return RegionSets(
            steps=[
                Step(region_id, level, name, sets[region_id].include, sets[region_id].exclude)
                for region_id, level, name in chain
            ],
            include_below=own.include_below,
            exclude_below=own.exclude_below,
            listed=self.listed,
            everything=self.facts.everything,
        )


def _short_chain(region: Region, on: datetime.date) -> list[tuple[int, int, str]]:
    return [(step.pk, step.level, step.name) for step in chain_of(region, on)]


_memories: dict[str, Memory] = {}


def memory_here() -> Memory:
    """The memory of the database that reads go to."""
    alias = router.db_for_read(Change)
    found = _memories.get(alias)
    if found is None:
        found = _memories.setdefault(alias, Memory())
    return found


def consistently(
    on: datetime.date, ask: Callable[[Memory | None], Answer], position: Position | None = None
) -> Answer:
    """Ask a question of one moment: `ask(memory)` for today, `ask(None)` where only SQL can answer.

    When something had to be read and a commit came in between, the question is asked again. `position` is where
    the caller already knows the directory to stand.
    """
    memory = memory_here()
    for _attempt in range(TRIES):
        with memory.lock:
            if position is None or memory.is_past(position):
                position = current_position()
            by_memory = on == today() and position.sequence > 0 and not writing.get()
            if by_memory:
                loads = memory.loads
                memory.bring_up(position, on)
                if memory.usable:
                    answer = ask(memory)
                    if memory.loads == loads or current_position() == position:
                        return answer
                    position = None
                    continue
        answer = ask(None)
        if current_position() == position:
            return answer
        position = None
    return ask(None)


def usage() -> dict[str, int | str | None]:
    """Numbers about the index in the database and about what this process keeps of it (bytes, entries)."""
    index = read_index(router.db_for_read(PostingIndex))
    memory = memory_here()
    stored = 0
    for blobs in Posting.objects.order_by().values_list(*SETS).iterator(chunk_size=200):
        stored += sum(map(len, blobs))
    return {
        "index_day": str(index.day) if index else None,
        "index_until": str(index.until) if index and index.until else None,
        "index_regions": Posting.objects.count(),
        "index_bytes": stored,
        **memory_usage(memory),
    }


def memory_usage(memory: Memory | None = None) -> dict[str, int]:
    """What this process keeps: bytes by kind, and the limit. Asks no database; for `/metrics`."""
    memory = memory or memory_here()
    return {
        "memory_limit": settings.LOOKUP_MEMORY_MB * 2**20,
        "memory_postings": memory.postings.size,
        "memory_sets": memory.sets_of.size,
        "memory_choices": memory.choices.size,
        "memory_services": memory.services.size,
        "memory_rules": memory.rules.size,
        "memory_places": memory.places.size,
        "memory_facts": memory._facts.size() if memory._facts else 0,
    }
