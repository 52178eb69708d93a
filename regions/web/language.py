"""The language of a page is in its address: /en/… is English, everything else Chinese. No cookie, nothing remembered.

The API goes on following Accept-Language, the admin its language switch.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import get_language_from_path, get_language_from_request

# Below these the reader's own choice counts: the header, or the cookie of the admin's language switch.
ASKED = ("/api/", "/admin/", "/i18n/")


class LanguageMiddleware(MiddlewareMixin):
    """Activates the language of a request, and says it in the answer."""

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith(ASKED):
            language = get_language_from_request(request)
        else:
            language = get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path_info.startswith(ASKED):
            varies = response.get("Vary", "")
            if "accept-language" not in varies.lower():
                response["Vary"] = f"{varies}, Accept-Language" if varies else "Accept-Language"
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


def alternates(request: HttpRequest, path: str) -> list[tuple[str, str, str]]:
    """The address of a page in each language: (code, name in that language, absolute address without a query).

    They differ in what they begin with alone (`servicenet/urls.py`); to look up and put together each address takes longer.
    """
    root = get_script_prefix()
    rest = path.removeprefix(root).removeprefix(_begins(translation.get_language()))
    return [
        (code, name, request.build_absolute_uri(f"{root}{_begins(code)}{rest}"))
        for code, name in settings.LANGUAGES
    ]


def _begins(language: str | None) -> str:
    return "" if language == settings.LANGUAGE_CODE else f"{language}/"
