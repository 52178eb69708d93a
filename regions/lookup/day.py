"""What a process keeps of one day of the directory, so that questions about it need few queries or none.

Today is followed from change to change (`memory.py`); any other day is forgotten as soon as anything changes. What is
missing is read when it is asked for, so a fresh process answers at once. Everything is bounded; nothing here is the truth.
"""

import datetime
import threading
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import nullcontext
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.db import router
from django.utils.translation import get_language

from regions.choices import Level, QuestionState
from regions.everybody import for_everybody
from regions.gazetteer.active import active_edition
from regions.models import Posting, PostingIndex, Region
from regions.models.base import today
from regions.postings.rules import Sets, read_index, written_since

from .below import Open, settle
from .bounded import Bounded
from .changes import Position
from .facts import Facts, ServiceFacts
from .follow import Followed
from .places import Place, find_by_code
from .sets import RegionSets, Step
from .sources import FromPostings, FromRules, Link, Source, Spot, directly_below
from .sources import Place as SetsPlace

Answer = TypeVar("Answer")
_PER_ENTRY = 400  # bytes of Python objects around one entry, roughly
# A statement takes only so many parameters.
_CHUNK = 500
# The sets of all that lies below so many regions are read with it: of a page's. In a country only the first ones are asked.
_FEW = 100
_PER_PART = 150  # and around one text in a dictionary


class Part(Protocol):
    """Something ready-made, with the bytes it takes."""

    @property
    def size(self) -> int: ...


class Day:
    """One day at one position. `index` is the index if it holds for the day; else the rules themselves are asked.

    `services`: what is known of services on any day, where somebody has read it already.
    """

    def __init__(
        self,
        on: datetime.date,
        limit: int,
        position: Position | None = None,
        index: PostingIndex | None = None,
        services: ServiceFacts | None = None,
    ) -> None:
        self.on, self.position = on, position
        self.lock = threading.RLock()
        self.source: Source = FromPostings(index, on, limit // 4) if index else FromRules(on, limit // 4)
        self.choices = Bounded(limit // 16)  # which services a page shows, and what older lists may say
        self.sets_of = Bounded(limit // 16)  # what the rules say of a region, by its key
        self.services = Bounded(limit // 4)  # ready-made parts of answers, by (service, language)
        self.rules = Bounded(limit // 4)  # the same by region: service → text
        self.places = Bounded(limit // 16)  # regions, their chains, their units, by (what, key)
        # What pages show of services and rules, in one language, while nothing at all changes.
        self.shown = Bounded(limit // 16)
        self.notes = Bounded(limit // 16)  # what is odd about the list of a service
        self._loads = 0
        self._services = services
        self._facts: Facts | None = None
        self._edition: str | None = None

    @property
    def loads(self) -> int:
        """How often something had to be read."""
        return self._loads + self.source.loads

    @loads.setter
    def loads(self, value: int) -> None:
        self._loads = value - self.source.loads

    # --- Keeping in step ----------------------------------------------------------------------------------------

    def follow(self, followed: Followed, position: Position) -> bool:
        """Drop what these changes made stale. False when it is simpler to begin anew."""
        self.loads += 1
        self.shown.clear()
        if followed.everything or self.position is None or not isinstance(self.source, FromPostings):
            return False
        if followed.rules or followed.services:
            self.sets_of.clear()
        if followed.rules or followed.services or followed.outlets:
            self.choices.clear()
        if followed.rules:
            written = written_since(self.position.sequence, router.db_for_read(Posting))
            if not self.source.follow(read_index(router.db_for_read(PostingIndex)), written):
                return False
            for region_id in written:
                self._drop_rules(region_id, followed.of_services)
        if followed.all_rules:
            self.rules.clear()
            self.choices.clear()
        if followed.rules and followed.of_services is None:
            self.notes.clear()
        for service_id in followed.of_services or ():
            self.notes.pop(service_id)
        for service_id in followed.services:
            self.notes.pop(service_id)
            for language, _name in settings.LANGUAGES:
                self.services.pop((service_id, language))
        if followed.services:
            if self._services is not None:
                self._services.read_again(followed.services)
            if self._facts is not None:
                self._facts.read_again(followed.services)
        self.position = position
        return True

    def _drop_rules(self, region_id: int, of_services: set[int] | None) -> None:
        """Drop the ready-made rules of some services on a region, or of all."""
        if of_services is None:
            self.rules.pop(region_id)
        elif on_region := self.rules.get(region_id):
            for service_id in of_services & on_region.keys():
                self.rules.grow(region_id, -on_region.pop(service_id).size - _PER_PART)

    # --- What is kept -------------------------------------------------------------------------------------------

    @property
    def service_facts(self) -> ServiceFacts:
        if self._services is None:
            self.loads += 1
            with for_everybody():
                self._services = ServiceFacts()
        return self._services

    @property
    def facts(self) -> Facts:
        if self._facts is None:
            self.loads += 1
            with for_everybody() if self.on == today() else nullcontext():  # of any other day anybody may ask
                self._facts = Facts(self.on, self.service_facts)
        return self._facts

    @property
    def edition(self) -> str | None:
        if self._edition is None:
            self.loads += 1
            self._edition = active_edition()
        return self._edition

    def place(self, code: str) -> Place:
        """`find_by_code` for the day; the plain answers are kept."""
        region = self.places.get(("code", code))
        if region is not None:
            return Place(QuestionState.OK, asked=region, regions=[region])
        self.loads += 1
        place = find_by_code(code, self.on)
        if place.is_plain and place.asked and place.asked.code == code:
            self.places.put(("code", code), place.asked, 4 * _PER_ENTRY)
        return place

    def keep_service(self, key: tuple[int, str], part: Part) -> None:
        """Keep the ready-made part of a service in one language."""
        self.loads += 1
        self.services.put(key, part, part.size + _PER_ENTRY)

    def rules_on(self, region_id: int) -> dict[int, Any]:
        """The ready-made parts of the rules on a region, by service; those that were asked for."""
        return self.rules.get(region_id) or {}

    def keep_rule(self, region_id: int, service_id: int, part: Part) -> None:
        self.loads += 1
        on_region = self.rules.get(region_id)
        if on_region is None:
            on_region = {}
            self.rules.put(region_id, on_region, _PER_ENTRY)
        on_region[service_id] = part
        self.rules.grow(region_id, part.size + _PER_PART)

    def kept_shown(self, key: Hashable) -> Any:
        return self.shown.get((key, get_language()))

    def keep_shown(self, key: Hashable, value: Any, size: int) -> None:
        """Keep what a page shows of a record: what is odd about others may stand in it, so any change ends it.

        It is kept for the reader's language: reports and signs that something is odd stand in it in words.
        """
        self.loads += 1
        self.shown.put((key, get_language()), value, size)

    def keep(self, what: str, region: Region | None, make: Callable[[], Answer], size: int) -> Answer:
        """Something made from the regions alone, of one or of all, kept until a region changes."""
        key = (what, region.pk if region else None)
        found = self.places.get(key)
        if found is None:
            self.loads += 1
            found = make()
            self.places.put(key, found, size)
        return found

    def keep_answer(
        self, key: Hashable, make: Callable[[], Answer], size: int | Callable[[Answer], int]
    ) -> Answer:
        """Something made from rules, services and hotlines, kept until one of them changes."""
        found = self.choices.get(key)
        if found is None:
            self.loads += 1
            found = make()
            self.choices.put(key, found, size(found) if callable(size) else size)
        return found

    # --- Sets ---------------------------------------------------------------------------------------------------

    def sets_below(self, region: Region, places: Iterable[SetsPlace]) -> dict[int, Sets]:
        """What stands on and below some regions that lie in one."""
        return self.source.below(Spot(region.pk, region.path), places)

    def region_sets(self, region: Region) -> RegionSets:
        """What the rules say about a region; kept until a rule or a service changes."""
        kept = self.sets_of.get(region.pk)
        if kept is None:
            kept = self._region_sets(region)
            self.sets_of.put(region.pk, kept, kept.size)
        return kept

    def _region_sets(self, region: Region) -> RegionSets:
        chain = self._chain(region)
        sets = self.source.on([link.region_id for link in chain])
        here = Spot(region.pk, region.path)
        own = self.source.below(here, [here])[region.pk]
        sets_here = RegionSets(
            steps=[
                Step(pk, level, name, sets[pk].include, sets[pk].exclude) for pk, level, name, _path in chain
            ],
            include_below=own.include_below,
            exclude_below=own.exclude_below,
            listed=self.source.listed,
            everything=self.service_facts.everything,
        )
        opened = Open.of(here, own, sets_here.included, sets_here.include_below - sets_here.included)
        if opened.mixed:
            self.below(region)
        self.settle(region, [opened])
        sets_here.mixed, sets_here.whole, sets_here.nothing = opened.mixed, opened.whole, opened.nothing
        return sets_here

    def above(self, region: Region) -> list[Region]:
        """The regions above one on the day, nearest first: their names and where they lie."""
        return [
            Region(pk=pk, code=path.split("/")[-2], level=level, name=name, path=path)
            for pk, level, name, path in self._chain(region)
            if pk != region.pk
        ]

    def _chain(self, region: Region) -> list[Link]:
        return self.keep("chain", region, lambda: self._read_around(region), _PER_ENTRY)

    def _read_around(self, region: Region) -> list[Link]:
        found = self.source.around(region, self.on)
        if found.below is not None:
            self._keep_below(region, found.below)
        return found.chain

    def below(self, region: Region) -> list[Region]:
        """What is counted below a region and what lies between (`sources.inside`), by path; kept until a region changes."""
        self._chain(region)  # where it looks below at once, it is kept by now
        kept = self.places.get(("below", region.pk))
        if kept is None:
            self.loads += 1
            kept = sorted(self.source.inside(region, self.on), key=lambda row: row.path)
            self._keep_below(region, kept)
        return kept

    def _keep_below(self, region: Region, rows: list[Region]) -> None:
        """With what lies directly below the region and below each of those that lie between."""
        self.places.put(("below", region.pk), rows, _PER_ENTRY * (1 + len(rows)))
        between = [row for row in rows if row.level < Level.COUNTY]
        children = _by_parent(Spot(row.pk, row.path) for row in rows)
        for each in (region, *between):
            self._keep_children(each.pk, children[each.path])

    def settle(self, top: Region, opened: Iterable[Open]) -> None:
        """Settle regions that are or lie in one (`below.py`)."""
        settle(
            opened, lambda places: self._children(top, places), lambda places: self.sets_below(top, places)
        )

    def _children(self, top: Region, places: Iterable[SetsPlace]) -> dict[int, Sequence[Spot]]:
        """What lies directly below some regions on the day, with their sets (one query for every 500 not asked before).

        Who asks about one county of `top` asks about the others next, where they are few: they are read with it.
        """
        found: dict[int, Sequence[Spot]] = {}
        missing: dict[str, int] = {}
        for place in places:
            kept = self.places.get(("children", place.region_id))
            if kept is None:
                missing[place.path] = place.region_id
            else:
                found[place.region_id] = kept
        if missing and len(beside := self.places.get(("below", top.pk)) or ()) <= _FEW:
            counties = {row.path: row.pk for row in beside if row.level == Level.COUNTY}
            if missing.keys() <= counties.keys():
                missing = {
                    path: pk for path, pk in counties.items() if self.places.get(("children", pk)) is None
                }
        paths = list(missing)
        for start in range(0, len(paths), _CHUNK):
            self.loads += 1
            chunk = paths[start : start + _CHUNK]
            below = _by_parent(
                self.source.spots(
                    directly_below((path.split("/")[-2] for path in chunk), self.on), len(paths) <= _FEW
                )
            )
            for path in chunk:
                found[missing[path]] = below[path]
                self._keep_children(missing[path], below[path])
        return found

    def _keep_children(self, region_id: int, children: Sequence[Spot]) -> None:
        self.places.put(("children", region_id), children, _PER_ENTRY * (1 + len(children) // 2))

    def size(self) -> dict[str, int]:
        """What is kept: bytes by kind. Asks no database."""
        return {
            "postings": self.source.size,
            "sets": self.sets_of.size,
            "choices": self.choices.size,
            "services": self.services.size,
            "rules": self.rules.size,
            "places": self.places.size,
            "shown": self.shown.size + self.notes.size,
            "facts": (self._services.size() if self._services else 0)
            + (self._facts.size() if self._facts else 0),
        }


def _by_parent(spots: Iterable[Spot]) -> defaultdict[str, list[Spot]]:
    """Places by the path of what they lie directly below."""
    found: defaultdict[str, list[Spot]] = defaultdict(list)
    for spot in sorted(spots, key=lambda spot: spot.path):
        found[spot.path[: spot.path.rindex("/", 0, -1) + 1]].append(spot)
    return found
