"""Pages are asked for and kept as the API's answers are: a strong ETag out of the directory's position, 304 before a view.

A page is the same for everybody (no cookie is looked at, the language is in the address), so a CDN may keep it, and
this process does: as long as the directory stands where it stood and no number has begun or ceased to be answered
since ("open now"), a page that was asked for before is given again.
"""

import threading
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from regions.api.caching import etag_of, holds, shared
from regions.lookup.bounded import Bounded
from regions.lookup.changes import Position, current_position
from regions.lookup.opening import step

# What is not a page for readers.
OTHERS = ("/api/", "/admin/", "/i18n/", "/static/", "/maps/", "/metrics")
# Bytes of one kept page beside its body, roughly.
_SIZE = 1_500


class PageRequest(HttpRequest):
    """A request for a page as the middleware below leaves it."""

    position: Position


class _Kept:
    """The pages one process keeps, by their ETags."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.pages = Bounded(settings.LOOKUP_MEMORY_MB * 2**20 // 8)

    def get(self, etag: str) -> HttpResponse | None:
        with self.lock:
            found = self.pages.get(etag)
        return found and HttpResponse(found[0], headers=found[1])

    def put(self, etag: str, response: HttpResponse) -> None:
        with self.lock:
            self.pages.put(etag, (response.content, dict(response.items())), len(response.content) + _SIZE)


_kept = _Kept()


def forget() -> None:
    """Keep nothing; for tests."""
    _kept.__init__()  # type: ignore[misc]


def without_cookies(get_response: Callable[[HttpRequest], HttpResponse]):
    """A middleware: what deals with log-ins would renew the cookies of an earlier visit, or take them away, on a page that

    is the same for everybody. It stands before the limits, so that no cookie is taken there for a reader who is known.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(OTHERS):
            request.COOKIES = {}
        return get_response(request)

    return answer


class PageCacheMiddleware:
    """Answers 304 where it can, gives again what it keeps, and gives every page its cache headers."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: PageRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD") or request.path_info.startswith(OTHERS):
            return self.get_response(request)
        request.position = current_position()
        passed, seconds = step(request.position)
        etag = f'{etag_of(request, request.position)[:-1]}-{passed}"'
        if holds(request, etag):
            return shared(HttpResponseNotModified(), etag, vary="", seconds=seconds)
        may_be_kept = request.method == "GET" and request.position.sequence > 0
        if may_be_kept and (kept := _kept.get(etag)) is not None:
            return shared(kept, etag, vary="", seconds=seconds)
        response = self.get_response(request)
        match = request.resolver_match
        if response.has_header("Cache-Control"):
            return response
        if response.status_code == 200 and match and match.app_name == "web" and not response.cookies:
            response = shared(response, etag, vary="", seconds=seconds)
            if may_be_kept and not response.streaming:
                _kept.put(etag, response)
        return response
