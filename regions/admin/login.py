"""Log-ins: limits by address beside the lock by name and address (django-axes), and sessions that end idle."""

import ipaddress
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from regions.api.throttling import client_address, count_up

HOUR = 3600
# How exact "idle" is: it costs at most one write a session in so many seconds.
SEEN_STEP = 300
_lock = threading.Lock()
# So many log-ins of an address are tried or wait for their turn, so many seconds at most.
AT_ONCE = 8
PATIENCE = 10
_trying: dict[str, tuple[threading.Lock, int]] = {}


def address_to_keep(request: HttpRequest) -> str:
    """Where a log-in comes from, as PostgreSQL keeps it: whoever came without an address that can be read (through a socket
    file, or a proxy that writes `unknown`) is one client."""
    address = client_address(request)
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return "0.0.0.0"  # noqa: S104 (nobody's)


class Backend(ModelBackend):
    """Django's own, which also knows at the price of no further query whether a user has set up a second step."""

    def get_user(self, user_id):
        app = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        user = User.objects.filter(pk=user_id).annotate(has_app=Exists(app)).first()
        return user if user and self.user_can_authenticate(user) else None


class LoginMiddleware:
    """Counts failed log-ins by address, lets each try in its turn (a password costs a third of a second), and notes who is here."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and request.path_info == reverse("admin:login"):
            return self._try(request)
        response = self.get_response(request)
        note_presence(request)
        return response

    def _try(self, request: HttpRequest) -> HttpResponse:
        address = client_address(request)
        with turn(address) as mine:
            if not mine:
                return refuse(request, 1)
            key = f"limit:login:{address}:{int(time.time() // HOUR)}"
            if count_up(key, HOUR) > settings.LOGIN_ADDRESS_LIMIT:
                return refuse(request, HOUR - int(time.time() % HOUR))
            response = self.get_response(request)
            if (
                response.status_code == 302
            ):  # not a failure: it does not count, and others of the address do not pay for it
                count_up(key, HOUR, -1)
                request.meter.is_known = True  # type: ignore[attr-defined]
            return response


@contextmanager
def turn(address: str) -> Iterator[bool]:
    """Wait for one's turn among the log-ins of an address: people of one office come in one after the other. False where
    too many wait already, or it took too long."""
    with _lock:
        one, waiting = _trying.get(address, (threading.Lock(), 0))
        if waiting >= AT_ONCE:
            waits = False
        else:
            waits, _trying[address] = True, (one, waiting + 1)
    mine = waits and one.acquire(timeout=PATIENCE)
    try:
        yield mine
    finally:
        if mine:
            one.release()
        if waits:
            with _lock:
                one, waiting = _trying.pop(address)
                if waiting > 1:
                    _trying[address] = one, waiting - 1


def refuse(request: HttpRequest, seconds: int) -> HttpResponse:
    response = render(request, settings.AXES_LOCKOUT_TEMPLATE, status=429)
    response["Retry-After"] = str(seconds)
    return response


def note_presence(request: HttpRequest) -> None:
    """Prolong the session of somebody who is here; whoever is not for `SESSION_COOKIE_AGE` is logged out."""
    user = request.__dict__.get("_cached_user")
    if user and user.is_authenticated and request.session.get("seen", 0) < time.time() - SEEN_STEP:
        request.session["seen"] = int(time.time())
