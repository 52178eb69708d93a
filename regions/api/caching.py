"""Conditional requests and cache headers for everything under /api/.

An answer depends on the directory (its position in the change sequence), the day, the address asked, the language,
the form and this program. All of it goes into a strong ETag. So a client, or a CDN, that still holds an answer asks
with If-None-Match, and one index look-up tells that nothing changed: 304, before a view, a session or a limit is
touched. The position is read before the data; an answer may be newer than its ETag says, never older.

An answer that asks for "now" changes without the directory: its ETag also counts the minutes of change that have passed
today (`lookup.opening.step`), and nobody is told to keep it beyond the next one.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from django.utils.translation import get_language_from_request
from rest_framework.permissions import AllowAny

from regions.lookup.changes import Position, current_position
from regions.lookup.opening import step
from regions.models.base import today

from .permissions import ReadOrRole

PREFIX = "/api/"
VARY = "Accept, Accept-Language"
# Views with no other permission than these answer everybody alike: their answers may be shared.
OPEN_PERMISSIONS = {AllowAny, ReadOrRole}
_PLAIN_ACCEPT = {"", "*/*", "application/json"}


class ApiRequest(HttpRequest):
    """A request under /api/ as the middleware below leaves it."""

    is_shared_read: bool
    position: Position


class ApiCacheMiddleware:
    """Answers 304 where it can, and gives every other answer under /api/ its cache headers.

    Stands outside the session and language middlewares. The language of the API comes from Accept-Language alone:
    the cookie of the web pages' language switch is not looked at, or answers could not be shared.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: ApiRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        request.COOKIES.pop(settings.LANGUAGE_COOKIE_NAME, None)
        request.is_shared_read = False
        if request.method not in ("GET", "HEAD"):
            return _never_cached(self.get_response(request))
        request.position = current_position()
        etag, seconds = etag_of(request, request.position), None
        if "open=" in request.META.get("QUERY_STRING", "") and "open" in request.GET:
            passed, seconds = step(request.position)
            etag = f'{etag[:-1]}-{passed}"'
        if holds(request, etag):
            return shared(HttpResponseNotModified(), etag, seconds=seconds)
        response = self.get_response(request)
        html = response.get("Content-Type", "").startswith("text/html")
        if response.status_code == 200 and request.is_shared_read and not html:
            return shared(response, etag, seconds=seconds)
        return _never_cached(response)

    def process_view(self, request: ApiRequest, view, args, kwargs) -> None:
        permissions = getattr(getattr(view, "cls", None), "permission_classes", None)
        request.is_shared_read = permissions is not None and OPEN_PERMISSIONS.issuperset(permissions)


def etag_of(request: HttpRequest, position: Position) -> str:
    """The strong ETag of the answer to a request at a position."""
    accept = request.headers.get("Accept", "")
    parts = (
        build(),
        today().isoformat(),
        get_language_from_request(request),
        "" if accept in _PLAIN_ACCEPT else accept,
        request.build_absolute_uri(),
    )
    digest = hashlib.blake2b("\n".join(parts).encode(), digest_size=9).hexdigest()
    return f'"{position}-{digest}"'


@lru_cache(maxsize=1)
def build() -> str:
    """A fingerprint of this program, its region files and the settings that shape answers.

    The same on every worker of a release.
    """
    root = Path(__file__).resolve().parent.parent
    parts = [*root.rglob("*.py"), *root.rglob("*.mo"), *root.glob("api/*.json"), *root.rglob("*.html")]
    parts = sorted(path for path in parts if "tests" not in path.parts)
    folder = Path(settings.REGIONS_DIR)
    parts += folder.glob("edition.json")  # with the checksums of the files the resolver reads
    parts += folder.glob("outlines.json")
    digest = hashlib.blake2b(digest_size=9)
    for path in parts:
        digest.update(path.read_bytes())
    if settings.COUNTY_OUTLINES and (outlines := Path(settings.COUNTY_OUTLINES)).is_file():
        digest.update(outlines.read_bytes())
        digest.update(repr((settings.COUNTY_OUTLINES_SYSTEM, settings.COUNTY_OUTLINES_METRES)).encode())
    digest.update(repr((settings.PAGE_SIZE, settings.PAGE_SIZE_MAX, settings.TIME_ZONE)).encode())
    return digest.hexdigest()


def holds(request: HttpRequest, etag: str) -> bool:
    """True when If-None-Match names the ETag; a proxy that compresses may have marked it weak."""
    held = parse_etags(request.headers.get("If-None-Match", ""))
    return any(tag.removeprefix("W/") == etag for tag in held)


def shared(response: HttpResponse, etag: str, vary: str = VARY, seconds: int | None = None) -> HttpResponse:
    """The headers of an answer that is everybody's; one that says "now" is given no longer than it is true (`seconds`)."""
    response["ETag"] = etag
    fresh, stale = settings.CACHE_SECONDS, 6 * settings.CACHE_SECONDS
    if seconds is not None:
        fresh = min(fresh, seconds)
        stale = min(stale, seconds - fresh)
    response["Cache-Control"] = f"public, max-age={fresh}, stale-while-revalidate={stale}"
    if vary:
        response["Vary"] = vary
    return response


def _never_cached(response: HttpResponse) -> HttpResponse:
    if not 300 < response.status_code < 400:
        response.setdefault("Cache-Control", "no-store")
    return response
