"""Processor time per request inside one process and one thread, without a server: ours beside the least that there is.

Measures take turns, so that ratios hold on a machine that is shared. The yardsticks return as many bytes as the main question.
"""

import io
import json
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import cycle
from typing import Any
from urllib.parse import quote

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import override_settings

from regions.models import PhoneNumber, Region

API = "/api/v1/"
Application = Callable[[dict, Callable], Iterable[bytes]]
Ask = Callable[[], object]


def body(environ: dict) -> bytes:
    """As many bytes as the query string says."""
    return b" " * int(environ["QUERY_STRING"] or 0)


def bare_function(environ: dict, start_response: Callable) -> Iterable[bytes]:
    content = body(environ)
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(content)))])
    return [content]


def bare_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse(body(request.META), "application/json")


def bare_django() -> Application:
    """Django with no middleware."""
    with override_settings(MIDDLEWARE=[]):
        return WSGIHandler()


def call(
    app: Application, url: str, content: bytes = b"", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Ask an application once: status, headers, body."""
    target, _mark, query = url.partition("?")
    told: list[Any] = []
    environ = {
        "REQUEST_METHOD": "POST" if content else "GET",
        "PATH_INFO": target,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "HTTP_ACCEPT_LANGUAGE": "en",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(content)) if content else "",
        "wsgi.input": io.BytesIO(content),
        "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
        **headers,
    }
    answer = app(environ, lambda status, given, *_more: told.extend((status, given)))
    found = b"".join(answer)
    if close := getattr(answer, "close", None):
        close()
    return int(told[0].split()[0]), dict(told[1]), found


def measure(counties: list[str], rounds: int, count: int) -> dict[str, list[float]]:
    """Seconds of processor time per request, by what was asked, one figure a round. Everything was asked before."""
    from servicenet.wsgi import application

    _status, headers, answer = call(application, f"{API}coverage/?region={counties[0]}")
    subjects = dict(_subjects(application, counties, headers["ETag"], len(answer)))
    for _times in range(2):
        for ask, *_rest in subjects.values():
            for _n in range(len(counties)):
                ask()
    found: dict[str, list[float]] = {name: [] for name in subjects}
    for _round in range(rounds):
        for name, (ask, each, share) in subjects.items():
            times = max(1, count // share)
            began = time.thread_time()
            for _n in range(times):
                ask()
            found[name].append((time.thread_time() - began) / times / each)
    return found


def _subjects(
    app: Application, counties: list[str], etag: str, size: int
) -> Iterator[tuple[str, tuple[Ask, int, int]]]:
    """(name, (ask once, questions in it, as how many of the others it counts)); `size`: bytes of an answer."""
    names = dict(Region.objects.open().filter(code__in=counties).values_list("code", "full_name"))
    numbers = list(PhoneNumber.objects.filter(hotlines__isnull=False).order_by("pk")[: len(counties)])
    django = bare_django()

    def asking(application: Application, urls: list[str], expected: int = 200, **headers: str) -> Ask:
        turns = cycle(urls)

        def ask() -> None:
            status, _headers, _body = call(application, next(turns), **headers)
            if status != expected:
                raise RuntimeError(f"{urls[0]}: {status}")

        return ask

    coverage = f"{API}coverage/"
    by_code = [f"{coverage}?region={code}" for code in counties]
    batch = json.dumps({"questions": [{"region": code} for code in (counties * 100)[:100]]}).encode()
    yield "bare function", (asking(bare_function, [f"/bare/function/?{size}"]), 1, 1)
    yield "bare Django view", (asking(django, [f"/bare/view/?{size}"]), 1, 1)
    yield "trivial DRF view", (asking(app, [f"{API}trivial/"]), 1, 1)
    yield "main question", (asking(app, by_code), 1, 1)
    yield "304", (asking(app, by_code[:1], 304, HTTP_IF_NONE_MATCH=etag), 1, 1)
    by_name = [f"{coverage}?q={quote(names[code].replace('/', '') + '人民路12号')}" for code in counties]
    yield "q= with an address", (asking(app, by_name), 1, 1)
    yield "another day", (asking(app, [f"{url}&on=2026-03-01" for url in by_code]), 1, 1)
    yield (
        "a number, kept",
        (asking(app, [f"{API}numbers/?number={each.canonical}" for each in numbers]), 1, 1),
    )
    yield "a question of 100 in a batch", (lambda: call(app, coverage, batch), 100, 50)
