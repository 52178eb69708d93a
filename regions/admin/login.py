"""Log-ins: limits by address beside the lock by name and address (django-axes), and sessions that end idle."""

import ipaddress
import threading
import time

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
_trying: set[str] = set()


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
    """Counts failed log-ins by address, tries one at a time for each (a password costs a third of a second), and notes who is here."""

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
        with _lock:
            is_first = address not in _trying
            _trying.add(address)
        if not is_first:
            return refuse(request, 1)
        try:
            key = f"limit:login:{address}:{int(time.time() // HOUR)}"
            if count_up(key, HOUR) > settings.LOGIN_ADDRESS_LIMIT:
                return refuse(request, HOUR - int(time.time() % HOUR))
            response = self.get_response(request)
            if response.status_code == 302:  # not a failure: it does not count
                count_up(key, HOUR, -1)
            return response
        finally:
            with _lock:
                _trying.discard(address)


def refuse(request: HttpRequest, seconds: int) -> HttpResponse:
    response = render(request, settings.AXES_LOCKOUT_TEMPLATE, status=429)
    response["Retry-After"] = str(seconds)
    return response


def note_presence(request: HttpRequest) -> None:
    """Prolong the session of somebody who is here; whoever is not for `SESSION_COOKIE_AGE` is logged out."""
    user = request.__dict__.get("_cached_user")
    if user and user.is_authenticated and request.session.get("seen", 0) < time.time() - SEEN_STEP:
        request.session["seen"] = int(time.time())
