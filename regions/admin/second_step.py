"""The second step of a log-in: a code from an authenticator app (TOTP), or a recovery code. By django-otp.

Whoever set it up is asked at each log-in. With `SECOND_FACTOR` everybody who may enter the admin must set it up first. Until the step is
done a session is nobody's, at every door: pages, admin, API.
"""

import base64
from collections.abc import Iterable
from typing import Any

import django_otp
import segno
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

RECOVERY_CODES = 10
# Devices hold secrets: they are set up here and forgotten by `manage.py forget_second_step`, and have no pages of their own.
for model in (TOTPDevice, StaticDevice):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class SecondStepMiddleware:
    """Stands behind django-otp's own: a session without its second step is nobody's, but for the page that asks for it."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and is_owed(request.user):
            page = reverse("second-step")
            if request.path_info not in (page, reverse("admin:logout")):
                if request.path_info.startswith(reverse("admin:index")):
                    return HttpResponseRedirect(f"{page}?next={request.path}")
                request.user = AnonymousUser()
        return self.get_response(request)


def is_owed(user) -> bool:
    """True when a user is logged in by password, and a second step is still to come."""
    if not user.is_authenticated or user.is_verified():
        return False
    return (settings.SECOND_FACTOR and user.is_staff) or has_app(user)


def has_app(user) -> bool:
    """Whether an app is set up; known already of the user of a request (`login.Backend`)."""
    known = getattr(user, "has_app", None)
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists() if known is None else known


@never_cache
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for a code; let those without an app set one up; show new recovery codes once."""
    if not (request.user.is_authenticated and request.user.is_staff):
        return HttpResponseRedirect(reverse("admin:login"))
    user: Any = request.user
    context: dict[str, Any] = {}
    is_new = not has_app(user)
    if is_new:
        context["device"], _made = TOTPDevice.objects.get_or_create(
            user=user, confirmed=False, defaults={"name": "app"}
        )
    if request.method == "POST":
        code = request.POST.get("code", "").replace(" ", "")[:32]
        device = _check_new(context["device"], code) if is_new else django_otp.match_token(user, code)
        if device is None:
            context["error"] = _(
                "This code is not right, or was used; after several wrong ones wait a moment."
            )
        else:
            request.session.cycle_key()
            django_otp.login(request, device)
            if not is_new:
                return HttpResponseRedirect(_next(request))
            context = {"codes": new_recovery_codes(user)}
    elif not is_new and user.is_verified():
        context["done"] = True
    if device := context.get("device"):
        context["secret"] = base64.b32encode(device.bin_key).decode()
        context["picture"] = segno.make(device.config_url).svg_data_uri(scale=4)
    context |= {"next": _next(request), "title": _("Second step of the log-in")}
    return TemplateResponse(
        request, "admin/regions/second_step.html", context, status=403 if "error" in context else 200
    )


def _check_new(device: TOTPDevice, code: str) -> TOTPDevice | None:
    if not device.verify_token(code):
        return None
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    return device


def new_recovery_codes(user) -> Iterable[str]:
    """Ten codes that work once each; the old ones no longer do."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery", confirmed=True)
    codes = [StaticToken.random_token() + StaticToken.random_token() for _i in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def forget(user) -> int:
    """Take a user's app and recovery codes away, and end his sessions' second step; the number of devices."""
    devices = [*TOTPDevice.objects.filter(user=user), *StaticDevice.objects.filter(user=user)]
    for device in devices:
        device.delete()
    return len(devices)


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return wanted
    return reverse("admin:index")
