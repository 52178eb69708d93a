"""The region data in force: its edition, and the resolver over it.

There is one gazetteer, the one in the database. Its edition is nearly always the one whose files lie beside the
program: then the files are read, which is quick, with the names as they stand in the database. A database with
another edition is read itself. A worker notices by the change sequence that regions or names have changed; what it
answers then is built before the next request is answered.
"""

from __future__ import annotations

import datetime
import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import router

from regions.choices import ReleaseState
from regions.everybody import for_everybody
from regions.models import Change, Region, Release
from regions.models.region import COUNTRY_CODE
from regions.position import Position, request_position

from . import stored
from .files import NAMES, checksum

if TYPE_CHECKING:
    from regions.resolver import Resolver

# The kinds of change that the resolver's answers depend on. A name is part of its region.
KINDS = ("region", "release")


def active_edition() -> str | None:
    """The name of the active release; None before `load_regions --commit`."""
    return Release.objects.filter(state=ReleaseState.ACTIVE).values_list("edition", flat=True).first()


def record_begins() -> datetime.date | None:
    """The first day that can be asked about: that of the country's first life. None before `load_regions --commit`."""
    return _begins(router.db_for_read(Region), request_position())


@lru_cache(maxsize=4)
def _begins(using: str, _position: Position) -> datetime.date | None:
    country = Region.objects.using(using).filter(code=COUNTRY_CODE)
    return country.values_list("valid_from", flat=True).order_by("valid_from").first()


class _Held:
    """The resolver that answers now, and the position up to which it is known to be right."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Look again at everything when asked next."""
        self.seen: Position | None = None
        self.resolver: Resolver | None = None
        _begins.cache_clear()

    def current(self) -> Resolver:
        position = request_position()
        if position == self.seen and self.resolver is not None:
            return self.resolver
        with self.lock:
            if self.resolver is None or self.seen is None or _is_news(self.seen, position):
                with for_everybody():
                    self.resolver = _build()
            self.seen = position
            return self.resolver


_held = _Held()
forget = _held.forget


def resolver() -> Resolver:
    """The resolver over the gazetteer in force. Keep it for a run of texts; ask again for the next request."""
    return _held.current()


def _is_news(seen: Position, now: Position) -> bool:
    """True when regions or names may have changed between two positions, or these lie in different histories."""
    if now.sequence <= seen.sequence:
        return now != seen
    changes = Change.objects.using(router.db_for_read(Change))
    if seen.sequence:
        then = changes.filter(pk=seen.sequence).values_list("pk", "changeset").first()
        if then is None or Position.of(then) != seen:
            return True
    return changes.filter(pk__gt=seen.sequence, kind__in=KINDS).exists()


def _build() -> Resolver:
    from regions.resolver import Resolver, load, load_default

    using = router.db_for_read(Release)
    active = (
        Release.objects.using(using)
        .filter(state=ReleaseState.ACTIVE)
        .values_list("edition", "checksum")
        .first()
    )
    folder = Path(settings.REGIONS_DIR)
    if active and active[1] != _checksum(folder):
        names = {NAMES: stored.name_rows(stored.names(using))}
        return Resolver(load.make_index(stored.tables(using) | names, active[0]))
    other = _other_names(folder, using)
    return load_default(folder) if other is None else _of_names(folder, load.state(folder), other)


@lru_cache(maxsize=1)
def _of_names(folder: Path, _state: tuple, names: tuple[tuple[str, ...], ...]) -> Resolver:
    """The resolver over the files with other names: what changes of a region besides them builds nothing anew."""
    from regions.resolver import Resolver, load

    return Resolver(load.read_index(folder, {NAMES: stored.name_rows(names)}))


def _other_names(folder: Path, using: str) -> tuple[tuple[str, ...], ...] | None:
    """The names of the database, if they are not those of the files.

    Those of the files stand beside them in a database that holds only a part of the edition.
    """
    from regions.resolver import load

    names = stored.names(using)
    there: set[tuple[str, ...]] = {name[:4] for name in names}
    filed = _filed_names(folder, load.state(folder))
    if not any(name[4].startswith(stored.OWNED) for name in names):
        there |= filed
    return None if there == filed else tuple(sorted(there))


@lru_cache(maxsize=1)
def _filed_names(folder: Path, _state: tuple) -> frozenset[tuple[str, ...]]:
    from regions.resolver import load

    return frozenset(tuple(row[column] for column in stored.NAMED) for row in load.rows(folder, NAMES))


def _checksum(folder: Path) -> str | None:
    """The checksum of the files; None where there are none."""
    from regions.resolver import load

    try:
        return _checksum_of(folder, load.state(folder))
    except FileNotFoundError:
        return None


@lru_cache(maxsize=2)
def _checksum_of(folder: Path, _state: tuple) -> str:
    return checksum(folder)
