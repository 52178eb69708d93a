"""Load from other processes: how many requests a second a server answers, and how long each takes."""

import http.client
import multiprocessing
import random
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: one path of many, drawn at random, with fixed headers and perhaps a body."""

    paths: tuple[str, ...]
    headers: tuple[tuple[str, str], ...] = ()
    method: str = "GET"
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it. Times in seconds, sorted."""

    seconds: float
    times: list[float]
    errors: int
    size: int  # of one answer, in bytes

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.times) / self.seconds

    def quantile(self, share: float) -> float:
        return (
            self.times[min(len(self.times) - 1, int(len(self.times) * share))] if self.times else float("nan")
        )


def run(port: int, request: Request, *, seconds: float, clients: int = 2) -> Load:
    """Ask as fast as `clients` processes with one kept connection each can."""
    with multiprocessing.get_context("fork").Pool(clients) as pool:
        parts = pool.starmap(_ask, [(port, request, seconds, seed) for seed in range(clients)])
    times = sorted(taken for part in parts for taken in part.times)
    spent = max(part.seconds for part in parts)
    return Load(spent, times, sum(part.errors for part in parts), parts[0].size)


def _ask(port: int, request: Request, seconds: float, seed: int) -> Load:
    chance = random.Random(seed)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Accept-Language": "en", **dict(request.headers)}
    times, errors, size = [], 0, 0
    started = now = time.perf_counter()
    while now - started < seconds:
        before = now
        connection.request(request.method, chance.choice(request.paths), body=request.body, headers=headers)
        answer = connection.getresponse()
        size = len(answer.read())
        now = time.perf_counter()
        if answer.status in (200, 304):
            times.append(now - before)
        else:
            errors += 1
    connection.close()
    return Load(now - started, times, errors, size)
