"""What somebody typed into a form of the admin outlives his session: after the log-in he gets the filled form back.

A form that is sent without a session, or with a token from before another log-in, is kept in the (new, still nobody's) session,
without secrets and files, and up to `MAX` characters. Only who had been logged in with this browser gets it back: a signed
cookie says who that was. Nothing is written before he has seen it and sends it again.
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from regions.codes import is_digits
from regions.web import errors

if TYPE_CHECKING:
    from django.forms import Form as Base
else:  # stands before a form
    Base = object

COOKIE, SALT, KEY, MARK = "sn-who", "regions.kept", "kept", "_kept"
MAX = 1_000_000
DAYS = 7 * 24 * 3600
_SECRET = ("password", "csrfmiddlewaretoken", "secret", "token", MARK)
# Fields that nobody types: of rows and their numbers, of what was seen, and which button it was.
_INNER = re.compile(r"^_|_FORMS$|__prefix__|^seen$|^goes_on$|^do$")
# Pages of which a POST types nothing that would be missed, or nothing but secrets.
_NOT_KEPT = ("login", "logout", "password_change", "autocomplete", "jsi18n", "second-step", "kept")
# Pages that are forms: they come back filled. On others a button is pressed: they are only sent again.
_FORMS = ("_add", "_change", "_record")
_BUTTONS = tuple(f"regions_{page}_change" for page in ("coverageimport", "regionupdate", "changeset", "job"))


class KeptForm(Base):
    """A form that is shown filled, and saves nothing, when what was kept comes back."""

    def clean(self):
        data = super().clean()
        if MARK in self.data:
            raise ValidationError(
                _("Your session had ended: nothing is saved yet. This is what you typed; look, and save it.")
            )
        return data


class KeptFormMiddleware:
    """Keeps what is sent without a session, and notes whose browser this is."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = request.__dict__.get("_cached_user")
        if user and user.is_authenticated and _in_the_admin(request) and _who(request) != str(user.pk):
            options = {"httponly": True, "samesite": "Lax", "secure": bool(settings.SESSION_COOKIE_SECURE)}
            path = reverse("admin:index")
            response.set_signed_cookie(COOKIE, str(user.pk), salt=SALT, max_age=DAYS, path=path, **options)
        return response

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if request.method != "POST" or not _in_the_admin(request):
            return None
        if request.user.is_authenticated:
            if MARK in request.POST:
                request.session.pop(KEY, None)
            return None
        return keep(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from before another log-in comes back filled; one that another site may have sent is refused."""
    own = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    if not (own and _in_the_admin(request)):
        return errors.csrf_failure(request, reason)
    # Where every cookie is lost nobody knows whose it is: it is shown to the browser that has just sent it, and kept nowhere.
    return keep(request) or errors.csrf_failure(request, reason, _shown(_typed(request)))


def keep(request: HttpRequest) -> HttpResponse | None:
    """Keep what was typed, and lead to it by way of the log-in; None where there is nothing to keep, or nobody to keep it for."""
    who = _who(request)
    name = request.resolver_match.url_name or "" if request.resolver_match else ""
    by_script = request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
    if not is_digits(who) or name.endswith(_NOT_KEPT) or by_script:
        return None
    fields = _typed(request)
    if not any(value for _field, value in fields) or len(json.dumps(fields)) > MAX:
        return None
    request.session[KEY] = {
        "who": who,
        "address": request.get_full_path(),
        "fields": fields,
        "files": bool(request.FILES),
    }
    address = reverse("kept")
    if request.user.is_authenticated:
        return HttpResponseRedirect(address)
    return HttpResponseRedirect(f"{reverse('admin:login')}?{urlencode({'next': address})}")


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a form and what stands in them, without secrets."""
    return [
        (field, value)
        for field, values in request.POST.lists()
        if not any(word in field.lower() for word in _SECRET)
        for value in values
    ]


def _shown(fields: Iterable[Sequence[str]]) -> list[str]:
    """What people would miss of them."""
    return [value for name, value in fields if value and not _INNER.search(name)][:20]


@never_cache
def kept(request: HttpRequest) -> HttpResponse:
    """What was kept, and the way back to its form; for nobody but who typed it."""
    found = request.session.get(KEY)
    if found and found["who"] != str(request.user.pk):
        del request.session[KEY]
        found = None
    if found and request.method == "POST":
        del request.session[KEY]
        messages.info(request, _("Thrown away."))
        return HttpResponseRedirect(reverse("admin:index"))
    if not found:
        return HttpResponseRedirect(reverse("admin:index"))
    context = {
        **admin.site.each_context(request),
        "title": _("What you typed is kept"),
        "kept": found,
        "shown": _shown(found["fields"]),
        "is_form": _is_form(found["address"]),
        "mark": MARK,
    }
    return TemplateResponse(request, "admin/regions/kept.html", context)


def _is_form(address: str) -> bool:
    try:
        name = resolve(address.partition("?")[0]).url_name or ""
    except Resolver404:
        return False
    return name.endswith(_FORMS) and name not in _BUTTONS


def _in_the_admin(request: HttpRequest) -> bool:
    return request.path_info.startswith(reverse("admin:index"))


def _who(request: HttpRequest) -> str:
    return request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=DAYS) or ""
