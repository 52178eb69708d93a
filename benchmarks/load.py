"""Load from other processes: how many requests a second a server answers, and how long each takes.

`wrk` is used where it is installed, because it takes the least from the machine that it shares with the server; else
processes of our own do the same.
"""

import http.client
import json
import multiprocessing
import random
import shutil
import subprocess
import tempfile
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
    """What came of it: answers per second; the median and the 99th percentile of the times, in seconds."""

    rate: float
    p50: float
    p99: float
    errors: int
    size: int  # of one answer, in bytes
    answers: int
    cpu: float = 0.0  # seconds of a processor that the server's workers took for each


def run(port: int, request: Request, *, seconds: float, clients: int = 2) -> Load:
    """Ask as fast as `clients` kept connections can."""
    return (_by_wrk if shutil.which("wrk") else _by_processes)(port, request, seconds, clients)


def warm(port: int, request: Request, times: int = 2) -> None:
    """Ask everything that will be asked."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {**HEADERS, **dict(request.headers)}
    for path in request.paths * times:
        connection.request(request.method, path, body=request.body, headers=headers)
        connection.getresponse().read()
    connection.close()


HEADERS = {"Accept-Language": "en"}
_SCRIPT = """
local requests = {}
for line in io.lines(os.getenv("PATHS")) do requests[#requests + 1] = line end
local headers, body = {}, nil
for line in io.lines(os.getenv("HEADERS")) do
  local name, value = line:match("^([^:]+): (.*)$")
  headers[name] = value
end
local file = io.open(os.getenv("BODY")); local text = file:read("*a"); file:close()
if #text > 0 then body = text end
request = function()
  return wrk.format(os.getenv("METHOD"), requests[math.random(#requests)], headers, body)
end
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format('\\n{"requests": %d, "micros": %d, "p50": %f, "p99": %f, "bytes": %d, "errors": %d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), summary.bytes,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"""


def _by_wrk(port: int, request: Request, seconds: float, clients: int) -> Load:
    with tempfile.TemporaryDirectory() as folder:
        headers = {**HEADERS, **dict(request.headers)}
        files = {
            "PATHS": "\n".join(request.paths).encode(),
            "HEADERS": "\n".join(f"{name}: {value}" for name, value in headers.items()).encode(),
            "BODY": request.body or b"",
            "SCRIPT": _SCRIPT.encode(),
        }
        for name, content in files.items():
            with open(f"{folder}/{name}", "wb") as file:
                file.write(content)
        command = [
            "wrk",
            "-t",
            "1",
            "-c",
            str(clients),
            "-d",
            f"{max(1, round(seconds))}s",
            "--timeout",
            "60s",
        ]
        environment = {name: f"{folder}/{name}" for name in files} | {"METHOD": request.method}
        finished = subprocess.run(
            [*command, "-s", f"{folder}/SCRIPT", f"http://127.0.0.1:{port}"],
            env=environment | {"PATH": "/usr/local/bin:/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=True,
        )
    found = json.loads(finished.stdout.strip().splitlines()[-1])
    return Load(
        rate=found["requests"] / (found["micros"] / 1e6),
        p50=found["p50"] / 1e6,
        p99=found["p99"] / 1e6,
        errors=found["errors"],
        size=found["bytes"] // max(1, found["requests"]),
        answers=found["requests"],
    )


def _by_processes(port: int, request: Request, seconds: float, clients: int) -> Load:
    with multiprocessing.get_context("fork").Pool(clients) as pool:
        parts = pool.starmap(_ask, [(port, request, seconds, seed) for seed in range(clients)])
    times = sorted(taken for spent, own, _errors, _size in parts for taken in own)
    spent = max(part[0] for part in parts)
    errors = sum(part[2] for part in parts)
    if not times:
        return Load(0.0, float("nan"), float("nan"), errors, 0, 0)
    return Load(
        rate=len(times) / spent,
        p50=times[len(times) // 2],
        p99=times[int(0.99 * len(times))],
        errors=errors,
        size=parts[0][3],
        answers=len(times),
    )


def _ask(port: int, request: Request, seconds: float, seed: int) -> tuple[float, list[float], int, int]:
    chance = random.Random(seed)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {**HEADERS, **dict(request.headers)}
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
    return now - started, times, errors, size
