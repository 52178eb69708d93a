"""Whole files are sent by few threads at once, so that questions always find one."""

import threading

from django.conf import settings
from django.utils.translation import gettext as _

from .errors import Problem
from .throttling import ReadThrottle

_lock = threading.Lock()
_taken: set[str] = set()


class Seat:
    """The right to send one file. Given back once, when the file ends, the client leaves or nobody holds it any more."""

    def __init__(self, request) -> None:
        """Raises a 503 problem when all seats of this process are taken, or this client has one."""
        self.client: str | None = None
        self.meter = request.meter
        client = ReadThrottle().ident(request)
        with _lock:
            if settings.EXPORTS_AT_ONCE and (client in _taken or len(_taken) >= settings.EXPORTS_AT_ONCE):
                raise Problem(
                    "busy",
                    _("Busy"),
                    _("Other files are being sent; ask again in a few seconds, one file at a time."),
                    status_code=503,
                )
            _taken.add(client)
            self.client = client

    def leave(self) -> None:
        with _lock:
            if self.client is not None:
                _taken.discard(self.client)
            self.client = None

    __del__ = leave
