"""How fast one address is answered, whatever it asks: what no meter sees costs something too (connections, files, refusals).

The meter of `regions.api.spending` counts what threads work for an address. Here requests of an address that asks faster than any limit allows wait
before a thread takes them; a refusal counts as several requests, so whoever goes on after a 429 is told the next one late. Nobody else waits.
"""

import threading
import time
from types import SimpleNamespace

from waitress.channel import HTTPChannel

# A refusal counts as so many requests.
REFUSAL = 10
# So many requests may come at once: a page with all its files, of several people behind one address.
BURST = 300
# Nobody waits longer than this, in seconds; and so many addresses are kept in mind.
LONGEST = 10.0
ADDRESSES = 10_000
Whom = tuple[str, bool]


class Pace:
    """For each address the moment up to which its requests are paid for; it moves on by a part of a second with each."""

    def __init__(self, a_second: float, clock=time.monotonic) -> None:
        """`a_second`: requests of an address that never wait; 0 is no limit."""
        self.step, self.clock = (1 / a_second if a_second else 0), clock
        self._paid: dict[Whom, float] = {}
        self._lock = threading.Lock()

    def count(self, whom: Whom, requests: int) -> float:
        """Count requests of somebody; the seconds that the next one has to wait."""
        if not self.step:
            return 0
        now = self.clock()
        with self._lock:
            if len(self._paid) > ADDRESSES:
                self._paid = {each: until for each, until in self._paid.items() if until > now}
            ahead = max(0, self._paid.get(whom, now) - now - BURST * self.step)
            paid = max(now, self._paid.get(whom, now)) + requests * self.step
            self._paid[whom] = min(paid, now + BURST * self.step + LONGEST)
        return ahead


def a_second() -> float:
    """Twice what RATE_ANONYMOUS lets through on average, at least 20; nothing is slowed where CPU_SECONDS is off."""
    from django.conf import settings

    from regions.api.throttling import parse_rate

    if not settings.CPU_SECONDS:
        return 0
    requests, seconds = parse_rate(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["anonymous"])
    return max(20, 2 * requests / seconds)


def turns(threads: int) -> int:
    """How many of a process's threads may work for one address; all of them where CPU_SECONDS is off."""
    from django.conf import settings

    return max(1, threads // 2) if settings.CPU_SECONDS else threads


def whom(channel: HTTPChannel) -> Whom:
    """Who asks: the address, and whether a key is sent. A key has limits of its own; only refusals count against it."""
    from regions.api.throttling import client_address

    headers = channel.requests[0].headers
    address = channel.addr[0] if isinstance(channel.addr, tuple) else ""
    meta = {"REMOTE_ADDR": address, "HTTP_X_FORWARDED_FOR": headers.get("X_FORWARDED_FOR", "")}
    return client_address(SimpleNamespace(META=meta)), "AUTHORIZATION" in headers or "X_API_KEY" in headers
