"""/metrics for Prometheus: requests by route and status, the change sequence, what the lookup keeps in memory.

prometheus_client is used directly: counting by route in one place costs about 10 µs a request; the usual Django
integration wraps every middleware, model and database call. With several workers set PROMETHEUS_MULTIPROC_DIR to an
empty directory, or each scrape sees one worker only.
"""

import hmac
import os
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

SHARED = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
if SHARED:  # the client opens files there as soon as a metric is made, also under manage.py
    Path(SHARED).mkdir(parents=True, exist_ok=True)
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_requests = Counter("servicenet_requests", "Requests answered.", ["method", "route", "status"])
_seconds = Histogram("servicenet_request_seconds", "Time to the first byte.", ["route"], buckets=BUCKETS)
_sequence = Gauge("servicenet_change_sequence", "Latest change.", multiprocess_mode="max")
_memory = Gauge(
    "servicenet_lookup_bytes", "What the lookup keeps in memory.", ["kind"], multiprocess_mode="livemax"
)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request."""
    _requests.labels(method if method in METHODS else "other", route, status).inc()
    _seconds.labels(route).observe(seconds)


def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, for whoever has METRICS_TOKEN (`Authorization: Bearer …`) or is logged in as staff."""
    if not may_read(request):
        return HttpResponseForbidden("METRICS_TOKEN or a staff login is needed.\n", content_type="text/plain")
    from regions.lookup.changes import current_position
    from regions.lookup.memory import memory_usage

    _sequence.set(current_position().sequence)
    for name, size in memory_usage().items():
        _memory.labels(name.removeprefix("memory_")).set(size)
    registry = REGISTRY
    if SHARED:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    response = HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    response["Cache-Control"] = "no-store"
    return response


def may_read(request: HttpRequest) -> bool:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN and hmac.compare_digest(token.encode(), settings.METRICS_TOKEN.encode()):
        return True
    return request.user.is_active and request.user.is_staff
