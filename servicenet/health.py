"""/healthz and /readyz: is the process alive, and can it answer?

Asked by load balancers under any host name and without TLS, so they are answered before everything else.
"""

import logging

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

logger = logging.getLogger(__name__)
_migrated = False


class HealthMiddleware:
    """Answers the two addresses; everything else goes on."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response
        self.answers = {"/healthz": healthz, "/readyz": readyz}

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
    """200 when the database answers, all migrations are applied and a release of the regions is active; else 503."""
    checks = {"database": False, "migrations": False, "release": False}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        checks["database"] = True
        checks["migrations"] = is_migrated()
        if checks["migrations"]:
            checks["release"] = has_release()
    except (DatabaseError, InterfaceError):
        logger.warning("not ready", extra={"checks": checks})
    ready = all(checks.values())
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


def is_migrated() -> bool:
    """True when no migration is missing. Once seen it stays so: nobody takes them back under a running process."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def has_release() -> bool:
    from regions.gazetteer.active import active_edition  # models can be imported only when all apps are

    return active_edition() is not None
