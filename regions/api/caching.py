"""Conditional requests and cache headers for everything under /api/.

An answer depends on the directory (its position in the change sequence), the day, the address asked, the language,
the form and this program. All of it goes into a strong ETag. So a client, or a CDN, that still holds an answer asks
with If-None-Match, and one index look-up tells that nothing changed: 304, before a view, a session or a limit is
touched. The position is read before the data; an answer may be newer than its ETag says, never older.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from django.utils.translation import get_language_from_request
from rest_framework.permissions import AllowAny

from regions.lookup.changes import Position, current_position
from regions.models.base import today

from .permissions import ReadOrRole

PREFIX = "/api/"
VARY = "Accept, Accept-Language"
# Views with no other permission than these answer everybody alike: their answers may be shared.
OPEN_PERMISSIONS = {AllowAny, ReadOrRole}
_PLAIN_ACCEPT = {"", "*/*", "application/json"}


class ApiCacheMiddleware:
    """Answers 304 where it can, and gives every other answer under /api/ its cache headers.

    Stands outside the session and language middlewares. The language of the API comes from Accept-Language alone:
    the cookie of the web pages' language switch is not looked at, or answers could not be shared.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        request.COOKIES.pop(settings.LANGUAGE_COOKIE_NAME, None)
        request.is_shared_read = False
        if request.method not in ("GET", "HEAD"):
            return _never_cached(self.get_response(request))
        request.position = current_position()
        etag = etag_of(request, request.position)
        if _holds(request, etag):
            return _shared(HttpResponseNotModified(), etag)
        response = self.get_response(request)
        html = response.get("Content-Type", "").startswith("text/html")
        if response.status_code == 200 and request.is_shared_read and not html:
            return _shared(response, etag)
        return _never_cached(response)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> None:
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
    parts = [*root.rglob("*.py"), *root.rglob("*.mo"), *root.glob("api/*.json")]
    parts = sorted(path for path in parts if "tests" not in path.parts)
    parts += Path(settings.REGIONS_DIR).glob(
        "edition.json"
    )  # with the checksums of the files the resolver reads
    digest = hashlib.blake2b(digest_size=9)
    for path in parts:
        digest.update(path.read_bytes())
    digest.update(repr((settings.PAGE_SIZE, settings.PAGE_SIZE_MAX, settings.TIME_ZONE)).encode())
    return digest.hexdigest()


def _holds(request: HttpRequest, etag: str) -> bool:
    """True when If-None-Match names the ETag; a proxy that compresses may have marked it weak."""
    held = parse_etags(request.headers.get("If-None-Match", ""))
    return any(tag.removeprefix("W/") == etag for tag in held)


def _shared(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = (
        f"public, max-age={settings.CACHE_SECONDS}, stale-while-revalidate={6 * settings.CACHE_SECONDS}"
    )
    response["Vary"] = VARY
    return response


def _never_cached(response: HttpResponse) -> HttpResponse:
    if not 300 < response.status_code < 400:
        response.setdefault("Cache-Control", "no-store")
    return response
