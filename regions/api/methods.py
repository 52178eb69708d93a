"""A method that an address does not have is 405 with `Allow`, whoever asks: there is nothing to log in for.

REST framework would look at credentials first and answer 401 or 403 to a write where nothing is ever written.
"""

from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.views import APIView

from .errors import error_response


class ApiMethodMiddleware:
    """Stands inside the language middleware, so that the answer is in the client's language."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        cls = getattr(view, "cls", None)
        if cls is None or not issubclass(cls, APIView):
            return None
        allowed = methods_of(cls, getattr(view, "actions", None))
        if request.method in allowed:
            return None
        response = error_response(MethodNotAllowed(request.method or ""))
        response["Allow"] = ", ".join(allowed)
        return response


def methods_of(cls: type[APIView], actions: dict[str, str] | None) -> list[str]:
    """The methods of a view, in REST framework's order; `actions` are those of a view set's address."""
    has = {name for name in cls.http_method_names if (actions is None and hasattr(cls, name))}
    has |= {"options", *(actions or ())}
    if "get" in has:
        has.add("head")
    return [name.upper() for name in cls.http_method_names if name in has]
