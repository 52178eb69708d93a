"""Two ways through the middleware: the whole one (`settings.MIDDLEWARE`), and a lean one for programs.

A request under /api/ that brings no session has no use for what deals with people: log-ins, messages, forms, pages.
It passes by `FOR_PEOPLE` and through everything else, in the same order, so both ways give the same headers, errors,
limits and languages. This module is the one place that says which is which.
"""

from collections.abc import Callable, Iterable
from typing import cast

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string

API = "/api/"
# What does nothing for a request under /api/ that brings no session.
FOR_PEOPLE = {
    "servicenet.ways.LeanWay",
    "servicenet.health.HealthMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "regions.web.caching.without_cookies",
    "regions.web.caching.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "regions.admin.second_step.SecondStepMiddleware",
    "regions.api.spending.CredentialsMiddleware",
    "regions.admin.login.LoginMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "regions.admin.csp.AdminPolicyMiddleware",
    "regions.web.errors.told_in_the_admin",
    "axes.middleware.AxesMiddleware",
}


Answer = Callable[[HttpRequest], HttpResponse]


class LeanWay:
    """Stands first: sends requests of programs through the lean way, all others on."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.lean = LeanHandler(name for name in settings.MIDDLEWARE if name not in FOR_PEOPLE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:  # nothing is called so, and PostgreSQL does not let it be looked for
            raise Http404
        return self.lean.answer(request) if is_lean(request) else self.get_response(request)


def is_lean(request: HttpRequest) -> bool:
    """True under /api/ where no session is brought; a key is looked at by the API itself."""
    return request.path_info.startswith(API) and settings.SESSION_COOKIE_NAME not in request.COOKIES


class LeanHandler(BaseHandler):
    """Django's handler with some of the middleware; synchronous, as all of ours is."""

    _get_response: Answer

    def __init__(self, names: Iterable[str]) -> None:
        self._view_middleware: list[Callable] = []
        self._template_response_middleware: list[Callable] = []
        self._exception_middleware: list[Callable] = []
        self.answer = _safe(self._get_response)
        for name in reversed(list(names)):
            middleware = import_string(name)(self.answer)
            if hasattr(middleware, "process_view"):
                self._view_middleware.insert(0, middleware.process_view)
            if hasattr(middleware, "process_template_response"):
                self._template_response_middleware.append(middleware.process_template_response)
            if hasattr(middleware, "process_exception"):
                self._exception_middleware.append(middleware.process_exception)
            self.answer = _safe(middleware)


def _safe(answer: Answer) -> Answer:
    """The same, with an error made into an answer."""
    return cast(Answer, convert_exception_to_response(answer))
