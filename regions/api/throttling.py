"""Limits: modest for everybody, higher with a key, counted in the shared cache.

Requests are counted in windows of fixed length, by one atomic increment each, so all workers share a limit and the
count costs the same however high the limit is; over two neighbouring windows a client may come to twice its limit.
When the shared cache cannot be reached the answers go on and each process counts for itself.
"""

import ipaddress
import logging
import time
import uuid
from functools import lru_cache
from math import ceil
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from rest_framework.throttling import BaseThrottle

logger = logging.getLogger(__name__)
SECONDS = {"s": 1, "sec": 1, "min": 60, "m": 60, "hour": 3600, "h": 3600, "day": 86400, "d": 86400}
# After a failure the shared cache is left alone for this many seconds, so that answers do not wait for it.
RETRY_AFTER_FAILURE = 10
# A request counts as one, and as one more for each so many characters of what it asks.
CHARACTERS_A_REQUEST = 500
_local = LocMemCache(f"limits-{uuid.uuid4()}", {})
_broken_until = 0.0


def parse_rate(rate: str) -> tuple[int, int]:
    """(requests, seconds) of a rate such as 600/min. Raises ValueError with the forms there are."""
    number, _slash, unit = rate.partition("/")
    if not number.isdigit() or unit not in SECONDS:
        raise ValueError(f"{rate!r} is not a rate: use NUMBER/UNIT with one of {', '.join(SECONDS)}")
    return int(number), SECONDS[unit]


def cost_of(text: object) -> int:
    """How many ordinary requests a text counts for."""
    return 1 + len(text) // CHARACTERS_A_REQUEST if isinstance(text, str) else 1


def cost_of_query(request) -> int:
    """How many ordinary requests a request counts for, by what stands in its address."""
    return 1 + sum(cost_of(value) - 1 for _name, values in request.GET.lists() for value in values)


class Window(NamedTuple):
    """What a client may know of its limit after a request: requests (or milliseconds) in so many seconds, those left, its cost."""

    limit: int
    seconds: int
    left: int
    ends_in: float
    cost: int


def tell(request, scope: str, window: Window) -> None:
    """Keep what a request was counted as, for `LimitMiddleware`; a second count of the same limit adds its cost."""
    plain = getattr(request, "_request", request)
    told = plain.__dict__.setdefault("limits_told", {})
    before = told[scope].cost if scope in told else 0
    told[scope] = window._replace(cost=window.cost + before)


class LimitMiddleware:
    """Says what limits there are, what is left of them, and what this request was counted as (draft RateLimit headers).

    Stands outside of all that counts; answers that were not counted (304, static files) say nothing.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        told: dict[str, Window] | None = request.__dict__.get("limits_told")
        if told:
            response["RateLimit-Policy"] = ", ".join(
                f'"{scope}";q={window.limit};w={window.seconds}' for scope, window in told.items()
            )
            response["RateLimit"] = ", ".join(
                f'"{scope}";r={max(0, window.left)};t={ceil(window.ends_in)};cost={window.cost}'
                for scope, window in told.items()
            )
        return response


class WindowThrottle(BaseThrottle):
    """So many requests a window. Subclasses say whom they count and how many they let through."""

    scope = "anonymous"
    wait_seconds: float | None = None

    def rate_of(self, request) -> tuple[int, int]:
        """(requests, seconds)."""
        return parse_rate(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"][self.scope])

    def ident(self, request) -> str:
        return client_address(request)

    def allow_request(self, request, view, cost: int | None = None) -> bool:
        """Count a request as `cost` ordinary ones (by its address unless given); False when that is more than the window has left.

        What was refused as too much leaves the window to smaller requests.
        """
        cost = cost_of_query(request) if cost is None else cost
        limit, seconds = self.rate_of(request)
        now = time.time()
        window = int(now // seconds)
        key = f"limit:{self.scope}:{self.ident(request)}:{window}"
        self.wait_seconds = (window + 1) * seconds - now
        counted = count_up(key, seconds, cost)
        allowed = counted <= limit
        if cost > 1 and not allowed:
            counted = count_up(key, seconds, -cost)
        tell(request, self.scope, Window(limit, seconds, limit - counted, self.wait_seconds, cost))
        return allowed

    def wait(self) -> float | None:
        return self.wait_seconds


class SharedThrottle(WindowThrottle):
    """Counts those who have a share of the processor left, though they bring a key that is none."""

    def allow_request(self, request, view, cost: int | None = None) -> bool:
        meter = getattr(request, "meter", None)
        if meter is not None:
            meter.is_known = meter.is_known or self.is_known(request)
            if not meter.is_known and meter.is_used_up():
                self.wait_seconds = 10
                return False
        return super().allow_request(request, view, cost)

    def is_known(self, request) -> bool:
        return request.auth is not None


class WrongKeyThrottle(SharedThrottle):
    """For whoever brings a key that is none: he asks as anybody does."""

    def is_known(self, request) -> bool:
        return False


class ReadThrottle(SharedThrottle):
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
    return counted_as(address)


@lru_cache(maxsize=4_096)
def counted_as(address: str) -> str:
    """Whom an address is counted as; see `client_address`."""
    try:
        parsed = ipaddress.ip_address(without_port(address))
    except ValueError:
        return address[:45] if address.isprintable() and " " not in address else "unreadable"
    if parsed.version == 6:
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)


def without_port(address: str) -> str:
    """192.0.2.1:443 and [2001:db8::1]:443 are the addresses before the port; some proxies write it."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


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
