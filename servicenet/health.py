"""/healthz and /readyz: is the process alive, and can it answer?

Asked by load balancers under any host name and without TLS, so they are answered before everything else.
"""

import logging
import threading

from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

logger = logging.getLogger(__name__)
# How long the database may take; balancers wait about as long.
SECONDS = 2.5
PROBES = ("/healthz", "/readyz")
_migrated = _named = False
_looking: threading.Thread | None = None


class HealthMiddleware:
    """Answers the two addresses; everything else goes on."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response
        self.answers = dict(zip(PROBES, (healthz, readyz), strict=True))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.answers.get(request.path_info)
        if answer is None or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        response = answer()
        response["Cache-Control"] = "no-store"
        return response


def healthz() -> HttpResponse:
    """200 while the process can answer at all; asks nothing of anybody else."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz() -> JsonResponse:
    """200 when the database answers, all migrations are applied, a release of the regions is active and pages can name
    their files; else 503."""
    checks = {"database": False, "migrations": False, "release": False, "files": has_files()}
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        look(checks)
    else:
        in_time(checks)
    checks = dict(checks)
    ready = all(checks.values())
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


def look(checks: dict[str, bool]) -> None:
    """Fill in what is well."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        checks["database"] = True
        checks["migrations"] = is_migrated()
        if checks["migrations"]:
            checks["release"] = has_release()
    except (DatabaseError, InterfaceError):
        logger.warning("not ready", extra={"checks": checks})


def in_time(checks: dict[str, bool]) -> None:
    """The same on a thread and a connection of its own: a database that is frozen says nothing, not even no."""
    global _looking

    def look_and_leave() -> None:
        try:
            look(checks)
        finally:
            connection.close()

    if _looking is None or not _looking.is_alive():
        _looking = threading.Thread(target=look_and_leave, daemon=True)
        _looking.start()
        _looking.join(SECONDS)
    if _looking.is_alive():
        logger.warning("not ready: the database does not answer")


def is_migrated() -> bool:
    """True when no migration is missing. Once seen it stays so: nobody takes them back under a running process."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def has_files() -> bool:
    """True when `collectstatic` has run for this program: a page that names a file without is a 500. Once seen it stays so."""
    global _named
    if not _named:
        names = getattr(staticfiles_storage, "hashed_files", None)  # none: files are found where they lie
        _named = names is None or all(
            path in names for finder in get_finders() for path, _storage in finder.list(["CVS", ".*", "*~"])
        )
    return _named


def has_release() -> bool:
    from regions.gazetteer.active import active_edition  # models can be imported only when all apps are

    return active_edition() is not None
