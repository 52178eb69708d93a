"""Limits: modest for everybody, higher with a key, counted in the shared cache.

Requests are counted in windows of fixed length, by one atomic increment each, so all workers share a limit and the
count costs the same however high the limit is; over two neighbouring windows a client may come to twice its limit.
When the shared cache cannot be reached the answers go on and each process counts for itself.
"""

import ipaddress
import logging
import time
import uuid

from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from rest_framework.throttling import BaseThrottle

logger = logging.getLogger(__name__)
SECONDS = {"s": 1, "sec": 1, "min": 60, "m": 60, "hour": 3600, "h": 3600, "day": 86400, "d": 86400}
# After a failure the shared cache is left alone for this many seconds, so that answers do not wait for it.
RETRY_AFTER_FAILURE = 10
_local = LocMemCache(f"limits-{uuid.uuid4()}", {})
_broken_until = 0.0


def parse_rate(rate: str) -> tuple[int, int]:
    """(requests, seconds) of a rate such as 600/min. Raises ValueError with the forms there are."""
    number, _slash, unit = rate.partition("/")
    if not number.isdigit() or unit not in SECONDS:
        raise ValueError(f"{rate!r} is not a rate: use NUMBER/UNIT with one of {', '.join(SECONDS)}")
    return int(number), SECONDS[unit]


class WindowThrottle(BaseThrottle):
    """So many requests a window. Subclasses say whom they count and how many they let through."""

    scope = "anonymous"
    wait_seconds: float | None = None

    def rate_of(self, request) -> tuple[int, int]:
        """(requests, seconds)."""
        return parse_rate(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"][self.scope])

    def ident(self, request) -> str:
        return client_address(request)

    def allow_request(self, request, view, cost: int = 1) -> bool:
        """Count a request as `cost` ordinary ones; False when that is more than the window has left.

        What was refused as too much leaves the window to smaller requests.
        """
        limit, seconds = self.rate_of(request)
        now = time.time()
        window = int(now // seconds)
        key = f"limit:{self.scope}:{self.ident(request)}:{window}"
        self.wait_seconds = (window + 1) * seconds - now
        allowed = count_up(key, seconds, cost) <= limit
        if cost > 1 and not allowed:
            count_up(key, seconds, -cost)
        return allowed

    def wait(self) -> float | None:
        return self.wait_seconds


class ReadThrottle(WindowThrottle):
    """One budget a client: by key where there is one, with the key's own rate if it has one, else by address."""

    def rate_of(self, request) -> tuple[int, int]:
        self.scope = "anonymous" if request.auth is None else "key"
        if request.auth is not None and request.auth.rate:
            return request.auth.rate, 60
        return super().rate_of(request)

    def ident(self, request) -> str:
        return client_address(request) if request.auth is None else request.auth.prefix


class ExportThrottle(ReadThrottle):
    """Whole files cost much more than answers: so many an hour for each key or address (RATE_EXPORT)."""

    def rate_of(self, request) -> tuple[int, int]:
        self.scope = "export"
        return WindowThrottle.rate_of(self, request)


def client_address(request) -> str:
    """The address a request comes from; IPv6 by its /64, which is what one customer gets.

    Behind proxies (TRUSTED_PROXIES=n) it is the n-th entry of X-Forwarded-For from the right: what our own proxies
    wrote. Whatever a client forges stands further left. Without trusted proxies the header is not read at all.
    """
    address = request.META.get("REMOTE_ADDR") or "local"
    trusted = settings.TRUSTED_PROXIES
    if trusted:
        forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if forwarded != [""]:
            address = forwarded[-min(trusted, len(forwarded))]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:45] if address.isprintable() and " " not in address else "unreadable"
    if parsed.version == 6:
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)


def count_up(key: str, seconds: int, amount: int = 1) -> int:
    """Count up under a key that is forgotten after the window, in the shared cache if it can be reached."""
    global _broken_until
    if time.monotonic() >= _broken_until:
        try:
            return _count_in(cache, key, seconds, amount)
        except Exception:  # whatever the cache's client raises: limits must not break answers
            _broken_until = time.monotonic() + RETRY_AFTER_FAILURE
            logger.warning("the shared cache cannot be reached; this process counts limits for itself")
    return _count_in(_local, key, seconds, amount)


def _count_in(store, key: str, seconds: int, amount: int) -> int:
    try:
        return store.incr(key, amount)
    except ValueError:  # the first of its window
        if store.add(key, amount, 2 * seconds):
            return amount
        return store.incr(key, amount)
