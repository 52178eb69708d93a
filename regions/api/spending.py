"""What anonymous clients may spend: so much of a processor a minute, through all doors together.

A limit of requests sells too much, since one text costs a thousand times what another does. So the time that a thread works for
an address is counted (`Meter`), in windows of ten seconds; whoever has used his share is told to wait. What was spent beyond it is a debt to
the next windows. Clients with a key or a log-in are known by name and have the limits of their key.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework.exceptions import Throttled

from regions.everybody import taken

from .throttling import Window, WindowThrottle, client_address, count_up, tell

WINDOW = 10
# Any minute touches at most so many windows.
WINDOWS_A_MINUTE = 60 // WINDOW + 1
# The part of what is sold that a meter does not see: connections, bodies, refusals (servicenet.pace holds them down).
UNSEEN = 0.45
# Debts reach no further than this many windows.
DEBT_WINDOWS = 30
# Less than so many milliseconds is kept in mind, not written down.
STEP = 20
SECONDS_A_BYTE = 4e-9
# So many milliseconds at the beginning of a process's life are charged to nobody: it loads then what everybody uses
# (templates, the names of all places), which took 1.9 s and would have turned the first visitor away.
LOADING = 2_000
# So many clients are kept in mind by one process.
CLIENTS = 10_000
_lock = threading.Lock()
_lists: set[str] = set()
_unwritten: dict[str, float] = {}
_seen: dict[str, tuple[int, int]] = {}
_worked = 0.0  # milliseconds of this process's life, up to LOADING
_current: ContextVar["Meter | None"] = ContextVar("meter", default=None)


class Meter:
    """Counts what one request spends, for its address. Asked and settled by the thread that works."""

    def __init__(self, request: HttpRequest) -> None:
        self.client = client_address(request)
        self.is_known = False  # by a key or a log-in
        self.cost = 0.0  # milliseconds that were counted for this request
        self.share = int(settings.CPU_SECONDS * (1 - UNSEEN) * 1000 / WINDOWS_A_MINUTE)
        self.has_left = request.META.get("waitress.client_disconnected", bool)
        # Another thread has read the body already.
        self._mark = time.thread_time() - _length(request) * SECONDS_A_BYTE
        taken()  # by this thread for another request
        self._end = time.monotonic() + settings.REQUEST_SECONDS

    def is_used_up(self) -> bool:
        """True when the address has nothing left in this window, as far as this process has seen; debts are looked up once."""
        if not self.share:
            return False
        window, spent = _seen.get(self.client, (0, 0))
        if window != _window():
            window = _window()
            spent = count_up(f"limit:cpu:{self.client}:{window}", WINDOW * DEBT_WINDOWS, 0)
            _seen[self.client] = (window, spent)
        return spent >= self.share

    def goes_on(self) -> bool:
        """False when the rest of a long work is to be left: time or share are over, or nobody waits for it any more."""
        if self.has_left() or time.monotonic() > self._end:
            return False
        self.settle()
        return self.is_known or not self.is_used_up()

    def begin(self) -> None:
        """Count from here: what this thread did before was for somebody else."""
        self._mark = time.thread_time()
        taken()

    def settle(self) -> None:
        """Count what was spent since the last time, but for what was done for everybody."""
        now = time.thread_time()
        spent, self._mark = _beyond_loading((now - self._mark - taken()) * 1000), now
        if self.is_known or not self.share:
            return
        self.cost += spent
        if len(_unwritten) > CLIENTS:
            _unwritten.clear()
            _seen.clear()
        owed = _unwritten.pop(self.client, 0) + spent
        if owed < STEP:
            _unwritten[self.client] = owed
        else:
            self._write(int(owed))

    def tell(self, request: HttpRequest) -> None:
        """Say beside the other limits what is left of the share in this window, as far as this process has seen, in milliseconds."""
        if self.is_known or not self.share:
            return
        window, written = _seen.get(self.client, (0, 0))
        spent = _unwritten.get(self.client, 0) + (written if window == _window() else 0)
        left = WINDOW - time.time() % WINDOW
        tell(
            request, "processor", Window(self.share, WINDOW, int(self.share - spent), left, round(self.cost))
        )

    def _write(self, owed: int) -> None:
        """Count in this window, and what is more than its share in those to come."""
        window = _window()
        for later in range(window, window + DEBT_WINDOWS):
            total = count_up(f"limit:cpu:{self.client}:{later}", WINDOW * DEBT_WINDOWS, owed)
            if later == window:
                _seen[self.client] = (window, total)
            owed = min(owed, total - self.share)
            if owed <= 0:
                break


def _beyond_loading(spent: float) -> float:
    """The part of these milliseconds that is charged."""
    global _worked
    free = min(spent, LOADING - _worked)
    _worked += free
    return spent - free


def _window() -> int:
    return int(time.time() // WINDOW)


def _length(request: HttpRequest) -> int:
    given = request.META.get("CONTENT_LENGTH") or "0"
    return int(given) if given.isascii() and given.isdigit() and len(given) < 12 else 0


def _wait() -> int:
    return int(WINDOW - time.time() % WINDOW) + 1


def goes_on() -> bool:
    """Whether the request at hand should work on; True outside requests."""
    meter = _current.get()
    return meter is None or meter.goes_on()


@contextmanager
def one_at_a_time(request) -> Iterator[None]:
    """A list of questions by an anonymous address, no second one beside it: several would take the processor in turns with everybody."""
    meter = getattr(request, "meter", None)
    if meter is None or meter.is_known or not meter.share:
        yield
        return
    with _lock:
        if meter.client in _lists:
            raise Throttled(1)
        _lists.add(meter.client)
    try:
        yield
    finally:
        with _lock:
            _lists.discard(meter.client)


class MeteredRequest(HttpRequest):
    """A request that is counted."""

    meter: Meter


class SpendingMiddleware:
    """Refuses whoever has used his share, and writes down what is spent. Pages count as requests like the API's."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: MeteredRequest) -> HttpResponse:
        if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
            return length_required(
                request
            )  # our server reads such a body whole first; another one would lose it
        meter = request.meter = Meter(request)
        token = _current.set(meter)
        try:
            wait = None if carries_credentials(request) else refusal(request, meter)
            response = too_many(request, wait) if wait else self.get_response(request)
        finally:
            _current.reset(token)
            meter.is_known = meter.is_known or is_known(request)
            meter.settle()
        if response.status_code == 429 or "limits_told" in request.__dict__:
            meter.tell(request)
        return response


class CredentialsMiddleware:
    """The same refusal for those whose cookie turned out to belong to nobody. A key is looked at by the API itself."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: MeteredRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            request.meter.is_known = request.user.is_authenticated
            if not request.meter.is_known and (wait := refusal(request, request.meter)):
                return too_many(request, wait)
        return self.get_response(request)


def carries_credentials(request: HttpRequest) -> bool:
    return (
        settings.SESSION_COOKIE_NAME in request.COOKIES
        or "HTTP_AUTHORIZATION" in request.META
        or "HTTP_X_API_KEY" in request.META
    )


def is_known(request: HttpRequest) -> bool:
    user = request.__dict__.get("_cached_user")  # never at the price of a query
    return bool(user and user.is_authenticated)


def refusal(request: HttpRequest, meter: Meter) -> float | None:
    """Seconds to wait, if this anonymous request is one too many. The API counts its own requests; outlines belong to a
    page that was answered, as static files do."""
    if request.path_info.startswith("/maps/"):
        return None
    if meter.is_used_up():
        return _wait()
    if not request.path_info.startswith("/api/"):
        throttle = WindowThrottle()
        if not throttle.allow_request(request, None):
            return throttle.wait()
    return None


def length_required(request: HttpRequest) -> HttpResponse:
    from .errors import problem_response

    with translation.override(translation.get_language_from_request(request)):
        detail = _("Send the length of the body (Content-Length).")
        return problem_response("length-required", _("Length required"), detail, 411)


def too_many(request: HttpRequest, wait: float) -> HttpResponse:
    from .errors import problem_response  # loads DRF, which loads this

    seconds = max(1, round(wait))
    if request.path_info.startswith("/api/"):
        # Said before the middleware of languages is reached.
        with translation.override(translation.get_language_from_request(request)):
            detail = _("You have asked too much for now; ask again in %(seconds)d seconds.")
            response = problem_response(
                "throttled", _("Too many requests"), detail % {"seconds": seconds}, 429
            )
    else:
        from regions.web.errors import too_many as page

        response = page(request, seconds)
    response["Retry-After"] = str(seconds)
    return response
