"""Reads from PostgreSQL replicas (DATABASE_REPLICA_URLS), writes to the primary.

A request reads from one database from beginning to end, so its ETag and its answer belong together. Reads of the
public go to replicas; whoever is logged in, and whoever wrote with a key a moment ago, reads from the primary and so
sees their own writes. A replica that cannot be reached, or has not caught up with where the primary stood a moment
ago, is left out and looked at again; a read it fails in is done again on the primary.
"""

import itertools
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, connections
from django.http import HttpRequest, HttpResponse

from .logs import Request

logger = logging.getLogger(__name__)
PRIMARY = "default"
# How often a process looks at the replicas, and so how far one may lag: what the primary had at the last look.
LOOK_SECONDS = 2.0
# How long a writer's own reads stay on the primary.
OWN_WRITES_SECONDS = 60
READS_BY_POST = ("/api/v1/coverage/", "/api/v1/resolve/")
_chosen: ContextVar[str] = ContextVar("database", default=PRIMARY)


class ReplicaRouter:
    """Django's database router: the request's choice for reads, the primary for everything else."""

    def db_for_read(self, model, **hints) -> str:
        """What hangs on a record is read where the record was; files are sent after the request's choice is over."""
        instance = hints.get("instance")
        return (instance is not None and instance._state.db) or _chosen.get()

    def db_for_write(self, model, **hints) -> str:
        return PRIMARY

    def allow_relation(self, one, other, **hints) -> bool:
        return True

    def allow_migrate(self, db, app_label, **hints) -> bool:
        return db == PRIMARY


class Replicas:
    """Which replicas can be read from now. One for each process; looks at them at most every LOOK_SECONDS."""

    def __init__(self, aliases: list[str]) -> None:
        self.aliases = aliases
        self.usable: list[str] = []
        self.looked_at = float("-inf")
        self.primary_then = 0
        self._turn = itertools.count()
        self._lock = threading.Lock()

    def choose(self) -> str:
        """A usable replica, each in its turn; the primary when there is none."""
        if time.monotonic() - self.looked_at >= LOOK_SECONDS and self._lock.acquire(blocking=False):
            try:
                self.look()
            finally:
                self._lock.release()
        usable = self.usable
        return usable[next(self._turn) % len(usable)] if usable else PRIMARY

    def look(self) -> None:
        """Leave out who is away or behind; take in who is back."""
        usable = [alias for alias in self.aliases if self._is_usable(alias)]
        for alias in set(self.usable) ^ set(usable):
            logger.warning(
                "replica %s", "used again" if alias in usable else "left out", extra={"replica": alias}
            )
        self.usable = usable
        with suppress(
            DatabaseError, InterfaceError
        ):  # without the primary whoever can be read goes on being read
            self.primary_then = sequence(PRIMARY)
        self.looked_at = time.monotonic()

    def leave_out(self, alias: str) -> None:
        """A read failed there: not again before the next look."""
        self.usable = [other for other in self.usable if other != alias]
        connections[alias].close()

    def _is_usable(self, alias: str) -> bool:
        try:
            return sequence(alias) >= self.primary_then
        except (DatabaseError, InterfaceError):
            connections[alias].close()
            return False


def sequence(alias: str) -> int:
    """The latest change a database has."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(id), 0) FROM regions_change")
        return cursor.fetchone()[0]


class ReplicaMiddleware:
    """Chooses the database a request reads from."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.replicas = Replicas(settings.REPLICAS)

    def __call__(self, request: Request) -> HttpResponse:
        reads = request.method in ("GET", "HEAD") or request.path_info in READS_BY_POST
        if not reads:
            return self._write(request)
        alias = PRIMARY if self._must_see_own_writes(request) else self.replicas.choose()
        response = self._on(alias, request)
        if response.status_code == 503 and alias != PRIMARY and request.method in ("GET", "HEAD"):
            self.replicas.leave_out(alias)
            response = self._on(PRIMARY, request)
        return response

    def _on(self, alias: str, request: Request) -> HttpResponse:
        token = _chosen.set(alias)
        request.database = alias
        try:
            return self.get_response(request)
        finally:
            _chosen.reset(token)

    def _write(self, request: Request) -> HttpResponse:
        response = self._on(PRIMARY, request)
        if writer := writer_of(request):
            try:
                cache.set(f"wrote:{writer}", True, OWN_WRITES_SECONDS)
            except Exception:  # see _must_see_own_writes: without the cache, keys read from the primary
                logger.warning("the shared cache cannot be reached")
        return response

    @staticmethod
    def _must_see_own_writes(request: HttpRequest) -> bool:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            return True
        writer = writer_of(request)
        if not writer:
            return False
        try:
            return bool(cache.get(f"wrote:{writer}"))
        except Exception:
            return True


def writer_of(request: HttpRequest) -> str:
    """The public beginning of the key a request carries; "" when none."""
    from regions.api.authentication import key_of

    return key_of(request).partition(".")[0][:8]
